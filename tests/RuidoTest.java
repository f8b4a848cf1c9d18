///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Bytes de um desconhecido em cada porta ZeroMQ: o processo segue de pé, em silêncio, e atende os outros.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Testes.java Cena.java
//SOURCES ../part1/Client.java ../part1/Replica.java ../part2/Worker.java
//SOURCES ../part3/Sequencer.java ../part3/Replica.java ../part4/Primary.java ../part4/Backup.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.pedir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.Operacao;
import tests.lab.Processo;

/**
 * Cada processo tem 64 MB e sofre todos os ataques, um depois do outro, como numa tarde ruim. Os ataques vêm da tabela de
 * JEROMQ.md e da leitura do código do JeroMQ 0.6.0: o que parar o processo, ou a linha de execução de rede dele, aparece.
 */
@DisplayName("Ruído nas portas ZeroMQ")
class RuidoTest {

    private static final int MAIS = 1;
    private static final int LONGO = 2;
    private static final int COMANDO = 4;
    private static final byte[] NADA = {};

    // ───── Quem sofre ─────

    /** Uma porta de um papel, e o tipo de soquete de quem costuma se ligar a ela. */
    enum Porta {
        DIFUSAO_1("part1.Client", "SUB", "--esperar", "0", "--porta"),
        CONSULTA_1("part1.Replica", "REQ", "--consulta"),
        FILA_2("part2.Worker", "PUSH", "--porta"),
        CONSULTA_2("part2.Worker", "REQ", "--consulta"),
        PEDIDOS_3("part3.Sequencer", "REQ", "--pedidos"),
        ORDEM_3("part3.Sequencer", "SUB", "--ordem"),
        CONSULTA_3("part3.Replica", "REQ", "--consulta"),
        PEDIDOS_4("part4.Primary", "REQ", "--pedidos"),
        ATUALIZACOES_4("part4.Primary", "SUB", "--atualizacoes"),
        CONSULTA_4("part4.Primary", "REQ", "--consulta"),
        CONSULTA_DO_BACKUP_4("part4.Backup", "REQ", "--consulta");

        final int numero = Processo.portaLivre();
        final String papel;
        final String par;
        private final List<String> opcoes;

        Porta(String papel, String par, String... opcoes) {
            this.papel = papel;
            this.par = par;
            this.opcoes = List.of(opcoes);
        }

        private Stream<String> opcoes() {
            return Stream.concat(opcoes.stream(), Stream.of(Integer.toString(numero)));
        }
    }

    private static final Map<String, Processo> PROCESSOS = new HashMap<>();

    /** O processo que tem esta porta; outro no lugar, se um ataque o derrubou. */
    private static Processo processo(Porta porta) {
        return PROCESSOS.computeIfAbsent(porta.papel, papel -> {
            Processo processo = Processo.iniciarCom(List.of("-Xmx64m"), papel, Stream.of(Porta.values())
                    .filter(p -> p.papel.equals(papel)).flatMap(Porta::opcoes).toArray(String[]::new));
            if (papel.endsWith("Client")) {
                Processo.esperar("o menu", Processo.PRAZO, () -> processo.saida().contains("0 Sair"));
                return processo;
            }
            return processo.esperarPronto();
        });
    }

    private final List<Bruto> brutos = new ArrayList<>();

    @AfterEach
    void desligar() {
        brutos.forEach(Bruto::fechar);
    }

    @AfterAll
    static void encerrar() {
        PROCESSOS.values().forEach(Processo::close);
        PROCESSOS.clear();
    }

    // ───── Os ataques ─────

    private record Ataque(String nome, Consumer<Porta> fazer) {
        @Override
        public String toString() {
            return nome;
        }
    }

    private static final byte[] KILO = new byte[1_000];
    private static final byte[] QUASE_64K = ("{\"x\": [" + "[], ".repeat(15_000) + "1]}").getBytes(StandardCharsets.UTF_8);

    private static Stream<Arguments> ataques() {
        RuidoTest t = new RuidoTest();
        return Stream.empty();
    }

    private Bruto bruto(Porta porta) {
        Bruto bruto = new Bruto(porta.numero);
        brutos.add(bruto);
        return bruto;
    }
}
