package tests.sim;

import shared.texto.Texto;

/**
 * Algo que corre mal, planejado antes da execução: por isso se pode tirar da lista e ver se a execução ainda falha.
 *
 * @param em    quando, em milissegundos
 * @param dura  por quanto tempo
 * @param alvo  em quem: um nome, ou um papel ("primario") que se resolve na hora
 * @param outro o outro lado de um corte
 * @param extra em MATA, quantas ações depois; em ENCHE, quantas gravações depois; nas outras, uma medida
 * @param forte em MATA, se também falta a energia; em ATRASA, se a metade das mensagens; num corte, se o que se
 *              envia se perde; em ENCHE, se só no fim há espaço
 */
record Falta(int em, Tipo tipo, String alvo, String outro, int dura, int extra, boolean forte) {

    enum Tipo {
        MATA, PARA, CORTA, SEPARA, ISOLA, PERDE, ATRASA, REPETE, DESORDENA, ENCHE, PROMOVE, EMUDECE
    }

    @Override
    public String toString() {
        return Texto.formatar("%6d ms  ", em) + switch (tipo) {
            case MATA -> "mata " + alvo + " na ação " + extra + (forte ? ", sem energia" : "") + ", volta em "
                    + dura + " ms";
            case PARA -> "para " + alvo + " por " + dura + " ms";
            case CORTA -> "corta " + alvo + " → " + outro + " por " + dura + " ms" + (forte ? ", e perde" : ", e segura");
            case SEPARA -> "separa " + alvo + " e " + outro + " por " + dura + " ms" + (forte ? ", e perde" : ", e segura");
            case ISOLA -> "isola " + alvo + " por " + dura + " ms" + (forte ? ", e perde" : ", e segura");
            case PERDE -> "perde " + extra + " % das mensagens por " + dura + " ms";
            case ATRASA -> "atrasa " + (forte ? 50 : 5) + " % das mensagens até " + extra + " ms, por " + dura + " ms";
            case REPETE -> "repete " + extra + " % das mensagens por " + dura + " ms";
            case DESORDENA -> "as ligações não mantêm a ordem";
            case ENCHE -> "enche o disco de " + alvo + " na gravação " + extra
                    + (forte ? ", até ao fim" : ", por " + dura + " ms");
            case EMUDECE -> "emudecem as ligações que há entre " + alvo + " e " + outro;
            case PROMOVE -> "alguém manda promover um backup; o antigo volta em " + dura + " ms";
        };
    }
}
