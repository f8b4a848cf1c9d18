//SOURCES Json.java MensagemInvalida.java
package shared.texto;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * O diário de bordo de um processo, no erro padrão: uma linha por decisão, como
 * {@code 14:03:22.123 replica-1 aplicar seq=3 id_msg=… resultado=APLICADA}. Pares chave=valor, para pessoas e programas;
 * nada que venha da rede consegue quebrar a linha ou controlar o terminal.
 */
public class Registro {

    private static final DateTimeFormatter HORA = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private static final int AVISOS_MAXIMOS = 300;     // linhas, em cada…
    private static final int AVISOS_MS = 5_000;

    private final String id;
    private final boolean silencioso;
    private final Object[] sempre; // pares que vão em todas as linhas
    private long avisosDesde = System.nanoTime() / 1_000_000;
    private long avisos;

    public Registro(String id, boolean silencioso) {
        this.id = id;
        this.silencioso = silencioso;
        this.sempre = new Object[0];
    }

    /** O mesmo que outro, em que todas as linhas levam também estes pares: {@code grupo=2}. */
    protected Registro(Registro outro, Object... sempre) {
        this.id = outro.id;
        this.silencioso = outro.silencioso;
        this.sempre = sempre;
    }

    /** Se as linhas por operação estão desligadas. */
    public final boolean silencioso() {
        return silencioso;
    }

    /** A linha que diz que o papel está pronto. */
    public final void pronto(String texto) {
        System.err.println("pronto: " + id + " " + texto);
    }

    /** Registra uma decisão. @param pares chave, valor, chave, valor… */
    public final void linha(String evento, Object... pares) {
        String hora = LocalTime.now().format(HORA); // a do relógio de quem lê
        StringBuilder linha = new StringBuilder(hora).append(' ').append(id).append(' ').append(evento);
        juntar(linha, sempre);
        juntar(linha, pares);
        System.err.println(linha);
    }

    private static void juntar(StringBuilder linha, Object[] pares) {
        for (int i = 0; i < pares.length; i += 2) {
            linha.append(' ').append(pares[i]).append('=').append(seguro(String.valueOf(pares[i + 1])));
        }
    }

    /** Registra uma mensagem que não se pôde aceitar. */
    public final void recusada(String deOnde, MensagemInvalida erro) {
        aviso("mensagem-recusada", "de", deOnde, "erro", erro.getMessage());
    }

    /**
     * Registra algo que um desconhecido fez mal. De muitos avisos seguidos só se escrevem os primeiros, e quantos mais
     * houve: quem os provoca não enche o disco, nem faz este processo esperar por um terminal lento.
     */
    public final synchronized void aviso(String evento, Object... pares) {
        long agora = System.nanoTime() / 1_000_000;
        if (agora - avisosDesde > AVISOS_MS) {
            if (avisos > AVISOS_MAXIMOS) {
                linha("avisos-omitidos", "quantos", avisos - AVISOS_MAXIMOS);
            }
            avisosDesde = agora;
            avisos = 0;
        }
        if (++avisos <= AVISOS_MAXIMOS) {
            linha(evento, pares);
        }
    }

    private static String seguro(String valor) {
        boolean simples = !valor.isEmpty()
                && valor.codePoints().allMatch(c -> c > ' ' && c != '"' && c != '=' && !Json.engana(c));
        return simples ? valor : Json.citar(valor, 500);
    }
}
