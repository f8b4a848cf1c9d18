//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Desacordos.java
package shared.defesa;

import org.zeromq.SocketType;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import shared.texto.Endereco;

/**
 * Nota quando aquele a quem um soquete se conecta desliga em vez de se entender com ele: quase sempre, as chaves. Quem
 * morreu ou não está lá não conta.
 */
public final class DesacordoAoConectar {

    /** O que o JeroMQ deve contar. */
    public static final int EVENTOS = ZMQ.EVENT_CONNECTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL | ZMQ.EVENT_DISCONNECTED
            | ZMQ.EVENT_CONNECT_RETRIED;

    private final Desacordos desacordos;
    private final String com;
    private final boolean dizer;
    private Long conectouEm;            // em ns; null = já se apresentaram, ou já caiu
    private boolean desligou;           // antes de se apresentar

    DesacordoAoConectar(Desacordos desacordos, SocketType tipo, Endereco com) {
        this.desacordos = desacordos;
        this.com = com.toString();
        this.dizer = tipo != SocketType.REQ; // quem pergunta fica sabendo pela falta de resposta
    }

    /** Roda na linha de execução de rede do soquete. */
    public void olhar(ZEvent evento) {
        switch (evento.getEvent()) {
            case CONNECTED -> conectouEm = System.nanoTime();
            case HANDSHAKE_PROTOCOL -> {
                conectouEm = null;
                desligou = false;
                desacordos.esquecer(com);
            }
            case DISCONNECTED -> {
                boolean depressa = Desacordos.depressa(conectouEm);
                conectouEm = null;
                desacordos.semAcordo(com, dizer && depressa && desligou);
                desligou |= depressa;
            }
            case CONNECT_RETRIED -> { // se já se entendiam, foi só uma queda
                if (!desligou) {
                    desacordos.esquecer(com);
                }
            }
            default -> { }
        }
    }

    /** O JeroMQ desistiu deste: é o que faz quando o outro lado recusa, depois de se apresentarem. */
    public void desistiu() {
        desacordos.semAcordo(com, dizer);
    }
}
