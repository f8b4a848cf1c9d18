///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Faz a pasta de chaves que --chaves usa: CURVE para os soquetes ZeroMQ, TLS para a porta de RPC.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../Banco.java ../Envelope.java ../defesa/Defesa.java ../disco/Arquivos.java ../memoria/Lembradas.java
//SOURCES ../memoria/Saldos.java ../ordem/Aplicada.java ../tempo/Lentidao.java ../texto/Campos.java
//SOURCES ../texto/Endereco.java ../texto/Reais.java ../texto/Registro.java Papel.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package shared.papel;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.UUID;
import org.zeromq.ZCert;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.defesa.Chaves;
import shared.texto.ErroDeUso;
import shared.texto.Falha;

/**
 * Faz uma pasta de {@link Chaves}; ou, numa que já existe, mais um cliente. Nunca escreve por cima de uma chave. Só o dono
 * pode ler o que escreve (0600, e 0700 nas pastas).
 */
@Command(name = "shared/papel/GerarChaves.java",
        description = "Faz a pasta de chaves que --chaves usa; ou, com --cliente, mais um cliente nela.",
        footer = "Pelo ./run-all.sh: ./run-all.sh chaves [PASTA] [--cliente NOME]")
public final class GerarChaves extends Papel {

    private static final String DIAS = "3650";

    @Parameters(paramLabel = "PASTA", arity = "0..1", defaultValue = "chaves",
            description = "onde (padrão: ${DEFAULT-VALUE})")
    private Path pasta;

    @Option(names = "--cliente", paramLabel = "NOME", order = 1,
            description = "uma pasta para dar a NOME: PASTA/clientes/NOME, que pode conectar-se e não escutar")
    private String cliente;

    @Override
    public Integer call() throws IOException {
        try {
            if (cliente == null) {
                novaPasta();
            } else {
                maisUmCliente();
            }
            return 0;
        } catch (FileAlreadyExistsException e) {
            throw new Falha("'" + e.getFile() + "' já existe, e não escrevo por cima de uma chave");
        }
    }

    private void novaPasta() throws IOException {
        if (Files.exists(pasta.resolve(Chaves.SERVIDOR + ".key_secret"))) {
            throw new Falha("já há chaves em '" + pasta + "', e ficam como estão. Para mais um cliente, --cliente NOME; para"
                    + " começar de novo, apague-a antes (rm -r " + pasta + "), e copie a nova a todas as máquinas");
        }
        criarPasta(pasta);
        criarPasta(pasta.resolve(Chaves.AUTORIZADAS));
        identidade(pasta, Chaves.SERVIDOR, pasta, Chaves.SERVIDOR);
        identidade(pasta, Chaves.CLIENTE, pasta.resolve(Chaves.AUTORIZADAS), Chaves.CLIENTE);
        System.out.println("chaves em " + pasta + "/ (só você as lê). Copie a pasta inteira às suas máquinas, e use"
                + " --chaves " + pasta + " em todos os processos, ou: export BANCO_CHAVES="
                + pasta.toAbsolutePath().normalize());
    }

    private void maisUmCliente() throws IOException {
        if (!cliente.matches("\\w[\\w.-]{0,31}")) {
            throw new ErroDeUso("--cliente '" + cliente
                    + "': use até 32 letras sem acento, algarismos, ponto, hífen ou sublinhado");
        }
        Path doServidor = pasta.resolve(Chaves.SERVIDOR + ".key");
        if (!Files.exists(doServidor)) {
            throw new Falha("não há chaves em '" + pasta + "'; faça-as primeiro: ./run-all.sh chaves " + pasta);
        }
        Path dele = pasta.resolve("clientes").resolve(cliente);
        if (Files.exists(dele) || Files.exists(pasta.resolve(Chaves.AUTORIZADAS).resolve(cliente + ".key"))) {
            throw new Falha("já há um cliente '" + cliente + "' em '" + pasta + "', e fica como está; escolha outro nome");
        }
        criarPasta(dele);
        identidade(dele, Chaves.CLIENTE, pasta.resolve(Chaves.AUTORIZADAS), cliente);
        escrever(dele.resolve(Chaves.SERVIDOR + ".key"), Files.readString(doServidor));
        escrever(dele.resolve(Chaves.SERVIDOR + ".crt"), Files.readString(pasta.resolve(Chaves.SERVIDOR + ".crt")));
        System.out.println("pasta para " + cliente + ": " + dele + "/. Dê-lhe essa, e só essa; quem escuta passa a aceitar "
                + cliente + " quando tiver " + pasta.resolve(Chaves.AUTORIZADAS) + "/" + cliente + ".* e for reiniciado");
    }

