///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Bytes de um desconhecido em cada porta ZeroMQ: o processo segue de pé e atende os outros.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Bruto.java ../../part1/Client.java ../../part1/Replica.java ../../part2/Worker.java ../../part3/Replica.java
//SOURCES ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Primary.java ../../part4/Witness.java
//SOURCES ../Processo.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.EnumSource.Mode.MATCH_ANY;
import static tests.rede.Bruto.COMANDO;
import static tests.rede.Bruto.MAIS;
import static tests.rede.Bruto.NADA;
import static tests.rede.Bruto.SAUDACAO;
import static tests.rede.Bruto.assinaturas;
import static tests.rede.Bruto.bytes;
import static tests.rede.Bruto.cabecalho;
import static tests.rede.Bruto.juntar;
import static tests.rede.Bruto.propriedade;
import static tests.rede.Bruto.quadro;
import static tests.rede.Bruto.repetir;
import static tests.rede.Bruto.saudacao;
import static tests.rede.Bruto.texto;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Processo;
import tests.Testes;

/**
 * Cada processo tem só 48 MB e sofre todos os ataques, um depois do outro. Durante eles, quem faz perguntas às portas todas
 * tem sempre resposta. Depois de cada um, um cliente JeroMQ que se porta bem é atendido, o processo está de pé e o registro
 * dele não tem pilhas de erro.
 */
@DisplayName("Ruído nas portas ZeroMQ")
class RuidoTest {

    private static final String ESTADO = "{\"pedido\": \"ESTADO\"}";
    private static final String VISAO = "{\"pedido\": \"VISAO\"}";
    private static final Duration PRAZO_CURTO = Duration.ofSeconds(5);
    private static final Duration ENTRE_PERGUNTAS = Duration.ofMillis(100);
    private static final String QUE_DIFUNDEM = "DIFUSAO.*";
    private static final String QUE_RESPONDEM = "PEDIDOS_3|CONSULTA_1"; // as outras são o mesmo código
    private static final String QUE_RECEBEM = "FILA_2|" + QUE_RESPONDEM;
    private static final String UMA_DE_CADA = "DIFUSAO_1|DIFUSAO_3|" + QUE_RECEBEM;

    private static final byte[] KILO = new byte[1_000];
    private static final byte[] OITO_KB = new byte[8_000];

    /** Uma porta de um papel, a opção que a escolhe, e o tipo de soquete de quem costuma se ligar a ela. */
    enum Porta {
        DIFUSAO_1("part1.Client", "--porta", SocketType.SUB),
        CONSULTA_1("part1.Replica", "--consulta", SocketType.REQ),
        FILA_2("part2.Worker", "--porta", SocketType.PUSH),
        CONSULTA_2("part2.Worker", "--consulta", SocketType.REQ),
        PEDIDOS_3("part3.Sequencer", "--pedidos", SocketType.REQ),
        DIFUSAO_3("part3.Sequencer", "--ordem", SocketType.SUB),
        CONSULTA_3("part3.Replica", "--consulta", SocketType.REQ),
        PEDIDOS_4("part4.Primary", "--pedidos", SocketType.REQ),
        DIFUSAO_4("part4.Primary", "--atualizacoes", SocketType.SUB),
        CONSULTA_4("part4.Primary", "--consulta", SocketType.REQ),
        CONSULTA_4_BACKUP("part4.Backup", "--consulta", SocketType.REQ),
        TESTEMUNHA("part4.Witness", "--porta", SocketType.REQ);

        private final String papel;
        private final String opcao;
        private final SocketType par;
        private int numero; // escolhido quando o processo inicia

        Porta(String papel, String opcao, SocketType par) {
            this.papel = papel;
            this.opcao = opcao;
            this.par = par;
        }
    }

    private static final Map<String, Processo> PROCESSOS = new HashMap<>();

    private final List<Bruto> brutos = new ArrayList<>();
    private final AtomicBoolean perguntando = new AtomicBoolean(true);
    private final List<String> semResposta = new CopyOnWriteArrayList<>();
    private final Thread perguntador = new Thread(this::perguntar);

