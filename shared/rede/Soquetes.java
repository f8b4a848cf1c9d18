//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Aberto.java Assinantes.java Conectado.java Conhecer.java Despertador.java Ligacao.java QuemUsa.java Tcp.java
package shared.rede;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import shared.defesa.Defesa;
import shared.defesa.LimiteDeQuadros;
import shared.defesa.PortaAberta;
import shared.defesa.Silencio;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Registro;
import zmq.ZError;

/**
 * O único lugar que abre soquetes ZeroMQ: com a {@link Defesa} deste processo, com limites, e com erros que dizem o que
 * fazer. É a porta deste quarto. Cada soquete tem o seu próprio contexto, para que um ataque a uma porta não leve as
 * outras junto. Todos pertencem à linha de execução que os abriu; {@link #close()} fecha todos.
 */
public final class Soquetes implements AutoCloseable {

    /** Mensagens que podem esperar por um par lento; as seguintes se perdem (PUB) ou são recusadas (PUSH). */
    public static final int FILA_MAXIMA = 100_000;

    /** O que assina, numa porta que também serve ao sistema original, um dos nossos: todas as mensagens são objetos JSON. */
    public static final String NOSSAS = "{";

    /** Quantas mensagens um laço recebe de um soquete antes de olhar os outros. */
    public static final int LOTE = 1_000;

    private static final int RELIGAR_MS = 20; // entre duas vezes que se olha para as conexões: o laço dá muitas voltas

    /** Quem se encontra do outro lado: um programa desta coleção, ou um que só entende as mensagens do sistema original. */
    public enum Quem { NOSSO, ORIGINAL }

    private final Defesa defesa;
    private final int escoarMs;
    private final Map<ZMQ.Socket, Aberto> abertos = new LinkedHashMap<>();
    private final List<Ligacao> ligacoes = new ArrayList<>();
    private final Despertador despertador = new Despertador();
    private ZContext dosLacos;  // de nenhum soquete: eles podem fechar antes; null = ninguém pediu para vigiar
    private ZMQ.Poller acordar; // o último que se pediu
    private String assinatura = ""; // tudo
    private long religouEm;
    private Quem eu = Quem.NOSSO;

    /** @param defesa a deste processo */
    public Soquetes(Defesa defesa) {
        this(defesa, 0);
    }

