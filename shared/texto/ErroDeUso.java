//SOURCES Falha.java Texto.java
package shared.texto;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Algo na linha de comando que não serve: uma {@link Falha} que termina com código 2. */
public final class ErroDeUso extends Falha {

    public ErroDeUso(String mensagem) {
        super(mensagem);
    }

    /** Confere o número que se deu a uma opção. @throws ErroDeUso se não está entre estes dois, inclusive */
    public static void exigir(String opcao, long valor, long de, long ate) {
        if (valor < de || valor > ate) {
            throw new ErroDeUso(opcao + " " + valor + ": vai de " + de + " a " + ate);
        }
    }

    /** Confere uma lista em que nada se diz duas vezes. @throws ErroDeUso com o que se repete */
    public static void semRepetir(String oQue, Collection<?> lista) {
        Set<Object> vistos = new HashSet<>();
        for (Object um : lista) {
            if (!vistos.add(um)) {
                throw new ErroDeUso(oQue + " " + um + " aparece duas vezes: basta uma");
            }
        }
    }

    /** O que não há: com o nome parecido, se há um, e com todos. */
    public static ErroDeUso naoHa(String oQue, String nome, Collection<String> todos) {
        String parecido = Texto.parecido(nome, todos);
        return new ErroDeUso("não há " + oQue + " '" + nome + "'; "
                + (parecido == null ? "" : "você quis dizer " + parecido + "? ") + "Há: " + String.join(", ", todos));
    }
}
