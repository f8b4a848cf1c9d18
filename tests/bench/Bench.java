///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As medidas: quanto demora voltar de um diário grande, e trocar de primário; quanto custam as chaves.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../lab/Processo.java ../../shared/Carga.java ../../shared/Papel.java ../../shared/Requisicao.java
//SOURCES ../../shared/GerarChaves.java ../../part2/RpcServer.java ../../part3/Client.java ../../part3/Sequencer.java
//SOURCES ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package tests.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Carga;
import shared.Diario;
import shared.Endereco;
import shared.Envelope;
import shared.ErroDeUso;
import shared.Falha;
import shared.Json;
import shared.Operacao;
import shared.Papel;
import shared.Requisicao;
import shared.SemResposta;
import tests.lab.Processo;

/** As medidas, cada uma com processos de verdade: medianas de várias rodadas, ao lado de uma rodada que não faz nada. */
@Command(name = "tests/bench/Bench.java", description = "As medidas: recuperação de um diário grande, troca de primário, chaves.")
public final class Bench extends Papel {

    @Override
    public Integer call() {
        throw new ErroDeUso("diga o que medir: recuperacao, troca ou chaves (veja --help)");
    }

    // ───── Recuperação ─────

    @Command(name = "recuperacao", description = "do início do processo a 'pronto:', com um diário grande e com um vazio")
    int recuperacao(
            @Option(names = "--ops", paramLabel = "N", defaultValue = "1000000",
                    description = "operações no diário (padrão: ${DEFAULT-VALUE})") int ops,
            @Option(names = "--rodadas", paramLabel = "N", defaultValue = "5",
                    description = "de que se toma a mediana (padrão: ${DEFAULT-VALUE})") int rodadas) throws IOException {
        Path pasta = Files.createTempDirectory("banco-bench-");
        try {
            System.out.printf("%-34s %12s %12s %10s%n", "recuperação de " + ops + " operações", "vazio (s)", "cheio (s)", "MB");
            for (String papel : new String[] {"part2.RpcServer", "part3.Sequencer", "part4.Primary"}) {
                Path cheia = pasta.resolve(papel);
                escrever(cheia, papel, ops);
                double[] vazio = new double[rodadas];
                double[] cheio = new double[rodadas];
                for (int i = 0; i < rodadas; i++) {
                    vazio[i] = segundosAtePronto(papel, pasta.resolve(papel + "-vazio-" + i));
                    cheio[i] = segundosAtePronto(papel, cheia);
                }
                System.out.printf(Locale.ROOT, "%-34s %12.2f %12.2f %10.0f%n",
                        papel, mediana(vazio), mediana(cheio), tamanho(cheia) / 1e6);
            }
            return 0;
        } finally {
            apagar(pasta);
        }
    }

    /** O diário que o papel teria depois de tantas operações: o servidor RPC, sem instantâneos; os outros, com. */
    private static void escrever(Path pasta, String papel, int ops) {
        boolean comFotos = !papel.equals("part2.RpcServer");
        boolean primario = papel.equals("part4.Primary");
        Banco banco = new Banco();
        try (Diario diario = Diario.abrir(pasta, true)) {
            diario.guardarMeta(Json.MAPPER.createObjectNode().put("historia", "bench"));
            diario.repetir(json -> { });
            Iterator<Operacao> carga = Carga.operacoes(1, 10_000, ops);
            for (int seq = 1; carga.hasNext(); seq++) {
                Operacao op = carga.next();
                banco.aplicar(op);
                diario.anexar(new Envelope(seq, op, primario ? null : "bench", primario ? 1 : 0).json());
                if (seq % 1_000 == 0 || !carga.hasNext()) {
                    diario.confirmar(false);
                    if (comFotos && diario.horaDeFotografar()) {
                        diario.fotografar(primario ? estadoDaParte4(banco) : banco.json());
                    }
                }
            }
        }
    }

