///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que rodeia os programas e não é deles: a máquina virtual do ambiente, o clone, o shell, a pasta do usuário.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Client.java ../../part3/Sequencer.java ../Precisa.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.casa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

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

    // ───── O run-all.sh ─────

    private static final Path RUN_ALL = Testes.raiz().resolve("run-all.sh");
    private static final Path NENHUMA = Path.of("/dev/null/nenhuma"); // onde nem o root escreve

    @TempDir
    private Path pasta;

    @Test
    @DisplayName("começa por sh, por uma ligação simbólica, com CDPATH e BASH_ENV, de uma pasta com espaços, sem HOME")
    void comeca() throws IOException {
        Path longe = Files.createDirectories(pasta.resolve("uma pasta com acentuação"));
        Path ligacao = Files.createSymbolicLink(longe.resolve("ligação"), RUN_ALL);
        Path relativa = Files.createSymbolicLink(longe.resolve("relativa"), longe.relativize(ligacao));
        Path barulho = Files.writeString(pasta.resolve("bash_env"), "cd /; tests() { false; }\n");
        for (List<String> comando : List.of(List.of("sh", RUN_ALL.toString()), List.of(ligacao.toString()),
                List.of("sh", relativa.toString()),
                List.of("env", "CDPATH=/tmp:/", RUN_ALL.toString()),
                List.of("env", "BASH_ENV=" + barulho, RUN_ALL.toString()),
                List.of("env", "-u", "HOME", RUN_ALL.toString()), List.of("env", "LC_ALL=C", ligacao.toString()))) {
            Processo ajuda = Processo.comando(Stream.concat(comando.stream(), Stream.of("-h")).toArray(String[]::new));
            assertEquals(0, ajuda.esperarFim(), () -> comando + " " + ajuda.registro());
            assertTrue(ajuda.saida().get(0).startsWith("Uso: ./run-all.sh"), () -> comando + " " + ajuda.saida());
            assertEquals(List.of(), ajuda.registro());
        }
        Files.delete(relativa);
        Files.delete(ligacao);
    }

    @Test
    @DisplayName("o que não serve diz-se numa linha, com o que fazer: outra pasta, um Java errado, velho ou sem javac,"
            + " uma HOME em que não se escreve")
    void oQueNaoServe() throws IOException {
        Path copia = Files.copy(RUN_ALL, pasta.resolve("run-all.sh"));
        assertErro("não está a coleção", "bash", copia.toString(), "preparar");
        assertErro("JAVA_HOME=" + NENHUMA + " não é a pasta de um JDK", com("JAVA_HOME=" + NENHUMA));
        assertErro("o java de JAVA_HOME é o 11, e é preciso o 17",
                com("JAVA_HOME=" + falso("velho", "openjdk version \"11.0.2\"", 0)));
        assertErro("o java de JAVA_HOME é o 1, e é preciso o 17",
                com("JAVA_HOME=" + falso("oito", "java version \"1.8.0_402\"", 0)));
        assertErro("vem sem javac (é um JRE)", com("JAVA_HOME=" + falso("jre", "openjdk version \"21\"", 0)));
        assertErro("o java de JAVA_HOME não começa: Unrecognized VM option",
                com("JAVA_HOME=" + falso("estragado", "Unrecognized VM option", 1)));
        assertErro("não posso escrever em " + NENHUMA + "/.jbang/bin", "env", "-u", "JBANG_DIR", "-u", "JBANG_CACHE_DIR",
                "HOME=" + NENHUMA,
                RUN_ALL.toString(), "preparar");
        Path poucos = Files.createDirectories(pasta.resolve("poucos"));
        for (String programa : List.of("bash", "dirname", "readlink", "cat", "tail")) {
            executavel(poucos.resolve(programa), "exec " + onde(programa) + " \"$@\"");
        }
        assertErro("preciso de um JDK, 17 ou mais novo", "env", "-u", "JAVA_HOME",
                "PATH=" + poucos, "bash", RUN_ALL.toString(), "preparar");
        assertErro("só sei instalar com o apt-get", "env",
                "PATH=" + poucos, "bash", RUN_ALL.toString(), "preparar", "--tudo");
    }

    @Test
    @DisplayName("o que preparar --tudo instala é o que os testes dizem precisar, e o shellcheck")
    void pacotes() throws IOException {
        String lista = Files.readString(RUN_ALL).split("\nPACOTES=\\(")[1].split("\\)")[0];
        Set<String> instala = Set.of(lista.split("\\s+"));
        Set<String> precisam = Stream.of(Precisa.De.values()).flatMap(de -> de.pacotes().stream())
                .collect(Collectors.toSet());
        precisam.add("shellcheck");
        assertEquals(precisam, instala);
    }

    private static String[] com(String variavel) {
        return new String[] {"env", variavel, RUN_ALL.toString(), "preparar"};
    }

    /** A pasta de um Java que só diz isto. */
    private Path falso(String nome, String disse, int codigo) throws IOException {
        Path bin = Files.createDirectories(pasta.resolve(nome).resolve("bin"));
        executavel(bin.resolve("java"), "echo '" + disse + "' >&2; exit " + codigo);
        return bin.getParent();
    }

    private static void executavel(Path arquivo, String linha) throws IOException {
        assertTrue(Files.writeString(arquivo, "#!/bin/sh\n" + linha + "\n").toFile().setExecutable(true));
    }

    private static Path onde(String programa) {
        return Stream.of(System.getenv("PATH").split(":")).map(pasta -> Path.of(pasta, programa)).filter(Files::isExecutable)
                .findFirst().orElseThrow();
    }

    private static void assertErro(String mensagem, String... comando) {
        Processo processo = Processo.comando(comando);
        assertEquals(1, processo.esperarFim(), () -> List.of(comando) + " " + processo.registro());
        assertEquals(1, processo.registro().size(), () -> processo.registro().toString());
        assertTrue(processo.registro().get(0).startsWith("erro: ") && processo.registro().get(0).contains(mensagem),
                () -> processo.registro().toString());
        assertEquals(List.of(), processo.saida());
    }

    public static void main(String[] args) {
        Testes.rodar(AmbienteTest.class);
    }
}
