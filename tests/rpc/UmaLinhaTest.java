///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Uma só linha de execução atende a porta de RPC: nenhuma conexão, em claro ou por TLS, prende as outras.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../rede/Bruto.java ConexaoRpyc.java ../Cena.java ../Testes.java ../../part2/RpcServer.java
//SOURCES ../../shared/papel/GerarChaves.java ../../shared/rede/Requisicao.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.defesa.Chaves;
import shared.defesa.Defesa;
import tests.Cena;
import tests.Coveiro;
import tests.Processo;
import tests.Testes;
import tests.rede.Bruto;

@TestMethodOrder(OrderAnnotation.class)
@DisplayName("Uma linha de execução na porta de RPC")
class UmaLinhaTest {

    private static final int CLARA = Processo.portaLivre();
    private static final int CIFRADA = Processo.portaLivre();
    private static final byte[] MEIA_APRESENTACAO = HexFormat.of().parseHex("1603010200010001fc0303");

    private static Path pasta;
    private static Processo servidor;
    private static Processo comTls;
    private static SocketFactory tls;
    private static List<Socket> aMeio; // da apresentação TLS

    @BeforeAll
    static void iniciar() throws IOException {
        pasta = Files.createTempDirectory("banco-uma-linha-");
        Path chaves = pasta.resolve("chaves");
        servidor = iniciar(CLARA);
        try (Cena cena = new Cena()) {
            assertEquals(0, cena.iniciar("shared.papel.GerarChaves", chaves).esperarFim(Processo.PRAZO.multipliedBy(4)));
        }
        comTls = iniciar(CIFRADA, "--chaves", chaves.toString());
        tls = new Defesa(Chaves.ler(chaves), null).tls(false).getSocketFactory();
        servidor.esperarPronto();
        comTls.esperarPronto();
        aMeio = IntStream.range(0, 30).mapToObj(i -> abrir(SocketFactory.getDefault(), CIFRADA)).toList();
        aMeio.forEach(um -> escrever(um, MEIA_APRESENTACAO));
    }

    private static Processo iniciar(int porta, String... mais) {
        return Processo.iniciarCom(List.of("-Xmx64m"), "part2.RpcServer", Stream.concat(Stream.of("--memoria",
                "--silencioso", "--porta", "" + porta, "--workers", "127.0.0.1:" + Processo.portaLivre()), Stream.of(mais))
                .toArray(String[]::new));
    }

    @AfterEach
    void aindaAtendem() {
        for (Processo um : List.of(servidor, comTls)) {
            assertTrue(um.vivo());
            assertFalse(um.registro().stream().anyMatch(l -> l.matches("\\s+at .*|.*Exception.*")), "uma pilha");
        }
    }

    @AfterAll
    static void encerrar() {
        servidor.close();
        comTls.close();
        Coveiro.apagar(pasta);
    }

    // ───── Muitas ─────

    @Test
    @DisplayName("duzentas conexões que já pediram não pedem linhas de execução: uma só as atende a todas")
    void umaLinha() throws IOException {
        long antes = linhas();
        List<Socket> muitas = IntStream.range(0, 200).mapToObj(i -> abrir(SocketFactory.getDefault(), CLARA)).toList();
        for (Socket uma : muitas) {
            assertEquals(List.of(0), pedir(uma, 1));
        }
        long depois = linhas();
        muitas.forEach(UmaLinhaTest::fechar);
        assertTrue(depois < antes + 20, antes + " linhas de execução, e depois " + depois);
    }

    private static long linhas() throws IOException {
        Path tarefas = Path.of("/proc/" + servidor.pid() + "/task"); // fora do Linux não se vê
        try (Stream<Path> linhas = Files.exists(tarefas) ? Files.list(tarefas) : Stream.empty()) {
            return linhas.count();
        }
    }

    // ───── Quem dá trabalho ─────

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("quem dá muito trabalho tem a sua vez, e não mais: entre duas chamadas de um, os outros não fazem centenas")
    void cadaUmASuaVez(boolean cifrado) throws IOException {
        ByteArrayOutputStream menor = new ByteArrayOutputStream();
        try (DeflaterOutputStream compressor = new DeflaterOutputStream(menor)) { // cem bytes, que voltam sessenta mil
            compressor.write(ConexaoRpyc.corpo(ConexaoRpyc.Geracao.RPYC_5, eco(new byte[60_000])));
        }
        byte[] pedidos = Bruto.repetir(ConexaoRpyc.quadro(true, menor.toByteArray()), 100);
        Socket um = ligado(cifrado);
        List<Incansavel> outros = IntStream.range(0, 10).mapToObj(i -> new Incansavel(ligar(cifrado), pedidos)).toList();
        Processo.esperar("que todos tenham respostas", Processo.PRAZO,
                () -> outros.stream().allMatch(outro -> outro.lidos.get() > 0));
        long antes = Incansavel.todos(outros);
        int vezes = 20;
        for (int i = 0; i < vezes; i++) {
            assertEquals(List.of(0), pedir(um, 1));
        }
        long respostas = (Incansavel.todos(outros) - antes) / Incansavel.RESPOSTA;
        outros.forEach(outro -> fechar(outro.soquete));
        um.close();
        assertTrue(respostas < 20L * vezes * outros.size(), respostas + " respostas aos outros, em " + vezes + " vezes");
    }

    private static List<?> eco(byte[] bytes) {
        return List.of(1L, 1L, List.of(1L, List.of(1L, List.of(bytes))));
    }

    /** Pede o mesmo sem parar, e lê as respostas, só para as contar. */
    private static final class Incansavel {

