//SOURCES Recentes.java
package shared.memoria;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Uns {@link Recentes} em que também se procura: que número tem um texto. É uma tabela de dispersão com listas (Knuth,
 * vol. 3, seção 6.4), feita só de inteiros, pela mesma razão. Cada lista vai do mais novo ao mais velho, e acaba no primeiro
 * que já se esqueceu: por isso nada se tira delas. O tempero, que é de cada processo, não deixa que quem escolhe os textos
 * os ponha todos na mesma lista.
 */
public final class Indice {

    private final Recentes textos = new Recentes();
    private final long tempero = ThreadLocalRandom.current().nextLong() | 1;
    private int[] cabecas = new int[64]; // por dispersão: o número do mais novo (os seus últimos 32 bits, como todos aqui)
    private long[] nos = new long[64];   // por número: a dispersão dele, e o número do anterior da mesma lista
    private String dispersado = "";      // o último texto que se procurou, que é muitas vezes o próximo
    private int dispersao = dispersar("");

    /** O número deste texto; 0 se não se lembra. */
    public long achar(String texto) {
        int procurada = dispersao(texto);
        int mascara = cabecas.length - 1;
        int idade;
        for (int n = cabecas[procurada & mascara]; (idade = idade(n)) < textos.quantos(); n = (int) nos[n & mascara]) {
            long numero = textos.ultimo() - idade;
            if ((int) (nos[n & mascara] >>> 32) == procurada && textos.eEste(numero, texto)) {
                return numero;
            }
        }
        return 0;
    }

    /** Quantos se acrescentaram depois deste; se é de uma lista vazia ou já se esqueceu, mais do que os que se lembram. */
    private int idade(int numero) {
        int idade = (int) textos.ultimo() - numero;
        return idade < 0 ? Integer.MAX_VALUE : idade;
    }

    /** Acrescenta um texto que não está. @return o número dele */
    public long anexar(String texto) {
        if (textos.quantos() == cabecas.length) {
            crescer();
        }
        long numero = textos.anexar(texto);
        ligar(numero, dispersao(texto));
        return numero;
    }

    private void ligar(long numero, int dela) {
        int mascara = cabecas.length - 1;
        nos[(int) numero & mascara] = (long) dela << 32 | cabecas[dela & mascara] & 0xffff_ffffL;
        cabecas[dela & mascara] = (int) numero;
    }

    private void crescer() {
        long[] antes = nos;
        cabecas = new int[2 * antes.length];
        nos = new long[2 * antes.length];
        for (long numero = textos.primeiro(); numero <= textos.ultimo(); numero++) {
            ligar(numero, (int) (antes[(int) numero & antes.length - 1] >>> 32));
        }
    }

    private int dispersao(String texto) {
        if (texto != dispersado) { // o mesmo objeto: procura-se, e logo se acrescenta
            dispersao = dispersar(texto);
            dispersado = texto;
        }
        return dispersao;
    }

    private int dispersar(String texto) {
        long soma = tempero;
        for (int i = 0; i < texto.length(); i++) {
            soma = (soma + texto.charAt(i)) * tempero;
        }
        return (int) (soma >>> 32);
    }

    /** Os textos, por ordem; só para leitura. */
    public Recentes textos() {
        return textos;
    }

    /** Esquece o mais velho. */
    public void esquecer() {
        textos.esquecer();
    }
}
