//SOURCES ../shared/Json.java
package part4;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import shared.Json;

/**
 * Quem é o primário, e quem está em dia com ele: o que a testemunha decide e todos obedecem (a <i>view</i> dos livros).
 *
 * @param epoca         muda quando muda o primário; uma época menor é de um primário deposto
 * @param versao        muda a cada mudança, também a de quem está em dia
 * @param primario      o nome do primário, com a sua encarnação: {@code p1#3f2a90bc}
 * @param pedidos       onde ele recebe pedidos, {@code host:porta}
 * @param atualizacoes  onde ele difunde, {@code host:porta}
 * @param emDia         quem tem tudo o que foi confirmado; o primário está sempre nele
 */
public record Visao(long epoca, long versao, String primario, String pedidos, String atualizacoes, Set<String> emDia) {

    public Visao {
        emDia = Set.copyOf(emDia);
    }

    /** A mesma, com outro conjunto em dia. */
    public Visao comEmDia(Set<String> outros) {
        return new Visao(epoca, versao + 1, primario, pedidos, atualizacoes, outros);
    }

    /** A mesma, com o primário noutro endereço. */
    public Visao em(String outrosPedidos, String outrasAtualizacoes) {
        return new Visao(epoca, versao + 1, primario, outrosPedidos, outrasAtualizacoes, emDia);
    }

    /** Se esta é mais nova que a outra (que pode ser {@code null}). */
    public boolean maisNovaQue(Visao outra) {
        return outra == null || epoca > outra.epoca || (epoca == outra.epoca && versao > outra.versao);
    }

    public ObjectNode json() {
        ObjectNode objeto = Json.MAPPER.createObjectNode().put("epoca", epoca).put("versao", versao).put("primario", primario)
                .put("pedidos", pedidos).put("atualizacoes", atualizacoes);
        ArrayNode nomes = objeto.putArray("em_dia");
        new TreeSet<>(emDia).forEach(nomes::add);
        return objeto;
    }

    /** @throws shared.MensagemInvalida se algo não serve */
    public static Visao de(ObjectNode objeto) {
        return new Visao(Json.inteiro(objeto, "epoca"), Json.inteiro(objeto, "versao"), Json.texto(objeto, "primario"),
                Json.texto(objeto, "pedidos"), Json.texto(objeto, "atualizacoes"), nomes(objeto.path("em_dia")));
    }

    /** Um conjunto de nomes, de uma lista JSON. */
    public static Set<String> nomes(JsonNode lista) {
        Set<String> nomes = new TreeSet<>();
        lista.forEach(nome -> nomes.add(nome.asText()));
        return nomes;
    }
}
