//SOURCES Foto.java Fotografo.java Guardado.java
package shared.disco;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import shared.texto.Falha;
import shared.texto.JsonGrande;

/**
 * Um instantâneo num arquivo: numa linha <code>{"posicao": 7, "estado": {…}}</code>, e na outra o CRC dela. Nunca está
 * inteiro na memória.
 */
final class FotoEmArquivo implements Foto {

    private static final Pattern COMECO = Pattern.compile("\\{\"posicao\": (\\d{1,15}), \"estado\": ");
    private static final int COMECO_MAXIMO = 64;
    private static final String FIM = "}";
    private static final String DESCARTAR = ", \"descartar\": true}"; // as entradas que houver, porque este veio de outro
    private static final int SOMA = fim(0).length();
    private static final int BLOCO = 1 << 16;

    private final Path arquivo;
    private final FileChannel canal;  // aberto enquanto alguém a usa: substituída, o arquivo já não se abre pelo nome
    private final long posicao;
    private final int inicio;         // onde começa o estado no arquivo
    private final long tamanho;
    private final boolean descartar;
    private int usos = 1;             // a pasta, e quem a segura; 0 = fechada

    private FotoEmArquivo(Path arquivo, FileChannel canal) throws IOException {
        this.arquivo = arquivo;
        this.canal = canal;
        boolean ascii = conferir();
        Matcher comeco = COMECO.matcher(texto(0, COMECO_MAXIMO));
        if (!ascii || !comeco.lookingAt()) {
            throw new Antiga();
        }
        posicao = Long.parseLong(comeco.group(1));
        inicio = comeco.end();
        long fim = canal.size() - SOMA;
        descartar = texto(Math.max(0, fim - DESCARTAR.length()), DESCARTAR.length()).equals(DESCARTAR);
        tamanho = fim - inicio - (descartar ? DESCARTAR : FIM).length();
    }

    /** Uma versão anterior escreveu-o de outro modo. */
    private static final class Antiga extends IOException {
    }

    /** O que está neste arquivo; {@code null} se não existe. @throws Falha se não é o que se escreveu */
    static FotoEmArquivo abrir(Path arquivo) throws IOException {
        if (!Files.exists(arquivo)) {
            return null;
        }
        try {
            return deCanal(arquivo);
        } catch (Antiga e) {
            reescrever(arquivo);
            return deCanal(arquivo);
        }
    }

    private static FotoEmArquivo deCanal(Path arquivo) throws IOException {
        FileChannel canal = FileChannel.open(arquivo, StandardOpenOption.READ);
        try {
            return new FotoEmArquivo(arquivo, canal);
        } catch (IOException | Falha e) {
            canal.close();
            throw e;
        }
    }

    /** Escreve um estado, que toma o lugar do que houver quando estiver inteiro no disco. */
    static FotoEmArquivo gravar(Path arquivo, long posicao, boolean descartar, Fotografo.Escrita estado) throws IOException {
        trocar(arquivo, linha -> {
            linha.write(("{\"posicao\": " + posicao + ", \"estado\": ").getBytes(StandardCharsets.US_ASCII));
            estado.escrever(linha);
            linha.write((descartar ? DESCARTAR : FIM).getBytes(StandardCharsets.US_ASCII));
        });
        return deCanal(arquivo);
    }

    private static void trocar(Path arquivo, Fotografo.Escrita escrita) throws IOException {
        Guardado.trocar(arquivo, canal -> {
            OutputStream saida = new BufferedOutputStream(Channels.newOutputStream(canal), BLOCO);
            CheckedOutputStream linha = new CheckedOutputStream(saida, new CRC32C());
            escrita.escrever(linha);
            saida.write(fim((int) linha.getChecksum().getValue()).getBytes(StandardCharsets.US_ASCII));
            saida.flush();
        });
    }

    private static String fim(int soma) {
        return "\n" + HexFormat.of().toHexDigits(soma) + "\n";
    }

