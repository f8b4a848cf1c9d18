//DEPS org.zeromq:jeromq:0.6.0
package shared.papel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import shared.texto.Texto;

/**
 * A porta de consulta de um processo que tem um {@link Banco}: mostra o estado como ele está ali, sem passar por
 * protocolo nenhum. Responde SALDO, ESTADO, CONTAS e RESULTADO, em JSON. De quem parou (o disco falhou, a sequência que
 * seguia acabou…) toda resposta diz, em {@code parada}, porquê: um saldo parado não se distingue de um em dia.
 */
public final class Consulta {

    /**
     * Um banco, ou a parte dele que é de um grupo.
     *
     * @param seq    o último número de ordem aplicado, ou o que o papel tiver no lugar
     * @param parada por que já não avança; {@code null} se avança
     */
    public record Parte(Banco banco, long seq, String parada) {
    }

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

    /** Responde a tudo que já chegou. @param seq e os outros, como numa {@link Parte} */
    public void responder(Banco banco, long seq, String parada) {
        responder(List.of(new Parte(banco, seq, parada)));
    }

    /** O mesmo, com as contas repartidas por grupos, por ordem: cada conta está num, e responde-se como se fosse um só. */
    public void responder(List<Parte> partes) {
        if (pedidos != null) {
            String parada = parada(partes);
            pedidos.atender(registro, pedido -> {
                ObjectNode resposta = resposta(Json.ler(pedido.corpo()), partes);
                return Json.escrever(parada == null ? resposta : resposta.put("parada", parada));
            });
        }
    }

    private static String parada(List<Parte> partes) {
        return partes.size() == 1 ? partes.get(0).parada() : IntStream.range(0, partes.size())
                .filter(g -> partes.get(g).parada() != null).mapToObj(g -> "grupo " + g + ": " + partes.get(g).parada())
                .reduce((uma, outra) -> uma + "; " + outra).orElse(null);
    }

    private ObjectNode resposta(ObjectNode pedido, List<Parte> partes) {
        String nome = Json.texto(pedido, "pedido");
        return switch (nome) {
            case "SALDO" -> saldo(Json.texto(pedido, "conta"), partes).put("id", id);
            case "ESTADO" -> estado(partes).put("id", id);
            case "CONTAS" -> contas(pedido.has("depois") ? Json.texto(pedido, "depois") : "", partes).put("id", id);
            case "RESULTADO" -> resultado(Json.texto(pedido, "id_msg"), partes);
            default -> throw new MensagemInvalida("pedido", "esta porta responde SALDO, ESTADO, CONTAS e RESULTADO; veio "
                    + Json.tipoDe(pedido.get("pedido")));
        };
    }

    /** A resposta a <code>{"pedido":"SALDO","conta":…}</code>. */
    public static ObjectNode saldo(String conta, Banco banco, String id) {
        return saldo(conta, List.of(new Parte(banco, 0, null))).put("id", id);
    }

    private static ObjectNode saldo(String conta, List<Parte> partes) {
        return Json.MAPPER.createObjectNode().put("conta", conta).put("saldo", soma(partes, banco -> banco.saldo(conta)));
    }

    /** Quem não tem uma conta diz que ela tem 0: a soma é o saldo; o que está em trânsito pode estar em vários grupos. */
    private static BigDecimal soma(List<Parte> partes, Function<Banco, BigDecimal> quanto) {
        return partes.stream().map(parte -> quanto.apply(parte.banco())).reduce(BigDecimal::add).orElseThrow();
    }

    private static long seq(List<Parte> partes) {
        return partes.stream().mapToLong(Parte::seq).sum();
    }

    /**
     * Uma página das contas, por ordem de nome: as primeiras depois de uma. O que sobra ({@code mais}) pede-se depois da
     * última destas; ninguém espera por um banco inteiro, e cada página cabe numa mensagem.
     */
    public static ObjectNode contas(String depois, List<Parte> partes) {
        ObjectNode resposta = Json.MAPPER.createObjectNode().put("seq", seq(partes));
        ObjectNode contas = resposta.putObject("contas");
        int bytes = 0;
        for (String conta : partes.stream().flatMap(parte -> seguintes(depois, parte.banco()).stream())
                .collect(Collectors.toCollection(TreeSet::new))) {
            bytes += 6 * conta.length() + 40; // o pior que o JSON faz de uma letra, e o saldo
            if (contas.size() == CONTAS_POR_RESPOSTA || bytes > CONTAS_BYTES) {
                return resposta.put("mais", true);
            }
            contas.put(conta, soma(partes, banco -> banco.saldo(conta)));
        }
        return resposta.put("mais", false);
    }

    /** As que podem ir na página, e mais uma, se há: diz que há outra página. */
    private static List<String> seguintes(String depois, Banco banco) {
        List<String> todas = banco.contas();
        int lugar = Collections.binarySearch(todas, depois);
        int primeira = lugar < 0 ? -lugar - 1 : lugar + 1;
        return todas.subList(primeira, Math.min(todas.size(), primeira + CONTAS_POR_RESPOSTA + 1));
    }

    private static ObjectNode estado(List<Parte> partes) {
        ObjectNode estado = Json.MAPPER.createObjectNode()
                .put("contas", IntStream.range(0, partes.size()).mapToLong(g -> soDele(partes, g)).sum())
                .put("aplicadas", partes.stream().mapToLong(parte -> parte.banco().aplicadas()).sum())
                .put("recusadas", partes.stream().mapToLong(parte -> parte.banco().recusadas()).sum())
                .put("seq", seq(partes))
                .put("depositado", soma(partes, Banco::depositado))
                .put("sacado", soma(partes, Banco::sacado))
                .put("total", soma(partes, EstadoDoBanco::total));
        if (partes.size() == 1) {
            return estado.put("resumo", partes.get(0).banco().resumo());
        }
        estado.put("resumo", Texto.resumo(partes.stream().map(parte -> parte.banco().resumo())));
        ObjectNode grupos = estado.putObject("grupos");
        IntStream.range(0, partes.size()).forEach(g -> grupos.putObject(String.valueOf(g)).put("seq", partes.get(g).seq()));
        return estado;
    }

    /** Quantas contas tem um grupo, que nenhum antes dele tem. */
    private static long soDele(List<Parte> partes, int grupo) {
        List<String> contas = partes.get(grupo).banco().contas();
        return contas.size() - (grupo == 0 ? 0 : contas.stream().filter(conta -> partes.subList(0, grupo).stream()
                .anyMatch(parte -> parte.banco().saldos().containsKey(conta))).count());
    }

    private static ObjectNode resultado(String idMsg, List<Parte> partes) {
        Resultado resultado = partes.stream().map(parte -> parte.banco().lembradas().valor(idMsg)).filter(Objects::nonNull)
                .findFirst().orElse(null);
        return Json.MAPPER.createObjectNode()
                .put("id_msg", idMsg)
                .put("resultado", resultado == null ? "DESCONHECIDA" : resultado.situacao().name())
                .put("motivo", resultado == null ? null : resultado.motivo());
    }
}
