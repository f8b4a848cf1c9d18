///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A procura da história mais curta: o que acha sem cada mecanismo, e que nada acha com todos.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Precisa.java ../Testes.java Alcance.java Cenario.java Cliente.java Defeito.java Disco.java Estrago.java
//SOURCES DiscoEstragado.java Estados.java Falta.java FioEstragado4.java Historia.java Impressao.java Ligacao.java
//SOURCES Linearizavel.java Mecanismo.java Mundo.java Parte2.java Parte3.java Parte3Alheia.java Parte4.java Passo.java
//SOURCES Perdas.java Processo.java Procura.java Rede.java Roteiro.java Servidor4.java Simulador.java Testemunha4.java
//SOURCES Violacao.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.sim.Procura.Resultado;

@DisplayName("A procura da história mais curta")
class ProcuraTest {

    private static final int BASTA_S = 100_000; // a procura acaba pelo que há para ver, e não pelo relógio
    private static final int ESPERA_S = 600;    // por outro processo, numa máquina ocupada; de costume, um segundo

    private static Resultado sem(String mecanismo, String parte, int ate) {
        return Procura.procurar(Mecanismo.deNome(parte, mecanismo).sem(parte), ate, BASTA_S);
    }

    @ParameterizedTest(name = "parte {0} sem {1}: {2} desvios, {3} pedidos")
    @CsvSource({"2, recuperacao, 1, 2", "2, deduplicar, 1, 1", "2, diario, 1, 1", "2, espera, 1, 1", "2, disco, 1, 1",
        "2, fila, 1, 2", "2, religar, 1, 1",
        "3, recuperacao, 1, 2", "3, deduplicar, 1, 1", "3, diario, 1, 1", "3, espera, 1, 2", "3, disco, 1, 1",
        "3, religar, 1, 1",
        "4, deduplicar, 1, 1", "4, diario, 1, 1", "4, espera, 1, 2", "4, disco, 1, 1", "4, religar, 1, 1",
        "4, epoca, 1, 2", "4, sincrona, 2, 1"})
    @DisplayName("tirado um mecanismo, acha a história com estes desvios, e com menos um não há nenhuma")
    void acha(String parte, String mecanismo, int desvios, int pedidos) {
        assertMinima(sem(mecanismo, parte, desvios), desvios, pedidos);
    }

    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @ParameterizedTest(name = "parte {0} sem {1}: {2} desvios")
    @CsvSource({"4, testemunha, 2, 1", "4, visao, 2, 1", "4, em-dia, 2, 1"})
    @DisplayName("o mesmo, mais devagar")
    void achaComTempo(String parte, String mecanismo, int desvios, int pedidos) {
        assertMinima(sem(mecanismo, parte, desvios), desvios, pedidos);
    }

    private static void assertMinima(Resultado r, int desvios, int pedidos) {
        assertNotNull(r.achado(), () -> Procura.dizer(r).toString());
        assertEquals(desvios, r.achado().desvios());
        assertEquals(desvios - 1, r.ate(), "até quantos desvios se viu tudo, sem nada falhar");
        assertEquals(pedidos, r.achado().pedidas().size());
        List<String> historia = Historia.de(r.achado());
        assertTrue(historia.size() <= 11 && historia.get(0).equals("ana tinha 100"), historia::toString);
    }

    @ParameterizedTest(name = "parte {0}: até {1} desvios, e {2} nas campanhas longas")
    @CsvSource({"2, 1, 2", "3, 1, 3", "4, 1, 1"}) // na parte 4, dois são minutos: lab procurar 4
    @DisplayName("com tudo no seu lugar, nada falha, por qualquer caminho até tantos desvios")
    void nadaFalha(String parte, int ate, int longe) {
        int quanto = Testes.quanto(ate, longe);
        Resultado r = Procura.procurar(Alcance.de(parte, Defeito.NENHUM, true), quanto, BASTA_S);
        assertNull(r.achado(), () -> Procura.dizer(r).toString());
        assertEquals(quanto, r.ate(), () -> Procura.dizer(r).toString());
    }

    static Stream<Estrago> estragos() {
        return Estrago.procurados("[24].*|3|3-alheia").filter(e -> Testes.longos() || !temMecanismo(e)); // os de acha()
    }

