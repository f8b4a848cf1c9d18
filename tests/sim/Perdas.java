package tests.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * O que se confirmou e já não está na ordem. Quem confirma sem esperar, ou sem saber que há outro primário, pode perder o
 * fim do que confirmou; mas só o fim, e só se outro assumiu depois.
 */
final class Perdas {

    private final Map<String, Integer> lugares = new HashMap<>();
    private final NavigableMap<Long, Long> epocas = new TreeMap<>(); // primeiro lugar de cada época -> época
    private String primeira;

    /** @param comecos o primeiro lugar de cada época, como o diário os lembra */
    Perdas(List<String> ordem, JsonNode comecos) {
        comecos.properties().forEach(c -> epocas.put(Long.parseLong(c.getKey()), c.getValue().longValue()));
        for (int i = 0; i < ordem.size(); i++) {
            lugares.put(Cenario.original(ordem.get(i)), i + 1);
        }
    }

    /** @param epoca a de agora: o que nela se confirmou tem de estar */
    void conferir(Collection<Cliente.Pedido> pedidos, long epoca) {
        Map<Long, Long> primeiraPerdida = new HashMap<>(); // de cada época
        for (Cliente.Pedido pedido : pedidos) {
            if (pedido.op != null && pedido.confirmado() && perdida(pedido)) {
                primeira = primeira != null ? primeira
                        : "perdeu-se " + pedido.id + ", que foi confirmado (" + pedido.resposta + ")";
                Cenario.exigir(pedido.epoca < epoca, "perdeu-se %s, confirmado (%s) na época %d, e ninguém assumiu depois",
                        pedido.id, pedido.resposta, pedido.epoca);
                primeiraPerdida.merge(pedido.epoca, numero(pedido) > 0 ? numero(pedido) : Long.MAX_VALUE, Math::min);
            }
        }
        for (Cliente.Pedido pedido : pedidos) {
            if (pedido.op != null && pedido.confirmado() && !perdida(pedido)) {
                long perdeu = primeiraPerdida.getOrDefault(pedido.epoca, Long.MAX_VALUE);
                Cenario.exigir(numero(pedido) < perdeu, "da época %d perdeu-se a %d, e ficou %s, a %d", pedido.epoca, perdeu,
                        pedido.id, numero(pedido));
            }
        }
    }

    /** A primeira que se perdeu, como se diz; {@code null} se nenhuma. */
    String primeira() {
        return primeira;
    }

    /** Se não está, ou se a que está é outra, porque o cliente também a tinha pedido a quem assumiu. */
    private boolean perdida(Cliente.Pedido pedido) {
        Integer lugar = lugares.get(pedido.id);
        if (lugar == null || numero(pedido) == 0) {
            return lugar == null;
        }
        return lugar != numero(pedido) || epocas.floorEntry((long) lugar).getValue() != pedido.epoca;
    }

    /** O número que se disse ao cliente; 0 se a resposta foi a uma repetição, que não o diz. */
    private static long numero(Cliente.Pedido pedido) {
        return pedido.resposta.startsWith("OK seq=") ? Long.parseLong(pedido.resposta.split("[= ]")[2]) : 0;
    }
}
