package tests.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * O que um enlace faz a cada mensagem, num sentido. Regra pura: o tempo e a mensagem entram por parâmetro, e o acaso é o da
 * semente e do nome do enlace, para que a sorte de um não dependa do que passa pelos outros.
 */
public final class Regras {

    /** O destino de uma cópia: entregar em {@code atrasoMs}. */
    public record Copia(int copia, double atrasoMs) {
    }

    private final Random sorte;
    private double atrasoMinimo;
    private double atrasoMaximo;
    private double perda;
    private double duplicacao;
    private double reordenacao;
    private boolean cortado;
    private boolean segurando;

    /** @param enlace o nome dele, com o sentido: {@code sequenciador>replica-1} */
    public Regras(long semente, String enlace) {
        this.sorte = new Random(semente * 31 + enlace.hashCode());
    }

    /** Cada mensagem demora entre estes dois, em milissegundos. */
    public synchronized Regras atraso(double minimo, double maximo) {
        atrasoMinimo = minimo;
        atrasoMaximo = Math.max(minimo, maximo);
        return this;
    }

    /** Que parte das mensagens se perde, de 0 a 1. */
    public synchronized Regras perda(double parte) {
        perda = parte;
        return this;
    }

    /** Que parte se entrega duas vezes, de 0 a 1. */
    public synchronized Regras duplicacao(double parte) {
        duplicacao = parte;
        return this;
    }

    /** Que parte se deixa ultrapassar pelas que vêm depois, de 0 a 1. */
    public synchronized Regras reordenacao(double parte) {
        reordenacao = parte;
        return this;
    }

    /** Cortado, tudo se perde. */
    public synchronized Regras cortar(boolean sim) {
        cortado = sim;
        return this;
    }

    /** Segurando, as mensagens esperam até que se soltem. */
    public synchronized Regras segurar(boolean sim) {
        segurando = sim;
        return this;
    }

    public synchronized boolean cortado() {
        return cortado;
    }

    public synchronized boolean segurando() {
        return segurando;
    }

    /** O que acontece a uma mensagem: uma cópia, nenhuma (perdeu-se) ou duas. */
    public synchronized List<Copia> decidir() {
        double daPerda = sorte.nextDouble(); // os mesmos sorteios sempre, para que uma regra não mude a sorte das outras
        double daDuplicacao = sorte.nextDouble();
        double daReordenacao = sorte.nextDouble();
        double doAtraso = sorte.nextDouble();
        if (cortado || daPerda < perda) {
            return List.of();
        }
        double atraso = atrasoMinimo + doAtraso * (atrasoMaximo - atrasoMinimo);
        List<Copia> copias = new ArrayList<>();
        copias.add(new Copia(0, daReordenacao < reordenacao ? atraso + 20 + atrasoMaximo : atraso));
        if (daDuplicacao < duplicacao) {
            copias.add(new Copia(1, atraso + 5));
        }
        return copias;
    }

    /** Se as mensagens, sem atraso ao acaso nem reordenação, não se ultrapassam. */
    public synchronized boolean emOrdem() {
        return reordenacao == 0;
    }
}
