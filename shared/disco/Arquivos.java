package shared.disco;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import shared.texto.Falha;

/** Os arquivos que uma pessoa nomeia, e a entrada padrão: se não servem, sabe-se antes de começar, e não no fim. */
public final class Arquivos {

    private Arquivos() {
    }

    /**
     * Confere que se pode escrever neste arquivo, e cria a pasta dele; o que nele houver fica como está.
     *
     * @param opcao a que o escolhe, para o erro a dizer
     * @throws Falha se não se pode
     */
    public static void conferirSaida(String opcao, Path arquivo) {
        try {
            Path pasta = arquivo.toAbsolutePath().getParent();
            if (pasta == null || Files.isDirectory(arquivo)) {
                throw new IOException(arquivo + " é uma pasta");
            }
            Files.createDirectories(pasta);
            if (!Files.exists(arquivo)) {
                Files.delete(Files.createFile(arquivo));
            } else if (Files.isRegularFile(arquivo)) { // abrir um FIFO esperaria por quem o lesse
                Files.newByteChannel(arquivo, StandardOpenOption.WRITE).close();
            }
        } catch (IOException e) {
            throw new Falha(opcao + ": não consigo escrever em " + arquivo + " (" + motivo(e) + "); escolha outro lugar");
        }
    }

    /** O mesmo, de uma pasta em que se vão criar arquivos. @throws Falha se não se pode */
    public static void conferirPasta(String opcao, Path pasta) {
        try {
            Files.createDirectories(pasta);
            Files.delete(Files.createTempFile(pasta, "conferir", ""));
        } catch (IOException e) {
            throw new Falha(opcao + ": não consigo escrever na pasta " + pasta + " (" + motivo(e) + "); escolha outra");
        }
    }

    /** O que houve com um arquivo, em português; nomeia-o. */
    public static String motivo(IOException e) {
        String o = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(); // o NIO às vezes só dá o caminho
        return e instanceof AccessDeniedException ? "sem permissão em " + o
                : e instanceof NoSuchFileException ? "não existe nem se pode criar " + o
                : e instanceof FileAlreadyExistsException ? o + " não é uma pasta"
                : e instanceof CharacterCodingException ? "não é texto em UTF-8"
                : o.replace("Is a directory", "é uma pasta");
    }

    /**
     * A entrada padrão. Se quem nos iniciou a fechou ({@code <&-}), o número dela, 0, é o de um arquivo da máquina virtual:
     * lê-lo daria lixo, e fechá-lo a derrubaria. Onde não há {@code /proc} não se sabe.
     *
     * @throws Falha se está fechada
     */
    public static InputStream entrada() {
        if (fechada()) {
            throw new Falha("a entrada padrão está fechada, e é dela que se lê: rode num terminal, ou dê-lhe algo"
                    + " (< arquivo)");
        }
        return System.in;
    }

    /** A entrada padrão, ou uma em que não há nada, se ela está fechada: para quem também vive sem teclado. */
    public static InputStream entradaOuNada() {
        return fechada() ? InputStream.nullInputStream() : System.in;
    }

    private static boolean fechada() {
        try {
            Path zero = Path.of("/proc/self/fd/0");
            Path java = Path.of(System.getProperty("java.home")).toRealPath();
            return Files.isDirectory(zero.getParent()) && (!Files.exists(zero) || zero.toRealPath().startsWith(java));
        } catch (IOException e) {
            return false; // um cano ou um soquete: não tem caminho, mas está aberto
        }
    }
}
