///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A árvore de fontes: cabeçalhos iguais, cada biblioteca numa versão só, e nada a mais no topo.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Processo.java Fontes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.casa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Processo;
import tests.Testes;
import tests.casa.Fontes.Fonte;

@DisplayName("Árvore de fontes")
public class ArvoreTest {

    private static final Path RAIZ = Testes.raiz();
    private static final List<String> PASTAS = List.of("part1", "part2", "part3", "part4", "shared", "tests");
    private static final Set<String> ARQUIVOS = Set.of("README.md", "jbang-catalog.json", "run-all.sh");
    /** O que os programas escrevem; está no .gitignore. */
    private static final Set<String> DE_QUEM_RODA = Set.of("dados", "chaves");

    private static final String CHAMADA = "///usr/bin/env jbang \"$0\" \"$@\" ; exit $?";
    private static final List<String> CABECALHO =
            List.of("DESCRIPTION", "JAVA", "DEPS", "SOURCES", "COMPILE_OPTIONS", "RUNTIME_OPTIONS");
    private static final Pattern PARECE_DIRETIVA = Pattern.compile("^//[A-Z].*");
    private static final Pattern DIRETIVA = Pattern.compile("^//(FILES|" + String.join("|", CABECALHO) + ") \\S.*");
    /** O que, sem dizer uma língua, um fuso ou um conjunto de caracteres, usa os da máquina. */
    private static final Pattern DA_MAQUINA = Pattern.compile(".*(" + String.join("|",
            "\\bString\\.format\\((?!Locale\\.ROOT)", "\\.formatted\\(", "::formatted", "\\bprintf\\((?!Locale\\.ROOT)",
            "\\.to(Low|Upp)erCase\\(\\)", "\\.getBytes\\(\\)",
            "\\bnew String\\(\\w+\\)", "\\bnew InputStreamReader\\((?!.*UTF_8)", "\\bnew OutputStreamWriter\\((?!.*UTF_8)",
            "\\bFileReader\\(", "\\bFileWriter\\(", "\\bnew Scanner\\(", "\\bnew PrintStream\\(\\w+\\)",
            "\\bdefaultCharset\\(",
            "\\b(Local|Zoned|Offset)(Date|Time|DateTime)\\.now\\(\\)", "\\bsystemDefault(Zone)?\\(",
            "\\b(Calendar|NumberFormat|Collator)\\.",
            "\\bnew (Date|Formatter|DecimalFormat|SimpleDateFormat)\\(", "\\bofPattern\\((?!.*Locale\\.ROOT)",
            "\\b(input|error)Reader\\(\\)", "\\boutputWriter\\(\\)") + ").*");
    /** O SerialGC, como nos papéis: as simulações gastam com ele menos um sétimo do processador. */
    private static final String SEM_COLETOR_DE_SERVIDOR =
            "-XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation";
    private static final Pattern MAIN = Pattern.compile("^    public static void main\\(String\\[\\] \\w+\\).*");

    @Test
    @DisplayName("no topo só se vê o que um visitante precisa ver")
    void topo() throws IOException {
        Set<String> visiveis = nomes(RAIZ);
        visiveis.removeIf(nome -> nome.startsWith(".") || ARQUIVOS.contains(nome) || DE_QUEM_RODA.contains(nome));
        assertEquals(new TreeSet<>(PASTAS), visiveis);
    }

    @Test
    @DisplayName("cada parte tem os seus papéis")
    void cadaPapelNoSeuLugar() {
        assertTrue(papeis().toList().containsAll(List.of("part1/Client.java", "part1/Replica.java",
                "part2/Client.java", "part2/RpcServer.java", "part2/Worker.java",
                "part3/Client.java", "part3/Ordenador.java", "part3/Replica.java", "part3/Sequencer.java",
                "part4/Backup.java", "part4/Client.java", "part4/Primary.java", "part4/Witness.java")),
                () -> papeis().toList().toString());
    }

    @Test
    @DisplayName("cada biblioteca tem uma versão só, escrita por inteiro, em toda a árvore")
    void umaVersao() {
        Map<String, Set<String>> versoes = new TreeMap<>();
        fontes().flatMap(fonte -> dependencias(fonte).stream()).map(dep -> dep.split(":")).filter(dep -> dep.length > 2)
                .forEach(dep -> versoes.computeIfAbsent(dep[0] + ":" + dep[1], d -> new TreeSet<>()).add(dep[2]));
        assertTrue(versoes.containsKey("org.zeromq:jeromq"), "leu as dependências");
        versoes.values().removeIf(v -> v.size() == 1 && v.iterator().next().matches("\\d+(\\.\\d+)*(@pom)?"));
        assertEquals(Map.of(), versoes);
    }

