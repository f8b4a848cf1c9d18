package tests;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * As classes de todos os papéis, já lidas e verificadas, num arquivo (CDS) com que a máquina virtual começa: um papel gasta
 * dois terços do processador, e um ordenador metade. Para saber que classes são, iniciam-se papéis, e um grupo de três
 * ordenadores que faz uma operação: as que servem para falar com os outros são mais de mil. O arquivo fica no cache do
 * JBang, um por coleção e por Java, e faz-se outra vez quando já não serve.
 */
final class Classes {

    private static final List<String> JAVA = List.of(System.getProperty("java.home") + "/bin/java", "-Xlog:disable",
            "-XX:TieredStopAtLevel=1");
    private static final List<String> ONDE = List.of("-cp", System.getProperty("java.class.path"));
    private static final int GRUPO = 3;
    private static final int PRAZO_S = 120; // depois, acaba-se com quem ainda não disse que está pronto

    private final Path pasta; // onde cada um deixa a lista das suas
    private final List<Process> processos = new CopyOnWriteArrayList<>();
    private final List<BufferedReader> saidas = new ArrayList<>();

    private Classes(Path pasta) {
        this.pasta = pasta;
    }

    /** @return o arquivo, feito agora se é preciso; {@code null} = não pode haver um, e tudo começa mais devagar */
    static Path arquivo() throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("java.class.path").split(File.pathSeparator)[0]);
        if (!Files.isRegularFile(jar)) {
            return null; // de uma pasta, a máquina virtual não as guarda
        }
        Path cache = jar.toAbsolutePath().getParent().getParent();
        Path arquivo = cache.resolve("banco-replicado-" + Integer.toHexString(Testes.raiz().hashCode()) + "-java"
                + Runtime.version().feature() + ".jsa");
        if (!serve(arquivo)) {
            Path pasta = Files.createTempDirectory(cache, "banco-replicado-");
            Coveiro.apagarNoFim(pasta);
            Path novo = new Classes(pasta).fazer();
            if (!serve(novo)) {
                return null;
            }
            Files.move(novo, arquivo, StandardCopyOption.REPLACE_EXISTING); // quem usa o antigo fica com ele
        }
        return arquivo;
    }

    /** Se é deste Java e destes jars: um que não é faria começar mais devagar. */
    private static boolean serve(Path arquivo) throws IOException, InterruptedException {
        return Files.exists(arquivo) && calado(Stream.of("-Xshare:on", "-XX:SharedArchiveFile=" + arquivo, "-version"))
                .start().waitFor() == 0;
    }

    private static ProcessBuilder calado(Stream<String> argumentos) {
        return java(argumentos).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }

    private static ProcessBuilder java(Stream<String> argumentos) {
        return new ProcessBuilder(Stream.of(JAVA.stream(), ONDE.stream(), argumentos).flatMap(quais -> quais).toList());
    }

    private Path fazer() throws IOException, InterruptedException {
        Executor maisTarde = CompletableFuture.delayedExecutor(PRAZO_S, TimeUnit.SECONDS);
        CompletableFuture<Void> demais = CompletableFuture.runAsync(this::acabar, maisTarde);
        try {
            usar();
        } finally {
            demais.cancel(false);
            acabar();
            for (int i = 0; i < processos.size(); i++) {
                saidas.get(i).lines().forEach(resto -> { });
                processos.get(i).waitFor();
            }
        }
        Set<String> todas = new LinkedHashSet<>();
        for (int i = 0; i < processos.size(); i++) {
            try (Stream<String> linhas = Files.lines(lista(i))) { // os números, que há nos Java novos, são de cada lista
                linhas.filter(linha -> !linha.contains(" source: ")).map(linha -> linha.replaceFirst(" id: \\d+$", ""))
                        .forEach(todas::add);
            }
        }
        Path lista = Files.write(pasta.resolve("todas"), todas);
        Path novo = pasta.resolve("classes.jsa");
        Coveiro.iniciar(calado(Stream.of("-Xshare:dump", "-XX:SharedClassListFile=" + lista,
                "-XX:SharedArchiveFile=" + novo))).waitFor();
        return novo;
    }

    private void acabar() {
        processos.forEach(este -> este.toHandle().destroy()); // sem fechar o que ainda escrevem
    }

    /** Põe um de cada papel de pé, e manda uma operação ao grupo de ordenadores. */
    private void usar() throws IOException, InterruptedException {
        int[] portas = Stream.generate(Portas::livre).limit(3 * GRUPO).mapToInt(porta -> porta).toArray();
        String pares = "n1=127.0.0.1:" + portas[0] + ",n2=127.0.0.1:" + portas[1] + ",n3=127.0.0.1:" + portas[2];
        for (int i = 0; i < GRUPO; i++) {
            iniciar("part3.Ordenador --id n" + (i + 1) + " --pares " + pares + " --pedidos " + portas[GRUPO + i]
                    + " --ordem " + portas[2 * GRUPO + i] + " --dados " + pasta.resolve("n" + i));
        }
        int worker = Portas.livre();
        iniciar("part2.Worker --memoria --consulta 0 --porta " + worker);
        iniciar("part2.RpcServer --memoria --porta " + Portas.livre() + " --workers 127.0.0.1:" + worker);
        int primario = Portas.livre();
        int atualizacoes = Portas.livre();
        iniciar("part4.Primary --memoria --consulta 0 --pedidos " + primario + " --atualizacoes " + atualizacoes);
        iniciar("part4.Backup --memoria --consulta 0 --pedidos-primario 127.0.0.1:" + primario
                + " --atualizacoes-primario 127.0.0.1:" + atualizacoes);
        for (BufferedReader saida : saidas) {
            for (String linha = ""; linha != null && !linha.contains("pronto:"); ) {
                linha = saida.readLine();
            }
        }
        iniciar("part3.Client --sequenciador 127.0.0.1:" + portas[GRUPO] + " depositar ana 1");
        processos.get(processos.size() - 1).waitFor();
    }

    private void iniciar(String papel) throws IOException {
        Process este = Coveiro.iniciar(java(Stream.concat(Stream.of("-XX:DumpLoadedClassList=" + lista(processos.size())),
                Stream.of(papel.split(" ")))).redirectErrorStream(true));
        processos.add(este);
        saidas.add(este.inputReader(StandardCharsets.UTF_8));
    }

    private Path lista(int qual) {
        return pasta.resolve("lista-" + qual);
    }
}
