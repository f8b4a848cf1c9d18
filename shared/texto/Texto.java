package shared.texto;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

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

    /** {@code 1 operação}, {@code 2 operações}. */
    public static String quantas(long n, String uma, String muitas) {
        return n + " " + (n == 1 ? uma : muitas);
    }

    /** O nome que se quis escrever: o que se alcança trocando menos letras, se são no máximo um terço; senão, {@code null}. */
    public static String parecido(String nome, Collection<String> nomes) {
        return nomes.stream().min(Comparator.comparingInt(outro -> distancia(minusculas(nome), minusculas(outro))))
                .filter(outro -> distancia(minusculas(nome), minusculas(outro)) <= Math.max(1, outro.length() / 3)).orElse(null);
    }

    /** Quantas letras se põem, tiram ou trocam (Levenshtein), com uma linha da tabela de cada vez. */
    private static int distancia(String de, String para) {
        int[] linha = IntStream.rangeClosed(0, para.length()).toArray();
        for (int i = 1; i <= de.length(); i++) {
            int diagonal = linha[0];
            linha[0] = i;
            for (int j = 1; j <= para.length(); j++) {
                int troca = diagonal + (de.charAt(i - 1) == para.charAt(j - 1) ? 0 : 1);
                diagonal = linha[j];
                linha[j] = Math.min(troca, 1 + Math.min(linha[j], linha[j - 1]));
            }
        }
        return linha[para.length()];
    }
}
