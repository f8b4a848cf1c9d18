///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, backup: repete o que o primário decidiu, na mesma ordem.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Consulta.java ../shared/FilaDeEspera.java ../shared/Papel.java ../shared/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part4;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Aplicada;
import shared.Banco;
import shared.Consulta;
import shared.Endereco;
import shared.Envelope;
import shared.FilaDeEspera;
import shared.Json;
import shared.MensagemInvalida;
import shared.Operacao;
import shared.Papel;
import shared.Soquetes;

/**
 * Assina as atualizações do primário e as aplica na ordem dele.
 *
 * <pre>
 *   Primary XPUB :6005 ──► Backup (SUB) ── Banco ── consultas (:7001)
 * </pre>
 *
 * <b>Garante</b>: o mesmo estado que o primário tinha depois da última atualização recebida.<br>
 * <b>Não garante</b>: assumir o lugar do primário; recuperar o que perdeu.<br>
 * <b>Experimente</b>: encerre o primário: o backup continua respondendo consultas, com o que sabia.
 */
@Command(name = "part4/Backup.java", description = "Parte 4, backup: repete o que o primário decidiu, na mesma ordem.")
public final class Backup extends Papel {

    // ───── Protocolo ─────

    /** A regra do backup: numeradas vão por ordem de número; simples (do sistema original), por ordem de chegada. */
    public static final class Copia {

        private static final int ESPERA_MAXIMA = 100_000;

        private final FilaDeEspera fila = new FilaDeEspera(ESPERA_MAXIMA);
        private final Banco banco = new Banco();
        private long simples;

        /** @return o que este envelope permitiu aplicar, por ordem */
        public List<Aplicada> receber(Envelope envelope) {
            return fila.receber(envelope).stream().map(e -> new Aplicada(e.seq(), e.op(), banco.aplicar(e.op()))).toList();
        }

        public List<Aplicada> receber(Operacao op) {
            simples++;
            return List.of(new Aplicada(ultimo(), op, banco.aplicar(op)));
        }

        public Banco banco() {
            return banco;
        }

        /** O número da última aplicada; das simples, quantas chegaram. */
        public long ultimo() {
            return fila.ultimo() + simples;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--primario", paramLabel = "HOST", defaultValue = "127.0.0.1", order = 1,
            description = "a máquina do primário (padrão: ${DEFAULT-VALUE})")
    private String primario;

    @Option(names = "--atualizacoes-primario", paramLabel = "HOST:PORTA", order = 2,
            description = "onde assinar as atualizações (padrão: porta 6005 do primário)")
    private Endereco atualizacoes;

    @Option(names = "--consulta", paramLabel = "PORTA", defaultValue = "7001", order = 3,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar consultas (padrão: ${DEFAULT-VALUE})")
    private String bind;

    // ───── Rede ─────

    private final Copia copia = new Copia();

    @Override
    public Integer call() {
        Endereco origem = atualizacoes != null ? atualizacoes : Endereco.ler(primario, 6005);
        try (Soquetes soquetes = new Soquetes()) {
            ZMQ.Socket decididas = soquetes.conectar(SocketType.SUB, origem);
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(decididas);
            consultas.vigiar(acordar);
            pronto("assina " + origem + ", responde consultas na porta " + consulta);
            while (ativo()) {
                acordar.poll(100);
                Soquetes.receber(decididas, this::receber);
                consultas.responder(copia.banco(), copia.ultimo());
            }
        }
        return 0;
    }

    private void receber(byte[] mensagem) {
        try {
            ObjectNode objeto = Json.ler(mensagem);
            List<Aplicada> aplicadas = Envelope.eEnvelope(objeto)
                    ? copia.receber(Envelope.de(objeto))
                    : copia.receber(Operacao.de(objeto));
            aplicadas.forEach(a -> registro().aplicada(a, copia.banco()));
        } catch (MensagemInvalida e) {
            registro().recusada("primario", e);
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Backup(), args));
    }
}
