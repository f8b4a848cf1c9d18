package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import shared.Banco;
import shared.Envelope;
import shared.Resultado;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** O banco de um servidor, e até onde ele vai: o que fica, seja o servidor primário ou backup. */
final class Copia {

    private final Banco banco;
    private final NavigableMap<Long, Long> epocas; // primeiro seq de cada época no diário -> época
    private long ultimo;                           // o último seq no diário
    private long gravado;                          // o último que está no disco

    Copia() {
        this(new Banco(), new TreeMap<>(), 0);
    }

    private Copia(Banco banco, NavigableMap<Long, Long> epocas, long ultimo) {
        this.banco = banco;
        this.epocas = epocas;
        this.ultimo = ultimo;
        this.gravado = ultimo;
    }

    /**
     * A que está num instantâneo.
     *
     * @param maior a época de quem o manda
     * @throws MensagemInvalida se algo não serve
     */
    static Copia de(long posicao, ObjectNode estado, long maior) {
        Banco banco = EstadoDoBanco.ler(Json.objeto(estado, "banco"));
        NavigableMap<Long, Long> epocas = new TreeMap<>();
        Json.objeto(estado, "epocas").properties().forEach(e -> {
            if (!e.getKey().matches("\\d{1,15}")) {
                throw new MensagemInvalida("campo", "epocas: esperava um número de ordem, veio " + Json.citar(e.getKey()));
            }
            exigirAte(maior, Json.inteiro(e.getValue(), "epocas"));
            epocas.put(Long.parseLong(e.getKey()), e.getValue().longValue());
        });
        return new Copia(banco, epocas, posicao);
    }

    /** O estado inteiro, para um instantâneo: o banco e em que seq começou cada época. */
    ObjectNode estado() {
        ObjectNode estado = Json.MAPPER.createObjectNode();
        ObjectNode comecos = estado.putObject("epocas");
        epocas.forEach((seq, epoca) -> comecos.put(seq.toString(), epoca));
        estado.set("banco", EstadoDoBanco.de(banco));
        return estado;
    }

    /** Quem manda numa época não tem operações de outra maior. */
    static void exigirAte(long maior, long daOperacao) {
        if (daOperacao > maior) {
            throw new MensagemInvalida("campo", "epoca: veio uma operação da " + daOperacao
                    + ", e quem a manda é da " + maior);
        }
    }

    Resultado aplicar(Envelope envelope) {
        ultimo = envelope.seq();
        if (epocas.isEmpty() || epocas.lastEntry().getValue() != envelope.epoca()) {
            epocas.put(ultimo, envelope.epoca());
        }
        return Aplicada.de(envelope, banco).resultado();
    }

    /** O disco tem tudo até aqui. */
    void gravou(long ate) {
        gravado = Math.max(gravado, ate);
    }

    Banco banco() {
        return banco;
    }

    long ultimo() {
        return ultimo;
    }

    long gravado() {
        return gravado;
    }

    /** Em que época se numerou esta operação; 0 se nenhuma. */
    long epocaDe(long seq) {
        Map.Entry<Long, Long> entrada = epocas.floorEntry(seq);
        return entrada == null ? 0 : entrada.getValue();
    }
}
