///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A correção é justa: o que se tenta outra vez, o que conta, e como se dizem as notas.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../shared/Banco.java ../../../shared/Envelope.java
//SOURCES ../../../shared/defesa/Defesa.java ../../../shared/disco/Arquivos.java
//SOURCES ../../../shared/memoria/Lembradas.java ../../../shared/memoria/Saldos.java
//SOURCES ../../../shared/rede/Requisicao.java ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java
//SOURCES ../../../shared/texto/Endereco.java ../../../shared/texto/Reais.java ../../../shared/texto/Registro.java
//SOURCES ../../Cena.java ../../Testes.java ../cenas/Cenas.java ../palco/Elenco.java ../provas/Procurada.java
//SOURCES ../rede/ComandosDaRede.java ../relatorio/Relatorio.java ../vereditos/Rastro.java ../vereditos/Terminal.java
//SOURCES ../vereditos/Vereditos.java Correcao.java Folha.java NoTerminal.java Referencia.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.correcao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import shared.texto.Json;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;
import tests.lab.provas.Bancada;
import tests.lab.provas.Corrida;
import tests.lab.provas.Garantia;
import tests.lab.provas.Nivel;
import tests.lab.provas.Prova;
import tests.lab.provas.Reprovada;

@DisplayName("A correção")
class CorrecaoTest {

    private static final Entrega NOSSA = Entrega.nossa(3, List.of("sequenciador"));

    private final Cena cena = new Cena();

    @TempDir
    Path pasta;

    @AfterEach
    void encerrar() {
        cena.close();
    }

    private static Prova prova(String nome, Nivel nivel, int pontos, Corrida corrida) {
        return new Prova(nome, "o que <devia> ser", nivel, pontos, 3, Set.of("sequenciador"), Garantia.CONFIRMADA, corrida);
    }

    /**
     * Uma prova que acaba, de cada vez, assim: p passou, v falta de vivacidade, s de segurança, n um processo que não começa
     * a tempo, d isso e falta de segurança, e erro do corretor. A segunda e a terceira fazem-se ao mesmo tempo, e não se
     * sabe por que ordem.
     */
    private static Prova prova(String vezes) {
        Queue<Character> faltam = new ConcurrentLinkedQueue<>();
        vezes.chars().forEach(c -> faltam.add((char) c));
        return prova("uma/prova", Nivel.BASICO, 1, b -> {
            b.contar("tentou-se, com " + b.prazoMs());
            switch (faltam.remove()) {
                case 'v' -> throw Reprovada.vivacidade("não veio");
                case 's' -> throw Reprovada.seguranca("perdeu-se");
                case 'n' -> naoComeca(b);
                case 'd' -> {
                    assertThrows(Reprovada.class, () -> naoComeca(b));
                    throw Reprovada.seguranca("perdeu-se");
                }
                case 'e' -> throw new IllegalStateException("o corretor enganou-se");
                default -> { }
            }
        });
    }

    private static void naoComeca(Bancada b) {
        b.naoEsperarPor("sequenciador", "não ficou pronto");
        b.iniciar("sequenciador");
    }

    private static Boletim corrigir(Entrega entrega, Prova... provas) {
        return new Correcao(1, nota -> { }).corrigir(entrega, List.of(provas));
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @CsvSource({"p,PASSOU,1,1", "s,FALHOU,0,1", "vvv,FALHOU,0,3", "vpp,INSTAVEL,1,3", "vpv,INSTAVEL,0.5,3",
        "vss,FALHOU,0,3", "vsp,FALHOU,0,3", "eee,NAO_SE_FEZ,0,3", "ep,PASSOU,1,3", "evv,FALHOU,0,3"})
    @DisplayName("a segurança não se tenta outra vez, a vivacidade mais duas; o engano do corretor não é de ninguém")
    void vezes(String vezes, Situacao situacao, double parte, int quantas) {
        Nota nota = corrigir(NOSSA, prova(vezes + (vezes.equals("ep") ? "p" : ""))).notas().get(0);
        assertEquals(situacao, nota.situacao(), nota.motivo());
        assertEquals(parte, nota.parte());
        assertEquals(quantas, nota.vezes());
        assertEquals(situacao == Situacao.PASSOU, nota.motivo().isEmpty());
    }

    @Test
    @DisplayName("as outras vezes têm o dobro do prazo; o que se vê é de quando falhou")
    void dobro() {
        assertEquals(List.of("tentou-se, com 8000"), corrigir(NOSSA, prova("vvv")).notas().get(0).historia());
        assertEquals(List.of("tentou-se, com 4000"), corrigir(NOSSA, prova("s")).notas().get(0).historia());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"vnn,não veio,4000", "nvv,não veio,8000", "nnn,'como nas provas de antes, não ficou pronto',8000",
        "vdd,perdeu-se,8000"})
    @DisplayName("a razão que se conta, e a história, são de uma vez em que tudo começou, se a há; antes, o definitivo")
    void razao(String vezes, String motivo, int prazoMs) {
        Nota nota = corrigir(NOSSA, prova(vezes)).notas().get(0);
        assertEquals(Situacao.FALHOU, nota.situacao());
        assertEquals(motivo, nota.motivo());
        assertEquals("tentou-se, com " + prazoMs, nota.historia().get(0));
    }

