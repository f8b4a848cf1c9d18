package tests.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import part3.regra.Entradas;

/**
 * Muitas máquinas com muitos grupos, simuladas acontecimento a acontecimento: cada grupo tem três cópias, em máquinas
 * seguidas, e a primeira lidera. O líder junta num lote o que chegou enquanto confirmava o anterior; o lote gasta
 * processador no líder, vai pela rede, gasta processador e disco nos outros dois, e confirma-se quando o líder e um deles o
 * têm no disco.
 * Os núcleos e o disco de uma máquina são de todos os grupos que lá estão, e servem por ordem. Uma transferência entre
 * grupos são três entradas, como em part3/GRUPOS.md. Os clientes têm sempre as mesmas operações pendentes.
 */
final class Frota {

    /**
     * O que custa cada coisa, em microssegundos.
     *
     * @param lider    processador no líder
     * @param seguidor processador em cada um dos outros
     * @param fsync    uma espera pelo disco, quantas entradas sejam
     * @param rede     de uma máquina a outra, só ida
     * @param parado   processador por cópia de grupo e por segundo, sem que se peça nada
     */
    record Custos(Custo lider, Custo seguidor, double fsync, double rede, double parado) {
    }

    /** O que custa um lote: tanto por ele, e tanto por cada entrada. */
    record Custo(double lote, double entrada) {

        double de(int entradas) {
            return lote + entradas * entrada;
        }

        private Custo vezes(double quanto) {
            return new Custo(lote * quanto, entrada * quanto);
        }
    }

    /** @param entre parte das operações que são transferências entre grupos, de 0 a 1 @param pendentes ao mesmo tempo */
    record Plano(int maquinas, int nucleos, int grupos, double entre, int pendentes) {
    }

    /**
     * O que deu.
     *
     * @param vazao       operações por segundo
     * @param p50         latência em milissegundos
     * @param processador ocupação média dos núcleos, de 0 a 1
     * @param disco       ocupação média dos discos, de 0 a 1
     * @param lote        entradas por lote, em média
     */
    record Deu(double vazao, double p50, double processador, double disco, double lote) {
    }

    private static final int COPIAS = 3;

    private record Evento(double quando, long ordem, Runnable acao) implements Comparable<Evento> {
        @Override
        public int compareTo(Evento outro) {
            return quando != outro.quando ? Double.compare(quando, outro.quando) : Long.compare(ordem, outro.ordem);
        }
    }

    /** Alguns servidores iguais que atendem por ordem de chegada. */
    private final class Recurso {
        private final double[] livreEm;
        private double ocupado;

        Recurso(int quantos) {
            livreEm = new double[quantos];
        }

        void usar(double quanto, Runnable depois) {
            int qual = 0;
            for (int i = 1; i < livreEm.length; i++) {
                qual = livreEm[i] < livreEm[qual] ? i : qual;
            }
            livreEm[qual] = Math.max(agora, livreEm[qual]) + quanto;
            ocupado += quanto;
            em(livreEm[qual], depois);
        }
    }

    private final class Grupo {
        private final int[] onde = new int[COPIAS]; // a primeira lidera
        private final Deque<Runnable> espera = new ArrayDeque<>();
        private int confirmar;                      // quantos ainda faltam do lote

        void propor(Runnable confirmada) {
            espera.add(confirmada);
            if (confirmar == 0) {
                lote();
            }
        }

        private void lote() {
            List<Runnable> estas = new ArrayList<>();
            while (!espera.isEmpty() && estas.size() < Entradas.MAXIMO) {
                estas.add(espera.poll());
            }
            lotes++;
            entradas += estas.size();
            confirmar = 2; // o disco do líder, e o primeiro dos outros
            boolean[] jaUm = {false};
            processadores[onde[0]].usar(custos.lider().de(estas.size()), () -> {
                discos[onde[0]].usar(custos.fsync(), () -> tem(estas));
                for (int i = 1; i < COPIAS; i++) {
                    int ali = onde[i];
                    em(agora + custos.rede(), () -> processadores[ali].usar(custos.seguidor().de(estas.size()),
                            () -> discos[ali].usar(custos.fsync(), () -> em(agora + custos.rede(), () -> {
                                if (!jaUm[0]) {
                                    jaUm[0] = true;
                                    tem(estas);
                                }
                            }))));
                }
            });
        }