    /** O mesmo, mas as entradas que houver já não se descartam. */
    FotoEmArquivo semDescartar() throws IOException {
        return gravar(arquivo, posicao, false, saida -> {
            try (InputStream estado = abrir()) {
                estado.transferTo(saida);
            }
        });
    }

    /** Passa um arquivo, que está inteiro mas não é só ASCII, ou tem outros espaços, para a forma de agora. */
    private static void reescrever(Path arquivo) throws IOException {
        trocar(arquivo, linha -> {
            try (InputStream velho = Files.newInputStream(arquivo); JsonParser leitor = JsonGrande.leitor(velho);
                    JsonGenerator escritor = JsonGrande.escritor(linha)) {
                leitor.nextToken();
                escritor.copyCurrentStructureExact(leitor);
            }
        });
    }

    /** Confere o CRC. @return se só há ASCII @throws Falha se não confere */
    private boolean conferir() throws IOException {
        CRC32C soma = new CRC32C();
        ByteBuffer bloco = ByteBuffer.allocate(BLOCO);
        long ate = canal.size() - SOMA;
        int juntos = 0;
        for (long lidos = 0; lidos < ate; lidos += bloco.limit()) {
            bloco.clear().limit((int) Math.min(BLOCO, ate - lidos));
            if (canal.read(bloco, lidos) < 0) {
                break;
            }
            bloco.flip();
            for (int i = 0; i < bloco.limit(); i++) {
                juntos |= bloco.get(i);
            }
            soma.update(bloco.array(), 0, bloco.limit());
        }
        if (ate < 1 || !texto(ate, SOMA).equals(fim((int) soma.getValue()))) {
            throw new Falha("estrago em " + arquivo + ". Restaure-o de uma cópia, ou recomece com --do-zero");
        }
        return juntos >= 0;
    }

    private String texto(long de, int quantos) throws IOException {
        ByteBuffer lidos = ByteBuffer.allocate((int) Math.max(0, Math.min(quantos, canal.size() - de)));
        while (lidos.hasRemaining() && canal.read(lidos, de + lidos.position()) >= 0) {
            // até os ter todos
        }
        return new String(lidos.array(), 0, lidos.position(), StandardCharsets.US_ASCII);
    }

    @Override
    public synchronized boolean segurar() {
        usos += usos > 0 ? 1 : 0;
        return usos > 0;
    }

    @Override
    public synchronized void largar() {
        usos--;
        try {
            if (usos == 0) {
                canal.close();
            }
        } catch (IOException e) {
            // só se lia
        }
    }

    /** Se as entradas que houver não valem, porque este estado veio de outro processo, que morreu antes de as apagar. */
    boolean descartar() {
        return descartar;
    }

    @Override
    public long posicao() {
        return posicao;
    }

    @Override
    public long tamanho() {
        return tamanho;
    }

    @Override
    public String ler(long desde, int max) throws IOException {
        return texto(inicio + desde, (int) Math.max(0, Math.min(max, tamanho - desde)));
    }

    /** Por um canal só desta leitura: a linha de execução que dobra pode ser interrompida, e isso fecha-lho. */
    @Override
    public InputStream abrir() throws IOException {
        FileChannel este = FileChannel.open(arquivo, StandardOpenOption.READ).position(inicio);
        return new BufferedInputStream(new SoDoEstado(Channels.newInputStream(este), tamanho), BLOCO);
    }

    /** O arquivo, até ao fim do estado. */
    private static final class SoDoEstado extends FilterInputStream {
        private long faltam;

        SoDoEstado(InputStream arquivo, long faltam) {
            super(arquivo);
            this.faltam = faltam;
        }

        @Override
        public int read(byte[] onde, int desde, int quantos) throws IOException {
            int lidos = faltam == 0 ? -1 : super.read(onde, desde, (int) Math.min(quantos, faltam));
            faltam -= Math.max(0, lidos);
            return lidos;
        }
    }
}
