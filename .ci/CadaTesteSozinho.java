import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Cada arquivo de testes também roda sozinho ({@code jbang tests/banco/BancoTest.java}): aqui se confere que se compila só
 * com o que ele diz em //SOURCES e //DEPS. As bibliotecas diz-nos o JBang; o javac é um só, para todos, e por isso demora um
 * segundo em cada.
 *
 * <pre>java .ci/CadaTesteSozinho.java JBANG ARQUIVO…</pre>
 */
final class CadaTesteSozinho {

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    public static void main(String[] args) throws Exception {
        ExecutorService dois = Executors.newFixedThreadPool(2);
        List<Future<String>> queixas = new ArrayList<>();
        for (String arquivo : List.of(args).subList(1, args.length)) {
            queixas.add(dois.submit(() -> compilar(args[0], Path.of(arquivo))));
        }
        dois.shutdown();
        int falharam = 0;
        for (Future<String> queixa : queixas) {
            if (!queixa.get().isEmpty()) {
                System.out.println(queixa.get());
                falharam++;
            }
        }
        System.out.println((queixas.size() - falharam) + " compilam sozinhos, " + falharam + " não");
        System.exit(falharam == 0 && !queixas.isEmpty() ? 0 : 1);
    }

    /** @return as queixas do javac; vazio se compila */
    private static String compilar(String jbang, Path arquivo) throws IOException, InterruptedException {
        Set<Path> fontes = new LinkedHashSet<>();
        juntar(arquivo.normalize(), fontes);
        Path nada = Files.createTempDirectory("cada-teste-");
        try (StandardJavaFileManager arquivos = JAVAC.getStandardFileManager(null, null, null)) {
            StringWriter disse = new StringWriter();
            // -sourcepath numa pasta vazia: não se procura o que não se nomeou.
            boolean compila = JAVAC.getTask(disse, arquivos, null, List.of("-encoding", "UTF-8", "--release", "17",
                    "-proc:none", "-nowarn", "-d", nada.toString(), "-sourcepath", nada.toString(),
                    "-cp", bibliotecas(jbang, arquivo)), null,
                    arquivos.getJavaFileObjectsFromPaths(fontes)).call();
            return compila ? "" : "não compila sozinho: " + arquivo + "\n" + disse;
        } finally {
            try (Stream<Path> feitos = Files.walk(nada)) {
                feitos.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /** O arquivo e o que ele traz por //SOURCES. */
    private static void juntar(Path fonte, Set<Path> fontes) throws IOException {
        if (fontes.add(fonte)) {
            for (String outra : diretiva(fonte, "//SOURCES ")) {
                juntar(fonte.resolveSibling(outra).normalize(), fontes);
            }
        }
    }

    private static List<String> diretiva(Path fonte, String nome) throws IOException {
        return Files.readAllLines(fonte).stream().filter(linha -> linha.startsWith(nome))
                .flatMap(linha -> Stream.of(linha.substring(nome.length()).strip().split("\\s+"))).toList();
    }

    /** As que o JBang resolve para este arquivo, sem o jar que ele faria. Um JBang de cada vez: dois estragam o cache. */
    private static synchronized String bibliotecas(String jbang, Path arquivo) throws IOException, InterruptedException {
        Process info = new ProcessBuilder(jbang, "--quiet", "info", "classpath", arquivo.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String tudo = new String(info.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (info.waitFor() != 0 || tudo.isEmpty()) {
            throw new IOException("o JBang não disse as bibliotecas de " + arquivo);
        }
        return Stream.of(tudo.split(File.pathSeparator)).filter(jar -> !jar.contains("/jars/" + arquivo.getFileName()))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
