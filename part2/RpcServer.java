///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, servidor RPC: põe cada chamada na fila de todos os workers.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES JsonRpc.java Servico.java ../shared/Envelope.java ../shared/Papel.java ../shared/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part2;

import com.googlecode.jsonrpc4j.JsonRpcBasicServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Endereco;
import shared.Envelope;
import shared.Falha;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Papel;
import shared.QuemUsa;
import shared.Soquetes;

/**
 * Atende chamadas remotas e põe cada operação na fila de cada worker: uma fila por worker, porque um PUSH com vários
 * PULLs repartiria as operações entre eles em vez de copiá-las.
 *
 * <pre>
 *   Client (RPC) ──►┐                          ┌─ PUSH ──► :6001 Worker 1 (PULL)
 *                   ├─ :50051 RpcServer ─ fila ─┤
 *   Client (RPC) ──►┘                          └─ PUSH ──► :6001 Worker 2 (PULL)
 * </pre>
 *
 * <b>Garante</b>: com um servidor, a mesma ordem em todos os workers; um worker parado não para o servidor nem os outros,
 * e ao voltar recebe o que falta; uma chamada repetida (mesmo id_msg) é enfileirada uma vez.<br>
 * <b>Não garante</b>: com dois servidores, a mesma ordem em todos os workers; que o cliente saiba o resultado, só que
 * foi enfileirado.<br>
 * <b>Experimente</b>: faça chamadas sem nenhum worker de pé; depois inicie um: ele recebe todas.
 */
@Command(name = "part2/RpcServer.java", description = "Parte 2, servidor RPC: põe cada chamada na fila de todos os workers.")
public final class RpcServer extends Papel {

    /** Como as operações viajam aos workers: numeradas, ou simples como no sistema original. */
    enum Formato { envelope, semente }

    // ───── Protocolo ─────

    /** A fila: uma sequência só, e para cada worker até onde ele já foi servido. */
    public static final class Fila {

        private final String fonte;
        private final List<Envelope> envelopes = new ArrayList<>();
        private final Map<String, Envelope> porId = new HashMap<>();
        private final int[] servidos;

        /** @param fonte o nome desta fila, que distingue os números dela dos de outro servidor */
        public Fila(String fonte, int workers) {
            this.fonte = fonte;
            this.servidos = new int[workers];
        }

        /** Põe no fim da fila; se o id_msg já está nela, nada muda. @return o envelope que vale */
        public Envelope enfileirar(Operacao op) {
            return porId.computeIfAbsent(op.id_msg(), id -> {
                Envelope novo = new Envelope(envelopes.size() + 1, op, fonte);
                envelopes.add(novo);
                return novo;
            });
        }

        /** O próximo que este worker não recebeu; {@code null} se está em dia. */
        public Envelope proximo(int worker) {
            return servidos[worker] < envelopes.size() ? envelopes.get(servidos[worker]) : null;
        }

        public void servido(int worker) {
            servidos[worker]++;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", defaultValue = "50051", order = 1,
            description = "porta das chamadas (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--workers", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:6001", order = 2,
            description = "os workers (padrão: ${DEFAULT-VALUE})")
    private String workers;

    @Option(names = "--formato", paramLabel = "FORMATO", defaultValue = "envelope", order = 3,
            description = "envelope ou semente (sem número, como no sistema original; padrão: ${DEFAULT-VALUE})")
    private Formato formato;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    // ───── Rede ─────

    private static final int CONEXOES_MAXIMAS = 256;
    private static final int LACO_MS = 20;          // de quanto em quanto tempo tentar de novo um worker que não recebe
    private static final int PRAZO_DA_FILA_MS = 10_000;

    /** Uma operação a caminho da fila, e quem espera por isso. */
    private record Chegada(Operacao op, CompletableFuture<Envelope> enfileirada) {
    }

    private final BlockingQueue<Chegada> chegadas = new LinkedBlockingQueue<>(100_000);
    private final Semaphore vagas = new Semaphore(CONEXOES_MAXIMAS);

