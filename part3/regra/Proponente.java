//SOURCES Entradas.java
package part3.regra;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Por onde um par propõe entradas a um grupo, e elas ficam por essa ordem. As que chegam enquanto espera por uma resposta
 * propõe-as juntas, logo que ela vem: as que esperam umas pelas outras custam uma ida e volta. Lembra as que esperam
 * resposta, e propõe-nas outra vez assim que há outro líder: o cliente do Ratis insiste segundos com um que morreu, e
 * desiste para sempre de quem diz que não tem esse grupo. O que já valeu dará a mesma resposta. Tudo isto, no laço.
 */
public final class Proponente implements AutoCloseable {

    /** Por onde se propõe a um líder. */
    public interface Canal extends AutoCloseable {

        /**
         * Propõe uma entrada.
         *
         * @param resposta recebe, em qualquer linha de execução, o que disse quem a aplicou; {@code null} se não se sabe se
         *                 valeu; se nunca a recebe, é porque há outro líder
         */
        void propor(byte[] entrada, Consumer<byte[]> resposta);

        /** Deixa de se usar; o que nele espera fica sem resposta. */
        @Override
        void close();
    }

    /** O que se propôs e ainda não tem resposta: sem maioria, podia crescer sem fim. */
    private static final int A_CAMINHO = 10_000;
    private static final long A_CAMINHO_BYTES = 16 << 20;
    private static final int JUNTAS_BYTES = 64 << 10; // de cada vez, menos uma que sozinha tenha mais

    /** O que se propôs, e a quem se responde. */
    private record Proposta(byte[] entrada, Consumer<String> resposta) {
    }

    private final Consumer<Runnable> noLaco;
    private final Supplier<Canal> novo;
    private final Set<Proposta> semResposta = new LinkedHashSet<>(); // pela ordem em que se propôs
    private long bytes;        // delas todas
    private long mandato = -1; // o do líder com que se fala
    private Canal canal;       // com ele; null = ainda não houve nenhum
    private boolean espera;    // se por ele já foram as primeiras

    /**
     * @param noLaco faz algo no laço, de qualquer linha de execução
     * @param novo   um canal com quem agora lidera; {@code null} se ainda não se está no grupo
     */
    public Proponente(Consumer<Runnable> noLaco, Supplier<Canal> novo) {
        this.noLaco = noLaco;
        this.novo = novo;
    }

    /**
     * Propõe uma entrada, depois das anteriores.
     *
     * @param entrada  não começa por um byte 0
     * @param resposta recebe, no laço, o que disse quem a aplicou; se nunca a recebe, não se sabe se a entrada valeu
     * @return false se já esperam demasiadas, e por isso nem se propôs
     */
    public boolean propor(byte[] entrada, Consumer<String> resposta) {
        if (semResposta.size() >= A_CAMINHO || bytes + entrada.length > A_CAMINHO_BYTES) {
            return false;
        }
        bytes += entrada.length;
        semResposta.add(new Proposta(entrada, resposta));
        enviar();
        return true;
    }

    /** Quantas esperam resposta. */
    public int aCaminho() {
        return semResposta.size();
    }

    /** Se este mandato vem depois do do líder com que se fala. */
    public boolean ePosterior(long este) {
        return este > mandato;
    }

    /** Há um líder, deste mandato, e já atende: é com ele que se fala. */
    public void falarCom(long este) {
        mandato = este;
        trocarDeCanal();
    }

    private void enviar() {
        Canal este = canal;
        if (este == null || espera || semResposta.isEmpty()) {
            return;
        }
        List<Proposta> estas = new ArrayList<>();
        int cabem = JUNTAS_BYTES;
        for (Proposta proxima : semResposta) {
            cabem -= proxima.entrada().length;
            if (estas.size() == Entradas.MAXIMO || cabem < 0 && !estas.isEmpty()) {
                break;
            }
            estas.add(proxima);
        }
        espera = true;
        este.propor(Entradas.juntar(estas.stream().map(Proposta::entrada).toList()),
                respostas -> noLaco.accept(() -> respondidas(estas, este, respostas)));
    }

    /** @param respostas as destas, juntas; {@code null} se não se sabe se valeram */
    private void respondidas(List<Proposta> estas, Canal por, byte[] respostas) {
        if (respostas != null) {
            List<byte[]> textos = Entradas.separar(respostas);
            for (int i = 0; i < textos.size(); i++) {
                responder(estas.get(i), new String(textos.get(i), StandardCharsets.UTF_8));
            }
        }
        if (por != canal) {
            return; // já se propuseram por outro
        }
        espera = false;
        if (respostas == null) {
            trocarDeCanal(); // quando uma falha, o cliente do Ratis pode já não levar as seguintes
        } else {
            enviar();
        }
    }

    private void responder(Proposta esta, String texto) {
        if (semResposta.remove(esta)) { // senão, já tinha vindo por outro canal
            bytes -= esta.entrada().length;
            esta.resposta().accept(texto);
        }
    }

    private void trocarDeCanal() {
        Canal outro = novo.get();
        if (outro != null) {
            close();
            canal = outro;
            espera = false;
            enviar();
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
