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
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Todos os testes. A última linha conta: {@code N passed, N failed, N skipped}. */
public final class Todos {

    private Todos() {
    }

    public static void main(String[] args) {
        String[] quais = args.length == 0 ? new String[] {"--select-package=tests"}
                : Stream.of(args).map(nome -> "--select-class=tests." + nome).toArray(String[]::new);
        String[] opcoes = Stream.concat(Stream.of("execute", "--disable-banner", "--details=tree"), Stream.of(quais))
                .toArray(String[]::new);
        PrintWriter saida = new PrintWriter(System.out, true);
        CommandResult<?> fim = ConsoleLauncher.run(saida, new PrintWriter(System.err, true), opcoes);
        if (fim.getValue().orElse(null) instanceof TestExecutionSummary contas) {
            saida.printf("%d passed, %d failed, %d skipped%n", contas.getTestsSucceededCount(),
                    contas.getTotalFailureCount(), contas.getTestsSkippedCount() + contas.getTestsAbortedCount());
        }
        System.exit(fim.getExitCode());
    }
}
