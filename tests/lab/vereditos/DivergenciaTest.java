///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Onde começa a diferença: numa operação que mudou um saldo, e dali em diante não voltam a ser iguais.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES ../../../shared/Banco.java ../../../shared/memoria/Lembradas.java ../../../shared/memoria/Saldos.java
//SOURCES ../../../shared/texto/Campos.java ../../../shared/texto/Reais.java ../../Testes.java Divergencia.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.vereditos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.Banco;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado;
import shared.texto.Json;
import tests.Testes;

@DisplayName("Onde começa a diferença")
class DivergenciaTest {

    private static final int HISTORIAS = 600;

    private final List<ObjectNode> rastro = new ArrayList<>();
    private final Map<String, Banco> bancos = new TreeMap<>();
    private final Map<String, Map<String, Map<String, BigDecimal>>> efeitos = new HashMap<>(); // réplica, id, conta

    private final Operacao cem = op("cem", Tipo.DEPOSITO, "ana", null, 100);
    private final Operacao paraSi = op("para-si", Tipo.TRANSFERENCIA, "ana", "ana", 80);
    private final Operacao saque80 = op("s80", Tipo.SAQUE, "ana", null, 80);
    private final Operacao saque50 = op("s50", Tipo.SAQUE, "ana", null, 50);

    // ───── Casos que se leem ─────

    @Test
    @DisplayName("a transferência de uma conta para ela própria, recusada aqui e não recebida ali, é inocente")
    void transferenciaParaSi() {
        aplicar("r1", paraSi, cem, saque80);
        aplicar("r2", cem);
        Divergencia d = unica();
        assertEquals("s80", d.id());
        assertEquals(Map.of("r1", "APLICADA", "r2", "não aplicou"), d.fins());
    }

    @Test
    @DisplayName("a que se perdeu, e não a que por isso foi recusada mais tarde")
    void aQueSePerdeu() {
        aplicar("r1", saque50, saque80); // o depósito não chegou a r1, que vem primeiro por ordem de nome
        aplicar("r2", cem, saque50, saque80);
        assertEquals("cem", unica().id());
        assertEquals(Map.of("r1", "não aplicou", "r2", "APLICADA"), unica().fins());
    }

    @Test
    @DisplayName("uma diferença que se desfez não é a causa da que ficou")
    void aQueSeDesfez() {
        Operacao cinquenta = op("cinquenta", Tipo.DEPOSITO, "ana", null, 50);
        aplicar("r1", cinquenta, saque50, cem, saque80);
        aplicar("r2", saque50, cem); // sem o depósito, recusou o saque: ficou igual; depois perdeu o de 80
        assertEquals("s80", unica().id());
    }

    @Test
    @DisplayName("o que uma réplica aplicou e esqueceu ao morrer faz diferença")
    void esquecida() {
        aplicar("r1", cem, saque50);
        aplicar("r2", cem);
        processo("r2", "morto");
        processo("r2", "iniciado");
        bancos.put("r2", new Banco());
        efeitos.remove("r2");
        aplicar("r2", saque50);
        assertEquals("cem", unica().id());
        assertEquals("APLICADA, e esqueceu ao morrer", unica().fins().get("r2"));
        assertEquals(3.0, unica().t(), "passou a fazer diferença quando ela morreu");
    }

    @Test
    @DisplayName("de quem adotou o estado de outra não se sabe a história: as contas são diferentes, a causa não se diz")
    void adotou() {
        aplicar("r1", cem, saque50);
        rastro.add(evento("adotar").put("processo", "r2").put("seq", 1));
        bancos.computeIfAbsent("r2", r -> new Banco()).aplicar(cem);
        estado("r1");
        estado("r2");
        Divergencia d = unica();
        assertEquals("ana", d.conta());
        assertEquals(null, d.id());
    }

    @Test
    @DisplayName("uma morta que não disse o seu estado não conta")
    void morta() {
        aplicar("r1", cem);
        aplicar("r2", saque50);
        processo("r2", "morto");
        assertEquals(List.of(), Divergencia.de(rastro));
    }

    // ───── Histórias geradas ─────

