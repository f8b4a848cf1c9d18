//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES MensagemInvalida.java Texto.java
package shared.texto;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * JSON como ele viaja aqui: lido com rigor (nada repetido, nada sobrando, nunca double) e escrito com os mesmos
 * espaços e números que o {@code json.dumps} do Python: <code>{"id_msg": "…", "valor": 100.0}</code>.
 */
public final class Json {

    /** Tamanho máximo de uma mensagem, em bytes. */
    public static final int LIMITE_BYTES = 64 * 1024;

    /**
     * O maior número de ordem, época, posição ou contagem que se aceita: 10^15 não se alcança (seriam trinta anos a um
     * milhão por segundo), somar 1 não transborda, e qualquer leitor de JSON o lê exato.
     */
    public static final long INTEIRO_MAXIMO = 1_000_000_000_000_000L;

    /** Configurado para números exatos; o mesmo para todos. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // NaN é lido para ser recusado pelo nome do campo
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES) // 100.00 lido é 100.00, e não 1E+2
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, texto -> texto
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();
    private static final ObjectWriter ESCRITOR = MAPPER.writer(new EspacosDoPython());

    static {
        MAPPER.getFactory().setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build());
    }

    private Json() {
    }

    /**
     * Lê exatamente um objeto JSON.
     *
     * @throws MensagemInvalida se não for um, se sobrar texto, se um campo se repetir ou se passar de 64 KiB
     */
    public static ObjectNode ler(byte[] bytes) {
        exigirTamanho(bytes);
        return lerGrande(bytes);
    }

    static void exigirTamanho(byte[] bytes) {
        if (bytes.length > LIMITE_BYTES) {
            throw new MensagemInvalida("grande", "mensagem de " + bytes.length + " bytes; o máximo é " + LIMITE_BYTES);
        }
    }

    /** O mesmo, sem limite de tamanho: para o que já foi recebido em partes. */
    public static ObjectNode lerGrande(byte[] bytes) {
        JsonNode no = lerValor(bytes);
        if (no instanceof ObjectNode objeto) {
            return objeto;
        }
        throw new MensagemInvalida("json", "esperava um objeto JSON {…}, veio " + tipoDe(no));
    }

    /** Lê exatamente um valor JSON, de qualquer tipo. @throws MensagemInvalida se não for um, ou passar dos limites */
    public static JsonNode lerValor(byte[] bytes) {
        return ler(bytes, MAPPER::readTree);
    }

    /** Como se lê um valor. */
    interface Leitura<T> {
        /** @return {@code null} se não há nada */
        T ler(JsonParser leitor) throws IOException;
    }

    /** O mesmo, lido assim. */
    static <T> T ler(byte[] bytes, Leitura<T> leitura) {
        try (JsonParser leitor = MAPPER.createParser(bytes)) {
            T lido = comCampo(leitor, leitura);
            if (lido == null) {
                throw new MensagemInvalida("json", "mensagem vazia; esperava um objeto JSON {…}");
            }
            if (leitor.nextToken() != null) {
                throw new MensagemInvalida("json", "sobra texto depois do fim do JSON" + onde(leitor.currentLocation()));
            }
            return lido;
        } catch (JsonProcessingException e) {
            throw new MensagemInvalida("json", "JSON malformado" + onde(e.getLocation()));
        } catch (IOException e) {
            throw new MensagemInvalida("json", "o texto não está em UTF-8");
        }
    }

    /** O erro que não é de sintaxe diz em que campo está. */
    private static <T> T comCampo(JsonParser leitor, Leitura<T> leitura) throws IOException {
        try {
            return leitura.ler(leitor);
        } catch (StreamConstraintsException | NumberFormatException e) { // fundo, comprido ou expoente demais
            throw new MensagemInvalida(e instanceof NumberFormatException ? "campo" : "json",
                    campo(leitor) + "passa dos limites de tamanho ou de profundidade");
        } catch (JsonProcessingException e) {
            if (e.getOriginalMessage().startsWith("Duplicate")) {
                throw new MensagemInvalida("json", campo(leitor) + "campo repetido" + onde(e.getLocation()));
            }
            throw e;
        }
    }

    private static String campo(JsonParser leitor) throws IOException {
        return leitor.currentName() == null ? "" : citar(leitor.currentName()) + ": ";
    }

    /** Um texto que veio da rede, entre aspas, curto, e sem o que mexeria com um terminal. */
    public static String citar(String texto) {
        return citar(texto, 40);
    }

    /** O mesmo, com outro tamanho máximo, em letras. */
    public static String citar(String texto, int maximo) {
        return limpar(escrever(MAPPER.getNodeFactory().textNode(encurtar(texto, maximo))));
    }

    /** O mesmo texto, com o que mexeria com um terminal (ou enganaria quem lê) trocado pelo seu número: {@code \\u001b}. */
    public static String limpar(String texto) {
        StringBuilder limpo = new StringBuilder();
        texto.codePoints().forEach(c -> {
            if (engana(c)) {
                new String(Character.toChars(c)).chars().forEach(parte -> limpo.append(Texto.formatar("\\u%04x", parte)));
            } else {
                limpo.appendCodePoint(c);
            }
        });
        return limpo.toString();
    }

