///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Roda todos os testes numa só máquina virtual; ou só os das classes nomeadas: Todos BancoTest Parte3Test
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
//SOURCES *Test.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/**
 * Todos os testes: uma linha por classe que acaba e por teste que não se pôde fazer; depois, uma linha {@code falhou: …} por
 * teste que falhou; a última conta: {@code N passed, N failed, N skipped}.
 */
public final class Todos {

    private static final int LETRAS = 600;

    /** Quase todos esperam por processos: enquanto uma classe espera, outra trabalha. Dentro de cada uma, um teste por vez. */
    private static final Map<String, String> DUAS_CLASSES_POR_VEZ = Stream.of("enabled=true", "mode.default=same_thread",
            "mode.classes.default=concurrent", "config.strategy=fixed", "config.fixed.parallelism=2",
            "config.executor-service=WORKER_THREAD_POOL").map(par -> par.split("="))
            .collect(Collectors.toMap(par -> "junit.jupiter.execution.parallel." + par[0], par -> par[1]));

    private Todos() {
    }

    /** Uma linha quando uma classe acaba: se passou, quantos testes, quanto demorou. */
    private static final class Andamento implements TestExecutionListener {

        private final Map<String, Long> inicios = new ConcurrentHashMap<>();          // de cada classe, em ns
        private final Map<String, AtomicInteger> testes = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> falhas = new ConcurrentHashMap<>();

        @Override
        public void executionStarted(TestIdentifier qual) {
            if (eUmaClasse(qual)) {
                inicios.put(classe(qual), System.nanoTime());
            }
        }

        @Override
        public void executionSkipped(TestIdentifier qual, String porque) {
            System.out.println("não se fez: " + nomeDe(qual) + ": " + porque);
        }

        @Override
        public void executionFinished(TestIdentifier qual, TestExecutionResult fim) {
            switch (fim.getStatus()) {
                case FAILED -> contar(falhas, qual);
                case ABORTED -> executionSkipped(qual, fim.getThrowable().map(Throwable::getMessage).orElse("?"));
                default -> { }
            }
            if (qual.isTest()) {
                contar(testes, qual);
            }
            if (eUmaClasse(qual)) {
                int falharam = falhas.getOrDefault(classe(qual), new AtomicInteger()).get();
                System.out.printf("%s %s: %s testes%s, %d s%n", falharam == 0 ? "✔" : "✘", classe(qual).replace("tests.", ""),
                        testes.getOrDefault(classe(qual), new AtomicInteger()), falharam == 0 ? "" : ", " + falharam + " falharam",
                        (System.nanoTime() - inicios.get(classe(qual))) / 1_000_000_000);
            }
        }

        private static void contar(Map<String, AtomicInteger> contas, TestIdentifier qual) {
            contas.computeIfAbsent(classe(qual), nova -> new AtomicInteger()).incrementAndGet();
        }

        /** O JUnit numera assim: motor, classe, e o que há nela. */
        private static boolean eUmaClasse(TestIdentifier qual) {
            return qual.getUniqueIdObject().getSegments().size() == 2;
        }

        private static String classe(TestIdentifier qual) {
            List<UniqueId.Segment> partes = qual.getUniqueIdObject().getSegments();
            return partes.size() < 2 ? "" : partes.get(1).getValue();
        }
    }

    public static void main(String[] args) {
        for (String nome : args) {
            try {
                Class.forName("tests." + nome);
            } catch (ClassNotFoundException e) {
                System.err.println("erro de uso: não há testes chamados " + nome + "; veja os nomes em tests/, sem o .java");
                System.exit(2);
            }
        }
        LauncherDiscoveryRequest quais = LauncherDiscoveryRequestBuilder.request()
                .selectors(args.length == 0 ? List.of(selectPackage("tests"))
                        : Stream.of(args).map(nome -> selectClass("tests." + nome)).toList())
                .filters(ClassNameFilter.includeClassNamePatterns(".*Test"))
                .configurationParameters(DUAS_CLASSES_POR_VEZ).build();
        SummaryGeneratingListener resumo = new SummaryGeneratingListener();
        LauncherFactory.create().execute(quais, resumo, new Andamento());
        TestExecutionSummary contas = resumo.getSummary();
        contas.getFailures().forEach(falha -> System.out.println("falhou: " + nomeDe(falha.getTestIdentifier()) + ": " + motivoDe(falha)));
        System.out.printf("%d passed, %d failed, %d skipped%n", contas.getTestsSucceededCount(),
                contas.getTotalFailureCount(), contas.getTestsSkippedCount() + contas.getTestsAbortedCount());
        System.exit(contas.getTotalFailureCount() == 0 && contas.getTestsFoundCount() > 0 ? 0 : 1);
    }

    /** Onde está o teste e o nome dele: {@code tests.Parte3Test, um comando chega às duas réplicas}. */
    private static String nomeDe(TestIdentifier teste) {
        String classe = teste.getSource().map(fonte -> fonte instanceof MethodSource metodo ? metodo.getClassName()
                : fonte instanceof ClassSource nome ? nome.getClassName() : fonte.toString()).orElse("?");
        return classe + ", " + teste.getDisplayName();
    }

    /** O começo da mensagem, numa linha só. */
    private static String motivoDe(Failure falha) {
        String motivo = falha.getException().toString().replaceAll("\\s+", " ");
        return motivo.length() <= LETRAS ? motivo : motivo.substring(0, LETRAS) + "…";
    }
}
