package tests.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import shared.Endereco;
import shared.Falha;

/**
 * Um enlace TCP, byte a byte, para o RPC. Um fluxo de bytes não perde mensagens nem as troca de ordem: aqui, perder uma parte é
 * cortar a conexão, e os dois lados dão por isso.
 */
final class EnlaceDeBytes extends Enlace {

    private static final int CONEXOES_MAXIMAS = 64;

    private final Endereco onde;
    private final Endereco real;
    private final List<Socket> abertas = new CopyOnWriteArrayList<>();
    private ServerSocket escuta;

    EnlaceDeBytes(Endereco onde, Endereco real, Sentido ida, Sentido volta) {
        super(ida, volta);
        this.onde = onde;
        this.real = real;
    }

    @Override
    void comecar() {
        try {
            escuta = new ServerSocket(onde.porta(), 50, InetAddress.getByName(onde.maquina()));
        } catch (IOException e) {
            throw new Falha("não consegui escutar em " + onde + " (" + e.getMessage() + ")");
        }
        iniciar(() -> {
            while (!escuta.isClosed()) {
                aceitar();
            }
        });
        iniciar(() -> {
            while (!escuta.isClosed()) {
                passar();
            }
        });
    }

    private void aceitar() {
        try {
            Socket cliente = escuta.accept();
            abertas.removeIf(Socket::isClosed);
            if (ida().regras().cortado() || abertas.size() >= 2 * CONEXOES_MAXIMAS) {
                cliente.close();
                return;
            }
            Socket servidor = new Socket(real.maquina(), real.porta());
            cliente.setTcpNoDelay(true);
            servidor.setTcpNoDelay(true);
            abertas.addAll(List.of(cliente, servidor));
            iniciar(() -> repassar(ida(), cliente, servidor));
            iniciar(() -> repassar(volta(), servidor, cliente));
        } catch (IOException e) {
            // o servidor não está de pé, ou este enlace fechou: quem ligou vê a conexão cair
        }
    }

    /** A cada milissegundo entrega o que já devia ter chegado. */
    private void passar() {
        ida().entregar();
        volta().entregar();
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void repassar(Sentido sentido, Socket de, Socket para) {
        byte[] bloco = new byte[1 << 16];
        try (de; para) {
            InputStream entrada = de.getInputStream();
            OutputStream saida = para.getOutputStream();
            for (int lidos; (lidos = entrada.read(bloco)) > 0; ) {
                byte[] parte = Arrays.copyOf(bloco, lidos);
                CountDownLatch passou = new CountDownLatch(1);
                boolean segue = sentido.enviar(Conteudo.de(parte), () -> {
                    if (passou.getCount() > 0) { // um fluxo de bytes não se repete
                        escrever(saida, parte);
                        passou.countDown();
                    }
                    return true;
                });
                if (!segue) {
                    return; // perdeu-se uma parte: a conexão já não serve
                }
                while (!passou.await(100, TimeUnit.MILLISECONDS)) {
                    if (para.isClosed()) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // um dos lados fechou
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void escrever(OutputStream saida, byte[] parte) {
        try {
            saida.write(parte);
            saida.flush();
        } catch (IOException e) {
            // quem espera pela resposta verá a conexão fechar
        }
    }

    private static void iniciar(Runnable tarefa) {
        Thread linha = new Thread(tarefa, "enlace-bytes");
        linha.setDaemon(true);
        linha.start();
    }

    @Override
    public void close() {
        try {
            escuta.close();
            for (Socket aberta : abertas) {
                aberta.close();
            }
        } catch (IOException e) {
            // já estava fechado
        }
    }
}
