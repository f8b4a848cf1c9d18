package shared;

import java.util.Locale;

/** Texto que é o mesmo em qualquer máquina: algarismos, vírgulas e minúsculas não seguem a língua do sistema. */
public final class Texto {

    private Texto() {
    }

    /** Como {@link String#format}: em árabe, {@code %d} também escreve 42, e em português {@code %.1f} escreve 0.5. */
    public static String formatar(String forma, Object... valores) {
        return String.format(Locale.ROOT, forma, valores);
    }

    /** Em turco, o {@code I} também tem {@code i} por minúscula. */
    public static String minusculas(String texto) {
        return texto.toLowerCase(Locale.ROOT);
    }

    /** Um inteiro escrito com 0 a 9; o Java aceitaria também ٣. @throws NumberFormatException se não é um */
    public static int inteiro(String texto) {
        return Integer.parseInt(soAscii(texto));
    }

    /** O texto, se um número pode estar escrito assim. @throws NumberFormatException se tem algo que não é ASCII */
    public static String soAscii(String texto) {
        if (texto.chars().anyMatch(c -> c > '~')) {
            throw new NumberFormatException(texto);
        }
        return texto;
    }
}
