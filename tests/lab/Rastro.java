//SOURCES ../../shared/Json.java
package tests.lab;

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
import java.util.TreeMap;
import shared.Json;

/**
 * Tudo o que aconteceu numa execução, com um relógio só: cada mensagem em cada enlace, cada operação aplicada, cada falta, o que
 * os clientes pediram e ouviram. Um objeto JSON por linha, que se guarda e se relê. Várias linhas de execução podem anotar.
 */
public final class Rastro implements AutoCloseable {

    private final long inicio = System.nanoTime();
    private final List<ObjectNode> eventos = new ArrayList<>();
    private final BufferedWriter arquivo; // null = só na memória

    /** Um rastro só na memória. */
    public Rastro() {
        this.arquivo = null;
    }

    /** Um rastro que também se escreve num arquivo, linha a linha. */
    public Rastro(Path arquivo) throws IOException {
        this.arquivo = Files.newBufferedWriter(arquivo);
    }

    /** Milissegundos desde o começo, com três casas. */
    public double agora() {
        return (System.nanoTime() - inicio) / 1_000 / 1e3;
    }

    /** Um evento que acontece agora; só conta depois de {@link #anotar}. */
    public ObjectNode evento(String tipo) {
        return Json.MAPPER.createObjectNode().put("t", agora()).put("tipo", tipo);
    }

    public synchronized void anotar(ObjectNode evento) {
        eventos.add(evento);
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

    /** Relê um rastro. @throws shared.MensagemInvalida se uma linha não é um objeto JSON */
    public static List<ObjectNode> ler(Path arquivo) throws IOException {
        List<ObjectNode> lidos = new ArrayList<>();
        for (String linha : Files.readAllLines(arquivo)) {
            if (!linha.isBlank()) {
                lidos.add(Json.lerGrande(linha.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return lidos;
    }

    /**
     * O rastro no formato do ShiViz: a expressão que o lê, uma linha em branco, e cada evento em duas linhas, com o relógio
     * vetorial. Uma entrega herda o relógio do envio; o resto é local.
     */
    public static String shiviz(List<ObjectNode> eventos) {
        StringBuilder texto = new StringBuilder("(?<event>.*)\\n(?<host>\\S+) (?<clock>\\{.*\\})\n\n");
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
            default -> "";
        };
    }

    private static String dizer(JsonNode evento) {
        String texto = switch (evento.path("tipo").asText()) {
            case "mensagem" -> evento.path("evento").asText() + " " + evento.path("resumo").asText();
            case "aplicar" -> "aplicar " + evento.path("operacao").asText() + " " + evento.path("resultado").asText();
            case "cliente" -> evento.path("evento").asText() + " " + evento.path("operacao").asText() + " " + evento.path("texto").asText();
            default -> evento.path("evento").asText() + evento.path("texto").asText();
        };
        return texto.replaceAll("\\s+", " ").strip();
    }

    @Override
    public void close() throws IOException {
        if (arquivo != null) {
            arquivo.close();
        }
    }
}
