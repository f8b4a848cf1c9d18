package tests.lab.palco;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tests.Processo;

/**
 * Um espaço de processos só de um programa, onde o Linux o deixa fazer: acaba o programa, e o sistema acaba com tudo o que
 * ele iniciou, ainda que se tenha soltado dele, mudado de pasta e esquecido o ambiente. Quem se inicia é um porteiro, que
 * fica de fora à espera, e acaba com o código do programa depois de lá dentro não haver ninguém.
 */
final class Recinto {

    private static final String UNSHARE = "unshare -rpf --kill-child --mount-proc ";

    /**
     * O primeiro lá dentro, que adota os órfãos. Os números dos processos seguem os de fora: o Java faz em /tmp um arquivo
     * com o seu, e dois programas com o mesmo estragá-lo-iam um ao outro. O que o bash diz de quem morre não é do programa.
     */
    private static final String PRIMEIRO = "bash -c 'exec 3>&2 2>/dev/null; echo \"$0\" >/proc/sys/kernel/ns_last_pid;"
            + " \"$@\" 2>&3 3>&-; exit $?' $$ ";

    /** Se nesta máquina se podem fazer. */
    static final boolean HA = Processo.roda("sh", "-c", UNSHARE + "true");

    private Recinto() {
    }

    /** O que se põe, num comando do bash, antes das palavras de outro: vazio onde não se podem fazer. */
    static String porta() {
        return HA ? UNSHARE + PRIMEIRO : "";
    }

    /** O que está para lá deste porteiro; {@code null} se ainda nada, ou já nada. */
    static Path de(ProcessHandle porteiro) {
        Path la = espaco(porteiro.pid(), "pid_for_children");
        return la == null || la.equals(espaco(ProcessHandle.current().pid(), "pid")) || !porteiro.isAlive() ? null : la;
    }

    /** Se este processo está lá dentro, e vivo: de um que acabou, e por quem ninguém perguntou, não há programa. */
    static boolean tem(Path recinto, long pid) {
        return recinto.equals(espaco(pid, "pid")) && ligacao(Path.of("/proc/" + pid + "/exe")) != null;
    }

    private static Path espaco(long pid, String qual) {
        return ligacao(Path.of("/proc/" + pid + "/ns/" + qual));
    }

    private static Path ligacao(Path qual) {
        try {
            return Files.readSymbolicLink(qual);
        } catch (IOException e) {
            return null; // de outra pessoa, ou já acabou
        }
    }
}
