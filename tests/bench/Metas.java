//SOURCES Medidas.java
package tests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        String puro = "JeroMQ puro (3)";
        String redis = "Redis (AOF always, WAIT 1)";
        String raft = "parte 3 com Raft";
        String etcd = "etcd (3 membros)";
        List<Meta> metas = new ArrayList<>();
        metas.add(aoMenos(m, "parte 3 / JeroMQ puro, uma de cada vez", 0.85, 1, p3, puro));
        metas.add(aoMenos(m, "parte 4 / JeroMQ puro, uma de cada vez", 0.85, 1, p4, "JeroMQ puro (4)"));
        metas.add(aoMenos(m, "parte 3 / JeroMQ puro, 64 pendentes", 0.6, 64, p3, puro));
        metas.add(noMaximo(m, Grupo.PROCESSADOR, "processador por op: parte 3 / JeroMQ puro, 64", 2.5, 64, p3, puro));
        metas.add(aoMenos(m, "parte 3 / Python, 64 pendentes", 3, 64, p3, "Python (3), em memória"));
        metas.add(aoMenos(m, "parte 4 / Python, 64 pendentes", 2, 64, p4, "Python (4), em memória"));
        metas.add(aoMenos(m, "parte 3 em disco / em memória, 64 pendentes", 0.8, 64, "parte 3, em disco", p3));
        metas.add(aoMenos(m, "parte 4 em disco / Redis, 64 pendentes", 1.5, 64, "parte 4, em disco", redis));
        metas.add(aoMenos(m, "parte 4 em disco / Redis, uma de cada vez", 1, 1, "parte 4, em disco", redis));
        metas.add(aoMenos(m, "parte 3 com Raft / etcd, 64 pendentes", 0.5, 64, raft, etcd));
        metas.add(noMaximo(m, Grupo.TROCA, "morto o líder, sem confirmar: Raft / etcd", 1, 0, raft, etcd));
        metas.add(soODisco(m, "parte 3, em disco", puro));
        metas.add(aoMenos(m, "parte 2 / RPyC em Python, 64 clientes", 4, 64, p2, "Python (RPyC), em memória"));
        String comMailbox = "JeroMQ com shared/zmq (3)";
        metas.add(noMaximo(m, Grupo.P99, "p99, uma a uma: parte 3 / JeroMQ e shared/zmq", 1.2, 1, p3, comMailbox));
        metas.add(noMaximo(m, Grupo.P99, "p99, 64: parte 3 / JeroMQ e shared/zmq", 1.2, 64, p3, comMailbox));
        metas.add(umValor(m, Grupo.PARADA, "réplica parada: MB de memória residente", 120, Arranque.COM_JBANG, 0));
        metas.add(umValor(m, Grupo.ARRANQUE, "arranque de uma réplica com jbang, em segundos", 1.2, Arranque.COM_JBANG, 0));
        metas.add(umValor(m, Grupo.PAUSA, "maior pausa, um milhão de contas, em ms", 25, Crescimento.SILENCIO, 1_000_000));
        metas.add(umValor(m, Grupo.TARDE, "worker tardio, cinco milhões de ops, em s", 10, "part2.RpcServer", 5_000_000));
        metas.add(razaoLonga(m));
        metas.removeIf(meta -> m.de(meta.grupo()).isEmpty()); // o que não se quis medir desta vez
        return metas;
    }

    private static Meta umValor(Medidas m, Grupo grupo, String nome, double alvo, String sistema, double x) {
        return new Meta(grupo, nome, alvo, m.uma(grupo, sistema, x), true);
    }

    private static Meta aoMenos(Medidas m, String nome, double alvo, int pendentes, String nosso, String outro) {
        return new Meta(Grupo.VAZAO, nome, alvo, razao(nome, m.uma(Grupo.VAZAO, nosso, pendentes),
                m.uma(Grupo.VAZAO, outro, pendentes)), false);
    }

    private static Meta noMaximo(Medidas m, Grupo grupo, String nome, double alvo, int pendentes, String nosso,
            String outro) {
        return new Meta(grupo, nome, alvo, razao(nome, m.uma(grupo, nosso, pendentes), m.uma(grupo, outro, pendentes)),
                true);
    }

    /** A razão em cada rodada: os dois foram medidos um depois do outro, e o que a máquina fazia então afeta ambos. */
    private static Medida razao(String nome, Medida um, Medida dois) {
        return porRodada(nome, i -> um.rodadas().get(i) / dois.rodadas().get(i), um, dois);
    }

    /** @return null se algo não se mediu */
    private static Medida porRodada(String nome, IntToDoubleFunction valor, Medida... medidas) {
        if (Stream.of(medidas).anyMatch(Objects::isNull)) {
            return null;
        }
        int rodadas = Stream.of(medidas).mapToInt(medida -> medida.rodadas().size()).min().orElse(0);
        return new Medida(medidas[0].grupo(), "", nome, medidas[0].x(),
                IntStream.range(0, rodadas).mapToDouble(valor).boxed().toList());
    }

    /** Uma operação de cada vez espera uma vez pelo disco e faz uma ida e volta: quanto menos, é nosso. */
    private static Meta soODisco(Medidas m, String nosso, String puro) {
        Medida vazao = m.uma(Grupo.VAZAO, nosso, 1);
        Medida volta = m.uma(Grupo.VAZAO, puro, 1);
        Medida disco = m.uma(Grupo.FSYNC, nosso, 0);
        String nome = "parte 3: uma de cada vez / fsync"
                + (disco == null ? "" : " (" + Medidas.numero(disco.mediana()) + " ms)") + " e volta";
        return new Meta(Grupo.VAZAO, nome, 0.9, porRodada(nome, i ->
                vazao.rodadas().get(i) * (disco.rodadas().get(i) / 1e3 + 1 / volta.rodadas().get(i)), vazao, volta, disco),
                false);
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
