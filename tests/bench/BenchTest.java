///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As medidas: que o comando mede processos de verdade, e diz o que não mediu.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Precisa.java ../Testes.java Bench.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part3.regra.grupos.Grupos;
import shared.Operacao;
import shared.texto.Json;
import tests.Precisa;
import tests.Precisa.De;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.bench.Medidas.Grupo;

@DisplayName("As medidas")
class BenchTest {

    @TempDir
    private Path pasta;

    @Test
    @DisplayName("põe sistemas lado a lado, escreve a tabela, o JSON e a página, e nomeia o que falta na máquina")
    void ladoALado() throws IOException {
        String tabela = medir(0, "--rapido", "--rodadas", "1", "--segundos", "0.05", "--cargas", "2",
                "--so", "puro (3),parte 3,Redis");
        assertTrue(tabela.contains("\n2 pendentes ") && tabela.contains("\nparte 3, em disco "), tabela);
        assertTrue(tabela.contains("falta o redis-server: sudo apt install redis-server"), tabela);
        assertTrue(tabela.lines().takeWhile(linha -> !linha.startsWith("não se mediu"))
                .allMatch(linha -> linha.length() <= 80), tabela);

        JsonNode json = Json.MAPPER.readTree(pasta.resolve("medidas.json").toFile());
        for (String sistema : List.of("JeroMQ puro (3)", "parte 3, em memória", "parte 3, em disco", "parte 3 com Raft")) {
            assertTrue(mediana(json, "vazao", sistema) > 0
                    && mediana(json, "p99", sistema) >= mediana(json, "p50", sistema), tabela);
        }
        for (String peca : List.of("Banco.aplicar", "Operacao para JSON", "Operacao de JSON")) {
            assertTrue(mediana(json, "pecas", peca) > 0, tabela);
        }
        assertTrue(json.get("ausentes").has("Redis (AOF always, WAIT 1)"), json::toPrettyString);
        assertTrue(json.get("metas").size() > 5, json::toPrettyString);

        String pagina = Files.readString(pasta.resolve("medidas.html"));
        String dentro = pagina.replaceAll("(?s).*<script type=\"application/json\" id=\"dados\">(.*?)</script>.*", "$1");
        assertEquals("Quanto custa", Json.MAPPER.readTree(dentro).get("titulo").textValue());
    }

    @Test
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("o que a página manda rodar, com as outras partes e os programas em Python: uma rodada curta de cada um")
    void outrasPartes() throws IOException {
        String tabela = medirCom(System.getenv("PATH"), 0, "--rapido", "--rodadas", "1", "--segundos", "0.05",
                "--cargas", "2", "--so", "parte 2,parte 4,Python");
        JsonNode json = Json.MAPPER.readTree(pasta.resolve("medidas.json").toFile());
        for (String sistema : List.of("parte 2", "parte 4")) {
            for (String onde : List.of(", em memória", ", em disco")) {
                assertTrue(mediana(json, "vazao", sistema + onde) > 0, tabela);
            }
        }
    }

    @Test
    @DisplayName("segue a memória ao longo de muitas operações")
    void crescimento() throws IOException {
        medir(0, "crescimento", "operacoes", "--ops", "20000", "--segundos", "0.05"); // mais do que cabem numa medida só
        JsonNode json = Json.MAPPER.readTree(pasta.resolve("crescimento.json").toFile());
        assertTrue(StreamSupport.stream(json.get("medidas").spliterator(), false)
                .filter(medida -> medida.get("grupo").textValue().equals("longa_vazao")).count() > 1);
    }

    @Test
    @DisplayName("mede a maior pausa do sequenciador entre duas respostas, e quanto dela é da máquina virtual")
    void pausa() throws IOException {
        String tabela = medir(0, "crescimento", "pausa", "--rapido", "--ops", "2000", "--segundos", "0.05");
        JsonNode json = Json.MAPPER.readTree(pasta.resolve("crescimento.json").toFile());
        double silencio = mediana(json, "pausa", Crescimento.SILENCIO);
        assertTrue(silencio > 0 && silencio < 60_000, tabela);
        assertTrue(mediana(json, "pausa", "sequenciador: a máquina virtual parada") >= 0, tabela);
    }

    @Test
    @DisplayName("mata quem manda, e mede quanto tempo ninguém confirma, na parte 4 e com Raft; nomeia o etcd, que falta")
    void troca() throws IOException {
        String tabela = medir(0, "troca", "--rodadas", "1");
        JsonNode json = Json.MAPPER.readTree(pasta.resolve("troca.json").toFile());
        for (String sistema : List.of("parte 4, com testemunha", "parte 3 com Raft")) {
            double segundos = mediana(json, "troca", sistema);
            assertTrue(segundos > 0.1 && segundos < 60, tabela); // ninguém manda sem antes dar por falta do outro
        }
        assertTrue(tabela.contains("falta o etcd: sudo apt install etcd-server"), tabela);
    }

