//SOURCES Guardado.java
package shared.disco;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.texto.Falha;
import shared.texto.Texto;

/** O lugar de um diário: que arquivos lá podem estar, de quem é, e como se criam. O que eles dizem é de {@link Pasta}. */
final class Lugar {

    static final String META = "meta.json";
    static final String INSTANTANEO = "instantaneo.json";
    private static final Set<String> NOSSOS =
            Set.of("trava", META, META + Guardado.NOVO, INSTANTANEO, INSTANTANEO + Guardado.NOVO);
    private static final Set<String> DO_DONO = Set.of("trava", META, META + Guardado.NOVO);
    /** Com algarismos de qualquer língua: numa máquina em árabe, a versão 1.0.0 escrevia os de lá. */
    private static final Pattern NOME = Pattern.compile("diario-(\\p{Nd}{12,18})\\.jsonl");

    private final Path pasta;
    private final String motor; // null = nenhum: quem guarda é o diário

    /** Cria-o, se não existe. @throws Falha se lá há algo que este programa não escreve */
    Lugar(Path pasta) throws IOException {
        this(pasta, null);
    }

    /** O mesmo, de um em que quem guarda é um motor, numa pasta com este nome. */
    Lugar(Path pasta, String motor) throws IOException {
        this.pasta = pasta;
        this.motor = motor;
        criarPasta(pasta);
        exigirSoOQueENosso();
    }

    /** Só do dono, se ainda não existe. */
    static void criarPasta(Path pasta) throws IOException {
        Files.createDirectories(pasta, soDoDono(pasta, "rwx------"));
    }

    List<Path> arquivos() throws IOException {
        try (Stream<Path> todos = Files.list(pasta)) {
            return todos.sorted().toList();
        }
    }

    /** @throws Falha se na pasta há algo que este programa não escreve */
    private void exigirSoOQueENosso() throws IOException {
        for (Path arquivo : arquivos()) {
            if (!nosso(arquivo)) {
                throw new Falha("não entendo " + arquivo + ": não é do diário, e não o apago nem escrevo ao lado dele."
                        + " Tire-o daí, ou dê a este processo outra pasta com --dados"
                        + (motor == null ? ", ou nenhuma com --memoria" : ""));
            }
        }
    }

    private boolean nosso(Path arquivo) {
        String nome = arquivo.getFileName().toString();
        return motor != null && (nome.equals(motor) ? Files.isDirectory(arquivo) : DO_DONO.contains(nome))
                || motor == null && Files.isRegularFile(arquivo) && (NOSSOS.contains(nome) || NOME.matcher(nome).matches());
    }

    /**
     * A posição da primeira entrada do pedaço do diário que está neste arquivo; 0 se não é um.
     *
     * @throws Falha se o nome não é o que lhe daríamos
     */
    long primeira(Path arquivo) {
        Matcher numerado = NOME.matcher(arquivo.getFileName().toString());
        if (!numerado.matches()) {
            return 0;
        }
        long primeira = Long.parseLong(numerado.group(1));
        if (!numerado.group().equals(nome(primeira))) {
            boolean dois = Files.exists(pedaco(primeira));
            throw new Falha("não entendo " + arquivo + ": o nome devia ser " + nome(primeira) + (dois
                    ? ", e esse também existe: são dois diários. Leve um deles para outra pasta" : ". Mude-lhe o nome")
                    + ", ou recomece com --do-zero, que apaga tudo");
        }
        return primeira;
    }

    /** Onde está, ou vai estar, o pedaço do diário que começa nesta posição. */
    Path pedaco(long primeira) {
        return pasta.resolve(nome(primeira));
    }

    Path arquivo(String nome) {
        return pasta.resolve(nome);
    }

    private static String nome(long primeira) {
        return Texto.formatar("diario-%012d.jsonl", primeira);
    }

    /** @return de quem a tem; larga-se fechando-o. @throws Falha se outro a tem */
    FileChannel travar() throws IOException {
        FileChannel arquivo = abrirOuCriar(pasta.resolve("trava"));
        FileLock minha;
        try {
            minha = arquivo.tryLock();
        } catch (OverlappingFileLockException e) {
            minha = null;
        }
        if (minha == null) {
            arquivo.close();
            throw new Falha("a pasta " + pasta + " já está em uso por outro processo; dê a este outro --id ou"
                    + " outra --dados");
        }
        return arquivo;
    }

    /** Apaga o que lá há. */
    void apagar() throws IOException {
        for (Path arquivo : arquivos()) {
            if (!arquivo.endsWith("trava")) {
                Files.delete(arquivo);
            }
        }
    }

    /** Espera que estejam no disco os nomes que lá há. */
    void sincronizar() throws IOException {
        Guardado.sincronizar(pasta);
    }

    /** Um arquivo que se cria é só de quem o criou. */
    static FileChannel abrirOuCriar(Path arquivo) throws IOException {
        return FileChannel.open(arquivo, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                soDoDono(arquivo, "rw-------"));
    }

    /** As permissões de algo que se cria, nos sistemas de arquivos que as têm. */
    private static FileAttribute<?>[] soDoDono(Path caminho, String permissoes) {
        boolean tem = caminho.getFileSystem().supportedFileAttributeViews().contains("posix");
        return !tem ? new FileAttribute<?>[0] : new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissoes))};
    }

    /** @param onde a partir de que byte do arquivo */
    static void escrever(FileChannel arquivo, byte[] texto, long onde) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(texto);
        while (bytes.hasRemaining()) {
            arquivo.write(bytes, onde + bytes.position());
        }
    }

    @Override
    public String toString() {
        return pasta.toString();
    }
}
