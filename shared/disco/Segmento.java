//SOURCES LeitorDeLinhas.java Lugar.java
package shared.disco;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import shared.texto.Falha;

/**
 * Um arquivo do diário: uma entrada por linha, com um CRC que depende das anteriores. Um fim pela metade (o processo morreu
 * escrevendo) é cortado; um estrago no meio é recusado, com o número da linha. Enquanto uma linha de execução lhe acrescenta
 * entradas, outra pode ler as que já lá estavam.
 *
 * <p>Esperar por um arquivo que cresceu demora mais um terço: o sistema de arquivos guarda também o tamanho dele. Por isso
 * quem espera pelo disco reserva zeros no fim, e escreve por cima deles (como o etcd e o PostgreSQL); fechado o arquivo,
 * cortam-se. Um corte de energia pode então deixar do último lote uns bocados, e outros em zeros: sabe-se que era o último
 * porque nenhum começa depois. As linhas de um lote, menos a primeira, começam com um espaço.
 */
final class Segmento implements AutoCloseable {

    private static final int PASSO_DO_INDICE = 256;        // uma marca no arquivo a cada tantas entradas
    private static final int RESERVA_MAXIMA = 1 << 18;     // bytes; e nunca mais que um oitavo do arquivo
    private static final HexFormat HEX = HexFormat.of();
    private static final String CRC = ", \"crc\": \"";     // …e 8 algarismos, aspas e chave
    private static final int CAUDA = CRC.length() + 10;

    private final Path arquivo;
    private final long primeira;
    private final NavigableMap<Long, Long> indice = new ConcurrentSkipListMap<>(); // posição -> onde começa no arquivo
    private final CRC32C crc = new CRC32C();
    private FileChannel escrita;                            // null = já não se acrescenta a este
    private long fim;                                       // onde acabam as entradas…
    private long reservado;                                 // …e os zeros que se lhes seguem

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
        fim = escrita.size();
        reservado = fim;
    }

    /**
     * Acrescenta estas entradas, de uma vez.
     *
     * @param posicao a da primeira delas
     * @throws IOException se o disco falha; o arquivo fica como estava
     */
    void gravar(long posicao, List<String> jsons, boolean esperarDisco) throws IOException {
        ByteArrayOutputStream linhas = new ByteArrayOutputStream(256 * jsons.size());
        for (String json : jsons) {
            juntar(json, linhas);
        }
        marcar(posicao, fim);
        try {
            byte[] lote = linhas.toByteArray();
            Lugar.escrever(escrita, esperarDisco ? comReserva(lote) : lote, fim);
            if (esperarDisco) {
                escrita.force(false);
            }
            fim += lote.length;
        } catch (IOException e) {
            cortar();
            throw e;
        }
    }

    /** O lote e, se não cabe no que se reservou, mais zeros a seguir. */
    private byte[] comReserva(byte[] lote) {
        long depois = fim + lote.length;
        if (depois <= reservado) {
            return lote;
        }
        int reserva = (int) Math.min(depois / 8, RESERVA_MAXIMA); // num diário curto, que uma pessoa lê, quase nada
        reservado = depois + reserva;
        return Arrays.copyOf(lote, lote.length + reserva);
    }

    /** Acaba-se este: espera que esteja no disco, sem os zeros, tudo o que se gravou. */
    void acabar() throws IOException {
        escrita.truncate(fim);
        escrita.force(true);
        close();
    }

    /** Espera por tudo, de outra linha de execução, enquanto se acrescenta; o que se acrescentar pode não estar. */
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

    /** Tira o que está depois das entradas. */
    private void cortar() {
        try {
            escrita.truncate(fim);
            reservado = fim;
        } catch (IOException e) {
            // na próxima abertura o fim pela metade é cortado de qualquer modo
        }
    }

    private void juntar(String json, ByteArrayOutputStream linhas) {
        String inicio = (linhas.size() == 0 ? "" : " ") + json.substring(0, json.length() - 1);
        byte[] bytes = inicio.getBytes(StandardCharsets.UTF_8);
        String cauda = CRC + HEX.toHexDigits(somar(bytes)) + "\"}\n";
        linhas.writeBytes(bytes);
        linhas.writeBytes(cauda.getBytes(StandardCharsets.US_ASCII));
    }

    /** O CRC encadeado: das linhas deste arquivo até esta. */
    private int somar(byte[] inicio) {
        crc.update(inicio);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        if (escrita != null) {
            cortar();
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
                    if (ultimo && rasgado(linha, linhas)) {
                        break;
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

    /** Se é o fim pela metade: sem a quebra de linha, ou com zeros por escrever e nenhum outro lote depois. */
    private static boolean rasgado(String linha, LeitorDeLinhas linhas) throws IOException {
        if (!linhas.inteira()) {
            return true;
        }
        boolean doUltimoLote = linha.indexOf('\0') >= 0;
        for (String outra; doUltimoLote && (outra = linhas.proxima()) != null; ) {
            doUltimoLote = !outra.startsWith("{");
        }
        return doUltimoLote;
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
        String esperado = HEX.toHexDigits(somar(inicio.getBytes(StandardCharsets.UTF_8)));
        return linha.startsWith(esperado, linha.length() - 10) && linha.endsWith("\"}") ? entrada(linha) : null;
    }

    private static String entrada(String linha) {
        return linha.substring(linha.startsWith(" ") ? 1 : 0, linha.length() - CAUDA) + "}";
    }

    /** Junta as entradas desta posição em diante, até haver {@code max} ou chegar à posição {@code ate}. */
    void ler(long desde, int max, long ate, List<String> lidas) throws IOException {
        Map.Entry<Long, Long> marca = indice.floorEntry(desde);
        long posicao = marca == null ? primeira : marca.getKey();
        try (LeitorDeLinhas linhas = new LeitorDeLinhas(arquivo, marca == null ? 0 : marca.getValue())) {
            for (String linha; lidas.size() < max && posicao <= ate && (linha = linhas.proxima()) != null; posicao++) {
                if (posicao >= desde) {
                    lidas.add(entrada(linha));
                }
            }
        }
    }
}
