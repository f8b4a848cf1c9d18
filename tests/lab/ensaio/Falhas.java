package tests.lab.ensaio;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.texto.ErroDeUso;
import shared.texto.Texto;
import tests.lab.rede.Regras;

/**
 * O que corre mal durante um ensaio, e quando: {@code "perda 2%; 30% matar replica; 60% iniciar replica"}. Uma regra da rede
 * (perda, duplicar, reordenar, estragar, atraso) vale do começo ao fim; o resto acontece a horas certas, que a {@link
 * Agenda} diz. Quem emudece fica com as conexões que tem abertas e mudas; as novas passam.
 */
public record Falhas(List<Regra> regras, List<Acao> acoes) {

    /** @param valor em partes de 1; no atraso, milissegundos, e {@code ate} é o máximo */
    public record Regra(String qual, double valor, double ate) {

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

    /** @param quando que parte do trabalho já acabou, de 0 a 1; @param alvo replica ou central */
    public record Acao(double quando, String qual, String alvo) {
    }

    /**
     * A hora de cada ação. O andamento é a parte das operações que acabaram, com resposta ou sem ela, ou que já ninguém vai
     * pedir; e o tempo em que nenhuma acaba também conta: ao fim de {@value #PARADO_MS} ms acontece a ação seguinte, porque
     * de outro modo
     * {@code 60% iniciar central} nunca viria depois de {@code 40% matar central}. Por isso toda a ação vem. Regra pura: as
     * horas entram por parâmetro.
     */
    public static final class Agenda {

        public static final int PARADO_MS = 2_000;
        public static final int ATE_A_PRIMEIRA_MS = 5_000; // os clientes ainda estão a começar

        private final List<Acao> acoes;
        private final int total;
        private int feitas;
        private int acabadas;
        private double mexeu;
        private boolean comecou;

        /** @param total quantas operações se vão pedir; @param agora em milissegundos */
        public Agenda(List<Acao> acoes, int total, double agora) {
            this.acoes = acoes;
            this.total = total;
            this.mexeu = agora;
        }

        /**
         * As ações cuja hora chegou, pela ordem delas; cada uma sai uma vez.
         *
         * @param acabaram quantas operações, até agora
         */
        public List<Acao> devidas(int acabaram, double agora) {
            if (acabaram > acabadas) {
                acabadas = acabaram;
                mexeu = agora;
                comecou = true;
            }
            double andamento = total == 0 ? 1 : acabadas / (double) total;
            if (!acabou() && agora - mexeu >= (comecou ? PARADO_MS : ATE_A_PRIMEIRA_MS)) {
                andamento = Math.max(andamento, acoes.get(feitas).quando());
                comecou = true;
            }
            int ja = feitas;
            while (!acabou() && acoes.get(feitas).quando() <= andamento) {
                feitas++;
                mexeu = agora;
            }
            return acoes.subList(ja, feitas);
        }

        /** Uma ação foi feita; o tempo que ela levou não conta como andamento. */
        public void feita(double agora) {
            mexeu = agora;
        }

        public boolean acabou() {
            return feitas == acoes.size();
        }
    }

    /** O que se escreve em --falhas; com %% onde se lê %, como a ajuda o pede. */
    public static final String COMO = "regras: perda 2%%; duplicar 1%%; reordenar 5%%; estragar 2%%; atraso 1..10 (ms)."
            + " A seu tempo: 30%% matar replica; 60%% iniciar replica; também parar, continuar, cortar, ligar, emudecer;"
            + " replica ou central";

    /** O que quer dizer um percentual. */
    public static final String QUANDO =
            "O percentual é a parte das operações que já acabaram, com resposta ou sem ela; se durante"
            + " 2 s nenhuma acaba, acontece a falha seguinte";

    private static final List<String> REGRAS = List.of("perda", "duplicar", "reordenar", "estragar", "atraso");
    private static final List<String> ACOES =
            List.of("matar", "iniciar", "parar", "continuar", "cortar", "ligar", "emudecer");
    private static final List<String> ALVOS = List.of("replica", "central");
    private static final Pattern PERCENTUAL = Pattern.compile("(\\d{1,9}(?:[.,]\\d{1,9})?)(%?)");
    private static final Pattern ATRASO = Pattern.compile("(\\d{1,5})(?:\\.\\.(\\d{1,5}))?(?: ?ms)?");

