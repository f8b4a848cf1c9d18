///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A sala: o que se faz a cada mensagem, o que se grava, o que se recusa, e o que se vê, por HTTP.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Cena.java ../../Precisa.java ../../Testes.java ../Lab.java NaSala.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.sala;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.cenas.Ato;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cenas;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;

@DisplayName("A sala")
class SalaTest {

    private static NaSala sala;

    @BeforeAll
    static void abrir() {
        sala = new NaSala("1", "--lentidao", "" + Cenas.LENTIDAO);
    }

    @AfterAll
    static void fechar() {
        sala.close();
    }

    // ───── O que se faz à mão ─────

    @Test
    @DisplayName("o multicast diverge em menos de dez ações; o que se fez é uma cena, que acaba igual sempre que se repete")
    void divergeEGrava() throws Exception {
        sala.comecar(1);
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana 100");
        sala.esperar("100 nas duas", s -> saldo(s, "replica-1").equals("100.00") && saldo(s, "replica-2").equals("100.00"));
        sala.agir("segurar", "sentido", "cliente-1>replica-2");
        sala.agir("segurar", "sentido", "cliente-2>replica-1");
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "SAQUE ana 80");
        sala.agir("pedir", "cliente", "cliente-2", "operacao", "SAQUE ana 50");
        sala.esperar("os dois saques à espera, e cada um aplicado na outra",
                s -> s.path("seguras").size() == 2 && saldo(s, "replica-1").equals("20.00")
                && saldo(s, "replica-2").equals("50.00"));
        sala.agir("perguntar", "processo", "replica-2", "conta", "ana", "texto", "que saldo terá ana na réplica 2?");
        sala.esperar("a pergunta", s -> s.path("pergunta").path("certa").isNull()
                && s.path("pergunta").path("texto").asText().equals("que saldo terá ana na réplica 2?"));
        sala.responder("50");
        sala.agir("soltar");
        JsonNode fim = sala.esperar("divergiram", s -> processo(s, "replica-1").path("diario").size() == 3
                && processo(s, "replica-2").path("diario").size() == 3);
        assertEquals("[\"ana\"]", fim.path("diferentes").toString());
        assertEquals("NÃO", veredito(fim, "replicas-iguais"));
        assertEquals(List.of("20.00", "50.00"), List.of(saldo(fim, "replica-1"), saldo(fim, "replica-2")));
        assertTrue(fim.path("pergunta").path("certa").isNull(), "enquanto não se julga, responde-se");
        sala.agir("saber");
        sala.esperar("o facto, e quem o disse", s -> s.path("pergunta").path("certa").asText().equals("50.00")
                && s.path("pergunta").path("respostas").path("50.00").asInt() == 1);
        String gravada = sala.gravada();
        assertTrue(gravada.contains("perguntar saldo replica-2 ana que saldo terá ana na réplica 2?\n"), gravada);
        assertTrue(gravada.contains("esperar cliente-1>replica-2 segurar SAQUE ana 80.00\n"), gravada);
        for (int i = 0; i < Testes.quanto(2, 6); i++) {
            List<Ato> atos = Cenas.representar(Cenas.doTexto("gravada.cena", gravada), Cenas.LENTIDAO);
            assertNull(atos.get(0).porque(), gravada);
        }
    }

    @Test
    @DisplayName("na parte 3, a mensagem que chega antes da vez fica na fila da réplica; trocar, repetir, perder e desfazer")
    void foraDeOrdem() throws Exception {
        sala.comecar(3);
        sala.agir("segurar", "sentido", "sequenciador>replica-2");
        sala.agir("segurar-tudo", "sentido", "replica-2>sequenciador"); // senão pede logo o que lhe falta
        for (int i = 1; i <= 3; i++) {
            sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana " + i);
        }
        JsonNode s = sala.esperar("três seguras", estado -> operacoes(estado).size() == 3);
        assertEquals(List.of("1", "2", "3"), seqs(s));
        sala.agir("mover", "n", n(s, 2), "antes", NaSala.objeto("n", n(s, 0)));
        s = sala.esperar("a terceira primeiro", estado -> seqs(estado).equals(List.of("3", "1", "2")));
        sala.agir("duplicar", "n", n(s, 0));
        s = sala.esperar("duas da terceira", estado -> seqs(estado).equals(List.of("3", "3", "1", "2")));
        assertEquals(1, operacoes(s).get(1).path("copia").asInt());
        sala.agir("entregar", "n", n(s, 1), "copia", 1);
        s = sala.esperar("a terceira na fila", estado ->
                processo(estado, "replica-2").path("na_fila").path(0).path("seq").asInt() == 3
                && operacoes(estado).size() == 3);
        assertEquals(0, processo(s, "replica-2").path("seq").asInt());
        sala.agir("desfazer");
        s = sala.esperar("como antes de entregar", estado -> seqs(estado).equals(List.of("3", "3", "1", "2")));
        assertTrue(processo(s, "replica-2").path("na_fila").isEmpty());
        sala.agir("perder", "n", n(s, 2));
        sala.agir("soltar", "sentido", "sequenciador>replica-2");
        s = sala.esperar("um só pedido do que falta, por mais que o repita", estado -> controle(estado).size() == 1
                && controle(estado).get(0).path("resumo").asText().equals("HISTORICO desde 1"));
        sala.agir("entregar", "n", controle(s).get(0).path("n").asInt());
        sala.esperar("gravado com a espera por ele", estado -> estado.path("gravado").toString().contains(
                "\"esperar replica-2>sequenciador segurar controle HISTORICO\","
                + "\"soltar replica-2>sequenciador controle HISTORICO\""));
        sala.agir("soltar");
        sala.esperar("a réplica pede o que se perdeu, e fica igual", estado -> saldo(estado, "replica-2").equals("6.00"));
        sala.agir("do-zero", "nome", "replica-2"); // morre e volta: desfaz-se inteiro
        sala.agir("desfazer");
        sala.esperar("como antes de recomeçar", estado -> estado.path("ocupada").isNull()
                && processo(estado, "replica-2").path("estado").asText().equals("vivo")
                && saldo(estado, "replica-2").equals("6.00"));
    }

    @Test
    @DisplayName("o que um cliente pediu e não soube, repete-o com o mesmo id_msg; e pergunta o saldo a quem o tem")
    void indeterminada() throws Exception {
        sala.comecar(3);
        sala.agir("segurar", "sentido", "sequenciador>cliente-1");
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana 100");
        sala.esperar("aplicada, sem resposta", s -> saldo(s, "replica-1").equals("100.00")
                && saldo(s, "replica-2").equals("100.00") && operacoes(s).size() == 1);
        sala.recusa("repetir", "nenhuma indeterminada", "cliente", "cliente-1");
        sala.agir("matar", "nome", "cliente-1");
        sala.esperar("indeterminada", s -> s.path("clientes").path(0).path("indeterminada").path("texto").asText()
                .equals("DEPOSITO ana 100.00"));
        sala.agir("soltar");
        sala.agir("repetir", "cliente", "cliente-1");
        JsonNode s = sala.esperar("a resposta", estado -> estado.path("clientes").path(0).path("ultima").asText()
                .equals("OK seq=1"));
        assertTrue(s.path("clientes").path(0).path("indeterminada").isNull());
        assertEquals("100.00", saldo(s, "replica-1"));
        sala.agir("saldo", "cliente", "cliente-1", "conta", "ana");
        try (NaSala.Leitor outro = sala.outroLeitor("")) {
            Processo.esperar("o que as réplicas dizem", Processo.PRAZO, () -> outro.rastro("nota").stream().anyMatch(e ->
                    e.path("texto").asText().matches(".*replica-1: ana tem 100\\.00; replica-2: ana tem 100\\.00")));
        }
    }

    @Test
    @DisplayName("na parte 4, morto o primário, vê-se o backup assumir; o antigo volta do zero. O que se fez repete-se,"
            + " também se o backup assumiu sem que ninguém lho pedisse")
    void assume() throws Exception {
        sala.comecar(4);
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana 100");
        JsonNode s = sala.esperar("o depósito nos dois", estado -> saldo(estado, "primario").equals("100.00")
                && saldo(estado, "backup").equals("100.00"));
        String primario = processo(s, "primario").path("primario").asBoolean() ? "primario" : "backup";
        String outro = primario.equals("primario") ? "backup" : "primario";
        sala.agir("matar", "nome", primario);
        sala.esperar(outro + " primário", estado -> processo(estado, outro).path("primario").asBoolean()
                && processo(estado, primario).path("estado").asText().equals("morto"));
        sala.recusa("matar", "não está de pé", "nome", primario);
        sala.agir("do-zero", "nome", primario);
        sala.esperar("o antigo, com tudo, e em dia", estado -> saldo(estado, primario).equals("100.00")
                && processo(estado, "testemunha").path("em_dia").size() == 2);
        for (String quem : Testes.longos() ? List.of(outro, primario) : List.<String>of()) {
            String seguinte = quem.equals(outro) ? primario : outro; // só assume porque está em dia
            sala.agir("matar", "nome", quem);
            sala.esperar(seguinte + " primário", estado -> processo(estado, seguinte).path("primario").asBoolean());
            sala.agir("iniciar", "nome", quem);
            sala.esperar("os dois em dia", estado -> processo(estado, "testemunha").path("em_dia").size() == 2);
        }
        congelar(outro, primario);
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana 1");
        sala.esperar("tudo nos dois", estado -> saldo(estado, primario).equals("101.00")
                && saldo(estado, outro).equals("101.00") && estado.path("clientes").path(0).path("pendentes").asInt() == 0);
        String gravada = sala.gravada();
        assertTrue(gravada.contains("parar " + outro + "\nesperar " + primario + " assumir\ncontinuar " + outro), gravada);
        sala.agir("nota", "texto", "isto desfaz-se");
        sala.agir("desfazer");
        sala.esperar("como antes da nota", estado -> estado.path("ocupada").isNull()
                && saldo(estado, outro).equals("101.00") && processo(estado, primario).path("primario").asBoolean());
        for (int i = 0; i < Testes.quanto(0, 1); i++) {
            assertNull(Cenas.representar(Cenas.doTexto("gravada.cena", gravada), Cenas.LENTIDAO).get(0).porque(), gravada);
        }
        sala.agir("parar", "nome", outro);
        sala.esperar("parado não responde, e não prende ninguém",
                estado -> !processo(estado, outro).path("responde").asBoolean()
                && processo(estado, outro).path("estado").asText().equals("parado"));
        sala.agir("continuar", "nome", outro);
        sala.esperar("responde outra vez", estado -> processo(estado, outro).path("responde").asBoolean());
    }

    @Test
    @DisplayName("na parte 2 uma chamada segura não se duplica, e diz-se porquê; em pausa nada chega, nem se perde")
    void naoSeDuplica() throws Exception {
        sala.comecar(2);
        sala.agir("segurar", "sentido", "cliente-1>servidor");
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO \"conta do joão\" 10");
        JsonNode s = sala.esperar("a chamada segura", estado -> estado.path("seguras").size() == 1);
        sala.recusa("duplicar", "TCP", "n", n(s, 0));
        sala.agir("pausa", "pausada", true);
        sala.agir("entregar", "n", n(s, 0));
        sala.esperar("solta, e não chega", estado -> estado.path("seguras").isEmpty() && estado.path("pausada").asBoolean());
        assertEquals(1, sala.estado().path("clientes").path(0).path("pendentes").asInt());
        sala.agir("soltar");
        sala.agir("pausa", "pausada", false);
        sala.esperar("chegou", estado -> processo(estado, "worker-2").path("saldos").path("conta do joão").asText()
                .equals("10.00"));
        sala.agir("carga", "por_segundo", 20, "semente", 7);
        sala.esperar("a carga anda", estado -> estado.path("carga").path("feitas").asInt() >= 5);
        sala.agir("carga", "por_segundo", 0);
        sala.esperar("a carga parou", estado -> estado.path("carga").isNull());
    }

    @Test
    @DisplayName("uma cena passa-se aos poucos, para numa pergunta que a turma responde, e continua-se à mão")
    void cena() throws Exception {
        sala.agir("cena", "nome", "multicast-diverge");
        sala.agir("cena-seguir");
        JsonNode s = sala.esperar("a pergunta", estado -> !estado.path("pergunta").isNull()
                && !estado.path("cena").path("anda").asBoolean());
        assertTrue(s.path("pergunta").path("certa").isNull());
        sala.responder("50");
        sala.responder("20,00"); // muda de ideias: conta uma vez
        s = sala.esperar("uma resposta", estado -> estado.path("pergunta").path("respostas").path("20.00").asInt() == 1);
        assertEquals(1, s.path("pergunta").path("quantas").asInt());
        int passo = s.path("cena").path("passo").asInt();
        sala.agir("cena-passo");
        sala.esperar("mais um passo", estado -> estado.path("cena").path("passo").asInt() > passo
                && !estado.path("cena").path("anda").asBoolean());
        sala.agir("desfazer");
        sala.esperar("e um a menos", estado -> estado.path("cena").path("passo").asInt() == passo
                && estado.path("ocupada").isNull());
        sala.agir("pedir", "cliente", "cliente-2", "operacao", "DEPOSITO bia 1");
        sala.agir("cena-seguir");
        s = sala.esperar("o fim", estado -> estado.path("cena").path("acabou").asBoolean());
        assertTrue(s.path("cena").path("porque").isNull(), s.path("cena")::toString);
    }

    @Test
    @DisplayName("guarda-se a cena toda: o ato que passou, o de agora com o que se fez à mão, e os seguintes; e repete-se")
    void guardaTodosOsAtos() throws Exception {
        String ato = """
                ato TÍTULO
                parte 1
                processo cliente-1
                processo replica-1

                cliente-1 faz DEPOSITO ana VALOR
                esperar replica-1 aplicar DEPOSITO ana VALOR
                julgar replica-1
                conferir saldo replica-1 ana VALOR
                """;
        List<String> atos = Stream.of("um 1", "dois 2", "três 3").map(qual -> ato.replace("TÍTULO", qual.split(" ")[0])
                .replace("VALOR", qual.split(" ")[1])).toList();
        sala.agir("cena", "texto", "cena Três atos\nhistoria Era uma vez.\n\n" + String.join("\n", atos));
        sala.agir("cena-seguir");
        sala.esperar("o fim do primeiro ato", s -> s.path("cena").path("passo").asInt() == 4
                && !s.path("cena").path("anda").asBoolean());
        sala.agir("cena-seguir");
        sala.esperar("o segundo", s -> s.path("cena").path("ato").asInt() == 2 && s.path("ocupada").isNull());
        sala.agir("cena-passo");
        sala.esperar("um passo dele", s -> s.path("cena").path("passo").asInt() == 2
                && !s.path("cena").path("anda").asBoolean());
        sala.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO bia 7");
        sala.esperar("o que se fez à mão", s -> processo(s, "replica-1").path("saldos").path("bia").asText()
                .equals("7.00"));
        String gravada = sala.gravada();
        assertTrue(gravada.startsWith("cena Três atos, à mão\nhistoria Era uma vez.\n\n" + atos.get(0)
                + "\nato dois\n"), gravada);
        assertTrue(gravada.contains("cliente-1 pede DEPOSITO bia 7\nesperar ")
                && gravada.contains("\nesperar replica-1 aplicar DEPOSITO bia 7.00\n"), gravada);
        assertTrue(gravada.endsWith("\n\n" + atos.get(2)), gravada);
        List<Ato> repetidos = Cenas.representar(Cenas.doTexto("gravada.cena", gravada), Cenas.LENTIDAO);
        assertEquals(3, repetidos.size());
        repetidos.forEach(este -> assertNull(este.porque(), gravada));
    }

    @ParameterizedTest
    @MethodSource("tests.lab.cenas.Cenas#nomes")
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("cada cena da coleção passa-se na sala até ao fim do último ato, e o que se grava é ela mesma")
    void passaSe(String nome) throws Exception {
        sala.agir("cena", "nome", nome);
        JsonNode[] cena = {sala.esperar("a cena aberta", s -> s.path("cena").path("nome").asText().equals(nome)
                && s.path("ocupada").isNull()).path("cena")};
        while (!cena[0].path("acabou").asBoolean()) {
            String onde = cena[0].path("ato") + "," + cena[0].path("passo");
            sala.agir("cena-seguir");
            cena[0] = sala.esperar("a cena a andar, e a parar", s -> s.path("ocupada").isNull()
                    && !s.path("cena").path("anda").asBoolean()
                    && !onde.equals(s.path("cena").path("ato") + "," + s.path("cena").path("passo"))).path("cena");
            assertTrue(cena[0].path("porque").isNull(), cena[0]::toString);
        }
        assertEquals(oQueDiz(Cenas.ler(nome)), oQueDiz(Cenas.doTexto("gravada.cena", sala.gravada())));
    }

    /** Esteja em que linhas estiver. */
    private static String oQueDiz(Cena cena) {
        return cena.titulo() + "\n" + String.join("\n", cena.historia()) + cena.atos().stream().map(ato -> "\n\nato "
                + ato.titulo() + "\n" + String.join("\n", ato.cabecalho()) + "\n"
                + ato.linhas().stream().map(Cena.Linha::texto).collect(Collectors.joining("\n")))
                .collect(Collectors.joining());
    }

    // ───── O que se recusa ─────

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                                     | 400
            {"acao": "voar"}                                      | 400
            {"acao": ["matar"]}                                   | 400
            {"acao": "matar"}                                     | 400
            {"acao": "matar", "nome": "lua"}                      | 400
            {"acao": "entregar", "n": 999999}                     | 400
            {"acao": "entregar", "n": "um"}                       | 400
            {"acao": "parte", "parte": 9}                         | 400
            {"acao": "modo", "modo": "voador"}                    | 400
            {"acao": "carga", "por_segundo": "x"}                 | 400
            {"acao": "cena", "nome": "../../etc/passwd"}          | 400
            {"acao": "cena", "texto": "cena x"}                   | 400
            {"acao": "pedir", "cliente": "cliente-1", "operacao": "SAQUE ana -1"} | 400
            {"acao": "pedir", "cliente": "matar", "operacao": "x"} | 400
            {"acao": "carga", "por_segundo": 1e9}                 | 400
            {"acao": "posso", "acao": "posso"}                    | 400
            {"acao": "posso"}                                     | 200
            """)
    @DisplayName("o que não se entende diz-se numa frase, e nada acontece")
    void malEscrito(String corpo, int codigo) throws Exception {
        var r = sala.postar("/agir", corpo.strip(), "X-Sala", sala.senha());
        assertEquals(codigo, r.statusCode(), r.body());
        assertTrue(r.body().startsWith(codigo == 200 ? "{\"ok\":true" : "{\"erro\":\""), r.body());
        assertTrue(!r.body().contains("Exception"), r.body());
    }

    @Test
    @DisplayName("sem a senha, de outra página, com outro nome ou grande demais, não se age; ver, vê-se")
    void desconhecidos() throws Exception {
        assertEquals(403, sala.postar("/agir", "{\"acao\":\"posso\"}").statusCode());
        assertEquals(403, sala.postar("/agir", "{\"acao\":\"posso\"}", "X-Sala", "0".repeat(32)).statusCode());
        assertEquals(403, sala.postar("/agir", "{\"acao\":\"posso\"}", "X-Sala", sala.senha(), "Origin", "http://mau.pt")
                .statusCode());
        assertEquals(403, sala.postar("/agir", "{\"acao\":\"posso\"}", "X-Sala", sala.senha(), "Sec-Fetch-Site",
                "cross-site").statusCode());
        assertEquals(400, sala.postar("/agir", "{\"acao\":\"" + "a".repeat(70_000) + "\"}", "X-Sala", sala.senha())
                .statusCode());
        assertEquals(405, sala.obter("/agir").statusCode());
        assertEquals(404, sala.obter("/../../etc/passwd").statusCode());
        assertEquals(404, sala.obter("/tests/lab/sala/Sala.class").statusCode());
        assertTrue(sala.bruto("GET / HTTP/1.1\r\nHost: sala.mau.pt\r\n\r\n").startsWith("HTTP/1.1 421"));
        assertTrue(sala.bruto("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n").startsWith("HTTP/1.1 421"));
        var pagina = sala.obter("/");
        assertEquals(200, pagina.statusCode());
        assertTrue(pagina.headers().firstValue("Content-Security-Policy").orElse("").contains("default-src 'none'"));
        assertTrue(!pagina.body().contains(sala.senha()));
    }

    @Test
    @DisplayName("dois que veem recebem o mesmo desde o começo; quem nunca lê, ou se vai, não prende ninguém; religado,"
            + " continua onde ia")
    void quemVe() throws Exception {
        sala.comecar(1);
        try (Socket mudo = sala.ligar("/eventos", ""); NaSala.Leitor outro = sala.outroLeitor("")) {
            assertTrue(mudo.isConnected());
            sala.esperar("três a ver", estado -> estado.path("assistem").asInt() == 3);
            for (int i = 0; i < 200; i++) {
                sala.agir("nota", "texto", "x".repeat(60_000));
            }
            Processo.esperar("os dois com as 200 notas", Processo.PRAZO, () -> outro.rastro("nota").size() == 200);
            sala.esperar("quem não lê já não está", estado -> estado.path("assistem").asInt() == 2);
            String ultimo = outro.ultimoId();
            outro.close();
            sala.agir("nota", "texto", "mais uma");
            try (NaSala.Leitor religado = sala.outroLeitor(ultimo)) {
                Processo.esperar("só o que falta", Processo.PRAZO, () -> religado.rastro("nota").size() == 1);
                assertEquals("mais uma", religado.rastro("nota").get(0).path("texto").asText());
            }
        }
    }

    @Test
    @DisplayName("o que um processo ou uma pessoa escreve nunca quebra o que se transmite: uma linha é uma linha")
    void linhas() throws Exception {
        sala.comecar(1);
        String estranho = "</script><b>\u2028 data: x \\n\\n event: comeco";
        sala.agir("nota", "texto", estranho);
        try (NaSala.Leitor outro = sala.outroLeitor("")) {
            Processo.esperar("a nota", Processo.PRAZO, () -> outro.rastro("nota").size() == 1);
            assertEquals(estranho, outro.rastro("nota").get(0).path("texto").asText());
        }
    }

    @Test
    @DisplayName("com chaves e noutro endereço tudo funciona, e só se chama por ele; sem a senha, só se vê")
    void outroEndereco(@TempDir Path pasta) throws Exception {
        Path chaves = pasta.resolve("as chaves");
        assertEquals(0, Processo.iniciar("shared.papel.GerarChaves", chaves.toString()).esperarFim());
        try (NaSala outra = new NaSala(Map.of("BANCO_CHAVES", chaves.toString()), "2", "--bind", "127.0.0.2", "--lentidao",
                "" + Cenas.LENTIDAO)) {
            String pedido = "GET / HTTP/1.1\r\nHost: NOME:" + outra.porta() + "\r\n\r\n";
            assertTrue(outra.bruto(pedido.replace("NOME", "127.0.0.2")).startsWith("HTTP/1.1 200"));
            for (String falso : List.of("127.0.0.1", "[::1]", "sala.mau.pt", "127.0.0.2.mau.pt", "[x]", "")) {
                String disse = outra.bruto(pedido.replace("NOME", falso));
                assertTrue(disse.startsWith("HTTP/1.1 421"), falso + " " + disse);
            }
            assertEquals(403, outra.postar("/agir", "{\"acao\":\"posso\"}").statusCode());
            outra.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana 100");
            JsonNode s = outra.esperar("nos dois", estado -> saldo(estado, "worker-1").equals("100.00")
                    && saldo(estado, "worker-2").equals("100.00"));
            assertTrue(StreamSupport.stream(s.path("sentidos").spliterator(), false).allMatch(sentido ->
                    sentido.path("cifrado").asBoolean() == sentido.path("tipo").asText().equals("bytes")));
        }
        Processo semVariavel = Processo.iniciar("tests.lab.Lab", "sala", "1", "--chaves", chaves.toString());
        assertEquals(2, semVariavel.esperarFim());
        assertTrue(semVariavel.registro().toString().contains("export BANCO_CHAVES="), semVariavel.registro()::toString);
    }

    @Test
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("um processo de outro segura-se, mata-se e recomeça; diz-se de quem é, e que não diz saldos; o que se fez"
            + " repete-se com ele, e a cena diz que precisa dele")
    void alheios(@TempDir Path pasta) throws Exception {
        Path entrega = Files.writeString(pasta.resolve("grupo.json"), """
                {"parte": 3, "nome": "grupo 7", "pasta": "PASTA", "papeis": {
                  "sequenciador": {"comando": ["{python}", "parte3_sequenciador.py", "--pedidos", "{pedidos}",
                    "--ordem", "{ordem}"], "pronto": "pronto:", "semente": true},
                  "replica-2": {"comando": ["{python}", "parte3_replica.py", "--ordem", "{ordem}"], "pronto": "pronto:",
                    "semente": true, "saldo": {"padrao": "\\"(?<conta>[^\\"]+)\\": (?<valor>[0-9.]+)"}}}}
                """.replace("PASTA", Testes.raiz().resolve("tests/interop").toString()));
        try (NaSala outra = new NaSala("3", "--alheios", entrega.toString(), "--lentidao", "" + Cenas.LENTIDAO)) {
            JsonNode s = outra.esperar("de pé", estado -> processo(estado, "replica-2").path("estado").asText()
                    .equals("vivo"));
            assertTrue(processo(s, "replica-1").path("alheio").isNull());
            assertEquals("{\"nome\":\"grupo 7\",\"diz_saldos\":false,\"passou\":null}",
                    processo(s, "sequenciador").path("alheio").toString());
            outra.agir("segurar", "sentido", "sequenciador>replica-2");
            outra.agir("pedir", "cliente", "cliente-1", "operacao", "DEPOSITO ana 100");
            outra.agir("pedir", "cliente", "cliente-1", "operacao", "SAQUE ana 30");
            s = outra.esperar("as duas à porta dela", estado -> operacoes(estado).size() == 2
                    && saldo(estado, "replica-1").equals("70.00"));
            outra.agir("entregar", "n", n(s, 1));
            outra.agir("entregar", "n", n(s, 0));
            s = outra.esperar("aplicou-as pela ordem dos números", estado -> saldo(estado, "replica-2").equals("70.00"));
            assertEquals("[]", s.path("diferentes").toString());
            assertTrue(processo(s, "replica-2").path("diario").toString().contains("chegou 2, falta 1"), s::toString);
            outra.agir("matar", "nome", "replica-2");
            outra.agir("iniciar", "nome", "replica-2");
            outra.esperar("não guarda nada", estado -> estado.path("diferentes").toString().equals("[\"ana\"]")
                    && saldo(estado, "replica-2").equals("0.00"));
            outra.recusa("do-zero", "só o sabe quem o fez", "nome", "replica-2");
            outra.agir("desfazer");
            outra.esperar("desfaz-se como com os nossos", estado -> estado.path("ocupada").isNull()
                    && processo(estado, "replica-2").path("estado").asText().equals("morto"));
            outra.agir("iniciar", "nome", "replica-2");
            outra.esperar("outra vez", estado -> saldo(estado, "replica-2").equals("0.00"));
            String gravada = outra.gravada();
            assertTrue(gravada.contains("Com processos de outro (grupo 7): sequenciador, replica-2."), gravada);
            assertTrue(gravada.contains("--alheios")
                    && gravada.contains("esperar replica-2 aplicar SAQUE ana 30.00\n"), gravada);
            try (Alheios deles = Alheios.de(Entrega.ler(entrega))) {
                Ato ato = Cenas.representar(Cenas.doTexto("gravada.cena", gravada), Cenas.LENTIDAO, deles).get(0);
                assertNull(ato.porque(), gravada);
            }
        }
    }

    @Test
    @DisplayName("porta ocupada, a seguinte; Ctrl-C acaba com tudo, mesmo com quem está a ver, parados e mortos")
    void acaba() throws Exception {
        try (NaSala outra = new NaSala("3", "--porta", "" + sala.porta(), "--passo");
                NaSala.Leitor ve = outra.outroLeitor("")) {
            assertTrue(ve.rastro("nota").isEmpty());
            assertTrue(outra.porta() > sala.porta());
            outra.esperar("passo a passo", estado -> estado.path("modo").asText().equals("passo"));
            outra.agir("parar", "nome", "replica-1");
            outra.agir("matar", "nome", "replica-2");
            List<ProcessHandle> dela = ProcessHandle.of(outra.processo().pid()).orElseThrow().descendants().toList();
            assertTrue(dela.size() >= 3);
            outra.processo().sinal("INT");
            assertEquals(0, outra.processo().esperarFim() & ~130);
            Processo.esperar("que nada fique", Processo.PRAZO, () -> dela.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    // ───── Ferramentas ─────

    /** Cala este primário sem que a sala o saiba, como faria uma máquina que se atrasa, até que o outro assuma. */
    private static void congelar(String primario, String outro) throws Exception {
        String dele = "";
        for (ProcessHandle um : ProcessHandle.of(sala.processo().pid()).orElseThrow().descendants().toList()) {
            Processo ps = Processo.comando("ps", "-ww", "-o", "args=", "-p", "" + um.pid());
            ps.esperarFim();
            dele = ps.saida().toString().contains("--id " + primario + " ") ? "" + um.pid() : dele;
        }
        new ProcessBuilder("kill", "-STOP", dele).start().waitFor();
        try {
            sala.esperar(outro + " assumiu sozinho", estado -> processo(estado, outro).path("primario").asBoolean());
        } finally {
            new ProcessBuilder("kill", "-CONT", dele).start().waitFor();
        }
        sala.esperar("o antigo desceu, e está em dia", estado ->
                !processo(estado, primario).path("primario").asBoolean(true)
                && processo(estado, "testemunha").path("em_dia").size() == 2);
    }

    private static JsonNode processo(JsonNode estado, String nome) {
        for (JsonNode p : estado.path("processos")) {
            if (p.path("nome").asText().equals(nome)) {
                return p;
            }
        }
        throw new AssertionError("não há " + nome + " em " + estado);
    }

    private static String saldo(JsonNode estado, String nome) {
        return processo(estado, nome).path("saldos").path("ana").asText();
    }

    private static String veredito(JsonNode estado, String nome) {
        for (JsonNode v : estado.path("vereditos")) {
            if (v.path("nome").asText().equals(nome)) {
                return v.path("valor").asText();
            }
        }
        throw new AssertionError("não se julga " + nome);
    }

    private static List<String> seqs(JsonNode estado) {
        return operacoes(estado).stream().map(m -> m.path("seq").asText()).toList();
    }

    /** As operações que esperam, pela ordem em que chegariam. */
    private static List<JsonNode> operacoes(JsonNode estado) {
        return StreamSupport.stream(estado.path("seguras").spliterator(), false)
                .filter(m -> !m.path("controle").asBoolean()).toList();
    }

    private static List<JsonNode> controle(JsonNode estado) {
        return StreamSupport.stream(estado.path("seguras").spliterator(), false)
                .filter(m -> m.path("controle").asBoolean()).toList();
    }

    private static int n(JsonNode estado, int qual) {
        return operacoes(estado).get(qual).path("n").asInt();
    }

    public static void main(String[] args) {
        Testes.rodar(SalaTest.class);
    }
}
