//SOURCES Arquivos.java ../texto/Falha.java ../texto/Json.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.Texto;

/**
 * O diário em disco: entradas numeradas de 1 em diante, uma por linha, em JSON, só acrescentadas (<i>write-ahead log</i>). Vale
 * o que foi confirmado: {@link #anexar} guarda na memória, {@link #confirmar} grava tudo de uma vez e espera o disco (<i>group
 * commit</i>). Um instantâneo do estado deixa apagar o começo. Cada linha termina com um CRC que depende das anteriores:
 * um fim pela metade (o processo morreu escrevendo) é cortado; um estrago no meio é recusado, com o número da linha.
 *
 * <p>Na pasta: {@code diario-<primeira>.jsonl}, {@code instantaneo.json}, {@code meta.json} e {@code trava}; de quem morreu ao
 * gravar, também {@code instantaneo.json.novo} ou {@code meta.json.novo}. Mais nada: um arquivo que não se entende pode ter
 * operações confirmadas, e por isso recusa-se a pasta, pelo nome dele.
 */
public final class Diario implements AutoCloseable {

    /** Depois de quantas entradas vale a pena um instantâneo. */
    public static final int ENTRE_INSTANTANEOS = 100_000;

    private static final int NA_MEMORIA = 20_000;          // últimas entradas, para quem está quase em dia
    private static final int PASSO_DO_INDICE = 256;        // uma marca no arquivo a cada tantas entradas
    private static final int LINHA_MAXIMA = 4 * Json.LIMITE_BYTES;
    private static final Set<String> NOSSOS =
            Set.of("trava", "meta.json", "meta.json.novo", "instantaneo.json", "instantaneo.json.novo");
    /** Com algarismos de qualquer língua: numa máquina em árabe, a versão 1.0.0 escrevia os de lá. */
    private static final Pattern NOME = Pattern.compile("diario-(\\p{Nd}{12,18})\\.jsonl");
    private static final HexFormat HEX = HexFormat.of();
    private static final String CRC = ", \"crc\": \"";     // …e 8 algarismos, aspas e chave

    /** Um arquivo do diário. */
    private static final class Segmento {
        private final Path arquivo;
        private final long primeira;
        private final NavigableMap<Long, Long> indice = new TreeMap<>(); // posição -> onde começa no arquivo

        Segmento(Path arquivo, long primeira) {
            this.arquivo = arquivo;
            this.primeira = primeira;
        }
    }

    private final Path pasta;                               // null = só na memória
    private final NavigableMap<Long, Segmento> segmentos = new TreeMap<>(); // por primeira posição
    private final Deque<String> recentes = new ArrayDeque<>();  // as últimas, até `ultima`
    private final List<String> pendentes = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private FileChannel trava;
    private FileChannel escrita;
    private long ultima;
    private long doInstantaneo;
    private boolean quebrado;

    private Diario(Path pasta) {
        this.pasta = pasta;
    }

    /** Um diário que não sobrevive ao processo, e lembra só as últimas entradas. */
    public static Diario naMemoria() {
        return new Diario(null);
    }

    /**
     * Abre o diário de uma pasta, criando-a se não existe, e corta o fim que ficou pela metade.
     *
     * @param doZero apaga o que houver, menos o que não é nosso
     * @throws Falha se a pasta está em uso, não se pode escrever nela, tem algo que não se entende, ou há estrago no meio
     */
    public static Diario abrir(Path pasta, boolean doZero) {
        Diario diario = new Diario(pasta);
        try {
            Files.createDirectories(pasta, soDoDono(pasta, "rwx------"));
            diario.exigirSoOQueENosso();
            diario.travar();
            if (doZero) {
                diario.apagar();
            }
            diario.achar();
            return diario;
        } catch (IOException e) {
            diario.close();
            throw new Falha("não consigo usar a pasta " + pasta + " (" + Arquivos.motivo(e) + "); escolha outra com --dados, ou --memoria");
        } catch (Falha e) {
            diario.close();
            throw e;
        }
    }

