//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//SOURCES ../../shared/Operacao.java
package tests.bench;

import java.util.List;
import org.HdrHistogram.Histogram;
import shared.Operacao;

/**
 * Um sistema em prova: os processos dele, e um gerador de carga que mantém várias operações por confirmar. Todos recebem as
 * mesmas operações, na mesma máquina, na mesma rodada.
 */
interface Sistema extends AutoCloseable {

    /** Como aparece na tabela: {@code parte 3, em memória}. */
    String nome();

    /** Inicia os processos e espera que estejam prontos. @throws Ausente se algo que ele usa não está nesta máquina */
    void iniciar();

    /**
     * Leva as operações até à confirmação, com até {@code pendentes} por confirmar ao mesmo tempo (1 = uma de cada vez).
     *
     * @return o que se mediu, da primeira enviada à última confirmada
     */
    Amostra medir(List<Operacao> operacoes, int pendentes);

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

    /** O que se mediu numa rodada. @param latencias em nanossegundos, do envio à confirmação */
    record Amostra(int operacoes, double segundos, Histogram latencias) {

        /** Operações confirmadas por segundo. */
        double vazao() {
            return operacoes / segundos;
        }

        /**
         * Percentil da latência, em milissegundos, corrigido da <i>omissão coordenada</i>: quem espera por uma resposta não
         * envia a seguinte, e assim uma parada longa contaria uma vez só. Pela lei de Little, o intervalo esperado entre dois
         * envios de uma mesma vaga é a latência média.
         */
        double milissegundos(double percentil) {
            long intervalo = Math.max(1, (long) latencias.getMean());
            return latencias.copyCorrectedForCoordinatedOmission(intervalo).getValueAtPercentile(percentil) / 1e6;
        }
    }
}
