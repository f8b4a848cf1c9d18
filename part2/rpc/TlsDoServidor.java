//DEPS com.github.marianobarrios:tls-channel:0.9.1
//SOURCES ServidorJsonRpc.java Tls.java
package part2.rpc;

import com.googlecode.jsonrpc4j.ErrorResolver.JsonError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import tlschannel.HeapBufferAllocator;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/** O lado de quem escuta de {@link Tls}: um canal que cifra, sem esperar, por cima do soquete; é o do tls-channel. */
final class TlsDoServidor {

    private static final ByteBuffer NADA = ByteBuffer.allocate(0);

    private TlsDoServidor() {
    }

    /**
     * Um soquete que não espera, com TLS por cima. Ler dele é também esperar que o outro prove quem é: lança SSLException se
     * não prova, e {@link tlschannel.WouldBlockException} enquanto não o fez.
     */
    static TlsChannel servir(SocketChannel soquete, SSLContext tls, Runnable provou) {
        return ServerTlsChannel.newBuilder(new Espreitado(soquete), tls).withEngineFactory(contexto -> {
            SSLEngine cifra = contexto.createSSLEngine();
            cifra.setUseClientMode(false);
            cifra.setEnabledProtocols(Tls.VERSOES);
            cifra.setNeedClientAuth(true);
            return cifra;
        }).withEncryptedBufferAllocator(new HeapBufferAllocator()).withSessionInitCallback(sessao -> provou.run()).build();
    }

    /** O outro lado não fala TLS. */
    private static final class EmClaro extends SSLException {
        EmClaro() {
            super("em claro");
        }
    }

    /** O soquete, como o TLS o lê; recusa o primeiro byte de quem não o fala, sem esperar pelos outros. */
    private static final class Espreitado implements ByteChannel {

        private final SocketChannel soquete;
        private boolean visto;

        Espreitado(SocketChannel soquete) {
            this.soquete = soquete;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            int inicio = bytes.position();
            int lidos = soquete.read(bytes);
            if (lidos > 0 && !visto && bytes.get(inicio) != Tls.PRIMEIRO_BYTE) {
                throw new EmClaro();
            }
            visto |= lidos > 0;
            return lidos;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return soquete.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return soquete.isOpen();
        }

        @Override
        public void close() throws IOException {
            soquete.close();
        }
    }

    /** O que se escreve, já sem TLS, a quem não se provou: o alerta; a quem nem fala TLS, uma explicação que possa ler. */
    static byte[] ultimasPalavras(TlsChannel canal, SSLException porque) {
        if (porque instanceof EmClaro) {
            return ServidorJsonRpc.linha(ServidorJsonRpc.erro(JsonError.INVALID_REQUEST,
                    "aqui só se fala TLS: confira as chaves (--chaves)", null));
        }
        SSLEngine cifra = canal.getSslEngine();
        ByteBuffer alerta = ByteBuffer.allocate(cifra.getSession().getPacketBufferSize());
        try {
            cifra.wrap(NADA, alerta);
        } catch (SSLException e) {
            // fica por dizer
        }
        return Arrays.copyOf(alerta.array(), alerta.position());
    }

    static String motivo(SSLException e) {
        String ingles = String.valueOf(e.getMessage());
        for (Throwable causa = e; causa != null; causa = causa.getCause()) {
            if (causa instanceof CertificateException) {
                return "certificado desconhecido: não está em autorizadas/";
            }
        }
        return e instanceof EmClaro ? "não usa TLS, e aqui é preciso (--chaves)"
                : ingles.contains("Empty client certificate") ? "não mostrou certificado, e aqui é preciso (--chaves)"
                : ingles.contains("fatal alert") ? "espera outro servidor, que não o de servidor.crt (" + ingles + ")"
                : "não completou a apresentação TLS (" + ingles + ")";
    }
}
