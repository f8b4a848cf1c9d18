package part3.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.texto.Falha;

/**
 * Os arquivos do log do Raft que têm de lá estar. O Ratis confere cada um por dentro, e não dá pela falta de um inteiro:
 * aplicaria as entradas que sobram como se fossem seguidas.
 */
final class Inventario {

    /** De um arquivo do log: os índices da primeira entrada dele e da última. */
    private record Pedaco(long primeira, long ultima) {
    }

    private static final Pattern FECHADO = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final Pattern ABERTO = Pattern.compile("log_inprogress_(\\d+)");
    private static final Pattern INSTANTANEO = Pattern.compile("snapshot\\.\\d+_(\\d+)");
    private static final String DO_LOG = "current";     // as pastas de um grupo, para o Ratis
    private static final String DOS_INSTANTANEOS = "sm";

    private Inventario() {
    }

    /** Confere os logs de todos os grupos que lá há. @throws Falha que diz de qual falta o quê */
    static void conferir(Path doMotor) throws IOException {
        try (Stream<Path> todas = Files.walk(doMotor, 3)) {
            for (Path log : todas.filter(uma -> uma.endsWith(DO_LOG) && Files.isDirectory(uma)).toList()) {
                conferir(log, ultimoInstantaneo(log.resolveSibling(DOS_INSTANTANEOS)));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** @param ate o índice da última entrada de que já não se precisa: está num instantâneo; -1 = nenhuma */
    private static void conferir(Path log, long ate) throws IOException {
        for (Pedaco pedaco : pedacos(log)) {
            if (pedaco.primeira() > ate + 1) {
                throw new Falha("em " + log + " falta um arquivo do log do Raft: o das entradas " + (ate + 1) + " a "
                        + (pedaco.primeira() - 1) + ". " + Morada.O_QUE_FAZER);
            }
            ate = Math.max(ate, pedaco.ultima());
        }
    }

    private static List<Pedaco> pedacos(Path log) throws IOException {
        return nomes(log).stream().flatMap(nome -> {
            Matcher fechado = FECHADO.matcher(nome);
            Matcher aberto = ABERTO.matcher(nome);
            return fechado.matches()
                    ? Stream.of(new Pedaco(Long.parseLong(fechado.group(1)), Long.parseLong(fechado.group(2))))
                    : aberto.matches() ? Stream.of(new Pedaco(Long.parseLong(aberto.group(1)), Long.MAX_VALUE - 1))
                    : Stream.empty();
        }).sorted(Comparator.comparing(Pedaco::primeira)).toList();
    }

    private static long ultimoInstantaneo(Path pasta) throws IOException {
        return !Files.isDirectory(pasta) ? -1 : nomes(pasta).stream().map(INSTANTANEO::matcher).filter(Matcher::matches)
                .mapToLong(numero -> Long.parseLong(numero.group(1))).max().orElse(-1);
    }

    private static List<String> nomes(Path pasta) throws IOException {
        try (Stream<Path> todos = Files.list(pasta)) {
            return todos.map(um -> um.getFileName().toString()).toList();
        }
    }
}
