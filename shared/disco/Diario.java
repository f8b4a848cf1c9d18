//SOURCES Arquivos.java Disco.java Memoria.java Pasta.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import shared.memoria.Recentes;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * O diário: entradas numeradas de 1 em diante, cada uma um objeto JSON, só acrescentadas (<i>write-ahead log</i>). Vale o
 * que foi gravado: {@link #anexar} guarda na memória, {@link #gravar} leva tudo ao {@link Disco}, de uma vez. Um instantâneo
 * do estado deixa apagar o começo. Quem só diz o que está gravado usa um {@link Lote}.
 *
 * <p>Tudo isto é de uma linha de execução só, a do laço. Quem não quer parar à espera do disco usa {@link #avancar}: há
 * então até dois lotes no ar, um que o disco grava e outro que se junta, e este só se entrega depois de aquele acabar.
 */
public final class Diario implements AutoCloseable {

    /** Depois de quantas entradas vale a pena um instantâneo. */
    public static final int ENTRE_INSTANTANEOS = 100_000;

    private static final int NA_MEMORIA = 20_000;               // últimas entradas, para quem está quase em dia

    /** Um uso do disco, que pode falhar. */
    private interface Uso {
        void fazer() throws IOException;
    }

    private final Disco disco;
    private Recentes recentes = new Recentes();                 // as últimas, até `ultima`
    private List<String> pendentes = new ArrayList<>();         // anexadas, por entregar ao disco
    private List<String> entregues = List.of();                 // as que o disco está gravando…
    private Future<?> gravacao;                                 // …até que esta acabe; null = nenhuma
    private long ultima;
    private Dobra dobra;                                        // null = não se fazem instantâneos
    private boolean quebrado;

    private Diario(Disco disco) {
        this.disco = disco;
    }

    /** Um diário que não sobrevive ao processo. */
    public static Diario naMemoria() {
        return new Diario(new Memoria(ENTRE_INSTANTANEOS));
    }

    /** Se este é um desses. */
    public boolean soNaMemoria() {
        return disco instanceof Memoria;
    }

    /** O diário que está neste disco. */
    public static Diario em(Disco disco) {
        return new Diario(disco);
    }

    /**
     * Abre o diário de uma pasta, criando-a se não existe, e corta o fim que ficou pela metade.
     *
     * @param doZero apaga o que houver, menos o que não é nosso
     * @throws Falha se a pasta está em uso, não se pode escrever nela, tem algo que não se entende, ou há estrago no meio
     */
    public static Diario abrir(Path pasta, boolean doZero) {
        try {
            return new Diario(new Pasta(pasta, doZero, ENTRE_INSTANTANEOS));
        } catch (IOException e) {
            throw new Falha("não consigo usar a pasta " + pasta + " (" + Arquivos.motivo(e)
                    + "); escolha outra com --dados, ou --memoria");
        }
    }

    /** O último instantâneo; {@code null} se nenhum. */
    public Foto instantaneo() {
        return disco.instantaneo();
    }

    /** A posição da última entrada contida no instantâneo; 0 se não há. */
    public long doInstantaneo() {
        return instantaneo() == null ? 0 : instantaneo().posicao();
    }

    /** O último instantâneo, seguro: larga-o quem o recebe; se nenhum, o de quem ainda não fez nada. */
    public Foto segurarInstantaneo() {
        Foto ultimo = instantaneo();
        return ultimo == null ? dobra.vazio() : ultimo.segurar() ? ultimo : segurarInstantaneo(); // se acaba de haver outro
    }

    /** Entrega, por ordem, as entradas depois do instantâneo. Chame uma vez, antes de anexar. @throws Falha se há estrago */
    public void repetir(Consumer<String> cada) {
        ultima = Math.max(ultima, doInstantaneo());
        try {
            disco.repetir(ultima, json -> {
                lembrar(json);
                cada.accept(json);
            });
        } catch (IOException e) {
            throw naoLi(e);
        }
    }

    /** A posição da última entrada gravada; 0 se nenhuma. */
    public long ultima() {
        return ultima;
    }

    /** A posição da entrada mais velha que ainda se pode ler; {@code ultima() + 1} se nenhuma. */
    public long primeira() {
        return disco.primeira() == 0 ? ultima + 1 - recentes.quantos() : disco.primeira();
    }

    /** Acrescenta uma entrada, que só passa a valer com {@link #gravar}. @param json um objeto JSON numa linha */
    public void anexar(String json) {
        pendentes.add(json);
    }

    /** Grava as entradas anexadas e espera que estejam no disco. @throws Falha se o disco falha: nenhuma delas vale */
    public void gravar() {
        gravar(true);
    }

    /**
     * Grava as entradas anexadas, e só volta depois.
     *
     * @param esperarDisco false para quem pode recuperá-las de outro processo: sobrevivem à morte deste processo, mas
     *                     não a um corte de energia
     * @throws Falha se o disco falha: nenhuma delas vale
     */
    public void gravar(boolean esperarDisco) {
        do {
            colher();
            entregar(esperarDisco, true);
        } while (gravacao != null);
    }

    /**
     * O mesmo, sem esperar: colhe o que o disco acabou de gravar, que só agora vale, e entrega-lhe o que se anexou.
     *
     * @throws Falha se o disco falhou: nada do que se lhe entregou por último vale, nem o que se anexou depois
     */
    public void avancar(boolean esperarDisco) {
        boolean acabou = gravacao != null && gravacao.isDone();
        if (acabou) {
            colher();
        }
        if (gravacao == null) {
            entregar(esperarDisco, !acabou && pendentes.size() == 1); // senão, há o que fazer enquanto o disco trabalha
            if (gravacao != null && gravacao.isDone()) {
                colher();
            }
        }
    }

    private void entregar(boolean esperarDisco, boolean jaJa) {
        if (pendentes.isEmpty()) {
            return;
        }
        exigirQueSirva();
        entregues = pendentes;
        pendentes = new ArrayList<>();
        gravacao = disco.gravar(ultima + 1, entregues, esperarDisco, jaJa);
    }

    /** Espera que acabe a gravação em curso, se há uma: as entradas dela passam a valer. @throws Falha se não valem */
    private void colher() {
        if (gravacao != null) {
            Future<?> esta = gravacao;
            gravacao = null;
            noDisco(() -> esperar(esta));
            entregues.forEach(this::lembrar);
        }
    }

    private static void esperar(Future<?> gravacao) throws IOException {
        try {
            gravacao.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException falha ? falha : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrompeu-se quem esperava por ele");
        }
    }

    private void exigirQueSirva() {
        if (quebrado) {
            pendentes.clear();
            throw new Falha("o disco de " + disco.nome() + " falhou antes; libere espaço e reinicie este processo");
        }
    }

    private void lembrar(String json) {
        recentes.anexar(json);
        ultima++;
        if (recentes.quantos() > NA_MEMORIA) {
            recentes.esquecer();
        }
    }

    /** Até {@code max} entradas a partir de uma posição; vazia se é cedo demais ou tarde demais. */
    public List<String> ler(long desde, int max) {
        long naMemoria = ultima + 1 - recentes.quantos();
        if (desde > ultima || desde < primeira()) {
            return List.of();
        }
        if (desde >= naMemoria) {
            long numero = recentes.primeiro() + desde - naMemoria;
            return LongStream.rangeClosed(0, ultima - desde).limit(max).mapToObj(i -> recentes.ler(numero + i)).toList();
        }
        try {
            return disco.ler(desde, max, ultima);
        } catch (IOException e) {
            throw naoLi(e);
        }
    }

    private Falha naoLi(IOException e) {
        return new Falha("não consigo ler o diário em " + disco.nome() + " (" + Arquivos.motivo(e) + ")");
    }

    // ───── Instantâneos ─────

    /** O que diz {@link Disco#dobrarCom}. Chame depois de {@link #repetir}. */
    public void dobrarCom(Dobra dobra, Consumer<String> aoFalhar) {
        this.dobra = dobra;
        disco.dobrarCom(dobra, aoFalhar);
    }

    /** Se já vale a pena mais um instantâneo. */
    public boolean horaDeFotografar() {
        return !quebrado && disco.horaDeFechar(ultima);
    }

    /**
     * Manda fazer um instantâneo do que está gravado, e não espera por ele. O arquivo que se fecha acaba na última entrada:
     * nada pode ir a caminho do disco.
     *
     * @throws Falha se o disco falha
     */
    public void fotografar() {
        if (gravacao != null) {
            throw new IllegalStateException("há entradas a caminho do disco");
        }
        exigirQueSirva();
        noDisco(() -> disco.fechar(ultima));
    }

    /** As entradas desta posição em diante ainda fazem falta a alguém: não se apagam. */
    public void precisaDesde(long posicao) {
        disco.precisaDesde(posicao);
    }

    /**
     * Troca o estado por um recebido de outro processo, na posição que ele diz: o que havia antes deixa de valer.
     *
     * @param posicao a da última entrada contida no estado
     */
    public void recomecarDe(long posicao, ObjectNode estado) {
        colher(); // o arquivo em que o disco ainda escreve apaga-se
        noDisco(() -> disco.recomecarDe(posicao, estado));
        pendentes.clear(); // só agora: se o disco falha, vale o que valia
        recentes = new Recentes();
        ultima = posicao;
    }

    /** Poucos fatos que mudam raramente (a história, a época): gravados inteiros, de uma vez. */
    public void guardarMeta(ObjectNode meta) {
        noDisco(() -> disco.guardarMeta(meta));
    }

    /** O que {@link #guardarMeta} guardou; um objeto vazio se nada. */
    public ObjectNode meta() {
        ObjectNode meta = disco.meta();
        return meta == null ? Json.MAPPER.createObjectNode() : meta;
    }

    /** O mesmo. @param chave uma que este papel guarda sempre @throws Falha se não a tem: é a de outro papel */
    public ObjectNode meta(String chave) {
        ObjectNode meta = meta();
        if (!meta.isEmpty() && !meta.has(chave)) {
            throw new Falha("não entendo " + disco.nome() + "/meta.json: é de outro papel. Dê a este outra pasta, com"
                    + " --dados");
        }
        return meta;
    }

    private void noDisco(Uso uso) {
        try {
            uso.fazer();
        } catch (IOException e) {
            quebrado = true;
            pendentes.clear();
            acabarAEmCurso();
            throw new Falha("o disco de " + disco.nome() + " falhou (" + Arquivos.motivo(e) + "): recuso novas operações; o"
                    + " que foi confirmado está a salvo. Libere espaço e reinicie este processo");
        }
    }

    /** Falhou outro uso do disco: do lote que ia a caminho, ou vale tudo ou nada, e é preciso sabê-lo. */
    private void acabarAEmCurso() {
        try {
            colher();
        } catch (Falha outra) {
            // a primeira basta
        }
    }

    /** O que se faz, noutra linha de execução, quando vale a pena chamar {@link #avancar}: acordar o laço. */
    public void avisar(Runnable acordar) {
        disco.avisar(acordar);
    }

    @Override
    public void close() {
        disco.close();
    }
}
