package part4.regra;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;

/** Os clientes que esperam, e o que se lhes dirá. */
final class Esperas<C> {

    /** Espera que tudo até {@code seq} esteja confirmado e, numa leitura, que a ronda tenha voltado de todos. */
    private record Espera<C>(C cliente, long seq, long ronda, String resposta) {
    }

    private final Deque<Espera<C>> fila = new ArrayDeque<>();
    private final Map<String, Long> emCurso = new HashMap<>(); // id_msg ainda não confirmado -> seq

    void comecou(String idMsg, long seq) {
        emCurso.put(idMsg, seq);
    }

    /** O seq desta operação, se ela ainda não se confirmou; senão, o outro. */
    long emCurso(String idMsg, long senao) {
        return emCurso.getOrDefault(idMsg, senao);
    }

    Map<String, Long> emCurso() {
        return emCurso;
    }

    void esperar(C cliente, long seq, long ronda, String resposta) {
        fila.add(new Espera<>(cliente, seq, ronda, resposta));
    }

    /** Responde a quem já não tem o que esperar. */
    void confirmar(long ate, long ronda, BiConsumer<C, String> responder) {
        for (int i = fila.size(); i > 0; i--) {
            Espera<C> espera = fila.poll();
            if (espera.seq() <= ate && espera.ronda() <= ronda) {
                responder.accept(espera.cliente(), espera.resposta());
            } else {
                fila.add(espera);
            }
        }
        emCurso.values().removeIf(seq -> seq <= ate);
    }

    /** Ninguém espera mais. @param resposta o que dizer a quem esperava por esta posição */
    void largar(LongFunction<String> resposta, BiConsumer<C, String> responder) {
        while (!fila.isEmpty()) {
            Espera<C> espera = fila.poll();
            responder.accept(espera.cliente(), resposta.apply(espera.seq()));
        }
    }
}
