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

import java.io.PrintWriter;
import java.util.stream.Stream;
import org.junit.platform.console.ConsoleLauncher;
import org.junit.platform.console.command.CommandResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/**
 * Todos os testes. Cada um que falhou ganha, depois da árvore, uma linha {@code falhou: …}; a última linha conta:
 * {@code N passed, N failed, N skipped}.
 */
public final class Todos {

    private static final int LETRAS = 600;

    /** Quase todos esperam por processos: enquanto uma classe espera, outra trabalha. Dentro de cada uma, um teste por vez. */
    private static final String[] DUAS_CLASSES_POR_VEZ = Stream.of("enabled=true", "mode.default=same_thread",
            "mode.classes.default=concurrent", "config.strategy=fixed", "config.fixed.parallelism=2",
            "config.executor-service=WORKER_THREAD_POOL").map(par -> "--config=junit.jupiter.execution.parallel." + par)
            .toArray(String[]::new);

    private Todos() {
    }

    public static void main(String[] args) {
        String[] quais = args.length == 0 ? new String[] {"--select-package=tests"}
                : Stream.of(args).map(nome -> "--select-class=tests." + nome).toArray(String[]::new);
        String[] opcoes = Stream.of(new String[] {"execute", "--disable-banner", "--details=tree"}, DUAS_CLASSES_POR_VEZ, quais)
                .flatMap(Stream::of).toArray(String[]::new);
        PrintWriter saida = new PrintWriter(System.out, true);
        CommandResult<?> fim = ConsoleLauncher.run(saida, new PrintWriter(System.err, true), opcoes);
        if (fim.getValue().orElse(null) instanceof TestExecutionSummary contas) {
            contas.getFailures().forEach(falha -> saida.println("falhou: " + nomeDe(falha) + ": " + motivoDe(falha)));
            saida.printf("%d passed, %d failed, %d skipped%n", contas.getTestsSucceededCount(),
                    contas.getTotalFailureCount(), contas.getTestsSkippedCount() + contas.getTestsAbortedCount());
        }
        System.exit(fim.getExitCode());
    }

    /** Onde está o teste e o nome dele: {@code tests.Parte3Test, um comando chega às duas réplicas}. */
    private static String nomeDe(Failure falha) {
        TestIdentifier teste = falha.getTestIdentifier();
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
