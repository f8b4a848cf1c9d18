package tests.casa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tests.Precisa;
import tests.Processo;

/** Uma coleção acabada de clonar, e um {@code jbang} para ela. */
final class Copia {

    private Copia() {
    }

    /** O que um clone traz, sem o que se escreveu ao rodar. */
    static void colecao(Path raiz, Path para) {
        copiar(raiz, para, "dados|chaves|\\.git|\\.idea|\\.vscode");
    }

    /**
     * O que o {@code run-all.sh} precisa para não ir à rede buscar o JBang; ou um {@code jbang} que em vez de compilar usa
     * as classes deste teste, e que qualquer comando acha.
     *
     * @return o PATH com que se começa
     */
    static String jbang(Path pasta, boolean deVerdade) {
        String path = System.getenv("PATH");
        try {
            Path bin = Files.createDirectories(pasta.resolve("bin"));
            if (deVerdade) {
                copiar(Precisa.De.jbang(), bin, "jbang\\.jsa");
                Path compilados = Precisa.De.jbang().resolveSibling("cache/jars"); // têm no nome o conteúdo das fontes
                if (Files.isDirectory(compilados)) {
                    copiar(compilados, Files.createDirectories(pasta.resolve("cache/jars")), "Todos\\.java\\..*");
                }
                return Stream.of(path.split(":")).filter(onde -> !Files.exists(Path.of(onde, "jbang")))
                        .collect(Collectors.joining(":"));
            }
            Path jbang = Files.writeString(bin.resolve("jbang"), """
                    #!/bin/bash
                    opcoes=()
                    while [[ ${1-} == -* ]]; do
                      [[ $1 != -D* ]] || opcoes+=("$1")
                      shift
                    done
                    [ "${2-}" != --version ] || exit 0
                    case ${1-} in
                      build | info) exit ;;
                      lab) set -- tests/lab/Lab.java "${@:2}" ;;
                    esac
                    [ -f "$1" ] || { echo "jbang: não há $1" >&2; exit 2; }
                    classe=${1%.java}
                    exec "JAVA" -cp "CLASSES" OPCOES "${opcoes[@]}" "${classe//\\//.}" "${@:2}"
                    """.replace("JAVA", System.getProperty("java.home") + "/bin/java")
                    .replace("CLASSES", System.getProperty("java.class.path"))
                    .replace("OPCOES", String.join(" ", Processo.DEPRESSA)));
            Path python = Files.writeString(bin.resolve("python3"), "#!/bin/sh\n" // o que tem o pyzmq
                    + "exec " + (Precisa.PYTHON.startsWith("/") ? Precisa.PYTHON : onde("python3")) + " \"$@\"\n");
            jbang.toFile().setExecutable(true);
            python.toFile().setExecutable(true);
            return bin + ":" + path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path onde(String programa) {
        return Stream.of(System.getenv("PATH").split(":")).map(pasta -> Path.of(pasta, programa)).filter(Files::isExecutable)
                .findFirst().orElse(Path.of("/bin/false"));
    }

    private static void copiar(Path raiz, Path para, String menos) {
        try (Stream<Path> todos = Files.walk(raiz)) {
            List<Path> quais = todos.filter(p -> !raiz.relativize(p).toString().matches("(" + menos + ")(/.*)?"))
                    .sorted().toList();
            for (Path de : quais) {
                Path destino = para.resolve(raiz.relativize(de).toString());
                if (Files.isDirectory(de)) {
                    Files.createDirectories(destino);
                } else {
                    Files.copy(de, destino, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
