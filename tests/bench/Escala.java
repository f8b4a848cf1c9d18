//SOURCES Frota.java LadoALado.java Medidas.java Ordenadores.java
package tests.bench;

import java.lang.ref.Reference;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import part3.regra.grupos.Grupo;
import part3.regra.grupos.Grupos;
import shared.Operacao;
import shared.memoria.Lembradas;
import shared.memoria.Saldos;
import shared.texto.Json;
import tests.Processo;
import tests.bench.Frota.Custo;
import tests.bench.Frota.Custos;
import tests.bench.Frota.Deu;
import tests.bench.Frota.Plano;

/**
 * Até onde se chega com as contas em grupos: mede nesta máquina o que custa uma entrada (três ordenadores de verdade, e um
 * cliente), uma espera pelo disco, uma conta e um id_msg na memória; e com isso simula {@link Frota} de 3 a 30 máquinas.
 */
final class Escala {

    private static final int[] MAQUINAS = {3, 6, 12, 18, 24, 30};
    private static final int[] GRUPOS = {1, 3, 10, 30, 100, 300, 1_000};
    private static final int[] ENTRE = {0, 10, 50};
    private static final int POR_MAQUINA = 10;       // grupos
    private static final int PENDENTES = 512;        // por máquina: trabalho que chegue
    private static final int POUCAS = 8;             // por máquina: para ver a latência, e não a fila
    private static final long CONTAS = 1_000_000_000L;
    private static final int MUITAS = 1_000_000;
    private static final int COPIAS = Trio.MEMBROS;
    private static final int CONCORRENCIA = 64;
    private static final int VEZES = 20;             // no máximo, até que o Java tenha compilado o que usa
    private static final double BAIXA = 0.95;        // menos do que isto da vez anterior: ainda não
    private static final Duration PRAZO = Duration.ofMinutes(5); // numa máquina ocupada

    private final Medidas medidas;
    private final int nucleos;
    private final double rede;
    private final boolean rapido;

    /** @param nucleos de cada máquina @param rede de uma a outra, só ida, em microssegundos */
    Escala(Medidas medidas, int nucleos, double rede, boolean rapido) {
        this.medidas = medidas;
        this.nucleos = nucleos;
        this.rede = rede;
        this.rapido = rapido;
    }

    void medir() {
        memoria();
        LadoALado.dizer("mede-se o que custa uma entrada: três ordenadores, e um cliente com " + CONCORRENCIA
                + " de cada vez");
        Custos custos;
        try (Raft raft = new Raft()) {
            custos = raft.custos();
        }
        LadoALado.dizer(String.format(Locale.ROOT, "%s; rede (só ida) %.0f µs", custos, rede));
        porMaquinas(custos);
        porGrupos(custos);
    }

    // ───── O que se mede ─────

    /** Três ordenadores, um sequenciador parado ao lado, e clientes. */
    private final class Raft extends Ordenadores {

        private List<Processo> ordenadores;
        private Processo sequenciador;

        /**
         * Processador por entrada, em microssegundos.
         *
         * @param lider    no que mais gastou, que é o líder
         * @param seguidor em média nos outros
         * @param porLote  quantas entradas foram juntas
         */
        private record Gasto(double lider, double seguidor, double porLote) {
        }

        Raft() {
            super(0);
        }

        @Override
        public void iniciar() {
            super.iniciar();
            ordenadores = List.copyOf(processos());
            sequenciador = papel(true, "part3.Sequencer", "sequenciador", "--pedidos", porta(LIVRE), "--ordem",
                    porta(LIVRE + 1));
        }

        Custos custos() {
            iniciar();
            Gasto juntas = jaCompilado(rapido ? 300 : 30_000, CONCORRENCIA);
            double parado = parado();
            Gasto sozinhas = jaCompilado(rapido ? 50 : 2_000, 1); // cada uma é um lote
            LadoALado.dizer(String.format(Locale.ROOT, "com %d de cada vez, %.0f entradas por lote", CONCORRENCIA,
                    juntas.porLote()));
            Custos custos = new Custos(custo(sozinhas.lider(), juntas.lider(), juntas.porLote()),
                    custo(sozinhas.seguidor(), juntas.seguidor(), juntas.porLote()), 1e3 * esperaPeloDisco().orElseThrow(),
                    rede, parado);
            anotar("líder, por entrada de um lote", custos.lider().entrada());
            anotar("líder, por lote", custos.lider().lote());
            anotar("cada um dos outros dois, por entrada de um lote", custos.seguidor().entrada());
            anotar("cada um dos outros dois, por lote", custos.seguidor().lote());
            anotar("esperar pelo disco", custos.fsync());
            anotar("um grupo parado, por cópia e por segundo", parado);
            anotar("aplicar uma entrada (só a regra)", regra());
            return custos;
        }

