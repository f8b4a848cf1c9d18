//DEPS org.hdrhistogram:HdrHistogram:2.2.2
package shared.papel;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Locale;
import java.util.Random;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import shared.Operacao;

/** A carga de trabalho: operações ao acaso, mas as mesmas sempre que a semente é a mesma; e a medida do que custam. */
public final class Carga {

    private Carga() {
    }

    /**
     * As operações: 40 % depósitos, 30 % saques e 30 % transferências entre contas diferentes, de 1 a 150 reais; algumas
     * serão recusadas. Tipos, contas e valores dependem só da semente; os id_msg são novos, para que repetir a carga
     * valha de novo.
     *
     * @param contas quantas contas usar: conta-1 a conta-N; com uma só, em vez de transferências há saques
     */
    public static Iterator<Operacao> operacoes(long semente, int contas, int quantas) {
        Random sorte = new Random(semente);
        return new Iterator<>() {
            private int feitas;

            @Override
            public boolean hasNext() {
                return feitas < quantas;
            }

            @Override
            public Operacao next() {
                feitas++;
                int dado = sorte.nextInt(10);
                int qual = sorte.nextInt(contas);
                String conta = conta(1 + qual);
                String outra = conta(1 + (qual + 1 + sorte.nextInt(Math.max(1, contas - 1))) % contas);
                int centavos = 100 + sorte.nextInt(dado < 4 ? 9_901 : 14_901);
                BigDecimal valor = BigDecimal.valueOf(centavos, 2);
                return dado < 4 ? Operacao.deposito(conta, valor)
                        : dado < 7 || contas == 1 ? Operacao.saque(conta, valor)
                        : Operacao.transferencia(conta, outra, valor);
            }
        };
    }

    /** O nome da n-ésima conta da carga, de 1 em diante. */
    public static String conta(int n) {
        return "conta-" + n;
    }

    /** Conta o que aconteceu e quanto demorou. Várias linhas de execução podem anotar ao mesmo tempo. */
    public static final class Medida {

        private final Histogram latencias = new ConcurrentHistogram(3); // em nanossegundos, 3 algarismos de precisão
        private final long inicio = System.nanoTime();
        private int aceitas;
        private int recusadas;
        private int indeterminadas;

        /** @param nanos do envio à resposta */
        public synchronized void anotar(boolean aceita, long nanos) {
            latencias.recordValue(nanos);
            if (aceita) {
                aceitas++;
            } else {
                recusadas++;
            }
        }

        public synchronized void indeterminada() {
            indeterminadas++;
        }

        /** Se tudo o que se pediu teve resposta. */
        public synchronized boolean completa() {
            return indeterminadas == 0;
        }

        /** Uma linha chave=valor: vazão em operações por segundo, percentis em milissegundos. */
        public synchronized String resumo() {
            double segundos = (System.nanoTime() - inicio) / 1e9;
            return String.format(Locale.ROOT,
                    "ops=%d aceitas=%d recusadas=%d indeterminadas=%d segundos=%.3f ops_s=%.0f"
                    + " p50_ms=%.3f p95_ms=%.3f p99_ms=%.3f",
                    aceitas + recusadas + indeterminadas, aceitas, recusadas, indeterminadas, segundos,
                    (aceitas + recusadas) / segundos, percentil(50), percentil(95), percentil(99));
        }

        private double percentil(double p) {
            return latencias.getValueAtPercentile(p) / 1e6;
        }
    }
}
