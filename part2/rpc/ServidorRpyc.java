//SOURCES Conexao.java LadoRpyc.java
package part2.rpc;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import part2.rpc.QuadrosRpyc.Mensagem;
import part2.rpc.QuadrosRpyc.OutraGeracao;

/** RPyC sobre TCP, do lado de quem serve. O que não é RPyC não tem conserto, nem se lhe responde: a conexão fecha-se. */
final class ServidorRpyc extends Protocolo {

    private final LadoRpyc lado;

    ServidorRpyc(Conexao conexao, Servico servico) {
        super(conexao);
        lado = new LadoRpyc(servico, null);
    }

    @Override
    boolean atender(ByteBuffer chegou) {
        try {
            Mensagem mensagem = lado.ler(chegou);
            if (mensagem != null && mensagem.tipo() == QuadrosRpyc.PEDIDO) { // o resto responde aos nossos DEL
                CompletableFuture<byte[]> resposta = lado.responder(mensagem, conexao::recusada);
                if (resposta == null) {
                    conexao.acabar();
                } else {
                    conexao.responder(resposta);
                }
            }
            return mensagem != null;
        } catch (OutraGeracao e) {
            throw QuadrosRpyc.malformada(e.getMessage());
        }
    }
}
