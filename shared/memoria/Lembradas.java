//SOURCES Indice.java
package shared.memoria;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import shared.texto.MensagemInvalida;

/**
 * Os id_msg já usados, por ordem: de que operação é cada um, e o que ela valeu (um número, um resultado). Distingue uma
 * repetição, que recebe o que se disse da primeira vez, de outra operação com o mesmo id_msg, que é um erro.
 */
public final class Lembradas<V> {

    /** Quantos id_msg são lembrados. Uma repetição mais velha que isso é uma operação nova. */
    public static final int MAXIMO = 100_000;

    /** Separa as palavras de um conteúdo: nenhuma o tem. */
    public static final String SEPARADOR = "\t";

    public static final String ID_REPETIDO = "id_repetido";    // diz de que espécie é o erro

    /** @param conteudo o que a operação faz; {@code null} se um instantâneo antigo não o diz: serve qualquer um */
    public record Lembrada<V>(String conteudo, V valor) {
    }

    private final Indice ids = new Indice();
    private final Recentes conteudos = new Recentes(); // com os mesmos números que os ids; vazio = null
    private final Recentes valores = new Recentes();   // também
    private final Function<V, String> escrever;
    private final Function<String, V> ler;

    /**
     * @param escrever um valor, como texto que não seja vazio, ou {@code null}
     * @param ler      o mesmo valor, daquele texto
     */
    public Lembradas(Function<V, String> escrever, Function<String, V> ler) {
        this.escrever = escrever;
        this.ler = ler;
    }

    /** As que valeram um número. */
    public static Lembradas<Long> deNumeros() {
        return new Lembradas<>(String::valueOf, Long::valueOf);
    }

    /** As mesmas, mas cada uma valeu o seu número. @param ultimo o da mais nova; as outras vêm antes, sem buracos */
    public static Lembradas<Long> numeradas(Lembradas<?> outras, long ultimo) {
        Lembradas<Long> numeradas = deNumeros();
        long antes = ultimo - outras.quantas();
        outras.cada((id, outra) -> numeradas.lembrar(id, new Lembrada<>(outra.conteudo(), antes + numeradas.quantas() + 1)));
        return numeradas;
    }

    /**
     * O que valeu a operação da primeira vez; {@code null} se é nova.
     *
     * @param fazAgora o conteúdo da que veio agora
     * @throws MensagemInvalida se o id_msg é o de outra, que não fazia o mesmo
     */
    public V daPrimeiraVez(String idMsg, Supplier<String> fazAgora) {
        long qual = ids.achar(idMsg);
        if (qual == 0) {
            return null;
        }
        Lembrada<V> primeira = lembrada(qual);
        String conteudo = fazAgora.get();
        if (primeira.conteudo() != null && !primeira.conteudo().equals(conteudo)) {
            String erro = "o id_msg " + idMsg + " já é de " + primeira.conteudo() + ", e agora veio com " + conteudo
                    + "; a uma operação nova dê um id_msg novo";
            throw new MensagemInvalida(ID_REPETIDO, erro.replace(SEPARADOR, " "));
        }
        return primeira.valor();
    }

    private Lembrada<V> lembrada(long qual) {
        return new Lembrada<>(ouNull(conteudos.ler(qual)), ler.apply(ouNull(valores.ler(qual))));
    }

    private static String ouNull(String texto) {
        return texto.isEmpty() ? null : texto;
    }

    /** Lembra uma operação nova, e esquece a mais velha se já são demais. */
    public void lembrar(String idMsg, Lembrada<V> lembrada) {
        if (ids.achar(idMsg) != 0) {
            return;
        }
        ids.anexar(idMsg);
        conteudos.anexar(Objects.requireNonNullElse(lembrada.conteudo(), ""));
        valores.anexar(Objects.requireNonNullElse(escrever.apply(lembrada.valor()), ""));
        if (ids.textos().quantos() > MAXIMO) {
            ids.esquecer();
            conteudos.esquecer();
            valores.esquecer();
        }
    }

    /** O que valeu a operação com este id_msg; {@code null} se não é lembrado. */
    public V valor(String idMsg) {
        long qual = ids.achar(idMsg);
        return qual == 0 ? null : lembrada(qual).valor();
    }

    /** Quantas se lembram. */
    public int quantas() {
        return ids.textos().quantos();
    }

    /** Diz cada id_msg, do mais velho ao mais novo. */
    public void cada(BiConsumer<String, Lembrada<V>> faz) {
        long primeira = ids.textos().primeiro();
        for (long qual = primeira; qual < primeira + quantas(); qual++) {
            faz.accept(ids.textos().ler(qual), lembrada(qual));
        }
    }

    /** Tudo, do mais velho ao mais novo: uma cópia, que demora. */
    public Map<String, Lembrada<V>> todas() {
        Map<String, Lembrada<V>> todas = new LinkedHashMap<>();
        cada(todas::put);
        return todas;
    }
}
