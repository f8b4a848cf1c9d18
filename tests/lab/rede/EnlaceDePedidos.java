//SOURCES Conteudo.java EnlaceZmq.java Sentido.java
package tests.lab.rede;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import tests.lab.rede.Sentido.Chegada;

/** De quem pede a quem responde, e de volta. */
final class EnlaceDePedidos extends EnlaceZmq {

    private static final int CLIENTES_MAXIMOS = 256;
    private static final int PERGUNTAS_LEMBRADAS = 1_000;
    private static final String SEM_ID = "";
    private static final Pattern ENDERECO = Pattern.compile("[\\w.:\\[\\]-]{1,100}+(?<=:\\d{1,5})");

    /**
     * Um cliente de um enlace de pedidos, e o soquete que fala por ele com o servidor, que assim distingue os clientes. A
     * cópia de um pedido vai por outro, como a de quem se cansou de esperar e se reconectou: a resposta a ela já não
     * interessa a ninguém.
     */
    private static final class Cliente {
        private final byte[] identidade;
        private final ZMQ.Socket atras;
        private ZMQ.Socket eco;
        private final Deque<Pergunta> perguntou = new ArrayDeque<>(); // o que ainda não teve resposta
        private boolean saiu;

        Cliente(byte[] identidade, ZMQ.Socket atras) {
            this.identidade = identidade;
            this.atras = atras;
        }
    }

    /** Um pedido de um cliente; de trás de um proxy há vários ao mesmo tempo, e o envelope diz de qual é cada resposta. */
    private record Pergunta(String envelope, String id_msg) {
    }

    private final Map<String, String> enderecos;
    private final Map<String, Cliente> clientes = new LinkedHashMap<>(16, 0.75f, true); // o que fala há mais tempo, primeiro

    /** @param enderecos os que quem se conecta conhece por outro nome: o verdadeiro, e o deste lado da rede */
    EnlaceDePedidos(Defesa defesa, Endereco onde, Endereco real, Sentido ida, Sentido volta, Map<String, String> enderecos) {
        super(defesa, onde, real, ida, volta);
        this.enderecos = enderecos;
    }

    @Override
    void abrir() {
        if (apresentarSe(SocketType.REQ)) {
            frente = soquetes.ligar(SocketType.ROUTER, onde.maquina(), onde.porta(), "--escutar");
            frente.setRouterMandatory(true); // diz se quem pediu já se foi
        }
    }

    @Override
    Stream<ZMQ.Socket> fontes() {
        return Stream.concat(Stream.of(frente),
                clientes.values().stream().flatMap(c -> Stream.of(c.atras, c.eco).filter(Objects::nonNull)));
    }

    @Override
    void receber() {
        List<byte[]> pedido;
        for (int i = 0; i < Soquetes.LOTE && !ida().cheio() && (pedido = quadros(frente)) != null; i++) {
            levar(pedido.get(0), pedido.subList(1, pedido.size()));
        }
        for (Cliente cliente : new ArrayList<>(clientes.values())) {
            List<byte[]> resposta;
            for (int i = 0; i < Soquetes.LOTE && !volta().cheio() && (resposta = quadros(cliente.atras)) != null; i++) {
                trazer(cliente, resposta);
            }
            while (cliente.eco != null && (resposta = quadros(cliente.eco)) != null) {
                volta().semDestino(Conteudo.resposta(corpo(resposta), null), "o pedido era uma cópia");
            }
        }
    }

    private void levar(byte[] identidade, List<byte[]> quadros) {
        Cliente cliente = clientes.computeIfAbsent(Arrays.toString(identidade), quem -> {
            revigiar();
            return new Cliente(identidade, soquetes.conectar(SocketType.DEALER, real));
        });
        dispensar();
        ObjectNode sobre = Conteudo.de(corpo(quadros));
        ida().enviar(sobre, cliente, copia -> {
            if (cliente.saiu) {
                return Chegada.NINGUEM;
            }
            if (copia > 0) {
                return repetir(cliente, quadros);
            }
            Chegada chegada = chegada(soquetes.apresentado(cliente.atras) && enviar(cliente.atras, quadros));
            if (chegada == Chegada.ENTREGUE && cliente.perguntou.size() < PERGUNTAS_LEMBRADAS) {
                cliente.perguntou.add(new Pergunta(envelope(quadros), sobre.path("id_msg").asText(SEM_ID)));
            }
            return chegada;
        });
    }

