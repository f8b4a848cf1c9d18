//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Banco.java Pedidos.java Registro.java Soquetes.java
package shared;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * A porta de consulta de um processo que tem um {@link Banco}: mostra o estado como ele está ali, sem passar por
 * protocolo nenhum. Responde SALDO, ESTADO e RESULTADO, em JSON.
 */
public final class Consulta {

    private final ZMQ.Socket soquete;
    private final Pedidos pedidos;
    private final String id;
    private final Registro registro;

    /** @param porta onde responder; 0 = em lugar nenhum */
    public Consulta(Soquetes soquetes, String bind, int porta, String id, Registro registro) {
        this.soquete = porta == 0 ? null : soquetes.ligar(SocketType.ROUTER, bind, porta, "--consulta");
        this.pedidos = porta == 0 ? null : new Pedidos(soquete);
        this.id = id;
        this.registro = registro;
    }

    /** Inclui a porta de consulta entre os soquetes que acordam o laço. */
    public void vigiar(ZMQ.Poller acordar) {
        if (soquete != null) {
            acordar.register(soquete, ZMQ.Poller.POLLIN);
        }
    }

    /** Responde a tudo que já chegou. @param seq o último número de ordem aplicado, ou o que o papel tiver no lugar */
    public void responder(Banco banco, long seq) {
        if (pedidos != null) {
            pedidos.atender(registro, pedido -> Json.escrever(resposta(Json.ler(pedido.corpo()), banco, seq)));
        }
    }

    private ObjectNode resposta(ObjectNode pedido, Banco banco, long seq) {
        String nome = Json.texto(pedido, "pedido");
        return switch (nome) {
            case "SALDO" -> saldo(Json.texto(pedido, "conta"), banco, id);
            case "ESTADO" -> estado(banco, seq).put("id", id);
            case "RESULTADO" -> resultado(Json.texto(pedido, "id_msg"), banco);
            default -> throw new MensagemInvalida("pedido", "esta porta responde SALDO, ESTADO e RESULTADO; veio "
                    + Json.tipoDe(pedido.get("pedido")));
        };
    }

    /** A resposta a <code>{"pedido":"SALDO","conta":…}</code>. */
    public static ObjectNode saldo(String conta, Banco banco, String id) {
        return Json.MAPPER.createObjectNode().put("conta", conta).put("saldo", banco.saldo(conta)).put("id", id);
    }

    private static ObjectNode estado(Banco banco, long seq) {
        return Json.MAPPER.createObjectNode()
                .put("contas", banco.saldos().size())
                .put("aplicadas", banco.aplicadas())
                .put("recusadas", banco.recusadas())
                .put("seq", seq)
                .put("depositado", banco.depositado())
                .put("sacado", banco.sacado())
                .put("total", banco.total())
                .put("resumo", banco.resumo());
    }

    private static ObjectNode resultado(String idMsg, Banco banco) {
        Optional<Resultado> resultado = banco.resultado(idMsg);
        return Json.MAPPER.createObjectNode()
                .put("id_msg", idMsg)
                .put("resultado", resultado.map(r -> r.situacao().name()).orElse("DESCONHECIDA"))
                .put("motivo", resultado.map(Resultado::motivo).orElse(null));
    }
}
