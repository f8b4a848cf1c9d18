package shared.defesa;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Vê a saúde de uma porta de fora, como a veria um cliente. Se a linha de execução que atende uma porta para, o processo
 * continuaria de pé e surdo; aqui ele acaba, com código 1 e uma linha que diz por quê, e pode ser iniciado outra vez a partir
 * do diário. Uma só linha de execução olha todas as portas do processo.
 *
 * <p>Contam-se olhadas, não segundos: um processo parado, ou uma máquina sobrecarregada ou suspensa, olha menos, e não
 * acaba. E uma porta que aceita outros, por muitos que sejam, está viva.
 */
public final class Vigia implements AutoCloseable {

    private static final int ENTRE_RONDAS_MS = 5_000;
    private static final int OLHADAS = 50;              // numa ronda, por porta…
    private static final int ENTRE_OLHADAS_MS = 100;    // …ou seja, 5 s
    private static final int FALTAS = 3;                // rondas seguidas sem resposta

    /** O começo da saudação do ZMTP, a que o JeroMQ responde; a porta de RPC não a espera, e desliga. */
    private static final byte[] SAUDACAO = {-1, 0, 0, 0, 0, 0, 0, 0, 0, 127, '\n'};

    private static final Set<Vigia> PORTAS = ConcurrentHashMap.newKeySet();
    private static Thread ronda;

    private final InetSocketAddress endereco;
    private final AtomicLong aceitas = new AtomicLong();
    private volatile SocketAddress eu; // de onde olha
    private int faltas;

    private Vigia(InetSocketAddress endereco) {
        this.endereco = endereco;
    }

    /** O vigia de uma porta, que ainda não olha. @param ip aquele em que se escuta */
    public static Vigia de(InetAddress ip, int porta) {
        return new Vigia(new InetSocketAddress(ip.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : ip, porta));
    }

    /** A porta está aberta: daqui em diante olha-a, até {@link #close}. */
    public Vigia comecar() {
        synchronized (PORTAS) {
            PORTAS.add(this);
            if (ronda == null) {
                ronda = new Thread(Vigia::rondar, "vigia");
                ronda.setDaemon(true);
                ronda.start();
            }
        }
        return this;
    }

    /** A porta aceitou uma conexão, de quem quer que seja. */
    public void aceitou() {
        aceitas.incrementAndGet();
    }

    /** Se quem está deste outro lado é este mesmo vigia, que não é um cliente. */
    public boolean ehSua(SocketAddress remoto) {
        return remoto != null && remoto.equals(eu);
    }

    /** A porta vai fechar-se de propósito. */
    @Override
    public void close() {
        PORTAS.remove(this);
    }

    /** Acaba com este processo já: o fim limpo esperaria por quem não responde, e o que foi confirmado está no disco. */
    public static void acabar(String porque) {
        System.err.println("erro: " + porque + "; este processo acaba aqui, porque já não serviria a ninguém. Inicie-o outra"
                + " vez: o que está no diário não se perdeu");
        Runtime.getRuntime().halt(1);
    }

    private static void rondar() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(ENTRE_RONDAS_MS);
                for (Vigia porta : PORTAS) {
                    porta.faltas = porta.responde() ? 0 : porta.faltas + 1;
                    if (porta.faltas >= FALTAS && PORTAS.contains(porta)) {
                        acabar("a porta " + porta.endereco.getPort() + " deixou de responder, até a este processo");
                    }
                }
            }
        } catch (InterruptedException e) {
            // ninguém interrompe esta linha
        }
    }

    /** @return false só se ela podia ter respondido */
    private boolean responde() throws InterruptedException {
        long antes = aceitas.get();
        try (SocketChannel canal = SocketChannel.open()) {
            canal.configureBlocking(false);
            canal.setOption(StandardSocketOptions.SO_LINGER, 0); // a porta de onde olha não fica à espera (TIME_WAIT)
            eu = canal.bind(new InetSocketAddress(endereco.getAddress(), 0)).getLocalAddress();
            canal.connect(endereco);
            boolean ligado = false;
            for (int i = 0; i < OLHADAS; i++) {
                if (!ligado && canal.finishConnect()) {
                    ligado = true;
                    canal.write(ByteBuffer.wrap(SAUDACAO));
                }
                boolean aceitouOutros = aceitas.get() > antes + 1; // além desta
                if (aceitouOutros || ligado && canal.read(ByteBuffer.allocate(1_024)) != 0) {
                    return true;
                }
                TimeUnit.MILLISECONDS.sleep(ENTRE_OLHADAS_MS);
            }
            return !ligado && !alcancaASiMesma();
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            return true; // cortou, ou este processo não tem com que perguntar
        }
    }

    /** Se a rede da máquina chega a este endereço: com um firewall fechado, não é a porta que não responde. */
    private boolean alcancaASiMesma() throws IOException {
        try (ServerSocket outra = new ServerSocket(0, 1, endereco.getAddress()); Socket canal = new Socket()) {
            canal.connect(outra.getLocalSocketAddress(), OLHADAS * ENTRE_OLHADAS_MS);
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }
}
