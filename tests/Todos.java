///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Todos os testes numa só máquina virtual; ou só os das classes nomeadas: Todos [--longos] BancoTest Parte3Test
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
//SOURCES **/*Test.java ../shared/texto/Texto.java Classes.java Coveiro.java Portas.java Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
package tests;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import shared.texto.Texto;

/**
 * Todos os testes: uma linha por classe que começa e por classe que acaba, com o que falta; depois, uma linha por cada causa
 * de testes que não se fizeram, uma linha {@code falhou: …} por teste que falhou, e a última conta:
 * {@code N passed, N failed, N skipped}. Com {@code --longos}, também as campanhas longas.
 */
public final class Todos {

    private static final int LETRAS = 600;
    private static final int CLASSES_POR_VEZ = 4;
    private static final int LONGAS_POR_VEZ = 2; // as campanhas longas têm mais processos cada uma

    /** As que passam o tempo à espera de um prazo, e quase não usam o processador: correm ao lado das outras. */
    private static final Set<String> ESPERAM = Set.of("ProvasTest", "FalhasTest", "TabelaTest", "HostisTest");
    private static final int ESPERAM_POR_VEZ = 1;

    /**
     * Quase todos esperam por processos: enquanto uma classe espera, outras trabalham. Dentro de cada uma, um teste por vez.
     */
    private static final Map<String, String> VARIAS_CLASSES_POR_VEZ = Stream.of("execution.parallel.enabled=true",
            "execution.parallel.mode.default=same_thread", "execution.parallel.mode.classes.default=concurrent",
            "execution.parallel.config.strategy=fixed",
            "execution.parallel.config.executor-service=WORKER_THREAD_POOL",
            "testclass.order.default=" + AsDemoradasPrimeiro.class.getName())
            .map(par -> par.split("=")).collect(Collectors.toMap(par -> "junit.jupiter." + par[0], par -> par[1]));

    /**
     * Quanto demoram, em segundos, mais ou menos, as que demoram: de costume, e com as campanhas longas. As outras, pouco.
     */
    private static final Map<String, int[]> DEMORAM = new LinkedHashMap<>();
    private static final int POUCO = 2;

    private static final SortedMap<String, String> FONTES = fontes();

    static {
        Stream.of("Quebre 140", "Chaves 100", "Leiame 100 500", "Falhas 90 360", "Cenas 150", "Ruido 50", "SobFogo 50 200",
                "Parte2 40", "SinalDeVida 42", "LinhaDeComando 30", "TresMaquinas 60 230", "Descuidos 20", "Parada 20",
                "Perguntas 20", "Lingua 15", "Navegador 20", "ServidorEstranho 15", "Defesa 12", "Mudez 20", "Parte4 25",
                "Parte1 20", "Parte3 20", "Interop 30", "Simulacao 30 240", "Fuzz 15 70", "Bench 40", "Orfaos 20",
                "Palco 15", "Seguranca 15", "RuidoRpyc 15", "RuidoRpc 15", "Rpyc 15", "Relatorio 15", "Enlaces 10",
                "Rede 10", "MensagemRuim 10", "SalaPagina 90 280", "Sala 60 290", "Procura 30 100", "Procurar 25 60",
                "Exercicios 25 45", "Ordenador 30", "OrdenadorSo 25", "OrdenadorEmGrupos 40",
                "Grupos 20 60", "Tabela 10 390", "Provas 60 300",
                "Feixe 8", "DiscoLento 10", "SemPontoUnico 40", "Hostis 65 125", "Turma 20")
                .map(linha -> linha.split(" ")).forEach(c -> DEMORAM.put(c[0] + "Test",
                        new int[] {Integer.parseInt(c[1]), Integer.parseInt(c[c.length - 1])}));
    }

    private Todos() {
    }

    private static int segundos(String classe) {
        return DEMORAM.getOrDefault(simples(classe), new int[] {POUCO, POUCO})[Testes.longos() ? 1 : 0];
    }

    /** Começadas por último, as que mais demoram ficariam sozinhas no fim. */
    static final class AsDemoradasPrimeiro implements ClassOrderer {

        @Override
        public void orderClasses(ClassOrdererContext contexto) {
            contexto.getClassDescriptors()
                    .sort(Comparator.comparingInt(classe -> -segundos(classe.getTestClass().getName())));
        }
    }

    /** Diz que classe começa e qual acaba: se passou, quantos testes, quanto demorou, quantas faltam e por quanto tempo. */
    private static final class Andamento implements TestExecutionListener {

