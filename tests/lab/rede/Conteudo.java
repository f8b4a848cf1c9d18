package tests.lab.rede;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** O que se consegue saber de uma mensagem para a mostrar: nunca falha, e do que não entende mostra o começo. */
public final class Conteudo {

    private static final int RESUMO_MAXIMO = 80;
    private static final Map<String, String> TIPO =
            Map.of("depositar", "DEPOSITO", "sacar", "SAQUE", "transferir", "TRANSFERENCIA"); // o RPC diz o verbo
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
            return sobre.put("controle", true).put("resumo", curto(controle(objeto)));
        } catch (MensagemInvalida e) {
            return resposta(corpo, null);
        }
    }

    /** Do que não se lê. @param resumo o que se sabe */
    static ObjectNode fechado(String resumo) {
        return Json.MAPPER.createObjectNode().put("controle", true).put("resumo", resumo);
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
        return sobre.put("resumo", curto(texto.startsWith("{") ? objeto(corpo, texto) : texto));
    }

    /** O que diz uma resposta JSON-RPC, ou a de um pedido de controle; de um pedaço dela, o próprio texto. */
    private static String objeto(byte[] corpo, String texto) {
        try {
            ObjectNode objeto = Json.ler(corpo);
            if (objeto.has("error")) {
                return "ERRO " + objeto.path("error").path("message").asText();
            }
            JsonNode oQue = objeto.path("jsonrpc").isMissingNode() ? objeto : objeto.path("result");
            return oQue.isObject() ? controle((ObjectNode) oQue) : oQue.asText();
        } catch (MensagemInvalida e) {
            return texto;
        }
    }

    /** Uma mensagem entre os papéis, em palavras. */
    private static String controle(ObjectNode objeto) {
        if (objeto.path("pedido").isTextual()) {
            return objeto.get("pedido").textValue() + (objeto.has("desde") ? " desde " + objeto.path("desde").asText() : "");
        }
        if (objeto.path("envelopes").isArray()) {
            JsonNode lista = objeto.get("envelopes");
            return "história: " + (lista.isEmpty() ? "nada a mais" : "seq " + lista.path(0).path("seq").asText()
                    + (lista.size() == 1 ? "" : " a " + lista.path(lista.size() - 1).path("seq").asText()));
        }
        if (objeto.has("pulso")) {
            return "pulso";
        }
        if (objeto.has("seguir")) {
            return "siga desde " + objeto.path("seguir").asText()
                    + (objeto.path("confere").asBoolean(true) ? "" : ": o seu diário não confere");
        }
        if (objeto.has("primario") && objeto.has("epoca")) {
            return "visão " + objeto.path("epoca").asText() + ": o primário é "
                    + objeto.path("primario").asText().replaceFirst("#.*", "");
        }
        if (objeto.has("tamanho") && objeto.has("texto")) {
            return "instantâneo: " + objeto.path("tamanho").asText() + " bytes";
        }
        return objeto.properties().stream().filter(par -> par.getValue().isValueNode())
                .map(par -> par.getKey() + "=" + Json.porExtenso(par.getValue())).collect(Collectors.joining(" "));
    }

    private static ObjectNode operacao(ObjectNode sobre, ObjectNode op) {
        String origem = op.path("conta_origem").asText("");
        String destino = op.path("conta_destino").isTextual() ? " > " + op.get("conta_destino").textValue() : "";
        return sobre.put("id_msg", op.path("id_msg").asText())
                .put("resumo", curto(op.path("tipo").asText() + " " + origem + destino + " " + valor(op.path("valor"))));
    }

    /** Com duas casas, como 100.00, se é um valor que se possa ter no banco. */
    private static String valor(JsonNode valor) {
        boolean razoavel = valor.isNumber() && valor.decimalValue().precision() < 20
                && Math.abs(valor.decimalValue().scale()) < 20;
        return razoavel ? valor.decimalValue().setScale(2, RoundingMode.HALF_EVEN).toPlainString() : valor.asText();
    }

    /** Uma chamada JSON-RPC: as contas, o valor e, se vai, o id_msg, por ordem ou por nome. */
    private static ObjectNode chamada(ObjectNode sobre, ObjectNode objeto) {
        List<JsonNode> parametros = new ArrayList<>();
        objeto.path("params").elements().forEachRemaining(parametros::add);
        String metodo = objeto.get("method").textValue();
        if (metodo.equals("historico")) {
            String desde = parametros.isEmpty() ? "?" : parametros.get(0).asText();
            return sobre.put("controle", true).put("resumo", curto("HISTORICO desde " + desde));
        }
        List<String> contas = new ArrayList<>();
        String quanto = "";
        for (JsonNode parametro : parametros) {
            if (parametro.isNumber()) {
                quanto = valor(parametro);
            } else if (parametro.isTextual() && quanto.isEmpty()) {
                contas.add(parametro.textValue());
            } else if (parametro.isTextual()) {
                sobre.put("id_msg", parametro.textValue());
            }
        }
        String tipo = TIPO.getOrDefault(metodo, metodo);
        return sobre.put("resumo", curto(tipo + " " + String.join(" > ", contas) + " " + quanto));
    }

    private static void numero(ObjectNode sobre, ObjectNode objeto, String campo) {
        if (objeto.path(campo).isIntegralNumber()) {
            sobre.put(campo, objeto.get(campo).asLong());
        }
    }

    /** Uma linha só; do que não é texto (RPyC), o que nele se lê; de um pedaço de JSON, que ninguém lê, só que o é. */
    private static String curto(String texto) {
        String uma = texto.replaceAll("[\\p{Cntrl}\uFFFD]+", " ").strip();
        uma = uma.startsWith("{") || uma.startsWith("[") ? "parte de uma mensagem" : uma;
        return uma.length() <= RESUMO_MAXIMO ? uma : uma.substring(0, RESUMO_MAXIMO - 1) + "…";
    }
}
