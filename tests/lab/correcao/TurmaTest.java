///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Uma turma segue de onde parou, e uma entrega má não impede as outras; os exemplos têm a nota que merecem.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part2/rpc/ChamadaJsonRpc.java ../../../part2/rpc/ChamadaRpyc.java ../../../part2/rpc/PortaRpc.java
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../part4/regra/Visoes.java ../../../shared/Banco.java
//SOURCES ../../../shared/Envelope.java ../../../shared/defesa/Defesa.java ../../../shared/disco/Arquivos.java
//SOURCES ../../../shared/disco/EstadoDoBanco.java ../../../shared/memoria/Lembradas.java
//SOURCES ../../../shared/memoria/Saldos.java ../../../shared/rede/Pedidos.java ../../../shared/rede/Requisicao.java
//SOURCES ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java ../../../shared/texto/Endereco.java
//SOURCES ../../../shared/texto/JsonGrande.java ../../../shared/texto/Reais.java ../../../shared/texto/Registro.java
//SOURCES ../../Cena.java ../../Precisa.java ../../Testes.java ../cenas/Cenas.java ../palco/Elenco.java
//SOURCES ../provas/Catalogo.java ../rede/ComandosDaRede.java ../relatorio/Relatorio.java ../vereditos/Rastro.java
//SOURCES ../vereditos/Terminal.java ../vereditos/Vereditos.java NoTerminal.java Turma.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.correcao;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shared.texto.Json;
import tests.Cena;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.palco.Entrega;
import tests.lab.provas.Catalogo;
import tests.lab.provas.Prova;

@DisplayName("Uma turma, e os exemplos")
class TurmaTest {

    private static final Path EXEMPLOS = Testes.raiz().resolve("tests/lab/correcao/exemplos");
    private static final List<Prova> UMA = Catalogo.provas().stream()
            .filter(prova -> prova.nome().equals("sequenciador/formato")).toList();

    @TempDir
    Path pasta;

    private int corrigir(Path com, boolean comPressa) throws IOException {
        return new Turma(pasta.resolve("turma"), com, pasta.resolve("notas"),
                new Referencia(pasta.resolve("notas"), comPressa), e -> Correcao.queServem(UMA, e)).corrigir();
    }

    private boolean mediuSe() throws IOException {
        try (Stream<Path> todos = Files.list(pasta.resolve("notas"))) {
            return todos.anyMatch(um -> um.getFileName().toString().startsWith("referencia-"));
        }
    }

    private Path entrega(String nome, String texto) throws IOException {
        Path dele = Files.createDirectories(pasta.resolve("turma").resolve(nome));
        Files.writeString(dele.resolve("correcao.json"), texto);
        return dele;
    }

    private List<String> tabela() throws IOException {
        return Files.readAllLines(pasta.resolve("notas/turma.csv"));
    }

    @Test
    @DisplayName("cada pasta tem a sua linha na tabela, ainda que não se entenda; o que não mudou não se repete")
    void turma() throws IOException {
        entrega("a boa & <nova>", Files.readString(EXEMPLOS.resolve("java-parte3.json")).replace("os papéis desta coleção",
                "=1+1;\\\"x"));
        entrega("b má", "{\"parte\": 3, \"papeis\": {\"sequenciador\": {\"comando\": [\"false\"]}}}");
        entrega("c", "{");
        assertEquals(2, corrigir(null, false));
        assertTrue(mediuSe());
        List<String> csv = tabela();
        assertEquals(4, csv.size());
        assertTrue(csv.get(1).startsWith("a boa & <nova>;\"'=1+1;\"\"x, parte 3\";100;100;;;"), csv.get(1));
        assertTrue(csv.get(2).startsWith("b má;b má;0;0;;;") && csv.get(2).contains("acabou antes de estar pronto"),
                csv.get(2));
        assertTrue(csv.get(3).startsWith("c;;;;;;;;") && csv.get(3).contains("JSON malformado"), csv.get(3));
        String pagina = Files.readString(pasta.resolve("notas/turma.html"));
        assertTrue(pagina.contains("<a href=\"a%20boa%20&amp;%20%3Cnova%3E/relatorio.html\">a boa &amp; &lt;nova&gt;</a>"),
                pagina);
        Path boa = pasta.resolve("notas/a boa & <nova>/notas.json");
        FileTime antes = Files.getLastModifiedTime(boa);
        FileTime daMa = Files.getLastModifiedTime(pasta.resolve("notas/b má/notas.json"));
        entrega("b má", "{\"parte\": 3, \"papeis\": {\"sequenciador\": {\"comando\": [\"sh\", \"-c\", \"exit 4\"]}}}");
        corrigir(null, false);
        assertEquals(antes, Files.getLastModifiedTime(boa), "não mudou: não se corrige outra vez");
        assertFalse(daMa.equals(Files.getLastModifiedTime(pasta.resolve("notas/b má/notas.json"))), "mudou");
    }