    @Test
    @DisplayName("nada se escreve nem se lê como a língua, o fuso ou o conjunto de caracteres da máquina mandam")
    void nadaDependeDaMaquina() {
        Map<String, List<String>> dependem = new TreeMap<>();
        fontes().filter(fonte -> !fonte.equals("tests/casa/ArvoreTest.java")) // onde estão os padrões e os exemplos
                .forEach(fonte -> dependem.put(fonte, filtrar(linhas(fonte), DA_MAQUINA)));
        dependem.computeIfPresent("shared/texto/Registro.java", (f, linhas) -> linhas.stream()
                .filter(linha -> !linha.contains("LocalTime.now()")).toList()); // a hora é a de quem lê o registro
        dependem.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), dependem, "use shared.texto.Texto, Locale.ROOT ou StandardCharsets.UTF_8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"String.format(\"%d\", n)", "forma.formatted(n)", "\"%d\"::formatted",
        "System.out.printf(\"%d\", n)",
        "nome.toLowerCase()", "nome.toUpperCase()", "texto.getBytes()", "new String(bytes)",
        "new InputStreamReader(System.in)",
        "new FileReader(nome)", "new Scanner(System.in)", "new PrintStream(saida)",
        "Charset.defaultCharset()", "LocalDate.now()",
        "DateTimeFormatter.ofPattern(\"HH:mm\")", "NumberFormat.getInstance()", "new DecimalFormat(\"0.0\")",
        "ZoneId.systemDefault()", "processo.inputReader()", "new Formatter()"})
    @DisplayName("o padrão vê cada maneira de depender dela")
    void padraoVe(String linha) {
        assertTrue(DA_MAQUINA.matcher(linha).matches(), linha);
    }

    @Test
    @DisplayName("ninguém nomeia um coletor: com outro no ambiente, a máquina virtual não começaria (medir é outra coisa)")
    void nenhumColetor() {
        Set<String> medem = Set.of("tests/bench/Arranque.java", "tests/casa/AmbienteTest.java");
        assertEquals(List.of(), fontes().filter(fonte -> !medem.contains(fonte) && linhas(fonte).stream()
                .anyMatch(linha -> linha.contains("-XX:+Use" + "SerialGC"))).toList());
    }

    /** O JBang toma por outro arquivo o mesmo escrito por outro caminho (a/../c/X, b/../c/X), e dá-os todos ao javac. */
    @Test
    @DisplayName("quem não é um programa só nomeia, em SOURCES, vizinhos de pasta: os outros nomeia-os o programa")
    void fontesDosVizinhos() {
        Set<String> programas = programas().collect(Collectors.toSet());
        assertEquals(List.of(), fontes().filter(fonte -> !programas.contains(fonte) && !fonte.matches("part./\\w+\\.java"))
                .filter(fonte -> valores(fonte, "//SOURCES ").stream().anyMatch(outra -> outra.contains("/"))).toList());
    }

    @Test
    @DisplayName("o pacote é a pasta")
    void pacoteEPasta() {
        assertEquals(List.of(), fontes().filter(fonte -> {
            String pasta = fonte.substring(0, fonte.lastIndexOf('/'))
                    .replace("shared/rede/zmq", "zmq"); // em lugar de uma do JeroMQ
            return !linhas(fonte).contains("package " + pasta.replace('/', '.') + ";");
        }).toList());
    }

    @Test
    @DisplayName("o que parece uma diretiva do JBang é uma que conhecemos, e está no cabeçalho")
    void diretivas() {
        Map<String, List<String>> estranhas = new TreeMap<>();
        fontes().forEach(fonte -> estranhas.put(fonte, filtrar(linhas(fonte), PARECE_DIRETIVA).stream()
                .filter(linha -> !DIRETIVA.matcher(linha).matches() || !cabecalhoDe(fonte).contains(linha)).toList()));
        estranhas.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), estranhas);
    }

    @Test
    @DisplayName("tem a chamada do jbang e o bit de execução quem tem main, e só quem tem")
    void executaveis() {
        Set<String> programas = programas().collect(Collectors.toSet());
        assertEquals(List.of(), fontes().filter(fonte ->
                programas.contains(fonte) != linhas(fonte).get(0).equals(CHAMADA)
                || programas.contains(fonte) != Files.isExecutable(RAIZ.resolve(fonte))).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programas")
    @DisplayName("o cabeçalho de um programa tem tudo, por ordem")
    void cabecalho(String fonte) {
        List<String> diretivas = filtrar(linhas(fonte), DIRETIVA);
        assertEquals(CABECALHO, diretivas.stream().map(l -> l.substring(2, l.indexOf(' '))).distinct().toList());
        assertTrue(diretivas.contains("//JAVA 17+"));
        assertTrue(diretivas.contains("//COMPILE_OPTIONS -encoding UTF-8 --release 17"));
        String emUtf8 = "-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8";
        String opcoes = fonte.startsWith("tests/") && fonte.endsWith("Test.java") ? emUtf8
                : fonte.equals("tests/Todos.java") ? emUtf8 + " " + SEM_COLETOR_DE_SERVIDOR
                : String.join(" ", Processo.OPCOES_DA_JVM);
        assertEquals(opcoes, String.join(" ", valores(fonte, "//RUNTIME_OPTIONS ")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("papeis")
    @DisplayName("um papel diz ele mesmo todas as bibliotecas que usa, também as que vêm por SOURCES")
    void autocontido(String fonte) {
        Set<String> usadas = new TreeSet<>();
        juntarDependencias(Path.of(fonte), usadas, new TreeSet<>());
        assertEquals(usadas, new TreeSet<>(dependencias(fonte)));
    }

    // ───── A casa ─────

    /** De que quartos cada quarto pode saber; o núcleo, que todos leem, é {@code shared}. */
    private static final Map<String, Set<String>> SABE_DE = Map.of(
            "shared", Set.of("shared.memoria", "shared.texto"),
            "shared.texto", Set.of(),
            "shared.tempo", Set.of(),
            "shared.memoria", Set.of("shared.texto"),
            "shared.disco", Set.of("shared", "shared.memoria", "shared.texto"),
            "shared.ordem", Set.of("shared", "shared.texto", "shared.tempo", "shared.disco"),
            "shared.defesa", Set.of("shared.tempo", "shared.texto"),
            "shared.rede", Set.of("shared.tempo", "shared.texto", "shared.defesa"),
            "shared.papel", Set.of("shared", "shared.memoria", "shared.texto", "shared.disco", "shared.ordem",
                    "shared.defesa", "shared.rede", "shared.tempo"));

    private static final int NUCLEO = 450;
    private static final int CLASSE = 300;
    private static final int METODO = 45;
    private static final Map<String, Integer> PAPEIS = Map.of("part3/Sequencer.java", 200, "part3/Replica.java", 170,
            "part3/Ordenador.java", 300,
            "part2/RpcServer.java", 260, "part2/Worker.java", 250, "part4/Servidor.java", 230, "part4/Witness.java", 170);

    /** As partes e o que elas usam; os testes têm outra casa. */
    private static Map<String, Fonte> daCasa() {
        return Fontes.ler(RAIZ, fontes()
                .filter(fonte -> !fonte.startsWith("tests/") && !fonte.startsWith("shared/rede/zmq/")).toList());
    }

    @Test
    @DisplayName("cada quarto só sabe dos que pode: sem círculos, e nenhuma parte sabe de outra")
    void quartos() {
        Map<String, Set<String>> aMais = new TreeMap<>();
        daCasa().forEach((nome, fonte) -> {
            Set<String> outros = new TreeSet<>(fonte.importa());
            outros.removeIf(pacote -> !pacote.matches("(shared|part.|tests)(\\..*)?") || pacote.equals(fonte.pacote())
                    || SABE_DE.getOrDefault(fonte.pacote(), Set.of()).contains(pacote)
                    || fonte.pacote().startsWith("part")
                            && (pacote.startsWith("shared") || pacote.startsWith(fonte.pacote() + "."))
                    || nome.matches("part3/(raft|regra/grupos)/.*") && pacote.equals("part3.regra")); // a regra é a mesma
            if (!outros.isEmpty()) {
                aMais.put(nome, outros);
            }
        });
        assertEquals(Map.of(), aMais);
    }

    /** O mesmo, no laboratório: cada quarto só sabe dos que estão abaixo dele. */
    private static final Map<String, Set<String>> NO_LABORATORIO = Map.ofEntries(
            Map.entry("vereditos", Set.of()),
            Map.entry("relatorio", Set.of("vereditos")),
            Map.entry("rede", Set.of("vereditos")),
            Map.entry("palco", Set.of("vereditos", "rede")),
            Map.entry("cenas", Set.of("vereditos", "rede", "palco")),
            Map.entry("sala", Set.of("vereditos", "rede", "palco", "cenas")),
            Map.entry("ensaio", Set.of("vereditos", "rede", "palco", "relatorio")),
            Map.entry("provas", Set.of("vereditos", "rede", "palco", "cenas")),
            Map.entry("correcao", Set.of("vereditos", "rede", "palco", "cenas", "relatorio", "provas")),
            Map.entry("exercicios", Set.of("vereditos", "rede", "palco", "cenas", "relatorio", "provas", "correcao")),
            Map.entry("maquinas", Set.of("palco", "ensaio")));

    @Test
    @DisplayName("os quartos do laboratório não fazem círculos: nenhum sabe dos que o usam, nem do comando")
    void laboratorio() {
        Map<String, Set<String>> aMais = new TreeMap<>();
        List<String> fontes = fontes().filter(fonte -> fonte.matches("tests/lab/\\w+/\\w+(?<!Test)\\.java")).toList();
        Fontes.ler(RAIZ, fontes).forEach((nome, fonte) -> {
            Set<String> outros = new TreeSet<>(fonte.importa());
            outros.removeIf(pacote -> !pacote.startsWith("tests.lab") || pacote.equals(fonte.pacote())
                    || NO_LABORATORIO.get(nome.split("/")[2]).contains(pacote.replace("tests.lab.", "")));
            if (!outros.isEmpty()) {
                aMais.put(nome, outros);
            }
        });
        assertEquals(Map.of(), aMais);
    }

    private static final Pattern QUARTO =
            Pattern.compile("\\| `(shared|\\w+)/` \\|.*\\| \\[(\\w+)]\\(([\\w/]+\\.java)\\) \\|(.*)\\|");

    @Test
    @DisplayName("cada quarto tem uma porta, a que shared/README.md diz, e conhece os que lá se diz")
    void portas() {
        Map<String, Set<String>> ditos = new TreeMap<>();
        linhas("shared/README.md").stream().map(QUARTO::matcher).filter(Matcher::matches).forEach(linha -> {
            String pacote = linha.group(1).equals("shared") ? "shared" : "shared." + linha.group(1);
            String porta = "shared/" + linha.group(3);
            assertTrue(linhas(porta).stream()
                    .anyMatch(l -> l.matches("public .*(class|record) " + linha.group(2) + "\\b.*")), porta);
            ditos.put(pacote, Stream.of(linha.group(4).strip().split(",? ")).filter(nome -> !nome.isEmpty())
                    .flatMap(nome -> nome.equals("todos") ? SABE_DE.keySet().stream().filter(outro -> !outro.equals(pacote))
                            : Stream.of(nome.equals("shared") ? nome : "shared." + nome)).collect(Collectors.toSet()));
        });
        assertEquals(new TreeMap<>(SABE_DE), ditos);
        Set<String> pastas = fontes().filter(fonte -> fonte.matches("shared/(\\w+/)?\\w+\\.java"))
                .map(fonte -> fonte.substring(0, fonte.lastIndexOf('/')).replace('/', '.')).collect(Collectors.toSet());
        assertEquals(SABE_DE.keySet(), pastas);
    }

    @Test
    @DisplayName("o núcleo lê-se de uma vez, um papel também, e nenhuma classe ou método é comprido demais")
    void tamanhos() {
        Map<String, Long> grandes = new TreeMap<>();
        long nucleo = fontes().filter(fonte -> fonte.matches("shared/\\w+\\.java"))
                .mapToLong(fonte -> linhas(fonte).size()).sum();
        passa(grandes, "shared/*.java", nucleo, NUCLEO);
        PAPEIS.forEach((papel, linhas) -> passa(grandes, papel, linhas(papel).size(), linhas));
        daCasa().forEach((nome, fonte) -> {
            passa(grandes, nome, fonte.classe(), CLASSE);
            fonte.metodos().forEach((metodo, linhas) -> passa(grandes, nome + ": " + metodo, linhas, METODO));
        });
        assertEquals(Map.of(), grandes);
    }

    private static void passa(Map<String, Long> grandes, String qual, long tem, int pode) {
        if (tem > pode) {
            grandes.put(qual + " (até " + pode + ")", tem);
        }
    }

    @Test
    @DisplayName("nada passa de um quarto a outro por um campo estático: o que um precisa, dá-se-lhe")
    void semEstaticos() {
        Map<String, List<String>> mudam = new TreeMap<>();
        daCasa().forEach((nome, fonte) -> mudam.put(nome, fonte.estaticos()));
        mudam.values().removeIf(List::isEmpty);
        assertEquals(Map.of(), mudam);
    }

    @Test
    @DisplayName("nenhuma linha é mais comprida do que diz o .editorconfig")
    void linhasCompridas() {
        int maximo = linhas(".editorconfig").stream().filter(linha -> linha.startsWith("max_line_length"))
                .mapToInt(linha -> Integer.parseInt(linha.replaceAll("\\D", ""))).findFirst().orElseThrow();
        Map<String, Long> passam = new TreeMap<>();
        Stream<Path> todos = Stream.concat(Stream.of(RAIZ.resolve("run-all.sh")),
                Stream.concat(Stream.of(".ci"), PASTAS.stream()).flatMap(pasta -> arquivos(RAIZ.resolve(pasta))));
        todos.map(RAIZ::relativize).map(Path::toString)
                .filter(nome -> nome.matches("\\.ci/\\w+[-\\w]*|.*\\.(java|js|css|html|sh|py|lua)"))
                .forEach(nome -> passa(passam, nome, comprida(nome), maximo));
        assertEquals(Map.of(), passam);
    }

    private static long comprida(String nome) {
        return linhas(nome).stream().mapToInt(String::length).max().orElse(0);
    }

    // ───── Ferramentas ─────

    /** Todos os fontes, como {@code part3/Replica.java}. */
    private static Stream<String> fontes() {
        return PASTAS.stream().flatMap(ArvoreTest::fontesEm).sorted();
    }

    /** Os que se podem rodar. */
    static Stream<String> programas() {
        return fontes().filter(fonte -> !filtrar(linhas(fonte), MAIN).isEmpty());
    }

    /** Os que se podem rodar, nas partes. */
    public static Stream<String> papeis() {
        return programas().filter(fonte -> fonte.startsWith("part"));
    }

    private static Stream<String> fontesEm(String pasta) {
        return arquivos(RAIZ.resolve(pasta)).filter(p -> p.toString().endsWith(".java"))
                .map(p -> RAIZ.relativize(p).toString().replace('\\', '/'));
    }

    private static Stream<Path> arquivos(Path pasta) {
        try (Stream<Path> todos = Files.walk(pasta)) {
            return todos.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> linhas(String fonte) {
        try {
            return Files.readAllLines(RAIZ.resolve(fonte));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> cabecalhoDe(String fonte) {
        return linhas(fonte).stream().takeWhile(linha -> !linha.startsWith("package ")).toList();
    }

    private static List<String> filtrar(List<String> linhas, Pattern padrao) {
        return linhas.stream().filter(linha -> padrao.matcher(linha).matches()).toList();
    }

    private static List<String> dependencias(String fonte) {
        return valores(fonte, "//DEPS ");
    }

    private static List<String> valores(String fonte, String diretiva) {
        return linhas(fonte).stream().filter(linha -> linha.startsWith(diretiva))
                .flatMap(linha -> Stream.of(linha.substring(diretiva.length()).strip().split("\\s+"))).toList();
    }

    private static void juntarDependencias(Path fonte, Set<String> juntas, Set<Path> vistos) {
        if (vistos.add(fonte)) {
            juntas.addAll(dependencias(fonte.toString()));
            valores(fonte.toString(), "//SOURCES ")
                    .forEach(outro -> juntarDependencias(fonte.resolveSibling(outro).normalize(), juntas, vistos));
        }
    }

    private static Set<String> nomes(Path pasta) throws IOException {
        try (Stream<Path> dentro = Files.list(pasta)) {
            return dentro.map(p -> p.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    public static void main(String[] args) {
        Testes.rodar(ArvoreTest.class);
    }
}
