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
     * @param parte     1 a 4
     * @param elenco    os processos, na ordem em que o diagrama os mostra, pelo nome
     * @param cabecalho as linhas que dizem a parte e o elenco
     */
    public record AtoEscrito(String titulo, int parte, Map<String, Personagem> elenco, List<String> cabecalho,
            List<Linha> linhas) {
    }

    /** Um passo, e onde está escrito. */
    public record Linha(int numero, String texto, Passo passo) {

        /** Se só espera, ou confere: não faz nada acontecer. */
        public boolean soVe() {
            return texto.startsWith("esperar ") || texto.startsWith("conferir ");
        }
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

    /**
     * Uma mensagem que espera num enlace.
     *
     * @param pedida a operação que leva, ou a que responde; {@code null} se é de controle
     * @param copia  só a própria (0), ou só esta cópia dela; {@code null} = todas
     * @param texto  das de controle, como começa o resumo
     * @param qual   das de controle que começam assim, a primeira, a segunda…
     */
    public record Mensagem(Pedida pedida, Integer copia, String texto, int qual) {

        static Mensagem de(Pedida pedida, Integer copia) {
            return new Mensagem(pedida, copia, null, 0);
        }

        static Mensagem deControle(String texto, int qual) {
            return new Mensagem(null, null, texto, qual);
        }

        @Override
        public String toString() {
            return pedida == null ? "controle " + Cenas.entreAspas(texto) + (qual == 1 ? "" : " #" + qual)
                    : pedida + (copia == null ? "" : " copia " + copia);
        }
    }
}
