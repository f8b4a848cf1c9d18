//SOURCES Bancada.java
package tests.lab.provas;

/** O que uma prova faz. */
public interface Corrida {

    /**
     * Põe de pé o que precisa, pede, mexe, e compara.
     *
     * @throws Reprovada se quem se corrige falha; qualquer outra exceção é falha do corretor, e não conta contra ninguém
     */
    void correr(Bancada b);
}
