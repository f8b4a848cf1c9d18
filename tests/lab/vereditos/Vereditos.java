//SOURCES Divergencia.java Propriedade.java
package tests.lab.vereditos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * O que uma execução cumpriu e o que violou, tirado só do rastro dela: o que os clientes pediram e ouviram, o que cada
 * réplica aplicou, e o estado em que ficou. Cada veredito é sim, NÃO ou desconhecido; quem não respondeu nunca conta como um
 * sim.
 */
public final class Vereditos {

    /** O que se pode dizer de uma propriedade. */
    public enum Valor {
        SIM("sim"), NAO("NÃO"), DESCONHECIDO("desconhecido");

        private final String texto;

        Valor(String texto) {
            this.texto = texto;
        }

        @Override
        public String toString() {
            return texto;
        }
    }

    /** @param detalhes em termos de banco, no máximo {@value #LINHAS} linhas: qual operação, qual réplica, quais saldos */
    public record Veredito(Propriedade qual, Valor valor, List<String> detalhes) {

        public Veredito {
            detalhes = detalhes.stream().limit(LINHAS).toList();
        }

        /** O nome no rastro: {@code replicas-iguais}. */
        public String nome() {
            return qual.id();
        }
    }

    private static final int LINHAS = 5;

    /** Uma operação como o cliente a viu. @param ouviu em ms; infinito se não teve resposta que valha */
    private record Pedida(String cliente, ObjectNode op, double pediu, double ouviu, String resposta) {

        boolean confirmada() {
            return ouviu < Double.POSITIVE_INFINITY;
        }
    }

    private final List<ObjectNode> rastro;
    private int parte;
    private final Map<String, Pedida> pedidas = new LinkedHashMap<>();            // por id_msg
    private final Map<String, List<ObjectNode>> aplicadas = new TreeMap<>();      // por réplica, por ordem
    private final Map<String, ObjectNode> estados = new TreeMap<>();              // por réplica; o último
    // o que a pessoa quis, e com que id_msg o pediu
    private final Map<String, List<String>> vontades = new LinkedHashMap<>();

