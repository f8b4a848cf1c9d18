///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Os vereditos do laboratório: cada violação é vista, e contada como se faria num banco; não saber não é um sim.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES ../../../shared/Banco.java ../../../shared/disco/EstadoDoBanco.java ../../../shared/memoria/Lembradas.java
//SOURCES ../../../shared/memoria/Saldos.java ../../../shared/texto/Campos.java ../../../shared/texto/JsonGrande.java
//SOURCES ../../../shared/texto/Reais.java ../../Testes.java Vereditos.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.vereditos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.lab.vereditos.Vereditos.Valor.DESCONHECIDO;
import static tests.lab.vereditos.Vereditos.Valor.NAO;
import static tests.lab.vereditos.Vereditos.Valor.SIM;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.Banco;
import shared.Operacao;
import shared.Resultado;
import shared.disco.EstadoDoBanco;
import shared.texto.Json;
import tests.Testes;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

@DisplayName("Os vereditos do laboratório")
class VereditosTest {

    private final List<ObjectNode> rastro = new ArrayList<>();
    private final Map<String, Banco> bancos = new HashMap<>();
    private final Operacao deposito = op("d", Operacao.Tipo.DEPOSITO, "ana", "100");
    private final Operacao saque80 = op("s80", Operacao.Tipo.SAQUE, "ana", "80");
    private final Operacao saque50 = op("s50", Operacao.Tipo.SAQUE, "ana", "50");

    @Test
    @DisplayName("tudo certo: oito vezes sim")
    void tudoCerto() {
        inicio(3);
        confirmada(deposito, "OK seq=1");
        confirmada(saque80, "OK seq=2");
        for (String replica : List.of("r1", "r2")) {
            aplicar(replica, deposito, saque80);
            estado(replica);
        }
        assertEquals(Map.of(SIM, 8L), contagem());
    }

    @Test
    @DisplayName("ordens cruzadas: a conta, os saldos e a operação em que tudo começou")
    void cruzadas() {
        inicio(1);
        for (Operacao op : List.of(deposito, saque80, saque50)) {
            cliente(op, "pede", "");
            cliente(op, "resposta", "enviada: " + op.id_msg());
        }
        aplicar("r1", deposito, saque80, saque50);
        aplicar("r2", deposito, saque50, saque80);
        estado("r1");
        estado("r2");
        assertEquals(List.of("ana: r1 tem 20.00, r2 tem 50.00",
                "a diferença começa no SAQUE de 80.00 de ana (c1): r1 APLICADA, r2 RECUSADA"), nao("replicas-iguais"));
        assertEquals(List.of("r1 aplicou primeiro o SAQUE de 80.00 de ana (c1)",
                "r2 aplicou primeiro o SAQUE de 50.00 de ana (c1)"), nao("mesma-ordem"));
        assertEquals(SIM, valor("dinheiro-conservado"));
        assertEquals(DESCONHECIDO, valor("confirmado-nao-se-perde"), "no multicast nada se confirma");
        assertEquals(DESCONHECIDO, valor("ordem-de-tempo-real"));
    }

    @Test
    @DisplayName("a que não mudou saldo nenhum é inocente: recusada aqui e perdida ali, ou de uma conta para ela própria")
    void inocentes() {
        inicio(1);
        Operacao paraSi = new Operacao("t", Operacao.Tipo.TRANSFERENCIA, "ana", "ana", new BigDecimal("100"));
        List.of(paraSi, deposito, paraSi2(), saque80).forEach(op -> cliente(op, "pede", ""));
        aplicar("r1", paraSi, deposito, paraSi2(), saque80);
        aplicar("r2", deposito);
        estado("r1");
        estado("r2");
        assertEquals("a diferença começa no SAQUE de 80.00 de ana (c1): r1 APLICADA, r2 não aplicou",
                nao("replicas-iguais").get(1));
    }

