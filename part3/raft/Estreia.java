//DEPS org.apache.ratis:ratis-server:3.3.0
//SOURCES Afinacao.java Pares.java Sondagem.java Traducao.java
package part3.raft;

import java.io.IOException;
import java.util.stream.IntStream;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.api.GroupManagementApi;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * Um par que começa sem lembrar nada, numa pasta nova ou que se apaga. Se já foi deste grupo, esqueceu em quem votou e o que
 * disse que tinha guardado, e o Raft conta com isso: os outros, com ele, podiam eleger quem não tem o que se confirmou. Ele
 * não o sabe: pergunta-se-lhes. Quem não responde não se ouve; e quem recomeçou depois dele também já não o lembra.
 */
final class Estreia {

    private static final int VEZES = 3;

    private Estreia() {
    }

    /** @throws Falha se algum dos outros já contou com este */
    static void exigir(String eu, Pares pares, int grupos, Afinacao afinacao) {
        Sondagem sondagem = new Sondagem(eu, pares, afinacao.segredo());
        pares.enderecos().forEach((nome, onde) -> {
            if (!nome.equals(eu) && sondagem.atende(onde) && contou(nome, eu, pares, grupos, afinacao)) {
                throw new Falha(naoEstreia(eu, nome, onde));
            }
        });
    }

    private static String naoEstreia(String eu, String nome, Endereco onde) {
        return nome + ", em " + onde + ", já contou com o " + eu + ", que assim começaria sem lembrar em quem votou nem o"
                + " que guardou, e desfaria a ordem dos outros. Se a pasta dele existe, use-a, sem --do-zero; se se perdeu,"
                + " tire-o do grupo (comando mudar) e ponha outro, com outro nome; para recomeçar do zero, pare primeiro"
                + " todos";
    }

    private static boolean contou(String quem, String comEste, Pares pares, int grupos, Afinacao afinacao) {
        try (RaftClient cliente = afinacao.cliente(Traducao.grupo(0, grupos, pares), null, RetryPolicies.noRetry())) {
            GroupManagementApi perguntas = cliente.getGroupManagementApi(RaftPeerId.valueOf(quem));
            return IntStream.range(0, grupos).anyMatch(g -> contou(perguntas, g, grupos, comEste));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean contou(GroupManagementApi quem, int grupo, int grupos, String comEste) {
        for (int vez = 0; vez < VEZES; vez++) {
            try {
                return quem.info(Traducao.nome(grupo, grupos)).getCommitInfos().stream().anyMatch(um ->
                        um.getCommitIndex() >= 0 && um.getServer().getId().toStringUtf8().equals(comEste));
            } catch (StatusRuntimeException e) {
                // não respondeu a tempo: numa máquina ocupada, à segunda responde
            } catch (IOException e) {
                return false; // ainda está a começar, ou não tem esse grupo
            }
        }
        return false;
    }
}
