//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
package part2.rpc;

import com.fasterxml.jackson.databind.util.RawValue;
import com.googlecode.jsonrpc4j.JsonRpcParam;
import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import shared.Operacao;

/**
 * Os métodos remotos. Os das operações enfileiram uma e prometem a resposta, com o id_msg dela, para quando estiver no
 * disco; repetir a chamada com o mesmo id_msg enfileira uma vez só. Sem ele, como chama o sistema original, cada chamada é
 * uma operação nova.
 */
public interface Servico {

    CompletableFuture<String> depositar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor,
            @JsonRpcParam("id_msg") String idMsg);

    CompletableFuture<String> sacar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor,
            @JsonRpcParam("id_msg") String idMsg);

    CompletableFuture<String> transferir(@JsonRpcParam("conta_origem") String origem,
            @JsonRpcParam("conta_destino") String destino, @JsonRpcParam("valor") BigDecimal valor,
            @JsonRpcParam("id_msg") String idMsg);

    default CompletableFuture<String> depositar(@JsonRpcParam("conta") String conta,
            @JsonRpcParam("valor") BigDecimal valor) {
        return depositar(conta, valor, Operacao.novoId());
    }

    default CompletableFuture<String> sacar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor) {
        return sacar(conta, valor, Operacao.novoId());
    }

    default CompletableFuture<String> transferir(@JsonRpcParam("conta_origem") String origem,
            @JsonRpcParam("conta_destino") String destino, @JsonRpcParam("valor") BigDecimal valor) {
        return transferir(origem, destino, valor, Operacao.novoId());
    }

    /**
     * Para um worker a que falta algo: até {@code max} envelopes da fila, de {@code desde} em diante, com o nome dela
     * (historia) e até onde ela vai (ultima). É um objeto JSON.
     */
    CompletableFuture<RawValue> historico(@JsonRpcParam("desde") long desde, @JsonRpcParam("max") long max);

    /**
     * Para um worker a que falta o que já se apagou: uma parte do banco que as operações da fila dão, até esta posição (0
     * para pedir um novo), da letra {@code desde} em diante. É um objeto JSON.
     */
    CompletableFuture<RawValue> instantaneo(@JsonRpcParam("posicao") long posicao, @JsonRpcParam("desde") long desde);
}
