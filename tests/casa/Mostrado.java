package tests.casa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compara o que uma página mostra com o que veio. Letra por letra, menos o que muda de cada vez, que tem nome e forma; um
 * mesmo pid, história, id_msg ou resumo que a página mostra duas vezes tem de vir duas vezes igual. Uma linha {@code …} é
 * qualquer quantidade de linhas; {@code …} numa linha, qualquer texto.
 */
final class Mostrado {

    /** O que muda de cada vez: como se reconhece na página, e o que pode vir em lugar disso. */
    private enum Muda {
        HORA("\\b\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\b", "\\d\\d:\\d\\d:\\d\\d\\.\\d{3}", false),
        IDMSG("\\b[0-9a-f]{8}-(…|([0-9a-f]{4}-){3}[0-9a-f]{12}\\b)", "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", true),
        PID("(?<=\\(pid )\\d+(?=\\))", "\\d+", true),
        HISTORIA("(?<=historia=|rpcserver-|#)[0-9a-f]{8}\\b", "[0-9a-f]{8}", true),
        RESUMO("(?<=resumo=|  )[0-9a-f]{8}\\b(?=…|  |$)", "[0-9a-f]{8}", true),
        CHAVE("(?<=chave desconhecida: )\\S+", "\\S{40}", false),
        DIFERE("  ≠$", "(?:  ≠)?", false), // quando os clientes se cruzam, o que é sorte
        NAOVISTO("(?<=  )\\?(?=  )", "(?:\\?|NÃO ✔|sim [✔~])", false), // desta vez; nunca um ✘
        VISTO("sim ✔", "(?:sim ✔|\\?)", false), // ou não se viu, numa máquina muito ocupada
        FEITA("(?<=OK )seq=\\d+(?= resultado=)", "repetida", false), // a mesma; ou, se o cliente teve de repetir, isto
        NUMERADO("(?<=recebeu seq=|e depois seq=|· o saque de 80\\.00 de ana: OK seq=)\\d+", "\\d+",
                false), // o corretor, se ao princípio não ouve nada, pede mais uma vez
        MEDIDA("  +\\d+(\\.\\d+)?(?= |$)", " +\\d+(?:\\.\\d+)?", false), // uma coluna de números
        COLUNA("  +(?=\\S)", " +", false), // cuja largura depende dos números
        QUALQUER("…", ".*", false);

        private final String naPagina;
        private final String oQueVem;
        private final boolean seRepete;

        Muda(String naPagina, String oQueVem, boolean seRepete) {
            this.naPagina = naPagina;
            this.oQueVem = oQueVem;
            this.seRepete = seRepete;
        }
    }

    private static final Pattern MUDAM = Pattern.compile(Stream.of(Muda.values())
            .map(muda -> "(?<" + muda.name() + ">" + muda.naPagina + ")").collect(Collectors.joining("|")));

    private final Map<String, String> vieram = new LinkedHashMap<>(); // o que a página mostra, e o que veio em lugar disso

    /** Um texto da página, com o que veio em lugar do que ela mostra: o pid de um {@code kill}, um id_msg que se repete. */
    String trocado(String texto) {
        Matcher palavra = Pattern.compile("[0-9a-f-]{4,}").matcher(texto);
        return palavra.replaceAll(p -> Matcher.quoteReplacement(vieram.getOrDefault(p.group(), p.group())));
    }

    /** @param ate se depois já não pode vir mais nada @return {@code null} se é o mesmo; senão, a linha que não veio */
    String difere(List<String> mostrado, List<String> veio, boolean ate) {
        return encaixar(mostrado, veio, true, ate);
    }

    /** O mesmo, mas o mostrado pode começar em qualquer linha do que veio. */
    String naoTem(List<String> mostrado, List<String> veio) {
        return encaixar(mostrado, veio, false, false);
    }

    /** Se esta linha da página é esta que veio. */
    boolean eEsta(String mostrada, String veio) {
        return difere(List.of(mostrada), List.of(veio), true) == null;
    }

