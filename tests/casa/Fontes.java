package tests.casa;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** O que se sabe de uns arquivos Java só por os ler, sem os compilar: quem lê é o próprio javac. */
final class Fontes {

    /**
     * Um arquivo.
     *
     * @param importa    os pacotes das classes que ele importa
     * @param classe     quantas linhas tem a maior classe dele que não está dentro de outra, do cabeçalho à última chave
     * @param metodos    quantas linhas tem cada método, por nome: {@code Classe.metodo}
     * @param estaticos  os campos estáticos que podem mudar
     */
    record Fonte(String pacote, Set<String> importa, long classe, Map<String, Long> metodos, List<String> estaticos) {
    }

    private Fontes() {
    }

    /** Lê estes arquivos; a chave é o caminho que se deu. */
    static Map<String, Fonte> ler(Path raiz, List<String> arquivos) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager gestor = javac.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask tarefa = (JavacTask) javac.getTask(null, gestor, erro -> { }, List.of("-proc:none"), null,
                    gestor.getJavaFileObjectsFromPaths(arquivos.stream().map(raiz::resolve).toList()));
            Trees arvores = Trees.instance(tarefa);
            Map<String, Fonte> fontes = new TreeMap<>();
            for (CompilationUnitTree unidade : tarefa.parse()) {
                String caminho = raiz.relativize(Path.of(unidade.getSourceFile().toUri())).toString().replace('\\', '/');
                fontes.put(caminho, fonte(unidade, arvores.getSourcePositions()));
            }
            return fontes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fonte fonte(CompilationUnitTree unidade, SourcePositions posicoes) {
        Set<String> importa = new TreeSet<>();
        for (ImportTree um : unidade.getImports()) {
            String nome = um.getQualifiedIdentifier().toString();
            importa.add(nome.replaceFirst("\\.[A-Z*].*", ""));
        }
        Visita visita = new Visita(unidade, posicoes);
        visita.scan(unidade, null);
        return new Fonte(unidade.getPackageName().toString(), importa, visita.classe, visita.metodos, visita.estaticos);
    }

    private static final class Visita extends TreePathScanner<Void, Void> {

        private final CompilationUnitTree unidade;
        private final SourcePositions posicoes;
        private final Map<String, Long> metodos = new TreeMap<>();
        private final List<String> estaticos = new ArrayList<>();
        private long classe;

        Visita(CompilationUnitTree unidade, SourcePositions posicoes) {
            this.unidade = unidade;
            this.posicoes = posicoes;
        }

        private long linhas(Tree de) {
            return unidade.getLineMap().getLineNumber(posicoes.getEndPosition(unidade, de))
                    - unidade.getLineMap().getLineNumber(posicoes.getStartPosition(unidade, de)) + 1;
        }

        private String dono() {
            Tree acima = getCurrentPath().getParentPath().getLeaf();
            return acima instanceof ClassTree esta ? esta.getSimpleName().toString() : "?";
        }

        @Override
        public Void visitClass(ClassTree esta, Void nada) {
            if (getCurrentPath().getParentPath().getLeaf() == unidade) {
                classe = Math.max(classe, linhas(esta));
            }
            return super.visitClass(esta, nada);
        }

        @Override
        public Void visitMethod(MethodTree metodo, Void nada) {
            if (metodo.getBody() != null) {
                metodos.merge(dono() + "." + metodo.getName(), linhas(metodo.getBody()), Math::max);
            }
            return super.visitMethod(metodo, nada);
        }

        @Override
        public Void visitVariable(VariableTree campo, Void nada) {
            boolean deClasse = getCurrentPath().getParentPath().getLeaf() instanceof ClassTree;
            Set<Modifier> modos = campo.getModifiers().getFlags();
            if (deClasse && modos.contains(Modifier.STATIC) && (!modos.contains(Modifier.FINAL) || mudaPorDentro(campo))) {
                estaticos.add(dono() + "." + campo.getName());
            }
            return super.visitVariable(campo, nada);
        }

        /** Uma coleção que se faz vazia, um contador: a referência não muda, mas o que guarda sim. */
        private static boolean mudaPorDentro(VariableTree campo) {
            return campo.getInitializer() != null && (campo.getInitializer() instanceof NewClassTree novo
                    && novo.getIdentifier().toString()
                            .matches("(\\w+\\.)*(Atomic\\w+|\\w*(Map|Set|List|Queue|Deque))(<.*>)?")
                    || campo.getInitializer().toString().contains("newKeySet("));
        }
    }
}
