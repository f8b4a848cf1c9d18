//SOURCES Nota.java
package tests.lab.correcao;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.Falha;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.palco.Alheios;
import tests.lab.palco.Elenco;
import tests.lab.provas.Bancada;
import tests.lab.provas.Prova;
import tests.lab.provas.Reprovada;
import tests.lab.vereditos.Rastro;

/** Faz cada prova a uma entrega, as vezes que for preciso, e diz o que deu. */
final class Tentativas {

    private static final int OUTRAS_VEZES = 2;
    private static final int AO_MESMO_TEMPO = 4;
    private static final double DOBRO = 2;
    private static final long UMA_VEZ_S = 120; // se a prova não acaba, algo nela não tem prazo
    private static final int NAO_SERVE = 3;    // vezes em que um papel não serviu, sem nenhuma em que servisse

    /**
     * Como acabou uma vez.
     *
     * @param erro     do corretor; {@code null} = não houve
     * @param serviram os processos que começaram, e não passaram de nenhum limite
     * @param naoServe os outros, e por quê
     */
    private record Vez(boolean passou, boolean definitiva, String motivo, String erro, List<String> historia,
            List<Rastro> rastros, Set<String> serviram, Map<String, String> naoServe, long comecarMs, double segundos) {

        boolean fezSe() {
            return erro == null;
        }
    }

    private final Alheios alheios;
    private final double escala;
    private final Map<String, List<String>> naoServem = new ConcurrentHashMap<>(); // os papéis, e de cada vez por quê
    private volatile long comecarMs;

    Tentativas(Alheios alheios, double escala) {
        this.alheios = alheios;
        this.escala = escala;
    }

    /** O mais que um processo demorou a ficar pronto até agora, em milissegundos. */
    long comecarMs() {
        return comecarMs;
    }