    /** O último estado fotografado; {@code null} se nenhum. As entradas depois dele vêm em {@link #repetir}. */
    public ObjectNode instantaneo() {
        return guardado("instantaneo.json") == null ? null : (ObjectNode) guardado("instantaneo.json").get("estado");
    }

    /** A posição da última entrada contida no instantâneo; 0 se não há. */
    public long doInstantaneo() {
        return doInstantaneo;
    }

    /** Entrega, por ordem, as entradas depois do instantâneo. Chame uma vez, antes de anexar. @throws Falha se há estrago */
    public void repetir(Consumer<String> cada) {
        ultima = Math.max(ultima, doInstantaneo);
        try {
            List<Segmento> todos = List.copyOf(segmentos.values());
            long ate = todos.isEmpty() ? doInstantaneo : todos.get(0).primeira - 1;
            for (int i = 0; i < todos.size(); i++) {
                exigirQueSiga(ate, todos.get(i).primeira);
                ate = repetir(todos.get(i), i == todos.size() - 1, cada);
            }
            exigirQueSiga(Math.min(ate, doInstantaneo), doInstantaneo + 1);
            abrirEscrita();
        } catch (IOException e) {
            throw new Falha("não consigo ler o diário em " + pasta + " (" + Arquivos.motivo(e) + ")");
        }
    }

    /** A posição da última entrada confirmada; 0 se nenhuma. */
    public long ultima() {
        return ultima;
    }

    /** A posição da entrada mais velha que ainda se pode ler; {@code ultima() + 1} se nenhuma. */
    public long primeira() {
        return pasta == null || segmentos.isEmpty() ? ultima + 1 - recentes.size() : segmentos.firstKey();
    }

    /** Acrescenta uma entrada, que só passa a valer com {@link #confirmar}. @param json um objeto JSON numa linha */
    public void anexar(String json) {
        pendentes.add(json);
    }

    /** Grava as entradas anexadas e espera que estejam no disco. @throws Falha se o disco falha: nenhuma delas vale */
    public void confirmar() {
        confirmar(true);
    }

    /**
     * Grava as entradas anexadas.
     *
     * @param esperarDisco false para quem pode recuperá-las de outro processo: sobrevivem à morte deste processo, mas
     *                     não a um corte de energia
     * @throws Falha se o disco falha: nenhuma delas vale
     */
    public void confirmar(boolean esperarDisco) {
        if (pendentes.isEmpty()) {
            return;
        }
        if (pasta != null) {
            gravar(esperarDisco);
        }
        for (String json : pendentes) {
            lembrar(json);
        }
        pendentes.clear();
    }

    /** Até {@code max} entradas a partir de uma posição; vazia se é cedo demais ou tarde demais. */
    public List<String> ler(long desde, int max) {
        long naMemoria = ultima + 1 - recentes.size();
        if (desde > ultima || desde < primeira()) {
            return List.of();
        }
        if (desde >= naMemoria) {
            return recentes.stream().skip(desde - naMemoria).limit(max).toList();
        }
        try {
            return lerDoDisco(desde, max);
        } catch (IOException e) {
            throw new Falha("não consigo ler o diário em " + pasta + " (" + Arquivos.motivo(e) + ")");
        }
    }

    /** Se já há entradas bastantes desde o último instantâneo; nunca, se não há disco onde o guardar. */
    public boolean horaDeFotografar() {
        return pasta != null && ultima - doInstantaneo >= ENTRE_INSTANTANEOS;
    }

