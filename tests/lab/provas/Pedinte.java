package tests.lab.provas;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;

/**
 * Um cliente de pedido-resposta, como um REQ: envia exatamente os bytes que se lhe dão, uma vez, e espera pela resposta.
 * Por dentro é um DEALER, que pode pedir outra coisa sem ter a resposta da primeira.
 */
final class Pedinte implements AutoCloseable {

    private static final int ESCOAR_MS = 200; // o que se pediu por último ainda sai
    private static final int OLHAR_MS = 50;

    private final Soquetes soquetes = new Soquetes(Defesa.emClaro(), ESCOAR_MS);
    private final ZMQ.Socket soquete;
    private final ZMQ.Poller acordar;
    private final String quem;
    private final Posto posto;
    private final long prazoMs;
    private boolean atendeu;

    /** @param quem a quem se pede, em palavras: "o sequenciador" @param posto esse processo @param onde atende */
    Pedinte(String quem, Posto posto, Endereco onde, long prazoMs) {
        this.posto = posto;
        this.quem = quem;
        this.prazoMs = prazoMs;
        soquete = soquetes.conectar(SocketType.DEALER, onde);
        acordar = soquetes.vigiar(soquete);
    }

    /** Pede, e espera. @throws Reprovada se ele não responde no prazo */
    String pedir(String texto) {
        return pedir(texto.getBytes(StandardCharsets.UTF_8), Json.citar(texto, 120));
    }

    /** O mesmo. @param descrito o pedido, em palavras */
    String pedir(byte[] bytes, String descrito) {
        enviar(bytes);
        String resposta = receber(prazoMs);
        if (resposta == null && !posto.vivo()) {
            throw Reprovada.seguranca(quem + " morreu, sem responder a " + descrito);
        }
        if (resposta == null) {
            throw Reprovada.vivacidade(quem + " ficou sem responder, durante " + prazoMs / 1_000 + " s, a " + descrito);
        }
        return resposta;
    }

    /** @throws Reprovada se quem devia atender já não está de pé */
    void exigirVivo() {
        if (!posto.vivo()) {
            throw Reprovada.seguranca(quem + " morreu: já não está de pé");
        }
    }

    /** Pede, e não espera pela resposta. @throws Reprovada se ninguém atende */
    void enviar(byte[] bytes) {
        long fim = System.nanoTime() + prazoMs * 1_000_000L;
        while (!atendeu) { // numa conexão que nasceu surda, o que se envia perde-se
            soquetes.religar();
            atendeu = soquetes.quem(soquete) != null;
            exigirVivo();
            if (!atendeu && System.nanoTime() > fim) {
                throw Reprovada.vivacidade(quem + " não atende na sua porta, em " + prazoMs / 1_000 + " s");
            }
            soquetes.dormir(acordar, atendeu ? 0 : 2);
        }
        soquete.send(new byte[0], ZMQ.SNDMORE);
        soquete.send(bytes);
    }

    /** O mesmo, com texto. */
    void enviar(String texto) {
        enviar(texto.getBytes(StandardCharsets.UTF_8));
    }

    /** @return a próxima resposta; {@code null} se não vem a tempo, ou se ele morreu */
    String receber(long ms) {
        long fim = System.nanoTime() + ms * 1_000_000L;
        do {
            byte[] quadro = soquete.recv(ZMQ.DONTWAIT);
            if (quadro != null) {
                while (soquete.hasReceiveMore()) {
                    quadro = soquete.recv();
                }
                return new String(quadro, StandardCharsets.UTF_8);
            }
            soquetes.dormir(acordar, (int) Math.max(1, Math.min(OLHAR_MS, (fim - System.nanoTime()) / 1_000_000)));
        } while (System.nanoTime() < fim && posto.aindaFala());
        return null;
    }

    @Override
    public void close() {
        soquetes.close();
    }
}
