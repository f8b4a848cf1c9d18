package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import shared.disco.Dobra;
import shared.disco.Foto;
import shared.texto.Json;
import shared.texto.JsonGrande;

/**
 * Um disco de mentira, em que fica o {@link shared.disco.Diario} de verdade: o que se gravou sem esperar pode morrer com a
 * energia, uma gravação demora, a que a morte interrompe deixa um começo do lote, e cheio, falha. Os que não são honestos
 * estão em {@link DiscoEstragado}.
 */
class Disco implements shared.disco.Disco {

    private static final long NA_PROCURA_US = 3 * Mundo.MS;
    private static final int PARA_UM_INSTANTANEO = 2; // gravações: o que ocupa

    final Processo dono;
    private final int entreInstantaneos;
    private ObjectNode meta;                                            // null = nada
    private Foto foto;                                                  // null = nenhuma
    private final Deque<Long> segmentos = new ArrayDeque<>(List.of(0L)); // a última posição antes de cada um
    private final List<String> entradas = new ArrayList<>();            // depois de segmentos.peekFirst()
    private int seguras;                                                // quantas delas resistem a um corte de energia
    private int cabem = Integer.MAX_VALUE;                              // quantas gravações, até que encha
    private boolean quebrado;                                           // uma falhou, e o processo sabe
    private Dobra dobra;                                                // a do processo que o abriu; null = nenhuma
    private Consumer<String> aoFalhar;
    private boolean dobrando;                                           // há uma marcada para daqui a pouco
    private int geracao;                                                // muda quando se larga o que estava a meio
    private long precisaDesde;
    private final Random demoras;
    private Gravacao emCurso;                                           // null = nenhuma

    /** Uma gravação que ainda não acabou. */
    private final class Gravacao extends CompletableFuture<Void> {

        private final List<String> jsons;
        private final boolean esperar;

        Gravacao(List<String> jsons, boolean esperar) {
            this.jsons = jsons;
            this.esperar = esperar;
        }

        /** O disco acabou agora, se ainda não tinha acabado nem o processo morrido. */
        void acabar() {
            if (emCurso != this) {
                return;
            }
            emCurso = null;
            try {
                gastar();
                entradas.addAll(jsons);
                seguras = esperar ? entradas.size() : seguras;
                complete(null);
            } catch (IOException e) {
                completeExceptionally(e);
            }
        }

        /** Quem espera por ela não faz mais nada até que acabe. */
        @Override
        public Void get() throws InterruptedException, ExecutionException {
            acabar();
            return super.get();
        }
    }

    Disco(Processo dono, int entreInstantaneos) {
        this.dono = dono;
        this.entreInstantaneos = entreInstantaneos;
        this.demoras = dono.mundo.sorte("disco-" + dono.nome);
    }

    // ───── O que lhe acontece ─────

    /** O processo vai começar. */
    void abrir() {
        quebrado = false;
        dobra = null;
        dobrando = false;
        geracao++;
        precisaDesde = Long.MAX_VALUE;
    }

    /** O processo morreu. */
    void cair(boolean semEnergia) {
        if (emCurso != null) { // morreu escrevendo
            List<String> jsons = emCurso.jsons;
            emCurso = null;
            entradas.addAll(jsons.subList(0, dono.mundo.sortear(demoras, jsons.size() + 1, 0)));
        }
        if (semEnergia) {
            int ficam = seguras + dono.mundo.sortear(dono.sorte, entradas.size() - seguras + 1, 0);
            entradas.subList(ficam, entradas.size()).clear();
        }
        seguras = entradas.size();
    }

    /** Se faltar a energia pode levar mais do que só morrer; num que não é honesto, pode sempre. */
    final boolean arrisca() {
        return getClass() != Disco.class || seguras < entradas.size();
    }

    /** Daqui a tantas gravações, enche-se. */
    void encher(int gravacoes) {
        cabem = gravacoes;
    }

    void esvaziar() {
        cabem = Integer.MAX_VALUE;
    }

    /** Se a próxima gravação falha. */
    final boolean cheio() {
        return cabem == 0;
    }

    /** Quantas entradas tem. */
    final int quantas() {
        return entradas.size();
    }

    /** Se há uma gravação em curso. */
    final boolean grava() {
        return emCurso != null;
    }

    /** A gravação em curso, se há uma, acaba agora. */
    final void acabarJa() {
        if (emCurso != null) {
            emCurso.acabar();
        }
    }

    /** Se uma gravação falhou. */
    boolean quebrado() {
        return quebrado;
    }

    /** Mais uma gravação. @throws IOException se não cabe */
    final void gastar() throws IOException {
        if (cabem == 0) {
            quebrado = true;
            throw new IOException("o disco encheu");
        }
        cabem -= cabem == Integer.MAX_VALUE ? 0 : 1;
    }

    // ───── O que o diário lhe pede ─────

    @Override
    public Foto instantaneo() {
        return foto;
    }

    @Override
    public void repetir(long depoisDe, Consumer<String> cada) {
        exigirQueSiga(depoisDe);
        entradas.subList((int) (depoisDe - segmentos.peekFirst()), entradas.size()).forEach(cada);
    }

    @Override
    public long primeira() {
        return segmentos.peekFirst() + 1;
    }

