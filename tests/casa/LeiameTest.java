///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As páginas: digita-se tudo o que mandam digitar, e compara-se com o que mostram.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/grupos/Condutor.java ../Precisa.java ../Testes.java ../bench/Bench.java ../lab/Lab.java
//SOURCES ../sim/Parte3Grupos.java ../sim/Verificador.java Copia.java Digitador.java Mostrado.java Pagina.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.casa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Precisa;
import tests.Testes;

@DisplayName("As páginas")
class LeiameTest {

    private static final Path RAIZ = Testes.raiz();
    private static final int LINHAS_DA_PRIMEIRA = 200;
    private static final Pattern LIGACAO = Pattern.compile("]\\(([^)\\s]+)\\)");

    @TempDir
    private Path pasta;

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

    // ───── O que se digita ─────

    /** Os blocos que não se rodam sempre, por razão. */
    private static final Map<String, Integer> MARCADOS = Map.of(
            "não se roda aqui: é um desenho", 5,
            "não se roda aqui: é um exemplo de arquivo", 1,
            "não se roda aqui: precisa da AWS", 5,
            "não se roda aqui: precisa das três máquinas", 1,
            "não se roda aqui: são testes", 1,
            "não se roda aqui: são todos os testes, e este é um deles", 1,
            "não se roda aqui: dura mais de dez minutos", 2,
            "não se roda aqui: outro teste roda o mesmo, mais curto", 2, // BenchTest, FalhasTest
            "só com --longos: compila tudo", 1,
            "só com --longos: dura dois minutos, depois de compilar tudo", 1);

    /** As que se digitam sempre: a primeira hora. As outras, com as campanhas longas. */
    private static final Set<String> SEMPRE = Set.of("README.md", "part1/README.md", "part2/README.md", "part3/README.md",
            "part4/README.md");

    /** Nas campanhas longas, a primeira digita-se só de verdade. */
    static List<String> digitadas() throws IOException {
        boolean deVerdade = Testes.longos() && Precisa.De.JBANG.ha();
        return paginas().stream().filter(nome -> !(deVerdade && nome.equals("README.md"))).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("digitadas")
    @Precisa(Precisa.De.REDE_PROPRIA)
    @Execution(ExecutionMode.CONCURRENT) // cada uma tem a sua pasta e as suas portas, e passa o tempo à espera
    @DisplayName("tudo o que uma página manda digitar se digita, pela ordem dela, e vem o que ela mostra")
    void digitada(String nome) {
        assumeTrue(SEMPRE.contains(nome) || Testes.longos(), Precisa.De.CAMPANHAS_LONGAS.porque());
        seguir(nome, false, Testes.longos() && !nome.equals("README.md")); // o que nessa demora é com o JBang de verdade
    }

    @Test
    @Precisa({Precisa.De.CAMPANHAS_LONGAS, Precisa.De.REDE_PROPRIA, Precisa.De.JBANG})
    @DisplayName("a primeira, também o que demora, num clone acabado de fazer e com o JBang de verdade")
    void primeiraDeVerdade() {
        seguir("README.md", true, true);
    }

    private void seguir(String nome, boolean deVerdade, boolean longos) {
        try (Digitador digitador = new Digitador(new Pagina(RAIZ, nome), RAIZ, pasta, deVerdade, longos)) {
            digitador.seguir();
        }
    }

    @Test
    @DisplayName("o que não se roda está contado: marcar mais um bloco é mudar esta conta")
    void marcados() throws IOException {
        Map<String, Integer> marcados = new TreeMap<>();
        for (String nome : paginas()) {
            for (Pagina.Bloco bloco : new Pagina(RAIZ, nome).blocos()) {
                if (bloco.naoSeRoda() != null) {
                    marcados.merge("não se roda aqui: " + bloco.naoSeRoda(), 1, Integer::sum);
                } else if (bloco.longo() != null) {
                    marcados.merge("só com --longos: " + bloco.longo(), 1, Integer::sum);
                } else {
                    marcados.merge("roda-se", 1, Integer::sum);
                }
            }
        }
        System.out.println("blocos das páginas: " + marcados);
        marcados.remove("roda-se");
        assertEquals(new TreeMap<>(MARCADOS), marcados);
    }

    // ───── Quem digita também se engana ─────

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "uma linha que mudou       | $ echo um~dois             | dois",
        "uma linha a mais na página | $ echo um~um~dois         | dois",
        "uma linha a menos         | $ printf 'um\\ndois\\n'~um | veio a mais: dois",
        "um número que mudou       | $ echo 'ana tem 10.00'~ana tem 11.00 | ana tem 11.00",
        "depois de uma lacuna      | $ printf 'um\\ndois\\n'~…~três | três",
        "um pid que não é o mesmo  | $ printf '(pid 1)\\n(pid 2)\\n'~(pid 77)~(pid 77) | (pid 77)",
        "outro programa            | $ nenhum-tal               | veio a mais: bash: line 2: nenhum-tal: command not found"})
    @Precisa(Precisa.De.REDE_PROPRIA)
    @DisplayName("uma página que já não é verdade diz-se: o arquivo, a linha, o comando, o que mostra e o que veio")
    void deriva(String oQue, String bloco, String falta) throws IOException {
        Files.writeString(pasta.resolve("p.md"), "# Uma página\n\n```console\n" + bloco.replace('~', '\n') + "\n```\n");
        try (Digitador digitador = new Digitador(new Pagina(pasta, "p.md"), pasta, pasta.resolve("d"), false, false)) {
            String falha = assertThrows(AssertionError.class, digitador::seguir).getMessage();
            String comando = bloco.split("~")[0];
            assertTrue(falha.startsWith("p.md:4: " + comando + "\n  a página mostra:\n    " + falta + "\n  veio:\n"), falha);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"```text\nninguém o diz\n```", "```json\n{}\n```", "<!-- não sei -->\n```text\num\n```",
        "<!-- não se roda aqui: porque não -->\n\nTexto."})
    @Precisa(Precisa.De.REDE_PROPRIA)
    @DisplayName("um bloco que nem se roda nem está marcado, uma marca que não há, ou sem bloco: também se diz")
    void semMarca(String texto) throws IOException {
        Files.writeString(pasta.resolve("p.md"), "# Uma página\n\n" + texto + "\n");
        String falha = assertThrows(Throwable.class, () -> {
            try (Digitador digitador = new Digitador(new Pagina(pasta, "p.md"), pasta, pasta.resolve("d"), false, false)) {
                digitador.seguir();
            }
        }).getMessage();
        assertTrue(falha.matches("(?s)p\\.md:\\d+: .*marca.*"), falha);
    }

    // ───── Ferramentas ─────

    static List<String> paginas() throws IOException {
        try (Stream<Path> todas = Files.walk(RAIZ)) {
            return todas.filter(p -> p.toString().endsWith(".md")).map(p -> RAIZ.relativize(p).toString().replace('\\', '/'))
                    .filter(p -> !p.matches("(dados|chaves|\\.\\w+)/.*")).sorted().toList();
        }
    }

    /** Os títulos de uma página, como as ligações os escrevem: {@code ## A rede, sozinha} é a-rede-sozinha. */
    private static List<String> titulos(Path pagina) {
        return linhas(pagina).stream().filter(linha -> linha.matches("#+ .*"))
                .map(linha -> linha.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-')).toList();
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
