package part3.regra;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import shared.Envelope;
import shared.disco.Diario;

/**
 * O que se faz de cada entrada que o Raft confirmou. É determinística: as mesmas entradas, pela mesma ordem, dão em todos
 * as mesmas respostas e o mesmo estado.
 */
public interface Regra {

    /** Quem guarda e publica o que ela decide. */
    interface Saida {

        /** Uma operação tem este número. @param nova se o número é novo; senão, já o tinha, e já se publicou */
        void ordenada(Envelope envelope, boolean nova);
    }

    /** De onde vem uma. */
    interface Origem {

        /** A de quem ainda não aplicou nada. @param historia o nome da sequência de números */
        Regra nova(String historia, Saida saida);

        /**
         * A que outra foi.
         *
         * @param diario o que essa tinha publicado
         * @param dali   o que {@link #guardar} escreveu
         * @throws IOException se não serve
         */
        Regra ler(String historia, Diario diario, DataInputStream dali, Saida saida) throws IOException;
    }

    /** Aplica uma entrada. @return o que responder a quem a propôs */
    String aplicar(byte[] entrada);

    /** Escreve o que sabe, e que o diário não sabe. */
    void guardar(DataOutputStream ali) throws IOException;
}
