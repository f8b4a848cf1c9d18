//DEPS org.zeromq:jeromq:0.6.0
//SOURCES ../defesa/Acordo.java ../defesa/Chaves.java Conhecer.java ../texto/Endereco.java ../texto/Falha.java ../defesa/Guarda.java Ligacao.java ../defesa/Portaria.java ../defesa/Porteiro.java
//SOURCES QuemUsa.java ../defesa/Silencio.java Tcp.java ../defesa/Vigia.java zmq/Mailbox.java zmq/io/mechanism/Mechanisms.java
package shared.rede;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import org.zeromq.ZMonitor;
import shared.defesa.Acordo;
import shared.defesa.Chaves;
import shared.defesa.Guarda;
import shared.defesa.Portaria;
import shared.defesa.Porteiro;
import shared.defesa.Silencio;
import shared.defesa.Vigia;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Registro;
import zmq.ZError;

/**
 * O único lugar que abre soquetes ZeroMQ: com limites, com a {@link Guarda}, e com erros que dizem o que fazer.
 * Cada soquete tem o seu próprio contexto, para que um ataque a uma porta não leve as outras junto. Todos pertencem
 * à linha de execução que os abriu; {@link #close()} fecha todos. Se este processo tem {@link Chaves}, todos as usam.
 */
public final class Soquetes implements AutoCloseable {

    /** Mensagens que podem esperar por um par lento; as seguintes se perdem (PUB) ou são recusadas (PUSH). */
    public static final int FILA_MAXIMA = 100_000;

    private static final int FILA_DE_PUSH = 1_000;

    /** O que assina, numa porta que também serve ao sistema original, um dos nossos: todas as mensagens são objetos JSON. */
    public static final String NOSSAS = "{";

    /** Quantas mensagens um laço recebe de um soquete antes de olhar os outros. */
    public static final int LOTE = 1_000;

    /** Mensagens por ler, ou respostas por enviar, de um par que pode ser qualquer um; ele espera. Os bytes, conta-os a Guarda. */
    private static final int FILA_DE_PEDIDOS = 64;

    private static final int APRESENTACAO_MS = 5_000;     // quem não completa a apresentação ZMTP nisto é cortado
    /** O JeroMQ 0.6.0 esquece de vigiar 2 a 3 % das conexões que abre (Poller.run); este prazo as faz recomeçar. */
    private static final int CONECTAR_MS = 500;
    private static final int RECONECTAR_MS = 50;          // primeira tentativa de reconexão…
    private static final int RECONECTAR_MAXIMO_MS = 1_000; // …e as seguintes vão dobrando até aqui
    private static final int VIVA_S = 30;                 // parada há tanto, pergunta-se ao TCP do outro lado se ainda está lá
    private static final int DESISTIU_MS = 1_000;         // caída há tanto, sem que o JeroMQ tente: ele desistiu

    /** Quem se encontra do outro lado: um programa desta coleção, ou um que só entende as mensagens do sistema original. */
    public enum Quem { NOSSO, ORIGINAL }

    /** Uma conexão que caiu, e que ainda não se sabe se o JeroMQ vai refazer. */
    private record Caida(ZMQ.Socket soquete, String endereco, Acordo acordo) {
    }

    private final List<ZContext> contextos = new ArrayList<>();
    private ZContext dosLacos;  // de nenhum soquete: eles podem fechar antes; null = ninguém pediu para vigiar
    private final Map<ZMQ.Socket, Guarda> guardas = new HashMap<>();
    private final List<Ligacao> ligacoes = new ArrayList<>();
    private ZMQ.Poller acordar; // o último que se pediu
    private final Map<Caida, Long> caidas = new ConcurrentHashMap<>(); // e quando, em ns
    private final Set<ZMQ.Socket> apresentados = ConcurrentHashMap.newKeySet(); // o outro lado respondeu à saudação
    private final Map<ZMQ.Socket, Conhecer> conhecidos = new ConcurrentHashMap<>();
    private final Map<ZMQ.Socket, Vigia> vigiadas = new HashMap<>();
    private final int escoarMs;
    private String assinatura = ""; // tudo
    private Quem eu = Quem.NOSSO;

    public Soquetes() {
        this(0);
    }

