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
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Se as portas deste processo ainda respondem, vistas de fora, como as veria um cliente: um cão de guarda. Se a linha de
 * execução que atende uma porta para, o processo continuaria de pé e surdo; aqui ele acaba, com código 1 e uma linha que
 * diz por quê, e pode ser iniciado outra vez a partir do diário. Uma só linha de execução olha todas as portas.
 *
 * <p>Contam-se olhadas, não segundos: um processo parado, ou uma máquina sobrecarregada ou suspensa, olha menos, e não
 * acaba. E uma porta que aceita outros, por muitos que sejam, está viva.
 */
final class SinalDeVida {

    private static final int ENTRE_RONDAS_MS = 5_000;
    private static final int OLHADAS = 50;              // numa ronda, por porta…
    private static final int ENTRE_OLHADAS_MS = 100;    // …ou seja, 5 s
    private static final int FALTAS = 3;                // rondas seguidas sem resposta

    /** O começo da saudação do ZMTP, a que o JeroMQ responde; a porta de RPC não a espera, e desliga. */
    private static final byte[] SAUDACAO = {-1, 0, 0, 0, 0, 0, 0, 0, 0, 127, '\n'};

    private final Set<Porta> portas = new CopyOnWriteArraySet<>();
    private Thread ronda; // null = não há portas a olhar

    /** Uma porta, que ainda não se olha. @param ip aquele em que se escuta */
    Porta porta(InetAddress ip, int porta) {
        return new Porta(new InetSocketAddress(ip.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : ip, porta));
    }

    private synchronized void juntar(Porta porta) {
        portas.add(porta);
        if (ronda == null) {
            ronda = new Thread(this::rondar, "sinal-de-vida");
            ronda.setDaemon(true);
            ronda.start();
        }
    }

    private void rondar() {
        try {
            while (haPortas()) {
                TimeUnit.MILLISECONDS.sleep(ENTRE_RONDAS_MS);
                for (Porta porta : portas) {
                    porta.faltas = porta.responde() ? 0 : porta.faltas + 1;
                    if (porta.faltas >= FALTAS && portas.contains(porta)) {
                        Defesa.acabar("a porta " + porta.endereco.getPort() + " deixou de responder, até a este processo");
                    }
                }
            }
        } catch (InterruptedException e) {
            // ninguém interrompe esta linha
        }
    }

    private synchronized boolean haPortas() {
        if (portas.isEmpty()) {
            ronda = null;
        }
        return ronda != null;
    }

    /** Uma das portas. */
    final class Porta {

        private final InetSocketAddress endereco;
        private final AtomicLong aceitas = new AtomicLong();
        private volatile SocketAddress eu; // de onde se olha
        private int faltas;

        private Porta(InetSocketAddress endereco) {
            this.endereco = endereco;
        }

        /** Está aberta: daqui em diante olha-se, até {@link #close}. */
        void comecar() {
            juntar(this);
        }

        /** Aceitou uma conexão, de quem quer que seja. */
        void aceitou() {
            aceitas.incrementAndGet();
        }

        /** Se quem está deste outro lado é quem olha por ela, que não é um cliente. */
        boolean ehSua(SocketAddress remoto) {
            return remoto != null && remoto.equals(eu);
        }

        /** Vai fechar-se de propósito. */
        void close() {
            portas.remove(this);
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
}
