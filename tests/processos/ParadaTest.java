///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Quem parou diz que parou, e o cliente acaba com código 1; e os dados estão onde se espera.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//SOURCES ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.local;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.Banco;
import tests.Cena;
import tests.Processo;
import tests.Testes;

@DisplayName("Quem parou diz que parou")
class ParadaTest {

    @TempDir
    private Path temp;

    private final Cena cena = new Cena();
    private final int[] p = IntStream.range(0, 8).map(i -> Processo.portaLivre()).toArray();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    // ───── Parte 3 ─────

    private Processo sequenciador(Object... mais) {
        return iniciar("part3.Sequencer", mais, "--pedidos", p[0], "--ordem", p[1], "--dados", temp.resolve("seq"))
                .esperarPronto();
    }

    private Processo replica(String id, int consulta, Object... mais) {
        return iniciar("part3.Replica", mais, "--id", id, "--pedidos", local(p[0]), "--ordem", local(p[1]),
                "--consulta", consulta, "--dados", temp.resolve(id)).esperarPronto();
    }

    private Processo iniciar(String papel, Object[] mais, Object... opcoes) {
        return cena.iniciar(papel, Stream.concat(Stream.of(opcoes), Stream.of(mais)).toArray());
    }

    private Cena.Fim cliente3(Object... comando) {
        return cena.rodar("part3.Client",
                Stream.concat(Stream.of("--sequenciador", local(p[0]), "--consultas", local(p[2]) + "," + local(p[3])),
                Stream.of(comando)).toArray());
    }

    @Test
    @DisplayName("parte 3, o sequenciador recomeça do zero: estado, saldo e contas dizem que a réplica parou, e a diferença,"
            + " com código 1")
    void outraHistoria() {
        Processo seq = sequenciador();
        Processo r1 = replica("r1", p[2], "--mostrar-banco");
        Processo r2 = replica("r2", p[3]);
        assertTrue(r1.temNoRegistro("responde consultas na porta " + p[2] + " (pid " + r1.pid() + ")"),
                () -> r1.registro().toString());
        assertEquals(0, cliente3("depositar", "ana", "1.234,50").codigo());
        assertEquals(0, cliente3("depositar", "josé", "100").codigo());
        Cena.esperarSeq(2, p[2], p[3]);
        r1.esperarNoRegistro("Banco: {\"ana\": 1234.50, \"josé\": 100.00}");
        Cena.Fim contas = cliente3("contas");
        assertEquals(List.of("conta       r1       r2", "ana    1234.50  1234.50", "josé    100.00   100.00"),
                contas.saida());
        assertEquals(0, contas.codigo(), contas::erros);
        Cena.Fim estado = cliente3("estado");
        assertEquals(0, estado.codigo(), estado::erros);
        assertTrue(estado.texto().contains(" depositado=1334.50 sacado=0.00 total=1334.50 ")
                && !estado.texto().contains("E+"), estado::texto);

        seq.matar();
        r2.encerrar();
        r2.esperarFim();
        sequenciador("--do-zero");
        replica("r2", p[3], "--do-zero");
        assertEquals(0, cliente3("depositar", "ana", "7").codigo());
        Cena.esperarSeq(1, p[3]);
        Cena.esperarEstado(p[2], "parada", e -> e.path("parada").asText().startsWith("o sequenciador recomeçou do zero"));
        for (String comando : List.of("estado", "saldo ana", "contas")) {
            Cena.Fim fim = cliente3((Object[]) comando.split(" "));
            assertEquals(1, fim.codigo(), fim::toString);
            assertTrue(fim.erros().contains("erro: r1 parou: o sequenciador recomeçou do zero")
                    && fim.erros().contains("--do-zero"), fim::erros);
            assertFalse(fim.erros().contains("r2 parou"), fim::erros);
        }
        assertEquals(List.of("conta       r1    r2", "ana    1234.50  7.00  ≠", "josé    100.00     -  ≠"),
                cliente3("contas").saida());
        assertTrue(cliente3("estado").erros().contains("as réplicas não estão iguais (r1, r2): os resumos diferem"));
    }

