//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES Arquivos.java Disco.java Escritor.java FotoEmArquivo.java Fotografo.java Guardado.java Segmento.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.texto.Falha;
import shared.texto.JsonGrande;
import shared.texto.Texto;

/**
 * Um diário numa pasta: {@code diario-<primeira>.jsonl}, {@code instantaneo.json}, {@code meta.json} e {@code trava}; de
 * quem morreu ao gravar, também {@code instantaneo.json.novo} ou {@code meta.json.novo}. Mais nada: um arquivo que não se
 * entende pode ter operações confirmadas, e por isso recusa-se a pasta, pelo nome dele.
 *
 * <p>Os arquivos são da linha de execução do laço, menos o fim do diário enquanto há uma gravação por acabar: esse é de quem
 * grava. Por isso se lê, e se guarda a meta, ao mesmo tempo; e não se fotografa nem se recomeça.
 */
final class Pasta implements Disco, Fotografo.Dono {

    private static final String META = "meta.json";
    private static final String INSTANTANEO = "instantaneo.json";
    private static final Set<String> NOSSOS =
            Set.of("trava", META, META + Guardado.NOVO, INSTANTANEO, INSTANTANEO + Guardado.NOVO);
    /** Com algarismos de qualquer língua: numa máquina em árabe, a versão 1.0.0 escrevia os de lá. */
    private static final Pattern NOME = Pattern.compile("diario-(\\p{Nd}{12,18})\\.jsonl");

    private final Path pasta;
    private final int entreInstantaneos;
    private final NavigableMap<Long, Segmento> segmentos = new ConcurrentSkipListMap<>(); // por primeira posição
    private final Path arquivoDaFoto;
    private final Fotografo fotografo = new Fotografo(this);
    private final Guardado meta;
    private final FileChannel trava;
    private final Escritor escritor = new Escritor();
    private volatile FotoEmArquivo foto;                    // null = nenhuma
    private volatile long precisaDesde = Long.MAX_VALUE;
    private boolean semEsperar;                             // se há no segmento atual o que pode não estar no disco
    private volatile boolean podeFechar;                    // …e já se esperou por quase tudo

    /**
     * @param entreInstantaneos depois de quantas entradas se fecha um segmento, e se faz um instantâneo
     * @throws Falha se a pasta está em uso, ou tem algo que não se entende
     */
    Pasta(Path pasta, boolean doZero, int entreInstantaneos) throws IOException {
        this.pasta = pasta;
        this.entreInstantaneos = entreInstantaneos;
        this.arquivoDaFoto = pasta.resolve(INSTANTANEO);
        this.meta = new Guardado(pasta.resolve(META));
        Files.createDirectories(pasta, soDoDono(pasta, "rwx------"));
        exigirSoOQueENosso();
        trava = travar();
        try {
            if (doZero) {
                apagar();
            }
            achar();
        } catch (IOException | Falha e) {
            close();
            throw e;
        }
    }

    // ───── Entradas ─────

    @Override
    public void repetir(long depoisDe, Consumer<String> cada) throws IOException {
        List<Segmento> todos = List.copyOf(segmentos.values());
        long ate = todos.isEmpty() ? depoisDe : todos.get(0).primeira() - 1;
        for (int i = 0; i < todos.size(); i++) {
            exigirQueSiga(ate, todos.get(i).primeira());
            long[] posicao = {ate};
            ate = todos.get(i).repetir(i == todos.size() - 1, json -> {
                if (++posicao[0] > depoisDe) {
                    cada.accept(json);
                }
            });
        }
        exigirQueSiga(Math.min(ate, depoisDe), depoisDe + 1);
        if (todos.isEmpty()) {
            novoSegmento(ate + 1);
        } else {
            atual().abrir();
        }
    }

    @Override
    public long primeira() {
        return segmentos.isEmpty() ? 0 : segmentos.firstKey();
    }

