///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A porta de RPC diante de ruído, mensagens ruins e clientes mudos: responde erros JSON-RPC e segue de pé.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../rede/Bruto.java ConexaoRpyc.java ../Testes.java ../Processo.java ../../shared/rede/Requisicao.java
//SOURCES ../../part2/RpcServer.java ../../part2/Worker.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Processo;
import tests.Testes;
import tests.rede.Bruto;

/** Nos textos deste arquivo, ' está por ". */
@DisplayName("Ruído na porta de RPC")
class RuidoRpcTest {

    private static final int PORTA = Processo.portaLivre();
    private static final int FILA = Processo.portaLivre();
    private static final int CONSULTA = Processo.portaLivre();
    private static final String BOA = "{'jsonrpc': '2.0', 'id': 1, 'method': 'depositar', 'params': ['ana', 1]}";

    private static final String INTRUSA = BOA.replace("ana", "intrusa");

    private static Processo servidor;
    private static Processo worker;

    private final Conexao conexao = new Conexao();

    @BeforeAll
    static void iniciar() {
        worker = Processo.iniciar("part2.Worker", "--memoria",
                "--porta", "" + FILA, "--consulta", "" + CONSULTA).esperarPronto();
        servidor = Processo.iniciarCom(List.of("-Xmx64m"), "part2.RpcServer", "--memoria",
                "--porta", "" + PORTA, "--workers", "127.0.0.1:" + FILA).esperarPronto();
    }

    @AfterEach
    void aindaAtende() {
        conexao.close();
        try (Conexao outra = new Conexao()) {
            assertEnfileirado(outra.pedir(BOA));
        }
        assertFalse(servidor.registro().stream().anyMatch(l -> l.matches("\tat .*|.*(Exception|timed out).*")), "uma pilha");
    }

    @AfterAll
    static void encerrar() {
        servidor.close();
        worker.close();
    }