    private static boolean temMecanismo(Estrago e) {
        return Mecanismo.de(e.parte()).stream().anyMatch(m -> m.sem(e.parte()).defeito() == e.defeito());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    @DisplayName("um estrago de propósito acha-se com estes desvios, e a história cabe em poucas linhas")
    void estragos(Estrago estrago) {
        Resultado r = Procura.procurar(estrago.alcance(), estrago.desvios(), BASTA_S);
        assertNotNull(r.achado(), () -> Procura.dizer(r).toString());
        System.out.printf(Locale.ROOT, "%-11s %-26s %d desvios, %6d execuções, %4.1f s%n", estrago.parte(),
                estrago.defeito(),
                r.achado().desvios(), r.execucoes(), r.segundos());
        assertEquals(estrago.desvios(), r.achado().desvios());
        List<String> historia = Historia.de(r.achado());
        assertTrue(historia.size() <= (estrago.desvios() < 2 ? 11 : 13), historia::toString);
    }

    /** As reduções: um estado vê-se uma vez, e quem tem tudo no disco morre só de um modo. */
    @ParameterizedTest(name = "parte {0}")
    @ValueSource(strings = {"1", "2", "3", "4"})
    @DisplayName("as reduções não escondem nada: sem elas, até um desvio, falha o mesmo, seja qual for o estrago")
    void reducoes(String parte) {
        List<Alcance> todos = Stream.concat(Mecanismo.de(parte).stream().map(m -> m.sem(parte)),
                Estrago.de(parte).filter(e -> !temMecanismo(e)).map(Estrago::alcance)).toList();
        int falham = 0;
        for (Alcance este : Testes.longos() ? todos : todos.stream().filter(ProcuraTest::deCostume).toList()) {
            Set<String> com = Procura.motivos(este, 1);
            assertEquals(Procura.motivos(este.semReduzir(), 1), com, () -> este.parte() + " " + este.defeito());
            falham += com.size();
        }
        assertTrue(falham > 0);
    }

    /** Um disco que escreve fora de ordem foi o que uma redução escondeu; a parte 4 leva mais tempo. */
    private static boolean deCostume(Alcance este) {
        return este.parte().startsWith("4") ? este.defeito() == Defeito.SEM_EPOCA
                : este.defeito() == Defeito.TROCAR_OS_LOTES || !este.instantaneos();
    }

    @Test
    @DisplayName("a história diz-se como quem usa o banco a diria")
    void historia() {
        assertEquals(List.of("ana tinha 100", "o cliente 1 pediu o saque de 80", "o cliente 2 pediu o saque de 50",
                "perdeu-se a mensagem com o saque de 80 do sequenciador à réplica 1",
                "o cliente 1 ouviu a resposta ao saque de 80: OK seq=2",
                "o cliente 2 ouviu a resposta ao saque de 50: OK seq=3",
                "a réplica 2 aplicou o saque de 80: ana tem 20.00", "a réplica 2 recusou o saque de 50: ana tem 20.00",
                "fim: e assim fica para sempre: a réplica 1 está em 1 de 3",
                "a réplica 1 diz que ana tem 100.00, e a réplica 2 diz que ana tem 20.00"),
                Historia.de(sem("recuperacao", "3", 1).achado()));
    }

    @Test
    @DisplayName("a mesma procura dá a mesma conta de estados")
    void repete() {
        Resultado uma = Procura.procurar(Alcance.de("3", Defeito.NENHUM, true), 1, BASTA_S);
        Resultado outra = Procura.procurar(Alcance.de("3", Defeito.NENHUM, true), 1, BASTA_S);
        assertEquals(List.of(uma.estados(), uma.execucoes()), List.of(outra.estados(), outra.execucoes()));
    }

    @Test
    @DisplayName("um nome que não há diz os que há; o código é 2")
    void uso() {
        assertEquals(2, Procura.correr("3", "--sem", "testemunha"));
        assertEquals(2, Procura.correr());
        assertEquals(1, Procura.correr("3", "--sem", "recuperacao"));
        assertEquals(0, Procura.correr("3", "--ate", "0"));
    }

    /** O mesmo que fez quem tem o seu código por experimentar: as suas classes, e as nossas atrás. */
    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource(delimiter = '|', value = {
        "Ordem | 'public Envelope ordenar(' | 'public Envelope ordenar(Operacao op) { throw new"
            + " IllegalStateException(\"ui\"); } Envelope velho(' |"
            + " o programa lançou java.lang.IllegalStateException: ui (Ordem.java",
        "Ordem | 'public Envelope ordenar(' | 'public Envelope ordenar(Operacao op) { while (op != null) { nada(); }"
            + " return null; } private void nada() { } Envelope velho(' | o programa não volta (Ordem.java",
        "Sequenciador | 'lote.depois(envelope.seq(), () -> confirmar(cliente, envelope, nova),' |"
            + " 'confirmar(cliente, envelope, nova); lote.depois(envelope.seq(), () -> { },' | fim:"})
    @DisplayName("com as classes de um aluno à frente das nossas: uma exceção, um laço sem fim ou um erro são uma história")
    void doAluno(String classe, String de, String por, String diz, @TempDir Path pasta) throws Exception {
        String fonte = "part3/regra/" + classe + ".java";
        String texto = Files.readString(Testes.raiz().resolve(fonte));
        assertTrue(texto.contains(de), fonte);
        Path dele = Files.createDirectories(pasta.resolve(fonte).getParent()).resolve(classe + ".java");
        Files.writeString(dele, texto.replace(de, por));
        String nossas = System.getProperty("java.class.path");
        String out = pasta.resolve("out").toString();
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-nowarn", "-proc:none", "-encoding",
                "UTF-8", "-cp", nossas, "-d", out, dele.toString()));
        try (Processo procura = Processo.comando(System.getProperty("java.home") + "/bin/java", "-Dfile.encoding=UTF-8",
                "-cp", out + File.pathSeparator + nossas, "tests.sim.Procura", "3", "--ate", "1")) {
            assertEquals(1, procura.esperarFim(Duration.ofSeconds(ESPERA_S)), () -> procura.registro().toString());
            assertEquals("ana tinha 100", procura.saida().get(0));
            assertTrue(String.join(" ", procura.saida()).contains(diz), () -> procura.saida().toString());
        }
    }

    public static void main(String[] args) {
        Testes.rodar(ProcuraTest.class);
    }
}
