//SOURCES Operacao.java Resultado.java
package shared;

/**
 * Uma operação que passou pelo banco.
 *
 * @param seq       o número de ordem dela; o que a parte usar no lugar, se não numera
 * @param op        a operação
 * @param resultado o que deu
 */
public record Aplicada(long seq, Operacao op, Resultado resultado) {
}