    /** @param escoarMs quanto {@link #close()} espera até que o já enviado saia, em milissegundos */
    public Soquetes(int escoarMs) {
        this.escoarMs = escoarMs;
    }

    /**
     * Abre um soquete que espera conexões.
     *
     * @param opcao a opção da linha de comando que dá esta porta; aparece no erro
     * @throws Falha se a porta está ocupada ou o endereço não é desta máquina
     */
    public ZMQ.Socket ligar(SocketType tipo, String maquina, int porta, String opcao) {
        return ligar(tipo, maquina, porta, opcao, null);
    }

    /**
     * Abre um XPUB que serve a dois públicos: quem assina {@link #NOSSAS} recebe tudo; quem assina tudo, como faz o sistema
     * original, recebe só as mensagens que ele entende.
     *
     * @param aoOriginal como começam essas mensagens
     */
    public ZMQ.Socket ligarDifusao(String maquina, int porta, String opcao, String aoOriginal) {
        return ligar(SocketType.XPUB, maquina, porta, opcao, aoOriginal);
    }

    /** Daqui em diante, as portas que se abrem apresentam-se como este: as de quem fica no meio, como quem está atrás. */
    public void passarPor(Quem quem) {
        eu = quem;
    }

    /** Quem atende ali, num soquete que se entende com este tipo; {@code null} se ninguém se apresenta. */
    public static Quem quemAtende(SocketType tipo, Endereco onde) {
        try {
            return Chaves.doProcesso() != null ? Quem.NOSSO : Conhecer.ouvir(onde, tipo);
        } catch (IOException e) {
            return null;
        }
    }

    /** Daqui em diante os SUB que se conectam assinam {@link #NOSSAS}, e não tudo: dizem que são dos nossos. */
    public void assinarNossas() {
        assinatura = NOSSAS;
    }

    private ZMQ.Socket ligar(SocketType tipo, String maquina, int porta, String opcao, String aoOriginal) {
        Endereco endereco = new Endereco(maquina, porta);
        InetAddress ip = Tcp.daqui(endereco);
        ZMQ.Socket soquete = abrir(tipo, endereco);
        if (aoOriginal != null) {
            soquete.setMsgAllocator(new Guarda(Guarda.Forma.ASSINATURAS, Chaves.doProcesso() != null,
                    aoOriginal.getBytes(StandardCharsets.UTF_8)));
        }
        soquete.setIPv6(ip instanceof Inet6Address);
        Portaria portaria = new Portaria();
        Vigia vigia = Vigia.de(ip, porta);
        Porteiro porteiro = Porteiro.para(soquete, contextos.get(contextos.size() - 1), porta, Chaves.doProcesso());
        ZEvent.ZEventConsummer entrada = evento -> {
            if (evento.getEvent() == ZMonitor.Event.ACCEPTED && admitir(portaria, vigia, (SocketChannel) evento.getValue())) {
                return; // o vigia não se apresenta
            }
            porteiro.olhar(evento);
        };
        soquete.setEventHook(entrada, Porteiro.EVENTOS);
        try {
            soquete.bind("tcp://" + new Endereco(ip.getHostAddress(), porta));
            vigiadas.put(soquete, vigia.comecar());
            return soquete;
        } catch (ZMQException e) {
            throw new Falha(switch (e.getErrorCode()) {
                case ZError.EADDRINUSE -> "a porta " + porta + " já está em uso por " + QuemUsa.porta(porta)
                        + "; encerre-o, ou escolha outra com " + opcao;
                case ZError.EACCESS -> "sem permissão para a porta " + porta + "; escolha uma acima de 1023 com " + opcao;
                default -> "não consegui escutar em " + endereco + " (" + e.getMessage() + ")";
            });
        }
    }

    /**
     * Conecta-se a um endereço de modo que dure: se a conexão fica aberta e muda, refaz-se, e o registro o diz. Peça {@link #religar}
     * a cada volta do laço. @throws Falha se o nome não existe
     */
    public Ligacao manter(SocketType tipo, Endereco com, Registro registro) {
        Ligacao ligacao = new Ligacao(this, tipo, com, registro);
        ligacoes.add(ligacao);
        return ligacao;
    }