    @ParameterizedTest
    @CsvSource({"0,1.5", "900,1.5", "1800,2", "4500,5", "60000,10"})
    @DisplayName("os prazos crescem com o que um papel demora a começar nesta máquina, de 1,5 a 10 vezes")
    void escala(long comecarMs, double escala) {
        assertEquals(escala, Referencia.escala(comecarMs));
    }

    @Test
    @DisplayName("o que um papel demora a começar conta para os prazos; o que uma prova demora, não")
    void comecar() throws IOException {
        Path arquivo = pasta.resolve("e.json");
        Files.writeString(arquivo, """
                {"parte": 3, "papeis": {"sequenciador": {"pronto": "pronto",
                  "comando": ["sh", "-c", "sleep 0.3; echo pronto; read nada"]}}}
                """);
        try (Alheios alheios = Alheios.de(Entrega.ler(arquivo))) {
            Tentativas tentativas = new Tentativas(alheios, 5);
            tentativas.fazer(List.of(prova("uma/demorada", Nivel.BASICO, 1,
                    b -> Processo.aguardar(Duration.ofMillis(50), () -> false))), nota -> { });
            assertEquals(0, tentativas.comecarMs());
            tentativas.fazer(List.of(prova("um/papel", Nivel.BASICO, 1, b -> b.iniciar("sequenciador"))), nota -> { });
            assertTrue(tentativas.comecarMs() >= 300, () -> tentativas.comecarMs() + " ms");
        }
    }

    @Test
    @DisplayName("a referência mede-se uma vez; o que se guardou dela nunca faz esperar menos do que o mínimo")
    void referencia() throws IOException {
        AtomicInteger vezes = new AtomicInteger();
        List<Prova> provas = List.of(prova("uma/prova", Nivel.BASICO, 1, b -> vezes.incrementAndGet()));
        Referencia referencia = new Referencia(pasta, false);
        assertEquals(Referencia.FOLGA, referencia.medir(NOSSA, provas, linha -> { })); // nenhum papel começou
        Path guardada;
        try (Stream<Path> todas = Files.list(pasta)) {
            guardada = todas.findFirst().get();
        }
        for (double escala : List.of(4.0, 1.0)) {
            ObjectNode medida = Json.lerGrande(Files.readAllBytes(guardada)).put("escala", escala);
            Files.writeString(guardada, Json.escrever(medida));
            assertEquals(Math.max(1.5, escala), referencia.medir(NOSSA, provas, linha -> { }));
        }
        assertEquals(1, vezes.get());
    }

    @Test
    @DisplayName("cada nível vale o seu peso; um que não se faz não conta; o que o corretor não pôde fazer também não")
    void pesos() {
        Prova passa = prova("a/a", Nivel.BASICO, 3, b -> { });
        Prova falha = prova("a/b", Nivel.BASICO, 1, b -> {
            throw Reprovada.seguranca("perdeu-se");
        });
        Prova engano = prova("a/c", Nivel.BASICO, 9, b -> {
            throw new AssertionError("não há portas");
        });
        Prova duravel = prova("a/d", Nivel.DURAVEL, 1, b -> { });
        Boletim b = corrigir(NOSSA, passa, falha, engano, duravel);
        assertEquals(2, b.codigo());
        assertEquals(75 * 0.75 + 25, b.nota(), 0.1);
        assertEquals("básico 56,3 de 75, durável 25 de 25", b.porNivel());
        Entrega deles = new Entrega(null, 3, "x", List.of(), List.of(), List.of(),
                Map.of("duravel", 10, "basico", 30), NOSSA.papeis());
        assertEquals(List.of(passa, duravel), Correcao.queServem(List.of(passa, duravel,
                prova("a/e", Nivel.TOLERANTE, 1, c -> { })), deles));
        assertEquals(75 * 0.75 + 25, corrigir(deles, passa, falha, duravel).nota(), 0.1);
    }

