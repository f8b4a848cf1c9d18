package tests.lab.provas;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.rede.Soquetes.Quem;
import tests.Processo;

/** Um papel que o corretor faz: atende sozinho, numa linha de execução que é dona dos soquetes, enquanto a prova segue. */
abstract class Par implements AutoCloseable {

    private static final int LACO_MS = 20;
    private static final int OLHAR_MS = 500;

    private final Queue<Runnable> pedidos = new ConcurrentLinkedQueue<>();
    private final Soquetes soquetes = new Soquetes(Defesa.emClaro(), 200); // o que se disse por último ainda sai
    private final Thread linha;
    private volatile boolean acabou;
    private volatile RuntimeException falha; // por que parou
    private Posto outro;                     // quem está do outro lado; null = ainda ninguém

    /** @param nosso se se apresenta como um dos papéis desta coleção, ou como um do sistema original */
    Par(String nome, boolean nosso) {
        soquetes.passarPor(nosso ? Quem.NOSSO : Quem.ORIGINAL);
        linha = new Thread(this::laco, "prova-" + nome);
        linha.setDaemon(true);
    }

    /** Abre o que é preciso, na linha de execução dele. @return o que o acorda */
    abstract ZMQ.Poller abrir(Soquetes soquetes);

    /** Atende o que chegou; chama-se também quando nada chega, de vez em quando. */
    abstract void atender();

    /** Para o fim dos construtores: começa a atender. @throws RuntimeException se não pôde abrir as portas */
    final void comecar() {
        linha.start();
        fazer(() -> null);
    }

    /** Diz quem está do outro lado: se esse acaba, não se espera mais por ele. */
    final void diante(Posto posto) {
        outro = posto;
    }

    /** Espera, como {@link Esperas#ate}. */
    final void ate(Bancada b, String motivo, BooleanSupplier condicao) {
        Esperas.ate(b, outro, motivo, condicao);
    }

    /** Espera por isto, não mais do que este tempo. @return se aconteceu */
    static boolean dentroDe(long ms, BooleanSupplier condicao) {
        return Processo.aguardar(Duration.ofMillis(ms), condicao);
    }

    /** Faz isto na linha de execução dele, e espera que esteja feito. */
    final <T> T fazer(Supplier<T> algo) {
        CompletableFuture<T> feito = new CompletableFuture<>();
        pedidos.add(() -> feito.complete(algo.get()));
        soquetes.acordar();
        while (true) {
            try {
                return feito.get(OLHAR_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (!linha.isAlive()) {
                    throw new IllegalStateException("um par do corretor parou", falha);
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void laco() {
        try (soquetes) {
            ZMQ.Poller acordar = abrir(soquetes);
            while (!acabou) {
                for (Runnable pedido; (pedido = pedidos.poll()) != null; ) {
                    pedido.run();
                }
                soquetes.religar();
                atender();
                soquetes.dormir(acordar, LACO_MS);
            }
        } catch (RuntimeException e) {
            falha = e;
        }
    }

    @Override
    public void close() {
        acabou = true;
        soquetes.acordar();
        try {
            linha.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
