package part2.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import shared.texto.MensagemInvalida;

/** Um dos protocolos da porta, do lado de quem serve, numa {@link Conexao}: o que nela se lê, e o que se lhe responde. */
abstract class Protocolo {

    private static final int NO_MEIO_MS = 10_000; // a rede é mais rápida que isso

    final Conexao conexao;

    Protocolo(Conexao conexao) {
        this.conexao = conexao;
    }

    /**
     * Tira do que chegou a próxima mensagem, se está inteira, e faz o que ela pede.
     *
     * @return se a havia
     * @throws MensagemInvalida se não é uma: a conexão já não tem conserto
     */
    abstract boolean atender(ByteBuffer chegou) throws IOException;

    /** Em quanto tempo tem de chegar o resto de uma mensagem que começou, em milissegundos. */
    int esperarMs() {
        return NO_MEIO_MS;
    }

    /** O que era aquilo de que só veio o começo. @param porque não vem o resto */
    MensagemInvalida cortada(ByteBuffer comeco, String porque) {
        return new MensagemInvalida("cortada", "mensagem incompleta: " + porque);
    }

    /** Veio o que não serve, e não se lê mais nada: diz porquê, no registro e a quem o enviou, se há como. */
    void recusar(MensagemInvalida porque) {
        conexao.encerrada(porque.getMessage());
    }
}
