//DEPS org.zeromq:jeromq:0.6.0
package shared.defesa;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.zeromq.ZConfig;
import org.zeromq.ZMQ;
import shared.texto.Falha;

/**
 * Uma pasta de chaves, feita por {@code ./run-all.sh chaves}. Há duas identidades: o <b>servidor</b>, que é quem escuta, e o
 * <b>cliente</b>, que é quem se conecta. O cliente só fala com quem prova ser o servidor; o servidor só atende quem prova
 * ter uma das chaves de {@code autorizadas/}. Cada identidade tem um par CURVE, para os soquetes ZeroMQ, e um certificado
 * TLS que ela mesma assina, para a porta de RPC: não há uma autoridade, confia-se em cada um pelo nome.
 *
 * <pre>
 *   chaves/
 *     servidor.key           pública       quem se conecta exige esta
 *     servidor.crt           pública       o mesmo, na porta de RPC
 *     servidor.key_secret    SECRETA       só nas máquinas que escutam
 *     servidor.pem           SECRETA       o mesmo, na porta de RPC: certificado e chave
 *     cliente.key_secret     SECRETA       quem esta pasta é ao conectar-se
 *     cliente.pem            SECRETA       o mesmo, na porta de RPC
 *     autorizadas/           públicas      quem pode entrar: NOME.key e NOME.crt; sem elas, NOME não entra
 *     clientes/NOME/         SECRETA       a pasta para dar a outro (--cliente NOME): sem o segredo do servidor
 * </pre>
 *
 * Os {@code .key} são como os do pyzmq ({@code zmq.auth.load_certificate}), e os {@code .crt} e {@code .pem}, como os do
 * OpenSSL. O segredo do servidor é um só para todas as máquinas: quem o tiver passa por qualquer delas.
 */
public final class Chaves {

    public static final String SERVIDOR = "servidor";
    public static final String CLIENTE = "cliente";
    public static final String AUTORIZADAS = "autorizadas";

    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END ");
    private static final char[] SEM_SENHA = new char[0]; // dos repositórios em memória, que ninguém mais vê

    private final Path pasta;
    private final Map<String, String> autorizadas = new HashMap<>(); // a chave pública -> o nome

    private Chaves(Path pasta) {
        this.pasta = pasta;
        if (!Files.isDirectory(pasta)) {
            throw new Falha("não encontrei a pasta de chaves '" + pasta + "'; crie-a com ./run-all.sh chaves, ou copie-a da"
                    + " máquina onde a criou (scp -r)");
        }
        exigirSoDoDono(SERVIDOR + ".key_secret", SERVIDOR + ".pem", CLIENTE + ".key_secret", CLIENTE + ".pem");
        for (Path publica : listar(".key")) {
            autorizadas.put(chave(publica, "public-key"), nome(publica));
        }
    }

    /** As chaves que estão nesta pasta. @throws Falha se algo falta nela */
    public static Chaves ler(Path pasta) {
        return new Chaves(pasta);
    }

    /** De onde vêm. */
    public Path pasta() {
        return pasta;
    }

    // ───── CURVE: os soquetes ZeroMQ ─────

    /** Prepara um soquete que espera conexões; quem pode entrar, decide {@link Autorizacao}. */
    void servir(ZMQ.Socket soquete) {
        Path par = pasta.resolve(SERVIDOR + ".key_secret");
        soquete.setCurveServer(true);
        soquete.setCurvePublicKey(ZMQ.Curve.z85Decode(chave(par, "public-key")));
        soquete.setCurveSecretKey(ZMQ.Curve.z85Decode(chave(par, "secret-key")));
    }

    /** Prepara um soquete que se conecta, e só ao servidor desta pasta. */
    void conectar(ZMQ.Socket soquete) {
        Path par = pasta.resolve(CLIENTE + ".key_secret");
        soquete.setCurveServerKey(ZMQ.Curve.z85Decode(chave(pasta.resolve(SERVIDOR + ".key"), "public-key")));
        soquete.setCurvePublicKey(ZMQ.Curve.z85Decode(chave(par, "public-key")));
        soquete.setCurveSecretKey(ZMQ.Curve.z85Decode(chave(par, "secret-key")));
    }

    /** De quem é esta chave pública, em Z85; {@code null} se não está autorizada. */
    String nome(String publica) {
        return autorizadas.get(publica);
    }

    /** Lê um campo de um arquivo no formato ZPL, o do ZeroMQ. */
    private static String chave(Path arquivo, String campo) {
        try {
            String valor = ZConfig.load(arquivo.toString()).getValue("curve/" + campo);
            if (valor != null && valor.length() == 40) {
                return valor;
            }
        } catch (IOException e) {
            throw naoLi(arquivo);
        } catch (RuntimeException e) {
            // não é ZPL
        }
        throw new Falha("em '" + arquivo + "' não há uma " + campo
                + " de 40 letras; refaça a pasta com ./run-all.sh chaves");
    }

    // ───── TLS: a porta de RPC ─────

