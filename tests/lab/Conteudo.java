//SOURCES ../../shared/Json.java
package tests.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.Json;
import shared.MensagemInvalida;

/** O que se consegue saber de uma mensagem para a mostrar: nunca falha, e do que não entende mostra o começo. */
public final class Conteudo {

    private static final int RESUMO_MAXIMO = 80;
    private static final Pattern ID_NA_RESPOSTA = Pattern.compile("enfileirad[oa]: ([^\"\\p{Cntrl}]{1,64})");

    private Conteudo() {
    }

    /** De uma operação, simples ou num envelope, de uma chamada JSON-RPC, ou de uma mensagem de controle. */
    public static ObjectNode de(byte[] corpo) {
        ObjectNode sobre = Json.MAPPER.createObjectNode();
        try {
            ObjectNode objeto = Json.ler(corpo);
            if (objeto.path("op").isTextual()) {
                operacao(sobre, Json.ler(objeto.get("op").textValue().getBytes(StandardCharsets.UTF_8)));
                numero(sobre, objeto, "seq");
                numero(sobre, objeto, "epoca");
                return sobre;
            }
            if (objeto.has("id_msg") && objeto.has("tipo")) {
                return operacao(sobre, objeto);
            }
            if (objeto.path("method").isTextual()) {
                return chamada(sobre, objeto);
            }
            return sobre.put("controle", true).put("resumo", curto(objeto.path("pedido").asText(objeto.toString())));
        } catch (MensagemInvalida e) {
            return resposta(corpo, null);
        }
    }

    /** De uma resposta. @param pedido o id_msg do pedido dela, se se sabe */
    public static ObjectNode resposta(byte[] corpo, String pedido) {
        String texto = new String(corpo, StandardCharsets.UTF_8);
        ObjectNode sobre = Json.MAPPER.createObjectNode();
        Matcher id = ID_NA_RESPOSTA.matcher(texto);
        String qual = id.find() ? id.group(1) : pedido;
        if (qual != null) {
            sobre.put("id_msg", qual);
        } else {
            sobre.put("controle", true);
        }
        return sobre.put("resumo", curto(texto.startsWith("{\"jsonrpc\"") ? doJsonRpc(corpo, texto) : texto));
    }

    /** O que diz uma resposta JSON-RPC. */
    private static String doJsonRpc(byte[] corpo, String texto) {
        try {
            ObjectNode objeto = Json.ler(corpo);
            return objeto.has("error") ? "ERRO " + objeto.path("error").path("message").asText()
                    : objeto.path("result").isTextual() ? objeto.get("result").textValue() : objeto.path("result").toString();
        } catch (MensagemInvalida e) {
            return texto; // só um pedaço dela
        }
    }

    private static ObjectNode operacao(ObjectNode sobre, ObjectNode op) {
        String origem = op.path("conta_origem").asText("");
        String destino = op.path("conta_destino").isTextual() ? " > " + op.get("conta_destino").textValue() : "";
        return sobre.put("id_msg", op.path("id_msg").asText())
                .put("resumo", curto(op.path("tipo").asText() + " " + origem + destino + " " + valor(op.path("valor"))));
    }

    /** Com duas casas, como 100.00, se é um valor que se possa ter no banco. */
    private static String valor(JsonNode valor) {
        boolean razoavel = valor.isNumber() && valor.decimalValue().precision() < 20 && Math.abs(valor.decimalValue().scale()) < 20;
        return razoavel ? valor.decimalValue().setScale(2, RoundingMode.HALF_EVEN).toPlainString() : valor.asText();
    }

    /** Uma chamada JSON-RPC: o id_msg, se vai, é o último parâmetro, depois do valor. */
    private static ObjectNode chamada(ObjectNode sobre, ObjectNode objeto) {
        JsonNode parametros = objeto.path("params");
        String metodo = objeto.get("method").textValue();
        JsonNode id = parametros.isArray() ? parametros.path(parametros.size() - 1) : parametros.path("id_msg");
        if (id.isTextual()) {
            sobre.put("id_msg", id.textValue());
        }
        if (metodo.equals("historico")) {
            sobre.put("controle", true);
        }
        return sobre.put("resumo", curto(metodo + " " + parametros));
    }

    private static void numero(ObjectNode sobre, ObjectNode objeto, String campo) {
        if (objeto.path(campo).isIntegralNumber()) {
            sobre.put(campo, objeto.get(campo).asLong());
        }
    }

    /** Uma linha só; do que não é texto (RPyC), o que nele se lê. */
    private static String curto(String texto) {
        String uma = texto.replaceAll("[\\p{Cntrl}\uFFFD]+", " ").strip();
        return uma.length() <= RESUMO_MAXIMO ? uma : uma.substring(0, RESUMO_MAXIMO - 1) + "…";
    }
}
