package part4.regra;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import part4.regra.Mensagens.Noticia;
import shared.tempo.Lentidao;
import shared.texto.MensagemInvalida;

/** O que um primário sabe dos seus backups: até onde cada um tem, de quem se espera, e que mudança propor à testemunha. */
final class Backups {

    private static final int QUASE = 1_000;          // a quantas operações do fim se passa a esperar por um que entra
    private static final int MAXIMO = 64;            // de que se sabe…
    private static final int ESQUECER_MS = Lentidao.vezes(60_000); // …e quanto um que se calou ainda conta

    private static final class Backup {
        private long confirmado;
        private long ronda;
        private long visto;
    }

    private final String eu;
    private final Map<String, Backup> todos = new HashMap<>();
    private final Set<String> exigidos = new TreeSet<>();    // de quem se espera a confirmação
    private final Set<String> propostos = new TreeSet<>();   // os da visão, e os que já se propôs pôr nela
    private Set<String> proposta;                            // a pedir à testemunha; null = nada a mudar

    Backups(String eu, Visao visao) {
        this.eu = eu;
        adotar(visao);
    }

    /** Uma visão mais nova torna sem efeito o que se propôs sobre as outras. */
    void adotar(Visao visao) {
        proposta = null;
        propostos.clear();
        propostos.addAll(visao.emDia());
        exigidos.clear();
        exigidos.addAll(propostos);
    }

    /**
     * Um que já nos segue dá notícia.
     *
     * @param ronda  a que ele devolve; 0 se não é das nossas
     * @param nosso  até onde lhe podemos ter difundido, e {@code ultima}, a nossa última ronda
     * @throws MensagemInvalida se não pode ser verdade
     */
    void ouvir(Noticia n, long ronda, long nosso, long ultima, long agora) {
        if (n.ultimo() > nosso || ronda > ultima || !todos.containsKey(n.id()) && todos.size() >= MAXIMO) {
            throw new MensagemInvalida("campo", "noticia: diz ter o que o primário não tem, ou há backups demais");
        }
        Backup backup = backup(n.id());
        // Só conta como notícia a de quem nos ouve: um corte só de cá para lá deixá-lo-ia em dia, e todos à espera dele.
        boolean ouve = n.ultimo() > backup.confirmado || ronda > backup.ronda || (n.ultimo() >= nosso && ronda == ultima);
        backup.visto = ouve ? agora : backup.visto;
        backup.confirmado = Math.max(backup.confirmado, n.ultimo());
        backup.ronda = Math.max(backup.ronda, ronda);
    }

    private Backup backup(String nome) {
        return todos.computeIfAbsent(nome, n -> new Backup());
    }

    /** Até onde todos de quem se espera têm no disco. @param nosso até onde nós temos */
    long confirmado(long nosso) {
        return menor(nosso, backup -> backup.confirmado);
    }

    /** A última ronda que voltou de todos de quem se espera. @param nossa a última que se difundiu */
    long ronda(long nossa) {
        return menor(nossa, backup -> backup.ronda);
    }

    private long menor(long nosso, ToLongFunction<Backup> qual) {
        return exigidos.stream().filter(nome -> !nome.equals(eu)).map(this::backup).mapToLong(qual).reduce(nosso, Math::min);
    }

    /** Se não se espera por mais ninguém: quem se propôs pode já ser primário. */
    boolean sozinho() {
        return exigidos.size() == 1;
    }

    /**
     * Vê quem se calou, e quem chegou.
     *
     * @param confirmado até onde se sabe que se confirmou
     * @param herdado    até onde se pode ter confirmado antes deste mandato
     */
    void vigiar(Visao visao, long confirmado, long herdado, long agora) {
        Set<String> emDia = new TreeSet<>(visao.emDia());
        Set<String> quase = new TreeSet<>(); // já se espera por eles: senão, com operações sem parar, nunca estariam em dia
        for (String nome : visao.emDia()) {
            Backup backup = backup(nome);
            backup.visto = backup.visto == 0 ? agora : backup.visto;
            if (!nome.equals(eu) && agora - backup.visto > Nodo.SILENCIO_MS) {
                emDia.remove(nome);
            }
        }
        todos.forEach((nome, backup) -> {
            boolean vivo = agora - backup.visto <= Nodo.SILENCIO_MS;
            if (vivo && backup.confirmado + QUASE >= confirmado) {
                quase.add(nome);
            }
            if (vivo && backup.confirmado >= Math.max(confirmado, herdado)) {
                emDia.add(nome);
            }
        });
        exigidos.clear();
        exigidos.addAll(propostos);
        exigidos.addAll(quase);
        todos.entrySet().removeIf(e -> agora - e.getValue().visto > ESQUECER_MS && !exigidos.contains(e.getKey()));
        proposta = emDia.equals(visao.emDia()) && propostos.equals(visao.emDia()) ? null : emDia;
    }

    /** Quem devia estar em dia na próxima visão; {@code null} se nada muda. */
    Set<String> proposta() {
        return proposta;
    }

    /**
     * O mesmo, para o dizer à testemunha. Daqui em diante também se espera por quem se propôs: ela pode registrá-lo, e a
     * resposta perder-se. Só uma visão mais nova tira alguém dos exigidos.
     */
    Set<String> propor() {
        if (proposta != null) {
            propostos.addAll(proposta);
            exigidos.addAll(proposta);
        }
        return proposta;
    }
}
