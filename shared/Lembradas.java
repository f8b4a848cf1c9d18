//SOURCES Operacao.java
package shared;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import shared.texto.MensagemInvalida;

/**
 * Os id_msg já usados, por ordem: de que operação é cada um, e o que ela valeu (um número, um resultado). Distingue uma
 * repetição, que recebe o que se disse da primeira vez, de outra operação com o mesmo id_msg, que é um erro.
 */
public final class Lembradas<V> {

    /** Quantos id_msg são lembrados. Uma repetição mais velha que isso é uma operação nova. */
    public static final int MAXIMO = 100_000;

    public static final String ID_REPETIDO = "id_repetido";    // diz de que espécie é o erro

    /** @param conteudo o de {@link Operacao#conteudo}; {@code null} se um instantâneo antigo não o diz: serve qualquer um */
    public record Lembrada<V>(String conteudo, V valor) {
    }

    private final Map<String, Lembrada<V>> porId = new LinkedHashMap<>();

    /** O que valeu da primeira vez; {@code null} se é nova. @throws MensagemInvalida se o id_msg é o de outra operação */
    public V daPrimeiraVez(Operacao op) {
        Lembrada<V> primeira = porId.get(op.id_msg());
        if (primeira == null) {
            return null;
        }
        String conteudo = op.conteudo();
        if (primeira.conteudo() != null && !primeira.conteudo().equals(conteudo)) {
            String erro = "o id_msg " + op.id_msg() + " já é de " + primeira.conteudo() + ", e agora veio com " + conteudo
                    + "; a uma operação nova dê um id_msg novo";
            throw new MensagemInvalida(ID_REPETIDO, erro.replace(Operacao.SEPARADOR, ' '));
        }
        return primeira.valor();
    }

    /** Lembra uma operação nova, e esquece a mais velha se já são demais. */
    public void lembrar(Operacao op, V valor) {
        lembrar(op.id_msg(), new Lembrada<>(op.conteudo(), valor));
    }

    /** O mesmo, do que um instantâneo lembra. */
    public void lembrar(String idMsg, Lembrada<V> lembrada) {
        porId.putIfAbsent(idMsg, lembrada);
        if (porId.size() > MAXIMO) {
            porId.remove(porId.keySet().iterator().next());
        }
    }

    /** O que valeu a operação com este id_msg; {@code null} se não é lembrado. */
    public V valor(String idMsg) {
        return porId.containsKey(idMsg) ? porId.get(idMsg).valor() : null;
    }

    /** Tudo, do mais velho ao mais novo; só para leitura. */
    public Map<String, Lembrada<V>> todas() {
        return Collections.unmodifiableMap(porId);
    }
}
