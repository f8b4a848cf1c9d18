///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Esquecida --semente, nada se diz ao original que ele não entenda, nem se repete o que pode já ter valido.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.zeromq:jeromq:0.6.0
//SOURCES ../../part3/Client.java ../../part3/Replica.java ../../part3/Sequencer.java ../../part4/Backup.java
//SOURCES ../../part4/Client.java ../Cena.java ../Testes.java ../rede/Proxy.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.local;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.rede.Soquetes.Quem;
import shared.texto.Endereco;
import shared.texto.MensagemInvalida;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.rede.Proxy;

/**
 * O mesmo que InteropTest, sem Python: um REP comum no lugar do original, que morre da primeira mensagem que não conhece.
 */
@DisplayName("Esquecida --semente, o original não sofre")
class SementeTest {

    private static final int SILENCIO_MS = 2_500; // um backup diz algo a cada 100 ms, uma réplica a cada segundo
    private static final String MORREU = "morreu de: ";

    private final Cena cena = new Cena();
    private final ZContext contexto = new ZContext();
    private final int pedidos = Processo.portaLivre();
    private final int difusao = Processo.portaLivre();
    private final int consulta = Processo.portaLivre();
    private final BlockingQueue<String> ouvido = new LinkedBlockingQueue<>();

    @AfterEach
    void encerrar() {
        cena.close();
        contexto.close();
    }

