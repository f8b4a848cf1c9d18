package shared.papel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Reais;

/** O comando {@code contas}: lê o banco de cada réplica, página a página, e põe-nos lado a lado. Sem soquetes. */
final class Contas {

    /**
     * Um banco lido.
     *
     * @param mudou se foi aplicada alguma operação entre a primeira página e a última
     * @param ultima a última resposta
     */
    record Pagina(String id, Map<String, BigDecimal> saldos, boolean mudou, ObjectNode ultima) {
    }

    private Contas() {
    }

    /** Pede todas as páginas. @throws Falha se uma resposta não se entende */
    static Pagina ler(Function<String, ObjectNode> perguntar) {
        Map<String, BigDecimal> saldos = new TreeMap<>();
        HashSet<Long> seqs = new HashSet<>();
        String ultima = "";
        while (true) {
            ObjectNode pedido = Json.MAPPER.createObjectNode().put("pedido", "CONTAS").put("depois", ultima);
            ObjectNode resposta = perguntar.apply(Json.escrever(pedido));
            String antes = ultima;
            for (Map.Entry<String, JsonNode> conta : Json.objeto(resposta, "contas").properties()) {
                if (!conta.getValue().isNumber() || conta.getKey().compareTo(ultima) <= 0) {
                    throw new MensagemInvalida("campo", "contas: esperava saldos por ordem de nome");
                }
                ultima = conta.getKey();
                saldos.put(ultima, conta.getValue().decimalValue());
            }
            seqs.add(Json.inteiro(resposta, "seq"));
            if (!Json.logico(resposta, "mais") || ultima.equals(antes)) {
                return new Pagina(Json.texto(resposta, "id"), saldos, seqs.size() > 1, resposta);
            }
        }
    }

    /** Uma linha por conta, uma coluna por réplica; {@code ≠} no fim das que diferem, {@code -} onde a conta não existe. */
    static Stream<String> tabela(Map<String, Map<String, BigDecimal>> porReplica) {
        List<List<String>> linhas = new ArrayList<>();
        linhas.add(Stream.concat(Stream.of("conta"), porReplica.keySet().stream()).toList());
        for (String conta : nomes(porReplica)) {
            Stream<String> saldos = porReplica.values().stream().map(banco -> saldo(banco, conta));
            linhas.add(Stream.concat(Stream.of(conta), saldos).toList());
        }
        int[] largura = new int[linhas.get(0).size()];
        linhas.forEach(linha -> {
            for (int i = 0; i < largura.length; i++) {
                largura[i] = Math.max(largura[i], letras(linha.get(i)));
            }
        });
        return porReplica.isEmpty() ? Stream.empty() : linhas.stream().map(linha -> alinhar(linha, largura)
                + (linha != linhas.get(0) && linha.stream().skip(1).distinct().count() > 1 ? "  ≠" : ""));
    }

    /** Se alguma conta não tem o mesmo saldo em todas. */
    static boolean diferem(Map<String, Map<String, BigDecimal>> porReplica) {
        return nomes(porReplica).stream()
                .anyMatch(conta -> porReplica.values().stream().map(banco -> saldo(banco, conta)).distinct().count() > 1);
    }

    private static SortedSet<String> nomes(Map<String, Map<String, BigDecimal>> porReplica) {
        SortedSet<String> nomes = new TreeSet<>();
        porReplica.values().forEach(banco -> nomes.addAll(banco.keySet()));
        return nomes;
    }

    private static String saldo(Map<String, BigDecimal> banco, String conta) {
        BigDecimal saldo = banco.get(conta);
        return saldo == null ? "-" : Reais.escrever(saldo);
    }

    /** O nome à esquerda, os números à direita. */
    private static String alinhar(List<String> linha, int[] largura) {
        StringBuilder texto = new StringBuilder(linha.get(0)).append(" ".repeat(largura[0] - letras(linha.get(0))));
        for (int i = 1; i < largura.length; i++) {
            texto.append("  ").append(" ".repeat(largura[i] - letras(linha.get(i)))).append(linha.get(i));
        }
        return texto.toString();
    }

    private static int letras(String texto) {
        return texto.codePointCount(0, texto.length());
    }
}
