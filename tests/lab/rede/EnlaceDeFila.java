//SOURCES Conteudo.java Difundida.java EnlaceZmq.java Sentido.java
package tests.lab.rede;

import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;

/** De quem põe numa fila a quem tira dela. */
final class EnlaceDeFila extends EnlaceZmq {

    EnlaceDeFila(Defesa defesa, Endereco onde, Endereco real, Sentido ida, Sentido volta) {
        super(defesa, onde, real, ida, volta);
    }

    @Override
    void abrir() {
        if (apresentarSe(SocketType.PUSH)) {
            frente = soquetes.ligar(SocketType.PULL, onde.maquina(), onde.porta(), "--escutar");
            atras = soquetes.conectar(SocketType.PUSH, real);
        }
    }

    @Override
    Stream<ZMQ.Socket> fontes() {
        return Stream.of(frente);
    }

    @Override
    void receber() {
        if (!ida().cheio()) {
            Soquetes.receber(frente, corpo -> ida().enviar(Conteudo.de(corpo), atras, new Difundida(corpo,
                    bytes -> chegada(soquetes.apresentado(atras) && atras.send(bytes, ZMQ.DONTWAIT)))));
        }
    }
}
