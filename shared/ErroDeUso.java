//SOURCES Falha.java
package shared;

/** Algo na linha de comando que não serve: uma {@link Falha} que termina com código 2. */
public final class ErroDeUso extends Falha {

    public ErroDeUso(String mensagem) {
        super(mensagem);
    }
}
