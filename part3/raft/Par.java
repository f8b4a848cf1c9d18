//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
//DEPS org.apache.ratis:ratis-metrics-default:3.3.0
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES Afinacao.java Maquina.java Pares.java
package part3.raft;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;
import shared.texto.Endereco;

/**
 * Um dos pares de um grupo Raft, com o Apache Ratis: propõe entradas, e sabe quem é o líder. É a porta deste quarto, o único
 * em que se fala com o Ratis.
 */
public final class Par implements AutoCloseable {

    /** De quem é o estado. Tudo isto se chama no laço dele, menos {@link #noLaco}, que é de qualquer linha de execução. */
    public interface Dono {

        /** Faça-se isto no laço, por ordem. */
        void noLaco(Runnable oQue);

        /**
         * Aplica uma entrada que o Raft confirmou.
         *
         * @param nova se não estava já no log quando este processo começou
         * @return o que responder a quem a propôs
         */
        String aplicar(byte[] entrada, boolean nova);

        /** Escreve o estado inteiro. */
        void guardar(DataOutputStream ali) throws IOException;

        /** Troca o estado por um que se escreveu. */
        void recomecar(DataInputStream dali) throws IOException;

        /** Mudou o líder. @param quem {@code null} se não se sabe */
        void lider(String quem);

        /** O Raft já não funciona aqui. */
        void caiu(String porque);
    }

    /** O que se propôs e ainda não tem resposta: sem maioria, podia crescer sem fim. */
    private static final int A_CAMINHO = 10_000;
    private static final long A_CAMINHO_BYTES = 16 << 20;

    private final RaftGroupId grupo =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("banco-replicado".getBytes(StandardCharsets.UTF_8)));
    private final AtomicInteger aCaminho = new AtomicInteger();
    private final AtomicLong aCaminhoBytes = new AtomicLong();
    private final RaftServer servidor;
    private final RaftClient cliente;

    /**
     * @param id     o deste
     * @param pares  o endereço de cada um, este incluído, por nome
     * @param escuta onde este escuta os outros
     * @param pasta  onde o Raft guarda o log e os instantâneos
     */
    public Par(String id, Pares pares, Endereco escuta, Path pasta, Dono dono) throws IOException {
        LogManager.getLogManager().reset(); // o gRPC escreveria no terminal
        List<RaftPeer> todos = pares.enderecos().entrySet().stream().map(par -> RaftPeer.newBuilder().setId(par.getKey())
                .setAddress(par.getValue().toString()).build()).toList();
        RaftGroup juntos = RaftGroup.valueOf(grupo, todos);
        RaftProperties opcoes = Afinacao.opcoes(escuta, pasta);
        servidor = RaftServer.newBuilder().setServerId(RaftPeerId.valueOf(id)).setGroup(juntos)
                .setStateMachine(new Maquina(dono)).setProperties(opcoes).setParameters(new Parameters())
                .setOption(RaftStorage.StartupOption.RECOVER).build();
        cliente = RaftClient.newBuilder().setRaftGroup(juntos).setProperties(opcoes).setParameters(new Parameters())
                .setRetryPolicy(RetryPolicies.retryForeverWithSleep(TimeDuration.valueOf(100, TimeUnit.MILLISECONDS)))
                .build();
    }

    /** Começa a ouvir os outros. @throws IOException se não pode */
    public void comecar() throws IOException {
        servidor.start();
    }

    /**
     * Propõe uma entrada; as que se propõem aqui ficam por essa ordem. Sem maioria, espera por ela.
     *
     * @param resposta recebe, noutra linha de execução, o que disse {@link Dono#aplicar}; se nunca a recebe, não se sabe
     *                 se a entrada valeu
     * @return false se já esperam demasiadas, e por isso nem se propôs
     */
    public boolean propor(byte[] entrada, Consumer<String> resposta) {
        if (aCaminho.get() >= A_CAMINHO || aCaminhoBytes.get() + entrada.length > A_CAMINHO_BYTES) {
            return false;
        }
        aCaminho.incrementAndGet();
        aCaminhoBytes.addAndGet(entrada.length);
        cliente.async().send(Message.valueOf(ByteString.copyFrom(entrada))).whenComplete((volta, falha) -> {
            aCaminho.decrementAndGet();
            aCaminhoBytes.addAndGet(-entrada.length);
            if (falha == null && volta.isSuccess()) {
                resposta.accept(volta.getMessage().getContent().toStringUtf8());
            }
        });
        return true;
    }

    /** Como está o Raft aqui. */
    public Map<String, Object> estado() {
        Map<String, Object> estado = new LinkedHashMap<>();
        try {
            DivisionInfo info = servidor.getDivision(grupo).getInfo();
            estado.put("papel", info.isLeader() ? "lider" : info.isFollower() ? "seguidor" : "candidato");
            estado.put("lider", info.getLeaderId() == null ? null : info.getLeaderId().toString());
            estado.put("mandato", info.getCurrentTerm());
            estado.put("aplicado", info.getLastAppliedIndex());
        } catch (IOException e) {
            estado.put("papel", "nenhum");
        }
        return estado;
    }

    @Override
    public void close() throws IOException {
        cliente.close();
        servidor.close();
    }
}
