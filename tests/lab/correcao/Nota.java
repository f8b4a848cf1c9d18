package tests.lab.correcao;

import java.util.List;
import tests.lab.provas.Prova;
import tests.lab.vereditos.Rastro;

/**
 * O que deu uma prova.
 *
 * @param parte    de 0 a 1, quanto dos pontos dela se ganhou
 * @param motivo   por que não passou, em termos de banco; vazio se passou
 * @param historia o que a prova fez, na vez em que falhou
 * @param rastros  da mesma vez
 * @param vezes    quantas se tentou
 * @param segundos ao todo
 */
public record Nota(Prova prova, Situacao situacao, double parte, String motivo, List<String> historia, List<Rastro> rastros,
        int vezes, double segundos) {

    /** Como acabou. */
    public enum Situacao {

        PASSOU("passou", "✔"),
        /** Umas vezes passou, outras não. */
        INSTAVEL("instável", "~"), FALHOU("falhou", "✘"),
        /** Por culpa do corretor: não conta. */
        NAO_SE_FEZ("não se pôde fazer", "?");

        private final String texto;
        private final String sinal;

        Situacao(String texto, String sinal) {
            this.texto = texto;
            this.sinal = sinal;
        }

        public String texto() {
            return texto;
        }

        public String sinal() {
            return sinal;
        }
    }

    /** Os pontos que ganhou, dos da prova. */
    public double pontos() {
        return prova.pontos() * parte;
    }

    public boolean conta() {
        return situacao != Situacao.NAO_SE_FEZ;
    }

    /** Se tem todos os pontos. */
    public boolean inteira() {
        return conta() && parte == 1;
    }
}
