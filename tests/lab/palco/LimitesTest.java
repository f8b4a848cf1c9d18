///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Os prazos que correm: o que se calcula deles é o que os processos fazem.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.palco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Operacao;
import shared.texto.Json;
import tests.Processo;
import tests.Testes;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;

@DisplayName("Os prazos que correm")
class LimitesTest {

    private static final int LENTIDAO = 3;

    private final Rastro rastro = new Rastro();
    private final Rede rede = new Rede(rastro, 1);
    private Elenco elenco;

    @AfterEach
    void fechar() {
        rede.close();
        if (elenco != null) {
            elenco.close();
        }
    }

    // ───── Com processos de verdade ─────

    @Test
    @DisplayName("morto o primário, corre o prazo da testemunha; só no fim dele ela promove o backup")
    void promocao() {
        montar(4, "testemunha", "primario", "backup");
        elenco.palco().esperarEstado("primario", "o backup em dia", e -> e.path("em_dia").asInt() >= 2);
        elenco.palco().matar("primario");
        JsonNode limite = esperarLimite("testemunha", "até promover backup, sem notícias de primario");
        assertEquals(LENTIDAO * 1_000, limite.path("dura").asInt());
        double fim = limite.path("desde").asDouble() + limite.path("dura").asDouble();
        elenco.palco().processo("backup").esperarNoRegistro("assumir", elenco.palco().prazo());
        double assumiu = rastro.eventos().stream().filter(e -> e.path("tipo").asText().equals("decisao")
                && e.path("processo").asText().equals("backup") && e.path("texto").asText().startsWith("assumir"))
                .findFirst().orElseThrow().path("t").asDouble();
        assertTrue(assumiu >= fim - 50, assumiu + " ms, e o prazo ia até " + fim);
        assertEquals(List.of(), correm("testemunha"), "já não espera por ninguém");
    }

    @Test
    @DisplayName("perdida a resposta, corre o prazo de um cliente; no fim dele, e não antes, ele pede outra vez")
    void repeticao() {
        montar(3, "cliente-1", "sequenciador");
        rede.cortar("sequenciador", "cliente-1");
        elenco.cliente("cliente-1").pedir(new Operacao(Operacao.novoId(), Operacao.Tipo.DEPOSITO, "ana", null,
                BigDecimal.TEN));
        JsonNode limite = esperarLimite("cliente-1", "até pedir outra vez");
        double fim = limite.path("desde").asDouble() + limite.path("dura").asDouble();
        Processo.esperar("outro pedido", elenco.palco().prazo(), () -> pedidos().size() > pedidosAte(limite));
        double outro = pedidos().get((int) pedidosAte(limite)).path("t").asDouble();
        assertTrue(outro >= fim - 50, outro + " ms, e o prazo ia até " + fim);
        assertTrue(correm("cliente-1").stream().anyMatch(l -> l.path("oque").asText().equals("até desistir")
                && l.path("dura").asInt() == LENTIDAO * 7_500), correm("cliente-1")::toString);
    }

    private void montar(int parte, String... nomes) {
        elenco = new Elenco(parte, "", Elenco.deCostume(List.of(nomes)), rastro, rede);
        elenco.palco().demorar(LENTIDAO);
        elenco.montar();
    }

    private List<ObjectNode> pedidos() {
        return rastro.eventos().stream().filter(e -> e.path("enlace").asText().equals("cliente-1>sequenciador")
                && e.path("evento").asText().equals("enviada")).toList();
    }

    private long pedidosAte(JsonNode limite) {
        return pedidos().stream().filter(e -> e.path("t").asDouble() <= limite.path("desde").asDouble()).count();
    }

    private JsonNode esperarLimite(String processo, String oque) {
        JsonNode[] achado = new JsonNode[1];
        Processo.esperar(processo + " " + oque, Processo.PRAZO, () -> {
            achado[0] = correm(processo).stream().filter(l -> l.path("oque").asText().equals(oque)).findFirst().orElse(null);
            return achado[0] != null;
        });
        return achado[0];
    }

    private List<JsonNode> correm(String processo) {
        Limites limites = new Limites(LENTIDAO);
        rastro.eventos().forEach(limites::ouvir);
        return correm(limites, rastro.agora()).filter(l -> l.path("processo").asText().equals(processo)).toList();
    }

    private static Stream<JsonNode> correm(Limites limites, double agora) {
        return limites.agora(agora).valueStream();
    }

    // ───── Com um rastro escrito à mão ─────

    private final Limites limites = new Limites(20);

