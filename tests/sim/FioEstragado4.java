package tests.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import part4.regra.Mensagens.DaTestemunha;
import part4.regra.Nodo;
import part4.regra.Visao;
import shared.texto.Json;

/** O que um fio com defeito faz às mensagens de um servidor da parte 4: o núcleo é o de verdade, e o que o rodeia mente. */
final class FioEstragado4 {

    private final Servidor4 dono;
    private final Defeito defeito;
    private long anunciado;     // CONFIRMAR_ANTES_DE_GRAVAR: o maior número que passou
    private long foto = -1;     // ADOTAR_CEDO: até onde ia o instantâneo que acaba de passar; -1 = nenhum
    private Visao dita;         // TIRAR_ANTES_DA_TESTEMUNHA: a última que a testemunha disse

    FioEstragado4(Servidor4 dono, Defeito defeito) {
        this.dono = dono;
        this.defeito = defeito;
    }

    void reiniciar() {
        anunciado = 0;
    }

    private static ObjectNode ler(String mensagem) {
        return Json.lerGrande(mensagem.getBytes(UTF_8));
    }

    private boolean com(Defeito qual) {
        return defeito == qual;
    }

    private Nodo<?> nodo() {
        return dono.nodo();
    }

    // ───── O que chega ao servidor ─────

    String pedido(String mensagem) {
        if (!com(Defeito.SEM_EPOCA) && !com(Defeito.REUSAR_A_EPOCA) || !mensagem.contains("\"pedido\"")) {
            return mensagem;
        }
        ObjectNode m = ler(mensagem);
        if (com(Defeito.SEM_EPOCA) && m.has("epoca_do_ultimo")) {
            m.put("epoca_do_ultimo", epocaDe(m.get("ultimo").longValue()));
        }
        return Json.escrever(m.has("epoca") ? m.put("epoca", nodo().epoca()) : m);
    }

    /** A da entrada que este servidor tem nesta posição. */
    private long epocaDe(long seq) {
        long epoca = 0;
        for (Map.Entry<String, JsonNode> comeco : nodo().estado().get("epocas").properties()) {
            epoca = Long.parseLong(comeco.getKey()) <= seq ? Math.max(epoca, comeco.getValue().longValue()) : epoca;
        }
        return epoca;
    }

    String difundida(String mensagem) {
        ObjectNode m = ler(mensagem);
        anunciado = Math.max(anunciado, m.path("seq").asLong());
        if (com(Defeito.SEM_EPOCA) || comoSeFosseAMesma(m.path("epoca").asLong())) {
            m.put("epoca", nodo().epoca());
        }
        if (com(Defeito.IGNORAR_BURACO) && m.path("seq").asLong() > nodo().ultimo()) {
            m.put("seq", nodo().ultimo() + 1);
        }
        return Json.escrever(m);
    }

    String doPrimario(String mensagem) {
        if (com(Defeito.ADOTAR_CEDO)) {
            return semOQueVemDepois(ler(mensagem));
        }
        if (!com(Defeito.SEM_EPOCA) && !com(Defeito.REUSAR_A_EPOCA)) {
            return mensagem;
        }
        ObjectNode m = ler(mensagem);
        return Json.escrever(m.has("seguir") ? m.put("seguir", nodo().epoca())
                : m.has("historia") ? m.put("historia", Long.toString(nodo().epoca())) : m);
    }

    /** Do que vem depois de um instantâneo, diz que não há nada. */
    private String semOQueVemDepois(ObjectNode m) {
        if (m.has("texto")) {
            foto = m.path("posicao").asLong();
        } else if (m.has("envelopes") && foto >= 0) {
            m.put("ultima", foto).putArray("envelopes");
            m.put("primeira", Math.min(m.path("primeira").asLong(), foto + 1));
            foto = -1;
        }
        return Json.escrever(m);
    }

    String daTestemunha(String mensagem) {
        dita = DaTestemunha.ler(mensagem.getBytes(UTF_8)).visao();
        return dita != null && comoSeFosseAMesma(dita.epoca()) && dita.primario().equals(nodo().visao().primario())
                ? new DaTestemunha(nodo().visao()).json() : mensagem;
    }

    /** REUSAR_A_EPOCA: quem segue um primário não dá por ele ter outra época. */
    private boolean comoSeFosseAMesma(long epoca) {
        return com(Defeito.REUSAR_A_EPOCA) && nodo().visaoDeOutro() != null && epoca > nodo().epoca();
    }

    // ───── O que sai dele ─────

    String resposta(String texto) {
        boolean talvez = com(Defeito.RECUSAR_O_DIFUNDIDO) && texto.endsWith("o disco deste servidor falhou");
        return talvez ? "ERRO disco: falhou" : texto;
    }

    String aoPrimario(String mensagem) {
        if (!com(Defeito.CONFIRMAR_ANTES_DE_GRAVAR)) {
            return mensagem;
        }
        ObjectNode m = ler(mensagem);
        return Json.escrever(m.path("conferido").asBoolean() ? m.put("ultimo", Math.max(anunciado, nodo().ultimo())) : m);
    }

    boolean passaADeposicao() {
        return !com(Defeito.SEM_DEPOR);
    }

    /** A uma proposta de tirar alguém, responde logo, em vez da testemunha; e insiste com ela sobre a que ela conhece. */
    String aTestemunha(String mensagem) {
        if (!com(Defeito.TIRAR_ANTES_DA_TESTEMUNHA)) {
            return mensagem;
        }
        ObjectNode m = ler(mensagem);
        Visao visao = nodo().visao();
        if (m.has("propor")) {
            Set<String> proposta = Visao.nomes(m.get("propor"));
            if (visao.emDia().size() > proposta.size()) {
                dono.doJuiz(new DaTestemunha(visao.comEmDia(proposta)).json());
            }
        } else if (dita != null && visao != null && visao.maisNovaQue(dita)) {
            visao.emDia().forEach(m.putArray("propor")::add);
            m.put("versao", dita.versao());
        }
        return Json.escrever(m);
    }
}
