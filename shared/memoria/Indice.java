//SOURCES Recentes.java
package shared.memoria;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Uns {@link Recentes} em que também se procura: que número tem um texto. É uma tabela de dispersão com listas (Knuth,
 * vol. 3, seção 6.4), feita só de inteiros, pela mesma razão. O tempero, que é de cada processo, não deixa que quem escolhe
 * os textos os ponha todos na mesma lista.
 */
public final class Indice {

    private final Recentes textos = new Recentes();
    private final long tempero = ThreadLocalRandom.current().nextLong() | 1;
    private int[] cabecas = new int[64];   // por dispersão: o lugar do mais novo, mais 1; 0 = nenhum
    private int[] seguintes = new int[64]; // por lugar: o do anterior da mesma lista, mais 1
    private int[] dispersoes = new int[64]; // por lugar; o de um texto são os últimos algarismos binários do número dele

    /** O número deste texto; 0 se não se lembra. */
    public long achar(String texto) {
        int dispersao = dispersar(texto);
        int mascara = cabecas.length - 1;
        for (int lugar = cabecas[dispersao & mascara]; lugar != 0; lugar = seguintes[lugar - 1]) {
            if (dispersoes[lugar - 1] == dispersao) {
                long numero = textos.primeiro() + (lugar - 1 - textos.primeiro() & mascara);
                if (textos.ler(numero).equals(texto)) {
                    return numero;
                }
            }
        }
        return 0;
    }

    /** Acrescenta um texto que não está. @return o número dele */
    public long anexar(String texto) {
        if (textos.quantos() == cabecas.length) {
            crescer();
        }
        long numero = textos.anexar(texto);
        ligar(numero, dispersar(texto));
        return numero;
    }

    private void ligar(long numero, int dispersao) {
        int mascara = cabecas.length - 1;
        int lugar = (int) numero & mascara;
        dispersoes[lugar] = dispersao;
        seguintes[lugar] = cabecas[dispersao & mascara];
        cabecas[dispersao & mascara] = lugar + 1;
    }

    private void crescer() {
        int[] antes = dispersoes;
        cabecas = new int[2 * antes.length];
        seguintes = new int[2 * antes.length];
        dispersoes = Arrays.copyOf(antes, 2 * antes.length);
        for (long numero = textos.primeiro(), i = 0; i < antes.length; numero++, i++) {
            ligar(numero, antes[(int) numero & antes.length - 1]);
        }
    }

    /** Esquece o mais velho: é o último da sua lista. */
    public void esquecer() {
        int mascara = cabecas.length - 1;
        int lugar = (int) textos.primeiro() & mascara;
        int cabeca = dispersoes[lugar] & mascara;
        if (cabecas[cabeca] == lugar + 1) {
            cabecas[cabeca] = 0;
        } else {
            int novo = cabecas[cabeca] - 1;
            while (seguintes[novo] != lugar + 1) {
                novo = seguintes[novo] - 1;
            }
            seguintes[novo] = 0;
        }
        textos.esquecer();
    }

    private int dispersar(String texto) {
        long soma = tempero;
        for (int i = 0; i < texto.length(); i++) {
            soma = (soma + texto.charAt(i)) * tempero;
        }
        return (int) (soma >>> 32);
    }

    /** Os textos, por ordem. */
    public Recentes textos() {
        return textos;
    }
}
