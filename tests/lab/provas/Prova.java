//SOURCES Corrida.java Garantia.java Nivel.java
package tests.lab.provas;

import java.util.Set;

/**
 * Uma coisa que se confere.
 *
 * @param nome     {@code sequenciador/repetida}
 * @param titulo   o que devia acontecer, numa frase
 * @param pontos   quanto pesa, entre as do mesmo nível; de 1 em diante
 * @param parte    1 a 4
 * @param papeis   confere-se, se a entrega traz um destes
 * @param garantia o que se perde sem isto
 */
public record Prova(String nome, String titulo, Nivel nivel, int pontos, int parte, Set<String> papeis, Garantia garantia,
        Corrida corrida) {
}
