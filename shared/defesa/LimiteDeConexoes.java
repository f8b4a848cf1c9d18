package shared.defesa;

import java.net.InetAddress;
import java.net.Socket;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Quem está ligado a uma porta, com um máximo. Cheia, entra quem chega e sai uma conexão da máquina que tem mais: a que
 * há mais tempo não se mostrou útil. Quem é honesto volta a ligar-se; quem só ocupava lugar ocupa o seu.
 */
final class LimiteDeConexoes {

    /** Quantas conexões uma porta tem ao mesmo tempo. */
    static final int CONEXOES_MAXIMAS = 256;

    private final Set<Socket> conexoes = new LinkedHashSet<>(); // da que há mais tempo não é útil à mais recente

    /** Uma conexão foi aceita. @return a que tem de sair para que ela fique; {@code null} se há lugar */
    synchronized Socket admitir(Socket nova) {
        conexoes.removeIf(Socket::isClosed);
        Socket sai = conexoes.size() < CONEXOES_MAXIMAS ? null : aMaisInutil();
        conexoes.remove(sai);
        conexoes.add(nova);
        return sai;
    }

    /** Por esta conexão acaba de passar algo que serve: agora é a última a sair. */
    synchronized void foiUtil(Socket conexao) {
        if (conexoes.remove(conexao)) {
            conexoes.add(conexao);
        }
    }

    private Socket aMaisInutil() {
        Map<InetAddress, Integer> quantas = new HashMap<>();
        conexoes.forEach(c -> quantas.merge(c.getInetAddress(), 1, Integer::sum));
        int maximo = Collections.max(quantas.values());
        return conexoes.stream().filter(c -> quantas.get(c.getInetAddress()) == maximo).findFirst().orElseThrow();
    }
}
