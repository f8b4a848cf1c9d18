//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES Servico.java Tls.java ../shared/Endereco.java ../shared/Json.java ../shared/SemResposta.java
//SOURCES ../shared/Soquetes.java
package part2;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INTERNAL_ERROR;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_NOT_FOUND;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_PARAMS_INVALID;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.PARSE_ERROR;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import com.googlecode.jsonrpc4j.JsonRpcBasicServer;
import com.googlecode.jsonrpc4j.JsonRpcClient;
import com.googlecode.jsonrpc4j.JsonRpcClientException;
import com.googlecode.jsonrpc4j.JsonRpcInterceptor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import shared.Endereco;
import shared.Falha;
import shared.Json;
import shared.MensagemInvalida;
import shared.Recusas;
import shared.SemResposta;
import shared.Soquetes;

/**
 * JSON-RPC 2.0 sobre TCP, dos dois lados, com jsonrpc4j: objetos JSON um depois do outro, sem cabeçalhos. Serve a
 * {@code nc}: cada resposta termina em fim de linha. O que o jsonrpc4j não faz é achar onde cada mensagem acaba, com
 * limite de tamanho; isso é {@link #proxima}.
 */
final class JsonRpc {

    /** Acima disto a conexão é cortada; entre {@link Json#LIMITE_BYTES} e isto, a mensagem recebe um erro. */
    private static final int DESCARTE_MAXIMO = 2 * 1024 * 1024;
    /** Um lote responde mais do que pergunta, e cada valor lido ocupa mais do que o seu texto: por 256 conexões, seria muito. */
    private static final int LOTE_MAXIMO = 100;
    private static final int SINAIS_MAXIMOS = 2_000; // de { [ : e ,

    static final int SEM_PRAZO = 0;             // entre uma chamada e outra: quem só ocupa lugar, tira-o a Portaria
    static final int NO_MEIO_MS = 10_000;       // no meio de uma mensagem: a rede é mais rápida que isso
    private static final String UM_PEDIDO = "um pedido é um objeto com jsonrpc, method, params (lista ou objeto) e id (texto ou número)";

    private JsonRpc() {
    }

    // ───── Servidor ─────

    /** Prepara o serviço. Um só serve a todas as conexões. */
    static Servidor servidor(Servico servico) {
        Servidor servidor = new Servidor(servico);
        servidor.setBackwardsCompatible(false);
        servidor.setShouldLogInvocationErrors(false);
        servidor.setErrorResolver((erro, metodo, argumentos) -> {
            if (erro instanceof NumberFormatException) { // NaN, ou um expoente que não cabe
                return new JsonError(METHOD_PARAMS_INVALID.code, "valor: não é um número que sirva", null);
            }
            if (erro instanceof MensagemInvalida recusa) { // num campo, a mensagem já diz qual
                String codigo = recusa.codigo().equals("campo") ? "" : recusa.codigo() + ": ";
                return new JsonError(METHOD_PARAMS_INVALID.code, codigo + recusa.getMessage(), null);
            }
            return new JsonError(INTERNAL_ERROR.code, erro.getMessage(), null);
        });
        servidor.setInterceptorList(List.of(new ErrosEmPortugues()));
        return servidor;
    }

    /** O servidor do jsonrpc4j, a quem se dá o pedido já lido em vez dos bytes dele. */
    static final class Servidor extends JsonRpcBasicServer {

        private Servidor(Servico servico) {
            super(Json.MAPPER, servico, Servico.class);
        }

        private JsonNode responder(JsonNode pedido) throws IOException {
            return handleJsonNodeRequest(pedido).getResponse();
        }
    }

    /** Atende uma conexão até que o cliente a feche ou fique mudo. @param foiUtil chamado a cada resposta que ele deixa enviar */
    static void atender(Socket conexao, InputStream entrada, Servidor servidor, Runnable foiUtil) throws IOException {
        OutputStream saida = new BufferedOutputStream(conexao.getOutputStream());
        conexao.setTcpNoDelay(true);
        byte[] mensagem;
        while ((mensagem = proxima(conexao, entrada)) != null) {
            JsonNode resposta = responder(mensagem, servidor);
            if (resposta != null) {
                saida.write((resposta + "\n").getBytes(StandardCharsets.UTF_8));
                saida.flush();
            }
            foiUtil.run();
        }
    }

