//SOURCES AtendimentoJsonRpc.java Conexao.java InterpreteJsonRpc.java LeitorJson.java
package part2.rpc;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.PARSE_ERROR;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * JSON-RPC 2.0 sobre TCP, do lado de quem serve: objetos JSON um depois do outro, sem cabeçalhos. Serve a {@code nc}: cada
 * resposta termina em fim de linha. O que o jsonrpc4j não faz é achar onde cada mensagem acaba, com limite de tamanho; isso
 * faz o {@link LeitorJson}.
 *
 * <p>Quem envia o que não é JSON (-32700), ou é, mas não um pedido (-32600), recebe o erro e perde a conexão: nada do que
 * venha atrás se faz. Um pedido bem feito, mas de um método que não há (-32601) ou com parâmetros que não servem (-32602),
 * tem o erro como resposta, e a conexão continua. Um lote é uma mensagem só: faz-se o que nele está bem, e depois fecha-se.
 */
final class ServidorJsonRpc implements Protocolo {

    private static final int NO_MEIO_MS = 10_000; // a rede é mais rápida que isso

    private final Conexao conexao;
    private final InterpreteJsonRpc interprete;
    private final Consumer<MensagemInvalida> registrar;
    private final LeitorJson leitor = new LeitorJson(Json.LIMITE_BYTES, NO_MEIO_MS);

    /** @param registrar a quem dizer o que foi recusado */
    ServidorJsonRpc(Conexao conexao, InterpreteJsonRpc interprete, Consumer<MensagemInvalida> registrar) {
        this.conexao = conexao;
        this.interprete = interprete;
        this.registrar = registrar;
    }

    @Override
    public boolean atender(ByteBuffer chegou) throws IOException {
        byte[] mensagem = leitor.proxima(chegou);
        if (mensagem == null) {
            return false;
        }
        AtendimentoJsonRpc feito = new AtendimentoJsonRpc(interprete, registrar);
        CompletableFuture<? extends JsonNode> resposta = feito.responder(mensagem);
        if (resposta != null) {
            conexao.responder(resposta.thenApply(ServidorJsonRpc::linha));
        }
        if (feito.recusou()) {
            conexao.acabar();
        }
        return true;
    }

    @Override
    public int esperarMs() {
        return leitor.esperarMs();
    }

    @Override
    public void recusar(MensagemInvalida porque) {
        registrar.accept(porque);
        boolean ehJson = !List.of("json", "cortada").contains(porque.codigo());
        conexao.responder(CompletableFuture.completedFuture(linha(AtendimentoJsonRpc.erro(
                ehJson ? INVALID_REQUEST : PARSE_ERROR, porque.getMessage() + ". Aqui fala-se JSON-RPC 2.0, sem"
                + " cabeçalhos: a conexão fecha-se, e nada do que venha a seguir se faz", null))));
    }

    @Override
    public MensagemInvalida cortada(ByteBuffer comeco, String porque) {
        return leitor.cortada(comeco, porque);
    }

    /** Como vai no fio. */
    static byte[] linha(JsonNode mensagem) {
        return (mensagem + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
