//SOURCES Servico.java
package part2.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** O serviço como os protocolos o veem: cada chamada é uma operação que passa à fila, de onde a resposta virá. */
record Despacho(BiConsumer<Operacao, CompletableFuture<String>> fila, Function<ObjectNode, String> historico,
        Function<ObjectNode, String> instantaneo) implements Servico {

    @Override
    public CompletableFuture<String> depositar(String conta, BigDecimal valor, String idMsg) {
        return enfileirar(new Operacao(idMsg, Tipo.DEPOSITO, conta, null, valor));
    }

    @Override
    public CompletableFuture<String> sacar(String conta, BigDecimal valor, String idMsg) {
        return enfileirar(new Operacao(idMsg, Tipo.SAQUE, conta, null, valor));
    }

    @Override
    public CompletableFuture<String> transferir(String origem, String destino, BigDecimal valor, String idMsg) {
        return enfileirar(new Operacao(idMsg, Tipo.TRANSFERENCIA, origem, destino, valor));
    }

    private CompletableFuture<String> enfileirar(Operacao op) {
        CompletableFuture<String> resposta = new CompletableFuture<>();
        return dizendoAEspecie(() -> {
            fila.accept(op, resposta);
            return resposta;
        });
    }

    @Override
    public CompletableFuture<RawValue> historico(long desde, long max) {
        return contar(historico, Json.MAPPER.createObjectNode().put("desde", desde).put("max", max));
    }

    @Override
    public CompletableFuture<RawValue> instantaneo(long posicao, long desde) {
        return contar(instantaneo, Json.MAPPER.createObjectNode().put("posicao", posicao).put("desde", desde));
    }

    private static CompletableFuture<RawValue> contar(Function<ObjectNode, String> oQue, ObjectNode pedido) {
        return dizendoAEspecie(() -> CompletableFuture.completedFuture(new RawValue(oQue.apply(pedido))));
    }

    /** Num erro de RPC só viaja a mensagem: que diga a espécie do erro. */
    private static <T> T dizendoAEspecie(Supplier<T> chamada) {
        try {
            return chamada.get();
        } catch (MensagemInvalida e) {
            throw new MensagemInvalida(e.codigo(), e.codigo() + ": " + e.getMessage());
        }
    }
}
