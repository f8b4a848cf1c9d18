//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES Dobra.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Onde um {@link Diario} fica: o que aqui se gravou sobrevive ao processo. O de verdade é uma {@link Pasta}; a simulação
 * tem o dela. Quem o chama é só o diário, que diz as posições e sabe o que fazer quando isto falha.
 */
public interface Disco extends AutoCloseable {

    /** O último instantâneo guardado; {@code null} se nenhum. */
    Foto instantaneo();

    /**
     * Entrega, por ordem, as entradas gravadas depois da posição dada, e abre o fim para se acrescentar.
     *
     * @throws shared.texto.Falha se há estrago, ou falta um pedaço
     */
    void repetir(long depoisDe, Consumer<String> cada) throws IOException;

    /** A posição da entrada mais velha que ainda se pode ler; 0 se nenhuma. */
    long primeira();

    /**
     * Começa a acrescentar entradas, de uma vez, e pode voltar antes de acabar. Quem chama não pede outra gravação, nem
     * outro uso do fim do diário, antes de esta acabar.
     *
     * @param posicao a da primeira delas
     * @param esperar até que um corte de energia não as leve
     * @param jaJa    se quem chama não tem mais que fazer: o mais depressa pode ser gravar antes de voltar
     * @return acaba quando estão gravadas, ou com uma {@link IOException}: então nenhuma delas vale
     */
    Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa);

    /** O que se faz, noutra linha de execução, cada vez que acaba uma gravação por que não se esperou. */
    default void avisar(Runnable acabou) {
        // um que nunca volta antes de acabar não tem o que avisar
    }

    /** Até {@code max} entradas desta posição em diante, sem passar da posição {@code ate}. */
    List<String> ler(long desde, int max, long ate) throws IOException;

    /**
     * Daqui em diante, de cada segmento fechado faz um instantâneo, sem que ninguém espere por ele; e só depois apaga
     * entradas contidas nele, menos as últimas, que servem a quem está um pouco atrasado.
     *
     * @param aoFalhar sabe, noutra linha de execução, por que um instantâneo não se fez; faz-se mais tarde
     */
    void dobrarCom(Dobra dobra, Consumer<String> aoFalhar);

    /** Se já vale a pena fechar o segmento em que se escreve, e não demora. @param ultima a posição da última entrada */
    boolean horaDeFechar(long ultima);

    /** Fecha o segmento em que se escreve, e abre o seguinte. @param ultima a posição da última entrada */
    void fechar(long ultima) throws IOException;

    /** Nada desta posição em diante se apaga, ainda que esteja num instantâneo. */
    void precisaDesde(long posicao);

    /** Troca tudo pelo estado de outro processo, que vai até esta posição: as entradas que havia deixam de valer. */
    void recomecarDe(long posicao, ObjectNode estado) throws IOException;

    /** Guarda poucos fatos, inteiros, de uma vez: um corte de energia deixa os antigos ou os novos. */
    void guardarMeta(ObjectNode meta) throws IOException;

    /** O que {@link #guardarMeta} guardou; {@code null} se nada. */
    ObjectNode meta();

    /** Como a pessoa lhe chama, nos erros: a pasta. */
    String nome();

    @Override
    void close();
}
