//SOURCES Alheio.java Copia.java Entrega.java Lugares.java
package tests.lab.palco;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import shared.texto.Falha;
import tests.Coveiro;

/**
 * Os programas de uma {@link Entrega}, numa cópia deles, prontos a pôr-se no lugar dos nossos: o {@link Palco} inicia-os, e
 * por isso as cenas, a sala e o corretor também. Correm com limites; o que passa deles, morre, e diz-se por quê. Fechado,
 * nada fica: nem os processos, nem os que eles iniciaram, nem a cópia.
 */
public final class Alheios implements AutoCloseable {

    /** Nenhum: todos os papéis são os nossos. */
    public static final Alheios NENHUNS = new Alheios(null, null);

    /** A quem cada papel diz algo que só os nossos entendem; na parte 1 não há nada disso. */
    private static final Map<String, Set<String>> FALA_COM = Map.of(
            "cliente", Set.of("servidor", "sequenciador", "primario", "backup"),
            "servidor", Set.of("cliente", "worker"), "worker", Set.of("servidor"),
            "sequenciador", Set.of("cliente", "replica"), "replica", Set.of("sequenciador"),
            "primario", Set.of("cliente", "backup"), "backup", Set.of("cliente", "primario"));

    private static final String MARCA = UUID.randomUUID().toString();

    private final Entrega entrega;
    private final Copia copia;
    private final String marca = MARCA + "-" + UUID.randomUUID(); // há outros: quem fecha uns não acaba com os de outros
    private final AtomicInteger numero = new AtomicInteger();

    private Alheios(Entrega entrega, Copia copia) {
        this.entrega = entrega;
        this.copia = copia;
    }

    /** A entrega não compila: a razão é de quem a fez. */
    public static final class NaoSePrepara extends Falha {

        NaoSePrepara(String mensagem) {
            super(mensagem);
        }
    }

    /**
     * Copia os programas, troca neles o que há a trocar, e compila-os.
     *
     * @throws NaoSePrepara se um dos comandos de preparar falha: com o que ele disse
     * @throws Falha se não se copiam
     */
    public static Alheios de(Entrega entrega) {
        return de(entrega, null);
    }

    /** O mesmo, com o que outro programa já copiou, trocou e compilou nesta pasta. @param preparada {@code null} = não há */
    public static Alheios de(Entrega entrega, Path preparada) {
        Coveiro.marcar(MARCA);
        return new Alheios(entrega, Copia.de(entrega, MARCA + "-" + UUID.randomUUID(), preparada));
    }

    /** A cópia já preparada, enquanto não se fecha; {@code null} se cada processo prepara a dele. */
    public Path preparada() {
        return copia.preparada();
    }

    /** Os mesmos, menos os clientes, que passam a ser os nossos; fecham-se estes, e não os outros. */
    public Alheios semClientes() {
        if (entrega == null) {
            return this;
        }
        Map<String, Entrega.Papel> outros = new LinkedHashMap<>(entrega.papeis());
        outros.keySet().removeIf(nome -> Elenco.papel(nome).equals("cliente"));
        return new Alheios(new Entrega(entrega.pasta(), entrega.parte(), entrega.nome(), entrega.preparar(),
                entrega.procurar(), entrega.substituir(), entrega.pesos(), outros), copia);
    }

    /** {@code null} = nenhuns. */
    public Entrega entrega() {
        return entrega;
    }

    /** Se este processo é dos alheios. */
    public boolean tem(String processo) {
        return entrega != null && entrega.tem(processo);
    }

    /** Se este, que é nosso, fala com um dos alheios que só entende o sistema original. */
    boolean semente(String nosso) {
        Set<String> outros = FALA_COM.getOrDefault(Elenco.papel(nosso), Set.of());
        return entrega != null && entrega.papeis().entrySet().stream()
                .anyMatch(um -> um.getValue().semente() && outros.contains(Elenco.papel(um.getKey())));
    }

    /** O que trocar, e não se achou em arquivo nenhum. */
    public List<String> avisos() {
        return copia == null ? List.of() : copia.avisos();
    }

    /**
     * Inicia um, e não espera.
     *
     * @param opcoes as que teria um dos nossos no lugar dele
     * @param dados  onde guarda o que guarda
     */
    Alheio iniciar(String nome, List<String> opcoes, Path dados, List<String> operacao) {
        Entrega.Papel papel = entrega.papel(nome);
        try {
            Files.createDirectories(dados);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Lugares lugares = new Lugares(opcoes).por("id", nome).por("dados", dados.toString()).operacao(operacao);
        Path pasta = dados.resolveSibling(nome + "-programa");
        copia.para(pasta, lugares.por("pasta", pasta.toString()));
        Map<String, String> ambiente = new LinkedHashMap<>();
        papel.ambiente().forEach((variavel, valor) -> {
            String cheio = lugares.encher(valor);
            ambiente.put(variavel, cheio == null ? "" : cheio);
        });
        List<String> comando = lugares.encher(new ArrayList<>(papel.comando()));
        return new Alheio(nome, papel, marca + "-" + numero.incrementAndGet(), comando, ambiente, pasta,
                copia.tamanho(), dados, opcoes);
    }

    /** O que a procura da entrega achou ({@link Entrega#procurar}), uma linha para cada passo; vazia se nada. */
    public List<String> procurar() {
        return copia.procurar();
    }

    /** As portas que este processo usa sem que se lhe diga, pelo nome do lugar. */
    Map<String, Integer> portas(String processo) {
        return tem(processo) ? entrega.papel(processo).portas() : Map.of();
    }

    @Override
    public void close() {
        if (copia != null) {
            copia.close();
        }
    }
}
