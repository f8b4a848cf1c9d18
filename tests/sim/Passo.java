package tests.sim;

/**
 * Algo que aconteceu numa execução procurada.
 *
 * @param t     em milissegundos, desde o começo
 * @param quem  o processo ou cliente; de uma mensagem, quem a manda
 * @param outro de uma mensagem, a quem; senão {@code null}
 * @param texto o que a mensagem diz, a resposta, o motivo
 */
public record Passo(double t, Tipo tipo, String quem, String outro, String texto) {

    /** De quem morre: também se perdeu o que não estava no disco. */
    static final String SEM_ENERGIA = "sem energia";
    /** De quem morre: ficou o que acabara de gravar, e nada do que já dissera chegou. */
    static final String CALADO = "calado";

    public enum Tipo {
        PEDE, REUSA, SOUBE, DESISTE, ENVIA, CHEGA, PERDE, SEGURA, SEPARA, EMUDECE, MORRE, VOLTA, PARA, ENCHE, PROMOVE,
        APLICA, ASSUME, CONSERTA
    }
}
