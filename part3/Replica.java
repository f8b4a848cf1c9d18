///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, réplica: aplica as operações na ordem dos números do sequenciador, sem buracos.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Consulta.java ../shared/FilaDeEspera.java ../shared/Papel.java ../shared/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part3;

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
import shared.MensagemInvalida;
import shared.Papel;
import shared.Soquetes;

/**
 * Assina o sequenciador e aplica as operações por ordem de número.
 *
 * <pre>
 *   Sequencer XPUB :6003 ──► Replica (SUB) ── fila de espera ── Banco ── consultas (:7001)
 * </pre>
 *
 * <b>Garante</b>: aplica 1, 2, 3… sem pular nem repetir; por isso fica igual às outras réplicas.<br>
 * <b>Não garante</b>: estar em dia (o que está atrasado na rede ainda não foi aplicado).<br>
 * <b>Experimente</b>: inicie uma réplica depois de algumas operações: falta-lhe o número 1, e ela espera por ele.
 */
@Command(name = "part3/Replica.java", description = "Parte 3, réplica: aplica as operações por ordem de número, sem buracos.")
public final class Replica extends Papel {

    // ───── Protocolo ─────

    /** A regra da ordem total na réplica: o que chega passa pela fila de espera, e só então pelo banco. */
    public static final class Entrega {

        private static final int ESPERA_MAXIMA = 100_000;

        private final FilaDeEspera fila = new FilaDeEspera(ESPERA_MAXIMA);
        private final Banco banco = new Banco();

        /** @return o que este envelope permitiu aplicar, por ordem */
        public List<Aplicada> entregar(Envelope envelope) {
            return fila.receber(envelope).stream().map(e -> new Aplicada(e.seq(), e.op(), banco.aplicar(e.op()))).toList();
        }

        public Banco banco() {
            return banco;
        }

        public long ultimo() {
            return fila.ultimo();
        }

        public int esperando() {
            return fila.esperando();
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--sequenciador", paramLabel = "HOST", defaultValue = "127.0.0.1", order = 1,
            description = "a máquina do sequenciador (padrão: ${DEFAULT-VALUE})")
    private String sequenciador;

    @Option(names = "--ordem", paramLabel = "HOST:PORTA", order = 2,
            description = "onde assinar a ordem (padrão: porta 6003 do sequenciador)")
    private Endereco ordem;

    @Option(names = "--consulta", paramLabel = "PORTA", defaultValue = "7001", order = 3,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar consultas (padrão: ${DEFAULT-VALUE})")
    private String bind;

    // ───── Rede ─────

    private final Entrega entrega = new Entrega();

    @Override
    public Integer call() {
        Endereco origem = ordem != null ? ordem : Endereco.ler(sequenciador, 6003);
        try (Soquetes soquetes = new Soquetes()) {
            ZMQ.Socket numeradas = soquetes.conectar(SocketType.SUB, origem);
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(numeradas);
            consultas.vigiar(acordar);
            pronto("assina " + origem + ", responde consultas na porta " + consulta);
            while (ativo()) {
                acordar.poll(100);
                Soquetes.receber(numeradas, this::receber);
                consultas.responder(entrega.banco(), entrega.ultimo());
            }
        }
        return 0;
    }

    private void receber(byte[] mensagem) {
        try {
            Envelope envelope = Envelope.ler(mensagem);
            List<Aplicada> aplicadas = entrega.entregar(envelope);
            aplicadas.forEach(a -> registro().aplicada(a, entrega.banco()));
            if (aplicadas.isEmpty() && envelope.seq() > entrega.ultimo()) {
                registro().operacao("esperar", envelope.op(), "seq", envelope.seq(), "falta", entrega.ultimo() + 1);
            }
        } catch (MensagemInvalida e) {
            registro().recusada("sequenciador", e);
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Replica(), args));
    }
}
