//SOURCES Divergencia.java Execucao.java Propriedade.java
package tests.lab.vereditos;

import static tests.lab.vereditos.Execucao.decimal;
import static tests.lab.vereditos.Execucao.efetivas;
import static tests.lab.vereditos.Execucao.reais;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

    private final Execucao execucao;

    private Vereditos(Execucao execucao) {
        this.execucao = execucao;
    }

    /** Os oito vereditos, na ordem de sempre; e mais um, se o rastro diz o que a pessoa quis. */
    public static List<Veredito> de(List<ObjectNode> rastro) {
        Vereditos v = new Vereditos(new Execucao(rastro));
        List<Veredito> todos = new ArrayList<>(
                List.of(v.replicasIguais(), v.dinheiroConservado(), v.saldoNuncaNegativo(), v.cadaIdUmaVez(),
                v.fifoPorCliente(), v.mesmaOrdem(), v.confirmadoNaoSePerde(), v.ordemDeTempoReal()));
        if (!v.execucao.vontades.isEmpty()) {
            todos.add(v.umaVontadeUmaVez());
        }
        return List.copyOf(todos);
    }

    // ───── Os vereditos ─────

    private Veredito replicasIguais() {
        Propriedade qual = Propriedade.REPLICAS_IGUAIS;
        List<String> detalhes = new ArrayList<>();
        Set<String> resumos = new HashSet<>();
        execucao.comEstado().values().forEach(estado -> resumos.add(estado.path("resumo").asText()));
        if (resumos.size() > 1) {
            execucao.contasDiferentes().forEach(conta -> detalhes.add(conta + ": " + execucao.comEstado().entrySet().stream()
                    .map(e -> e.getKey() + " tem " + reais(e.getValue().path("saldos").path(conta)))
                    .collect(Collectors.joining(", "))));
            List<String> porque = primeiraDiferenca();
            List<String> linhas = new ArrayList<>(detalhes.subList(0, Math.min(detalhes.size(), LINHAS - porque.size())));
            linhas.addAll(porque);
            return new Veredito(qual, Valor.NAO, linhas);
        }
        return execucao.calados().isEmpty() && execucao.estados.size() > 1 ? new Veredito(qual, Valor.SIM, List.of())
                : semEstado(qual);
    }

    private Veredito dinheiroConservado() {
        Propriedade qual = Propriedade.DINHEIRO_CONSERVADO;
        List<String> detalhes = new ArrayList<>();
        if (execucao.comEstado().values().stream().anyMatch(e -> !e.has("depositado"))) {
            return new Veredito(qual, Valor.DESCONHECIDO, List.of("nem todas dizem quanto entrou e saiu"));
        }
        execucao.comEstado().forEach((replica, e) -> {
            BigDecimal entrou = decimal(e.path("depositado")).subtract(decimal(e.path("sacado")));
            if (decimal(e.path("total")).compareTo(entrou) != 0) {
                detalhes.add(replica + ": as contas somam " + reais(e.path("total")) + ", mas entraram menos saíram "
                        + entrou.setScale(2));
            }
        });
        if (execucao.corte != null && !execucao.corte.has("saldos")) {
            return new Veredito(qual, Valor.DESCONHECIDO, List.of("nenhum ordenador leu todas as contas num corte"));
        }
        if (execucao.corte != null && execucao.entrou().compareTo(execucao.somaDoCorte()) != 0) {
            detalhes.add("num corte, as contas de todos os grupos e o que vai a caminho somam " + execucao.somaDoCorte()
                    + ", mas entraram menos saíram " + execucao.entrou().setScale(2));
        }
        return veredito(qual, detalhes);
    }

    private Veredito saldoNuncaNegativo() {
        Propriedade qual = Propriedade.SALDO_NUNCA_NEGATIVO;
        List<String> detalhes = new ArrayList<>();
        execucao.aplicadas.forEach((replica, lista) -> lista.forEach(a -> {
            for (int i = 0; i < a.path("contas").size(); i++) {
                if (decimal(a.path("saldos").path(i)).signum() < 0) {
                    detalhes.add(replica + ": depois de " + execucao.dizer(a.path("id_msg").asText()) + ", "
                            + a.path("contas").path(i).asText()
                            + " deve " + reais(a.path("saldos").path(i)));
                }
            }
        }));
        execucao.comEstado().forEach((replica, e) -> e.path("saldos").properties().stream()
                .filter(conta -> decimal(conta.getValue()).signum() < 0)
                .forEach(conta -> detalhes.add(replica + ": " + conta.getKey() + " tem " + reais(conta.getValue()))));
        execucao.saldosDoCorte().forEach((conta, saldo) -> {
            if (saldo.signum() < 0) {
                detalhes.add("num corte, " + conta + " tem " + saldo);
            }
        });
        return veredito(qual, detalhes);
    }

    private Veredito cadaIdUmaVez() {
        Propriedade qual = Propriedade.CADA_ID_UMA_VEZ;
        List<String> detalhes = new ArrayList<>();
        execucao.aplicadas.forEach((replica, lista) -> {
            Set<String> vistos = new HashSet<>();
            efetivas(lista).forEach(id -> {
                if (!vistos.add(id)) {
                    detalhes.add(replica + " aplicou mais de uma vez " + execucao.dizer(id));
                }
            });
        });
        return execucao.aplicadas.isEmpty() ? new Veredito(
                qual, Valor.DESCONHECIDO, List.of("nenhuma réplica registrou o que aplicou"))
                : veredito(qual, detalhes);
    }

    /** Se cada réplica aplicou as de cada cliente na ordem em que ele as pediu. */
    private Veredito fifoPorCliente() {
        Propriedade qual = Propriedade.FIFO_POR_CLIENTE;
        List<String> detalhes = new ArrayList<>();
        execucao.aplicadas.forEach((replica, lista) -> {
            Map<String, String> ultima = new HashMap<>(); // de cada cliente
            for (String id : efetivas(lista)) {
                Execucao.Pedida esta = execucao.pedidas.get(id);
                String antes = esta == null ? null : ultima.put(esta.cliente(), id);
                if (antes != null && execucao.pedidas.get(antes).pediu() > esta.pediu()) {
                    detalhes.add(replica + " aplicou " + execucao.dizer(antes) + " antes de " + execucao.dizer(id)
                            + ", que ele pediu primeiro");
                }
            }
        });
        return execucao.aplicadas.isEmpty() ? new Veredito(
                qual, Valor.DESCONHECIDO, List.of("nenhuma réplica registrou o que aplicou"))
                : veredito(qual, detalhes);
    }

    private Veredito mesmaOrdem() {
        Propriedade qual = Propriedade.MESMA_ORDEM;
        boolean comparou = false;
        for (String replica : execucao.aplicadas.keySet()) {
            String primeira = execucao.aplicadas.keySet().stream().filter(outra -> Execucao.doMesmoGrupo(outra, replica))
                    .findFirst().orElseThrow();
            List<String> uma = efetivas(execucao.aplicadas.get(primeira));
            List<String> outra = efetivas(execucao.aplicadas.get(replica));
            List<String> naUma = uma.stream().filter(new HashSet<>(outra)::contains).distinct().toList();
            List<String> naOutra = outra.stream().filter(new HashSet<>(uma)::contains).distinct().toList();
            for (int n = 0; n < naUma.size(); n++) {
                if (!naUma.get(n).equals(naOutra.get(n))) {
                    return new Veredito(qual, Valor.NAO, List.of(
                            primeira + " aplicou primeiro " + execucao.dizer(naUma.get(n)),
                            replica + " aplicou primeiro " + execucao.dizer(naOutra.get(n))));
                }
            }
            comparou |= !primeira.equals(replica);
        }
        return comparou ? new Veredito(qual, Valor.SIM, List.of())
                : new Veredito(qual, Valor.DESCONHECIDO, List.of("menos de duas réplicas registraram o que aplicaram"));
    }

    private Veredito confirmadoNaoSePerde() {
        Propriedade qual = Propriedade.CONFIRMADO_NAO_SE_PERDE;
        List<String> detalhes = new ArrayList<>();
        if (execucao.pedidas.values().stream().noneMatch(Execucao.Pedida::confirmada)) {
            return new Veredito(qual, Valor.DESCONHECIDO, List.of("nada foi confirmado a um cliente"));
        }
        if (execucao.comEstado().values().stream().anyMatch(e -> !e.has("resultados"))) {
            return new Veredito(qual, Valor.DESCONHECIDO, List.of("nem todas dizem o que foi feito de cada operação"));
        }
        execucao.pedidas.forEach((id, pedida) -> {
            Map<String, String> resultados = new TreeMap<>();
            execucao.comEstado().forEach((replica, e) ->
                    resultados.put(replica, e.path("resultados").path(id).asText("DESCONHECIDA")));
            resultados.values().removeIf("DESCONHECIDA"::equals); // a quem só está atrasada, outra ainda lha pode dar
            String ouviu = pedida.cliente() + " ouviu \"" + pedida.resposta() + "\" de " + execucao.dizer(id);
            if (pedida.confirmada() && resultados.isEmpty() && !execucao.comEstado().isEmpty()) {
                detalhes.add(ouviu + ", e nenhuma réplica a tem");
            } else if (pedida.confirmada() && pedida.resposta().contains("resultado=")) {
                resultados.forEach((replica, resultado) -> {
                    if (!pedida.resposta().contains("resultado=" + resultado)) {
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
        if (execucao.aplicadas.isEmpty() || execucao.pedidas.values().stream().noneMatch(Execucao.Pedida::confirmada)) {
            return new Veredito(qual, Valor.DESCONHECIDO,
                    List.of("sem respostas aos clientes não se sabe o que veio antes"));
        }
        List<String> detalhes = new ArrayList<>();
        execucao.aplicadas.forEach((replica, lista) -> {
            String ultimaPedida = null;
            for (String id : efetivas(lista)) {
                Execucao.Pedida esta = execucao.pedidas.get(id);
                Execucao.Pedida ultima = ultimaPedida == null ? null : execucao.pedidas.get(ultimaPedida);
                if (esta != null && ultima != null && esta.ouviu() < ultima.pediu()) {
                    detalhes.add(replica + " aplicou " + execucao.dizer(ultimaPedida) + " antes de " + execucao.dizer(id)
                            + ", que já estava confirmada quando aquela foi pedida");
                }
                if (esta != null && (ultima == null || esta.pediu() > ultima.pediu())) {
                    ultimaPedida = id;
                }
            }
        });
        return veredito(qual, detalhes);
    }

    /** Se o que a pessoa quis uma vez, ainda que o tenha pedido mais vezes, valeu no máximo uma. */
    private Veredito umaVontadeUmaVez() {
        List<String> detalhes = new ArrayList<>();
        execucao.vontades.values().forEach(ids -> execucao.comEstado().forEach((replica, e) -> {
            long valeram = ids.stream().filter(id -> e.path("resultados").path(id).asText().equals("APLICADA")).count();
            if (valeram > 1) {
                detalhes.add(replica + ": quis-se uma vez " + execucao.dizer(ids.get(0)) + ", e valeu " + valeram
                        + " vezes: com outro id_msg, para o banco é outra operação");
            }
        }));
        return veredito(Propriedade.UMA_VONTADE_UMA_VEZ, detalhes);
    }

    // ───── Ferramentas ─────

    /** NÃO, se há o que contar; senão sim, se todas as réplicas responderam. */
    private Veredito veredito(Propriedade qual, List<String> detalhes) {
        return !detalhes.isEmpty() ? new Veredito(qual, Valor.NAO, detalhes)
                : execucao.estados.isEmpty() || !execucao.calados().isEmpty() ? semEstado(qual)
                : new Veredito(qual, Valor.SIM, List.of());
    }

    private Veredito semEstado(Propriedade qual) {
        return new Veredito(qual, Valor.DESCONHECIDO,
                execucao.calados().isEmpty() ? List.of("faltam réplicas que digam o seu estado")
                : execucao.calados().stream().map(replica -> replica + " não respondeu").toList());
    }

    /** A operação em que tudo começou, como a diz {@link Divergencia}; nada, se não se sabe. */
    private List<String> primeiraDiferenca() {
        return Divergencia.de(execucao.rastro).stream().filter(d -> d.id() != null).limit(1)
                .map(d -> "a diferença começa " + execucao.dizer(d.id()).replaceFirst("^([ao]) ", "n$1 ") + ": "
                        + d.fins().entrySet().stream().map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", "))).toList();
    }
}
