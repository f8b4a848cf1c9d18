///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O cliente da parte 2 diante de servidores que não são o nosso: diz o que veio e o que conferir.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part2/Client.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rpc;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.Cena;
import tests.Processo;
import tests.Testes;

/** Nos textos deste arquivo, ' está por ", e ID pelo id do pedido. */
@DisplayName("O cliente da parte 2 e os servidores estranhos")
class ServidorEstranhoTest {

    private static final String ESTRANHO =
            "erro: indeterminada \\(id_msg .*\\): em 127.0.0.1:\\d+ não responde um part2/RpcServer em JSON-RPC: ";
    private static final String CONFIRA = "\\. Confira o endereço e a porta; .*";
    private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\")");

    /** O que um servidor faz com o primeiro pedido: o que responde, e se fecha logo a seguir. */
    private record Resposta(String texto, boolean fecha, String dito) {
    }

    private static Resposta json(String texto, String dito) {
        return new Resposta(texto + "\n", false, ESTRANHO + dito + CONFIRA);
    }

    private static Resposta bytes(String texto, boolean fecha, String dito) {
        return new Resposta(texto, fecha, ESTRANHO + dito + CONFIRA);
    }

    private static final List<Resposta> EM_JSON_RPC = List.of(
            json("{'jsonrpc': '2.0', 'id': ID, 'result': null}", "como resultado veio null, em vez de um texto"),
            json("{'jsonrpc': '2.0', 'id': ID, 'result': 7}", "como resultado veio o número 7, em vez de um texto"),
            json("{'jsonrpc': '2.0', 'id': ID, 'result': ['a']}", "como resultado veio uma lista, em vez de um texto"),
            json("{'jsonrpc': '2.0', 'id': ID, 'result': {}}", "como resultado veio um objeto, em vez de um texto"),
            json("{'jsonrpc': '2.0', 'id': ID}", "como resultado veio nada, em vez de um texto"),
            json("{'jsonrpc': '2.0', 'id': ID, 'error': null}", "como resultado veio nada, em vez de um texto"),
            json("{'jsonrpc': '2.0', 'id': ID, 'error': 'ai'}", "veio um erro sem code ou sem message: .*ai.*"),
            json("{'jsonrpc': '2.0', 'id': ID, 'error': {'code': 'x', 'message': []}}",
                    "veio um erro sem code ou sem message: .*"),
            json("{'jsonrpc': '2.0', 'id': 'de-outro', 'result': 'DEPOSITO enfileirado: 1'}",
                    "a resposta não tem o id da chamada: .*de-outro.*"),
            json("{'jsonrpc': '2.0', 'id': ID, 'result': 1e99999999999}", ".*passa dos limites.*"),
            json("[1, 2]", "veio uma lista"),
            json("7", "veio o número 7"),
            json("null", "veio null"),
            json("PEDIDO", "o pedido voltou como foi: é um servidor de eco\\?"),
            json("SSH-2.0-OpenSSH_9.2", "veio o que parece texto: .*SSH-2.0.*"),
            bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", true,
                    "veio o que parece uma resposta HTTP, de um servidor da Web"),
            bytes("\0\0\0\10\0\22PQ\25", false, "veio o que parece um protocolo binário.*"),
            bytes("\u00ff\0\0\0\0\0\0\0\1\177", false, "veio o que parece a saudação do ZeroMQ.*"),
            bytes("{'jsonrpc': '2.0', 'id': ID, 'resu", true,
                    "mensagem incompleta: a conexão se fechou no meio, depois de .*jsonrpc.*"),
            bytes("{'jsonrpc': '2.0', 'id': ID, 'resu", false,
                    "mensagem incompleta: o resto não veio a tempo, depois de .*jsonrpc.*"),
            bytes("x".repeat(3 << 20), false, "veio o que parece texto: .*xxx.*"),
            bytes("{'jsonrpc': '2.0', 'id': ID, 'result': '" + "x".repeat(3 << 20), false, "mensagem grande demais.*"),
            new Resposta("{'jsonrpc': '2.0', 'id': null, 'error': {'code': -32600, 'message': 'não falo isso'}}\n", false,
                    "erro: o servidor em 127.0.0.1:\\d+ recusou a conexão: não falo isso"),
            new Resposta("", false, "erro: indeterminada \\(id_msg .*\\): ninguém respondeu em 127.0.0.1:\\d+ .*"
                    + " Alguém aceita a conexão e cala-se: se é o servidor do sistema original, .* RPyC, .*"
                    + " com --semente antes do comando"),
            new Resposta("{'jsonrpc': '2.0', 'id': ID, 'error': {'code': 1, 'message': 'ai', 'data': {'exceptionTypeName':"
                    + " 'java.lang.StackOverflowError', 'message': 'x'}}}\n", false, ""));

    /** Em RPyC: um eco, e os que respondem em texto, calam-se, ou dão outra coisa. */
    private static final List<Resposta> EM_RPYC = List.of(
            new Resposta("PEDIDO", false, "erro: em 127.0.0.1:\\d+ não responde um servidor RPyC .*"),
            new Resposta("HTTP/1.1 400 Bad Request\r\n\r\n", false,
                    "erro: em 127.0.0.1:\\d+ não responde um servidor RPyC .*"),
            new Resposta("{'jsonrpc': '2.0'}\n", false, "erro: em 127.0.0.1:\\d+ não responde um servidor RPyC .*"),
            new Resposta("\0\0\0\5\0\2\21\121\21\121\n", false, "erro: em 127.0.0.1:\\d+ não responde um servidor RPyC .*"));

    private final Cena cena = new Cena();
    private final List<ServerSocket> servidores = new ArrayList<>();

    @AfterEach
    void encerrar() throws IOException {
        cena.close();
        for (ServerSocket servidor : servidores) {
            servidor.close();
        }
    }

    @Test
    @DisplayName("cada um é dito pelo que respondeu, numa linha, com código 1; nunca é um erro interno")
    void ditoPeloQueRespondeu() {
        List<Resposta> todas = new ArrayList<>(EM_JSON_RPC);
        todas.addAll(EM_RPYC);
        List<Processo> clientes = todas.stream().map(resposta -> {
            Stream<Object> opcoes = Stream.of("--rpc", Cena.local(servidor(resposta)),
                    EM_RPYC.contains(resposta) ? "--semente" : "");
            return cena.iniciar("part2.Client",
                    Stream.concat(opcoes.filter(opcao -> !opcao.equals("")), Stream.of("depositar", "ana", "1")).toArray());
        }).toList();
        assertAll(IntStream.range(0, todas.size()).mapToObj(i -> () -> {
            Processo cliente = clientes.get(i);
            int codigo = cliente.esperarFim(Processo.PRAZO.multipliedBy(4));
            Cena.Fim fim = new Cena.Fim(codigo, cliente.saida(), cliente.registro());
            String qual = todas.get(i).texto.substring(0, Math.min(80, todas.get(i).texto.length())) + " -> " + fim;
            assertEquals(1, fim.codigo(), qual);
            assertTrue(fim.erros().matches(todas.get(i).dito), qual);
            assertEquals(todas.get(i).dito.isEmpty() ? "ERRO rpc: ai" : "", fim.texto(), qual);
        }));
    }

    private int servidor(Resposta resposta) {
        try {
            ServerSocket escuta = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            servidores.add(escuta);
            Thread linha = new Thread(() -> {
                while (!escuta.isClosed()) {
                    try (Socket conexao = escuta.accept()) {
                        responder(conexao, resposta);
                    } catch (IOException e) {
                        // o cliente foi-se, ou acabou
                    }
                }
            });
            linha.setDaemon(true);
            linha.start();
            return escuta.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void responder(Socket conexao, Resposta resposta) throws IOException {
        InputStream entrada = conexao.getInputStream();
        byte[] lido = new byte[64 * 1024];
        for (int quantos; (quantos = entrada.read(lido)) > 0; ) {
            String pedido = new String(lido, 0, quantos, StandardCharsets.ISO_8859_1);
            Matcher id = ID.matcher(pedido);
            String texto = resposta.texto.equals("PEDIDO") || resposta.texto.equals("PEDIDO\n") ? pedido
                    : resposta.texto.replace('\'', '"').replace("ID", id.find() ? id.group(1) : "");
            Charset codificacao = texto.contains("ã") ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
            conexao.getOutputStream().write(texto.getBytes(codificacao));
            if (resposta.fecha) {
                return;
            }
        }
    }

    public static void main(String[] args) {
        Testes.rodar(ServidorEstranhoTest.class);
    }
}
