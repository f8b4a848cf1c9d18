//SOURCES Recinto.java
package tests.lab.palco;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tests.Processo;

/** Até onde um programa alheio pode ir, para que um que se estrague (ou seja mau) não leve consigo a máquina. */
enum Limite {

    DA_SAIDA(10, "escreveu mais de 10 MB na saída"),
    DA_MEMORIA(2_048, "usou mais de 2 GB de memória"),
    DO_DISCO(300, "escreveu mais de 300 MB na pasta dele"),
    DOS_PROCESSOS(100, "iniciou mais de 100 processos");

    /** Quanto pode demorar a compilar. */
    static final Duration PREPARAR = Duration.ofSeconds(120);

    private static final List<String> PASTAS = List.of("/usr/bin", "/bin", "/usr/local/bin");
    private static final int LINHAS = 3;

    private final long valor;
    private final String oQueFez;

    Limite(long valor, String oQueFez) {
        this.valor = valor;
        this.oQueFez = oQueFez;
    }

    String oQueFez() {
        return oQueFez;
    }

    /** Megabytes em bytes; os processos contam-se. */
    long valor() {
        return this == DOS_PROCESSOS ? valor : valor << 20;
    }

    /** Um comando com limites, num {@link Recinto} e num grupo de processos dele, que escreve cada linha quando a acaba. */
    static ProcessBuilder comLimites(List<String> comando, String marca) {
        List<String> todo = new ArrayList<>(List.of("bash", "-c",
                "ulimit -c 0; ulimit -f " + (DO_DISCO.valor() >> 10) + "; exec " + Recinto.porta() + "\"$@\"", "alheio"));
        if (ha("setsid")) {
            todo.add("setsid");
        }
        if (ha("stdbuf")) {
            todo.addAll(List.of("stdbuf", "-oL", "-eL"));
        }
        todo.addAll(comando);
        ProcessBuilder pronto = new ProcessBuilder(todo);
        pronto.environment().put(Familia.VARIAVEL, marca);
        pronto.environment().putIfAbsent("PYTHONUNBUFFERED", "1");
        pronto.environment().putIfAbsent("PYTHONIOENCODING", "utf-8");
        return pronto;
    }

    private static boolean ha(String programa) {
        return PASTAS.stream().anyMatch(pasta -> Files.isExecutable(Path.of(pasta, programa)));
    }

    /** Lê até este limite, contando a saída e os erros juntos; depois, é como se tivesse acabado. */
    UnaryOperator<InputStream> leitura(Runnable aoPassar) {
        AtomicLong lidos = new AtomicLong();
        return bytes -> new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                int um = super.read();
                return um < 0 || passou(1) ? -1 : um;
            }

            @Override
            public int read(byte[] onde, int de, int quantos) throws IOException {
                int n = super.read(onde, de, quantos);
                return n < 0 || passou(n) ? -1 : n;
            }

            private boolean passou(int mais) {
                long antes = lidos.getAndAdd(mais);
                if (antes <= valor() && antes + mais > valor()) {
                    aoPassar.run();
                }
                return antes + mais > valor();
            }
        };
    }

    /** As últimas linhas que um processo escreveu, para as juntar a um erro. */
    static String disse(Processo processo) {
        List<String> tudo = Stream.concat(processo.saida().stream(), processo.registro().stream())
                .map(String::strip).filter(linha -> !linha.matches("[\\^~\\s]*")).toList();
        return tudo.isEmpty() ? ", sem dizer nada" : ": " + tudo.subList(Math.max(0, tudo.size() - LINHAS), tudo.size())
                .stream().map(linha -> linha.length() > 200 ? linha.substring(0, 200) + "…" : linha)
                .collect(Collectors.joining(" | "));
    }
}
