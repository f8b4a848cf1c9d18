//SOURCES Historia.java LadoALado.java Medidas.java Sistemas.java
package tests.bench;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.Operacao;
import shared.papel.Carga;
import tests.Processo;
import tests.bench.Medidas.Grupo;

/** Como o custo cresce: com mais réplicas, mensagens maiores, mais contas, mais história, e ao fim de muitas operações. */
final class Crescimento {

    static final String REPLICA = "réplica da parte 3";

    static final String SILENCIO = "parte 3, em disco: entre duas respostas";

    private static final Duration PRAZO_DA_PAUSA = Duration.ofMinutes(10);
    private static final int PENDENTES = 64;
    private static final int OPERACOES = 2_000;
    private static final int PONTOS = 10;
    private static final Duration FATIA = Duration.ofMillis(500);

    private final Medidas medidas;
    private final int rodadas;
    private final Duration quanto;
    private final Duration aquecer;

    Crescimento(Medidas medidas, int rodadas, Duration quanto, Duration aquecer) {
        this.medidas = medidas;
        this.rodadas = rodadas;
        this.quanto = quanto;
        this.aquecer = aquecer;
    }

    /** Um sistema, o que se lhe pede, e onde fica no eixo do grupo. */
    private record Ponto(DeProcessos sistema, List<Operacao> operacoes, double x) {
    }

    /** Todos os pontos, lado a lado. */
    private void comparar(Grupo grupo, List<Ponto> pontos) {
        try (LadoALado lado = new LadoALado(medidas, rodadas, quanto, aquecer)) {
            pontos.forEach(ponto -> lado.juntar(ponto.sistema(), ponto.operacoes()));
            lado.rodar(PENDENTES, (prova, amostra, processador) -> pontos.stream()
                    .filter(ponto -> ponto.sistema() == prova.sistema())
                    .forEach(ponto -> medidas.anotar(grupo, ponto.sistema().painel(), ponto.sistema().nome(), ponto.x(),
                    amostra.vazao())));
        }
    }

    private static List<Operacao> carga(int contas) {
        List<Operacao> operacoes = new ArrayList<>();
        Carga.operacoes(1, contas, OPERACOES).forEachRemaining(operacoes::add);
        return operacoes;
    }

    /** Com 1, 2, 4, 8 réplicas (parte 3) e backups (parte 4). */
    void replicas(int... quantas) {
        comparar(Grupo.REPLICAS, IntStream.of(quantas)
                .mapToObj(n -> new Ponto(Sistemas.parte3(false, n), carga(1_000), n)).toList());
        comparar(Grupo.REPLICAS, IntStream.of(quantas)
                .mapToObj(n -> new Ponto(Sistemas.parte4(false, n), carga(1_000), n)).toList());
    }

    /** Com nomes de contas cada vez mais compridos, até ao máximo de 64 letras. */
    void tamanho(int... letras) {
        comparar(Grupo.TAMANHO, IntStream.of(letras).boxed().flatMap(n -> {
            List<Operacao> operacoes = carga(1_000).stream().map(op -> new Operacao(op.id_msg(), op.tipo(),
                    esticar(op.conta_origem(), n), esticar(op.conta_destino(), n), op.valor())).toList();
            return Stream.of(false, true).map(duravel -> {
                DeProcessos sistema = Sistemas.parte3(duravel, 2);
                return new Ponto(sistema, operacoes, Math.rint(new Moldes(operacoes, sistema::pedido).tamanho()));
            });
        }).toList());
    }

    private static String esticar(String conta, int letras) {
        return conta == null ? null : conta + "x".repeat(Math.max(0, letras - conta.length()));
    }

    /** Escreve ao sequenciador um diário em que há tantas contas. @return onde */
    private static Path encher(DeProcessos sistema, int contas) {
        Path pasta = sistema.pasta().resolve("sequenciador");
        Historia.escrever(pasta, "part3.Sequencer", IntStream.rangeClosed(1, contas)
                .mapToObj(i -> Operacao.deposito(Carga.conta(i), BigDecimal.TEN)).iterator());
        return pasta;
    }

