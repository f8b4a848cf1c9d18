package tests.lab.provas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import part4.regra.Mensagens.Conferencia;
import part4.regra.Mensagens.Pulso;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.EstadoDoBanco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O primário que se põe diante de um backup. Como um do sistema original, difunde operações simples e não responde a nada;
 * como um dos nossos, numera-as, diz a época, dá sinal de vida, e responde às notícias e a HISTORICO.
 */
final class FazPrimario extends Difusor {

    private static final int PULSO_MS = 50;

    private final List<ObjectNode> noticias = new CopyOnWriteArrayList<>();
    private long epoca = 1;
    private long pulsoEm;

    FazPrimario(Bancada b, boolean nosso) {
        super(b, nosso, "primario", "atualizacoes", "backup", "o backup não assinou as atualizações");
        comecar();
    }

    @Override
    Envelope numerada(long seq, Operacao op) {
        return new Envelope(seq, op, null, epoca);
    }

    @Override
    void atender() {
        super.atender();
        porta.atender(registro, pedido -> nosso ? responder(Json.ler(pedido.corpo())) : null);
        if (nosso && responde && System.nanoTime() - pulsoEm > PULSO_MS * 1_000_000L) {
            pulsoEm = System.nanoTime();
            enviar(new Pulso(0, "prova", epoca, numeradas.size()).json());
        }
    }

    private String responder(ObjectNode pedido) {
        switch (Json.texto(pedido, "pedido")) {
            case "NOTICIA" -> {
                noticias.add(pedido);
                boolean conhece = pedido.path("conferido").asBoolean() && pedido.path("epoca").asLong() == epoca;
                long ultimo = Json.inteiro(pedido, "ultimo");
                boolean comeco = ultimo == 0 || ultimo <= numeradas.size()
                        && numeradas.get((int) ultimo - 1).epoca() == pedido.path("epoca_do_ultimo").asLong();
                return conhece || !responde ? null : new Conferencia(epoca, ultimo, comeco).json();
            }
            case "HISTORICO" -> {
                return responde ? Json.escrever(historico(Json.inteiro(pedido, "desde"))) : null;
            }
            case "INSTANTANEO" -> {
                return responde ? Json.escrever(instantaneo()) : null;
            }
            default -> throw new MensagemInvalida("pedido", "só respondo a NOTICIA, a HISTORICO e a INSTANTANEO");
        }
    }

    private ObjectNode historico(long desde) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("historia", Long.toString(epoca)).put("primeira", 1)
                .put("ultima", numeradas.size());
        ArrayNode envelopes = resposta.putArray("envelopes");
        numeradas.stream().skip(desde - 1)
                .forEach(e -> envelopes.add(Json.ler(e.json().getBytes(StandardCharsets.UTF_8))));
        return resposta;
    }

    /** O estado depois de tudo o que há, numa parte só. */
    private ObjectNode instantaneo() {
        Banco banco = new Banco();
        ObjectNode estado = Json.MAPPER.createObjectNode();
        ObjectNode epocas = estado.putObject("epocas"); // em que número começou cada uma
        long daAnterior = 0;
        for (Envelope e : numeradas) {
            banco.aplicar(e.op());
            if (e.epoca() != daAnterior) {
                epocas.put(Long.toString(e.seq()), e.epoca());
                daAnterior = e.epoca();
            }
        }
        String texto = Json.escrever(estado.set("banco", EstadoDoBanco.de(banco)));
        return Json.MAPPER.createObjectNode().put("historia", Long.toString(epoca)).put("posicao", numeradas.size())
                .put("tamanho", texto.length()).put("desde", 0).put("texto", texto);
    }

    // ───── O que a prova manda ─────

    /** É agora outro primário, de outra época, que do diário do anterior tem só até este número. */
    void assumir(long nova, int ate) {
        fazer(() -> {
            numeradas.subList(ate, numeradas.size()).clear();
            epoca = nova;
            return null;
        });
    }

    /** Passa a ser de outra época. */
    void epoca(long nova) {
        fazer(() -> epoca = nova);
    }

    /** As notícias do backup até agora. */
    List<ObjectNode> noticias() {
        return List.copyOf(noticias);
    }

    /** Até que número o backup disse que tem no disco; 0 se nada disse. */
    long disseQueTem() {
        return noticias.stream().filter(n -> n.path("conferido").asBoolean()).mapToLong(n -> n.path("ultimo").asLong()).max()
                .orElse(0);
    }

    /** Espera que o backup diga que tem, no disco, até este número. @param desde só contam as notícias daqui em diante */
    void esperarQueTenha(Bancada b, long ultimo, int desde) {
        ate(b, "o backup ouviu até ao número " + ultimo + ", e não disse ao primário (NOTICIA) que o tem no disco",
                () -> noticias.stream().skip(desde).anyMatch(n -> n.path("ultimo").asLong() >= ultimo
                        && n.path("conferido").asBoolean()));
    }
}
