///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As falhas de um ensaio: acontecem todas, e por cruéis que sejam há no fim vereditos e relatório.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../../Cena.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.ensaio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shared.texto.ErroDeUso;
import tests.Cena;
import tests.Processo;
import tests.lab.palco.Arquitetura;
import tests.Testes;
import tests.lab.Lab;
import tests.lab.ensaio.Falhas.Acao;
import tests.lab.ensaio.Falhas.Agenda;

@DisplayName("As falhas de um ensaio")
class FalhasTest {

    private static final List<String> ACOES =
            List.of("matar", "iniciar", "parar", "continuar", "cortar", "ligar", "emudecer");
    private static final int PURAS = 10_000;
    // 2 de trabalho, e o que demora a voltar, numa máquina ocupada
    private static final Duration PRAZO = Duration.ofMinutes(6);

    private final Cena cena = new Cena();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    /** Um plano ao acaso, sempre o mesmo para a mesma semente: de nenhuma a seis ações, e às vezes regras. */
    private static String ao(Random acaso) {
        List<String> partes = new ArrayList<>();
        switch (acaso.nextInt(9)) {
            case 0 -> partes.add("perda " + List.of("1%", "0,5%", "20%", "100%").get(acaso.nextInt(4)));
            case 1 -> partes.add("duplicar " + acaso.nextInt(101) + "%");
            case 2 -> partes.add("reordenar " + acaso.nextInt(101) + "%");
            case 3 -> partes.add("atraso " + List.of("0", "1..20", "300", "20..2000", "60000 ms").get(acaso.nextInt(5)));
            case 4 -> partes.add("estragar " + acaso.nextInt(101) + "%");
            default -> { }
        }
        int quantas = acaso.nextInt(7);
        for (int i = 0; i < quantas; i++) {
            int quando = List.of(0, 100, 50, acaso.nextInt(101)).get(acaso.nextInt(4));
            partes.add(quando + "% " + ACOES.get(acaso.nextInt(ACOES.size())) + " "
                    + (acaso.nextBoolean() ? "replica" : "central"));
        }
        return String.join("; ", partes);
    }

