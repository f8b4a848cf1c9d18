///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As páginas: o tamanho da primeira, e onde leva cada ligação.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.casa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Testes;

@DisplayName("As páginas")
class LeiameTest {

    private static final Path RAIZ = Testes.raiz();
    private static final int LINHAS_DA_PRIMEIRA = 200;
    private static final Pattern LIGACAO = Pattern.compile("]\\(([^)\\s]+)\\)");

    @Test
    @DisplayName("a primeira lê-se de uma vez: no máximo 200 linhas")
    void curta() {
        int linhas = linhas(RAIZ.resolve("README.md")).size();
        assertTrue(linhas <= LINHAS_DA_PRIMEIRA, "README.md tem " + linhas + " linhas");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paginas")
    @DisplayName("cada ligação leva a um arquivo, ou a um título, que existe")
    void ligacoes(String pagina) {
        Path onde = RAIZ.resolve(pagina);
        List<String> perdidas = new ArrayList<>();
        for (String linha : linhas(onde)) {
            for (Matcher ligacao = LIGACAO.matcher(linha); ligacao.find(); ) {
                String[] partes = ligacao.group(1).split("#", 2);
                Path alvo = partes[0].isEmpty() ? onde : onde.resolveSibling(partes[0]).normalize();
                boolean deFora = partes[0].matches("https?:.*");
                if (!deFora && (!Files.exists(alvo) || partes.length > 1 && !titulos(alvo).contains(partes[1]))) {
                    perdidas.add(ligacao.group(1));
                }
            }
        }
        assertEquals(List.of(), perdidas, pagina);
    }

    static List<String> paginas() throws IOException {
        try (Stream<Path> todas = Files.walk(RAIZ)) {
            return todas.filter(p -> p.toString().endsWith(".md")).map(p -> RAIZ.relativize(p).toString().replace('\\', '/'))
                    .filter(p -> !p.matches("(dados|chaves|\\.\\w+)/.*")).sorted().toList();
        }
    }

    /** Os títulos de uma página, como as ligações os escrevem: {@code ## A rede, sozinha} é a-rede-sozinha. */
    private static List<String> titulos(Path pagina) {
        return linhas(pagina).stream().filter(linha -> linha.matches("#+ .*")).map(linha -> linha.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')).toList();
    }

    private static List<String> linhas(Path arquivo) {
        try {
            return Files.readAllLines(arquivo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(LeiameTest.class);
    }
}
