//SOURCES Conteudo.java Enlace.java EscutaTcp.java Sentido.java
package tests.lab.rede;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import shared.rede.Tcp;
import shared.texto.Endereco;
import tests.lab.rede.Sentido.Chegada;
import tests.lab.rede.Sentido.Entrega;

/**
 * Um enlace TCP, byte a byte, para o RPC. Um fluxo de bytes não perde um pedaço, nem o repete, nem troca a ordem: aqui
 * perder um pedaço é cortar a conexão antes de o entregar, e os dois lados dão por isso; repetir não faz nada; e uma
 * reordenação só atrasa.
 */
final class EnlaceDeBytes extends Enlace {

    private static final int CONEXOES_MAXIMAS = 64;
    private static final int CONECTAR_MS = 5_000;

    /** Uma conexão: o lado de quem ligou e o do servidor. Acabam juntos. */
    private final class Conexao {
        private final Socket cliente;
        private volatile Socket servidor; // null = ainda não se chegou a ele
        private final AtomicReference<String> perguntou = new AtomicReference<>(); // o id_msg da chamada que espera resposta
        private final AtomicBoolean metade = new AtomicBoolean(); // um dos lados já disse tudo

        Conexao(Socket cliente) {
            this.cliente = cliente;
        }

        void levar() {
            try {
                servidor = Tcp.conectar(real, CONECTAR_MS);
                cliente.setTcpNoDelay(true);
                if (cliente.isClosed()) { // cortada entretanto
                    cortar();
                    return;
                }
                escuta.iniciar(() -> repassar(volta(), servidor, cliente));
                repassar(ida(), cliente, servidor);
            } catch (IOException e) {
                cortar(); // o servidor não está de pé: quem ligou vê a conexão cair
            }
        }

        private void repassar(Sentido sentido, Socket de, Socket para) {
            byte[] bloco = new byte[1 << 16];
            try {
                InputStream entrada = de.getInputStream();
                for (int lidos; (lidos = entrada.read(bloco)) > 0; ) {
                    byte[] parte = Arrays.copyOf(bloco, lidos);
                    if (!esperarVez(sentido, parte)) {
                        cortar();
                        return;
                    }
                    para.getOutputStream().write(parte);
                }
                if (metade.getAndSet(true)) {
                    cortar();
                } else {
                    para.shutdownOutput();
                }
            } catch (IOException e) {
                cortar(); // um dos lados caiu
            } catch (InterruptedException e) {
                cortar();
                Thread.currentThread().interrupt();
            }
        }

        /** Espera a hora de entregar este pedaço. @return false se se perdeu */
        private boolean esperarVez(Sentido sentido, byte[] parte) throws InterruptedException {
            ObjectNode sobre = sentido.tipo() == Rede.Tipo.pares ? Conteudo.fechado("entre ordenadores")
                    : sentido == ida() ? Conteudo.de(parte) : Conteudo.resposta(parte, perguntou.getAndSet(null));
            if (sentido == ida()) {
                perguntou.set(sobre.path("id_msg").asText(null));
            }
            CountDownLatch vez = new CountDownLatch(1);
            boolean segue = sentido.enviar(sobre, this, new Entrega() {
                @Override
                public Chegada tentar(int copia) {
                    vez.countDown();
                    return cliente.isClosed() ? Chegada.NINGUEM : Chegada.ENTREGUE;
                }

                @Override
                public void desistir() {
                    cortar();
                }
            });
            while (segue && !vez.await(100, TimeUnit.MILLISECONDS)) {
                segue = !cliente.isClosed();
            }
            return segue;
        }

        void cortar() {
            conexoes.remove(this);
            Tcp.fechar(cliente);
            Tcp.fechar(servidor);
        }
    }

    private final Endereco onde;
    private final Endereco real;
    private final Set<Conexao> conexoes = ConcurrentHashMap.newKeySet();
    private EscutaTcp escuta;

    EnlaceDeBytes(Endereco onde, Endereco real, Sentido ida, Sentido volta) {
        super(ida, volta);
        this.onde = onde;
        this.real = real;
    }

    @Override
    void comecar() {
        Tcp.ips(real); // que se saiba já se o nome não existe
        escuta = new EscutaTcp(onde, "enlace " + ida().nome());
        escuta.aceitar(this::aceitar);
        escuta.iniciar(() -> entregar(ida()));
        escuta.iniciar(() -> entregar(volta()));
    }

    private void aceitar(Socket cliente) {
        Conexao nova = new Conexao(cliente);
        conexoes.add(nova);
        if (ida().regras().cortado() || volta().regras().cortado() || conexoes.size() > CONEXOES_MAXIMAS) {
            nova.cortar(); // sem os dois sentidos não há conexão TCP
        } else {
            escuta.iniciar(nova::levar);
        }
    }

    private void entregar(Sentido sentido) {
        try {
            while (!escuta.fechada()) {
                sentido.entregarEEsperar(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        escuta.close();
        conexoes.forEach(Conexao::cortar);
    }
}