    private Vereditos(List<ObjectNode> rastro) {
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

    /** Os oito vereditos, na ordem de sempre; e mais um, se o rastro diz o que a pessoa quis. */
    public static List<Veredito> de(List<ObjectNode> rastro) {
        Vereditos v = new Vereditos(rastro);
        List<Veredito> todos = new ArrayList<>(
                List.of(v.replicasIguais(), v.dinheiroConservado(), v.saldoNuncaNegativo(), v.cadaIdUmaVez(),
                v.fifoPorCliente(), v.mesmaOrdem(), v.confirmadoNaoSePerde(), v.ordemDeTempoReal()));
        if (!v.vontades.isEmpty()) {
            todos.add(v.umaVontadeUmaVez());
        }
        return List.copyOf(todos);
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

    // ───── Os vereditos ─────

    private Veredito replicasIguais() {
        Propriedade qual = Propriedade.REPLICAS_IGUAIS;
        List<String> detalhes = new ArrayList<>();
        Set<String> resumos = new HashSet<>();
        comEstado().values().forEach(estado -> resumos.add(estado.path("resumo").asText()));
        if (resumos.size() > 1) {
            contasDiferentes().forEach(conta -> detalhes.add(conta + ": " + comEstado().entrySet().stream()
                    .map(e -> e.getKey() + " tem " + reais(e.getValue().path("saldos").path(conta)))
                    .collect(Collectors.joining(", "))));
            List<String> porque = primeiraDiferenca();
            List<String> linhas = new ArrayList<>(detalhes.subList(0, Math.min(detalhes.size(), LINHAS - porque.size())));
            linhas.addAll(porque);
            return new Veredito(qual, Valor.NAO, linhas);
        }
        return calados().isEmpty() && estados.size() > 1 ? new Veredito(qual, Valor.SIM, List.of()) : semEstado(qual);
    }

    private Veredito dinheiroConservado() {
        Propriedade qual = Propriedade.DINHEIRO_CONSERVADO;
        List<String> detalhes = new ArrayList<>();
        comEstado().forEach((replica, e) -> {
            BigDecimal entrou = decimal(e.path("depositado")).subtract(decimal(e.path("sacado")));
            if (decimal(e.path("total")).compareTo(entrou) != 0) {
                detalhes.add(replica + ": as contas somam " + reais(e.path("total")) + ", mas entraram menos saíram "
                        + entrou.setScale(2));
            }
        });
        return veredito(qual, detalhes);
    }

    private Veredito saldoNuncaNegativo() {
        Propriedade qual = Propriedade.SALDO_NUNCA_NEGATIVO;
        List<String> detalhes = new ArrayList<>();
        aplicadas.forEach((replica, lista) -> lista.forEach(a -> {
            for (int i = 0; i < a.path("contas").size(); i++) {
                if (decimal(a.path("saldos").path(i)).signum() < 0) {
                    detalhes.add(replica + ": depois de " + dizer(a.path("id_msg").asText()) + ", "
                            + a.path("contas").path(i).asText()
                            + " deve " + reais(a.path("saldos").path(i)));
                }
            }
        }));
        comEstado().forEach((replica, e) -> e.path("saldos").properties().stream()
                .filter(conta -> decimal(conta.getValue()).signum() < 0)
                .forEach(conta -> detalhes.add(replica + ": " + conta.getKey() + " tem " + reais(conta.getValue()))));
        return veredito(qual, detalhes);
    }

    private Veredito cadaIdUmaVez() {
        Propriedade qual = Propriedade.CADA_ID_UMA_VEZ;
        List<String> detalhes = new ArrayList<>();
        aplicadas.forEach((replica, lista) -> {
            Set<String> vistos = new HashSet<>();
            efetivas(lista).forEach(id -> {
                if (!vistos.add(id)) {
                    detalhes.add(replica + " aplicou mais de uma vez " + dizer(id));
                }
            });
        });
        return aplicadas.isEmpty() ? new Veredito(
                qual, Valor.DESCONHECIDO, List.of("nenhuma réplica registrou o que aplicou"))
                : veredito(qual, detalhes);
    }

    /** Se cada réplica aplicou as de cada cliente na ordem em que ele as pediu. */
    private Veredito fifoPorCliente() {
        Propriedade qual = Propriedade.FIFO_POR_CLIENTE;
        List<String> detalhes = new ArrayList<>();
        aplicadas.forEach((replica, lista) -> {
            Map<String, String> ultima = new HashMap<>(); // de cada cliente
            for (String id : efetivas(lista)) {
                Pedida esta = pedidas.get(id);
                String antes = esta == null ? null : ultima.put(esta.cliente, id);
                if (antes != null && pedidas.get(antes).pediu > esta.pediu) {
                    detalhes.add(replica + " aplicou " + dizer(antes) + " antes de " + dizer(id)
                            + ", que ele pediu primeiro");
                }
            }
        });
        return aplicadas.isEmpty() ? new Veredito(
                qual, Valor.DESCONHECIDO, List.of("nenhuma réplica registrou o que aplicou"))
                : veredito(qual, detalhes);
    }

    private Veredito mesmaOrdem() {
        Propriedade qual = Propriedade.MESMA_ORDEM;
        List<String> replicas = List.copyOf(aplicadas.keySet());
        for (int i = 1; i < replicas.size(); i++) {
            List<String> uma = efetivas(aplicadas.get(replicas.get(0)));
            List<String> outra = efetivas(aplicadas.get(replicas.get(i)));
            List<String> naUma = uma.stream().filter(new HashSet<>(outra)::contains).distinct().toList();
            List<String> naOutra = outra.stream().filter(new HashSet<>(uma)::contains).distinct().toList();
            for (int n = 0; n < naUma.size(); n++) {
                if (!naUma.get(n).equals(naOutra.get(n))) {
                    return new Veredito(qual, Valor.NAO, List.of(
                            replicas.get(0) + " aplicou primeiro " + dizer(naUma.get(n)),
                            replicas.get(i) + " aplicou primeiro " + dizer(naOutra.get(n))));
                }
            }
        }
        return replicas.size() > 1 ? new Veredito(qual, Valor.SIM, List.of())
                : new Veredito(qual, Valor.DESCONHECIDO, List.of("menos de duas réplicas registraram o que aplicaram"));
    }

    private Veredito confirmadoNaoSePerde() {
        Propriedade qual = Propriedade.CONFIRMADO_NAO_SE_PERDE;
        List<String> detalhes = new ArrayList<>();
        if (pedidas.values().stream().noneMatch(Pedida::confirmada)) {
            return new Veredito(qual, Valor.DESCONHECIDO, List.of("nada foi confirmado a um cliente"));
        }
        pedidas.forEach((id, pedida) -> {
            Map<String, String> resultados = new TreeMap<>();
            comEstado().forEach((replica, e) ->
                    resultados.put(replica, e.path("resultados").path(id).asText("DESCONHECIDA")));
            resultados.values().removeIf("DESCONHECIDA"::equals); // a quem só está atrasada, outra ainda lha pode dar
            String ouviu = pedida.cliente + " ouviu \"" + pedida.resposta + "\" de " + dizer(id);
            if (pedida.confirmada() && resultados.isEmpty() && !comEstado().isEmpty()) {
                detalhes.add(ouviu + ", e nenhuma réplica a tem");
            } else if (pedida.confirmada() && pedida.resposta.contains("resultado=")) {
                resultados.forEach((replica, resultado) -> {
                    if (!pedida.resposta.contains("resultado=" + resultado)) {
                        detalhes.add(ouviu + ", e em " + replica + " ela foi " + resultado);
                    }
                });
            }
        });
        return veredito(qual, detalhes);
    }

    /**
     * Se uma operação foi confirmada antes de outra ser pedida, aplica-se antes dela. Numa passada por réplica: na ordem em
     * que foram aplicadas, nenhuma foi confirmada antes de alguma das anteriores ser pedida.
     */
    private Veredito ordemDeTempoReal() {
        Propriedade qual = Propriedade.ORDEM_DE_TEMPO_REAL;
        if (aplicadas.isEmpty() || pedidas.values().stream().noneMatch(Pedida::confirmada)) {
            return new Veredito(qual, Valor.DESCONHECIDO,
                    List.of("sem respostas aos clientes não se sabe o que veio antes"));
        }
        List<String> detalhes = new ArrayList<>();
        aplicadas.forEach((replica, lista) -> {
            String ultimaPedida = null;
            for (String id : efetivas(lista)) {
                Pedida esta = pedidas.get(id);
                Pedida ultima = ultimaPedida == null ? null : pedidas.get(ultimaPedida);
                if (esta != null && ultima != null && esta.ouviu < ultima.pediu) {
                    detalhes.add(replica + " aplicou " + dizer(ultimaPedida) + " antes de " + dizer(id)
                            + ", que já estava confirmada quando aquela foi pedida");
                }
                if (esta != null && (ultima == null || esta.pediu > ultima.pediu)) {
                    ultimaPedida = id;
                }
            }
        });
        return veredito(qual, detalhes);
    }

    /** Se o que a pessoa quis uma vez, ainda que o tenha pedido mais vezes, valeu no máximo uma. */
    private Veredito umaVontadeUmaVez() {
        List<String> detalhes = new ArrayList<>();
        vontades.values().forEach(ids -> comEstado().forEach((replica, e) -> {
            long valeram = ids.stream().filter(id -> e.path("resultados").path(id).asText().equals("APLICADA")).count();
            if (valeram > 1) {
                detalhes.add(replica + ": quis-se uma vez " + dizer(ids.get(0)) + ", e valeu " + valeram
                        + " vezes: com outro id_msg, para o banco é outra operação");
            }
        }));
        return veredito(Propriedade.UMA_VONTADE_UMA_VEZ, detalhes);
    }

    // ───── Ferramentas ─────

    /** NÃO, se há o que contar; senão sim, se todas as réplicas responderam. */
    private Veredito veredito(Propriedade qual, List<String> detalhes) {
        return !detalhes.isEmpty() ? new Veredito(qual, Valor.NAO, detalhes)
                : estados.isEmpty() || !calados().isEmpty() ? semEstado(qual) : new Veredito(qual, Valor.SIM, List.of());
    }

    private Veredito semEstado(Propriedade qual) {
        return new Veredito(qual, Valor.DESCONHECIDO, calados().isEmpty() ? List.of("faltam réplicas que digam o seu estado")
                : calados().stream().map(replica -> replica + " não respondeu").toList());
    }

    private Map<String, ObjectNode> comEstado() {
        Map<String, ObjectNode> sabidos = new TreeMap<>(estados);
        sabidos.values().removeIf(estado -> !estado.has("resumo"));
        return sabidos;
    }

    private Set<String> calados() {
        Set<String> calados = new TreeSet<>(estados.keySet());
        calados.removeAll(comEstado().keySet());
        return calados;
    }

    private Set<String> contasDiferentes() {
        Set<String> contas = new TreeSet<>();
        comEstado().values().forEach(e -> e.path("saldos").properties().forEach(conta -> contas.add(conta.getKey())));
        contas.removeIf(conta -> comEstado().values().stream().map(e -> reais(e.path("saldos").path(conta)))
                .distinct().count() < 2);
        return contas;
    }

    /** A operação em que tudo começou, como a diz {@link Divergencia}; nada, se não se sabe. */
    private List<String> primeiraDiferenca() {
        return Divergencia.de(rastro).stream().filter(d -> d.id() != null).limit(1)
                .map(d -> "a diferença começa " + dizer(d.id()).replaceFirst("^([ao]) ", "n$1 ") + ": "
                        + d.fins().entrySet().stream().map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", "))).toList();
    }

    /** Os id_msg que esta réplica decidiu, por ordem; as duplicatas, que nada mudam, não contam. */
    private static List<String> efetivas(List<ObjectNode> lista) {
        return lista.stream().filter(a -> !a.path("resultado").asText().equals("DUPLICADA"))
                .map(a -> a.path("id_msg").asText())
                .toList();
    }

    /** A operação como uma pessoa a diria: {@code o SAQUE de 80.00 de ana (cliente-1)}. */
    private String dizer(String id) {
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

    private static BigDecimal decimal(JsonNode numero) {
        return numero.isNumber() ? numero.decimalValue() : BigDecimal.ZERO;
    }

    private static String reais(JsonNode numero) {
        return decimal(numero).setScale(2).toPlainString();
    }
}