    /** Um par CURVE e um certificado: os segredos numa pasta, as partes públicas noutra. */
    private static void identidade(Path secreta, String eu, Path publica, String nome) throws IOException {
        ZMQ.Curve.KeyPair par = ZMQ.Curve.generateKeyPair();
        ZCert curve = new ZCert(par.publicKey, par.secretKey);
        StringWriter segredo = new StringWriter();
        curve.saveSecret(segredo);
        escrever(secreta.resolve(eu + ".key_secret"), segredo.toString());
        StringWriter aberta = new StringWriter();
        curve.savePublic(aberta);
        escrever(publica.resolve(nome + ".key"), aberta.toString());
        String[] tls = tls(secreta, nome);
        escrever(secreta.resolve(eu + ".pem"), tls[0] + tls[1]);
        escrever(publica.resolve(nome + ".crt"), tls[1]);
    }

    /**
     * A chave privada e o certificado, em PEM. O Java só sabe fazer certificados com o keytool, que os deixa num PKCS12,
     * aqui de passagem. Vale desde ontem, para quem tem o relógio um pouco atrasado.
     */
    private static String[] tls(Path pasta, String nome) throws IOException {
        Path guardado = pasta.resolve(".keytool-" + UUID.randomUUID());
        String senha = UUID.randomUUID().toString();
        try {
            Path programa = Path.of(System.getProperty("java.home"), "bin", "keytool");
            ProcessBuilder comando = new ProcessBuilder(programa.toString(),
                    "-genkeypair", "-alias", "eu", "-keyalg", "EC", "-groupname", "secp256r1",
                    "-dname", "CN=" + nome + ", O=Banco Replicado", "-startdate", "-1d", "-validity", DIAS,
                    "-storetype", "PKCS12", "-keystore", guardado.toString(), "-storepass:env", "SENHA")
                    .redirectErrorStream(true);
            comando.environment().put("SENHA", senha); // a linha de comando, qualquer um vê
            Process keytool = comando.start();
            String disse = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new Falha("o keytool do JDK não fez o certificado: " + disse.strip().replaceAll("\\s+", " "));
            }
            KeyStore repositorio = KeyStore.getInstance("PKCS12");
            try (InputStream bytes = Files.newInputStream(guardado)) {
                repositorio.load(bytes, senha.toCharArray());
            }
            return new String[] {pem("PRIVATE KEY", repositorio.getKey("eu", senha.toCharArray()).getEncoded()),
                pem("CERTIFICATE", repositorio.getCertificate("eu").getEncoded())};
        } catch (GeneralSecurityException e) {
            throw new Falha("o Java não leu o certificado que o keytool fez: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new Falha("interrompido");
        } finally {
            Files.deleteIfExists(guardado);
        }
    }

    private static String pem(String tipo, byte[] bytes) {
        return "-----BEGIN " + tipo + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + tipo + "-----\n";
    }

    // ───── Só o dono lê ─────

    private static void criarPasta(Path nova) throws IOException {
        Files.createDirectories(nova, soDoDono("rwx------"));
    }

    private static void escrever(Path arquivo, String texto) throws IOException {
        Files.createFile(arquivo, soDoDono("rw-------"));
        Files.writeString(arquivo, texto);
    }

    private static FileAttribute<?>[] soDoDono(String permissoes) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        if (!posix) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissoes))
        };
    }

    public static void main(String[] args) {
        System.exit(executar(new GerarChaves(), args));
    }
}
