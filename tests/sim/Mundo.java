package tests.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import shared.texto.Texto;
import tests.sim.Roteiro.Desvio;

/** O tempo virtual, em microssegundos, e a sorte: da mesma semente sai sempre a mesma execução. */
final class Mundo {

    static final long MS = 1_000;

    /** De onde os relógios partem na procura: tão longe que um inteiro desse tamanho só pode ser um instante. */
    static final long LONGE_US = 1L << 52;
    static final long LONGE_MS = LONGE_US / MS;

    private static final int DEMAIS = 300_000; // muito mais do que em qualquer execução procurada

    /** Na procura ninguém sorteia: o que a sorte ainda dará não se vê num estado, e dois diferentes pareceriam o mesmo. */
    private static final class SemSorte extends Random {
        private static final long serialVersionUID = 1;

        @Override
        protected int next(int bits) {
            throw new IllegalStateException("na procura nada é ao acaso");
        }
    }

    /** @param vale se ainda há algo a fazer; uma vez que não, nunca mais */
    record Evento(long quando, long ordem, BooleanSupplier vale, Runnable acao) implements Comparable<Evento> {
        @Override
        public int compareTo(Evento outro) {
            return quando != outro.quando ? Long.compare(quando, outro.quando) : Long.compare(ordem, outro.ordem);
        }
    }

    private final long semente;
    private final PriorityQueue<Evento> eventos = new PriorityQueue<>();
    private final Map<String, Random> sortes = new HashMap<>();
    private final List<String> rastro; // null = não se guarda
    private final Roteiro roteiro;     // null = manda a sorte
    private final List<String> marcos = new ArrayList<>(); // na procura, o que os clientes pediram e souberam, por ordem
    private final List<Passo> passos = new ArrayList<>();
    private Menos menos = Menos.NADA;
    private Runnable aCadaInstante = () -> { };
    private long agora;
    private long ordem;
    private int quantos;

    Mundo(long semente, boolean rastro) {
        this.semente = semente;
        this.rastro = rastro ? new ArrayList<>() : null;
        this.roteiro = null;
    }

    /** Um mundo em que nada é ao acaso. */
    Mundo(Roteiro roteiro, boolean rastro) {
        this.semente = 1;
        this.rastro = rastro ? new ArrayList<>() : null;
        this.roteiro = roteiro;
        this.agora = LONGE_US;
    }

    /** O que se lhe tira. */
    void tirar(Menos estes) {
        menos = estes;
    }

    Menos menos() {
        return menos;
    }

    /** {@code null} se manda a sorte. */
    Roteiro roteiro() {
        return roteiro;
    }

    /** Um número ao acaso, menor que este; na procura, sempre o mesmo. */
    int sortear(Random sorte, int ate, int naProcura) {
        return roteiro == null ? sorte.nextInt(ate) : naProcura;
    }

    /** O desvio que aqui se faz; {@code null} se nenhum. */
    Desvio desvio(Desvio[] possiveis) {
        return roteiro == null ? null : roteiro.escolher(possiveis);
    }

    void marco(String qual) {
        if (roteiro != null) {
            marcos.add(qual);
        }
    }

    List<String> marcos() {
        return marcos;
    }

    /** Faz isto depois de tudo o que acontece num instante. */
    void aCadaInstante(Runnable isto) {
        aCadaInstante = isto;
    }

    /** O que ainda há de acontecer, por ordem. */
    List<Evento> pendentes() {
        return eventos.stream().filter(evento -> evento.vale().getAsBoolean()).sorted().toList();
    }

    long semente() {
        return semente;
    }

    long agora() {
        return agora;
    }

    long agoraMs() {
        return agora / MS;
    }

    /** Uma fonte de sorte por assunto: mexer num (tirar uma falta) muda pouco os outros. */
    Random sorte(String assunto) {
        return sortes.computeIfAbsent(assunto,
                a -> roteiro == null ? new Random(semente * 1_000_003 + a.hashCode()) : new SemSorte());
    }

    /** Faz algo daqui a tantos microssegundos. */
    void daquiA(long us, Runnable acao) {
        daquiA(us, () -> true, acao);
    }

    /** O mesmo, se então ainda valer. @param vale uma vez que não, nunca mais */
    void daquiA(long us, BooleanSupplier vale, Runnable acao) {
        eventos.add(new Evento(agora + Math.max(0, us), ordem++, vale, acao));
    }

    /** Passa o tempo até um instante, ou até que {@code fim} se cumpra. @return se {@code fim} se cumpriu */
    boolean rodarAte(long instante, BooleanSupplier fim) {
        while (!fim.getAsBoolean()) {
            if (eventos.isEmpty() || eventos.peek().quando() > instante) {
                agora = instante;
                return false;
            }
            Evento evento = eventos.poll();
            agora = evento.quando();
            if (evento.vale().getAsBoolean()) {
                evento.acao().run();
                if (eventos.isEmpty() || eventos.peek().quando() > agora) {
                    aCadaInstante.run();
                }
                if (roteiro != null && ++quantos > DEMAIS) {
                    throw new Violacao("não tem fim: em %d ms passaram-se mais de %d coisas", (agora - LONGE_US) / MS,
                            DEMAIS);
                }
            }
        }
        return true;
    }

    /** Uma linha do rastro, se alguém o quer. */
    void dizer(String quem, Object... oQue) {
        if (rastro != null) {
            StringBuilder linha = new StringBuilder(Texto.formatar("%9.3f %-4s", agora / 1e6, quem));
            for (Object parte : oQue) {
                linha.append(' ').append(parte);
            }
            rastro.add(linha.toString());
        }
    }

    /** O que aconteceu, para contar. */
    void contar(Passo.Tipo tipo, String quem, String outro, String texto) {
        if (rastro != null && roteiro != null) {
            passos.add(new Passo((agora - LONGE_US) / 1e3, tipo, quem, outro, texto));
        }
    }

    List<Passo> passos() {
        return passos;
    }

    boolean comRastro() {
        return rastro != null;
    }

    List<String> rastro() {
        return rastro == null ? List.of() : rastro;
    }
}
