//DEPS info.picocli:picocli:4.7.7
//SOURCES Opcoes.java
package shared.papel;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import picocli.CommandLine.Option;
import shared.disco.Diario;
import shared.disco.Diarios;

/** As opções de quem guarda estado. Um papel as inclui com {@code @Mixin}. */
public final class Dados {

    /** O arquivo em que o run-all.sh anota, no cache do JBang, onde está a coleção: o jar que o JBang faz não o diz. */
    private static final String ANOTADA = "banco-replicado-colecao";

    @Option(names = "--dados", paramLabel = "PASTA", order = 60,
            description = "onde guardar o diário (padrão: PAPEL-NOME, em dados/ da coleção, ou na pasta que a variável"
            + " BANCO_DADOS diz)")
    private Path pasta;

    @Option(names = "--do-zero", order = 61, description = "esquece o que está em --dados e começa do zero")
    private boolean doZero;

    @Option(names = "--memoria", order = 62, description = "não guarda nada em disco: o que se sabe morre com o processo")
    private boolean memoria;

    /** As combinações que não servem a ninguém que guarde estado. */
    public Opcoes conferir(Opcoes opcoes) {
        return opcoes.nunca("--memoria", "--dados", "sem guardar nada, não há pasta: tire uma das duas")
                .nunca("--memoria", "--do-zero", "sem guardar nada, começa-se sempre do zero: tire uma das duas");
    }

    /** Abre o diário. @param nome o do papel e o do processo, que dão a pasta padrão */
    public Diario abrir(String nome) {
        return memoria ? Diario.naMemoria() : Diario.abrir(onde(nome), doZero);
    }

    /** Abre os diários de quem segue um grupo ou mais, um por grupo. @param nome como em {@link #abrir} */
    public Diarios abrir(String nome, int grupos) {
        return memoria ? Diarios.naMemoria(grupos)
                : Diarios.abrir(onde(grupos == 1 ? nome : nome + "-grupos"), doZero, grupos);
    }

    /** Recusa --memoria, a quem ela não serve. @param porque o que perderia */
    public Opcoes nuncaSoNaMemoria(Opcoes opcoes, String porque) {
        return opcoes.exigir(!memoria, "--memoria", porque);
    }

    /** Se se esquece o que lá está. */
    public boolean doZero() {
        return doZero;
    }

    /** A pasta. @param nome o do papel e o do processo, que dão a padrão */
    public Path onde(String nome) {
        return pasta == null ? padrao().resolve(nome) : pasta;
    }

    /**
     * Onde ficam os dados de quem não diz {@code --dados}: a pasta de BANCO_DADOS; senão {@code dados/} da coleção em que
     * se está, ou, fora dela, da que o run-all.sh preparou; se não há nenhuma (um jar levado para outra máquina), da
     * pasta em que se está.
     */
    private static Path padrao() {
        String variavel = System.getenv("BANCO_DADOS");
        if (variavel != null && !variavel.isBlank()) {
            return Path.of(variavel);
        }
        Path aqui = Path.of("").toAbsolutePath();
        Path colecao = colecao();
        return dados(colecao == null ? aqui : colecao, aqui);
    }

    /** A pasta da coleção em que se está ou, fora dela, da que o run-all.sh preparou; {@code null} se não se sabe. */
    public static Path colecao() {
        for (Path acima = Path.of("").toAbsolutePath(); acima != null; acima = acima.getParent()) {
            if (eColecao(acima)) {
                return acima;
            }
        }
        return anotada();
    }

    /** Como a pessoa o escreveria dali: {@code dados}, se está na própria pasta. */
    private static Path dados(Path colecao, Path aqui) {
        return colecao.equals(aqui) ? Path.of("dados") : colecao.resolve("dados");
    }

    private static boolean eColecao(Path pasta) {
        return Files.isRegularFile(pasta.resolve("shared/Banco.java"));
    }

    /** A coleção anotada ao lado de cache/jars/Papel.java.…/Papel.jar; {@code null} se nenhuma, ou se já não está lá. */
    private static Path anotada() {
        try {
            CodeSource jar = Dados.class.getProtectionDomain().getCodeSource();
            Path cache = Path.of(jar.getLocation().toURI()).resolve("../../..").normalize();
            Path colecao = Path.of(Files.readString(cache.resolve(ANOTADA)).strip());
            return eColecao(colecao) ? colecao : null;
        } catch (IOException | URISyntaxException | InvalidPathException e) {
            return null;
        }
    }
}
