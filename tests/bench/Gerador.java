//DEPS org.zeromq:jeromq:0.6.0
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//SOURCES Moldes.java Protocolo.java Sistema.java
package tests.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;

/**
 * A carga: uma linha de execução que mantém sempre o mesmo número de operações por confirmar, enquanto dura a rodada, e
 * depois espera as que faltam. É a mesma para todos os sistemas, para que só eles sejam diferentes.
 */
final class Gerador {

    static final int PRAZO_MS = 30_000;
    private static final int TENTATIVAS = 5;
    private static final byte[] VAZIO = new byte[0];

    private Gerador() {
    }

    /** O que se conta numa rodada. */
    static final class Conta {

        private final Histogram latencias = new Histogram(3);
        private final long inicio = System.nanoTime();
        private final Sistema.Ate ate;
        private long ultima = inicio;
        private long silencio;

        Conta(Sistema.Ate ate) {
            this.ate = ate;
        }

        boolean continua() {
            return System.nanoTime() - inicio < ate.quanto().toNanos() && latencias.getTotalCount() < ate.operacoes();
        }

        void confirmada(long enviada) {
            long agora = System.nanoTime();
            silencio = Math.max(silencio, agora - ultima);
            ultima = agora;
            latencias.recordValue(ultima - enviada);
        }

        Sistema.Amostra amostra() {
            return new Sistema.Amostra(latencias.getTotalCount(), (ultima - inicio) / 1e9, silencio / 1e6, latencias);
        }
    }

    // ───── ZeroMQ ─────

    /** Um DEALER que faz de tantos REQ quantas as vagas: envia sem esperar, e as respostas vêm por ordem. */
    static Sistema.Amostra zeromq(int porta, Moldes moldes, int pendentes, Sistema.Ate ate) {
        Deque<Long> enviadas = new ArrayDeque<>();
        try (Soquetes soquetes = new Soquetes(Defesa.doAmbiente())) {
            ZMQ.Socket soquete = conectar(soquetes, porta, moldes);
            soquete.setReceiveTimeOut(PRAZO_MS);
            Conta conta = new Conta(ate);
            boolean continua = true;
            do {
                while (continua && enviadas.size() < pendentes) {
                    enviadas.add(System.nanoTime());
                    enviar(soquete, moldes.proxima());
                }
                if (!receber(soquete)) {
                    throw semResposta(conta);
                }
                conta.confirmada(enviadas.remove());
                continua = conta.continua();
            } while (continua || !enviadas.isEmpty());
            return conta.amostra();
        }
    }

    /** Uma conexão que já respondeu uma vez: o que se perde ao conectar-se fica fora da medida. */
    static ZMQ.Socket conectar(Soquetes soquetes, int porta, Moldes moldes) {
        for (int tentativa = 1; tentativa <= TENTATIVAS; tentativa++) {
            ZMQ.Socket soquete = soquetes.conectar(SocketType.DEALER, new Endereco("127.0.0.1", porta));
            soquete.setReceiveTimeOut(PRAZO_MS / TENTATIVAS);
            enviar(soquete, moldes.proxima());
            if (receber(soquete)) {
                return soquete;
            }
            soquetes.fechar(soquete);
        }
        throw new IllegalStateException("ninguém respondeu na porta " + porta + " em " + PRAZO_MS / 1_000 + " s");
    }

    static void enviar(ZMQ.Socket soquete, byte[] mensagem) {
        soquete.send(VAZIO, ZMQ.SNDMORE);
        soquete.send(mensagem);
    }

    /** @return se veio uma resposta a tempo; @throws IllegalStateException se ela não confirma */
    static boolean receber(ZMQ.Socket soquete) {
        byte[] separador = soquete.recv();
        byte[] resposta = separador == null ? null : soquete.recv();
        if (resposta != null && (resposta.length < 2 || resposta[0] != 'O' || resposta[1] != 'K')) {
            throw new IllegalStateException("não confirmada: " + new String(resposta, StandardCharsets.UTF_8));
        }
        return resposta != null;
    }

