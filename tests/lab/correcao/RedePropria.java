//DEPS info.picocli:picocli:4.7.7
package tests.lab.correcao;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import tests.Coveiro;
import tests.Processo;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;

/**
 * Uma rede só de uma correção, onde o Linux a deixa fazer: as portas que estão escritas nos programas estão lá sempre
 * livres. O corretor faz os outros papéis, e por isso corre lá dentro: este inicia outro, com o mesmo comando. Os programas
 * copiam-se e compilam-se antes, cá fora, que lá não há mais máquinas nenhumas.
 */
final class RedePropria {

    /** Como este diz ao outro que já está lá dentro, e em que pasta estão os programas prontos. */
    static final String DENTRO = "--dentro";

    private static final String LIGAR = "ip link set lo up 2>/dev/null || ifconfig lo up";

    private final CommandSpec comando;
    private final Path dentro;
    private String erro = "";

    /** @param comando o que se digitou @param dentro o que se disse com {@value #DENTRO}; {@code null} = está cá fora */
    RedePropria(CommandSpec comando, Path dentro) {
        this.comando = comando;
        this.dentro = dentro;
    }

    /** Os programas já prontos; {@code null} = copiam-se e compilam-se. */
    Path preparada() {
        return dentro == null || dentro.toString().isEmpty() ? null : dentro;
    }

    /**
     * Corrige esta entrega numa rede própria, se ela a pede.
     *
     * @param mais palavras a mais no comando
     * @return o código com que acabou; vazio se se há de corrigir aqui: não tem portas escritas, já se está lá dentro, a
     *         máquina não deixa (e avisa-se), ou os programas não se preparam
     */
    OptionalInt corrigir(Entrega entrega, String... mais) {
        TreeSet<Integer> portas = new TreeSet<>();
        entrega.papeis().values().forEach(papel -> portas.addAll(papel.portas().values()));
        if (portas.isEmpty() || dentro != null) {
            return OptionalInt.empty();
        }
        if (!Processo.roda("unshare", "-rn", "sh", "-c", LIGAR)) {
            System.err.println("aviso: nesta máquina não posso fazer uma rede só desta correção (com unshare): as portas "
                    + portas + ", que estão no programa, são as da máquina, e têm de estar livres");
            return OptionalInt.empty();
        }
        try (Alheios alheios = Alheios.de(entrega)) {
            return OptionalInt.of(rodar(alheios.preparada(), mais));
        } catch (Alheios.NaoSePrepara e) {
            return OptionalInt.empty(); // quem corrige o dirá
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A última linha em que o outro disse por que não corrigiu. */
    String erro() {
        return erro;
    }

    private int rodar(Path preparada, String... mais) throws IOException {
        CommandSpec raiz = comando.root();
        List<String> palavras = new ArrayList<>(List.of("unshare", "-rn", "sh", "-c", LIGAR + "; exec \"$@\"", "sh",
                System.getProperty("java.home") + "/bin/java"));
        palavras.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        palavras.addAll(List.of("-cp", System.getProperty("java.class.path"), raiz.userObject().getClass().getName()));
        palavras.addAll(raiz.commandLine().getParseResult().originalArgs());
        palavras.addAll(List.of(DENTRO, preparada == null ? "" : preparada.toString()));
        palavras.addAll(List.of(mais));
        Process outro = Coveiro.iniciar(new ProcessBuilder(palavras).redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT));
        try (BufferedReader linhas = new BufferedReader(
                new InputStreamReader(outro.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String linha; (linha = linhas.readLine()) != null; ) {
                System.err.println(linha);
                erro = linha.startsWith("erro") ? linha.replaceFirst("^erro[^:]*: ", "") : erro;
            }
            return outro.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrompida");
        }
    }
}
