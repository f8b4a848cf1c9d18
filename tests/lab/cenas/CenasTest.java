///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As cenas do laboratório: cada uma mostra, sempre, o que a sua história diz.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.cenas;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Testes;

@DisplayName("As cenas do laboratório")
class CenasTest {

    @ParameterizedTest
    @MethodSource("tests.lab.cenas.Cenas#nomes")
    @DisplayName("a cena acontece, e o rastro dela conta-a inteira")
    void acontece(String nome) {
        Cena cena = Cenas.ler(nome);
        for (Ato ato : Cenas.representar(cena, Cenas.LENTIDAO)) {
            assertNull(ato.porque(), () -> nome + ": " + ato.vereditos());
            List<ObjectNode> eventos = ato.rastro().eventos();
            Set<String> enviadas = mensagens(eventos, "enviada");
            assertFalse(enviadas.isEmpty());
            assertTrue(enviadas.containsAll(mensagens(eventos, "entregue")), "só chega o que se enviou");
            assertFalse(mensagens(eventos, "entregue").isEmpty());
            assertTrue(eventos.stream().anyMatch(e -> e.path("tipo").asText().equals("aplicar")));
        }
        assertTrue(cena.historia().stream().allMatch(paragrafo -> paragrafo.length() < 500), "uma história lê-se depressa");
    }

    private static Set<String> mensagens(List<ObjectNode> eventos, String qual) {
        return eventos.stream().filter(e -> e.path("tipo").asText().equals("mensagem")
                && e.path("evento").asText().equals(qual))
                .map(e -> e.path("enlace").asText() + e.path("n")).collect(Collectors.toSet());
    }

    public static void main(String[] args) {
        Testes.rodar(CenasTest.class);
    }
}
