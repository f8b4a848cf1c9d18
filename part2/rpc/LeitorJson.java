package part2.rpc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * As mensagens JSON de uma conexão, que não têm cabeçalhos a dizer o tamanho. O Jackson, a quem se dão os bytes à medida que
 * chegam, diz onde cada uma acaba, e recusa o primeiro byte que já não pode ser JSON. Entre elas pode haver fins de linha,
 * espaços, NUL, RS, a marca do UTF-8, ou nada.
 *
 * <p>Uma mensagem é um objeto ou uma lista, e por isso começa por <code>{</code> ou <code>[</code>. Nenhum outro protocolo
 * conhecido começa assim, e é o que protege a porta: o pedido HTTP que uma página qualquer manda o navegador fazer começa
 * pelo método, e quem recusou o começo de uma conexão não lê o resto.
 */
final class LeitorJson {

    /**
     * Uma mensagem: um pedido, ou um lote deles.
     *
     * @param ids o id de cada um, tal como foi escrito, se é um número; se não, null. Lido como valor, 1e400 ou 1.50
     *            voltaria escrito de outra forma
     */
    record Mensagem(byte[] bytes, List<String> ids) {
    }

    private static final String SEPARADORES = " \t\r\n\0\u001e\u00ef\u00bb\u00bf"; // os três últimos são a marca do UTF-8
    private static final int ESPREITAR_MS = 200;    // o que não é JSON recusa-se logo, mas convém saber o que é
    private static final int ESPREITAR_BYTES = 64;
    private static final int ID_MAXIMO = 400; // algarismos de um id que é um número
    private static final Pattern NUMERO = Pattern.compile("-?[0-9.]+([eE][+-]?[0-9]{1,5})?"); // não NaN, nem 1e999999999
    private static final Pattern HTTP = Pattern.compile("[!#-'*+.^_`|~0-9A-Za-z-]+ \\S+ HTTP/.*", Pattern.DOTALL);
    private static final String TLS = "TLS: confira as chaves (--chaves), ou os dois lados as usam, ou nenhum";
    private static final String[] METODOS = {"GET /", "POST /", "PUT /", "HEAD /", "OPTIONS /", "DELETE /", "PATCH /",
        "CONNECT ", "TRACE /"};

    private final int maximo;
    private final int esperarMs;
    private JsonParser leitor; // null = entre duas mensagens
    private int lidos;         // bytes desta mensagem que o leitor já viu
    private int abertas;       // { e [ dela por fechar…
    private int noPedido;      // …quando se está nos campos de um pedido
    private List<String> ids;
    private boolean estranha;  // não começa como uma mensagem: espera-se um pouco, para dizer o que parece

    /** @param maximo bytes de uma mensagem @param esperarMs pelo resto de uma que começou, em milissegundos */
    LeitorJson(int maximo, int esperarMs) {
        this.maximo = maximo;
        this.esperarMs = esperarMs;
    }

    /** Quanto esperar por mais, do que chegou a meio. */
    int esperarMs() {
        return estranha ? ESPREITAR_MS : esperarMs;
    }

    /**
     * A próxima mensagem, que se tira do que chegou.
     *
     * @param chegou o resto da última vez, e o que veio depois
     * @return {@code null} se ainda não está inteira
     * @throws MensagemInvalida com código json (não é), pedido (é, mas não um), tls ou grande; a conexão já não serve para
     *         ler mais nada
     */
    Mensagem proxima(ByteBuffer chegou) throws IOException {
        if (leitor == null && !comecar(chegou)) {
            return null;
        }
        int inicio = chegou.arrayOffset() + chegou.position();
        try {
            ((ByteArrayFeeder) leitor.getNonBlockingInputFeeder())
                    .feedInput(chegou.array(), inicio + lidos, inicio + chegou.remaining());
            for (JsonToken sinal; (sinal = leitor.nextToken()) != JsonToken.NOT_AVAILABLE; ) {
                anotarId(sinal);
                abertas += sinal.isStructStart() ? 1 : sinal.isStructEnd() ? -1 : 0;
                if (abertas == 0) {
                    return tirar(chegou, (int) leitor.currentLocation().getByteOffset());
                }
            }
        } catch (JsonProcessingException e) {
            Json.lerValor(bytes(chegou)); // diz o mesmo, em português
            throw new MensagemInvalida("json", "JSON malformado");
        }
        lidos = chegou.remaining();
        exigirQueCaiba(lidos);
        return null;
    }

    /** @return se começa uma mensagem: já saltou o que as separa */
    private boolean comecar(ByteBuffer chegou) throws IOException {
        while (chegou.hasRemaining() && SEPARADORES.indexOf(chegou.get(chegou.position()) & 0xff) >= 0) {
            chegou.get();
        }
        if (!chegou.hasRemaining()) {
            return false;
        }
        byte primeiro = chegou.get(chegou.position());
        if (primeiro == '{' || primeiro == '[') {
            leitor = Json.MAPPER.getFactory().createNonBlockingByteArrayParser();
            noPedido = primeiro == '{' ? 1 : 2;
            ids = new ArrayList<>(1);
            return true;
        }
        estranha = true;
        if (primeiraLinha(chegou).length < chegou.remaining()) {
            throw naoEUmaMensagem(chegou);
        }
        return false;
    }

    private void anotarId(JsonToken sinal) throws IOException {
        if (abertas == noPedido - 1 && !sinal.isStructEnd()) {
            ids.add(null);
        } else if (abertas == noPedido && sinal.isNumeric() && "id".equals(leitor.currentName())) {
            String numero = leitor.getText();
            if (numero.length() > ID_MAXIMO || sinal != JsonToken.VALUE_NUMBER_INT && !NUMERO.matcher(numero).matches()) {
                throw new MensagemInvalida("pedido", "id: um número que não serve, ou comprido demais");
            }
            ids.set(ids.size() - 1, numero);
        }
    }

    private Mensagem tirar(ByteBuffer chegou, int tamanho) throws IOException {
        exigirQueCaiba(tamanho);
        byte[] mensagem = new byte[tamanho];
        chegou.get(mensagem);
        leitor.close();
        leitor = null;
        lidos = 0;
        return new Mensagem(mensagem, ids);
    }

    private void exigirQueCaiba(int tamanho) {
        if (tamanho > maximo) {
            throw new MensagemInvalida("grande", "mensagem grande demais; o máximo é " + maximo + " bytes");
        }
    }

    private static byte[] bytes(ByteBuffer chegou) {
        byte[] bytes = new byte[chegou.remaining()];
        chegou.duplicate().get(bytes);
        return bytes;
    }

    /** O que era o começo de que não vem o resto. */
    MensagemInvalida cortada(ByteBuffer comeco, String porque) {
        return estranha ? naoEUmaMensagem(comeco) : new MensagemInvalida("cortada", "mensagem incompleta: " + porque
                + ", depois de " + Json.citar(new String(bytes(comeco), StandardCharsets.UTF_8)));
    }

    // ───── O que não é JSON-RPC ─────

    private static MensagemInvalida naoEUmaMensagem(ByteBuffer comeco) {
        byte[] linha = primeiraLinha(comeco);
        try {
            return new MensagemInvalida("pedido", "veio " + Json.tipoDe(Json.lerValor(linha)));
        } catch (MensagemInvalida e) {
            boolean tls = linha[0] == Tls.PRIMEIRO_BYTE || linha[0] == Tls.ALERTA;
            return new MensagemInvalida(tls ? "tls" : "json", "veio o que parece " + (tls ? TLS : parece(linha)));
        }
    }

    private static byte[] primeiraLinha(ByteBuffer comeco) {
        byte[] linha = bytes(comeco);
        int ate = 0;
        while (ate < linha.length && ate < ESPREITAR_BYTES && linha[ate] != '\n') {
            ate++;
        }
        return Arrays.copyOf(linha, ate);
    }

    private static String parece(byte[] comeco) {
        String texto = new String(comeco, StandardCharsets.ISO_8859_1);
        if (texto.startsWith("PRI * HTTP/2")) {
            return "HTTP/2, que é o que o gRPC fala";
        } else if (texto.startsWith("HTTP/")) {
            return "uma resposta HTTP, de um servidor da Web";
        } else if (HTTP.matcher(texto).matches() || comecaComo(texto, METODOS)) {
            return "um pedido HTTP, de um navegador ou do curl";
        } else if (comecaComo(texto.toLowerCase(Locale.ROOT), "content-length:", "content-type:")) {
            return "uma mensagem com cabeçalhos, como Content-Length";
        } else if (texto.matches("[0-9]+:.*")) {
            return "uma netstring, com o tamanho à frente";
        } else if (texto.startsWith("\u00ff\u00fe") || texto.startsWith("\u00fe\u00ff")) {
            return "texto em UTF-16; só serve UTF-8";
        } else if (texto.charAt(0) == 0xff) {
            return "a saudação do ZeroMQ (ZMTP), que tem outras portas";
        } else if (texto.charAt(0) == '<') {
            return "XML ou HTML";
        } else if (texto.chars().allMatch(letra -> letra >= ' ' && letra < 0x7f || letra == '\r' || letra == '\t')) {
            return "texto: " + Json.citar(texto.strip());
        }
        return "um protocolo binário: " + HexFormat.ofDelimiter(" ").formatHex(comeco, 0, Math.min(8, comeco.length));
    }

    /** Se o texto começa por um destes, ou é o começo de um. */
    private static boolean comecaComo(String texto, String... comecos) {
        return Stream.of(comecos).anyMatch(comeco -> texto.startsWith(comeco) || comeco.startsWith(texto));
    }
}
