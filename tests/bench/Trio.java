//SOURCES DeProcessos.java
package tests.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tests.Processo;

/**
 * Três membros que elegem um líder: o menor número que sobrevive à morte de um. São os três primeiros processos do sistema,
 * e atendem os clientes nas portas 1 a 3; pede-se ao líder.
 */
abstract class Trio extends DeProcessos {

    static final int MEMBROS = 3;

    /** Quanto pode demorar o que depende dos três, que começam ao mesmo tempo, numa máquina ocupada. */
    static final Duration PACIENCIA = Processo.PRAZO.multipliedBy(4);

    Trio(String nome) {
        super(Sistemas.ORDEM, nome);
    }

    /** Se quem atende nesta porta é o líder; não é, se não responde. */
    abstract boolean lidera(int porta);

    /** Espera que haja um líder. */
    final void esperarLider() {
        Processo.esperar("o líder de " + nome(), PACIENCIA, () -> {
            int[] lider = IntStream.rangeClosed(1, MEMBROS).filter(i -> lidera(porta(i))).limit(1).toArray();
            for (int qual : lider) {
                manda(processos().get(qual - 1), qual, IntStream.rangeClosed(1, MEMBROS).filter(i -> i != qual).toArray());
            }
            return lider.length > 0;
        });
    }

    /** As portas onde cada um deles atende. */
    final List<Integer> deTodos() {
        return IntStream.rangeClosed(1, MEMBROS).mapToObj(this::porta).toList();
    }

    /** Um texto por membro, de 0 em diante, separados por vírgulas. */
    static String cada(IntFunction<String> texto) {
        return IntStream.range(0, MEMBROS).mapToObj(texto).collect(Collectors.joining(","));
    }
}
