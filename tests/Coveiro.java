package tests;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Quem encerra o que este programa deixou de pé, se ele morre sem o poder fazer: um shell que lhe sobrevive. Lê da entrada
 * quem nasce e quem acaba; quando ela se fecha, o que só acontece com o fim deste programa, seja ele qual for (até kill -9),
 * mata os que restam, parados ou não, e apaga as pastas deles. Como sabe de quem acaba, não mata quem recebeu depois o mesmo
 * número.
 */
public final class Coveiro {

    /**
     * O que ele faz: {@code + PID} nasceu, {@code - PID} acabou, {@code / PASTA} é para apagar no fim, e, onde há
     * {@code /proc}, quem no fim ainda tem no ambiente o que {@code = MARCA} disse também não fica.
     */
    public static final List<String> COMANDO = List.of("/bin/sh", "-c", """
            PATH=$PATH:/usr/bin:/bin
            trap '' HUP INT TERM
            vivos=' ' marca=
            while read -r sinal qual; do
              case $sinal in
                +) vivos="$vivos$qual " ;;
                -) vivos="${vivos%% $qual *} ${vivos#* $qual }" ;;
                /) set -- "$@" "$qual" ;;
                =) marca=$qual ;;
              esac
            done
            for pid in $vivos; do kill -9 "$pid"; done
            for vez in 1 2 3; do
              [ -z "$marca" ] || for onde in $(grep -alsF "$marca" /proc/[0-9]*/environ); do
                pid=${onde#/proc/}
                kill -9 "${pid%/environ}"
              done
            done
            [ $# = 0 ] || rm -rf -- "$@"
            """);

    private static PrintStream entrada; // null = ainda não foi preciso

    private Coveiro() {
    }

    /** Inicia um processo que não sobrevive a este programa. */
    public static Process iniciar(ProcessBuilder comando) throws IOException {
        Process processo = comando.start();
        dizer("+ " + processo.pid());
        processo.onExit().thenRun(() -> dizer("- " + processo.pid()));
        return processo;
    }

    /** Esta pasta não sobrevive a este programa. */
    public static void apagarNoFim(Path pasta) {
        dizer("/ " + pasta.toAbsolutePath());
    }

    /** Nem sobrevive quem tem no ambiente este texto, um só por programa: herdam-no os processos que um processo inicia. */
    public static void marcar(String marca) {
        dizer("= " + marca);
    }

    /** Apaga já esta pasta, com tudo o que há nela. */
    public static void apagar(Path pasta) {
        try (Stream<Path> arquivos = Files.walk(pasta)) {
            arquivos.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized void dizer(String linha) {
        if (entrada == null) {
            try {
                Process shell = new ProcessBuilder(COMANDO).redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD).start();
                entrada = new PrintStream(shell.getOutputStream(), true, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        entrada.print(linha + "\n");
        entrada.flush();
    }
}