    private static ObjectNode estadoDaParte4(Banco banco) {
        ObjectNode estado = Json.MAPPER.createObjectNode();
        estado.putObject("epocas").put("1", 1);
        estado.set("banco", banco.json());
        return estado;
    }

    private static double segundosAtePronto(String papel, Path pasta) {
        String[] portas = switch (papel) {
            case "part2.RpcServer" -> new String[] {"--porta", porta(), "--workers", "127.0.0.1:" + porta()};
            case "part3.Sequencer" -> new String[] {"--pedidos", porta(), "--ordem", porta()};
            default -> new String[] {"--pedidos", porta(), "--atualizacoes", porta(), "--consulta", "0"};
        };
        long inicio = System.nanoTime();
        try (Processo processo = Processo.iniciar(papel, com(portas, "--dados", pasta.toString()))) {
            processo.esperarPronto();
            return (System.nanoTime() - inicio) / 1e9;
        }
    }

    // ───── Troca de primário ─────

    @Command(name = "troca", description = "do kill -9 no primário à primeira operação confirmada pelo backup")
    int troca(@Option(names = "--rodadas", paramLabel = "N", defaultValue = "10",
            description = "de que se toma a mediana (padrão: ${DEFAULT-VALUE})") int rodadas) throws IOException {
        double[] segundos = new double[rodadas];
        for (int i = 0; i < rodadas; i++) {
            segundos[i] = segundosDaTroca();
        }
        System.out.printf(Locale.ROOT, "troca de primário: mediana %.2f s, de %.2f a %.2f s, em %d rodadas%n", mediana(segundos),
                Arrays.stream(segundos).min().orElse(0), Arrays.stream(segundos).max().orElse(0), rodadas);
        return 0;
    }

    private static double segundosDaTroca() throws IOException {
        Path pasta = Files.createTempDirectory("banco-bench-");
        String juiz = "127.0.0.1:" + porta();
        String p = porta();
        String b = porta();
        String atualizacoes = porta();
        try (Processo testemunha = iniciar(pasta, "part4.Witness", "--porta", juiz.substring(10));
                Processo primario = iniciar(pasta, "part4.Primary", "--testemunha", juiz, "--pedidos", p,
                        "--atualizacoes", atualizacoes, "--consulta", "0");
                Processo backup = iniciar(pasta, "part4.Backup", "--testemunha", juiz, "--pedidos", b, "--atualizacoes", porta(),
                        "--pedidos-primario", "127.0.0.1:" + p, "--atualizacoes-primario", "127.0.0.1:" + atualizacoes,
                        "--consulta", "0")) {
            Processo.esperar("backup em dia", Processo.PRAZO, () -> pedir(p, "{\"pedido\": \"ESTADO\"}").contains("\"em_dia\": 2"));
            pedir(p, Operacao.deposito("ana", BigDecimal.TEN).json());
            primario.matar();
            long inicio = System.nanoTime();
            String op = Operacao.deposito("ana", BigDecimal.ONE).json();
            Processo.esperar("o backup confirmar", Processo.PRAZO, () -> pedir(b, op).startsWith("OK"));
            return (System.nanoTime() - inicio) / 1e9;
        } finally {
            apagar(pasta);
        }
    }

    private static Processo iniciar(Path pasta, String papel, String... opcoes) {
        return Processo.iniciar(papel, com(opcoes, "--dados", pasta.resolve(papel).toString())).esperarPronto();
    }

    private static String pedir(String porta, String pedido) {
        try (Requisicao requisicao = new Requisicao(new Endereco("127.0.0.1", Integer.parseInt(porta)), 500, 1)) {
            return requisicao.pedir(pedido);
        } catch (SemResposta e) {
            return "";
        }
    }

    // ───── Chaves ─────

