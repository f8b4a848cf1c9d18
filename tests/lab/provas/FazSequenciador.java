package tests.lab.provas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.EstadoDoBanco;
import shared.rede.Pedidos.Pedido;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O sequenciador que se põe diante de uma réplica: difunde o que se lhe manda, quando se lhe manda. Como um do sistema
 * original, não responde a mais nada; como um dos nossos, diz a sua história, repete a última, e responde a HISTORICO e a
 * INSTANTANEO.
 */
final class FazSequenciador extends Difusor {

    private static final int REPETIR_MS = 100;

    private final List<String> perguntas = new CopyOnWriteArrayList<>();
    private final List<Pedido> guardadas = new ArrayList<>(); // as perguntas a que se há de responder
    private String historia = "prova";
    private boolean guarda;
    private boolean perde;
    private boolean repete = true;
    private Banco apagado = new Banco();    // o que davam as que já não se lembram…
    private long primeira = 1;              // …que são as de antes desta
    private long difundiuEm;

    FazSequenciador(Bancada b, boolean nosso) {
        super(b, nosso, "sequenciador", "ordem", "replica-1", "a réplica não assinou a ordem");
        comecar();
    }

    @Override
    Envelope numerada(long seq, Operacao op) {
        return new Envelope(seq, op, nosso ? historia : null);
    }

    @Override
    void atender() {
        super.atender();
        porta.atender(registro, pedido -> {
            perguntas.add(new String(pedido.corpo(), StandardCharsets.UTF_8));
            if (guarda) {
                guardadas.add(pedido);
            }
            boolean cala = guarda || perde || !nosso || !responde;
            perde = false;
            return cala ? null : responder(Json.ler(pedido.corpo()));
        });
        boolean calado = !nosso || !responde || !repete || numeradas.isEmpty();
        if (!calado && System.nanoTime() - difundiuEm > REPETIR_MS * 1_000_000L) {
            enviar(numeradas.get(numeradas.size() - 1).json());
        }
    }

    @Override
    void enviar(String texto) {
        super.enviar(texto);
        difundiuEm = System.nanoTime();
    }

    private String responder(ObjectNode pedido) {
        return switch (Json.texto(pedido, "pedido")) {
            case "HISTORICO" -> Json.escrever(historico(Json.inteiro(pedido, "desde"), Json.inteiro(pedido, "max")));
            case "INSTANTANEO" -> Json.escrever(instantaneo());
            default -> throw new MensagemInvalida("pedido", "só respondo a HISTORICO e a INSTANTANEO");
        };
    }

    private ObjectNode historico(long desde, long max) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("historia", historia).put("primeira", primeira)
                .put("ultima", numeradas.size());
        ArrayNode envelopes = resposta.putArray("envelopes");
        numeradas.stream().filter(e -> e.seq() >= Math.max(desde, primeira) && desde >= primeira).limit(max)
                .forEach(e -> envelopes.add(Json.ler(e.json().getBytes(StandardCharsets.UTF_8))));
        return resposta;
    }

    private ObjectNode instantaneo() {
        String texto = Json.escrever(EstadoDoBanco.de(apagado));
        return Json.MAPPER.createObjectNode().put("historia", historia).put("posicao", primeira - 1)
                .put("tamanho", texto.length()).put("desde", 0).put("texto", texto);
    }

    // ───── O que a prova manda ─────

    /** A resposta à próxima pergunta não chega a quem a fez. */
    void perderResposta() {
        fazer(() -> perde = true);
    }

    /** Ouve as perguntas, e responde-lhes depois, a todas de uma vez. */
    void guardarPerguntas(boolean sim) {
        fazer(() -> {
            guarda = sim;
            guardadas.forEach(pedido -> porta.responder(pedido, responder(Json.ler(pedido.corpo()))));
            guardadas.clear();
            return null;
        });
    }

    /** É agora outro, que começou do zero e já numerou estas; da ordem, só se ouve o que a prova manda. */
    void recomecar(String outraHistoria, Operacao... operacoes) {
        fazer(() -> {
            repete = false;
            historia = outraHistoria;
            numeradas.clear();
            for (Operacao op : operacoes) {
                numeradas.add(numerada(numeradas.size() + 1, op));
            }
            return null;
        });
    }

    /** Esquece as que numerou até agora: fica só um instantâneo delas. */
    void apagar() {
        fazer(() -> {
            numeradas.stream().skip(primeira - 1).forEach(e -> apagado.aplicar(e.op()));
            primeira = numeradas.size() + 1;
            return null;
        });
    }

    /** O que lhe pediram até agora, com isto. */
    List<String> perguntas(String com) {
        return perguntas.stream().filter(texto -> texto.contains(com)).toList();
    }
}
