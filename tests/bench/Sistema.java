//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//SOURCES Moldes.java
package tests.bench;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import shared.Operacao;

/**
 * Um sistema em prova: os processos dele, e como se lhe pede uma operação. Todos recebem as mesmas operações, na mesma
 * máquina, na mesma rodada.
 */
interface Sistema extends AutoCloseable {

    /** Como aparece na tabela: {@code parte 3, em memória}. */
    String nome();

    /** Ao lado de quais se mostra: {@code ordem}, {@code primário} ou {@code fila}. */
    String painel();

    /** Inicia os processos e espera que estejam prontos. @throws Ausente se algo que ele usa não está nesta máquina */
    void iniciar();

    /** O pedido de uma operação, nos bytes que este sistema lê. */
    byte[] pedido(Operacao op);

    /**
     * Leva operações até à confirmação, com {@code pendentes} por confirmar ao mesmo tempo (1 = uma de cada vez).
     *
     * @param moldes o que se pede, feito de {@link #pedido}
     * @param ate    até quando se pedem outras
     * @return o que se mediu, da primeira enviada à última confirmada
     */
    Amostra medir(Moldes moldes, int pendentes, Ate ate);

    /** O mesmo, durante este tempo. */
    default Amostra medir(Moldes moldes, int pendentes, Duration quanto) {
        return medir(moldes, pendentes, new Ate(quanto, Long.MAX_VALUE));
    }

    /** Espera que os processos acabem o que ainda tenham por fazer: uma réplica pode ir atrás do que já se confirmou. */
    void assentar();

    /** Encerra tudo o que iniciou. */
    @Override
    void close();

    /** Um programa que este sistema usa não está instalado; a mensagem diz qual e como o obter. */
    final class Ausente extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Ausente(String mensagem) {
            super(mensagem);
        }
    }

    /** Quando se deixa de pedir: passado este tempo, ou com tantas confirmadas, o que for primeiro. */
    record Ate(Duration quanto, long operacoes) {
    }

    /**
     * O que se mediu numa rodada.
     *
     * @param silencio  milissegundos, no máximo, entre uma confirmação e a seguinte
     * @param latencias em nanossegundos, do envio à confirmação
     */
    record Amostra(long operacoes, double segundos, double silencio, Histogram latencias) {

        /** Operações confirmadas por segundo. */
        double vazao() {
            return operacoes / segundos;
        }

        /**
         * Percentil da latência, em milissegundos, corrigido da <i>omissão coordenada</i>: quem espera por uma resposta não
         * envia a seguinte, e assim uma parada longa contaria uma vez só. Pela lei de Little, o intervalo esperado entre
         * dois envios de uma mesma vaga é a latência média.
         */
        double milissegundos(double percentil) {
            long intervalo = Math.max(1, (long) latencias.getMean());
            return latencias.copyCorrectedForCoordinatedOmission(intervalo).getValueAtPercentile(percentil) / 1e6;
        }
    }
}