    /** A resposta a uma mensagem, que é um pedido ou um lote deles; {@code null} se não há o que responder. */
    private static JsonNode responder(byte[] mensagem, Servidor servidor) throws IOException {
        if (mensagem.length > Json.LIMITE_BYTES || sinais(mensagem) > SINAIS_MAXIMOS) {
            return erro(INVALID_REQUEST, "mensagem grande demais; o máximo é " + Json.LIMITE_BYTES + " bytes, com "
                    + SINAIS_MAXIMOS + " sinais", null);
        }
        JsonNode lido;
        try {
            lido = Json.lerValor(mensagem);
        } catch (MensagemInvalida e) {
            return erro(e.codigo().equals("json") ? PARSE_ERROR : METHOD_PARAMS_INVALID, e.getMessage(), null);
        }
        if (!lido.isArray() || lido.isEmpty()) {
            return um(lido, servidor);
        }
        if (lido.size() > LOTE_MAXIMO) {
            return erro(INVALID_REQUEST, "um lote tem no máximo " + LOTE_MAXIMO + " pedidos; vieram " + lido.size(), null);
        }
        ArrayNode respostas = Json.MAPPER.createArrayNode();
        for (JsonNode pedido : lido) {
            JsonNode resposta = um(pedido, servidor);
            if (resposta != null) {
                respostas.add(resposta);
            }
        }
        return respostas.isEmpty() ? null : respostas;
    }

    private static int sinais(byte[] mensagem) {
        int sinais = 0;
        for (byte letra : mensagem) {
            sinais += letra == '{' || letra == '[' || letra == ':' || letra == ',' ? 1 : 0;
        }
        return sinais;
    }

    private static JsonNode um(JsonNode pedido, Servidor servidor) throws IOException {
        JsonNode id = pedido.get("id");
        boolean idServe = id == null || id.isNull() || id.isTextual() || id.isNumber();
        JsonNode parametros = pedido.get("params");
        boolean parametrosServem = parametros == null || parametros.isContainerNode();
        if (!pedido.isObject() || !idServe || !parametrosServem) {
            return erro(INVALID_REQUEST, UM_PEDIDO, idServe ? id : null);
        }
        JsonNode resposta = servidor.responder(pedido);
        boolean notificacao = id == null && pedido.has("method"); // não se responde, nem que esteja errada
        return notificacao ? null : resposta;
    }

