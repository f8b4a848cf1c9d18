package part4.regra;

import java.util.Map;
import shared.Operacao;
import shared.Resultado;

/** O disco falhou: até ser reiniciado, este servidor só recusa, e o silêncio dele o tira da visão. */
final class Parado<C> extends Estado<C> {

    private final String falha;
    private final Map<String, Long> emCurso;
    private final boolean sabeOConfirmado;
    private final long difundido;

    /**
     * @param emCurso         id_msg que se difundiram, ou não, sem se confirmarem -> seq
     * @param sabeOConfirmado se o que se tem, e não está em curso, se confirmou
     * @param difundido       até onde um backup pode ter, ainda que o nosso disco não tenha
     */
    Parado(Comum<C> comum, String falha, Map<String, Long> emCurso, boolean sabeOConfirmado, long difundido) {
        super(comum);
        this.falha = falha;
        this.emCurso = Map.copyOf(emCurso);
        this.sabeOConfirmado = sabeOConfirmado;
        this.difundido = Math.max(difundido, comum.copia().gravado());
    }

    /** O que não chegou a nenhum disco não vale, e recusa-se; do que pode ter chegado, recusá-lo podia ser mentir. */
    @Override
    void operacao(C cliente, Operacao op) {
        Resultado antes = comum.copia().banco().repetida(op);
        boolean tem = antes != null && !antes.idRepetido() && podeValer(emCurso.getOrDefault(op.id_msg(), 0L));
        if (!tem) {
            recusar(cliente);
        } else {
            boolean valeu = sabeOConfirmado && !emCurso.containsKey(op.id_msg());
            comum.saida.responder(cliente, valeu ? Respostas.repetida(antes.original()) : Respostas.TALVEZ);
        }
    }

    /** A quem esperava por esta posição quando o disco falhou. */
    String aQuemEsperava(long seq) {
        return podeValer(seq) ? Respostas.TALVEZ : recusa();
    }

    private boolean podeValer(long seq) {
        return seq <= difundido;
    }

    @Override
    String recusa() {
        return Respostas.semDisco(falha);
    }

    @Override
    String parada() {
        return "disco: " + falha;
    }

    @Override
    Parado<C> parar(String motivo) {
        return this;
    }
}