    /**
     * Guarda o estado de agora (depois da última entrada confirmada) e apaga o que ele tornou dispensável, menos o
     * segmento anterior, que serve a quem está um pouco atrasado.
     */
    public void fotografar(ObjectNode estado) {
        if (pasta == null || quebrado) {
            doInstantaneo = ultima;
            return;
        }
        try {
            escrita.force(false); // o que se gravou sem esperar o disco: um arquivo que não é o último não pode ter fim rasgado
            guardar("instantaneo.json", Json.MAPPER.createObjectNode().put("posicao", ultima).set("estado", estado));
            doInstantaneo = ultima;
            escrita.close();
            novoSegmento();
            while (segmentos.size() > 2) {
                Files.deleteIfExists(segmentos.pollFirstEntry().getValue().arquivo);
            }
        } catch (IOException e) {
            throw falhouODisco(e);
        }
    }

    /**
     * Troca o estado por um recebido de outro processo, na posição que ele diz: o que havia antes deixa de valer.
     *
     * @param posicao a da última entrada contida no estado
     */
    public void recomecarDe(long posicao, ObjectNode estado) {
        pendentes.clear();
        recentes.clear();
        ultima = posicao;
        if (pasta == null) {
            doInstantaneo = posicao;
            return;
        }
        try {
            ObjectNode foto = Json.MAPPER.createObjectNode().put("posicao", posicao).set("estado", estado);
            guardar("instantaneo.json", foto.put("descartar", true)); // daqui em diante vale o novo, ainda que se morra já
            doInstantaneo = posicao;
            escrita.close();
            recomecar();
            novoSegmento();
        } catch (IOException e) {
            throw falhouODisco(e);
        }
    }

    /** Apaga as entradas que o instantâneo, que veio de outro, manda esquecer; e só então ele passa a ser um como os outros. */
    private void recomecar() throws IOException {
        for (Segmento segmento : segmentos.values()) {
            Files.deleteIfExists(segmento.arquivo);
        }
        segmentos.clear();
        ObjectNode foto = guardado("instantaneo.json");
        foto.remove("descartar");
        guardar("instantaneo.json", foto);
    }

    /** Poucos fatos que mudam raramente (a história, a época): gravados inteiros, de uma vez. */
    public void guardarMeta(ObjectNode meta) {
        if (pasta != null) {
            try {
                guardar("meta.json", meta);
            } catch (IOException e) {
                throw falhouODisco(e);
            }
        }
    }

    /** O que {@link #guardarMeta} guardou; um objeto vazio se nada. */
    public ObjectNode meta() {
        ObjectNode meta = guardado("meta.json");
        return meta == null ? Json.MAPPER.createObjectNode() : meta;
    }

    /** O mesmo. @param chave uma que este papel guarda sempre @throws Falha se não a tem: é a de outro papel */
    public ObjectNode meta(String chave) {
        ObjectNode meta = meta();
        if (!meta.isEmpty() && !meta.has(chave)) {
            throw new Falha("não entendo " + pasta.resolve("meta.json") + ": é de outro papel."
                    + " Dê a este outra pasta, com --dados");
        }
        return meta;
    }

    @Override
    public void close() {
        try {
            if (escrita != null) {
                escrita.close();
            }
            if (trava != null) {
                trava.close();
            }
        } catch (IOException e) {
            // o que foi confirmado já está no disco
        }
    }

    // ───── Escrita ─────

    private void gravar(boolean esperarDisco) {
        if (quebrado) {
            pendentes.clear();
            throw new Falha("o disco de " + pasta + " falhou antes; libere espaço e reinicie este processo");
        }
        long antes = -1;
        try {
            antes = escrita.position();
            StringBuilder linhas = new StringBuilder();
            for (String json : pendentes) {
                linhas.append(comCrc(json)).append('\n');
            }
            ByteBuffer bytes = ByteBuffer.wrap(linhas.toString().getBytes(StandardCharsets.UTF_8));
            marcarIndice(antes, linhas);
            while (bytes.hasRemaining()) {
                escrita.write(bytes);
            }
            if (esperarDisco) {
                escrita.force(false);
            }
        } catch (IOException e) {
            cortar(antes);
            throw falhouODisco(e);
        }
    }