        private void tem(List<Runnable> estas) {
            if (--confirmar == 0) {
                estas.forEach(Runnable::run);
                if (!espera.isEmpty() && confirmar == 0) {
                    lote();
                }
            }
        }
    }

    private final PriorityQueue<Evento> eventos = new PriorityQueue<>();
    private final Random sorte = new Random(18);
    private final Custos custos;
    private final Plano plano;
    private final Recurso[] processadores;
    private final Recurso[] discos;
    private final Grupo[] grupos;
    private final double[] latencias;
    private int feitas;
    private long lotes;
    private long entradas;
    private long ordem;
    private double agora;
    private double comeco;

    private Frota(Custos custos, Plano plano, int operacoes) {
        this.plano = plano;
        double ocupados = custos.parado() / 1e6 * COPIAS * plano.grupos() / plano.maquinas(); // núcleos só para estar de pé
        double resta = Math.max(0.01, 1 - ocupados / plano.nucleos());
        this.custos = new Custos(custos.lider().vezes(1 / resta), custos.seguidor().vezes(1 / resta), custos.fsync(),
                custos.rede(), custos.parado());
        processadores = new Recurso[plano.maquinas()];
        discos = new Recurso[plano.maquinas()];
        Arrays.setAll(processadores, i -> new Recurso(plano.nucleos()));
        Arrays.setAll(discos, i -> new Recurso(1));
        grupos = new Grupo[plano.grupos()];
        for (int g = 0; g < grupos.length; g++) {
            grupos[g] = new Grupo();
            for (int i = 0; i < COPIAS; i++) {
                grupos[g].onde[i] = (g + i * (1 + g / plano.maquinas() % Math.max(1, (plano.maquinas() - 1) / 2)))
                        % plano.maquinas();
            }
        }
        latencias = new double[operacoes];
    }

    /** Roda até se fazerem tantas operações; o primeiro terço aquece. */
    static Deu simular(Custos custos, Plano plano, int operacoes) {
        return new Frota(custos, plano, operacoes).rodar();
    }

    private void em(double quando, Runnable acao) {
        eventos.add(new Evento(quando, ordem++, acao));
    }

    private Deu rodar() {
        for (int i = 0; i < plano.pendentes(); i++) {
            em(sorte.nextDouble() * 1_000, this::pedir);
        }
        int aquecer = latencias.length / 3;
        while (feitas < latencias.length) {
            Evento evento = eventos.poll();
            agora = evento.quando();
            evento.acao().run();
            if (comeco == 0 && feitas >= aquecer) {
                comeco = agora;
                lotes = 0;
                entradas = 0;
                for (int m = 0; m < plano.maquinas(); m++) {
                    processadores[m].ocupado = 0;
                    discos[m].ocupado = 0;
                }
            }
        }
        double passou = agora - comeco;
        double[] medidas = Arrays.copyOfRange(latencias, aquecer, latencias.length);
        Arrays.sort(medidas);
        return new Deu((latencias.length - aquecer) / passou * 1e6, medidas[medidas.length / 2] / 1e3,
                uso(processadores, passou * plano.nucleos()), uso(discos, passou), entradas / (double) Math.max(1, lotes));
    }

    private double uso(Recurso[] estes, double inteiro) {
        return Math.min(1, Arrays.stream(estes).mapToDouble(r -> r.ocupado).sum() / (inteiro * estes.length));
    }

    private void pedir() {
        double pedida = agora;
        Grupo origem = grupos[sorte.nextInt(grupos.length)];
        Grupo destino = grupos[sorte.nextInt(grupos.length)];
        boolean passa = sorte.nextDouble() < plano.entre() && destino != origem;
        em(agora + custos.rede(), () -> origem.propor(() -> {
            if (!passa) {
                em(agora + custos.rede(), () -> feita(pedida));
                return;
            }
            em(agora + custos.rede(), () -> destino.propor(() -> em(agora + custos.rede(), () -> {
                feita(pedida);
                origem.propor(() -> { });
            })));
        }));
    }

    private void feita(double pedida) {
        if (feitas < latencias.length) {
            latencias[feitas++] = agora - pedida;
        }
        pedir();
    }
}