    /** Se alguém emudece, e depois leva tempo a dar por isso. */
    public boolean emudece() {
        return acoes.stream().anyMatch(acao -> acao.qual().equals("emudecer"));
    }

    /** Se só mexem nas réplicas: o resto fica como num dia bom. */
    public boolean soDasReplicas() {
        return regras.isEmpty() && acoes.stream().allMatch(acao -> acao.alvo().equals("replica"));
    }

    /** @throws ErroDeUso com o pedaço que não se entende, e como se escreve */
    public static Falhas ler(String texto) {
        List<Regra> regras = new ArrayList<>();
        List<Acao> acoes = new ArrayList<>();
        for (String parte : texto.split(";")) {
            String pedaco = Texto.minusculas(parte).strip().replace('é', 'e').replaceAll("\\s+", " ");
            String[] palavras = pedaco.split(" ");
            if (pedaco.isEmpty()) {
                continue;
            } else if (REGRAS.contains(palavras[0])) {
                regras.add(regra(pedaco, palavras[0], pedaco.substring(palavras[0].length()).strip()));
            } else {
                acoes.add(acao(pedaco, palavras));
            }
        }
        acoes.sort(Comparator.comparingDouble(Acao::quando)); // as da mesma hora ficam na ordem em que se escreveram
        return new Falhas(List.copyOf(regras), List.copyOf(acoes));
    }

    private static Regra regra(String pedaco, String qual, String valor) {
        if (!qual.equals("atraso")) {
            return new Regra(qual, percentual(pedaco, valor, qual + " 2%"), 0);
        }
        Matcher m = ATRASO.matcher(valor);
        if (!m.matches()) {
            throw erro(pedaco, "o atraso diz-se em milissegundos, até 99999: atraso 30, ou atraso 1..10");
        }
        double minimo = Double.parseDouble(m.group(1));
        double maximo = m.group(2) == null ? minimo : Double.parseDouble(m.group(2));
        if (maximo < minimo) {
            throw erro(pedaco, "primeiro o menor: atraso " + m.group(2) + ".." + m.group(1));
        }
        return new Regra(qual, minimo, maximo);
    }

    private static Acao acao(String pedaco, String[] palavras) {
        if (ACOES.contains(palavras[0])) {
            throw erro(pedaco, "falta quando: 30% " + palavras[0] + " replica");
        }
        if (!palavras[0].matches("[-+\\d.,]+%?") || palavras.length < 2) {
            throw erro(pedaco, COMO.replace("%%", "%"));
        }
        double quando = percentual(pedaco, palavras[0], "30% matar replica");
        if (!ACOES.contains(palavras[1])) {
            throw erro(pedaco, "não conheço '" + palavras[1] + "'; há " + String.join(", ", ACOES));
        }
        if (palavras.length != 3 || !ALVOS.contains(palavras[2])) {
            throw erro(pedaco, "diga quem, replica ou central: " + palavras[0] + " " + palavras[1] + " replica");
        }
        return new Acao(quando, palavras[1], palavras[2]);
    }

    private static double percentual(String pedaco, String texto, String exemplo) {
        Matcher m = PERCENTUAL.matcher(texto);
        if (!m.matches()) {
            throw erro(pedaco, "esperava um percentual de 0% a 100%, como em " + exemplo);
        }
        if (m.group(2).isEmpty()) {
            throw erro(pedaco, "falta o sinal %, como em " + exemplo);
        }
        double valor = Double.parseDouble(m.group(1).replace(',', '.'));
        if (valor > 100) {
            throw erro(pedaco, "os percentuais vão de 0% a 100%");
        }
        return valor / 100;
    }

    private static ErroDeUso erro(String pedaco, String porque) {
        return new ErroDeUso("--falhas: não entendo '" + pedaco + "': " + porque);
    }
}
