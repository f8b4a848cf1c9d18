//SOURCES Canal.java
package part3.raft;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Por onde um par propõe entradas a um grupo, e elas ficam por essa ordem. Lembra as que esperam resposta, e propõe-nas
 * outra vez assim que há outro líder: o cliente do Ratis insiste segundos com um que morreu, e desiste para sempre de quem
 * diz que não tem esse grupo. O que já valeu dará a mesma resposta. Tudo isto, no laço.
 */
final class Proponente implements AutoCloseable {

    /** O que se propôs e ainda não tem resposta: sem maioria, podia crescer sem fim. */
    private static final int A_CAMINHO = 10_000;
    private static final long A_CAMINHO_BYTES = 16 << 20;

    /** O que se propôs, e a quem se responde. */
    private record Proposta(byte[] entrada, Consumer<String> resposta) {
    }

    private final Consumer<Runnable> noLaco;
    private final Supplier<Canal> novo;
    private final Map<Long, Proposta> semResposta = new LinkedHashMap<>(); // pela ordem em que se propôs
    private long bytes;        // delas todas
    private long propostas;
    private long mandato = -1; // o do líder com que se fala
    private Canal canal;       // com ele; null = ainda não houve nenhum

    /**
     * @param noLaco faz algo no laço, de qualquer linha de execução
     * @param novo   um canal com quem agora lidera; {@code null} se ainda não se está no grupo
     */
    Proponente(Consumer<Runnable> noLaco, Supplier<Canal> novo) {
        this.noLaco = noLaco;
        this.novo = novo;
    }

    /** Veja {@link Par#propor}. */
    boolean propor(byte[] entrada, Consumer<String> resposta) {
        if (semResposta.size() >= A_CAMINHO || bytes + entrada.length > A_CAMINHO_BYTES) {
            return false;
        }
        bytes += entrada.length;
        semResposta.put(++propostas, new Proposta(entrada, resposta));
        enviar(propostas, entrada);
        return true;
    }

    /** Quantas esperam resposta. */
    int aCaminho() {
        return semResposta.size();
    }

    /** Se este mandato vem depois do do líder com que se fala. */
    boolean ePosterior(long este) {
        return este > mandato;
    }

    /** Há um líder, deste mandato, e já atende: é com ele que se fala. */
    void falarCom(long este) {
        mandato = este;
        trocarDeCanal();
    }

    private void enviar(long numero, byte[] entrada) {
        Canal este = canal;
        if (este != null) {
            este.propor(entrada, texto -> noLaco.accept(() -> respondida(numero, este, texto)));
        }
    }

    private void respondida(long numero, Canal por, String texto) {
        if (texto == null && por != canal) {
            return; // já se propôs por outro
        }
        Proposta esta = semResposta.remove(numero);
        if (esta != null) {
            bytes -= esta.entrada().length;
        }
        if (esta != null && texto != null) {
            esta.resposta().accept(texto);
        }
        if (texto == null) {
            trocarDeCanal(); // quando uma falha, o cliente do Ratis pode já não levar as seguintes
        }
    }

    private void trocarDeCanal() {
        Canal outro = novo.get();
        if (outro != null) {
            close();
            canal = outro;
            semResposta.forEach((numero, proposta) -> enviar(numero, proposta.entrada()));
        }
    }

    @Override
    public void close() {
        Canal este = canal;
        canal = null;
        if (este != null) {
            este.close();
        }
    }
}
