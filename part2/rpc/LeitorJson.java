package part2.rpc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
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
     * Quanto esperar, e por quanto. Os prazos são em milissegundos.
     *
     * @param primeiro pelo primeiro byte de uma mensagem; 0 = para sempre
     * @param entre    por mais, no meio dela
     * @param inteira  por ela toda
     * @param bytes    o tamanho máximo dela
     */
    record Limites(int primeiro, int entre, int inteira, int bytes) {
    }

    private static final String SEPARADORES = " \t\r\n\0\u001e\u00ef\u00bb\u00bf"; // os três últimos são a marca do UTF-8
    private static final int ESPREITAR_MS = 200;    // o que não é JSON recusa-se logo, mas convém saber o que é
    private static final int ESPREITAR_BYTES = 64;
    private static final Pattern HTTP = Pattern.compile("[!#-'*+.^_`|~0-9A-Za-z-]+ \\S+ HTTP/.*", Pattern.DOTALL);
    private static final String[] METODOS = {"GET /", "POST /", "PUT /", "HEAD /", "OPTIONS /", "DELETE /", "PATCH /",
        "CONNECT ", "TRACE /"};

    private final Socket conexao;
    private final InputStream entrada;
    private final Limites limites;
    private final byte[] lidos = new byte[8 * 1024];
    private int inicio; // do que se leu e ainda não é de nenhuma mensagem…
    private int fim;    // …até aqui

    LeitorJson(Socket conexao, InputStream entrada, Limites limites) {
        this.conexao = conexao;
        this.entrada = entrada;
        this.limites = limites;
    }

    /**
     * Os bytes da próxima mensagem.
     *
     * @return {@code null} se o outro lado fechou entre duas
     * @throws MensagemInvalida com código json (não é), pedido (é, mas nem um objeto nem uma lista), grande, ou cortada (o
     *         resto não veio); a conexão já não serve para ler mais nada
     */
    byte[] proxima() throws IOException {
        conexao.setSoTimeout(limites.primeiro());
        do {
            if (inicio == fim && !encher()) {
                return null;
            }
        } while (SEPARADORES.indexOf(lidos[inicio] & 0xff) >= 0 && ++inicio > 0);
        if (lidos[inicio] != '{' && lidos[inicio] != '[') {
            throw naoEUmaMensagem();
        }
        ByteArrayOutputStream mensagem = new ByteArrayOutputStream();
        long ate = System.nanoTime() + limites.inteira() * 1_000_000L;
        try (JsonParser leitor = Json.MAPPER.getFactory().createNonBlockingByteArrayParser()) {
            for (int abertas = 0; ; ) {
                ((ByteArrayFeeder) leitor.getNonBlockingInputFeeder()).feedInput(lidos, inicio, fim);
                for (JsonToken sinal; (sinal = leitor.nextToken()) != JsonToken.NOT_AVAILABLE; ) {
                    abertas += sinal.isStructStart() ? 1 : sinal.isStructEnd() ? -1 : 0;
                    if (abertas == 0) {
                        juntar(mensagem, (int) leitor.currentLocation().getByteOffset() - mensagem.size());
                        return mensagem.toByteArray();
                    }
                }
                juntar(mensagem, fim - inicio);
                esperar(ate, mensagem);
            }
        } catch (JsonProcessingException e) {
            juntar(mensagem, fim - inicio);
            Json.lerValor(mensagem.toByteArray()); // diz o mesmo, em português
            throw new MensagemInvalida("json", "JSON malformado");
        }
    }

    /** Passa para a mensagem os próximos bytes que se leram. */
    private void juntar(ByteArrayOutputStream mensagem, int quantos) {
        mensagem.write(lidos, inicio, quantos);
        inicio += quantos;
        if (mensagem.size() > limites.bytes()) {
            throw new MensagemInvalida("grande", "mensagem grande demais; o máximo é " + limites.bytes() + " bytes");
        }
    }

    private void esperar(long ate, ByteArrayOutputStream mensagem) throws IOException {
        long resta = (ate - System.nanoTime()) / 1_000_000;
        try {
            conexao.setSoTimeout((int) Math.max(1, Math.min(limites.entre(), resta)));
            if (encher()) {
                return;
            }
        } catch (SocketTimeoutException e) {
            throw cortada("o resto não veio a tempo", mensagem);
        }
        throw cortada("a conexão se fechou no meio", mensagem);
    }

    private static MensagemInvalida cortada(String porque, ByteArrayOutputStream mensagem) {
        return new MensagemInvalida("cortada", "mensagem incompleta: " + porque + ", depois de "
                + Json.citar(mensagem.toString(StandardCharsets.UTF_8)));
    }

    /** @return false se o outro lado fechou */
    private boolean encher() throws IOException {
        if (inicio == fim) {
            inicio = 0;
            fim = 0;
        }
        int quantos = entrada.read(lidos, fim, lidos.length - fim);
        fim += Math.max(0, quantos);
        return quantos >= 0;
    }

    // ───── O que não é JSON-RPC ─────

    /** Espera um instante pelo que vem atrás do primeiro byte, só para dizer o que parece. */
    private MensagemInvalida naoEUmaMensagem() throws IOException {
        long ate = System.nanoTime() + ESPREITAR_MS * 1_000_000L;
        try {
            boolean mais = true;
            for (long resta; mais && (resta = (ate - System.nanoTime()) / 1_000_000) > 0; ) {
                conexao.setSoTimeout((int) resta);
                mais = primeiraLinha().length == fim - inicio && fim < lidos.length && encher();
            }
        } catch (SocketTimeoutException e) {
            // diz-se com o que veio
        }
        byte[] linha = primeiraLinha();
        try {
            return new MensagemInvalida("pedido", "veio " + Json.tipoDe(Json.lerValor(linha)));
        } catch (MensagemInvalida e) {
            return new MensagemInvalida("json", "veio o que parece " + parece(linha));
        }
    }

    private byte[] primeiraLinha() {
        int ate = inicio;
        while (ate < fim && ate - inicio < ESPREITAR_BYTES && lidos[ate] != '\n') {
            ate++;
        }
        return Arrays.copyOfRange(lidos, inicio, ate);
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
        } else if (texto.charAt(0) == Tls.PRIMEIRO_BYTE || texto.charAt(0) == Tls.ALERTA) {
            return "TLS: confira as chaves (--chaves), ou os dois lados as usam, ou nenhum";
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
