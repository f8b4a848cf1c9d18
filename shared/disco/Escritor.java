package shared.disco;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A linha de execução que espera pelo disco, enquanto a do laço faz o resto. Só começa se alguém lhe dá que fazer. */
final class Escritor {

    private static final int FIM_MS = 2_000; // quanto se espera, no fim, pelo que está em curso

    private final ExecutorService linha = Executors.newSingleThreadExecutor(gravacoes -> {
        Thread linha = new Thread(gravacoes, "disco");
        linha.setDaemon(true); // se o disco não responde, o processo acaba na mesma
        return linha;
    });
    private volatile Runnable acabou = () -> { };

    /** O que ela faz cada vez que acaba algo. */
    void avisar(Runnable acabou) {
        this.acabou = acabou;
    }

    /** Faz isto nessa linha. @param aqui se afinal é já, na de quem chama, e sem aviso */
    Future<?> fazer(Callable<Void> gravacao, boolean aqui) {
        FutureTask<Void> feita = new FutureTask<>(gravacao);
        if (aqui) {
            feita.run();
        } else {
            linha.execute(() -> {
                feita.run();
                acabou.run();
            });
        }
        return feita;
    }

    /** Já não se lhe dá mais nada. @return se acabou o que fazia */
    boolean acabar() {
        linha.shutdown();
        try {
            return linha.awaitTermination(FIM_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
