///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que se faz sem querer: saídas que não se escrevem, entradas que não servem, nomes errados, teclado fechado.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Cena.java ../Precisa.java ../Testes.java ../bench/Bench.java ../lab/Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.fim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import shared.texto.Json;
import shared.texto.Texto;
import tests.Cena.Fim;
import tests.Cena;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

@DisplayName("Descuidos")
class DescuidosTest {

    private static final String LAB = "tests.lab.Lab";
    private static final String BENCH = "tests.bench.Bench";
    private static final int COLUNAS = 40;

    @TempDir
    private Path pasta;

    private final Cena cena = new Cena();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    /** Um comando que não deve chegar a fazer nada. @param diz o que a linha de erro tem de conter */
    private record Caso(int codigo, String diz, String papel, Object... argumentos) {
    }

    @Test
    @DisplayName("uma saída em que não se pode escrever é dita antes de se fazer seja o que for")
    void saidas() throws IOException {
        Path arquivo = Files.writeString(pasta.resolve("arquivo"), "meu\n");
        String nenhures = "/proc/nenhures/r.html";
        conferir(
                new Caso(1, "--relatorio: não consigo escrever em " + nenhures, LAB, "comparar", 3, "--relatorio", nenhures),
                new Caso(1, pasta + " é uma pasta", LAB, "comparar", 3, "--relatorio", pasta),
                new Caso(1, arquivo + " não é uma pasta", LAB, "cena", "buraco", "--relatorio", arquivo.resolve("r.html")),
                new Caso(1, "--rastro: não consigo escrever na pasta " + arquivo, LAB, "cena", "buraco", "--rastro", arquivo,
                        "--relatorio", pasta.resolve("c.html")),
                new Caso(1, "--relatorio: não consigo escrever em " + pasta, LAB, "relatorio", arquivo,
                        "--relatorio", pasta),
                new Caso(1, "--rastro: não consigo escrever em " + pasta, LAB, "rede", "--tipo", "pedidos", "--escutar",
                        Processo.portaLivre(), "--para", "127.0.0.1:1", "--rastro", pasta),
                new Caso(1, "--saida: não consigo escrever na pasta " + arquivo, BENCH, "--rapido", "--saida", arquivo),
                new Caso(1, "--saida: não consigo escrever na pasta " + arquivo, BENCH, "troca", "--saida", arquivo),
                new Caso(1, "não existe nem se pode criar /proc/nenhures", "shared.papel.GerarChaves", "/proc/nenhures"));
        assertEquals("meu\n", Files.readString(arquivo), "o que lá estava ficou");
    }

    @Test
    @DisplayName("um arquivo que não é o que se esperava é dito numa linha, com o que fazer")
    void entradas() throws IOException {
        Path prosa = Files.writeString(pasta.resolve("LEIAME.md"), "# Banco\n\numa prosa\n");
        Path vazio = Files.writeString(pasta.resolve("vazio"), "");
        Path bytes = Files.write(pasta.resolve("bytes"), new byte[] {(byte) 0xC3, 0, (byte) 0xFF, 10});
        Path outroJson = Files.writeString(pasta.resolve("outro.json"), "{\"id_msg\": 1}\n");
        conferir(
                new Caso(1, "LEIAME.md, linha 1: não é JSON; faz um: ", LAB, "relatorio", prosa),
                new Caso(1, "vazio não é um rastro do laboratório", LAB, "relatorio", vazio),
                new Caso(1, "não é texto em UTF-8", LAB, "relatorio", bytes),
                new Caso(1, "outro.json não é um rastro do laboratório", LAB, "relatorio", outroJson),
                new Caso(1, "é uma pasta", LAB, "relatorio", pasta),
                new Caso(1, "não encontrei o rastro 'nao-ha'", LAB, "relatorio", "nao-ha"),
                new Caso(1, "linha 1", "part3.Client", "lote", prosa),
                new Caso(1, "o texto não está em UTF-8", "part3.Client", "lote", bytes));
    }

