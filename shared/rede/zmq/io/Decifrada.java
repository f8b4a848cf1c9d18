//DEPS org.zeromq:jeromq:0.6.0
package zmq.io;

import java.util.function.UnaryOperator;
import zmq.Msg;
import zmq.ZError;

/**
 * Uma mensagem do CURVE que já se decifrou, e que espera lugar na fila do soquete.
 *
 * <p>O motor do JeroMQ 0.6.0 (StreamEngine) decifra uma mensagem e só depois vê se ela cabe na fila. Se não cabe, para de
 * ler; quando há lugar outra vez, põe na fila a que leu da rede, ainda cifrada, e a decifrada perde-se: uma de cada vez
 * que a fila se enche. E só se decifra uma vez, pois o número dela já foi visto. Aqui quem decifra é também quem entrega:
 * do que não coube, diz-se ao motor que volte (EAGAIN), e à volta entrega-se o que ficou guardado. Está neste pacote por
 * causa de {@link SessionBase#pushMsg}.
 */
public final class Decifrada {

    private final SessionBase sessao;
    private Msg guardada; // null = a última coube

    public Decifrada(SessionBase sessao) {
        this.sessao = sessao;
    }

    /**
     * @param cifrada a que o motor leu; depois de um {@code null} com EAGAIN, a mesma outra vez
     * @return o que o motor deve tratar: um comando do par, ou um vazio, que ele ignora, em lugar da que já está na fila;
     *         {@code null} se não coube, ou se não se decifra
     */
    public Msg entregar(Msg cifrada, UnaryOperator<Msg> decifrar) {
        Msg mensagem = guardada == null ? decifrar.apply(cifrada) : guardada;
        guardada = null;
        if (mensagem == null || mensagem.isCommand()) {
            return mensagem;
        }
        if (sessao.pushMsg(mensagem)) {
            Msg nada = new Msg();
            nada.setFlags(Msg.COMMAND);
            return nada;
        }
        guardada = sessao.errno.is(ZError.EAGAIN) ? mensagem : null;
        return null;
    }
}
