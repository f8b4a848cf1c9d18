//SOURCES Operacao.java
package shared;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * Uma operação com o seu número de ordem: <code>{"seq": 7, "op": "{…a Operacao, como texto…}"}</code>. O que não é da
 * operação viaja em volta dela, nunca dentro: os programas originais só conhecem as cinco chaves.
 *
 * @param seq      o número, de 1 em diante, sem buracos
 * @param op       a operação
 * @param historia de que sequência de números é este ({@code fonte}, no fio); {@code null} e fora do fio se não importa
 * @param epoca    a do primário que numerou, na parte 4; 0 e fora do fio nas outras
 * @param recusada por que este número não vale nada, e o texto que veio; {@code null} se vale {@code op}, que senão é null
 */
public record Envelope(long seq, Operacao op, String historia, long epoca, Recusada recusada) {

    /**
     * O que numerou o sistema original, que aceita o que aqui se recusa (0.125, -5, NaN, nomes de 66 letras). O número está
     * dado: gasta-se, em todos igual, e os seguintes valem. Os nossos não numeram disso.
     */
    public record Recusada(String texto, String motivo) {
    }

    public Envelope(long seq, Operacao op) {
        this(seq, op, null, 0);
    }

    public Envelope(long seq, Operacao op, String historia) {
        this(seq, op, historia, 0);
    }

    public Envelope(long seq, Operacao op, String historia, long epoca) {
        this(seq, op, historia, epoca, null);
    }

    /** Se este objeto JSON é um envelope (e não uma Operacao simples). */
    public static boolean eEnvelope(ObjectNode objeto) {
        return objeto.has("seq") || objeto.has("op");
    }

    /** Lê a forma do fio; chaves a mais são ignoradas. @throws MensagemInvalida se algo não serve */
    public static Envelope ler(String json) {
        return de(Json.ler(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** O mesmo, de um objeto JSON já lido. */
    public static Envelope de(ObjectNode objeto) {
        long seq = Json.inteiro(objeto, "seq");
        if (seq < 1) {
            throw new MensagemInvalida("campo", "seq: começa em 1");
        }
        String historia = objeto.hasNonNull("fonte") ? Texto.exigirNome("fonte", Json.texto(objeto, "fonte")) : null;
        long epoca = objeto.has("epoca") ? Json.inteiro(objeto, "epoca") : 0;
        String texto = Json.texto(objeto, "op");
        if (objeto.has("recusada")) { // como se guardou: não se julga outra vez
            return new Envelope(seq, null, historia, epoca, new Recusada(texto, Json.texto(objeto, "recusada")));
        }
        try {
            return new Envelope(seq, Operacao.ler(Texto.bytes("op", texto)), historia, epoca);
        } catch (MensagemInvalida e) {
            if (historia != null || epoca != 0) {
                throw e;
            }
            return new Envelope(seq, null, null, 0, new Recusada(texto, e.getMessage()));
        }
    }

    /** A forma do fio. */
    public String json() {
        return Json.escrever(objeto());
    }

    /** O mesmo, como objeto. */
    public ObjectNode objeto() {
        ObjectNode objeto = Json.MAPPER.createObjectNode().put("seq", seq);
        objeto.put("op", recusada == null ? op.json() : recusada.texto());
        if (historia != null) {
            objeto.put("fonte", historia);
        }
        if (epoca != 0) {
            objeto.put("epoca", epoca);
        }
        return recusada == null ? objeto : objeto.put("recusada", recusada.motivo());
    }
}
