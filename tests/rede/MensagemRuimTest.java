///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Mensagens bem entregues com conteúdo que não serve: um erro na resposta, uma linha no registro, e adiante.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Processo.java
//SOURCES ../../part1/Replica.java ../../part2/Worker.java ../../part3/Sequencer.java ../../part3/Replica.java
//SOURCES ../../part4/Primary.java ../../part4/Backup.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.Envelope;
import shared.Operacao;
import tests.Processo;
import tests.Testes;

@DisplayName("Mensagens ruins")
class MensagemRuimTest {

    private static final String ESTADO = "{\"pedido\": \"ESTADO\"}";

    /** Um processo, com a porta que recebe o que não serve e a que diz se o que serve foi aplicado. */
    private enum Papel {
        SEQUENCIADOR("part3.Sequencer", SocketType.REQ, "--pedidos", "--ordem"),
        PRIMARIO("part4.Primary", SocketType.REQ, "--pedidos", "--atualizacoes", "--consulta"),
        CONSULTA("part1.Replica", SocketType.REQ, "--consulta"),
        WORKER("part2.Worker", SocketType.PUSH, "--porta", "--consulta"),
        OUTRO_WORKER("part2.Worker", SocketType.PUSH, "--porta", "--consulta"),
        REPLICA_1("part1.Replica", SocketType.XPUB, "--clientes", "--consulta"),
        REPLICA_3("part3.Replica", SocketType.XPUB, "--ordem", "--consulta"),
        BACKUP("part4.Backup", SocketType.XPUB, "--atualizacoes-primario", "--consulta");

        private final String classe;
        private final SocketType par;
        private final List<String> opcoes;
        private final List<Integer> portas = new ArrayList<>();
        private ZMQ.Socket soquete; // o do teste, sempre o mesmo: a mensagem boa vai pela conexão das ruins
        private Processo processo;

        Papel(String classe, SocketType par, String... opcoes) {
            this.classe = classe;
            this.par = par;
            this.opcoes = List.of(opcoes);
        }

        void iniciar(ZContext contexto) {
            opcoes.forEach(opcao -> portas.add(Processo.portaLivre()));
            soquete = conectar(contexto, par, portas.get(0));
            List<String> argumentos = new ArrayList<>();
            for (int i = 0; i < portas.size(); i++) {
                argumentos.add(opcoes.get(i));
                argumentos.add((i == 0 && par == SocketType.XPUB ? "127.0.0.1:" : "") + portas.get(i));
            }
            if (!classe.startsWith("part1.")) {
                argumentos.add("--memoria");
            }
            if (classe.equals("part4.Backup")) {
                argumentos.add("--semente"); // quem difunde é este teste, que não responde a notícias
            }
            processo = Processo.iniciar(classe, argumentos.toArray(String[]::new)).esperarPronto();
            if (par == SocketType.XPUB) {
                assertNotNull(soquete.recv(), classe + " não assinou");
            }
        }

        String pedir(byte[] mensagem) {
            soquete.send(mensagem);
            return soquete.recvStr();
        }

        long recusadas() {
            return processo.registro().stream().filter(linha -> linha.contains("mensagem-recusada")).count();
        }
    }

    private static final List<Papel> QUE_RESPONDEM = List.of(Papel.SEQUENCIADOR, Papel.PRIMARIO, Papel.CONSULTA);
    private static final ZContext CONTEXTO = new ZContext();

    @BeforeAll
    static void iniciar() {
        Stream.of(Papel.values()).forEach(papel -> papel.iniciar(CONTEXTO));
    }

    @AfterAll
    static void encerrar() {
        CONTEXTO.close();
        Stream.of(Papel.values()).filter(papel -> papel.processo != null).forEach(papel -> papel.processo.close());
    }

    // ───── Onde há resposta ─────

    @ParameterizedTest
    @MethodSource("ruins")
    @DisplayName("a resposta é ERRO <codigo>: <mensagem>, há uma linha no registro, e a seguinte é atendida")
    void aRespostaEUmErro(Ruim ruim) {
        for (Papel papel : QUE_RESPONDEM) {
            long antes = papel.recusadas();
            String resposta = papel.pedir(ruim.bytes());
            assertTrue(resposta != null && resposta.matches("ERRO [a-z]+: .{5,300}"), papel + ": " + resposta);
            Processo.esperar(papel + ": uma linha no registro", Processo.PRAZO, () -> papel.recusadas() == antes + 1);
            atende(papel);
        }
    }

    @Test
    @DisplayName("uma mensagem de várias partes também recebe um erro")
    void variasPartes() {
        for (Papel papel : QUE_RESPONDEM) {
            ZMQ.Socket outro = conectar(CONTEXTO, SocketType.REQ, papel.portas.get(0));
            outro.sendMore(ESTADO);
            outro.send(ESTADO);
            String resposta = outro.recvStr();
            assertTrue(resposta != null && resposta.startsWith("ERRO "), papel + ": " + resposta);
            atende(papel);
        }
    }

