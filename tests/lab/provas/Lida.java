package tests.lab.provas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import shared.Operacao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Uma operação como a escreveu o programa que se corrige: o que varia por aí aceita-se, e diz-se; o que faria parar um
 * programa original, não.
 *
 * @param numero   o seq com que veio; 0 se veio sem número
 * @param aceitou  o que se aceitou, em palavras
 */
record Lida(long numero, String id, String tipo, String origem, String destino, BigDecimal valor, List<String> aceitou) {

    /** Lê {@code {"seq": n, "op": "…"}}. @throws Reprovada com o que veio, e o que devia vir */
    static Lida numerada(String texto) {
        List<String> aceitou = new ArrayList<>();
        ObjectNode objeto = objeto(texto, "um envelope {\"seq\": n, \"op\": \"…\"}");
        JsonNode seq = objeto.get("seq");
        exigir(seq != null && seq.isIntegralNumber() && seq.longValue() >= 1, "o seq devia ser um inteiro, de 1 em diante",
                texto);
        JsonNode op = objeto.get("op");
        exigir(op != null && op.isTextual(), "op devia ser um texto: a Operacao em JSON, entre aspas", texto);
        if (!List.of("seq", "op").equals(nomes(objeto))) {
            aceitou.add("um envelope com mais chaves, ou por outra ordem: " + nomes(objeto));
        }
        return operacao(objeto(op.textValue(), "uma Operacao, dentro de op,"), op.textValue(), seq.longValue(), aceitou);
    }

    /** Lê uma Operacao, com número ou sem ele. */
    static Lida qualquer(String texto) {
        ObjectNode objeto = objeto(texto, "uma Operacao");
        return objeto.has("seq") || objeto.has("op") ? numerada(texto) : simples(texto);
    }

    /** Lê uma Operacao, só as cinco chaves. */
    static Lida simples(String texto) {
        return operacao(objeto(texto, "uma Operacao"), texto, 0, new ArrayList<>());
    }

    private static ObjectNode objeto(String texto, String oQue) {
        try {
            return Json.ler(texto.getBytes(StandardCharsets.UTF_8));
        } catch (MensagemInvalida e) {
            throw Reprovada.seguranca("esperava " + oQue + " em JSON, e veio " + Json.citar(texto, 120) + " ("
                    + e.getMessage() + ")");
        }
    }

    private static Lida operacao(ObjectNode o, String texto, long numero, List<String> aceitou) {
        List<String> aMais = nomes(o).stream().filter(nome -> !Operacao.CHAVES.contains(nome)).toList();
        exigir(aMais.isEmpty(), "uma chave a mais na Operacao (" + String.join(", ", aMais)
                + ") faz parar um programa original, que só conhece as cinco", texto);
        if (!nomes(o).equals(Operacao.CHAVES)) {
            aceitou.add("as chaves da Operacao por outra ordem, ou sem as que são null");
        }
        String tipo = campo(o, "tipo", texto);
        String origem = textoOuNull(o, "conta_origem", texto);
        String destino = textoOuNull(o, "conta_destino", texto);
        if (tipo.equals("DEPOSITO") && origem == null && destino != null) {
            aceitou.add("a conta do DEPOSITO em conta_destino");
            origem = destino;
            destino = null;
        }
        JsonNode valor = o.get("valor");
        exigir(valor != null && valor.isNumber(), "o valor devia ser um número, sem aspas", texto);
        if (valor.isIntegralNumber()) {
            aceitou.add("o valor como inteiro, sem ponto");
        }
        return new Lida(numero, campo(o, "id_msg", texto), tipo, origem, destino, valor.decimalValue(), aceitou);
    }

    private static String campo(ObjectNode o, String nome, String texto) {
        String valor = textoOuNull(o, nome, texto);
        exigir(valor != null, "falta " + nome, texto);
        return valor;
    }

    private static String textoOuNull(ObjectNode o, String nome, String texto) {
        JsonNode no = o.path(nome);
        exigir(no.isMissingNode() || no.isNull() || no.isTextual(), nome + " devia ser um texto, ou null", texto);
        return no.textValue();
    }

    private static void exigir(boolean vale, String motivo, String texto) {
        if (!vale) {
            throw Reprovada.seguranca(motivo + ": " + Json.citar(texto, 200));
        }
    }

    private static List<String> nomes(ObjectNode objeto) {
        return objeto.properties().stream().map(par -> par.getKey()).toList();
    }

    /** Se é esta, também no id_msg. */
    boolean e(Operacao op) {
        return id.equals(op.id_msg()) && eComo(op);
    }

    /** Se faz o mesmo que esta, com o id_msg que for. */
    boolean eComo(Operacao op) {
        return tipo.equals(op.tipo().name()) && Objects.equals(origem, op.conta_origem())
                && Objects.equals(destino, op.conta_destino()) && valor.compareTo(op.valor()) == 0;
    }

    @Override
    public String toString() {
        return tipo + " de " + valor.toPlainString() + " em " + origem + (destino == null ? "" : " para " + destino);
    }
}
