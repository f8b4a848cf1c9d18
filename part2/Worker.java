///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, worker: tira operações da sua fila e as aplica.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Consulta.java ../shared/FilaDeEspera.java ../shared/Papel.java ../shared/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Aplicada;
import shared.Banco;
import shared.Consulta;
import shared.Envelope;
import shared.FilaDeEspera;
import shared.Json;
import shared.MensagemInvalida;
import shared.Operacao;
import shared.Papel;
import shared.Soquetes;

/**
 * Recebe numa fila só sua todas as operações, e as aplica por ordem.
 *
 * <pre>
 *   RpcServer (PUSH) ──► :6001 Worker (PULL) ── Banco ── consultas (:7001)
 * </pre>
 *
 * <b>Garante</b>: a ordem de cada servidor (FIFO); com um só, a mesma que os outros workers.<br>
 * <b>Não garante</b>: com dois servidores, a mesma ordem que os outros workers.<br>
 * <b>Experimente</b>: dois RpcServer para os mesmos dois workers, com {@code carga} nos dois ao mesmo tempo.
 */
@Command(name = "part2/Worker.java", description = "Parte 2, worker: tira operações da sua fila e as aplica.")
public final class Worker extends Papel {

    // ───── Protocolo ─────

    /** A regra do worker: por ordem de número em cada fila de origem; as simples, por ordem de chegada. */
    public static final class Entrega {

        private static final int ESPERA_MAXIMA = 100_000;
        private static final int FONTES_MAXIMAS = 64;

        private final Map<String, FilaDeEspera> porFonte = new HashMap<>();
        private final Banco banco = new Banco();
        private long entregues;

        /** @return o que este envelope permitiu aplicar, por ordem */
        public List<Aplicada> entregar(Envelope envelope) {
            if (porFonte.size() >= FONTES_MAXIMAS && !porFonte.containsKey(envelope.fonte())) {
                throw new MensagemInvalida("campo", "fonte: já há " + FONTES_MAXIMAS + " servidores diferentes");
            }
            FilaDeEspera fila = porFonte.computeIfAbsent(envelope.fonte(), fonte -> new FilaDeEspera(ESPERA_MAXIMA));
            return fila.receber(envelope).stream().map(e -> aplicar(e.op())).toList();
        }

        public Aplicada aplicar(Operacao op) {
            return new Aplicada(++entregues, op, banco.aplicar(op));
        }

        public Banco banco() {
            return banco;
        }

        /** Quantas operações passaram pelo banco, de todas as filas. */
        public long entregues() {
            return entregues;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", defaultValue = "6001", order = 1,
            description = "porta da fila deste worker (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--consulta", paramLabel = "PORTA", defaultValue = "7001", order = 2,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 3,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    // ───── Rede ─────

    private final Entrega entrega = new Entrega();

    @Override
    public Integer call() {
        try (Soquetes soquetes = new Soquetes()) {
            ZMQ.Socket fila = soquetes.ligar(SocketType.PULL, bind, porta, "--porta");
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(fila);
            consultas.vigiar(acordar);
            pronto("recebe a fila na porta " + porta + ", responde consultas na porta " + consulta);
            while (ativo()) {
                acordar.poll(100);
                Soquetes.receber(fila, this::receber);
                consultas.responder(entrega.banco(), entrega.entregues());
            }
        }
        return 0;
    }

    private void receber(byte[] mensagem) {
        try {
            ObjectNode objeto = Json.ler(mensagem);
            List<Aplicada> aplicadas = Envelope.eEnvelope(objeto)
                    ? entrega.entregar(Envelope.de(objeto))
                    : List.of(entrega.aplicar(Operacao.de(objeto)));
            aplicadas.forEach(a -> registro().aplicada(a, entrega.banco()));
        } catch (MensagemInvalida e) {
            registro().recusada("fila", e);
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Worker(), args));
    }
}
