//SOURCES AtendimentoJsonRpc.java InterpreteJsonRpc.java LeitorJson.java Prazos.java Servico.java
package part2.rpc;

import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.INVALID_REQUEST;
import static com.googlecode.jsonrpc4j.ErrorResolver.JsonError.PARSE_ERROR;

import com.fasterxml.jackson.databind.JsonNode;
import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
final class ServidorJsonRpc {

    private static final LeitorJson.Limites DE_UM_CLIENTE =
            new LeitorJson.Limites(Prazos.SEM_PRAZO, Prazos.NO_MEIO_MS, 60_000, Json.LIMITE_BYTES);
    private static final int DESPEDIDA_MS = 2_000;
    private static final int DESPEDIDA_BYTES = 4 * 1024 * 1024;

    private final InterpreteJsonRpc interprete;

    ServidorJsonRpc(Servico servico) {
        this.interprete = new InterpreteJsonRpc(servico);
    }

    /**
     * Atende uma conexão até que o cliente a feche, ou envie o que não é um pedido.
     *
     * @param foiUtil   chamado a cada resposta que ele deixa enviar
     * @param registrar a quem dizer o que foi recusado
     */
    void atender(Socket conexao, InputStream entrada, Runnable foiUtil, Consumer<MensagemInvalida> registrar)
            throws IOException {
        OutputStream saida = new BufferedOutputStream(conexao.getOutputStream());
        LeitorJson leitor = new LeitorJson(conexao, entrada, DE_UM_CLIENTE);
        conexao.setTcpNoDelay(true);
        try {
            for (byte[] mensagem; (mensagem = leitor.proxima()) != null; foiUtil.run()) {
                AtendimentoJsonRpc feito = new AtendimentoJsonRpc(interprete, registrar);
                JsonNode resposta = feito.responder(mensagem);
                if (resposta != null) {
                    escrever(resposta, saida);
                }
                if (feito.recusa() != null) {
                    despedir(conexao);
                    return;
                }
            }
        } catch (MensagemInvalida recusa) {
            registrar.accept(recusa);
            boolean ehJson = !List.of("json", "cortada").contains(recusa.codigo());
            recusar(conexao, ehJson ? INVALID_REQUEST : PARSE_ERROR, recusa.getMessage() + ". Aqui fala-se JSON-RPC 2.0, sem"
                    + " cabeçalhos: a conexão fecha-se, e nada do que venha a seguir se faz");
        }
    }

    /** Diz ao outro lado porque não se lê mais nada dele, e fecha. */
    static void recusar(Socket conexao, JsonError qual, String porque) throws IOException {
        escrever(AtendimentoJsonRpc.erro(qual, porque, null), conexao.getOutputStream());
        despedir(conexao);
    }

    static void escrever(JsonNode resposta, OutputStream saida) throws IOException {
        saida.write((resposta + "\n").getBytes(StandardCharsets.UTF_8));
        saida.flush();
    }

    /** Fechar com bytes por ler cortaria a conexão antes de o outro lado ler o erro: leem-se, para nada, por um tempo. */
    private static void despedir(Socket conexao) throws IOException {
        conexao.shutdownOutput();
        byte[] lixo = new byte[8 * 1024];
        long ate = System.nanoTime() + DESPEDIDA_MS * 1_000_000L;
        int lidos = 0;
        try {
            for (long resta = DESPEDIDA_MS; lidos >= 0 && lidos < DESPEDIDA_BYTES && resta > 0;
                    resta = (ate - System.nanoTime()) / 1_000_000) {
                conexao.setSoTimeout((int) resta);
                int quantos = conexao.getInputStream().read(lixo);
                lidos = quantos < 0 ? -1 : lidos + quantos;
            }
        } catch (SocketTimeoutException e) {
            // teve tempo de ler o erro
        }
    }
}