        private final long inicio = System.nanoTime();
        private final Map<String, Long> inicios = new LinkedHashMap<>();              // das que estão a meio, em ns
        private final Map<String, Integer> testes = new HashMap<>();
        private final Map<String, Integer> falhas = new HashMap<>();
        private final Map<String, Integer> naoFeitos = new LinkedHashMap<>();         // por causa
        private int classes;
        private int acabadas;
        private int segundosDeTodas;
        private int segundosDasAcabadas;
        private final Map<String, TestPlan> planos = new HashMap<>();                 // o de cada classe

        @Override
        public synchronized void testPlanExecutionStarted(TestPlan plano) {
            plano.getRoots().stream().flatMap(motor -> plano.getChildren(motor).stream()).map(Andamento::classe)
                    .forEach(classe -> {
                        planos.put(classe, plano);
                        classes++;
                        segundosDeTodas += segundos(classe);
                    });
        }

        @Override
        public synchronized void executionStarted(TestIdentifier qual) {
            if (eUmaClasse(qual)) {
                inicios.put(classe(qual), System.nanoTime());
                System.out.println("▶ " + curto(qual));
            }
        }

        @Override
        public synchronized void executionSkipped(TestIdentifier qual, String porque) {
            long quantos = qual.isTest() ? 1 : planos.get(classe(qual)).getDescendants(qual).stream()
                    .filter(TestIdentifier::isTest).count();
            naoFeitos.merge(porque.replaceFirst("^Assumption failed: ", ""), (int) Math.max(1, quantos), Integer::sum);
        }

        @Override
        public synchronized void executionFinished(TestIdentifier qual, TestExecutionResult fim) {
            switch (fim.getStatus()) {
                case FAILED -> {
                    falhas.merge(classe(qual), 1, Integer::sum);
                    System.out.println("✘ " + nomeDe(qual) + ": " + motivoDe(fim.getThrowable().orElse(null)));
                }
                case ABORTED -> executionSkipped(qual, fim.getThrowable().map(Throwable::getMessage).orElse("?"));
                default -> { }
            }
            if (qual.isTest()) {
                testes.merge(classe(qual), 1, Integer::sum);
            }
            if (eUmaClasse(qual)) {
                acabou(qual);
            }
        }

        private void acabou(TestIdentifier classe) {
            long demorou = desde(inicios.remove(classe(classe)));
            acabadas++;
            segundosDasAcabadas += segundos(classe(classe));
            int falharam = falhas.getOrDefault(classe(classe), 0);
            System.out.printf(Locale.ROOT, "%s %s: %s%s, %d s  (%d de %d classes%s)%n", falharam == 0 ? "✔" : "✘",
                    curto(classe), Texto.quantas(testes.getOrDefault(classe(classe), 0), "teste", "testes"),
                    falharam == 0 ? "" : ", " + Texto.quantas(falharam, "falhou", "falharam"), demorou, acabadas, classes,
                    acabadas == classes ? "" : "; " + quantoFalta());
        }

        /** Pelo que se fez até agora, também das que estão a meio. */
        private String quantoFalta() {
            double feito = segundosDasAcabadas + inicios.entrySet().stream()
                    .mapToDouble(meio -> Math.min(segundos(meio.getKey()), desde(meio.getValue()))).sum();
            double falta = (segundosDeTodas - feito) * desde(inicio) / Math.max(1, feito);
            return falta < 60 ? "falta menos de 1 min" : "faltam uns " + Math.round(falta / 60 + 0.4) + " min";
        }

        private static long desde(long quando) {
            return (System.nanoTime() - quando) / 1_000_000_000;
        }

        /** O JUnit numera assim: motor, classe, e o que há nela. */
        private static boolean eUmaClasse(TestIdentifier qual) {
            return qual.getUniqueIdObject().getSegments().size() == 2;
        }

        private static String classe(TestIdentifier qual) {
            List<UniqueId.Segment> partes = qual.getUniqueIdObject().getSegments();
            return partes.size() < 2 ? "" : partes.get(1).getValue();
        }

        private static String curto(TestIdentifier qual) {
            return simples(classe(qual));
        }
    }

