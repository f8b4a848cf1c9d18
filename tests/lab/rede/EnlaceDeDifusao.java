//SOURCES Conteudo.java Difundida.java EnlaceZmq.java Sentido.java
package tests.lab.rede;

import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Assinantes;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import tests.lab.rede.Sentido.Chegada;

/** De um publicador a quem o assina. */
final class EnlaceDeDifusao extends EnlaceZmq {

    private Assinantes assinantes;

    EnlaceDeDifusao(Defesa defesa, Endereco onde, Endereco real, Sentido ida, Sentido volta) {
        super(defesa, onde, real, ida, volta);
    }

    @Override
    void abrir() {
        frente = soquetes.ligar(SocketType.XPUB, onde.maquina(), onde.porta(), "--escutar");
        assinantes = new Assinantes(frente);
    }

    @Override
    Stream<ZMQ.Socket> fontes() {
        return atras == null ? Stream.of(frente) : Stream.of(frente, atras);
    }

    /** Assina o publicador só quando, deste lado, alguém assina: quem conta os seus assinantes conta os de verdade. */
    @Override
    void receber() {
        boolean ha = assinantes.ler() > 0;
        if (ha && atras == null) {
            revigiar();
            if (assinantes.alguemAssina(Soquetes.NOSSAS)) {
                soquetes.assinarNossas(); // quem fala por um dos nossos apresenta-se como ele
            }
            atras = soquetes.conectar(SocketType.SUB, real);
        } else if (!ha && atras != null) {
            revigiar();
            soquetes.fechar(atras);
            atras = null;
        }
        if (atras != null && !ida().cheio()) {
            Soquetes.receber(atras, corpo -> ida().enviar(Conteudo.de(corpo), frente, new Difundida(corpo,
                    bytes -> assinantes.quantos() == 0 ? Chegada.NINGUEM : chegada(frente.send(bytes, ZMQ.DONTWAIT)))));
        }
    }
}
