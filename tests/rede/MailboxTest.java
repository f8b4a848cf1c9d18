///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A caixa de correio que se põe no lugar da do JeroMQ: nada se perde, nada fica para trás, ninguém gira à toa.
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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shared.rede.Soquetes;
import tests.Testes;
import zmq.Command;
import zmq.Ctx;
import zmq.Mailbox;
import zmq.ZMQ;
import zmq.ZObject;

@DisplayName("A caixa de correio do JeroMQ")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MailboxTest {

    private static final int QUEM_ENVIA = 4;
    private static final int DE_CADA_UM = 50_000;

    private final Ctx contexto = ZMQ.createContext();
    private final Mailbox caixa = new Mailbox(contexto, "teste", 7);
    private Selector seletor;

    @BeforeEach
    void abrir() throws Exception {
        seletor = Selector.open();
        caixa.getFd().register(seletor, SelectionKey.OP_READ);
    }

    @AfterEach
    void fechar() throws Exception {
        seletor.close();
        caixa.close();
        contexto.terminate();
    }

    @Test
    @DisplayName("a que se usa é a nossa, e não a do jar do JeroMQ")
    void ehANossa() {
        assertEquals(Soquetes.class.getProtectionDomain().getCodeSource().getLocation(),
                Mailbox.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @Test
    @DisplayName("quatro linhas enviam e uma espera: tudo chega, e o de cada uma pela ordem em que o enviou")
    void esperarNaCaixa() throws Exception {
        assertTudoChega(() -> caixa.recv(-1));
        assertNull(caixa.recv(0));
    }

    @Test
    @DisplayName("o mesmo, com quem espera no cano junto com outras coisas; no fim, nele não sobra nenhum aviso")
    void esperarNoCano() throws Exception {
        assertTudoChega(() -> {
            Command comando;
            while ((comando = caixa.recv(0)) == null) {
                acordar();
            }
            return comando;
        });
        assertNull(caixa.recv(0));
        assertEquals(0, seletor.selectNow());
    }

    @Test
    @DisplayName("muitos comandos são um aviso só")
    void umAvisoSo() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            caixa.send(comando());
        }
        for (int i = 0; i < 1_000; i++) {
            assertTrue(caixa.recv(0) != null);
        }
        assertNull(caixa.recv(0));
        assertEquals(0, seletor.selectNow());
        caixa.send(comando());
        assertEquals(1, seletor.selectNow());
    }

    @Test
    @DisplayName("o prazo cumpre-se; uma linha interrompida volta sem nada, e a caixa segue servindo")
    void prazoEInterrupcao() {
        long inicio = System.nanoTime();
        assertNull(caixa.recv(50));
        assertTrue(System.nanoTime() - inicio >= 49_000_000L);
        Thread.currentThread().interrupt();
        assertNull(caixa.recv(-1));
        Command um = comando();
        Thread.currentThread().interrupt();
        caixa.send(um);
        assertTrue(Thread.interrupted(), "quem envia segue interrompido");
        assertSame(um, caixa.recv(-1));
    }

    private void acordar() {
        try {
            seletor.select();
            seletor.selectedKeys().clear();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertTudoChega(Supplier<Command> receber) throws Exception {
        Map<Command, int[]> deQuem = new HashMap<>();
        List<Thread> linhas = new ArrayList<>();
        for (int quem = 0; quem < QUEM_ENVIA; quem++) {
            List<Command> seus = new ArrayList<>();
            for (int i = 0; i < DE_CADA_UM; i++) {
                Command comando = comando();
                deQuem.put(comando, new int[] {quem, i});
                seus.add(comando);
            }
            linhas.add(new Thread(() -> seus.forEach(caixa::send)));
        }
        linhas.forEach(Thread::start);
        int[] vieram = new int[QUEM_ENVIA];
        for (int i = 0; i < QUEM_ENVIA * DE_CADA_UM; i++) {
            int[] este = deQuem.get(receber.get());
            assertEquals(vieram[este[0]]++, este[1]);
        }
        for (Thread linha : linhas) {
            linha.join();
        }
    }

    /** Um comando como os do JeroMQ, que só ele mesmo faz. */
    private static Command comando() {
        try {
            Constructor<Command> fazer = Command.class.getDeclaredConstructor(ZObject.class, Command.Type.class);
            fazer.setAccessible(true);
            return fazer.newInstance(null, Command.Type.STOP);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(MailboxTest.class);
    }
}
