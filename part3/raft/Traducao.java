//DEPS org.apache.ratis:ratis-server:3.3.0
//SOURCES Pares.java
package part3.raft;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import shared.texto.Endereco;

/** Os grupos e os pares, como o Ratis lhes chama. */
final class Traducao {

    private static final String NOME = "banco-replicado";

    private Traducao() {
    }

    /** O mesmo grupo num banco de quatro e num de dois não é o mesmo: tem outras contas. */
    static RaftGroupId nome(int grupo, int grupos) {
        String nome = grupos == 1 ? NOME : NOME + " " + grupo + "/" + grupos;
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(nome.getBytes(StandardCharsets.UTF_8)));
    }

    /** Um grupo, com os seus pares. Se os grupos são vários, cada um prefere que o lidere um par, à vez. */
    static RaftGroup grupo(int grupo, int grupos, Pares pares) {
        List<String> nomes = pares.enderecos().keySet().stream().sorted().toList(); // o mesmo em todos
        String preferido = grupos == 1 ? null : nomes.get(grupo % nomes.size());
        return RaftGroup.valueOf(nome(grupo, grupos), pares.enderecos().entrySet().stream().map(par -> RaftPeer.newBuilder()
                .setId(par.getKey()).setAddress(par.getValue().toString())
                .setPriority(par.getKey().equals(preferido) ? 1 : 0).build()).toList());
    }

    static Pares pares(Collection<RaftPeer> todos) {
        Map<String, Endereco> enderecos = new LinkedHashMap<>();
        todos.forEach(par -> enderecos.put(par.getId().toString(), Endereco.ler(par.getAddress())));
        return new Pares(enderecos);
    }
}
