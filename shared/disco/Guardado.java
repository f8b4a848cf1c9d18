//SOURCES Arquivos.java Lugar.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import shared.texto.Falha;
import shared.texto.Json;

/** Um objeto JSON num arquivo só dele, que se troca inteiro: um corte de energia deixa o antigo ou o novo, nunca meio. */
final class Guardado {

    /** O que se acrescenta ao nome de um que ainda se escreve. */
    static final String NOVO = ".novo";

    private final Path arquivo;

    Guardado(Path arquivo) {
        this.arquivo = arquivo;
    }

    /** Troca o que houver por este, e espera que esteja no disco. */
    void gravar(ObjectNode objeto) throws IOException {
        String json = Json.escrever(objeto);
        byte[] linhas = (json + "\n" + soma(json) + "\n").getBytes(StandardCharsets.UTF_8);
        trocar(arquivo, canal -> Lugar.escrever(canal, linhas, 0));
    }

    /** Quem escreve o que um arquivo terá. */
    interface Escrita {
        void escrever(FileChannel canal) throws IOException;
    }

    /** Troca o que houver neste arquivo, e espera que esteja no disco. */
    static void trocar(Path arquivo, Escrita escrita) throws IOException {
        Path novo = arquivo.resolveSibling(arquivo.getFileName() + NOVO);
        Files.deleteIfExists(novo);
        try (FileChannel canal = Lugar.abrirOuCriar(novo)) {
            escrita.escrever(canal);
            canal.force(true);
        }
        Files.move(novo, arquivo, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sincronizar(arquivo.toAbsolutePath().getParent());
    }

    /** O que lá está; {@code null} se nada. @throws Falha se não se lê, ou não é o que se escreveu */
    ObjectNode ler() {
        if (!Files.exists(arquivo)) {
            return null;
        }
        try (BufferedReader linhas = Files.newBufferedReader(arquivo)) {
            String json = String.valueOf(linhas.readLine());
            if (!soma(json).equals(linhas.readLine())) {
                throw new Falha("estrago em " + arquivo + ". Restaure-o de uma cópia, ou recomece com --do-zero");
            }
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new Falha("não consigo ler " + arquivo + " (" + Arquivos.motivo(e) + ")");
        }
    }

    private static String soma(String json) {
        CRC32C soma = new CRC32C();
        soma.update(json.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) soma.getValue());
    }

    /** Espera que estejam no disco os nomes que há numa pasta. */
    static void sincronizar(Path pasta) throws IOException {
        try (FileChannel canal = FileChannel.open(pasta, StandardOpenOption.READ)) {
            canal.force(true);
        }
    }
}