    /** Controles (C0, C1), formatos (direção da escrita, largura zero), quebras de linha do Unicode e meios pares. */
    static boolean engana(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** O objeto em uma linha, com os espaços do Python. */
    public static String escrever(JsonNode no) {
        try {
            return ESCRITOR.writeValueAsString(no);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Se este objeto JSON, que se leu, está numa linha só, sem espaços antes nem depois: guarda-se tal como veio. */
    public static boolean eUmaLinha(byte[] json) {
        for (byte b : json) {
            if (b >= 0 && b < ' ') { // num texto em JSON não os há, mas em volta podia; em UTF-16, zeros
                return false;
            }
        }
        return json[0] == '{' && json[json.length - 1] == '}';
    }

    /** Acrescenta um texto como o JSON o escreve; {@code null} sem aspas, se é null. */
    public static StringBuilder entreAspas(String texto, StringBuilder json) {
        if (texto == null) {
            return json.append("null");
        }
        json.append('"');
        if (Texto.eAsciiVisivel(texto) && texto.indexOf('"') < 0 && texto.indexOf('\\') < 0) {
            json.append(texto);
        } else {
            json.append(JsonStringEncoder.getInstance().quoteAsString(texto));
        }
        return json.append('"');
    }

    /** O campo como texto. @throws MensagemInvalida se faltar ou não for texto */
    public static String texto(ObjectNode objeto, String campo) {
        return texto(objeto.get(campo), campo);
    }

    static String texto(JsonNode no, String campo) {
        if (no == null || !no.isTextual()) {
            throw new MensagemInvalida("campo", campo + ": esperava um texto, veio " + tipoDe(no));
        }
        return no.textValue();
    }

    /** O campo como inteiro, de 0 a {@link #INTEIRO_MAXIMO}. @throws MensagemInvalida se faltar ou não for um */
    public static long inteiro(ObjectNode objeto, String campo) {
        return inteiro(objeto.get(campo), campo);
    }

    /** O mesmo, de um valor que se chama assim. */
    public static long inteiro(JsonNode no, String campo) {
        boolean longo = no != null && no.isIntegralNumber() && no.canConvertToLong();
        if (!longo || no.longValue() < 0 || no.longValue() > INTEIRO_MAXIMO) {
            throw new MensagemInvalida("campo", campo + ": esperava um inteiro de 0 a 10^15, veio " + tipoDe(no));
        }
        return no.longValue();
    }

    /** O campo como verdadeiro ou falso; se falta, falso. @throws MensagemInvalida se for outra coisa */
    public static boolean logico(ObjectNode objeto, String campo) {
        JsonNode no = objeto.get(campo);
        if (no != null && !no.isBoolean()) {
            throw new MensagemInvalida("campo", campo + ": esperava true ou false, veio " + tipoDe(no));
        }
        return no != null && no.booleanValue();
    }

    /** O campo como objeto. @throws MensagemInvalida se faltar ou não for um */
    public static ObjectNode objeto(ObjectNode objeto, String campo) {
        if (objeto.get(campo) instanceof ObjectNode dentro) {
            return dentro;
        }
        throw new MensagemInvalida("campo", campo + ": esperava um objeto, veio " + tipoDe(objeto.get(campo)));
    }

    /** O valor como o Python o escreveria: 100.0, 0.5, 12.25. */
    public static BigDecimal comoNoPython(BigDecimal valor) {
        BigDecimal curto = valor.stripTrailingZeros();
        return curto.scale() < 1 ? curto.setScale(1) : curto;
    }

    /** O nome em português do que veio, para mensagens de erro. */
    public static String tipoDe(JsonNode no) {
        return no == null ? "nada" : switch (no.getNodeType()) {
            case ARRAY -> "uma lista";
            case BOOLEAN -> "um booleano";
            case NULL -> "null";
            case NUMBER -> "o número " + encurtar(porExtenso(no), 40);
            case OBJECT -> "um objeto";
            case STRING -> "o texto " + citar(no.textValue());
            default -> "nada";
        };
    }

    /** O valor como texto. Um número, sem expoente, a menos que por extenso não coubesse numa linha: 1E+999999999. */
    public static String porExtenso(JsonNode no) {
        boolean curto = no.isBigDecimal() && Math.abs((long) no.decimalValue().scale()) < 40;
        return curto ? no.decimalValue().toPlainString() : no.asText();
    }

    private static String encurtar(String texto, int maximo) {
        return texto.length() <= maximo ? texto : texto.substring(0, maximo - 1) + "…";
    }

    private static String onde(JsonLocation lugar) {
        return lugar == null ? "" : (lugar.getLineNr() > 1 ? " (linha " + lugar.getLineNr() + ", coluna " : " (coluna ")
                + lugar.getColumnNr() + ")";
    }

    static final class EspacosDoPython extends MinimalPrettyPrinter {
        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator g) throws IOException {
            g.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator g) throws IOException {
            g.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator g) throws IOException {
            g.writeRaw(", ");
        }
    }
}
