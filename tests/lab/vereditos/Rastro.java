package tests.lab.vereditos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Tudo o que aconteceu numa execução, com um relógio só: cada mensagem em cada enlace, cada operação aplicada, cada falta, o
 * que os clientes pediram e ouviram. Um objeto JSON por linha, que se guarda e se relê. Várias linhas de execução podem
 * anotar.
 */
public final class Rastro implements AutoCloseable {

    private static final Set<String> DE_PROCESSO = Set.of("matar", "parar", "continuar", "iniciar");

    private final long inicio = System.nanoTime();
    private final List<ObjectNode> eventos = new ArrayList<>();
    private final BufferedWriter arquivo; // null = só na memória
    private final List<Consumer<ObjectNode>> ouvintes = new ArrayList<>();
    private Predicate<ObjectNode> lembra = evento -> true;

    /** Um rastro só na memória. */
    public Rastro() {
        this.arquivo = null;
    }

    /** Um rastro que também se escreve num arquivo, linha a linha. */
    public Rastro(Path arquivo) throws IOException {
        this.arquivo = Files.newBufferedWriter(arquivo);
    }

    /** Daqui em diante diz cada evento a alguém, e não o guarda na memória: para o que roda por tempo indefinido. */
    public Rastro soDizer(Consumer<ObjectNode> ouvinte) {
        return lembrar(evento -> false).dizer(ouvinte);
    }

    /** Daqui em diante diz também cada evento a alguém, que não deve demorar. */
    public synchronized Rastro dizer(Consumer<ObjectNode> ouvinte) {
        ouvintes.add(ouvinte);
        return this;
    }

    /** Daqui em diante só guarda na memória estes. */
    public synchronized Rastro lembrar(Predicate<ObjectNode> quais) {
        lembra = quais;
        return this;
    }

    /** Milissegundos desde o começo, com três casas. */
    public double agora() {
        return (System.nanoTime() - inicio) / 1_000 / 1e3;
    }

    /** Um evento que acontece agora; só conta depois de {@link #anotar}. */
    public ObjectNode evento(String tipo) {
        return Json.MAPPER.createObjectNode().put("t", agora()).put("tipo", tipo);
    }

    /** Guarda um evento. @throws UncheckedIOException se não cabe no disco */
    public synchronized void anotar(ObjectNode evento) {
        if (lembra.test(evento)) {
            eventos.add(evento);
        }
        ouvintes.forEach(ouvinte -> ouvinte.accept(evento));
        if (arquivo != null) {
            try {
                arquivo.write(evento + "\n");
                arquivo.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Os eventos até agora, por ordem de tempo. */
    public synchronized List<ObjectNode> eventos() {
        List<ObjectNode> todos = new ArrayList<>(eventos);
        todos.sort(Comparator.comparingDouble(evento -> evento.path("t").asDouble()));
        return todos;
    }

    /** Guarda os eventos até agora num arquivo. */
    public void guardar(Path onde) throws IOException {
        Files.write(onde, eventos().stream().map(ObjectNode::toString).toList());
    }

    /**
     * Relê um rastro; a última linha, se ficou pela metade, não conta.
     *
     * @throws MensagemInvalida se outra não é um objeto JSON
     */
    public static List<ObjectNode> ler(Path arquivo) throws IOException {
        String texto = Files.readString(arquivo);
        String[] linhas = texto.split("\n");
        List<ObjectNode> lidos = new ArrayList<>();
        for (int i = 0; i < linhas.length; i++) {
            if (!linhas[i].isBlank()) {
                try {
                    lidos.add(Json.lerGrande(linhas[i].getBytes(StandardCharsets.UTF_8)));
                } catch (MensagemInvalida e) {
                    if (i == linhas.length - 1 && !texto.endsWith("\n")) {
                        break; // quem escrevia morreu
                    }
                    throw new MensagemInvalida("rastro", arquivo + ", linha " + (i + 1) + ": " + e.getMessage());
                }
            }
        }
        return lidos;
    }

    /** A expressão com que o ShiViz lê os eventos. */
    public static final String EXPRESSAO_DO_SHIVIZ = "(?<event>.*)\\n(?<host>\\S*) (?<clock>\\{.*\\})";

    /**
     * O rastro no formato do ShiViz (bestchai.bitbucket.io/shiviz): a expressão que o lê, uma linha vazia (é uma execução
     * só), e cada evento em duas linhas, o texto e o relógio vetorial de onde ele aconteceu. Uma entrega herda o relógio do
     * envio; o resto é local. As faltas dos enlaces acontecem num processo a mais, a {@code rede}.
     */
    public static String shiviz(List<ObjectNode> eventos) {
        StringBuilder texto = new StringBuilder(EXPRESSAO_DO_SHIVIZ + "\n\n");
        Map<String, Map<String, Integer>> relogios = new TreeMap<>();
        Map<String, Map<String, Integer>> enviados = new HashMap<>();
        for (ObjectNode evento : eventos) {
            String quem = quem(evento);
            if (quem.isEmpty()) {
                continue;
            }
            Map<String, Integer> relogio = relogios.computeIfAbsent(quem, q -> new TreeMap<>());
            String mensagem = evento.path("enlace").asText() + "#" + evento.path("n").asText();
            if (evento.path("evento").asText().equals("entregue")) {
                enviados.getOrDefault(mensagem, Map.of()).forEach((outro, n) -> relogio.merge(outro, n, Math::max));
            }
            relogio.merge(quem, 1, Integer::sum);
            if (evento.path("evento").asText().equals("enviada")) {
                enviados.put(mensagem, new TreeMap<>(relogio));
            }
            texto.append(dizer(evento)).append('\n').append(quem).append(' ')
                    .append(Json.escrever(Json.MAPPER.valueToTree(relogio))).append('\n');
        }
        return texto.toString();
    }

    /** Em que processo isto aconteceu; vazio se em nenhum. */
    private static String quem(JsonNode evento) {
        return switch (evento.path("tipo").asText()) {
            case "mensagem" -> switch (evento.path("evento").asText()) {
                case "enviada" -> evento.path("de").asText();
                case "entregue" -> evento.path("para").asText();
                default -> "";
            };
            case "aplicar", "decisao", "adotar" -> evento.path("processo").asText();
            case "cliente" -> evento.path("cliente").asText();
            case "processo" -> evento.path("nome").asText();
            // a de um processo já está nele
            case "falta" -> DE_PROCESSO.contains(evento.path("evento").asText()) ? "" : "rede";
            default -> "";
        };
    }

    private static String dizer(JsonNode evento) {
        String texto = switch (evento.path("tipo").asText()) {
            case "mensagem" -> evento.path("evento").asText() + " " + evento.path("resumo").asText();
            case "aplicar" -> "aplicar " + evento.path("operacao").asText() + " " + evento.path("resultado").asText();
            case "falta" -> evento.path("evento").asText() + " " + evento.path("alvo").asText() + " "
                    + evento.path("texto").asText();
            case "cliente" -> evento.path("evento").asText() + " " + evento.path("operacao").asText() + " "
                    + evento.path("texto").asText();
            case "adotar" -> "adotar seq=" + evento.path("seq").asText();
            default -> evento.path("evento").asText() + evento.path("texto").asText();
        };
        // com chaves, a expressão leria aqui um relógio
        return texto.replaceAll("\\s+", " ").replace('{', '(').replace('}', ')').strip();
    }

    @Override
    public void close() throws IOException {
        if (arquivo != null) {
            arquivo.close();
        }
    }
}
