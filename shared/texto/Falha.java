package shared.texto;

/** Algo que a pessoa ao teclado pode resolver. O texto diz o que houve e o que fazer; o papel termina com código 1. */
public class Falha extends RuntimeException {

    public Falha(String mensagem) {
        super(mensagem, null, false, false);
    }
}
