//SOURCES Entrega.java
package part3.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import shared.Banco;
import shared.Envelope;
import shared.disco.Diario;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.disco.Foto;
import shared.disco.Lote;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * A réplica sem soquetes, o seu <i>núcleo</i>: a {@link Entrega}, o diário, e o que se pede para ficar em dia. Os soquetes
 * são de part3/Replica.java; na simulação (tests/sim) este mesmo núcleo tem rede, disco e relógio de mentira.
 */
public final class Copia {

    /** O que ela diz. */
    public interface Saida {

        /** Ao sequenciador: HISTORICO ou INSTANTANEO. */
        void pedir(ObjectNode pedido);

        /** @param banco o estado logo depois dela */
        void aplicada(Aplicada aplicada, Banco banco);

        /** Chegou antes da vez. @param falta o número por que espera */
        void adiantada(Envelope envelope, long falta);

        /** O que veio do sequenciador não se entende. */
        void recusada(MensagemInvalida erro);

        /** @param pares chave, valor, chave, valor… */
        void registrar(String evento, Object... pares);
    }

    private final Diario diario;
    private final Lote lote;
    private final Saida saida;
    private final Entrega entrega;
    private String historiaGuardada;
    private boolean avisouOutraHistoria;

    /** Recupera o que está no diário. @throws Falha se o diário não serve */
    public Copia(Diario diario, Saida saida) {
        this.diario = diario;
        this.saida = saida;
        Banco banco = doInstantaneo(diario.instantaneo());
        diario.repetir(json -> Aplicada.de(Envelope.ler(json), banco));
        if (!diario.soNaMemoria()) { // a quem não se conta nada do que se tem, não serve um instantâneo
            diario.dobrarCom(DobraDoBanco.deEnvelopes(), porque -> saida.registrar("aviso", "instantaneo", porque));
        }
        historiaGuardada = diario.meta("historia").path("historia").textValue();
        entrega = new Entrega(banco, historiaGuardada, diario.ultima());
        // o sequenciador tem tudo: não é preciso esperar que o disco resista a um corte de energia
        lote = new Lote(diario, false, falha -> saida.registrar("erro", "disco", falha.getMessage()));
        saida.registrar("recuperado", "ultimo", diario.ultima(), "do_instantaneo", diario.doInstantaneo());
    }

    private static Banco doInstantaneo(Foto guardado) {
        try {
            return EstadoDoBanco.ler(guardado, null).banco();
        } catch (MensagemInvalida e) { // uma versão anterior guardava o que lhe mandassem
            throw new Falha("o instantâneo guardado não serve (" + e.getMessage() + "). Reinicie com --do-zero: a réplica"
                    + " copia tudo do sequenciador");
        }
    }

    /** O que o sequenciador difundiu. */
    public void difundido(byte[] mensagem) {
        try {
            Envelope envelope = Envelope.ler(mensagem);
            int esperavam = seguidor().esperando();
            entregar(seguidor().receber(envelope));
            if (seguidor().esperando() > esperavam) {
                saida.adiantada(envelope, seguidor().ultimo() + 1);
            }
        } catch (MensagemInvalida e) {
            saida.recusada(e);
        }
    }

    /** O que o sequenciador respondeu ao que se pediu. */
    public void respondido(byte[] mensagem) {
        try {
            Seguidor.Passo passo = seguidor().resposta(Json.ler(mensagem));
            if (passo.foto() != null) {
                adotar(passo.foto());
            }
            if (!passo.entregar().isEmpty()) {
                saida.registrar("recuperar", "de", passo.entregar().get(0).seq(), "quantas", passo.entregar().size());
            }
            entregar(passo.entregar());
        } catch (MensagemInvalida e) {
            saida.recusada(e);
        }
    }

    /** Guarda no diário e, gravado o lote, aplica. */
    private void entregar(List<Envelope> prontos) {
        if (!prontos.isEmpty()) {
            lote.comDisco(this::lembrarHistoria);
        }
        for (Envelope envelope : prontos) {
            lote.anexar(envelope.json());
            lote.depois(() -> saida.aplicada(entrega.aplicar(envelope), entrega.banco()));
        }
    }

    /** Troca tudo pelo estado que veio do sequenciador. */
    private void adotar(Seguidor.Foto foto) {
        Banco novo = EstadoDoBanco.ler(foto.estado());
        boolean guardado = lote.comDisco(() -> {
            lembrarHistoria();
            diario.recomecarDe(foto.posicao(), EstadoDoBanco.de(novo)); // o que se entendeu, não o que veio
        });
        if (guardado) {
            lote.recomecar();
            entrega.adotar(foto, novo);
            saida.registrar("instantaneo", "seq", foto.posicao());
        }
    }

    private void lembrarHistoria() {
        String historia = seguidor().historia();
        if (historia != null && !historia.equals(historiaGuardada)) {
            diario.guardarMeta(diario.meta().put("historia", historia));
            historiaGuardada = historia;
        }
    }

    /**
     * Uma volta do laço, depois de recebido o que chegou: grava, aplica, e pede o que falta.
     *
     * @param agora  em milissegundos, de um relógio que só avança
     * @param calada se nada se pode pedir
     */
    public void passo(long agora, boolean calada) {
        lote.gravar();
        lote.fotografar();
        if (seguidor().outraHistoria() && !avisouOutraHistoria) {
            avisouOutraHistoria = true;
            saida.registrar("erro", "outra_historia", outraHistoria());
        }
        ObjectNode pedido = calada || lote.falha() != null ? null : seguidor().pedido(agora);
        if (pedido != null) {
            saida.pedir(pedido);
        }
    }

    /** Por que esta réplica já não avança, mas segue respondendo a consultas; {@code null} se avança. */
    public String parada(boolean calada) {
        return lote.falha() != null ? "disco: " + lote.falha().getMessage()
                : seguidor().outraHistoria() ? outraHistoria()
                : seguidor().esperando() > 0 && calada
                        ? "falta o número " + (seguidor().ultimo() + 1) + ", e não o peço: espero por ele"
                : null;
    }

    private String outraHistoria() {
        return "o sequenciador recomeçou do zero, e os números dele já não são os desta réplica: paro no "
                + seguidor().ultimo() + ". Reinicie-me com --do-zero para seguir o novo";
    }

    /** Quem sabe o que falta. */
    public Seguidor seguidor() {
        return entrega.seguidor();
    }

    /** O último número aplicado. */
    public long ultimo() {
        return diario.ultima();
    }

    /** O estado depois do último número aplicado. */
    public Banco banco() {
        return entrega.banco();
    }
}
