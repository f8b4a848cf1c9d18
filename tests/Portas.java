package tests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * As portas que este programa pode dar: fora das que o sistema dá às conexões que saem (no Linux, de 32768 em diante), e em
 * blocos que, na mesma máquina, só um programa de cada vez tem. Uma porta que se deu e em que ainda ninguém escuta parece
 * livre a outro; por isso a trava, de um arquivo, que dura o que durar este programa, morra ele como morrer.
 */
final class Portas {

    private static final int PRIMEIRA = 10_000;
    private static final int BLOCOS = 40;
    private static final int POR_BLOCO = 500;

    private static final List<FileLock> TRAVAS = new ArrayList<>(); // guardadas: sem elas, o bloco seria de outro
    private static final List<Integer> MEUS = new ArrayList<>();
    private static int dadas;

    private Portas() {
    }

    /** Uma porta em que agora ninguém escuta, e que não será dada a mais ninguém enquanto houver outras. */
    static synchronized int livre() {
        for (int tentativa = 0; tentativa < BLOCOS * POR_BLOCO; tentativa++) {
            int porta = proxima();
            try (ServerSocket soquete = new ServerSocket(porta, 1, InetAddress.getLoopbackAddress())) {
                return soquete.getLocalPort();
            } catch (IOException e) {
                // ocupada: a seguinte
            }
        }
        throw new IllegalStateException("nenhuma porta livre, da " + PRIMEIRA + " à " + (PRIMEIRA + BLOCOS * POR_BLOCO - 1));
    }

    private static int proxima() {
        if (dadas == MEUS.size() * POR_BLOCO) {
            tomarOutro();
        }
        int qual = dadas++ % (MEUS.size() * POR_BLOCO); // gastas todas, as mais velhas outra vez
        return PRIMEIRA + MEUS.get(qual / POR_BLOCO) * POR_BLOCO + qual % POR_BLOCO;
    }

    private static void tomarOutro() {
        int primeiro = new Random().nextInt(BLOCOS);
        for (int i = 0; i < BLOCOS; i++) {
            int bloco = (primeiro + i) % BLOCOS;
            if (!MEUS.contains(bloco) && travar(bloco)) {
                MEUS.add(bloco);
                return;
            }
        }
        if (MEUS.isEmpty()) { // todos são de outros, ou não há onde travar
            MEUS.add(primeiro);
        }
    }

    private static boolean travar(int bloco) {
        try {
            Path pasta = Files.createDirectories(
                    Path.of(System.getProperty("java.io.tmpdir"), "banco-portas-" + System.getProperty("user.name")));
            FileLock trava = FileChannel.open(pasta.resolve("bloco-" + bloco), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE).tryLock();
            return trava != null && TRAVAS.add(trava);
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }
}
