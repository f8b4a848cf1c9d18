//SOURCES Etcd.java Repartida.java
package tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.Json;

/**
 * etcd com três membros, e nele um banco, como o escreveria quem tivesse só o etcd: uma chave por conta, com o saldo, e uma
 * por id_msg. Cada operação lê as suas chaves, e grava-as numa transação que só vale se ninguém as mudou desde que se leram
 * (têm a mesma revisão); se não valeu, outra vez.
 */
class EtcdComContas extends Etcd {

    private final AtomicLong operacoes = new AtomicLong();
    private final AtomicLong tentativas = new AtomicLong();

    @Override
    public byte[] pedido(Operacao op) {
        return op.json().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    Amostra gerar(Moldes moldes, int pendentes, Ate ate) {
        return Repartida.clientes(deTodos(), protocolo, moldes, pendentes, ate,
                (conexao, operacao) -> levar(conexao, Operacao.ler(operacao)));
    }

    /** Quantas vezes se tentou gravar, em média, por operação: 1, se nunca houve conflito. */
    double tentativas() {
        return (double) tentativas.get() / operacoes.get();
    }

    // ───── O banco ─────

    private void levar(Gerador.Conexao etcd, Operacao op) throws IOException {
        List<String> chaves = Stream.of(op.id_msg(), op.conta_origem(), op.conta_destino()).filter(c -> c != null).toList();
        Transacao leitura = new Transacao();
        chaves.forEach(chave -> leitura.ler("success", chave));
        JsonNode lidas = leitura.fazer(etcd);
        while (revisao(lidas, 0) == 0) { // senão, já se fez
            tentativas.incrementAndGet();
            lidas = gravar(etcd, op, chaves, lidas);
        }
        operacoes.incrementAndGet();
    }

    /** @return como estão as chaves agora */
    private static JsonNode gravar(Gerador.Conexao etcd, Operacao op, List<String> chaves, JsonNode lidas)
            throws IOException {
        BigDecimal origem = saldo(lidas, 1).add(op.tipo() == Operacao.Tipo.DEPOSITO ? op.valor() : op.valor().negate());
        boolean aceite = origem.signum() >= 0;
        Transacao gravacao = new Transacao();
        for (int i = 0; i < chaves.size(); i++) {
            gravacao.seRevisao(chaves.get(i), revisao(lidas, i));
        }
        gravacao.gravar(op.id_msg(), aceite ? "APLICADA" : "RECUSADA");
        if (aceite) {
            gravacao.gravar(op.conta_origem(), origem.toString());
        }
        if (aceite && op.conta_destino() != null) {
            gravacao.gravar(op.conta_destino(), saldo(lidas, 2).add(op.valor()).toString());
        }
        Stream.of("success", "failure").forEach(como -> chaves.forEach(chave -> gravacao.ler(como, chave)));
        return gravacao.fazer(etcd);
    }

    /** O saldo de uma conta agora. */
    BigDecimal saldo(Gerador.Conexao etcd, String conta) throws IOException {
        Transacao leitura = new Transacao();
        leitura.ler("success", conta);
        return saldo(leitura.fazer(etcd), 0);
    }

    // ───── As transações do etcd ─────

    /** O que se pede numa: o que se confere, o que se faz se está certo, e o que se faz se não está. */
    private static final class Transacao {

        private final ObjectNode corpo = Json.MAPPER.createObjectNode();

        void seRevisao(String chave, long revisao) {
            corpo.withArray("compare").addObject().put("key", base64(chave)).put("target", "MOD")
                    .put("result", "EQUAL").put("mod_revision", revisao);
        }

        void gravar(String chave, String valor) {
            corpo.withArray("success").addObject().putObject("request_put").put("key", base64(chave))
                    .put("value", base64(valor));
        }

        void ler(String como, String chave) {
            corpo.withArray(como).addObject().putObject("request_range").put("key", base64(chave));
        }

        /** @return só o que se leu, pela ordem em que se pediu */
        JsonNode fazer(Gerador.Conexao etcd) throws IOException {
            String resposta = new String(etcd.perguntar(Protocolo.Etcd.pedido("kv/txn", corpo.toString())),
                    StandardCharsets.UTF_8);
            ArrayNode lidas = Json.MAPPER.createArrayNode();
            Json.MAPPER.readTree(resposta.substring(resposta.indexOf("\r\n\r\n"))).path("responses").forEach(uma -> {
                if (uma.has("response_range")) {
                    lidas.add(uma.get("response_range").path("kvs").path(0));
                }
            });
            return lidas;
        }

        private static String base64(String texto) {
            return Base64.getEncoder().encodeToString(texto.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** 0 se a chave não existe. */
    private static long revisao(JsonNode lidas, int qual) {
        return lidas.path(qual).path("mod_revision").asLong();
    }

    private static BigDecimal saldo(JsonNode lidas, int qual) {
        byte[] valor = Base64.getDecoder().decode(lidas.path(qual).path("value").asText());
        return valor.length == 0 ? BigDecimal.ZERO : new BigDecimal(new String(valor, StandardCharsets.US_ASCII));
    }
}