    /**
     * Quem somos e em quem confiamos na porta de RPC.
     *
     * @param servidor se escutamos (e aceitamos os autorizados) ou nos conectamos (e só ao servidor)
     */
    SSLContext tls(boolean servidor) {
        try {
            KeyManager[] provar = provar(servidor ? SERVIDOR : CLIENTE);
            KeyStore outros = vazio();
            if (servidor) {
                for (Path publico : listar(".crt")) {
                    outros.setCertificateEntry(nome(publico), certificado(publico));
                }
            } else {
                outros.setCertificateEntry(SERVIDOR, certificado(pasta.resolve(SERVIDOR + ".crt")));
            }
            TrustManagerFactory confiar = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            confiar.init(outros);
            SSLContext tls = SSLContext.getInstance("TLSv1.3");
            tls.init(provar, confiar.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw naoServe(e);
        }
    }

    private Falha naoServe(Exception e) {
        return new Falha("a pasta de chaves '" + pasta + "' tem um .pem ou .crt que não serve (" + e.getMessage()
                + "); refaça-a com ./run-all.sh chaves");
    }

    /** Com que quem escuta prova a outro como ele que tem o mesmo segredo. @throws Falha se não o tem */
    public KeyManager provarQueServe() {
        try {
            return provar(SERVIDOR)[0];
        } catch (GeneralSecurityException | IOException e) {
            throw naoServe(e);
        }
    }

    /** O certificado de quem escuta. */
    public X509Certificate doServidor() {
        try {
            return (X509Certificate) certificado(pasta.resolve(SERVIDOR + ".crt"));
        } catch (GeneralSecurityException e) {
            throw naoServe(e);
        }
    }

    private KeyManager[] provar(String quem) throws GeneralSecurityException, IOException {
        KeyStore eu = vazio();
        Path meu = pasta.resolve(quem + ".pem");
        PKCS8EncodedKeySpec segredo = new PKCS8EncodedKeySpec(pem(meu, "PRIVATE KEY"));
        eu.setKeyEntry("eu", KeyFactory.getInstance("EC").generatePrivate(segredo), SEM_SENHA,
                new Certificate[] {certificado(meu)});
        KeyManagerFactory provar = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        provar.init(eu, SEM_SENHA);
        return provar.getKeyManagers();
    }

    private static KeyStore vazio() throws GeneralSecurityException, IOException {
        KeyStore repositorio = KeyStore.getInstance("PKCS12");
        repositorio.load(null, null);
        return repositorio;
    }

    private static Certificate certificado(Path arquivo) throws GeneralSecurityException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(pem(arquivo, "CERTIFICATE"));
        return CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    }

    private static byte[] pem(Path arquivo, String tipo) throws GeneralSecurityException {
        try {
            Matcher bloco = PEM.matcher(Files.readString(arquivo, StandardCharsets.US_ASCII));
            while (bloco.find()) {
                if (bloco.group(1).equals(tipo)) {
                    return Base64.getMimeDecoder().decode(bloco.group(2));
                }
            }
        } catch (IOException e) {
            throw naoLi(arquivo);
        }
        throw new GeneralSecurityException(arquivo.getFileName() + " não tem " + tipo);
    }

    // ───── A pasta ─────

    private Iterable<Path> listar(String fim) {
        Map<String, Path> achados = new HashMap<>();
        Path lista = pasta.resolve(AUTORIZADAS);
        if (Files.isDirectory(lista)) { // a pasta de um cliente não a tem
            try (DirectoryStream<Path> dentro = Files.newDirectoryStream(lista, "*" + fim)) {
                dentro.forEach(arquivo -> achados.put(arquivo.toString(), arquivo));
            } catch (IOException e) {
                throw naoLi(lista);
            }
        }
        return achados.values();
    }

    private static String nome(Path arquivo) {
        return arquivo.getFileName().toString().replaceFirst("\\.\\w+$", "");
    }

    /** Como o ssh: um segredo que outros podem ler já não é um segredo. */
    private void exigirSoDoDono(String... segredos) {
        for (String segredo : segredos) {
            Path arquivo = pasta.resolve(segredo);
            try {
                if (Files.exists(arquivo) && Files.getFileAttributeView(arquivo, PosixFileAttributeView.class) != null
                        && !PosixFilePermissions.toString(Files.getPosixFilePermissions(arquivo)).endsWith("------")) {
                    throw new Falha("'" + arquivo + "' pode ser lido por outros usuários desta máquina; corrija: chmod 600 "
                            + arquivo);
                }
            } catch (IOException e) {
                throw naoLi(arquivo);
            }
        }
    }

    private static Falha naoLi(Path arquivo) {
        boolean segredo = arquivo.endsWith(SERVIDOR + ".key_secret") || arquivo.endsWith(SERVIDOR + ".pem");
        return new Falha("não consigo ler '" + arquivo + "'" + (!segredo ? ""
                : ": quem escuta numa porta precisa do segredo do servidor, e esta pasta é a de um cliente"));
    }
}
