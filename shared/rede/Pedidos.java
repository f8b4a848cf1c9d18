//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Soquetes.java
package shared.rede;

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
import shared.defesa.LimiteDeQuadros;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/**
 * O lado servidor de um pedido-resposta: um soquete ROUTER visto como uma fila de pedidos que podem ser respondidos
 * depois e fora de ordem. Para o cliente, com seu soquete REQ, é como se fosse um REP: o envelope (RFC 28 do ZeroMQ), que
 * são todos os quadros até o primeiro vazio, com ele, volta como veio, seja de um REQ com REQ_CORRELATE ou de trás de
 * proxies.
 */
public final class Pedidos {

    /**
     * Um pedido que espera resposta.
     *
     * @param envelope por onde ela volta, a começar por esta conexão
     * @param corpo o que diz
     */
    public record Pedido(List<byte[]> envelope, byte[] corpo) {

        private ByteBuffer conexao() {
            return ByteBuffer.wrap(envelope.get(0));
        }
    }

    private static final int ENVELOPE_BYTES = 2_048; // uma identidade tem até 255
    private static final int ATRASADAS_BYTES = 8 << 20;    // de todos os que não leem, juntos
    private static final int ATRASADAS_MS = 5_000;

    /** As respostas a quem ainda não leu as anteriores. */
    private static final class Atrasadas {
        private final Deque<List<byte[]>> respostas = new ArrayDeque<>();
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
     *                 responde-se o erro e registra-se, como ao que não tem a forma de um pedido
     */
    public void atender(Registro registro, Function<Pedido, String> resposta) {
        escoar();
        List<byte[]> quadros;
        for (int i = 0; i < Soquetes.LOTE && (quadros = quadros()) != null; i++) {
            Pedido pedido = separar(quadros);
            String texto;
            try {
                conferir(pedido, quadros.size());
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

    /** Os quadros da próxima mensagem que já chegou; null se não há. Dos que são demais basta um, para se saber. */
    private List<byte[]> quadros() {
        byte[] quadro = soquete.recv(ZMQ.DONTWAIT);
        if (quadro == null) {
            return null;
        }
        List<byte[]> quadros = new ArrayList<>(3);
        quadros.add(quadro);
        while (soquete.hasReceiveMore()) {
            quadro = soquete.recv();
            if (quadros.size() < LimiteDeQuadros.ENVELOPE_QUADROS + 3) {
                quadros.add(quadro);
            }
        }
        return quadros;
    }

    /** Sem quadro vazio, o melhor palpite é que só o último não é do envelope: por ele o erro acha o caminho de volta. */
    private static Pedido separar(List<byte[]> quadros) {
        int fim = 1;
        while (fim < quadros.size() && quadros.get(fim).length > 0) {
            fim++;
        }
        fim = fim < quadros.size() ? fim + 1 : Math.max(1, fim - 1);
        return new Pedido(quadros.subList(0, fim), fim < quadros.size() ? quadros.get(fim) : null);
    }

    private static void conferir(Pedido pedido, int quadros) {
        List<byte[]> envelope = pedido.envelope();
        if (envelope.size() == 1 || envelope.get(envelope.size() - 1).length > 0) {
            throw new MensagemInvalida("envelope",
                    "falta o quadro vazio antes do pedido: um REQ o envia sozinho, um DEALER tem de o enviar");
        }
        if (envelope.size() > 1 + LimiteDeQuadros.ENVELOPE_QUADROS || bytes(envelope) > ENVELOPE_BYTES) {
            throw new MensagemInvalida("envelope", "o envelope passa de " + LimiteDeQuadros.ENVELOPE_QUADROS
                    + " quadros, ou de " + ENVELOPE_BYTES + " bytes");
        }
        if (quadros != envelope.size() + 1) {
            throw new MensagemInvalida("json", "um pedido tem uma parte só; vieram " + (quadros - envelope.size()));
        }
    }

    private static long bytes(List<byte[]> quadros) {
        long bytes = 0;
        for (byte[] quadro : quadros) {
            bytes += quadro.length;
        }
        return bytes;
    }

    /** Responde; a quem tem a fila cheia, assim que ele ler; se o cliente já se foi, a resposta se perde, como deve. */
    public void responder(Pedido pedido, String resposta) {
        List<byte[]> quadros = new ArrayList<>(pedido.envelope());
        quadros.add(resposta.getBytes(StandardCharsets.UTF_8));
        Atrasadas fila = atrasadas.isEmpty() ? null : atrasadas.get(pedido.conexao());
        if (fila == null && enviar(quadros)) {
            return;
        }
        fila = atrasadas.computeIfAbsent(pedido.conexao(), nova -> new Atrasadas());
        fila.respostas.add(quadros);
        fila.bytes += bytes(quadros);
        if (atrasadas.values().stream().mapToLong(f -> f.bytes).sum() > ATRASADAS_BYTES) { // paga quem mais deve
            atrasadas.values().remove(Collections.max(atrasadas.values(), Comparator.comparingLong(f -> f.bytes)));
        }
    }

    /** Envia o que couber do que se deve; desiste de quem não lê há muito. */
    private void escoar() {
        atrasadas.values().removeIf(fila -> {
            while (!fila.respostas.isEmpty() && enviar(fila.respostas.peek())) {
                fila.bytes -= bytes(fila.respostas.remove());
                fila.desde = System.nanoTime();
            }
            return fila.respostas.isEmpty() || System.nanoTime() - fila.desde > ATRASADAS_MS * 1_000_000L;
        });
    }

    /** @return false se a fila deste cliente está cheia */
    private boolean enviar(List<byte[]> quadros) {
        try {
            return Soquetes.enviar(soquete, quadros);
        } catch (ZMQException e) {
            return true; // já se foi
        }
    }
}
