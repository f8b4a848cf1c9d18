package shared.ordem;

import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;

/**
 * Uma operação que passou pelo banco.
 *
 * @param seq       o número de ordem dela; o que a parte usar no lugar, se não numera
 * @param op        a operação; {@code null} se o que tem este número não é uma
 * @param resultado o que deu
 */
public record Aplicada(long seq, Operacao op, Resultado resultado) {

    /** Passa pelo banco o que tem este número; o que não é uma operação não muda nada. */
    public static Aplicada de(Envelope envelope, Banco banco) {
        Resultado resultado = envelope.recusada() == null ? banco.aplicar(envelope.op())
                : Resultado.recusada(envelope.recusada().motivo());
        return new Aplicada(envelope.seq(), envelope.op(), resultado);
    }
}
