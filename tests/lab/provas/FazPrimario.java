package tests.lab.provas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Mensagens.Conferencia;
import part4.regra.Mensagens.Pulso;
import shared.Envelope;
import shared.Operacao;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/**
 * O primário que se põe diante de um backup. Como um do sistema original, difunde operações simples e não responde a nada;
 * como um dos nossos, numera-as, diz a época, dá sinal de vida, e responde às notícias e a HISTORICO.
 */
final class FazPrimario extends Par {

    private static final int PULSO_MS = 50;

    private final Endereco pedidos;
    private final Endereco atualizacoes;
    private final boolean nosso;
    private final Bancada b;
    private final Registro registro = new Registro("prova", true);
    private final List<ObjectNode> noticias = new CopyOnWriteArrayList<>();
    private final List<Envelope> numeradas = new ArrayList<>();
    private Pedidos porta;
    private ZMQ.Socket difusao;
    private Assinantes assinantes;
    private boolean responde = true;
    private long epoca = 1;
    private long pulsoEm;

    FazPrimario(Bancada b, boolean nosso) {
        super("primario", nosso);
        this.pedidos = b.endereco("primario", "pedidos");
        this.atualizacoes = b.endereco("primario", "atualizacoes");
        this.nosso = nosso;
        this.b = b;
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, pedidos.maquina(), pedidos.porta(), "pedidos");
        porta = new Pedidos(entrada);
        difusao = soquetes.ligar(SocketType.XPUB, atualizacoes.maquina(), atualizacoes.porta(), "atualizacoes");
        assinantes = new Assinantes(difusao);
        return soquetes.vigiar(entrada, difusao);
    }

    @Override
    void atender() {
        assinantes.ler();
        porta.atender(registro, pedido -> nosso ? responder(Json.ler(pedido.corpo())) : null);
        if (nosso && responde && System.nanoTime() - pulsoEm > PULSO_MS * 1_000_000L) {
            pulsoEm = System.nanoTime();
            enviar(new Pulso(0, "prova", epoca, numeradas.size()).json());
        }
    }

    private String responder(ObjectNode pedido) {
        switch (Json.texto(pedido, "pedido")) {
            case "NOTICIA" -> {
                noticias.add(pedido);
                boolean conhece = pedido.path("conferido").asBoolean() && pedido.path("epoca").asLong() == epoca;
                long ultimo = Json.inteiro(pedido, "ultimo");
                return conhece || !responde ? null : new Conferencia(epoca, ultimo, ultimo <= numeradas.size()).json();
            }
            case "HISTORICO" -> {
                return responde ? Json.escrever(historico(Json.inteiro(pedido, "desde"))) : null;
            }
            default -> throw new MensagemInvalida("pedido", "só respondo a NOTICIA e a HISTORICO");
        }
    }

    private ObjectNode historico(long desde) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("historia", Long.toString(epoca)).put("primeira", 1)
                .put("ultima", numeradas.size());
        ArrayNode envelopes = resposta.putArray("envelopes");
        numeradas.stream().skip(desde - 1)
                .forEach(e -> envelopes.add(Json.ler(e.json().getBytes(StandardCharsets.UTF_8))));
        return resposta;
    }

    private void enviar(String texto) {
        difusao.send(texto.getBytes(StandardCharsets.UTF_8));
    }

    // ───── O que a prova manda ─────

    /** Espera que alguém assine: daqui em diante, o que se difunde chega-lhe. */
    void esperarBackup(Bancada b, Posto backup) {
        diante(backup);
        ate(b, "o backup não assinou as atualizações (um SUB, que assina tudo)",
                this::temBackup);
    }

    /** Se alguém assina. */
    boolean temBackup() {
        return fazer(() -> assinantes.quantos() > 0);
    }

    /** Difunde exatamente isto. */
    void difundir(String texto) {
        b.seta("primario", "backup", Json.citar(texto, 120), null);
        fazer(() -> {
            enviar(texto);
            return null;
        });
    }

    /** Dá o número seguinte a esta operação, e não a difunde. */
    Envelope numerar(Operacao op) {
        return fazer(() -> {
            numeradas.add(new Envelope(numeradas.size() + 1, op, null, epoca));
            return numeradas.get(numeradas.size() - 1);
        });
    }

    /** Numera-a e difunde-a. */
    Envelope difundir(Operacao op) {
        Envelope envelope = numerar(op);
        b.seta("primario", "backup", "seq=" + envelope.seq() + " " + Operacoes.dizer(op), op);
        fazer(() -> {
            enviar(envelope.json());
            return null;
        });
        return envelope;
    }

    /** Ouve o que se lhe pede e não responde nem dá sinal de vida, ou volta a fazê-lo. */
    void responder(boolean sim) {
        fazer(() -> responde = sim);
    }

    /** Passa a ser de outra época. */
    void epoca(long nova) {
        fazer(() -> epoca = nova);
    }

    /** As notícias do backup até agora. */
    List<ObjectNode> noticias() {
        return List.copyOf(noticias);
    }

    /** Espera que o backup diga que tem, no disco, até este número. @param desde só contam as notícias daqui em diante */
    void esperarQueTenha(Bancada b, long ultimo, int desde) {
        ate(b, "o backup ouviu até ao número " + ultimo + ", e não disse ao primário (NOTICIA) que o tem no disco",
                () -> noticias.stream().skip(desde).anyMatch(n -> n.path("ultimo").asLong() >= ultimo
                        && n.path("conferido").asBoolean()));
    }
}
