package tests.rede;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Um par que escreve o que quer numa conexão TCP. Que o servidor a corte também é uma boa resposta. */
public final class Bruto implements AutoCloseable {

    static final int MAIS = 1;
    static final int LONGO = 2;
    static final int COMANDO = 4;
    static final byte[] NADA = {};
    static final byte[] SAUDACAO = saudacao("NULL");

    private static final int PACIENCIA_MS = 3_000; // com um servidor que deixa de ler ou de escrever

    private final SocketChannel canal;
    private final int pacienciaMs;

    public Bruto(int porta) {
        this(porta, PACIENCIA_MS);
    }

    /** @param pacienciaMs quanto esperar por um servidor que não lê ou não escreve, antes de seguir sem ele */
    public Bruto(int porta, int pacienciaMs) {
        this.pacienciaMs = pacienciaMs;
        try {
            canal = SocketChannel.open();
            canal.setOption(StandardSocketOptions.SO_RCVBUF, 4_096); // o que não lemos espera no servidor, não na rede
            canal.setOption(StandardSocketOptions.TCP_NODELAY, true);
            canal.socket().connect(new InetSocketAddress("127.0.0.1", porta), 5_000);
            canal.configureBlocking(false);
        } catch (IOException e) {
            throw new AssertionError("ninguém escuta na porta " + porta, e);
        }
    }

    /** Envia saudação e READY, e espera pelos do servidor, que antes disso não aceita mais nada. */
    Bruto apresentar(String tipo, byte[]... propriedades) {
        byte[] ready = juntar(texto("\5READY"), propriedade("Socket-Type", texto(tipo)), juntar(propriedades));
        return escrever(SAUDACAO).ler(64).escrever(quadro(COMANDO, ready)).ler(20);
    }

    public Bruto escrever(byte[]... partes) {
        return mover(SelectionKey.OP_WRITE, ByteBuffer.wrap(juntar(partes)));
    }

    Bruto ler(int quantos) {
        return mover(SelectionKey.OP_READ, ByteBuffer.allocate(quantos));
    }

    /** Move estes bytes todos, ou até que o servidor pare, ou corte a conexão. */
    private Bruto mover(int sentido, ByteBuffer bytes) {
        try (Selector espera = Selector.open()) {
            canal.register(espera, sentido);
            while (bytes.hasRemaining() && espera.select(pacienciaMs) > 0
                    && (sentido == SelectionKey.OP_READ ? canal.read(bytes) : canal.write(bytes)) >= 0) {
                espera.selectedKeys().clear();
            }
        } catch (IOException e) {
            // cortou
        }
        return this;
    }

    /** Ao fechar, corta em vez de se despedir: a porta deste lado não fica um minuto à espera. */
    public Bruto semDespedida() {
        try {
            canal.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // cortou
        }
        return this;
    }

    void meioFechar() {
        try {
            canal.shutdownOutput();
        } catch (IOException e) {
            // cortou
        }
    }

    @Override
    public void close() {
        try {
            canal.close();
        } catch (IOException e) {
            // cortou
        }
    }

    // ───── ZMTP 3.0 em bytes (rfc.zeromq.org/spec/23) ─────

    static byte[] saudacao(String mecanismo) {
        byte[] versaoEMecanismo = Arrays.copyOf(texto("\3\0" + mecanismo), 22);
        return juntar(bytes(255, 0, 0, 0, 0, 0, 0, 0, 0, 127), versaoEMecanismo, new byte[32]);
    }

    static byte[] cabecalho(int bandeiras, long tamanho) {
        return ByteBuffer.allocate(9).put((byte) (bandeiras | LONGO)).putLong(tamanho).array();
    }

    static byte[] quadro(int bandeiras, byte[] corpo) {
        return juntar(corpo.length < 256 ? bytes(bandeiras, corpo.length) : cabecalho(bandeiras, corpo.length), corpo);
    }

    static byte[] propriedade(String nome, byte[] valor) {
        return juntar(bytes(nome.length()), texto(nome), ByteBuffer.allocate(4).putInt(valor.length).array(), valor);
    }

    /** Assinaturas de tópicos todos diferentes, deste tamanho. */
    static byte[] assinaturas(int quantas, int tamanho) {
        Random sorte = new Random();
        ByteArrayOutputStream todas = new ByteArrayOutputStream();
        byte[] topico = new byte[tamanho];
        for (int i = 0; i < quantas; i++) {
            sorte.nextBytes(topico);
            todas.writeBytes(quadro(0, juntar(bytes(1), topico)));
        }
        return todas.toByteArray();
    }

    static byte[] bytes(int... valores) {
        byte[] bytes = new byte[valores.length];
        for (int i = 0; i < valores.length; i++) {
            bytes[i] = (byte) valores[i];
        }
        return bytes;
    }

    static byte[] texto(String texto) {
        return texto.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] juntar(byte[]... partes) {
        ByteArrayOutputStream todas = new ByteArrayOutputStream();
        for (byte[] parte : partes) {
            todas.writeBytes(parte);
        }
        return todas.toByteArray();
    }

    public static byte[] repetir(byte[] bytes, int vezes) {
        ByteBuffer todas = ByteBuffer.allocate(bytes.length * vezes);
        while (todas.hasRemaining()) {
            todas.put(bytes);
        }
        return todas.array();
    }
}
