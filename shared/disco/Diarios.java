//SOURCES Diario.java
package shared.disco;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import shared.texto.Falha;

/**
 * Os diários de quem segue uma ordem ou mais, um por grupo. Com um grupo só, está onde sempre esteve; com mais, cada um numa
 * pasta dentro da deles, {@code grupo-0-de-4}: com outro número de grupos são outras contas, e outra pasta.
 */
public final class Diarios implements AutoCloseable {

    private final List<Diario> todos = new ArrayList<>();

    private Diarios(int quantos, IntFunction<Diario> um) {
        try {
            for (int g = 0; g < quantos; g++) {
                todos.add(um.apply(g));
            }
        } catch (Falha e) {
            close();
            throw e;
        }
    }

    /** Os que não sobrevivem ao processo. */
    public static Diarios naMemoria(int quantos) {
        return new Diarios(quantos, g -> Diario.naMemoria());
    }

    /** Os de uma pasta. @throws Falha se um não se pode abrir: {@link Diario#abrir} */
    public static Diarios abrir(Path pasta, boolean doZero, int quantos) {
        if (quantos > 1 && Files.exists(pasta.resolve(Lugar.META))) {
            throw new Falha("a pasta " + pasta + " é de quem segue um grupo só, e este segue " + quantos
                    + ": dê-lhe outra com --dados");
        }
        return new Diarios(quantos, g -> Diario.abrir(
                quantos == 1 ? pasta : pasta.resolve("grupo-" + g + "-de-" + quantos), doZero));
    }

    /** O de um grupo, de 0 em diante. */
    public Diario de(int grupo) {
        return todos.get(grupo);
    }

    @Override
    public void close() {
        todos.forEach(Diario::close);
    }
}
