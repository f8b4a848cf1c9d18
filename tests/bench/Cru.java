//DEPS org.zeromq:jeromq:0.6.0
package tests.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * JeroMQ sem nada mais: os soquetes das partes 3 e 4 como a biblioteca os dá, mensagens do mesmo tamanho, e nenhuma lógica.
 * Não lê JSON, não numera, não guarda, não aplica, não se protege: é o mais rápido que uma parte poderia ser com ela.
 *
 * <pre>  Cru sequenciador|primario|replica|backup PORTA_DOS_PEDIDOS PORTA_DA_ORDEM</pre>
 */
public final class Cru {

    private static final byte[] VAZIO = new byte[0];
    private static final byte[] OK = "OK seq=1000000".getBytes(StandardCharsets.US_ASCII);
    private static final int EM_VOLTA = 90;      // bytes do envelope: seq, fonte, e as aspas da operação escapadas
    private static final int NOTICIA = 150;      // bytes com que um backup diz até onde tem

    private Cru() {
    }

    /** Só o Bench o inicia: não é um papel que se rode à mão. */
    public static void main(String... args) {
        try (ZContext contexto = new ZContext()) {
            String pedidos = "tcp://127.0.0.1:" + args[1];
            String ordem = "tcp://127.0.0.1:" + args[2];
            switch (args[0]) {
                case "sequenciador" -> servir(contexto, pedidos, ordem, true);
                case "primario" -> servir(contexto, pedidos, ordem, false);
                default -> seguir(contexto, pedidos, ordem, args[0].equals("backup"));
            }
        }
    }

    /** Difunde tudo o que se pede. Responde logo, como o Sequencer, ou quando o backup devolve, como o Primary. */
    private static void servir(ZContext contexto, String pedidos, String ordem, boolean jaResponde) {
        ZMQ.Socket entrada = contexto.createSocket(SocketType.ROUTER);
        ZMQ.Socket difusao = contexto.createSocket(SocketType.XPUB);
        difusao.setXpubVerbose(true); // uma notícia por assinante
        entrada.bind(pedidos);
        difusao.bind(ordem);
        ZMQ.Poller acordar = contexto.createPoller(2);
        acordar.register(entrada, ZMQ.Poller.POLLIN);
        acordar.register(difusao, ZMQ.Poller.POLLIN);
        for (int assinantes = 0; assinantes < (jaResponde ? 2 : 1); assinantes++) {
            difusao.recv();
        }
        System.err.println("pronto: cru");
        Deque<byte[]> esperam = new ArrayDeque<>();
        while (acordar.poll() >= 0) {
            while (difusao.recv(ZMQ.DONTWAIT) != null) {
                // alguém assina
            }
            byte[] de;
            while ((de = entrada.recv(ZMQ.DONTWAIT)) != null) {
                entrada.recv();
                byte[] corpo = entrada.recv();
                if (corpo[0] == 0) { // a notícia do backup: só zeros
                    responder(entrada, esperam.remove());
                    continue;
                }
                difusao.send(new byte[corpo.length + EM_VOLTA]);
                if (jaResponde) {
                    responder(entrada, de);
                } else {
                    esperam.add(de);
                }
            }
        }
    }

    private static void responder(ZMQ.Socket entrada, byte[] quem) {
        entrada.send(quem, ZMQ.SNDMORE);
        entrada.send(VAZIO, ZMQ.SNDMORE);
        entrada.send(OK);
    }

    /** Recebe tudo, e, se pedido, devolve. */
    private static void seguir(ZContext contexto, String pedidos, String ordem, boolean devolve) {
        ZMQ.Socket assinatura = contexto.createSocket(SocketType.SUB);
        ZMQ.Socket fonte = contexto.createSocket(SocketType.DEALER);
        assinatura.subscribe(ZMQ.SUBSCRIPTION_ALL);
        assinatura.connect(ordem);
        fonte.connect(pedidos);
        System.err.println("pronto: cru");
        while (assinatura.recv() != null) {
            if (devolve) {
                fonte.send(VAZIO, ZMQ.SNDMORE);
                fonte.send(new byte[NOTICIA]);
            }
        }
    }
}