    @Test
    @DisplayName("JUnit, Gradescope e GitHub Classroom leem as mesmas notas, diga o programa o que disser")
    void formatos() throws Exception {
        String mau = "<b>&\"\u001b[31m\u0000";
        Prova falha = prova("a/b", Nivel.BASICO, 1, b -> {
            throw Reprovada.seguranca(mau);
        });
        Boletim b = corrigir(NOSSA, prova("a/a", Nivel.BASICO, 3, c -> { }), falha, prova("eee"));
        Path junit = pasta.resolve("j.xml");
        Files.writeString(junit, Formatos.junit(b));
        Element tudo = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile()).getDocumentElement();
        assertEquals("3 1 1", tudo.getAttribute("tests") + " " + tudo.getAttribute("failures") + " "
                + tudo.getAttribute("errors"));
        String disse = ((Element) tudo.getElementsByTagName("failure").item(0)).getAttribute("message");
        assertEquals("falhou: <b>&\"\\u001b[31m\\u0000", disse);
        ObjectNode gradescope = Formatos.gradescope(b);
        assertEquals(75, gradescope.path("score").asDouble());
        assertEquals("75.0/75.0 0.0/25.0 /", Stream.of(0, 1, 2).map(i -> gradescope.path("tests").path(i))
                .map(t -> t.path("score").asText() + "/" + t.path("max_score").asText())
                .reduce((x, y) -> x + " " + y).get());
        JsonNode classroom = Json.lerGrande(Base64.getDecoder().decode(Formatos.classroom(b)));
        assertEquals("error pass fail error", classroom.path("status").asText() + " " + String.join(" ",
                classroom.path("tests").findValuesAsText("status")));
        Path html = pasta.resolve("r.html");
        Folha.escrever(html, b, "corrigir");
        assertFalse(Files.readString(html).contains("<b>&"));
        assertTrue(NoTerminal.nota(b.notas().get(1), "corrigir x").stream().allMatch(l -> l.length() <= 80
                && l.chars().noneMatch(Character::isISOControl)));
    }

    @Test
    @DisplayName("o comando: um engano no que se pede diz-se numa linha; as notas saem por onde se quis")
    void comando() throws IOException {
        Processo lab = cena.iniciar("tests.lab.Lab", "corrigir", "--referencia", 3, "--provas", "sequenciador/formato",
                "--pasta", pasta, "--junit", pasta.resolve("j.xml"), "--gradescope", pasta.resolve("g.json"), "--classroom");
        lab.esperarFim(Duration.ofMinutes(3));
        Cena.Fim fim = Cena.fim(lab);
        assertEquals(0, fim.codigo(), fim::erros);
        assertTrue(fim.texto().contains("✔ sequenciador/formato") && fim.texto().contains("nota: 100 de 100")
                && fim.texto().contains("Points 100/100"), fim.texto());
        assertEquals(100, Json.lerGrande(Files.readAllBytes(pasta.resolve("g.json"))).path("score").asDouble());
        assertTrue(Files.exists(pasta.resolve("relatorio.html")) && Files.exists(pasta.resolve("j.xml")));
        for (String errado : List.of("", "nenhum.json", "--referencia 9", "--referencia 3 --nivel alto",
                "--referencia 3 --provas sequenciador/formatos", "--turma nenhuma", "--com x.json nenhum.json")) {
            Cena.Fim erro = cena.rodar("tests.lab.Lab", Stream.concat(Stream.of("corrigir", "--pasta", pasta.toString()),
                    Stream.of(errado.split(" ")).filter(p -> !p.isEmpty())).toArray());
            assertEquals(2, erro.codigo(), errado);
            assertTrue(erro.registro().get(0).startsWith("erro de uso: "), erro.erros());
        }
    }

    public static void main(String[] args) {
        Testes.rodar(CorrecaoTest.class);
    }
}
