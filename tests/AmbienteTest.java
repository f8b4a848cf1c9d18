///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que rodeia os programas e não é deles: a máquina virtual do ambiente, o clone, o shell, a pasta do usuário.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Testes.java lab/Processo.java ../part3/Client.java ../part3/Sequencer.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.lab.Processo;

@DisplayName("O que rodeia os programas")
class AmbienteTest {

    // ───── A máquina virtual ─────

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"})
    @DisplayName("um papel começa com o coletor que o ambiente traga, e o que a máquina virtual diz disso não é do papel")
    void qualquerColetor(String variavel) {
        List<Processo> papeis = Stream.of("", "-XX:+UseG1GC", "-XX:+UseParallelGC", "-XX:+UseSerialGC", "-XX:+UseZGC")
                .map(coletor -> com(variavel + "=" + coletor, "part3.Client", "--version")).toList();
        for (Processo papel : papeis) {
            assertEquals(0, papel.esperarFim(), () -> papel.saida() + " " + papel.registro());
            assertTrue(papel.saida().get(0).startsWith("Banco Replicado "), papel.saida()::toString);
            assertEquals(List.of(), papel.registro());
        }
    }

    @Test
    @DisplayName("sem coletor no ambiente, é o SerialGC, com os dois compiladores")
    void coletorDeCostume() {
        Processo opcoes = com("JAVA_TOOL_OPTIONS=-XX:+PrintFlagsFinal", "part3.Sequencer", "--version");
        assertEquals(0, opcoes.esperarFim(), () -> opcoes.registro().toString());
        List<String> ligadas = opcoes.saida().stream().map(linha -> linha.replaceAll("\\s+", " ")).toList();
        assertTrue(ligadas.stream().anyMatch(linha -> linha.contains(" UseSerialGC = true")), "SerialGC");
        assertTrue(ligadas.stream().anyMatch(linha -> linha.contains(" TieredStopAtLevel = 4")), "C1 e C2");
    }

    /** Um papel com as opções do cabeçalho e uma variável do ambiente. */
    private static Processo com(String variavel, String papel, String... argumentos) {
        List<String> comando = new ArrayList<>(List.of("env", "-u", "JAVA_TOOL_OPTIONS", "-u", "_JAVA_OPTIONS",
                "-u", "JDK_JAVA_OPTIONS", variavel, System.getProperty("java.home") + "/bin/java"));
        comando.addAll(Processo.OPCOES_DA_JVM);
        comando.addAll(List.of("-cp", System.getProperty("java.class.path"), papel));
        comando.addAll(List.of(argumentos));
        return Processo.comando(comando.toArray(String[]::new));
    }

    public static void main(String[] args) {
        Testes.rodar(AmbienteTest.class);
    }
}
