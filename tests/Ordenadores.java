//SOURCES Cena.java Depurador.java
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static tests.Cena.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import part3.regra.grupos.Grupos;
import shared.Envelope;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Json;

/** Os três ordenadores de um teste, e um quarto, se vier: as portas e as pastas deles, e como se iniciam. */
public final class Ordenadores {

    /** Quantos são. */
    public static final int TODOS = 3;

    /** Várias máquinas virtuais a começar ao mesmo tempo, com o motor do Raft: numa máquina ocupada demora. */
    public static final Duration PACIENCIA = Processo.PRAZO.multipliedBy(4);

    private static final int PERGUNTA_MS = 1_000;
    private static final int PRAZOS = 24; // um minuto

    private final Cena cena;
    private final Defesa defesa;
    private final Path pasta;
    private final int grupos;
    private final Object[] opcoes;
    private final Processo[] processos = new Processo[TODOS + 1];
    private final int[] pares = IntStream.rangeClosed(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int[] pedidos;
    private final int[] ordens;
    private final int[] depuracao = new int[TODOS + 1]; // 0 = não

    /**
     * @param pasta  onde cada um tem a sua
     * @param defesa com que se lhes pergunta
     * @param opcoes as que todos têm, além das precisas
     */
    public Ordenadores(Cena cena, Path pasta, int grupos, Defesa defesa, Object... opcoes) {
        this.cena = cena;
        this.defesa = defesa;
        this.pasta = pasta;
        this.grupos = grupos;
        this.opcoes = opcoes;
        pedidos = IntStream.rangeClosed(0, TODOS).map(i -> portas()).toArray();
        ordens = IntStream.rangeClosed(0, TODOS).map(i -> portas()).toArray();
    }

    /** Os que se iniciarem daqui em diante podem depurar-se. */
    public Ordenadores depuraveis() {
        Arrays.setAll(depuracao, i -> Processo.portaLivre());
        return this;
    }

    public Depurador depurar(int qual) {
        return new Depurador(depuracao[qual]);
    }

    private int portas() {
        return grupos == 1 ? Processo.portaLivre() : Processo.portaLivre(grupos - 1, Grupos.ENTRE_PORTAS);
    }

    /** Inicia os três, e espera por eles: que comecem, que tenham líder, e que todos já o tenham escrito. */
    public Ordenadores iniciar() {
        IntStream.range(0, TODOS).forEach(this::iniciar);
        IntStream.range(0, TODOS).forEach(this::esperarPronto);
        IntStream.range(0, TODOS).forEach(i -> IntStream.range(0, grupos).forEach(g -> esperarNascido(i, g)));
        return this;
    }

    private void esperarNascido(int qual, int grupo) {
        Processo.esperar(nome(qual) + " com algo escrito do grupo " + grupo, PACIENCIA, () -> nasceu(estado(qual, grupo)));
    }

    /**
     * Quem do líder ainda nada escreveu, no log, não conta para eleger outro: quem já o fez não lhe aceita o voto.
     *
     * @param estado o que ele diz; {@code null} = não respondeu
     */
    public static boolean nasceu(ObjectNode estado) {
        return estado != null && estado.path("indice").asLong(-1) >= 0;
    }

    /** Inicia um, ou outra vez, num grupo que é dos três. */
    public Processo iniciar(int qual) {
        return iniciar(qual, pares(0, 1, 2));
    }

    /** O mesmo, num grupo que é de outros. @param mais opções */
    public Processo iniciar(int qual, String quais, Object... mais) {
        List<String> daJvm = depuracao[qual] == 0 ? List.of() : Depurador.opcoes(depuracao[qual]);
        processos[qual] = cena.iniciarCom(daJvm, "part3.Ordenador", Stream.of(Stream.of("--id", nome(qual), "--pares", quais,
                "--grupos", grupos, "--pedidos", pedidos[qual], "--ordem", ordens[qual], "--dados", pasta(qual),
                "--silencioso"), Stream.of(opcoes), Stream.of(mais)).flatMap(parte -> parte).toArray());
        return processos[qual];
    }

    public void esperarPronto(int qual) {
        processos[qual].esperarNoRegistro("pronto:", PACIENCIA);
    }

    /** Mata-o, inicia-o outra vez, e espera por ele. */
    public void reiniciar(int qual) {
        processos[qual].matar();
        iniciar(qual);
        esperarPronto(qual);
    }

    /** As máquinas deles têm agora outros endereços: vale para o que se iniciar daqui em diante. */
    public void mudarDeEnderecos() {
        Arrays.setAll(pares, i -> Processo.portaLivre());
    }

    public Processo processo(int qual) {
        return processos[qual];
    }

    public Path pasta(int qual) {
        return pasta.resolve(nome(qual));
    }

    public static String nome(int qual) {
        return "n" + (qual + 1);
    }

    /** Onde um ouve os outros. */
    public int par(int qual) {
        return pares[qual];
    }

    /** O que se diz em --pares, se o grupo é destes. */
    public String pares(int... quais) {
        return IntStream.of(quais).mapToObj(i -> nome(i) + "=" + local(pares[i])).collect(Collectors.joining(","));
    }

    /** A porta em que um recebe pedidos. */
    public int pedidos(int qual) {
        return pedidos[qual];
    }

    /** O mesmo, a de um grupo. */
    public int pedidos(int qual, int grupo) {
        return Grupos.porta(pedidos[qual], grupo);
    }

    /** A porta em que um difunde. */
    public int ordem(int qual) {
        return ordens[qual];
    }

    /** Os endereços em que os três recebem pedidos, a começar por um. */
    public String todosOsPedidos(int primeiro) {
        return juntas(pedidos, primeiro);
    }

    /** O mesmo, em que difundem. */
    public String todasAsOrdens(int primeiro) {
        return juntas(ordens, primeiro);
    }

    private static String juntas(int[] portas, int primeira) {
        return IntStream.range(0, TODOS).mapToObj(i -> local(portas[(primeira + i) % TODOS]))
                .collect(Collectors.joining(","));
    }

    /** Muda os pares, como a pessoa o faria, e espera. @throws AssertionError se não mudaram */
    public void mudar(String de, String para) {
        Processo este = cena.iniciar("part3.Ordenador", Stream.of(Stream.of("--pares", de, "--grupos", grupos),
                Stream.of(opcoes), Stream.of("mudar", "--para", para)).flatMap(parte -> parte).toArray());
        este.esperarFim(PACIENCIA);
        assertEquals(List.of("pares: " + para), este.saida(), () -> String.join("\n", este.registro()));
    }

    // ───── O que se lhes pergunta ─────

    /** Pede a um, na porta de um grupo, e espera pela resposta, demore o que demorar uma eleição. */
    public String pedir(int qual, int grupo, String pedido) {
        Endereco onde = new Endereco("127.0.0.1", pedidos(qual, grupo));
        try (Requisicao requisicao = new Requisicao(defesa, List.of(onde), Requisicao.PRAZO_MS, PRAZOS, false)) {
            return requisicao.pedir(pedido);
        }
    }

    /** O que um diz de um grupo; {@code null} se não responde. */
    public ObjectNode estado(int qual, int grupo) {
        Endereco onde = new Endereco("127.0.0.1", pedidos(qual, grupo));
        try (Requisicao requisicao = new Requisicao(defesa, onde, PERGUNTA_MS, 1)) {
            return Pergunta.fazer(requisicao, "ESTADO");
        } catch (SemResposta e) {
            return null;
        }
    }

    /** Tudo o que um publicou de um grupo, até agora. */
    public List<Envelope> publicado(int qual, int grupo) {
        return publicado(pedido -> Json.ler(pedir(qual, grupo, pedido).getBytes(StandardCharsets.UTF_8)));
    }

    /** O mesmo, de quem assim responde ao que se lhe pede. */
    public static List<Envelope> publicado(Function<String, ObjectNode> pedir) {
        List<Envelope> todos = new ArrayList<>();
        JsonNode faixa;
        do {
            faixa = pedir.apply("{\"pedido\": \"HISTORICO\", \"desde\": " + (todos.size() + 1) + ", \"max\": 1000}")
                    .get("envelopes");
            faixa.forEach(um -> todos.add(Envelope.ler(Json.escrever(um))));
        } while (!faixa.isEmpty());
        return todos;
    }

    /** Espera por um líder que diga que o é. */
    public int lider(int grupo) {
        return lider(grupo, -1);
    }

    /** O mesmo, por outro que não este. */
    public int lider(int grupo, int menosEste) {
        int[] qual = {-1};
        Processo.esperar("um líder do grupo " + grupo, PACIENCIA, () -> {
            for (int i = 0; i < processos.length && qual[0] < 0; i++) {
                qual[0] = i != menosEste && processos[i] != null && processos[i].vivo() && lidera(i, grupo) ? i : -1;
            }
            return qual[0] >= 0;
        });
        return qual[0];
    }

    private boolean lidera(int qual, int grupo) {
        ObjectNode estado = estado(qual, grupo);
        return estado != null && estado.path("papel").asText().equals("lider");
    }

    /** Espera que um tenha aplicado tudo até este número, e mais nada. */
    public void esperarSeq(int qual, int grupo, long seq) {
        Processo.esperar("o número " + seq + " do grupo " + grupo + " em " + nome(qual), PACIENCIA, () -> {
            ObjectNode estado = estado(qual, grupo);
            return estado != null && estado.get("seq").asLong() == seq;
        });
    }
}
