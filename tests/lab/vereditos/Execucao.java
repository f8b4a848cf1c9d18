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

    private static final String GRUPO = " (grupo ";
    private static final String ATE_AO_GRUPO = "^[^ ]*";

    final List<ObjectNode> rastro;
    private int parte;
    final Map<String, Pedida> pedidas = new LinkedHashMap<>();            // por id_msg
    final Map<String, List<ObjectNode>> aplicadas = new TreeMap<>();      // por réplica e grupo, por ordem
    final Map<String, ObjectNode> estados = new TreeMap<>();              // por réplica; o último
    ObjectNode corte; // o último que se leu, com as contas em grupos; null = nenhum
    // o que a pessoa quis, e com que id_msg o pediu
    final Map<String, List<String>> vontades = new LinkedHashMap<>();

    Execucao(List<ObjectNode> rastro) {
        this.rastro = rastro;
        for (ObjectNode evento : rastro) {
            String quem = evento.path("processo").asText();
            switch (evento.path("tipo").asText()) {
                case "inicio" -> parte = evento.path("parte").asInt();
                case "cliente" -> cliente(evento);
                case "aplicar" -> aplicadas.computeIfAbsent(quem + doGrupo(evento), q -> new ArrayList<>()).add(evento);
                case "adotar" -> aplicadas.remove(quem + doGrupo(evento)); // o que aplicou antes pode ter sido desfeito
                case "corte" -> corte = evento;
                case "estado" -> estados.put(quem, evento);
                default -> { }
            }
        }
    }

    /** Cada grupo de contas tem a sua ordem; entre as de dois grupos não há nenhuma. */
    private static String doGrupo(ObjectNode evento) {
        return evento.has("grupo") ? GRUPO + evento.path("grupo").asInt() + ")" : "";
    }

    /** Se o que estas duas aplicaram devia ser o mesmo, pela mesma ordem. @param uma chave de {@link #aplicadas} */
    static boolean doMesmoGrupo(String uma, String outra) {
        return uma.replaceFirst(ATE_AO_GRUPO, "").equals(outra.replaceFirst(ATE_AO_GRUPO, ""));
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

    /** O que os clientes depositaram menos o que sacaram, pelo que as réplicas dizem que foi feito de cada operação. */
    BigDecimal entrou() {
        return pedidas.entrySet().stream().filter(e -> comEstado().values().stream().anyMatch(estado ->
                estado.path("resultados").path(e.getKey()).asText().equals("APLICADA"))).map(e -> e.getValue().op())
                .map(op -> switch (op.path("operacao").asText()) {
                    case "DEPOSITO" -> decimal(op.path("valor"));
                    case "SAQUE" -> decimal(op.path("valor")).negate();
                    default -> BigDecimal.ZERO;
                }).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Os saldos de todas as contas no corte que se leu; nenhum, se nenhum se leu. */
    Map<String, BigDecimal> saldosDoCorte() {
        Map<String, BigDecimal> saldos = new TreeMap<>();
        if (corte != null) {
            corte.path("saldos").properties().forEach(um -> saldos.put(um.getKey(), new BigDecimal(um.getValue().asText())));
        }
        return saldos;
    }

    /** Eles, e o que vai a caminho entre elas. */
    BigDecimal somaDoCorte() {
        return saldosDoCorte().values().stream().reduce(new BigDecimal(corte.path("em_transito").asText()), BigDecimal::add);
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
