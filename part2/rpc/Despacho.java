//SOURCES Servico.java
package part2.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O serviço como as conexões o veem. Cada uma tem a sua linha de execução, e a fila tem uma só dona: a chamada passa à linha
 * dela, e a conexão espera pela resposta.
 */
final class Despacho implements Servico {

    private static final int PRAZO_MS = 10_000;
    private static final int DE_UMA_VEZ = 1_000; // chamadas que se fazem antes de gravar e de olhar o resto

    private final BiConsumer<Operacao, CompletableFuture<String>> enfileirar;
    private final Function<ObjectNode, String> historico;
    private final BlockingQueue<Runnable> tarefas = new LinkedBlockingQueue<>(100_000);

    Despacho(BiConsumer<Operacao, CompletableFuture<String>> enfileirar, Function<ObjectNode, String> historico) {
        this.enfileirar = enfileirar;
        this.historico = historico;
    }

    /** Na linha da dona: faz as chamadas que chegaram, esperando pela primeira até tantos milissegundos. */
    void fazer(int esperarMs) throws InterruptedException {
        int feitas = 0;
        for (Runnable tarefa = tarefas.poll(esperarMs, TimeUnit.MILLISECONDS); tarefa != null;
                tarefa = ++feitas < DE_UMA_VEZ ? tarefas.poll() : null) {
            tarefa.run();
        }
    }

    /** Noutra linha: a dona não espera mais. */
    void acordar() {
        tarefas.offer(() -> { });
    }

    // ───── Na linha de cada conexão ─────

    @Override
    public String depositar(String conta, BigDecimal valor, String idMsg) {
        return enfileirar(new Operacao(idMsg, Tipo.DEPOSITO, conta, null, valor));
    }

    @Override
    public String sacar(String conta, BigDecimal valor, String idMsg) {
        return enfileirar(new Operacao(idMsg, Tipo.SAQUE, conta, null, valor));
    }

    @Override
    public String transferir(String origem, String destino, BigDecimal valor, String idMsg) {
        return enfileirar(new Operacao(idMsg, Tipo.TRANSFERENCIA, origem, destino, valor));
    }

    private String enfileirar(Operacao op) {
        return esperar(resposta -> enfileirar.accept(op, resposta));
    }

    @Override
    public JsonNode historico(long desde, long max) {
        ObjectNode pedido = Json.MAPPER.createObjectNode().put("desde", desde).put("max", max);
        String envelopes = esperar(resposta -> resposta.complete(historico.apply(pedido)));
        return Json.ler(envelopes.getBytes(StandardCharsets.UTF_8));
    }

    private String esperar(Consumer<CompletableFuture<String>> chamada) {
        CompletableFuture<String> resposta = new CompletableFuture<>();
        try {
            if (!tarefas.offer(() -> fazer(chamada, resposta), PRAZO_MS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("servidor ocupado; tente de novo com o mesmo id_msg");
            }
            return resposta.get(PRAZO_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MensagemInvalida recusa) { // num erro de RPC só viaja a mensagem: que diga a espécie
                throw new MensagemInvalida(recusa.codigo(), recusa.codigo() + ": " + recusa.getMessage());
            }
            throw new IllegalStateException(e.getCause().getMessage());
        } catch (TimeoutException | InterruptedException e) {
            throw new IllegalStateException("servidor encerrando; tente de novo com o mesmo id_msg");
        }
    }

    private static void fazer(Consumer<CompletableFuture<String>> chamada, CompletableFuture<String> resposta) {
        try {
            chamada.accept(resposta);
        } catch (RuntimeException e) {
            resposta.completeExceptionally(e);
        }
    }
}