    @Test
    @DisplayName("uma entrega só para todas: os programas são os de cada pasta")
    void umaSo() throws IOException {
        for (String nome : List.of("x", "y")) {
            Files.createDirectories(pasta.resolve("turma").resolve(nome));
        }
        Files.writeString(pasta.resolve("turma/x/seq.sh"), "echo sou o x; exit 5");
        Path com = pasta.resolve("com.json");
        Files.writeString(com, "{\"parte\": 3, \"papeis\": {\"sequenciador\": {\"comando\": [\"sh\", \"seq.sh\"]}}}");
        corrigir(com, true);
        assertFalse(mediuSe(), "com --sem-referencia não se mede, nem numa turma");
        assertTrue(tabela().get(1).contains("sou o x"), tabela()::toString);
        assertTrue(tabela().get(2).startsWith("y;y;0;"), tabela()::toString);
    }

    // ───── As portas que estão nos programas ─────

    @Test
    @Precisa({Precisa.De.PYZMQ, Precisa.De.REDE_PROPRIA})
    @DisplayName("ocupadas na máquina as portas de costume, corrige-se na mesma quem as tem no programa")
    void portasOcupadas() {
        List<ServerSocket> ocupadas = new ArrayList<>();
        try (Cena cena = new Cena()) {
            IntStream.rangeClosed(6001, 6010).forEach(porta -> ocupar(porta, ocupadas));
            Cena.Fim fim = lab(cena, System.getenv("PATH"), EXEMPLOS.resolve("original-com-portas.json"), "--provas",
                    "sequenciador/formato", "--sem-referencia");
            assertEquals(0, fim.codigo(), fim::erros);
            assertTrue(fim.texto().contains("nota: 100 de 100"), fim::texto);
        } finally {
            ocupadas.forEach(uma -> assertDoesNotThrow(uma::close));
        }
    }