        /** Uma sozinha paga o lote todo; uma de um lote, a sua parte dele. */
        private static Custo custo(double sozinha, double junta, double porLote) {
            double lote = Math.max(0, (sozinha - junta) / (1 - 1 / Math.max(2, porLote)));
            return new Custo(lote, Math.max(0, sozinha - lote));
        }

        /** {@link #porEntrada}, repetido até que deixe de baixar: no princípio paga-se sobretudo ao compilador. */
        private Gasto jaCompilado(int ops, int concorrencia) {
            Gasto antes;
            Gasto agora = porEntrada(ops, concorrencia);
            int vezes = 1;
            do {
                antes = agora;
                agora = porEntrada(ops, concorrencia);
            } while (++vezes < VEZES && agora.lider() < BAIXA * antes.lider());
            LadoALado.dizer(String.format(Locale.ROOT, "%d de cada vez: ao fim de %d entradas, custa cada uma %.0f µs ao"
                    + " líder (e à vez anterior, %.0f)", concorrencia, vezes * ops, agora.lider(), antes.lider()));
            return agora;
        }

        private Gasto porEntrada(int ops, int concorrencia) {
            double[] antes = ordenadores.stream().mapToDouble(Escala::gastou).toArray();
            long log = estado("indice");
            long feitas = carregar(ops, concorrencia);
            double lotes = (estado("indice") - log) / 2.0; // cada um é uma entrada no log, e outra que o diz confirmado
            double[] cada = IntStream.range(0, COPIAS)
                    .mapToDouble(i -> (gastou(ordenadores.get(i)) - antes[i]) / feitas).sorted().toArray();
            return new Gasto(cada[COPIAS - 1], (cada[0] + cada[1]) / 2, feitas / Math.max(1, lotes));
        }

        /** @return quantas entradas se fizeram: numa máquina muito ocupada há as que ficam sem resposta */
        private long carregar(int ops, int concorrencia) {
            long antes = estado("seq");
            try (Processo carga = Processo.iniciar("part3.Client", "--sequenciador", aosTres(), "--silencioso", "carga",
                    "--ops", "" + ops, "--contas", "1000", "--concorrencia", "" + concorrencia)) {
                carga.esperarFim(PRAZO);
            }
            long feitas = estado("seq") - antes;
            if (feitas < ops / 2) {
                throw new IllegalStateException("de " + ops + " operações fizeram-se " + feitas
                        + "; repita com a máquina livre");
            }
            return feitas;
        }

        private long estado(String qual) {
            String[] estado = {""};
            Processo.esperar("o estado de um ordenador", PRAZO, () ->
                    !(estado[0] = pedir(porta(1), "{\"pedido\": \"ESTADO\"}")).isEmpty());
            return Json.inteiro(Json.ler(estado[0].getBytes(StandardCharsets.UTF_8)), qual);
        }

        /** O que gasta a mais, sem que se lhe peça nada, quem tem um grupo. */
        private double parado() {
            List<Processo> todos = new ArrayList<>(ordenadores);
            todos.add(sequenciador);
            double[] antes = todos.stream().mapToDouble(Escala::gastou).toArray();
            long inicio = System.nanoTime();
            Processo.aguardar(Duration.ofSeconds(rapido ? 1 : 8), () -> false); // é este tempo que se mede
            double segundos = (System.nanoTime() - inicio) / 1e9;
            double[] gastos = IntStream.range(0, todos.size())
                    .mapToDouble(i -> (gastou(todos.get(i)) - antes[i]) / segundos).toArray();
            return Math.max(0, Arrays.stream(gastos, 0, COPIAS).average().orElseThrow() - gastos[COPIAS]);
        }
    }

    /** O que este processo já gastou de processador, em microssegundos. */
    private static double gastou(Processo processo) {
        return ProcessHandle.of(processo.pid()).flatMap(p -> p.info().totalCpuDuration()).orElseThrow().toNanos() / 1e3;
    }

    private static byte[] deposito(int i) {
        return new Operacao("m" + i, Operacao.Tipo.DEPOSITO, "conta-" + i % 1_000, null, BigDecimal.ONE).json()
                .getBytes(StandardCharsets.UTF_8);
    }

