///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Cada processo tem a sua defesa: duas na mesma máquina virtual não se misturam.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/defesa/Defesa.java ../../shared/rede/Pedidos.java ../../shared/rede/Requisicao.java
//SOURCES ../../shared/rede/zmq/Mailbox.java ../../shared/rede/zmq/io/Decifrada.java
//SOURCES ../../shared/rede/zmq/io/mechanism/Mechanisms.java ../../shared/tempo/Lentidao.java
//SOURCES ../../shared/texto/Endereco.java ../../shared/texto/Registro.java ../Processo.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZCert;
import org.zeromq.ZMQ;
import shared.defesa.Chaves;
import shared.defesa.Defesa;
import shared.rede.Pedidos;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Registro;
import tests.Processo;
import tests.Testes;

@DisplayName("Defesa")
class DefesaTest {

    private final Endereco cifrado = new Endereco("127.0.0.1", Processo.portaLivre());
    private final Endereco aberto = new Endereco("127.0.0.1", Processo.portaLivre());
    private volatile boolean ativo = true;
    private Defesa comChaves;
    private Defesa emClaro;
    private Thread servidor;

    @TempDir
    Path pasta;

    /** Um só laço com duas portas, uma de cada defesa; cada uma devolve o que se lhe pede. */
    @BeforeEach
    void servir() throws IOException {
        Path autorizadas = Files.createDirectory(pasta.resolve(Chaves.AUTORIZADAS));
        par(Chaves.SERVIDOR, pasta);
        par(Chaves.CLIENTE, autorizadas);
        comChaves = new Defesa(Chaves.ler(pasta), null);
        emClaro = Defesa.emClaro();
        servidor = new Thread(() -> {
            try (Soquetes cifra = new Soquetes(comChaves); Soquetes claro = new Soquetes(emClaro)) {
                Pedidos um = new Pedidos(cifra.ligar(SocketType.ROUTER, cifrado.maquina(), cifrado.porta(), "--porta"));
                Pedidos outro = new Pedidos(claro.ligar(SocketType.ROUTER, aberto.maquina(), aberto.porta(), "--porta"));
                ZMQ.Poller acordar = claro.vigiar(um.soquete(), outro.soquete());
                Registro registro = new Registro("teste", true);
                while (ativo) {
                    acordar.poll(100);
                    um.atender(registro, pedido -> new String(pedido.corpo(), StandardCharsets.UTF_8));
                    outro.atender(registro, pedido -> new String(pedido.corpo(), StandardCharsets.UTF_8));
                }
            }
        }, "servidor");
        servidor.start();
    }

    /** Um par CURVE, como os que {@code ./run-all.sh chaves} faz; do TLS, aqui ninguém precisa. */
    private void par(String nome, Path publica) throws IOException {
        ZCert par = new ZCert();
        Path segredo = pasta.resolve(nome + ".key_secret");
        par.saveSecret(segredo.toString());
        par.savePublic(publica.resolve(nome + ".key").toString());
        Files.setPosixFilePermissions(segredo, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void encerrar() throws InterruptedException {
        ativo = false;
        servidor.join(30_000);
        assertTrue(!servidor.isAlive(), "o servidor não terminou");
    }

    @Test
    @DisplayName("uma com chaves e outra em claro: cada uma só se entende com a sua, e o que soube não passa à outra")
    void naoSeMisturam() {
        assertEquals("a", pedir(comChaves, cifrado, "a"));
        assertEquals("b", pedir(emClaro, aberto, "b"));
        Defesa estranha = Defesa.emClaro();
        SemResposta nada = assertThrows(SemResposta.class, () -> pedir(estranha, cifrado, "c"));
        assertTrue(nada.getMessage().contains("não houve acordo: confira as chaves"), nada::getMessage);
        assertEquals("", emClaro.desacordos().dica(cifrado));
        assertThrows(SemResposta.class, () -> pedir(comChaves, aberto, "d"));
        assertEquals("b", pedir(emClaro, aberto, "b"));
        assertEquals("a", pedir(comChaves, cifrado, "a"));
    }

    private static String pedir(Defesa defesa, Endereco onde, String pedido) {
        boolean seEntendem = pedido.equals("a") || pedido.equals("b");
        try (Requisicao requisicao = new Requisicao(defesa, onde, 1_000, seEntendem ? 30 : 5)) {
            return requisicao.pedir(pedido);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(DefesaTest.class);
    }
}
