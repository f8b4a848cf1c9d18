package shared.ordem;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import shared.Envelope;

/**
 * A fila de espera (<i>hold-back queue</i>; Coulouris, Distributed Systems, seção 15.4): entrega os envelopes
 * exatamente uma vez e sem buracos, por ordem de seq, seja qual for a ordem em que chegam. O que chega adiantado
 * espera; o que já foi entregue é ignorado.
 */
public final class FilaDeEspera {

    private final int limite;
    private final TreeMap<Long, Envelope> adiantados = new TreeMap<>();
    private long ultimo;

    /** @param limite quantos envelopes adiantados guardar; além disso os mais distantes são largados */
    public FilaDeEspera(int limite) {
        this(limite, 0);
    }

    /** @param ultimo o seq do último já entregue: a entrega continua depois dele */
    public FilaDeEspera(int limite, long ultimo) {
        this.limite = limite;
        this.ultimo = ultimo;
    }

    /** Recebe um envelope. @return os que agora podem ser entregues, por ordem; vazia se nenhum */
    public List<Envelope> receber(Envelope envelope) {
        // exercício fila-de-espera: guardar o que chega adiantado, e entregar por ordem o que já se pode
        if (envelope.seq() == ultimo + 1 && adiantados.isEmpty()) { // o costume
            ultimo++;
            return List.of(envelope);
        }
        if (envelope.seq() > ultimo) {
            adiantados.putIfAbsent(envelope.seq(), envelope);
        }
        List<Envelope> entregues = new ArrayList<>();
        while (!adiantados.isEmpty() && adiantados.firstKey() == ultimo + 1) {
            entregues.add(adiantados.pollFirstEntry().getValue());
            ultimo++;
        }
        if (adiantados.size() > limite) {
            adiantados.pollLastEntry();
        }
        return entregues;
        // fim
    }

    /** O seq do último entregue; 0 se nenhum. */
    public long ultimo() {
        return ultimo;
    }

    /** Quantos esperam por um que falta. */
    public int esperando() {
        return adiantados.size();
    }
}
