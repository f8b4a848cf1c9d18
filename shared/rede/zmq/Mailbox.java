//DEPS org.zeromq:jeromq:0.6.0
package zmq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import zmq.util.Errno;

/**
 * A caixa de correio por onde as linhas de execução do JeroMQ 0.6.0 se falam, em lugar da dele: está antes dela no
 * classpath.
 *
 * <p>Quem espera, espera num cano (um {@link Pipe}), onde quem envia põe um byte. O JeroMQ põe um byte por comando, e só
 * depois conta que o pôs; quem acorda entre as duas coisas não acha nada, volta a esperar, acorda logo, e assim gira à
 * toa até que o outro volte ao processador, o que com poucos núcleos leva milissegundos. Aqui o aviso é um só, dado
 * quando ainda não há outro: quem o lê esvazia a fila, e quem acorda sempre acha o byte. {@code ./run-all.sh bench} mede
 * a diferença.
 */
public final class Mailbox implements IMailbox {

    private final Queue<Command> comandos = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean avisado = new AtomicBoolean(); // há um byte no cano, ou está a caminho
    private final ByteBuffer lido = ByteBuffer.allocate(1);
    private final String nome;
    private final Ctx contexto;
    private final Errno erro;
    private final Pipe cano;
    private final Selector seletor;

    /** @param linha o número da linha de execução que a lê; só o JeroMQ dele usava */
    public Mailbox(Ctx contexto, String nome, int linha) {
        this.contexto = contexto;
        this.nome = nome;
        erro = contexto.errno();
        try {
            cano = Pipe.open();
            cano.sink().configureBlocking(false);
            cano.source().configureBlocking(false);
            seletor = contexto.createSelector();
            cano.source().register(seletor, SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new ZError.IOException(e);
        }
    }

    /** Onde se espera um comando junto com outras coisas. */
    public SelectableChannel getFd() {
        return cano.source();
    }

    @Override
    public void send(Command comando) {
        comandos.add(comando);
        if (!avisado.compareAndSet(false, true)) {
            return;
        }
        boolean interrompida = Thread.interrupted(); // uma linha interrompida fecharia o cano
        try {
            cano.sink().write(ByteBuffer.allocate(1)); // nunca está cheio: ou não tem nada, ou não se chega aqui
        } catch (IOException e) {
            throw new ZError.IOException(e);
        } finally {
            if (interrompida) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * O próximo comando.
     *
     * @param prazo milissegundos a esperar por ele: 0 = nada, negativo = o que for preciso
     * @return {@code null} se não veio a tempo (EAGAIN), ou se a linha foi interrompida ou o contexto fechado (EINTR)
     */
    @Override
    public Command recv(long prazo) {
        Command comando;
        while ((comando = comandos.poll()) == null) {
            if (prazo == 0 && !avisado.get()) {
                return nada(ZError.EAGAIN);
            }
            if (Thread.interrupted()) {
                return nada(ZError.EINTR);
            }
            try {
                if (prazo != 0 && !esperar(Math.max(prazo, 0))) {
                    return nada(Thread.interrupted() || prazo < 0 ? ZError.EINTR : ZError.EAGAIN);
                }
                lido.clear();
                if (cano.source().read(lido) == 1) {
                    avisado.set(false); // daqui em diante quem envia avisa de novo; o que veio antes, a volta do laço acha
                } else if (prazo == 0) {
                    return nada(ZError.EAGAIN); // o byte ainda não chegou; quando chegar, acorda quem espera no cano
                }
            } catch (ClosedSelectorException | IOException e) {
                return nada(ZError.EINTR);
            }
        }
        return comando;
    }

    /** @param prazo em milissegundos; 0 = o que for preciso. @return se há o que ler */
    private boolean esperar(long prazo) throws IOException {
        int prontos = seletor.select(prazo);
        seletor.selectedKeys().clear();
        return prontos > 0;
    }

    private Command nada(int porque) {
        erro.set(porque);
        return null;
    }

    @Override
    public void close() throws IOException {
        cano.source().close();
        cano.sink().close();
        contexto.closeSelector(seletor);
    }

    @Override
    public String toString() {
        return nome;
    }
}
