//SOURCES DeProcessos.java Medidas.java Sistemas.java
package tests.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.Dobra;
import shared.disco.DobraDoBanco;
import shared.papel.Carga;
import shared.texto.Json;
import tests.Processo;
import tests.bench.Medidas.Grupo;

/** Um papel que já ordenou muitas operações: quanto demora voltar, quanto ocupa, e quanto demora quem chega tarde a ele. */
final class Historia {

    private static final int LOTE = 1_000;
    private static final int CONTAS = 10_000;
    private static final Pattern PARAGEM = Pattern.compile("Total: +(\\d+) ns$");
    private static final Duration PRAZO = Duration.ofMinutes(10);

    private final Medidas medidas;
    private final String papel;
    private final int quantas;

    Historia(Medidas medidas, String papel, int quantas) {
        this.medidas = medidas;
        this.papel = papel;
        this.quantas = quantas;
    }

    void medir(int rodadas) {
        DeProcessos sistema = new DeProcessos("", papel) {
            @Override
            public void iniciar() {
                for (int rodada = 0; rodada < rodadas; rodada++) {
                    rodada(this);
                }
            }
        };
        try {
            escrever(sistema.pasta().resolve("central"), papel, Carga.operacoes(1, CONTAS, quantas));
            medidas.anotar(Grupo.DISCO, "", papel, quantas, DeProcessos.tamanho(sistema.pasta()) / 1e6);
            sistema.iniciar();
        } finally {
            sistema.close();
        }
    }

    private void rodada(DeProcessos sistema) {
        int[] p = {sistema.porta(0), sistema.porta(1), sistema.porta(2)};
        boolean rpc = papel.equals("part2.RpcServer");
        Object[] opcoes = switch (papel) {
            case "part2.RpcServer" -> new Object[] {"--porta", p[0], "--workers", DeProcessos.local(p[1])};
            case "part3.Sequencer" -> new Object[] {"--pedidos", p[0], "--ordem", p[1]};
            default -> new Object[] {"--pedidos", p[0], "--atualizacoes", p[1], "--consulta", 0};
        };
        long inicio = System.nanoTime();
        try (Processo central = sistema.papel(true, papel, "central", opcoes)) {
            medidas.anotar(Grupo.RECUPERAR, "", papel, quantas, (System.nanoTime() - inicio) / 1e9);
            emUso(central).ifPresent(mb -> medidas.anotar(Grupo.VIVA, "", papel, quantas, mb));
            inicio = System.nanoTime();
            try (Processo tardia = switch (papel) {
                case "part2.RpcServer" -> sistema.papel(false, "part2.Worker", "tardia", "--porta", p[1],
                        "--rpc", DeProcessos.local(p[0]), "--consulta", p[2]);
                case "part3.Sequencer" -> sistema.papel(false, "part3.Replica", "tardia", "--pedidos",
                        DeProcessos.local(p[0]), "--ordem", DeProcessos.local(p[1]), "--consulta", p[2]);
                default -> sistema.papel(false, "part4.Backup", "tardia", "--pedidos-primario", DeProcessos.local(p[0]),
                        "--atualizacoes-primario", DeProcessos.local(p[1]), "--consulta", p[2]);
            }) {
                String tudo = "\"seq\": " + quantas + ",";
                Processo.esperar(tardia.pid() + " em dia", PRAZO,
                        () -> DeProcessos.pedir(p[2], "{\"pedido\": \"ESTADO\"}").contains(tudo));
                medidas.anotar(Grupo.TARDE, "", papel, quantas, (System.nanoTime() - inicio) / 1e9);
            }
        }
    }

    /** Megabytes de objetos vivos, depois de uma coleta de lixo; vazio se este Java não traz o jcmd. */
    private static OptionalDouble emUso(Processo processo) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return OptionalDouble.empty();
        }
        try (Processo perguntar = Processo.comando(jcmd.toString(), "" + processo.pid(), "GC.class_histogram")) {
            perguntar.esperarFim();
            return perguntar.saida().stream().filter(linha -> linha.startsWith("Total"))
                    .mapToDouble(linha -> Long.parseLong(linha.strip().split("\\s+")[2]) / 1e6).findFirst();
        }
    }

    /** As paragens da máquina virtual que ela escreveu neste arquivo, por ordem, em milissegundos. */
    static double[] paragens(Path arquivo) {
        try (Stream<String> linhas = Files.lines(arquivo)) {
            return linhas.map(PARAGEM::matcher).filter(Matcher::find)
                    .mapToDouble(paragem -> Long.parseLong(paragem.group(1)) / 1e6).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ───── O diário que o papel teria ─────

    /** Escreve-o, com os instantâneos que ele faria. */
    static void escrever(Path pasta, String papel, Iterator<Operacao> operacoes) {
        boolean primario = papel.equals("part4.Primary");
        try (Diario diario = Diario.abrir(pasta, true)) {
            diario.guardarMeta(Json.MAPPER.createObjectNode().put("historia", "bench"));
            diario.repetir(json -> { });
            diario.dobrarCom(primario ? daParte4() : DobraDoBanco.deEnvelopes(), Historia::falhou);
            for (int seq = 1; operacoes.hasNext(); seq++) {
                Operacao op = operacoes.next();
                diario.anexar(new Envelope(seq, op, primario ? null : "bench", primario ? 1 : 0).json());
                if (seq % LOTE == 0 || !operacoes.hasNext()) {
                    diario.gravar(true);
                    if (diario.horaDeFotografar()) {
                        fotografar(diario);
                    }
                }
            }
        }
    }

    private static void falhou(String porque) {
        throw new IllegalStateException("não se fez o instantâneo: " + porque);
    }

    private static void fotografar(Diario diario) {
        diario.fotografar();
        Processo.esperar("o instantâneo", PRAZO, () -> diario.doInstantaneo() == diario.ultima());
    }

    private static Dobra daParte4() {
        return new DobraDoBanco("banco", () -> new DobraDoBanco.Leitura() {
            @Override
            public Operacao operacao(String json) {
                return Envelope.ler(json).op();
            }

            @Override
            public void juntar(ObjectNode resto) {
                resto.putObject("epocas").put("1", 1);
            }
        });
    }

    /** Quantos milissegundos demora, ao lado do laço, um instantâneo deste diário, com mais uma operação. */
    static double fotografar(Path pasta) {
        try (Diario diario = Diario.abrir(pasta, false)) {
            diario.repetir(json -> { });
            diario.dobrarCom(DobraDoBanco.deEnvelopes(), Historia::falhou);
            Operacao mais = Operacao.deposito(Carga.conta(1), BigDecimal.TEN);
            diario.anexar(new Envelope(diario.ultima() + 1, mais, "bench").json());
            diario.gravar();
            long inicio = System.nanoTime();
            fotografar(diario);
            return (System.nanoTime() - inicio) / 1e6;
        }
    }
}
