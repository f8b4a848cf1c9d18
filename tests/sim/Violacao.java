package tests.sim;

import shared.texto.Texto;

/** Uma propriedade que não se cumpriu. */
final class Violacao extends RuntimeException {

    Violacao(String formato, Object... valores) {
        super(Texto.formatar(formato, valores));
    }
}