    @Test
    @DisplayName("o que se quis uma vez e se pediu com dois id_msg valeu duas; só se julga onde o rastro diz o que se quis")
    void umaVontade() {
        inicio(3);
        Operacao outraVez = op("d2", Operacao.Tipo.DEPOSITO, "ana", "100");
        for (Operacao op : List.of(deposito, outraVez)) {
            confirmada(op, "OK");
            rastro.get(rastro.size() - 2).put("vontade", "v");
        }
        aplicar("r1", deposito);
        estado("r1");
        assertEquals(SIM, valor("uma-vontade-uma-vez"));
        aplicar("r1", outraVez);
        estado("r1");
        assertTrue(nao("uma-vontade-uma-vez").get(0)
                .startsWith("r1: quis-se uma vez o DEPOSITO de 100.00 em ana (c1), e valeu 2 vezes:"));
        assertEquals(SIM, valor("cada-id-uma-vez"));
    }

    @Test
    @DisplayName("confirmada e perdida: quem ouviu o quê, e onde falta")
    void perdida() {
        inicio(4);
        confirmada(deposito, "OK seq=1 resultado=APLICADA");
        aplicar("p", deposito);
        estado("b");
        assertEquals(
                List.of("c1 ouviu \"OK seq=1 resultado=APLICADA\" de o DEPOSITO de 100.00 em ana (c1), e nenhuma"
                        + " réplica a tem"),
                nao("confirmado-nao-se-perde"));
    }

    @Test
    @DisplayName("o cliente ouviu um resultado, e a réplica tem outro")
    void outroResultado() {
        inicio(4);
        confirmada(saque80, "OK seq=1 resultado=APLICADA");
        aplicar("p", saque80);
        estado("p");
        assertTrue(nao("confirmado-nao-se-perde").get(0).endsWith("e em p ela foi RECUSADA"));
    }

    @Test
    @DisplayName("uma recusa ou uma indeterminada podem faltar")
    void semResposta() {
        inicio(4);
        confirmada(deposito, "OK seq=1 resultado=APLICADA");
        confirmada(saque80, "ERRO disco: cheio");
        cliente(saque50, "pede", "");
        cliente(saque50, "indeterminada", "");
        aplicar("p", deposito);
        estado("p");
        assertEquals(SIM, valor("confirmado-nao-se-perde"));
    }

    @Test
    @DisplayName("a mesma operação duas vezes; uma duplicata reconhecida não conta")
    void duasVezes() {
        inicio(2);
        aplicar("w1", deposito, deposito);
        estado("w1");
        assertEquals(SIM, valor("cada-id-uma-vez"));
        bancos.put("w1", new Banco());
        aplicar("w1", deposito);
        assertEquals(List.of("w1 aplicou mais de uma vez a operação d"), nao("cada-id-uma-vez"));
    }

    @Test
    @DisplayName("quem adota um instantâneo desfez o que veio depois dele: aplicar de novo não é repetir")
    void adotar() {
        inicio(4);
        aplicar("p", deposito, saque80);
        rastro.add(evento("adotar").put("processo", "p").put("seq", 1));
        bancos.put("p", new Banco());
        bancos.get("p").aplicar(deposito);
        aplicar("p", saque80);
        estado("p");
        assertEquals(SIM, valor("cada-id-uma-vez"));
    }

    @Test
    @DisplayName("confirmada antes de outra ser pedida, e aplicada depois dela")
    void tempoReal() {
        inicio(2);
        confirmada(deposito, "DEPOSITO enfileirado: d");
        confirmada(saque80, "SAQUE enfileirado: s80");
        aplicar("w1", saque80, deposito);
        estado("w1");
        assertEquals(
                List.of("w1 aplicou o SAQUE de 80.00 de ana (c1) antes de o DEPOSITO de 100.00 em ana (c1), que ele"
                        + " pediu primeiro"),
                nao("fifo-por-cliente"));
        assertEquals(
                List.of("w1 aplicou o SAQUE de 80.00 de ana (c1) antes de o DEPOSITO de 100.00 em ana (c1), que já estava"
                + " confirmada quando aquela foi pedida"), nao("ordem-de-tempo-real"));
    }

