///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Com CURVE chega tudo o que chega em claro, também quando quem recebe não dá conta do que lhe enviam.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/defesa/Defesa.java ../../shared/rede/Soquetes.java ../../shared/rede/zmq/Mailbox.java
//SOURCES ../../shared/rede/zmq/io/Decifrada.java ../../shared/rede/zmq/io/mechanism/Mechanisms.java
//SOURCES ../../shared/tempo/Lentidao.java ../../shared/texto/Endereco.java ../../shared/texto/Registro.java
//SOURCES ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tests.Testes;
import zmq.io.mechanism.Mechanisms;

/**
 * Soquetes do JeroMQ, um que tem tudo por enviar e outro cuja fila se enche logo. Cada vez que ela se enche é uma ocasião de
 * perder uma mensagem, ou de a entregar ainda cifrada.
 */
@DisplayName("CURVE com as filas cheias")
class CurveTest {

    private static final int FILA = 8; // mensagens
    // a fila do sistema do lado de quem recebe; a do outro não passa de uns 4 MB
    private static final int CANO_BYTES = 16 * 1024;
    private static final int MENSAGENS = 3_000; // 8 MB: também quem envia tem de esperar, a meio de uma mensagem
    private static final byte[] PAR = "par".getBytes(StandardCharsets.US_ASCII); // a identidade de quem recebe de um ROUTER

    private final ZContext contexto = new ZContext();
    private final ZMQ.Curve.KeyPair servidor = ZMQ.Curve.generateKeyPair();
    private final ZMQ.Curve.KeyPair cliente = ZMQ.Curve.generateKeyPair();

    @AfterEach
    void fechar() {
        contexto.close();
    }

    @Test
    @DisplayName("a lista de mecanismos que roda é a nossa, e não a que vem na biblioteca")
    void aNossa() {
        assertEquals(CurveTest.class.getProtectionDomain().getCodeSource().getLocation(),
                Mechanisms.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @ParameterizedTest(name = "{0} → {1}, quem escuta {2}, chaves {3}")
    @CsvSource({
        "PUSH,   PULL,   recebe, false", "PUSH,   PULL,   recebe, true", "PUSH,   PULL,   envia, true",
        "DEALER, ROUTER, recebe, false", "DEALER, ROUTER, recebe, true",
        "ROUTER, DEALER, envia,  false", "ROUTER, DEALER, envia,  true",
        "XPUB,   SUB,    envia,  false", "XPUB,   SUB,    envia,  true"})
    @DisplayName("chega tudo, inteiro e por ordem")
    void chegaTudo(SocketType deEnvio, SocketType deRecepcao, String quemEscuta, boolean comChaves) {
        boolean enviaEscuta = quemEscuta.equals("envia");
        ZMQ.Socket envia = soquete(deEnvio, enviaEscuta, comChaves);
        ZMQ.Socket recebe = soquete(deRecepcao, !enviaEscuta, comChaves);
        envia.setSndHWM(0);
        recebe.setRcvHWM(FILA);
        recebe.setReceiveBufferSize(CANO_BYTES);
        recebe.setIdentity(PAR);
        int porta = (enviaEscuta ? envia : recebe).bindToRandomPort("tcp://127.0.0.1");
        (enviaEscuta ? recebe : envia).connect("tcp://127.0.0.1:" + porta);
        apresentar(envia, recebe);

        for (int n = 0; n < MENSAGENS; n++) {
            enviar(envia, n);
        }
        for (int n = 0; n < MENSAGENS; n++) {
            receber(recebe, n);
        }
        assertNull(recebe.recv(ZMQ.DONTWAIT), "uma a mais");
    }

    private ZMQ.Socket soquete(SocketType tipo, boolean escuta, boolean comChaves) {
        ZMQ.Socket soquete = contexto.createSocket(tipo);
        soquete.setReceiveTimeOut(30_000);
        if (comChaves) {
            ZMQ.Curve.KeyPair eu = escuta ? servidor : cliente;
            soquete.setCurvePublicKey(ZMQ.Curve.z85Decode(eu.publicKey));
            soquete.setCurveSecretKey(ZMQ.Curve.z85Decode(eu.secretKey));
            if (escuta) {
                soquete.setCurveServer(true);
            } else {
                soquete.setCurveServerKey(ZMQ.Curve.z85Decode(servidor.publicKey));
            }
        }
        return soquete;
    }

    /** Uma barreira: quem publica ou responde sabe a quem. */
    private static void apresentar(ZMQ.Socket envia, ZMQ.Socket recebe) {
        if (recebe.getSocketType() == SocketType.SUB) {
            recebe.subscribe(ZMQ.SUBSCRIPTION_ALL);
            assertNotNull(envia.recv());
        } else if (recebe.getSocketType() == SocketType.DEALER) {
            recebe.send("olá");
            assertArrayEquals(PAR, envia.recv());
            assertEquals("olá", envia.recvStr());
        }
    }

    /** A de número n, em duas partes se o soquete as tem. */
    private static void enviar(ZMQ.Socket envia, int n) {
        if (envia.getSocketType() == SocketType.ROUTER) {
            envia.sendMore(PAR);
        }
        if (envia.getSocketType() == SocketType.ROUTER || envia.getSocketType() == SocketType.DEALER) {
            envia.sendMore("parte-" + n);
        }
        envia.send(conteudo(n));
    }

    private static void receber(ZMQ.Socket recebe, int n) {
        boolean emPartes = recebe.getSocketType() == SocketType.DEALER || recebe.getSocketType() == SocketType.ROUTER;
        if (recebe.getSocketType() == SocketType.ROUTER) {
            assertNotNull(recebe.recv(), "o remetente de " + n);
        }
        if (emPartes) {
            assertEquals("parte-" + n, recebe.recvStr());
        }
        assertArrayEquals(conteudo(n), recebe.recv(), () -> "a de número " + n);
        assertFalse(recebe.hasReceiveMore());
    }

    /** De 0 a 30 000 bytes: menos e mais do que o motor lê de uma vez. */
    private static byte[] conteudo(int n) {
        byte[] bytes = new byte[n % 100 == 0 ? 30_000 : n * 37 % 5_000];
        Arrays.fill(bytes, (byte) n);
        return bytes;
    }

    public static void main(String[] args) {
        Testes.rodar(CurveTest.class);
    }
}
