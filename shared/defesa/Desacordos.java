package shared.defesa;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import shared.texto.Endereco;
import shared.texto.Registro;

/**
 * Quem não se entendeu com quem, neste processo: a linha do registro, sem a repetir a cada tentativa, e a dica para quem
 * ficou sem resposta.
 */
public final class Desacordos {

    /** Quem desliga nisto, desligou pelo que leu; aos 500, recomeça um JeroMQ que se perdeu. */
    private static final int DEPRESSA_MS = 400;

    private static final String DICA = "confira as chaves (--chaves): ou os dois lados as usam, ou nenhum; e a deste tem de"
            + " estar em autorizadas/ no outro, que tem de ser o servidor de servidor.key";
    private static final String DICA_DO_PROXY = "atrás dele pode estar o sistema original; se está um dos nossos, diga-o,"
            + " dando ao soquete ROUTER do proxy a identidade banco-replicado (em Python: frente.identity ="
            + " b\"banco-replicado\", antes do bind)";
    private static final long REPETIR_MS = 30_000;  // a mesma linha, só depois disto
    private static final int LEMBRADAS = 1_000;

    private final Map<String, Long> ditas = new ConcurrentHashMap<>(); // e quando, em ms
    private final Set<String> semAcordo = ConcurrentHashMap.newKeySet();
    private final Set<Endereco> originais = ConcurrentHashMap.newKeySet();
    private final Set<Endereco> proxies = ConcurrentHashMap.newKeySet();
    private final Registro registro; // null = em lugar nenhum
    private volatile boolean jaSabido;

    Desacordos(Registro registro) {
        this.registro = registro;
    }

    /** Se quem se conectou então, em ns, e agora desliga, o faz depressa. @param desde null = não estava por apresentar */
    static boolean depressa(Long desde) {
        return desde != null && System.nanoTime() - desde < DEPRESSA_MS * 1_000_000L;
    }

    /** Registra que alguém não entrou. @param de o endereço dele @param porta a nossa @param porque e o que fazer */
    public void recusada(String de, int porta, String porque) {
        String motivo = porque.replaceFirst(":.*", ""); // sem o detalhe, que quem é recusado pode variar
        linha("recusada " + de + " " + porta + " " + motivo, "recusada", "de", de, "porta", porta, "porque", porque);
    }

    /** Alguém a quem nos conectamos desligou antes de haver acordo. @param dizer se se registra já */
    void semAcordo(String com, boolean dizer) {
        semAcordo.add(com);
        if (dizer) {
            linha("sem-acordo " + com, "sem-acordo", "com", com, "dica", DICA);
        }
    }

    /** O mesmo, para quem vai dizê-lo ao desistir. */
    public void semAcordo(Endereco com) {
        semAcordo(com.toString(), false);
    }

    /** Que o outro lado é o sistema original não é novidade: a pessoa disse-o, com {@code --semente}. */
    public void jaSabido() {
        jaSabido = true;
    }

    /** Registra, uma vez, que ali atende o sistema original, ou um proxy que o pode ter atrás. */
    public void original(Endereco onde) {
        if (registro != null && !jaSabido && originais.add(onde)) {
            boolean proxy = proxies.contains(onde);
            registro.linha("original", "em", onde, "aviso", "encontrei " + (proxy ? "um proxy" : "o sistema original")
                    + " em " + onde + ": só lhe digo o que " + (proxy ? "o sistema original" : "ele")
                    + " entende, e não repito o que pode já ter valido (como com --semente)"
                    + (proxy ? "; " + DICA_DO_PROXY : ""));
        }
    }

    /** Quem ali atende é, ou já não é, um proxy que não se sabe o que tem atrás. */
    public void proxy(Endereco onde, boolean sim) {
        if (sim) {
            proxies.add(onde);
        } else {
            proxies.remove(onde);
        }
    }

    /** Afinal houve, ou ele não está lá. */
    void esquecer(String com) {
        semAcordo.remove(com);
    }

    /**
     * O que acrescentar a "ninguém respondeu": nada, se o que se passou com este servidor não sugere as chaves, nem um
     * proxy.
     */
    public String dica(Endereco servidor) {
        return proxies.contains(servidor) ? " Atende um proxy, e por isso só se pediu uma vez: " + DICA_DO_PROXY + "."
                : semAcordo.contains(servidor.toString()) ? " Alguém atende nessa porta, mas não houve acordo: " + DICA + "."
                : "";
    }

    /** O que conferir, sem ter de o supor. */
    public String dica() {
        return DICA;
    }

    /** @param qual o que não se repete */
    private void linha(String qual, String evento, Object... pares) {
        long agora = System.nanoTime() / 1_000_000;
        if (ditas.size() >= LEMBRADAS) { // muitos endereços: antes repetir do que guardá-los todos
            ditas.clear();
        }
        boolean nova = ditas.merge(qual, agora, (antes, esta) -> esta - antes < REPETIR_MS ? antes : esta) == agora;
        if (registro != null && nova) {
            registro.linha(evento, pares);
        }
    }
}
