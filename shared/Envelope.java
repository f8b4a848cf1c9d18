//SOURCES Operacao.java
package shared;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import shared.texto.Campos;
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
 * @param json     a forma do fio, numa linha: a que veio, ou a que aqui se escreveu, uma vez; não distingue dois envelopes
 */
public record Envelope(long seq, Operacao op, String historia, long epoca, Recusada recusada, String json) {

    /**
     * O que numerou o sistema original, que aceita o que aqui se recusa (0.125, -5, NaN, nomes de 66 letras). O número está
     * dado: gasta-se, em todos igual, e os seguintes valem. Os nossos não numeram disso.
     */
    public record Recusada(String texto, String motivo) {
    }

    private static final int COMO_VEIO_BYTES = 2_048; // mais comprido, tem espaços ou chaves que não se guardam
    /** As dele no fio, e a que só o diário tem. */
    public static final List<String> CHAVES = List.of("seq", "op", "fonte", "epoca", "recusada");

    public Envelope(long seq, Operacao op) {
        this(seq, op, null, 0);
    }

    public Envelope(long seq, Operacao op, String historia) {
        this(seq, op, historia, 0);
    }

    public Envelope(long seq, Operacao op, String historia, long epoca) {
        this(seq, op, historia, epoca, null, escrever(seq, op.json(), historia, epoca, null));
    }

    /** Se este objeto JSON é um envelope (e não uma Operacao simples). @param campos lidos com {@link #CHAVES} */
    public static boolean eEnvelope(Campos campos) {
        return campos.tem("seq") || campos.tem("op");
    }

    /** Lê a forma do fio; chaves a mais são ignoradas. @throws MensagemInvalida se algo não serve */
    public static Envelope ler(String json) {
        return ler(json.getBytes(StandardCharsets.UTF_8));
    }

    /** O mesmo. */
    public static Envelope ler(byte[] json) {
        return de(Campos.ler(json, CHAVES), json);
    }

    /** O mesmo. @param campos os que se leram daqui */
    public static Envelope de(Campos campos, byte[] json) {
        boolean comoVeio = json.length <= COMO_VEIO_BYTES && Json.eUmaLinha(json);
        return montar(campos, comoVeio ? new String(json, StandardCharsets.UTF_8) : null);
    }

    /** O mesmo, de um objeto JSON já lido. */
    public static Envelope de(ObjectNode objeto) {
        return montar(Campos.de(objeto, CHAVES), null);
    }

    /** @param veio como veio; {@code null} se assim não se pode guardar */
    private static Envelope montar(Campos campos, String veio) {
        long seq = campos.inteiro("seq");
        if (seq < 1) {
            throw new MensagemInvalida("campo", "seq: começa em 1");
        }
        String historia = campos.temValor("fonte") ? Texto.exigirNome("fonte", campos.texto("fonte")) : null;
        long epoca = campos.tem("epoca") ? campos.inteiro("epoca") : 0;
        String texto = campos.texto("op");
        if (campos.tem("recusada")) { // como se guardou: não se julga outra vez
            return gasto(seq, historia, epoca, texto, campos.texto("recusada"));
        }
        try {
            Operacao op = Operacao.ler(Texto.bytes("op", texto));
            return veio == null ? new Envelope(seq, op, historia, epoca)
                    : new Envelope(seq, op, historia, epoca, null, veio);
        } catch (MensagemInvalida e) {
            if (historia != null || epoca != 0) {
                throw e;
            }
            return gasto(seq, null, 0, texto, e.getMessage());
        }
    }

    private static Envelope gasto(long seq, String historia, long epoca, String texto, String motivo) {
        return new Envelope(seq, null, historia, epoca, new Recusada(texto, motivo),
                escrever(seq, texto, historia, epoca, motivo));
    }

    private static String escrever(long seq, String op, String historia, long epoca, String motivo) {
        StringBuilder json = new StringBuilder(256).append("{\"seq\": ").append(seq).append(", \"op\": ");
        Json.entreAspas(op, json);
        if (historia != null) {
            Json.entreAspas(historia, json.append(", \"fonte\": "));
        }
        if (epoca != 0) {
            json.append(", \"epoca\": ").append(epoca);
        }
        if (motivo != null) {
            Json.entreAspas(motivo, json.append(", \"recusada\": "));
        }
        return json.append('}').toString();
    }

    @Override
    public boolean equals(Object outro) {
        return outro instanceof Envelope e && seq == e.seq && epoca == e.epoca && Objects.equals(op, e.op)
                && Objects.equals(historia, e.historia) && Objects.equals(recusada, e.recusada);
    }

    @Override
    public int hashCode() {
        return Objects.hash(seq, op);
    }
}
