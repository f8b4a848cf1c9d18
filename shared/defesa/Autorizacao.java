//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Chaves.java Desacordos.java
package shared.defesa;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Quem pode entrar por uma porta ZeroMQ com chaves: responde ao JeroMQ se uma chave pública está autorizada (ZAP, RFC 27
 * do ZeroMQ); o resto, a começar pela prova de que ela é mesmo dele, é o JeroMQ que faz.
 */
final class Autorizacao {

    private static final String MECANISMO = "CURVE";

    private final ZMQ.Socket perguntas;
    private final int porta;
    private final Chaves chaves;
    private final Desacordos desacordos;

    private Autorizacao(ZMQ.Socket perguntas, int porta, Chaves chaves, Desacordos desacordos) {
        this.perguntas = perguntas;
        this.porta = porta;
        this.chaves = chaves;
        this.desacordos = desacordos;
    }

    /** Antes do bind. Sem quem responda, o JeroMQ deixaria entrar qualquer chave. */
    static void exigir(ZMQ.Socket soquete, ZContext contexto, int porta, Chaves chaves, Desacordos desacordos) {
        chaves.servir(soquete);
        ZMQ.Socket perguntas = contexto.getContext().socket(SocketType.REP); // quem o fecha é responder(), e não o ZContext
        perguntas.setLinger(0);
        perguntas.bind("inproc://zeromq.zap.01");
        Thread linha = new Thread(new Autorizacao(perguntas, porta, chaves, desacordos)::responder, "autorizacao-" + porta);
        linha.setDaemon(true);
        linha.start();
    }

    /** Até que o contexto se feche. Um erro inesperado não fecha o soquete: sem ele, todos entrariam. */
    private void responder() {
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
                    desacordos.recusada(texto(p.get(3)), porta,
                            "chave desconhecida: " + chave + " não está em autorizadas/");
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
}