    /** Abre um soquete que se conecta, e se reconecta quando a conexão cai. @throws Falha se um nome não existe */
    public ZMQ.Socket conectar(SocketType tipo, Endereco com) {
        List<InetAddress> ips = Tcp.ips(com); // os IPv4 primeiro
        boolean soIpv6 = ips.get(0) instanceof Inet6Address;
        boolean alternar = !soIpv6 && ips.get(ips.size() - 1) instanceof Inet6Address; // não se sabe em qual dos dois atende
        ZMQ.Socket soquete = abrir(tipo, com);
        soquete.setIPv6(soIpv6); // com true, o JeroMQ prefere o IPv6 de quem tem os dois; com false, só conhece IPv4
        soquete.setHandshakeIvl(CONECTAR_MS);
        soquete.setHeartbeatIvl(Silencio.PULSO_MS);
        soquete.setHeartbeatTimeout(0); // o do JeroMQ 0.6.0 não funciona: quem dá pelo silêncio é a Ligacao
        if (Chaves.doProcesso() != null) {
            Chaves.doProcesso().conectar(soquete);
        }
        Acordo acordo = new Acordo(tipo, com);
        Conhecer conhecer = new Conhecer(tipo, com);
        if (tipo != SocketType.SUB) { // quem assina não diz nada
            conhecidos.put(soquete, conhecer);
        }
        ZEvent.ZEventConsummer vigia = evento -> {
            if (evento.getEvent() == ZMonitor.Event.CONNECTED && largarSeConsigoMesma(evento.getValue())) {
                return;
            }
            if (evento.getEvent() == ZMonitor.Event.CONNECT_RETRIED && alternar) {
                soquete.setIPv6(!soquete.isIPv6()); // a próxima tentativa é pelo outro
            }
            Caida caida = new Caida(soquete, "tcp://" + com, acordo);
            if (evento.getEvent() == ZMonitor.Event.DISCONNECTED) {
                apresentados.remove(soquete);
                conhecer.caiu();
                caidas.put(caida, System.nanoTime());
            } else {
                caidas.remove(caida); // o JeroMQ está a tentar
                if (evento.getEvent() == ZMonitor.Event.HANDSHAKE_PROTOCOL) {
                    apresentados.add(soquete);
                    if (conhecidos.containsKey(soquete)) {
                        conhecer.conectou();
                    }
                }
            }
            acordo.olhar(evento);
        };
        soquete.setEventHook(vigia, Acordo.EVENTOS);
        if (tipo == SocketType.SUB) {
            soquete.subscribe(assinatura);
        }
        soquete.connect("tcp://" + com);
        return soquete;
    }

    /**
     * Se do outro lado há quem responda. Antes disso o JeroMQ já aceita mensagens de um PUSH ou de
     * um DEALER, e perde-as se a conexão é das que nascem surdas.
     */
    public boolean apresentado(ZMQ.Socket soquete) {
        return apresentados.contains(soquete);
    }

    /** O que se ouviu por este soquete, de quem quer que seja. */
    Silencio.Ouvido ouvido(ZMQ.Socket soquete) {
        return soquete == null ? Silencio.Ouvido.NADA : guardas.get(soquete).ouvido();
    }

    /** Quem está do outro lado de um soquete que não seja SUB; {@code null} se não há ou ainda não se sabe. */
    public Quem quem(ZMQ.Socket soquete) {
        Conhecer conhecer = conhecidos.get(soquete);
        return conhecer == null ? null : conhecer.quem();
    }

    /**
     * Refaz as conexões que ficaram mudas, e aquelas de que o JeroMQ desistiu: ele não volta a uma porta onde achou outro
     * programa, nem que este tenha saído. Chame a cada volta do laço.
     */
    public void religar() {
        ligacoes.forEach(ligacao -> ligacao.cuidar(Guarda.agora()));
        caidas.forEach((caida, quando) -> {
            if (System.nanoTime() - quando > DESISTIU_MS * 1_000_000L && caidas.remove(caida, quando)) {
                caida.acordo().desistiu();
                caida.soquete().disconnect(caida.endereco());
                try {
                    caida.soquete().connect(caida.endereco());
                } catch (ZMQException e) { // um nome que agora não se acha
                    caidas.put(caida, System.nanoTime());
                }
            }
        });
    }

