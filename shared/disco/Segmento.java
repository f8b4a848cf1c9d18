package shared.disco;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * Um arquivo do diário: uma entrada por linha, com um CRC que depende das anteriores. Um fim pela metade (o processo morreu
 * escrevendo) é cortado; um estrago no meio é recusado, com o número da linha. Enquanto uma linha de execução lhe acrescenta
 * entradas, outra pode ler as que já lá estavam.
 */
final class Segmento implements AutoCloseable {

    private static final int PASSO_DO_INDICE = 256;        // uma marca no arquivo a cada tantas entradas
    private static final int LINHA_MAXIMA = 4 * Json.LIMITE_BYTES;
    private static final HexFormat HEX = HexFormat.of();
    private static final String CRC = ", \"crc\": \"";     // …e 8 algarismos, aspas e chave
    private static final int CAUDA = CRC.length() + 10;

    private final Path arquivo;
    private final long primeira;
    private final NavigableMap<Long, Long> indice = new ConcurrentSkipListMap<>(); // posição -> onde começa no arquivo
    private final CRC32C crc = new CRC32C();
    private FileChannel escrita;                            // null = já não se acrescenta a este

    /** @param primeira a posição da primeira entrada deste arquivo */
    Segmento(Path arquivo, long primeira) {
        this.arquivo = arquivo;
        this.primeira = primeira;
    }

    Path arquivo() {
        return arquivo;
    }

    long primeira() {
        return primeira;
    }

    // ───── Escrita ─────

    /** Daqui em diante acrescenta-se a este; cria-o, se não existe. */
    void abrir() throws IOException {
        escrita = Lugar.abrirOuCriar(arquivo);
        escrita.position(escrita.size());
    }

    /**
     * Acrescenta estas entradas, de uma vez.
     *
     * @param posicao a da primeira delas
     * @throws IOException se o disco falha; o arquivo fica como estava
     */
    void gravar(long posicao, List<String> jsons, boolean esperarDisco) throws IOException {
        long antes = -1;
        try {
            antes = escrita.position();
            StringBuilder linhas = new StringBuilder();
            for (String json : jsons) {
                linhas.append(comCrc(json)).append('\n');
            }
            marcar(posicao, antes);
            Lugar.escrever(escrita, linhas.toString());
            if (esperarDisco) {
                forcar();
            }
        } catch (IOException e) {
            cortar(antes);
            throw e;
        }
    }

    /** Espera que tudo o que se gravou esteja no disco. */
    void forcar() throws IOException {
        escrita.force(false);
    }

    /** O mesmo, de outra linha de execução, enquanto se acrescenta: o que se acrescentar entretanto pode não estar. */
    void forcarAoLado() throws IOException {
        try (FileChannel canal = FileChannel.open(arquivo, StandardOpenOption.WRITE)) {
            canal.force(false);
        }
    }

    /** Marca no índice, no máximo uma vez por lote, onde começa a primeira entrada dele. */
    private void marcar(long posicao, long inicio) {
        if (indice.isEmpty() || posicao - indice.lastKey() >= PASSO_DO_INDICE) {
            indice.put(posicao, inicio);
        }
    }

    private void cortar(long tamanho) {
        try {
            if (tamanho >= 0) {
                escrita.truncate(tamanho);
            }
        } catch (IOException e) {
            // na próxima abertura o fim pela metade é cortado de qualquer modo
        }
    }

    private String comCrc(String json) {
        String inicio = json.substring(0, json.length() - 1);
        return inicio + CRC + HEX.toHexDigits(somar(inicio)) + "\"}";
    }

    /** O CRC encadeado: das linhas deste arquivo até esta. */
    private int somar(String inicio) {
        crc.update(inicio.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        if (escrita != null) {
            escrita.close();
            escrita = null;
        }
    }

    // ───── Leitura ─────

    /**
     * Confere todas as entradas, e entrega-as.
     *
     * @param ultimo se é o último arquivo do diário, que pode ter um fim pela metade: corta-se
     * @return a posição da última entrada
     * @throws Falha se há estrago
     */
    long repetir(boolean ultimo, Consumer<String> cada) throws IOException {
        long posicao = primeira;
        long lidos = 0;
        crc.reset();
        try (LeitorDeLinhas linhas = new LeitorDeLinhas(arquivo, 0)) {
            for (String linha; (linha = linhas.proxima()) != null; posicao++) {
                String json = linhas.inteira() ? semCrc(linha) : null;
                if (json == null) {
                    if (ultimo && !linhas.inteira()) {
                        break; // o fim pela metade: sem a quebra de linha, não foi gravado
                    }
                    throw new Falha("estrago no diário: " + arquivo + ", linha " + (posicao - primeira + 1)
                            + ". Restaure o arquivo de uma cópia, ou recomece com --do-zero");
                }
                if ((posicao - primeira) % PASSO_DO_INDICE == 0) {
                    indice.put(posicao, lidos);
                }
                lidos = linhas.lidos();
                cada.accept(json);
            }
        }
        if (ultimo && Files.size(arquivo) > lidos) {
            try (FileChannel canal = FileChannel.open(arquivo, StandardOpenOption.WRITE)) {
                canal.truncate(lidos);
                canal.force(true);
            }
            recomporCrc();
        }
        return posicao - 1;
    }

    /** As entradas de um que já se fechou, conferidas, para quem corre ao lado do laço. @param depoisDe só depois desta */
    static Dobra.Entradas fechado(Segmento este, long depoisDe) {
        return cada -> {
            long[] posicao = {este.primeira - 1};
            new Segmento(este.arquivo, este.primeira).repetir(false, json -> {
                if (++posicao[0] > depoisDe) {
                    cada.accept(json);
                }
            });
        };
    }

    /** Depois de cortar o fim, o CRC encadeado tem de ser só o das linhas que ficaram. */
    private void recomporCrc() throws IOException {
        crc.reset();
        try (LeitorDeLinhas linhas = new LeitorDeLinhas(arquivo, 0)) {
            for (String linha; (linha = linhas.proxima()) != null; ) {
                semCrc(linha);
            }
        }
    }

    /** A entrada sem o CRC; {@code null} se ele não confere. */
    private String semCrc(String linha) {
        int corte = linha.length() - CAUDA;
        if (corte < 1 || !linha.startsWith(CRC, corte)) {
            return null;
        }
        String inicio = linha.substring(0, corte);
        String esperado = HEX.toHexDigits(somar(inicio));
        return linha.startsWith(esperado, linha.length() - 10) && linha.endsWith("\"}") ? inicio + "}" : null;
    }

    /** Junta as entradas desta posição em diante, até haver {@code max} ou chegar à posição {@code ate}. */
    void ler(long desde, int max, long ate, List<String> lidas) throws IOException {
        Map.Entry<Long, Long> marca = indice.floorEntry(desde);
        long posicao = marca == null ? primeira : marca.getKey();
        try (LeitorDeLinhas linhas = new LeitorDeLinhas(arquivo, marca == null ? 0 : marca.getValue())) {
            for (String linha; lidas.size() < max && posicao <= ate && (linha = linhas.proxima()) != null; posicao++) {
                if (posicao >= desde) {
                    lidas.add(linha.substring(0, linha.length() - CAUDA) + "}");
                }
            }
        }
    }

    /** Lê linhas sabendo quantos bytes leu e se a última tinha o fim de linha. */
    private static final class LeitorDeLinhas implements AutoCloseable {

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
}
