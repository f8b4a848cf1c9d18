package tests.lab.provas;

/** O que se perde sem uma prova, em termos de banco. */
public enum Garantia {

    FORMATO("os programas dos outros entendem-no"),
    FIFO("o que um cliente pede vale pela ordem em que o pediu"),
    MESMA_ORDEM("todos aplicam o mesmo, pela mesma ordem, e têm os mesmos saldos"),
    UMA_VEZ("uma operação repetida vale uma vez"),
    DINHEIRO("o dinheiro não se cria nem se perde"),
    CONFIRMADA("o que se confirmou a um cliente não se perde"),
    CURA_SE("quem perdeu algo põe-se em dia"),
    NAO_MORRE("o que alguém envie não faz parar ninguém"),
    SEGUE("um que morre, ou para, não para os outros"),
    EPOCAS("não há dois primários a confirmar");

    private final String texto;

    Garantia(String texto) {
        this.texto = texto;
    }

    /** Para pessoas. */
    public String texto() {
        return texto;
    }
}
