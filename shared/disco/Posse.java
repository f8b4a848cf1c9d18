//SOURCES Lugar.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * Uma pasta que é deste processo, e em que quem guarda é um motor que não é nosso: tem uma {@code trava}, uma pasta para o
 * motor, e {@code meta.json}, que diz de quem ela é. As regras são as de um {@link Diario}.
 */
public final class Posse implements AutoCloseable {

    private final Lugar lugar;
    private final Path doMotor;
    private final Guardado meta;
    private final FileChannel trava;

    private Posse(Path pasta, String motor, boolean doZero) throws IOException {
        lugar = new Lugar(pasta, motor);
        doMotor = lugar.arquivo(motor);
        meta = new Guardado(lugar.arquivo(Lugar.META));
        trava = lugar.travar();
        try {
            if (doZero) {
                Files.deleteIfExists(lugar.arquivo(Lugar.META)); // primeiro: se isto fica a meio, sabe-se
                apagar(doMotor);
            }
            Lugar.criarPasta(doMotor);
            if (meta.ler() == null && !vazia(doMotor)) {
                throw new Falha("falta " + lugar.arquivo(Lugar.META) + ", e em " + doMotor + " há dados: não sei de quem"
                        + " são. Restaure-o de uma cópia, ou recomece com --do-zero, que apaga tudo");
            }
        } catch (IOException | Falha e) {
            close();
            throw e;
        }
    }

    /**
     * Toma posse de uma pasta, criando-a se não existe.
     *
     * @param motor  como se chama a pasta dele, dentro desta
     * @param doZero apaga o que houver, menos o que não é nosso
     * @throws Falha se a pasta está em uso, não se pode escrever nela, ou tem algo que não se entende
     */
    public static Posse tomar(Path pasta, String motor, boolean doZero) {
        try {
            return new Posse(pasta, motor, doZero);
        } catch (IOException e) {
            throw new Falha("não consigo usar a pasta " + pasta + " (" + Arquivos.motivo(e)
                    + "); escolha outra com --dados");
        }
    }

    /** Se já é de alguém: senão, nela não se guardou nada. */
    public static boolean temDono(Path pasta) {
        return Files.exists(pasta.resolve(Lugar.META));
    }

    private static boolean vazia(Path pasta) throws IOException {
        try (Stream<Path> todos = Files.list(pasta)) {
            return todos.findAny().isEmpty();
        }
    }

    private static void apagar(Path pasta) throws IOException {
        if (Files.exists(pasta)) {
            try (Stream<Path> todos = Files.walk(pasta)) {
                for (Path um : todos.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(um);
                }
            }
        }
    }

    /** Onde o motor guarda o que é dele. */
    public Path doMotor() {
        return doMotor;
    }

    /** O que se guardou que ela é; um objeto vazio se é nova. @throws Falha se há estrago */
    public ObjectNode meta() {
        ObjectNode guardada = meta.ler();
        return guardada == null ? Json.MAPPER.createObjectNode() : guardada;
    }

    /** Guarda o que ela é, inteiro. @throws Falha se o disco falha */
    public void guardarMeta(ObjectNode nova) {
        try {
            meta.gravar(nova);
        } catch (IOException e) {
            throw new Falha("não consigo escrever em " + lugar + " (" + Arquivos.motivo(e) + "); libere espaço, ou escolha"
                    + " outra com --dados");
        }
    }

    @Override
    public String toString() {
        return lugar.toString();
    }

    @Override
    public void close() {
        try {
            trava.close();
        } catch (IOException e) {
            // larga-a o sistema, quando o processo acabar
        }
    }
}
