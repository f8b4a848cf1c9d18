package part2.rpc;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import shared.rede.Tcp;
import shared.texto.Endereco;

/**
 * A porta de RPC com {@link shared.defesa.Chaves}: TLS 1.3, e nada mais antigo, com certificado dos dois lados. Sem chaves,
 * o TCP de sempre. Um lado com e outro sem não se entendem, e cada um diz porquê. Aqui, o lado de quem se conecta.
 */
final class Tls {

    /** O primeiro byte de quem fala TLS; nem JSON nem RPyC começam assim. */
    static final int PRIMEIRO_BYTE = 0x16;

    /** O primeiro byte de quem, em TLS, diz que não se entende. */
    static final int ALERTA = 0x15;

    static final String[] VERSOES = {"TLSv1.3"};

    private Tls() {
    }

    /** Conecta-se. @throws IOException se ninguém atende, ou se não é o servidor das nossas chaves */
    static Socket conectar(Endereco servidor, SSLContext tls, int prazoMs) throws IOException {
        Socket conexao = Tcp.conectar(servidor, prazoMs);
        try {
            conexao.setSoTimeout(prazoMs);
            if (tls == null) {
                return conexao;
            }
            SSLSocket cifrada = (SSLSocket) tls.getSocketFactory()
                    .createSocket(conexao, servidor.maquina(), servidor.porta(), true);
            cifrada.setEnabledProtocols(VERSOES);
            cifrada.startHandshake();
            return cifrada;
        } catch (IOException e) {
            Tcp.fechar(conexao);
            throw e;
        }
    }
}
