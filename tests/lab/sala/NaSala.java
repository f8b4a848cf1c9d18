//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
package tests.lab.sala;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.texto.Json;
import tests.Processo;

/** Uma sala de pé, com quem a vê e quem age, por HTTP, como a página. */
final class NaSala implements AutoCloseable {

    private static final Pattern ONDE = Pattern.compile("sala em http://([\\d.]+):(\\d+)/#agir=(\\w+)");

    /** Alguém que vê: o que a sala lhe foi contando. */
    final class Leitor implements AutoCloseable {
        private final InputStream corpo;
        private final List<JsonNode> rastro = new ArrayList<>();
        private JsonNode estado = Json.MAPPER.createObjectNode();
        private String ligacao;
        private String ultimoId;

        Leitor(String desde) throws IOException {
            HttpRequest.Builder pedido = HttpRequest.newBuilder(URI.create(raiz + "/eventos"));
            if (!desde.isEmpty()) {
                pedido.header("Last-Event-ID", desde);
            }
            try {
                corpo = http.send(pedido.build(), BodyHandlers.ofInputStream()).body();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Thread linha = new Thread(this::ler, "leitor");
            linha.setDaemon(true);
            linha.start();
        }

        private void ler() {
            try (BufferedReader texto = new BufferedReader(new InputStreamReader(corpo, StandardCharsets.UTF_8))) {
                String evento = "";
                for (String linha; (linha = texto.readLine()) != null; ) {
                    if (linha.startsWith("event: ")) {
                        evento = linha.substring(7);
                    } else if (linha.startsWith("id: ")) {
                        ultimoId = linha.substring(4);
                    } else if (linha.startsWith("data: ")) {
                        chegou(evento, Json.MAPPER.readTree(linha.substring(6)));
                    }
                }
            } catch (IOException e) {
                // fechou-se
            }
        }

        private synchronized void chegou(String evento, JsonNode dados) {
            switch (evento) {
                case "comeco" -> {
                    rastro.clear();
                    ligacao = dados.path("ligacao").asText();
                }
                case "rastro" -> rastro.add(dados);
                default -> estado = dados;
            }
        }

        synchronized List<JsonNode> rastro(String tipo) {
            return rastro.stream().filter(e -> e.path("tipo").asText().equals(tipo)).toList();
        }

        synchronized JsonNode estado() {
            return estado;
        }

        synchronized String ultimoId() {
            return ultimoId;
        }

        @Override
        public void close() throws IOException {
            corpo.close();
        }
    }

    private final Processo processo;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String maquina;
    private final int porta;
    private final String raiz;
    private final String senha;
    private final Leitor leitor;

    /** @param argumentos os de {@code lab sala}; sem {@code --porta}, uma livre */
    NaSala(String... argumentos) {
        this(Map.of(), argumentos);
    }