    /** O que acorda um laço: a chegada de algo em qualquer destes soquetes. */
    public ZMQ.Poller vigiar(ZMQ.Socket... soquetes) {
        return vigiar(List.of(), soquetes);
    }

    /** O mesmo, também por qualquer destas ligações, ainda que troquem de soquete: isso vale para o último que se pediu. */
    public ZMQ.Poller vigiar(List<Ligacao> ligacoes, ZMQ.Socket... soquetes) {
        dosLacos = dosLacos == null ? new ZContext() : dosLacos;
        acordar = dosLacos.createPoller(soquetes.length + ligacoes.size() + 1);
        Stream.concat(ligacoes.stream().map(Ligacao::soquete), Stream.of(soquetes))
                .forEach(soquete -> acordar.register(soquete, ZMQ.Poller.POLLIN));
        return acordar;
    }

    /** Um soquete toma o lugar de outro. */
    void trocar(ZMQ.Socket velho, ZMQ.Socket novo) {
        for (int i = 0; acordar != null && i < acordar.getSize(); i++) {
            if (acordar.getSocket(i) == velho) {
                acordar.unregister(velho);
                acordar.register(novo, ZMQ.Poller.POLLIN);
            }
        }
        fechar(velho);
    }

    /** Entrega as mensagens que já chegaram, até {@link #LOTE}, sem esperar por outras. */
    public static void receber(ZMQ.Socket soquete, Consumer<byte[]> entregar) {
        byte[] mensagem;
        for (int i = 0; i < LOTE && (mensagem = soquete.recv(ZMQ.DONTWAIT)) != null; i++) {
            entregar.accept(mensagem);
        }
    }

    /**
     * Lê as notícias de um XPUB. O JeroMQ conta cada um que chega, mas só avisa da partida do último.
     *
     * @param assinantes quantos eram na última leitura
     * @return quantos assinaram desde que não havia nenhum: quem se foi enquanto outros ficavam ainda conta
     */
    public static int assinantes(ZMQ.Socket xpub, int assinantes) {
        int[] agora = {assinantes};
        receber(xpub, noticia -> agora[0] = noticia.length > 0 && noticia[0] == 1 ? agora[0] + 1 : 0);
        return agora[0];
    }

    /** Fecha uma ligação antes das outras. */
    public void fechar(Ligacao ligacao) {
        ligacoes.remove(ligacao);
        ligacao.fechar();
    }

    /** O mesmo, por o que assinam. @param assinantes de cada assinatura, quantos; atualiza-se */
    public static void assinantes(ZMQ.Socket xpub, Map<String, Integer> assinantes) {
        receber(xpub, noticia -> {
            String qual = noticia.length == 0 ? "" : new String(noticia, 1, noticia.length - 1, StandardCharsets.UTF_8);
            if (noticia.length > 0 && noticia[0] == 1) {
                assinantes.merge(qual, 1, Integer::sum);
            } else {
                assinantes.remove(qual);
            }
        });
    }

    /** Fecha um soquete antes dos outros. */
    public void fechar(ZMQ.Socket soquete) {
        guardas.remove(soquete);
        caidas.keySet().removeIf(caida -> caida.soquete() == soquete);
        apresentados.remove(soquete);
        Optional.ofNullable(conhecidos.remove(soquete)).ifPresent(Conhecer::caiu);
        Optional.ofNullable(vigiadas.remove(soquete)).ifPresent(Vigia::close);
        contextos.removeIf(contexto -> {
            boolean deste = contexto.getSockets().contains(soquete);
            if (deste) {
                contexto.close();
            }
            return deste;
        });
    }

    @Override
    public void close() {
        vigiadas.values().forEach(Vigia::close);
        conhecidos.values().forEach(Conhecer::caiu);
        contextos.forEach(ZContext::close);
        contextos.clear();
        ligacoes.clear();
        Optional.ofNullable(dosLacos).ifPresent(ZContext::close);
    }