    @Test
    @DisplayName("parte 3, o disco da réplica enche-se, ou ela não pede o que lhe falta: parou, e diz porquê")
    void semDiscoOuComUmBuraco() {
        sequenciador();
        cena.iniciarComDiscoDe(8, "part3.Replica", "--id", "r1", "--pedidos", local(p[0]), "--ordem", local(p[1]),
                "--consulta", p[2], "--dados", temp.resolve("cheio")).esperarPronto();
        assertEquals(0, cliente3("carga", "--ops", 100, "--silencioso").codigo());
        replica("r2", p[3], "--sem-recuperacao");
        Cena.esperarEstado(p[2], "disco", e -> e.path("parada").asText().startsWith("disco: "));
        Cena.esperarEstado(p[3], "buraco", e -> e.path("parada").asText().startsWith("falta o número 1, e não o peço"));
        Cena.Fim estado = cliente3("estado");
        assertEquals(1, estado.codigo());
        assertTrue(estado.erros().contains("erro: r1 parou: disco: ")
                && estado.erros().contains("erro: r2 parou: falta o número 1"), estado::erros);
    }

    // ───── Parte 2 ─────

    @Test
    @DisplayName("parte 2, um worker a que falta algo que não pede: parou, e diz o número e a fila")
    void worker() {
        Object[] servidor = {"--porta", p[0], "--workers", local(p[1]), "--dados", temp.resolve("rpc")};
        Processo rpc = cena.iniciar("part2.RpcServer", servidor).esperarPronto();
        Processo w = cena.iniciar("part2.Worker", "--porta", p[1], "--consulta", p[2], "--rpc", local(p[0])).esperarPronto();
        for (int i = 1; i <= 2; i++) {
            assertEquals(0, cena.rodar("part2.Client", "--rpc", local(p[0]), "depositar", "ana", i).codigo());
        }
        Cena.esperarSeq(2, p[2]);
        w.matar();
        w.esperarFim();
        cena.iniciar("part2.Worker", "--porta", p[1], "--consulta", p[2], "--rpc", local(p[0]), "--sem-recuperacao")
                .esperarPronto();
        Cena.esperarEstado(p[2], "buraco",
                e -> e.path("parada").asText().matches("falta o número 1 da fila rpcserver-\\w+, e não o peço.*"));
        Cena.Fim saldo = cena.rodar("part2.Client", "--consultas", local(p[2]), "saldo", "ana");
        assertEquals(1, saldo.codigo());
        assertEquals(List.of("worker: ana tem 0.00"), saldo.saida());
        assertTrue(rpc.vivo());
    }

    // ───── Parte 4 ─────

    @Test
    @DisplayName("parte 4, o primário que foi deposto volta sem testemunha: recusa logo, com a razão, em vez de dez segundos"
            + " e indeterminada")
    void primarioDeposto() {
        Object[] doPrimario = {"--id", "p", "--pedidos", p[0], "--atualizacoes", p[1], "--consulta", p[4], "--dados",
                temp.resolve("p")};
        Object[] doBackup = {"--id", "b", "--pedidos", p[2], "--atualizacoes", p[3], "--consulta", p[5], "--dados",
                temp.resolve("b"),
            "--pedidos-primario", local(p[0]), "--atualizacoes-primario", local(p[1])};
        Object[] comTestemunha = {"--testemunha", local(p[6])};
        Processo w = cena.iniciar("part4.Witness", "--porta", p[6], "--dados", temp.resolve("w")).esperarPronto();
        Processo primario = iniciar("part4.Primary", comTestemunha, doPrimario).esperarPronto();
        Processo backup = iniciar("part4.Backup", comTestemunha, doBackup).esperarPronto();
        Cena.esperarEstado(p[0], "dois em dia", e -> e.get("em_dia").asInt() == 2);
        assertEquals(0, cliente4("depositar", "ana", 1).codigo());
        primario.matar();
        Cena.esperarEstado(p[2], "promovido", e -> e.get("primario").asBoolean());
        primario = iniciar("part4.Primary", comTestemunha, doPrimario).esperarPronto(); // volta, e fica a saber
        Cena.esperarEstado(p[2], "dois em dia", e -> e.get("em_dia").asInt() == 2);
        for (Processo todos : List.of(w, primario, backup)) {
            todos.encerrar();
            todos.esperarFim();
        }

        Processo deposto = cena.iniciar("part4.Primary", doPrimario).esperarPronto();
        cena.iniciar("part4.Backup", doBackup).esperarPronto();
        deposto.esperarNoRegistro("aviso porque=\"já não sou o primário: b#");
        for (String comando : List.of("depositar ana 1", "saldo ana")) {
            Cena.Fim fim = cliente4((Object[]) comando.split(" "));
            assertEquals(1, fim.codigo());
            assertTrue((fim.texto() + fim.erros()).contains("ERRO parado: já não sou o primário: b#"), fim::toString);
            assertFalse(fim.erros().contains("indeterminada") || fim.erros().contains("em 10 s"), fim::erros);
        }
        Cena.Fim estado = cena.rodar("part4.Client", "--consultas", local(p[4]), "estado");
        assertEquals(1, estado.codigo());
        assertTrue(estado.erros().contains("erro: p parou: já não sou o primário") && estado.erros().contains("--promover"),
                estado::erros);
    }

