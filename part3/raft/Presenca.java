//SOURCES Morada.java Pares.java
package part3.raft;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** O que um par sabe dos seus grupos: quem os lidera, quem são os pares, e se ainda lá está. Tudo isto, no laço. */
final class Presenca {

    private final String id;
    private final int grupos;
    private final Morada morada;
    private final Par.Dono dono;
    private final Set<Integer> dentro = new HashSet<>();             // os grupos que já o têm
    private final Set<Integer> fora = new HashSet<>();               // e os que já não
    private final Map<Integer, String> semMaioria = new HashMap<>(); // o que se disse por último; nada = há líder
    private Pares pares;
    private String caiu;                                             // null = o Raft funciona

    /** @param entra se ainda não está em nenhum dos grupos */
    Presenca(String id, Pares pares, boolean entra, int grupos, Morada morada, Par.Dono dono) {
        this.id = id;
        this.pares = pares;
        this.grupos = grupos;
        this.morada = morada;
        this.dono = dono;
        IntStream.range(0, entra ? 0 : grupos).forEach(dentro::add);
    }

    /** Mudou o líder de um grupo. @param quem {@code null} se não se sabe */
    void lider(int grupo, String quem) {
        semMaioria.remove(grupo);
        dono.registrar(grupo, "lider", "id", quem == null ? "?" : quem);
    }

    /** Há segundos que um grupo não tem líder. @param porque o que se ouviu de cada um dos outros */
    void semMaioria(int grupo, String porque) {
        if (!porque.equals(semMaioria.put(grupo, porque))) {
            dono.registrar(grupo, "sem-maioria", "porque", porque);
        }
    }

    /** Um grupo tem agora estes pares. Sai-se quando já nenhum nos tem: mudam um de cada vez. */
    void mudaram(int grupo, Pares agora) {
        boolean temNos = agora.enderecos().containsKey(id);
        if (temNos) {
            dentro.add(grupo);
        }
        if (!dentro.contains(grupo)) {
            return; // ouve o que houve antes dele
        }
        if (!agora.mesmosNomes(pares)) {
            pares = agora;
            morada.mudaram(agora);
            dono.registrar(grupo, "pares", "agora", agora);
        }
        if (!temNos && fora.add(grupo) && saiu()) {
            dono.registrar(grupo, "fora", "porque", "o grupo já não tem o " + id + ": acabo aqui");
        }
    }

    /** O Raft já não funciona aqui: vale a primeira razão. */
    void caiu(String porque) {
        caiu = caiu == null ? porque : caiu;
    }

    /** Porque é que o Raft já não funciona aqui; {@code null} se funciona. */
    String caiu() {
        return caiu;
    }

    /** Se deste grupo se saiu. */
    boolean saiu(int grupo) {
        return fora.contains(grupo);
    }

    /** Se já não se está em nenhum. */
    boolean saiu() {
        return fora.size() == grupos;
    }
}
