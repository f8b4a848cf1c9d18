package tests.lab.sala;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tests.lab.palco.Elenco;

/** O que uma execução mostrou até agora, evento a evento: como está cada processo, e o que cada cliente pediu e ouviu. */
final class Visto {

    private static final int LINHAS_DO_DIARIO = 8;
    private static final int DECISAO_MAXIMA = 80;
    private static final Set<String> DOS_VEREDITOS = Set.of("inicio", "cliente", "aplicar", "adotar");
    private static final Set<String> ESQUECE = Set.of("descer", "descartar", "instantaneo");
    private static final Pattern EM_DIA = Pattern.compile("visao epoca=(\\d+) versao=(\\d+) .*?em_dia=\"?\\[([^\\]]*)].*");

    /** Uma operação que chegou a quem ainda não a pode aplicar. */
    record NaFila(long seq, String texto) {
    }

    /**
     * Um processo.
     *
     * @param estado  {@code comecando}, {@code vivo}, {@code parado} ou {@code morto}
     * @param esqueceu quantas vezes pode ter deixado de ter o que aplicara: começou de novo, desceu, tomou o estado de outro
     * @param decidiu a última coisa que decidiu, como a registrou; {@code null} se nada
     */
    record Processo(String estado, long seq, List<NaFila> naFila, List<String> diario, String decidiu, int esqueceu) {
    }

    /** Um cliente. @param indeterminada o id_msg da última que ficou sem se saber; {@code null} se nenhuma */
    record Cliente(int pendentes, String ultima, String indeterminada) {
    }

    private static final class Dele {
        private final boolean guarda; // numera e difunde, e não tem banco
        private String estado = "comecando";
        private long seq;
        private final TreeMap<Long, String> chegaram = new TreeMap<>();
        private final Deque<String> diario = new ArrayDeque<>();
        private String decidiu;
        private int esqueceu;
        private final Deque<String> porResponder = new ArrayDeque<>();
        private String ultima;
        private String indeterminada;

        Dele(boolean guarda) {
            this.guarda = guarda;
        }
    }

    private final Predicate<String> alheio;
    private final Map<String, Dele> todos = new HashMap<>();
    private final List<ObjectNode> paraJulgar = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private List<String> emDia; // null = ninguém o disse
    private long epoca;         // da visão em que estão
    private long versao;

    /** @param alheio se um processo não é nosso: não diz o que aplica, e por isso nem o que guarda à espera */
    Visto(Predicate<String> alheio) {
        this.alheio = alheio;
    }

    synchronized void ver(ObjectNode e) {
        String tipo = e.path("tipo").asText();
        if (DOS_VEREDITOS.contains(tipo)) {
            paraJulgar.add(e);
        }
        switch (tipo) {
            case "processo" -> processo(e.path("nome").asText(), e.path("evento").asText());
            case "mensagem" -> mensagem(e);
            case "aplicar" -> aplicou(dele(e.path("processo").asText()), e);
            case "adotar" -> avancou(dele(e.path("processo").asText()), e.path("seq").asLong());
            case "cliente" -> cliente(dele(e.path("cliente").asText()), e);
            case "decisao" -> decidiu(e);
            default -> { }
        }
    }

    private Dele dele(String nome) {
        return todos.computeIfAbsent(nome, n -> new Dele(List.of("sequenciador", "servidor").contains(Elenco.papel(n))));
    }

    private void processo(String nome, String evento) {
        Dele dele = dele(nome);
        switch (evento) {
            case "iniciado" -> {
                // um cliente não diz que está pronto
                dele.estado = Elenco.papel(nome).equals("cliente") ? "vivo" : "comecando";
                dele.chegaram.clear();
                dele.esqueceu++;
                ficouSemSeSaber(dele);
            }
            case "morto" -> {
                dele.estado = evento;
                ficouSemSeSaber(dele);
            }
            case "pronto", "continuado" -> dele.estado = "vivo";
            default -> dele.estado = evento;
        }
    }

    /** Acabou sem ter resposta ao que pediu: a primeira já ia a caminho, e as outras não as chegou a enviar. */
    private static void ficouSemSeSaber(Dele dele) {
        if (!dele.porResponder.isEmpty()) {
            dele.indeterminada = dele.porResponder.peek();
            dele.porResponder.clear();
        }
    }

