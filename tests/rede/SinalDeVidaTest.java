///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Um processo cuja rede parou acaba e diz por quê; um que só esteve parado, ou ocupado, não.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Bruto.java ../../part2/RpcServer.java ../../part3/Sequencer.java ../../shared/rede/Requisicao.java
//SOURCES ../Cena.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import zmq.msg.MsgAllocator;

/** Os processos sofrem todos ao mesmo tempo, e cada teste espera pelo seu. */
@DisplayName("O sinal de vida das portas")
class SinalDeVidaTest {

    private static final Duration PRAZO = Duration.ofSeconds(90);
    private static final Duration PARADO = Duration.ofSeconds(20);
    private static final Duration RONDAS = Duration.ofSeconds(20); // tempo para três rondas e mais

    private static final Cena CENA = new Cena();
    private static final List<Bruto> ATAQUES = new ArrayList<>();
    private static final int PEDIDOS = Processo.portaLivre();
    private static final int PRESA = Processo.portaLivre();
    private static final int MORTA = Processo.portaLivre();

    private static Processo presa;
    private static Processo morta;
    private static Processo sequenciador;
    private static Processo rpc;
    private static long paradoEm;

    /** Um processo com uma porta, que a primeira apresentação estraga: prende a linha de execução de rede, ou mata-a. */
    static final class Vitima {
        public static void main(String[] args) throws InterruptedException, IOException {
            try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                ZMQ.Socket soquete = soquetes.ligar(SocketType.PULL, "127.0.0.1", Integer.parseInt(args[0]), "");
                MsgAllocator estrago = tamanho -> {
                    while (args[1].equals("prende")) {
                        Thread.onSpinWait();
                    }
                    throw new StackOverflowError("de propósito");
                };
                System.err.println("pronto: vítima");
                System.in.read(); // até que o teste diga
                soquete.setMsgAllocator(estrago); // no lugar da defesa, para as próximas conexões
                System.err.println("estragada");
                Thread.currentThread().join(); // para sempre
            }
        }
    }

    @BeforeAll
    static void iniciar() {
        sequenciador = CENA.iniciar("part3.Sequencer", "--pedidos", PEDIDOS, "--ordem", Processo.portaLivre())
                .esperarPronto();
        rpc = CENA.iniciar("part2.RpcServer", "--porta", Processo.portaLivre(), "--workers",
                Cena.local(Processo.portaLivre()))
                .esperarPronto();
        presa = vitima(PRESA, "prende");
        morta = vitima(MORTA, "mata");
        sequenciador.sinal("STOP");
        paradoEm = System.nanoTime();
    }

    private static Processo vitima(int porta, String como) {
        Processo vitima = CENA.iniciar(Vitima.class.getName(), porta, como).esperarPronto();
        vitima.digitar("x").esperarNoRegistro("estragada");
        ATAQUES.add(new Bruto(porta).apresentar("PUSH"));
        return vitima;
    }

    @AfterAll
    static void encerrar() {
        ATAQUES.forEach(Bruto::close);
        CENA.close();
    }

    @Test
    @DisplayName("uma porta que deixou de responder acaba com o processo: código 1 e uma linha")
    void portaPresa() {
        assertAcabou(presa, "erro: a porta " + PRESA + " deixou de responder, até a este processo; ");
    }

    @Test
    @DisplayName("uma linha de execução de rede que morre acaba com o processo: código 1 e uma linha")
    void linhaMorta() {
        assertAcabou(morta, "erro: a linha de execução de rede de 127.0.0.1:" + MORTA
                + " parou (java.lang.StackOverflowError");
    }

    private static void assertAcabou(Processo vitima, String comeco) {
        assertEquals(1, vitima.esperarFim(PRAZO));
        List<String> depois = vitima.registro().subList(2, vitima.registro().size());
        assertEquals(1, depois.size(), depois.toString());
        assertTrue(depois.get(0).startsWith(comeco), depois.get(0));
    }

    @Test
    @DisplayName("um processo parado 20 s segue; e quem olha por ela não conta como assinante, nem escreve no registro")
    void parado() {
        Processo.esperar("20 s parado", PRAZO, () -> System.nanoTime() - paradoEm > PARADO.toNanos());
        sequenciador.sinal("CONT");
        long desde = System.nanoTime();
        List<String> antes = sequenciador.registro();
        List<String> antesRpc = rpc.registro();
        Processo.esperar("umas rondas", PRAZO, () -> System.nanoTime() - desde > RONDAS.toNanos());
        assertTrue(sequenciador.vivo(), sequenciador.registro().toString());
        assertTrue(rpc.vivo(), rpc.registro().toString());
        assertEquals(0, Cena.estado(PEDIDOS).get("assinantes").asInt());
        assertEquals(antes, sequenciador.registro());
        assertEquals(antesRpc, rpc.registro());
    }

    public static void main(String[] args) {
        Testes.rodar(SinalDeVidaTest.class);
    }
}