    // ───── O que não é JSON-RPC ─────

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            -32700 | {]
            -32700 | {'jsonrpc': '2.0', 'method': }
            -32700 | {'jsonrpc': '2.0', 'jsonrpc': '2.0', 'id': 1, 'method': 'sacar', 'params': ['ana', 1]}
            -32600 | {}
            -32600 | []
            -32600 | 7
            -32600 | 'texto'
            -32600 | null
            -32600 | {'jsonrpc': '2.0', 'id': 1}
            -32600 | {'id': 1, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': 2.0, 'id': 1, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '1.0', 'id': 1, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '2.0', 'id': 1, 'method': 7, 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '2.0', 'id': {}, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '2.0', 'id': true, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '2.0', 'id': 1e999999999, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '2.0', 'id': NaN, 'method': 'depositar', 'params': ['ana', 1]}
            -32600 | {'jsonrpc': '2.0', 'id': -Infinity, 'method': 'depositar', 'params': ['ana', 1]}
            """)
    @DisplayName("o que não é um pedido recebe um erro com id null, uma linha no registro, e nada do que vem atrás se faz")
    void naoEUmPedido(int codigo, String mensagem) {
        conexao.escrever(mensagem + "\n" + INTRUSA + "\n");
        assertErro(codigo, "null", conexao.ler());
        assertFechadaSemFazerMaisNada();
    }

    /** Em cada um, a operação vem atrás; \\n, \\0 e \\x16 são os bytes desses nomes. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            um pedido HTTP             | POST / HTTP/1.1\\nHost: a:50051\\nContent-Type: text/plain\\nContent-Length: 9\\n\\n
            um pedido HTTP             | POST / HTTP/1.1\\nContent-Type: application/x-www-form-urlencoded\\n\\n
            um pedido HTTP             | GET /?q={'jsonrpc':'2.0'} HTTP/1.1\\nHost: outro.exemplo\\nUpgrade: websocket\\n\\n
            um pedido HTTP             | GET /qualquer\\n
            um pedido HTTP             | INVENTADO / HTTP/1.1\\n\\n
            um pedido HTTP             | G
            um pedido HTTP             | POS
            HTTP/2                     | PRI * HTTP/2.0\\n\\nSM\\n\\n
            uma resposta HTTP          | HTTP/1.1 200 OK\\n\\n
            cabeçalhos, .*Content-L    | Content-Length: 80\\n\\n
            cabeçalhos, .*Content-L    | content-le
            uma netstring              | 80:
            TLS: .*--chaves            | \\x16\\x03\\x01\\x02
            a saudação do ZeroMQ       | \\xff\\0\\0\\0\\0\\0\\0\\0\\x01\\x7f
            texto em UTF-16            | \\xff\\xfe{\\0
            XML ou HTML                | <?xml version='1.0'?>\\n
            texto: .*lixo              | lixo\\n
            texto: .*ajuda             | ajuda
            um protocolo binário: 84 a | \\x84\\xa7jsonrpc\\xa32.0
            JSON malformado            | {'jsonrpc': dois
            """)
    @DisplayName("o que não é JSON-RPC é dito pelo nome, na hora, e nada do que vem atrás se faz")
    void ditoPeloNome(String parece, String bytes) {
        Matcher codigos = Pattern.compile("\\\\(n|0|x..)").matcher(bytes);
        String escrito = codigos.replaceAll(c -> Matcher.quoteReplacement(c.group(1).equals("n") ? "\n"
                : c.group(1).equals("0") ? "\0" : String.valueOf((char) Integer.parseInt(c.group(1).substring(1), 16))));
        byte[] escrita = escrito.replace('\'', '"').getBytes(ISO_8859_1);
        long inicio = System.nanoTime();
        JsonNode resposta = conexao.escrever(escrita).ler();
        long esperou = (System.nanoTime() - inicio) / 1_000_000;
        assertTrue(esperou < 5_000, "esperou " + esperou + " ms; o prazo no meio de uma mensagem são 10 s");
        assertErro(-32700, "null", resposta);
        assertTrue(resposta.at("/error/message").asText().matches(".*" + parece + ".*"), resposta.toString());
        conexao.escrever(INTRUSA + "\n");
        assertFechadaSemFazerMaisNada();
    }

    @Test
    @DisplayName("um pedido HTTP que chega um byte de cada vez, com o corpo já atrás, é um pedido HTTP")
    void httpAosPoucos() {
        for (byte letra : ("POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\n" + INTRUSA).replace('\'', '"').getBytes(UTF_8)) {
            conexao.escrever(new byte[] {letra});
        }
        assertTrue(conexao.ler().toString().contains("um pedido HTTP"));
        assertFechadaSemFazerMaisNada();
    }

    @Test
    @DisplayName("quem foi recusado e não fecha é fechado ao fim de uns segundos, e no registro fica uma linha só")
    void recusadoQueNaoFecha() {
        conexao.escrever("lixo\n").ler();
        Processo.esperar("que o servidor feche", Processo.PRAZO, () -> !conexao.escreve());
        String dele = "de=/127.0.0.1:" + conexao.soquete.getLocalPort() + " ";
        assertTrue(servidor.registro().stream().filter(linha -> linha.contains(dele)).count() <= 1,
                () -> servidor.registro().toString());
    }

    @Test
    @DisplayName("entre mensagens serve qualquer separador, ou nenhum: fim de linha, espaços, NUL, RS, a marca do UTF-8")
    void separadores() {
        String[] entre = {"\uFEFF", "", "\n", "\r\n", "\0", "\u001e", "\n\u001e", " \t ", "\uFEFF", "\n\n\0\0"};
        StringBuilder todas = new StringBuilder();
        for (int id = 0; id < entre.length; id++) {
            todas.append(entre[id]).append(BOA.replace("'id': 1", "'id': " + id));
        }
        conexao.escrever(todas + "\0");
        for (int id = 0; id < entre.length; id++) {
            JsonNode resposta = conexao.ler();
            assertEnfileirado(resposta);
            assertEquals(id, resposta.path("id").asInt());
        }
    }

