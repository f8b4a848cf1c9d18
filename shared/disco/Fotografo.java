//SOURCES Arquivos.java Dobra.java SemPressa.java
package shared.disco;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * Faz os instantâneos de um diário, um de cada vez, noutra linha de execução: o laço só fecha um segmento e segue. Se um
 * falha (o disco encheu), o diário não: diz-se, e tenta-se outra vez quando outro segmento se fechar.
 */
final class Fotografo {

    /** Um segmento fechado, que ainda não está no instantâneo. */
    record PorDobrar(Dobra.Entradas entradas, long ultima) {
    }

    /** Quem escreve um estado. */
    interface Escrita {
        void escrever(OutputStream saida) throws IOException;
    }

    /** De quem é o diário. */
    interface Dono {
        /** O que tem de estar seguro antes de se fechar mais um segmento. */
        void forcar() throws IOException;

        /** O que dobrar agora; {@code null} se nada. */
        PorDobrar porDobrar();

        /** O último instantâneo; {@code null} se nenhum. */
        Foto foto();

        /** Guarda o seguinte no lugar dele, e só então apaga o que ele tornou dispensável. */
        void trocar(long posicao, Escrita estado) throws IOException;
    }

    private final Dono dono;
    private Dobra dobra;                // null = não se fazem
    private Consumer<String> aoFalhar;
    private Thread linha;               // null = não há nada a fazer
    private boolean porForcar;
    private volatile boolean atrasado;  // outro segmento já espera

    Fotografo(Dono dono) {
        this.dono = dono;
    }

    /** Daqui em diante fazem-se. @param aoFalhar sabe, noutra linha de execução, por que um não se fez */
    void comecar(Dobra dobra, Consumer<String> aoFalhar) {
        this.dobra = dobra;
        this.aoFalhar = aoFalhar;
        acordar();
    }

    /** Quer-se fechar um segmento, e ele não está todo no disco: sem que o laço espere por isso. */
    synchronized void forcar() {
        porForcar = true;
        acordar();
    }

    /** Fechou-se um segmento. */
    synchronized void acordar() {
        atrasado = linha != null;
        if (linha == null) {
            linha = new Thread(this::trabalhar, "instantaneo");
            linha.setDaemon(true);
            linha.setPriority(Thread.MIN_PRIORITY);
            linha.start();
        }
    }

    /** Larga o que estiver a meio, e só volta quando já ninguém lhe mexe. */
    void abandonar() {
        Thread esta;
        synchronized (this) {
            esta = linha;
        }
        if (esta != null) {
            esta.interrupt();
            esperar(esta);
        }
    }

    private static void esperar(Thread linha) {
        boolean interrompida = false;
        while (linha.isAlive()) {
            try {
                linha.join();
            } catch (InterruptedException e) {
                interrompida = true;
            }
        }
        if (interrompida) {
            Thread.currentThread().interrupt();
        }
    }

    private void trabalhar() {
        try {
            while (true) {
                if (devoForcar()) {
                    dono.forcar();
                }
                PorDobrar este = proximo();
                if (este == null) {
                    return;
                }
                SemPressa devagar = new SemPressa(() -> atrasado);
                dono.trocar(este.ultima(), saida -> dobra.dobrar(dono.foto(), devagar.ler(este.entradas()),
                        devagar.escrever(saida)));
                dobra.guardou(dono.foto());
            }
        } catch (IOException | RuntimeException e) {
            boolean mandaramParar = Thread.currentThread().isInterrupted();
            acabar();
            if (!mandaramParar && dobra != null) {
                aoFalhar.accept(e instanceof IOException io ? Arquivos.motivo(io) : e.getMessage());
            }
        }
    }

    private synchronized boolean devoForcar() {
        boolean devo = porForcar;
        porForcar = false;
        return devo;
    }

    private synchronized PorDobrar proximo() {
        boolean mandaramParar = Thread.currentThread().isInterrupted();
        atrasado = false;
        PorDobrar este = dobra == null || mandaramParar ? null : dono.porDobrar();
        linha = este == null ? null : linha;
        return este;
    }

    private synchronized void acabar() {
        linha = null;
    }
}
