package shared.rede;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Descobre que processo escuta numa porta, ou a tem por outra razão, para que o erro de porta ocupada diga o que
 * encerrar.
 */
public final class QuemUsa {

    private static final String ESCUTA = "0A"; // LISTEN
    private static final String SEM_DONO = "0";

    /** Uma linha de /proc/net/tcp. */
    private record Soquete(String estado, String inode) {
    }

    private QuemUsa() {
    }

    /** O que dizer a quem quis escutar nela. @param opcao a que a escolhe */
    public static String ocupada(int porta, String opcao) {
        return "a porta " + porta + " já está em uso por " + porta(porta) + "; encerre-o, ou escolha outra com " + opcao;
    }

    /** Uma descrição do processo: no Linux, comando e pid; senão, como a pessoa pode descobrir. */
    public static String porta(int porta) {
        try {
            List<Soquete> nela = new ArrayList<>(soquetes(Path.of("/proc/net/tcp"), porta));
            nela.addAll(soquetes(Path.of("/proc/net/tcp6"), porta));
            Optional<Soquete> dono = nela.stream().filter(s -> !s.inode().equals(SEM_DONO))
                    .min(Comparator.comparing(s -> !s.estado().equals(ESCUTA)));
            if (dono.isPresent()) {
                return donoDe("socket:[" + dono.get().inode() + "]")
                        + (dono.get().estado().equals(ESCUTA) ? "" : ", que se conectou a outra e recebeu esta do sistema");
            }
            if (!nela.isEmpty()) {
                return "uma conexão que acabou há menos de um minuto, e que o sistema ainda lembra";
            }
        } catch (IOException e) {
            // sem /proc (macOS), ou sem licença para ler: cai na dica abaixo
        }
        return "outro processo (lsof -nP -i :" + porta + " mostra qual)";
    }

    private static List<Soquete> soquetes(Path tabela, int porta) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", porta);
        return Files.readAllLines(tabela).stream()
                .map(linha -> linha.strip().split("\\s+"))
                .filter(campos -> campos.length > 9 && campos[1].endsWith(local))
                .map(campos -> new Soquete(campos[3], campos[9]))
                .toList();
    }

    private static String donoDe(String soquete) throws IOException {
        try (DirectoryStream<Path> processos = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path processo : processos) {
                if (temAberto(processo.resolve("fd"), soquete)) {
                    return descrever(Long.parseLong(processo.getFileName().toString()));
                }
            }
        }
        return "um processo de outro usuário";
    }

    private static boolean temAberto(Path fds, String soquete) {
        try (DirectoryStream<Path> abertos = Files.newDirectoryStream(fds)) {
            for (Path fd : abertos) {
                if (Files.readSymbolicLink(fd).toString().equals(soquete)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // o processo acabou, ou é de outro usuário
        }
        return false;
    }

    /** Num papel nosso, a classe (part3.Sequencer) diz mais que "java". */
    private static String descrever(long pid) throws IOException {
        Path linha = Path.of("/proc", Long.toString(pid), "cmdline"); // ProcessHandle corta-a
        String[] comando = Files.readString(linha).split("\0");
        for (String palavra : comando) {
            if (palavra.matches("part[1-4]\\.\\w+")) {
                return palavra.replace('.', '/') + ".java (pid " + pid + ")";
            }
        }
        return comando[0] + " (pid " + pid + ")";
    }
}
