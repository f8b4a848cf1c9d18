///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As medidas: o que custa cada arquitetura, ao lado do que se usaria em vez dela.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../../part2/RpcServer.java ../../part2/Worker.java ../../part3/Client.java ../../part3/Ordenador.java
//SOURCES ../../part3/Replica.java ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Primary.java
//SOURCES ../../part4/Witness.java ../../shared/papel/GerarChaves.java ../Processo.java
//SOURCES ../lab/relatorio/Relatorio.java ../lab/vereditos/Divergencia.java Arranque.java Crescimento.java
//SOURCES CustoDasChaves.java EmGrupos.java Escala.java Pagina.java Pecas.java Resumo.java Troca.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package tests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.disco.Arquivos;
import shared.papel.Papel;
import shared.texto.ErroDeUso;
import shared.texto.Falha;

/**
 * As medidas. Tudo se mede na mesma execução, em processos de verdade, com cada sistema ao lado dos outros e em várias
 * rodadas intercaladas: o que se compara são as razões, e não as velocidades, que são de cada máquina.
 */
@Command(name = "tests/bench/Bench.java", description = "As medidas: o que custa cada arquitetura.")
public final class Bench extends Papel {

    /** O que todas as medidas aceitam. */
    static final class Modo {

        @Option(names = "--rapido", description = "rodadas curtas e menos cargas: uns 2 minutos")
        private boolean rapido;

        @Option(names = "--rodadas", paramLabel = "N", defaultValue = "5",
                description = "de que se toma a mediana (padrão: ${DEFAULT-VALUE})")
        private int rodadas;

        @Option(names = "--segundos", paramLabel = "S",
                description = "quanto dura uma rodada de um sistema (padrão: 1; com --rapido, 0.1)")
        private Double segundos;

        @Option(names = "--saida", paramLabel = "PASTA", defaultValue = "dados",
                description = "onde escrever o JSON e a página (padrão: ${DEFAULT-VALUE})")
        private Path saida;

        private void conferir() {
            ErroDeUso.exigir("--rodadas", rodadas, 1, 1_000);
            if (segundos != null && !(segundos >= 0.01 && segundos <= 600)) {
                throw new ErroDeUso("--segundos " + segundos + ": vai de 0.01 a 600");
            }
            Arquivos.conferirPasta("--saida", saida);
        }

        private Duration quanto() {
            return Duration.ofNanos((long) (1e9 * (segundos != null ? segundos : rapido ? 0.1 : 1)));
        }

        private Duration aquecer() {
            return quanto().multipliedBy(12);
        }
    }

    @Mixin
    private Modo modo;

    @Option(names = "--cargas", paramLabel = "N", split = ",",
            description = "operações pendentes ao mesmo tempo (padrão: 1,8,64,256; com --rapido, 1,64)")
    private int[] cargas;

    @Option(names = "--so", paramLabel = "NOME", split = ",", defaultValue = "",
            description = "só os sistemas com isto no nome: 'parte 3,Redis' (padrão: todos)")
    private List<String> so;

    private final Medidas medidas = new Medidas();

    @Override
    public Integer call() throws IOException {
        modo.conferir();
        int[] pendentes = cargas != null ? cargas : modo.rapido ? new int[] {1, 64} : new int[] {1, 8, 64, 256};
        IntStream.of(pendentes).forEach(n -> ErroDeUso.exigir("--cargas", n, 1, 1_000));
        ErroDeUso.semRepetir("--cargas", IntStream.of(pendentes).boxed().toList());
        List<DeProcessos> sistemas = LadoALado.todos().stream()
                .filter(sistema -> so.stream().anyMatch(nome -> sistema.nome().contains(nome))).toList();
        if (sistemas.isEmpty()) {
            throw new ErroDeUso("--so: nenhum sistema tem isso no nome; há "
                    + String.join("; ", LadoALado.todos().stream().map(Sistema::nome).toList()));
        }
        LadoALado.dizer("demora cerca de " + minutos(sistemas.size(), pendentes.length) + " min, numa máquina livre");
        tentar("as peças", () -> Pecas.medir(medidas, modo.rodadas, modo.quanto()));
        try (LadoALado lado = new LadoALado(medidas, modo.rodadas, modo.quanto(), modo.aquecer())) {
            sistemas.forEach(lado::juntar);
            lado.comparar(pendentes);
        }
        tentar("o arranque", () -> Arranque.medir(medidas, modo.rodadas, false));
        Resumo.escrever(modo.saida.resolve("medidas.md"), medidas);
        return mostrar(modo, "medidas");
    }

