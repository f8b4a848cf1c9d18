//SOURCES Indice.java
package shared.memoria;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Contas e saldos, em reais com 2 casas, como um mapa de que nada se tira, e que se percorre por ordem de nome. São bytes e
 * inteiros seguidos, pela mesma razão que {@link Recentes}: um milhão de contas, cada uma com os seus objetos, param a
 * máquina virtual um segundo em cada coleta inteira. A ordem só se faz quando se pede.
 */
public final class Saldos extends AbstractMap<String, BigDecimal> {

    private static final int CASAS = 2;
    private static final int ALGARISMOS = 18;  // os que cabem num long
    private static final long GRANDE = -1;     // em vez dos centavos: o saldo está em grandes

    private final Indice contas = new Indice();
    private long[] centavos = new long[64];    // por número da conta
    private final Map<Integer, BigDecimal> grandes = new HashMap<>();
    private int[] ordem = {};                  // os números das contas por ordem de nome; faltam as mais novas

    /** @return {@code null} se a conta não existe */
    @Override
    public BigDecimal get(Object conta) {
        int numero = conta instanceof String nome ? (int) contas.achar(nome) : 0;
        return numero == 0 ? null : saldo(numero);
    }

    private BigDecimal saldo(int numero) {
        long estes = centavos[numero];
        return estes == GRANDE ? grandes.get(numero) : BigDecimal.valueOf(estes, CASAS);
    }

    /** @param saldo não negativo, até 2 casas @return {@code null}: o de antes, pergunta-se */
    @Override
    public BigDecimal put(String conta, BigDecimal saldo) {
        int numero = (int) contas.achar(conta);
        if (numero == 0) {
            numero = (int) contas.anexar(conta);
            centavos = numero < centavos.length ? centavos : Arrays.copyOf(centavos, 2 * centavos.length);
        }
        BigDecimal comCasas = saldo.setScale(CASAS, RoundingMode.UNNECESSARY);
        if (comCasas.precision() <= ALGARISMOS) {
            centavos[numero] = comCasas.scaleByPowerOfTen(CASAS).longValue();
        } else {
            centavos[numero] = GRANDE;
            grandes.put(numero, comCasas);
        }
        return null;
    }

    @Override
    public boolean containsKey(Object conta) {
        return get(conta) != null;
    }

    @Override
    public int size() {
        return contas.textos().quantos();
    }

    /** Os nomes das contas, por ordem, até que venha outra. */
    public List<String> nomes() {
        int[] estes = porOrdem();
        return new Nomes(contas.textos(), estes);
    }

    /** Uma lista a que se vai diretamente a qualquer lugar. */
    private static final class Nomes extends AbstractList<String> implements RandomAccess {

        private final Recentes textos;
        private final int[] ordem;

        Nomes(Recentes textos, int[] ordem) {
            this.textos = textos;
            this.ordem = ordem;
        }

        @Override
        public String get(int lugar) {
            return textos.ler(ordem[lugar]);
        }

        @Override
        public int size() {
            return ordem.length;
        }
    }

    @Override
    public Set<Entry<String, BigDecimal>> entrySet() {
        int[] estes = porOrdem();
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, BigDecimal>> iterator() {
                return IntStream.of(estes).<Entry<String, BigDecimal>>mapToObj(
                        numero -> Map.entry(nome(numero), saldo(numero))).iterator();
            }

            @Override
            public int size() {
                return estes.length;
            }
        };
    }

    private String nome(int numero) {
        return contas.textos().ler(numero);
    }

    /** Uma conta que ainda não está na ordem. */
    private record Nova(String nome, int numero) {
    }

    private int[] porOrdem() {
        int[] antes = ordem;
        List<Nova> novas = IntStream.rangeClosed(antes.length + 1, size()).mapToObj(numero -> new Nova(nome(numero), numero))
                .sorted(Comparator.comparing(Nova::nome)).toList();
        int[] todas = novas.isEmpty() ? antes : new int[size()];
        for (int i = 0, j = 0; i + j < todas.length && !novas.isEmpty(); ) {
            boolean nova = i == antes.length || j < novas.size() && novas.get(j).nome().compareTo(nome(antes[i])) < 0;
            todas[i + j] = nova ? novas.get(j).numero() : antes[i];
            i += nova ? 0 : 1;
            j += nova ? 1 : 0;
        }
        ordem = todas;
        return todas;
    }
}