    /** Marca no índice, no máximo uma vez por lote, onde começa a primeira entrada dele. */
    private void marcarIndice(long inicio, StringBuilder lote) {
        Segmento atual = segmentos.lastEntry().getValue();
        long posicao = ultima + 1;
        if (atual.indice.isEmpty() || posicao - atual.indice.lastKey() >= PASSO_DO_INDICE) {
            atual.indice.put(posicao, inicio);
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

    private Falha falhouODisco(IOException e) {
        quebrado = true;
        pendentes.clear();
        return new Falha("o disco de " + pasta + " falhou (" + Arquivos.motivo(e) + "): recuso novas operações; o que foi confirmado está"
                + " a salvo. Libere espaço e reinicie este processo");
    }

    private void lembrar(String json) {
        recentes.addLast(json);
        ultima++;
        if (recentes.size() > (pasta == null ? ENTRE_INSTANTANEOS : NA_MEMORIA)) {
            recentes.removeFirst();
        }
    }

    private String comCrc(String json) {
        String inicio = json.substring(0, json.length() - 1);
        return inicio + CRC + HEX.toHexDigits(somar(inicio)) + "\"}";
    }

    /** O CRC encadeado: das linhas deste segmento até esta. */
    private int somar(String inicio) {
        crc.update(inicio.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    private void novoSegmento() throws IOException {
        Segmento novo = new Segmento(pasta.resolve(nome(ultima + 1)), ultima + 1);
        if (Files.exists(novo.arquivo) && Files.size(novo.arquivo) > 0) {
            throw new IOException("já existe " + novo.arquivo + ", e não escrevo por cima");
        }
        Files.deleteIfExists(novo.arquivo);
        segmentos.put(novo.primeira, novo);
        crc.reset();
        abrirEscrita();
        sincronizarPasta();
    }

    private void abrirEscrita() throws IOException {
        if (pasta == null) {
            return;
        }
        if (segmentos.isEmpty()) {
            novoSegmento();
            return;
        }
        escrita = abrirOuCriar(segmentos.lastEntry().getValue().arquivo);
        escrita.position(escrita.size());
    }

    // ───── Leitura ─────

    private void achar() throws IOException {
        for (Path arquivo : arquivos()) {
            reconhecer(arquivo);
        }
        ObjectNode foto = guardado("instantaneo.json");
        doInstantaneo = foto == null ? 0 : foto.get("posicao").longValue();
        if (foto != null && foto.has("descartar")) { // morreu no meio de recomecarDe
            recomecar();
        }
        if (!segmentos.isEmpty() && segmentos.firstKey() > doInstantaneo + 1) {
            throw new Falha("falta o começo do diário em " + pasta + ": há entradas da " + segmentos.firstKey()
                    + " em diante, e o instantâneo vai até a " + doInstantaneo + ". Restaure os arquivos, ou use --do-zero");
        }
    }

    private List<Path> arquivos() throws IOException {
        try (Stream<Path> todos = Files.list(pasta)) {
            return todos.sorted().toList();
        }
    }

    /** @throws Falha se na pasta há algo que este programa não escreve */
    private void exigirSoOQueENosso() throws IOException {
        for (Path arquivo : arquivos()) {
            if (!nosso(arquivo)) {
                throw new Falha("não entendo " + arquivo + ": não é do diário, e não o apago nem escrevo ao lado dele."
                        + " Tire-o daí, ou dê a este processo outra pasta com --dados, ou nenhuma com --memoria");
            }
        }
    }

    private static boolean nosso(Path arquivo) {
        String nome = arquivo.getFileName().toString();
        return Files.isRegularFile(arquivo) && (NOSSOS.contains(nome) || NOME.matcher(nome).matches());
    }

    /** Se este é um pedaço do diário, guarda onde está. @throws Falha se o nome não é o que lhe daríamos */
    private void reconhecer(Path arquivo) {
        Matcher numerado = NOME.matcher(arquivo.getFileName().toString());
        if (!numerado.matches()) {
            return;
        }
        long primeira = Long.parseLong(numerado.group(1));
        if (!numerado.group().equals(nome(primeira))) {
            boolean dois = Files.exists(pasta.resolve(nome(primeira)));
            throw new Falha("não entendo " + arquivo + ": o nome devia ser " + nome(primeira) + (dois
                    ? ", e esse também existe: são dois diários. Leve um deles para outra pasta" : ". Mude-lhe o nome")
                    + ", ou recomece com --do-zero, que apaga tudo");
        }
        segmentos.put(primeira, new Segmento(arquivo, primeira));
    }

    private static String nome(long primeira) {
        return Texto.formatar("diario-%012d.jsonl", primeira);
    }

    /** Um diário a que falta um arquivo, no meio ou antes do instantâneo, não se adivinha. */
    private void exigirQueSiga(long ate, long proxima) {
        if (proxima != ate + 1) {
            throw new Falha(proxima <= ate ? "há entradas repetidas no diário em " + pasta + ": o arquivo da " + proxima
                    + " em diante começa antes do fim do anterior. Tire o que sobra, ou use --do-zero"
                    : "falta um pedaço do diário em " + pasta + ": da " + (ate + 1) + " à " + (proxima - 1)
                    + ". Restaure os arquivos, ou use --do-zero");
        }
    }

    /** @return a posição da última entrada deste arquivo */
    private long repetir(Segmento segmento, boolean ultimo, Consumer<String> cada) throws IOException {
        long posicao = segmento.primeira;
        long lidos = 0;
        crc.reset();
        try (LeitorDeLinhas linhas = new LeitorDeLinhas(segmento.arquivo, 0)) {
            for (String linha; (linha = linhas.proxima()) != null; posicao++) {
                String json = linhas.inteira() ? semCrc(linha) : null;
                if (json == null) {
                    if (ultimo && !linhas.inteira()) {
                        break; // o fim pela metade: sem a quebra de linha, não foi confirmado
                    }
                    throw new Falha("estrago no diário: " + segmento.arquivo + ", linha " + (posicao - segmento.primeira + 1)
                            + ". Restaure o arquivo de uma cópia, ou recomece com --do-zero");
                }
                if ((posicao - segmento.primeira) % PASSO_DO_INDICE == 0) {
                    segmento.indice.put(posicao, lidos);
                }
                lidos = linhas.lidos();
                if (posicao > ultima) {
                    lembrar(json);
                    cada.accept(json);
                }
            }
        }
        if (ultimo && Files.size(segmento.arquivo) > lidos) {
            try (FileChannel arquivo = FileChannel.open(segmento.arquivo, StandardOpenOption.WRITE)) {
                arquivo.truncate(lidos);
                arquivo.force(true);
            }
            recomporCrc(segmento);
        }
        return posicao - 1;
    }

    /** Depois de cortar o fim, o CRC encadeado tem de ser só o das linhas que ficaram. */
    private void recomporCrc(Segmento segmento) throws IOException {
        crc.reset();
        try (LeitorDeLinhas linhas = new LeitorDeLinhas(segmento.arquivo, 0)) {
            for (String linha; (linha = linhas.proxima()) != null; ) {
                semCrc(linha);
            }
        }
    }

    /** A entrada sem o CRC; {@code null} se ele não confere. */
    private String semCrc(String linha) {
        int corte = linha.length() - CRC.length() - 10;
        if (corte < 1 || !linha.startsWith(CRC, corte)) {
            return null;
        }
        String inicio = linha.substring(0, corte);
        String esperado = HEX.toHexDigits(somar(inicio));
        return linha.startsWith(esperado, linha.length() - 10) && linha.endsWith("\"}") ? inicio + "}" : null;
    }

    private List<String> lerDoDisco(long desde, int max) throws IOException {
        List<String> lidas = new ArrayList<>();
        while (lidas.size() < max && desde + lidas.size() <= ultima) {
            long proxima = desde + lidas.size();
            Segmento segmento = segmentos.floorEntry(proxima).getValue();
            Map.Entry<Long, Long> marca = segmento.indice.floorEntry(proxima);
            long posicao = marca == null ? segmento.primeira : marca.getKey();
            int antes = lidas.size();
            try (LeitorDeLinhas linhas = new LeitorDeLinhas(segmento.arquivo, marca == null ? 0 : marca.getValue())) {
                for (String linha; lidas.size() < max && posicao <= ultima && (linha = linhas.proxima()) != null; posicao++) {
                    if (posicao >= proxima) {
                        lidas.add(linha.substring(0, linha.length() - CRC.length() - 10) + "}");
                    }
                }
            }
            if (lidas.size() == antes) {
                break;
            }
        }
        return lidas;
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

        /** A próxima linha, sem o fim; de uma longa demais, só um começo que não passa de {@link #LINHA_MAXIMA} e um bloco. */
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

    // ───── Pasta ─────

    private void travar() throws IOException {
        trava = abrirOuCriar(pasta.resolve("trava"));
        FileLock minha;
        try {
            minha = trava.tryLock();
        } catch (OverlappingFileLockException e) {
            minha = null;
        }
        if (minha == null) {
            throw new Falha("a pasta " + pasta + " já está em uso por outro processo; dê a este outro --id ou outra --dados");
        }
    }

    /** Um arquivo que se cria é só de quem o criou. */
    private static FileChannel abrirOuCriar(Path arquivo) throws IOException {
        return FileChannel.open(arquivo, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), soDoDono(arquivo, "rw-------"));
    }

    /** As permissões de algo que se cria, nos sistemas de arquivos que as têm. */
    private static FileAttribute<?>[] soDoDono(Path caminho, String permissoes) {
        boolean tem = caminho.getFileSystem().supportedFileAttributeViews().contains("posix");
        return tem ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissoes))}
                : new FileAttribute<?>[0];
    }

    private void apagar() throws IOException {
        for (Path arquivo : arquivos()) {
            if (!arquivo.endsWith("trava")) {
                Files.delete(arquivo);
            }
        }
    }

    /** Grava um objeto inteiro, com CRC, de modo que um corte de energia deixe o antigo ou o novo, nunca meio. */
    private void guardar(String nome, ObjectNode objeto) throws IOException {
        Path novo = pasta.resolve(nome + ".novo");
        String json = Json.escrever(objeto);
        CRC32C soma = new CRC32C();
        soma.update(json.getBytes(StandardCharsets.UTF_8));
        Files.deleteIfExists(novo);
        try (FileChannel arquivo = abrirOuCriar(novo)) {
            String texto = json + "\n" + HEX.toHexDigits((int) soma.getValue()) + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(texto.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                arquivo.write(bytes);
            }
            arquivo.force(true);
        }
        Files.move(novo, pasta.resolve(nome), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sincronizarPasta();
    }

    private ObjectNode guardado(String nome) {
        if (pasta == null || !Files.exists(pasta.resolve(nome))) {
            return null;
        }
        try (BufferedReader linhas = Files.newBufferedReader(pasta.resolve(nome))) {
            String json = linhas.readLine();
            CRC32C soma = new CRC32C();
            soma.update(String.valueOf(json).getBytes(StandardCharsets.UTF_8));
            if (!HEX.toHexDigits((int) soma.getValue()).equals(linhas.readLine())) {
                throw new Falha("estrago em " + pasta.resolve(nome) + ". Restaure-o de uma cópia, ou recomece com --do-zero");
            }
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new Falha("não consigo ler " + pasta.resolve(nome) + " (" + Arquivos.motivo(e) + ")");
        }
    }

    private void sincronizarPasta() throws IOException {
        try (FileChannel canal = FileChannel.open(pasta, StandardOpenOption.READ)) {
            canal.force(true);
        }
    }
}
