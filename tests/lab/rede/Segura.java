package tests.lab.rede;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Uma mensagem à espera de que a soltem.
 *
 * @param n         o número dela na rede
 * @param copia     0 é a própria; de 1 em diante, as repetidas
 * @param naoRepete por que não se pode repetir; {@code null} se pode
 * @param desde     quando ali chegou, em ms desde o começo
 * @param sobre     o que se sabe dela, como no rastro: id_msg, seq, resumo, controle
 */
public record Segura(int n, int copia, String de, String para, String naoRepete, double desde, ObjectNode sobre) {

    public String enlace() {
        return de + ">" + para;
    }

    /** Se não leva uma operação, nem a resposta a uma. */
    public boolean controle() {
        return !sobre.has("id_msg");
    }
}
