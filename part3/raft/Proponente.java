//DEPS org.apache.ratis:ratis-server:3.3.0
package part3.raft;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Por onde um par propõe entradas a um grupo, e elas ficam por essa ordem. O cliente do Ratis insiste com quem não responde
 * e com quem não é o líder, mas de quem diz que não tem esse grupo (outro --grupos) desiste para sempre: então faz-se outro.
 */
final class Proponente implements AutoCloseable {

    /** O que se propôs e ainda não tem resposta: sem maioria, podia crescer sem fim. */
    private static final int A_CAMINHO = 10_000;
    private static final long A_CAMINHO_BYTES = 16 << 20;

    private final Supplier<RaftClient> novo;
    private final AtomicInteger aCaminho = new AtomicInteger();
    private final AtomicLong aCaminhoBytes = new AtomicLong();
    private RaftClient cliente;
    private volatile RaftClient desistiu; // o último que desistiu

    Proponente(Supplier<RaftClient> novo) {
        this.novo = novo;
        cliente = novo.get();
    }

    /** Veja {@link Par#propor}. */
    boolean propor(byte[] entrada, Consumer<String> resposta) {
        if (aCaminho.get() >= A_CAMINHO || aCaminhoBytes.get() + entrada.length > A_CAMINHO_BYTES) {
            return false;
        }
        RaftClient este = queSirva();
        aCaminho.incrementAndGet();
        aCaminhoBytes.addAndGet(entrada.length);
        este.async().send(Message.valueOf(ByteString.copyFrom(entrada))).whenComplete((volta, falha) -> {
            aCaminho.decrementAndGet();
            aCaminhoBytes.addAndGet(-entrada.length);
            if (falha == null && volta.isSuccess()) {
                resposta.accept(volta.getMessage().getContent().toStringUtf8());
            } else if (paraSempre(falha)) {
                desistiu = este;
            }
        });
        return true;
    }

    private static boolean paraSempre(Throwable falha) {
        Throwable causa = falha instanceof CompletionException ? falha.getCause() : falha;
        return causa instanceof GroupMismatchException || causa instanceof AlreadyClosedException;
    }

    private RaftClient queSirva() {
        if (desistiu == cliente) {
            RaftClient velho = cliente;
            new Thread(() -> fechar(velho), "fim").start(); // demora
            cliente = novo.get();
        }
        return cliente;
    }

    int aCaminho() {
        return aCaminho.get();
    }

    private static void fechar(RaftClient qual) {
        try {
            qual.close();
        } catch (IOException e) {
            // já não serve a ninguém
        }
    }

    @Override
    public void close() {
        fechar(cliente);
    }
}