    /** Com um banco que já tem tantas contas. */
    void contas(int... quantas) {
        List<Ponto> pontos = new ArrayList<>();
        for (int n : quantas) {
            LadoALado.dizer("um banco com " + n + " contas");
            DeProcessos sistema = Sistemas.parte3(true, 2);
            Path pasta = encher(sistema, n);
            for (int i = 0; i < rodadas; i++) {
                medidas.anotar(Grupo.FOTO, "", "banco com 100 000 id_msg lembrados, no máximo", n,
                        Historia.fotografar(pasta));
            }
            pontos.add(new Ponto(sistema, carga(n), n));
        }
        comparar(Grupo.CONTAS, pontos);
    }

    /**
     * O maior silêncio do sequenciador, com tantas contas e ao longo de tantas operações: quem o mede é um cliente, que tem
     * sempre outras por confirmar. Ao lado, a maior paragem da máquina virtual dele (coletas de lixo e outras).
     */
    void pausa(int contas, long operacoes) {
        LadoALado.dizer("a maior pausa, com " + contas + " contas e " + operacoes + " operações");
        DeProcessos sistema = Sistemas.parte3(true, 2);
        Path paragens = sistema.pasta().resolve("paragens");
        sistema.como(sistema.nome(), Stream.concat(Processo.OPCOES_DA_JVM.stream(),
                Stream.of("-Xlog:safepoint:file=" + paragens + "-%p")).toList());
        try {
            encher(sistema, contas);
            sistema.iniciar();
            Moldes moldes = new Moldes(carga(contas), sistema::pedido);
            sistema.medir(moldes, PENDENTES, aquecer);
            Processo sequenciador = sistema.processos().get(0);
            Path paragem = Path.of(paragens + "-" + sequenciador.pid());
            int antes = Historia.paragens(paragem).length;
            Sistema.Amostra amostra = sistema.medir(moldes, PENDENTES, new Sistema.Ate(PRAZO_DA_PAUSA, operacoes));
            medidas.anotar(Grupo.PAUSA, "", SILENCIO, contas, amostra.silencio());
            double[] todas = Historia.paragens(paragem);
            medidas.anotar(Grupo.PAUSA, "", "sequenciador: a máquina virtual parada", contas,
                    DoubleStream.of(todas).skip(antes).max().orElse(0));
        } finally {
            sistema.close();
        }
    }

    /** Muitas operações seguidas na parte 3 em memória: o que cresce e o que não cresce. */
    void longa(long quantas) {
        DeProcessos sistema = Sistemas.parte3(false, 2);
        try {
            LadoALado.dizer(quantas + " operações seguidas");
            sistema.iniciar();
            Moldes moldes = new Moldes(carga(1_000), sistema::pedido);
            long feitas = 0;
            for (int ponto = 1; ponto <= PONTOS; ponto++) {
                long antes = feitas;
                double segundos = 0;
                while (feitas < quantas * ponto / PONTOS) {
                    Sistema.Amostra amostra = sistema.medir(moldes, PENDENTES, FATIA);
                    feitas += amostra.operacoes();
                    segundos += amostra.segundos();
                }
                medidas.anotar(Grupo.LONGA_VAZAO, "", sistema.nome(), feitas, (feitas - antes) / segundos);
                anotarMemoria(sistema, 0, "sequenciador da parte 3", feitas);
                anotarMemoria(sistema, 1, REPLICA, feitas);
                LadoALado.dizer(feitas + " operações");
            }
        } finally {
            sistema.close();
        }
    }

    private void anotarMemoria(DeProcessos sistema, int qual, String nome, long feitas) {
        DeProcessos.residente(sistema.processos().get(qual))
                .ifPresent(mb -> medidas.anotar(Grupo.LONGA_RSS, "", nome, feitas, mb));
    }

    /** Com tanta história para recuperar: ao iniciar, e numa réplica que chega tarde. */
    void historia(int... quantas) {
        for (int n : quantas) {
            LadoALado.dizer("uma história de " + n + " operações");
            for (String papel : List.of("part2.RpcServer", "part3.Sequencer", "part4.Primary")) {
                new Historia(medidas, papel, n).medir(rodadas);
            }
        }
    }
}
