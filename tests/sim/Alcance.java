package tests.sim;

import tests.sim.Roteiro.Desvio;

/**
 * Onde se procura: que parte, com que defeito, e que desvios há.
 *
 * @param parte        como {@link Simulador} a chama
 * @param recupera     se quem perdeu algo o pede
 * @param instantaneos se cada entrada do diário dá um instantâneo
 * @param mensagens    o que pode acontecer a uma mensagem
 * @param acoes        o que pode acontecer a um processo quando faz algo
 * @param reduz        se se salta o que seria como algo que já se viu: estados, mortes iguais
 */
public record Alcance(String parte, Defeito defeito, boolean recupera, boolean instantaneos, Desvio[] mensagens,
        Desvio[] acoes, boolean reduz) {

    /** O que há numa parte, com este defeito. */
    public static Alcance de(String parte, Defeito defeito, boolean recupera) {
        boolean fotos = switch (defeito) {
            case FOTO_SEM_TABELA, DOBRA_INCOMPLETA, APAGAR_ANTES_DA_FOTO, NAO_LARGAR_A_DOBRA -> true;
            default -> false;
        };
        return new Alcance(parte, defeito, recupera, fotos, mensagens(parte, defeito), acoes(parte, recupera), true);
    }

    /** O mesmo, a ver tudo, ainda que repetido: só para conferir que as reduções nada escondem. */
    Alcance semReduzir() {
        return new Alcance(parte, defeito, recupera, instantaneos, mensagens, acoes, false);
    }

    private static Desvio[] mensagens(String parte, Defeito defeito) {
        if (defeito == Defeito.SEM_RELIGAR) {
            return new Desvio[] {Desvio.EMUDECE};
        }
        return parte.equals("1") ? new Desvio[] {Desvio.SEGURA}
                : parte.startsWith("4") ? new Desvio[] {Desvio.PERDE, Desvio.SEGURA, Desvio.SEPARA}
                : new Desvio[] {Desvio.PERDE, Desvio.SEGURA};
    }

    private static Desvio[] acoes(String parte, boolean recupera) {
        return switch (parte) {
            case "1" -> new Desvio[0];
            case "3-grupos" -> new Desvio[] {Desvio.MORRE, Desvio.MORRE_E_DEMORA, Desvio.PARA};
            case "4", "4-assincrona" -> new Desvio[] {Desvio.MORRE_E_DEMORA, Desvio.MORRE, Desvio.MORRE_SEM_ENERGIA,
                Desvio.MORRE_TENDO_GRAVADO, Desvio.PARA, Desvio.ENCHE};
            case "4-dividido", "4-manual" -> new Desvio[] {Desvio.PROMOVE, Desvio.MORRE};
            default -> recupera ? new Desvio[] {Desvio.MORRE, Desvio.MORRE_SEM_ENERGIA, Desvio.ENCHE}
                    : new Desvio[] {Desvio.MORRE};
        };
    }
}
