///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As respostas chegam a quem pede muito antes de ler; quem nunca lê não enche a memória nem atrasa os outros.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Proxy.java ../../shared/defesa/Defesa.java ../../shared/rede/Pedidos.java ../../shared/rede/Requisicao.java
//SOURCES ../../shared/rede/zmq/Mailbox.java ../../shared/rede/zmq/io/Decifrada.java
//SOURCES ../../shared/rede/zmq/io/mechanism/Mechanisms.java ../../shared/tempo/Lentidao.java
//SOURCES ../../shared/texto/Endereco.java ../../shared/texto/Registro.java ../Processo.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Pedidos;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Registro;
import tests.Processo;
import tests.Testes;

@DisplayName("Pedidos e respostas")
class PedidosTest {

    private static final int SEGUIDOS = 1_000;
    private static final String GRANDE = "x".repeat(60_000);
    private static final int PRAZO_MS = 30_000;

    private final int porta = Processo.portaLivre();
    private final AtomicInteger respondidos = new AtomicInteger();
    private final AtomicInteger mudos = new AtomicInteger(); // quantos ainda ficam sem resposta
    private final Soquetes daqui = new Soquetes(Defesa.emClaro());
    private volatile boolean ativo = true;
    private Thread servidor;

    /** Responde a cada pedido com ele mesmo; ao pedido "grande", com 60 kB. */
    @BeforeEach
    void servir() {
        servidor = new Thread(() -> {
            try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                Pedidos pedidos = new Pedidos(soquetes.ligar(SocketType.ROUTER, "127.0.0.1", porta, "--porta"));
                ZMQ.Poller acordar = soquetes.vigiar(pedidos.soquete());
                Registro registro = new Registro("teste", true);
                while (ativo) {
                    acordar.poll(pedidos.pausa(100));
                    pedidos.atender(registro, pedido -> {
                        respondidos.incrementAndGet();
                        if (mudos.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                            return null;
                        }
                        String texto = new String(pedido.corpo(), StandardCharsets.UTF_8);
                        return texto.equals("grande") ? GRANDE : texto;
                    });
                }
            }
        }, "servidor");
        servidor.start();
    }

    @AfterEach
    void encerrar() throws InterruptedException {
        ativo = false;
        servidor.join(PRAZO_MS);
        daqui.close();
        assertTrue(!servidor.isAlive(), "o servidor não terminou");
    }

    @Test
    @DisplayName("quem manda 1000 pedidos sem ler nenhuma resposta recebe depois todas, por ordem")
    void muitosSeguidos() {
        ZMQ.Socket cliente = cliente();
        for (int i = 0; i < SEGUIDOS; i++) {
            pedir(cliente, "pedido " + i);
        }
        Processo.esperar("todos respondidos", Processo.PRAZO, () -> respondidos.get() == SEGUIDOS);
        for (int i = 0; i < SEGUIDOS; i++) {
            assertEquals("pedido " + i, resposta(cliente));
        }
    }

    @Test
    @DisplayName("quem nunca lê não enche a memória, e os outros são atendidos")
    void quemNuncaLe() {
        ZMQ.Socket mudo = cliente();
        mudo.setRcvHWM(1);
        long antes = emUso();
        int pedidos = 3_000; // 180 MB de respostas
        for (int i = 0; i < pedidos; i++) {
            pedir(mudo, "grande");
        }
        ZMQ.Socket outro = cliente();
        pedir(outro, "olá");
        assertEquals("olá", resposta(outro));
        Processo.esperar("todos respondidos", Processo.PRAZO, () -> respondidos.get() == pedidos + 1);
        long cresceu = (emUso() - antes) >> 20;
        assertTrue(cresceu < 40, "as respostas por ler ocupam " + cresceu + " MB");
        pedir(outro, "ainda");
        assertEquals("ainda", resposta(outro));
    }

    private ZMQ.Socket cliente() {
        return cliente(SocketType.DEALER, porta);
    }

    @Test
    @DisplayName("perdeu-se a resposta: pede-se outra vez, o mesmo, muito antes do prazo; e só se desiste no fim dele")
    void repeteDepressa() {
        Requisicao requisicao = new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta), 20_000, 3);
        mudos.set(2); // os dois primeiros ficam sem resposta
        long inicio = System.nanoTime();
        assertEquals("oi", requisicao.pedir("oi"));
        long ms = (System.nanoTime() - inicio) / 1_000_000;
        assertTrue(ms >= 3 * Requisicao.PRIMEIRA_MS && ms < 20_000, "veio em " + ms + " ms");
        assertEquals(3, respondidos.get(), "pediu três vezes");
        requisicao.close();
        mudos.set(Integer.MAX_VALUE);
        respondidos.set(0);
        try (Requisicao curta = new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta), 1_000, 2)) {
            long desde = System.nanoTime();
            String mensagem = assertThrows(SemResposta.class, () -> curta.pedir("oi")).getMessage();
            assertTrue(mensagem.contains("durante 2 s"), mensagem);
            assertTrue((System.nanoTime() - desde) / 1_000_000 >= 1_900, "desistiu antes do que disse");
            assertTrue(respondidos.get() >= 3, "pediu " + respondidos.get() + " vezes");
        }
    }

    @Test
    @DisplayName("quem pede abre uma conexão por tentativa, e nenhuma a mais quando desiste")
    void conexoesDeQuemDesiste() throws IOException {
        try (ServerSocket mudo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            try (Requisicao requisicao = new Requisicao(
                    Defesa.emClaro(), new Endereco("127.0.0.1", mudo.getLocalPort()), 200, 2)) {
                assertThrows(SemResposta.class, () -> requisicao.pedir("oi"));
            }
            mudo.setSoTimeout(1); // as que houve já estão na fila
            int conexoes = 0;
            try {
                while (true) {
                    mudo.accept().close();
                    conexoes++;
                }
            } catch (SocketTimeoutException e) {
                boolean uma = conexoes == 1; // uma máquina ocupada pode não ter tempo para a segunda
                assertTrue(conexoes == 2 || uma, "abriu " + conexoes);
            }
        }
    }

    // ───── O envelope volta como veio ─────

    @Test
    @DisplayName("um REQ que numera os pedidos (REQ_CORRELATE) recebe as respostas, também depois de um que ficou sem ler")
    void reqCorrelate() {
        ZMQ.Socket cliente = cliente(SocketType.REQ, porta);
        cliente.setReqCorrelate(true);
        cliente.setReqRelaxed(true);
        cliente.send("abandonado");
        for (int i = 0; i < 3; i++) {
            cliente.send("pedido " + i);
            assertEquals("pedido " + i, cliente.recvStr());
        }
    }

    @Test
    @DisplayName("atrás de dois proxies ROUTER-DEALER, cada REQ (com e sem REQ_CORRELATE) recebe a resposta do seu pedido")
    void atrasDeProxies() {
        try (ZContext contexto = new ZContext()) {
            int meio = Proxy.iniciar(contexto, null, porta);
            int frente = Proxy.iniciar(contexto, null, meio);
            ZMQ.Socket simples = cliente(SocketType.REQ, frente);
            ZMQ.Socket numerado = cliente(SocketType.REQ, frente);
            numerado.setReqCorrelate(true);
            simples.send("simples");
            numerado.send("numerado");
            assertEquals("numerado", numerado.recvStr());
            assertEquals("simples", simples.recvStr());
            numerado.send("grande");
            assertEquals(GRANDE, numerado.recvStr());
        }
    }

    @Test
    @DisplayName("sem quadro vazio, com quadros demais ou com um envelope comprido demais, vem um erro, e uma"
            + " linha no registro")
    void semFormaDePedido() {
        PrintStream tela = System.err;
        ByteArrayOutputStream registro = new ByteArrayOutputStream();
        System.setErr(new PrintStream(registro, true, StandardCharsets.UTF_8));
        try {
            mandarSemForma();
        } finally {
            System.setErr(tela);
        }
        assertEquals(7, registro.toString(StandardCharsets.UTF_8).split("mensagem-recusada de=pedido", -1).length - 1,
                "cada erro é uma linha no registro");
    }

    private void mandarSemForma() {
        try (ZContext contexto = new ZContext()) {
            mandarSemForma(contexto.createSocket(SocketType.DEALER));
        }
    }

    private void mandarSemForma(ZMQ.Socket cliente) {
        cliente.setReceiveTimeOut(PRAZO_MS);
        cliente.connect("tcp://127.0.0.1:" + porta);
        cliente.send("sem quadro vazio");
        assertErro("ERRO envelope: falta o quadro vazio", cliente, 0);
        enviar(cliente, "destino", "sem quadro vazio");
        assertErro("ERRO envelope: falta o quadro vazio", cliente, 1);
        enviar(cliente, "");
        assertErro("ERRO json: um pedido tem uma parte só; vieram 0", cliente, 1);
        enviar(cliente, "", "um", "dois");
        assertErro("ERRO json: um pedido tem uma parte só; vieram 2", cliente, 1);
        enviar(cliente, "a", "b", "c", "d", "e", "f", "g", "", "no limite");
        assertErro("no limite", cliente, 8);
        enviar(cliente, "x".repeat(3_000), "", "comprido");
        assertErro("ERRO envelope: o envelope passa de", cliente, 2);
        enviar(cliente, "a", "b", "c", "d", "e", "f", "g", "h", "", "demais");
        assertErro("ERRO envelope: o envelope passa de", cliente, 9);
        assertErro("ERRO envelope: falta o quadro vazio", cliente, 0); // o que sobrou dela
        assertEquals(1, respondidos.get(), "só um tinha a forma de um pedido");
        ZMQ.Socket outro = cliente();
        pedir(outro, "olá");
        assertEquals("olá", resposta(outro));
    }

    private static void enviar(ZMQ.Socket cliente, String... quadros) {
        for (int i = 0; i < quadros.length; i++) {
            cliente.send(quadros[i], i < quadros.length - 1 ? ZMQ.SNDMORE : 0);
        }
    }

    /** @param envelope quantos quadros vêm antes */
    private static void assertErro(String comeco, ZMQ.Socket cliente, int envelope) {
        List<String> quadros = new ArrayList<>();
        do {
            quadros.add(cliente.recvStr());
        } while (cliente.hasReceiveMore());
        assertEquals(envelope + 1, quadros.size(), () -> quadros.toString());
        assertTrue(quadros.get(envelope) != null && quadros.get(envelope).startsWith(comeco), () -> quadros.toString());
    }

    private ZMQ.Socket cliente(SocketType tipo, int onde) {
        ZMQ.Socket cliente = daqui.conectar(tipo, new Endereco("127.0.0.1", onde));
        cliente.setReceiveTimeOut(PRAZO_MS);
        cliente.setSendTimeOut(PRAZO_MS);
        return cliente;
    }

    private static void pedir(ZMQ.Socket cliente, String texto) {
        assertTrue(cliente.send(new byte[0], ZMQ.SNDMORE) && cliente.send(texto.getBytes(StandardCharsets.UTF_8)),
                "não enviou");
    }

    private static String resposta(ZMQ.Socket cliente) {
        assertArrayEquals(new byte[0], cliente.recv());
        return new String(cliente.recv(), StandardCharsets.UTF_8);
    }

    private static long emUso() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @DisplayName("outra linha de execução acorda o laço, durma ele já ou não, e cada toque vale uma vez")
    void acordarOLaco() throws InterruptedException {
        try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
            ZMQ.Poller nada = soquetes.vigiar();
            for (int i = 0; i < 200; i++) {
                boolean antes = i % 2 == 0;
                Thread outra = new Thread(soquetes::acordar);
                outra.start();
                if (antes) {
                    outra.join();
                }
                long inicio = System.nanoTime();
                soquetes.dormir(nada, PRAZO_MS);
                assertTrue(System.nanoTime() - inicio < PRAZO_MS * 1_000_000L, "não acordou");
                outra.join();
            }
            long inicio = System.nanoTime();
            soquetes.dormir(nada, 50);
            assertTrue(System.nanoTime() - inicio >= 45_000_000L, "acordou sem ninguém o chamar");
        }
    }

    public static void main(String[] args) {
        Testes.rodar(PedidosTest.class);
    }
}