    @Test
    @DisplayName("dinheiro criado, e um saldo negativo")
    void dinheiroCriado() {
        inicio(3);
        aplicar("r1", deposito);
        estado("r1");
        rastro.get(rastro.size() - 1).put("total", new BigDecimal("150.00")).putObject("saldos")
                .put("ana", new BigDecimal("-1.00"));
        assertEquals(List.of("r1: as contas somam 150.00, mas entraram menos saíram 100.00"), nao("dinheiro-conservado"));
        assertEquals(List.of("r1: ana tem -1.00"), nao("saldo-nunca-negativo"));
    }

    @Test
    @DisplayName("quem não respondeu torna desconhecido o que seria um sim; o que já se violou segue violado")
    void calada() {
        inicio(3);
        confirmada(deposito, "OK seq=1");
        aplicar("r1", deposito);
        aplicar("r2", deposito);
        estado("r1");
        rastro.add(evento("estado").put("processo", "r2").put("erro", "não respondeu"));
        assertEquals(DESCONHECIDO, valor("replicas-iguais"));
        assertEquals(List.of("r2 não respondeu"), de("dinheiro-conservado").detalhes());
        confirmada(saque80, "OK seq=2");
        estado("r1");
        assertEquals(NAO, valor("confirmado-nao-se-perde"));
        aplicar("r1", saque80);
        estado("r1");
        assertEquals(DESCONHECIDO, valor("confirmado-nao-se-perde"), "está numa, a outra não respondeu");
    }

    @Test
    @DisplayName("com as contas em grupos, cada grupo tem a sua ordem; entre dois não há nenhuma")
    void emGrupos() {
        Operacao chega = op("em trânsito 1>0 #1", Operacao.Tipo.DEPOSITO, "ana", "5");
        Operacao fecha = op("em trânsito 1>0 #1", Operacao.Tipo.SAQUE, "em trânsito", "5");
        confirmada(deposito, "OK seq=1");
        aplicarNoGrupo(0, "r1", deposito, chega);
        aplicarNoGrupo(1, "r1", fecha);
        aplicarNoGrupo(1, "r2", fecha);
        assertEquals(SIM, valor("mesma-ordem"));
        aplicarNoGrupo(0, "r2", chega, deposito);
        assertNotEquals(NAO, valor("cada-id-uma-vez"));
        assertEquals(List.of("r1 (grupo 0) aplicou primeiro o DEPOSITO de 100.00 em ana (c1)",
                "r2 (grupo 0) aplicou primeiro a operação em trânsito 1>0 #1"), nao("mesma-ordem"));
    }

    @Test
    @DisplayName("as contas de todos os grupos, lidas num corte, somam o que os clientes depositaram menos o que sacaram")
    void numCorte() {
        inicio(3);
        confirmada(deposito, "OK seq=1");
        confirmada(saque80, "OK seq=2");
        confirmada(saque50, "OK seq=3"); // recusa-se
        aplicar("r1", deposito, saque80, saque50);
        estado("r1");
        corte("12.50", "7.50");
        assertEquals(SIM, valor("dinheiro-conservado"));
        corte("12.50", "7.40");
        assertEquals(List.of("num corte, as contas de todos os grupos e o que vai a caminho somam 19.90, mas entraram menos"
                + " saíram 20.00"), nao("dinheiro-conservado"));
        corte("-1.00", "21.00");
        assertEquals(List.of("num corte, ana tem -1.00"), nao("saldo-nunca-negativo"));
        rastro.add(evento("corte").put("erro", "ninguém respondeu"));
        assertEquals(DESCONHECIDO, valor("dinheiro-conservado"));
    }

    @Test
    @DisplayName("de um rastro vazio nada se sabe")
    void vazio() {
        assertEquals(Map.of(DESCONHECIDO, 8L), contagem());
    }

