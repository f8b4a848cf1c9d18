//SOURCES Entrega.java Familia.java Lugares.java Limite.java
package tests.lab.palco;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import shared.disco.Arquivos;
import shared.texto.Falha;
import tests.Coveiro;
import tests.Processo;
import tests.lab.palco.Alheios.NaoSePrepara;
import tests.lab.palco.Entrega.Troca;

/**
 * A cópia dos programas de uma entrega: os dela ficam como estão. Cada processo corre numa cópia desta; se o que se
 * troca tem lugares (uma porta escrita no programa), troca-se, e compila-se, em cada uma.
 */
final class Copia implements AutoCloseable {

    private static final long TAMANHO_MAXIMO = 512L << 20;
    private static final long TROCAVEL = 4L << 20; // o que é maior não é um programa que alguém escreveu
    private static final Set<String> NAO_SE_COPIAM = Set.of(".git", "node_modules", "__pycache__", ".venv");

    private final Entrega entrega;
    private final String marca;
    private final Path pasta;
    private final Path original;      // a cópia de que se fazem as outras
    private final Path preparada;     // a de outro programa, já trocada e compilada; null = não há
    private final boolean umaParaCadaUm;
    private final List<String> avisos = new ArrayList<>();

    private Copia(Entrega entrega, String marca, Path preparada) throws IOException {
        this.entrega = entrega;
        this.marca = marca;
        this.pasta = Files.createTempDirectory("banco-entrega-");
        Coveiro.apagarNoFim(pasta);
        this.original = Files.createDirectory(pasta.resolve("entrega"));
        this.preparada = preparada;
        this.umaParaCadaUm = entrega.substituir().stream().anyMatch(troca -> Lugares.em(troca.por()).findAny().isPresent());
    }

    static Copia de(Entrega entrega, String marca, Path preparada) {
        try {
            Copia copia = new Copia(entrega, marca, preparada);
            try {
                if (preparada != null || entrega.pasta() != null) {
                    copiar(preparada != null ? preparada : entrega.pasta(), copia.original);
                }
                copia.avisar();
                if (!copia.umaParaCadaUm && preparada == null) {
                    copia.trocar(copia.original, new Lugares(List.of()));
                    copia.preparar(copia.original);
                }
                return copia;
            } catch (RuntimeException | IOException e) {
                copia.close();
                throw e;
            }
        } catch (IOException e) {
            throw new Falha("não consigo copiar " + entrega.pasta() + " (" + Arquivos.motivo(e) + ")");
        }
    }

    /** Onde está a que outro programa pode usar tal como está; {@code null} se cada processo prepara a dele. */
    Path preparada() {
        return umaParaCadaUm ? null : original;
    }

    /** Quanto ocupa, em bytes. */
    long tamanho() {
        return Familia.disco(original, arquivo -> true);
    }

    List<String> avisos() {
        return avisos;
    }

