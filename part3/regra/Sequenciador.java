//SOURCES Ordem.java
package part3.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.disco.Lote;
import shared.ordem.Historico;
import shared.texto.Campos;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O sequenciador sem soquetes, o seu <i>núcleo</i>: a {@link Ordem}, o diário, e o que se conta a quem perdeu algo. Os
 * soquetes são de part3/Sequencer.java; na simulação (tests/sim) este mesmo núcleo tem rede, disco e relógio de mentira.
 *
 * @param <C> por onde volta a resposta a um cliente
 */
public final class Sequenciador<C> {

    /** O que ele diz. */
    public interface Saida<C> {

        void responder(C cliente, String texto);

        /** A todas as réplicas. */
        void difundir(String envelope);

        /** Como está, a quem pergunta ESTADO. */
        String estado();

        /** O que decidiu de uma operação: "ordenar" ou "repetida". */
        void decidiu(String evento, Envelope envelope);

        /** @param pares chave, valor, chave, valor… */
        void registrar(String evento, Object... pares);
    }

    private final Diario diario;
    private final Lote lote;
    private final Saida<C> saida;
    private final Ordem numeros;
    private final Historico historico;
    private long agora;

    /**
     * Recupera o que está no diário.
     *
     * @param novaHistoria como se chamará a sequência de números, se começa agora
     * @param semente      se quem ouve é o sistema original: os envelopes não dizem a história
     * @throws Falha se o diário não serve
     */
    public Sequenciador(Diario diario, String novaHistoria, boolean semente, Saida<C> saida) {
        this.diario = diario;
        this.saida = saida;
        ObjectNode meta = diario.meta("historia");
        String historia = meta.has("historia") ? meta.get("historia").textValue() : novaHistoria;
        diario.guardarMeta(meta.put("historia", historia));
        numeros = new Ordem(semente ? null : historia);
        numeros.refazer(EstadoDoBanco.semContas(diario.instantaneo()).banco().lembradas(), diario.doInstantaneo());
        diario.repetir(json -> {
            Envelope envelope = Envelope.ler(json);
            numeros.refazer(envelope.op(), envelope.seq());
        });
        diario.dobrarCom(DobraDoBanco.deEnvelopes(), porque -> saida.registrar("aviso", "instantaneo", porque));
        lote = new Lote(diario, true, falha -> saida.registrar("erro", "disco", falha.getMessage()));
        historico = new Historico(diario, () -> historia);
        saida.registrar("recuperado", "ultimo", diario.ultima(), "do_instantaneo", diario.doInstantaneo(),
                "historia", historia);
    }

    /**
     * Atende um pedido: uma operação, ou um de controle.
     *
     * @return a resposta; {@code null} se ela espera o disco
     * @throws MensagemInvalida se não se entende, ou se o id_msg é o de outra operação
     */
    public String atender(C cliente, byte[] pedido) {
        Campos campos = Campos.ler(pedido, Operacao.CHAVES);
        if (campos.tem("pedido")) {
            return controlar(Json.ler(pedido));
        }
        // exercício sequenciador: numerar a operação, guardá-la, e confirmá-la quando estiver no disco
        long antes = numeros.ultimo();
        Envelope envelope = numeros.ordenar(Operacao.de(campos));
        boolean nova = envelope.seq() > antes;
        if (nova) {
            lote.anexar(envelope.json());
        }
        lote.depois(envelope.seq(), () -> confirmar(cliente, envelope, nova), // o seu número é a sua posição no diário
                falha -> saida.responder(cliente, "ERRO disco: " + falha.getMessage()));
        return null;
        // fim
    }

    private String controlar(ObjectNode pedido) {
        return switch (Json.texto(pedido, "pedido")) {
            case "ESTADO" -> saida.estado();
            case "HISTORICO" -> historico.historico(pedido);
            case "INSTANTANEO" -> historico.instantaneo(pedido);
            default -> throw new MensagemInvalida("pedido",
                    "o sequenciador responde a operações, ESTADO, HISTORICO e INSTANTANEO");
        };
    }

    /** Está no disco: difunde-se, se é nova, e responde-se. */
    private void confirmar(C cliente, Envelope envelope, boolean nova) {
        // exercício sequenciador: difundir, se é nova, e responder OK seq=N
        if (nova) {
            difundir(envelope.json());
        }
        saida.responder(cliente, "OK seq=" + envelope.seq());
        saida.decidiu(nova ? "ordenar" : "repetida", envelope);
        // fim
    }

    private void difundir(String envelope) {
        saida.difundir(envelope);
        numeros.difundido(agora);
    }

    /**
     * Uma volta do laço, depois de atendidos os pedidos que chegaram.
     *
     * @param agora em milissegundos, de um relógio que só avança
     */
    public void passo(long agora) {
        this.agora = agora;
        lote.gravar();
        lote.fotografar();
        diario.ler(numeros.aRepetir(diario.ultima(), agora), 1).forEach(this::difundir);
    }

    /** Encerra-se: difunde-se e responde-se o que ainda ia a caminho do disco. */
    public void acabar() {
        lote.gravarTudo();
    }

    /** O último número que está no disco. */
    public long ultimo() {
        return diario.ultima();
    }

    /** Por que já não se numera nada de novo; {@code null} se se numera. */
    public String parada() {
        return lote.falha() == null ? null : "disco: " + lote.falha().getMessage();
    }
}
