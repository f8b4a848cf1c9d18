///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, servidor RPC: põe cada chamada na fila de todos os workers.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES rpc/PortaRpc.java ../shared/papel/Dados.java ../shared/Envelope.java
//SOURCES ../shared/ordem/Historico.java ../shared/Lembradas.java ../shared/papel/Papel.java ../shared/rede/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zeromq.SocketType;
import part2.rpc.PortaRpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Envelope;
import shared.Lembradas;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.disco.Diario;
import shared.ordem.Historico;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;

/**
 * Atende chamadas remotas, guarda cada operação no diário e a põe na fila de cada worker: uma fila por worker, porque um PUSH
 * com vários PULLs repartiria as operações entre eles em vez de copiá-las.
 *
 * <pre>
 *   Client (RPC) ──►┐                            ┌─ PUSH ──► :6001 Worker 1 (PULL)
 *                   ├─ :50051 RpcServer ─ diário ─┤
 *   Client (RPC) ──►┘   ▲                        └─ PUSH ──► :6001 Worker 2 (PULL)
 *                       └── historico (RPC) ── o worker a que falta algo
 * </pre>
 *
 * <b>Garante</b>: o que foi "enfileirado" está no disco e chegará a todos os workers; com um servidor, na mesma ordem em
 * todos; um worker parado não para o servidor nem os outros, e ao voltar recebe o que falta; uma chamada repetida (mesmo
 * id_msg) é enfileirada uma vez.<br>
 * <b>Não garante</b>: com dois servidores, a mesma ordem em todos os workers; que o cliente saiba o resultado, só que
 * foi enfileirado; atender enquanto está morto.<br>
 * <b>Experimente</b>: faça chamadas sem nenhum worker de pé; depois inicie um: ele recebe todas.
 */
@Command(name = "part2/RpcServer.java", description = "Parte 2, servidor RPC: põe cada chamada na fila de todos os workers.")
public final class RpcServer extends Papel {

    // ───── Protocolo ─────

    /** A fila: uma sequência só, e para cada worker até onde ele já foi servido. */
    public static final class Fila {

        /** Sem nada de novo, de quanto em quanto tempo se repete o último a um worker: se o perdeu, fica sabendo. */
        public static final int REPETIR_MS = 500;

        private final String fonte;
        private final Lembradas<Long> numeros = new Lembradas<>();
        private final long[] servidos;
        private final long[] repetidoEm;
        private long ultimo;

        /** @param fonte o nome desta fila, que distingue os números dela dos de outro servidor */
        public Fila(String fonte, int workers) {
            this.fonte = fonte;
            this.servidos = new long[workers];
            this.repetidoEm = new long[workers];
        }

        /**
         * Põe no fim da fila; se a operação já está nela, nada muda.
         *
         * @return o envelope, com o número que vale
         * @throws MensagemInvalida se o id_msg é o de outra operação
         */
        public Envelope enfileirar(Operacao op) {
            Long antes = numeros.daPrimeiraVez(op);
            if (antes == null) {
                refazer(op, ultimo + 1);
            }
            return new Envelope(antes == null ? ultimo : antes, op, fonte);
        }

        /** Registra o que o diário lembra. Os workers podem já tê-lo recebido; se não, eles pedem. */
        public void refazer(Operacao op, long seq) {
            ultimo = seq;
            numeros.lembrar(op, seq);
        }

        /** Daqui em diante se serve a todos só o que é novo. */
        public void servirDaquiEmDiante() {
            Arrays.fill(servidos, ultimo);
        }

        /** Este worker já foi servido até aqui; o resto, ainda não. */
        public void retomar(int worker, long seq) {
            servidos[worker] = Math.min(seq, ultimo);
        }

        /** O número do próximo que este worker não recebeu; pode ainda não existir. */
        public long proximo(int worker) {
            return servidos[worker] + 1;
        }

        /**
         * O que enviar agora a um worker: o que ele ainda não recebeu; se nada falta, de vez em quando, o último outra vez.
         *
         * @param noDisco até que número o diário vai
         * @param agora   em milissegundos, de um relógio que só avança
         * @return de que número em diante; 0 se nada
         */
        public long aEnviar(int worker, long noDisco, long agora) {
            if (proximo(worker) <= noDisco) {
                return proximo(worker);
            }
            if (agora - repetidoEm[worker] <= REPETIR_MS) {
                return 0;
            }
            repetidoEm[worker] = agora;
            return noDisco;
        }

        /** Este worker recebeu o que tem este número. */
        public void servido(int worker, long seq) {
            servidos[worker] = Math.max(servidos[worker], seq);
        }

        /** O número do último da fila; 0 se ela está vazia. */
        public long ultimo() {
            return ultimo;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "50051", order = 1,
            description = "porta das chamadas (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--workers", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:6001", order = 2,
            description = "os workers (padrão: ${DEFAULT-VALUE})")
    private String workers;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        dados.conferir(opcoes);
    }

    // ───── Rede ─────

    private static final int LACO_MS = 20;          // de quanto em quanto tempo tentar de novo um worker que não recebe
    private static final int ANOTAR_MS = 1_000;

    private final List<Runnable> aoConfirmar = new ArrayList<>();
    private Diario diario;
    private List<Endereco> destinos;
    private ObjectNode meta;        // a história desta fila, e até onde se serviu cada worker: o que está no disco
    private long anotouEm;
    private Fila fila;
    private Historico historico;
    private Falha semDisco;

