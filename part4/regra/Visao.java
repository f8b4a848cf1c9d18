package part4.regra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

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

    /** Quanto uma época ou uma versão pode saltar de uma vez: mais do que isto não é de quem esteve ausente, é lixo. */
    private static final long SALTO_MAXIMO = 1_000_000_000;

    private static final int EM_DIA_MAXIMO = 64;
    private static final Pattern NOME = Pattern.compile("[\\w.#-]{1,64}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final Pattern ENDERECO = Pattern.compile("[\\w.:\\[\\]-]{1,255}"); // sem zona (%eth0): só vale lá

    public Visao {
        emDia = Set.copyOf(emDia);
    }

    /** A mesma, com outro conjunto em dia. */
    public Visao comEmDia(Set<String> outros) {
        return new Visao(epoca, versao + 1, primario, pedidos, atualizacoes, outros);
    }

    /** A mesma, noutra época: o primário reiniciou. */
    public Visao renovada() {
        return new Visao(epoca + 1, versao + 1, primario, pedidos, atualizacoes, emDia);
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
        ObjectNode objeto = Json.MAPPER.createObjectNode().put("epoca", epoca).put("versao", versao)
                .put("primario", primario).put("pedidos", pedidos).put("atualizacoes", atualizacoes);
        ArrayNode nomes = objeto.putArray("em_dia");
        new TreeSet<>(emDia).forEach(nomes::add);
        return objeto;
    }

    /** Lê o que {@link #json} escreve. @throws MensagemInvalida se algo não serve, ou não podia ser de uma visão */
    public static Visao de(ObjectNode objeto) {
        Visao visao = new Visao(Json.inteiro(objeto, "epoca"), Json.inteiro(objeto, "versao"), nome(objeto, "primario"),
                endereco(objeto, "pedidos"), endereco(objeto, "atualizacoes"), nomes(objeto.get("em_dia")));
        if (visao.epoca < 1 || visao.versao < 1 || !visao.emDia.contains(visao.primario)) {
            throw new MensagemInvalida("campo", "visao: épocas e versões começam em 1, e o primário está sempre em dia");
        }
        return visao;
    }

    // ───── O que vem do fio, conferido antes de se acreditar nele ─────

    /** O nome de um servidor. */
    public static String nome(ObjectNode objeto, String campo) {
        return nome(objeto.get(campo), campo);
    }

    private static String nome(JsonNode no, String campo) {
        if (no == null || !no.isTextual() || !NOME.matcher(no.textValue()).matches()) {
            throw new MensagemInvalida("campo", campo + ": esperava o nome de um servidor, veio " + Json.tipoDe(no));
        }
        return no.textValue();
    }

    /** Um conjunto de nomes, de uma lista JSON; vazio se não há lista. */
    public static Set<String> nomes(JsonNode lista) {
        Set<String> nomes = new TreeSet<>();
        if (lista == null || lista.isMissingNode()) {
            return nomes;
        }
        if (!lista.isArray() || lista.size() > EM_DIA_MAXIMO) {
            throw new MensagemInvalida("campo", "em_dia: esperava até " + EM_DIA_MAXIMO + " nomes numa lista, veio "
                    + Json.tipoDe(lista));
        }
        lista.forEach(nome -> nomes.add(nome(nome, "em_dia")));
        return nomes;
    }

    /** Onde um servidor atende, {@code host:porta}. */
    public static String endereco(ObjectNode objeto, String campo) {
        String texto = Json.texto(objeto, campo);
        if (!seAnuncia(texto)) {
            throw new MensagemInvalida("campo", campo + ": esperava HOST:PORTA, como em 10.0.0.7:6004, veio "
                    + Json.citar(texto));
        }
        return texto;
    }

    /** Se é um endereço que se pode dizer a outra máquina. */
    public static boolean seAnuncia(String endereco) {
        try {
            Endereco lido = Endereco.ler(endereco);
            return ENDERECO.matcher(endereco).matches() && lido.toString().equals(endereco)
                    && (lido.maquina().indexOf(':') < 0 || IPV6.matcher(lido.maquina()).matches());
        } catch (ErroDeUso e) {
            return false;
        }
    }

    /** @throws MensagemInvalida se não pode vir depois do que se conhece; acreditado, calaria todos os de verdade */
    public static void exigirPlausivel(String campo, long novo, long conhecido) {
        if (novo > conhecido + SALTO_MAXIMO) {
            throw new MensagemInvalida("campo", campo + ": veio " + novo + ", longe demais de " + conhecido
                    + ", o que se conhece");
        }
    }
}