    @Test
    @DisplayName("um nome, um número ou uma repetição que não servem: a linha diz a opção, e o nome parecido se há um")
    void nomesENumeros() {
        conferir(
                new Caso(2, "a parte 3 aparece duas vezes", LAB, "comparar", 3, 1, 3),
                new Caso(2, "a parte 5: vai de 1 a 4", LAB, "comparar", 5),
                new Caso(2, "--ops 0: vai de 1 a ", LAB, "comparar", "--ops", 0),
                new Caso(2, "--contas -3: vai de 1 a ", LAB, "comparar", "--contas", -3),
                new Caso(2, "--ops N: '99999999999' passa do máximo, que é 2147483647", LAB, "comparar", "--ops",
                        "99999999999"),
                new Caso(2, "a parte 2 aparece duas vezes", LAB, "ec2", "2", "2"),
                new Caso(2, "não há a cena 'burraco'; você quis dizer buraco? Há: ", LAB, "cena", "burraco"),
                new Caso(2, "--concorrencia 100000: vai de 1 a 250", "part3.Client", "carga", "--concorrencia", 100_000),
                new Caso(2, "--cargas 8 aparece duas vezes", BENCH, "--cargas", "8,8", "--saida", pasta),
                new Caso(2, "--segundos S: 'abc' não é um número", BENCH, "--segundos", "abc", "--saida", pasta),
                new Caso(2, "não há o eixo 'conta'; você quis dizer contas?", BENCH, "crescimento", "conta",
                        "--saida", pasta));
    }

    @Test
    @DisplayName("o que se roda pelo run-all.sh chama-se assim na ajuda e nos erros; cada comando tem a sua ajuda")
    void peloRunAll() {
        Processo repetida = comNome("./run-all.sh", LAB, "comparar", "--opz", "3");
        Processo ajuda = comNome("./run-all.sh", LAB, "comparar", "--help");
        Processo ec2 = comNome("./run-all.sh", LAB, "ec2", "--help");
        Processo bench = comNome("./run-all.sh bench", BENCH, "--help");
        Processo chaves = comNome("./run-all.sh chaves", "shared.papel.GerarChaves", "--help");
        Processo test = runAll("test", "--help");
        Processo preparar = runAll("preparar", "--help");
        Processo nenhum = runAll("bech");
        Processo cenas = runAll("cena", "buraco");
        Processo todo = runAll("preparar", "--todo");
        assertAll(
                () -> assertTrue(fim(repetida).erros()
                        .matches("(?s)erro de uso: opção desconhecida: '--opz'; você quis dizer --ops.*"
                        + "\\(\\./run-all\\.sh comparar --help mostra o uso\\)"), () -> fim(repetida).erros()),
                () -> comeca("Uso: ./run-all.sh comparar ", fim(ajuda)),
                () -> comeca("Uso: ./run-all.sh ec2 ", fim(ec2)),
                () -> comeca("Uso: ./run-all.sh bench ", fim(bench)),
                () -> comeca("Uso: ./run-all.sh chaves ", fim(chaves)),
                () -> comeca("Uso: ./run-all.sh test ", fim(test)),
                () -> comeca("Uso: ./run-all.sh preparar ", fim(preparar)),
                () -> assertEquals(2, fim(nenhum).codigo()),
                () -> assertTrue(fim(nenhum).erros().startsWith("erro de uso: não há o comando 'bech'; há "),
                        () -> fim(nenhum).erros()),
                () -> assertEquals(2, fim(todo).codigo()),
                () -> assertTrue(fim(todo).erros().startsWith("erro de uso: preparar só tem a opção --tudo"),
                        () -> fim(todo).erros()),
                () -> assertTrue(fim(cenas).erros().contains("jbang tests/lab/Lab.java cena buraco"),
                        () -> fim(cenas).erros()));
    }

    @Test
    @DisplayName("com a entrada padrão fechada, menu e lote dizem-no numa linha; a rede segue sem teclado")
    void semEntrada() {
        Processo menu = semEntrada("part1.Client", "--porta", Processo.portaLivre(), "--esperar", 0);
        Processo lote = semEntrada("part1.Client", "--porta", Processo.portaLivre(), "--esperar", 0, "lote", "-");
        Processo rede = semEntrada(LAB, "rede", "--tipo", "pedidos", "--escutar", Processo.portaLivre(), "--para",
                "127.0.0.1:1");
        assertAll(
                () -> assertEquals("erro: a entrada padrão está fechada, e é dela que se lê: rode num terminal, ou dê-lhe"
                        + " algo (< arquivo)",
                        fim(menu).erros()),
                () -> assertEquals(1, fim(menu).codigo()),
                () -> assertTrue(fim(lote).erros().contains("a entrada padrão está fechada"), () -> fim(lote).erros()),
                () -> assertEquals(1, fim(lote).codigo()),
                rede::esperarPronto);
    }

