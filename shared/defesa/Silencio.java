package shared.defesa;

import shared.tempo.Lentidao;

/**
 * O que fazer com uma conexão que se calou. Uma conexão pode estar aberta e muda: o roteador reiniciou, a NAT esqueceu-a,
 * o outro lado perdeu a energia, e o TCP não o conta a quem só escuta. Aqui o outro lado responde a um PING por segundo;
 * se deixa de o fazer, abre-se outra conexão ao lado, e fica a que ouve: se é só a nova, a velha estava muda; se a velha
 * volta a ouvir, o outro só tinha parado, e nela está tudo o que ele enviou. Regra pura: os tempos, em milissegundos,
 * entram por parâmetro.
 */
public final class Silencio {

    /** De quanto em quanto tempo o outro lado dá sinal de vida. */
    public static final int PULSO_MS = 1_000;

    /** Sem sinal nisto, abre-se outra conexão. */
    public static final int PRAZO_MS = Lentidao.vezes(4_000);

    private static final int PRAZO_MAXIMO_MS = Lentidao.vezes(60_000); // e assim vai dobrando, se também a nova se cala
    private static final int PROVA_MS = PULSO_MS / 2;  // a nova ouve se, depois de apresentada, ainda lhe chega algo

    public enum Fazer { NADA, ABRIR, TROCAR, LARGAR }

    /** Quando algo chegou por uma conexão, a primeira vez e a última; 0 se nunca. */
    public record Ouvido(long primeiro, long ultimo) {
        public static final Ouvido NADA = new Ouvido(0, 0);
    }

    private long calada;                // há quanto tempo, à escuta, nada se ouve
    private long ouviu;                 // o último que se ouviu
    private long olhou = Long.MAX_VALUE;
    private long abriu = Long.MIN_VALUE; // MIN_VALUE = não há uma nova
    private long prazo = PRAZO_MS;

    /**
     * Chame a cada volta do laço: o tempo em que fomos nós que paramos não conta como silêncio.
     *
     * @param ligada se a conexão está de pé, e o que chegou por ela já foi lido; se não, nada se espera dela
     * @param velha  o que se ouviu por ela
     * @param nova   o que se ouviu pela que se abriu ao lado, se há uma
     * @param agora  de um relógio que só avança
     */
    public Fazer olhar(boolean ligada, Ouvido velha, Ouvido nova, long agora) {
        boolean ouve = !ligada || velha.ultimo() > ouviu;
        calada = ouve ? 0 : calada + Math.max(0, Math.min(agora - olhou, PULSO_MS));
        ouviu = velha.ultimo();
        olhou = agora;
        if (abriu == Long.MIN_VALUE) {
            if (calada < prazo) {
                return Fazer.NADA;
            }
            abriu = agora;
            return Fazer.ABRIR;
        }
        if (!ligada || velha.ultimo() > abriu) {
            return acabar(Fazer.LARGAR, PRAZO_MS);
        }
        if (nova.ultimo() - nova.primeiro() >= PROVA_MS) {
            return acabar(Fazer.TROCAR, PRAZO_MS);
        }
        boolean calouSe = nova.primeiro() > 0 && agora - nova.ultimo() >= prazo;
        return calouSe ? acabar(Fazer.LARGAR, Math.min(2 * prazo, PRAZO_MAXIMO_MS)) : Fazer.NADA;
    }

    private Fazer acabar(Fazer como, long outroPrazo) {
        abriu = Long.MIN_VALUE;
        calada = 0;
        prazo = outroPrazo;
        return como;
    }
}
