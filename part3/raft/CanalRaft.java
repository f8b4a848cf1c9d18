//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
package part3.raft;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import part3.regra.Proponente;

/**
 * Por onde se propõe ao líder: um cliente do Ratis, e uma linha de execução só dele. O cliente, quando um líder morre ou
 * para, fecha ligações e espera segundos por elas, às vezes na linha de quem lhe pede algo: não pode ser o laço.
 */
final class CanalRaft implements Proponente.Canal {

    private final RaftClient cliente;
    private final ExecutorService linha = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            tarefa -> emFundo("canal", tarefa), new ThreadPoolExecutor.DiscardPolicy()); // fechado, já não leva nada

    CanalRaft(RaftClient cliente) {
        this.cliente = cliente;
    }

    @Override
    public void propor(byte[] entrada, Consumer<byte[]> resposta) {
        Message mensagem = Message.valueOf(ByteString.copyFrom(entrada));
        linha.execute(() -> cliente.async().send(mensagem).whenComplete((volta, falha) -> {
            boolean aplicada = falha == null && volta.isSuccess();
            resposta.accept(aplicada ? volta.getMessage().getContent().toByteArray() : null);
        }));
    }

    @Override
    public void close() {
        linha.shutdownNow();
        emFundo("fim-do-canal", () -> {
            try {
                cliente.close();
            } catch (IOException e) {
                // já não se usa
            }
        }).start();
    }

    private static Thread emFundo(String nome, Runnable tarefa) {
        Thread linha = new Thread(tarefa, nome);
        linha.setDaemon(true);
        return linha;
    }
}