    @Test
    @Precisa(Precisa.De.TERMINAL)
    @DisplayName("a barra da carga cabe num terminal de 40 colunas; sem terminal, não há barra")
    void barra() {
        String carga = Stream.of(java("part1.Client", "--porta", Processo.portaLivre(), "--esperar", 0, "carga",
                "--ops", 3_000))
                .map(parte -> "'" + parte + "'").collect(Collectors.joining(" "));
        Processo semTerminal = cena.iniciar("part1.Client", "--porta", Processo.portaLivre(), "--esperar", 0, "carga",
                "--ops", 200);
        Fim estreito = fim(cena.iniciarPrograma("script", "-qec", "stty cols " + COLUNAS + "; " + carga, "/dev/null"));
        List<String> linhas = Stream.of(estreito.texto().split("[\r\n]+")).filter(linha -> linha.contains("carga")).toList();
        assertFalse(linhas.isEmpty(), estreito.toString());
        assertEquals(List.of(), linhas.stream().filter(linha -> linha.stripTrailing().length() > COLUNAS).toList());
        assertFalse(fim(semTerminal).erros().contains("%"), () -> fim(semTerminal).erros());
    }

    @Test
    @DisplayName("cada programa que se roda tem um nome em jbang-catalog.json, e os nomes são de programas que há")
    void catalogo() throws IOException {
        Path raiz = Testes.raiz();
        List<String> nomeados = Json.ler(Files.readAllBytes(raiz.resolve("jbang-catalog.json"))).path("aliases")
                .findValuesAsText("script-ref");
        try (Stream<Path> todos = Files.walk(raiz)) {
            List<String> programas = todos.map(raiz::relativize).map(Path::toString)
                    .filter(nome -> nome.matches(
                            "(part.|shared|tests/lab|tests/bench)/(\\w+/)*\\w+(?<!Test)\\.java|tests/Todos\\.java"))
                    .filter(nome -> eUmPrograma(raiz.resolve(nome))).toList();
            assertEquals(new TreeSet<>(programas), new TreeSet<>(nomeados));
        }
    }

    @Test
    @DisplayName("o nome parecido é o que se alcança trocando poucas letras; longe de todos, nenhum")
    void parecido() {
        List<String> nomes = List.of("buraco", "failover", "ordem-total-converge");
        assertEquals("buraco", Texto.parecido("Burraco", nomes));
        assertEquals("failover", Texto.parecido("fail-over", nomes));
        assertEquals(null, Texto.parecido("xyz", nomes));
        assertEquals(null, Texto.parecido("xyz", List.of()));
        assertEquals("1 conta", Texto.quantas(1, "conta", "contas"));
        assertEquals("0 contas", Texto.quantas(0, "conta", "contas"));
    }

    private static boolean eUmPrograma(Path fonte) {
        try {
            return Files.readString(fonte).startsWith("///usr/bin/env jbang");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Todos ao mesmo tempo: nada na saída padrão, uma linha de erro, sem pilha, e o código. */
    private void conferir(Caso... casos) {
        List<Processo> processos = Stream.of(casos).map(caso -> cena.iniciar(caso.papel(), caso.argumentos())).toList();
        assertAll(Stream.of(casos).map(caso -> (Executable) () -> {
            Fim fim = fim(processos.get(List.of(casos).indexOf(caso)));
            assertTrue(fim.erros().startsWith(caso.codigo() == 2 ? "erro de uso: " : "erro: ")
                    && fim.erros().contains(caso.diz()), "esperava '" + caso.diz() + "' em " + fim);
            assertFalse(fim.erros().contains("Exception") || fim.erros().contains("interno"), fim.erros());
            assertEquals(List.of(), fim.saida());
            assertEquals(caso.codigo(), fim.codigo(), fim.erros());
        }));
    }

    private static void comeca(String comeco, Fim fim) {
        assertTrue(fim.texto().startsWith(comeco), () -> "esperava '" + comeco + "' em " + fim);
        assertEquals(0, fim.codigo());
        assertEquals("", fim.erros());
    }

    private Processo runAll(String... argumentos) {
        return cena.iniciarPrograma(Stream.concat(Stream.of("bash", Testes.raiz().resolve("run-all.sh").toString()),
                Stream.of(argumentos)).toArray(String[]::new));
    }

    /** Como o run-all.sh o inicia. */
    private Processo comNome(String nome, String papel, Object... argumentos) {
        List<String> comando = new ArrayList<>(List.of(java(papel, argumentos)));
        comando.add(1, "-Dbanco.comando=" + nome);
        return cena.iniciarPrograma(comando.toArray(String[]::new));
    }

    private Processo semEntrada(String papel, Object... argumentos) {
        return cena.iniciarPrograma(Stream.concat(Stream.of("bash", "-c", "exec \"$@\" <&-", "bash"),
                Stream.of(java(papel, argumentos)))
                .toArray(String[]::new));
    }

    private static String[] java(String papel, Object... argumentos) {
        return Stream.concat(Stream.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), papel),
                Stream.of(argumentos).map(String::valueOf)).toArray(String[]::new);
    }

    public static void main(String[] args) {
        Testes.rodar(DescuidosTest.class);
    }
}
