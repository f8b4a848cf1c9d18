//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES LeitorJson.java Servico.java Tls.java ../../shared/texto/Endereco.java ../../shared/texto/Json.java ../../shared/Operacao.java
//SOURCES ../../shared/rede/SemResposta.java ../../shared/rede/Tcp.java
package part2.rpc;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INTERNAL_ERROR;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_NOT_FOUND;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.METHOD_PARAMS_INVALID;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.PARSE_ERROR;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import com.googlecode.jsonrpc4j.JsonRpcBasicServer;
import com.googlecode.jsonrpc4j.JsonRpcClient;
import com.googlecode.jsonrpc4j.JsonRpcInterceptor;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import shared.Operacao;
import shared.defesa.Recusas;
import shared.rede.SemResposta;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * JSON-RPC 2.0 sobre TCP, dos dois lados, com jsonrpc4j: objetos JSON um depois do outro, sem cabeçalhos. Serve a
 * {@code nc}: cada resposta termina em fim de linha. O que o jsonrpc4j não faz é achar onde cada mensagem acaba, com
 * limite de tamanho; isso faz o {@link LeitorJson}.
 *
 * <p>Quem envia o que não é JSON (-32700), ou é, mas não um pedido (-32600), recebe o erro e perde a conexão: nada do que
 * venha atrás se faz. Um pedido bem feito, mas de um método que não há (-32601) ou com parâmetros que não servem (-32602),
 * tem o erro como resposta, e a conexão continua. Um lote é uma mensagem só: faz-se o que nele está bem, e depois fecha-se.
 */
public final class JsonRpc {
    /** Um lote responde mais do que pergunta, e cada valor lido ocupa mais do que o seu texto: por 256 conexões, seria muito. */
    private static final int LOTE_MAXIMO = 100;
    private static final int SINAIS_MAXIMOS = 2_000; // de { [ : e ,

    public static final int SEM_PRAZO = 0;             // entre uma chamada e outra: quem só ocupa lugar, tira-o a Portaria
    public static final int NO_MEIO_MS = 10_000;       // no meio de uma mensagem: a rede é mais rápida que isso
    private static final LeitorJson.Limites DE_UM_CLIENTE =
            new LeitorJson.Limites(SEM_PRAZO, NO_MEIO_MS, 60_000, Json.LIMITE_BYTES);
    private static final int ID_MAXIMO = 400; // algarismos de um id que é um número
    private static final Pattern NUMERO = Pattern.compile("-?[0-9.]+([eE][+-]?[0-9]{1,5})?"); // não NaN, nem 1e999999999
    private static final int DESPEDIDA_MS = 2_000;
    private static final int DESPEDIDA_BYTES = 4 * 1024 * 1024;
    private static final String UM_PEDIDO = "um pedido é um objeto com jsonrpc (\"2.0\"), method (texto), params (lista ou"
            + " objeto) e id (texto, número ou null)";
    private static final String OS_PARAMETROS = "os parâmetros são (conta, valor[, id_msg]) em depositar e sacar, "
            + "(conta_origem, conta_destino, valor[, id_msg]) em transferir";

    private JsonRpc() {
    }

    // ───── Servidor ─────

    /** Prepara o serviço. Um só serve a todas as conexões. */
    public static Servidor servidor(Servico servico) {
        Servidor servidor = new Servidor(servico);
        servidor.setBackwardsCompatible(false);
        servidor.setShouldLogInvocationErrors(false);
        servidor.setErrorResolver((erro, metodo, argumentos) -> {
            if (erro instanceof NumberFormatException) { // NaN, ou um expoente que não cabe
                return new JsonError(METHOD_PARAMS_INVALID.code, "valor: não é um número que sirva", null);
            }
            return new JsonError((erro instanceof MensagemInvalida ? METHOD_PARAMS_INVALID : INTERNAL_ERROR).code, erro.getMessage(), null);
        });
        servidor.setInterceptorList(List.of(new ErrosEmPortugues()));
        return servidor;
    }

    /** O servidor do jsonrpc4j, a quem se dá o pedido já lido em vez dos bytes dele. */
    public static final class Servidor extends JsonRpcBasicServer {

        private Servidor(Servico servico) {
            super(Json.MAPPER, servico, Servico.class);
        }

        private JsonNode responder(JsonNode pedido) throws IOException {
            return handleJsonNodeRequest(pedido).getResponse();
        }
    }

