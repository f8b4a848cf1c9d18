//SOURCES Dobra.java
package shared.disco;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Um trabalho longo que não tem pressa, ao lado de um laço que tem: a cada fração de milissegundo descansa tanto quanto
 * trabalhou. Sem isso o sistema operativo dá-lhe o processador por milissegundos inteiros, e o laço espera por eles.
 */
final class SemPressa {

    private static final long FATIA_NS = 300_000;
    private static final long DESCANSO_MAXIMO_NS = 5_000_000; // a fatia pode ter demorado porque o processador não era nosso

    private final BooleanSupplier apressado;
    private long desde = System.nanoTime();

    /** @param apressado se afinal já há pressa */
    SemPressa(BooleanSupplier apressado) {
        this.apressado = apressado;
    }

    /** As mesmas entradas, devagar. */
    Dobra.Entradas ler(Dobra.Entradas entradas) {
        return cada -> entradas.cada(json -> {
            cada.accept(json);
            talvezDescansar();
        });
    }

    /** A mesma saída, devagar. */
    OutputStream escrever(OutputStream saida) {
        return new FilterOutputStream(saida) {
            @Override
            public void write(byte[] bytes, int desde, int quantos) throws IOException {
                out.write(bytes, desde, quantos);
                talvezDescansar();
            }
        };
    }

    private void talvezDescansar() {
        long trabalhou = System.nanoTime() - desde;
        if (trabalhou >= FATIA_NS) {
            if (!apressado.getAsBoolean()) {
                LockSupport.parkNanos(Math.min(trabalhou, DESCANSO_MAXIMO_NS));
            }
            desde = System.nanoTime();
        }
    }
}
