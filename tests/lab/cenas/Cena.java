package tests.lab.cenas;

import java.util.List;
import java.util.Map;
import tests.lab.palco.Elenco.Personagem;

/**
 * Uma cena como está escrita: um arquivo {@code .cena}, que {@link LeitorDeCena} lê e {@link EmCena} faz acontecer.
 *
 * @param titulo   o que ela mostra, numa linha
 * @param historia o que houve, por quê, e que mecanismo o cura: um parágrafo cada
 * @param atos     cada um começa do zero, com processos novos
 */
public record Cena(String titulo, List<String> historia, List<AtoEscrito> atos) {

    /**
     * Uma execução por acontecer.
     *
     * @param parte  1 a 4
     * @param elenco os processos, na ordem em que o diagrama os mostra, pelo nome
     */
    public record AtoEscrito(String titulo, int parte, Map<String, Personagem> elenco, List<Linha> linhas) {
    }

    /** Um passo, e onde está escrito. */
    public record Linha(int numero, String texto, Passo passo) {
    }

    /**
     * Uma operação que alguém pede, e como as outras linhas lhe chamam.
     *
     * @param texto {@code SAQUE ana 80.00}
     * @param qual  de várias iguais, a primeira que se pediu, a segunda…
     */
    public record Pedida(String texto, int qual) {

        @Override
        public String toString() {
            return qual == 1 ? texto : texto + " #" + qual;
        }
    }
}