    private static void ocupar(int porta, List<ServerSocket> ocupadas) {
        try {
            ocupadas.add(new ServerSocket(porta, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            // já o está
        }
    }

    @Test
    @Precisa(Precisa.De.REDE_PROPRIA)
    @DisplayName("numa turma também; compila-se com a rede da máquina; onde não se pode fazer outra, avisa-se")
    void redePropria() throws IOException {
        entrega("x", Json.escrever(Json.lerGrande("""
                {"parte": 3, "preparar": [["sh", "-c", "readlink /proc/self/ns/net > rede"]], "papeis": {"sequenciador": {
                "portas": {"pedidos": 6002, "ordem": 6003},
                "comando": ["sh", "-c", "echo $(cat rede) $(readlink /proc/self/ns/net); exit 3"]}}}
                """.getBytes(StandardCharsets.UTF_8))));
        String daqui = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        Path semUnshare = Files.createDirectory(pasta.resolve("sem"));
        Files.writeString(semUnshare.resolve("unshare"), "#!/bin/sh\nexit 1\n");
        assertTrue(semUnshare.resolve("unshare").toFile().setExecutable(true));
        try (Cena cena = new Cena()) {
            lab(cena, System.getenv("PATH"), "--turma", pasta.resolve("turma"), "--provas", "sequenciador/formato");
            assertTrue(tabela().get(1).matches("x;x;0;.*com o código 3; disse: \\Q" + daqui + "\\E net:.*")
                    && !tabela().get(1).contains(daqui + " " + daqui), tabela()::toString);
            Cena.Fim fim = lab(cena, semUnshare + ":" + System.getenv("PATH"), pasta.resolve("turma/x/correcao.json"),
                    "--provas", "sequenciador/formato", "--sem-referencia");
            assertTrue(fim.erros().contains("aviso: nesta máquina não posso fazer uma rede só desta correção (com unshare):"
                    + " as portas [6002, 6003], que estão no programa"), fim::erros);
            assertTrue(fim.texto().replaceAll("\\s+", " ").contains(daqui + " " + daqui), fim::texto);
        }
    }

    private Cena.Fim lab(Cena cena, String path, Object... argumentos) {
        List<String> palavras = new ArrayList<>(List.of("env", "PATH=" + path,
                System.getProperty("java.home") + "/bin/java"));
        palavras.addAll(Processo.DEPRESSA);
        palavras.addAll(List.of("-cp", System.getProperty("java.class.path"), "tests.lab.Lab", "corrigir", "--pasta",
                pasta.resolve("notas").toString()));
        Stream.of(argumentos).map(String::valueOf).forEach(palavras::add);
        Processo lab = cena.iniciarPrograma(palavras.toArray(String[]::new));
        lab.esperarFim(Duration.ofMinutes(3));
        return Cena.fim(lab);
    }

    // ───── Os exemplos ─────

    static Stream<Path> exemplos() throws IOException {
        return Files.list(EXEMPLOS).filter(um -> um.toString().endsWith(".json")).sorted();
    }

    @ParameterizedTest
    @MethodSource("exemplos")
    @DisplayName("cada exemplo se lê, e há provas que lhe servem")
    void leSe(Path exemplo) {
        assertFalse(Correcao.queServem(Catalogo.provas(), Entrega.ler(exemplo)).isEmpty());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"original-parte3,cliente/formato,PASSOU", "original-parte3,sequenciador/formato,PASSOU",
        "original-parte3,sequenciador/repetida,FALHOU", "original-parte3,replica/regras,PASSOU",
        "python-parte1,replica/regras,PASSOU"})
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("os do sistema original, com portas e endereços no programa, menu, e saldos na saída")
    void original(String exemplo, String qual, Situacao situacao) {
        conferir(exemplo, qual, situacao);
    }

    @Test
    @Precisa(Precisa.De.CC)
    @DisplayName("um worker em C, que se compila")
    void emC() {
        conferir("c-parte2", "worker/regras", Situacao.PASSOU);
        conferir("c-parte2", "worker/acentos", Situacao.PASSOU);
    }

    @Test
    @Precisa(Precisa.De.GO)
    @DisplayName("uma réplica em Go, que se compila; que o cliente, nosso, repita um pedido não depende dela")
    void emGo() {
        conferir("go-parte3", "replica/fora-de-ordem", Situacao.PASSOU);
        conferir("go-parte3", "sistema/sequenciador-cai", Situacao.PASSOU);
    }

    private static void conferir(String exemplo, String qual, Situacao situacao) {
        Entrega entrega = Entrega.ler(EXEMPLOS.resolve(exemplo + ".json"));
        List<Prova> provas = Correcao.queServem(Catalogo.provas(), entrega).stream()
                .filter(prova -> prova.nome().equals(qual)).toList();
        Nota nota = new Correcao(3, n -> { }).corrigir(entrega, provas).notas().get(0);
        assertEquals(situacao, nota.situacao(), nota.motivo());
    }

    public static void main(String[] args) {
        Testes.rodar(TurmaTest.class);
    }
}
