//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Rede.java
package tests.lab.rede;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Cena;
import tests.Processo;
import tests.lab.rede.Rede.Tipo;
import tests.lab.vereditos.Rastro;

/** Um teste com uma rede do laboratório, soquetes de um lado e do outro dela, e o rastro do que passou. */
abstract class NaRede {

    final Rastro rastro = new Rastro();
    final Rede rede = new Rede(rastro, 1);
    final Cena cena = new Cena();
    final Soquetes soquetes = new Soquetes(Defesa.emClaro());

    @AfterEach
    void encerrar() {
        cena.close();
        soquetes.close();
        rede.close();
    }

    long contar(String evento) {
        return rastro.eventos().stream().filter(e -> e.path("evento").asText().equals(evento)).count();
    }

    // ───── Ferramentas ─────

    /** Põe um enlace de pé numa porta livre. */
    Endereco enlace(Tipo tipo, String de, String para, int real) {
        Endereco aqui = new Endereco("127.0.0.1", Processo.portaLivre());
        rede.enlace(tipo, de, para, aqui, new Endereco("127.0.0.1", real));
        return aqui;
    }

    /** Um PUSH já ligado: numa conexão que o JeroMQ ainda pode ter de refazer, o que se enviasse perdia-se. */
    ZMQ.Socket fila(Endereco aqui) {
        ZMQ.Socket soquete = soquetes.conectar(SocketType.PUSH, aqui);
        esperar("a ligação a " + aqui, () -> soquetes.apresentado(soquete));
        return soquete;
    }

    void esperarNoRastro(String evento, int vezes) {
        esperar(vezes + " vezes " + evento, () -> contar(evento) >= vezes);
    }

    static void esperar(String oQue, BooleanSupplier condicao) {
        Processo.esperar(oQue, Processo.PRAZO, condicao);
    }

    static int porta(ZMQ.Socket soquete) {
        return Endereco.ler(soquete.getLastEndpoint().replace("tcp://", "")).porta();
    }

    static void pedir(Processo cliente, Operacao op) {
        cliente.digitar(op.json() + "\n");
    }

    static byte[] operacao(String n) {
        return deposito(n, "ana", n).json().getBytes(StandardCharsets.UTF_8);
    }

    static void enviar(ZMQ.Socket soquete, byte[] corpo) {
        esperar("poder enviar", () -> soquete.send(corpo, ZMQ.DONTWAIT));
    }

    static void enviarTodas(ZMQ.Socket soquete, int de, int ate) {
        IntStream.rangeClosed(de, ate).forEach(n -> enviar(soquete, operacao("" + n)));
    }

    static byte[] receber(ZMQ.Socket soquete) {
        soquete.setReceiveTimeOut((int) Processo.PRAZO.toMillis());
        byte[] corpo = soquete.recv();
        assertTrue(corpo != null, "não chegou nada");
        return corpo;
    }

    static List<String> receberTodas(ZMQ.Socket soquete, int quantas) {
        return IntStream.range(0, quantas).mapToObj(i -> Json.ler(receber(soquete)).get("id_msg").asText()).toList();
    }

    static List<String> numeros(int de, int ate) {
        return IntStream.rangeClosed(de, ate).mapToObj(Integer::toString).toList();
    }
}
