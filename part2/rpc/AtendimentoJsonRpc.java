//SOURCES InterpreteJsonRpc.java
package part2.rpc;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_PARAMS_INVALID;
import static java.util.concurrent.CompletableFuture.completedFuture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** O que se faz com uma mensagem de JSON-RPC, que é um pedido ou um lote deles: conferi-la, e responder-lhe. */
final class AtendimentoJsonRpc {

    /** Um lote responde mais do que pergunta, e um valor lido ocupa mais que o seu texto: por 256 conexões, seria muito. */
    private static final int LOTE_MAXIMO = 100;
    private static final int SINAIS_MAXIMOS = 2_000; // de { [ : e ,
    private static final int ID_MAXIMO = 400; // algarismos de um id que é um número
    private static final Pattern NUMERO = Pattern.compile("-?[0-9.]+([eE][+-]?[0-9]{1,5})?"); // não NaN, nem 1e999999999

    private final InterpreteJsonRpc interprete;
    private final Consumer<MensagemInvalida> registrar;
    private boolean recusou;

    AtendimentoJsonRpc(InterpreteJsonRpc interprete, Consumer<MensagemInvalida> registrar) {
        this.interprete = interprete;
        this.registrar = registrar;
    }

    /** @return a resposta; {@code null} se não a há. @throws MensagemInvalida se não é nem pedido nem lote */
    CompletableFuture<? extends JsonNode> responder(byte[] mensagem) throws IOException {
        if (sinais(mensagem) > SINAIS_MAXIMOS) {
            throw new MensagemInvalida("grande", "mensagem grande demais; o máximo é " + SINAIS_MAXIMOS + " sinais");
        }
        List<String> ids = idsEscritos(mensagem);
        JsonNode lido;
        try {
            lido = Json.lerValor(mensagem);
        } catch (MensagemInvalida e) { // é JSON, mas há nela um número que não cabe em nada
            return completedFuture(registrado(erro(METHOD_PARAMS_INVALID, e.getMessage(), null)));
        }
        if (!lido.isArray()) {
            return um(conferir(lido), ids.get(0));
        }
        if (lido.isEmpty() || lido.size() > LOTE_MAXIMO) {
            throw new MensagemInvalida("pedido", "um lote tem de 1 a " + LOTE_MAXIMO + " pedidos; há " + lido.size());
        }
        CompletableFuture<ArrayNode> respostas = completedFuture(Json.MAPPER.createArrayNode());
        boolean alguma = false;
        for (int i = 0; i < lido.size(); i++) {
            CompletableFuture<ObjectNode> resposta = doLote(lido.get(i), ids.get(i));
            if (resposta != null) {
                respostas = respostas.thenCombine(resposta, ArrayNode::add);
                alguma = true;
            }
        }
        return alguma ? respostas : null;
    }

    private CompletableFuture<ObjectNode> doLote(JsonNode pedido, String idEscrito) throws IOException {
        try {
            return um(conferir(pedido), idEscrito);
        } catch (MensagemInvalida e) {
            recusou = true;
            registrar.accept(e);
            return completedFuture(erro(INVALID_REQUEST, e.getMessage(), null));
        }
    }

    private CompletableFuture<ObjectNode> um(ObjectNode pedido, String idEscrito) throws IOException {
        JsonNode id = pedido.get("id");
        pedido.put("id", 0); // o jsonrpc4j arredonda os números: o de verdade põe-se na resposta
        JsonNode parametros = pedido.path("params");
        CompletableFuture<ObjectNode> resposta = parametros.isMissingNode() || parametros.isContainerNode()
                ? interprete.responder(pedido)
                : completedFuture(erro(METHOD_PARAMS_INVALID, InterpreteJsonRpc.OS_PARAMETROS, null));
        resposta = resposta.thenApply(feita -> registrado(
                idEscrito == null ? feita.set("id", id) : feita.putRawValue("id", new RawValue(idEscrito))));
        return id == null ? null : resposta; // uma notificação não se responde, nem que esteja errada
    }

    private ObjectNode registrado(ObjectNode resposta) {
        if (resposta.has("error")) {
            registrar.accept(new MensagemInvalida("rpc",
                    resposta.at("/error/code") + ": " + resposta.at("/error/message").asText()));
        }
        return resposta;
    }

    /** Se nela algo não era um pedido: quem o envia perde a conexão. */
    boolean recusou() {
        return recusou;
    }

    // ───── A forma de um pedido ─────

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

    private static int sinais(byte[] mensagem) {
        int sinais = 0;
        for (byte letra : mensagem) {
            sinais += letra == '{' || letra == '[' || letra == ':' || letra == ',' ? 1 : 0;
        }
        return sinais;
    }

    /**
     * O id de cada pedido, tal como foi escrito, se é um número; {@code null} se não. Lidos como valores, 1e400 ou 1.50
     * voltariam escritos de outra forma.
     *
     * @throws MensagemInvalida se um número não serve para id
     */
    private static List<String> idsEscritos(byte[] mensagem) throws IOException {
        List<String> ids = new ArrayList<>();
        try (JsonParser leitor = Json.MAPPER.createParser(mensagem)) {
            int doPedido = mensagem[0] == '[' ? 2 : 1; // a que fundo estão os campos de um pedido
            int fundo = 0;
            for (JsonToken sinal; (sinal = leitor.nextToken()) != null; ) {
                if (fundo == doPedido - 1 && !sinal.isStructEnd()) {
                    ids.add(null);
                } else if (fundo == doPedido && sinal.isNumeric() && "id".equals(leitor.currentName())) {
                    ids.set(ids.size() - 1, idEscrito(leitor.getText()));
                }
                fundo += sinal.isStructStart() ? 1 : sinal.isStructEnd() ? -1 : 0;
            }
        }
        return ids;
    }

    private static String idEscrito(String numero) {
        if (numero.length() > ID_MAXIMO || !NUMERO.matcher(numero).matches()) {
            throw new MensagemInvalida("pedido", "id: um número que não serve, ou comprido demais");
        }
        return numero;
    }

    static ObjectNode erro(JsonError qual, String mensagem, JsonNode id) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
        resposta.set("id", id);
        resposta.putObject("error").put("code", qual.code).put("message", mensagem);
        return resposta;
    }
}
