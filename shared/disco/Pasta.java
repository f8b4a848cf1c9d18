//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES Arquivos.java Disco.java Escritor.java FotoEmArquivo.java Fotografo.java Guardado.java Lugar.java
//SOURCES Segmento.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import shared.texto.Falha;
import shared.texto.JsonGrande;

/**
 * Um diário numa pasta: {@code diario-<primeira>.jsonl}, {@code instantaneo.json}, {@code meta.json} e {@code trava}; de
 * quem morreu ao gravar, também {@code instantaneo.json.novo} ou {@code meta.json.novo}. Mais nada: um arquivo que não se
 * entende pode ter operações confirmadas, e por isso recusa-se a pasta, pelo nome dele.
 *
 * <p>Os arquivos são da linha de execução do laço, menos o fim do diário enquanto há uma gravação por acabar: esse é de quem
 * grava. Por isso se lê, e se guarda a meta, ao mesmo tempo; e não se fotografa nem se recomeça.
 */
final class Pasta implements Disco, Fotografo.Dono {

    private final Lugar lugar;
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
        this.lugar = new Lugar(pasta);
        this.entreInstantaneos = entreInstantaneos;
        this.arquivoDaFoto = lugar.arquivo(Lugar.INSTANTANEO);
        this.meta = new Guardado(lugar.arquivo(Lugar.META));
        trava = lugar.travar();
        try {
            if (doZero) {
                lugar.apagar();
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
        Segmento novo = new Segmento(lugar.pedaco(primeira), primeira);
        if (Files.exists(novo.arquivo()) && Files.size(novo.arquivo()) > 0) {
            throw new IOException("já existe " + novo.arquivo() + ", e não escrevo por cima");
        }
        Files.deleteIfExists(novo.arquivo());
        novo.abrir();
        segmentos.put(primeira, novo);
        lugar.sincronizar();
    }

    private void esquecer(Segmento segmento) throws IOException {
        segmento.close();
        Files.deleteIfExists(segmento.arquivo());
    }

    /** Um diário a que falta um arquivo, no meio ou antes do instantâneo, não se adivinha. */
    private void exigirQueSiga(long ate, long proxima) {
        if (proxima != ate + 1) {
            throw new Falha(proxima <= ate ? "há entradas repetidas no diário em " + lugar + ": o arquivo da " + proxima
                    + " em diante começa antes do fim do anterior. Tire o que sobra, ou use --do-zero"
                    : "falta um pedaço do diário em " + lugar + ": da " + (ate + 1) + " à " + (proxima - 1)
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
            atual().acabar();
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
        passarA(FotoEmArquivo.gravar(arquivoDaFoto, posicao, true, saida -> saida.write(texto)));
        descartar(); // daqui em diante vale este estado, ainda que se morra já
        novoSegmento(posicao + 1);
    }

    /** Apaga as entradas que o instantâneo, que veio de outro, manda esquecer; só então ele é um como os outros. */
    private void descartar() throws IOException {
        for (Segmento segmento : segmentos.values()) {
            esquecer(segmento);
        }
        segmentos.clear();
        passarA(foto.semDescartar());
    }

    private void passarA(FotoEmArquivo nova) {
        FotoEmArquivo velha = foto;
        foto = nova;
        if (velha != null) {
            velha.largar();
        }
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
        passarA(FotoEmArquivo.gravar(arquivoDaFoto, posicao, false, estado));
        while (segmentos.size() > 2) { // o último que se fechou serve a quem está um pouco atrasado
            Segmento primeiro = segmentos.firstEntry().getValue();
            long seguinte = segmentos.higherKey(primeiro.primeira());
            if (seguinte - 1 > posicao || seguinte > precisaDesde) {
                return;
            }
            segmentos.remove(primeiro.primeira());
            try {
                esquecer(primeiro);
            } catch (IOException e) {
                segmentos.put(primeiro.primeira(), primeiro); // senão, apagado o seguinte, ficava um buraco
                throw e;
            }
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

    // ───── Abrir e fechar ─────

    private void achar() throws IOException {
        for (Path arquivo : lugar.arquivos()) {
            long primeira = lugar.primeira(arquivo);
            if (primeira > 0) {
                segmentos.put(primeira, new Segmento(arquivo, primeira));
            }
        }
        foto = FotoEmArquivo.abrir(arquivoDaFoto);
        long posicao = foto == null ? 0 : foto.posicao();
        if (foto != null && foto.descartar()) { // morreu no meio de recomecarDe
            descartar();
        }
        if (!segmentos.isEmpty() && segmentos.firstKey() > posicao + 1) {
            throw new Falha("falta o começo do diário em " + lugar + ": há entradas da " + segmentos.firstKey()
                    + " em diante, e o instantâneo vai até a " + posicao + ". Restaure os arquivos, ou use --do-zero");
        }
    }

    @Override
    public String nome() {
        return lugar.toString();
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
            passarA(null);
            trava.close();
        } catch (IOException e) {
            // o que foi gravado já está no disco
        }
    }
}