    private void mensagem(ObjectNode e) {
        Dele deQuem = dele(e.path("de").asText());
        if (e.path("evento").asText().equals("enviada") && e.path("seq").asLong() > deQuem.seq && deQuem.guarda) {
            deQuem.seq = e.path("seq").asLong(); // só se difunde o que já está no diário
            anotar(deQuem, e.path("seq").asText() + " " + e.path("resumo").asText());
        }
        if (e.path("evento").asText().equals("entregue") && e.has("seq") && !alheio.test(e.path("para").asText())) {
            Dele quem = dele(e.path("para").asText());
            if (e.path("seq").asLong() > quem.seq) {
                quem.chegaram.put(e.path("seq").asLong(), e.path("resumo").asText());
            }
        }
    }

    private static void aplicou(Dele dele, ObjectNode e) {
        avancou(dele, e.path("seq").asLong());
        anotar(dele, (e.path("seq").asLong() > 0 ? e.path("seq").asText() + " " : "") + e.path("operacao").asText() + " "
                + juntar(e.path("contas")) + " " + e.path("valor").asText() + ": " + e.path("resultado").asText());
    }

    private static String juntar(JsonNode lista) {
        return StreamSupport.stream(lista.spliterator(), false).map(JsonNode::asText).collect(Collectors.joining(" > "));
    }

    private static void anotar(Dele dele, String linha) {
        dele.diario.add(linha);
        while (dele.diario.size() > LINHAS_DO_DIARIO) {
            dele.diario.remove();
        }
    }

    private static void avancou(Dele dele, long seq) {
        dele.seq = seq;
        dele.chegaram.headMap(seq, true).clear();
    }

    private void cliente(Dele dele, ObjectNode e) {
        String id = e.path("id_msg").asText();
        if (e.path("evento").asText().equals("pede")) {
            dele.porResponder.add(id);
            dele.estado = "vivo";
            dele.indeterminada = id.equals(dele.indeterminada) ? null : dele.indeterminada;
            ids.add(id);
            return;
        }
        dele.porResponder.remove(id);
        dele.ultima = e.path("texto").asText();
        if (e.path("evento").asText().equals("indeterminada")) { // desistiu de tudo
            dele.indeterminada = id;
            dele.porResponder.clear();
        }
    }

    private void decidiu(ObjectNode e) {
        String texto = e.path("texto").asText();
        Dele dele = dele(e.path("processo").asText());
        dele.esqueceu += ESQUECE.contains(texto.split(" ")[0]) ? 1 : 0;
        dele.decidiu = texto.length() <= DECISAO_MAXIMA ? texto : texto.substring(0, DECISAO_MAXIMA - 1) + "…";
        Matcher m = EM_DIA.matcher(texto);
        if (m.matches() && maisNova(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)))) {
            emDia = Stream.of(m.group(3).split(", ?")).map(nome -> nome.replaceFirst("#.*", ""))
                    .filter(nome -> !nome.isEmpty()).toList();
        }
    }

    /** A mesma visão dizem-na vários, cada um a seu tempo. */
    private boolean maisNova(long deEpoca, long deVersao) {
        boolean nova = deEpoca > epoca || deEpoca == epoca && deVersao >= versao;
        epoca = nova ? deEpoca : epoca;
        versao = nova ? deVersao : versao;
        return nova;
    }

    // ───── O que se sabe ─────

    /** @return {@code null} se ainda não começou */
    synchronized Processo processo(String nome) {
        Dele dele = todos.get(nome);
        if (dele == null) {
            return null;
        }
        List<NaFila> fila = dele.chegaram.entrySet().stream().map(par -> new NaFila(par.getKey(), par.getValue())).toList();
        return new Processo(dele.estado, dele.seq, fila, List.copyOf(dele.diario), dele.decidiu, dele.esqueceu);
    }

    synchronized Cliente cliente(String nome) {
        Dele dele = todos.getOrDefault(nome, new Dele(false));
        return new Cliente(dele.porResponder.size(), dele.ultima, dele.indeterminada);
    }

    /** Quem está em dia, diz a testemunha; {@code null} se ninguém o disse. */
    synchronized List<String> emDia() {
        return emDia;
    }

    /** Os eventos de que dependem os vereditos. */
    synchronized List<ObjectNode> paraJulgar() {
        return new ArrayList<>(paraJulgar);
    }

    /** Os id_msg de tudo o que se pediu. */
    synchronized List<String> ids() {
        return List.copyOf(ids);
    }
}
