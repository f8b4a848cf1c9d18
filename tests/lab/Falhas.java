package tests.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.ErroDeUso;

/**
 * O que corre mal durante um ensaio, e quando: {@code "perda 2%; 30% matar replica; 60% iniciar replica"}. Uma regra da rede
 * (perda, duplicar, reordenar, estragar, atraso) vale do começo ao fim; o resto acontece quando se pediu aquela parte das operações, e por
 * isso cai sempre no mesmo lugar, em qualquer máquina. Quem emudece fica com as conexões que tem abertas e mudas; as novas passam.
 */
record Falhas(List<Regra> regras, List<Acao> acoes) {

    /** @param valor em partes de 1; no atraso, milissegundos, e {@code ate} é o máximo */
    record Regra(String qual, double valor, double ate) {

        void em(Regras regras) {
            switch (qual) {
                case "perda" -> regras.perda(valor);
                case "duplicar" -> regras.duplicacao(valor);
                case "reordenar" -> regras.reordenacao(valor);
                case "estragar" -> regras.estrago(valor); // chega só um começo, que quem recebe recusa
                default -> regras.atraso(valor, ate);
            }
        }
    }

    /** @param quando que parte das operações já se pediu, de 0 a 1; @param alvo replica ou central */
    record Acao(double quando, String qual, String alvo) {
    }

    private static final Pattern PERCENTUAL = Pattern.compile("(perda|duplicar|reordenar|estragar) (\\d{1,3}(?:[.,]\\d+)?)%");
    private static final Pattern ATRASO = Pattern.compile("atraso (\\d{1,5})(?:\\.\\.(\\d{1,5}))?(?: ?ms)?");
    private static final Pattern ACAO = Pattern.compile("(\\d{1,3})% (matar|iniciar|parar|continuar|cortar|ligar|emudecer) (replica|central)");

    /** Se alguém emudece, e depois leva tempo a dar por isso. */
    boolean emudece() {
        return acoes.stream().anyMatch(acao -> acao.qual().equals("emudecer"));
    }

    /** @throws ErroDeUso com o pedaço que não se entende */
    static Falhas ler(String texto) {
        List<Regra> regras = new ArrayList<>();
        List<Acao> acoes = new ArrayList<>();
        for (String parte : texto.split(";")) {
            String pedaco = parte.strip().replace('é', 'e');
            Matcher percentual = PERCENTUAL.matcher(pedaco);
            Matcher atraso = ATRASO.matcher(pedaco);
            Matcher acao = ACAO.matcher(pedaco);
            if (percentual.matches()) {
                double valor = Double.parseDouble(percentual.group(2).replace(',', '.')) / 100;
                regras.add(new Regra(percentual.group(1), Math.min(1, valor), 0));
            } else if (atraso.matches()) {
                double minimo = Double.parseDouble(atraso.group(1));
                regras.add(new Regra("atraso", minimo, atraso.group(2) == null ? minimo : Double.parseDouble(atraso.group(2))));
            } else if (acao.matches()) {
                acoes.add(new Acao(Integer.parseInt(acao.group(1)) / 100.0, acao.group(2), acao.group(3)));
            } else if (!pedaco.isEmpty()) {
                throw new ErroDeUso("--falhas: não entendo '" + pedaco + "'; veja: perda 2%; duplicar 1%; reordenar 5%; estragar 2%; atraso 1..10;"
                        + " 30% matar replica; 60% iniciar replica (também parar, continuar, cortar, ligar, emudecer;"
                        + " replica ou central)");
            }
        }
        acoes.sort((a, b) -> Double.compare(a.quando(), b.quando()));
        return new Falhas(regras, acoes);
    }
}
