package tests.lab.rede;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/**
 * O que acontece a cada mensagem que vai num sentido de um enlace. Regra pura: a hora entra por parâmetro, e o acaso é o da
 * semente e do nome do sentido, para que a sorte de um não dependa do que passa pelos outros. As operações e as mensagens de
 * controle (pulsos, pedidos do que falta) têm cada uma o seu acaso: quantos pulsos houve não muda a sorte das operações.
 */
public final class Regras {

    /**
     * O destino de uma cópia.
     *
     * @param copia  0 é a própria mensagem; 1, a repetida
     * @param quando quando chega, em milissegundos
     * @param segura não chega: espera até que a soltem
     * @param cede   deixa passar a seguinte: chega depois dela, se ela vier antes de {@code quando}
     */
    public record Copia(int copia, double quando, boolean segura, boolean cede) {
    }

    private static final double REPETIDA_DEPOIS_MS = 5;
    private static final double CEDE_NO_MAXIMO_MS = 200;

    private final Random dasOperacoes;
    private final Random doControle;
    private final Random dosEstragos; // à parte, para que estragar umas não mude a sorte das outras
    private double atrasoMinimo;
    private double atrasoMaximo;
    private double perda;
    private double duplicacao;
    private double reordenacao;
    private double estrago;
    private boolean cortado;
    private boolean segurando;
    private boolean soltoOControle; // enquanto se seguram as operações
    private boolean somenteOperacoes;
    private boolean semPerdas;
    private double ultimaChegada;

    /** @param sentido o nome dele: {@code sequenciador>replica-1} */
    public Regras(long semente, String sentido) {
        this.dasOperacoes = new Random(misturar(semente * 31 + sentido.hashCode()));
        this.doControle = new Random(misturar(semente * 37 + sentido.hashCode()));
        this.dosEstragos = new Random(misturar(semente * 41 + sentido.hashCode()));
    }

    /** O Random de sementes vizinhas começa com números vizinhos, e replica-1 e replica-2 perderiam as mesmas mensagens. */
    private static long misturar(long semente) {
        long z = semente * 0x9E3779B97F4A7C15L;
        return (z ^ z >>> 31) * 0xBF58476D1CE4E5B9L;
    }

    /** Cada mensagem demora entre estes dois, em milissegundos; por mais que varie, não trocam de ordem. */
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

    /** Que parte se deixa ultrapassar pela seguinte, de 0 a 1. */
    public synchronized Regras reordenacao(double parte) {
        reordenacao = parte;
        return this;
    }

    /** De que parte das operações difundidas chega só um começo, de 0 a 1. */
    public synchronized Regras estrago(double parte) {
        estrago = parte;
        return this;
    }

    /** Se a operação que sai agora se estraga. */
    public synchronized boolean estraga() {
        return dosEstragos.nextDouble() < estrago;
    }

    /** Cortado, tudo se perde, também o controle. */
    public synchronized Regras cortar(boolean sim) {
        cortado = sim;
        return this;
    }

    /** Segurando, as mensagens esperam até que se soltem. */
    public synchronized Regras segurar(boolean sim) {
        segurando = sim;
        soltoOControle = false;
        return this;
    }

    /** O mesmo, só com as operações; o que é de controle passa. */
    public synchronized Regras segurarOperacoes() {
        segurando = true;
        soltoOControle = true;
        return this;
    }

    /** As regras de um sentido, agora. @param segura {@code nao}, {@code operacoes} ou {@code tudo}; atrasos em ms */
    public record Agora(String segura, boolean cortado, double perda, double atrasoMinimo, double atrasoMaximo) {
    }

    synchronized Agora agora() {
        return new Agora(!segurando ? "nao" : soltoOControle ? "operacoes" : "tudo", cortado, perda, atrasoMinimo,
                atrasoMaximo);
    }

    synchronized boolean segurando() {
        return segurando;
    }

    /** Nada se perde, nem se repete, nem se deixa ultrapassar, salvo o corte; demora, sim. */
    Regras semPerdas(boolean sim) {
        semPerdas = sim;
        return this;
    }

    /** Salvo o corte, nada disto toca as mensagens de controle: elas passam logo. */
    public synchronized Regras somenteOperacoes(boolean sim) {
        somenteOperacoes = sim;
        return this;
    }

    /** O que vier daqui em diante não espera pelo que ia atrasado. */
    synchronized void esquecerAtrasos() {
        ultimaChegada = 0;
    }

    public synchronized boolean cortado() {
        return cortado;
    }

    /** O que acontece a uma mensagem que sai agora: uma cópia, nenhuma (perdeu-se) ou duas. */
    public synchronized List<Copia> decidir(double agora, boolean operacao) {
        Random sorte = operacao ? dasOperacoes : doControle;
        double daPerda = sorte.nextDouble(); // os mesmos sorteios sempre, para que uma regra não mude a sorte das outras
        double daDuplicacao = sorte.nextDouble();
        double daReordenacao = sorte.nextDouble();
        double doAtraso = sorte.nextDouble();
        if (cortado) {
            return List.of();
        }
        if (somenteOperacoes && !operacao) {
            return List.of(new Copia(0, agora, false, false));
        }
        if (daPerda < perda && !semPerdas) {
            return List.of();
        }
        double quando = Math.max(agora + atrasoMinimo + doAtraso * (atrasoMaximo - atrasoMinimo), ultimaChegada);
        boolean cede = daReordenacao < reordenacao && !semPerdas;
        boolean espera = segurando && (operacao || !soltoOControle);
        if (!cede && !espera) {
            ultimaChegada = quando;
        }
        List<Copia> copias = new ArrayList<>();
        copias.add(new Copia(0, cede ? quando + CEDE_NO_MAXIMO_MS : quando, espera, cede));
        if (daDuplicacao < duplicacao) {
            copias.add(new Copia(1, quando + REPETIDA_DEPOIS_MS, espera, false));
        }
        return copias;
    }

    /** As que não são as de uma rede boa: {@code perda=5% atraso=10..50}. */
    @Override
    public synchronized String toString() {
        StringJoiner texto = new StringJoiner(" ");
        parte(texto, "perda", perda);
        if (atrasoMaximo > 0) {
            texto.add("atraso=" + numero(atrasoMinimo) + (atrasoMaximo > atrasoMinimo ? ".." + numero(atrasoMaximo) : ""));
        }
        parte(texto, "duplicar", duplicacao);
        parte(texto, "reordenar", reordenacao);
        parte(texto, "estragar", estrago);
        if (somenteOperacoes) {
            texto.add("somente-operacoes");
        }
        if (cortado) {
            texto.add("cortado");
        }
        if (segurando) {
            texto.add(soltoOControle ? "segurando" : "segurando=tudo");
        }
        return texto.toString();
    }

    private static void parte(StringJoiner texto, String nome, double parte) {
        if (parte > 0) {
            texto.add(nome + "=" + numero(parte * 100) + "%");
        }
    }

    private static String numero(double valor) {
        String texto = Double.toString(Math.round(valor * 1000) / 1e3);
        return texto.endsWith(".0") ? texto.substring(0, texto.length() - 2) : texto;
    }
}
