//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Soquetes.java
package shared.rede;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.zeromq.ZMQ;

/**
 * Quem assina o que um XPUB difunde, pelas notícias que ele dá. O JeroMQ conta cada um que chega, mas só avisa da partida
 * do último: quem se foi enquanto outros ficavam ainda conta.
 */
public final class Assinantes {

    private final ZMQ.Socket xpub;
    private final Map<String, Integer> quantos = new HashMap<>(); // do que cada um assina

    public Assinantes(ZMQ.Socket xpub) {
        this.xpub = xpub;
    }

    /** Lê as notícias que já chegaram: o que ninguém lê ocupa memória. @return quantos são agora */
    public int ler() {
        Soquetes.receber(xpub, noticia -> {
            String qual = noticia.length == 0 ? "" : new String(noticia, 1, noticia.length - 1, StandardCharsets.UTF_8);
            if (noticia.length > 0 && noticia[0] == 1) {
                quantos.merge(qual, 1, Integer::sum);
            } else {
                quantos.remove(qual);
            }
        });
        return quantos();
    }

    /** Quantos eram na última leitura, assinem o que assinarem. */
    public int quantos() {
        return quantos.values().stream().mapToInt(n -> n).sum();
    }

    /** Se alguém assina isto, exatamente. */
    public boolean alguemAssina(String assinatura) {
        return quantos.containsKey(assinatura);
    }
}
