package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import shared.texto.Json;

/**
 * Um disco de mentira, em que fica o {@link shared.disco.Diario} de verdade: o que se gravou sem esperar pode morrer com a
 * energia, uma gravação demora, a que a morte interrompe deixa um começo do lote, e cheio, falha. Os que não são honestos
 * estão em {@link DiscoEstragado}.
 */
class Disco implements shared.disco.Disco {

    final Processo dono;
    private final int entreInstantaneos;
    private ObjectNode meta;                                            // null = nada
    private Instantaneo instantaneo;                                    // null = nenhum
    private final Deque<Long> segmentos = new ArrayDeque<>(List.of(0L)); // a última posição antes de cada um
    private final List<String> entradas = new ArrayList<>();            // depois de segmentos.peekFirst()
    private int seguras;                                                // quantas delas resistem a um corte de energia
    private int cabem = Integer.MAX_VALUE;                              // quantas gravações, até que encha
    private boolean quebrado;                                           // uma falhou, e o processo sabe
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
    }

    /** O processo morreu. */
    void cair(boolean semEnergia) {
        if (emCurso != null) { // morreu escrevendo
            List<String> jsons = emCurso.jsons;
            emCurso = null;
            entradas.addAll(jsons.subList(0, demoras.nextInt(jsons.size() + 1)));
        }
        if (semEnergia) {
            int ficam = seguras + dono.sorte.nextInt(entradas.size() - seguras + 1);
            entradas.subList(ficam, entradas.size()).clear();
        }
        seguras = entradas.size();
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
    public Instantaneo instantaneo() {
        return instantaneo;
    }

    @Override
    public void repetir(long depoisDe, Consumer<String> cada) {
        entradas.subList((int) (depoisDe - segmentos.peekFirst()), entradas.size()).forEach(cada);
    }

    @Override
    public long primeira() {
        return segmentos.peekFirst() + 1;
    }

    @Override
    public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
        Cenario.exigir(emCurso == null, "%s manda gravar a %d, e o disco ainda grava as de antes", dono.nome, posicao);
        Cenario.exigir(posicao == primeira() + entradas.size(), "%s manda gravar na %d, e o fim é a %d", dono.nome, posicao,
                primeira() + entradas.size() - 1);
        Gravacao esta = new Gravacao(jsons, esperar);
        emCurso = esta;
        dono.acao();
        boolean logo = !esperar || demoras.nextInt(4) == 0;
        if (logo) {
            esta.acabar();
            dono.acao();
        } else {
            dono.mundo.daquiA(demora(), () -> {
                esta.acabar();
                dono.acordou();
            });
        }
        return esta;
    }

    /** Quase sempre pouco; às vezes o bastante para que tudo o resto se passe entretanto. */
    private long demora() {
        return demoras.nextInt(8) > 0 ? demoras.nextInt(5_000) : demoras.nextInt(300_000);
    }

    @Override
    public List<String> ler(long desde, int max, long ate) {
        return entradas.stream().skip(desde - primeira()).limit(Math.min(max, ate - desde + 1)).toList();
    }

    @Override
    public void fotografar(Instantaneo novo) throws IOException {
        dono.acao();
        gastar();
        guardar(novo);
        segmentos.addLast(novo.posicao());
        while (segmentos.size() > 2) {
            long antes = segmentos.pollFirst();
            entradas.subList(0, (int) (segmentos.peekFirst() - antes)).clear();
        }
        seguras = entradas.size();
        dono.acao();
    }

    @Override
    public void recomecarDe(Instantaneo novo) throws IOException {
        dono.acao();
        gastar();
        guardar(novo);
        segmentos.clear();
        segmentos.add(novo.posicao());
        entradas.clear();
        seguras = 0;
        dono.acao();
    }

    private void guardar(Instantaneo novo) {
        instantaneo = new Instantaneo(novo.posicao(), copia(novo.estado()));
    }

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
    public int entreInstantaneos() {
        return entreInstantaneos;
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