    @Test
    @DisplayName("conhecem-se os nossos e os outros: ROUTER, PULL e REP, e quem não fala ZMTP não é ninguém")
    void quemAtende() {
        original(true);
        ZMQ.Socket estranho = contexto.createSocket(SocketType.PULL);
        int filaEstranha = estranho.bindToRandomPort("tcp://127.0.0.1");
        try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
            int nosso = Processo.portaLivre();
            int fila = Processo.portaLivre();
            soquetes.ligar(SocketType.ROUTER, "127.0.0.1", nosso, "--pedidos");
            soquetes.ligar(SocketType.PULL, "127.0.0.1", fila, "--porta");
            assertEquals(Quem.NOSSO, soquetes.quemAtende(SocketType.DEALER, new Endereco("127.0.0.1", nosso)));
            assertEquals(Quem.NOSSO, soquetes.quemAtende(SocketType.PUSH, new Endereco("127.0.0.1", fila)));
            assertEquals(Quem.ORIGINAL, soquetes.quemAtende(SocketType.REQ, new Endereco("127.0.0.1", pedidos)));
            assertEquals(Quem.ORIGINAL, soquetes.quemAtende(SocketType.PUSH, new Endereco("127.0.0.1", filaEstranha)));
            assertNull(soquetes.quemAtende(SocketType.REQ, new Endereco("127.0.0.1", Processo.portaLivre())));
        }
    }

    @Test
    @DisplayName("um proxy é tratado como o original, que pode ter atrás, e o cliente diz como se diz que é um nosso;"
            + " dito, é um nosso")
    void proxy() {
        cena.iniciar("part3.Sequencer", "--pedidos", pedidos, "--ordem", difusao).esperarPronto();
        int desconhecido = Proxy.iniciar(contexto, null, pedidos);
        int apresentado = Proxy.iniciar(contexto, "banco-replicado", pedidos);
        try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
            assertEquals(Quem.ORIGINAL, soquetes.quemAtende(SocketType.REQ, new Endereco("127.0.0.1", desconhecido)));
            assertEquals(Quem.NOSSO, soquetes.quemAtende(SocketType.DEALER, new Endereco("127.0.0.1", apresentado)));
        }
        Processo replica = cena.iniciar("part3.Replica", "--pedidos", local(desconhecido), "--ordem", local(difusao),
                "--consulta", 0);
        replica.esperarNoRegistro("encontrei um proxy em " + local(desconhecido));
        assertTrue(replica.temNoRegistro("identidade banco-replicado"), () -> replica.registro().toString());
        assertFalse(replica.temNoRegistro("encontrei o sistema original"), () -> replica.registro().toString());
        assertEquals("OK seq=1", cena.rodar("part3.Client", "--sequenciador", local(desconhecido), "depositar",
                "ana", 1).texto());
        Processo atrasada = cena.iniciar("part3.Replica", "--pedidos", local(apresentado), "--ordem", local(difusao),
                "--consulta", consulta);
        Cena.esperarEstado(consulta, "o que só a recuperação lhe traz", estado -> estado.get("seq").asInt() == 1);
        assertFalse(atrasada.temNoRegistro("encontrei"), () -> atrasada.registro().toString());
    }

    @Test
    @DisplayName("uma réplica e um backup, parados e com operações a passar, não lhe dizem nada")
    void calados() throws InterruptedException {
        original(true);
        ZMQ.Socket pub = contexto.createSocket(SocketType.PUB);
        pub.bind("tcp://" + local(difusao));
        Processo replica = cena.iniciar("part3.Replica", "--pedidos", local(pedidos), "--ordem", local(difusao),
                "--consulta", consulta);
        Processo backup = cena.iniciar("part4.Backup", "--pedidos-primario", local(pedidos), "--atualizacoes-primario",
                local(difusao), "--consulta", 0);
        replica.esperarNoRegistro("encontrei o sistema original em " + local(pedidos));
        backup.esperarNoRegistro("encontrei o sistema original em " + local(pedidos));
        assertNull(ouvido.poll(SILENCIO_MS, TimeUnit.MILLISECONDS));
        String op = "{\"id_msg\": \"m1\", \"tipo\": \"DEPOSITO\", \"conta_origem\": \"ana\", \"conta_destino\": null,"
                + " \"valor\": 1.0}";
        Cena.esperarEstado(consulta, "um número com um buraco antes", estado -> {
            pub.send(op);
            pub.send("{\"seq\": 2, \"op\": \"" + op.replace("\"", "\\\"") + "\"}");
            return replica.temNoRegistro("esperar seq=2 falta=1") && backup.temNoRegistro("aplicar seq=1");
        });
        assertNull(ouvido.poll(SILENCIO_MS, TimeUnit.MILLISECONDS));
    }

    @Test
    @DisplayName("um backup promovido não manda depor o primário original que volta")
    void naoDepoe(@TempDir Path dados) throws InterruptedException {
        original(true);
        ZMQ.Socket pub = contexto.createSocket(SocketType.PUB);
        pub.bind("tcp://" + local(difusao));
        Object[] argumentos = {"--pedidos-primario", local(pedidos), "--atualizacoes-primario", local(difusao),
                "--consulta", consulta,
            "--dados", dados, "--pedidos", Processo.portaLivre(), "--atualizacoes", Processo.portaLivre()};
        Processo backup = cena.iniciar("part4.Backup", argumentos);
        Cena.esperarEstado(consulta, "uma operação", estado -> {
            pub.send("{\"id_msg\": \"m1\", \"tipo\": \"DEPOSITO\", \"conta_origem\": \"ana\", \"conta_destino\": null,"
                    + " \"valor\": 1.0}");
            return estado.get("seq").asInt() >= 1;
        });
        backup.encerrar();
        backup.esperarFim();
        Object[] promovido = Stream.concat(Stream.of(argumentos), Stream.of("--promover")).toArray();
        cena.iniciar("part4.Backup", promovido).esperarNoRegistro("encontrei o sistema original em " + local(pedidos));
        assertNull(ouvido.poll(SILENCIO_MS, TimeUnit.MILLISECONDS));
    }

    @Test
    @DisplayName("um cliente pede uma vez só, nem que não haja resposta; e o saldo, que ele não entenderia, não"
            + " lho pergunta")
    void umaVezSo() {
        original(false);
        Processo tres = cena.iniciar("part3.Client", "--sequenciador", local(pedidos), "depositar", "ana", 3);
        Processo quatro = cena.iniciar("part4.Client", "--primario", local(pedidos) + "," + local(consulta),
                "depositar", "ana", 4);
        Cena.Fim saldo = cena.rodar("part4.Client", "--primario", local(pedidos), "saldo", "ana");
        assertEquals(1, saldo.codigo());
        assertTrue(saldo.erros().contains("com --semente, saldo lê das réplicas"), saldo.erros());
        assertTrue(Cena.fim(tres).erros().matches("(?s).*indeterminada.*Atende um proxy, e por isso só se pediu uma vez.*"
                + "identidade banco-replicado.*"), Cena.fim(tres)::erros); // o original mudo é aqui um ROUTER
        assertTrue(Cena.fim(quatro).erros().contains("indeterminada"), Cena.fim(quatro)::erros);
        assertEquals(2, ouvido.size(), ouvido::toString);
    }

    /** O original: um REP que morre do que não conhece. Mudo, um ROUTER, que ouve tudo e não responde a nada. */
    private void original(boolean responde) {
        ZMQ.Socket porta = contexto.getContext().socket(responde ? SocketType.REP : SocketType.ROUTER);
        porta.setLinger(0);
        porta.bind("tcp://" + local(pedidos));
        Thread linha = new Thread(() -> {
            try (porta) { // só quem o usa o fecha: o contexto espera por ele
                while (atender(porta, responde)) {
                    // até que morra
                }
            } catch (ZMQException e) {
                // o teste acabou
            }
        }, "original");
        linha.setDaemon(true);
        linha.start();
    }

    private boolean atender(ZMQ.Socket porta, boolean responde) {
        byte[] pedido = porta.recv();
        while (porta.hasReceiveMore()) {
            pedido = porta.recv();
        }
        try {
            ouvido.add(Operacao.ler(pedido).id_msg());
        } catch (MensagemInvalida e) {
            ouvido.add(MORREU + new String(pedido, StandardCharsets.UTF_8));
            return false;
        }
        return !responde || porta.send("OK seq=" + ouvido.size());
    }

    public static void main(String[] args) {
        Testes.rodar(SementeTest.class);
    }
}
