//SOURCES Despacho.java LadoRpyc.java Prazos.java ServidorJsonRpc.java Tls.java
package part2.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.defesa.PortaAberta;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/**
 * A porta das chamadas remotas: escuta, admite quem chega, entende JSON-RPC ou RPyC, com TLS se há chaves, e passa cada
 * chamada à linha de execução dona da fila. Quem chama, do outro lado, usa {@link ChamadaJsonRpc} ou {@link ChamadaRpyc}.
 */
public final class PortaRpc implements AutoCloseable {

    private final int porta;
    private final Registro registro;
    private final Defesa defesa;
    private final SSLContext tls; // null = sem chaves, em claro
    private final ServerSocket escuta;
    private final PortaAberta aberta;
    private Despacho despacho;
    private ServidorJsonRpc jsonRpc;

    /** @throws shared.texto.Falha se a porta já está em uso, ou o endereço não é desta máquina */
    public PortaRpc(Defesa defesa, String bind, int porta, Registro registro) {
        this.defesa = defesa;
        this.tls = defesa.tls(true);
        this.porta = porta;
        this.registro = registro;
        this.escuta = Tcp.escutar(new Endereco(bind, porta), "--porta");
        this.aberta = defesa.porta(escuta.getInetAddress(), porta);
    }

    /**
     * Aceita conexões, daqui em diante. As chamadas fazem-se na linha de execução que chama {@link #atender}.
     *
     * @param enfileirar põe a operação na fila, e completa a resposta, quando puder, com o texto ou com o erro
     * @param historico  responde a um pedido de {@code historico}, com a forma de shared/ordem/Historico.java
     */
    public void abrirPara(BiConsumer<Operacao, CompletableFuture<String>> enfileirar,
            Function<ObjectNode, String> historico) {
        despacho = new Despacho(enfileirar, historico);
        jsonRpc = new ServidorJsonRpc(despacho);
        iniciar("rpc", this::aceitar);
        aberta.comecar();
    }

    /** Faz, nesta linha de execução, as chamadas que chegaram; espera pela primeira até tantos milissegundos. */
    public void atender(int esperarMs) throws InterruptedException {
        despacho.fazer(esperarMs);
    }

    /** Quem espera em {@link #atender} não espera mais: outra linha de execução tem novidades. */
    public void acordar() {
        despacho.acordar();
    }

    // ───── As conexões, cada uma na sua linha de execução ─────

    private void aceitar() {
        while (!escuta.isClosed()) {
            try {
                Socket conexao = escuta.accept();
                if (!aberta.deFora(conexao)) {
                    conexao.close();
                    continue;
                }
                Socket sai = aberta.admitir(conexao);
                if (sai != null) {
                    registro.aviso("conexao-encerrada", "de", sai.getRemoteSocketAddress(), "erro",
                            "a porta tem " + PortaAberta.CONEXOES_MAXIMAS + " conexões: sai uma, para entrar outra");
                }
                Tcp.fechar(sai);
                iniciar("conexao", () -> servir(conexao));
            } catch (IOException e) {
                if (!escuta.isClosed()) {
                    registro.linha("conexao-falhou", "erro", e.getMessage());
                }
            }
        }
    }

    private void servir(Socket conexao) {
        try (conexao; Socket canal = Tls.servir(defesa, conexao, tls, porta, Prazos.NO_MEIO_MS)) {
            if (canal != null) {
                conexao.setKeepAlive(true); // de quem desapareceu sem se despedir, o TCP dá notícia
                entender(conexao, canal);
            }
        } catch (SocketException e) {
            // o cliente foi-se embora, e isso não é um erro
        } catch (IOException | RuntimeException e) {
            registro.aviso("conexao-encerrada", "de", conexao.getRemoteSocketAddress(), "erro",
                    e instanceof SocketTimeoutException ? "parou no meio de uma mensagem" : e.getMessage());
        }
    }

    /** JSON-RPC ou RPyC? O primeiro byte diz: um quadro do RPyC começa por 0, e nenhum JSON começa assim. */
    private void entender(Socket conexao, Socket canal) throws IOException {
        InputStream entrada = new BufferedInputStream(canal.getInputStream());
        canal.setSoTimeout(Prazos.SEM_PRAZO);
        entrada.mark(1);
        int primeiro = entrada.read();
        entrada.reset();
        Runnable foiUtil = () -> aberta.foiUtil(conexao);
        Consumer<MensagemInvalida> registrar = primeiro == Tls.PRIMEIRO_BYTE
                ? recusada -> Tls.recusada(defesa, conexao, porta, "usa TLS (--chaves), e este servidor não")
                : recusada -> registro.recusada(conexao.getRemoteSocketAddress().toString(), recusada);
        if (primeiro == 0) {
            LadoRpyc.atender(canal, entrada, despacho, foiUtil, registrar);
        } else {
            jsonRpc.atender(canal, entrada, foiUtil, registrar);
        }
    }

    private static void iniciar(String nome, Runnable tarefa) {
        Thread linha = new Thread(tarefa, nome);
        linha.setDaemon(true);
        linha.start();
    }

    @Override
    public void close() throws IOException {
        aberta.close();
        escuta.close();
    }
}
