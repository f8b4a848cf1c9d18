//DEPS org.zeromq:jeromq:0.6.0
package shared.papel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Banco;
import shared.Resultado;
import shared.disco.EstadoDoBanco;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/**
 * A porta de consulta de um processo que tem um {@link Banco}: mostra o estado como ele está ali, sem passar por
 * protocolo nenhum. Responde SALDO, ESTADO, CONTAS e RESULTADO, em JSON. De quem parou (o disco falhou, a sequência que
 * seguia acabou…) toda resposta diz, em {@code parada}, porquê: um saldo parado não se distingue de um em dia.
 */
public final class Consulta {

    private static final int CONTAS_POR_RESPOSTA = 1_000;
    private static final int CONTAS_BYTES = 48 * 1024;   // ao todo, com folga até aos 64 KiB de uma mensagem

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

    /**
     * Responde a tudo que já chegou.
     *
     * @param seq    o último número de ordem aplicado, ou o que o papel tiver no lugar
     * @param parada por que este processo já não avança; {@code null} se avança
     */
    public void responder(Banco banco, long seq, String parada) {
        if (pedidos != null) {
            pedidos.atender(registro, pedido -> {
                ObjectNode resposta = resposta(Json.ler(pedido.corpo()), banco, seq);
                return Json.escrever(parada == null ? resposta : resposta.put("parada", parada));
            });
        }
    }

    private ObjectNode resposta(ObjectNode pedido, Banco banco, long seq) {
        String nome = Json.texto(pedido, "pedido");
        return switch (nome) {
            case "SALDO" -> saldo(Json.texto(pedido, "conta"), banco, id);
            case "ESTADO" -> estado(banco, seq).put("id", id);
            case "CONTAS" -> contas(pedido.has("depois") ? Json.texto(pedido, "depois") : "", banco, seq).put("id", id);
            case "RESULTADO" -> resultado(Json.texto(pedido, "id_msg"), banco);
            default -> throw new MensagemInvalida("pedido", "esta porta responde SALDO, ESTADO, CONTAS e RESULTADO; veio "
                    + Json.tipoDe(pedido.get("pedido")));
        };
    }

    /** A resposta a <code>{"pedido":"SALDO","conta":…}</code>. */
    public static ObjectNode saldo(String conta, Banco banco, String id) {
        return Json.MAPPER.createObjectNode().put("conta", conta).put("saldo", banco.saldo(conta)).put("id", id);
    }

    /**
     * Uma página das contas, por ordem de nome: as primeiras depois de uma. O que sobra ({@code mais}) pede-se depois da
     * última destas; ninguém espera por um banco inteiro, e cada página cabe numa mensagem.
     */
    public static ObjectNode contas(String depois, Banco banco, long seq) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("seq", seq);
        ObjectNode contas = resposta.putObject("contas");
        int bytes = 0;
        List<String> todas = banco.contas();
        int lugar = Collections.binarySearch(todas, depois);
        for (String conta : todas.subList(lugar < 0 ? -lugar - 1 : lugar + 1, todas.size())) {
            bytes += 6 * conta.length() + 40; // o pior que o JSON faz de uma letra, e o saldo
            if (contas.size() == CONTAS_POR_RESPOSTA || bytes > CONTAS_BYTES) {
                return resposta.put("mais", true);
            }
            contas.put(conta, banco.saldo(conta));
        }
        return resposta.put("mais", false);
    }

    private static ObjectNode estado(Banco banco, long seq) {
        return Json.MAPPER.createObjectNode()
                .put("contas", banco.saldos().size())
                .put("aplicadas", banco.aplicadas())
                .put("recusadas", banco.recusadas())
                .put("seq", seq)
                .put("depositado", banco.depositado())
                .put("sacado", banco.sacado())
                .put("total", EstadoDoBanco.total(banco))
                .put("resumo", banco.resumo());
    }

    private static ObjectNode resultado(String idMsg, Banco banco) {
        Optional<Resultado> resultado = Optional.ofNullable(banco.lembradas().valor(idMsg));
        return Json.MAPPER.createObjectNode()
                .put("id_msg", idMsg)
                .put("resultado", resultado.map(r -> r.situacao().name()).orElse("DESCONHECIDA"))
                .put("motivo", resultado.map(Resultado::motivo).orElse(null));
    }
}
