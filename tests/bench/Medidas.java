package tests.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import shared.texto.Json;

/** Tudo o que se mediu numa execução, o que não se pôde medir, e as metas. Escreve-se como tabela e como JSON. */
final class Medidas {

    /** O que se mede, com o nome do eixo x (vazio se não há) e a unidade. */
    enum Grupo {
        VAZAO("Operações por segundo", "pendentes", "ops/s"),
        P50("Latência: metade demora menos (p50)", "pendentes", "ms"),
        P99("Latência: 99 % demoram menos (p99)", "pendentes", "ms"),
        PROCESSADOR("Processador, somados os processos do sistema", "pendentes", "µs/op"),
        FSYNC("Esperar pelo disco: 200 bytes e fsync", "", "ms"),
        PECAS("As peças, sozinhas (JMH)", "", "ns"),
        ARRANQUE("Do comando a 'pronto:'", "", "s"),
        ARRANQUE_CPU("Do comando a 'pronto:', no processador", "", "s"),
        OPCOES("Com outras opções da máquina virtual, 64 pendentes", "", "ops/s"),
        PARADA("Memória residente (RSS)", "", "MB"),
        TROCA("Troca: do kill -9 em quem manda à próxima confirmação", "", "s"),
        REPLICAS("Mais réplicas, 64 pendentes", "réplicas", "ops/s"),
        TAMANHO("Mensagens maiores, 64 pendentes", "bytes", "ops/s"),
        CONTAS("Mais contas, 64 pendentes", "contas", "ops/s"),
        FOTO("Mais contas: fotografar o banco", "contas", "ms"),
        PAUSA("A maior pausa em muitas operações seguidas", "contas", "ms"),
        RECUPERAR("Mais história: recuperá-la ao iniciar", "operações", "s"),
        TARDE("Mais história: a réplica que chega tarde", "operações", "s"),
        DISCO("Mais história: no disco", "operações", "MB"),
        VIVA("Mais história: memória em uso (heap)", "operações", "MB"),
        LONGA_RSS("Muitas operações: memória residente (RSS)", "operações", "MB"),
        LONGA_VAZAO("Muitas operações: operações por segundo", "operações", "ops/s"),
        GRUPOS_VAZAO("Contas em grupos: transferências por segundo", "grupos", "ops/s"),
        GRUPOS_RAZAO("Contas em grupos: ao lado da primeira linha", "grupos", "vezes"),
        GRUPOS_P50("Contas em grupos: metade demora menos (p50)", "grupos", "ms"),
        GRUPOS_P99("Contas em grupos: 99 % demoram menos (p99)", "grupos", "ms"),
        GRUPOS_PROCESSADOR("Contas em grupos: processador", "grupos", "µs/op"),
        ESCALA_CUSTOS("Contas em grupos: o que custa aqui", "", "µs"),
        ESCALA_MAQUINAS("Mais máquinas (simulado), 10 grupos em cada", "máquinas", "ops/s"),
        ESCALA_GRUPOS("Mais grupos (simulado), 30 máquinas", "grupos", "ops/s"),
        ESCALA_P50("Metade demora menos (simulado), 30 máquinas, 8 pendentes em cada", "grupos", "ms"),
        ESCALA_USO("O que está ocupado (simulado), 30 máquinas", "grupos", "%"),
        ESCALA_MEMORIA("Mil milhões de contas: memória por máquina", "máquinas", "GB");

        final String titulo;
        final String eixo;
        final String unidade;

        Grupo(String titulo, String eixo, String unidade) {
            this.titulo = titulo;
            this.eixo = eixo;
            this.unidade = unidade;
        }
    }

    /** O que se mediu de um sistema num ponto, rodada a rodada. @param x o valor no eixo do grupo, ou 0 */
    record Medida(Grupo grupo, String painel, String sistema, double x, List<Double> rodadas) {

        double mediana() {
            double[] ordem = ordem().toArray();
            int meio = ordem.length / 2;
            return ordem.length % 2 == 1 ? ordem[meio] : (ordem[meio - 1] + ordem[meio]) / 2;
        }

        double minimo() {
            return ordem().min().orElseThrow();
        }

        double maximo() {
            return ordem().max().orElseThrow();
        }

        private DoubleStream ordem() {
            return rodadas.stream().mapToDouble(d -> d).sorted();
        }
    }

