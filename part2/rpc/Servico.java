//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
package part2.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.googlecode.jsonrpc4j.JsonRpcParam;
import java.math.BigDecimal;

/**
 * O que a porta de RPC oferece. Cada método enfileira uma operação e responde com o id_msg dela; repetir a chamada com
 * o mesmo id_msg enfileira uma vez só.
 */
public interface Servico {

    String depositar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor);

    String depositar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor,
            @JsonRpcParam("id_msg") String idMsg);

    String sacar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor);

    String sacar(@JsonRpcParam("conta") String conta, @JsonRpcParam("valor") BigDecimal valor,
            @JsonRpcParam("id_msg") String idMsg);

    String transferir(@JsonRpcParam("conta_origem") String origem, @JsonRpcParam("conta_destino") String destino,
            @JsonRpcParam("valor") BigDecimal valor);

    String transferir(@JsonRpcParam("conta_origem") String origem, @JsonRpcParam("conta_destino") String destino,
            @JsonRpcParam("valor") BigDecimal valor, @JsonRpcParam("id_msg") String idMsg);

    /**
     * Para um worker a que falta algo: até {@code max} envelopes da fila, de {@code desde} em diante, com o nome dela
     * (historia) e até onde ela vai (ultima).
     */
    JsonNode historico(@JsonRpcParam("desde") long desde, @JsonRpcParam("max") long max);
}
