//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
//DEPS org.apache.ratis:ratis-metrics-default:3.3.0
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES Afinacao.java Maquina.java Pares.java Segredo.java Situacao.java Sondagem.java
package part3.raft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.TimeDuration;
import shared.texto.Endereco;
import shared.texto.Falha;

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

        /** Há segundos que não há líder. @param porque o que se ouviu de cada um dos outros */
        void semMaioria(String porque);

        /** O grupo tem agora estes pares. */
        void mudaram(Pares agora);

        /** O Raft já não funciona aqui. */
        void caiu(String porque);
    }

    /** O que se propôs e ainda não tem resposta: sem maioria, podia crescer sem fim. */
    private static final int A_CAMINHO = 10_000;
    private static final long A_CAMINHO_BYTES = 16 << 20;
    private static final RaftGroupId GRUPO =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("banco-replicado".getBytes(StandardCharsets.UTF_8)));

    private final AtomicInteger aCaminho = new AtomicInteger();
    private final AtomicLong aCaminhoBytes = new AtomicLong();
    private final RaftServer servidor;
    private final RaftClient cliente;

    /**
     * @param id     o deste
     * @param pares  todos, este incluído
     * @param entra  se é um novo, num grupo que já existe: espera que o ponham nele
     * @param escuta onde este escuta os outros
     * @param pasta  onde o Raft guarda o log e os instantâneos
     * @throws IOException se não pode usar a pasta
     */
    public Par(String id, Pares pares, boolean entra, Endereco escuta, Path pasta, Afinacao afinacao, Dono dono)
            throws IOException {
        calarBibliotecas();
        ExitUtils.disableSystemExit(); // quem acaba é o papel, e diz porquê
        RaftGroup juntos = grupo(pares);
        RaftProperties opcoes = afinacao.opcoes(escuta, pasta);
        Sondagem sondagem = new Sondagem(id, pares, afinacao.segredo());
        servidor = RaftServer.newBuilder().setServerId(RaftPeerId.valueOf(id))
                .setGroup(entra ? RaftGroup.valueOf(GRUPO) : juntos).setStateMachine(new Maquina(dono, sondagem))
                .setProperties(opcoes).setParameters(afinacao.parametros())
                .setOption(RaftStorage.StartupOption.RECOVER).build();
        cliente = cliente(juntos, opcoes, afinacao,
                RetryPolicies.retryForeverWithSleep(TimeDuration.valueOf(100, TimeUnit.MILLISECONDS)));
    }

    /**
     * O que as bibliotecas fariam escrever no terminal: o gRPC, por java.util.logging; e o Netty, no JDK 25, por carregar
     * código nativo (menos o do TLS, de que o Ratis precisa) e por usar o Unsafe.
     */
    private static void calarBibliotecas() {
        LogManager.getLogManager().reset();
        for (String opcao : List.of("noUnsafe", "transport.noNative")) {
            System.setProperty("org.apache.ratis.thirdparty.io.netty." + opcao, "true");
        }
    }

    private static RaftGroup grupo(Pares pares) {
        List<RaftPeer> todos = pares.enderecos().entrySet().stream().map(par -> RaftPeer.newBuilder().setId(par.getKey())
                .setAddress(par.getValue().toString()).build()).toList();
        return RaftGroup.valueOf(GRUPO, todos);
    }

    private static RaftClient cliente(RaftGroup grupo, RaftProperties opcoes, Afinacao afinacao, RetryPolicy insistir) {
        return RaftClient.newBuilder().setRaftGroup(grupo).setProperties(opcoes).setParameters(afinacao.parametros())
                .setRetryPolicy(insistir).build();
    }

    /** Começa a ouvir os outros. @throws IOException se não pode */
    public void comecar() throws IOException {
        servidor.start();
    }

    /** Se o Raft não desistiu deste par: ele às vezes encerra-se sozinho, calado. */
    public boolean vivo() {
        try {
            return servidor.getDivision(GRUPO).getInfo().isAlive() && ExitUtils.getFirstExitException() == null;
        } catch (IOException e) {
            return false;
        }
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

    /** Quantas propostas esperam resposta. */
    public int aCaminho() {
        return aCaminho.get();
    }

    /** Junta a este objeto como está o Raft aqui. */
    public void situacao(ObjectNode como) {
        try {
            Situacao.de(servidor.getDivision(GRUPO)).juntar(como);
        } catch (IOException e) {
            // encerrou-se: já se vai saber
        }
    }

    /**
     * Pede ao grupo que passe a ter outros pares, de quem não é nenhum deles.
     *
     * @throws Falha se o grupo não o fez, ou não se sabe
     */
    public static void mudar(Pares de, Pares para, Afinacao afinacao) {
        calarBibliotecas();
        RetryPolicy insistir = RetryPolicies.retryUpToMaximumCountWithFixedSleep(100,
                TimeDuration.valueOf(100, TimeUnit.MILLISECONDS));
        try (RaftClient cliente = cliente(grupo(de), afinacao.opcoes(), afinacao, insistir)) {
            RaftClientReply volta = cliente.admin().setConfiguration(List.copyOf(grupo(para).getPeers()));
            if (!volta.isSuccess()) {
                throw new Falha("o grupo não mudou (" + volta.getException().getMessage() + ")");
            }
        } catch (IOException e) {
            throw new Falha("o grupo não respondeu a tempo (" + e.getMessage() + "): pode ter mudado ou não. Confira se "
                    + de.podemFaltar() + " deles, no máximo, estão parados, e se os novos estão de pé, com --entrar");
        }
    }

    @Override
    public void close() {
        try {
            cliente.close();
            servidor.close();
        } catch (IOException e) {
            // o que se confirmou está no disco
        }
    }
}