    private static JsonNode erro(JsonError qual, String mensagem, JsonNode id) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
        resposta.set("id", id);
        resposta.putObject("error").put("code", qual.code).put("message", mensagem);
        return resposta;
    }

    /**
     * Os bytes da próxima mensagem: do primeiro <code>{</code> ou <code>[</code> até fechar; ou, se não começa assim, o
     * resto da linha (que o jsonrpc4j recusará). Uma grande demais volta só com o começo.
     *
     * @return {@code null} quando o cliente fecha
     */
    private static byte[] proxima(Socket conexao, InputStream entrada) throws IOException {
        conexao.setSoTimeout(SEM_PRAZO);
        int letra;
        do {
            letra = entrada.read();
        } while (letra == ' ' || letra == '\t' || letra == '\r' || letra == '\n');
        conexao.setSoTimeout(NO_MEIO_MS);
        boolean estruturada = letra == '{' || letra == '[';
        ByteArrayOutputStream mensagem = new ByteArrayOutputStream();
        int abertas = 0;
        boolean noTexto = false;
        boolean escape = false;
        for (int lidos = 0; letra >= 0; letra = entrada.read()) {
            if (++lidos > DESCARTE_MAXIMO) {
                return null;
            }
            if (mensagem.size() <= Json.LIMITE_BYTES) {
                mensagem.write(letra);
            }
            if (!estruturada) {
                if (letra == '\n') {
                    return mensagem.toByteArray();
                }
            } else if (noTexto) {
                noTexto = escape || letra != '"';
                escape = !escape && letra == '\\';
            } else if (letra == '"') {
                noTexto = true;
            } else if (letra == '{' || letra == '[') {
                abertas++;
            } else if ((letra == '}' || letra == ']') && --abertas == 0) {
                return mensagem.toByteArray();
            }
        }
        return mensagem.size() == 0 ? null : mensagem.toByteArray();
    }

    /** Os erros do próprio jsonrpc4j, em português; e o id deles, que é null onde ele escreve "null". */
    private static final class ErrosEmPortugues implements JsonRpcInterceptor {

        private static final Map<String, String> TRADUCOES = Map.of(
                PARSE_ERROR.message, "JSON malformado",
                INVALID_REQUEST.message, UM_PEDIDO,
                METHOD_NOT_FOUND.message, "método desconhecido; há depositar, sacar e transferir",
                METHOD_PARAMS_INVALID.message, "os parâmetros são (conta, valor[, id_msg]) em depositar e sacar, "
                        + "(conta_origem, conta_destino, valor[, id_msg]) em transferir");

        @Override
        public void preHandleJson(JsonNode pedido) {
            // nada a fazer
        }

        @Override
        public void preHandle(Object alvo, Method metodo, List<JsonNode> parametros) {
            // nada a fazer
        }

        @Override
        public void postHandle(Object alvo, Method metodo, List<JsonNode> parametros, JsonNode resultado) {
            // nada a fazer
        }

        @Override
        public void postHandleJson(JsonNode resposta) {
            if (resposta.path("error") instanceof ObjectNode erro) {
                String mensagem = erro.path("message").asText();
                erro.put("message", mensagem.startsWith("Failed to read method parameter at index ")
                        ? "parâmetro " + (1 + Integer.parseInt(mensagem.replaceAll("\\D", ""))) + ": tipo errado; contas e id_msg são textos, valor é número"
                        : TRADUCOES.getOrDefault(mensagem, mensagem));
                if (resposta.path("id").asText().equals("null")) {
                    ((ObjectNode) resposta).putNull("id");
                }
            }
        }
    }

    // ───── Cliente ─────

    /** Chama um servidor; sem resposta, reconecta-se e repete a mesma chamada, como o <i>Lazy Pirate</i>. */
    static final class Chamada implements AutoCloseable {

        private static final int PRAZO_MS = 2_500;
        private static final int TENTATIVAS = 3;

        private final JsonRpcClient cliente = new JsonRpcClient(Json.MAPPER);
        private final Endereco servidor;
        private final SSLContext tls = Tls.doProcesso(false);
        private Socket conexao;
        private InputStream entrada;

        Chamada(Endereco servidor) {
            Soquetes.exigirQueExista(servidor);
            this.servidor = servidor;
        }

        /** @throws MensagemInvalida se o servidor recusou; @throws SemResposta se não respondeu */
        String chamar(String metodo, Object... argumentos) {
            return chamar(String.class, TENTATIVAS, metodo, argumentos);
        }

        /** O mesmo, dizendo o tipo da resposta e quantas vezes tentar. */
        <T> T chamar(Class<T> tipo, int tentativas, String metodo, Object... argumentos) {
            for (int tentativa = 1; tentativa <= tentativas; tentativa++) {
                try {
                    conectar();
                    return cliente.invokeAndReadResponse(metodo, argumentos, tipo, conexao.getOutputStream(), entrada);
                } catch (JsonRpcClientException e) {
                    throw new MensagemInvalida("rpc", e.getMessage());
                } catch (IOException e) {
                    close();
                    if (e instanceof SSLException || e instanceof JsonProcessingException) { // respondeu, mas não assim
                        Recusas.semAcordo(servidor);
                    }
                    esperar(tentativa < tentativas ? PRAZO_MS : 0);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            }
            throw new SemResposta(servidor, (long) PRAZO_MS * tentativas);
        }

        private void conectar() throws IOException {
            if (conexao == null) {
                conexao = Tls.conectar(servidor, tls, PRAZO_MS);
                entrada = new BufferedInputStream(conexao.getInputStream());
            }
        }

        /** Uma recusa de conexão vem na hora: dá ao servidor o prazo inteiro para voltar. */
        private void esperar(int milissegundos) {
            try {
                Thread.sleep(milissegundos);
            } catch (InterruptedException e) {
                throw new Falha("interrompido");
            }
        }

        @Override
        public void close() {
            try {
                if (conexao != null) {
                    conexao.close();
                }
            } catch (IOException e) {
                // já estava fechada
            }
            conexao = null;
        }
    }
}
