package tests.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Foto;
import shared.texto.JsonGrande;

/** Os discos que mentem: dão-se a um núcleo de verdade, para ver se a simulação dá por isso. */
final class DiscoEstragado {

    private DiscoEstragado() {
    }

    /** O disco de quem tem este defeito; honesto, se o defeito não é de disco. */
    static Disco com(Defeito defeito, Processo dono, int entreInstantaneos) {
        return switch (defeito) {
            case RESPONDER_ANTES_DO_DIARIO -> new Preguicoso(dono, entreInstantaneos);
            case DIZER_ANTES_DE_ACABAR -> new Apressado(dono, entreInstantaneos);
            case TROCAR_OS_LOTES -> new Trocado(dono, entreInstantaneos);
            case IGNORAR_O_DISCO -> new Fingido(dono, entreInstantaneos);
            case SALTAR_O_QUE_FALHOU -> new Saltador(dono, entreInstantaneos);
            case FOTO_SEM_TABELA -> new Esquecido(dono, entreInstantaneos);
            case DOBRA_INCOMPLETA -> new Distraido(dono, entreInstantaneos);
            case APAGAR_ANTES_DA_FOTO -> new Arrumado(dono, entreInstantaneos);
            case NAO_LARGAR_A_DOBRA -> new Teimoso(dono, entreInstantaneos);
            case NAO_ANOTAR -> new SemNotas(dono, entreInstantaneos);
            case PULAR_O_RECUSADO -> new SemRecusadas(dono, entreInstantaneos);
            case JULGAR_OUTRA_VEZ -> new Juiz(dono, entreInstantaneos);
            default -> new Disco(dono, entreInstantaneos);
        };
    }

    /** Diz que gravou, e só grava da vez seguinte: é como se quem o usa falasse antes de gravar. */
    private static final class Preguicoso extends Disco {

        private final List<String> porGravar = new ArrayList<>();
        private boolean esperar;

        Preguicoso(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
            gravarOQueFalta(posicao);
            porGravar.addAll(jsons);
            this.esperar = esperar;
            return CompletableFuture.completedFuture(null);
        }

        private void gravarOQueFalta(long posicao) {
            if (!porGravar.isEmpty()) {
                esperarPor(super.gravar(posicao - porGravar.size(), List.copyOf(porGravar), esperar, true));
                porGravar.clear();
            }
        }

        @Override
        public void fechar(long ultima) throws IOException {
            gravarOQueFalta(ultima + 1);
            super.fechar(ultima);
        }

        @Override
        public void recomecarDe(long posicao, ObjectNode estado) throws IOException {
            porGravar.clear();
            super.recomecarDe(posicao, estado);
        }

        @Override
        void cair(boolean semEnergia) {
            porGravar.clear();
            super.cair(semEnergia);
        }
    }

    private static void esperarPor(Future<?> gravacao) {
        try {
            gravacao.get();
        } catch (InterruptedException | ExecutionException e) {
            // uma mentira a mais: falhou, e quem pediu não o sabe
        }
    }

    /** Diz que acabou antes de acabar: o que se disse por isso pode não estar lá. */
    private static final class Apressado extends Disco {

        Apressado(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
            acabarJa();
            super.gravar(primeira() + quantas(), jsons, esperar, jaJa); // do que falhou, também não sabe
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void fechar(long ultima) throws IOException {
            acabarJa();
            super.fechar(ultima);
        }

        @Override
        public void recomecarDe(long posicao, ObjectNode estado) throws IOException {
            acabarJa();
            super.recomecarDe(posicao, estado);
        }
    }

    /** Dos lotes que se lhe dão, escreve às vezes o segundo antes do primeiro, que já dissera escrito. */
    private static final class Trocado extends Disco {

        private List<String> guardado = List.of();

