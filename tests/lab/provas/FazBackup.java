package tests.lab.provas;

import static tests.lab.provas.Operacoes.dizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Mensagens.Difundida;
import part4.regra.Mensagens.Noticia;
import shared.Envelope;
import shared.Operacao;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/**
 * O backup que se põe diante de um primário, e que fala como os nossos: assina, dá notícia do que tem, pede o que lhe falta.
 * Quando a prova o segura, ouve e não diz que tem.
 */
final class FazBackup extends Par {

    private static final int NOTICIA_MS = 50;
    private static final String NOME = "prova#1";

    private final Endereco pedidos;
    private final Endereco atualizacoes;
    private final List<Envelope> tem = new ArrayList<>();
    private final Set<String> ouviu = new HashSet<>();
    private Ligacao primario;
    private Ligacao difusao;
    private boolean segura;
    private boolean conferido;
    private long epoca;
    private long ronda;
    private String rondaDe = "";
    private long disseEm;

    FazBackup(Bancada b, Posto diante) {
        super("backup", true);
        diante(diante);
        this.pedidos = b.endereco("primario", "pedidos");
        this.atualizacoes = b.endereco("primario", "atualizacoes");
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        Registro registro = new Registro("prova", true);
        soquetes.assinarNossas();
        primario = soquetes.manter(SocketType.DEALER, pedidos, registro);
        difusao = soquetes.manter(SocketType.SUB, atualizacoes, registro);
        return soquetes.vigiar(List.of(primario, difusao));
    }

    @Override
    void atender() {
        difusao.receber(bytes -> {
            try {
                ouvir(Difundida.ler(bytes));
            } catch (MensagemInvalida e) {
                // é a prova do formato que o diz
            }
        });
        primario.receber(bytes -> {
            try {
                responderam(Json.ler(bytes));
            } catch (MensagemInvalida e) {
                // o mesmo
            }
        });
        if (primario.apresentada() && System.nanoTime() - disseEm > NOTICIA_MS * 1_000_000L) {
            noticia();
        }
    }

    private void ouvir(Difundida d) {
        if (d.pulso() != null) {
            ronda = d.pulso().ronda();
            rondaDe = d.pulso().de();
            noticia();
        } else if (d.envelope() != null) {
            ouviu.add(d.envelope().op().id_msg());
            juntar(d.envelope());
        }
    }

    private void juntar(Envelope envelope) {
        if (!segura && conferido && envelope.seq() == tem.size() + 1) {
            tem.add(envelope);
            noticia();
        }
    }

    private void responderam(ObjectNode m) {
        if (m.has("seguir")) {
            epoca = Json.inteiro(m, "seguir");
            conferido |= Json.logico(m, "confere");
            noticia();
        } else if (m.has("envelopes")) {
            for (JsonNode envelope : m.get("envelopes")) {
                juntar(Envelope.de((ObjectNode) envelope));
            }
        }
    }

    private void noticia() {
        disseEm = System.nanoTime();
        long epocaDoUltimo = tem.isEmpty() ? 0 : tem.get(tem.size() - 1).epoca();
        primario.enviar(new Noticia(NOME, epoca, conferido, tem.size(), epocaDoUltimo, ronda, rondaDe).json()
                .getBytes(StandardCharsets.UTF_8));
        if (conferido && !segura) {
            ObjectNode pedido = Json.MAPPER.createObjectNode().put("pedido", "HISTORICO").put("desde", tem.size() + 1)
                    .put("max", 1_000).put("epoca", epoca);
            primario.enviar(Json.escrever(pedido).getBytes(StandardCharsets.UTF_8));
        }
    }

    // ───── O que a prova manda ─────

    /** Ouve o que se difunde, e não o guarda nem o diz; ou volta a guardar. */
    void segurar(boolean sim) {
        fazer(() -> segura = sim);
    }

    /** Como se apresenta ao primário. */
    String nome() {
        return NOME;
    }

    /** A época com que veio esta, que se espera ter. */
    long epocaDe(Operacao op) {
        return fazer(() -> tem.stream().filter(e -> e.op().equals(op)).findFirst().orElseThrow().epoca());
    }

    /** Espera que se difunda esta. */
    void esperarOuvir(Bancada b, Operacao op) {
        ate(b, "não difundiu " + dizer(op) + " ao backup", () -> fazer(() -> ouviu.contains(op.id_msg())));
    }

    /** Espera tê-la, difundida ou pedida. */
    void esperarTer(Bancada b, Operacao op) {
        ate(b, "ao backup falta " + dizer(op) + ": pediu-a (HISTORICO), e o primário não lha contou",
                () -> fazer(() -> tem.stream().anyMatch(e -> e.op().equals(op))));
    }
}
