//SOURCES ../../shared/Envelope.java ../../shared/Operacao.java
package tests.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.Json;
import shared.MensagemInvalida;

/** O que se consegue saber de uma mensagem para a mostrar: nunca falha, e do que não entende mostra o começo. */
final class Conteudo {

    private static final int RESUMO_MAXIMO = 80;
    private static final Pattern ID_NA_RESPOSTA = Pattern.compile("enfileirad[oa]: ([^\"]{1,64})");

    private Conteudo() {
    }

    /** De uma operação, simples ou num envelope, ou de uma mensagem de controle. */
    static ObjectNode de(byte[] corpo) {
        ObjectNode sobre = Json.MAPPER.createObjectNode();
        try {
            ObjectNode objeto = Json.ler(corpo);
            if (objeto.path("op").isTextual()) {
                ObjectNode op = Json.ler(objeto.get("op").textValue().getBytes(StandardCharsets.UTF_8));
                operacao(sobre, op).put("seq", objeto.path("seq").asLong());
                if (objeto.has("epoca")) {
                    sobre.put("epoca", objeto.get("epoca").asLong());
                }
                return sobre;
            }
            if (objeto.has("id_msg") && objeto.has("tipo")) {
                return operacao(sobre, objeto);
            }
            if (objeto.has("method")) {
                return chamada(sobre, objeto);
            }
            return sobre.put("controle", true).put("resumo", curto(objeto.path("pedido").asText(objeto.toString())));
        } catch (MensagemInvalida e) {
            return resposta(corpo, null);
        }
    }

    /** De uma resposta. @param pedido o id_msg do pedido dela, se se sabe */
    static ObjectNode resposta(byte[] corpo, String pedido) {
        String texto = new String(corpo, StandardCharsets.UTF_8);
        ObjectNode sobre = Json.MAPPER.createObjectNode();
        Matcher id = ID_NA_RESPOSTA.matcher(texto);
        String qual = id.find() ? id.group(1) : pedido;
        if (qual != null) {
            sobre.put("id_msg", qual);
        } else {
            sobre.put("controle", true);
        }
        return sobre.put("resumo", curto(texto));
    }

    private static ObjectNode operacao(ObjectNode sobre, ObjectNode op) {
        String origem = op.path("conta_origem").asText("");
        String destino = op.path("conta_destino").isTextual() ? " > " + op.get("conta_destino").textValue() : "";
        return sobre.put("id_msg", op.path("id_msg").asText())
                .put("resumo", curto(op.path("tipo").asText() + " " + origem + destino + " " + op.path("valor").asText()));
    }

    /** Uma chamada JSON-RPC: o id_msg, se vai, é o último parâmetro. */
    private static ObjectNode chamada(ObjectNode sobre, ObjectNode objeto) {
        JsonNode parametros = objeto.path("params");
        String metodo = objeto.path("method").asText();
        JsonNode id = parametros.isArray() ? parametros.path(parametros.size() - 1) : parametros.path("id_msg");
        if (metodo.equals("historico")) {
            sobre.put("controle", true);
        } else if (id.isTextual() && id.textValue().length() > 8) {
            sobre.put("id_msg", id.textValue());
        }
        return sobre.put("resumo", curto(metodo + " " + parametros));
    }

    private static String curto(String texto) {
        String uma = texto.replaceAll("\\p{Cntrl}+", " ");
        return uma.length() <= RESUMO_MAXIMO ? uma : uma.substring(0, RESUMO_MAXIMO - 1) + "…";
    }
}