    /** Todos de pé; quem um ataque anterior derrubou, outra vez. */
    @BeforeEach
    void iniciarTodos() {
        for (Porta porta : Porta.values()) {
            PROCESSOS.compute(porta.papel, (papel, antes) -> antes != null && antes.vivo() ? antes : iniciar(papel));
        }
        perguntador.start();
    }

    @AfterEach
    void desligar() throws InterruptedException {
        brutos.forEach(Bruto::close);
        perguntando.set(false);
        perguntador.join();
        assertEquals(List.of(), semResposta, "quem perguntava durante o ataque");
    }

    /** Pergunta sempre, uma vez a cada porta das que respondem; cada pergunta tem 10 s. */
    private void perguntar() {
        List<Porta> portas = Stream.of(Porta.values()).filter(porta -> porta.par == SocketType.REQ).toList();
        for (int i = 0; perguntando.get(); i++) {
            Porta porta = portas.get(i % portas.size());
            try {
                pedir(porta, porta == Porta.TESTEMUNHA ? VISAO : ESTADO);
            } catch (SemResposta e) {
                semResposta.add(porta + ": " + e.getMessage());
            }
            LockSupport.parkNanos(ENTRE_PERGUNTAS.toNanos());
        }
    }

    @AfterAll
    static void encerrar() {
        PROCESSOS.values().forEach(Processo::close);
        PROCESSOS.clear();
    }

    // ───── Tamanhos e versões do protocolo ─────

