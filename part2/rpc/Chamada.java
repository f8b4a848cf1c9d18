//SOURCES Tls.java
package part2.rpc;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import shared.defesa.Defesa;
import shared.rede.Tcp;
import shared.tempo.Lentidao;
import shared.texto.Endereco;
import shared.texto.Falha;

/** Quem chama um servidor de RPC, por uma conexão que se abre quando é precisa. O protocolo é o de quem estende isto. */
public abstract class Chamada implements AutoCloseable {

    /** Quanto se espera em cada tentativa, e ao fim de quantas se desiste. */
    public static final int PRAZO_MS = Lentidao.vezes(2_500);
    public static final int TENTATIVAS = 3;

    private static final int BYTES = 8 * 1024;

    final Endereco servidor;
    final Defesa defesa;
    final SSLContext tls; // null = em claro
    Socket conexao; // null = não há
    ByteBuffer chegou; // por ela, e ainda não se leu

    /** @throws Falha se o nome da máquina não existe */
    Chamada(Defesa defesa, Endereco servidor) {
        Tcp.ips(servidor);
        this.servidor = servidor;
        this.defesa = defesa;
        this.tls = defesa.tls(false);
    }

    /**
     * Chama um método do servidor.
     *
     * @return o texto que ele respondeu
     * @throws shared.texto.MensagemInvalida se o servidor recusou o que se lhe pediu
     * @throws Falha se não respondeu, ou de forma que não se entende; a mensagem diz se a operação pode ter valido
     */
    public abstract String chamar(String metodo, Object... argumentos);

    /** Uma recusa de conexão vem na hora: dá-se ao servidor tempo para voltar. */
    static void esperar(long milissegundos) {
        try {
            Thread.sleep(Math.max(0, milissegundos));
        } catch (InterruptedException e) {
            throw new Falha("interrompido");
        }
    }

    void abrirConexao() throws IOException {
        conexao = Tls.conectar(servidor, tls, PRAZO_MS);
        chegou = ByteBuffer.allocate(BYTES).flip();
    }

    void escrever(byte[] bytes) throws IOException {
        conexao.getOutputStream().write(bytes);
    }

    /** Espera por mais bytes do outro lado. @return false se ele fechou @throws SocketTimeoutException se não vêm */
    boolean encher(long prazoMs) throws IOException {
        if (prazoMs <= 0) {
            throw new SocketTimeoutException();
        }
        conexao.setSoTimeout((int) prazoMs);
        ByteBuffer resto = chegou;
        boolean cheio = resto.remaining() == resto.capacity();
        chegou = cheio ? ByteBuffer.allocate(2 * resto.capacity()).put(resto) : resto.compact();
        int lidos = 0;
        try {
            lidos = conexao.getInputStream().read(chegou.array(), chegou.position(), chegou.remaining());
        } finally {
            chegou.position(chegou.position() + Math.max(0, lidos)).flip();
        }
        return lidos >= 0;
    }

    @Override
    public void close() {
        Tcp.fechar(conexao);
        conexao = null;
    }
}