    private String encaixar(List<String> mostrado, List<String> veio, boolean noComeco, boolean ate) {
        Map<String, String> novos = new LinkedHashMap<>(vieram);
        String falta = encaixar(mostrado, veio, noComeco, ate, novos);
        if (falta == null) {
            vieram.putAll(novos);
        }
        return falta;
    }

    private static String encaixar(List<String> mostrado, List<String> veio, boolean noComeco, boolean ate,
            Map<String, String> vieram) {
        int de = 0;
        boolean solto = !noComeco;
        List<String> trecho = new ArrayList<>();
        for (int i = 0; i <= mostrado.size(); i++) {
            boolean lacuna = i < mostrado.size() && mostrado.get(i).strip().equals("…");
            if (i < mostrado.size() && !lacuna) {
                trecho.add(mostrado.get(i));
                continue;
            }
            boolean ultimo = i == mostrado.size();
            int[] longe = new int[1];
            int fim = trecho.isEmpty() ? de : achar(trecho, veio, de, solto, vieram, longe);
            if (ultimo && ate && fim >= 0 && fim < veio.size() && !(trecho.isEmpty() && solto)) {
                if (!solto) {
                    return "veio a mais: " + veio.get(fim);
                }
                fim = achar(trecho, veio, Math.max(de, veio.size() - trecho.size()), false, vieram, longe);
            }
            if (fim < 0) {
                return trecho.get(Math.min(longe[0], trecho.size() - 1));
            }
            de = fim;
            solto = true;
            trecho.clear();
        }
        return null;
    }

    /** Onde acaba este trecho, em linhas seguidas; -1 se não está. @param longe quantas das linhas dele se acharam */
    private static int achar(List<String> trecho, List<String> veio, int de, boolean solto, Map<String, String> vieram,
            int[] longe) {
        for (int inicio = de; inicio + trecho.size() <= veio.size() || inicio == de; inicio++) {
            Map<String, String> novos = new LinkedHashMap<>(vieram);
            int i = 0;
            while (i < trecho.size() && inicio + i < veio.size() && casa(trecho.get(i), veio.get(inicio + i), novos)) {
                i++;
            }
            longe[0] = Math.max(longe[0], i);
            if (i == trecho.size()) {
                vieram.putAll(novos);
                return inicio + i;
            }
            if (!solto) {
                break;
            }
        }
        return -1;
    }

    private static boolean casa(String mostrada, String veio, Map<String, String> vieram) {
        StringBuilder padrao = new StringBuilder();
        List<String> lembrar = new ArrayList<>();
        Matcher muda = MUDAM.matcher(mostrada);
        int fim = 0;
        for (; muda.find(); fim = muda.end()) {
            padrao.append(Pattern.quote(mostrada.substring(fim, muda.start())));
            Muda qual = qual(muda);
            String ja = qual.seRepete ? vieram.get(muda.group()) : null;
            String ouAMesma = qual == Muda.FEITA ? Pattern.quote(muda.group()) + "|" : "";
            padrao.append(ja == null ? "(" + ouAMesma + qual.oQueVem + ")" : "(" + Pattern.quote(ja) + ")");
            lembrar.add(qual.seRepete ? muda.group() : null);
        }
        padrao.append(Pattern.quote(mostrada.substring(fim)));
        Matcher inteira = Pattern.compile(padrao.toString()).matcher(veio);
        if (!inteira.matches()) {
            return false;
        }
        for (int i = 0; i < lembrar.size(); i++) {
            if (lembrar.get(i) != null) {
                vieram.put(lembrar.get(i), inteira.group(i + 1));
            }
        }
        return true;
    }

    private static Muda qual(Matcher achado) {
        for (Muda muda : Muda.values()) {
            if (achado.group(muda.name()) != null) {
                return muda;
            }
        }
        throw new IllegalStateException(achado.group());
    }
}
