package tests.lab.palco;

import java.util.List;
import shared.defesa.Defesa;
import tests.Processo;

/** Onde os papéis rodam, e como se chega a eles: nesta máquina ({@link Aqui}), ou em três ({@code TresMaquinas}). */
public interface Lugar extends AutoCloseable {

    /** As três máquinas. Numa só, são todas a mesma. */
    enum Onde {
        CLIENT, REPLICA01, REPLICA02
    }

    /** O endereço com que os outros papéis chegam a esta máquina. */
    String endereco(Onde onde);

    /**
     * A porta de um papel.
     *
     * @param costume   a que ele usa quando tem a máquina só para si
     * @param nestaSo   a que usa quando todos estão na mesma
     */
    int porta(int costume, int nestaSo);

    /** A porta de 127.0.0.1 por que o laboratório chega a esta porta daquela máquina. */
    int chegar(Onde onde, int porta);

    /** As opções de um papel que escuta. @param anuncia se ele diz a outros o seu endereço */
    List<String> escutar(Onde onde, boolean anuncia);

    /** A pasta, na máquina em que ele roda, para o que este processo guarda. */
    String pasta(String nome);

    /** Inicia um papel e não espera por nada. @param nome um só para cada processo; o reiniciado tem o mesmo */
    Processo iniciar(Onde onde, String nome, String classe, List<String> argumentos);

    /** Com que o laboratório se liga aos papéis. */
    Defesa defesa();

    /** Não deixa nada de pé nem guardado. */
    @Override
    void close();
}
