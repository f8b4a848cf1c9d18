//SOURCES Pares.java Segredo.java
package part3.raft;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import shared.texto.Endereco;

/** Sem líder, porquê: o que se ouve à porta de cada um dos outros. O Ratis não o diz. */
final class Sondagem {

    private static final int PRAZO_MS = 1_000;
    private static final String ATENDE = "atende";
    /** Como começa quem fala HTTP/2, que é o que o gRPC fala: o outro responde com um quadro SETTINGS, que começa por 0. */
    private static final byte[] HTTP2 =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private final String eu;
    private final Pares pares;
    private final Segredo segredo; // null = em claro

    Sondagem(String eu, Pares pares, Segredo segredo) {
        this.eu = eu;
        this.pares = pares;
        this.segredo = segredo;
    }

    /** Um texto que diz como está cada um dos outros. Demora até um segundo por cada. */
    String sondar() {
        Map<String, String> como = new LinkedHashMap<>();
        pares.enderecos().forEach((nome, onde) -> {
            if (!nome.equals(eu)) {
                como.put(nome + ", em " + onde + ", ", sondar(onde));
            }
        });
        return como.entrySet().stream().map(um -> um.getKey() + um.getValue()).collect(Collectors.joining("; "))
                + (como.containsValue(ATENDE) ? "; se atende, confira que todos têm o mesmo --grupos, e os mesmos"
                + " endereços em --pares; um que ainda não recebeu nada (indice -1) não conta para eleger outro" : "");
    }

    /** Se ali está um par que nos entende. Demora até um segundo. */
    boolean atende(Endereco onde) {
        return sondar(onde).equals(ATENDE);
    }

    private String sondar(Endereco onde) {
        try (Socket tcp = new Socket()) {
            tcp.connect(new InetSocketAddress(onde.maquina(), onde.porta()), PRAZO_MS);
            tcp.setSoTimeout(PRAZO_MS);
            try {
                return segredo == null ? emClaro(tcp) : comChaves(tcp, onde);
            } catch (SocketTimeoutException e) {
                return "atende, e não responde";
            } catch (IOException | GeneralSecurityException e) {
                return "atende, mas não houve acordo: confira as chaves (--chaves): ou todos as usam, ou nenhum, e são as"
                        + " da mesma pasta";
            }
        } catch (IOException e) {
            return "não atende";
        }
    }

    private static String emClaro(Socket tcp) throws IOException {
        tcp.getOutputStream().write(HTTP2);
        if (tcp.getInputStream().read() != 0) {
            throw new IOException("não é HTTP/2 em claro");
        }
        return ATENDE;
    }

    private String comChaves(Socket tcp, Endereco onde) throws IOException, GeneralSecurityException {
        SSLSocket cifrado = (SSLSocket) segredo.tls().getSocketFactory()
                .createSocket(tcp, onde.maquina(), onde.porta(), true);
        SSLParameters falamos = cifrado.getSSLParameters();
        falamos.setApplicationProtocols(new String[] {"h2"});
        cifrado.setSSLParameters(falamos);
        cifrado.startHandshake();
        return emClaro(cifrado); // se ele não aceita a nossa chave, só se sabe ao ler
    }
}
