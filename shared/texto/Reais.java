//SOURCES Falha.java Json.java MensagemInvalida.java
package shared.texto;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Um valor em reais como a pessoa o escreve: {@code 100}, {@code 100,50}, {@code 100.5}, {@code 1.234,56},
 * {@code 1,234.56}. Quem escreve {@code 1.000} quis dizer mil, ou um? Não se adivinha com o dinheiro dos outros:
 * pergunta-se. No fio, em JSON, não há dúvida (o ponto separa sempre os centavos), e isto não se usa.
 */
public final class Reais {

    /** O maior valor de uma operação. */
    public static final BigDecimal MAXIMO = BigDecimal.TEN.pow(12);

    private static final int CASAS = 2;
    private static final String INTEIRO = "\\d+";
    private static final String COM_CENTAVOS = "\\d+[.,]\\d{1,2}";
    private static final String MILHARES_DE_PONTO = "\\d{1,3}(\\.\\d{3})+,\\d{1,2}|\\d{1,3}(\\.\\d{3}){2,}";
    private static final String MILHARES_DE_VIRGULA = "\\d{1,3}(,\\d{3})+\\.\\d{1,2}|\\d{1,3}(,\\d{3}){2,}";
    private static final String AMBIGUO = "[1-9]\\d{0,2}[.,]\\d{3}";

    private Reais() {
    }

    /** Lê um valor, que pode ser negativo (a {@code Operacao} o dirá). @throws Falha que diz o que está errado */
    public static BigDecimal ler(String texto) {
        String valor = texto.strip();
        String semSinal = valor.startsWith("-") ? valor.substring(1) : valor;
        if (semSinal.matches(AMBIGUO)) {
            String inteiro = semSinal.replaceAll("[.,]", "");
            BigDecimal pequeno = new BigDecimal(semSinal.replace(',', '.')).stripTrailingZeros();
            String outro = escrever(pequeno);
            throw new Falha("'" + valor + "' é ambíguo: pode ser " + outro + " ou " + inteiro + ".00; escreva "
                    + (pequeno.scale() > 2 ? "" : outro.replace('.', ',') + " ou ") + inteiro + ",00");
        }
        String numero = semSinal.matches(INTEIRO) ? semSinal
                : semSinal.matches(COM_CENTAVOS) ? semSinal.replace(',', '.')
                : semSinal.matches(MILHARES_DE_PONTO) ? semSinal.replace(".", "").replace(',', '.')
                : semSinal.matches(MILHARES_DE_VIRGULA) ? semSinal.replace(",", "") : null;
        if (numero == null) {
            String porque = semSinal.matches("\\d+[.,]\\d{3,}") ? " tem mais de 2 casas decimais"
                    : " não é um valor";
            throw new Falha("'" + Json.limpar(valor) + "'" + porque + "; use algo como 100 ou 100,50"
                    + (porque.contains("casas") ? "" : ": só algarismos, e vírgula ou ponto antes dos centavos"));
        }
        BigDecimal lido = new BigDecimal(numero);
        return semSinal.equals(valor) ? lido : lido.negate();
    }

    /** O valor de uma operação, com 2 casas. @throws MensagemInvalida se não é maior que zero, até {@link #MAXIMO} */
    public static BigDecimal exigir(String campo, BigDecimal valor) {
        if (valor == null || valor.signum() <= 0) {
            throw new MensagemInvalida("campo", campo + ": deve ser maior que zero");
        }
        if (valor.compareTo(MAXIMO) > 0) {
            throw new MensagemInvalida("campo", campo + ": passa do máximo, que é " + MAXIMO.toPlainString());
        }
        if (valor.scale() > CASAS && valor.stripTrailingZeros().scale() > CASAS) {
            throw new MensagemInvalida("campo", campo + ": tem mais de 2 casas decimais");
        }
        return valor.setScale(CASAS, RoundingMode.UNNECESSARY);
    }

    /** Como se escreve: duas casas, ou as que houver a mais; nunca com expoente. */
    public static String escrever(BigDecimal valor) {
        return (valor.scale() < 2 ? valor.setScale(2) : valor).toPlainString();
    }
}
