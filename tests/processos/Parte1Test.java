///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 1 de ponta a ponta: multicast com FIFO por cliente, e nada além disso.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part1/Client.java ../../part1/Replica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pares;
import static tests.Cena.resultado;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Cena.saque;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.Operacao;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 1, multicast")
class Parte1Test {

    private final Cena cena = new Cena();
    private final int portaA = Processo.portaLivre();
    private final int portaB = Processo.portaLivre();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    @DisplayName("com duas réplicas")
    class ComDuasReplicas {

        private long antes;

        @BeforeAll
        void iniciar() {
            duasReplicas();
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
        @DisplayName("um comando chega às duas réplicas; a saída é só a resposta")
        void comandoChegaATodas() {
            assertEnviou(cliente(portaA, "depositar", "ana", "100,10"));
            assertEnviou(cliente(portaB, "sacar", "ana", "30"));
            assertEnviou(cliente(portaA, "transferir", "ana", "bia", "0.10"));
            esperarSeq(antes + 3, consulta1, consulta2);
            for (int consulta : List.of(consulta1, consulta2)) {
                assertEquals("70.00", saldo(consulta, "ana"));
                assertEquals("0.10", saldo(consulta, "bia"));
            }
        }

        @Test
        @DisplayName("FIFO: o que um cliente envia é aplicado na ordem em que ele enviou, mesmo com outro enviando também")
        void fifoPorCliente() {
            Processo a = iniciarCliente(portaA, 2, "lote", cena.lote(pares("rui", 500)));
            Processo b = iniciarCliente(portaB, 2, "lote", cena.lote(pares("eva", 500)));
            assertEquals(0, fim(a).codigo());
            assertEquals(0, fim(b).codigo());
            esperarSeq(antes + 2_000, consulta1, consulta2);
            for (int consulta : List.of(consulta1, consulta2)) {
                assertEquals("0.00", saldo(consulta, "rui"));
                assertEquals("0.00", saldo(consulta, "eva"));
            }
        }

        @Test
        @DisplayName("duas cargas ao mesmo tempo: cada réplica recebe tudo, e nela o dinheiro se conserva")
        void cargasAoMesmoTempo() {
            Processo a = iniciarCliente(portaA, 2, "--silencioso", "carga", "--ops", 500, "--semente", 1);
            Processo b = iniciarCliente(portaB, 2, "--silencioso", "carga", "--ops", 500, "--semente", 2,
                    "--concorrencia", 4);
            assertEquals(500, fim(a).numero("aceitas"));
            assertEquals(500, fim(b).numero("aceitas"));
            esperarSeq(antes + 1_000, consulta1, consulta2);
            for (ObjectNode estado : List.of(estado(consulta1), estado(consulta2))) {
                BigDecimal entrou = estado.get("depositado").decimalValue();
                assertEquals(0, entrou.subtract(estado.get("sacado").decimalValue())
                        .compareTo(estado.get("total").decimalValue()));
            }
        }

        @Test
        @DisplayName("o mesmo lote duas vezes vale uma vez: cada réplica reconhece os id_msg")
        void repetidoValeUmaVez() {
            Path lote = cena.lote(deposito("d1", "gil", "10"), deposito("d2", "gil", "5"));
            assertEquals("enviada: d1\nenviada: d2", cliente(portaA, "lote", lote).texto());
            assertEquals("enviada: d1\nenviada: d2", cliente(portaB, "lote", lote).texto());
            esperarSeq(antes + 4, consulta1, consulta2);
            assertEquals("15.00", saldo(consulta1, "gil"));
            assertEquals("15.00", saldo(consulta2, "gil"));
        }

        @Test
        @DisplayName("um saque sem saldo é recusado nas réplicas; o cliente não fica sabendo")
        void recusaNaoVolta() {
            Fim saque = cliente(portaA, "lote", cena.lote(saque("s0", "leo", "1")));
            assertEquals(0, saque.codigo());
            assertEquals("enviada: s0", saque.texto());
            esperarSeq(antes + 1, consulta1, consulta2);
            assertEquals("RECUSADA", resultado(consulta1, "s0"));
            assertEquals("RECUSADA", resultado(consulta2, "s0"));
            assertEquals("0.00", saldo(consulta1, "leo"));
        }
    }

    @Nested
    @DisplayName("com alguém atrasado, morto ou sozinho, ou mensagens que se cruzam")
    class ComAlguemFaltando {

        @AfterEach
        void encerrar() {
            cena.close();
        }

        @Test
        @DisplayName("--esperar 2 é uma barreira: nada sai enquanto só um assina, e o último a chegar recebe tudo")
        void esperarEBarreira() {
            Processo cliente = iniciarCliente(portaA, 2, "lote", cena.lote(pares("ana", 500)));
            try (ZContext contexto = new ZContext()) {
                ZMQ.Socket primeiro = assinante(contexto, portaA);
                Processo segundo = replica(consulta1, portaA, portaB);
                assertTrue(cliente.vivo());
                assertNull(primeiro.recv(ZMQ.DONTWAIT));
                segundo.esperarPronto();
                esperarSeq(1_000, consulta1);
                for (Operacao op : pares("ana", 500)) {
                    assertEquals(op.json(), primeiro.recvStr());
                }
            }
            assertEquals(0, fim(cliente).codigo());
        }

