//SOURCES Passagem.java
package part3.regra.grupos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import shared.Operacao;
import shared.memoria.Lembradas;
import shared.texto.Json;

/**
 * O que um grupo sabe das passagens: as que abriu e ainda não fechou, o que deu cada uma das que acabaram, e, de cada outro
 * grupo, as que dele recebeu. Isto basta para que nenhuma chegue duas vezes, por mais tarde que se repita: as que vão de um
 * grupo a outro são numeradas sem buracos, e quem as recebe lembra até qual tem todas, e as soltas depois dessa.
 */
final class Passagens {

    private static final BigDecimal ZERO = new BigDecimal("0.00");

    /** As que foram a outro grupo, ou vieram dele. */
    private static final class Contadas {
        private long ate;                                     // tem todas, de 1 até esta
        private final TreeSet<Long> soltas = new TreeSet<>(); // e também estas
        private BigDecimal total = ZERO;

        boolean tem(long numero) {
            return numero <= ate || soltas.contains(numero);
        }

        void juntar(long numero, BigDecimal valor) {
            soltas.add(numero);
            while (soltas.remove(ate + 1)) {
                ate++;
            }
            total = total.add(valor);
        }

        long ultima() {
            return soltas.isEmpty() ? ate : soltas.last();
        }
    }

    private final Map<String, Passagem> abertas = new LinkedHashMap<>(); // pelo id_msg do cliente, por ordem
    private final Lembradas<Long> acabadas = Lembradas.deNumeros();      // e o seq: desde que se fecham, ou se recusam
    private final Map<Integer, Contadas> enviadas = new TreeMap<>();     // por grupo
    private final Map<Integer, Contadas> recebidas = new TreeMap<>();

    private static Contadas com(Map<Integer, Contadas> quais, int grupo) {
        return quais.getOrDefault(grupo, new Contadas());
    }

    // ───── No grupo de origem ─────

    /** Abre uma passagem: o dinheiro já saiu da conta. */
    Passagem abrir(int de, int para, long seq, Operacao op) {
        Contadas destas = enviadas.computeIfAbsent(para, p -> new Contadas());
        Passagem nova = new Passagem(de, para, destas.ate + 1, seq, op);
        destas.juntar(nova.numero(), op.valor());
        abertas.put(op.id_msg(), nova);
        return nova;
    }

    /** A que este id_msg abriu; {@code null} se não abriu nenhuma, ou se já se fechou. */
    Passagem aberta(String idMsg) {
        return abertas.get(idMsg);
    }

    /** O seq desta operação, se já acabou; {@code null} se não. Veja {@link Lembradas#daPrimeiraVez}. */
    Long acabada(Operacao op) {
        return acabadas.daPrimeiraVez(op.id_msg(), op::conteudo);
    }

    /** Uma operação que não é preciso levar a lado nenhum: chegou, ou recusou-se. */
    void acabar(Operacao op, long seq) {
        acabadas.lembrar(op.id_msg(), new Lembradas.Lembrada<>(op.conteudo(), seq));
    }

    /** @return se estava aberta; só o número diz qual é: o id_msg pode já ser de outra */
    boolean fechar(Passagem esta) {
        Passagem aberta = abertas.get(esta.op().id_msg());
        if (aberta == null || aberta.para() != esta.para() || aberta.numero() != esta.numero()) {
            return false;
        }
        abertas.remove(esta.op().id_msg());
        acabar(aberta.op(), aberta.seq());
        return true;
    }

    /** As abertas, das mais velhas em diante; só para leitura. */
    Collection<Passagem> abertas() {
        return Collections.unmodifiableCollection(abertas.values());
    }

    /** O número da última que saiu para esse grupo; 0 se nenhuma. */
    long ultimaPara(int grupo) {
        return com(enviadas, grupo).ate;
    }

    // ───── No grupo de destino ─────

    /** @return se é a primeira vez que chega */
    boolean receber(Passagem esta) {
        Contadas destas = recebidas.computeIfAbsent(esta.de(), d -> new Contadas());
        if (destas.tem(esta.numero())) {
            return false;
        }
        destas.juntar(esta.numero(), esta.op().valor());
        return true;
    }

    boolean recebeu(int de, long numero) {
        return com(recebidas, de).tem(numero);
    }

    /** O número da última que veio desse grupo, e até que número vieram todas; 0 se nenhuma. */
    long ultimaDe(int grupo) {
        return com(recebidas, grupo).ultima();
    }

    long todasDe(int grupo) {
        return com(recebidas, grupo).ate;
    }

    /** Tudo o que saiu, menos tudo o que chegou, em reais: somado em todos os grupos, é o que está em trânsito. */
    BigDecimal saldo() {
        return total(enviadas).subtract(total(recebidas));
    }

    private static BigDecimal total(Map<Integer, Contadas> quais) {
        return quais.values().stream().map(c -> c.total).reduce(ZERO, BigDecimal::add);
    }

    // ───── Instantâneos ─────

    ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode lista = json.putArray("abertas");
        abertas.values().forEach(passagem -> lista.add(passagem.json()));
        ArrayNode ids = json.putArray("acabadas"); // [id_msg, seq, conteúdo], por ordem
        acabadas.cada((id, uma) -> ids.addArray().add(id).add(uma.valor()).add(uma.conteudo()));
        escrever(enviadas, json.putArray("enviadas"));
        escrever(recebidas, json.putArray("recebidas"));
        return json;
    }

    private static void escrever(Map<Integer, Contadas> quais, ArrayNode lista) { // [grupo, até, total, soltas…]
        quais.forEach((grupo, estas) -> {
            ArrayNode uma = lista.addArray().add(grupo).add(estas.ate).add(estas.total);
            estas.soltas.forEach(uma::add);
        });
    }

    static Passagens ler(ObjectNode json) {
        Passagens passagens = new Passagens();
        for (JsonNode uma : json.path("abertas")) {
            Passagem passagem = Passagem.ler((ObjectNode) uma);
            passagens.abertas.put(passagem.op().id_msg(), passagem);
        }
        json.path("acabadas").forEach(uma -> passagens.acabadas.lembrar(uma.path(0).textValue(),
                new Lembradas.Lembrada<>(uma.path(2).textValue(), uma.path(1).longValue())));
        ler(passagens.enviadas, json.path("enviadas"));
        ler(passagens.recebidas, json.path("recebidas"));
        return passagens;
    }

    private static void ler(Map<Integer, Contadas> quais, JsonNode lista) {
        for (JsonNode uma : lista) {
            Contadas estas = new Contadas();
            estas.ate = uma.path(1).longValue();
            estas.total = uma.path(2).decimalValue().setScale(2);
            for (int i = 3; i < uma.size(); i++) {
                estas.soltas.add(uma.get(i).longValue());
            }
            quais.put(uma.path(0).intValue(), estas);
        }
    }
}
