package part2.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import shared.texto.MensagemInvalida;

/** Um dos protocolos da porta, do lado de quem serve, numa {@link Conexao}: o que nela se lê, e o que se lhe responde. */
interface Protocolo {

    /**
     * Tira do que chegou a próxima mensagem, se está inteira, e faz o que ela pede.
     *
     * @return se a havia
     * @throws MensagemInvalida se não é uma: a conexão já não tem conserto
     */
    boolean atender(ByteBuffer chegou) throws IOException;

    /** Quanto se espera pelo resto da mensagem cujo começo chegou, em milissegundos. */
    int esperarMs();

    /** Porque não se lê mais nada: veio o que não serve. Responde-o, se o protocolo tem como. */
    void recusar(MensagemInvalida porque);

    /** O que era aquilo de que só veio o começo. @param porque não vem o resto */
    MensagemInvalida cortada(ByteBuffer comeco, String porque);
}