        Trocado(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
            if (guardado.isEmpty() && dono.mundo.sortear(dono.sorte, 4, 0) == 0) {
                guardado = List.copyOf(jsons);
                return CompletableFuture.completedFuture(null);
            }
            List<String> trocados = new ArrayList<>(jsons);
            trocados.addAll(guardado);
            long desde = posicao - guardado.size();
            guardado = List.of();
            return super.gravar(desde, trocados, esperar, jaJa);
        }

        @Override
        void cair(boolean semEnergia) {
            guardado = List.of();
            super.cair(semEnergia);
        }
    }

    /** Cheio, diz que gravou as entradas, e daí em diante não grava mais nenhuma. */
    private static final class Fingido extends Disco {

        Fingido(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
            if (!quebrado()) {
                esperarPor(super.gravar(posicao, jsons, esperar, true));
            }
            return CompletableFuture.completedFuture(null);
        }
    }

    /** De um lote que falha, diz que o gravou; e grava os seguintes. */
    private static final class Saltador extends Disco {

        private int saltadas;

        Saltador(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
            if (cheio()) {
                saltadas += jsons.size();
                return CompletableFuture.completedFuture(null);
            }
            return super.gravar(posicao - saltadas, jsons, esperar, jaJa);
        }

        @Override
        void abrir() {
            saltadas = 0;
            super.abrir();
        }
    }

    /** Esquece a tabela de id_msg dos instantâneos. */
    private static final class Esquecido extends Disco {

        Esquecido(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public Foto instantaneo() {
            if (super.instantaneo() == null) {
                return null;
            }
            try {
                ObjectNode estado = super.instantaneo().estado();
                for (JsonNode banco : estado.findParents("resultados")) {
                    ((ObjectNode) banco).putArray("resultados");
                }
                return new Foto.NaMemoria(super.instantaneo().posicao(), JsonGrande.bytes(estado));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Da faixa que dobra, perde a última entrada. */
    private static final class Distraido extends Disco {

        Distraido(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        List<String> porDobrar(List<String> todas) {
            return todas.subList(0, todas.size() - 1);
        }
    }

    /** Apaga o que o instantâneo dispensa antes de ele estar no disco. */
    private static final class Arrumado extends Disco {

        Arrumado(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        void guardarEApagar(Passo guardar, Passo apagar) throws IOException {
            apagar.dar();
            guardar.dar();
        }
    }

    /** Acaba o instantâneo que fazia, por cima do estado que entretanto veio de outro. */
    private static final class Teimoso extends Disco {

        Teimoso(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        void largar() {
            // segue
        }
    }

    /** Dos poucos fatos que se guardam inteiros, fica com os primeiros. */
    private static final class SemNotas extends Disco {

        SemNotas(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public void guardarMeta(ObjectNode nova) throws IOException {
            super.guardarMeta(meta() == null ? nova : meta());
        }
    }

    /** Não devolve o que se recusou, como se não se tivesse guardado. */
    private static final class SemRecusadas extends Disco {

        SemRecusadas(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public void repetir(long depoisDe, Consumer<String> cada) {
            super.repetir(depoisDe, json -> {
                if (Envelope.ler(json).recusada() == null) {
                    cada.accept(json);
                }
            });
        }
    }

    /** Devolve arredondado, e bom, o que se recusou por ter três casas. */
    private static final class Juiz extends Disco {

        Juiz(Processo dono, int entreInstantaneos) {
            super(dono, entreInstantaneos);
        }

        @Override
        public void repetir(long depoisDe, Consumer<String> cada) {
            super.repetir(depoisDe, json -> {
                Envelope envelope = Envelope.ler(json);
                String recusado = envelope.recusada() == null ? "" : envelope.recusada().texto();
                boolean arredonda = recusado.contains("0.125");
                cada.accept(arredonda ? new Envelope(envelope.seq(), arredondada(recusado)).json() : json);
            });
        }

        private static Operacao arredondada(String texto) {
            return Operacao.ler(texto.replace("0.125", "0.13").getBytes(StandardCharsets.UTF_8));
        }
    }
}
