package tests.lab.provas;

import shared.texto.Texto;

/** Até onde vai o que se pede: o que a arquitetura promete; que um reinício não perca nada; que as faltas se aguentem. */
public enum Nivel {

    BASICO("básico", 60), DURAVEL("durável", 20), TOLERANTE("tolerante", 20);

    private final String titulo;
    private final int pontos;

    Nivel(String titulo, int pontos) {
        this.titulo = titulo;
        this.pontos = pontos;
    }

    /** Para pessoas. */
    public String titulo() {
        return titulo;
    }

    /** Quanto vale, se quem ensina não diz outra coisa. */
    public int pontos() {
        return pontos;
    }

    /** O nome na linha de comando e nos pesos: {@code basico}. */
    public String nome() {
        return Texto.minusculas(name());
    }
}
