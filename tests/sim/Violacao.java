package tests.sim;

/** Uma propriedade que não se cumpriu. */
final class Violacao extends RuntimeException {

    Violacao(String formato, Object... valores) {
        super(formato.formatted(valores));
    }
}
