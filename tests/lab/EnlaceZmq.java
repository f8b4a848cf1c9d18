package tests.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Endereco;
import shared.Pedidos;
import shared.Registro;
import shared.Soquetes;
import tests.lab.Rede.Tipo;

/** Um enlace ZeroMQ: de um lado fala como o que recebe, do outro como o que envia. */
final class EnlaceZmq extends Enlace {

    private static final int CLIENTES_MAXIMOS = 64;
    private static final int LACO_MS = 5;

    /** Um cliente de um enlace de pedidos: o soquete que fala por ele com o servidor. */
    private record Cliente(Pedidos.Pedido ultimo, ZMQ.Socket atras) {
    }

    private final Tipo tipo;
    private final Endereco onde;
    private final Endereco real;
    private final Soquetes soquetes = new Soquetes();
    private final Map<String, String> enderecos;
    private final Map<String, Cliente> clientes = new LinkedHashMap<>();
    private final Map<String, String> pedido = new HashMap<>(); // o id_msg que cada cliente pediu por último
    private final Registro registro = new Registro("rede", true);
    private ZMQ.Socket frente;
    private ZMQ.Socket atras;
    private Pedidos entrada;
    private int assinantes;
    private volatile boolean ativo = true;
    private final Thread linha = new Thread(this::rodar, "enlace");

    /** @param enderecos os que quem se conecta conhece por outro nome: o verdadeiro, e o deste lado da rede */
    EnlaceZmq(Tipo tipo, Endereco onde, Endereco real, Sentido ida, Sentido volta, Map<String, String> enderecos) {
        super(ida, volta);
        this.tipo = tipo;
        this.onde = onde;
        this.real = real;
        this.enderecos = enderecos;
    }

    @Override
    void comecar() {
        SocketType fala = switch (tipo) {
            case difusao -> SocketType.XPUB;
            case pedidos -> SocketType.ROUTER;
            default -> SocketType.PULL;
        };
        frente = soquetes.ligar(fala, onde.maquina(), onde.porta(), "--escutar");
        if (tipo == Tipo.fila) {
            atras = soquetes.conectar(SocketType.PUSH, real);
        } else if (tipo == Tipo.pedidos) {
            entrada = new Pedidos(frente);
        }
        linha.setDaemon(true);
        linha.start(); // daqui em diante só ela usa os soquetes
    }

    private void rodar() {
        ZMQ.Poller acordar = vigiar();
        int vigiados = 0;
        while (ativo) {
            if (vigiados != clientes.size() + (atras == null ? 0 : 1)) {
                vigiados = clientes.size() + (atras == null ? 0 : 1);
                acordar = vigiar();
            }
            double falta = Stream.of(ida().entregar(), volta().entregar()).filter(ms -> ms >= 0).min(Double::compare).orElse(5.0);
            acordar.poll(Math.max(1, Math.min(LACO_MS, (long) falta)));
            soquetes.religar();
            switch (tipo) {
                case difusao -> difundir();
                case fila -> Soquetes.receber(frente, corpo -> ida().enviar(Conteudo.de(corpo), () -> atras.send(corpo, ZMQ.DONTWAIT)));
                default -> pedir();
            }
        }
        soquetes.close();
    }

    private ZMQ.Poller vigiar() {
        Stream<ZMQ.Socket> outros = atras == null || tipo == Tipo.fila ? Stream.of() : Stream.of(atras);
        return soquetes.vigiar(Stream.of(Stream.of(frente), outros, clientes.values().stream().map(Cliente::atras))
                .flatMap(soquete -> soquete).toArray(ZMQ.Socket[]::new));
    }

    /** Assina o publicador só quando, deste lado, alguém assina: quem conta os seus assinantes conta os de verdade. */
    private void difundir() {
        assinantes = Soquetes.assinantes(frente, assinantes);
        if (assinantes > 0 && atras == null) {
            atras = soquetes.conectar(SocketType.SUB, real);
        } else if (assinantes == 0 && atras != null) {
            soquetes.fechar(atras);
            atras = null;
        }
        if (atras != null) {
            Soquetes.receber(atras, corpo -> ida().enviar(Conteudo.de(corpo), () -> frente.send(corpo, ZMQ.DONTWAIT)));
        }
    }

    /** Cada cliente tem o seu soquete para o servidor, que assim os distingue, e cada resposta volta a quem pediu. */
    private void pedir() {
        entrada.atender(registro, recebido -> {
            String quem = Arrays.toString(recebido.identidade());
            Cliente antes = clientes.get(quem);
            ZMQ.Socket soquete = antes == null ? soquetes.conectar(SocketType.DEALER, real) : antes.atras();
            clientes.put(quem, new Cliente(recebido, soquete));
            ObjectNode sobre = Conteudo.de(recebido.corpo());
            pedido.put(quem, sobre.path("id_msg").asText(null));
            ida().enviar(sobre, () -> soquete.send(new byte[0], ZMQ.SNDMORE | ZMQ.DONTWAIT)
                    && soquete.send(recebido.corpo(), ZMQ.DONTWAIT));
            return null;
        });
        clientes.forEach((quem, cliente) -> Soquetes.receber(cliente.atras(), corpo -> {
            if (corpo.length > 0) { // o quadro vazio separa o envelope do ZeroMQ da mensagem
                String texto = traduzir(new String(corpo, StandardCharsets.UTF_8));
                volta().enviar(Conteudo.resposta(corpo, pedido.get(quem)), () -> {
                    entrada.responder(cliente.ultimo(), texto);
                    return true;
                });
            }
        }));
        while (clientes.size() > CLIENTES_MAXIMOS) {
            Iterator<Map.Entry<String, Cliente>> maisVelho = clientes.entrySet().iterator();
            Map.Entry<String, Cliente> velho = maisVelho.next();
            soquetes.fechar(velho.getValue().atras());
            pedido.remove(velho.getKey());
            maisVelho.remove();
        }
    }

    /** Uma resposta que diz onde está outro diz onde ele está deste lado: senão o que se segue não passaria por esta rede. */
    private String traduzir(String resposta) {
        String traduzida = resposta;
        for (Map.Entry<String, String> endereco : enderecos.entrySet()) {
            traduzida = traduzida.replace(endereco.getKey(), endereco.getValue());
        }
        return traduzida;
    }

    @Override
    public void close() {
        ativo = false;
        try {
            linha.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