    /**
     * Atende uma conexão até que o cliente a feche, ou envie o que não é um pedido.
     *
     * @param foiUtil   chamado a cada resposta que ele deixa enviar
     * @param registrar a quem dizer o que foi recusado
     */
    public static void atender(Socket conexao, InputStream entrada, Servidor servidor, Runnable foiUtil,
            Consumer<MensagemInvalida> registrar) throws IOException {
        OutputStream saida = new BufferedOutputStream(conexao.getOutputStream());
        LeitorJson leitor = new LeitorJson(conexao, entrada, DE_UM_CLIENTE);
        conexao.setTcpNoDelay(true);
        try {
            for (byte[] mensagem; (mensagem = leitor.proxima()) != null; foiUtil.run()) {
                Atendimento feito = new Atendimento(servidor, registrar);
                JsonNode resposta = feito.responder(mensagem);
                if (resposta != null) {
                    escrever(resposta, saida);
                }
                if (feito.recusa != null) {
                    despedir(conexao);
                    return;
                }
            }
        } catch (MensagemInvalida recusa) {
            registrar.accept(recusa);
            boolean ehJson = !List.of("json", "cortada").contains(recusa.codigo());
            recusar(conexao, ehJson ? INVALID_REQUEST : PARSE_ERROR, recusa.getMessage() + ". Aqui fala-se JSON-RPC 2.0, sem"
                    + " cabeçalhos: a conexão fecha-se, e nada do que venha a seguir se faz");
        }
    }

    /** Diz ao outro lado porque não se lê mais nada dele, e fecha. */
    static void recusar(Socket conexao, JsonError qual, String porque) throws IOException {
        escrever(erro(qual, porque, null), conexao.getOutputStream());
        despedir(conexao);
    }

    private static void escrever(JsonNode resposta, OutputStream saida) throws IOException {
        saida.write((resposta + "\n").getBytes(StandardCharsets.UTF_8));
        saida.flush();
    }

    /** Fechar com bytes por ler cortaria a conexão antes de o outro lado ler o erro: leem-se, para nada, por um tempo. */
    private static void despedir(Socket conexao) throws IOException {
        conexao.shutdownOutput();
        byte[] lixo = new byte[8 * 1024];
        long ate = System.nanoTime() + DESPEDIDA_MS * 1_000_000L;
        int lidos = 0;
        try {
            for (long resta; lidos >= 0 && lidos < DESPEDIDA_BYTES && (resta = (ate - System.nanoTime()) / 1_000_000) > 0; ) {
                conexao.setSoTimeout((int) resta);
                int quantos = conexao.getInputStream().read(lixo);
                lidos = quantos < 0 ? -1 : lidos + quantos;
            }
        } catch (SocketTimeoutException e) {
            // teve tempo de ler o erro
        }
    }

