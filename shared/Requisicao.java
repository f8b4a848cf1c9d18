//DEPS org.zeromq:jeromq:0.6.0
//SOURCES SemResposta.java Soquetes.java
package shared;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * O lado cliente de um pedido-resposta que não trava: o <i>Lazy Pirate</i> do ZeroMQ Guide (capítulo 4). Sem resposta
 * no prazo, fecha o soquete REQ (que só aceita pedir de novo depois de receber), abre outro e repete o mesmo pedido;
 * depois de algumas tentativas desiste, com uma dica. Repetir é seguro porque o servidor reconhece o id_msg.
 */
public final class Requisicao implements AutoCloseable {

    /** Espera por uma resposta, em milissegundos, e quantas vezes pedir. */
    public static final int PRAZO_MS = 2_500;
    public static final int TENTATIVAS = 3;

    private final Soquetes soquetes = new Soquetes();
    private final Endereco servidor;
    private final int prazoMs;
    private final int tentativas;
    private ZMQ.Socket soquete; // null = abre-se ao pedir

    public Requisicao(Endereco servidor) {
        this(servidor, PRAZO_MS, TENTATIVAS);
    }

    public Requisicao(Endereco servidor, int prazoMs, int tentativas) {
        this.servidor = servidor;
        this.prazoMs = prazoMs;
        this.tentativas = tentativas;
    }

    /** Pede e espera a resposta. @throws SemResposta se ela não veio: o pedido pode ou não ter tido efeito */
    public String pedir(String pedido) {
        for (int tentativa = 1; tentativa <= tentativas; tentativa++) {
            soquete = soquete == null ? soquetes.conectar(SocketType.REQ, servidor) : soquete;
            soquete.setReceiveTimeOut(prazoMs);
            soquete.setSendTimeOut(prazoMs); // só espera se o JeroMQ já desistiu deste servidor
            byte[] resposta = soquete.send(pedido.getBytes(StandardCharsets.UTF_8)) ? soquete.recv() : null;
            if (resposta != null) {
                return new String(resposta, StandardCharsets.UTF_8);
            }
            soquetes.fechar(soquete);
            soquete = null;
        }
        throw new SemResposta(servidor, (long) prazoMs * tentativas);
    }

    @Override
    public void close() {
        soquetes.close();
    }
}
