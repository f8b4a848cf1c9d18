///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2 de ponta a ponta: RPC e uma fila por worker.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarEstado;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pares;
import static tests.Cena.resultado;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Cena.saque;
import static tests.Cena.transferencia;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Envelope;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 2, RPC e fila")
class Parte2Test {

    private static final String UUID = "[0-9a-f-]{36}";

    private final Cena cena = new Cena();
    private final int rpc = Processo.portaLivre();
    private final int fila1 = Processo.portaLivre();
    private final int fila2 = Processo.portaLivre();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    @TestMethodOrder(OrderAnnotation.class)
    @DisplayName("com o servidor e dois workers")
    class ComTudoDePe {

        private Processo servidor;
        private long antes;

        @BeforeAll
        void iniciar() {
            servidor = tudo().get(0);
        }

        @BeforeEach
        void anotar() {
            antes = estado(consulta1).get("seq").asLong();
        }

        @AfterAll
        void encerrar() {
            cena.close();
        }

        @Test
        @DisplayName("um comando chega aos dois workers; a saída é só a resposta do servidor")
        void comandoChegaATodos() {
            assertRespondeu("DEPOSITO enfileirado: " + UUID, cliente("depositar", "ana", "100,10"));
            assertRespondeu("SAQUE enfileirado: " + UUID, cliente("sacar", "ana", "30"));
            assertRespondeu("TRANSFERENCIA enfileirada: " + UUID, cliente("transferir", "ana", "bia", "0.10"));
            esperarSeq(antes + 3, consulta1, consulta2);
            assertEquals(resumo(consulta1), resumo(consulta2));
            assertEquals("70.00", saldo(consulta2, "ana"));
            assertEquals("0.10", saldo(consulta2, "bia"));
        }

        @Test
        @DisplayName("duas cargas ao mesmo tempo: com um servidor, os workers aplicam na mesma ordem e ficam iguais")
        void cargasAoMesmoTempo() {
            Processo a = iniciarCliente("--silencioso", "carga", "--ops", 500, "--semente", 1, "--concorrencia", 4);
            Processo b = iniciarCliente("--silencioso", "carga", "--ops", 500, "--semente", 2);
            assertEquals(500, fim(a).numero("aceitas"));
            assertEquals(500, fim(b).numero("aceitas"));
            esperarSeq(antes + 1_000, consulta1, consulta2);
            assertTrue(estado(consulta1).get("recusadas").asInt() > 0, "sem recusas, a ordem não se vê");
            assertEquals(estado(consulta1).get("recusadas"), estado(consulta2).get("recusadas"));
            assertEquals(resumo(consulta1), resumo(consulta2));
        }

        @Test
        @DisplayName("FIFO: dois lotes ao mesmo tempo, cada um aplicado na ordem em que foi enviado")
        void fifoPorCliente() {
            Processo a = iniciarCliente("lote", cena.lote(pares("rui", 50)));
            Processo b = iniciarCliente("lote", cena.lote(pares("eva", 50)));
            assertEquals(0, fim(a).codigo());
            assertEquals(0, fim(b).codigo());
            esperarSeq(antes + 200, consulta1, consulta2);
            assertEquals("0.00", saldo(consulta1, "rui"));
            assertEquals("0.00", saldo(consulta2, "eva"));
        }

        @Test
        @DisplayName("o mesmo lote duas vezes: as mesmas respostas, e entra na fila uma vez só")
        void repetidoValeUmaVez() {
            Path lote = cena.lote(
                    deposito("d1", "gil", "10"), transferencia("t1", "gil", "lia", "4"), saque("s1", "gil", "1"));
            String respostas = "DEPOSITO enfileirado: d1\nTRANSFERENCIA enfileirada: t1\nSAQUE enfileirado: s1";
            assertEquals(respostas, cliente("lote", lote).texto());
            assertEquals(respostas, cliente("lote", lote).texto());
            cliente("depositar", "caio", "1");
            esperarSeq(antes + 4, consulta1, consulta2);
            assertEquals("5.00", saldo(consulta1, "gil"));
            assertEquals("4.00", saldo(consulta2, "lia"));
        }

        @Test
        @DisplayName("um saque sem saldo é enfileirado, e recusado igual em todos os workers")
        void recusaNaoVolta() {
            assertRespondeu("SAQUE enfileirado: s0", cliente("lote", cena.lote(saque("s0", "leo", "1"))));
            esperarSeq(antes + 1, consulta1, consulta2);
            assertEquals("RECUSADA", resultado(consulta1, "s0"));
            assertEquals("RECUSADA", resultado(consulta2, "s0"));
            assertEquals("0.00", saldo(consulta1, "leo"));
        }

