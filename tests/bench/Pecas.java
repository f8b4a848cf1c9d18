//DEPS org.openjdk.jmh:jmh-core:1.37
//DEPS org.openjdk.jmh:jmh-generator-annprocess:1.37
//SOURCES DeProcessos.java Medidas.java
//COMPILE_OPTIONS -processor org.openjdk.jmh.generators.BenchmarkProcessor
package tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import shared.Banco;
import shared.Operacao;
import shared.disco.Diario;
import shared.papel.Carga;
import shared.texto.Falha;
import shared.texto.Json;
import tests.Coveiro;
import tests.Processo;
import tests.bench.Medidas.Grupo;

/** As peças de que as partes se fazem, uma a uma, medidas com o JMH: quanto custa cada uma por operação. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class Pecas {

    private static final int OPERACOES = 4_096;
    private static final int LOTE = 64;
    private static final Map<String, String> NOMES = Map.of("aplicar", "Banco.aplicar", "escrever", "Operacao para JSON",
            "ler", "Operacao de JSON", "anexar", "Diario: anexar, em lotes de 64, sem esperar o disco",
            "gravar", "Diario: anexar e esperar o disco (fsync)");

    private final List<Operacao> operacoes = new ArrayList<>();
    private final List<String> textos = new ArrayList<>();
    private final List<byte[]> bytes = new ArrayList<>();
    private Banco banco;
    private Path pasta;
    private Diario diario;
    private int proxima;
    private int numero;

    /** O banco lembra-se dos id_msg: cada volta usa operações novas, feitas fora da medida. */
    @Setup(Level.Trial)
    public void preparar() throws IOException {
        Carga.operacoes(1, 1_000, OPERACOES).forEachRemaining(operacoes::add);
        operacoes.forEach(op -> textos.add(op.json()));
        textos.forEach(texto -> bytes.add(texto.getBytes(StandardCharsets.UTF_8)));
        pasta = Files.createTempDirectory("banco-bench-");
    }

    @Setup(Level.Iteration)
    public void recomecar() {
        fechar();
        banco = new Banco();
        diario = Diario.abrir(pasta.resolve("diario"), true);
        diario.guardarMeta(Json.MAPPER.createObjectNode().put("historia", "bench"));
        diario.repetir(json -> { });
    }

    @TearDown(Level.Iteration)
    public void fechar() {
        if (diario != null) {
            diario.close();
            diario = null;
        }
    }

    @TearDown(Level.Trial)
    public void arrumar() {
        Coveiro.apagar(pasta);
    }

    private int seguinte() {
        proxima = (proxima + 1) % OPERACOES;
        return proxima;
    }

    /** Com um id_msg novo, como numa réplica; fazê-lo custa menos de um décimo do resto. */
    @Benchmark
    public Object aplicar() {
        Operacao op = operacoes.get(seguinte());
        return banco.aplicar(new Operacao(Integer.toString(numero++), op.tipo(), op.conta_origem(),
                op.conta_destino(), op.valor()));
    }

    @Benchmark
    public Object escrever() {
        return operacoes.get(seguinte()).json();
    }

    @Benchmark
    public Object ler() {
        return Operacao.ler(bytes.get(seguinte()));
    }

    @Benchmark
    public void anexar() {
        diario.anexar(textos.get(seguinte()));
        if (proxima % LOTE == 0) {
            diario.gravar(false);
        }
    }

    @Benchmark
    public void gravar() {
        diario.anexar(textos.get(seguinte()));
        diario.gravar();
    }

    // ───── Medir ─────

    /** Mede todas, em processos à parte. @param quanto a duração de cada rodada */
    static void medir(Medidas medidas, int rodadas, Duration quanto) {
        LadoALado.dizer("as peças, com o JMH");
        try {
            Path resultado = Files.createTempFile("banco-bench-", ".json");
            medir(medidas, rodadas, quanto, resultado);
            Files.delete(resultado);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void medir(Medidas medidas, int rodadas, Duration quanto, Path resultado) throws IOException {
        String tempo = quanto.toMillis() + "ms";
        try (Processo jmh = Processo.iniciarCom(List.of("-Djmh.ignoreLock=true"), "org.openjdk.jmh.Main",
                Pecas.class.getName(), "-f", "1", "-wi", "2", "-w", tempo, "-i", "" + rodadas, "-r", tempo, "-v", "SILENT",
                "-rf", "json", "-rff", resultado.toString())) {
            if (jmh.esperarFim(Duration.ofMinutes(10)) != 0) {
                throw new Falha("o JMH falhou: " + String.join(" ", jmh.registro()) + String.join(" ", jmh.saida()));
            }
            for (JsonNode peca : Json.MAPPER.readTree(resultado.toFile())) {
                String metodo = peca.get("benchmark").textValue().replaceAll(".*\\.", "");
                for (JsonNode valor : peca.get("primaryMetric").get("rawData").get(0)) {
                    medidas.anotar(Grupo.PECAS, "", NOMES.getOrDefault(metodo, metodo), 0, valor.doubleValue());
                }
            }
        }
    }
}
