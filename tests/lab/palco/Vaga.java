//SOURCES Palco.java
package tests.lab.palco;

import java.util.List;

/** Um cliente que se pode pôr de pé, ligado à rede do laboratório. */
record Vaga(String nome, String classe, List<Object> opcoes) {

    Cliente ocupar(Palco palco) {
        return palco.cliente(nome, classe, opcoes.toArray());
    }
}