        private static final int RESPOSTA = 60_000; // bytes, pouco menos
        private final AtomicLong lidos = new AtomicLong();
        private final Socket soquete;

        Incansavel(Socket soquete, byte[] pedidos) {
            this.soquete = soquete;
            rodar(() -> {
                while (true) {
                    soquete.getOutputStream().write(pedidos);
                }
            });
            rodar(() -> {
                byte[] resposta = new byte[8 * 1024];
                for (int quantos; (quantos = soquete.getInputStream().read(resposta)) >= 0; ) {
                    lidos.addAndGet(quantos);
                }
                return null;
            });
        }

        static long todos(List<Incansavel> incansaveis) {
            return incansaveis.stream().mapToLong(um -> um.lidos.get()).sum();
        }
    }

    private static void rodar(Callable<Void> ateFechar) {
        Thread linha = new Thread(() -> {
            try {
                ateFechar.call();
            } catch (Exception e) {
                // fechou-se
            }
        });
        linha.setDaemon(true);
        linha.start();
    }

    // ───── TLS ─────

    @Test
    @DisplayName("por TLS: trezentos pedidos seguidos, cada um no seu registro; um byte de cada vez; o maior que cabe")
    void porTls() throws IOException {
        try (Socket um = ligar(true)) {
            assertEquals(IntStream.range(0, 300).boxed().toList(), pedir(um, 300));
            for (byte letra : "{\"jsonrpc\": \"2.0\", \"id\": 7, \"method\": \"x\"}".getBytes(UTF_8)) {
                escrever(um, new byte[] {letra});
            }
            assertTrue(linha(um).contains("\"id\":7,\"error\""));
            escrever(um, ("{\"jsonrpc\": \"2.0\", \"id\": 8, \"method\": \"" + "x".repeat(65_000) + "\"}").getBytes(UTF_8));
            assertTrue(linha(um).contains("\"id\":8,\"error\""));
        }
    }

    @Test
    @DisplayName("por TLS: quem pede e não lê, e quem não acaba a apresentação, não atrasam os outros")
    void surdosPorTls() throws IOException {
        byte[] acaso = new byte[60_000];
        new Random(1).nextBytes(acaso);
        byte[] pedido = ConexaoRpyc.quadro(false, ConexaoRpyc.corpo(ConexaoRpyc.Geracao.RPYC_5, eco(acaso)));
        Socket um = ligado(true);
        List<Socket> surdos = IntStream.range(0, 20).mapToObj(i -> ligar(true)).toList();
        surdos.forEach(surdo -> rodar(() -> {
            while (true) {
                surdo.getOutputStream().write(pedido);
            }
        }));
        for (int i = 0; i < 50; i++) {
            assertEquals(List.of(0), pedir(um, 1));
        }
        um.close();
        surdos.forEach(UmaLinhaTest::fechar);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    @DisplayName("quem para no meio da apresentação TLS é cortado ao fim de uns segundos")
    void apresentacaoAMeio() throws IOException {
        for (Socket um : aMeio) {
            assertEquals(-1, um.getInputStream().read());
        }
    }

    // ───── Ferramentas ─────

    private static Socket ligar(boolean cifrado) {
        return cifrado ? abrir(tls, CIFRADA) : abrir(SocketFactory.getDefault(), CLARA);
    }

    /** Já se apresentou, e já pediu uma vez. */
    private static Socket ligado(boolean cifrado) throws IOException {
        Socket soquete = ligar(cifrado);
        assertEquals(List.of(0), pedir(soquete, 1));
        return soquete;
    }

    private static Socket abrir(SocketFactory fabrica, int porta) {
        try {
            Socket soquete = fabrica.createSocket(InetAddress.getLoopbackAddress(), porta);
            soquete.setSoTimeout((int) Processo.PRAZO.toMillis());
            soquete.setTcpNoDelay(true);
            return soquete;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void fechar(Socket soquete) {
        rodar(() -> { // com TLS, despede-se de quem pode não estar a ler
            soquete.close();
            return null;
        });
    }

    /** Escreve tantos pedidos, um a um, e só depois lê. @return os ids das respostas, por ordem */
    private static List<Integer> pedir(Socket soquete, int quantos) throws IOException {
        for (int id = 0; id < quantos; id++) {
            escrever(soquete, ("{\"jsonrpc\": \"2.0\", \"id\": " + id + ", \"method\": \"depositar\", \"params\": [\"ana\","
                    + " 1]}\n").getBytes(UTF_8));
        }
        BufferedReader entrada = new BufferedReader(new InputStreamReader(soquete.getInputStream(), UTF_8));
        List<String> linhas = Stream.generate(() -> lerLinha(entrada)).limit(quantos).toList();
        assertTrue(linhas.stream().allMatch(l -> l.contains("DEPOSITO enfileirado: ")),
                () -> linhas + " " + servidor.registro() + " " + comTls.registro());
        return linhas.stream().map(l -> Integer.valueOf(l.replaceAll(".*\"id\":(\\d+),.*", "$1"))).toList();
    }

    private static String lerLinha(BufferedReader entrada) {
        try {
            return String.valueOf(entrada.readLine());
        } catch (IOException e) {
            throw new AssertionError("sem resposta", e);
        }
    }

    private static String linha(Socket soquete) throws IOException {
        return lerLinha(new BufferedReader(new InputStreamReader(soquete.getInputStream(), UTF_8)));
    }

    private static void escrever(Socket soquete, byte[] bytes) {
        try {
            OutputStream saida = soquete.getOutputStream();
            saida.write(bytes);
            saida.flush();
        } catch (IOException e) {
            throw new AssertionError("cortada", e);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(UmaLinhaTest.class);
    }
}
