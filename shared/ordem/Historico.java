package shared.ordem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import shared.disco.Diario;
import shared.disco.Foto;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * O lado da fonte na recuperação: responde HISTORICO (uma faixa de entradas do diário) e INSTANTANEO (o estado, em partes
 * que cabem numa mensagem) a quem a segue ({@link Seguidor}).
 */
public final class Historico {

    private static final int TEXTO_MAXIMO = 30_000;     // letras ASCII por parte do instantâneo; uma aspa ocupa dois bytes
    private static final int FAIXA_MAXIMA = 60_000;     // bytes de envelopes por resposta, que não pode passar de 64 KiB

    private final Diario diario;
    private final Supplier<String> historia;
    private Foto foto;                                  // a que se está a dar em partes; null = nenhuma
    private String historiaDaFoto;

    /** @param historia o nome desta sequência de números */
    public Historico(Diario diario, Supplier<String> historia) {
        this.diario = diario;
        this.historia = historia;
    }

    /** Responde a um HISTORICO: <code>{"desde": n, "max": m}</code>. */
    public String historico(ObjectNode pedido) {
        long desde = Json.inteiro(pedido, "desde");
        List<String> faixa = diario.ler(desde, (int) Math.min(1_000, Json.inteiro(pedido, "max")));
        StringBuilder envelopes = new StringBuilder();
        int bytes = 0;
        for (String envelope : faixa) {
            bytes += envelope.getBytes(StandardCharsets.UTF_8).length + 2;
            if (bytes > FAIXA_MAXIMA && envelopes.length() > 0) {
                break;
            }
            envelopes.append(envelopes.length() == 0 ? "" : ", ").append(envelope);
        }
        return "{\"historia\": \"" + historia.get() + "\", \"primeira\": " + diario.primeira()
                + ", \"ultima\": " + diario.ultima() + ", \"envelopes\": [" + envelopes + "]}";
    }

    /**
     * Responde a um INSTANTANEO: <code>{"posicao": p, "desde": k}</code>, com p = 0 para pedir um novo. O que se pede em
     * partes é sempre o mesmo, ainda que entretanto se faça outro, enquanto houver as entradas que vêm depois dele.
     */
    public String instantaneo(ObjectNode pedido) {
        long posicao = Json.inteiro(pedido, "posicao");
        long desde = Json.inteiro(pedido, "desde");
        boolean serve = foto != null && historia.get().equals(historiaDaFoto) // a de outra época pode ter o que se descartou
                && foto.posicao() + 1 >= diario.primeira();
        if (!serve || desde == 0 || posicao != foto.posicao() || desde > foto.tamanho()) {
            desde = 0;
            if (foto != null) {
                foto.largar();
            }
            foto = diario.segurarInstantaneo();
            historiaDaFoto = historia.get();
        }
        String texto;
        try {
            texto = foto.ler(desde, TEXTO_MAXIMO);
        } catch (IOException e) {
            throw new Falha("não consigo ler o instantâneo (" + e.getMessage() + ")");
        }
        return Json.escrever(Json.MAPPER.createObjectNode().put("historia", historia.get()).put("posicao", foto.posicao())
                .put("tamanho", foto.tamanho()).put("desde", desde).put("texto", texto));
    }
}
