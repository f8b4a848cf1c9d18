package part3.raft;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Com que um par prova aos outros que o é, e por que os conhece: todos têm o mesmo segredo, o do servidor de uma pasta de
 * chaves, e não falam com mais ninguém. Um cliente, ainda que autorizado, não entra nesta porta.
 *
 * @param eu o segredo, para o provar
 * @param servidor o certificado de quem o tem
 */
public record Segredo(KeyManager eu, X509Certificate servidor) {

    /** Confia num certificado, e em mais nenhum, seja qual for o nome da máquina: as chaves não dizem máquinas. */
    private static final class SoEle extends X509ExtendedTrustManager {

        private final X509Certificate ele;

        SoEle(X509Certificate ele) {
            this.ele = ele;
        }

        private void conferir(X509Certificate[] cadeia) throws CertificateException {
            if (cadeia.length == 0 || !cadeia[0].equals(ele)) {
                throw new CertificateException("não é o servidor desta pasta de chaves");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] cadeia, String tipo) throws CertificateException {
            conferir(cadeia);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] cadeia, String tipo, Socket s) throws CertificateException {
            conferir(cadeia);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] cadeia, String tipo, SSLEngine e) throws CertificateException {
            conferir(cadeia);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] cadeia, String tipo) throws CertificateException {
            conferir(cadeia);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] cadeia, String tipo, Socket s) throws CertificateException {
            conferir(cadeia);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] cadeia, String tipo, SSLEngine e) throws CertificateException {
            conferir(cadeia);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {ele};
        }
    }

    TrustManager soEle() {
        return new SoEle(servidor);
    }

    SSLContext tls() throws GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(new KeyManager[] {eu}, new TrustManager[] {soEle()}, null);
        return tls;
    }
}
