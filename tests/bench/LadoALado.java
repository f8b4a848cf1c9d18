//SOURCES Etcd.java Medidas.java Ordenadores.java Sistemas.java Vizinhos.java
package tests.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import shared.Operacao;
import shared.papel.Carga;
import shared.texto.Falha;
import tests.bench.Medidas.Grupo;

/**
 * Vários sistemas ao mesmo tempo na mesma máquina, cada um parado enquanto outro trabalha; em cada rodada, todos, um depois
 * do outro, para que o que a máquina faça de estranho não caia sempre no mesmo.
 */
final class LadoALado implements AutoCloseable {

    private static final int CONTAS = 1_000;
    private static final int OPERACOES = 2_000;
    private static final int AQUECER_COM = 64;
    private static final int AQUECER_OPERACOES = 1_000_000; // com que o Java já compilou o que vai usar

    private final Medidas medidas;
    private final int rodadas;
    private final Duration quanto;
    private final Duration aquecer;
    private final List<Prova> provas = new ArrayList<>();

    /**
     * @param quanto  a duração de cada rodada de um sistema
     * @param aquecer durante quanto tempo, no máximo, ele trabalha antes da primeira, para que o Java compile o que vai usar
     */
    LadoALado(Medidas medidas, int rodadas, Duration quanto, Duration aquecer) {
        this.medidas = medidas;
        this.rodadas = rodadas;
        this.quanto = quanto;
        this.aquecer = aquecer;
    }

    /** Um trabalho que se dá a um sistema. @param trabalho que nome tem; vazio, se é o de costume */
    record Prova(DeProcessos sistema, String trabalho, Moldes moldes) {
    }

    /** Todos os que se comparam. */
    static List<DeProcessos> todos() {
        return List.of(Sistemas.cru3(), Sistemas.cru3ComMailbox(), Sistemas.parte3(false, 2), Sistemas.parte3(true, 2),
                new Ordenadores(2), Vizinhos.python3(), new Etcd(),
                Sistemas.cru4(), Sistemas.parte4(false, 1), Sistemas.parte4(true, 1), Vizinhos.python4(), Vizinhos.redis(),
                Sistemas.parte2(false, 2), Sistemas.parte2(true, 2), Vizinhos.python2(), Vizinhos.nats());
    }

    /** Inicia um sistema e aquece-o. O que falta nesta máquina é anotado. @return se ele está de pé */
    boolean juntar(DeProcessos sistema) {
        return juntar(sistema, () -> Carga.operacoes(1, CONTAS, OPERACOES));
    }

    /** O mesmo, com estas operações em vez das de costume. */
    boolean juntar(DeProcessos sistema, Iterable<Operacao> operacoes) {
        return juntar(sistema, Map.of("", operacoes));
    }

    /** O mesmo, com mais do que um trabalho, cada um com o seu nome e as suas operações. */
    boolean juntar(DeProcessos sistema, Map<String, ? extends Iterable<Operacao>> trabalhos) {
        dizer("a iniciar: " + sistema.nome());
        try {
            sistema.iniciar();
            List<Prova> dele = new ArrayList<>();
            trabalhos.forEach((nome, operacoes) ->
                    dele.add(new Prova(sistema, nome, new Moldes(operacoes, sistema::pedido))));
            long inicio = System.nanoTime();
            for (long feitas = 0, vez = 0;
                    feitas < AQUECER_OPERACOES && System.nanoTime() - inicio < aquecer.toNanos(); vez++) {
                feitas += sistema.medir(dele.get((int) (vez % dele.size())).moldes(), AQUECER_COM, quanto).operacoes();
            }
            sistema.assentar();
            provas.addAll(dele);
            return true;
        } catch (Sistema.Ausente | Falha | AssertionError e) {
            medidas.ausente(sistema.nome(), e);
            sistema.close();
            return false;
        }
    }

    /** As cargas de costume: vazão e latência de cada sistema, com cada número de operações pendentes. */
    void comparar(int... cargas) {
        for (int pendentes : cargas) {
            rodar(pendentes, (prova, amostra, processador) -> {
                DeProcessos sistema = prova.sistema();
                medidas.anotar(Grupo.VAZAO, sistema.painel(), sistema.nome(), pendentes, amostra.vazao());
                medidas.anotar(Grupo.P50, sistema.painel(), sistema.nome(), pendentes, amostra.milissegundos(50));
                medidas.anotar(Grupo.P99, sistema.painel(), sistema.nome(), pendentes, amostra.milissegundos(99));
                medidas.anotar(Grupo.PROCESSADOR, sistema.painel(), sistema.nome(), pendentes, processador);
                if (pendentes == 1) { // logo a seguir: o disco também tem os seus dias
                    sistema.esperaPeloDisco().ifPresent(ms -> medidas.anotar(Grupo.FSYNC, sistema.painel(), sistema.nome(),
                            0, ms));
                }
            });
        }
    }

    /** O que fazer com cada amostra. */
    interface Anotar {
        /** @param processador microssegundos por operação, até que os processos estejam de novo em repouso */
        void anotar(Prova prova, Sistema.Amostra amostra, double processador);
    }

    /** Todas as rodadas com este número de operações pendentes; a primeira, que só aquece, não se conta. */
    void rodar(int pendentes, Anotar anotar) {
        for (int rodada = 0; rodada <= rodadas; rodada++) {
            dizer((pendentes == 1 ? "uma de cada vez" : pendentes + " pendentes") + ", "
                    + (rodada == 0 ? "a aquecer" : "rodada " + rodada + " de " + rodadas));
            List<Prova> ordem = new ArrayList<>(provas);
            Collections.rotate(ordem, Math.max(0, rodada - 1)); // começa sempre por outra
            for (Prova prova : ordem) {
                if (provas.contains(prova)) {
                    rodar(prova, pendentes, rodada, anotar);
                }
            }
        }
    }

    private void rodar(Prova prova, int pendentes, int rodada, Anotar anotar) {
        DeProcessos sistema = prova.sistema();
        try {
            long antes = DeProcessos.processador(sistema.processos());
            Sistema.Amostra amostra = sistema.medir(prova.moldes(), pendentes, rodada == 0 ? quanto.dividedBy(2) : quanto);
            sistema.assentar();
            if (rodada > 0) {
                long milissegundos = DeProcessos.processador(sistema.processos()) - antes;
                anotar.anotar(prova, amostra, milissegundos * 1e3 / amostra.operacoes());
            }
        } catch (Falha | AssertionError e) {
            medidas.ausente(sistema.nome(), e);
            provas.removeIf(outra -> outra.sistema() == sistema);
            sistema.close();
        }
    }

    /** Diz em que ponto se está, no erro padrão. */
    static void dizer(String oQue) {
        System.err.println("  " + oQue);
    }

    @Override
    public void close() {
        provas.stream().map(Prova::sistema).distinct().forEach(Sistema::close);
    }
}
