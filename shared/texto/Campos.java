//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES Corrente.java Json.java MensagemInvalida.java
package shared.texto;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Alguns campos de um objeto JSON, lidos de uma passagem, sem fazer dele uma árvore: o que se paga por cada operação. Aceita
 * e recusa o mesmo que {@link Json#ler}.
 */
public final class Campos {

    private final List<String> nomes;
    private final JsonNode[] valores;   // pela ordem dos nomes; null = falta
    private int proximo;                // o nome que se espera a seguir: quase todos os escrevem por esta ordem
    private List<String> aMais = List.of(); // os que não são dos que se querem

    private Campos(List<String> nomes) {
        this.nomes = nomes;
        this.valores = new JsonNode[nomes.size()];
    }

    /** @param nomes os campos que se querem @throws MensagemInvalida se não é um objeto JSON, como em {@link Json#ler} */
    public static Campos ler(byte[] json, List<String> nomes) {
        Json.exigirTamanho(json);
        Campos correntes = new Campos(nomes);
        return Corrente.ler(json, correntes) ? correntes : Json.ler(json, leitor -> {
            if (leitor.nextToken() != JsonToken.START_OBJECT) {
                return de(Json.lerGrande(json), nomes); // que recusa: não é um objeto
            }
            Campos campos = new Campos(nomes);
            while (leitor.nextToken() == JsonToken.FIELD_NAME) {
                campos.por(leitor.currentName(), valor(leitor));
            }
            return campos;
        });
    }

    private static JsonNode valor(JsonParser leitor) throws IOException {
        JsonToken especie = leitor.nextToken();
        return switch (especie == null ? JsonToken.NOT_AVAILABLE : especie) {
            case VALUE_STRING -> TextNode.valueOf(leitor.getText());
            case VALUE_NULL -> NullNode.getInstance();
            case VALUE_NUMBER_FLOAT -> leitor.isNaN() ? DoubleNode.valueOf(leitor.getDoubleValue())
                    : DecimalNode.valueOf(leitor.getDecimalValue());
            default -> Json.MAPPER.readTree(leitor);
        };
    }

    /** Os mesmos, de um objeto já lido. */
    public static Campos de(ObjectNode objeto, List<String> nomes) {
        Campos campos = new Campos(nomes);
        objeto.properties().forEach(campo -> campos.por(campo.getKey(), campo.getValue()));
        return campos;
    }

    /** O campo que se escreve com estes bytes. @return -1 se não é dos que se querem */
    int qual(byte[] json, int inicio, int fim) {
        int qual = proximo;
        for (int i = 0; i < valores.length; i++, qual++) {
            qual = qual < valores.length ? qual : 0;
            if (eEste(nomes.get(qual), json, inicio, fim)) {
                return qual;
            }
        }
        return -1;
    }

    private static boolean eEste(String nome, byte[] json, int inicio, int fim) {
        if (nome.length() != fim - inicio) {
            return false;
        }
        for (int i = 0; i < nome.length(); i++) {
            if (nome.charAt(i) != json[inicio + i]) {
                return false;
            }
        }
        return true;
    }

    /** @return {@code false}, e nada muda, se já tem este campo */
    boolean porNovo(int qual, JsonNode valor) {
        if (valores[qual] != null) {
            return false;
        }
        valores[qual] = valor;
        proximo = qual + 1;
        return true;
    }

    private void por(String nome, JsonNode valor) {
        int qual = proximo < valores.length && nomes.get(proximo).equals(nome) ? proximo : nomes.indexOf(nome);
        if (qual >= 0) {
            valores[qual] = valor;
            proximo = qual + 1;
        } else {
            aMais = aMais.isEmpty() ? new ArrayList<>() : aMais;
            aMais.add(nome);
        }
    }

    /** Se o objeto tem este campo, seja o que for. */
    public boolean tem(String nome) {
        return nomes.contains(nome) ? no(nome) != null : aMais.contains(nome);
    }

    /** Se tem este campo, que é dos que se querem, e não é null. */
    public boolean temValor(String nome) {
        return no(nome) != null && !no(nome).isNull();
    }

    private JsonNode no(String nome) {
        return valores[nomes.indexOf(nome)];
    }

    /** @param oQue o que este objeto é, para o erro @throws MensagemInvalida se ele não tem exatamente estes campos */
    public Campos exigirSoEstes(String oQue) {
        if (!aMais.isEmpty()) {
            throw new MensagemInvalida("campo", Json.citar(aMais.get(0)) + ": campo desconhecido; " + oQue + " tem só "
                    + String.join(", ", nomes));
        }
        for (int i = 0; i < valores.length; i++) {
            if (valores[i] == null) {
                throw new MensagemInvalida("campo", nomes.get(i) + ": falta este campo");
            }
        }
        return this;
    }

    /** O campo como texto. @throws MensagemInvalida se faltar ou não for texto */
    public String texto(String nome) {
        return Json.texto(no(nome), nome);
    }

    /** O campo como texto, ou {@code null} se é null. @throws MensagemInvalida se faltar ou for outra coisa */
    public String textoOuNull(String nome) {
        return no(nome) != null && no(nome).isNull() ? null : texto(nome);
    }

    /** O campo como inteiro, de 0 a {@link Json#INTEIRO_MAXIMO}. @throws MensagemInvalida se faltar ou não for um */
    public long inteiro(String nome) {
        return Json.inteiro(no(nome), nome);
    }

    /** O campo como uma destas palavras. @throws MensagemInvalida se faltar ou não for nenhuma */
    public <E extends Enum<E>> E palavra(String nome, Class<E> quais) {
        String texto = texto(nome);
        for (E palavra : quais.getEnumConstants()) {
            if (palavra.name().equals(texto)) {
                return palavra;
            }
        }
        String todas = Stream.of(quais.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
        throw new MensagemInvalida("campo", nome + ": esperava " + todas.replaceFirst(", (\\w+)$", " ou $1")
                + ", veio o texto " + Json.citar(texto));
    }

    /** O campo como número exato. @throws MensagemInvalida se faltar ou não for um, ou for NaN ou infinito */
    public BigDecimal numero(String nome) {
        JsonNode no = no(nome);
        if (no == null || !no.isIntegralNumber() && !no.isBigDecimal()) { // NaN e Infinity chegam como double
            throw new MensagemInvalida("campo", nome + ": esperava um número, veio " + Json.tipoDe(no));
        }
        return no.decimalValue();
    }
}
