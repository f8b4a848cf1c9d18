//DEPS info.picocli:picocli:4.7.7
//SOURCES regra/Visao.java ../shared/papel/Papel.java ../shared/rede/Assinantes.java
//SOURCES ../shared/rede/Pedidos.java ../shared/rede/Soquetes.java ../shared/rede/Tcp.java
package part4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Visao;
import picocli.CommandLine.Option;
import shared.Operacao;
import shared.papel.Papel;
import shared.rede.Assinantes;
import shared.rede.Ligacao;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Registro;

/** As portas de um servidor da parte 4: onde os clientes pedem, e onde ele difunde; um backup pode não as abrir. */
final class Portas {

    private static final String SIMPLES = "{\"id_msg\""; // como começa uma Operacao simples

    @Option(names = "--pedidos", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6004", order = 10,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--atualizacoes", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6005", order = 11,
            description = "porta que os backups assinam (padrão: ${DEFAULT-VALUE})")
    private int atualizacoes;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 16,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--anuncio", paramLabel = "HOST", order = 17,
            description = "o endereço que os outros usam para chegar aqui (padrão: o de --bind, ou o desta máquina)")
    private String anuncio;

    private Pedidos clientes;           // null = não se abriram
    private ZMQ.Socket difusao;
    private Assinantes assinantes;

    void abrir(Soquetes soquetes) {
        clientes = new Pedidos(soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos"));
        difusao = soquetes.ligarDifusao(bind, atualizacoes, "--atualizacoes", SIMPLES);
        assinantes = new Assinantes(difusao);
    }

    /** O que acorda o laço: o que aqui chegue, ou a estas ligações. */
    ZMQ.Poller vigiar(Soquetes soquetes, List<Ligacao> ligacoes) {
        return clientes == null ? soquetes.vigiar(ligacoes) : soquetes.vigiar(ligacoes, clientes.soquete(), difusao);
    }

    /** Quanto o laço pode dormir, em milissegundos. */
    int pausa(int milissegundos) {
        return clientes == null ? milissegundos : clientes.pausa(milissegundos);
    }

    /** Entrega os pedidos que chegaram; o que um deles tenha de mau, responde-se e registra-se. */
    void receber(Registro registro, Consumer<Pedidos.Pedido> nucleo) {
        if (clientes != null) {
            assinantes.ler();
            clientes.atender(registro, pedido -> {
                nucleo.accept(pedido);
                return null; // a resposta, se houver, vem depois
            });
        }
    }

    void responder(Pedidos.Pedido cliente, String texto) {
        clientes.responder(cliente, texto);
    }

    /**
     * @param simples   a operação que vai na mensagem, sem número; {@code null} se nenhuma
     * @param soSimples se só há quem a entenda assim
     */
    void difundir(String mensagem, Operacao simples, boolean soSimples) {
        if (difusao != null && !soSimples) {
            difusao.send(mensagem.getBytes(UTF_8));
        }
        if (difusao != null && simples != null && (soSimples || assinantes.alguemAssina(SIMPLES))) {
            difusao.send(simples.json().getBytes(UTF_8));
        }
    }

    int assinantes() {
        return assinantes.quantos();
    }

    String bind() {
        return bind;
    }

    /** As opções de portas e o que dizem, com mais uma, para que se confira que são diferentes. */
    Object[] comOutra(String opcao, int porta) {
        return new Object[] {"--pedidos", pedidos, "--atualizacoes", atualizacoes, opcao, porta};
    }

    String oQueRecebem() {
        return "recebe pedidos na porta " + pedidos + ", difunde na porta " + atualizacoes;
    }

    /** Onde os outros nos acham, {@code host:porta}. @param usado se o vão usar @throws ErroDeUso se a eles não servia */
    String ondePedir(boolean usado) {
        return anunciado(pedidos, usado);
    }

    /** O mesmo, para assinar o que se difunde. */
    String ondeAssinar(boolean usado) {
        return anunciado(atualizacoes, usado);
    }

    private String anunciado(int porta, boolean usado) {
        Endereco onde = new Endereco(bind, porta);
        boolean todos = Tcp.existe(onde) && Tcp.ips(onde).get(0).isAnyLocalAddress();
        String maquina = anuncio != null ? anuncio : todos ? estaMaquina() : bind;
        String endereco = new Endereco(maquina, porta).toString();
        if (usado && !Visao.seAnuncia(endereco)) {
            throw new ErroDeUso("'" + maquina + "' não se pode anunciar: é preciso um nome, um IPv4 ou um IPv6 sem zona"
                    + " (fe80::1%eth0 só vale nesta máquina), sem porta; diga com --anuncio um que os outros alcancem");
        }
        return endereco;
    }

    private static String estaMaquina() {
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException e) {
            throw new Falha("não sei o endereço desta máquina; diga-o com --anuncio");
        }
    }
}
