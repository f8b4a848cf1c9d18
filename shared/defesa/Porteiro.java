//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Chaves.java Recusas.java
package shared.defesa;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Quem entra por uma porta ZeroMQ, e a linha no registro por quem não entra. Com chaves, responde ao JeroMQ se uma chave
 * pública pode entrar (ZAP, RFC 27 do ZeroMQ); o resto, a começar pela prova de que ela é mesmo dele, é o JeroMQ que faz.
 */
public final class Porteiro {

    /** O que o JeroMQ deve contar, além do que Soquetes quer saber. */
    public static final int EVENTOS = ZMQ.EVENT_ACCEPTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL | ZMQ.EVENT_DISCONNECTED
            | ZMQ.HANDSHAKE_FAILED_PROTOCOL;

    private static final String MECANISMO = "CURVE";
    private static final int DEPRESSA_MS = 400; // quem desliga nisto, desligou pelo que leu; aos 500, recomeça um JeroMQ que se perdeu
    private static final int VEZES = 3; // uma só pode ser de quem morreu ao chegar; quem não se entende, insiste…
    private static final int INSISTE_MS = 10_000; // …e volta, no máximo, de segundo em segundo

    private final int porta;
    private final boolean comChaves;
    private final Map<SocketChannel, Long> semApresentacao = new LinkedHashMap<>(); // e desde quando, em ns
    private String ultimo = "?"; // a se apresentar
    private final Deque<Long> desligaram = new ArrayDeque<>(); // as últimas que desligaram depressa, em ns

    private Porteiro(int porta, boolean comChaves) {
        this.porta = porta;
        this.comChaves = comChaves;
    }

    /** Antes do bind. Sem ele à porta, o JeroMQ deixaria entrar qualquer chave. @param chaves null = fala em claro */
    public static Porteiro para(ZMQ.Socket soquete, ZContext contexto, int porta, Chaves chaves) {
        if (chaves != null) {
            chaves.servir(soquete);
            ZMQ.Socket perguntas = contexto.getContext().socket(SocketType.REP); // quem o fecha é atender(), e não o ZContext
            perguntas.setLinger(0);
            perguntas.bind("inproc://zeromq.zap.01");
            Thread linha = new Thread(() -> atender(perguntas, porta, chaves), "porteiro-" + porta);
            linha.setDaemon(true);
            linha.start();
        }
        return new Porteiro(porta, chaves != null);
    }

    // ───── ZAP ─────

    /** Até que o contexto se feche. Um erro inesperado não fecha o soquete: sem ele, todos entrariam. */
    private static void atender(ZMQ.Socket perguntas, int porta, Chaves chaves) {
        try {
            while (true) {
                List<byte[]> p = new ArrayList<>(); // versão, número, domínio, endereço, identidade, mecanismo, chave
                do {
                    p.add(perguntas.recv());
                } while (perguntas.hasReceiveMore());
                boolean curve = p.size() == 7 && texto(p.get(5)).equals(MECANISMO);
                String chave = curve ? ZMQ.Curve.z85Encode(p.get(6)) : "nenhuma";
                boolean entra = curve && chaves.nome(chave) != null;
                if (!entra) {
                    Recusas.recusada(texto(p.get(3)), porta, "chave desconhecida: " + chave + " não está em autorizadas/");
                }
                perguntas.sendMore("1.0");
                perguntas.sendMore(p.get(1));
                perguntas.sendMore(entra ? "200" : "400");
                perguntas.sendMore(entra ? "OK" : "chave desconhecida");
                perguntas.sendMore(""); // o nome de quem entra: ninguém aqui o usa
                perguntas.send("");
            }
        } catch (ZMQException e) {
            perguntas.close(); // ETERM
        }
    }

    private static String texto(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ───── O registro ─────

    /**
     * Roda na linha de execução de rede do soquete. O JeroMQ diz quem chegou e quem se foi, mas não quem se apresentou: supõe-se
     * que o último a chegar. Dois que chegam juntos podem ser confundidos no registro; só no registro.
     */
    public void olhar(ZEvent evento) {
        switch (evento.getEvent()) {
            case ACCEPTED -> {
                semApresentacao.keySet().removeIf(conexao -> !conexao.isOpen());
                semApresentacao.put(evento.getValue(), System.nanoTime());
            }
            case HANDSHAKE_PROTOCOL -> semApresentacao.keySet().stream().reduce((antes, esta) -> esta).ifPresent(mais -> {
                ultimo = endereco(mais);
                semApresentacao.remove(mais);
            });
            case HANDSHAKE_FAILED_PROTOCOL -> Recusas.recusada(ultimo, porta, comChaves
                    ? "não se decifra: ou espera outro servidor, que não o de servidor.key, ou não segue o protocolo"
                    : "não segue o protocolo");
            case DISCONNECTED -> {
                SocketChannel conexao = evento.getValue();
                Long desde = semApresentacao.remove(conexao);
                if (desde != null && System.nanoTime() - desde < DEPRESSA_MS * 1_000_000L && insiste()) {
                    Recusas.recusada(endereco(conexao), porta, comChaves ? "não usa chaves, e aqui são precisas (--chaves)"
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
