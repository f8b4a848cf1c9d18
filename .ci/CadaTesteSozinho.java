import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Cada arquivo de testes também roda sozinho ({@code jbang tests/banco/BancoTest.java}): aqui se confere que se compila só
 * com o que ele diz em //SOURCES e //DEPS. Compilam-se todos de uma vez, e o javac diz que classes cada arquivo nomeia: as
 * de todos os que um teste traz têm de estar entre esses, ou nas bibliotecas dele, que nos diz o JBang. Basta: um tipo que
 * não se nomeia (o que um método devolve, o pai de uma classe), nomeia-o o arquivo em que isso está escrito.
 *
 * <pre>java .ci/CadaTesteSozinho.java JBANG ARQUIVO…</pre>
 */
final class CadaTesteSozinho {

    private final String jbang;
    private final Map<String, Path> fontes = new HashMap<>();               // onde está cada classe das nossas
    private final Map<Path, Set<String>> nomeadas = new HashMap<>();        // por cada arquivo, sem as do JDK
    private final Map<Set<String>, List<Path>> resolvidas = new HashMap<>(); // de cada //DEPS, as bibliotecas

    private CadaTesteSozinho(String jbang) {
        this.jbang = jbang;
    }

    public static void main(String[] args) throws Exception {
        CadaTesteSozinho este = new CadaTesteSozinho(args[0]);
        Map<Path, Set<Path>> trazem = new HashMap<>();
        List<Path> testes = Stream.of(args).skip(1).map(arquivo -> Path.of(arquivo).normalize()).toList();
        Set<Path> todas = new LinkedHashSet<>();
        Set<Path> bibliotecas = new LinkedHashSet<>();
        for (Path teste : testes) {
            Set<Path> traz = new LinkedHashSet<>();
            juntar(teste, traz);
            trazem.put(teste, traz);
            todas.addAll(traz);
            bibliotecas.addAll(este.bibliotecas(teste, traz));
        }
        este.compilar(todas, bibliotecas);
        int falharam = 0;
        for (Path teste : testes) {
            Set<String> faltam = este.faltam(teste, trazem.get(teste));
            if (!faltam.isEmpty()) {
                System.out.println("não compila sozinho: " + teste + "\n  " + String.join("\n  ", faltam));
                falharam++;
            }
        }
        System.out.println((testes.size() - falharam) + " compilam sozinhos, " + falharam + " não");
        System.exit(falharam == 0 && !testes.isEmpty() ? 0 : 1);
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

    /** As que o JBang resolve para o que se pede nestes //DEPS, sem o jar que ele faria. */
    private List<Path> bibliotecas(Path arquivo, Set<Path> traz) throws IOException, InterruptedException {
        Set<String> pedidas = new TreeSet<>();
        for (Path fonte : traz) {
            pedidas.addAll(diretiva(fonte, "//DEPS "));
        }
        if (!resolvidas.containsKey(pedidas)) {
            Process info = new ProcessBuilder(jbang, "--quiet", "info", "classpath", arquivo.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String tudo = new String(info.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (info.waitFor() != 0 || tudo.isEmpty()) {
                throw new IOException("o JBang não disse as bibliotecas de " + arquivo);
            }
            resolvidas.put(pedidas, Stream.of(tudo.split(File.pathSeparator))
                    .filter(jar -> !jar.contains("/jars/" + arquivo.getFileName())).map(Path::of).toList());
        }
        return resolvidas.get(pedidas);
    }

    /** Todas, de uma vez: enche {@link #fontes} e {@link #nomeadas}. */
    private void compilar(Set<Path> todas, Set<Path> bibliotecas) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        Path nada = Files.createTempDirectory("cada-teste-");
        try (StandardJavaFileManager arquivos = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> erros = new ArrayList<>();
            // -sourcepath numa pasta vazia: não se procura o que não se nomeou.
            JavacTask tarefa = (JavacTask) javac.getTask(null, arquivos, disse -> {
                if (disse.getKind() == Diagnostic.Kind.ERROR) {
                    erros.add(disse.toString());
                }
            }, List.of("--release", "17",
                    "-proc:none", "-nowarn", "-sourcepath", nada.toString(), "-cp",
                    String.join(File.pathSeparator, bibliotecas.stream().map(Path::toString).toList())), null,
                    arquivos.getJavaFileObjectsFromPaths(todas));
            List<CompilationUnitTree> unidades = new ArrayList<>();
            tarefa.parse().forEach(unidades::add);
            tarefa.analyze();
            if (!erros.isEmpty()) {
                throw new IOException(String.join("\n", erros));
            }
            Path aqui = Path.of("").toAbsolutePath();
            for (CompilationUnitTree unidade : unidades) {
                Path fonte = aqui.relativize(Path.of(unidade.getSourceFile().toUri()));
                new Nomeadas(Trees.instance(tarefa), tarefa, fonte).scan(unidade, null);
            }
        } finally {
            Files.delete(nada);
        }
    }

    /** As classes que um arquivo nomeia, e as que nele estão. */
    private final class Nomeadas extends TreePathScanner<Void, Void> {

        private final Trees arvores;
        private final JavacTask tarefa;
        private final Path fonte;

        Nomeadas(Trees arvores, JavacTask tarefa, Path fonte) {
            this.arvores = arvores;
            this.tarefa = tarefa;
            this.fonte = fonte;
            nomeadas.put(fonte, new TreeSet<>());
        }

        @Override
        public Void visitClass(ClassTree classe, Void nada) {
            if (getCurrentPath().getParentPath().getLeaf() instanceof CompilationUnitTree
                    && arvores.getElement(getCurrentPath()) instanceof TypeElement esta) {
                fontes.put(esta.getQualifiedName().toString(), fonte);
            }
            return super.visitClass(classe, nada);
        }

        @Override
        public Void visitIdentifier(IdentifierTree nome, Void nada) {
            anotar();
            return super.visitIdentifier(nome, nada);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree nome, Void nada) {
            anotar();
            return super.visitMemberSelect(nome, nada);
        }

        private void anotar() {
            Element este = arvores.getElement(getCurrentPath());
            if (!(este instanceof TypeElement)) {
                return;
            }
            while (este.getEnclosingElement().getKind() != ElementKind.PACKAGE) {
                este = este.getEnclosingElement();
            }
            if (tarefa.getElements().getModuleOf(este).isUnnamed()) { // o JDK tem módulos com nome
                nomeadas.get(fonte).add(((TypeElement) este).getQualifiedName().toString());
            }
        }
    }

    /** O que os arquivos que um teste traz nomeiam, e que não está neles nem nas bibliotecas. */
    private Set<String> faltam(Path teste, Set<Path> traz) throws IOException, InterruptedException {
        Set<String> naBiblioteca = new TreeSet<>();
        for (Path biblioteca : bibliotecas(teste, traz)) {
            try (JarFile jar = new JarFile(biblioteca.toFile())) {
                jar.stream().forEach(entrada -> naBiblioteca.add(entrada.getName()));
            }
        }
        Set<String> faltam = new TreeSet<>();
        for (Path fonte : traz) {
            for (String nome : nomeadas.get(fonte)) {
                Path dela = fontes.get(nome);
                if (!traz.contains(dela) && !naBiblioteca.contains(nome.replace('.', '/') + ".class")) {
                    faltam.add(fonte + " usa " + nome + (dela == null ? ", que não está em //DEPS"
                            : ": falta " + dela + " em //SOURCES"));
                }
            }
        }
        return faltam;
    }
}
