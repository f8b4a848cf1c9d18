//SOURCES ../../../shared/rede/Soquetes.java ../../../shared/rede/Tcp.java ../../../shared/texto/Endereco.java
//SOURCES ../../../shared/texto/Registro.java Conteudo.java Enlace.java Rede.java Sentido.java
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
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import shared.defesa.Defesa;
import shared.rede.Assinantes;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Registro;
import tests.lab.rede.Rede.Tipo;
import tests.lab.rede.Sentido.Chegada;
import tests.lab.rede.Sentido.Entrega;

/** Um enlace ZeroMQ: de um lado fala como o que recebe, do outro como o que envia. Uma linha de execução tem os soquetes. */
final class EnlaceZmq extends Enlace {

    private static final int CLIENTES_MAXIMOS = 256;
    private static final int PERGUNTAS_LEMBRADAS = 1_000;
    private static final int LACO_MS = 5; // o que outra linha solta espera no máximo isto
    private static final int PROCURAR_MS = 50;
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

    /** O que se difunde, ou põe numa fila; metade de um objeto JSON não se lê como coisa nenhuma. */
    private static final class Difundida implements Entrega {
        private final Function<byte[], Chegada> enviar;
        private byte[] corpo;
        private boolean estragada;

        Difundida(byte[] corpo, Function<byte[], Chegada> enviar) {
            this.corpo = corpo;
            this.enviar = enviar;
        }

        @Override
        public void estragar() {
            corpo = Arrays.copyOf(corpo, corpo.length / 2);
            estragada = true;
        }

        @Override
        public Chegada tentar(int copia) {
            Chegada chegada = enviar.apply(corpo);
            return estragada && chegada == Chegada.ENTREGUE ? Chegada.ESTRAGADA : chegada;
        }
    }

    private final Tipo tipo;
    private final Endereco onde;
    private final Endereco real;
    private final Soquetes soquetes;
    private final Map<String, String> enderecos;
    private final Map<String, Cliente> clientes = new LinkedHashMap<>(16, 0.75f, true); // o que fala há mais tempo, primeiro
    private final Registro registro = new Registro("rede", false);
    private final Thread linha = new Thread(this::rodar, "enlace");
    private ZMQ.Socket frente;
    private ZMQ.Socket atras;
    private ZMQ.Poller acordar;
    private Assinantes assinantes;
    private volatile boolean ativo = true;

    /** @param enderecos os que quem se conecta conhece por outro nome: o verdadeiro, e o deste lado da rede */
    EnlaceZmq(Defesa defesa, Tipo tipo, Endereco onde, Endereco real, Sentido ida, Sentido volta,
            Map<String, String> enderecos) {
        super(ida, volta);
        this.soquetes = new Soquetes(defesa);
        this.tipo = tipo;
        this.onde = onde;
        this.real = real;
        this.enderecos = enderecos;
    }

    @Override
    void comecar() {
        Tcp.ips(real); // que se saiba já se o nome não existe
        if (tipo == Tipo.difusao) {
            frente = soquetes.ligar(SocketType.XPUB, onde.maquina(), onde.porta(), "--escutar");
            assinantes = new Assinantes(frente);
        } else {
            abrir(); // se já há quem atenda; senão, quando houver
        }
        linha.setDaemon(true);
        linha.start(); // daqui em diante só ela usa os soquetes
    }

    /** Só abre a porta quando sabe quem está do outro lado: apresenta-se como ele, que pode ser do sistema original. */
    private void abrir() {
        Soquetes.Quem quem = soquetes.quemAtende(tipo == Tipo.fila ? SocketType.PUSH : SocketType.REQ, real);
        if (quem == null) {
            return;
        }
        soquetes.passarPor(quem);
        frente = soquetes.ligar(tipo == Tipo.fila ? SocketType.PULL : SocketType.ROUTER, onde.maquina(),
                onde.porta(), "--escutar");
        if (tipo == Tipo.fila) {
            atras = soquetes.conectar(SocketType.PUSH, real);
        } else {
            frente.setRouterMandatory(true); // diz se quem pediu já se foi
        }
    }

    private void rodar() {
        while (ativo && frente == null) {
            dormir(PROCURAR_MS);
            abrir();
        }
        while (ativo) {
            try {
                double falta = Stream.of(ida().entregar(), volta().entregar()).filter(ms -> ms >= 0)
                        .min(Double::compare).orElse(5.0);
                esperar(Math.max(1, Math.min(LACO_MS, (long) falta)));
                soquetes.religar();
                switch (tipo) {
                    case difusao -> difundir();
                    case fila -> enfileirar();
                    default -> pedir();
                }
            } catch (RuntimeException e) { // um enlace não cai por causa de uma mensagem
                registro.linha("erro", "enlace", ida().nome(), "erro", e);
            }
        }
        soquetes.close();
    }

    private void esperar(long milissegundos) {
        if (ida().cheio() || volta().cheio()) { // não vai ler: o que chega não interessa
            dormir(LACO_MS);
            return;
        }
        if (acordar == null) {
            Stream<ZMQ.Socket> fontes = tipo == Tipo.difusao && atras != null ? Stream.of(frente, atras) : Stream.of(frente);
            Stream<ZMQ.Socket> deles = clientes.values().stream().flatMap(c -> Stream.of(c.atras, c.eco))
                    .filter(s -> s != null);
            acordar = soquetes.vigiar(Stream.concat(fontes, deles).toArray(ZMQ.Socket[]::new));
        }
        acordar.poll(milissegundos);
    }

    private static void dormir(int milissegundos) {
        try {
            Thread.sleep(milissegundos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Os soquetes mudaram. */
    private void revigiar() {
        if (acordar != null) {
            acordar.close();
            acordar = null;
        }
    }

    // ───── Difusão ─────

    /** Assina o publicador só quando, deste lado, alguém assina: quem conta os seus assinantes conta os de verdade. */
    private void difundir() {
        boolean ha = assinantes.ler() > 0;
        if (ha && atras == null) {
            revigiar();
            if (assinantes.alguemAssina(Soquetes.NOSSAS)) {
                soquetes.assinarNossas(); // quem fala por um dos nossos apresenta-se como ele
            }
            atras = soquetes.conectar(SocketType.SUB, real);
        } else if (!ha && atras != null) {
            revigiar();
            soquetes.fechar(atras);
            atras = null;
        }
        if (atras != null && !ida().cheio()) {
            Soquetes.receber(atras, corpo -> ida().enviar(Conteudo.de(corpo), frente, true, new Difundida(corpo,
                    bytes -> assinantes.quantos() == 0 ? Chegada.NINGUEM : chegada(frente.send(bytes, ZMQ.DONTWAIT)))));
        }
    }

    // ───── Fila ─────

    private void enfileirar() {
        if (!ida().cheio()) {
            Soquetes.receber(frente, corpo -> ida().enviar(Conteudo.de(corpo), atras, true, new Difundida(corpo,
                    bytes -> chegada(soquetes.apresentado(atras) && atras.send(bytes, ZMQ.DONTWAIT)))));
        }
    }

    // ───── Pedidos ─────

    private void pedir() {
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
        ida().enviar(sobre, cliente, true, copia -> {
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
        volta().enviar(sobre, cliente, false, copia -> { // um REQ tomaria a segunda resposta pela do pedido seguinte
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

    private static Chegada chegada(boolean entrou) {
        return entrou ? Chegada.ENTREGUE : Chegada.AINDA_NAO;
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