    // ───── Ferramentas ─────

    private static Operacao paraSi2() {
        return new Operacao("t2", Operacao.Tipo.TRANSFERENCIA, "ana", "ana", new BigDecimal("70"));
    }

    private void inicio(int parte) {
        rastro.add(evento("inicio").put("parte", parte));
    }

    private void confirmada(Operacao op, String resposta) {
        cliente(op, "pede", "");
        cliente(op, "resposta", resposta);
    }

    private void cliente(Operacao op, String qual, String texto) {
        ObjectNode evento = evento("cliente").put("cliente", "c1").put("evento", qual).put("id_msg", op.id_msg())
                .put("operacao", op.tipo().name()).put("valor", op.valor()).put("texto", texto);
        evento.set("contas", contas(op));
        rastro.add(evento);
    }

    private static JsonNode contas(Operacao op) {
        return Json.MAPPER.valueToTree(Stream.of(op.conta_origem(), op.conta_destino()).filter(Objects::nonNull).toList());
    }

    private void aplicar(String replica, Operacao... ops) {
        Banco banco = bancos.computeIfAbsent(replica, r -> new Banco());
        for (Operacao op : ops) {
            Resultado resultado = banco.aplicar(op);
            ObjectNode evento = evento("aplicar").put("processo", replica).put("id_msg", op.id_msg())
                    .put("seq", banco.aplicadas() + banco.recusadas()).put("resultado", resultado.situacao().name())
                    .put("operacao", op.tipo().name()).put("valor", op.valor());
            evento.set("contas", contas(op));
            evento.set("saldos", Json.MAPPER.valueToTree(
                    Stream.of(op.conta_origem(), op.conta_destino()).filter(Objects::nonNull)
                    .map(banco::saldo).toList()));
            rastro.add(evento);
        }
    }

    private void aplicarNoGrupo(int grupo, String replica, Operacao... ops) {
        int antes = rastro.size();
        aplicar(replica + " " + grupo, ops);
        rastro.subList(antes, rastro.size()).forEach(e -> e.put("grupo", grupo).put("processo", replica));
    }

    private void corte(String ana, String emTransito) {
        ObjectNode evento = evento("corte").put("em_transito", emTransito);
        evento.putObject("saldos").put("ana", ana);
        rastro.add(evento);
    }

    private void estado(String replica) {
        Banco banco = bancos.computeIfAbsent(replica, r -> new Banco());
        ObjectNode evento = evento("estado").put("processo", replica).put("depositado", banco.depositado())
                .put("sacado", banco.sacado())
                .put("total", EstadoDoBanco.total(banco))
                .put("resumo", banco.resumo());
        ObjectNode saldos = evento.putObject("saldos");
        banco.saldos().forEach(saldos::put);
        ObjectNode resultados = evento.putObject("resultados");
        List.copyOf(banco.lembradas().todas().keySet())
                .forEach(id -> resultados.put(id, banco.lembradas().valor(id).situacao().name()));
        rastro.add(evento);
    }

    private ObjectNode evento(String tipo) {
        return Json.MAPPER.createObjectNode().put("t", rastro.size()).put("tipo", tipo);
    }

    private Veredito de(String nome) {
        return Vereditos.de(rastro).stream().filter(v -> v.nome().equals(nome)).findFirst().orElseThrow();
    }

    private Valor valor(String nome) {
        return de(nome).valor();
    }

    private List<String> nao(String nome) {
        assertEquals(NAO, valor(nome));
        return de(nome).detalhes();
    }

    private Map<Valor, Long> contagem() {
        return Vereditos.de(rastro).stream().collect(Collectors.groupingBy(Veredito::valor, Collectors.counting()));
    }

    private static Operacao op(String id, Operacao.Tipo tipo, String conta, String valor) {
        return new Operacao(id, tipo, conta, null, new BigDecimal(valor));
    }

    public static void main(String[] args) {
        Testes.rodar(VereditosTest.class);
    }
}