    @ParameterizedTest(name = "parte {0}: {1} ms")
    @CsvSource({"1, 0", "2, 150000", "3, 150000", "4, 200000"})
    @DisplayName("um cliente espera pela resposta até desistir; respondido, passa à seguinte, com o prazo todo")
    void resposta(int parte, int prazo) {
        ouvir("{'tipo': 'inicio', 'parte': " + parte + "}", "{'tipo': 'cliente', 'cliente': 'c', 'evento': 'pede', 't': 0}",
                "{'tipo': 'cliente', 'cliente': 'c', 'evento': 'pede', 't': 1000}");
        assertEquals(prazo == 0 ? List.of() : List.of("c até desistir 0 " + prazo), ditos(5_000));
        ouvir("{'tipo': 'cliente', 'cliente': 'c', 'evento': 'resposta', 't': 5000}");
        assertEquals(prazo == 0 ? List.of() : List.of("c até desistir 5000 " + prazo), ditos(6_000));
        ouvir("{'tipo': 'cliente', 'cliente': 'c', 'evento': 'resposta', 't': 7000}");
        assertEquals(List.of(), ditos(8_000));
    }

    @Test
    @DisplayName("quem difunde repete a última a quem não a tem, e só a esse")
    void aUltima() {
        ouvir("{'tipo': 'inicio', 'parte': 3}", mensagem("s", "r1", "enviada", "'seq': 1"),
                mensagem("s", "r2", "enviada", "'seq': 1"), mensagem("s", "r1", "entregue", "'seq': 1"));
        assertEquals(List.of("s até repetir a última a r2 0 10000"), ditos(600));
        ouvir(mensagem("s", "r2", "entregue", "'seq': 1"));
        assertEquals(List.of(), ditos(700));
    }

    @Test
    @DisplayName("quem pediu o que lhe falta espera que venha; um morto ou parado já não espera nada")
    void oQueFalta() {
        ouvir(mensagem("r1", "s", "enviada", "'resumo': 'HISTORICO desde 1'"),
                mensagem("r2", "s", "enviada", "'resumo': 'HISTORICO desde 1'"),
                mensagem("r3", "s", "enviada", "'resumo': 'HISTORICO desde 1'"),
                mensagem("s", "r1", "entregue", "'resumo': 'história: seq 1'"),
                "{'tipo': 'processo', 'nome': 'r3', 'evento': 'morto', 't': 0}");
        assertEquals(List.of("r2 até pedir outra vez o que lhe falta 0 20000"), ditos(600));
        assertEquals(List.of(), ditos(400), "acaba de pedir");
        assertEquals(List.of(), ditos(20_000), "já passou");
    }

    @Test
    @DisplayName("a notícia de quem não recebe o que se difunde não conta; a quem já está fora não se espera")
    void backupCalado() {
        ouvir("{'tipo': 'inicio', 'parte': 4}", "{'tipo': 'decisao', 'processo': 'testemunha', 'texto':"
                + " 'visao epoca=1 versao=2 primario=a#11 em_dia=\\\"[b#22, a#11]\\\"'}",
                mensagem("b", "a", "entregue", "'resumo': 'NOTICIA'"), mensagem("a", "b", "enviada", "'seq': 7"),
                mensagem("b", "a", "entregue", "'resumo': 'NOTICIA', 't': 900"));
        assertEquals(List.of("a até tirar b de quem está em dia, sem notícias de b 0 20000"), ditos(2_000));
        ouvir("{'tipo': 'decisao', 'processo': 'a', 'texto': 'visao epoca=1 versao=3 primario=a#11 em_dia=[a#11]'}");
        assertEquals(List.of(), ditos(2_000));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"primario>backup", "backup>primario", "backup"})
    @DisplayName("de duas pontas caladas, só quem se conectou abre outra; o primário, não")
    void muda(String alvo) {
        ouvir("{'tipo': 'decisao', 'processo': 'testemunha', 'texto':"
                + " 'visao epoca=1 versao=2 primario=primario#11 em_dia=[primario#11]'}",
                mensagem("primario", "backup", "enviada", "'resumo': 'pulso'"),
                mensagem("backup", "primario", "enviada", "'resumo': 'NOTICIA'"),
                "{'tipo': 'falta', 'evento': 'emudecer', 'alvo': '" + alvo + "', 't': 0}");
        assertEquals(List.of("backup até abrir outra conexão com primario 0 80000"), ditos(600));
        ouvir("{'tipo': 'processo', 'nome': 'primario', 'evento': 'iniciado', 't': 700}");
        assertEquals(List.of(), ditos(800));
    }

    private static String mensagem(String de, String para, String evento, String mais) {
        return "{'tipo': 'mensagem', 'de': '" + de + "', 'para': '" + para + "', 'evento': '" + evento + "', " + mais + "}";
    }

    private void ouvir(String... eventos) {
        Stream.of(eventos).forEach(e -> limites.ouvir(Json.ler(e.replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8))));
    }

    private List<String> ditos(double agora) {
        return correm(limites, agora).map(l -> l.path("processo").asText() + " " + l.path("oque").asText() + " "
                + l.path("desde").asInt() + " " + l.path("dura").asInt()).toList();
    }

    public static void main(String[] args) {
        Testes.rodar(LimitesTest.class);
    }
}