        @Test
        @Order(Integer.MAX_VALUE)
        @DisplayName("servidor morto: os clientes insistem, desistem e dizem o que conferir; os workers respondem")
        void servidorMorto() {
            cena.assertDesistemSem(servidor, rpc, Parte2Test.this::iniciarCliente, antes, consulta1, consulta2);
        }
    }

    @Nested
    @DisplayName("com alguém atrasado, morto ou sozinho")
    class ComAlguemFaltando {

        @AfterEach
        void encerrar() {
            cena.close();
        }

        @Test
        @DisplayName("um worker iniciado depois recebe tudo o que já estava na fila")
        void workerAtrasadoRecebeTudo() {
            List.of(servidor(), worker(fila1, consulta1)).forEach(Processo::esperarPronto);
            assertEquals(0, cliente("--silencioso", "carga", "--ops", 300).codigo());
            esperarSeq(300, consulta1);
            worker(fila2, consulta2).esperarPronto();
            esperarSeq(300, consulta2);
            assertEquals(resumo(consulta1), resumo(consulta2));
        }

        @Test
        @DisplayName("worker morto no meio da carga: o servidor e o outro worker vão até o fim")
        void workerMorto() {
            List<Processo> papeis = tudo();
            Processo carga = iniciarCliente("--silencioso", "carga", "--ops", 1_000);
            esperarEstado(consulta2, "o começo da carga", estado -> estado.get("seq").asInt() > 0);
            papeis.get(2).matar();
            assertEquals(1_000, fim(carga).numero("aceitas"));
            esperarSeq(1_000, consulta1);
        }

        @Test
        @DisplayName("a um servidor que não responde, o worker volta a perguntar, mas sem pressa")
        void servidorMudo() throws IOException {
            try (ServerSocket mudo = new ServerSocket(rpc, 50, InetAddress.getLoopbackAddress());
                    Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                mudo.setSoTimeout(200);
                cena.iniciar("part2.Worker", "--porta", fila1, "--rpc", local(rpc), "--consulta", 0).esperarPronto();
                ZMQ.Socket fila = soquetes.conectar(SocketType.PUSH, new Endereco("127.0.0.1", fila1));
                String falta = new Envelope(2, Operacao.deposito("ana", BigDecimal.ONE), "servidor").json();
                ouvirPergunta(mudo, fila, falta);
                long primeira = System.nanoTime();
                for (int i = 0; i < 3; i++) {
                    ouvirPergunta(mudo, fila, falta);
                }
                long ms = (System.nanoTime() - primeira) / 1_000_000;
                assertTrue(ms >= 2_000, "três perguntas em " + ms + " ms");
            }
        }

        /** Só pergunta quem ouve um dos nossos, que numera e diz o nome da sua fila. */
        private void ouvirPergunta(ServerSocket mudo, ZMQ.Socket fila, String falta) {
            Processo.esperar("uma pergunta", Processo.PRAZO, () -> {
                fila.send(falta);
                try {
                    mudo.accept().close();
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
        }

        @Test
        @DisplayName("cada papel roda sozinho: o worker responde consultas, o servidor enfileira sem ter worker nenhum")
        void cadaUmSozinho() {
            Processo servidor = servidor();
            Processo longe = cena.iniciar("part2.Worker", "--porta", Processo.portaLivre(), "--consulta", consulta1);
            assertRespondeu("DEPOSITO enfileirado: " + UUID, cliente("depositar", "ana", "1"));
            assertEquals("0.00", saldo(consulta1, "ana"));
            assertTrue(servidor.vivo() && longe.vivo());
        }
    }

    // ───── A cena ─────

    private Processo servidor() {
        return cena.iniciar("part2.RpcServer", "--porta", rpc, "--workers", local(fila1) + "," + local(fila2),
                "--silencioso");
    }

    private Processo worker(int fila, int consulta) {
        return cena.iniciar("part2.Worker", "--porta", fila, "--consulta", consulta, "--silencioso");
    }

    /** O servidor e os dois workers, prontos. */
    private List<Processo> tudo() {
        List<Processo> papeis = List.of(servidor(), worker(fila1, consulta1), worker(fila2, consulta2));
        papeis.forEach(Processo::esperarPronto);
        return papeis;
    }

    private Processo iniciarCliente(Object... comando) {
        return cena.iniciar("part2.Client", Stream.concat(Stream.of("--rpc", local(rpc)), Stream.of(comando)).toArray());
    }

    private Fim cliente(Object... comando) {
        return fim(iniciarCliente(comando));
    }

    private static void assertRespondeu(String formato, Fim fim) {
        assertEquals(0, fim.codigo(), fim.erros());
        assertTrue(fim.texto().matches(formato), fim.texto());
    }

    public static void main(String[] args) {
        Testes.rodar(Parte2Test.class);
    }
}
