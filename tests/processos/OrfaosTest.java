///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Quem é morto não deixa nada: nem processos, nem portas ocupadas, nem pastas; e o laboratório em segundo plano.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../Precisa.java ../lab/Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.texto.Texto;
import tests.Cena;
import tests.Coveiro;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

@DisplayName("Órfãos")
class OrfaosTest {

    private static final Duration PRAZO = Duration.ofMinutes(2); // numa máquina com muito que fazer; sozinha, são segundos
    private static final String JAVA = System.getProperty("java.home") + "/bin/java";
    private static final String CLASSPATH = System.getProperty("java.class.path");
    private static final Pattern PORTA = Pattern.compile("--(?:pedidos|ordem|atualizacoes|porta|consulta) (\\d+)");

    @TempDir
    private Path pasta;

    private final Cena cena = new Cena();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    // ───── kill -9 ─────

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"comparar 3 4 --livres --ops 1000000 --ensaio 0", "cena cerebro-dividido"})
    @DisplayName("kill -9 no laboratório, com um papel parado: em segundos não há processo, porta nem pasta dele")
    void laboratorio(String comando) throws IOException {
        Path temporarios = Files.createDirectory(pasta.resolve("tmp"));
        Processo lab = cena.iniciarPrograma(Stream.concat(
                Stream.of(JAVA, "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporarios, "-cp", CLASSPATH,
                        "tests.lab.Lab"),
                Stream.of((comando + " --relatorio " + pasta.resolve("r.html")).split(" "))).toArray(String[]::new));
        Processo.esperar("três papéis", PRAZO,
                () -> !lab.vivo() || descendentes(lab).stream().filter(OrfaosTest::eJava).count() >= 3);
        assertTrue(lab.vivo(), () -> Cena.fim(lab).toString());
        Set<ProcessHandle> todos = descendentes(lab);
        ProcessHandle parado = todos.stream().filter(OrfaosTest::eJava).findFirst().orElseThrow();
        assertEquals(0, cena.iniciarPrograma("bash", "-c", "kill -STOP " + parado.pid()).esperarFim());

        lab.matar();

        assertAcabaram(todos);
        Processo.esperar("que não fique nada em " + temporarios, PRAZO, () -> temporarios.toFile().list().length == 0);
        for (MatchResult porta : PORTA.matcher(String.join("\n", lab.saida())).results().toList()) {
            new ServerSocket(Integer.parseInt(porta.group(1)), 1, InetAddress.getLoopbackAddress()).close(); // está livre
        }
    }

    /** O que um programa de testes põe de pé: um que não quer acabar, um parado, um comum. */
    static final class Programa {
        public static void main(String[] args) throws InterruptedException {
            Processo.comando("sh", "-c", "trap '' HUP INT TERM; echo pronto: >&2; while :; do sleep 1; done")
                    .esperarPronto();
            Processo.comando("sleep", "600").sinal("STOP");
            Processo.comando("sleep", "600");
            System.err.println("pronto:");
            Thread.sleep(600_000);
        }
    }

    @Test
    @DisplayName("kill -9 num programa de testes: o que ele iniciou acaba, também o que ignora sinais e o que está parado")
    void testes() {
        Processo programa = cena.iniciar("tests.processos.OrfaosTest$Programa").esperarPronto();
        Set<ProcessHandle> todos = descendentes(programa);
        assertTrue(todos.size() >= 4, todos.toString());
        programa.matar();
        assertAcabaram(todos);
    }

    @Test
    @DisplayName("o coveiro mata quem ficou, apaga as pastas, e não toca em quem já acabou: o número pode ser de outro")
    void coveiro() throws IOException {
        Processo acabou = cena.iniciarPrograma("sleep", "600");
        Processo ficou = cena.iniciarPrograma("sleep", "600");
        Path dele = Files.createDirectories(pasta.resolve("a pasta d'ele/dentro"));
        Processo coveiro = cena.iniciarPrograma(Coveiro.COMANDO.toArray(String[]::new));
        coveiro.digitar(Texto.formatar("+ 999999991\n+ %d\n- 999999991\n+ %d\n/ %s\n- %1$d\n", acabou.pid(), ficou.pid(),
                dele.getParent()));
        coveiro.sinal("TERM");
        assertTrue(coveiro.vivo() && ficou.vivo());
        coveiro.fimDaEntrada();
        assertEquals(0, coveiro.esperarFim(), () -> Cena.fim(coveiro).toString());
        assertEquals(List.of(), coveiro.registro());
        ficou.esperarFim();
        assertTrue(acabou.vivo());
        assertFalse(Files.exists(dele.getParent()));
    }

    private static Set<ProcessHandle> descendentes(Processo processo) {
        return ProcessHandle.of(processo.pid()).stream().flatMap(ProcessHandle::descendants).collect(Collectors.toSet());
    }

    private static boolean eJava(ProcessHandle processo) {
        return processo.info().command().orElse("").endsWith("/java");
    }

    private static void assertAcabaram(Set<ProcessHandle> todos) {
        Processo.esperar("que acabem " + todos, PRAZO, () -> todos.stream().noneMatch(ProcessHandle::isAlive));
    }

    // ───── Em segundo plano ─────

    @Test
    @Precisa(Precisa.De.TERMINAL)
    @DisplayName("lab rede … &, num terminal, repassa em vez de parar; e depois de fg obedece ao teclado")
    void redeEmSegundoPlano() throws IOException {
        int escuta = Processo.portaLivre();
        try (ServerSocket servidor = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path programa = Files.writeString(pasta.resolve("terminal.sh"), Texto.formatar("""
                    set -m
                    '%s' -XX:TieredStopAtLevel=1 -cp '%s' tests.lab.Lab rede --tipo bytes --escutar %d --para %s &
                    read -r linha
                    fg
                    echo codigo=$?
                    """, JAVA, CLASSPATH, escuta, local(servidor.getLocalPort())));
            Processo terminal = cena.iniciarPrograma("script", "-qefc", "bash '" + programa + "'", "/dev/null");
            Processo.esperar("pronto:", PRAZO, () -> terminal.saida().toString().contains("pronto:"));
            try (Socket cliente = new Socket(InetAddress.getLoopbackAddress(), escuta)) {
                servidor.setSoTimeout((int) PRAZO.toMillis());
                cliente.getOutputStream().write(7);
                assertEquals(7, servidor.accept().getInputStream().read());
            }
            terminal.digitar("\n");
            Processo.esperar("que o teclado seja dela", PRAZO, () -> {
                terminal.digitar("estado\n");
                return terminal.saida().stream().anyMatch(linha -> linha.matches("origem-\\d+>destino-\\d+ .*"));
            });
            terminal.digitar("sair\n");
            assertEquals(0, terminal.esperarFim(), () -> terminal.saida().toString());
            assertTrue(terminal.saida().stream().map(String::strip).toList().contains("codigo=0"),
                    () -> terminal.saida().toString());
        }
    }

    public static void main(String[] args) {
        Testes.rodar(OrfaosTest.class);
    }
}
