///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que fica em disco é só do dono, e nomes vindos da rede não são caminhos nem mexem com o terminal.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Client.java ../../part3/Replica.java ../../part3/Sequencer.java ../Cena.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.disco.Diario;
import shared.rede.Soquetes;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;
import shared.texto.Texto;
import tests.Cena;
import tests.Processo;
import tests.Testes;

@DisplayName("Segurança do que se guarda e do que se escreve")
class SegurancaTest {

    /** Apagar a tela, o mesmo em C1, escrever da direita para a esquerda, largura zero, fim de linha, meio par. */
    private static final String MAU = "x\u001b[2J\u009b31m\u202e\u200b\u2028\r\n\u0007\u007f\ud800y";

    @TempDir
    private Path pasta;

    private final Cena cena = new Cena();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    // ───── Em disco ─────

    @Test
    @DisplayName("pastas, diário, instantâneo, meta e trava: só o dono lê")
    void soDoDono() throws IOException {
        assumeTrue(pasta.getFileSystem().supportedFileAttributeViews().contains("posix"), "este disco não tem permissões");
        Path dados = pasta.resolve("dados/papel");
        try (Diario diario = Diario.abrir(dados, false)) {
            diario.repetir(json -> { });
            diario.dobrarCom((antes, entradas, depois) -> depois.write('0'), porque -> fail(porque));
            diario.guardarMeta(Json.MAPPER.createObjectNode().put("a", 1));
            diario.anexar("{\"a\": 1}");
            diario.gravar();
            diario.fotografar();
            diario.recomecarDe(7, Json.MAPPER.createObjectNode());
        }
        Map<String, String> permissoes = new TreeMap<>();
        try (Stream<Path> tudo = Files.walk(pasta.resolve("dados"))) {
            for (Path um : tudo.toList()) {
                permissoes.put(pasta.relativize(um).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(um)));
            }
        }
        assertEquals(Map.of("dados", "rwx------", "dados/papel", "rwx------", "dados/papel/trava", "rw-------",
                "dados/papel/meta.json", "rw-------", "dados/papel/instantaneo.json", "rw-------",
                "dados/papel/diario-000000000008.jsonl", "rw-------"), permissoes);
    }

    @Test
    @DisplayName("nomes que parecem caminhos são só nomes: nada se escreve fora de --dados")
    void nadaFora() throws IOException {
        int pedidos = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        int consulta = Processo.portaLivre();
        iniciarEm(pasta, "part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem, "--dados", "s").esperarPronto();
        iniciarEm(pasta, "part3.Replica", "--pedidos", Cena.local(pedidos), "--ordem", Cena.local(ordem),
                "--consulta", consulta, "--dados", "r").esperarPronto();
        List<String> nomes = List.of("../fora", "/tmp/../" + pasta + "/fora", "..\\fora", "s/../../fora",
                "$(touch fora)", ".");
        for (String nome : nomes) {
            assertTrue(Cena.pedir(pedidos, Cena.deposito(nome, nome.substring(0, Math.min(64, nome.length())), "1").json())
                    .startsWith("OK seq="), nome);
        }
        assertTrue(Cena.pedir(pedidos, "{\"pedido\": \"../fora\"}").startsWith("ERRO "));
        Cena.esperarSeq(nomes.size(), consulta);
        try (Stream<Path> dentro = Files.list(pasta)) {
            assertEquals(List.of("r", "s"), dentro.map(p -> p.getFileName().toString()).sorted().toList());
        }
        for (String um : List.of("r", "s")) {
            try (Stream<Path> dentro = Files.list(pasta.resolve(um))) {
                assertTrue(dentro.allMatch(p -> p.getFileName().toString()
                        .matches("diario-\\d+\\.jsonl|meta\\.json|trava")));
            }
        }
        assertFalse(Files.exists(pasta.resolveSibling("fora")));
    }

    private Processo iniciarEm(Path onde, String papel, Object... argumentos) {
        return cena.iniciarPrograma(Stream.concat(Stream.of("bash", "-c", "cd \"$0\" && exec \"$@\"", onde.toString(),
                System.getProperty("java.home") + "/bin/java", "-Dfile.encoding=UTF-8", "-cp",
                System.getProperty("java.class.path"),
                papel), Stream.of(argumentos).map(String::valueOf)).toArray(String[]::new));
    }

    // ───── No terminal ─────

    @Test
    @DisplayName("no registro, o que mexeria com o terminal ou enganaria quem lê aparece pelo número; letras e"
            + " emojis, como são")
    void registroLimpo() throws IOException {
        String linha = escrito(() -> new Registro("r1", false).linha("evento", "conta", MAU, "outra", "joão\uD83D\uDE00"));
        assertLimpo(linha);
        assertEquals(1, linha.lines().count());
        assertTrue(Texto.minusculas(linha).contains(
                "conta=\"x\\u001b[2j\\u009b31m\\u202e\\u200b\\u2028\\r\\n\\u0007\\u007f\\ud800y\""), linha);
        assertTrue(linha.strip().endsWith(" outra=joão\uD83D\uDE00"), linha);
    }

    @Test
    @DisplayName("milhares de mensagens más seguidas são umas centenas de linhas, e depois quantas mais houve")
    void avisosOmitidos() throws Exception {
        Registro registro = new Registro("r1", false);
        MensagemInvalida erro = new MensagemInvalida("json", "má");
        assertEquals(300, escrito(() -> {
            for (int i = 0; i < 5_000; i++) {
                registro.recusada("pedido", erro);
            }
        }).lines().count());
        String[] depois = {""};
        Processo.esperar("a linha que as conta", Processo.PRAZO, () -> {
            try {
                TimeUnit.MILLISECONDS.sleep(200);
                depois[0] += escrito(() -> registro.recusada("pedido", erro));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
            return !depois[0].isEmpty();
        });
        assertTrue(depois[0].matches("(?s).* r1 avisos-omitidos quantos=4[78]\\d\\d\\R.* r1 mensagem-recusada .*"),
                depois[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"depositar ana 1", "saldo ana", "estado"})
    @DisplayName("um servidor que responde com controles de terminal não mexe com o terminal de quem pergunta")
    void clienteLimpo(String comando) {
        String campo = Json.citar(MAU).replace("\\ud800", "");
        for (String resposta : List.of("OK seq=1 " + MAU, "ERRO x: " + MAU, MAU,
                "{\"id\": " + campo + ", \"conta\": \"ana\", \"saldo\": 1.0, \"resumo\": " + campo + "}",
                "{\"id\": 7, \"saldo\": \"x\"}", "{}", "{\"id\": \"r\", \"saldo\": 1e400}")) {
            int porta = Processo.portaLivre();
            try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                // passa por um dos nossos
                ZMQ.Socket servidor = soquetes.ligar(SocketType.ROUTER, "127.0.0.1", porta, "--pedidos");
                servidor.setReceiveTimeOut(30_000);
                Processo cliente = cena.iniciar("part3.Client", Stream.concat(
                        Stream.of("--sequenciador", Cena.local(porta), "--consultas", Cena.local(porta)),
                        Stream.of(comando.split(" "))).toArray());
                byte[] quem = servidor.recv();
                assertTrue(quem != null && servidor.recv() != null && servidor.recv() != null, "ninguém perguntou");
                servidor.sendMore(quem);
                servidor.sendMore("");
                servidor.send(resposta.getBytes(UTF_8));
                Cena.Fim fim = Cena.fim(cliente);
                assertLimpo(fim.texto().replace("\n", "") + fim.erros().replace("\n", ""));
                assertTrue(fim.saida().size() + fim.registro().size() == 1, fim.toString());
                assertFalse(fim.erros().contains("erro interno"), fim.erros());
            }
        }
    }

    private static void assertLimpo(String texto) {
        String mau = "(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}].*";
        assertFalse(texto.strip().matches(mau), () -> Json.citar(texto, 500));
    }

    private interface Escritor {
        void escrever() throws IOException;
    }

    /** O que se escreve entretanto no erro padrão deste processo. */
    private static String escrito(Escritor escritor) throws IOException {
        PrintStream antes = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, UTF_8));
        try {
            escritor.escrever();
        } finally {
            System.setErr(antes);
        }
        return bytes.toString(UTF_8);
    }

    public static void main(String[] args) {
        Testes.rodar(SegurancaTest.class);
    }
}