    /**
     * Faz nesta pasta a cópia em que um processo corre, se ainda não está lá: a que ele encontra quando recomeça é a
     * mesma, e nada do que ele nela deixe chega a outro, nem a outra prova.
     */
    void para(Path dele, Lugares lugares) {
        if (Files.exists(dele)) {
            return;
        }
        try {
            copiar(original, dele);
            if (umaParaCadaUm) {
                trocar(dele, lugares);
                preparar(dele);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copiar(Path daqui, Path paraAli) throws IOException {
        long[] total = {0};
        Files.walkFileTree(daqui, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path pasta, BasicFileAttributes atributos) throws IOException {
                if (NAO_SE_COPIAM.contains(pasta.getFileName().toString()) && !pasta.equals(daqui)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(paraAli.resolve(daqui.relativize(pasta).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path arquivo, BasicFileAttributes atributos) throws IOException {
                total[0] += atributos.size();
                if (total[0] > TAMANHO_MAXIMO) {
                    throw new Falha("em " + daqui + " há mais de " + (TAMANHO_MAXIMO >> 20) + " MB: não é uma entrega");
                }
                if (atributos.isRegularFile() || atributos.isSymbolicLink() && Files.isRegularFile(arquivo)) {
                    Files.copy(arquivo, paraAli.resolve(daqui.relativize(arquivo).toString()),
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    // ───── Trocar ─────

    private static List<Path> arquivos(Path onde, Troca troca) {
        PathMatcher serve = FileSystems.getDefault().getPathMatcher("glob:" + troca.arquivo());
        PathMatcher noTopo = FileSystems.getDefault().getPathMatcher("glob:" + troca.arquivo().replaceFirst("^\\*\\*/", ""));
        try (Stream<Path> todos = Files.walk(onde)) {
            return todos.filter(Files::isRegularFile).filter(um -> um.toFile().length() <= TROCAVEL)
                    .filter(um -> serve.matches(onde.relativize(um)) || noTopo.matches(onde.relativize(um))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new Falha("substituir: '" + troca.arquivo() + "' não é um nome de arquivos, como *.py ou **/*.py");
        }
    }

    /** Os bytes como letras, para que o que não está em UTF-8 fique como estava. */
    private static String ler(Path arquivo) {
        try {
            return Files.readString(arquivo, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bytes(String texto) {
        return new String(texto.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private void trocar(Path onde, Lugares lugares) throws IOException {
        for (Troca troca : entrega.substituir()) {
            String por = lugares.encher(troca.por());
            for (Path arquivo : por == null ? List.<Path>of() : arquivos(onde, troca)) {
                String antes = ler(arquivo);
                String depois = antes.replace(bytes(troca.de()), bytes(por));
                if (!depois.equals(antes)) {
                    Files.writeString(arquivo, depois, StandardCharsets.ISO_8859_1);
                }
            }
        }
    }

    private void avisar() {
        Path antes = preparada == null ? original : entrega.pasta();
        entrega.substituir().stream().filter(troca -> arquivos(antes, troca).stream()
                .noneMatch(arquivo -> ler(arquivo).contains(bytes(troca.de()))))
                .forEach(troca -> avisos.add("substituir: '" + troca.de() + "' não está em nenhum " + troca.arquivo()));
    }

    // ───── Preparar ─────

    private void preparar(Path onde) {
        Lugares lugares = new Lugares(List.of()).por("pasta", onde.toString());
        for (List<String> comando : entrega.preparar()) {
            rodar(onde, comando, lugares, p -> {
                int codigo = p.esperarFim();
                if (codigo != 0) {
                    throw new NaoSePrepara("«" + String.join(" ", comando) + "» acabou com o código " + codigo
                            + Limite.disse(p));
                }
                return null;
            });
        }
    }

    private <T> T rodar(Path onde, List<String> comando, Lugares lugares, Function<Processo, T> acabado) {
        List<String> palavras = lugares.encher(comando);
        Familia familia = new Familia(marca + "-p");
        ProcessBuilder pronto = Limite.comLimites(palavras, marca + "-p").directory(onde.toFile());
        try (Processo p = Processo.alheio(palavras.get(0), familia::sinal, pronto, Limite.DA_SAIDA.leitura(() -> { }))) {
            ProcessHandle.of(p.pid()).ifPresent(familia::comecou);
            p.fimDaEntrada();
            if (!Processo.aguardar(Limite.PREPARAR, () -> !p.vivo())) {
                throw new NaoSePrepara("«" + String.join(" ", comando) + "» não acabou em " + Limite.PREPARAR.toSeconds()
                        + " s");
            }
            return acabado.apply(p);
        }
    }

    /** O que a procura achou: a história, uma linha para cada passo; vazia se nada. */
    List<String> procurar() {
        Path onde = pasta.resolve("procura");
        Lugares lugares = new Lugares(List.of()).por("id", "procura").por("pasta", onde.toString());
        para(onde, lugares);
        return rodar(onde, entrega.procurar(), lugares, p -> {
            int codigo = p.esperarFim();
            List<String> disse = codigo == 1 ? p.saida() : p.registro();
            return codigo == 0 ? List.of() : disse.isEmpty() ? List.of("a procura acabou com o código " + codigo) : disse;
        });
    }

    @Override
    public void close() {
        Coveiro.apagar(pasta);
    }
}
