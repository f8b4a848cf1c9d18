///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Autenticação e cifra: as quatro partes com --chaves, e todas as misturas que não devem passar.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../Precisa.java ../../shared/papel/GerarChaves.java ../../part1/Client.java
//SOURCES ../../part1/Replica.java
//SOURCES ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//SOURCES ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZConfig;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.texto.Json;
import tests.Cena;
import tests.Cena.Fim;
import tests.Coveiro;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

/**
 * Processos de verdade, com pastas de chaves de verdade: a {@code boa}; a {@code outra}, de outro banco; e a
 * {@code estranha}, que conhece o servidor da boa mas ninguém a autorizou.
 */
@DisplayName("Chaves")
class ChavesTest {

    private static final String DICA = ".*não houve acordo: confira as chaves \\(--chaves\\).*";
    private static final Duration PRAZO = Duration.ofSeconds(60);
    private static final int ENFIADA = 20_000;

    private static Path pasta;
    private static Path boa;
    private static Path outra;
    private static Path estranha;

    private final Cena cena = new Cena();
    private final int[] p = Stream.generate(Processo::portaLivre).limit(6).mapToInt(porta -> porta).toArray();

    @BeforeAll
    static void fazerChaves() throws IOException {
        pasta = Files.createTempDirectory("banco-chaves-");
        boa = pasta.resolve("boa");
        outra = pasta.resolve("outra");
        estranha = pasta.resolve("estranha");
        try (Cena cena = new Cena()) {
            List<Processo> geradores = Stream.of(boa, outra)
                    .map(nova -> cena.iniciar("shared.papel.GerarChaves", nova)).toList();
            geradores.forEach(gerador -> assertEquals(0, fim(gerador).codigo(), gerador.registro().toString()));
        }
        Files.createDirectory(estranha);
        copiar(outra, estranha, "cliente.key_secret", "cliente.pem");
        copiar(boa, estranha, "servidor.key", "servidor.crt");
    }

