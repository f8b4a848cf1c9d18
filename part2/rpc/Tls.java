//SOURCES ServidorJsonRpc.java
package part2.rpc;

import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import shared.defesa.Defesa;
import shared.rede.Tcp;
import shared.texto.Endereco;

/**
 * A porta de RPC com {@link shared.defesa.Chaves}: TLS 1.3, e nada mais antigo, com certificado dos dois lados. Sem chaves,
 * o TCP de sempre. Um lado com e outro sem não se entendem, e cada um diz porquê.
 */
final class Tls {

    /** O primeiro byte de quem fala TLS; nem JSON nem RPyC começam assim. */
    static final int PRIMEIRO_BYTE = 0x16;

    /** O primeiro byte de quem, em TLS, diz que não se entende. */
    static final int ALERTA = 0x15;

    private static final String[] VERSOES = {"TLSv1.3"};

    private Tls() {
    }

    /**
     * Do lado de quem escuta: espera que o outro prove quem é. A quem nem fala TLS responde-se em claro.
     *
     * @param tls com que se cifra; null = sem chaves
     * @return null se não prova, e o registro já diz porquê
     */
    static Socket servir(Defesa defesa, Socket conexao, SSLContext tls, int porta, int prazoMs) throws IOException {
        if (tls == null) {
            return conexao;
        }
        int primeiro = conexao.getInputStream().read();
        if (primeiro != PRIMEIRO_BYTE) {
            if (primeiro >= 0) {
                recusada(defesa, conexao, porta, "não usa TLS, e aqui é preciso (--chaves)");
                ServidorJsonRpc.recusar(conexao, JsonError.INVALID_REQUEST,
                        "aqui só se fala TLS: confira as chaves (--chaves)");
            }
            return null;
        }
        SSLSocket cifrada = (SSLSocket) tls.getSocketFactory().createSocket(conexao,
                new ByteArrayInputStream(new byte[] {PRIMEIRO_BYTE}), true);
        cifrada.setEnabledProtocols(VERSOES);
        cifrada.setNeedClientAuth(true);
        cifrada.setSoTimeout(prazoMs);
        try {
            cifrada.startHandshake();
            return cifrada;
        } catch (SSLException e) {
            recusada(defesa, conexao, porta, motivo(e));
            cifrada.close();
            return null;
        }
    }

    static void recusada(Defesa defesa, Socket conexao, int porta, String motivo) {
        String de = ((InetSocketAddress) conexao.getRemoteSocketAddress()).getAddress().getHostAddress();
        defesa.desacordos().recusada(de, porta, motivo);
    }

    private static String motivo(SSLException e) {
        String ingles = String.valueOf(e.getMessage());
        for (Throwable causa = e; causa != null; causa = causa.getCause()) {
            if (causa instanceof CertificateException) {
                return "certificado desconhecido: não está em autorizadas/";
            }
        }
        return ingles.contains("Empty client certificate") ? "não mostrou certificado, e aqui é preciso (--chaves)"
                : ingles.contains("fatal alert") ? "espera outro servidor, que não o de servidor.crt (" + ingles + ")"
                : "não completou a apresentação TLS (" + ingles + ")";
    }

    /** Do lado de quem se conecta. @throws IOException se ninguém atende, ou se não é o servidor das nossas chaves */
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