    @Override
    public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
        Cenario.exigir(emCurso == null, "%s manda gravar a %d, e o disco ainda grava as de antes", dono.nome, posicao);
        long fim = primeira() + quantas();
        Cenario.exigir(posicao == fim, "%s manda gravar na %d, e a próxima é a %d", dono.nome, posicao, fim);
        Gravacao esta = new Gravacao(jsons, esperar);
        emCurso = esta;
        dono.acao();
        boolean logo = !esperar || dono.mundo.sortear(demoras, 4, 1) == 0;
        if (logo) {
            esta.acabar();
            dono.acao();
        } else {
            dono.mundo.daquiA(demora(), () -> emCurso == esta, () -> {
                esta.acabar();
                dono.acordou();
            });
        }
        return esta;
    }

    /** Quase sempre pouco; às vezes o bastante para que tudo o resto se passe entretanto. */
    private long demora() {
        return dono.mundo.roteiro() != null ? NA_PROCURA_US
                : demoras.nextInt(8) > 0 ? demoras.nextInt(5_000) : demoras.nextInt(300_000);
    }

    @Override
    public List<String> ler(long desde, int max, long ate) {
        return entradas.stream().skip(desde - primeira()).limit(Math.min(max, ate - desde + 1)).toList();
    }

    @Override
    public boolean horaDeFechar(long ultima) {
        return ultima - segmentos.peekLast() >= entreInstantaneos;
    }

    @Override
    public void fechar(long ultima) throws IOException {
        dono.acao();
        gastar();
        segmentos.addLast(ultima);
        seguras = entradas.size();
        dono.acao();
        marcar();
    }

    @Override
    public void recomecarDe(long posicao, ObjectNode estado) throws IOException {
        largar();
        dono.acao();
        gastar();
        foto = new Foto.NaMemoria(posicao, JsonGrande.bytes(estado));
        segmentos.clear();
        segmentos.add(posicao);
        entradas.clear();
        seguras = 0;
        dono.acao();
    }

    /** O que se estava a dobrar já não serve. */
    void largar() {
        geracao++;
        dobrando = false;
    }

    // ───── Ao lado do laço ─────

    @Override
    public void dobrarCom(Dobra qual, Consumer<String> porque) {
        dobra = qual;
        aoFalhar = porque;
        marcar();
    }

    @Override
    public void precisaDesde(long posicao) {
        precisaDesde = posicao;
    }

    /** Um instantâneo faz-se logo, ou tão tarde que entretanto se fecham outros segmentos. */
    private void marcar() {
        if (dobra != null && !dobrando && fechada() > posicaoDaFoto()) {
            dobrando = true;
            int esta = geracao;
            int demora = dono.mundo.sortear(demoras, dono.mundo.sortear(demoras, 4, 1) == 0 ? 5_000 : 50, 10);
            long posicao = fechada();
            Foto seguinte = dobrar(posicao); // o que lê é o que havia quando começou
            dono.aoLado(demora * Mundo.MS, () -> {
                if (esta == geracao) {
                    acabar(posicao, seguinte);
                }
            });
        }
    }

    /** Até onde vai o primeiro segmento fechado que não está no instantâneo; 0 se nenhum. */
    private long fechada() {
        return segmentos.stream().skip(1).filter(ate -> ate > posicaoDaFoto()).findFirst().orElse(0L);
    }

    private long posicaoDaFoto() {
        return foto == null ? 0 : foto.posicao();
    }

    /** @return o instantâneo até esta posição */
    private Foto dobrar(long posicao) {
        exigirQueSiga(posicaoDaFoto());
        List<String> porDobrar = porDobrar(List.copyOf(entradas.subList((int) (posicaoDaFoto() - segmentos.peekFirst()),
                (int) (posicao - segmentos.peekFirst()))));
        ByteArrayOutputStream texto = new ByteArrayOutputStream();
        try {
            dobra.dobrar(foto, porDobrar::forEach, texto);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new Foto.NaMemoria(posicao, texto.toByteArray());
    }

    private void exigirQueSiga(long depoisDe) {
        Cenario.exigir(depoisDe >= segmentos.peekFirst(), "falta um pedaço do diário de %s: da %d à %d", dono.nome,
                depoisDe + 1, segmentos.peekFirst());
    }

    /** As entradas que se dobram, das que há para dobrar: todas. */
    List<String> porDobrar(List<String> todas) {
        return todas;
    }

    private void acabar(long posicao, Foto seguinte) {
        dobrando = false;
        try {
            guardarEApagar(() -> guardar(seguinte), () -> apagarAte(posicao));
        } catch (IOException e) {
            aoFalhar.accept(e.getMessage());
            return;
        }
        dobra.guardou(foto);
        marcar();
    }

    /** Um passo no disco. */
    interface Passo {
        void dar() throws IOException;
    }

    /** Por esta ordem. */
    void guardarEApagar(Passo guardar, Passo apagar) throws IOException {
        guardar.dar();
        apagar.dar();
    }

    private void guardar(Foto seguinte) throws IOException {
        dono.acao();
        if (cabem <= PARA_UM_INSTANTANEO) {
            throw new IOException("não coube um instantâneo"); // o diário continua, enquanto couber
        }
        foto = seguinte;
        dono.acao();
    }

    private void apagarAte(long posicao) {
        while (segmentos.size() > 2) {
            long segundo = segmentos.stream().skip(1).findFirst().orElseThrow();
            if (segundo > posicao || segundo >= precisaDesde) {
                return;
            }
            long antes = segmentos.pollFirst();
            int quantas = (int) (segundo - antes);
            entradas.subList(0, quantas).clear();
            seguras -= quantas;
            dono.acao();
        }
    }

    // ───── Meta ─────

    @Override
    public void guardarMeta(ObjectNode nova) throws IOException {
        dono.acao();
        gastar();
        meta = copia(nova);
        dono.acao();
    }

    @Override
    public ObjectNode meta() {
        return meta == null ? null : meta.deepCopy();
    }

    /** Como volta quem se escreveu e se leu. */
    private static ObjectNode copia(ObjectNode objeto) {
        return Json.lerGrande(Json.escrever(objeto).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String nome() {
        return dono.nome;
    }

    @Override
    public void close() {
        // nada fica aberto
    }
}