    @Test
    @DisplayName("em histórias geradas: a acusada mudou a conta numa réplica e não, ou de outro modo, na outra; dali em"
            + " diante diferem sempre")
    void geradas() {
        int divergiram = 0;
        for (int semente = 0; semente < HISTORIAS; semente++) {
            recomecar();
            Random sorte = new Random(semente);
            List<Operacao> ops = operacoes(sorte, 3 + sorte.nextInt(25));
            aplicar("r1", chegada(ops, sorte));
            aplicar("r2", chegada(ops, sorte));
            estado("r1");
            estado("r2");
            List<Divergencia> achadas = Divergencia.de(rastro);
            String porque = "semente " + semente;
            assertEquals(diferentes(), achadas.stream().map(Divergencia::conta)
                    .collect(Collectors.toCollection(TreeSet::new)), porque);
            for (Divergencia d : achadas) {
                conferir(d, ops.stream().filter(op -> op.id_msg().equals(d.id())).findFirst().orElseThrow(), porque);
            }
            divergiram += achadas.isEmpty() ? 0 : 1;
        }
        assertTrue(divergiram > HISTORIAS / 3, "poucas divergiram: " + divergiram);
    }

    @Test
    @DisplayName("em histórias geradas, só com depósitos e uma ordem: a acusada é a primeira que se perdeu")
    void perdidas() {
        for (int semente = 0; semente < HISTORIAS; semente++) {
            recomecar();
            Random sorte = new Random(semente);
            List<Operacao> ops = operacoes(sorte, 20).stream().filter(op -> op.tipo() == Tipo.DEPOSITO).toList();
            List<Operacao> chegaram = ops.stream().filter(op -> sorte.nextInt(4) > 0).toList();
            boolean perdeAPrimeira = sorte.nextBoolean();
            aplicar("r1", perdeAPrimeira ? chegaram : ops);
            aplicar("r2", perdeAPrimeira ? ops : chegaram);
            estado("r1");
            estado("r2");
            List<Divergencia> achadas = Divergencia.de(rastro);
            assertEquals(ops.stream().filter(op -> !chegaram.contains(op)).map(Operacao::id_msg).findFirst().orElse(null),
                    achadas.isEmpty() ? null : achadas.get(0).id(), "semente " + semente);
        }
    }

    @Test
    @DisplayName("em histórias geradas: se a outra réplica der à acusada, e às de antes, o mesmo fim, ali a"
            + " conta fica igual")
    void alinhar() {
        for (int semente = 0; semente < HISTORIAS; semente++) {
            recomecar();
            Random sorte = new Random(semente);
            List<Operacao> ops = operacoes(sorte, 12);
            List<Operacao> outra = new ArrayList<>(ops);
            Collections.swap(outra, 3 + sorte.nextInt(8), 3 + sorte.nextInt(8));
            aplicar("r1", ops);
            aplicar("r2", outra);
            for (Divergencia d : Divergencia.de(rastro)) {
                int onde = IntStream.range(0, ops.size()).filter(i -> ops.get(i).id_msg().equals(d.id())).findFirst()
                        .orElseThrow();
                for (int ate = onde; ate <= ops.size(); ate++) { // o que falta às duas depois dela, na ordem da primeira
                    BigDecimal diferenca = diferenca(d.conta(), ops.subList(0, ate));
                    assertEquals(ate == onde, diferenca.signum() == 0, "semente " + semente + ", conta " + d.conta()
                            + ", até " + ate);
                }
            }
        }
    }

    private void conferir(Divergencia d, Operacao causa, String porque) {
        assertNotEquals(causa.conta_origem(), causa.conta_destino(), porque);
        BigDecimal numa = efeito("r1", d.id(), d.conta());
        BigDecimal noutra = efeito("r2", d.id(), d.conta());
        assertNotEquals(0, numa.compareTo(noutra), porque);
        assertTrue(numa.signum() != 0 || noutra.signum() != 0, porque);
        assertEquals(List.of("r1", "r2"), List.copyOf(d.fins().keySet()), porque);
    }