    private double regra() {
        Grupo grupo = new Grupo(new Grupos(1), 0, "h", (envelope, resultado) -> { });
        int vezes = rapido ? 20_000 : 300_000;
        long inicio = 0;
        for (int i = 0; i < vezes; i++) {
            inicio = i == vezes / 2 ? System.nanoTime() : inicio;
            grupo.aplicar(deposito(i));
        }
        return (System.nanoTime() - inicio) / 1e3 / (vezes - vezes / 2);
    }

    private void anotar(String oQue, double us) {
        medidas.anotar(Medidas.Grupo.ESCALA_CUSTOS, "", oQue, 0, us);
    }

    // ───── O que se simula ─────

    private Deu simular(Custos custos, int maquinas, int grupos, int entre, int pendentes) {
        Deu deu = Frota.simular(custos, new Plano(maquinas, nucleos, grupos, entre / 100.0, pendentes * maquinas),
                (rapido ? 10 : 40) * maquinas * pendentes);
        LadoALado.dizer(String.format(Locale.ROOT, "%d máquinas, %d grupos, %d %% entre grupos, %d pendentes: %.0f ops/s,"
                + " p50 %.1f ms, processador %.0f %%, disco %.0f %%, %.1f por lote", maquinas, grupos, entre,
                pendentes * maquinas, deu.vazao(), deu.p50(), 100 * deu.processador(), 100 * deu.disco(), deu.lote()));
        return deu;
    }

    private void porMaquinas(Custos custos) {
        for (int maquinas : MAQUINAS) {
            for (int entre : ENTRE) {
                medidas.anotar(Medidas.Grupo.ESCALA_MAQUINAS, "", entre + " % entre grupos", maquinas,
                        simular(custos, maquinas, POR_MAQUINA * maquinas, entre, PENDENTES).vazao());
            }
            medidas.anotar(Medidas.Grupo.ESCALA_MAQUINAS, "", "um grupo só", maquinas,
                    simular(custos, maquinas, 1, 0, PENDENTES).vazao());
        }
    }

    private void porGrupos(Custos custos) {
        int maquinas = MAQUINAS[MAQUINAS.length - 1];
        for (int grupos : GRUPOS) {
            for (int entre : grupos == 1 ? new int[] {0} : ENTRE) {
                Deu deu = simular(custos, maquinas, grupos, entre, PENDENTES);
                medidas.anotar(Medidas.Grupo.ESCALA_GRUPOS, "", entre + " % entre grupos", grupos, deu.vazao());
                medidas.anotar(Medidas.Grupo.ESCALA_P50, "", entre + " % entre grupos", grupos,
                        simular(custos, maquinas, grupos, entre, POUCAS).p50());
                if (entre == 0) {
                    medidas.anotar(Medidas.Grupo.ESCALA_USO, "", "processador", grupos, 100 * deu.processador());
                    medidas.anotar(Medidas.Grupo.ESCALA_USO, "", "disco", grupos, 100 * deu.disco());
                }
            }
        }
    }

    // ───── A memória ─────

    /** Quantos bytes ficam ocupados por isto: do que a máquina virtual diz depois de recolher o lixo. */
    private static double ocupa(Supplier<Object> oQue) {
        double antes = usada();
        Object feito = oQue.get();
        double ocupa = usada() - antes;
        Reference.reachabilityFence(feito);
        return ocupa;
    }

    private static double usada() {
        System.gc();
        System.gc(); // a primeira deixa megabytes que só ela soltou
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Mil milhões de contas, três cópias de cada, e os id_msg de que cada grupo se lembra. */
    private void memoria() {
        double porConta = ocupa(() -> {
            Saldos saldos = new Saldos();
            for (int i = 0; i < MUITAS; i++) {
                saldos.put("conta-" + i, BigDecimal.ONE);
            }
            return saldos;
        }) / MUITAS;
        double porGrupo = ocupa(() -> {
            Grupo grupo = new Grupo(new Grupos(1), 0, "h", (envelope, resultado) -> { });
            for (int i = 0; i < Lembradas.MAXIMO; i++) {
                grupo.aplicar(deposito(i));
            }
            return grupo;
        });
        LadoALado.dizer(String.format(Locale.ROOT, "%.0f bytes por conta, %.1f MB por grupo cheio de id_msg", porConta,
                porGrupo / 1e6));
        for (int maquinas : MAQUINAS) {
            for (int porMaquina : new int[] {10, 100}) {
                double bytes = COPIAS * (CONTAS * porConta / maquinas + porMaquina * porGrupo);
                medidas.anotar(Medidas.Grupo.ESCALA_MEMORIA, "", porMaquina + " grupos por máquina", maquinas, bytes / 1e9);
            }
        }
    }
}
