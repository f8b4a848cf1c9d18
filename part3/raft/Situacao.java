//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS org.apache.ratis:ratis-server:3.3.0
package part3.raft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Como um par vê o seu grupo.
 *
 * @param papel    lider, seguidor ou candidato
 * @param lider    quem ele julga que é; {@code null} se não sabe
 * @param mandato  o de agora (term)
 * @param indice   o da última entrada do log dele
 * @param aplicado o da última que aplicou
 * @param outros   os outros pares, por nome, se é o líder; senão, nenhum
 */
record Situacao(String papel, String lider, long mandato, long indice, long aplicado, Map<String, Outro> outros) {

    /**
     * O que o líder sabe de um dos outros.
     *
     * @param atras   de quantas entradas do log ainda não disse que as sabe confirmadas
     * @param vistoMs há quanto tempo respondeu
     */
    record Outro(long atras, long vistoMs) {
    }

    void juntar(ObjectNode como) {
        como.put("papel", papel).put("lider", lider).put("mandato", mandato).put("indice", indice).put("aplicado", aplicado);
        ObjectNode pares = como.putObject("pares");
        outros.forEach((nome, outro) -> pares.putObject(nome).put("atras", outro.atras()).put("visto_ms", outro.vistoMs()));
    }

    static Situacao de(RaftServer.Division divisao) {
        DivisionInfo info = divisao.getInfo();
        TermIndex ultimo = divisao.getRaftLog().getLastEntryTermIndex();
        long indice = ultimo == null ? info.getLastAppliedIndex() : ultimo.getIndex();
        Map<String, Outro> outros = new TreeMap<>();
        if (info.isLeader()) {
            for (ServerRpcProto outro : info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
                String nome = outro.getId().getId().toStringUtf8();
                long confirmado = divisao.getCommitInfos().stream()
                        .filter(este -> este.getServer().getId().toStringUtf8().equals(nome))
                        .mapToLong(CommitInfoProto::getCommitIndex).findAny().orElse(0);
                outros.put(nome, new Outro(Math.max(0, indice - confirmado), outro.getLastRpcElapsedTimeMs()));
            }
        }
        return new Situacao(info.isLeader() ? "lider" : info.isFollower() ? "seguidor" : "candidato",
                info.getLeaderId() == null ? null : info.getLeaderId().toString(), info.getCurrentTerm(), indice,
                info.getLastAppliedIndex(), outros);
    }
}
