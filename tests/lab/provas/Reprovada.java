package tests.lab.provas;

/** Quem se corrige não fez o que devia; o texto diz o que se viu, em termos de banco. */
public final class Reprovada extends RuntimeException {

    private final boolean definitiva;

    private Reprovada(boolean definitiva, String motivo) {
        super(motivo, null, false, false);
        this.definitiva = definitiva;
    }

    /** Aconteceu o que nunca podia acontecer: não há que tentar outra vez. */
    public static Reprovada seguranca(String motivo) {
        return new Reprovada(true, motivo);
    }

    /** Não aconteceu, no prazo, o que devia: tenta-se mais duas vezes, com o dobro do prazo. */
    public static Reprovada vivacidade(String motivo) {
        return new Reprovada(false, motivo);
    }

    /** Se não se tenta outra vez. */
    public boolean definitiva() {
        return definitiva;
    }
}
