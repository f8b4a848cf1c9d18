package tests.lab.palco;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Os lugares de um comando alheio, {@code {pedidos}}, e o que se põe neles: o mesmo que as nossas opções com esse nome
 * dizem, e pedaços disso. De {@code --ordem 127.0.0.1:7003}: {@code {ordem}} é {@code 127.0.0.1:7003}, {@code {porta-ordem}}
 * é {@code 7003}; de {@code --pedidos 7002}, onde se escuta: {@code {pedidos}} é {@code 7002}, {@code {endereco-pedidos}} é
 * {@code 127.0.0.1:7002}. De uma lista, {@code {workers-1}} é o primeiro, e {@code {workers*}}
 * uma palavra para cada um.
 */
final class Lugares {

    /** Os que servem em qualquer papel. */
    static final Set<String> DE_TODOS = Set.of("id", "dados", "pasta", "java", "javac", "classpath", "python");

    /** O do sistema, que tem o que o apt-get instala, se há um. */
    private static final String PYTHON = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

    private static final Pattern LUGAR = Pattern.compile("\\{\\{|\\{([a-z][a-z0-9-]*\\*?)}");
    private static final Pattern ENDERECOS = Pattern.compile("[\\w.-]+:\\d+(,[\\w.-]+:\\d+)*");

    private static final Map<String, List<String>> ESCUTA = Map.of(
            "1 cliente", List.of("porta"),
            "2 servidor", List.of("porta"),
            "2 worker", List.of("porta"),
            "3 sequenciador", List.of("pedidos", "ordem"),
            "4 testemunha", List.of("porta"),
            "4 primario", List.of("pedidos", "atualizacoes"),
            "4 backup", List.of("pedidos", "atualizacoes"));
    private static final Map<String, List<String>> LIGA = Map.of(
            "1 replica", List.of("clientes"),
            "2 cliente", List.of("rpc"),
            "2 servidor", List.of("workers"),
            "2 worker", List.of("rpc"),
            "3 cliente", List.of("sequenciador"),
            "3 replica", List.of("ordem", "pedidos"),
            "4 cliente", List.of("primario"),
            "4 primario", List.of("testemunha"),
            "4 backup", List.of("testemunha", "pedidos-primario", "atualizacoes-primario"));

    private final Map<String, String> valores = new LinkedHashMap<>();
    private final List<String> opcoes;
    private List<String> operacao = List.of();

    /** @param opcoes as que teria um dos nossos no lugar dele */
    Lugares(List<String> opcoes) {
        this.opcoes = opcoes;
        for (int i = 0; i + 1 < opcoes.size(); i++) {
            if (opcoes.get(i).startsWith("--") && !opcoes.get(i + 1).startsWith("--")) {
                valor(opcoes.get(i).substring(2), opcoes.get(i + 1));
            }
        }
        por("java", System.getProperty("java.home") + "/bin/java");
        por("javac", System.getProperty("java.home") + "/bin/javac");
        por("classpath", System.getProperty("java.class.path"));
        por("python", PYTHON);
    }

    private void valor(String nome, String valor) {
        por(nome, valor);
        if (valor.matches("\\d+")) {
            por("endereco-" + nome, "127.0.0.1:" + valor);
        } else if (ENDERECOS.matcher(valor).matches()) {
            por("porta-" + nome, valor.replaceAll("[^,]*:", ""));
            String[] todos = valor.split(",");
            for (int i = 0; i < todos.length; i++) {
                por(nome + "-" + (i + 1), todos[i]);
                por("porta-" + nome + "-" + (i + 1), todos[i].replaceFirst(".*:", ""));
            }
        }
    }

    Lugares por(String nome, String valor) {
        valores.put(nome, valor);
        return this;
    }

    /** Uma operação, em palavras. */
    Lugares operacao(List<String> palavras) {
        operacao = palavras;
        return this;
    }

    // ───── Que lugares há ─────

    /** Os nomes dos que há num papel, além dos de todos. */
    static Set<String> de(int parte, String papel) {
        Set<String> nomes = new TreeSet<>(Set.of("opcoes"));
        portas(parte, papel).forEach(nome -> nomes.add(nome));
        escuta(parte, papel).forEach(nome -> nomes.add("endereco-" + nome));
        LIGA.getOrDefault(parte + " " + papel, List.of()).forEach(nome -> nomes.add("porta-" + nome));
        if (papel.equals("cliente")) {
            nomes.add("operacao");
            if (parte == 1) {
                nomes.add("esperar");
            }
        }
        return nomes;
    }

    /** Os nomes das portas e dos endereços de um papel. */
    static List<String> portas(int parte, String papel) {
        return Stream.concat(escuta(parte, papel).stream(), LIGA.getOrDefault(parte + " " + papel, List.of()).stream())
                .toList();
    }

    private static List<String> escuta(int parte, String papel) {
        boolean banco = Palco.TEM_BANCO.contains(Elenco.classe(parte, papel));
        return Stream.concat(ESCUTA.getOrDefault(parte + " " + papel, List.of()).stream(),
                banco ? Stream.of("consulta") : Stream.of()).toList();
    }

    /** Os lugares que há neste texto. */
    static Stream<String> em(String texto) {
        return LUGAR.matcher(texto).results().map(achado -> achado.group(1)).filter(nome -> nome != null);
    }

    /** Se um lugar é um destes, ou um pedaço de um deles. */
    static boolean conhece(String lugar, Set<String> quais) {
        return quais.contains(lugar) || quais.contains(lugar.replaceFirst("(-[1-9]|\\*)$", ""));
    }

    // ───── O que se põe neles ─────

    /** O texto com os lugares cheios; {@code null} se algum aqui não tem valor. */
    String encher(String texto) {
        if (em(texto).anyMatch(nome -> !valores.containsKey(nome))) {
            return null;
        }
        return LUGAR.matcher(texto).replaceAll(achado -> Matcher.quoteReplacement(
                achado.group(1) == null ? "{" : valores.get(achado.group(1))));
    }

    /**
     * Um comando com os lugares cheios. Uma palavra de que algum não tem valor (a testemunha, onde não há nenhuma) não se
     * põe, nem a opção que ela tem antes.
     */
    List<String> encher(List<String> comando) {
        List<String> palavras = new ArrayList<>();
        for (String palavra : comando) {
            if (palavra.equals("{operacao}")) {
                palavras.addAll(operacao);
            } else if (palavra.equals("{opcoes}")) {
                palavras.addAll(opcoes);
            } else if (palavra.endsWith("*}") && valores.containsKey(palavra.substring(1, palavra.length() - 2))) {
                palavras.addAll(List.of(valores.get(palavra.substring(1, palavra.length() - 2)).split(",")));
            } else if (encher(palavra) != null) {
                palavras.add(encher(palavra));
            } else if (palavras.size() > 1 && palavras.get(palavras.size() - 1).startsWith("-")) {
                palavras.remove(palavras.size() - 1);
            }
        }
        return palavras;
    }
}
