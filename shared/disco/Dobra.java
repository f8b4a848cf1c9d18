//SOURCES Foto.java
package shared.disco;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * Dobrar o diário sobre o instantâneo: do estado guardado e das entradas que vieram depois faz-se o estado seguinte, sem
 * tocar no que o papel tem vivo. É assim que se compacta o diário de uma máquina de estados (Ongaro, 2014, capítulo 5).
 * Faz-se noutra linha de execução, e por isso só depende do que recebe, e do que ela mesma fez.
 */
public interface Dobra {

    /** Entradas do diário, por ordem. */
    interface Entradas {
        void cada(Consumer<String> json) throws IOException;
    }

    /**
     * Escreve o estado seguinte: um objeto JSON, só com ASCII.
     *
     * @param antes    o estado de que se parte; {@code null} = o de quem ainda não fez nada
     * @param entradas as que vêm logo a seguir a ele
     * @throws IOException se o disco falha, ou se se mandou parar esta linha de execução ({@link Thread#interrupt})
     */
    void dobrar(Foto antes, Entradas entradas, OutputStream depois) throws IOException;

    /**
     * O estado que se escreveu por último é agora este: quem o tiver na memória não precisa de o ler da próxima vez.
     *
     * @param foto a que se dará, a mesma, a {@link #dobrar}, se entretanto não vier outra
     */
    default void guardou(Foto foto) {
        // quem o lê sempre não tem o que saber
    }

    /** O estado de quem ainda não fez nada; de qualquer linha de execução. */
    default Foto vazio() {
        ByteArrayOutputStream estado = new ByteArrayOutputStream();
        try {
            dobrar(null, cada -> { }, estado);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new Foto.NaMemoria(0, estado.toByteArray());
    }
}