    // ───── TCP ─────

    /** Várias conexões TCP, cada uma com a sua parte das operações pendentes; todas atendidas por esta linha de execução. */
    static Sistema.Amostra tcp(int porta, Protocolo protocolo, Moldes moldes, int pendentes, Sistema.Ate ate) {
        int quantas = protocolo.conexoes(pendentes);
        List<Conexao> conexoes = new ArrayList<>();
        try (Selector seletor = Selector.open()) {
            for (int i = 0; i < quantas; i++) {
                conexoes.add(new Conexao(porta, protocolo));
                conexoes.get(i).vigiar(seletor);
            }
            Conta conta = new Conta(ate);
            for (int i = 0; i < pendentes; i++) {
                conexoes.get(i % quantas).enviar(moldes.proxima());
            }
            for (int faltam = pendentes; faltam > 0; ) {
                if (seletor.select(PRAZO_MS) == 0) {
                    throw semResposta(conta);
                }
                for (SelectionKey pronta : seletor.selectedKeys()) {
                    Conexao conexao = (Conexao) pronta.attachment();
                    for (int chegaram = conexao.receber(conta); chegaram > 0; chegaram--) {
                        if (conta.continua()) {
                            conexao.enviar(moldes.proxima());
                        } else {
                            faltam--;
                        }
                    }
                }
                seletor.selectedKeys().clear();
            }
            return conta.amostra();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            conexoes.forEach(Conexao::close);
        }
    }

    /** Uma conexão, e o que ela espera. */
    static final class Conexao implements AutoCloseable {

        private final SocketChannel canal;
        private final Protocolo protocolo;
        private final Deque<Long> enviadas = new ArrayDeque<>();
        private final ByteBuffer chegou = ByteBuffer.allocate(64 * 1024);

        /** Abre-a, e faz as apresentações. */
        Conexao(int porta, Protocolo protocolo) throws IOException {
            this.protocolo = protocolo;
            canal = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), porta));
            canal.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (protocolo.saudacao().length > 0) {
                perguntar(protocolo.saudacao());
            }
        }

        /** Envia algo e espera a resposta. @return os bytes dela */
        byte[] perguntar(byte[] pedido) throws IOException {
            canal.write(ByteBuffer.wrap(pedido));
            int fim;
            while ((fim = protocolo.resposta(chegou.array(), chegou.position())) == 0) {
                ler();
            }
            byte[] resposta = new byte[fim];
            chegou.flip();
            chegou.get(resposta).compact();
            return resposta;
        }

        void vigiar(Selector seletor) throws IOException {
            canal.configureBlocking(false);
            canal.register(seletor, SelectionKey.OP_READ, this);
        }

        void enviar(byte[] mensagem) throws IOException {
            enviadas.add(System.nanoTime());
            ByteBuffer bytes = ByteBuffer.wrap(mensagem);
            while (bytes.hasRemaining()) {
                canal.write(bytes);
            }
        }

        /** @return quantas respostas chegaram */
        int receber(Conta conta) throws IOException {
            ler();
            int respostas = 0;
            for (int fim; (fim = protocolo.resposta(chegou.array(), chegou.position())) > 0; respostas++) {
                chegou.flip().position(fim);
                chegou.compact();
                conta.confirmada(enviadas.remove());
            }
            return respostas;
        }

        private void ler() throws IOException {
            if (canal.read(chegou) < 0) {
                throw new EOFException("o servidor fechou a conexão");
            }
        }

        @Override
        public void close() {
            try {
                canal.close();
            } catch (IOException e) {
                // já estava fechada
            }
        }
    }

    static IllegalStateException semResposta(Conta conta) {
        return new IllegalStateException("sem resposta em " + PRAZO_MS / 1_000 + " s, depois de "
                + conta.latencias.getTotalCount() + " operações confirmadas");
    }
}
