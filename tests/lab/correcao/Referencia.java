//SOURCES Boletim.java Correcao.java Nota.java
package tests.lab.correcao;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;
import tests.lab.provas.Prova;

/**
 * O que os nossos papéis fazem, nesta máquina e agora, às provas que se vão fazer a outros: se não têm nota cheia, a máquina
 * ou o corretor não servem para corrigir ninguém. Também diz quanto mais do que o costume se há de esperar.
 */
final class Referencia {

    private static final Duration VALE = Duration.ofHours(2);
    private static final double COSTUME_MS = 900; // quanto um papel nosso demora a ficar pronto, numa máquina folgada
    private static final double ESCALA_MINIMA = 1.5; // a máquina ainda se pode ocupar mais
    private static final double ESCALA_MAXIMA = 10;

    /** Quantas vezes mais do que o costume se espera pelos nossos: ainda não se mediu a máquina. */
    static final double FOLGA = 3;

    private static final double COM_PRESSA = 2; // o mesmo, de quem não a quer medir

    private final Path pasta;
    private final boolean comPressa;

    /** @param pasta onde fica o que já se mediu @param comPressa se não se mede */
    Referencia(Path pasta, boolean comPressa) {
        this.pasta = pasta;
        this.comPressa = comPressa;
    }

    /**
     * Faz estas provas aos nossos, se não se fizeram há pouco.
     *
     * @return quantas vezes mais do que o costume se espera
     * @throws Falha se não têm nota cheia
     */
    double medir(Entrega entrega, List<Prova> provas, Consumer<String> dizer) throws IOException {
        if (comPressa || provas.isEmpty()) {
            return COM_PRESSA;
        }
        String chave = Texto.resumo(Stream.concat(entrega.quePapeis().stream(), provas.stream().map(Prova::nome).sorted()));
        // numa turma, nem todos trazem os mesmos papéis
        Path arquivo = pasta.resolve("referencia-" + entrega.parte() + "-" + chave.substring(0, 8) + ".json");
        ObjectNode antes = lida(arquivo);
        if (antes != null && antes.path("chave").asText().equals(chave)) {
            return Math.max(ESCALA_MINIMA, antes.path("escala").asDouble());
        }
        dizer.accept("Primeiro, os nossos papéis, nesta máquina: " + Texto.quantas(provas.size(), "prova", "provas") + "…");
        double escala = rodar(Entrega.nossa(entrega.parte(), entrega.quePapeis()), provas);
        Files.createDirectories(pasta);
        Files.writeString(arquivo, Json.escrever(Json.MAPPER.createObjectNode().put("chave", chave).put("escala", escala)));
        return escala;
    }

    /** Quantas vezes mais do que o costume se espera, numa máquina em que um papel demora tanto a ficar pronto. */
    static double escala(long comecarMs) {
        return Math.min(ESCALA_MAXIMA, Math.max(ESCALA_MINIMA, comecarMs / COSTUME_MS));
    }

    private static ObjectNode lida(Path arquivo) {
        try {
            long idade = System.currentTimeMillis() - Files.getLastModifiedTime(arquivo).toMillis();
            return idade < 0 || idade > VALE.toMillis() ? null : Json.lerGrande(Files.readAllBytes(arquivo));
        } catch (IOException | MensagemInvalida e) {
            return null; // não há, ou ficou a meio: mede-se
        }
    }

    private static double rodar(Entrega nossa, List<Prova> provas) {
        try (Alheios alheios = Alheios.de(nossa)) {
            Tentativas tentativas = new Tentativas(alheios, FOLGA);
            List<Nota> notas = new ArrayList<>();
            tentativas.fazer(provas, notas::add);
            List<Nota> mas = notas.stream().filter(nota -> !nota.inteira()).toList();
            if (!mas.isEmpty()) {
                throw new Falha("os nossos próprios papéis não têm nota cheia nesta máquina, agora, e por isso não corrijo"
                        + " ninguém: " + mas.stream().map(nota -> nota.prova().nome() + " (" + nota.situacao().texto() + ": "
                        + nota.motivo() + ")").collect(Collectors.joining("; "))
                        + ". Feche o que mais nela corre, e tente outra vez");
            }
            return tentativas.comecarMs() == 0 ? FOLGA : escala(tentativas.comecarMs()); // só cenas: nada se mediu
        }
    }
}
