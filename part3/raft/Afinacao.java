//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
package part3.raft;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import shared.tempo.Lentidao;
import shared.texto.Endereco;

/** Os números com que o Ratis anda aqui; dos outros, serve o de costume dele. */
final class Afinacao {

    private static final int ELEICAO_MS = Lentidao.vezes(500); // menos que isto, e muda-se de líder só porque há trabalho
    private static final int PEDIDO_MS = Lentidao.vezes(3_000);
    private static final long ENTRE_INSTANTANEOS = 100_000;    // entradas

    private Afinacao() {
    }

    static RaftProperties opcoes(Endereco escuta, Path pasta) {
        RaftProperties opcoes = new RaftProperties();
        GrpcConfigKeys.Server.setHost(opcoes, escuta.maquina());
        GrpcConfigKeys.Server.setPort(opcoes, escuta.porta());
        RaftServerConfigKeys.setStorageDir(opcoes, List.of(pasta.toFile()));
        RaftServerConfigKeys.Rpc.setTimeoutMin(opcoes, ms(ELEICAO_MS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(opcoes, ms(2 * ELEICAO_MS));
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(opcoes, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(opcoes, ENTRE_INSTANTANEOS);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(opcoes, 2);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(opcoes, true);
        RaftServerConfigKeys.Log.setSegmentSizeMax(opcoes, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(opcoes, SizeInBytes.valueOf("1MB"));
        RaftClientConfigKeys.Async.setOutstandingRequestsMax(opcoes, 1 << 20); // send() esperaria: quem conta é o Par
        RaftClientConfigKeys.Rpc.setRequestTimeout(opcoes, ms(PEDIDO_MS));
        return opcoes;
    }

    private static TimeDuration ms(int quantos) {
        return TimeDuration.valueOf(quantos, TimeUnit.MILLISECONDS);
    }
}
