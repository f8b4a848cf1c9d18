//DEPS org.zeromq:jeromq:0.6.0
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//SOURCES Sistema.java ../../shared/Operacao.java ../../shared/Soquetes.java
package tests.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Endereco;
import shared.Operacao;
import shared.Soquetes;

/** Os dois modos de manter várias operações por confirmar: uma conexão que não espera, ou várias que esperam. */
final class Gerador {

    private static final int PRAZO_MS = 30_000;

    private Gerador() {
    }

    /** Uma operação, e se ela foi confirmada. */
    interface Chamada extends AutoCloseable {
        boolean pedir(Operacao op);

        @Override
        void close();
    }

    /** Um DEALER que faz de tantos REQ quantas as vagas: envia sem esperar, e as respostas vêm por ordem. */
    static Sistema.Amostra canalizado(int porta, List<Operacao> operacoes, int pendentes) {
        List<byte[]> mensagens = operacoes.stream().map(op -> op.json().getBytes(StandardCharsets.UTF_8)).toList();
        Histogram latencias = new Histogram(3);
        Deque<Long> enviadas = new ArrayDeque<>();
        try (Soquetes soquetes = new Soquetes()) {
            ZMQ.Socket soquete = soquetes.conectar(SocketType.DEALER, new Endereco("127.0.0.1", porta));
            soquete.setReceiveTimeOut(PRAZO_MS);
            enviar(soquete, mensagens.get(0)); // a conexão faz-se fora da medida
            receber(soquete);
            long inicio = System.nanoTime();
            int proxima = 1;
            for (int confirmadas = 1; confirmadas < mensagens.size(); confirmadas++) {
                while (proxima < mensagens.size() && enviadas.size() < pendentes) {
                    enviadas.add(System.nanoTime());
                    enviar(soquete, mensagens.get(proxima++));
                }
                receber(soquete);
                latencias.recordValue(System.nanoTime() - enviadas.remove());
            }
            return new Sistema.Amostra(mensagens.size() - 1, (System.nanoTime() - inicio) / 1e9, latencias);
        }
    }

    private static void enviar(ZMQ.Socket soquete, byte[] mensagem) {
        soquete.send(new byte[0], ZMQ.SNDMORE);
        soquete.send(mensagem);
    }

    private static void receber(ZMQ.Socket soquete) {
        byte[] separador = soquete.recv();
        byte[] resposta = separador == null ? null : soquete.recv();
        if (resposta == null) {
            throw new IllegalStateException("sem resposta em " + PRAZO_MS / 1_000 + " s");
        }
        if (resposta.length < 2 || resposta[0] != 'O' || resposta[1] != 'K') {
            throw new IllegalStateException("não confirmada: " + new String(resposta, StandardCharsets.UTF_8));
        }
    }

    /** Uma linha de execução e uma conexão por operação pendente; cada uma espera a resposta antes da seguinte. */
    static Sistema.Amostra emParalelo(List<? extends Chamada> conexoes, List<Operacao> operacoes) {
        BlockingQueue<Operacao> fila = new ArrayBlockingQueue<>(operacoes.size(), false, operacoes);
        Histogram latencias = new ConcurrentHistogram(3);
        ExecutorService linhas = Executors.newFixedThreadPool(conexoes.size());
        try {
            long inicio = System.nanoTime();
            List<? extends Future<?>> todas = conexoes.stream().map(conexao -> linhas.submit(() -> {
                for (Operacao op; (op = fila.poll()) != null; ) {
                    long antes = System.nanoTime();
                    if (!conexao.pedir(op)) {
                        throw new IllegalStateException("não confirmada: " + op);
                    }
                    latencias.recordValue(System.nanoTime() - antes);
                }
                return null;
            })).toList();
            for (Future<?> uma : todas) {
                uma.get();
            }
            return new Sistema.Amostra(operacoes.size(), (System.nanoTime() - inicio) / 1e9, latencias);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            linhas.shutdownNow();
        }
    }
}
