package shared.memoria;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Os últimos textos de uma sequência, numerados de 1 em diante: acrescentam-se no fim, esquecem-se do começo. Cem mil
 * objetos que nascem e morrem por ordem são o pior que se pode dar ao coletor de lixo: a cada coleta copiam-se todos os
 * novos, e o laço para esses milissegundos. Aqui são bytes seguidos, em blocos que se usam de novo, e nenhum objeto por
 * texto.
 */
public final class Recentes {

    private static final int POR_BLOCO = 256;
    private static final int BLOCO_MAXIMO = 1 << 20; // bytes: um que cresceu mais que isto não se usa de novo

    private final List<Bloco> blocos = new ArrayList<>();
    private long esquecidos;         // os de 1 até este já não se podem ler
    private long ultimo;
    private long noPrimeiroBloco = 1; // o número do primeiro texto dele
    private Bloco livre;             // null = nenhum

    private static final class Bloco {

        private final int[] fins = new int[POR_BLOCO];
        private byte[] bytes = new byte[16 * POR_BLOCO];
        private int quantos;

        void anexar(byte[] texto) {
            int inicio = inicio(quantos);
            int fim = inicio + texto.length;
            if (fim > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(fim, 2 * bytes.length));
            }
            System.arraycopy(texto, 0, bytes, inicio, texto.length);
            fins[quantos++] = fim;
        }

        String ler(int qual) {
            return new String(bytes, inicio(qual), fins[qual] - inicio(qual), StandardCharsets.UTF_8);
        }

        /** Os bytes são tantos quantas as letras só se todas são de ASCII; senão, mais. */
        boolean eEste(int qual, String texto) {
            int inicio = inicio(qual);
            int quantas = fins[qual] - inicio;
            if (quantas != texto.length()) {
                return quantas > texto.length() && ler(qual).equals(texto);
            }
            for (int i = 0; i < quantas; i++) {
                if (bytes[inicio + i] != texto.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private int inicio(int qual) {
            return qual == 0 ? 0 : fins[qual - 1];
        }
    }

    /** Acrescenta um texto, sem meios pares. @return o número dele */
    public long anexar(String texto) {
        if (blocos.isEmpty() || blocos.get(blocos.size() - 1).quantos == POR_BLOCO) {
            blocos.add(livre == null ? new Bloco() : livre);
            livre = null;
        }
        blocos.get(blocos.size() - 1).anexar(texto.getBytes(StandardCharsets.UTF_8));
        return ++ultimo;
    }

    /** @param numero de um que ainda se lembra */
    public String ler(long numero) {
        int qual = Math.toIntExact(numero - noPrimeiroBloco);
        return blocos.get(qual / POR_BLOCO).ler(qual % POR_BLOCO);
    }

    /** Se é este texto. @param numero de um que ainda se lembra */
    public boolean eEste(long numero, String texto) {
        int qual = Math.toIntExact(numero - noPrimeiroBloco);
        return blocos.get(qual / POR_BLOCO).eEste(qual % POR_BLOCO, texto);
    }

    /** Esquece o mais velho. */
    public void esquecer() {
        esquecidos++;
        if (esquecidos - noPrimeiroBloco == POR_BLOCO - 1) {
            Bloco velho = blocos.remove(0);
            velho.quantos = 0;
            livre = velho.bytes.length > BLOCO_MAXIMO ? null : velho;
            noPrimeiroBloco += POR_BLOCO;
        }
    }

    /** O número do mais velho que se lembra; se não há nenhum, o que terá o próximo. */
    public long primeiro() {
        return esquecidos + 1;
    }

    /** O número do último que se acrescentou; 0 se nenhum. */
    public long ultimo() {
        return ultimo;
    }

    /** Quantos se lembram. */
    public int quantos() {
        return (int) (ultimo - esquecidos);
    }
}
