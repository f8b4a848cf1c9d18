//SOURCES Trio.java
package tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import shared.Operacao;
import shared.texto.Json;
import tests.Processo;

/** etcd com três membros, que só dá uma ordem às operações. */
class Etcd extends Trio {

    static final String NOME = "etcd (3 membros)";

    private static final Duration POUCO = Duration.ofMillis(250); // como esperam os nossos clientes, antes de pedir a outro
    private static final int PARES = 4; // as portas deles, depois das dos clientes

    private final HttpClient http = HttpClient.newHttpClient();

    Etcd() {
        super(NOME);
    }

    @Override
    public void iniciar() {
        String etcd = Vizinhos.procurar("etcd");
        String todos = cada(i -> "m" + i + "=http://" + local(porta(PARES + i)));
        for (int i = 0; i < MEMBROS; i++) {
            String pares = "http://" + local(porta(PARES + i));
            String clientes = "http://" + local(porta(1 + i));
            juntar(Processo.comando(etcd, "--name", "m" + i, "--data-dir", pasta().resolve("m" + i).toString(),
                    "--listen-peer-urls", pares, "--initial-advertise-peer-urls", pares,
                    "--listen-client-urls", clientes, "--advertise-client-urls", clientes,
                    "--initial-cluster", todos, "--log-level", "error"));
        }
        esperarLider();
        protocolo = new Protocolo.Etcd();
    }

    @Override
    boolean lidera(int porta) {
        JsonNode estado = pedirHttp(porta, "maintenance/status", "{}");
        return estado.path("leader").asText("?").equals(estado.path("header").path("member_id").asText());
    }

    @Override
    boolean confirma(int qual, Operacao op) {
        return pedirHttp(porta(qual), "kv/put", Protocolo.Etcd.corpo(op)).path("header").has("revision");
    }

    /** A resposta; vazia se não veio. */
    private JsonNode pedirHttp(int porta, String o, String corpo) {
        try {
            return Json.MAPPER.readTree(http.send(HttpRequest.newBuilder(URI.create("http://" + local(porta) + "/v3/" + o))
                    .timeout(POUCO).POST(HttpRequest.BodyPublishers.ofString(corpo)).build(),
                    HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            return Json.MAPPER.createObjectNode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
