package tests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * As portas que este programa pode dar: fora das que o sistema dá às conexões que saem (no Linux, de 32768 em diante), e em
 * blocos que, na mesma máquina, só um programa de cada vez tem. Uma porta que se deu e em que ainda ninguém escuta parece
 * livre a outro; por isso quem tem um bloco escuta na última porta dele, enquanto viver, acabe como acabar: não fica nada.
 */
final class Portas {

    private static final int PRIMEIRA = 10_000;
    private static final int BLOCOS = 22;
    private static final int POR_BLOCO = 1_000;     // com a última, que o guarda; de dez grupos, as portas cabem num
    private static final int DO_BLOCO = POR_BLOCO - 1;

    private static final List<ServerSocket> GUARDAS = new ArrayList<>();
    private static final List<Integer> MEUS = new ArrayList<>();
    private static final Set<Integer> COM_OUTRA = new HashSet<>(); // estão acima de uma que se deu
    private static int dadas;

    private Portas() {
    }

    /** Uma porta em que agora ninguém escuta, e que não será dada a mais ninguém enquanto houver outras. */
    static synchronized int livre() {
        for (int tentativa = 0; tentativa < BLOCOS * DO_BLOCO; tentativa++) {
            int porta = proxima();
            if (vaga(porta)) {
                return porta;
            }
        }
        throw new IllegalStateException("nenhuma porta livre, da " + PRIMEIRA + " à " + (PRIMEIRA + BLOCOS * POR_BLOCO - 1));
    }

    /**
     * Uma porta livre, e também livres, e de mais ninguém, as que estão acima dela uma, duas… tantas vezes um passo.
     *
     * @param passo quantas portas de uma à seguinte
     */
    static synchronized int livre(int mais, int passo) {
        for (int tentativa = 0; tentativa < BLOCOS * DO_BLOCO; tentativa++) {
            int porta = livre();
            List<Integer> acima = IntStream.rangeClosed(1, mais).mapToObj(i -> porta + i * passo).toList();
            if ((porta - PRIMEIRA) % POR_BLOCO + mais * passo < DO_BLOCO && acima.stream().allMatch(Portas::vaga)) {
                COM_OUTRA.addAll(acima);
                return porta;
            }
        }
        throw new IllegalStateException("nenhuma porta com outras " + mais + " livres, de " + passo + " em " + passo);
    }

    private static boolean vaga(int porta) {
        try (ServerSocket soquete = escutar(porta)) {
            return !COM_OUTRA.contains(soquete.getLocalPort());
        } catch (IOException e) {
            return false;
        }
    }

    private static int proxima() {
        if (dadas == MEUS.size() * DO_BLOCO) {
            tomarOutro();
        }
        int qual = dadas++ % (MEUS.size() * DO_BLOCO); // gastas todas, as mais velhas outra vez
        return primeira(MEUS.get(qual / DO_BLOCO)) + qual % DO_BLOCO;
    }

    private static int primeira(int bloco) {
        return PRIMEIRA + bloco * POR_BLOCO;
    }

    private static void tomarOutro() {
        int primeiro = new Random().nextInt(BLOCOS);
        for (int i = 0; i < BLOCOS; i++) {
            int bloco = (primeiro + i) % BLOCOS;
            if (!MEUS.contains(bloco) && guardar(bloco)) {
                MEUS.add(bloco);
                return;
            }
        }
        if (MEUS.isEmpty()) { // todos são de outros
            MEUS.add(primeiro);
        }
    }

    private static boolean guardar(int bloco) {
        try {
            return GUARDAS.add(escutar(primeira(bloco) + DO_BLOCO));
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket escutar(int porta) throws IOException {
        return new ServerSocket(porta, 1, InetAddress.getLoopbackAddress());
    }
}