    public static void main(String[] args) {
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            System.out.println("Uso: [--longos] [CLASSE…]   roda todos os testes, ou só os destas classes; --longos, também"
                    + " as campanhas longas");
            System.exit(0);
        }
        List<String> nomes = Stream.of(args).filter(nome -> !nome.equals("--longos")).toList();
        for (String nome : nomes) {
            conferir(nome);
        }
        if (nomes.size() < args.length) {
            System.setProperty("longos", "true");
        }
        prepararClasses();
        Andamento andamento = new Andamento();
        List<String> quais = nomes.isEmpty() ? List.copyOf(FONTES.keySet()) : nomes;
        CompletableFuture<TestExecutionSummary> dasQueEsperam = CompletableFuture.supplyAsync(() -> rodar(andamento,
                quais.stream().filter(ESPERAM::contains), ESPERAM_POR_VEZ));
        TestExecutionSummary dasOutras = rodar(andamento, quais.stream().filter(nome -> !ESPERAM.contains(nome)),
                Testes.quanto(CLASSES_POR_VEZ, LONGAS_POR_VEZ));
        concluir(andamento, List.of(dasOutras, dasQueEsperam.join()));
    }

    /** @param porVez quantas ao mesmo tempo */
    private static TestExecutionSummary rodar(Andamento andamento, Stream<String> nomes, int porVez) {
        SummaryGeneratingListener resumo = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(nomes.map(nome -> selectClass(FONTES.get(nome))).toList())
                .configurationParameters(VARIAS_CLASSES_POR_VEZ)
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism",
                        Integer.toString(porVez)).build(), resumo, andamento);
        return resumo.getSummary();
    }

    private static void concluir(Andamento andamento, List<TestExecutionSummary> contas) {
        andamento.naoFeitos.forEach((porque, quantos) ->
                System.out.printf(Locale.ROOT, "não se %s %s: %s%n", quantos == 1 ? "fez" : "fizeram",
                Texto.quantas(quantos, "teste", "testes"), porque));
        contas.stream().flatMap(conta -> conta.getFailures().stream()).forEach(falha ->
                System.out.println("falhou: " + nomeDe(falha.getTestIdentifier()) + ": " + motivoDe(falha.getException())));
        long falharam = soma(contas, TestExecutionSummary::getTotalFailureCount);
        System.out.printf(Locale.ROOT, "%d passed, %d failed, %d skipped%n",
                soma(contas, TestExecutionSummary::getTestsSucceededCount), falharam,
                soma(contas, conta -> conta.getTestsSkippedCount() + conta.getTestsAbortedCount()));
        System.exit(falharam == 0 && soma(contas, TestExecutionSummary::getTestsFoundCount) > 0 ? 0 : 1);
    }

    private static long soma(List<TestExecutionSummary> contas, ToLongFunction<TestExecutionSummary> parcela) {
        return contas.stream().mapToLong(parcela).sum();
    }

    /** O {@link Processo} ainda não se pode usar: lê a propriedade ao carregar-se. */
    private static void prepararClasses() {
        try {
            Path arquivo = Classes.arquivo();
            if (arquivo != null) {
                System.setProperty("classes", arquivo.toString());
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("sem o arquivo de classes, os papéis começam mais devagar: " + e.getMessage());
        }
    }

    /** Se não há testes com este nome, diz qual se terá querido escrever, e termina. */
    private static void conferir(String nome) {
        if (!FONTES.containsKey(nome)) {
            String parecido = Texto.parecido(nome, List.copyOf(FONTES.keySet()));
            System.err.println("erro de uso: "
                    + (nome.startsWith("-") ? "opção desconhecida: " : "não há testes chamados ") + nome + "; "
                    + (parecido == null ? "veja os nomes em tests/, sem o .java" : "você quis dizer " + parecido + "?"));
            System.exit(2);
        }
    }

    /** As classes de testes, do nome simples ao inteiro: {@code FuzzTest} é {@code tests.rede.FuzzTest}. */
    private static SortedMap<String, String> fontes() {
        Path raiz = Testes.raiz();
        try (Stream<Path> todas = Files.walk(raiz.resolve("tests"))) {
            return todas.map(raiz::relativize).map(Path::toString).filter(fonte -> fonte.endsWith("Test.java"))
                    .map(fonte -> fonte.replace(".java", "").replace(File.separatorChar, '.'))
                    .collect(Collectors.toMap(Todos::simples, classe -> classe, (uma, outra) -> uma, TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String simples(String classe) {
        return classe.substring(classe.lastIndexOf('.') + 1);
    }

    /** Onde está o teste e o nome dele: {@code tests.processos.Parte3Test, um comando chega às duas réplicas}. */
    private static String nomeDe(TestIdentifier teste) {
        String classe = teste.getSource().map(fonte -> fonte instanceof MethodSource metodo ? metodo.getClassName()
                : fonte instanceof ClassSource nome ? nome.getClassName() : fonte.toString()).orElse("?");
        return classe + ", " + teste.getDisplayName();
    }

    /** O começo e o fim da mensagem, numa linha só: a causa está muitas vezes no fim. */
    private static String motivoDe(Throwable falha) {
        String motivo = String.valueOf(falha).replaceAll("\\s+", " ");
        return motivo.length() <= 2 * LETRAS ? motivo
                : motivo.substring(0, LETRAS) + " […] " + motivo.substring(motivo.length() - LETRAS);
    }
}