    /** Esta linha de execução é a dona da fila e dos PUSH; cada conexão tem a sua própria, e só se falam por chegadas. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Endereco> destinos = Endereco.lerLista(workers, 6001);
        Fila fila = new Fila(id(), destinos.size());
        try (Soquetes soquetes = new Soquetes(); ServerSocket escuta = escutar()) {
            ZMQ.Socket[] filas = destinos.stream().map(d -> soquetes.conectar(SocketType.PUSH, d)).toArray(ZMQ.Socket[]::new);
            JsonRpcBasicServer servidor = JsonRpc.servidor(new Enfileirar());
            iniciar("rpc", () -> aceitar(escuta, servidor));
            pronto("recebe chamadas na porta " + porta + ", enfileira para " + workers);
            while (ativo()) {
                receber(fila, chegadas.poll(LACO_MS, TimeUnit.MILLISECONDS));
                for (int worker = 0; worker < filas.length; worker++) {
                    servir(fila, worker, filas[worker]);
                }
            }
        }
        return 0;
    }

    private void receber(Fila fila, Chegada primeira) {
        int lote = 0;
        for (Chegada chegada = primeira; chegada != null; chegada = ++lote < Soquetes.LOTE ? chegadas.poll() : null) {
            Envelope envelope = fila.enfileirar(chegada.op());
            registro().operacao("enfileirar", chegada.op(), "seq", envelope.seq());
            chegada.enfileirada().complete(envelope);
        }
    }

    /** Envia o que falta a um worker, até que ele não receba mais. */
    private void servir(Fila fila, int worker, ZMQ.Socket destino) {
        Envelope envelope;
        for (int i = 0; i < Soquetes.LOTE && (envelope = fila.proximo(worker)) != null; i++) {
            String texto = formato == Formato.semente ? envelope.op().json() : envelope.json();
            if (!destino.send(texto.getBytes(StandardCharsets.UTF_8), ZMQ.DONTWAIT)) {
                return;
            }
            fila.servido(worker);
        }
    }

    private ServerSocket escutar() throws IOException {
        ServerSocket escuta = new ServerSocket();
        try {
            escuta.setReuseAddress(true);
            escuta.bind(new InetSocketAddress(bind, porta), 128);
            return escuta;
        } catch (BindException e) {
            escuta.close();
            throw new Falha(e.getMessage().contains("in use")
                    ? "a porta " + porta + " já está em uso por " + QuemUsa.porta(porta) + "; encerre-o, ou escolha outra com --porta"
                    : "não consegui escutar em " + bind + ":" + porta + " (veja --bind; 0.0.0.0 escuta em todos)");
        }
    }

    private void aceitar(ServerSocket escuta, JsonRpcBasicServer servidor) {
        while (!escuta.isClosed()) {
            try {
                vagas.acquire();
                Socket conexao = escuta.accept();
                iniciar("conexao", () -> atender(conexao, servidor));
            } catch (IOException | InterruptedException e) {
                vagas.release();
                if (!escuta.isClosed()) {
                    registro().linha("conexao-falhou", "erro", e.getMessage());
                }
            }
        }
    }

    private void atender(Socket conexao, JsonRpcBasicServer servidor) {
        try (conexao) {
            JsonRpc.atender(conexao, servidor);
        } catch (IOException | RuntimeException e) {
            registro().linha("conexao-encerrada", "de", conexao.getRemoteSocketAddress(), "erro", e.getMessage());
        } finally {
            vagas.release();
        }
    }

    private static void iniciar(String nome, Runnable tarefa) {
        Thread linha = new Thread(tarefa, nome);
        linha.setDaemon(true);
        linha.start();
    }

    /** O serviço como as conexões o veem: cada chamada espera até que a operação esteja na fila. */
    private final class Enfileirar implements Servico {

        @Override
        public String depositar(String conta, BigDecimal valor) {
            return depositar(conta, valor, Operacao.novoId());
        }

        @Override
        public String depositar(String conta, BigDecimal valor, String idMsg) {
            return enfileirar(new Operacao(idMsg, Tipo.DEPOSITO, conta, null, valor)) + " enfileirado: " + idMsg;
        }

        @Override
        public String sacar(String conta, BigDecimal valor) {
            return sacar(conta, valor, Operacao.novoId());
        }

        @Override
        public String sacar(String conta, BigDecimal valor, String idMsg) {
            return enfileirar(new Operacao(idMsg, Tipo.SAQUE, conta, null, valor)) + " enfileirado: " + idMsg;
        }

        @Override
        public String transferir(String origem, String destino, BigDecimal valor) {
            return transferir(origem, destino, valor, Operacao.novoId());
        }

        @Override
        public String transferir(String origem, String destino, BigDecimal valor, String idMsg) {
            return enfileirar(new Operacao(idMsg, Tipo.TRANSFERENCIA, origem, destino, valor)) + " enfileirada: " + idMsg;
        }

        private Tipo enfileirar(Operacao op) {
            Chegada chegada = new Chegada(op, new CompletableFuture<>());
            try {
                if (!chegadas.offer(chegada, PRAZO_DA_FILA_MS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("servidor ocupado; tente de novo com o mesmo id_msg");
                }
                chegada.enfileirada().get(PRAZO_DA_FILA_MS, TimeUnit.MILLISECONDS);
                return op.tipo();
            } catch (ExecutionException | TimeoutException | InterruptedException e) {
                throw new IllegalStateException("servidor encerrando; tente de novo com o mesmo id_msg");
            }
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new RpcServer(), args));
    }
}
