package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import shared.texto.Reais;
import tests.lab.cenas.Passo;

/** A pergunta que a cena faz, e o que a turma responde: só se conta, e esquece-se com a pergunta. */
final class Enquete {

    private Passo.Perguntar qual; // null = nenhuma
    private boolean julgou;       // o que houve desde que se perguntou
    private String certa; // null = ainda não se sabe
    private final Map<String, BigDecimal> respostas = new LinkedHashMap<>(); // de cada ligação

    /** Fez-se isto: uma pergunta abre-se, e tem resposta quando depois dela se julga o que houve. */
    synchronized void fez(Passo passo) {
        if (passo instanceof Passo.Perguntar esta) {
            perguntar(esta);
        } else if (passo instanceof Passo.Julgar) {
            julgou = true;
        }
    }

    private void perguntar(Passo.Perguntar esta) {
        qual = esta;
        certa = null;
        julgou = false;
        respostas.clear();
    }

    synchronized void calar() {
        perguntar(null);
    }

    /** A que já tem resposta, e ainda se não disse; {@code null} se nenhuma. */
    synchronized Passo.Perguntar porSaber() {
        return julgou && certa == null ? qual : null;
    }

    synchronized void saber(BigDecimal facto) {
        certa = facto.toPlainString();
    }

    /** @throws ErroDeUso se não há pergunta, já se sabe, ou não é um valor */
    synchronized void responder(String ligacao, String resposta) {
        if (qual == null || certa != null) {
            throw new ErroDeUso(qual == null ? "agora não há pergunta nenhuma" : "já se sabe a resposta");
        }
        respostas.put(ligacao, resposta.strip().matches("0+([.,]0{1,2})?") ? BigDecimal.ZERO.setScale(2)
                : Reais.ler(resposta).setScale(2));
    }

    /** {@code null} se não há pergunta. */
    synchronized ObjectNode json() {
        if (qual == null) {
            return null;
        }
        ObjectNode json = Json.MAPPER.createObjectNode().put("texto", qual.texto());
        Map<BigDecimal, Integer> contas = new TreeMap<>();
        respostas.values().forEach(valor -> contas.merge(valor, 1, Integer::sum));
        ObjectNode quais = json.putObject("respostas");
        contas.forEach((valor, quantas) -> quais.put(valor.toPlainString(), quantas));
        return json.put("quantas", respostas.size()).put("certa", certa);
    }
}
