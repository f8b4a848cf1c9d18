//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
//SOURCES Segredo.java
package part3.raft;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import shared.tempo.Lentidao;
import shared.texto.Endereco;

/**
 * Como o Ratis anda aqui; no que aqui não está, como é costume dele. Isso inclui a entrada que ele põe no log a cada lote,
 * com o que já se confirmou: custa, mas sem ela os outros só o sabiam ao próximo sinal de vida, um quarto de segundo depois.
 *
 * @param entreInstantaneos depois de quantas operações se faz um instantâneo, e se apaga o log até ele
 * @param segredo           com que um par prova aos outros que o é; {@code null} = em claro
 */
public record Afinacao(int entreInstantaneos, Segredo segredo) {

    private static final int ELEICAO_MS = Lentidao.vezes(500); // menos que isto, e muda-se de líder só porque há trabalho
    private static final int PEDIDO_MS = Lentidao.vezes(3_000);
    /**
     * Quem desceu por perder a maioria um instante deixa aos outros uma eleição, e não os 10 s do costume: de três, com um
     * morto, pode ser o único que tem o log todo, e ninguém lideraria.
     */
    private static final int DESCEU_MS = 2 * ELEICAO_MS;
    /**
     * Com que espera o líder insiste com um par que não responde, ou que diz que lhe falta o anterior. O costume, ao fim de
     * trinta vezes, são 5 s, sem sinais de vida: quem voltava perdia o líder que acabava de achar, vezes sem conta.
     */
    private static final String INSISTIR = "1ms,10, " + ELEICAO_MS / 4 + "ms,1000000000";
    private static final int SEM_LIDER_MS = Lentidao.vezes(3_000);
    private static final int POR_ENTRADA = 256;         // bytes, mais ou menos
    private static final int SEGMENTO_MINIMO = 64 << 10;
    private static final int SEGMENTO_MAXIMO = 8 << 20; // uma entrada tem até 64 KiB
    private static final int MENSAGEM_MAXIMA = 16 << 20;

    static {
        calarBibliotecas(); // quem usa o Ratis passa por aqui, antes
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

    /** As de quem é um dos pares. */
    RaftProperties opcoes(Endereco escuta, Path pasta) {
        RaftProperties opcoes = opcoes();
        GrpcConfigKeys.Server.setHost(opcoes, escuta.maquina());
        GrpcConfigKeys.Server.setPort(opcoes, escuta.porta());
        RaftServerConfigKeys.setStorageDir(opcoes, List.of(pasta.toFile()));
        RaftServerConfigKeys.setCloseThreshold(opcoes, TimeDuration.valueOf(365, TimeUnit.DAYS)); // parar não é morrer
        RaftServerConfigKeys.Rpc.setTimeoutMin(opcoes, ms(ELEICAO_MS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(opcoes, ms(2 * ELEICAO_MS));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(opcoes, ms(DESCEU_MS));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(opcoes, ms(SEM_LIDER_MS));
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(opcoes, false); // quando se fazem, diz a Maquina
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(opcoes, false); // acabar não espera por ninguém
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(opcoes, 2);
        // senão (Ratis 3.3.0), a quem lhe manda outra vez o que ainda escreve, e mais, um seguidor diz que já tem tudo
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(opcoes, false);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(opcoes, true);
        RaftServerConfigKeys.Log.setPurgeGap(opcoes, 1);
        long segmento = Math.max(SEGMENTO_MINIMO, Math.min(SEGMENTO_MAXIMO, (long) entreInstantaneos * POR_ENTRADA));
        RaftServerConfigKeys.Log.setSegmentSizeMax(opcoes, SizeInBytes.valueOf(segmento));
        RaftServerConfigKeys.Log.setPreallocatedSize(opcoes, SizeInBytes.valueOf(Math.min(segmento, 1 << 20)));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(opcoes, SizeInBytes.valueOf(1 << 20));
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(opcoes, INSISTIR);
        RaftServerConfigKeys.Log.setWriteBufferSize(opcoes, SizeInBytes.valueOf(2 << 20)); // mais do que o anterior
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(opcoes, SizeInBytes.valueOf(4 * segmento));
        return opcoes;
    }

    /** As de quem só pede. */
    RaftProperties opcoes() {
        RaftProperties opcoes = new RaftProperties();
        GrpcConfigKeys.setMessageSizeMax(opcoes, SizeInBytes.valueOf(MENSAGEM_MAXIMA));
        RaftClientConfigKeys.Async.setOutstandingRequestsMax(opcoes, 1 << 20); // send() esperaria: quem conta é o Par
        RaftClientConfigKeys.Rpc.setRequestTimeout(opcoes, ms(PEDIDO_MS));
        return opcoes;
    }

    Parameters parametros() {
        Parameters parametros = new Parameters();
        if (segredo != null) {
            GrpcTlsConfig tls = new GrpcTlsConfig(segredo.eu(), segredo.soEle(), true);
            GrpcConfigKeys.TLS.setConf(parametros, tls);
            GrpcConfigKeys.Server.setTlsConf(parametros, tls);
            GrpcConfigKeys.Client.setTlsConf(parametros, tls);
            GrpcConfigKeys.Admin.setTlsConf(parametros, tls);
        }
        return parametros;
    }

    /** Um cliente do Ratis. @param lider por quem começa; {@code null} = por qualquer um */
    RaftClient cliente(RaftGroup grupo, RaftPeerId lider, RetryPolicy insistir) {
        return RaftClient.newBuilder().setRaftGroup(grupo).setLeaderId(lider).setProperties(opcoes())
                .setParameters(parametros()).setRetryPolicy(insistir).build();
    }

    static TimeDuration ms(int quantos) {
        return TimeDuration.valueOf(quantos, TimeUnit.MILLISECONDS);
    }
}
