package part4.regra;

import java.util.Map;
import shared.Operacao;
import shared.Resultado;

/** O disco falhou: até ser reiniciado, este servidor só recusa, e o silêncio dele o tira da visão. */
final class Parado<C> extends Estado<C> {

    private final String falha;
    private final Map<String, Long> emCurso;
    private final boolean sabeOConfirmado;

    /**
     * @param emCurso         id_msg que se difundiram, ou não, sem se confirmarem -> seq
     * @param sabeOConfirmado se o que se tem, e não está em curso, se confirmou
     */
    Parado(Comum<C> comum, String falha, Map<String, Long> emCurso, boolean sabeOConfirmado) {
        super(comum);
        this.falha = falha;
        this.emCurso = Map.copyOf(emCurso);
        this.sabeOConfirmado = sabeOConfirmado;
    }

    /** O que não chegou ao disco não vale, e recusa-se; do que chegou, recusá-lo podia ser mentir. */
    @Override
    void operacao(C cliente, Operacao op) {
        Resultado antes = comum.copia().banco().repetida(op);
        boolean tem = antes != null && !antes.idRepetido() && noDisco(emCurso.getOrDefault(op.id_msg(), 0L));
        if (!tem) {
            recusar(cliente);
        } else {
            boolean valeu = sabeOConfirmado && !emCurso.containsKey(op.id_msg());
            comum.saida.responder(cliente, valeu ? Respostas.repetida(antes.original()) : Respostas.TALVEZ);
        }
    }

    /** A quem esperava por esta posição quando o disco falhou. */
    String aQuemEsperava(long seq) {
        return noDisco(seq) ? Respostas.TALVEZ : recusa();
    }

    private boolean noDisco(long seq) {
        return seq <= comum.copia().gravado();
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
