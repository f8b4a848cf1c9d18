package tests.lab.vereditos;

import shared.texto.Texto;

/** O que se escreve num terminal, em linhas que cabem nele. */
public final class Terminal {

    private static final int LARGURA = 72;

    private Terminal() {
    }

    /** O texto em linhas que cabem num terminal. */
    public static String quebrar(String texto) {
        return texto.replaceAll(Texto.formatar("(.{1,%d})(?: |$)", LARGURA), "$1\n").strip();
    }

    /** Escreve uma linha sem espaços no fim. */
    public static void linha(String forma, Object... campos) {
        System.out.println(Texto.formatar(forma, campos).stripTrailing());
    }
}
