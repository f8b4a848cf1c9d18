//SOURCES Medidas.java
package tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tests.bench.Medidas.Grupo;
import tests.bench.Medidas.Medida;

/**
 * O que se quer que as medidas digam: razões entre sistemas da mesma execução, porque as velocidades são de cada máquina.
 */
final class Metas {

    /**
     * Uma meta.
     *
     * @param grupo    o que é preciso ter medido para que ela se confira
     * @param visto    a razão em cada rodada, ou o valor; {@code null} se não se mediu
     * @param noMaximo se o alvo é um teto
     */
    record Meta(Grupo grupo, String nome, double alvo, Medida visto, boolean noMaximo) {

        String veredito() {
            return visto == null ? "não medida" : cumprida() ? "cumprida" : "não cumprida";
        }

        private boolean cumprida() {
            return noMaximo ? visto.mediana() <= alvo : visto.mediana() >= alvo;
        }
    }

    private Metas() {
    }

    static List<Meta> conferir(Medidas m) {
        String p2 = "parte 2, em memória";
        String p3 = "parte 3, em memória";
        String p4 = "parte 4, em memória";
        List<Meta> metas = new ArrayList<>();
        metas.add(razao(m, "parte 3 / JeroMQ puro, uma de cada vez", 0.85, 1, p3, "JeroMQ puro (3)"));
        metas.add(razao(m, "parte 4 / JeroMQ puro, uma de cada vez", 0.85, 1, p4, "JeroMQ puro (4)"));
        metas.add(razao(m, "parte 3 / JeroMQ puro, 64 pendentes", 0.6, 64, p3, "JeroMQ puro (3)"));
        metas.add(razao(m, "parte 3 / Python, 64 pendentes", 20, 64, p3, "Python (3), em memória"));
        metas.add(razao(m, "parte 3 em disco / em memória, 64 pendentes", 0.7, 64, "parte 3, em disco", p3));
        metas.add(razao(m, "parte 4 em disco / Redis, 64 pendentes", 1, 64, "parte 4, em disco",
                "Redis (AOF always, WAIT 1)"));
        metas.add(razao(m, "parte 2 / RPyC em Python, 64 clientes", 5, 64, p2, "Python (RPyC), em memória"));
        metas.add(new Meta(Grupo.PARADA, "réplica parada: MB de memória residente", 120,
                m.uma(Grupo.PARADA, Arranque.COM_JBANG, 0), true));
        metas.add(razaoLonga(m));
        metas.add(new Meta(Grupo.ARRANQUE, "arranque de uma réplica com jbang, em segundos", 1.2,
                m.uma(Grupo.ARRANQUE, Arranque.COM_JBANG, 0), true));
        metas.removeIf(meta -> m.de(meta.grupo()).isEmpty()); // o que não se quis medir desta vez
        return metas;
    }

    /** A razão em cada rodada: os dois foram medidos um depois do outro, e o que a máquina fazia então afeta ambos. */
    private static Meta razao(Medidas m, String nome, double alvo, int pendentes, String nosso, String outro) {
        Medida um = m.uma(Grupo.VAZAO, nosso, pendentes);
        Medida dois = m.uma(Grupo.VAZAO, outro, pendentes);
        if (um == null || dois == null) {
            return new Meta(Grupo.VAZAO, nome, alvo, null, false);
        }
        List<Double> razoes = IntStream.range(0, Math.min(um.rodadas().size(), dois.rodadas().size()))
                .mapToObj(i -> um.rodadas().get(i) / dois.rodadas().get(i)).toList();
        return new Meta(Grupo.VAZAO, nome, alvo, new Medida(Grupo.VAZAO, "", nome, pendentes, razoes), false);
    }

    /** Quanto cresceu a memória da réplica entre um quarto das operações e o fim delas: plana = não cresce mais. */
    private static Meta razaoLonga(Medidas m) {
        String nome = "muitas operações: memória no fim / a um quarto";
        List<Medida> pontos = m.de(Grupo.LONGA_RSS).stream().filter(p -> p.sistema().equals(Crescimento.REPLICA)).toList();
        return new Meta(Grupo.LONGA_RSS, nome, 1.1,
                pontos.size() < 4 ? null : new Medida(Grupo.LONGA_RSS, "", nome, 0, List.of(
                pontos.get(pontos.size() - 1).mediana() / pontos.get(pontos.size() / 4).mediana())), true);
    }
}
