package tests.lab.provas;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Registro;

/** Quem se põe diante de um cliente das partes 3 e 4: ouve o que ele pede, e responde o que a prova manda. */
final class FazBalcao extends Par {

    private final Endereco onde;
    private final IntFunction<String> resposta;
    private final Registro registro = new Registro("prova", true);
    private final List<String> pedidos = new CopyOnWriteArrayList<>();
    private Pedidos porta;
    private int calados;

    /** @param resposta ao pedido com este número, de 1 em diante */
    FazBalcao(Endereco onde, boolean nosso, IntFunction<String> resposta) {
        super("balcao", nosso);
        this.onde = onde;
        this.resposta = resposta;
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, onde.maquina(), onde.porta(), "pedidos");
        porta = new Pedidos(entrada);
        return soquetes.vigiar(entrada);
    }

    @Override
    void atender() {
        porta.atender(registro, pedido -> {
            pedidos.add(new String(pedido.corpo(), StandardCharsets.UTF_8));
            if (calados > 0) {
                calados--;
                return null;
            }
            return resposta.apply(pedidos.size());
        });
    }

    /** Não responde aos próximos. */
    void calar(int quantos) {
        fazer(() -> calados = quantos);
    }

    /** O que se pediu até agora, por ordem. */
    List<String> pedidos() {
        return List.copyOf(pedidos);
    }
}