    @Override
    public Integer call() throws IOException, InterruptedException {
        destinos = Endereco.lerLista(workers, 6001);
        try (Diario aberto = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa());
                PortaRpc chamadas = new PortaRpc(defesa(), bind, porta, registro())) {
            diario = aberto;
            recuperar();
            List<Ligacao> filas = destinos.stream().map(d -> soquetes.manter(SocketType.PUSH, d, registro())).toList();
            chamadas.abrirPara(new Enfileirar());
            pronto("recebe chamadas na porta " + porta + ", enfileira para " + workers);
            while (ativo()) {
                soquetes.religar();
                chamadas.atender(LACO_MS);
                confirmar();
                for (int worker = 0; worker < filas.size(); worker++) {
                    servir(worker, filas.get(worker));
                }
                anotar(ANOTAR_MS);
            }
            anotar(0);
        }
        return 0;
    }

    private void recuperar() {
        meta = diario.meta("historia");
        String fonte = meta.has("historia") ? meta.get("historia").textValue() : id() + "-" + Operacao.novoId().substring(0, 8);
        diario.guardarMeta(meta.put("historia", fonte));
        fila = new Fila(fonte, destinos.size());
        Deque<String> ultimas = new ArrayDeque<>(); // as mais velhas já ninguém repete
        diario.repetir(json -> {
            ultimas.add(json);
            if (ultimas.size() > Lembradas.MAXIMO) {
                ultimas.remove();
            }
        });
        ultimas.stream().map(Envelope::ler).forEach(envelope -> fila.refazer(envelope.op(), envelope.seq()));
        fila.servirDaquiEmDiante(); // a um worker que não se conhecia
        for (int worker = 0; worker < destinos.size(); worker++) {
            JsonNode ate = meta.path("servidos").path(destinos.get(worker).toString());
            fila.retomar(worker, ate.asLong(fila.ultimo()));
        }
        historico = new Historico(diario, () -> fonte, null);
        registro().linha("recuperado", "ultimo", diario.ultima(), "fonte", fonte);
    }

    /** Grava de uma vez o que o lote enfileirou; só então as conexões respondem. */
    private void confirmar() {
        try {
            diario.gravar();
        } catch (Falha e) {
            semDisco = e;
            registro().linha("erro", "disco", e.getMessage());
        }
        aoConfirmar.forEach(Runnable::run);
        aoConfirmar.clear();
    }

    /**
     * Envia a um worker o que a fila diz, até que ele não receba mais. Um nosso sabe, pelo número, o que é repetido: até onde
     * ele foi servido anota-se de vez em quando. O do sistema original não sabe: anota-se antes de enviar, para que uma morte
     * deste servidor, no pior momento, lhe deixe de entregar o que estava a caminho, mas nunca lhe entregue duas vezes.
     */
    private void servir(int worker, Ligacao destino) {
        boolean original = semente() ? destino.apresentada() : destino.quem() == Soquetes.Quem.ORIGINAL;
        if (!original && !destino.nossa()) {
            return; // ninguém, ou ainda não se sabe quem
        }
        long seq = fila.aEnviar(worker, diario.ultima(), System.nanoTime() / 1_000_000);
        boolean repetido = seq < fila.proximo(worker);
        List<String> envelopes = repetido && original ? List.of() : diario.ler(seq, Soquetes.LOTE);
        if (envelopes.isEmpty() || original && !anotar(worker, seq + envelopes.size() - 1)) {
            return;
        }
        for (String envelope : envelopes) {
            String texto = original ? Envelope.ler(envelope).op().json() : envelope;
            if (!destino.enviar(texto.getBytes(StandardCharsets.UTF_8))) {
                break;
            }
            fila.servido(worker, seq++);
        }
        if (original) {
            anotar(worker, fila.proximo(worker) - 1);
        }
    }

    /** Até onde todos foram servidos, se há tanto que não se anota. */
    private void anotar(int depoisDeMs) {
        long agora = System.nanoTime() / 1_000_000;
        if (agora - anotouEm >= depoisDeMs) {
            anotouEm = agora;
            for (int worker = 0; worker < destinos.size(); worker++) {
                anotar(worker, fila.proximo(worker) - 1);
            }
        }
    }

    /** @return false se o disco falhou */
    private boolean anotar(int worker, long ate) {
        String quem = destinos.get(worker).toString();
        if (semDisco != null || meta.path("servidos").path(quem).asLong(-1) == ate) {
            return semDisco == null;
        }
        try {
            meta.withObject("/servidos").put(quem, ate);
            diario.guardarMeta(meta);
            return true;
        } catch (Falha e) {
            meta.withObject("/servidos").remove(quem);
            semDisco = e;
            registro().linha("erro", "disco", e.getMessage());
            return false;
        }
    }

    /** O que as conexões pedem. */
    private final class Enfileirar implements PortaRpc.Dona {

        @Override
        public void enfileirar(Operacao op, CompletableFuture<String> resposta) {
            long antes = fila.ultimo();
            Envelope envelope = fila.enfileirar(op);
            boolean nova = envelope.seq() > antes;
            if (nova && semDisco == null) {
                diario.anexar(envelope.json());
            }
            aoConfirmar.add(() -> {
                if (envelope.seq() > diario.ultima()) { // a repetida, que já estava no disco, segue valendo
                    resposta.completeExceptionally(semDisco);
                    return;
                }
                registro().operacao(nova ? "enfileirar" : "repetida", op, "seq", envelope.seq());
                String feito = op.tipo() == Tipo.TRANSFERENCIA ? " enfileirada: " : " enfileirado: ";
                resposta.complete(op.tipo() + feito + op.id_msg());
            });
        }

        @Override
        public String historico(ObjectNode pedido) {
            return historico.historico(pedido);
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new RpcServer(), args));
    }
}
