//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Registro.java Soquetes.java
package shared;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.zeromq.ZMQ;

/**
 * O lado servidor de um pedido-resposta: um soquete ROUTER visto como uma fila de pedidos que podem ser respondidos
 * depois e fora de ordem. Para o cliente, com seu soquete REQ, é como se fosse um REP.
 */
public final class Pedidos {

    /** Um pedido que espera resposta: de quem veio, e o que diz. */
    public record Pedido(byte[] identidade, byte[] corpo) {
    }

    private final ZMQ.Socket soquete;

    /** @param soquete um ROUTER aberto por {@link Soquetes} */
    public Pedidos(ZMQ.Socket soquete) {
        this.soquete = soquete;
    }

    /** O soquete, para o vigiar. */
    public ZMQ.Socket soquete() {
        return soquete;
    }

    /**
     * Atende os pedidos que já chegaram, até {@link Soquetes#LOTE}.
     *
     * @param resposta o texto a responder, ou {@code null} para responder mais tarde; se lança {@link MensagemInvalida},
     *                 responde-se o erro e registra-se
     */
    public void atender(Registro registro, Function<Pedido, String> resposta) {
        Pedido pedido;
        for (int i = 0; i < Soquetes.LOTE && (pedido = proximo()) != null; i++) {
            String texto;
            try {
                texto = resposta.apply(pedido);
            } catch (MensagemInvalida e) {
                registro.recusada("pedido", e);
                texto = e.resposta();
            }
            if (texto != null) {
                responder(pedido, texto);
            }
        }
    }

    /** O próximo pedido que já chegou; {@code null} se não há. O que não tem a forma de um pedido é largado. */
    private Pedido proximo() {
        byte[] parte;
        while ((parte = soquete.recv(ZMQ.DONTWAIT)) != null) {
            List<byte[]> partes = new ArrayList<>(List.of(parte));
            while (soquete.hasReceiveMore()) {
                partes.add(soquete.recv());
            }
            if (partes.size() == 3 && partes.get(1).length == 0) {
                return new Pedido(partes.get(0), partes.get(2));
            }
            if (partes.size() > 3 && partes.get(1).length == 0) {
                responder(new Pedido(partes.get(0), null), "ERRO json: um pedido tem uma parte só; vieram " + (partes.size() - 2));
            }
        }
        return null;
    }

    /** Responde; se o cliente já se foi, a resposta se perde, como deve. */
    public void responder(Pedido pedido, String resposta) {
        soquete.send(pedido.identidade(), ZMQ.SNDMORE | ZMQ.DONTWAIT);
        soquete.send(new byte[0], ZMQ.SNDMORE | ZMQ.DONTWAIT);
        soquete.send(resposta.getBytes(StandardCharsets.UTF_8), ZMQ.DONTWAIT);
    }
}
