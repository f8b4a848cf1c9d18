//SOURCES MensagemInvalida.java
package shared.texto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texto que é o mesmo em qualquer máquina: algarismos, vírgulas e minúsculas não seguem a língua do sistema. */
public final class Texto {

    /** Quantos caracteres tem, no máximo, o nome de uma conta ou um id_msg. */
    public static final int NOME_MAXIMO = 64;

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

    /**
     * Um nome que veio da rede ou do disco: de 1 a {@link #NOME_MAXIMO} caracteres, nenhum de controle, nenhum partido.
     *
     * @param campo de que campo é, para o erro
     * @return o mesmo texto
     * @throws MensagemInvalida se não serve
     */
    public static String exigir(String campo, String texto) {
        if (texto == null || texto.isEmpty()) {
            throw new MensagemInvalida("campo", campo + ": falta");
        }
        if (texto.length() <= NOME_MAXIMO && eAsciiVisivel(texto)) { // quase todos
            return texto;
        }
        if (texto.codePointCount(0, texto.length()) > NOME_MAXIMO) {
            throw new MensagemInvalida("campo", campo + ": tem mais de " + NOME_MAXIMO + " caracteres");
        }
        for (int i = 0; i < texto.length(); i++) {
            if (Character.isISOControl(texto.charAt(i))) {
                throw new MensagemInvalida("campo", campo + ": tem um caractere de controle");
            }
        }
        if (partido(texto)) {
            throw new MensagemInvalida("campo", campo + ": tem um caractere de controle");
        }
        return texto;
    }

    /** Se só tem letras, algarismos e sinais do ASCII, e espaços. */
    static boolean eAsciiVisivel(String texto) {
        for (int i = 0; i < texto.length(); i++) {
            if (texto.charAt(i) < ' ' || texto.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /**
     * O nome de um processo ou de uma história: até {@link #NOME_MAXIMO} letras sem acento, algarismos, ponto, hífen, _.
     *
     * @return o mesmo texto; {@code null} se é null
     * @throws MensagemInvalida se não serve
     */
    public static String exigirNome(String campo, String nome) {
        if (nome != null && !eNome(nome)) {
            throw new MensagemInvalida("campo", campo + ": até " + NOME_MAXIMO
                    + " letras sem acento, algarismos, ponto, hífen ou sublinhado");
        }
        return nome;
    }

    private static boolean eNome(String nome) {
        boolean serve = !nome.isEmpty() && nome.length() <= NOME_MAXIMO;
        for (int i = 0; serve && i < nome.length(); i++) {
            char c = nome.charAt(i);
            serve = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
        }
        return serve;
    }

    /** SHA-256 destas linhas, em hexadecimal: o de dois textos iguais é igual, e só o deles. */
    public static String resumo(Stream<String> linhas) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            linhas.forEach(linha -> sha.update((linha + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // toda máquina virtual Java tem SHA-256
        }
    }

    /** O texto em UTF-8. @throws MensagemInvalida se tem meio par, que em UTF-8 não se escreve */
    public static byte[] bytes(String campo, String texto) {
        if (!eAsciiVisivel(texto) && partido(texto)) {
            throw new MensagemInvalida("campo", campo + ": tem um caractere partido");
        }
        return texto.getBytes(StandardCharsets.UTF_8);
    }

    /** Se tem meio par: uma metade de um caractere que são dois. */
    private static boolean partido(String texto) {
        for (int i = 0; i < texto.length(); i++) {
            char c = texto.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < texto.length() && Character.isLowSurrogate(texto.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return true;
            }
        }
        return false;
    }

    /** {@code 1 operação}, {@code 2 operações}. */
    public static String quantas(long n, String uma, String muitas) {
        return n + " " + (n == 1 ? uma : muitas);
    }

    /**
     * O nome que se quis escrever: o que se alcança trocando menos letras, se são no máximo um terço; senão,
     * {@code null}.
     */
    public static String parecido(String nome, Collection<String> nomes) {
        return nomes.stream().min(Comparator.comparingInt(outro -> distancia(minusculas(nome), minusculas(outro))))
                .filter(outro -> distancia(minusculas(nome), minusculas(outro)) <= Math.max(1, outro.length() / 3))
                .orElse(null);
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
