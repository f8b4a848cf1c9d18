package tests.rede;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** Um intermediário como o de {@code zmq.proxy}: ROUTER de um lado, DEALER do outro; acaba com o contexto. */
public final class Proxy {

    private Proxy() {
    }

    /**
     * Põe um à frente desta porta.
     *
     * @param identidade a do ROUTER dele; {@code null} = nenhuma
     * @return onde escuta
     */
    public static int iniciar(ZContext contexto, String identidade, int paraOnde) {
        ZMQ.Socket frente = contexto.getContext().socket(SocketType.ROUTER);
        ZMQ.Socket atras = contexto.getContext().socket(SocketType.DEALER);
        frente.setLinger(0);
        atras.setLinger(0);
        if (identidade != null) {
            frente.setIdentity(identidade.getBytes(StandardCharsets.US_ASCII));
        }
        int onde = frente.bindToRandomPort("tcp://127.0.0.1");
        atras.connect("tcp://127.0.0.1:" + paraOnde);
        Thread linha = new Thread(() -> {
            try (frente; atras) { // só quem os usa os fecha: o contexto espera por eles
                ZMQ.proxy(frente, atras, null);
            } catch (ZMQException e) {
                // o contexto fechou-se
            }
        }, "proxy");
        linha.setDaemon(true);
        linha.start();
        return onde;
    }
}