    /** Cada sistema inicia-se, aquece-se, e passa por todas as rodadas de todas as cargas. */
    private long minutos(int sistemas, int quantasCargas) {
        double rodada = modo.quanto().toMillis() / 1e3 + 0.1;
        double segundos = 30 + sistemas * (2 + modo.aquecer().toSeconds() + quantasCargas * (modo.rodadas + 0.5) * rodada);
        return Math.max(1, Math.round(segundos / 60));
    }

    private static final List<String> EIXOS = List.of("replicas", "tamanho", "contas", "pausa", "historia", "operacoes");

    @Command(name = "crescimento",
            description = "como o custo cresce: réplicas, tamanho das mensagens, contas, história, operações; a maior pausa")
    int crescimento(@Mixin Modo modo,
            @Parameters(paramLabel = "EIXO", arity = "0..*",
                    description = "só estes: replicas, tamanho, contas, pausa, historia, operacoes (padrão:"
                            + " todos)") List<String> eixos,
            @Option(names = "--contas", paramLabel = "N", defaultValue = "1000000",
                    description = "de 10 até quantas contas (padrão: ${DEFAULT-VALUE})") int contas,
            @Option(names = "--historia", paramLabel = "N", defaultValue = "1000000",
                    description = "de 10 000 até quantas operações de história (padrão: ${DEFAULT-VALUE})") int historia,
            @Option(names = "--ops", paramLabel = "N", defaultValue = "1000000",
                    description = "quantas operações seguidas (padrão: ${DEFAULT-VALUE})") long ops) throws IOException {
        modo.conferir();
        ErroDeUso.exigir("--contas", contas, 10, 5_000_000);
        ErroDeUso.exigir("--historia", historia, 10_000, 50_000_000);
        ErroDeUso.exigir("--ops", ops, 1_000, Integer.MAX_VALUE);
        if (eixos != null) {
            ErroDeUso.semRepetir("o eixo", eixos);
            for (String eixo : eixos) {
                if (!EIXOS.contains(eixo)) {
                    throw ErroDeUso.naoHa("o eixo", eixo, EIXOS);
                }
            }
        }
        boolean rapido = modo.rapido;
        Crescimento crescimento = new Crescimento(medidas, modo.rodadas, modo.quanto(), modo.aquecer());
        for (String eixo : eixos == null ? EIXOS : eixos) {
            tentar(eixo, () -> {
                switch (eixo) {
                    case "replicas" -> crescimento.replicas(rapido ? new int[] {1, 2} : new int[] {1, 2, 4, 8});
                    case "tamanho" -> crescimento.tamanho(rapido ? new int[] {10, 64} : new int[] {10, 20, 40, 64});
                    case "contas" -> crescimento.contas(potencias(10, rapido ? Math.min(contas, 1_000) : contas, 100));
                    case "pausa" -> crescimento.pausa(rapido ? Math.min(contas, 1_000) : contas,
                            rapido ? Math.min(ops, 10_000) : ops);
                    case "historia" -> crescimento.historia(potencias(10_000, rapido ? 10_000 : historia, 10));
                    default -> crescimento.longa(rapido ? Math.min(ops, 100_000) : ops);
                }
            });
        }
        return mostrar(modo, "crescimento");
    }

    /** De um número até outro, inclusive, a multiplicar. */
    private static int[] potencias(int de, int ate, int vezes) {
        IntStream degraus = IntStream.iterate(de, n -> n < ate, n -> (int) Math.min((long) n * vezes, ate));
        return IntStream.concat(degraus, IntStream.of(ate)).toArray();
    }

    @Command(name = "arranque", description = "do comando a 'pronto:', com várias opções da máquina virtual")
    int arranque(@Mixin Modo modo) throws IOException {
        modo.conferir();
        tentar("o arranque", () -> Arranque.medir(medidas, modo.rodadas, true));
        tentar("as opções", () -> Arranque.vazao(medidas, modo.rodadas, modo.quanto(), modo.aquecer()));
        return mostrar(modo, "arranque");
    }

    @Command(name = "troca",
            description = "do kill -9 em quem manda (parte 4, Raft, etcd) à primeira operação que outro confirma")
    int troca(@Mixin Modo modo) throws IOException {
        modo.conferir();
        tentar("a troca", () -> Troca.medir(medidas, modo.rodadas));
        return mostrar(modo, "troca");
    }