    @Test
    @DisplayName("o que não tem a forma de um pedido (DEALER sem o quadro vazio) não atrapalha os outros")
    void semQuadroVazio() {
        for (Papel papel : QUE_RESPONDEM) {
            ZMQ.Socket solto = conectar(CONTEXTO, SocketType.DEALER, papel.portas.get(0));
            for (int partes = 0; partes < 6; partes++) {
                for (int i = 0; i < partes; i++) {
                    solto.sendMore(i % 2 == 0 ? ESTADO : "");
                }
                solto.send(ESTADO);
            }
            atende(papel);
        }
    }

    private static void atende(Papel papel) {
        String resposta = papel.pedir((papel == Papel.CONSULTA ? ESTADO : boa().json()).getBytes(UTF_8));
        assertTrue(resposta != null && (resposta.startsWith("OK ") || resposta.startsWith("{\"")), papel + ": " + resposta);
    }

    // ───── Onde não há resposta ─────

    @ParameterizedTest
    @EnumSource(names = {"WORKER", "REPLICA_1", "REPLICA_3", "BACKUP"})
    @DisplayName("cada uma é uma linha no registro, e a boa que vem depois é aplicada")
    void cadaUmaEUmaLinha(Papel papel) {
        long antes = papel.recusadas();
        List<Ruim> todas = Stream.concat(ruins(), envelopes()).toList();
        todas.forEach(ruim -> papel.soquete.send(ruim.bytes()));
        Operacao op = boa();
        papel.soquete.send(papel == Papel.REPLICA_1 ? op.json() : new Envelope(1, op, "boa").json());
        esperarAplicada(papel, op);
        Processo.esperar(papel + ": " + todas.size() + " linhas no registro", Processo.PRAZO,
                () -> papel.recusadas() == antes + todas.size());
        assertTrue(papel.processo.registro().stream().allMatch(l -> l.length() < 500 && !l.startsWith("\tat ")));
    }

    @ParameterizedTest
    @EnumSource(names = {"SEQUENCIADOR", "PRIMARIO"})
    @DisplayName("o que um XSUB manda rio acima não atrapalha a difusão")
    void rioAcima(Papel papel) {
        ZMQ.Socket assinante = conectar(CONTEXTO, SocketType.XSUB, papel.portas.get(1));
        ruins().forEach(ruim -> assinante.send(ruim.bytes()));
        assinante.send(new byte[] {1});
        assinante.setReceiveTimeOut(100);
        Processo.esperar("a difusão", Processo.PRAZO, () -> {
            atende(papel);
            return assinante.recv() != null;
        });
    }

    @Test
    @DisplayName("cem servidores inventados não calam um servidor novo na fila do worker")
    void fontesInventadas() {
        for (int i = 0; i < 100; i++) {
            Papel.OUTRO_WORKER.soquete.send(new Envelope(5, boa(), "inventada-" + i).json());
        }
        Operacao op = boa();
        Papel.OUTRO_WORKER.soquete.send(new Envelope(1, op, "servidor-novo").json());
        esperarAplicada(Papel.OUTRO_WORKER, op);
    }

    @Test
    @DisplayName("um servidor de nome sem fim é recusado pelo worker")
    void fonteLonga() {
        Operacao longa = boa();
        Operacao op = boa();
        Papel.WORKER.soquete.send(new Envelope(1, longa, "f".repeat(10_000)).json());
        Papel.WORKER.soquete.send(op.json());
        esperarAplicada(Papel.WORKER, op);
        assertTrue(resultado(Papel.WORKER, longa).contains("DESCONHECIDA"));
    }

    private static void esperarAplicada(Papel papel, Operacao op) {
        Processo.esperar("a operação em " + papel, Processo.PRAZO, () -> resultado(papel, op).contains("APLICADA"));
    }