    /**
     * Faz estas, uma de cada vez; as que for preciso tentar outra vez, no fim e várias ao mesmo tempo, que quase só
     * esperam (ou uma a uma, se os programas têm as suas portas).
     *
     * @param aoAcabar quem quer saber de cada nota, logo que se sabe
     */
    void fazer(List<Prova> provas, Consumer<Nota> aoAcabar) {
        Map<Prova, Vez> porDecidir = new LinkedHashMap<>();
        for (Prova prova : provas) {
            // a quem já não serviu, dá-se mais tempo
            Vez vez = tentar(prova, naoServem.isEmpty() ? escala : escala * DOBRO, 1);
            if (vez.passou() || vez.definitiva()) {
                aoAcabar.accept(nota(prova, List.of(vez)));
            } else {
                porDecidir.put(prova, vez);
            }
        }
        boolean portas = alheios.entrega().papeis().values().stream().anyMatch(papel -> !papel.portas().isEmpty());
        int aoMesmoTempo = portas ? 1 : AO_MESMO_TEMPO;
        ExecutorService linhas = Executors.newFixedThreadPool(aoMesmoTempo);
        try {
            Map<Prova, List<Future<Vez>>> outras = new LinkedHashMap<>();
            porDecidir.keySet().forEach(prova -> outras.put(prova, Stream.generate(
                    () -> linhas.submit(() -> tentar(prova, escala * DOBRO, aoMesmoTempo))).limit(OUTRAS_VEZES).toList()));
            for (Map.Entry<Prova, List<Future<Vez>>> esta : outras.entrySet()) {
                List<Vez> vezes = new ArrayList<>(List.of(porDecidir.get(esta.getKey())));
                for (Future<Vez> outra : esta.getValue()) {
                    vezes.add(outra.get());
                }
                aoAcabar.accept(nota(esta.getKey(), vezes));
            }
        } catch (ExecutionException e) {
            throw sem(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrompida");
        } finally {
            linhas.shutdownNow();
        }
    }

    private Vez tentar(Prova prova, double vezesMais, int aoMesmoTempo) {
        Vez vez = uma(prova, vezesMais, aoMesmoTempo);
        vez.serviram().forEach(nome -> naoServem.remove(Elenco.papel(nome)));
        vez.naoServe().forEach((nome, porque) ->
                naoServem.computeIfAbsent(Elenco.papel(nome), papel -> new CopyOnWriteArrayList<>()).add(porque));
        return vez;
    }

    private static Nota nota(Prova prova, List<Vez> vezes) {
        double segundos = vezes.stream().mapToDouble(Vez::segundos).sum();
        List<Vez> feitas = vezes.stream().filter(Vez::fezSe).toList();
        if (feitas.isEmpty()) {
            Vez ultima = vezes.get(vezes.size() - 1);
            return new Nota(prova, Situacao.NAO_SE_FEZ, 0, "a prova não se pôde fazer: " + ultima.erro(), ultima.historia(),
                    ultima.rastros(), vezes.size(), segundos);
        }
        Vez pior = pior(feitas);
        if (pior == null) {
            return new Nota(prova, Situacao.PASSOU, 1, "", List.of(), List.of(), vezes.size(), segundos);
        }
        List<Vez> outras = feitas.size() == 1 ? feitas : feitas.subList(1, feitas.size());
        long passou = pior.definitiva() ? 0 : outras.stream().filter(Vez::passou).count();
        return new Nota(prova, passou == 0 ? Situacao.FALHOU : Situacao.INSTAVEL, (double) passou / outras.size(),
                pior.motivo(), pior.historia(), pior.rastros(), vezes.size(), segundos);
    }

    /** A que se conta; das que não são definitivas, de preferência uma em que tudo começou: diz mais. */
    private static Vez pior(List<Vez> feitas) {
        List<Vez> mas = feitas.stream().filter(vez -> !vez.passou()).toList();
        return Stream.of(mas.stream().filter(Vez::definitiva).limit(1),
                        mas.stream().filter(vez -> vez.naoServe().isEmpty()).reduce((uma, outra) -> outra).stream(),
                        mas.stream().reduce((uma, outra) -> outra).stream())
                .flatMap(umas -> umas).findFirst().orElse(null);
    }

    private Vez uma(Prova prova, double vezesMais, int aoMesmoTempo) {
        try (Bancada b = new Bancada(prova.parte(), alheios, vezesMais)) {
            b.comecamAoMesmoTempo(aoMesmoTempo);
            naoServem.forEach((papel, porque) -> {
                if (porque.size() >= NAO_SERVE) {
                    b.naoEsperarPor(papel, porque.get(0));
                }
            });
            return uma(prova, b);
        } catch (AssertionError e) { // algo que se pôs de pé não acaba
            return new Vez(false, false, "", texto(e), List.of(), List.of(), Set.of(), Map.of(), 0, 0);
        }
    }

    private Vez uma(Prova prova, Bancada b) {
        long inicio = System.nanoTime();
        Vez vez;
        try {
            correr(prova, b);
            vez = vez(b, null, null, inicio);
        } catch (Reprovada e) {
            vez = vez(b, e, null, inicio);
        } catch (RuntimeException | Error e) {
            vez = vez(b, null, e, inicio);
        }
        comecarMs = Math.max(comecarMs, vez.comecarMs());
        return vez;
    }

    private static Vez vez(Bancada b, Reprovada reprovada, Throwable erro, long inicio) {
        Map<String, String> excessos = b.excessos();
        boolean passou = reprovada == null && erro == null;
        List<String> mais = passou ? List.of()
                : Stream.concat(excessos.values().stream(), b.acabaram().stream()).toList();
        String motivo = Stream.concat(Stream.ofNullable(reprovada).map(Throwable::getMessage), mais.stream())
                .collect(Collectors.joining("; "));
        boolean culpaDele = reprovada != null || !mais.isEmpty(); // um processo dele que morre estraga a prova
        Map<String, String> naoServe = new LinkedHashMap<>(excessos);
        if (b.naoComecou() != null) {
            naoServe.putIfAbsent(b.naoComecou(), motivo);
        }
        Set<String> serviram = new HashSet<>(b.comecaram());
        serviram.removeAll(naoServe.keySet());
        return new Vez(passou, !passou && (!excessos.isEmpty() || reprovada != null && reprovada.definitiva()), motivo,
                passou || culpaDele ? null : texto(erro), b.historia(), b.rastros(), serviram, naoServe,
                b.comecarMs(), (System.nanoTime() - inicio) / 1e9);
    }

    private static String texto(Throwable erro) {
        String texto = String.valueOf(erro.getMessage()).lines().findFirst().orElse("");
        return erro instanceof AssertionError || erro instanceof Falha ? texto
                : erro.getClass().getSimpleName() + " " + texto;
    }

    /** Noutra linha de execução: se a prova não acaba, acaba-se com o que ela pôs de pé, e com a espera. */
    private static void correr(Prova prova, Bancada b) {
        CompletableFuture<Void> feita = new CompletableFuture<>();
        Thread linha = new Thread(() -> {
            try {
                prova.corrida().correr(b);
                feita.complete(null);
            } catch (RuntimeException | Error e) {
                feita.completeExceptionally(e);
            }
        }, "prova-" + prova.nome());
        linha.setDaemon(true);
        linha.start();
        try {
            feita.get(UMA_VEZ_S + 10 * b.prazoMs() / 1000, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw sem(e.getCause());
        } catch (TimeoutException e) {
            linha.interrupt();
            throw new IllegalStateException("não acabou em " + (UMA_VEZ_S + 10 * b.prazoMs() / 1000) + " s");
        } catch (InterruptedException e) {
            linha.interrupt();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrompida");
        }
    }

    private static RuntimeException sem(Throwable causa) {
        if (causa instanceof Error erro) {
            throw erro;
        }
        return (RuntimeException) causa;
    }
}