    private static ObjectNode erro(JsonError qual, String mensagem, JsonNode id) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
        resposta.set("id", id);
        resposta.putObject("error").put("code", qual.code).put("message", mensagem);
        return resposta;
    }

    /** O que se faz com uma mensagem, que é um pedido ou um lote deles. */
    private static final class Atendimento {

        private final Servidor servidor;
        private final Consumer<MensagemInvalida> registrar;
        private MensagemInvalida recusa; // o que nela não era um pedido

        Atendimento(Servidor servidor, Consumer<MensagemInvalida> registrar) {
            this.servidor = servidor;
            this.registrar = registrar;
        }

        /** @return a resposta; {@code null} se não a há. @throws MensagemInvalida se não é nem pedido nem lote */
        JsonNode responder(byte[] mensagem) throws IOException {
            if (sinais(mensagem) > SINAIS_MAXIMOS) {
                throw new MensagemInvalida("grande", "mensagem grande demais; o máximo é " + SINAIS_MAXIMOS + " sinais");
            }
            List<String> ids = idsEscritos(mensagem);
            JsonNode lido;
            try {
                lido = Json.lerValor(mensagem);
            } catch (MensagemInvalida e) { // é JSON, mas há nela um número que não cabe em nada
                return registrado(erro(METHOD_PARAMS_INVALID, e.getMessage(), null));
            }
            if (!lido.isArray()) {
                return um(conferir(lido), ids.get(0));
            }
            if (lido.isEmpty() || lido.size() > LOTE_MAXIMO) {
                throw new MensagemInvalida("pedido", "um lote tem de 1 a " + LOTE_MAXIMO + " pedidos; há " + lido.size());
            }
            ArrayNode respostas = Json.MAPPER.createArrayNode();
            for (int i = 0; i < lido.size(); i++) {
                JsonNode resposta = doLote(lido.get(i), ids.get(i));
                if (resposta != null) {
                    respostas.add(resposta);
                }
            }
            return respostas.isEmpty() ? null : respostas;
        }

        private JsonNode doLote(JsonNode pedido, String idEscrito) throws IOException {
            try {
                return um(conferir(pedido), idEscrito);
            } catch (MensagemInvalida e) {
                recusa = e;
                registrar.accept(e);
                return erro(INVALID_REQUEST, e.getMessage(), null);
            }
        }

        private JsonNode um(ObjectNode pedido, String idEscrito) throws IOException {
            JsonNode id = pedido.get("id");
            pedido.put("id", 0); // o jsonrpc4j arredonda os números: o de verdade põe-se na resposta
            JsonNode parametros = pedido.path("params");
            ObjectNode resposta = parametros.isMissingNode() || parametros.isContainerNode()
                    ? (ObjectNode) servidor.responder(pedido) : erro(METHOD_PARAMS_INVALID, OS_PARAMETROS, null);
            registrado(resposta);
            if (id == null) {
                return null; // uma notificação não se responde, nem que esteja errada
            }
            return idEscrito == null ? resposta.set("id", id) : resposta.putRawValue("id", new RawValue(idEscrito));
        }

        private JsonNode registrado(JsonNode resposta) {
            if (resposta.has("error")) {
                registrar.accept(new MensagemInvalida("rpc",
                        resposta.at("/error/code") + ": " + resposta.at("/error/message").asText()));
            }
            return resposta;
        }
    }

    /** @throws MensagemInvalida se não é um pedido */
    private static ObjectNode conferir(JsonNode pedido) {
        JsonNode id = pedido.path("id");
        boolean idServe = id.isMissingNode() || id.isNull() || id.isTextual() || id.isNumber();
        if (pedido instanceof ObjectNode objeto && idServe && pedido.path("method").isTextual()
                && pedido.path("jsonrpc").isTextual() && pedido.get("jsonrpc").textValue().equals("2.0")) {
            return objeto;
        }
        throw new MensagemInvalida("pedido", UM_PEDIDO);
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

    /** Os erros do próprio jsonrpc4j, em português. */
    private static final class ErrosEmPortugues implements JsonRpcInterceptor {

        private static final Map<String, String> TRADUCOES = Map.of(
                INVALID_REQUEST.message, UM_PEDIDO,
                METHOD_NOT_FOUND.message, "método desconhecido; há depositar, sacar e transferir",
                METHOD_PARAMS_INVALID.message, OS_PARAMETROS);

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
            }
        }
    }

    // ───── Cliente ─────

    /** O que veio não é uma resposta; o texto diz o que é. */
    private static final class Estranha extends Exception {
        Estranha(String veio) {
            super(veio, null, false, false);
        }
    }

    /** Chama um servidor; sem resposta, reconecta-se e repete a mesma chamada, como o <i>Lazy Pirate</i>. */
    public static final class Chamada implements AutoCloseable {

        private static final int PRAZO_MS = 2_500;
        private static final int TENTATIVAS = 3;
        private static final int PRIMEIRA_MS = 250; // pede-se outra vez depois de tanto, e depois do dobro, até PRAZO_MS

        private static final LeitorJson.Limites DO_SERVIDOR =
                new LeitorJson.Limites(PRAZO_MS, PRAZO_MS, 3 * PRAZO_MS, 1024 * 1024);

        private final JsonRpcClient cliente = new JsonRpcClient(Json.MAPPER);
        private final Endereco servidor;
        private final SSLContext tls = Tls.doProcesso(false);
        private Socket conexao;
        private LeitorJson leitor;

        public Chamada(Endereco servidor) {
            Tcp.ips(servidor); // que se saiba já se o nome não existe
            this.servidor = servidor;
        }

        /**
         * @throws MensagemInvalida se o servidor recusou o que se lhe pediu
         * @throws SemResposta      se não respondeu, ou de forma que não se entende
         * @throws Falha            se não chegou a ler o pedido
         */
        public String chamar(String metodo, Object... argumentos) {
            return chamar(String.class, TENTATIVAS, metodo, argumentos);
        }

        /** O mesmo, dizendo o tipo da resposta, e quantas vezes {@link #PRAZO_MS} se insiste; 1 = só se pede uma vez. */
        public <T> T chamar(Class<T> tipo, int tentativas, String metodo, Object... argumentos) {
            String cortada = null;
            long limite = System.nanoTime() + PRAZO_MS * tentativas * 1_000_000L;
            int espera = PRIMEIRA_MS;
            boolean calado = false; // da última vez, aceitou a conexão e o pedido, e não disse nada
            do {
                long pediu = System.nanoTime();
                String id = Operacao.novoId();
                calado = false;
                try {
                    conectar();
                    escrever(cliente.createRequest(metodo, argumentos, id), conexao.getOutputStream());
                    calado = true;
                    byte[] resposta = leitor.proxima();
                    if (resposta == null) {
                        throw new EOFException();
                    }
                    return resultado(tipo, id, metodo, Json.lerValor(resposta));
                } catch (Estranha e) {
                    close();
                    throw estranha(e.getMessage());
                } catch (MensagemInvalida e) {
                    if (e.codigo().equals("rpc")) {
                        throw e;
                    }
                    close();
                    if (!e.codigo().equals("cortada")) {
                        throw estranha(e.getMessage());
                    }
                    cortada = e.getMessage();
                } catch (IOException e) {
                    close();
                    if (e instanceof SSLException) {
                        Recusas.semAcordo(servidor);
                    }
                }
                long falta = (limite - System.nanoTime()) / 1_000_000;
                esperar(tentativas == 1 ? 0 : Math.min(falta, espera - (System.nanoTime() - pediu) / 1_000_000));
                espera = Math.min(2 * espera, PRAZO_MS);
            } while (tentativas > 1 && System.nanoTime() < limite);
            if (cortada != null) {
                throw estranha(cortada);
            }
            SemResposta ninguem = new SemResposta(servidor, (long) PRAZO_MS * tentativas);
            throw !calado || tls != null ? ninguem : new SemResposta(ninguem.getMessage() + " Alguém aceita a conexão e cala-se: se é o"
                    + " servidor do sistema original, em Python, ele só fala RPyC, e este cliente também, com --semente antes do comando");
        }

        /** @throws MensagemInvalida a recusa do servidor @throws Estranha se isto não é a resposta a esta chamada */
        private <T> T resultado(Class<T> tipo, String id, String metodo, JsonNode resposta) throws Estranha {
            JsonNode erro = resposta.path("error");
            JsonNode resultado = resposta.path("result");
            if (!resposta.isObject()) {
                throw new Estranha("veio " + Json.tipoDe(resposta));
            } else if (metodo.equals(resposta.path("method").textValue())) {
                throw new Estranha("o pedido voltou como foi: é um servidor de eco?");
            } else if (erro.isMissingNode() || erro.isNull()) {
                if (!resposta.path("id").asText().equals(id)) {
                    throw new Estranha("a resposta não tem o id da chamada: " + Json.citar(resposta.toString(), 100));
                } else if (tipo == String.class ? !resultado.isTextual() : !resultado.isObject()) {
                    throw new Estranha("como resultado veio " + Json.tipoDe(resultado) + ", em vez de "
                            + (tipo == String.class ? "um texto" : "um objeto"));
                }
                return Json.MAPPER.convertValue(resultado, tipo);
            } else if (!erro.path("code").isIntegralNumber() || !erro.path("message").isTextual()) {
                throw new Estranha("veio um erro sem code ou sem message: " + Json.citar(erro.toString(), 100));
            } else if (!resposta.path("id").asText().equals(id)) {
                close();
                throw new Falha("o servidor em " + servidor + " recusou a conexão: " + erro.get("message").textValue());
            }
            throw new MensagemInvalida("rpc", erro.get("message").textValue());
        }

        private SemResposta estranha(String veio) {
            return new SemResposta("em " + servidor + " não responde um part2/RpcServer em JSON-RPC: " + veio
                    + ". Confira o endereço e a porta; um servidor em Python fala RPyC (--semente)");
        }

        private void conectar() throws IOException {
            if (conexao == null) {
                conexao = Tls.conectar(servidor, tls, PRAZO_MS);
                leitor = new LeitorJson(conexao, conexao.getInputStream(), DO_SERVIDOR);
            }
        }

        /** Uma recusa de conexão vem na hora: dá-se ao servidor tempo para voltar. */
        private void esperar(long milissegundos) {
            try {
                Thread.sleep(Math.max(0, milissegundos));
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