    private static String resultado(Papel papel, Operacao op) {
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket consulta = conectar(contexto, SocketType.REQ, papel.portas.get(1));
            consulta.send("{\"pedido\": \"RESULTADO\", \"id_msg\": \"" + op.id_msg() + "\"}");
            return String.valueOf(consulta.recvStr());
        }
    }

    // ───── O que não serve ─────

    private record Ruim(String nome, byte[] bytes) {

        Ruim(String texto) {
            this(texto.length() <= 110 ? texto : texto.substring(0, 30) + "… (" + texto.length() + ")",
                    texto.replace('\'', '"').getBytes(UTF_8));
        }

        @Override
        public String toString() {
            return nome;
        }
    }

    /** Em cada texto, ' está por ". */
    private static Stream<Ruim> ruins() {
        Stream<String> semSentido = Stream.of("", " ", "{", "}", "{}", "{} {}", "[1, 2]", "7", "'texto'", "null", "{a: 1}",
                "{'id_msg': 'a'", "{'tipo': 'SAQUE', 'tipo': 'SAQUE'}", "{'a': " + "9".repeat(5_000) + "}",
                "{'" + "k".repeat(60_000) + "': 1}", "[".repeat(1_000), "{'a': ".repeat(1_000),
                " ".repeat(65_537), "x".repeat(1 << 20));
        Stream<String> pedidos = Stream.of("7", "null", "'INEXISTENTE'", "'\\u001b[2J\\n'", "'" + "p".repeat(60_000) + "'",
                        "'SALDO'", "'SALDO', 'conta': 7", "'RESULTADO', 'id_msg': []", "'DEPOR'", "'DEPOR', 'visao': 7")
                .map(pedido -> "{'pedido': " + pedido + "}");
        Stream<String> valores = Stream.of("-1", "0", "-0.0", "'10'", "null", "true", "[]", "{}", "", "NaN", "Infinity",
                        "-Infinity", "1e400", "1e-400", "0.001", "1000000000000.01", "1e2147483647",
                        "1e-2147483647", "1e2147483648", "1e-2147483648", "1e99999999999", "0x10", "1,5", "01", "1.", ".5")
                .map(valor -> com("valor", valor));
        Stream<String> textos = Stream.of("''", "null", "7", "[]", "'" + "c".repeat(65) + "'", "'a\\u0000'", "'a\\nb'",
                        "'\\ud800'")
                .flatMap(texto -> Stream.of(com("conta_origem", texto), com("id_msg", texto)));
        Stream<String> tipos = Stream.of("'EMPRESTIMO'", "'deposito'", "''", "null", "7", "'TRANSFERENCIA'")
                .map(tipo -> com("tipo", tipo));
        Stream<String> chaves = Stream.of(com("conta_destino", "'bia'"), com("conta_destino", "7"),
                com("valor", "1, 'extra': 2"),
                com("valor", "1").replace("'id_msg': 'ruim', ", ""), com("valor", "1").replace(", 'valor': 1", ""),
                com("valor", "1").replace("'conta_destino': null, ", ""));
        return Stream.concat(binarias(),
                Stream.of(semSentido, pedidos, valores, textos, tipos, chaves).flatMap(todos -> todos).map(Ruim::new));
    }

    private static Stream<Ruim> binarias() {
        byte[] acaso = new byte[1 << 20];
        new Random(7).nextBytes(acaso);
        return Stream.of(new Ruim("1 MiB ao acaso", acaso), new Ruim("200 bytes ao acaso", Arrays.copyOf(acaso, 200)),
                new Ruim("um byte zero", new byte[1]), new Ruim("ISO 8859-1", "{\"ção\": 1}".getBytes(ISO_8859_1)));
    }

    /**
     * Envelopes que não servem (e que a parte 1, que não os usa, recusa por isso). Os que só têm mal a operação dizem que
     * são dos nossos: sem fonte seriam do sistema original, e gastariam o número.
     */
    private static Stream<Ruim> envelopes() {
        String op = ", 'op': '" + com("valor", "1").replace("'", "\\'") + "'";
        return Stream.of("'seq': 0" + op, "'seq': -1" + op, "'seq': '1'" + op, "'seq': 1.5" + op, "'seq': null" + op,
                        "'seq': 9223372036854775808" + op, op.substring(2), "'seq': 1, 'fonte': 7" + op, "'seq': 1",
                        "'seq': 1, 'op': null", "'seq': 1, 'op': {}", "'seq': 1, 'fonte': 'boa', 'op': ''",
                        "'seq': 1, 'fonte': 'boa', 'op': '{}'", "'seq': 1, 'fonte': 'boa', 'op': '"
                        + "[".repeat(1_000) + "'")
                .map(campos -> new Ruim("{" + campos + "}"));
    }

    /** Um depósito em que este campo está escrito assim. */
    private static String com(String campo, String valor) {
        String boa = "{'id_msg': 'ruim', 'tipo': 'DEPOSITO', 'conta_origem': 'ana', 'conta_destino': null, 'valor': 1}";
        return boa.replaceFirst("('" + campo + "': )('\\w+'|null|1)", "$1" + Matcher.quoteReplacement(valor));
    }

    private static Operacao boa() {
        return Operacao.deposito("ana", BigDecimal.ONE);
    }

    /** O teste liga o XPUB, que os papéis assinam; aos outros, ele se conecta. */
    private static ZMQ.Socket conectar(ZContext contexto, SocketType tipo, int porta) {
        ZMQ.Socket soquete = contexto.createSocket(tipo);
        soquete.setHandshakeIvl(500); // 2 % das conexões do JeroMQ 0.6.0 nascem surdas (zeromq/jeromq#1022): recomeçam logo
        soquete.setReceiveTimeOut(5_000);
        soquete.setLinger(0);
        if (tipo == SocketType.XPUB) {
            soquete.bind("tcp://127.0.0.1:" + porta);
        } else {
            soquete.connect("tcp://127.0.0.1:" + porta);
        }
        return soquete;
    }

    public static void main(String[] args) {
        Testes.rodar(MensagemRuimTest.class);
    }
}
