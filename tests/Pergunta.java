package tests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import shared.rede.Requisicao;
import shared.texto.Json;

/** Um pedido de controle, {@code {"pedido": "SALDO", "conta": "ana"}}, e a resposta dele. */
public final class Pergunta {

    private Pergunta() {
    }

    /** @param pares as outras chaves, cada uma com o seu valor a seguir */
    public static ObjectNode fazer(Requisicao requisicao, String pedido, String... pares) {
        ObjectNode objeto = Json.MAPPER.createObjectNode().put("pedido", pedido);
        for (int i = 0; i < pares.length; i += 2) {
            objeto.put(pares[i], pares[i + 1]);
        }
        return Json.ler(requisicao.pedir(Json.escrever(objeto)).getBytes(StandardCharsets.UTF_8));
    }
}