    // ───── O que se escreve ─────

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            perda 101%              | de 0% a 100%
            perda 2                 | falta o sinal %
            perda                   | de 0% a 100%
            perda muita%            | de 0% a 100%
            perda -1%               | de 0% a 100%
            duplicar 100,1%         | de 0% a 100%
            reordenar 999999999%    | de 0% a 100%
            estragar 2              | falta o sinal %
            atraso 20..1            | primeiro o menor: atraso 1..20
            atraso 5%               | milissegundos
            atraso                  | milissegundos
            atraso 100000           | até 99999
            130% matar replica      | de 0% a 100%
            -1% matar replica       | de 0% a 100%
            30 matar replica        | falta o sinal %
            matar replica           | falta quando: 30% matar replica
            30% explodir replica    | não conheço 'explodir'; há matar, iniciar
            30% matar               | diga quem, replica ou central: 30% matar replica
            30% matar gerente       | diga quem, replica ou central
            30% matar replica já    | diga quem, replica ou central
            30%                     | 30% matar replica; 60% iniciar replica
            chuva                   | 30% matar replica; 60% iniciar replica
            perda 1%; perda 200%    | 'perda 200%'
            """)
    @DisplayName("o que não se entende é um erro de uso, que diz o certo")
    void errosDeUso(String texto, String certo) {
        String mensagem = assertThrows(ErroDeUso.class, () -> Falhas.ler(texto)).getMessage();
        assertTrue(mensagem.startsWith("--falhas: não entendo '") && mensagem.contains(certo), mensagem);
        assertTrue(mensagem.lines().count() == 1, mensagem);
    }

    @Test
    @DisplayName("espaços, maiúsculas e acentos não contam; as da mesma hora ficam pela ordem em que se escreveram")
    void lidas() {
        Falhas lidas = Falhas.ler(" PERDA 0,5% ;; 60% Iniciar  Réplica; 60%  ligar central; 0% matar replica ;"
                + " atraso 7 ms;");
        assertEquals(List.of(new Acao(0, "matar", "replica"), new Acao(0.6, "iniciar", "replica"),
                new Acao(0.6, "ligar", "central")), lidas.acoes());
        assertEquals(List.of(new Falhas.Regra("perda", 0.005, 0), new Falhas.Regra("atraso", 7, 7)), lidas.regras());
        assertEquals(new Falhas(List.of(), List.of()), Falhas.ler("  ; "));
    }

    // ───── A agenda ─────

    @Test
    @DisplayName("10 000 planos ao acaso: cada ação acontece uma vez, por ordem, nunca antes da hora, e dentro de um"
            + " tempo que se sabe")
    void agenda() {
        for (int semente = 0; semente < PURAS; semente++) {
            Random acaso = new Random(semente);
            String plano = ao(acaso);
            List<Acao> acoes = Falhas.ler(plano).acoes();
            int total = acaso.nextInt(40);
            double ritmo = List.of(1.0, 0.3, 0.02, 0.0).get(acaso.nextInt(4)); // a 0, nada acaba nunca: está tudo bloqueado
            Agenda agenda = new Agenda(acoes, total, 0);
            List<Acao> feitas = new ArrayList<>();
            int acabadas = 0;
            double mexeu = 0;
            double agora = 0;
            double limite = Agenda.ATE_A_PRIMEIRA_MS + (double) Agenda.PARADO_MS * (acoes.size() + total) + 1_000;
            for (; !agenda.acabou(); agora += 10) {
                assertTrue(agora <= limite, () -> plano + ": não acaba");
                if (acabadas < total && acaso.nextDouble() < ritmo) {
                    acabadas++;
                    mexeu = agora;
                }
                double andamento = total == 0 ? 1 : acabadas / (double) total;
                List<Acao> destas = agenda.devidas(acabadas, agora);
                if (agora - mexeu < Agenda.PARADO_MS) {
                    assertTrue(destas.stream().allMatch(a -> a.quando() <= andamento),
                            () -> plano + ": antes da hora " + destas);
                }
                mexeu = destas.isEmpty() ? mexeu : agora;
                feitas.addAll(destas);
            }
            assertEquals(acoes, feitas, plano);
            assertEquals(List.of(), agenda.devidas(total, agora + 1e6), "cada uma, uma vez");
        }
    }

    @Test
    @DisplayName("com o centro morto não acaba operação nenhuma: o tempo parado traz quem o inicia, e as da mesma"
            + " hora vêm juntas")
    void paradoContaComoAndamento() {
        List<Acao> acoes = Falhas.ler(
                "40% matar central; 60% iniciar central; 60% ligar replica; 61% parar replica").acoes();
        Agenda agenda = new Agenda(acoes, 10, 0);
        assertEquals(List.of(), agenda.devidas(0, Agenda.ATE_A_PRIMEIRA_MS - 1), "os clientes ainda começam");
        assertEquals(List.of(), agenda.devidas(3, 100));
        assertEquals(acoes.subList(0, 1), agenda.devidas(4, 200));
        assertEquals(List.of(), agenda.devidas(4, 200 + Agenda.PARADO_MS - 1));
        assertEquals(acoes.subList(1, 3), agenda.devidas(4, 200 + Agenda.PARADO_MS));
        assertEquals(List.of(), agenda.devidas(5, 200 + Agenda.PARADO_MS + 1));
        assertEquals(acoes.subList(3, 4), agenda.devidas(10, 200 + Agenda.PARADO_MS + 2));
    }

    // ───── Com papéis de verdade ─────

    /**
     * De costume uns poucos, que juntos têm um de cada espécie; com as campanhas longas, mais 20 ao acaso (200:
     * -Dfalhas.quantos=200).
     */
    static Stream<String> planos() {
        Stream<String> certos = Stream.of(
                "1: 10% matar replica; 20% parar replica; 20% continuar replica; 50% matar central",
                "2: 40% matar central; 60% iniciar central",
                "3: 0% emudecer central; 50% matar replica; 50% iniciar replica; 100% matar central",
                "3: perda 100%; 99% matar central",
                "3raft: perda 1%; 20% matar central; 40% iniciar central; 50% cortar central; 80% ligar central",
                "4: atraso 60000; 20% parar central; 40% parar replica");
        int primeira = Integer.getInteger("falhas.semente", 1);
        int quantos = Integer.getInteger("falhas.quantos", Testes.quanto(0, 20));
        return Stream.concat(certos.filter(p -> quantos == Testes.quanto(0, 20)),
                IntStream.range(primeira, primeira + quantos)
                .mapToObj(semente -> Arquitetura.values()[semente % 5] + ": " + ao(new Random(semente))));
    }

    @Execution(ExecutionMode.CONCURRENT) // passam o tempo quase todo à espera
    @ParameterizedTest(name = "{0}")
    @MethodSource("planos")
    @DisplayName("por cruel que seja, faz-se até ao fim, tudo volta, e as réplicas são julgadas; o que a parte"
            + " promete cumpre-se")
    void cruel(String qual, @TempDir Path pasta) throws IOException {
        Arquitetura parte = Arquitetura.ler(qual.substring(0, qual.indexOf(':')));
        Falhas falhas = Falhas.ler(qual.substring(qual.indexOf(':') + 1));
        Ensaio.Resultado r = assertTimeoutPreemptively(PRAZO,
                () -> new Ensaio(new Ensaio.Trabalho(2, 15, 4, 1, falhas), linha -> { }).rodar(parte));
        Ensaiadas.escreverRelatorio(pasta.resolve("r.html"), qual, List.of(r));
        assertTrue(Files.readString(pasta.resolve("r.html")).contains("As garantias, vistas agora"), "há relatório");
        List<ObjectNode> eventos = r.rastro().eventos();
        List<ObjectNode> estados = eventos.stream().filter(e -> e.path("tipo").asText().equals("estado")).toList();
        assertEquals(2, estados.size());
        assertTrue(estados.stream().allMatch(e -> e.has("resumo")), () -> "todas voltam: " + estados);
        assertEquals(8, eventos.stream().filter(e -> e.path("tipo").asText().equals("veredito")).count());
        long pedidas = contar(eventos, "pede");
        assertEquals(pedidas, contar(eventos, "resposta") + contar(eventos, "indeterminada"), "cada operação tem um fim");
        assertEquals(30, pedidas + r.naoPedidas());
        assertTrue(r.cumpriu(), () -> r.vereditos().stream().map(v -> v.nome() + " " + v.valor() + " " + v.detalhes())
                .collect(Collectors.joining("\n")));
    }

    private static long contar(List<ObjectNode> eventos, String qual) {
        return eventos.stream().filter(e -> e.path("tipo").asText().equals("cliente")
                && e.path("evento").asText().equals(qual)).count();
    }

    @Test
    @DisplayName("o exemplo do README: o andamento no erro padrão, as colunas explicadas, os vereditos, o relatório"
            + " e o código 0")
    void doReadme(@TempDir Path pasta) {
        Path relatorio = pasta.resolve("r.html");
        Processo lab = cena.iniciar("tests.lab.Lab", "comparar", 3, "--livres", "--ops", 20, "--ensaio", 30,
                "--relatorio", relatorio, "--falhas", "atraso 1..20; 40% matar central; 60% iniciar central");
        lab.esperarFim(PRAZO);
        Cena.Fim fim = Cena.fim(lab);
        assertEquals(0, fim.codigo(), () -> fim.texto() + fim.erros());
        assertTrue(fim.erros().matches(
                "(?s).*40% matar central \\(sequenciador\\)\n.*60% iniciar central \\(sequenciador\\)\n.*"), fim.erros());
        assertTrue(fim.texto().contains("as réplicas acabam iguais       sim ✔"), fim.texto());
        assertTrue(Stream.of("indet.", "parado s", "p99").allMatch(coluna -> fim.saida().stream()
                .anyMatch(linha -> linha.startsWith(coluna + ":"))), fim.texto());
        assertTrue(Files.exists(relatorio));
    }

    public static void main(String[] args) {
        Testes.rodar(FalhasTest.class);
    }
}
