//SOURCES Exercicio.java
package tests.lab.exercicios;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Um começo em Python: umas linhas que abrem as portas de um papel, uma pasta {@code esqueletos} ao lado deste. */
final class Esqueleto {

    private static final Pattern OPCAO = Pattern.compile("\"--([a-z-]+)\"");

    private Esqueleto() {
    }

    /** Os programas, por caminho. */
    static Map<String, String> de(Path colecao, Exercicio exercicio) throws IOException {
        Map<String, String> programas = new TreeMap<>();
        for (String papel : exercicio.papeis().keySet()) {
            Path esqueleto = Exercicio.daqui(colecao).resolve("esqueletos/" + exercicio.parte() + "-" + papel + ".py");
            programas.put(papel + ".py", Files.readString(esqueleto, StandardCharsets.UTF_8));
        }
        return programas;
    }

    /** Como se inicia: as opções que o programa lê, e os lugares do mesmo nome. */
    static List<String> comando(String papel, String programa) {
        return Stream.concat(Stream.of("{python}", papel + ".py"), OPCAO.matcher(programa).results()
                .flatMap(opcao -> Stream.of("--" + opcao.group(1), "{" + opcao.group(1) + "}"))).toList();
    }
}
