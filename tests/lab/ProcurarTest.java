///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION lab procurar: o que acha conta-se, desenha-se, e repete-se em processos de verdade com o mesmo fim.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Precisa.java ../Processo.java ../Testes.java Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.cenas.Ato;
import tests.lab.cenas.Cenas;

@DisplayName("lab procurar")
class ProcurarTest {

    private static final Duration PRAZO = Duration.ofSeconds(400);

    @TempDir
    Path pasta;

    private Processo procurar(String... args) {
        return Processo.iniciar("tests.lab.Lab", args);
    }

    private static String dito(Processo lab) {
        return String.join("\n", lab.saida());
    }

    @ParameterizedTest(name = "parte {0} sem {1}")
    @CsvSource({"1, ordem", "3, recuperacao"})
    @DisplayName("a cena que escreve repete-se em processos de verdade, com o mesmo fim")
    void repete(String parte, String sem) throws Exception {
        Path cena = pasta.resolve("achada.cena");
        Path diagrama = pasta.resolve("diagrama.html");
        try (Processo lab = procurar("procurar", parte, "--sem", sem, "--cena", cena.toString(), "--relatorio",
                diagrama.toString())) {
            assertEquals(0, lab.esperarFim(PRAZO));
            assertTrue(dito(lab).contains("ana tinha 100"), () -> dito(lab));
            assertTrue(dito(lab).contains("com menos nada falha"), () -> dito(lab));
        }
        assertTrue(Files.readString(diagrama).contains("SAQUE ana 80"), "o diagrama tem as mensagens");
        List<Ato> atos = Cenas.representar(Cenas.ler(cena.toString()), Cenas.LENTIDAO);
        assertNull(atos.get(0).porque(), () -> atos.get(0).vereditos().toString());
    }

    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @ParameterizedTest(name = "parte {0} sem {1}")
    @CsvSource({"2, recuperacao", "2, fila", "4, sincrona", "4, testemunha"})
    @DisplayName("o mesmo, com mais processos")
    void repeteTambem(String parte, String sem) throws Exception {
        repete(parte, sem);
    }

    @Test
    @DisplayName("um nome que não há diz os que há; o que o laboratório não sabe fazer, diz que não sabe")
    void oQueNaoHa() {
        try (Processo lab = procurar("procurar", "3", "--sem", "recuperação")) {
            assertEquals(2, lab.esperarFim(PRAZO));
            assertTrue(lab.temNoRegistro("recuperacao (pedir o que se perdeu), deduplicar"),
                    () -> lab.registro().toString());
        }
        Path cena = pasta.resolve("nenhuma.cena");
        try (Processo lab = procurar("procurar", "3", "--sem", "deduplicar", "--cena", cena.toString(), "--relatorio",
                pasta.resolve("d.html").toString())) {
            assertEquals(0, lab.esperarFim(PRAZO));
            assertTrue(dito(lab).contains("não se repete em processos de verdade"), () -> dito(lab));
            assertTrue(Files.notExists(cena));
        }
    }

    public static void main(String[] args) {
        Testes.rodar(ProcurarTest.class);
    }
}
