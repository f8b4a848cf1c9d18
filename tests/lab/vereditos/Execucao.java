package tests.lab.vereditos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** O que um rastro conta: o que os clientes pediram e ouviram, o que cada réplica aplicou, e o estado em que ficou. */
final class Execucao {

    /** Uma operação como o cliente a viu. @param ouviu em ms; infinito se não teve resposta que valha */
    record Pedida(String cliente, ObjectNode op, double pediu, double ouviu, String resposta) {

        boolean confirmada() {
            return ouviu < Double.POSITIVE_INFINITY;
        }
    }

    final List<ObjectNode> rastro;
    private int parte;
    final Map<String, Pedida> pedidas = new LinkedHashMap<>();            // por id_msg
    final Map<String, List<ObjectNode>> aplicadas = new TreeMap<>();      // por réplica, por ordem
    final Map<String, ObjectNode> estados = new TreeMap<>();              // por réplica; o último
    // o que a pessoa quis, e com que id_msg o pediu
    final Map<String, List<String>> vontades = new LinkedHashMap<>();

    Execucao(List<ObjectNode> rastro) {
        this.rastro = rastro;
        for (ObjectNode evento : rastro) {
            String quem = evento.path("processo").asText();
            switch (evento.path("tipo").asText()) {
                case "inicio" -> parte = evento.path("parte").asInt();
                case "cliente" -> cliente(evento);
                case "aplicar" -> aplicadas.computeIfAbsent(quem, q -> new ArrayList<>()).add(evento);
                case "adotar" -> aplicadas.remove(quem); // o que aplicou antes pode ter sido desfeito
                case "estado" -> estados.put(quem, evento);
                default -> { }
            }
        }
    }

    private void cliente(ObjectNode evento) {
        String id = evento.path("id_msg").asText();
        double t = evento.path("t").asDouble();
        if (evento.path("evento").asText().equals("pede")) {
            pedidas.putIfAbsent(id, new Pedida(evento.path("cliente").asText(), evento, t, Double.POSITIVE_INFINITY, ""));
            if (evento.has("vontade")) {
                vontades.computeIfAbsent(evento.path("vontade").asText(), v -> new ArrayList<>()).add(id);
            }
        } else if (evento.path("evento").asText().equals("resposta") && pedidas.containsKey(id)) {
            String texto = evento.path("texto").asText();
            boolean valeu = parte != 1 && !texto.startsWith("ERRO");
            pedidas.computeIfPresent(id, (i, p) -> new Pedida(p.cliente, p.op, p.pediu, valeu ? t : p.ouviu, texto));
        }
    }

    Map<String, ObjectNode> comEstado() {
        Map<String, ObjectNode> sabidos = new TreeMap<>(estados);
        sabidos.values().removeIf(estado -> !estado.has("resumo"));
        return sabidos;
    }

    Set<String> calados() {
        Set<String> calados = new TreeSet<>(estados.keySet());
        calados.removeAll(comEstado().keySet());
        return calados;
    }

    Set<String> contasDiferentes() {
        Set<String> contas = new TreeSet<>();
        comEstado().values().forEach(e -> e.path("saldos").properties().forEach(conta -> contas.add(conta.getKey())));
        contas.removeIf(conta -> comEstado().values().stream().map(e -> reais(e.path("saldos").path(conta)))
                .distinct().count() < 2);
        return contas;
    }

    /** Os id_msg que esta réplica decidiu, por ordem; as duplicatas, que nada mudam, não contam. */
    static List<String> efetivas(List<ObjectNode> lista) {
        return lista.stream().filter(a -> !a.path("resultado").asText().equals("DUPLICADA"))
                .map(a -> a.path("id_msg").asText())
                .toList();
    }

    /** A operação como uma pessoa a diria: {@code o SAQUE de 80.00 de ana (cliente-1)}. */
    String dizer(String id) {
        Pedida pedida = pedidas.get(id);
        if (pedida == null) {
            return "a operação " + id;
        }
        String contas = StreamSupport.stream(pedida.op.path("contas").spliterator(), false).map(JsonNode::asText)
                .collect(Collectors.joining(" para "));
        String tipo = pedida.op.path("operacao").asText();
        return (tipo.equals("TRANSFERENCIA") ? "a " : "o ") + tipo + " de " + reais(pedida.op.path("valor"))
                + (tipo.equals("DEPOSITO") ? " em " : " de ") + contas + " (" + pedida.cliente + ")";
    }

    static BigDecimal decimal(JsonNode numero) {
        return numero.isNumber() ? numero.decimalValue() : BigDecimal.ZERO;
    }

    static String reais(JsonNode numero) {
        return decimal(numero).setScale(2).toPlainString();
    }
}