    /** @param escoarMs quanto {@link #close()} espera até que o já enviado saia, em milissegundos */
    public Soquetes(Defesa defesa, int escoarMs) {
        this.defesa = defesa;
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
    public Quem quemAtende(SocketType tipo, Endereco onde) {
        return new Conhecer(defesa, tipo, onde).agora();
    }

    /** Daqui em diante os SUB que se conectam assinam {@link #NOSSAS}, e não tudo: dizem que são dos nossos. */
    public void assinarNossas() {
        assinatura = NOSSAS;
    }

    private ZMQ.Socket ligar(SocketType tipo, String maquina, int porta, String opcao, String aoOriginal) {
        Endereco endereco = new Endereco(maquina, porta);
        InetAddress ip = Tcp.daqui(endereco);
        Aberto aberto = abrir(tipo, endereco, aoOriginal == null ? null : aoOriginal.getBytes(StandardCharsets.UTF_8));
        aberto.soquete.setIPv6(ip instanceof Inet6Address);
        PortaAberta defendida = defesa.porta(ip, porta);
        defendida.proteger(aberto.soquete, aberto.contexto);
        try {
            aberto.soquete.bind("tcp://" + new Endereco(ip.getHostAddress(), porta));
        } catch (ZMQException e) {
            throw new Falha(switch (e.getErrorCode()) {
                case ZError.EADDRINUSE -> QuemUsa.ocupada(porta, opcao);
                case ZError.EACCESS -> "sem permissão para a porta " + porta + "; escolha uma acima de 1023 com " + opcao;
                default -> "não consegui escutar em " + endereco + " (" + e.getMessage() + ")";
            });
        }
        aberto.porta = defendida.comecar();
        return aberto.soquete;
    }

    private Aberto abrir(SocketType tipo, Endereco endereco, byte[] aoOriginal) {
        Aberto aberto = new Aberto(defesa, tipo, endereco, escoarMs, aoOriginal, eu == Quem.NOSSO);
        abertos.put(aberto.soquete, aberto);
        return aberto;
    }

    /**
     * Conecta-se a um endereço de modo que dure: se a conexão fica aberta e muda, refaz-se, e o registro o diz. Peça
     * {@link #religar} a cada volta do laço. @throws Falha se o nome não existe
     */
    public Ligacao manter(SocketType tipo, Endereco com, Registro registro) {
        Ligacao ligacao = new Ligacao(this, tipo, com, registro);
        ligacoes.add(ligacao);
        return ligacao;
    }

    /** Abre um soquete que se conecta, e se reconecta quando a conexão cai. @throws Falha se um nome não existe */
    public ZMQ.Socket conectar(SocketType tipo, Endereco com) {
        List<InetAddress> ips = Tcp.ips(com);
        Aberto aberto = abrir(tipo, com, null);
        aberto.conexao = new Conectado(defesa, aberto.soquete, tipo, com, ips, assinatura);
        return aberto.soquete;
    }

    /**
     * Se do outro lado há quem responda. Antes disso o JeroMQ já aceita mensagens de um PUSH ou de
     * um DEALER, e perde-as se a conexão é das que nascem surdas.
     */
    public boolean apresentado(ZMQ.Socket soquete) {
        return conexao(soquete).map(Conectado::apresentado).orElse(false);
    }

    /** Quem está do outro lado de um soquete que não seja SUB; {@code null} se não há ou ainda não se sabe. */
    public Quem quem(ZMQ.Socket soquete) {
        return conexao(soquete).map(Conectado::quem).orElse(null);
    }

    private Optional<Conectado> conexao(ZMQ.Socket soquete) {
        return Optional.ofNullable(abertos.get(soquete)).map(aberto -> aberto.conexao);
    }

    /** O que se ouviu por este soquete, de quem quer que seja. */
    Silencio.Ouvido ouvido(ZMQ.Socket soquete) {
        return soquete == null ? Silencio.Ouvido.NADA : abertos.get(soquete).limite.ouvido();
    }

    /** Refaz as conexões que ficaram mudas, e aquelas de que o JeroMQ desistiu. Chame a cada volta do laço. */
    public void religar() {
        long agora = LimiteDeQuadros.agora();
        if (agora - religouEm < RELIGAR_MS) {
            return;
        }
        religouEm = agora;
        ligacoes.forEach(ligacao -> ligacao.cuidar(agora));
        abertos.values().stream().map(aberto -> aberto.conexao).filter(Objects::nonNull).forEach(Conectado::religar);
    }

    /** O que acorda um laço: a chegada de algo em qualquer destes soquetes. */
    public ZMQ.Poller vigiar(ZMQ.Socket... soquetes) {
        return vigiar(List.of(), soquetes);
    }

    /** O mesmo, também por qualquer destas ligações, ainda que troquem de soquete: isso vale para o último que se pediu. */
    public ZMQ.Poller vigiar(List<Ligacao> ligacoes, ZMQ.Socket... soquetes) {
        dosLacos = dosLacos == null ? new ZContext() : dosLacos;
        acordar = dosLacos.createPoller(soquetes.length + ligacoes.size() + 2);
        despertador.vigiar(acordar);
        Stream.concat(ligacoes.stream().map(Ligacao::soquete), Stream.of(soquetes))
                .forEach(soquete -> acordar.register(soquete, ZMQ.Poller.POLLIN));
        return acordar;
    }

    /** O laço dorme até que algo chegue, o acordem, ou passe este tempo. @param ateMs em milissegundos */
    public void dormir(ZMQ.Poller poller, int ateMs) {
        poller.poll(ateMs);
        despertador.calar();
    }

    /** De qualquer linha de execução: quem está em {@link #dormir} acorda, ou não chega a dormir. */
    public void acordar() {
        despertador.tocar();
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

    /** Envia uma mensagem, de um quadro ou mais, sem esperar. @return false se não cabe, ou se ninguém atende */
    static boolean enviar(ZMQ.Socket soquete, List<byte[]> quadros) {
        for (int i = 0; i < quadros.size(); i++) { // depois do primeiro, já não diz que não
            int marcas = i < quadros.size() - 1 ? ZMQ.SNDMORE | ZMQ.DONTWAIT : ZMQ.DONTWAIT;
            if (!soquete.send(quadros.get(i), marcas)) {
                return false;
            }
        }
        return true;
    }

    /** Fecha uma ligação antes das outras. */
    public void fechar(Ligacao ligacao) {
        ligacoes.remove(ligacao);
        ligacao.fechar();
    }

    /** Fecha um soquete antes dos outros. */
    public void fechar(ZMQ.Socket soquete) {
        Optional.ofNullable(abertos.remove(soquete)).ifPresent(Aberto::fechar);
    }

    @Override
    public void close() {
        abertos.values().forEach(Aberto::largar);
        abertos.values().forEach(Aberto::fechar);
        abertos.clear();
        ligacoes.clear();
        Optional.ofNullable(dosLacos).ifPresent(ZContext::close);
        despertador.close();
    }
}