    @Test
    @DisplayName("contas em grupos: transfere dentro e entre dois grupos, e compara-os; nomeia o etcd, que falta")
    void grupos() throws IOException {
        String tabela = medir(0, "grupos", "--grupos", "2", "--entre", "0,50", "--pendentes", "4", "--rodadas", "1",
                "--segundos", "0.05");
        JsonNode json = Json.MAPPER.readTree(pasta.resolve("grupos.json").toFile());
        for (String qual : List.of("0 % entre grupos", "50 % entre grupos")) {
            assertTrue(mediana(json, "grupos_vazao", qual) > 0 && mediana(json, "grupos_processador", qual) > 0
                    && mediana(json, "grupos_p99", qual) >= mediana(json, "grupos_p50", qual), tabela);
        }
        assertEquals(1, mediana(json, "grupos_razao", "0 % entre grupos"));
        assertTrue(tabela.contains("não se mediu etcd (3 membros): falta o etcd: sudo apt install etcd-server"), tabela);
        assertTrue(tabela.lines().takeWhile(linha -> !linha.startsWith("não se mediu"))
                .allMatch(linha -> linha.length() <= 80), tabela);
    }

    @ParameterizedTest(name = "de cem, {0}")
    @ValueSource(ints = {0, 10, 50, 100})
    @DisplayName("de cem transferências, passam de um grupo a outro as que se disse")
    void entreGrupos(int percentagem) {
        Grupos grupos = new Grupos(4);
        List<Operacao> todas = EmGrupos.transferencias(grupos, percentagem);
        for (int desde = 0; desde < todas.size(); desde += 100) {
            assertEquals(percentagem, todas.subList(desde, desde + 100).stream().filter(grupos::passa).count());
        }
    }

    @Test
    @Precisa(De.ETCD)
    @DisplayName("no banco feito sobre o etcd, muitos pelas mesmas três contas: há conflitos, e o dinheiro conserva-se")
    void etcdComContas() throws IOException {
        List<String> contas = List.of("ana", "bia", "caio");
        BigDecimal cem = BigDecimal.valueOf(100);
        try (EtcdComContas etcd = new EtcdComContas()) {
            etcd.iniciar();
            etcd.medir(new Moldes(contas.stream().map(conta -> Operacao.deposito(conta, cem)).toList(), etcd::pedido), 1,
                    new Sistema.Ate(Processo.PRAZO, contas.size()));
            etcd.medir(new Moldes(() -> IntStream.range(0, 30).mapToObj(i -> Operacao.transferencia(contas.get(i % 3),
                    contas.get((i + 1 + i / 15) % 3), BigDecimal.valueOf(1 + i))).iterator(), etcd::pedido), 8,
                    new Sistema.Ate(Processo.PRAZO, 300));
            BigDecimal soma = BigDecimal.ZERO;
            try (Gerador.Conexao conexao = new Gerador.Conexao(etcd.porta(1), etcd.protocolo)) {
                for (String conta : contas) {
                    BigDecimal saldo = etcd.saldo(conexao, conta);
                    assertTrue(saldo.signum() >= 0, conta + " tem " + saldo);
                    soma = soma.add(saldo);
                }
            }
            assertEquals(0, soma.compareTo(BigDecimal.valueOf(300)), "há " + soma);
            assertTrue(etcd.tentativas() > 1, "nenhum conflito");
        }
    }

