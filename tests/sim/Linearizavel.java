package tests.sim;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cada resposta tem um lugar na ordem, e a ordem respeita o tempo: o que acabou antes de outro começar vem antes dele. */
final class Linearizavel {

    /** O lugar de um pedido na ordem; o de uma leitura é depois da operação com esse número. */
    private record Marca(Cliente.Pedido pedido, int lugar) {
    }

    private final List<Cenario.Ponto> pontos;
    private final Map<String, Integer> lugares = new HashMap<>();
    private final List<Marca> marcas = new ArrayList<>();

    /** @param pontos o estado em cada posição da ordem, desde a 0 */
    Linearizavel(List<String> ordem, List<Cenario.Ponto> pontos) {
        this.pontos = pontos;
        for (int i = 0; i < ordem.size(); i++) {
            lugares.put(Cenario.original(ordem.get(i)), i + 1);
        }
    }

    void conferir(Collection<Cliente.Pedido> pedidos) {
        for (Cliente.Pedido pedido : pedidos) {
            if (pedido.op == null) {
                leitura(pedido);
            } else {
                escrita(pedido);
            }
        }
        marcas.sort(Comparator.comparingLong(m -> m.pedido().inicio));
        TreeMap<Long, Marca> ateCadaFim = maioresPorFim();
        for (Marca m : marcas) {
            Map.Entry<Long, Marca> antes = ateCadaFim.lowerEntry(m.pedido().inicio);
            if (antes != null) {
                Marca a = antes.getValue();
                boolean depois = m.pedido().op == null ? m.lugar() >= a.lugar() : m.lugar() > a.lugar();
                Cenario.exigir(depois, "%s (%s) vem no lugar %d, e %s, que acabou antes de ele começar, no %d (%s)",
                        m.pedido().id, m.pedido().resposta, m.lugar(), a.pedido().id, a.lugar(), a.pedido().resposta);
            }
        }
    }

    /** Para cada instante em que um pedido acabou, o de maior lugar que até então acabara. */
    private TreeMap<Long, Marca> maioresPorFim() {
        List<Marca> porFim = new ArrayList<>(marcas);
        porFim.removeIf(m -> !m.pedido().confirmado());
        porFim.sort(Comparator.comparingLong(m -> m.pedido().fim));
        TreeMap<Long, Marca> maiores = new TreeMap<>();
        Marca maior = null;
        for (Marca m : porFim) {
            maior = maior == null || m.lugar() > maior.lugar() ? m : maior;
            maiores.put(m.pedido().fim, maior);
        }
        return maiores;
    }

    private void leitura(Cliente.Pedido pedido) {
        if (!pedido.confirmado()) {
            return;
        }
        String[] partes = pedido.resposta.split(" ");
        int lugar = Integer.parseInt(partes[1]);
        Cenario.exigir(lugar < pontos.size(), "a leitura %s viu a operação %d, que já não existe", pedido.id, lugar);
        BigDecimal saldo = pontos.get(lugar).saldos().getOrDefault(pedido.conta, new BigDecimal("0.00"));
        Cenario.exigir(saldo.toPlainString().equals(partes[2]), "a leitura %s viu %s em %s depois de %d, e era %s",
                pedido.id, partes[2], pedido.conta, lugar, saldo);
        marcas.add(new Marca(pedido, lugar));
    }

    private void escrita(Cliente.Pedido pedido) {
        Integer lugar = lugares.get(pedido.id);
        Cenario.exigir(lugar != null || !pedido.confirmado(), "perdeu-se %s, que foi confirmado (%s)", pedido.id,
                pedido.resposta);
        if (lugar != null) {
            resposta(pedido, lugar);
            marcas.add(new Marca(pedido, lugar));
        }
    }

    /** A resposta a uma escrita diz o resultado que a ordem dá e, se diz um número, o lugar em que ficou. */
    private void resposta(Cliente.Pedido pedido, int lugar) {
        if (pedido.confirmado()) {
            String esperado = "resultado=" + pontos.get(lugar).resultado().situacao();
            Cenario.exigir(pedido.resposta.contains(esperado), "ao cliente de %s disse-se '%s', e a ordem dá %s", pedido.id,
                    pedido.resposta, esperado);
            Cenario.exigir(!pedido.resposta.startsWith("OK seq=") || pedido.resposta.startsWith("OK seq=" + lugar + " "),
                    "ao cliente de %s disse-se '%s', e ficou no lugar %d", pedido.id, pedido.resposta, lugar);
        }
    }
}
