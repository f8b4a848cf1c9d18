package tests.lab.provas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part2.rpc.PortaRpc;
import shared.Envelope;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.Registro;

/**
 * O servidor RPC que se põe diante de um worker, ou de um cliente: enfileira o que se lhe manda (PUSH), e responde às
 * chamadas, em JSON-RPC ou em RPyC, também a historico.
 */
final class FazServidor extends Par {

    private static final String HISTORIA = "prova";
    private static final int REPETIR_MS = 100; // o último da fila, como os nossos: quem o perdeu fica a saber

    private final Endereco porta;
    private final Endereco worker;
    private final Registro registro = new Registro("prova", true);
    private final List<Envelope> numeradas = new ArrayList<>();
    private final List<Operacao> chamadas = new CopyOnWriteArrayList<>();
    private final List<Long> pediram = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<String>> porResponder = new ArrayList<>();
    private PortaRpc rpc;
    private Ligacao fila;
    private boolean cala;
    private byte[] ultimo; // null = nenhum numerado
    private long enviouEm;

    FazServidor(Bancada b) {
        super("servidor", true);
        this.porta = b.endereco("servidor", "porta");
        this.worker = b.endereco("worker-1", "porta");
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        try {
            rpc = new PortaRpc(Defesa.emClaro(), porta.maquina(), porta.porta(), registro);
            rpc.abrirPara(this::enfileirar, pedido -> Json.escrever(historico(Json.inteiro(pedido, "desde"))),
                    pedido -> Json.escrever(historico(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fila = soquetes.manter(SocketType.PUSH, worker, registro);
        return soquetes.vigiar(List.of(fila));
    }

    @Override
    void atender() {
        try {
            rpc.atender(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (ultimo != null && System.nanoTime() - enviouEm > REPETIR_MS * 1_000_000L && fila.enviar(ultimo)) {
            enviouEm = System.nanoTime();
        }
    }

    private void enfileirar(Operacao op, CompletableFuture<String> resposta) {
        chamadas.add(op);
        if (cala) {
            porResponder.add(resposta); // e nunca se responde
            return;
        }
        String feito = op.tipo() == Operacao.Tipo.TRANSFERENCIA ? " enfileirada: " : " enfileirado: ";
        resposta.complete(op.tipo() + feito + op.id_msg());
    }

    private ObjectNode historico(long desde) {
        pediram.add(desde);
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("historia", HISTORIA).put("primeira", 1)
                .put("ultima", numeradas.size());
        ArrayNode envelopes = resposta.putArray("envelopes");
        numeradas.stream().skip(desde - 1)
                .forEach(e -> envelopes.add(Json.ler(e.json().getBytes(StandardCharsets.UTF_8))));
        return resposta;
    }

    @Override
    public void close() {
        super.close();
        try {
            rpc.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ───── O que a prova manda ─────

    /** Espera que o worker atenda: daqui em diante, o que se envia chega-lhe. */
    void esperarWorker(Bancada b, Posto worker) {
        diante(worker);
        ate(b, "o worker não atende na porta da fila dele (um PULL)", () -> fazer(fila::apresentada));
    }

    /** Põe exatamente isto na fila do worker. */
    void enviar(Bancada b, String texto) {
        byte[] bytes = texto.getBytes(StandardCharsets.UTF_8);
        b.seta("servidor", "worker-1", Json.citar(texto, 120), null);
        ate(b, "o worker não recebe o que está na fila dele", () -> fazer(() -> fila.enviar(bytes)));
    }

    /** Dá o número seguinte a esta operação, e não a envia. */
    Envelope numerar(Operacao op) {
        return fazer(() -> {
            numeradas.add(new Envelope(numeradas.size() + 1, op, HISTORIA));
            return numeradas.get(numeradas.size() - 1);
        });
    }

    /** Numera-a e envia-a. */
    void enfileirar(Bancada b, Operacao op) {
        String envelope = numerar(op).json();
        enviar(b, envelope);
        fazer(() -> ultimo = envelope.getBytes(StandardCharsets.UTF_8));
    }

    /** Ouve as chamadas, e não lhes responde; ou volta a responder. */
    void calar(boolean sim) {
        fazer(() -> cala = sim);
    }

    /** As operações com que o chamaram, por ordem; com o id_msg da chamada, ou um que aqui se sorteou. */
    List<Operacao> chamadas() {
        return List.copyOf(chamadas);
    }

    /** De que número em diante lhe pediram o que houve. */
    List<Long> pediram() {
        return List.copyOf(pediram);
    }
}