    @Command(name = "chaves", description = "part3/Client carga em claro e com --chaves, uma rodada de cada, alternadas")
    int chaves(
            @Option(names = "--ops", paramLabel = "N", defaultValue = "4000",
                    description = "operações por rodada (padrão: ${DEFAULT-VALUE})") int ops,
            @Option(names = "--concorrencia", paramLabel = "N", defaultValue = "8",
                    description = "quantas de cada vez (padrão: ${DEFAULT-VALUE})") int concorrencia,
            @Option(names = "--rodadas", paramLabel = "N", defaultValue = "5",
                    description = "de que se toma a mediana (padrão: ${DEFAULT-VALUE})") int rodadas) throws IOException {
        Path pasta = Files.createTempDirectory("banco-bench-");
        String[][] formas = {{}, {"--chaves", pasta.resolve("chaves").toString()}};
        double[][] vazao = new double[2][rodadas];
        double[][] p50 = new double[2][rodadas];
        String[] pedidos = {porta(), porta()};
        try (Processo gerador = Processo.iniciar("shared.GerarChaves", formas[1][1])) {
            gerador.esperarFim(Duration.ofMinutes(5));
            try (Processo claro = sequenciador(pedidos[0], formas[0]); Processo cifrado = sequenciador(pedidos[1], formas[1])) {
                for (int i = -1; i < rodadas; i++) { // a primeira de todas é para aquecer
                    for (int f = 0; f < 2; f++) {
                        String medida = carga(pedidos[f], ops, concorrencia, formas[f]);
                        if (i >= 0) {
                            vazao[f][i] = numero(medida, "ops_s");
                            p50[f][i] = numero(medida, "p50_ms");
                        }
                    }
                }
            }
        } finally {
            apagar(pasta);
        }
        System.out.printf(Locale.ROOT, "%-12s %10s %10s%n", "", "ops/s", "p50 ms");
        for (int f = 0; f < 2; f++) {
            System.out.printf(Locale.ROOT, "%-12s %10.0f %10.2f%n", f == 0 ? "em claro" : "com chaves", mediana(vazao[f]), mediana(p50[f]));
        }
        System.out.printf(Locale.ROOT, "%-12s %10.2f %10.2f%n", "razão", mediana(vazao[1]) / mediana(vazao[0]), mediana(p50[1]) / mediana(p50[0]));
        return 0;
    }

    private static Processo sequenciador(String pedidos, String... forma) {
        return Processo.iniciar("part3.Sequencer", com(forma, "--memoria", "--silencioso", "--pedidos", pedidos, "--ordem", porta()))
                .esperarPronto();
    }

    private static String carga(String pedidos, int ops, int concorrencia, String... forma) {
        try (Processo cliente = Processo.iniciar("part3.Client", com(forma, "--sequenciador", "127.0.0.1:" + pedidos, "carga",
                "--ops", "" + ops, "--concorrencia", "" + concorrencia))) {
            cliente.esperarFim(Duration.ofMinutes(5));
            return String.join(" ", cliente.saida());
        }
    }

    private static double numero(String medida, String chave) {
        return Stream.of(medida.split(" ")).filter(par -> par.startsWith(chave)).map(par -> par.replaceAll("^[^=]*=|[^0-9.]+$", ""))
                .mapToDouble(Double::parseDouble).findFirst().orElseThrow(() -> new Falha("não medi: " + medida));
    }

    // ───── Ferramentas ─────

    private static String porta() {
        return Integer.toString(Processo.portaLivre());
    }

    private static String[] com(String[] opcoes, String... mais) {
        return Stream.concat(Stream.of(opcoes), Stream.of(mais)).toArray(String[]::new);
    }

    private static double mediana(double[] valores) {
        double[] ordem = valores.clone();
        Arrays.sort(ordem);
        return ordem[ordem.length / 2];
    }

    private static long tamanho(Path pasta) throws IOException {
        try (Stream<Path> arquivos = Files.walk(pasta)) {
            return arquivos.mapToLong(arquivo -> arquivo.toFile().isFile() ? arquivo.toFile().length() : 0).sum();
        }
    }

    private static void apagar(Path pasta) throws IOException {
        try (Stream<Path> arquivos = Files.walk(pasta)) {
            arquivos.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Bench(), args));
    }
}
