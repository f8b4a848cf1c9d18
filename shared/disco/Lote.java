//SOURCES Diario.java
package shared.disco;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import shared.texto.Falha;

/**
 * <b>Nada se diz antes de estar no disco.</b> O que uma volta do laço anexa ao diário grava-se de uma vez (<i>group
 * commit</i>), enquanto o laço junta o lote seguinte; e só do que está gravado se faz o que esperava por isso: aplicar,
 * difundir, responder. É a única classe que conhece esta regra; todos os papéis a usam. Um disco que falhou não volta: nada
 * de novo se anexa, e quem esperava sabe porquê.
 */
public final class Lote {

    /** O que se faz quando o diário chegar a esta posição, ou se já não pode chegar. */
    private record Espera(long posicao, Runnable noDisco, Consumer<Falha> senao) {
    }

    private final Diario diario;
    private final boolean esperarDisco;
    private final Consumer<Falha> aoFalhar;
    private final Deque<Espera> esperas = new ArrayDeque<>();
    private long anexada;
    private Falha falha;

    /**
     * @param esperarDisco false para quem pode recuperar as entradas de outro processo: sobrevivem à morte deste, mas não a
     *                     um corte de energia
     * @param aoFalhar     sabe-o uma vez, quando o disco falha
     */
    public Lote(Diario diario, boolean esperarDisco, Consumer<Falha> aoFalhar) {
        this.diario = diario;
        this.esperarDisco = esperarDisco;
        this.aoFalhar = aoFalhar;
        this.anexada = diario.ultima();
    }

    /** Anexa uma entrada; com o disco falhado, nada. @param json um objeto JSON numa linha @return a posição dela */
    public long anexar(String json) {
        if (falha == null) {
            diario.anexar(json);
        }
        return ++anexada;
    }

    /** A posição da última entrada anexada, gravada ou não. */
    public long anexada() {
        return anexada;
    }

    /**
     * Pede algo para depois. Faz-se numa das próximas {@link #gravar}, pela ordem em que se pediu.
     *
     * @param posicao a que tem de estar no disco
     * @param senao   o que se faz em vez disso, se o disco falhou antes de lá chegar
     */
    public void depois(long posicao, Runnable noDisco, Consumer<Falha> senao) {
        esperas.add(new Espera(posicao, noDisco, senao));
    }

    /** O mesmo, quando estiver no disco tudo o que se anexou até agora; se não chegar a estar, nada se faz. */
    public void depois(Runnable noDisco) {
        depois(anexada, noDisco, falhou -> { });
    }

    /**
     * Uma volta do laço: dá ao disco o que se anexou, de uma vez, sem esperar por ele; e faz, por ordem, o que esperava pelo
     * que ele já gravou. O resto fica para uma das próximas.
     */
    public void gravar() {
        comDisco(() -> diario.avancar(esperarDisco));
        fazer();
    }

    /** O mesmo, à espera de que o disco tenha tudo o que se anexou: o diário e o estado de quem o usa correspondem-se. */
    public void gravarTudo() {
        comDisco(() -> diario.gravar(esperarDisco));
        fazer();
    }

    private void fazer() {
        for (int quantas = esperas.size(); quantas > 0; quantas--) { // o que estas pedirem fica para a próxima
            boolean noDisco = esperas.peek().posicao() <= diario.ultima();
            if (!noDisco && falha == null) {
                return; // ainda não; e pela ordem em que se pediu, nenhuma das seguintes
            }
            Espera espera = esperas.remove();
            if (noDisco) {
                espera.noDisco().run();
            } else {
                espera.senao().accept(falha);
            }
        }
    }

    /** Se é hora de um instantâneo, manda fazê-lo: acaba-se um arquivo do diário, e dobra-se ao lado do laço. */
    public void fotografar() {
        if (diario.horaDeFotografar()) {
            gravarTudo();
            comDisco(diario::fotografar);
        }
    }

    /** O diário passou a outra posição: o que esperava pelas entradas de antes já não se faz. */
    public void recomecar() {
        esperas.clear();
        anexada = diario.ultima();
    }

    /** Outro uso do disco (um instantâneo, os fatos de meta): se falha, é o disco que falhou. @return se não falhou */
    public boolean comDisco(Runnable uso) {
        if (falha == null) {
            try {
                uso.run();
            } catch (Falha e) {
                falha = e;
                aoFalhar.accept(e);
            }
        }
        return falha == null;
    }

    /** Por que o disco já não serve; {@code null} se serve. */
    public Falha falha() {
        return falha;
    }
}