    @Override
    public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
        semEsperar |= !esperar;
        Segmento fim = atual();
        return escritor.fazer(() -> {
            fim.gravar(posicao, jsons, esperar);
            return null;
        }, jaJa || !esperar); // na página do sistema, trocar de linha de execução custaria mais do que gravar
    }

    @Override
    public void avisar(Runnable acabou) {
        escritor.avisar(acabou);
    }

    @Override
    public List<String> ler(long desde, int max, long ate) throws IOException {
        List<String> lidas = new ArrayList<>();
        int antes = -1;
        while (lidas.size() > antes && lidas.size() < max && desde + lidas.size() <= ate) {
            antes = lidas.size();
            Map.Entry<Long, Segmento> segmento = segmentos.floorEntry(desde + antes);
            try {
                if (segmento != null) {
                    segmento.getValue().ler(desde + antes, max, ate, lidas);
                }
            } catch (NoSuchFileException e) {
                return List.of(); // um instantâneo acabou de o dispensar
            }
        }
        return lidas;
    }

    private Segmento atual() {
        return segmentos.lastEntry().getValue();
    }

    private void novoSegmento(long primeira) throws IOException {
        Segmento novo = new Segmento(pasta.resolve(nome(primeira)), primeira);
        if (Files.exists(novo.arquivo()) && Files.size(novo.arquivo()) > 0) {
            throw new IOException("já existe " + novo.arquivo() + ", e não escrevo por cima");
        }
        Files.deleteIfExists(novo.arquivo());
        novo.abrir();
        segmentos.put(primeira, novo);
        Guardado.sincronizar(pasta);
    }

    private void esquecer(Segmento segmento) throws IOException {
        segmento.close();
        Files.deleteIfExists(segmento.arquivo());
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

    // ───── O laço fecha um segmento ─────

    @Override
    public boolean horaDeFechar(long ultima) {
        boolean cheio = ultima - atual().primeira() + 1 >= entreInstantaneos;
        boolean seguro = !semEsperar || podeFechar;
        if (cheio && !seguro) {
            fotografo.forcar(); // um que não é o último não pode ter um fim rasgado: quando estiver no disco, fecha-se
        }
        return cheio && seguro;
    }

    @Override
    public void fechar(long ultima) throws IOException {
        if (ultima >= atual().primeira()) {
            atual().forcar(); // o pouco que veio depois
            atual().close();
            novoSegmento(ultima + 1);
            semEsperar = false;
            podeFechar = false;
            fotografo.acordar();
        }
    }

    @Override
    public void recomecarDe(long posicao, ObjectNode estado) throws IOException {
        fotografo.abandonar();
        byte[] texto = JsonGrande.bytes(estado);
        foto = FotoEmArquivo.gravar(arquivoDaFoto, posicao, true, saida -> saida.write(texto));
        descartar(); // daqui em diante vale este estado, ainda que se morra já
        novoSegmento(posicao + 1);
    }

    /** Apaga as entradas que o instantâneo, que veio de outro, manda esquecer; só então ele é um como os outros. */
    private void descartar() throws IOException {
        for (Segmento segmento : segmentos.values()) {
            esquecer(segmento);
        }
        segmentos.clear();
        foto = foto.semDescartar();
    }

    // ───── Ao lado do laço, o instantâneo ─────

    @Override
    public Foto instantaneo() {
        return foto;
    }

    @Override
    public void dobrarCom(Dobra dobra, Consumer<String> aoFalhar) {
        fotografo.comecar(dobra, aoFalhar);
    }

    @Override
    public void precisaDesde(long posicao) {
        precisaDesde = posicao;
    }

    @Override
    public void forcar() throws IOException {
        try {
            atual().forcarAoLado();
        } finally {
            podeFechar = true; // se o disco falhou, é ao fechar que se dá por isso
        }
    }

    @Override
    public Fotografo.PorDobrar porDobrar() {
        long posicao = foto == null ? 0 : foto.posicao();
        Segmento antes = null;
        for (Segmento segmento : segmentos.values()) {
            if (antes != null && segmento.primeira() - 1 > posicao) {
                return new Fotografo.PorDobrar(Segmento.fechado(antes, posicao), segmento.primeira() - 1);
            }
            antes = segmento;
        }
        return null;
    }

    @Override
    public Foto foto() {
        return foto;
    }

    @Override
    public void trocar(long posicao, Fotografo.Escrita estado) throws IOException {
        foto = FotoEmArquivo.gravar(arquivoDaFoto, posicao, false, estado);
        while (segmentos.size() > 2) { // o último que se fechou serve a quem está um pouco atrasado
            Segmento primeiro = segmentos.firstEntry().getValue();
            long seguinte = segmentos.higherKey(primeiro.primeira());
            if (seguinte - 1 > posicao || seguinte > precisaDesde) {
                return;
            }
            esquecer(primeiro);
            segmentos.remove(primeiro.primeira());
        }
    }

    // ───── Meta ─────

    @Override
    public void guardarMeta(ObjectNode meta) throws IOException {
        this.meta.gravar(meta);
    }

    @Override
    public ObjectNode meta() {
        return meta.ler();
    }

    // ───── A pasta ─────

    private void achar() throws IOException {
        for (Path arquivo : arquivos()) {
            reconhecer(arquivo);
        }
        foto = FotoEmArquivo.abrir(arquivoDaFoto);
        long posicao = foto == null ? 0 : foto.posicao();
        if (foto != null && foto.descartar()) { // morreu no meio de recomecarDe
            descartar();
        }
        if (!segmentos.isEmpty() && segmentos.firstKey() > posicao + 1) {
            throw new Falha("falta o começo do diário em " + pasta + ": há entradas da " + segmentos.firstKey()
                    + " em diante, e o instantâneo vai até a " + posicao + ". Restaure os arquivos, ou use --do-zero");
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

    private FileChannel travar() throws IOException {
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

    private void apagar() throws IOException {
        for (Path arquivo : arquivos()) {
            if (!arquivo.endsWith("trava")) {
                Files.delete(arquivo);
            }
        }
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

    static void escrever(FileChannel arquivo, String texto) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(texto.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            arquivo.write(bytes);
        }
    }

    @Override
    public String nome() {
        return pasta.toString();
    }

    @Override
    public void close() {
        fotografo.abandonar();
        if (!escritor.acabar()) {
            return; // fechar um arquivo em que ainda se escreve podia esperar para sempre
        }
        try {
            for (Segmento segmento : segmentos.values()) {
                segmento.close();
            }
            trava.close();
        } catch (IOException e) {
            // o que foi gravado já está no disco
        }
    }
}
