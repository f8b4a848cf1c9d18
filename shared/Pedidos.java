//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Registro.java Soquetes.java
package shared;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * O lado servidor de um pedido-resposta: um soquete ROUTER visto como uma fila de pedidos que podem ser respondidos
 * depois e fora de ordem. Para o cliente, com seu soquete REQ, é como se fosse um REP.
 */
public final class Pedidos {

    /** Um pedido que espera resposta: de quem veio, e o que diz. */
    public record Pedido(byte[] identidade, byte[] corpo) {
    }

    private static final byte[] VAZIO = new byte[0];
    private static final int ATRASADAS_BYTES = 8 << 20;    // de todos os que não leem, juntos
    private static final int ATRASADAS_MS = 5_000;

    /** As respostas a quem ainda não leu as anteriores. */
    private static final class Atrasadas {
        private final Deque<byte[]> respostas = new ArrayDeque<>();
        private long bytes;
        private long desde = System.nanoTime(); // desde quando ele não lê nenhuma
    }

    private final ZMQ.Socket soquete;
    private final Map<ByteBuffer, Atrasadas> atrasadas = new LinkedHashMap<>(); // por identidade

    /** @param soquete um ROUTER aberto por {@link Soquetes} */
    public Pedidos(ZMQ.Socket soquete) {
        this.soquete = soquete;
        soquete.setRouterMandatory(true); // que diga quando a fila de alguém está cheia, em vez de perder a resposta
    }

    /** Quanto um laço pode dormir, em milissegundos: pouco, se alguém ainda não leu o que se lhe deve. */
    public int pausa(int milissegundos) {
        return atrasadas.isEmpty() ? milissegundos : 1;
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
        escoar();
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

    /** Responde; a quem tem a fila cheia, assim que ele ler; se o cliente já se foi, a resposta se perde, como deve. */
    public void responder(Pedido pedido, String resposta) {
        byte[] texto = resposta.getBytes(StandardCharsets.UTF_8);
        Atrasadas fila = atrasadas.get(ByteBuffer.wrap(pedido.identidade()));
        if (fila == null && enviar(pedido.identidade(), texto)) {
            return;
        }
        fila = atrasadas.computeIfAbsent(ByteBuffer.wrap(pedido.identidade()), nova -> new Atrasadas());
        fila.respostas.add(texto);
        fila.bytes += texto.length;
        if (atrasadas.values().stream().mapToLong(f -> f.bytes).sum() > ATRASADAS_BYTES) { // paga quem mais deve
            atrasadas.values().remove(Collections.max(atrasadas.values(), Comparator.comparingLong(f -> f.bytes)));
        }
    }

    /** Envia o que couber do que se deve; desiste de quem não lê há muito. */
    private void escoar() {
        atrasadas.entrySet().removeIf(entrada -> {
            Atrasadas fila = entrada.getValue();
            while (!fila.respostas.isEmpty() && enviar(entrada.getKey().array(), fila.respostas.peek())) {
                fila.bytes -= fila.respostas.remove().length;
                fila.desde = System.nanoTime();
            }
            return fila.respostas.isEmpty() || System.nanoTime() - fila.desde > ATRASADAS_MS * 1_000_000L;
        });
    }

    /** @return false se a fila deste cliente está cheia */
    private boolean enviar(byte[] identidade, byte[] texto) {
        try {
            return soquete.send(identidade, ZMQ.SNDMORE | ZMQ.DONTWAIT)
                    && soquete.send(VAZIO, ZMQ.SNDMORE | ZMQ.DONTWAIT) && soquete.send(texto, ZMQ.DONTWAIT);
        } catch (ZMQException e) {
            return true; // já se foi
        }
    }
}