    @Command(name = "escala",
            description = "contas em grupos: mede uns custos aqui, e simula com eles de 3 a 30 máquinas e até 1000 grupos")
    int escala(@Mixin Modo modo,
            @Option(names = "--nucleos", paramLabel = "N", defaultValue = "2",
                    description = "de cada máquina simulada (padrão: ${DEFAULT-VALUE})") int nucleos,
            @Option(names = "--rede", paramLabel = "US", defaultValue = "250",
                    description = "de uma máquina a outra, só ida, em µs (padrão: ${DEFAULT-VALUE})") int rede)
            throws IOException {
        modo.conferir();
        ErroDeUso.exigir("--nucleos", nucleos, 1, 256);
        ErroDeUso.exigir("--rede", rede, 0, 1_000_000);
        tentar("a escala", () -> new Escala(medidas, nucleos, rede, modo.rapido).medir());
        Resumo.escreverEscala(modo.saida.resolve("escala.md"), medidas);
        return mostrar(modo, "escala");
    }

    @Command(name = "grupos", description = "contas em grupos, em processos de verdade: transferências por segundo com mais"
            + " grupos, e com mais delas entre grupos; ao lado, as mesmas sobre o etcd")
    int grupos(@Mixin Modo modo,
            @Option(names = "--grupos", paramLabel = "G", split = ",", description = "quantos (padrão: 1,2,4,8; com"
                    + " --rapido, 1,4)") int[] grupos,
            @Option(names = "--entre", paramLabel = "%%", split = ",", description = "de cem transferências, quantas passam"
                    + " de um grupo a outro (padrão: 0,10,50; com --rapido, 0,50)") int[] entre,
            @Option(names = "--pendentes", paramLabel = "N", defaultValue = "64",
                    description = "operações pendentes ao mesmo tempo (padrão: ${DEFAULT-VALUE})") int pendentes)
            throws IOException {
        modo.conferir();
        int[] quantos = grupos != null ? grupos : modo.rapido ? new int[] {1, 4} : new int[] {1, 2, 4, 8};
        int[] partes = entre != null ? entre : modo.rapido ? new int[] {0, 50} : new int[] {0, 10, 50};
        IntStream.of(quantos).forEach(n -> ErroDeUso.exigir("--grupos", n, 1, 10));
        IntStream.of(partes).forEach(n -> ErroDeUso.exigir("--entre", n, 0, 100));
        ErroDeUso.exigir("--pendentes", pendentes, 1, 1_000);
        ErroDeUso.semRepetir("--grupos", IntStream.of(quantos).boxed().toList());
        ErroDeUso.semRepetir("--entre", IntStream.of(partes).boxed().toList());
        try (LadoALado lado = new LadoALado(medidas, modo.rodadas, modo.quanto(), modo.aquecer())) {
            new EmGrupos(medidas, pendentes).medir(lado, quantos, partes);
        }
        return mostrar(modo, "grupos");
    }

    @Command(name = "chaves", description = "part3/Client carga em claro e com --chaves, uma rodada de cada, alternadas")
    int chaves(@Mixin Modo modo,
            @Option(names = "--ops", paramLabel = "N", defaultValue = "4000",
                    description = "operações por rodada (padrão: ${DEFAULT-VALUE})") int ops,
            @Option(names = "--concorrencia", paramLabel = "N", defaultValue = "8",
                    description = "quantas de cada vez (padrão: ${DEFAULT-VALUE})") int concorrencia) throws IOException {
        modo.conferir();
        ErroDeUso.exigir("--ops", ops, 1, Integer.MAX_VALUE);
        ErroDeUso.exigir("--concorrencia", concorrencia, 1, 250);
        CustoDasChaves.medir(modo.rodadas, ops, concorrencia);
        return 0;
    }

    /** O que falha numa medida não impede as outras: fica dito que não se mediu, e porquê. */
    private void tentar(String oQue, Runnable medir) {
        try {
            medir.run();
        } catch (Falha | Sistema.Ausente | IllegalStateException | UncheckedIOException | AssertionError e) {
            medidas.ausente(oQue, e);
        }
    }

    /** Escreve a tabela, o JSON e a página. */
    private int mostrar(Modo modo, String nome) throws IOException {
        List<Metas.Meta> metas = Metas.conferir(medidas);
        System.out.print(medidas.texto(metas));
        Path json = modo.saida.resolve(nome + ".json");
        Path pagina = modo.saida.resolve(nome + ".html");
        medidas.escreverJson(json, metas);
        Pagina.escrever(pagina, medidas, metas);
        System.out.printf(Locale.ROOT, "%nEm %s.%nTudo o que se mediu: %s%nPara abrir no navegador: %s%n", medidas.maquina(),
                json, pagina);
        return 0;
    }

    public static void main(String[] args) {
        System.exit(executar(new Bench(), args));
    }
}
