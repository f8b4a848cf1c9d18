package tests.lab.exercicios;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import shared.texto.Falha;

/** Compila nesta máquina virtual uns poucos arquivos mudados: o resto é o que já está compilado. */
final class Compilador {

    private Compilador() {
    }

    private static final class Fonte extends SimpleJavaFileObject {

        private final String texto;

        Fonte(String caminho, String texto) {
            super(URI.create("texto:///" + caminho), Kind.SOURCE);
            this.texto = texto;
        }

        @Override
        public CharSequence getCharContent(boolean ignorar) {
            return texto;
        }
    }

    /** @param fontes o texto de cada um, pelo caminho @param para onde pôr as classes @throws Falha se não se compila */
    static void compilar(Map<String, String> fontes, Path para) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter disse = new StringWriter();
        try (StandardJavaFileManager gestor = javac.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            List<? extends JavaFileObject> quais = fontes.entrySet().stream()
                    .map(fonte -> new Fonte(fonte.getKey(), fonte.getValue())).toList();
            if (!javac.getTask(disse, gestor, null, List.of("-proc:none", "-nowarn", "--release", "17", "-d",
                    para.toString(), "-cp", System.getProperty("java.class.path")), null, quais).call()) {
                throw new Falha("não se compila:\n" + disse);
            }
        }
    }
}