    @Test
    @DisplayName("cada recusa deixa uma linha no registro, com o endereço de quem enviou")
    void linhaPorRecusa() {
        String roubar = "{'jsonrpc': '2.0', 'id': 1, 'method': 'roubar'}";
        for (String recusada : List.of("lixo", "[7]", roubar, roubar.replace("'id': 1, ", ""), BOA.replace("1]", "-1]"))) {
            // muitas seguidas, de outro teste, omitem-se por 5 s
            Processo.esperar("a linha de " + recusada, Processo.PRAZO, () -> {
                try (Conexao outra = new Conexao()) {
                    outra.escrever(recusada + "\n" + BOA + "\n").ler();
                    String de = "mensagem-recusada de=/127.0.0.1:" + outra.soquete.getLocalPort() + " ";
                    return servidor.temNoRegistro(de);
                }
            });
        }
    }

    // ───── Valores ─────

    @ParameterizedTest
    @ValueSource(strings = {"null", "'a'", "''", "0", "-0", "2147483648", "9223372036854775808",
        "123456789012345678901234567890", "1.0", "1.50", "-0.0", "1e400", "1E+5", "1e-400", "0.1e1", "'\\u0000'", "'1e400'"})
    @DisplayName("o id volta como veio, letra por letra, na resposta, no erro e no lote")
    void idVoltaComoVeio(String id) {
        String pedido = BOA.replace("'id': 1", "'id': " + id);
        String esperado = "\"id\":" + id.replace('\'', '"') + ",";
        String errado = pedido.replace("depositar", "roubar");
        for (String mensagem : List.of(pedido, errado, pedido.replace("1]", "-1]"), pedido.replace("['ana', 1]", "7"))) {
            String linha = conexao.escrever(mensagem).linha();
            assertTrue(linha.startsWith("{\"jsonrpc\":\"2.0\"," + esperado), linha);
        }
        String lote = conexao.escrever("[" + BOA + "," + errado + "," + pedido + "]").linha();
        assertEquals(2, lote.split(Pattern.quote(esperado), -1).length - 1, lote);
    }