    private Chegada repetir(Cliente cliente, List<byte[]> quadros) {
        if (cliente.eco == null) {
            revigiar();
            cliente.eco = soquetes.conectar(SocketType.DEALER, real);
        }
        return chegada(soquetes.apresentado(cliente.eco) && enviar(cliente.eco, quadros));
    }

    private void trazer(Cliente cliente, List<byte[]> resposta) {
        Optional<Pergunta> pergunta = cliente.perguntou.stream()
                .filter(p -> p.envelope().equals(envelope(resposta))).findFirst();
        pergunta.ifPresent(cliente.perguntou::remove);
        String id = pergunta.map(Pergunta::id_msg).orElse(SEM_ID);
        ObjectNode sobre = Conteudo.resposta(corpo(resposta), id.isEmpty() ? null : id);
        List<byte[]> envelope = new ArrayList<>(List.of(cliente.identidade));
        envelope.addAll(resposta.subList(0, resposta.size() - 1));
        envelope.add(traduzir(corpo(resposta)));
        volta().enviar(sobre, cliente, copia -> {
            try {
                return chegada(enviar(frente, envelope));
            } catch (ZMQException e) {
                return Chegada.NINGUEM; // cansou-se de esperar, e fechou a conexão
            }
        });
    }

    /**
     * Uma resposta que diz onde está outro diz onde ele está deste lado: senão o que se segue não passaria por esta rede.
     */
    private byte[] traduzir(byte[] resposta) {
        String texto = new String(resposta, StandardCharsets.UTF_8);
        String traduzida = ENDERECO.matcher(texto)
                .replaceAll(m -> enderecos.getOrDefault(m.group(), Matcher.quoteReplacement(m.group())));
        // o que não é texto passa intacto
        return traduzida.equals(texto) ? resposta : traduzida.getBytes(StandardCharsets.UTF_8);
    }

    /** O ROUTER não diz quem se foi; quando são demais, sai quem fala há mais tempo. */
    private void dispensar() {
        while (clientes.size() > CLIENTES_MAXIMOS) {
            Cliente velho = clientes.remove(clientes.keySet().iterator().next());
            velho.saiu = true;
            revigiar();
            soquetes.fechar(velho.atras);
            if (velho.eco != null) {
                soquetes.fechar(velho.eco);
            }
        }
    }

    // ───── Quadros ─────

    /** Todos os quadros da próxima mensagem; null se não há. */
    private static List<byte[]> quadros(ZMQ.Socket soquete) {
        byte[] primeiro = soquete.recv(ZMQ.DONTWAIT);
        if (primeiro == null) {
            return null;
        }
        List<byte[]> quadros = new ArrayList<>(List.of(primeiro));
        while (soquete.hasReceiveMore()) {
            quadros.add(soquete.recv());
        }
        return quadros;
    }

    /** Envia todos, ou nenhum se o primeiro não entra na fila. */
    private static boolean enviar(ZMQ.Socket soquete, List<byte[]> quadros) {
        for (int i = 0; i < quadros.size(); i++) {
            if (!soquete.send(quadros.get(i), i < quadros.size() - 1 ? ZMQ.SNDMORE | ZMQ.DONTWAIT : ZMQ.DONTWAIT)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] corpo(List<byte[]> quadros) {
        return quadros.get(quadros.size() - 1);
    }

    private static String envelope(List<byte[]> quadros) {
        return Arrays.deepToString(quadros.subList(0, quadros.size() - 1).toArray());
    }
}