    private BigDecimal diferenca(String conta, List<Operacao> ops) {
        return ops.stream().map(op -> efeito("r1", op.id_msg(), conta).subtract(efeito("r2", op.id_msg(), conta)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private BigDecimal efeito(String replica, String id, String conta) {
        return efeitos.getOrDefault(replica, Map.of()).getOrDefault(id, Map.of()).getOrDefault(conta, BigDecimal.ZERO);
    }

    /** As contas que os bancos dizem ter com saldos diferentes. */
    private TreeSet<String> diferentes() {
        Function<String, BigDecimal> numa = bancos.get("r1")::saldo;
        return List.of("ana", "bia", "caio").stream().filter(c -> numa.apply(c).compareTo(bancos.get("r2").saldo(c)) != 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Operações sobre três contas; uma em cada nove transferências é para a própria conta. */
    private static List<Operacao> operacoes(Random sorte, int quantas) {
        List<String> contas = List.of("ana", "bia", "caio");
        return IntStream.range(0, quantas)
                .mapToObj(i -> op("m" + i, Tipo.values()[sorte.nextInt(3)], contas.get(sorte.nextInt(3)),
                contas.get(sorte.nextInt(3)), 1 + sorte.nextInt(9))).toList();
    }

    /** O que uma réplica ouve: na ordem, ou trocado aqui e ali, e às vezes com perdas. */
    private static List<Operacao> chegada(List<Operacao> ops, Random sorte) {
        List<Operacao> chegaram = new ArrayList<>(ops);
        for (int trocas = sorte.nextInt(4); trocas > 0; trocas--) {
            int i = sorte.nextInt(chegaram.size() - 1);
            Collections.swap(chegaram, i, i + 1);
        }
        chegaram.removeIf(op -> sorte.nextInt(20) == 0);
        return chegaram;
    }

    // ───── Ferramentas ─────

    private void recomecar() {
        rastro.clear();
        bancos.clear();
        efeitos.clear();
    }

    private Divergencia unica() {
        List<Divergencia> achadas = Divergencia.de(rastro);
        assertEquals(1, achadas.size());
        return achadas.get(0);
    }

    private void aplicar(String replica, Operacao... ops) {
        aplicar(replica, List.of(ops));
    }

    private void aplicar(String replica, List<Operacao> ops) {
        Banco banco = bancos.computeIfAbsent(replica, r -> new Banco());
        for (Operacao op : ops) {
            List<String> contas = Stream.of(op.conta_origem(), op.conta_destino()).filter(Objects::nonNull).toList();
            Map<String, BigDecimal> antes = contas.stream().distinct().collect(Collectors.toMap(c -> c, banco::saldo));
            Resultado resultado = banco.aplicar(op);
            Map<String, BigDecimal> mudou = new HashMap<>();
            antes.forEach((conta, saldo) -> mudou.put(conta, banco.saldo(conta).subtract(saldo)));
            efeitos.computeIfAbsent(replica, r -> new HashMap<>()).put(op.id_msg(), mudou);
            ObjectNode evento = evento("aplicar").put("processo", replica).put("id_msg", op.id_msg())
                    .put("seq", banco.aplicadas() + banco.recusadas()).put("resultado", resultado.situacao().name())
                    .put("operacao", op.tipo().name()).put("valor", op.valor());
            evento.set("contas", Json.MAPPER.valueToTree(contas));
            evento.set("saldos", Json.MAPPER.valueToTree(contas.stream().map(banco::saldo).toList()));
            rastro.add(evento);
        }
    }

    private void processo(String nome, String oQue) {
        rastro.add(evento("processo").put("nome", nome).put("evento", oQue));
    }

    private void estado(String replica) {
        Banco banco = bancos.get(replica);
        ObjectNode evento = evento("estado").put("processo", replica).put("seq", banco.aplicadas() + banco.recusadas());
        evento.set("saldos", Json.MAPPER.valueToTree(banco.saldos()));
        rastro.add(evento);
    }

    private ObjectNode evento(String tipo) {
        return Json.MAPPER.createObjectNode().put("t", rastro.size()).put("tipo", tipo);
    }

    private static Operacao op(String id, Tipo tipo, String conta, String outra, int valor) {
        return new Operacao(id, tipo, conta, tipo == Tipo.TRANSFERENCIA ? outra : null, BigDecimal.valueOf(valor));
    }

    public static void main(String[] args) {
        Testes.rodar(DivergenciaTest.class);
    }
}
