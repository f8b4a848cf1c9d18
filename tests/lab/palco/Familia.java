//SOURCES Recinto.java
package tests.lab.palco;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tests.Processo;

/**
 * Um processo alheio e os que ele iniciou, também os que se soltaram dele. Reconhecem-se por estarem no {@link Recinto} dele
 * e, onde há {@code /proc}, por uma variável que herdam; noutro lado, só por descenderem dele enquanto alguém olhava.
 */
final class Familia {

    /** A variável, e o começo do valor dela em todos. */
    static final String VARIAVEL = "BANCO_ALHEIO";

    private static final Path PROC = Path.of("/proc");
    private static final int RODADAS = 50; // de matar: quem se multiplica depressa precisa de várias
    private static final Duration SAIR = Duration.ofMillis(100);

    private final byte[] marca;
    private final Set<ProcessHandle> vistos = ConcurrentHashMap.newKeySet();
    private volatile ProcessHandle porteiro; // de um recinto; null = não há, ou ainda não se sabe

    /** @param marca o valor da variável, só desta família */
    Familia(String marca) {
        this.marca = (VARIAVEL + "=" + marca + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** O primeiro dela: ou, se há recintos, quem espera à porta, e não é dela. */
    void comecou(ProcessHandle primeiro) {
        vistos.add(primeiro);
        porteiro = Recinto.HA ? primeiro : null;
    }

    /** Os que estão vivos. */
    List<ProcessHandle> vivos() {
        if (Files.isDirectory(PROC)) { // de uma passada só, por mais que sejam; quem já acabou não tem ambiente
            return marcados();
        }
        Map<Long, ProcessHandle> todos = new HashMap<>();
        ProcessHandle.allProcesses().forEach(um -> todos.put(um.pid(), um));
        todos.values().forEach(um -> {
            for (ProcessHandle pai = um; pai != null; pai = pai.parent().map(p -> todos.get(p.pid())).orElse(null)) {
                if (vistos.contains(pai)) {
                    vistos.add(um);
                    break;
                }
            }
        });
        vistos.removeIf(um -> !um.isAlive());
        return new ArrayList<>(vistos);
    }

    private List<ProcessHandle> marcados() {
        List<ProcessHandle> achados = new ArrayList<>();
        Path recinto = porteiro == null ? null : Recinto.de(porteiro);
        try (DirectoryStream<Path> todos = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path processo : todos) {
                long pid = Long.parseLong(processo.getFileName().toString());
                boolean dela = porteiro == null || pid != porteiro.pid();
                if (dela && (tem(processo.resolve("environ")) || recinto != null && Recinto.tem(recinto, pid))) {
                    ProcessHandle.of(pid).ifPresent(achados::add);
                }
            }
        } catch (IOException e) {
            // acabaram enquanto se lia
        }
        return achados;
    }

    private boolean tem(Path ambiente) {
        try {
            byte[] tudo = Files.readAllBytes(ambiente);
            for (int i = 0; i + marca.length <= tudo.length; i++) {
                int j = 0;
                while (j < marca.length && tudo[i + j] == marca[j]) {
                    j++;
                }
                if (j == marca.length) {
                    return true;
                }
            }
        } catch (IOException e) {
            // de outra pessoa, ou já acabou
        }
        return false;
    }

    /** Manda a todos o sinal com este nome: STOP, CONT; com KILL, não fica nenhum. */
    void sinal(String nome) {
        if (!nome.equals("KILL")) {
            mandar(nome, vivos());
            return;
        }
        for (int i = 0; i < RODADAS; i++) {
            List<ProcessHandle> vivos = vivos();
            if (vivos.size() > 1 && porteiro == null) {
                mandar("STOP", vivos); // parados, não se multiplicam
            }
            vivos.forEach(ProcessHandle::destroyForcibly);
            if (saiuOPorteiro() && vivos.isEmpty()) {
                return;
            }
        }
    }

    /** O porteiro sai por si, quando não há mais ninguém e as portas deles estão livres: não se mata, espera-se um pouco. */
    private boolean saiuOPorteiro() {
        return porteiro == null || Processo.aguardar(SAIR, () -> !porteiro.isAlive());
    }

    private static void mandar(String sinal, List<ProcessHandle> quem) {
        if (quem.isEmpty()) {
            return;
        }
        List<String> comando = new ArrayList<>(List.of("bash", "-c", "kill -" + sinal + " \"$@\" 2>/dev/null", "kill"));
        quem.forEach(um -> comando.add("" + um.pid()));
        try {
            new ProcessBuilder(comando).start().waitFor();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Quanta memória ocupam estes, em bytes; 0 onde não se sabe. */
    static long memoria(List<ProcessHandle> quem) {
        return quem.stream().mapToLong(um -> {
            try (Stream<String> linhas = Files.lines(PROC.resolve(um.pid() + "/status"))) {
                return linhas.filter(linha -> linha.startsWith("VmRSS:"))
                        .mapToLong(linha -> Long.parseLong(linha.replaceAll("\\D", "")) * 1024).sum();
            } catch (IOException | java.io.UncheckedIOException e) {
                return 0;
            }
        }).sum();
    }

    /** Quanto ocupam os arquivos desta pasta, em bytes. */
    static long disco(Path pasta, Predicate<Path> quais) {
        try (Stream<Path> todos = Files.walk(pasta)) {
            return todos.filter(Files::isRegularFile).filter(quais).mapToLong(um -> um.toFile().length()).sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // mexem-lhe enquanto se olha: a próxima vez o dirá
        }
    }
}
