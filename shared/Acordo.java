//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Recusas.java
package shared;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.zeromq.SocketType;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;

/**
 * Nota quando aqueles a quem um soquete se conecta desligam em vez de se entenderem com ele: quase sempre, as chaves. Quem
 * morreu ou não está lá não conta.
 */
final class Acordo {

    /** O que o JeroMQ deve contar. */
    static final int EVENTOS = ZMQ.EVENT_CONNECTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL | ZMQ.EVENT_DISCONNECTED | ZMQ.EVENT_CONNECT_RETRIED;

    private static final int DEPRESSA_MS = 400; // aos 500 é o próprio JeroMQ que recomeça

    private final Endereco unico;       // null = são vários, e cada um é o que o JeroMQ disser
    private final boolean dizer;
    private final Map<String, Long> semApresentacao = new HashMap<>(); // e desde quando, em ns
    private final Set<String> desligaram = new HashSet<>();            // antes de se apresentarem

    Acordo(SocketType tipo, Endereco... com) {
        this.unico = com.length == 1 ? com[0] : null;
        this.dizer = tipo != SocketType.REQ; // quem pergunta fica sabendo pela falta de resposta
    }

    /** Roda na linha de execução de rede do soquete. */
    void olhar(ZEvent evento) {
        String com = unico == null ? evento.getAddress().replace("tcp://", "") : unico.toString();
        switch (evento.getEvent()) {
            case CONNECTED -> semApresentacao.put(com, System.nanoTime());
            case HANDSHAKE_PROTOCOL -> {
                semApresentacao.remove(com);
                desligaram.remove(com);
                Recusas.esquecer(com);
            }
            case DISCONNECTED -> {
                Long desde = semApresentacao.remove(com);
                boolean depressa = desde != null && System.nanoTime() - desde < DEPRESSA_MS * 1_000_000L;
                boolean outraVez = depressa && !desligaram.add(com);
                Recusas.semAcordo(com, dizer && outraVez);
            }
            case CONNECT_RETRIED -> { // se já se entendiam, foi só uma queda
                if (!desligaram.contains(com)) {
                    Recusas.esquecer(com);
                }
            }
            default -> { }
        }
    }

    /** O JeroMQ desistiu deste: é o que faz quando o outro lado recusa, depois de se apresentarem. */
    void desistiu(String endereco) {
        Recusas.semAcordo(unico == null ? endereco.replace("tcp://", "") : unico.toString(), dizer);
    }
}
