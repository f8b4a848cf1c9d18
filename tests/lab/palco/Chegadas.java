package tests.lab.palco;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.Banco;
import shared.Operacao;

/**
 * O que já chegou a cada processo, e os saldos que isso devia dar: de um que não é nosso, e que não registra o que aplica, é
 * assim que se sabe se aplicou. Numeradas, as operações valem pela ordem dos números, chegassem como chegassem; sem número,
 * pela ordem em que lhe chegaram.
 */
final class Chegadas {

    private final Map<String, Operacao> pedidas = new ConcurrentHashMap<>();       // pelo id_msg
    private final Map<Long, String> numeradas = new TreeMap<>();
    private final Map<String, List<String>> porProcesso = new HashMap<>();

    void vai(Operacao op) {
        pedidas.put(op.id_msg(), op);
    }

    /** @param evento um do rastro */
    synchronized void ouvir(JsonNode evento) {
        if (!evento.path("tipo").asText().equals("mensagem") || !evento.has("id_msg")
                || evento.path("controle").asBoolean()) {
            return;
        }
        String id = evento.path("id_msg").asText();
        if (evento.has("seq")) {
            numeradas.put(evento.path("seq").asLong(), id);
        }
        if (evento.path("evento").asText().equals("entregue")) {
            porProcesso.computeIfAbsent(evento.path("para").asText(), p -> new ArrayList<>()).add(id);
        }
    }

    /**
     * Se, pelos saldos que diz, um processo já aplicou esta operação.
     *
     * @param saldo {@code null} = não os diz, e então basta que lhe tenha chegado
     */
    boolean aplicou(String processo, Operacao op, Function<String, BigDecimal> saldo) {
        List<String> ordem = ordem(processo);
        int em = ordem.indexOf(op.id_msg());
        if (em < 0 || saldo == null) {
            return em >= 0;
        }
        Set<String> contas = op.conta_destino() == null ? Set.of(op.conta_origem())
                : Stream.of(op.conta_origem(), op.conta_destino()).collect(Collectors.toSet());
        Map<String, BigDecimal> diz = new HashMap<>();
        for (String conta : contas) {
            BigDecimal tem = saldo.apply(conta);
            diz.put(conta, tem == null ? BigDecimal.ZERO : tem);
        }
        Banco banco = new Banco();
        for (int i = 0; i < ordem.size(); i++) {
            if (pedidas.containsKey(ordem.get(i))) {
                banco.aplicar(pedidas.get(ordem.get(i)));
            }
            if (i >= em && contas.stream().allMatch(conta -> quase(banco.saldo(conta), diz.get(conta)))) {
                return true;
            }
        }
        return false;
    }

    /** Um float a menos de meio centavo ainda diz que a operação se aplicou; se o saldo é exato, é outra prova. */
    private static boolean quase(BigDecimal um, BigDecimal outro) {
        return um.subtract(outro).abs().compareTo(new BigDecimal("0.005")) < 0;
    }

    private synchronized List<String> ordem(String processo) {
        if (numeradas.isEmpty()) {
            return List.copyOf(porProcesso.getOrDefault(processo, List.of()));
        }
        return List.copyOf(numeradas.values());
    }
}
