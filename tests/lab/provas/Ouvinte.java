package tests.lab.provas;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;

/** Quem assina uma difusão (SUB). */
final class Ouvinte implements AutoCloseable {

    private final Soquetes soquetes = new Soquetes(Defesa.emClaro());
    private final ZMQ.Socket soquete;
    private final ZMQ.Poller acordar;

    Ouvinte(Endereco onde) {
        this(onde, false);
    }

    /** @param dosNossos se assina como os papéis desta coleção, que numa difusão para dois públicos recebem os envelopes */
    Ouvinte(Endereco onde, boolean dosNossos) {
        if (dosNossos) {
            soquetes.assinarNossas();
        }
        soquete = soquetes.conectar(SocketType.SUB, onde);
        acordar = soquetes.vigiar(soquete);
    }

    /** @return a próxima mensagem; {@code null} se não vem a tempo */
    String proxima(long ms) {
        long fim = System.nanoTime() + ms * 1_000_000L;
        do {
            soquetes.religar();
            byte[] quadro = soquete.recv(ZMQ.DONTWAIT);
            if (quadro != null) {
                return new String(quadro, StandardCharsets.UTF_8);
            }
            soquetes.dormir(acordar, (int) Math.max(1, Math.min(20, (fim - System.nanoTime()) / 1_000_000)));
        } while (System.nanoTime() < fim);
        return null;
    }

    @Override
    public void close() {
        soquetes.close();
    }
}
