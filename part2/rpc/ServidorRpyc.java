//SOURCES Conexao.java LadoRpyc.java
package part2.rpc;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import part2.rpc.QuadrosRpyc.Mensagem;
import part2.rpc.QuadrosRpyc.OutraGeracao;
import shared.texto.MensagemInvalida;

/** RPyC sobre TCP, do lado de quem serve. O que não é RPyC não tem conserto, e não se lhe responde: a conexão fecha-se. */
final class ServidorRpyc implements Protocolo {

    private static final int NO_MEIO_MS = 10_000; // a rede é mais rápida que isso

    private final Conexao conexao;
    private final LadoRpyc lado;
    private final Consumer<MensagemInvalida> registrar;
    private final Consumer<MensagemInvalida> encerrar;

    /** @param registrar a quem dizer que uma chamada foi recusada @param encerrar … e que a conexão não serve */
    ServidorRpyc(Conexao conexao, Servico servico, Consumer<MensagemInvalida> registrar,
            Consumer<MensagemInvalida> encerrar) {
        this.conexao = conexao;
        this.lado = new LadoRpyc(servico, null);
        this.registrar = registrar;
        this.encerrar = encerrar;
    }

    @Override
    public boolean atender(ByteBuffer chegou) {
        try {
            Mensagem mensagem = lado.ler(chegou);
            if (mensagem != null && mensagem.tipo() == QuadrosRpyc.PEDIDO) { // o resto responde aos nossos DEL
                CompletableFuture<byte[]> resposta = lado.responder(mensagem, registrar);
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

    @Override
    public int esperarMs() {
        return NO_MEIO_MS;
    }

    @Override
    public void recusar(MensagemInvalida porque) {
        encerrar.accept(porque);
    }

    @Override
    public MensagemInvalida cortada(ByteBuffer comeco, String porque) {
        return QuadrosRpyc.malformada(porque);
    }
}