    @Test
    @DisplayName("uma meta é a razão de cada rodada, e a mediana diz se está cumprida; o que falta não se inventa")
    void metas() {
        Medidas m = new Medidas();
        anotar(m, Grupo.VAZAO, "parte 3, em memória", 64, 10, 70, 80);
        anotar(m, Grupo.VAZAO, "JeroMQ puro (3)", 64, 100, 100, 100);
        anotar(m, Grupo.VAZAO, "parte 3, em disco", 64, 10, 35, 40);
        anotar(m, Grupo.PROCESSADOR, "parte 3, em memória", 64, 30);
        anotar(m, Grupo.PROCESSADOR, "JeroMQ puro (3)", 64, 10);
        anotar(m, Grupo.P99, "parte 3, em memória", 64, 1.1);
        anotar(m, Grupo.P99, "JeroMQ com shared/zmq (3)", 64, 1);
        anotar(m, Grupo.VAZAO, "parte 3, em disco", 1, 500); // 2 ms por operação, dos quais 1,5 de disco e 0,25 de volta
        anotar(m, Grupo.VAZAO, "JeroMQ puro (3)", 1, 4_000);
        anotar(m, Grupo.FSYNC, "parte 3, em disco", 0, 1.5);
        anotar(m, Grupo.TROCA, "parte 3 com Raft", 0, 1.2, 0.9);
        anotar(m, Grupo.TROCA, "etcd (3 membros)", 0, 2, 1);
        anotar(m, Grupo.PAUSA, Crescimento.SILENCIO, 1_000, 3); // com poucas contas não é a meta
        anotar(m, Grupo.TARDE, "part2.RpcServer", 5_000_000, 11);
        Map<String, String> vistas = new LinkedHashMap<>();
        Metas.conferir(m).forEach(meta -> vistas.put(meta.nome(), meta.veredito()
                + (meta.visto() == null ? "" : " " + Medidas.numero(meta.visto().mediana()))));
        assertEquals("cumprida 0.70", vistas.get("parte 3 / JeroMQ puro, 64 pendentes"));
        assertEquals("não cumprida 0.50", vistas.get("parte 3 em disco / em memória, 64 pendentes"));
        assertEquals("não cumprida 3", vistas.get("processador por op: parte 3 / JeroMQ puro, 64"));
        assertEquals("cumprida 1.10", vistas.get("p99, 64: parte 3 / JeroMQ e shared/zmq"));
        assertEquals("não cumprida 0.88", vistas.get("parte 3: uma de cada vez / fsync (1.50 ms) e volta"));
        assertEquals("cumprida 0.75", vistas.get("morto o líder, sem confirmar: Raft / etcd"));
        assertEquals("não medida", vistas.get("maior pausa, um milhão de contas, em ms"));
        assertEquals("não cumprida 11", vistas.get("worker tardio, cinco milhões de ops, em s"));
        assertEquals("não medida", vistas.get("parte 4 em disco / Redis, 64 pendentes"));
        assertTrue(vistas.keySet().stream().allMatch(nome -> nome.length() <= 50), "cabe na tabela");
    }

    @Test
    @DisplayName("a tabela de part3/GRUPOS.md: uma linha por parte entre grupos, uma coluna por número de grupos")
    void tabelaDaEscala() throws IOException {
        Medidas m = new Medidas();
        anotar(m, Grupo.ESCALA_GRUPOS, "0 % entre grupos", 1, 437);
        anotar(m, Grupo.ESCALA_GRUPOS, "0 % entre grupos", 1_000, 11_738.4);
        anotar(m, Grupo.ESCALA_GRUPOS, "50 % entre grupos", 1_000, 6_044);
        Path tabela = pasta.resolve("nova/escala.md");
        Resumo.escreverEscala(tabela, m);
        assertEquals(List.of("| 30 máquinas, ops/s | 1 | 1000 |", "|---|---|---|", "| 0 % entre grupos | 437 | 11738 |",
                "| 50 % entre grupos | — | 6044 |"), Files.readAllLines(tabela).subList(0, 4));
    }

    private static void anotar(Medidas medidas, Grupo grupo, String sistema, double x, double... valores) {
        DoubleStream.of(valores).forEach(valor -> medidas.anotar(grupo, "", sistema, x, valor));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"--rodadas 0", "--segundos 0", "--cargas 0", "--so nenhum", "crescimento --contas 1",
            "crescimento nada", "grupos --grupos 11", "grupos --entre 101"})
    @DisplayName("uma opção errada é uma linha e o código 2")
    void opcaoErrada(String argumentos) {
        String erro = medir(2, argumentos.split(" "));
        assertTrue(erro.startsWith("erro de uso: ") && erro.lines().count() == 1, erro);
    }

    /** Roda o comando sem nenhum programa no PATH. @return o que escreveu: a saída padrão ou, se falhou, o erro padrão */
    private String medir(int codigo, String... argumentos) {
        return medirCom("/nenhuma", codigo, argumentos);
    }

    private String medirCom(String path, int codigo, String... argumentos) {
        List<String> comando = Stream.concat(Stream.of("/usr/bin/env", "PATH=" + path,
                System.getProperty("java.home") + "/bin/java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), "tests.bench.Bench"),
                Stream.of(argumentos)).toList();
        boolean deUso = codigo == 2;
        try (Processo bench = Processo.comando(Stream.concat(comando.stream(), deUso ? Stream.empty()
                : Stream.of("--saida", pasta.toString())).toArray(String[]::new))) {
            int fim = bench.esperarFim(Duration.ofMinutes(5));
            String tudo = String.join("\n", deUso ? bench.registro() : bench.saida());
            assertEquals(codigo, fim, () -> tudo + "\n" + String.join("\n", bench.registro()));
            assertFalse(String.join("\n", bench.registro()).contains("Exception"),
                    () -> String.join("\n", bench.registro()));
            return tudo;
        }
    }

    private static double mediana(JsonNode json, String grupo, String sistema) {
        return StreamSupport.stream(json.get("medidas").spliterator(), false)
                .filter(medida -> medida.get("grupo").textValue().equals(grupo)
                        && medida.get("sistema").textValue().equals(sistema))
                .mapToDouble(medida -> medida.get("mediana").doubleValue()).findFirst().orElseThrow();
    }

    public static void main(String[] args) {
        Testes.rodar(BenchTest.class);
    }
}