        @Test
        @DisplayName("mensagens que se cruzam: as réplicas divergem, porque um saque é recusado só numa delas")
        void ordemCruzadaDiverge() {
            cruzar(deposito("a1", "ana", "100"), saque("b1", "ana", "100"));
            assertEquals("0.00", saldo(consulta1, "ana"));
            assertEquals("100.00", saldo(consulta2, "ana"));
            assertEquals(0, estado(consulta1).get("recusadas").asInt());
            assertEquals(1, estado(consulta2).get("recusadas").asInt());
            assertNotEquals(resumo(consulta1), resumo(consulta2));
        }

        @Test
        @DisplayName("depósitos que se cruzam não fazem mal: eles comutam")
        void depositosComutam() {
            cruzar(deposito("a1", "ana", "100"), deposito("b1", "ana", "50"));
            assertEquals("150.00", saldo(consulta1, "ana"));
            assertEquals(resumo(consulta1), resumo(consulta2));
        }

        @Test
        @DisplayName("réplica morta não para a outra; ao voltar, nunca saberá do que perdeu")
        void replicaMorta() {
            List<Processo> replicas = duasReplicas();
            cliente(portaA, "depositar", "ana", "1");
            esperarSeq(1, consulta1, consulta2);
            replicas.get(1).matar();
            assertEquals(0, fim(iniciarCliente(portaA, 1, "depositar", "ana", "2")).codigo());
            esperarSeq(2, consulta1);
            replica(consulta2, portaA).esperarPronto();
            assertEquals(0, cliente(portaA, "depositar", "ana", "4").codigo());
            esperarSeq(3, consulta1);
            esperarSeq(1, consulta2);
            assertEquals("7.00", saldo(consulta1, "ana"));
            assertEquals("4.00", saldo(consulta2, "ana"));
        }

        @Test
        @DisplayName("cada papel roda sozinho: a réplica responde consultas, o cliente com --esperar 0 envia a ninguém")
        void cadaUmSozinho() {
            replica(consulta1, portaB).esperarPronto();
            assertEquals("0.00", saldo(consulta1, "ana"));
            assertEquals(0, estado(consulta1).get("contas").asInt());
            assertEnviou(fim(iniciarCliente(portaA, 0, "depositar", "ana", "1")));
        }
    }

    // ───── A cena ─────

    private Processo replica(int consulta, int... clientes) {
        String lista = IntStream.of(clientes).mapToObj(Cena::local).collect(Collectors.joining(","));
        return cena.iniciar("part1.Replica", "--clientes", lista, "--consulta", consulta);
    }

    private List<Processo> duasReplicas() {
        List<Processo> replicas = List.of(replica(consulta1, portaA, portaB), replica(consulta2, portaA, portaB));
        replicas.forEach(Processo::esperarPronto);
        return replicas;
    }

    private Processo iniciarCliente(int porta, int esperar, Object... comando) {
        return cena.iniciar("part1.Client", Stream.concat(Stream.of("--porta", porta, "--esperar", esperar),
                Stream.of(comando)).toArray());
    }

    /** Roda um comando que espera pelas duas réplicas. */
    private Fim cliente(int porta, Object... comando) {
        return fim(iniciarCliente(porta, 2, comando));
    }

    /** Um SUB que já se apresentou ao cliente: uma réplica do ponto de vista dele. */
    private static ZMQ.Socket assinante(ZContext contexto, int porta) {
        AtomicBoolean apresentado = new AtomicBoolean();
        ZMQ.Socket assinante = contexto.createSocket(SocketType.SUB);
        assinante.setEventHook(evento -> apresentado.set(true), ZMQ.EVENT_HANDSHAKE_PROTOCOL);
        assinante.setHandshakeIvl(1_000); // uma apresentação em milhares para no meio; assim, o JeroMQ tenta de novo
        assinante.subscribe(ZMQ.SUBSCRIPTION_ALL);
        assinante.setReceiveTimeOut((int) Processo.PRAZO.toMillis());
        assinante.connect("tcp://" + local(porta));
        Processo.esperar("a apresentação ao cliente", Processo.PRAZO, () -> apresentado.get() & assinante.getEvents() >= 0);
        return assinante;
    }

    /** O cliente A e o B enviam uma operação cada um; a réplica 1 recebe antes a de A, a réplica 2 antes a de B. */
    private void cruzar(Operacao deA, Operacao deB) {
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket[] para1 = doisClientes(contexto, consulta1);
            ZMQ.Socket[] para2 = doisClientes(contexto, consulta2);
            para1[0].send(deA.json());
            para2[1].send(deB.json());
            esperarSeq(1, consulta1, consulta2);
            para1[1].send(deB.json());
            para2[0].send(deA.json());
            esperarSeq(2, consulta1, consulta2);
        }
    }

    /** Os XPUB dos clientes A e B para uma réplica só, que já os assinou: é o teste que escolhe o que chega antes. */
    private ZMQ.Socket[] doisClientes(ZContext contexto, int consulta) {
        int[] portas = {Processo.portaLivre(), Processo.portaLivre()};
        replica(consulta, portas);
        return IntStream.of(portas).mapToObj(porta -> {
            ZMQ.Socket cliente = contexto.createSocket(SocketType.XPUB);
            cliente.setReceiveTimeOut((int) Processo.PRAZO.toMillis());
            cliente.bind("tcp://" + local(porta));
            return cliente;
        }).peek(cliente -> assertEquals(1, cliente.recv()[0])).toArray(ZMQ.Socket[]::new);
    }

    private static void assertEnviou(Fim fim) {
        assertTrue(fim.texto().matches("enviada: [0-9a-f-]{36}"), fim.texto() + fim.erros());
        assertEquals(0, fim.codigo());
    }

    public static void main(String[] args) {
        Testes.rodar(Parte1Test.class);
    }
}