    /** O mesmo, com estas variáveis no ambiente dela. */
    NaSala(Map<String, String> ambiente, String... argumentos) {
        boolean comPorta = List.of(argumentos).contains("--porta");
        List<String> comando = new ArrayList<>(List.of("env"));
        ambiente.forEach((nome, valor) -> comando.add(nome + "=" + valor));
        comando.add(System.getProperty("java.home") + "/bin/java");
        comando.addAll(Processo.DEPRESSA);
        comando.addAll(List.of("-cp", System.getProperty("java.class.path"), "tests.lab.Lab", "sala"));
        comando.addAll(List.of(argumentos));
        comando.addAll(comPorta ? List.of() : List.of("--porta", "" + Processo.portaLivre()));
        processo = Processo.comando(comando.toArray(String[]::new));
        processo.esperarPronto();
        Matcher onde = ONDE.matcher(String.join("\n", processo.registro()));
        assertTrue(onde.find(), processo.registro()::toString);
        maquina = onde.group(1);
        porta = Integer.parseInt(onde.group(2));
        raiz = "http://" + maquina + ":" + porta;
        senha = onde.group(3);
        try {
            leitor = new Leitor("");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    int porta() {
        return porta;
    }

    String senha() {
        return senha;
    }

    Processo processo() {
        return processo;
    }

    // ───── Ver ─────

    JsonNode estado() {
        return leitor.estado();
    }

    /** Espera que o estado da sala seja assim. @return o que é */
    JsonNode esperar(String oQue, Predicate<JsonNode> condicao) {
        JsonNode[] este = {leitor.estado()};
        try {
            Processo.esperar(oQue, Processo.PRAZO.multipliedBy(6), () -> { // mais do que espera um passo de uma cena
                este[0] = leitor.estado();
                return este[0].has("processos") && condicao.test(este[0]);
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; a sala está assim: " + este[0], e);
        }
        return este[0];
    }

    Leitor outroLeitor(String desde) throws IOException {
        return new Leitor(desde);
    }

    // ───── Agir ─────

    static ObjectNode objeto(Object... pares) {
        ObjectNode objeto = Json.MAPPER.createObjectNode();
        for (int i = 0; i < pares.length; i += 2) {
            objeto.set((String) pares[i], Json.MAPPER.valueToTree(pares[i + 1]));
        }
        return objeto;
    }

    void agir(String acao, Object... pares) throws Exception {
        HttpResponse<String> r = mandar(acao, pares);
        assertEquals(200, r.statusCode(), r.body());
    }

    void recusa(String acao, String porque, Object... pares) throws Exception {
        HttpResponse<String> r = mandar(acao, pares);
        assertTrue(r.statusCode() >= 400 && r.statusCode() < 500 && r.body().contains(porque), r.body());
    }

    private HttpResponse<String> mandar(String acao, Object... pares) throws Exception {
        return postar("/agir", objeto(pares).put("acao", acao).toString(), "X-Sala", senha);
    }

    /** Uma parte, do princípio. */
    void comecar(int parte) throws Exception {
        agir("parte", "parte", parte, "clientes", 2);
        esperar("a parte " + parte, s -> s.path("parte").asInt() == parte && s.path("ocupada").isNull()
                && s.path("gravado").isEmpty());
    }

    void responder(String resposta) throws Exception {
        HttpResponse<String> r = postar("/responder", objeto("ligacao", leitor.ligacao, "resposta", resposta).toString());
        assertEquals(200, r.statusCode(), r.body());
    }

    String gravada() throws Exception {
        HttpResponse<String> r = obter("/cena.cena");
        assertEquals(200, r.statusCode(), r.body());
        return r.body();
    }

    HttpResponse<String> postar(String caminho, String corpo, String... cabecalhos) throws Exception {
        HttpRequest.Builder pedido = HttpRequest.newBuilder(URI.create(raiz + caminho))
                .POST(BodyPublishers.ofString(corpo));
        for (int i = 0; i < cabecalhos.length; i += 2) {
            pedido.header(cabecalhos[i], cabecalhos[i + 1]);
        }
        return http.send(pedido.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> obter(String caminho) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(raiz + caminho)).build(), BodyHandlers.ofString());
    }

    // ───── Sem navegador ─────

    /** Pede, e não lê nada. */
    Socket ligar(String caminho, String cabecalhos) throws IOException {
        Socket soquete = new Socket(maquina, porta);
        soquete.getOutputStream().write(("GET " + caminho + " HTTP/1.1\r\nHost: " + maquina + ":" + porta + "\r\n"
                + cabecalhos + "\r\n").getBytes(StandardCharsets.UTF_8));
        return soquete;
    }

    /** O que se responde a estes bytes, até à primeira pausa. */
    String bruto(String pedido) throws IOException {
        try (Socket soquete = new Socket(maquina, porta)) {
            soquete.setSoTimeout((int) Processo.PRAZO.toMillis());
            soquete.getOutputStream().write(pedido.getBytes(StandardCharsets.UTF_8));
            byte[] bloco = new byte[4096];
            int lidos = soquete.getInputStream().read(bloco);
            return new String(bloco, 0, Math.max(0, lidos), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        processo.close();
    }
}
