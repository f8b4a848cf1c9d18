package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.disco.Dobra;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.disco.Foto;
import shared.ordem.Aplicada;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** O banco de um servidor, e até onde ele vai: o que fica, seja o servidor primário ou backup. */
final class Copia {

    private static final String BANCO = "banco";
    private static final String EPOCAS = "epocas";

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

    /** O que este servidor guarda num instantâneo: o banco, e em que seq começou cada época. */
    static Dobra dobra() {
        return new DobraDoBanco(BANCO, () -> new DobraDoBanco.Leitura() {
            private final NavigableMap<Long, Long> mudancas = new TreeMap<>();

            @Override
            public Operacao operacao(String json) {
                Envelope envelope = Envelope.ler(json);
                anotar(mudancas, envelope.seq(), envelope.epoca());
                return envelope.op();
            }

            @Override
            public void juntar(ObjectNode resto) {
                NavigableMap<Long, Long> epocas = resto.isEmpty() ? new TreeMap<>() : epocas(resto, Long.MAX_VALUE);
                mudancas.forEach((seq, epoca) -> anotar(epocas, seq, epoca));
                guardar(epocas, resto);
            }
        });
    }

    /** A que está num instantâneo deste disco. @param foto {@code null} = nenhum. @throws MensagemInvalida se não serve */
    static Copia de(Foto foto) {
        EstadoDoBanco.Lido lido = EstadoDoBanco.ler(foto, BANCO);
        return foto == null ? new Copia()
                : new Copia(lido.banco(), epocas(lido.resto(), Long.MAX_VALUE), foto.posicao());
    }

    /**
     * A que veio de outro servidor.
     *
     * @param maior a época dele
     * @throws MensagemInvalida se algo não serve
     */
    static Copia de(long posicao, ObjectNode estado, long maior) {
        Banco banco = EstadoDoBanco.ler(Json.objeto(estado, BANCO));
        return new Copia(banco, epocas(estado, maior), posicao);
    }

    private static NavigableMap<Long, Long> epocas(ObjectNode estado, long maior) {
        NavigableMap<Long, Long> epocas = new TreeMap<>();
        Json.objeto(estado, EPOCAS).properties().forEach(e -> {
            if (!e.getKey().matches("\\d{1,15}")) {
                throw new MensagemInvalida("campo", "epocas: esperava um número de ordem, veio " + Json.citar(e.getKey()));
            }
            exigirAte(maior, Json.inteiro(e.getValue(), EPOCAS));
            epocas.put(Long.parseLong(e.getKey()), e.getValue().longValue());
        });
        return epocas;
    }

    private static void guardar(NavigableMap<Long, Long> epocas, ObjectNode estado) {
        ObjectNode comecos = estado.putObject(EPOCAS);
        epocas.forEach((seq, epoca) -> comecos.put(seq.toString(), epoca));
    }

    private static void anotar(NavigableMap<Long, Long> epocas, long seq, long epoca) {
        if (epocas.isEmpty() || epocas.lastEntry().getValue() != epoca) {
            epocas.put(seq, epoca);
        }
    }

    /** O estado inteiro, para um instantâneo: o banco e em que seq começou cada época. */
    ObjectNode estado() {
        ObjectNode estado = Json.MAPPER.createObjectNode();
        guardar(epocas, estado);
        estado.set(BANCO, EstadoDoBanco.de(banco));
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
        anotar(epocas, ultimo, envelope.epoca());
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
