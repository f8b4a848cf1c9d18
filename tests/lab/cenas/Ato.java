package tests.lab.cenas;

import java.util.List;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

/**
 * Uma execução dentro de uma cena.
 *
 * @param vereditos nenhum, se não se chegou a julgar
 * @param porque    por que não saiu como a cena diz, com a linha dela; {@code null} se saiu
 */
public record Ato(String titulo, Rastro rastro, List<Veredito> vereditos, String porque) {

    /** @throws AssertionError se não se julga isso */
    Valor valor(String nome) {
        return vereditos.stream().filter(v -> v.nome().equals(nome)).findFirst()
                .orElseThrow(() -> new AssertionError("neste ato não se julga " + nome)).valor();
    }
}
