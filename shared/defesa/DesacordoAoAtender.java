//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Desacordos.java
package shared.defesa;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;

/**
 * Nota quando quem se conecta a uma porta ZeroMQ não se entende com ela, e o registro o diz; quem já morreu ao chegar não
 * conta.
 */
final class DesacordoAoAtender {

    /** O que o JeroMQ deve contar. */
    static final int EVENTOS = ZMQ.EVENT_ACCEPTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL | ZMQ.EVENT_DISCONNECTED
            | ZMQ.HANDSHAKE_FAILED_PROTOCOL;

    private static final int VEZES = 3; // uma só pode ser de quem morreu ao chegar; quem não se entende, insiste…
    private static final int INSISTE_MS = 10_000; // …e volta, no máximo, de segundo em segundo

    private final int porta;
    private final boolean comChaves;
    private final Desacordos desacordos;
    private final Map<SocketChannel, Long> semApresentacao = new LinkedHashMap<>(); // e desde quando, em ns
    private String ultimo = "?"; // a se apresentar
    private final Deque<Long> desligaram = new ArrayDeque<>(); // as últimas que desligaram depressa, em ns

    DesacordoAoAtender(int porta, boolean comChaves, Desacordos desacordos) {
        this.porta = porta;
        this.comChaves = comChaves;
        this.desacordos = desacordos;
    }

    /**
     * Roda na linha de execução de rede do soquete. O JeroMQ diz quem chegou e quem se foi, mas não quem se apresentou:
     * supõe-se que o último a chegar. Dois que chegam juntos podem ser confundidos no registro; só no registro.
     */
    void olhar(ZEvent evento) {
        switch (evento.getEvent()) {
            case ACCEPTED -> {
                semApresentacao.keySet().removeIf(conexao -> !conexao.isOpen());
                semApresentacao.put(evento.getValue(), System.nanoTime());
            }
            case HANDSHAKE_PROTOCOL -> semApresentacao.keySet().stream().reduce((antes, esta) -> esta).ifPresent(mais -> {
                ultimo = endereco(mais);
                semApresentacao.remove(mais);
            });
            case HANDSHAKE_FAILED_PROTOCOL -> desacordos.recusada(ultimo, porta, comChaves
                    ? "não se decifra: ou espera outro servidor, que não o de servidor.key, ou não segue o protocolo"
                    : "não segue o protocolo");
            case DISCONNECTED -> {
                SocketChannel conexao = evento.getValue();
                Long desde = semApresentacao.remove(conexao);
                if (Desacordos.depressa(desde) && insiste()) {
                    desacordos.recusada(endereco(conexao), porta, comChaves
                            ? "não usa chaves, e aqui são precisas (--chaves)"
                            : "não se entende: usa chaves (--chaves), e este lado não? ou não fala ZeroMQ");
                }
            }
            default -> { }
        }
    }

    private boolean insiste() {
        long agora = System.nanoTime();
        desligaram.add(agora);
        return desligaram.size() >= VEZES && agora - desligaram.remove() < INSISTE_MS * 1_000_000L;
    }

    private static String endereco(SocketChannel conexao) {
        try {
            return conexao.getRemoteAddress() instanceof InetSocketAddress ip ? ip.getAddress().getHostAddress() : "?";
        } catch (IOException e) {
            return "?"; // já se foi
        }
    }
}