    private static void copiar(Path de, Path para, String... arquivos) throws IOException {
        for (String arquivo : arquivos) {
            Files.copy(de.resolve(arquivo), para.resolve(arquivo), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    @AfterAll
    static void apagarChaves() throws IOException {
        Coveiro.apagar(pasta);
    }

    @AfterEach
    void encerrar() {
        cena.close();
    }

    // ───── A pasta ─────

    @Test
    @DisplayName("só o dono lê as chaves, e uma segunda vez não as troca")
    void pastaDeChaves() throws IOException {
        Path nova = pasta.resolve("nova");
        assertEquals(0, cena.rodar("shared.papel.GerarChaves", nova, "--silencioso").codigo());
        Map<String, String> antes = conteudo(nova);
        assertEquals(List.of("autorizadas/cliente.crt", "autorizadas/cliente.key", "cliente.key_secret", "cliente.pem",
                "servidor.crt", "servidor.key", "servidor.key_secret", "servidor.pem"), List.copyOf(antes.keySet()));
        assertPermissoes(nova);
        Fim segunda = cena.rodar("shared.papel.GerarChaves", nova);
        assertEquals(1, segunda.codigo());
        assertTrue(segunda.erros().matches("erro: já há chaves em .*"), segunda.erros());
        assertEquals(antes, conteudo(nova));
    }

    @Test
    @DisplayName("a pasta de um cliente a mais não tem o segredo do servidor: com ela não se escuta")
    void maisUmCliente() throws IOException {
        assertEquals(0, cena.rodar("shared.papel.GerarChaves", boa, "--cliente", "bia").codigo());
        Path dela = boa.resolve("clientes/bia");
        assertEquals(List.of("cliente.key_secret", "cliente.pem", "servidor.crt", "servidor.key"),
                List.copyOf(conteudo(dela).keySet()));
        assertPermissoes(boa);
        Processo repetida = cena.iniciar("shared.papel.GerarChaves", boa, "--cliente", "bia");
        Processo servidor = cena.iniciar("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1], "--chaves", dela);
        Processo rpc = cena.iniciar("part2.RpcServer", "--porta", p[2], "--chaves", dela);
        assertErro("já há um cliente 'bia'", repetida);
        assertErro("esta pasta é a de um cliente", servidor);
        assertErro("esta pasta é a de um cliente", rpc);
    }

    @Test
    @DisplayName("uma pasta que não existe, um segredo que todos leem, um arquivo que não é chave: uma linha que"
            + " diz o que fazer")
    void pastasRuins() throws IOException {
        Path aberta = Files.createDirectory(pasta.resolve("aberta"));
        copiar(boa, aberta, "servidor.key", "cliente.key_secret");
        Files.setPosixFilePermissions(aberta.resolve("cliente.key_secret"), PosixFilePermissions.fromString("rw-r--r--"));
        Path torta = Files.createDirectory(pasta.resolve("torta"));
        copiar(boa, torta, "cliente.key_secret");
        Files.writeString(torta.resolve("servidor.key"), "isto não é uma chave\n");
        Object[] pedido = {"--sequenciador", local(p[0]), "depositar", "ana", 1, "--chaves"};
        Processo falta = cena.iniciar("part3.Client", com(pedido, pasta.resolve("nenhuma")));
        Processo lida = cena.iniciar("part3.Client", com(pedido, aberta));
        Processo lixo = cena.iniciar("part3.Client", com(pedido, torta));
        assertErro("não encontrei a pasta de chaves", falta);
        assertErro("chmod 600", lida);
        assertErro("não há uma public-key de 40 letras", lixo);
    }

    private static Map<String, String> conteudo(Path raiz) throws IOException {
        Map<String, String> tudo = new TreeMap<>();
        try (Stream<Path> arquivos = Files.walk(raiz)) {
            for (Path arquivo : arquivos.filter(Files::isRegularFile).toList()) {
                tudo.put(raiz.relativize(arquivo).toString(), Files.readString(arquivo));
            }
        }
        return tudo;
    }

    private static void assertPermissoes(Path raiz) throws IOException {
        try (Stream<Path> arquivos = Files.walk(raiz)) {
            for (Path arquivo : arquivos.toList()) {
                assertEquals(Files.isDirectory(arquivo) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(arquivo)), arquivo.toString());
            }
        }
    }

    // ───── Quem tem chaves ─────

    @Test
    @DisplayName("parte 1: com chaves, o que o cliente difunde chega à réplica")
    void parte1() {
        Processo replica = comChaves("part1.Replica", "--clientes", local(p[0]), "--consulta", p[1]);
        assertFeito("enviada: .*", comChaves("part1.Client", "--porta", p[0], "depositar", "ana", 7));
        replica.esperarNoRegistro("saldo=7.00");
        assertFeito("replica: ana tem 7.00", comChaves("part1.Client", "--consultas", local(p[1]), "saldo", "ana"));
    }

    @Test
    @DisplayName("parte 2: com chaves, JSON-RPC e RPyC por TLS, a fila por CURVE; e um worker que chega tarde pede por"
            + " TLS o que falta")
    void parte2() {
        comChaves("part2.RpcServer", "--porta", p[0], "--workers", local(p[1])).esperarPronto();
        assertFeito("DEPOSITO enfileirado: .*", comChaves("part2.Client", "--rpc", local(p[0]), "depositar", "ana", 3));
        Processo worker = comChaves("part2.Worker", "--porta", p[1], "--rpc", local(p[0]), "--consulta", p[2]);
        assertFeito("DEPOSITO enfileirado: .*",
                comChaves("part2.Client", "--rpc", local(p[0]), "--semente", "depositar", "ana", 4));
        worker.esperarNoRegistro("saldo=7.00");
    }

    @Test
    @DisplayName("parte 3: com chaves, o pedido é numerado e a réplica o aplica")
    void parte3() {
        comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]);
        comChaves("part3.Replica", "--pedidos", local(p[0]), "--ordem", local(p[1]), "--consulta", p[2]).esperarPronto();
        assertFeito("OK seq=1", comChaves("part3.Client", "--sequenciador", local(p[0]), "depositar", "ana", 7));
        Processo.esperar("saldo", PRAZO, () ->
                fim(comChaves("part3.Client", "--consultas", local(p[2]), "saldo", "ana")).texto()
                .equals("replica: ana tem 7.00"));
    }

    @Test
    @DisplayName("parte 4: com chaves, testemunha, primário e backup; morto o primário, o backup assume com tudo")
    void parte4() {
        String juiz = local(p[0]);
        comChaves("part4.Witness", "--porta", p[0]);
        Processo primario = comChaves("part4.Primary", "--testemunha", juiz, "--pedidos", p[1], "--atualizacoes", p[2],
                "--consulta", 0);
        primario.esperarPronto();
        comChaves("part4.Backup", "--testemunha", juiz, "--pedidos", p[3], "--atualizacoes", p[4], "--consulta", 0,
                "--pedidos-primario", local(p[1]), "--atualizacoes-primario", local(p[2]));
        primario.esperarNoRegistro("entraram=[backup#");
        Object[] ambos = {"--primario", local(p[1]) + "," + local(p[3])};
        assertFeito("OK (seq=1|repetida) resultado=APLICADA", comChaves("part4.Client", com(ambos, "depositar", "ana", 7)));
        primario.matar();
        Processo.esperar("o backup responder", PRAZO, () ->
                fim(comChaves("part4.Client", com(ambos, "saldo", "ana"))).texto().equals("backup: ana tem 7.00"));
    }

    @Test
    @DisplayName("BANCO_CHAVES vale o mesmo que --chaves")
    void variavel() {
        comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        assertFeito("OK seq=1", cena.iniciarPrograma("env", "BANCO_CHAVES=" + boa,
                System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"), "part3.Client",
                "--sequenciador", local(p[0]), "depositar", "ana", "1"));
    }

    @ParameterizedTest(name = "com chaves: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("20 000 mensagens de enfiada, e quem as recebe parado: nenhuma se perde, nem em claro nem cifrada")
    void filasCheias(boolean cifradas) throws IOException {
        Object[] chaves = cifradas ? new Object[] {"--chaves", boa} : new Object[0];
        Processo sequenciador = cena.iniciar(
                "part3.Sequencer", com(chaves, "--pedidos", p[0], "--ordem", p[1], "--silencioso"));
        Processo replica = cena.iniciar("part3.Replica", com(chaves, "--pedidos", local(p[0]), "--ordem", local(p[1]),
                "--consulta", p[2], "--silencioso", "--sem-recuperacao"));
        Processo worker = cena.iniciar("part2.Worker", com(chaves, "--porta", p[3], "--rpc", local(p[4]), "--consulta", p[5],
                "--silencioso", "--sem-recuperacao"));
        List<Processo> papeis = List.of(sequenciador.esperarPronto(), replica.esperarPronto(), worker.esperarPronto());
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket pedidos = conectado(contexto, SocketType.DEALER, p[0], cifradas);
            ZMQ.Socket fila = conectado(contexto, SocketType.PUSH, p[3], cifradas);
            ZMQ.Socket estado = conectado(contexto, SocketType.REQ, p[0], cifradas);
            Processo.esperar("a réplica assinar", PRAZO, // o que se difunde antes disso não lhe chega
                    () -> estado.send("{\"pedido\":\"ESTADO\"}") && estado.recvStr().contains("\"assinantes\": 1"));
            papeis.forEach(papel -> papel.sinal("STOP"));
            for (int i = 1; i <= ENFIADA; i++) {
                String op = Cena.deposito("p" + i, "ana", "1").json();
                pedidos.sendMore("");
                pedidos.send(op);
                fila.send(op);
            }
            papeis.forEach(papel -> papel.sinal("CONT"));
            Set<String> respostas = new HashSet<>();
            for (int i = 0; i < ENFIADA; i++) {
                assertEquals("", pedidos.recvStr(), () -> "vieram " + respostas.size() + " respostas");
                respostas.add(pedidos.recvStr());
            }
            assertEquals(IntStream.rangeClosed(1, ENFIADA).mapToObj(i -> "OK seq=" + i)
                    .collect(Collectors.toSet()), respostas);
            for (int porta : new int[] {p[2], p[5]}) {
                ZMQ.Socket consulta = conectado(contexto, SocketType.REQ, porta, cifradas);
                Processo.esperar("o saldo na porta " + porta, PRAZO,
                        () -> consulta.send("{\"pedido\":\"SALDO\",\"conta\":\"ana\"}")
                        && consulta.recvStr().contains("\"saldo\": " + ENFIADA));
            }
        }
        papeis.forEach(papel -> assertFalse(papel.temNoRegistro("recusada"), () -> papel.registro().toString()));
    }

    // ───── Quem não as tem ─────

    @Test
    @DisplayName("ZeroMQ: sem chaves, chave desconhecida, outro servidor, ou só o cliente com chaves: linha no servidor,"
            + " dica no cliente")
    void recusadas() {
        Processo servidor = comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        Processo claro = cena.iniciar("part3.Sequencer", "--pedidos", p[2], "--ordem", p[3]).esperarPronto();
        Object[] pedido = {"--sequenciador", local(p[0]), "depositar", "ana", 1};
        List<Supplier<Processo>> clientes = List.of(() -> cena.iniciar("part3.Client", pedido),
                () -> cena.iniciar("part3.Client", com(pedido, "--chaves", estranha)),
                () -> cena.iniciar("part3.Client", com(pedido, "--chaves", outra)),
                () -> comChaves("part3.Client", "--sequenciador", local(p[2]), "depositar", "ana", 1));
        List<Processo> primeiros = clientes.stream().map(Supplier::get).toList();
        Processo replica = cena.iniciar("part3.Replica", "--pedidos", local(p[0]), "--ordem", local(p[1]), "--consulta", 0,
                "--chaves", estranha);
        assertAll(IntStream.range(0, clientes.size()).mapToObj(i -> () -> {
            Fim fim = fim(primeiros.get(i));
            for (int vez = 0; vez < 2 && !fim.erros().matches(DICA); vez++) {
                fim = fim(clientes.get(i).get()); // numa máquina ocupada, quem desliga demora, e parece que não responde
            }
            Cena.assertDesistiu("indeterminada \\(id_msg .*\\): ninguém respondeu em", fim);
            assertTrue(fim.erros().matches(DICA), fim.erros());
        }));
        replica.esperarNoRegistro("sem-acordo");
        servidor.esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[0] + " porque=\"não usa chaves")
                .esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[0] + " porque=\"chave desconhecida")
                .esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[0] + " porque=\"não se decifra")
                .esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[1] + " porque=\"chave desconhecida");
        claro.esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[2] + " porque=\"não se entende");
        assertFalse(servidor.temNoRegistro("ordenar"), "nada entrou");
        assertFeito("OK seq=1", comChaves("part3.Client", pedido));
    }

    @Test
    @DisplayName("RPC: sem TLS, certificado desconhecido, outro servidor, ou só o cliente com TLS: linha no servidor,"
            + " dica no cliente")
    void rpcRecusado() {
        Processo servidor = comChaves("part2.RpcServer", "--porta", p[0], "--workers", local(p[1])).esperarPronto();
        Processo claro = cena.iniciar("part2.RpcServer", "--porta", p[2], "--workers", local(p[3])).esperarPronto();
        Object[] pedido = {"--rpc", local(p[0]), "depositar", "ana", 1};
        List<Processo> clientes = List.of(cena.iniciar("part2.Client", pedido),
                cena.iniciar("part2.Client", com(new Object[] {"--semente"}, pedido)),
                cena.iniciar("part2.Client", com(pedido, "--chaves", estranha)),
                cena.iniciar("part2.Client", com(pedido, "--chaves", outra)),
                comChaves("part2.Client", "--rpc", local(p[2]), "depositar", "ana", 1));
        assertAll(clientes.stream().map(cliente -> () -> {
            assertEquals(1, fim(cliente).codigo());
            assertTrue(fim(cliente).erros().matches("erro: .*confira as chaves \\(--chaves\\).*"), fim(cliente).erros());
        }));
        servidor.esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[0] + " porque=\"não usa TLS")
                .esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[0] + " porque=\"certificado desconhecido")
                .esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[0] + " porque=\"espera outro servidor");
        claro.esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[2] + " porque=\"usa TLS");
        assertFalse(servidor.temNoRegistro("enfileirar"), "nada entrou");
        assertFeito("DEPOSITO enfileirado: .*", comChaves("part2.Client", pedido));
    }

    @Test
    @DisplayName("um cliente apagado de autorizadas/ já não entra depois de reiniciar o servidor")
    void revogada() throws IOException {
        assertEquals(0, cena.rodar("shared.papel.GerarChaves", boa, "--cliente", "rui").codigo());
        Object[] dele = {"--sequenciador", local(p[0]), "depositar", "ana", 1, "--chaves", boa.resolve("clientes/rui")};
        Processo servidor = comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        assertFeito("OK seq=1", cena.iniciar("part3.Client", dele));
        servidor.matar();
        Files.delete(boa.resolve("autorizadas/rui.key"));
        Files.delete(boa.resolve("autorizadas/rui.crt"));
        Processo reiniciado = comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        assertEquals(1, cena.rodar("part3.Client", dele).codigo());
        reiniciado.esperarNoRegistro("chave desconhecida");
    }

    // ───── A guarda, com CURVE ─────

    @Test
    @DisplayName("64 KiB exatos passam, cifrados; o que é maior tem resposta ou é cortado, e um tópico sem fim também")
    void tamanho() throws IOException {
        Processo servidor = comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket pedidos = autorizado(contexto, SocketType.REQ, p[0]);
            for (int tamanho : new int[] {Json.LIMITE_BYTES, Json.LIMITE_BYTES + 1, 1_000_000}) {
                pedidos.send(new byte[tamanho]);
                String resposta = pedidos.recvStr();
                assertTrue(resposta != null && resposta.startsWith(
                        tamanho > Json.LIMITE_BYTES ? "ERRO grande" : "ERRO json"), resposta);
            }
            pedidos.send(new byte[3_000_000]);
            // um pouco maior, e estouraria a pilha de quem o lê
            autorizado(contexto, SocketType.SUB, p[1]).subscribe(new byte[2_000]);
            servidor.esperarNoRegistro("porta=" + p[1] + " porque=\"não se decifra");
        }
        assertFeito("OK seq=1", comChaves("part3.Client", "--sequenciador", local(p[0]), "depositar", "ana", 1));
        assertEquals(1, servidor.registro().stream().filter(linha -> linha.contains("ordenar")).count());
    }

    private static ZMQ.Socket autorizado(ZContext contexto, SocketType tipo, int porta) throws IOException {
        return conectado(contexto, tipo, porta, true);
    }

    private static ZMQ.Socket conectado(ZContext contexto, SocketType tipo, int porta, boolean comChaves)
            throws IOException {
        ZMQ.Socket soquete = contexto.createSocket(tipo);
        if (comChaves) {
            ZConfig eu = ZConfig.load(boa.resolve("cliente.key_secret").toString());
            ZConfig servidor = ZConfig.load(boa.resolve("servidor.key").toString());
            soquete.setCurveServerKey(ZMQ.Curve.z85Decode(servidor.getValue("curve/public-key")));
            soquete.setCurvePublicKey(ZMQ.Curve.z85Decode(eu.getValue("curve/public-key")));
            soquete.setCurveSecretKey(ZMQ.Curve.z85Decode(eu.getValue("curve/secret-key")));
        }
        soquete.setReceiveTimeOut(30_000);
        soquete.setSndHWM(0);
        // há conexões que o JeroMQ esquece de vigiar; numa máquina ocupada, menos cortava as outras
        soquete.setHandshakeIvl(2_000);
        soquete.connect("tcp://" + local(porta));
        return soquete;
    }

    @Test
    @DisplayName("tamanhos impossíveis e apresentações tortas, antes de provar quem se é: o servidor segue, e"
            + " nada disso entra")
    void ruido() throws InterruptedException, ExecutionException {
        Processo servidor = comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        String saudacao = "ff00000000000000017f" + "0300" + "4355525645" + "00".repeat(15) + "00".repeat(32);
        List<String> golpes = List.of(saudacao + "06" + "7fffffffffffffff", saudacao + "06" + "8000000000000010",
                saudacao + "06" + "000000007fffffff" + "00".repeat(100), saudacao + "06" + "000000000c800000",
                saudacao + "04c8" + "0548454c4c4f" + "0100" + "00".repeat(192), // HELLO que não se decifra
                saudacao + "0400", saudacao + "0000", saudacao + "0106" + "0548454c4c4f",
                // NULL
                saudacao.replace("4355525645", "4e554c4c00") + "04190552454144590b536f636b65742d5479706500000003524551",
                "ff00000000000000007f01", "0000", "ff00000000000000017f0100", "ff00000000000000017f0102", "47455420");
        ExecutorService todos = Executors.newFixedThreadPool(golpes.size()); // os de cada porta, ao mesmo tempo
        try {
            for (int porta : new int[] {p[0], p[1]}) {
                for (Future<?> golpe : todos.invokeAll(
                        golpes.stream().map(golpe -> Executors.callable(() -> atacar(porta, golpe))).toList())) {
                    golpe.get();
                }
            }
        } finally {
            todos.shutdownNow();
        }
        Processo replica = comChaves("part3.Replica", "--pedidos", local(p[0]), "--ordem", local(p[1]), "--consulta", 0);
        assertFeito("OK seq=1", comChaves("part3.Client", "--sequenciador", local(p[0]), "depositar", "ana", 1));
        replica.esperarNoRegistro("saldo=1.00");
        assertEquals(1, servidor.registro().stream().filter(linha -> linha.contains("ordenar")).count());
        assertFalse(servidor.registro().toString().contains("Exception"), servidor.registro().toString());
    }

    private static void atacar(int porta, String golpe) {
        try (Socket atacante = new Socket("127.0.0.1", porta)) {
            atacante.setSoTimeout(300);
            atacante.getOutputStream().write(HexFormat.of().parseHex(golpe));
            lerAteAcabar(atacante);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void lerAteAcabar(Socket conexao) {
        try {
            conexao.getInputStream().readAllBytes();
        } catch (IOException e) {
            // cortou, ou ficou à espera
        }
    }

    // ───── Python ─────

    @Test
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("pyzmq: cliente e réplica em Python com as nossas chaves; e sem estar autorizado, nada")
    void pyzmqConecta() {
        Processo servidor = comChaves("part3.Sequencer", "--pedidos", p[0], "--ordem", p[1]).esperarPronto();
        Processo replica = python(boa, "parte3_replica.py", "--ordem", local(p[1])).esperarPronto();
        Processo estranho = python(estranha, "parte3_cliente.py", "--sequenciador", local(p[0]));
        estranho.digitar("depositar ana 1\n");
        servidor.esperarNoRegistro("chave desconhecida");
        Processo cliente = python(boa, "parte3_cliente.py", "--sequenciador", local(p[0]));
        cliente.digitar("depositar ana 100\n").fimDaEntrada();
        assertFeito("OK seq=1", cliente);
        assertFeito("OK seq=2", comChaves("part3.Client", "--sequenciador", local(p[0]), "sacar", "ana", 30));
        Processo.esperar("a réplica em Python", PRAZO, () -> replica.saida().contains("APLICADA {\"ana\": 70.0}"));
        assertEquals(List.of(), estranho.saida());
    }

    @Test
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("pyzmq: um sequenciador em Python, com as nossas chaves e a nossa lista, atende os nossos; e um"
            + " estranho, não")
    void pyzmqEscuta() {
        Processo servidor = python(boa, "parte3_sequenciador.py", "--pedidos", p[0], "--ordem", p[1], "--esperar", 1);
        comChaves("part3.Replica", "--pedidos", local(p[0]), "--ordem", local(p[1]), "--consulta", p[2], "--semente");
        servidor.esperarPronto();
        assertFeito("OK seq=1", comChaves("part3.Client", "--sequenciador", local(p[0]), "depositar", "ana", 1));
        Fim estranho = cena.rodar("part3.Client", "--sequenciador", local(p[0]), "depositar", "ana", 1,
                "--chaves", estranha);
        assertTrue(estranho.erros().matches(DICA), estranho.erros());
    }

    @Test
    @Precisa(Precisa.De.RPYC)
    @DisplayName("rpyc.ssl_connect, com certificado, é atendido; com um desconhecido, ou com rpyc.connect, não")
    void rpycPorTls() {
        Processo servidor = comChaves("part2.RpcServer", "--porta", p[0], "--workers", local(p[1])).esperarPronto();
        Object[] pedido = {local(p[0]), "depositar", "ana", 1};
        assertFeito("DEPOSITO enfileirado: .*", python(boa, "cliente_rpyc.py", pedido));
        Processo desconhecido = python(estranha, "cliente_rpyc.py", pedido);
        Processo claro = python(null, "cliente_rpyc.py", pedido);
        assertEquals(List.of(1, 1), List.of(fim(desconhecido).codigo(), fim(claro).codigo()));
        servidor.esperarNoRegistro("porque=\"certificado desconhecido").esperarNoRegistro("porque=\"não usa TLS");
    }

    private Processo python(Path chaves, String programa, Object... argumentos) {
        Path arquivo = Testes.raiz().resolve("tests/interop").resolve(programa);
        return cena.iniciarPrograma(Stream.concat(
                Stream.of("env", "BANCO_CHAVES=" + (chaves == null ? "" : chaves), "PYTHONIOENCODING=utf-8",
                Precisa.PYTHON, arquivo.toString()), Stream.of(argumentos).map(String::valueOf)).toArray(String[]::new));
    }

    // ───── Ferramentas ─────

    private Processo comChaves(String papel, Object... argumentos) {
        return cena.iniciar(papel, com(argumentos, "--chaves", boa));
    }

    private static Fim fim(Processo processo) {
        return new Fim(processo.esperarFim(PRAZO), processo.saida(), processo.registro());
    }

    private static Object[] com(Object[] argumentos, Object... mais) {
        return Stream.concat(Stream.of(argumentos), Stream.of(mais)).toArray();
    }

    private static void assertFeito(String resposta, Processo cliente) {
        Fim fim = fim(cliente);
        assertEquals(0, fim.codigo(), fim.erros());
        assertTrue(fim.texto().matches(resposta), fim.texto());
    }

    private static void assertErro(String texto, Processo processo) {
        Fim fim = fim(processo);
        assertEquals(1, fim.codigo(), fim.erros());
        assertTrue(fim.registro().stream()
                .anyMatch(linha -> linha.startsWith("erro: ") && linha.contains(texto)), fim.erros());
    }

    public static void main(String[] args) {
        Testes.rodar(ChavesTest.class);
    }
}
