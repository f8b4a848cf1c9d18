//DEPS org.zeromq:jeromq:0.6.0
package shared.rede;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.atomic.AtomicBoolean;
import org.zeromq.ZMQ;

/** O que acorda, de outra linha de execução, um laço que espera em soquetes: um byte num cano que ele também vigia. */
final class Despertador implements AutoCloseable {

    private final Pipe cano;
    private final ByteBuffer lido = ByteBuffer.allocate(16);
    private final AtomicBoolean tocou = new AtomicBoolean(); // já há um byte no cano: basta

    Despertador() {
        try {
            cano = Pipe.open();
            cano.source().configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void vigiar(ZMQ.Poller poller) {
        poller.register(cano.source(), ZMQ.Poller.POLLIN);
    }

    /** De qualquer linha de execução. */
    void tocar() {
        if (tocou.compareAndSet(false, true)) {
            try {
                cano.sink().write(ByteBuffer.wrap(new byte[1]));
            } catch (IOException e) {
                // o laço já acabou
            }
        }
    }

    /** Na do laço, acordado: só depois de tirar o byte se aceita outro, e o que se passou entretanto vê-o ele a seguir. */
    void calar() {
        if (tocou.get()) {
            try {
                cano.source().read(lido.clear());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            tocou.set(false);
        }
    }

    @Override
    public void close() {
        try {
            cano.sink().close();
            cano.source().close();
        } catch (IOException e) {
            // nada se perde
        }
    }
}