    @ParameterizedTest
    @EnumSource
    @DisplayName("anuncia quadros gigantes e de tamanho negativo")
    void tamanhosImpossiveis(Porta porta) {
        for (long tamanho : new long[] {Integer.MAX_VALUE, 1L << 30, 200L << 20, -1, Long.MIN_VALUE, Long.MIN_VALUE + 16}) {
            apresentado(porta).escrever(cabecalho(0, tamanho));
            apresentado(porta).escrever(cabecalho(COMANDO, tamanho), KILO);
            bruto(porta).escrever(SAUDACAO, cabecalho(COMANDO, tamanho), KILO);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("saúda como ZMTP 1 ou 2, com tamanhos zero e negativos")
    void saudacoesAntigasSemTamanho(Porta porta) {
        for (byte[] saudacao : List.of(bytes(0), bytes(0, 0), bytes(255, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                bytes(255, 255, 255, 255, 255, 255, 255, 255, 255, 0), bytes(255, 0, 0, 0, 0, 127, 255, 255, 255, 0),
                bytes(255, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0), bytes(255, 0, 0, 0, 0, 0, 0, 0, 0, 127, 1, 0))) {
            bruto(porta).escrever(saudacao);
            bruto(porta).escrever(saudacao, new byte[20]);
            bruto(porta).escrever(saudacao, cabecalho(0, -1), KILO);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("fala ZMTP 1 e ZMTP 2 sem parar")
    void versoesAntigas(Porta porta) {
        byte[] zmtp1 = juntar(bytes(101, 0), new byte[100]);
        bruto(porta).escrever(bytes(1, 0), repetir(zmtp1, 50_000));
        byte[] zmtp2 = bytes(255, 0, 0, 0, 0, 0, 0, 0, 1, 127, 1, 1);
        bruto(porta).escrever(zmtp2, quadro(0, NADA), repetir(quadro(MAIS, OITO_KB), 3_000));
        aindaAtende(porta);
    }

    // ───── Memória ─────

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = UMA_DE_CADA)
    @DisplayName("deixa pela metade, em 300 conexões, quadros de 900 kB e de 60 kB")
    void quadrosPelaMetade(Porta porta) {
        for (int i = 0; i < 300; i++) {
            apresentado(porta).escrever(cabecalho(0, i % 2 == 0 ? 900_000 : 60_000), KILO, KILO);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = UMA_DE_CADA)
    @DisplayName("manda uma mensagem de partes sem fim")
    void partesSemFim(Porta porta) {
        apresentado(porta).escrever(repetir(quadro(MAIS, OITO_KB), 10_000));
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_RESPONDEM)
    @DisplayName("pergunta sem parar e nunca lê as respostas")
    void respostasNaoLidas(Porta porta) {
        byte[] pedido = juntar(quadro(MAIS, NADA), quadro(0, texto(ESTADO + " ".repeat(300)))); // mais do que cabe na rede
        apresentado(porta).escrever(repetir(pedido, 90_000));
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_RECEBEM)
    @DisplayName("manda 60 kB atrás de 60 kB em 32 conexões, mais depressa do que se leem, e mais do que cabe na memória")
    void mensagensGrandesDemaisJuntas(Porta porta) {
        byte[] grande = quadro(0, texto("{\"x\": [" + "[], ".repeat(15_000) + "1]}"));
        byte[] mensagem = porta.par == SocketType.REQ ? juntar(quadro(MAIS, NADA), grande) : grande;
        emParalelo(32, porta, bruto -> bruto.escrever(repetir(mensagem, 60)));
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_RESPONDEM)
    @DisplayName("toma a identidade de outro e manda mensagens que ninguém lerá")
    void identidadeRepetida(Porta porta) {
        bruto(porta).apresentar("DEALER", propriedade("Identity", texto("x")));
        Bruto outro = bruto(porta).apresentar("DEALER", propriedade("Identity", texto("x")));
        outro.escrever(repetir(juntar(quadro(MAIS, NADA), quadro(0, new byte[60_000])), 1_500));
        aindaAtende(porta);
    }

    // ───── Assinaturas ─────

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_DIFUNDEM)
    @DisplayName("assina tópicos de 20 000 e de 60 000 bytes")
    void topicosLongos(Porta porta) {
        for (int tamanho : new int[] {20_000, 60_000, 64 * 1024, 500_000}) {
            byte[] topico = new byte[tamanho];
            apresentado(porta).escrever(quadro(0, juntar(bytes(1), topico)), quadro(0, juntar(bytes(0), topico)));
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_DIFUNDEM)
    @DisplayName("assina 200 mil tópicos diferentes")
    void muitasAssinaturas(Porta porta) {
        apresentado(porta).escrever(assinaturas(200_000, 12));
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_DIFUNDEM)
    @DisplayName("assina tópicos longos em 300 conexões, poucos em cada uma")
    void muitasAssinaturasEmMuitasConexoes(Porta porta) {
        for (int i = 0; i < 300; i++) {
            apresentado(porta).escrever(assinaturas(64, 250));
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = QUE_DIFUNDEM)
    @DisplayName("manda mensagens a quem só difunde")
    void mensagensRioAcima(Porta porta) {
        apresentado(porta).escrever(repetir(quadro(0, juntar(bytes(7), OITO_KB)), 10_000));
        aindaAtende(porta);
    }

    @Test
    @DisplayName("quem desassina o que não assinou não diminui a conta de assinantes")
    void desassinarSemAssinar() {
        int antes = assinantes();
        apresentado(Porta.DIFUSAO_3).escrever(repetir(quadro(0, bytes(0)), 5), quadro(0, bytes(1)));
        Processo.esperar("um assinante a mais que " + antes, PRAZO_CURTO, () -> assinantes() == antes + 1);
    }

    @Test
    @DisplayName("quando o último assinante se vai, a conta volta a zero")
    void assinanteQueSeVai() {
        Processo.esperar("nenhum assinante de testes anteriores", PRAZO_CURTO, () -> assinantes() == 0);
        List<Bruto> dois = List.of(apresentado(Porta.DIFUSAO_3), apresentado(Porta.DIFUSAO_3));
        dois.forEach(bruto -> bruto.escrever(quadro(0, bytes(1))));
        Processo.esperar("dois assinantes", PRAZO_CURTO, () -> assinantes() == 2);
        dois.forEach(Bruto::close);
        Processo.esperar("nenhum assinante", PRAZO_CURTO, () -> assinantes() == 0);
    }

    // ───── Apresentações e comandos ─────

    @ParameterizedTest
    @EnumSource
    @DisplayName("manda bytes ao acaso antes, durante e depois da apresentação")
    void bytesAoAcaso(Porta porta) {
        for (int semente = 1; semente <= 20; semente++) {
            byte[] acaso = new byte[5_000];
            new Random(semente).nextBytes(acaso);
            bruto(porta).escrever(acaso);
            bruto(porta).escrever(SAUDACAO, acaso);
            apresentado(porta).escrever(acaso);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("não diz nada, para no meio ou fecha só o seu lado")
    void mudos(Porta porta) {
        for (int i = 0; i < 20; i++) {
            bruto(porta);
            bruto(porta).escrever(bytes(255));
            bruto(porta).meioFechar();
            bruto(porta).escrever(SAUDACAO).meioFechar();
            apresentado(porta).escrever(cabecalho(0, 500)).meioFechar();
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("apresenta-se mal")
    void apresentacoesRuins(Porta porta) {
        byte[] tipo = texto("\5READY\13Socket-Type");
        for (byte[] ready : List.of(NADA, bytes(5), texto("\5READ"), texto("\5READY"), tipo,
                juntar(tipo, bytes(127, 255, 255, 255)), juntar(tipo, bytes(255, 255, 255, 255)),
                juntar(texto("\5READY"), bytes(255), KILO), texto("\5ERROR"),
                texto("\5ERROR\3" + "400"), texto("\5READY\13Socket-Type\0\0\0\4NADA"), KILO, new byte[70_000])) {
            bruto(porta).escrever(SAUDACAO, quadro(COMANDO, ready));
            bruto(porta).escrever(SAUDACAO, quadro(0, ready));
        }
        byte[] ready = quadro(COMANDO, juntar(texto("\5READY"), propriedade("Socket-Type", texto(porta.par.name()))));
        bruto(porta).escrever(SAUDACAO, ready, ready, ready);
        for (String mecanismo : List.of("PLAIN", "CURVE", "GSSAPI", "", "XXXXXXXXXXXXXXXXXXXX")) {
            bruto(porta).escrever(saudacao(mecanismo), ready);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("manda PING curto demais e outros comandos malfeitos")
    void comandosRuins(Porta porta) {
        for (String comando : List.of("", "\4", "\4PIN", "\4PING", "\4PING\0", "\4PING\0\0", "\4PING\377\377",
                "\4PING\0\1contexto-longo-demais", "\4PONG", "\11SUBSCRIBE", "\6CANCEL", "\377", "\5READY", "\5ERROR\1x")) {
            apresentado(porta).escrever(repetir(quadro(COMANDO, texto(comando)), 3));
            apresentado(porta).escrever(quadro(0, texto(comando)));
        }
        apresentado(porta).escrever(repetir(quadro(COMANDO, juntar(texto("\4PING\0\1"), new byte[60_000])), 100));
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = UMA_DE_CADA)
    @DisplayName("apresenta-se com 60 kB de propriedades em 150 conexões")
    void propriedadesDemais(Porta porta) {
        byte[] muitas = juntar(IntStream.range(0, 8_000)
                .mapToObj(i -> propriedade("" + (char) (40 + i / 100) + (char) (40 + i % 100), NADA))
                .toArray(byte[][]::new));
        for (int i = 0; i < 150; i++) {
            bruto(porta).apresentar(porta.par.name(), muitas);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(mode = MATCH_ANY, names = UMA_DE_CADA)
    @DisplayName("apresenta-se com uma propriedade que se chama como o contador da defesa")
    void contadorFalso(Porta porta) {
        byte[] muitas = porta.par == SocketType.SUB ? assinaturas(200_000, 12) : repetir(quadro(MAIS, OITO_KB), 10_000);
        for (String valor : List.of("abc", "", "99999999999", "-2000000000")) {
            byte[] contador = propriedade("banco-quadros", texto(valor));
            byte[] depois = valor.startsWith("-") ? muitas : quadro(MAIS, KILO);
            bruto(porta).apresentar(porta.par.name(), contador).escrever(depois);
        }
        aindaAtende(porta);
    }

    @ParameterizedTest
    @EnumSource(names = {"DIFUSAO_1", "FILA_2", "PEDIDOS_3", "DIFUSAO_3"})
    @DisplayName("600 conexões que se apresentam, e calam, não trancam a porta")
    void conexoesOciosas(Porta porta) {
        for (int i = 0; i < 600; i++) {
            apresentado(porta);
        }
        aindaAtende(porta);
    }

    // ───── Do outro lado: quem se conecta a quem não devia ─────

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "mecanismo", "ROUTER", "XPUB"})
    @DisplayName("uma réplica que achou outro programa na porta do sequenciador o assina quando ele chega")
    void outroProgramaNaPorta(String fala) throws IOException {
        int porta = Processo.portaLivre();
        byte[] ready = quadro(COMANDO, juntar(texto("\5READY"), propriedade("Socket-Type", texto(fala))));
        byte[] tudo = fala.startsWith("HTTP") ? texto(fala) : fala.equals("mecanismo") ? saudacao("PLAIN")
                : juntar(SAUDACAO, ready, cabecalho(0, 3 << 20));
        try (ServerSocket intruso = new ServerSocket(porta, 50, InetAddress.getLoopbackAddress());
                Processo replica = Processo.iniciar("part3.Replica",
                        "--memoria", "--ordem", "127.0.0.1:" + porta, "--consulta", "0")) {
            responder(intruso, tudo);
            intruso.close();
            assertTrue(assinaram(porta), "a réplica não voltou; registro: " + replica.registro());
        }
    }

    /** Diz isto a quem se conectar, e espera que ele corte a conexão. */
    private static void responder(ServerSocket intruso, byte[] tudo) throws IOException {
        intruso.setSoTimeout(20_000);
        try (Socket conexao = intruso.accept()) {
            conexao.setSoTimeout(20_000);
            conexao.getOutputStream().write(tudo);
            conexao.shutdownOutput();
            conexao.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // cortou
        }
    }

    /** Se alguém assina um XPUB posto agora nesta porta. */
    private static boolean assinaram(int porta) {
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket sequenciador = contexto.createSocket(SocketType.XPUB);
            sequenciador.setReceiveTimeOut(10_000);
            Processo.esperar("que o intruso largue a porta", Processo.PRAZO, () -> escuta(sequenciador, porta));
            return sequenciador.recv() != null;
        }
    }

    /** @return false se a porta ainda não está livre: o que o intruso atendeu acaba de se fechar */
    private static boolean escuta(ZMQ.Socket soquete, int porta) {
        try {
            return soquete.bind("tcp://127.0.0.1:" + porta);
        } catch (ZMQException e) {
            assertEquals(ZMQ.Error.EADDRINUSE.getCode(), e.getErrorCode());
            return false;
        }
    }

    // ───── Quem se porta bem é atendido ─────

    private static Processo iniciar(String papel) {
        List<String> opcoes = new ArrayList<>();
        for (Porta porta : Porta.values()) {
            if (porta.papel.equals(papel)) {
                porta.numero = Processo.portaLivre();
                opcoes.addAll(List.of(porta.opcao, Integer.toString(porta.numero)));
            }
        }
        if (!papel.startsWith("part1.")) {
            opcoes.add("--memoria");
        }
        if (!papel.equals("part1.Client")) {
            return Processo.iniciarCom(List.of("-Xmx48m"), papel, opcoes.toArray(String[]::new)).esperarPronto();
        }
        opcoes.addAll(List.of("--esperar", "0"));
        Processo menu = Processo.iniciarCom(List.of("-Xmx48m"), papel, opcoes.toArray(String[]::new));
        Processo.esperar("o menu", Processo.PRAZO, () -> menu.saida().contains("0 Sair"));
        return menu;
    }

    private static void aindaAtende(Porta porta) {
        Processo processo = PROCESSOS.get(porta.papel);
        try {
            assertTrue(processo.vivo(), "o processo morreu");
            Operacao op = Operacao.deposito("ana", BigDecimal.ONE);
            switch (porta.par) {
                case REQ -> responde(porta, op);
                case PUSH -> aplica(porta, op);
                default -> difunde(porta, op);
            }
            assertTrue(processo.vivo(), "o processo morreu");
            assertEquals(List.of(), processo.registro().stream()
                    .filter(linha -> linha.startsWith("\tat ") || linha.matches(".*(Exception|Error).*")).limit(3).toList());
        } catch (AssertionError | RuntimeException e) {
            processo.close(); // o próximo ataque começa com outro
            throw e;
        }
    }

    private static void responde(Porta porta, Operacao op) {
        String resposta = pedir(porta, porta == Porta.TESTEMUNHA ? VISAO : porta.opcao.equals("--pedidos")
                ? op.json() : ESTADO);
        assertTrue(resposta.startsWith("OK ") || resposta.startsWith("{\""), resposta);
    }

    private static void aplica(Porta porta, Operacao op) {
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket fila = conectar(contexto, porta);
            fila.send(op.json());
            Processo.esperar("a operação", Processo.PRAZO, () -> pedir(Porta.CONSULTA_2,
                    "{\"pedido\": \"RESULTADO\", \"id_msg\": \"" + op.id_msg() + "\"}").contains("APLICADA"));
        }
    }

    private static void difunde(Porta porta, Operacao op) {
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket assinante = conectar(contexto, porta);
            assinante.subscribe(ZMQ.SUBSCRIPTION_ALL);
            Processo.esperar("a difusão", Processo.PRAZO, () -> {
                operar(porta);
                return assinante.recvStr() != null;
            });
        }
    }

    private static ZMQ.Socket conectar(ZContext contexto, Porta porta) {
        ZMQ.Socket soquete = contexto.createSocket(porta.par);
        soquete.setHandshakeIvl(500); // 2 % das conexões do JeroMQ 0.6.0 nascem surdas (zeromq/jeromq#1022): recomeçam logo
        soquete.setReceiveTimeOut(100);
        soquete.connect("tcp://127.0.0.1:" + porta.numero);
        return soquete;
    }

    private static String pedir(Porta porta, String pedido) {
        try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta.numero), 3_000, 10)) {
            return requisicao.pedir(pedido);
        }
    }

    private static int assinantes() {
        return Json.ler(pedir(Porta.PEDIDOS_3, ESTADO).getBytes(StandardCharsets.UTF_8)).get("assinantes").asInt();
    }

    /** Uma operação nova, pelo caminho que esta porta de difusão tem. */
    private static void operar(Porta porta) {
        switch (porta) {
            case DIFUSAO_1 -> PROCESSOS.get(porta.papel).digitar("1\nana\n1\n");
            case DIFUSAO_3 -> pedir(Porta.PEDIDOS_3, Operacao.deposito("ana", BigDecimal.ONE).json());
            default -> pedir(Porta.PEDIDOS_4, Operacao.deposito("ana", BigDecimal.ONE).json());
        }
    }

    // ───── Quem se porta mal ─────

    private Bruto bruto(Porta porta) {
        Bruto bruto = new Bruto(porta.numero);
        brutos.add(bruto);
        return bruto;
    }

    private Bruto apresentado(Porta porta) {
        return bruto(porta).apresentar(porta.par.name());
    }

    private void emParalelo(int quantos, Porta porta, Consumer<Bruto> fazer) {
        IntStream.range(0, quantos).mapToObj(i -> apresentado(porta)).toList().parallelStream().forEach(fazer);
    }

    public static void main(String[] args) {
        Testes.rodar(RuidoTest.class);
    }
}
