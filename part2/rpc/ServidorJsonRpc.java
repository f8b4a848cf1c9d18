//SOURCES Conexao.java InterpreteJsonRpc.java LeitorJson.java
package part2.rpc;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_PARAMS_INVALID;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.PARSE_ERROR;
import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * JSON-RPC 2.0 sobre TCP, do lado de quem serve: objetos JSON um depois do outro, sem cabeçalhos. Serve a {@code nc}: cada
 * resposta termina em fim de linha. O que o jsonrpc4j não faz é achar onde cada mensagem acaba, com limite de tamanho; isso
 * faz o {@link LeitorJson}.
 *
 * <p>Quem envia o que não é JSON (-32700), ou é, mas não um pedido (-32600), recebe o erro e perde a conexão: nada do que
 * venha atrás se faz. Um pedido bem feito, mas de um método que não há (-32601) ou com parâmetros que não servem (-32602),
 * tem o erro como resposta, e a conexão continua. Um lote é uma mensagem só: faz-se o que nele está bem, e depois fecha-se.
 */
final class ServidorJsonRpc extends Protocolo {

    private static final int LOTE_MAXIMO = 100; // pedidos: um lote responde mais do que pergunta

    private final InterpreteJsonRpc interprete;
    private final LeitorJson leitor = new LeitorJson(Json.LIMITE_BYTES, super.esperarMs());

    ServidorJsonRpc(Conexao conexao, InterpreteJsonRpc interprete) {
        super(conexao);
        this.interprete = interprete;
    }

    @Override
    boolean atender(ByteBuffer chegou) throws IOException {
        LeitorJson.Mensagem mensagem = leitor.proxima(chegou);
        if (mensagem != null) {
            responder(mensagem);
        }
        return mensagem != null;
    }

    @Override
    int esperarMs() {
        return leitor.esperarMs();
    }

    @Override
    MensagemInvalida cortada(ByteBuffer comeco, String porque) {
        return leitor.cortada(comeco, porque);
    }

    @Override
    void recusar(MensagemInvalida porque) {
        conexao.recusada(porque);
        boolean ehJson = !List.of("json", "cortada", "tls").contains(porque.codigo());
        escrever(completedFuture(erro(ehJson ? INVALID_REQUEST : PARSE_ERROR, porque.getMessage() + ". Aqui fala-se JSON-RPC"
                + " 2.0, sem cabeçalhos: a conexão fecha-se, e nada do que venha a seguir se faz", null)));
    }

    private void escrever(CompletableFuture<? extends JsonNode> resposta) {
        conexao.responder(resposta.thenApply(ServidorJsonRpc::linha));
    }

    /** Como vai no fio. */
    static byte[] linha(JsonNode mensagem) {
        return (mensagem + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode erro(JsonError qual, String mensagem, JsonNode id) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
        resposta.set("id", id);
        resposta.putObject("error").put("code", qual.code).put("message", mensagem);
        return resposta;
    }

    // ───── O que uma mensagem pede ─────

    /** @throws MensagemInvalida se não é nem um pedido nem um lote */
    private void responder(LeitorJson.Mensagem mensagem) throws IOException {
        JsonNode lido;
        try {
            lido = Json.lerValor(mensagem.bytes());
        } catch (MensagemInvalida e) { // é JSON, mas há nela um número que não cabe em nada
            escrever(completedFuture(registrado(erro(METHOD_PARAMS_INVALID, e.getMessage(), null))));
            return;
        }
        CompletableFuture<? extends JsonNode> resposta = lido.isArray() ? lote(lido, mensagem.ids())
                : um(conferir(lido), mensagem.ids().get(0));
        if (resposta != null) {
            escrever(resposta);
        }
    }

    private CompletableFuture<ArrayNode> lote(JsonNode pedidos, List<String> ids) throws IOException {
        if (pedidos.isEmpty() || pedidos.size() > LOTE_MAXIMO) {
            throw new MensagemInvalida("pedido", "um lote tem de 1 a " + LOTE_MAXIMO + " pedidos; há " + pedidos.size());
        }
        CompletableFuture<ArrayNode> respostas = null; // se só há notificações, não se responde
        for (int i = 0; i < pedidos.size(); i++) {
            CompletableFuture<ObjectNode> resposta = doLote(pedidos.get(i), ids.get(i));
            if (resposta != null) {
                respostas = respostas == null ? completedFuture(Json.MAPPER.createArrayNode()) : respostas;
                respostas = respostas.thenCombine(resposta, ArrayNode::add);
            }
        }
        return respostas;
    }

    private CompletableFuture<ObjectNode> doLote(JsonNode pedido, String idEscrito) throws IOException {
        try {
            return um(conferir(pedido), idEscrito);
        } catch (MensagemInvalida e) {
            conexao.recusada(e);
            conexao.acabar();
            return completedFuture(erro(INVALID_REQUEST, e.getMessage(), null));
        }
    }

    /** @return {@code null} se é uma notificação: não se responde, nem que esteja errada */
    private CompletableFuture<ObjectNode> um(ObjectNode pedido, String idEscrito) throws IOException {
        JsonNode id = pedido.get("id");
        pedido.put("id", 0); // o jsonrpc4j arredonda os números: o de verdade põe-se na resposta
        JsonNode parametros = pedido.path("params");
        CompletableFuture<ObjectNode> resposta = parametros.isMissingNode() || parametros.isContainerNode()
                ? interprete.responder(pedido)
                : completedFuture(erro(METHOD_PARAMS_INVALID, InterpreteJsonRpc.OS_PARAMETROS, null));
        resposta = resposta.thenApply(feita -> registrado(
                idEscrito == null ? feita.set("id", id) : feita.putRawValue("id", new RawValue(idEscrito))));
        return id == null ? null : resposta;
    }

    private ObjectNode registrado(ObjectNode resposta) {
        if (resposta.has("error")) {
            conexao.recusada(new MensagemInvalida("rpc",
                    resposta.at("/error/code") + ": " + resposta.at("/error/message").asText()));
        }
        return resposta;
    }

    /** @throws MensagemInvalida se não é um pedido */
    private static ObjectNode conferir(JsonNode pedido) {
        JsonNode id = pedido.path("id");
        boolean idServe = id.isMissingNode() || id.isNull() || id.isTextual() || id.isNumber();
        if (pedido instanceof ObjectNode objeto && idServe && pedido.path("method").isTextual()
                && pedido.path("jsonrpc").isTextual() && pedido.get("jsonrpc").textValue().equals("2.0")) {
            return objeto;
        }
        throw new MensagemInvalida("pedido", InterpreteJsonRpc.UM_PEDIDO);
    }
}
