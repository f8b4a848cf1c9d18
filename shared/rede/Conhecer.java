//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Tcp.java
package shared.rede;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import shared.defesa.Defesa;
import shared.texto.Endereco;

/**
 * Quem está do outro lado de um soquete que se conecta, antes de se lhe dizer o que o sistema original não entenderia.
 *
 * <p>No ZMTP, o protocolo por baixo dos soquetes ZeroMQ, cada lado se apresenta antes da primeira mensagem: diz o tipo do
 * seu soquete e, se quer, uma identidade (RFC 23 do ZeroMQ). As nossas portas se apresentam como {@link #NOS}; o sistema
 * original, ou um proxy que o esconde, não. O JeroMQ não mostra isso a quem o usa; por isso cada conexão que ele faz leva
 * a uma segunda, curta, que só se apresenta, ouve e desliga: nenhum programa chega a saber dela. O que se soube vale
 * enquanto dura a conexão do JeroMQ, ou seja, enquanto do outro lado está o mesmo processo.
 *
 * <p>Um ROUTER sem a nossa identidade não é o original, que tem um REP: é um proxy. Mas atrás dele pode estar o original,
 * e não há pergunta que lho diga sem lá chegar; trata-se como ele. Quem tem um nosso atrás do seu proxy dá ao ROUTER a
 * nossa identidade.
 *
 * <p>Com {@link shared.defesa.Chaves} a apresentação vai cifrada e não se vê; quem as tem é dos nossos, porque o original
 * não as conhece.
 */
final class Conhecer {

    /** Como se apresentam as nossas portas. */
    static final byte[] NOS = "banco-replicado".getBytes(StandardCharsets.US_ASCII);

    private static final int PRAZO_MS = 1_000;      // para cada tentativa de o ouvir
    private static final int ENTRE_MS = 50;         // e entre duas
    private static final int COMANDO_MAXIMO = 1_024;
    private static final byte[] READY = ascii("\5READY");
    private static final byte[] NULL = Arrays.copyOf(ascii("NULL"), 20);

    private final Defesa defesa;
    private final SocketType eu;
    private final Endereco onde;
    private Soquetes.Quem quem;
    private int conexao;                            // de qual delas se sabe

    Conhecer(Defesa defesa, SocketType eu, Endereco onde) {
        this.defesa = defesa;
        this.eu = eu;
        this.onde = onde;
    }

    /** Quem é; {@code null} enquanto não se sabe. */
    synchronized Soquetes.Quem quem() {
        return quem;
    }

    /** O JeroMQ tem uma conexão nova. */
    synchronized void conectou() {
        int esta = ++conexao;
        if (defesa.chaves().isPresent()) {
            quem = Soquetes.Quem.NOSSO;
            return;
        }
        Thread linha = new Thread(() -> procurar(esta), "conhecer-" + onde);
        linha.setDaemon(true);
        linha.start();
    }

    /** O JeroMQ perdeu a conexão, ou o soquete fechou: na próxima pode estar outro no lugar. */
    synchronized void caiu() {
        conexao++;
        quem = null;
    }

    private synchronized boolean vale(int esta) {
        return esta == conexao;
    }

    private synchronized void soube(int esta, Soquetes.Quem dele) {
        if (vale(esta)) {
            quem = dele;
            if (dele == Soquetes.Quem.ORIGINAL) {
                defesa.desacordos().original(onde);
            }
        }
    }

    private void procurar(int esta) {
        try {
            while (vale(esta)) {
                try {
                    soube(esta, ouvir());
                    return;
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(ENTRE_MS); // ainda não, ou já não: o JeroMQ dirá
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Quem atende agora; {@code null} se ninguém se apresenta. */
    Soquetes.Quem agora() {
        try {
            return defesa.chaves().isPresent() ? Soquetes.Quem.NOSSO : ouvir();
        } catch (IOException e) {
            return null;
        }
    }

    /** Apresenta-se, e ouve a apresentação de quem atende. @throws IOException se não a ouve */
    private Soquetes.Quem ouvir() throws IOException {
        try (Socket conexao = Tcp.conectar(onde, PRAZO_MS)) {
            conexao.setSoLinger(true, 0); // a porta de onde saiu não fica à espera (TIME_WAIT)
            conexao.setSoTimeout(PRAZO_MS);
            DataInputStream entrada = new DataInputStream(conexao.getInputStream());
            DataOutputStream saida = new DataOutputStream(conexao.getOutputStream());
            saida.write(saudacao());
            byte[] dele = new byte[64];
            entrada.readFully(dele);
            if (dele[0] != -1 || dele[9] != 127 || dele[10] < 3 || !Arrays.equals(dele, 12, 32, NULL, 0, 20)) {
                throw new IOException("não fala ZMTP 3 em claro");
            }
            saida.write(comando());
            Map<String, byte[]> dito = apresentacao(entrada);
            boolean nosso = Arrays.equals(NOS, dito.get("identity"));
            boolean router = Arrays.equals(ascii(SocketType.ROUTER.name()), dito.get("socket-type"));
            defesa.desacordos().proxy(onde, !nosso && router);
            return nosso ? Soquetes.Quem.NOSSO : Soquetes.Quem.ORIGINAL;
        }
    }

    /** Assinatura, versão 3.0, sem segurança. */
    private static byte[] saudacao() {
        return ByteBuffer.allocate(64).put((byte) -1).putLong(1).put((byte) 127)
                .put((byte) 3).put((byte) 0).put(NULL).array();
    }

    /** Um quadro de comando: READY e uma propriedade, o tipo do soquete. */
    private byte[] comando() {
        byte[] nome = ascii("\13Socket-Type");
        byte[] tipo = ascii(eu.name());
        int tamanho = READY.length + nome.length + 4 + tipo.length;
        return ByteBuffer.allocate(2 + tamanho).put((byte) 4).put((byte) tamanho).put(READY).put(nome)
                .putInt(tipo.length).put(tipo).array();
    }

    /** O que vem no READY do outro lado, cada nome em minúsculas. */
    private static Map<String, byte[]> apresentacao(DataInputStream entrada) throws IOException {
        int marcas = entrada.readUnsignedByte();
        long tamanho = (marcas & 2) == 0 ? entrada.readUnsignedByte() : entrada.readLong();
        if ((marcas & 4) == 0 || tamanho < READY.length || tamanho > COMANDO_MAXIMO) {
            throw new IOException("não se apresentou");
        }
        byte[] bytes = new byte[(int) tamanho];
        entrada.readFully(bytes);
        ByteBuffer comando = ByteBuffer.wrap(bytes);
        if (!Arrays.equals(READY, bytes(comando, READY.length))) {
            throw new IOException("recusou");
        }
        Map<String, byte[]> dito = new HashMap<>();
        while (comando.hasRemaining()) {
            String nome = new String(bytes(comando, comando.get() & 0xFF), StandardCharsets.US_ASCII);
            dito.put(nome.toLowerCase(Locale.ROOT), bytes(comando, comando.remaining() < 4 ? -1 : comando.getInt()));
        }
        return dito;
    }

    private static byte[] bytes(ByteBuffer de, int quantos) throws IOException {
        if (quantos < 0 || quantos > de.remaining()) {
            throw new IOException("apresentação partida");
        }
        byte[] bytes = new byte[quantos];
        de.get(bytes);
        return bytes;
    }

    private static byte[] ascii(String texto) {
        return texto.getBytes(StandardCharsets.US_ASCII);
    }
}
