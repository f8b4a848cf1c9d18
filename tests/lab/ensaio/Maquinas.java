package tests.lab.ensaio;

import tests.lab.palco.Lugar;

/** Máquinas a sério, que se podem cortar umas das outras. */
public interface Maquinas extends Lugar {

    /** Corta o que vai desta máquina às outras, e o que vem delas, nas portas do banco; ou volta a ligar. */
    void isolar(Onde onde, boolean sim);

    /** Volta a ligar todas. */
    void religar();
}
