package tests.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import shared.texto.Texto;

/** O tempo virtual, em microssegundos, e a sorte: da mesma semente sai sempre a mesma execução. */
final class Mundo {

    static final long MS = 1_000;

    private record Evento(long quando, long ordem, Runnable acao) implements Comparable<Evento> {
        @Override
        public int compareTo(Evento outro) {
            return quando != outro.quando ? Long.compare(quando, outro.quando) : Long.compare(ordem, outro.ordem);
        }
    }

    private final long semente;
    private final PriorityQueue<Evento> eventos = new PriorityQueue<>();
    private final Map<String, Random> sortes = new HashMap<>();
    private final List<String> rastro; // null = não se guarda
    private long agora;
    private long ordem;

    Mundo(long semente, boolean rastro) {
        this.semente = semente;
        this.rastro = rastro ? new ArrayList<>() : null;
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
        return sortes.computeIfAbsent(assunto, a -> new Random(semente * 1_000_003 + a.hashCode()));
    }

    /** Faz algo daqui a tantos microssegundos. */
    void daquiA(long us, Runnable acao) {
        eventos.add(new Evento(agora + Math.max(0, us), ordem++, acao));
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
            evento.acao().run();
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

    boolean comRastro() {
        return rastro != null;
    }

    List<String> rastro() {
        return rastro == null ? List.of() : rastro;
    }
}