    private Cena.Fim cliente4(Object... comando) {
        return cena.rodar("part4.Client",
                Stream.concat(Stream.of("--primario", local(p[0]) + "," + local(p[2])), Stream.of(comando)).toArray());
    }

    // ───── Onde ficam os dados ─────

    @Test
    @DisplayName("a história é a mesma de onde quer que se inicie: da coleção, de uma pasta dela, de fora; um jar solto"
            + " guarda onde está")
    void dados() throws IOException, URISyntaxException {
        Path colecao = temp.resolve("coleção");
        Path fora = Files.createDirectories(temp.resolve("fora"));
        Files.createDirectories(colecao.resolve("shared"));
        Files.createDirectories(colecao.resolve("part3"));
        Files.writeString(colecao.resolve("shared/Banco.java"), "");
        // como o JBang o guarda
        Path programa = Files.createDirectories(temp.resolve("cache/jars/Sequencer.java.123")).resolve("p.jar");
        Path este = Path.of(Banco.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertEquals(0, cena.iniciarPrograma("cp", "-r", este.toString(), programa.toString()).esperarFim());

        assertEquals(fora.resolve("dados/part3-sequencer-a"), ondeGuarda("a", fora, programa, ""));
        Files.writeString(temp.resolve("cache/banco-replicado-colecao"), colecao + "\n");
        assertEquals(colecao.resolve("dados/part3-sequencer-b"), ondeGuarda("b", fora, programa, ""));
        assertEquals(colecao.resolve("dados/part3-sequencer-c"), ondeGuarda("c", colecao, programa, ""));
        assertEquals(colecao.resolve("dados/part3-sequencer-d"), ondeGuarda("d", colecao.resolve("part3"), programa, ""));
        assertEquals(temp.resolve("outra/part3-sequencer-e"),
                ondeGuarda("e", fora, programa, temp.resolve("outra").toString()));
        Files.delete(colecao.resolve("shared/Banco.java"));
        // a anotada já não está lá
        assertEquals(fora.resolve("dados/part3-sequencer-f"), ondeGuarda("f", fora, programa, ""));
    }

    private Path ondeGuarda(String id, Path daqui, Path programa, String variavel) throws IOException {
        String resto = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(c -> Path.of(c).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> comando = new ArrayList<>(
                List.of("sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", daqui.toString(), "env", "LC_ALL=C.UTF-8",
                "BANCO_DADOS=" + variavel, System.getProperty("java.home") + "/bin/java"));
        comando.addAll(Processo.DEPRESSA_COM_OUTRAS);
        comando.addAll(List.of("-cp", programa + File.pathSeparator + resto, "part3.Sequencer", "--id", id, "--bind",
                "192.0.2.1"));
        Processo papel = cena.iniciarPrograma(comando.toArray(String[]::new));
        assertEquals(1, papel.esperarFim(), () -> papel.registro().toString());
        try (Stream<Path> tudo = Files.walk(temp)) {
            return tudo.filter(pasta -> pasta.getFileName().toString().equals("part3-sequencer-" + id))
                    .findFirst().orElse(null);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(ParadaTest.class);
    }
}
