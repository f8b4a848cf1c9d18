package shared;

import shared.memoria.Lembradas;
import shared.texto.MensagemInvalida;

/**
 * O que uma réplica respondeu a uma {@link Operacao}. Uma recusa é um resultado, não um erro: ela também é
 * igual em todas as réplicas que aplicam as mesmas operações na mesma ordem.
 *
 * @param situacao o que aconteceu agora
 * @param motivo   por que foi recusada; {@code null} se não foi
 * @param primeiro em DUPLICADA, o resultado da primeira vez; {@code null} nas outras
 */
public record Resultado(Situacao situacao, String motivo, Resultado primeiro) {

    public enum Situacao { APLICADA, RECUSADA, DUPLICADA }

    public static final Resultado APLICADA = new Resultado(Situacao.APLICADA, null, null);

    public static Resultado recusada(String motivo) {
        return new Resultado(Situacao.RECUSADA, motivo, null);
    }

    /** Recusada porque o id_msg já é de outra operação: não passou pelo banco, e o que se lembra é da outra. */
    public static Resultado idRepetido(MensagemInvalida erro) {
        return recusada(erro.codigo() + ": " + erro.getMessage());
    }

    /** Uns que se lembram: só aplicadas e recusadas. */
    public static Lembradas<Resultado> lembrados() {
        return new Lembradas<>(Resultado::motivo, motivo -> motivo == null ? APLICADA : recusada(motivo));
    }

    /** Se é um {@link #idRepetido}. */
    public boolean idRepetido() {
        return motivo != null && motivo.startsWith(Lembradas.ID_REPETIDO + ": ");
    }

    /** O resultado que vale para o cliente: o da primeira vez, se esta é uma repetição. */
    public Resultado original() {
        return primeiro == null ? this : primeiro;
    }
}
