package tests.lab.provas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.EstadoDoBanco;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/**
 * O sequenciador que se põe diante de uma réplica: difunde o que se lhe manda, quando se lhe manda. Como um do sistema
 * original, não responde a mais nada; como um dos nossos, diz a sua história, repete a última, e responde a HISTORICO e a
 * INSTANTANEO.
 */
final class FazSequenciador extends Par {

    private static final String HISTORIA = "prova";
    private static final int REPETIR_MS = 100;

    private final Endereco pedidos;
    private final Endereco ordem;
    private final boolean nosso;
    private final Bancada b;
    private final Registro registro = new Registro("prova", true);
    private final List<String> perguntas = new CopyOnWriteArrayList<>();
    private final List<Envelope> numeradas = new ArrayList<>();
    private Pedidos porta;
    private ZMQ.Socket difusao;
    private Assinantes assinantes;
    private Banco apagado = new Banco();    // o que davam as que já não se lembram…
    private long primeira = 1;              // …que são as de antes desta
    private boolean responde = true;
    private long difundiuEm;

    FazSequenciador(Bancada b, boolean nosso) {
        super("sequenciador", nosso);
        this.pedidos = b.endereco("sequenciador", "pedidos");
        this.ordem = b.endereco("sequenciador", "ordem");
        this.nosso = nosso;
        this.b = b;
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, pedidos.maquina(), pedidos.porta(), "pedidos");
        porta = new Pedidos(entrada);
        difusao = soquetes.ligar(SocketType.XPUB, ordem.maquina(), ordem.porta(), "ordem");
        assinantes = new Assinantes(difusao);
        return soquetes.vigiar(entrada, difusao);
    }

    @Override
    void atender() {
        assinantes.ler();
        porta.atender(registro, pedido -> {
            perguntas.add(new String(pedido.corpo(), StandardCharsets.UTF_8));
            return nosso && responde ? responder(Json.ler(pedido.corpo())) : null;
        });
        if (nosso && responde && !numeradas.isEmpty() && System.nanoTime() - difundiuEm > REPETIR_MS * 1_000_000L) {
            enviar(numeradas.get(numeradas.size() - 1).json());
        }
    }

    private String responder(ObjectNode pedido) {
        return switch (Json.texto(pedido, "pedido")) {
            case "HISTORICO" -> Json.escrever(historico(Json.inteiro(pedido, "desde"), Json.inteiro(pedido, "max")));
            case "INSTANTANEO" -> Json.escrever(instantaneo());
            default -> throw new MensagemInvalida("pedido", "só respondo a HISTORICO e a INSTANTANEO");
        };
    }

    private ObjectNode historico(long desde, long max) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("historia", HISTORIA).put("primeira", primeira)
                .put("ultima", numeradas.size());
        ArrayNode envelopes = resposta.putArray("envelopes");
        numeradas.stream().filter(e -> e.seq() >= Math.max(desde, primeira) && desde >= primeira).limit(max)
                .forEach(e -> envelopes.add(Json.ler(e.json().getBytes(StandardCharsets.UTF_8))));
        return resposta;
    }

    private ObjectNode instantaneo() {
        String texto = Json.escrever(EstadoDoBanco.de(apagado));
        return Json.MAPPER.createObjectNode().put("historia", HISTORIA).put("posicao", primeira - 1)
                .put("tamanho", texto.length()).put("desde", 0).put("texto", texto);
    }

    private void enviar(String texto) {
        difusao.send(texto.getBytes(StandardCharsets.UTF_8));
        difundiuEm = System.nanoTime();
    }

    // ───── O que a prova manda ─────

    /** Espera que alguém assine a ordem: daqui em diante, o que se difunde chega-lhe. */
    void esperarReplica(Bancada b, Posto replica) {
        diante(replica);
        ate(b, "a réplica não assinou a ordem (um SUB, que assina tudo)",
                this::temReplica);
    }

    /** Se alguém assina. */
    boolean temReplica() {
        return fazer(() -> assinantes.quantos() > 0);
    }

    /** Dá o número seguinte a esta operação, e não a difunde. */
    Envelope numerar(Operacao op) {
        return fazer(() -> {
            numeradas.add(new Envelope(numeradas.size() + 1, op, nosso ? HISTORIA : null));
            return numeradas.get(numeradas.size() - 1);
        });
    }

    /** Numera-a e difunde-a. */
    Envelope difundir(Operacao op) {
        Envelope envelope = numerar(op);
        b.seta("sequenciador", "replica-1", "seq=" + envelope.seq() + " " + Operacoes.dizer(op), op);
        fazer(() -> {
            enviar(envelope.json());
            return null;
        });
        return envelope;
    }

    /** Difunde exatamente isto. */
    void difundir(String texto) {
        b.seta("sequenciador", "replica-1", Json.citar(texto, 120), null);
        fazer(() -> {
            enviar(texto);
            return null;
        });
    }

    /** Ouve o que se lhe pede, e não responde nem repete, ou volta a fazê-lo. */
    void responder(boolean sim) {
        fazer(() -> responde = sim);
    }

    /** Esquece as que numerou até agora: fica só um instantâneo delas. */
    void apagar() {
        fazer(() -> {
            numeradas.stream().skip(primeira - 1).forEach(e -> apagado.aplicar(e.op()));
            primeira = numeradas.size() + 1;
            return null;
        });
    }

    /** O que lhe pediram até agora, com isto. */
    List<String> perguntas(String com) {
        return perguntas.stream().filter(texto -> texto.contains(com)).toList();
    }
}
