//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES Servico.java
package part2.rpc;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INTERNAL_ERROR;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_NOT_FOUND;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_PARAMS_INVALID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import com.googlecode.jsonrpc4j.JsonRpcBasicServer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O jsonrpc4j, que acha o método do {@link Servico} e o chama com os parâmetros de um pedido. Dá-se-lhe o pedido já lido, em
 * vez dos bytes dele; os métodos prometem o resultado, em vez de o esperar; e os erros saem em português.
 */
final class InterpreteJsonRpc extends JsonRpcBasicServer {

    static final String UM_PEDIDO = "um pedido é um objeto com jsonrpc (\"2.0\"), method (texto), params (lista ou"
            + " objeto) e id (texto, número ou null)";
    static final String OS_PARAMETROS = "os parâmetros são (conta, valor[, id_msg]) em depositar e sacar, "
            + "(conta_origem, conta_destino, valor[, id_msg]) em transferir";

    private static final Map<String, String> TRADUCOES = Map.of(
            INVALID_REQUEST.message, UM_PEDIDO,
            METHOD_NOT_FOUND.message, "método desconhecido; há depositar, sacar e transferir",
            METHOD_PARAMS_INVALID.message, OS_PARAMETROS);

    /** Um só serve a todas as conexões. */
    InterpreteJsonRpc(Servico servico) {
        super(new ComPromessas(), servico, Servico.class);
        setBackwardsCompatible(false);
        setShouldLogInvocationErrors(false);
        setErrorResolver((erro, metodo, argumentos) -> {
            if (erro instanceof NumberFormatException) { // NaN, ou um expoente que não cabe
                return new JsonError(METHOD_PARAMS_INVALID.code, "valor: não é um número que sirva", null);
            }
            int codigo = (erro instanceof MensagemInvalida ? METHOD_PARAMS_INVALID : INTERNAL_ERROR).code;
            return new JsonError(codigo, erro.getMessage(), null);
        });
    }

    /** Chama já; a resposta vem quando vier o que o método prometeu. */
    CompletableFuture<ObjectNode> responder(ObjectNode pedido) throws IOException {
        ObjectNode resposta = (ObjectNode) handleJsonNodeRequest(pedido).getResponse();
        if (resposta.get("result") instanceof POJONode resultado) {
            return ((CompletableFuture<?>) resultado.getPojo()).handle((valor, falha) -> falha == null
                    ? resposta.putPOJO("result", valor)
                    : ServidorJsonRpc.erro(INTERNAL_ERROR, falha.getMessage(), null));
        }
        return CompletableFuture.completedFuture(emPortugues(resposta));
    }

    /** O jsonrpc4j escreve na resposta o que o método devolve; uma promessa, põe-na como está. */
    private static final class ComPromessas extends ObjectMapper {

        ComPromessas() {
            super(Json.MAPPER);
        }

        @Override
        @SuppressWarnings("unchecked") // quem chama quer um JsonNode
        public <T extends JsonNode> T valueToTree(Object promessa) {
            return (T) new POJONode(promessa);
        }
    }

    /** Os erros do próprio jsonrpc4j, em português. */
    private static ObjectNode emPortugues(ObjectNode resposta) {
        if (resposta.path("error") instanceof ObjectNode erro) {
            String mensagem = erro.path("message").asText();
            erro.put("message", mensagem.startsWith("Failed to read method parameter at index ")
                    ? "parâmetro " + (1 + Integer.parseInt(mensagem.replaceAll("\\D", "")))
                            + ": tipo errado; contas e id_msg são textos, valor é número"
                    : TRADUCOES.getOrDefault(mensagem, mensagem));
        }
        return resposta;
    }
}
