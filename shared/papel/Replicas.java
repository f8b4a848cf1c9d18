//SOURCES Contas.java
package shared.papel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * As réplicas a que um cliente pergunta, cada uma na sua porta de consulta: os comandos {@code saldo}, {@code estado} e
 * {@code contas}.
 */
public final class Replicas {

    private static final int PRAZO_MS = 1_000;
    private static final int TENTATIVAS = 2;

    private final Defesa defesa;
    private final List<Endereco> onde;

    Replicas(Defesa defesa, List<Endereco> onde) {
        this.defesa = defesa;
        this.onde = onde;
    }

    // ───── Saldo ─────

    /** Mostra o saldo em cada réplica que responde. @return 0 se todas responderam, e nenhuma parou; senão 1 */
    int saldo(String conta) {
        return consultar(pedidoDeSaldo(conta), resposta -> mostrarSaldo(conta, resposta));
    }

    /** O pedido que se faz a quem responde a SALDO. */
    public static String pedidoDeSaldo(String conta) {
        return Json.escrever(Json.MAPPER.createObjectNode().put("pedido", "SALDO").put("conta", conta));
    }

    /** Mostra a resposta a um pedido de saldo. @throws Falha se é um erro */
    public static void mostrarSaldo(String conta, String resposta) {
        ObjectNode r = lerResposta(resposta);
        if (!r.path("saldo").isNumber()) {
            throw new Falha("não entendo a resposta " + Json.citar(resposta, 200));
        }
        BigDecimal saldo = r.get("saldo").decimalValue().setScale(2, RoundingMode.HALF_EVEN);
        System.out.println(Json.limpar(Json.texto(r, "id") + ": " + conta + " tem " + saldo.toPlainString()));
        exigirQueAnde(r);
    }

    /** @throws Falha se quem responde diz que parou: o que ele disse é velho, ou vai ser */
    private static void exigirQueAnde(ObjectNode resposta) {
        if (resposta.path("parada").isTextual()) {
            throw new Falha(Json.texto(resposta, "id") + " parou: " + resposta.get("parada").textValue());
        }
    }

    private static ObjectNode lerResposta(String resposta) {
        if (resposta.startsWith("ERRO")) {
            throw new Falha(resposta);
        }
        return Json.ler(resposta.getBytes(StandardCharsets.UTF_8));
    }

    // ───── Estado ─────

    /** Mostra o estado de cada réplica. @return como {@link #saldo} @throws Falha se os resumos diferem */
    int estado() {
        Map<String, ObjectNode> estados = new LinkedHashMap<>();
        int codigo = consultar("{\"pedido\": \"ESTADO\"}", resposta -> {
            ObjectNode r = lerResposta(resposta);
            estados.put(Json.texto(r, "id"), r);
            System.out.println(Json.limpar(Json.texto(r, "id") + " " + emLinha(r)));
            exigirQueAnde(r);
        });
        if (diferentes(estados, "resumo") < 2) {
            return codigo;
        }
        throw new Falha("as réplicas não estão iguais (" + String.join(", ", estados.keySet()) + "): os resumos diferem"
                + (diferentes(estados, "seq") == 1 ? ", com o mesmo seq; contas mostra onde"
                : "; os seq também: se não estão só a receber, contas mostra onde"));
    }

    private static long diferentes(Map<String, ObjectNode> estados, String campo) {
        return estados.values().stream().map(r -> r.path(campo).asText()).distinct().count();
    }

    private static String emLinha(JsonNode estado) {
        return estado.properties().stream().filter(campo -> !Set.of("id", "parada").contains(campo.getKey()))
                .map(Replicas::par).collect(Collectors.joining(" "));
    }

    private static String par(Map.Entry<String, JsonNode> campo) {
        return campo.getKey() + "=" + (campo.getValue().isObject() ? "[" + emLinha(campo.getValue()) + "]"
                : Json.porExtenso(campo.getValue()));
    }

    // ───── Contas ─────

    /** Mostra todas as contas, uma coluna por réplica. @return como {@link #saldo}, e 1 se alguma difere */
    int contas() {
        Map<String, Map<String, BigDecimal>> porReplica = new LinkedHashMap<>();
        int codigo = consultar(replica -> {
            try (Requisicao requisicao = new Requisicao(defesa, replica, PRAZO_MS, TENTATIVAS)) {
                Contas.Pagina inteira = Contas.ler(pedido -> lerResposta(requisicao.perguntar(pedido)));
                String nome = porReplica.containsKey(inteira.id()) ? inteira.id() + " em " + replica : inteira.id();
                porReplica.put(nome, inteira.saldos());
                if (inteira.mudou()) {
                    System.err.println("atenção: " + Json.limpar(nome)
                            + " mudou enquanto se lia; as linhas são de momentos diferentes");
                }
                return inteira.ultima();
            }
        }, Replicas::exigirQueAnde);
        Contas.tabela(porReplica).forEach(linha -> System.out.println(Json.limpar(linha)));
        return Contas.diferem(porReplica) ? 1 : codigo;
    }

    // ───── A cada uma ─────

    private int consultar(String pedido, Consumer<String> mostrar) {
        return consultar(replica -> {
            try (Requisicao requisicao = new Requisicao(defesa, replica, PRAZO_MS, TENTATIVAS)) {
                return requisicao.perguntar(pedido);
            }
        }, mostrar);
    }

    private <T> int consultar(Function<Endereco, T> perguntar, Consumer<T> mostrar) {
        int codigo = 0;
        for (Endereco replica : onde) {
            try {
                mostrar.accept(perguntar.apply(replica));
            } catch (Falha | MensagemInvalida e) {
                System.err.println("erro: " + Json.limpar(e.getMessage()));
                codigo = 1;
            }
        }
        return codigo;
    }
}
