package shared.disco;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import shared.texto.Json;

/** Lê linhas sabendo quantos bytes leu e se a última tinha o fim de linha. */
final class LeitorDeLinhas implements AutoCloseable {

    private static final int LINHA_MAXIMA = 4 * Json.LIMITE_BYTES;

    private final FileChannel arquivo;
    private final ByteBuffer bloco = ByteBuffer.allocate(1 << 16).limit(0);
    private long lidos;
    private boolean inteira;

    LeitorDeLinhas(Path caminho, long desde) throws IOException {
        arquivo = FileChannel.open(caminho, StandardOpenOption.READ);
        arquivo.position(desde);
        lidos = desde;
    }

    /** A próxima linha, sem o fim; de uma longa demais, só um começo, que não passa de {@link #LINHA_MAXIMA}. */
    String proxima() throws IOException {
        ByteArrayOutputStream linha = new ByteArrayOutputStream(256);
        inteira = false;
        while (!inteira && (bloco.hasRemaining() || encher())) {
            int inicio = bloco.position();
            int fim = inicio;
            while (fim < bloco.limit() && bloco.get(fim) != '\n') {
                fim++;
            }
            inteira = fim < bloco.limit();
            if (linha.size() < LINHA_MAXIMA) {
                linha.write(bloco.array(), inicio, fim - inicio);
            }
            bloco.position(inteira ? fim + 1 : fim);
            lidos += bloco.position() - inicio;
        }
        return inteira || linha.size() > 0 ? linha.toString(StandardCharsets.UTF_8) : null;
    }

    private boolean encher() throws IOException {
        boolean mais = arquivo.read(bloco.clear()) > 0;
        bloco.flip();
        return mais;
    }

    boolean inteira() {
        return inteira;
    }

    long lidos() {
        return lidos;
    }

    @Override
    public void close() throws IOException {
        arquivo.close();
    }
}