    private ZMQ.Socket abrir(SocketType tipo, Endereco endereco) {
        ZContext contexto = new ZContext();
        contexto.setLinger(escoarMs);
        // às vezes o JeroMQ fecha um canal interno antes de o usar pela última vez, e escreveria a pilha na tela
        contexto.setNotificationExceptionHandler((linha, erro) -> { });
        contexto.setUncaughtExceptionHandler((linha, erro) -> {
            if (!contexto.isClosed()) {
                Vigia.acabar("a linha de execução de rede de " + endereco + " parou (" + erro + ")");
            }
        });
        contextos.add(contexto);
        // Um PULL não pode ter identidade; um DEALER pode, e dizendo-se PULL recebe igual
        ZMQ.Socket soquete = contexto.createSocket(tipo == SocketType.PULL ? SocketType.DEALER : tipo);
        if (tipo == SocketType.PULL) {
            soquete.base().setSocketOpt(zmq.ZMQ.ZMQ_AS_TYPE, zmq.ZMQ.ZMQ_PULL);
        }
        if (eu == Quem.NOSSO && (tipo == SocketType.PULL || tipo == SocketType.ROUTER)) {
            soquete.setIdentity(Conhecer.NOS);
        }
        soquete.setLinger(escoarMs);
        soquete.setSndHWM(tipo == SocketType.ROUTER ? FILA_DE_PEDIDOS : FILA_MAXIMA);
        soquete.setRcvHWM(tipo == SocketType.SUB ? FILA_MAXIMA : FILA_DE_PEDIDOS);
        soquete.setBacklog(128);
        soquete.setHandshakeIvl(APRESENTACAO_MS);
        soquete.setReconnectIVL(RECONECTAR_MS);
        soquete.setReconnectIVLMax(RECONECTAR_MAXIMO_MS);
        soquete.setMaxMsgSize(Guarda.TAMANHO_MAXIMO);
        soquete.setTCPKeepAlive(1); // dos dois lados: quem se foi sem dizer nada não ocupa um lugar para sempre
        soquete.setTCPKeepAliveIdle(VIVA_S);
        soquete.setTCPKeepAliveInterval(VIVA_S / 3);
        soquete.setTCPKeepAliveCount(3);
        Guarda guarda = new Guarda(switch (tipo) {
            case PUB, XPUB -> Guarda.Forma.ASSINATURAS;
            case PUSH -> Guarda.Forma.NADA;
            case REP, ROUTER, REQ, DEALER -> Guarda.Forma.PEDIDOS;
            default -> Guarda.Forma.MENSAGENS;
        }, Chaves.doProcesso() != null);
        guardas.put(soquete, guarda);
        soquete.setMsgAllocator(guarda);
        if (tipo == SocketType.ROUTER) {
            soquete.setRouterHandover(true); // senão as mensagens de quem repete uma identidade ficam na memória, sem leitor
        }
        if (tipo == SocketType.XPUB) {
            soquete.setXpubVerbose(true); // uma notícia por assinante que vem, não uma por tópico
        }
        if (tipo == SocketType.PUSH || tipo == SocketType.DEALER) {
            soquete.setSndHWM(FILA_DE_PUSH); // o resto espera no diário de quem envia, não na memória
        }
        if (tipo == SocketType.PUSH || tipo == SocketType.DEALER || tipo == SocketType.REQ) {
            soquete.setImmediate(false); // no JeroMQ, false quer dizer: nada entra na fila de quem não está conectado
        }
        return soquete;
    }

    /** Roda na linha de execução de rede do soquete, a cada conexão aceita. @return se é a do vigia deste processo */
    private static boolean admitir(Portaria portaria, Vigia vigia, SocketChannel nova) {
        vigia.aceitou();
        Socket sai = portaria.admitir(nova.socket());
        if (sai != null) {
            cortar(sai.getChannel());
        }
        return vigia.ehSua(nova.socket().getRemoteSocketAddress());
    }

    /** Roda na linha de execução de rede, a cada conexão feita. @return se ela saiu da porta a que ia, e por isso acaba aqui */
    private static boolean largarSeConsigoMesma(SocketChannel nova) {
        try {
            Tcp.exigirOutro(nova.socket());
            return false;
        } catch (IOException e) {
            cortar(nova);
            return true;
        }
    }

    /** Para o JeroMQ é o fim da conexão, e ele a fecha. */
    private static void cortar(SocketChannel conexao) {
        try {
            conexao.shutdownInput();
        } catch (IOException e) {
            // já se foi
        }
    }
}
