//SOURCES Conexao.java Despacho.java ServidorJsonRpc.java ServidorRpyc.java Tls.java
package part2.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.defesa.PortaAberta;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Registro;

/**
 * A porta das chamadas remotas: escuta, admite quem chega, entende JSON-RPC ou RPyC, com TLS se há chaves, e passa cada
 * chamada à fila. Quem chama, do outro lado, usa {@link ChamadaJsonRpc} ou {@link ChamadaRpyc}.
 *
 * <p>Uma só linha de execução, a de quem tem a fila, atende todas as conexões: um seletor diz quais têm o que ler. O que
 * chegou de todas numa volta grava-se de uma vez, e nenhuma chamada muda de linha de execução.
 */
public final class PortaRpc implements AutoCloseable {

    private static final int ACEITAR = 16;             // conexões por volta, antes de atender as que já há
    private static final long PRAZOS_NS = 50_000_000;  // de quanto em quanto se confere quem parou no meio

    final int numero;
    final Registro registro;
    final Defesa defesa;
    final SSLContext tls; // null = sem chaves, em claro
    private final ServerSocketChannel escuta;
    private final Selector seletor;
    private final PortaAberta aberta;
    private Despacho despacho;
    private InterpreteJsonRpc interprete;
    private long conferiu;

    /** @throws shared.texto.Falha se a porta já está em uso, ou o endereço não é desta máquina */
    public PortaRpc(Defesa defesa, String bind, int porta, Registro registro) throws IOException {
        this.defesa = defesa;
        this.tls = defesa.tls(true);
        this.numero = porta;
        this.registro = registro;
        this.escuta = Tcp.escutar(new Endereco(bind, porta), "--porta");
        this.seletor = Selector.open();
        this.aberta = defesa.porta(escuta.socket().getInetAddress(), porta);
    }

    /**
     * Aceita conexões, daqui em diante.
     *
     * @param enfileirar  põe a operação na fila, e completa a resposta, quando puder, com o texto ou com o erro
     * @param historico   responde a um pedido de {@code historico}, com a forma de shared/ordem/Historico.java
     * @param instantaneo o mesmo, a um de {@code instantaneo}
     */
    public void abrirPara(BiConsumer<Operacao, CompletableFuture<String>> enfileirar,
            Function<ObjectNode, String> historico, Function<ObjectNode, String> instantaneo) throws IOException {
        despacho = new Despacho(enfileirar, historico, instantaneo);
        interprete = new InterpreteJsonRpc(despacho);
        escuta.configureBlocking(false);
        escuta.register(seletor, SelectionKey.OP_ACCEPT);
        aberta.comecar();
    }

    /** Atende o que chegou, nesta linha de execução; espera, até tantos milissegundos, que chegue alguma coisa. */
    public void atender(int esperarMs) throws IOException {
        seletor.select(this::atender, esperarMs);
        long agora = System.nanoTime();
        if (agora - conferiu > PRAZOS_NS) {
            conferiu = agora;
            seletor.keys().forEach(chave -> {
                if (chave.attachment() instanceof Conexao conexao) {
                    conexao.conferirPrazo(agora);
                }
            });
        }
    }

    /** De qualquer linha de execução: quem espera em {@link #atender} não espera mais, porque há novidades. */
    public void acordar() {
        seletor.wakeup();
    }

    private void atender(SelectionKey pronta) {
        if (pronta.attachment() instanceof Conexao conexao) {
            conexao.andar(true);
        } else {
            aceitar();
        }
    }

    private void aceitar() {
        try {
            SocketChannel nova = escuta.accept();
            for (int aceitas = 1; nova != null; nova = ++aceitas <= ACEITAR ? escuta.accept() : null) {
                if (!aberta.deFora(nova.socket())) {
                    nova.close();
                    continue;
                }
                Socket sai = aberta.admitir(nova.socket());
                if (sai != null) {
                    registro.aviso("conexao-encerrada", "de", sai.getRemoteSocketAddress(), "erro",
                            "a porta tem " + PortaAberta.CONEXOES_MAXIMAS + " conexões: sai uma, para entrar outra");
                }
                Tcp.fechar(sai);
                new Conexao(this, nova, seletor);
            }
        } catch (IOException e) {
            registro.aviso("conexao-falhou", "erro", e.getMessage());
        }
    }

    // ───── Para as conexões ─────

    /** JSON-RPC ou RPyC? O primeiro byte diz: um quadro do RPyC começa por 0, e nenhum JSON começa assim. */
    Protocolo entender(Conexao conexao, byte primeiro) {
        return primeiro == 0 ? new ServidorRpyc(conexao, despacho) : new ServidorJsonRpc(conexao, interprete);
    }

    /** Por esta conexão acaba de passar algo que serve. */
    void foiUtil(SocketChannel conexao) {
        aberta.foiUtil(conexao.socket());
    }

    @Override
    public void close() throws IOException {
        aberta.close();
        escuta.close();
        for (SelectionKey chave : seletor.keys()) {
            chave.channel().close();
        }
        seletor.close();
    }
}
