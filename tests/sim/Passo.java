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

    public enum Tipo {
        PEDE, SOUBE, DESISTE, ENVIA, CHEGA, PERDE, SEGURA, SEPARA, EMUDECE, MORRE, VOLTA, PARA, ENCHE, PROMOVE,
        APLICA, ASSUME, CONSERTA
    }
}