    @Test
    @DisplayName("qualquer valor em qualquer campo: um pedido é atendido com o id dele; o resto, -32600, e a conexão fecha")
    void valoresAoAcaso() {
        List<String> valores = List.of("null", "true", "7", "-0", "1e400", "1.5", "''", "'2.0'", "2.0", "'depositar'",
                "'roubar'", "[]", "{}", "[1]", "['ana', 1]", "['ana', 1, 'x']", "{'conta': 'ana', 'valor': 1}", "{'id': 8}",
                "[[['ana']], 1]", "['ana', 1e400]", "'\\u0000'", "[null, null]");
        Random sorte = new Random(9);
        for (int i = 0; i < 400; i++) {
            Map<String, String> campos = new LinkedHashMap<>(Map.of("jsonrpc", "'2.0'", "id", "1", "method", "'depositar'",
                    "params", "['ana', 1]"));
            for (int trocas = 1 + i % 2; trocas > 0; trocas--) {
                String campo = List.copyOf(campos.keySet()).get(sorte.nextInt(campos.size()));
                campos.put(campo, valores.get(sorte.nextInt(valores.size())));
            }
            String mensagem = campos.entrySet().stream().map(c -> "'" + c.getKey() + "': " + c.getValue())
                    .collect(Collectors.joining(", ", "{", "}"));
            boolean pedido = campos.get("jsonrpc").equals("'2.0'") && campos.get("method").startsWith("'")
                    && !campos.get("id").matches("[\\[{t].*");
            try (Conexao outra = new Conexao()) {
                String linha = outra.escrever(mensagem).linha();
                String id = pedido ? campos.get("id").replace('\'', '"') : "null";
                assertTrue(linha.startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ","), mensagem + linha);
                assertTrue(linha.matches(pedido ? ".*(\"result\"|-3260[12]).*" : ".*-32600.*"), mensagem + linha);
                outra.escrever(BOA);
                assertEquals(pedido, outra.linha() != null, mensagem);
            }
        }
    }

    // ───── Pedidos que não se podem atender ─────

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            -32601 | 'roubar', 'params': ['ana', 1]
            -32601 | '', 'params': []
            -32601 | 'hashCode', 'params': []
            -32602 | 'depositar'
            -32602 | 'depositar', 'params': []
            -32602 | 'depositar', 'params': ['ana']
            -32602 | 'depositar', 'params': ['ana', 1, 'id', 'a mais']
            -32602 | 'depositar', 'params': {'conta': 'ana'}
            -32602 | 'depositar', 'params': {'conta': 'ana', 'valor': 1, 'extra': 2}
            -32602 | 'depositar', 'params': [null, 1]
            -32602 | 'depositar', 'params': [7, 1]
            -32602 | 'depositar', 'params': [true, 1]
            -32602 | 'depositar', 'params': [['ana'], 1]
            -32602 | 'depositar', 'params': ['', 1]
            -32602 | 'depositar', 'params': ['a\\u0000', 1]
            -32602 | 'depositar', 'params': ['ana', null]
            -32602 | 'depositar', 'params': ['ana', '1']
            -32602 | 'depositar', 'params': ['ana', true]
            -32602 | 'depositar', 'params': ['ana', -1]
            -32602 | 'depositar', 'params': ['ana', 0.001]
            -32602 | 'depositar', 'params': ['ana', NaN]
            -32602 | 'depositar', 'params': ['ana', 1e400]
            -32602 | 'depositar', 'params': ['ana', 1, 7]
            -32602 | 'depositar', 'params': ['ana', 1, '']
            -32602 | 'transferir', 'params': ['ana', 1]
            """)
    @DisplayName("o pedido que não se pode atender recebe um erro com o id dele, em português")
    void pedidoQueNaoServe(int codigo, String metodo) {
        assertErro(codigo, "'abc'", conexao.pedir("{'jsonrpc': '2.0', 'id': 'abc', 'method': " + metodo + "}"));
        assertEnfileirado(conexao.pedir(BOA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'ana'", "7", "true", "['ana', 1e2147483648]"})
    @DisplayName("params que não dá para ler é um erro, com qualquer dos códigos que servem")
    void paramsIlegiveis(String params) {
        JsonNode resposta = conexao.pedir("{'jsonrpc': '2.0', 'id': 1, 'method': 'depositar', 'params': " + params + "}");
        int codigo = resposta.path("error").path("code").asInt();
        assertTrue(List.of(-32700, -32600, -32602).contains(codigo), resposta.toString());
        assertErro(codigo, null, resposta);
        assertEnfileirado(conexao.pedir(BOA));
    }

    @Test
    @DisplayName("listas dentro de listas dentro de listas…: um erro, e a conexão fecha")
    void aninhamentoFundo() {
        for (String fundo : List.of("[".repeat(1_000) + "]".repeat(1_000),
                "{'a': ".repeat(1_000) + "1" + "}".repeat(1_000))) {
            try (Conexao outra = new Conexao()) {
                assertErro(-32700, "null", outra.pedir(fundo));
                assertTrue(outra.cortada());
            }
        }
    }

    @Test
    @DisplayName("uma mensagem de 1 MiB recebe um erro, que se lê, e a conexão fecha; uma de quase 64 KiB é atendida")
    void mensagemGrande() {
        assertErro(-32602, "1", conexao.pedir(BOA.replace("ana", "x".repeat(65_000))));
        assertErro(-32600, "null", conexao.pedir("{'a': '" + "x".repeat(1 << 20) + "'}"));
        assertTrue(conexao.cortada());
        try (Conexao outra = new Conexao()) {
            assertErro(-32700, "null", outra.pedir("x".repeat(1 << 20)));
        }
    }

    @Test
    @DisplayName("bytes ao acaso recebem um erro, ou a conexão é cortada")
    void bytesAoAcaso() {
        assertErro(-32700, "null", conexao.escrever("{'ção': 1}\n".replace('\'', '"').getBytes(ISO_8859_1)).ler());
        for (int semente = 0; semente < 50; semente++) {
            try (Conexao outra = new Conexao()) {
                byte[] acaso = new byte[3_000];
                new Random(semente).nextBytes(acaso);
                outra.escrever(acaso);
            }
        }
    }

    // ───── Notificações e lotes ─────

    @ParameterizedTest
    @ValueSource(strings = {"'depositar', 'params': ['ana', 1]", "'depositar', 'params': ['ana', -1]", "'roubar'"})
    @DisplayName("uma notificação (sem id) não tem resposta, nem mesmo se falha")
    void notificacao(String metodo) {
        conexao.escrever("{'jsonrpc': '2.0', 'method': " + metodo + "}");
        assertEnfileirado(conexao.pedir(BOA));
    }

    @Test
    @DisplayName("um lote tem uma resposta por pedido, boas e ruins; as notificações, nenhuma; se nem tudo era um pedido,"
            + " depois dele fecha-se")
    void lote() {
        JsonNode respostas = conexao.pedir("[" + BOA + ", {'jsonrpc': '2.0', 'id': 2, 'method': 'roubar'}, 7,"
                + " {'jsonrpc': '2.0', 'method': 'sacar', 'params': ['ana', 1]}]");
        assertEquals(3, respostas.size(), respostas.toString());
        assertEnfileirado(respostas.get(0));
        assertErro(-32601, "2", respostas.get(1));
        assertErro(-32600, "null", respostas.get(2));
        conexao.escrever(INTRUSA);
        assertFechadaSemFazerMaisNada();
    }

    @Test
    @DisplayName("um id_msg repetido, até noutra conexão, é enfileirado uma vez só")
    void repeticao() {
        String repetida = BOA.replace("'ana', 1", "'repetida', 5, 'o-mesmo-id'");
        conexao.pedir(repetida);
        try (Conexao outra = new Conexao()) {
            assertEquals("DEPOSITO enfileirado: o-mesmo-id", outra.pedir(repetida).path("result").asText());
        }
        conexao.pedir(BOA.replace("'ana', 1", "'marco', 1"));
        Processo.esperar("o que veio depois", Processo.PRAZO, () -> consultar("SALDO", "marco").contains("\"saldo\": 1.0"));
        assertTrue(consultar("SALDO", "repetida").contains("\"saldo\": 5.0"));
        assertEquals(1, worker.registro().stream().filter(l -> l.contains("id_msg=o-mesmo-id")).count());
    }

    // ───── Clientes lentos, mudos e surdos ─────

    @Test
    @DisplayName("cem pedidos de uma vez têm cem respostas, por ordem: também os recusados, que não esperam pelo diário")
    void pedidosDeUmaVez() {
        String ruim = BOA.replace("depositar", "roubar");
        conexao.escrever(IntStream.range(0, 100).mapToObj(id -> (id % 3 == 1 ? ruim : BOA).replace("'id': 1", "'id': " + id))
                .collect(Collectors.joining()));
        IntStream.range(0, 100).forEach(i -> {
            JsonNode resposta = conexao.ler();
            assertEquals(i, resposta.path("id").asInt());
            assertEquals(i % 3 == 1, resposta.has("error"), resposta.toString());
        });
    }

    @Test
    @DisplayName("um pedido que chega um byte de cada vez é atendido")
    void escritorLento() {
        for (byte letra : BOA.replace('\'', '"').getBytes(UTF_8)) {
            conexao.escrever(new byte[] {letra});
        }
        assertEnfileirado(conexao.ler());
    }

    @Test
    @DisplayName("meia mensagem e adeus, ou só metade da conexão fechada: os outros nem notam")
    void meiaMensagem() throws IOException {
        conexao.escrever(BOA.substring(0, 40));
        try (Conexao outra = new Conexao()) {
            outra.escrever(BOA + BOA.substring(0, 20)).soquete.shutdownOutput();
            assertEnfileirado(outra.ler());
        }
    }

    @Test
    @DisplayName("3 MiB sem fim: a conexão é cortada")
    void mensagemSemFim() {
        conexao.escrever("{'a': '" + "x".repeat(3 << 20));
        assertErro(-32600, "null", conexao.ler());
        assertTrue(conexao.cortada());
    }

    @Test
    @DisplayName("quem pede sem parar e não lê as respostas só prejudica a si mesmo")
    void surdo() {
        Thread surdo = new Thread(() -> {
            while (!conexao.soquete.isClosed()) {
                conexao.escrever("{'jsonrpc': '2.0', 'id': 1, 'method': 'roubar'}".repeat(1_000));
            }
        });
        surdo.setDaemon(true);
        surdo.start();
        for (int i = 0; i < 200; i++) {
            try (Conexao outra = new Conexao()) {
                assertEnfileirado(outra.pedir(BOA));
            }
        }
    }

    @Test
    @DisplayName("depois de 300 conexões ociosas, que se fecham, tudo volta ao normal")
    void ociosas() {
        List<Conexao> ociosas = IntStream.range(0, 300).mapToObj(i -> new Conexao()).toList();
        ociosas.subList(0, 100).forEach(ociosa -> ociosa.escrever(BOA.substring(0, 20)));
        ociosas.forEach(Conexao::close);
        try (Conexao outra = new Conexao()) {
            assertEnfileirado(outra.pedir(BOA));
        }
    }

    @Test
    @DisplayName("600 conexões que não se fecham, umas mudas e outras a meio de uma mensagem, não trancam a porta")
    void ociosasParaSempre() {
        List<Conexao> ociosas = IntStream.range(0, 600).mapToObj(i -> new Conexao()).toList();
        ociosas.subList(0, 200).forEach(ociosa -> ociosa.escrever(BOA.substring(0, 20)));
        try (Conexao outra = new Conexao()) {
            assertEnfileirado(outra.pedir(BOA));
        }
        ociosas.forEach(Conexao::close);
    }

    @Test
    @DisplayName("quem se mostrou útil fica, por muitas que venham ocupar lugar")
    void quemEUtilFica() {
        List<Conexao> ociosas = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ociosas.add(new Conexao());
            if (i % 100 == 0) {
                assertEnfileirado(conexao.pedir(BOA));
            }
        }
        assertEnfileirado(conexao.pedir(BOA));
        ociosas.forEach(Conexao::close);
    }

    @Test
    @DisplayName("300 que pedem sem parar e nunca leem as respostas não prendem as linhas de execução todas")
    void muitosSurdos() {
        byte[] eco = new byte[60_000]; // do RPyC: responde-se com o mesmo
        new Random(1).nextBytes(eco);
        byte[] pedido = ConexaoRpyc.quadro(false, ConexaoRpyc.pedido(1, List.of(1L, List.of(1L, List.of(eco)))));
        byte[] pedidos = Bruto.repetir(pedido, 4);
        List<Bruto> surdos = IntStream.range(0, 300).mapToObj(i -> new Bruto(PORTA, 20).escrever(pedidos)).toList();
        for (int i = 0; i < 20; i++) {
            try (Conexao outra = new Conexao()) {
                assertEnfileirado(outra.pedir(BOA));
            }
        }
        surdos.forEach(surdo -> surdo.semDespedida().close());
    }

    @Test
    @DisplayName("um lote que pediria megabytes de resposta recebe um erro; em 100 conexões ao mesmo tempo, também")
    void lotesEnormes() {
        assertErro(-32600, "null", conexao.pedir("[" + "7,".repeat(900) + "7]"));
        assertTrue(conexao.cortada());
        String lote = "[" + "7,".repeat(30_000) + "7]\n";
        List<Conexao> muitas = IntStream.range(0, 100).mapToObj(i -> new Conexao().escrever(lote)).toList();
        muitas.forEach(uma -> assertErro(-32600, "null", uma.ler()));
        muitas.forEach(Conexao::close);
    }

    // ───── Ferramentas ─────

    /** Fechou a conexão, e só depois de tudo o que se enfileirou até agora é que a conta se consulta. */
    private void assertFechadaSemFazerMaisNada() {
        assertTrue(conexao.cortada());
        String marco = "marco-" + System.nanoTime();
        try (Conexao outra = new Conexao()) {
            assertEnfileirado(outra.pedir(BOA.replace("ana", marco)));
        }
        Processo.esperar("o que veio depois", Processo.PRAZO, () -> consultar("SALDO", marco).contains("\"saldo\": 1.0"));
        assertTrue(consultar("SALDO", "intrusa").contains("\"saldo\": 0.0"), consultar("SALDO", "intrusa"));
    }

    private static void assertErro(int codigo, String id, JsonNode resposta) {
        String texto = resposta.toString();
        assertEquals("2.0", resposta.path("jsonrpc").asText(), texto);
        assertEquals(codigo, resposta.path("error").path("code").asInt(), texto);
        assertTrue(id == null || resposta.path("id").toString().equals(id.replace('\'', '"')), texto);
        String mensagem = resposta.path("error").path("message").asText();
        assertTrue(mensagem.length() >= 10 && mensagem.length() < 400, texto);
        String ingles = "(?i).*\\b(unknown|value|can ?not|character|exceeds|error|invalid|unexpected)\\b.*";
        assertFalse(mensagem.matches(ingles), texto);
    }

    private static void assertEnfileirado(JsonNode resposta) {
        assertTrue(resposta.path("result").asText().startsWith("DEPOSITO enfileirado: "), resposta.toString());
    }

    private static String consultar(String pedido, String conta) {
        try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", CONSULTA), 3_000, 10)) {
            return requisicao.pedir("{\"pedido\": \"" + pedido + "\", \"conta\": \"" + conta + "\"}");
        }
    }

    /** Um cliente de linha: escreve o que quer, e lê uma resposta por linha. */
    private static final class Conexao implements AutoCloseable {

        private final Socket soquete;
        private final BufferedReader entrada;

        Conexao() {
            try {
                soquete = new Socket(InetAddress.getLoopbackAddress(), PORTA);
                soquete.setSoTimeout(10_000);
                soquete.setTcpNoDelay(true);
                entrada = new BufferedReader(new InputStreamReader(soquete.getInputStream(), UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        JsonNode pedir(String mensagem) {
            return escrever(mensagem + "\n").ler();
        }

        Conexao escrever(String texto) {
            return escrever(texto.replace('\'', '"').getBytes(UTF_8));
        }

        Conexao escrever(byte[] bytes) {
            try {
                soquete.getOutputStream().write(bytes);
            } catch (IOException e) {
                // o servidor cortou: quem ler é que vai reclamar
            }
            return this;
        }

        /** Se ainda há quem receba. */
        boolean escreve() {
            try {
                soquete.getOutputStream().write('\n');
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        JsonNode ler() {
            String linha = linha();
            assertTrue(linha != null, "o servidor cortou a conexão sem responder");
            return Json.lerValor(linha.getBytes(UTF_8));
        }

        /** A próxima linha, letra por letra; null se o servidor fechou. */
        String linha() {
            try {
                return entrada.readLine();
            } catch (IOException e) {
                throw new AssertionError("sem resposta", e);
            }
        }

        boolean cortada() {
            try {
                return entrada.readLine() == null;
            } catch (SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() {
            try {
                soquete.close();
            } catch (IOException e) {
                // já estava fechada
            }
        }
    }

    public static void main(String[] args) {
        Testes.rodar(RuidoRpcTest.class);
    }
}