    private final Map<String, Medida> medidas = new LinkedHashMap<>();
    private final Map<String, String> ausentes = new LinkedHashMap<>();
    private final OffsetDateTime quando = OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);

    /** Quantos já queriam o processador antes de se começar, em média no último minuto; negativo onde não se sabe. */
    private final double ocupada = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();

    /** Junta um valor, o da próxima rodada. */
    void anotar(Grupo grupo, String painel, String sistema, double x, double valor) {
        medidas.computeIfAbsent(grupo + "/" + sistema + "/" + x,
                c -> new Medida(grupo, painel, sistema, x, new ArrayList<>()))
                .rodadas().add(valor);
    }

    /** Um sistema que não se mediu, e porquê. */
    void ausente(String sistema, Throwable razao) {
        ausentes.put(sistema, String.valueOf(razao.getMessage()).lines().findFirst().orElse("?"));
    }

    Map<String, String> ausentes() {
        return ausentes;
    }

    List<Medida> de(Grupo grupo) {
        return medidas.values().stream().filter(medida -> medida.grupo() == grupo).toList();
    }

    /** @return null se não se mediu */
    Medida uma(Grupo grupo, String sistema, double x) {
        return medidas.get(grupo + "/" + sistema + "/" + x);
    }

    /** Onde e quando se mediu: os núcleos, a memória, o JDK. */
    String maquina() {
        return IntStream.of(Runtime.getRuntime().availableProcessors()).mapToObj(n -> n + (n == 1 ? " núcleo" : " núcleos"))
                .findFirst().orElseThrow() + ", JDK " + System.getProperty("java.version") + ", "
                + System.getProperty("os.name") + ", " + quando.toLocalDate()
                + (ocupada > Runtime.getRuntime().availableProcessors() / 2.0
                ? ", OCUPADA com outras coisas (carga " + numero(ocupada) + "): repita quando estiver livre" : "");
    }

    // ───── Tabela ─────

    /** As tabelas, em 80 colunas. */
    String texto(List<Metas.Meta> metas) {
        StringBuilder texto = new StringBuilder();
        for (double pendentes : de(Grupo.VAZAO).stream().mapToDouble(Medida::x).distinct().sorted().toArray()) {
            String titulo = pendentes == 1 ? "uma de cada vez" : numero(pendentes) + " pendentes";
            linha(texto, "%n%-26s %8s %-17s %8s %8s %7s", titulo, "ops/s", "(mín–máx)", "p50 ms", "p99 ms", "razão");
            for (Medida vazao : de(Grupo.VAZAO)) {
                if (vazao.x() == pendentes) {
                    Medida base = de(Grupo.VAZAO).stream()
                            .filter(m -> m.x() == pendentes && m.painel().equals(vazao.painel()))
                            .findFirst().orElseThrow();
                    linha(texto, "%-26s %8s %-17s %8.3f %8.3f %7.2f", vazao.sistema(), numero(vazao.mediana()), faixa(vazao),
                            uma(Grupo.P50, vazao.sistema(), pendentes).mediana(),
                            uma(Grupo.P99, vazao.sistema(), pendentes).mediana(), vazao.mediana() / base.mediana());
                }
            }
        }
        if (!de(Grupo.VAZAO).isEmpty()) {
            linha(texto, "razão: de quantas operações por segundo faz o primeiro do mesmo grupo");
        }
        for (Grupo grupo : Grupo.values()) {
            if (!List.of(Grupo.VAZAO, Grupo.P50, Grupo.P99).contains(grupo) && !de(grupo).isEmpty()) {
                linha(texto, "%n%-46s %10s %8s %s", grupo.titulo, grupo.eixo, grupo.unidade, "(mín–máx)");
                de(grupo).forEach(m -> linha(texto, "%-46s %10s %8s %s", m.sistema(), m.x() == 0 ? "" : numero(m.x()),
                        numero(m.mediana()), faixa(m)));
            }
        }
        if (!metas.isEmpty()) {
            linha(texto, "%n%-50s %6s %6s  %s", "meta", "alvo", "visto", "");
            metas.forEach(meta -> linha(texto, "%-50s %s%5s %6s  %s", meta.nome(), meta.noMaximo() ? "≤" : "≥",
                    numero(meta.alvo()), meta.visto() == null ? "?" : numero(meta.visto().mediana()), meta.veredito()));
        }
        ausentes.forEach((sistema, razao) -> linha(texto, "%nnão se mediu %s: %s", sistema, razao));
        return texto.toString();
    }

    private static void linha(StringBuilder texto, String formato, Object... valores) {
        texto.append(String.format(Locale.ROOT, formato, valores).stripTrailing()).append(System.lineSeparator());
    }

    static String faixa(Medida medida) {
        return medida.rodadas().size() < 2 ? "" : "(" + numero(medida.minimo()) + "–" + numero(medida.maximo()) + ")";
    }

    /** Três algarismos bastam abaixo de mil; acima, inteiro. */
    static String numero(double valor) {
        int casas = valor == Math.rint(valor) || Math.abs(valor) >= 100 ? 0 : Math.abs(valor) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + casas + "f", valor);
    }

    // ───── JSON ─────

    void escreverJson(Path arquivo, List<Metas.Meta> metas) throws IOException {
        ObjectNode json = Json.MAPPER.createObjectNode().put("quando", quando.toString())
                .put("maquina", maquina()).put("carga", ocupada);
        ArrayNode lista = json.putArray("medidas");
        for (Medida medida : medidas.values()) {
            ObjectNode uma = lista.addObject().put("grupo", medida.grupo().name().toLowerCase(Locale.ROOT))
                    .put("sistema", medida.sistema()).put("x", medida.x()).put("unidade", medida.grupo().unidade)
                    .put("mediana", medida.mediana()).put("minimo", medida.minimo()).put("maximo", medida.maximo());
            medida.rodadas().forEach(uma.putArray("rodadas")::add);
        }
        ArrayNode comparadas = json.putArray("metas");
        for (Metas.Meta meta : metas) {
            ObjectNode uma = comparadas.addObject().put("nome", meta.nome()).put("alvo", meta.alvo())
                    .put("veredito", meta.veredito());
            if (meta.visto() != null) {
                uma.put("mediana", meta.visto().mediana()).put("minimo", meta.visto().minimo())
                        .put("maximo", meta.visto().maximo());
            }
        }
        ObjectNode faltam = json.putObject("ausentes");
        ausentes.forEach(faltam::put);
        Files.createDirectories(arquivo.toAbsolutePath().getParent());
        Files.writeString(arquivo, Json.MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(json) + "\n");
    }
}
