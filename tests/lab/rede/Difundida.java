//SOURCES Sentido.java
package tests.lab.rede;

import java.util.Arrays;
import java.util.function.Function;
import tests.lab.rede.Sentido.Chegada;
import tests.lab.rede.Sentido.Entrega;

/** O que se difunde, ou põe numa fila; metade de um objeto JSON não se lê como coisa nenhuma. */
final class Difundida implements Entrega {
    private final Function<byte[], Chegada> enviar;
    private byte[] corpo;
    private boolean estragada;

    Difundida(byte[] corpo, Function<byte[], Chegada> enviar) {
        this.corpo = corpo;
        this.enviar = enviar;
    }

    @Override
    public void estragar() {
        corpo = Arrays.copyOf(corpo, corpo.length / 2);
        estragada = true;
    }

    @Override
    public Chegada tentar(int copia) {
        Chegada chegada = enviar.apply(corpo);
        return estragada && chegada == Chegada.ENTREGUE ? Chegada.ESTRAGADA : chegada;
    }
}
