package shared.ordem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Supplier;
import shared.disco.Diario;
import shared.texto.Json;

/**
 * O lado da fonte na recuperação: responde HISTORICO (uma faixa de entradas do diário) e INSTANTANEO (o estado, em partes
 * que cabem numa mensagem) a quem a segue ({@link Seguidor}).
 */
public final class Historico {

    private static final int TEXTO_MAXIMO = 12_000;     // letras por parte do instantâneo: cabe com folga em 64 KiB
    private static final int FAIXA_MAXIMA = 20_000;     // letras por resposta com envelopes; uma letra tem até 3 bytes

    private final Diario diario;
    private final Supplier<ObjectNode> estado;
    private final Supplier<String> historia;
    private String foto = "";
    private String historiaDaFoto;
    private long posicaoDaFoto = -1;

    /**
     * @param historia o nome desta sequência de números
     * @param estado   o estado depois da última entrada do diário
     */
    public Historico(Diario diario, Supplier<String> historia, Supplier<ObjectNode> estado) {
        this.diario = diario;
        this.historia = historia;
        this.estado = estado;
    }

    /** Responde a um HISTORICO: <code>{"desde": n, "max": m}</code>. */
    public String historico(ObjectNode pedido) {
        long desde = Json.inteiro(pedido, "desde");
        List<String> faixa = diario.ler(desde, (int) Math.min(1_000, Json.inteiro(pedido, "max")));
        StringBuilder envelopes = new StringBuilder();
        for (String envelope : faixa) {
            if (envelopes.length() + envelope.length() > FAIXA_MAXIMA && envelopes.length() > 0) {
                break;
            }
            envelopes.append(envelopes.length() == 0 ? "" : ", ").append(envelope);
        }
        return "{\"historia\": \"" + historia.get() + "\", \"primeira\": " + diario.primeira()
                + ", \"ultima\": " + diario.ultima() + ", \"envelopes\": [" + envelopes + "]}";
    }

    /** Responde a um INSTANTANEO: <code>{"posicao": p, "desde": k}</code>, com p = 0 para pedir um novo. */
    public String instantaneo(ObjectNode pedido) {
        long posicao = Json.inteiro(pedido, "posicao");
        int desde = (int) Math.min(Integer.MAX_VALUE, Json.inteiro(pedido, "desde"));
        boolean daqui = historia.get().equals(historiaDaFoto); // a de outra época pode ter o que se descartou
        if (desde == 0 || !daqui || posicao != posicaoDaFoto || desde > foto.length()) {
            desde = 0;
            boolean serve = daqui && posicaoDaFoto + 1 >= diario.primeira()
                    && diario.ultima() - posicaoDaFoto < Diario.ENTRE_INSTANTANEOS;
            if (!serve) { // uma só foto para todos os que a pedem ao mesmo tempo
                foto = Json.escrever(estado.get());
                posicaoDaFoto = diario.ultima();
                historiaDaFoto = historia.get();
            }
        }
        int fim = Math.min(foto.length(), desde + TEXTO_MAXIMO);
        if (fim < foto.length() && Character.isHighSurrogate(foto.charAt(fim - 1))) {
            fim--;
        }
        return Json.escrever(Json.MAPPER.createObjectNode().put("historia", historia.get()).put("posicao", posicaoDaFoto)
                .put("tamanho", foto.length()).put("desde", desde).put("texto", foto.substring(desde, fim)));
    }
}
