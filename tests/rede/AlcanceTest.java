///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Nomes que só têm IPv6, endereços IPv6 anunciados, e conexões que saem da porta a que vão.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Cena.java ../Precisa.java ../Testes.java ../lab/Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import shared.defesa.Defesa;
import shared.rede.QuemUsa;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import tests.Cena;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

@DisplayName("Chegar onde se quer")
class AlcanceTest {

    private final List<Processo> processos = new ArrayList<>();
    private final int pedidos = Processo.portaLivre();
    private final int ordem = Processo.portaLivre();
    private final int consulta = Processo.portaLivre();
    private final int outra = Processo.portaLivre();

    @TempDir
    private Path pasta;

    @AfterEach
    void encerrar() {
        processos.forEach(Processo::close);
    }

    // ───── IPv6 ─────

    /** Um papel numa máquina que só conhece três nomes: so6 (::1), so4 (127.0.0.1) e dois (os dois, o IPv6 primeiro). */
    private Processo iniciar(String papel, Object... argumentos) {
        try {
            Path nomes = Files.writeString(pasta.resolve("hosts"), "::1 so6\n127.0.0.1 so4\n::1 dois\n127.0.0.1 dois\n");
            boolean guarda = List.of("RpcServer", "Worker", "Sequencer", "Replica", "Primary", "Backup", "Witness")
                    .contains(papel.substring(papel.indexOf('.') + 1));
            processos.add(Processo.iniciarCom(List.of("-XX:TieredStopAtLevel=1", "-Djdk.net.hosts.file=" + nomes), papel,
                    Stream.concat(Stream.of(argumentos), guarda ? Stream.of("--memoria") : Stream.empty())
                    .map(String::valueOf)
                            .toArray(String[]::new)));
            return processos.get(processos.size() - 1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void responde(String esperada, String papel, Object... argumentos) {
        Cena.Fim fim = Cena.fim(iniciar(papel, argumentos));
        assertTrue(fim.codigo() == 0 && fim.texto().contains(esperada), fim::toString);
    }

    @Test
    @DisplayName("um nome que só tem IPv6 serve para escutar e para chegar, na parte 3, nas consultas e na rede"
            + " do laboratório")
    void soIpv6() {
        iniciar("part3.Sequencer", "--bind", "so6", "--pedidos", pedidos, "--ordem", ordem);
        iniciar("tests.lab.Lab", "rede", "--bind", "so6", "--tipo", "difusao", "--escutar", outra, "--para", "so6:" + ordem);
        iniciar("part3.Replica", "--bind", "[::1]", "--pedidos", "so6:" + pedidos, "--ordem", "so6:" + outra,
                "--consulta", consulta)
                .esperarPronto();
        responde("OK seq=1", "part3.Client", "--sequenciador", "so6:" + pedidos, "depositar", "ana", "1");
        Processo.esperar("a réplica", Processo.PRAZO,
                () -> Cena.fim(iniciar("part3.Client", "--consultas", "so6:" + consulta, "saldo", "ana"))
                .texto().contains("ana tem 1.00"));
    }

    @Test
    @DisplayName("um nome com IPv4 e IPv6 chega a quem só escuta num deles, seja qual for; e na parte 2 um só"
            + " com IPv6 também")
    void doisEParte2() {
        iniciar("part3.Sequencer", "--bind", "127.0.0.1", "--pedidos", pedidos, "--ordem", ordem).esperarPronto();
        responde("OK seq=1", "part3.Client", "--sequenciador", "dois:" + pedidos, "depositar", "ana", "1");
        int so6 = Processo.portaLivre();
        iniciar("part3.Sequencer", "--bind", "::1", "--pedidos", so6, "--ordem", Processo.portaLivre()).esperarPronto();
        responde("OK seq=1", "part3.Client", "--sequenciador", "dois:" + so6, "depositar", "ana", "1");
        iniciar("part2.RpcServer", "--bind", "so6", "--porta", outra, "--workers", "so6:" + consulta);
        iniciar("part2.Worker", "--bind", "so6", "--porta", consulta, "--rpc", "dois:" + outra, "--consulta", "0")
                .esperarPronto();
        responde("DEPOSITO enfileirado", "part2.Client", "--rpc", "dois:" + outra, "depositar", "ana", "1");
    }

    @Test
    @DisplayName("parte 4 em IPv6: anuncia-se entre colchetes, o backup assume, e a dica leva o cliente até ele")
    void parte4() {
        int testemunha = Processo.portaLivre();
        iniciar("part4.Witness", "--bind", "::", "--porta", testemunha);
        Processo primario = iniciar("part4.Primary", "--bind", "::1", "--pedidos", pedidos, "--atualizacoes", ordem,
                "--consulta", "0", "--testemunha", "[::1]:" + testemunha);
        Processo backup = iniciar("part4.Backup", "--bind", "::", "--anuncio", "::1", "--pedidos", outra, "--atualizacoes",
                Processo.portaLivre(), "--consulta", "0", "--pedidos-primario", "[::1]:" + pedidos,
                "--atualizacoes-primario", "[::1]:" + ordem, "--testemunha", "so6:" + testemunha).esperarPronto();
        responde("OK ", "part4.Client", "--primario", "[::1]:" + pedidos, "depositar", "ana", "1");
        // pela dica: o primário é … em [::1]:…
        responde("OK ", "part4.Client", "--primario", "so6:" + outra, "depositar", "ana", "1");
        Processo.esperar("o backup em dia", Processo.PRAZO,
                () -> primario.registro().stream().anyMatch(l -> l.contains("entraram=[backup#")));
        primario.matar();
        backup.esperarNoRegistro(" assumir ");
        responde("ana tem 2.00", "part4.Client", "--primario", "[::1]:" + pedidos + ",[::1]:" + outra, "saldo", "ana");
        Cena.Fim zona = Cena.fim(iniciar("part4.Primary", "--bind", "::1%lo", "--pedidos", pedidos, "--consulta", "0"));
        assertTrue(zona.codigo() == 2 && zona.erros().contains("--anuncio"), zona::toString);
    }

    // ───── Conexões consigo mesma ─────

    @Test
    @DisplayName("uma conexão que saiu da porta a que ia nota-se, e enquanto dura a porta está em uso por este processo")
    void consigoMesma() throws IOException {
        try (Socket conexao = new Socket(); ServerSocket escuta = new ServerSocket(outra)) {
            conexao.bind(new InetSocketAddress("127.0.0.1", pedidos));
            conexao.connect(new InetSocketAddress("127.0.0.1", pedidos));
            assertTrue(Tcp.consigoMesma(conexao));
            assertTrue(QuemUsa.porta(pedidos).contains("(pid " + ProcessHandle.current().pid() + "), que se conectou"),
                    QuemUsa.porta(pedidos));
            try (Socket boa = Tcp.conectar(new Endereco("localhost", outra), 5_000)) {
                assertFalse(Tcp.consigoMesma(boa));
            }
        }
    }

    @Test
    @Precisa(Precisa.De.SER_ROOT)
    @DisplayName("quem insiste em portas que o sistema dá a quem se conecta não fica com elas, e quem devia escutar escuta")
    void portasDeSaida() {
        String java = System.getProperty("java.home") + "/bin/java";
        Processo la = Processo.comando("unshare", "-n", "sh", "-c", "ip link set lo up || ifconfig lo up; exec \"$@\"", "sh",
                java, "-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path"),
                "tests.rede.AlcanceTest$Dentro");
        processos.add(la);
        Processo.esperar("que acabe", Duration.ofSeconds(150), () -> !la.vivo());
        Cena.Fim fim = Cena.fim(la);
        assertEquals(List.of("tudo bem"), fim.saida(), fim::toString);
    }

    /** O que se passa no espaço de rede só dele, com poucas portas de saída, que são as que se vão tentar. */
    static final class Dentro {

        private static final int PRIMEIRA = 50_051;
        // conexões tentadas por porta: cada uma sai de uma das quatro de paridade igual
        private static final int BASTAM = 40;

        public static void main(String[] args) throws Exception {
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), PRIMEIRA + " " + (PRIMEIRA + 7));
            try (Processo worker = Processo.iniciar("part2.Worker", "--rpc", "127.0.0.1:" + PRIMEIRA, "--consulta",
                    "0", "--memoria")
                    .esperarPronto()) {
                for (int i = 0; i < BASTAM; i++) {
                    insistir();
                }
                try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                    IntStream.range(0, 6).forEach(
                            i -> soquetes.conectar(SocketType.SUB, new Endereco("127.0.0.1", PRIMEIRA + 2)));
                    long antes = tentadas();
                    Processo.esperar("que os SUB tentem", Duration.ofSeconds(60), () -> tentadas() >= antes + BASTAM);
                }
                for (int porta : new int[] {PRIMEIRA + 2, PRIMEIRA + 4}) { // nada ficou nelas
                    try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                        soquetes.ligar(SocketType.ROUTER, "127.0.0.1", porta, "--porta");
                    }
                }
                Processo.iniciar("part2.RpcServer", "--porta", "" + PRIMEIRA, "--workers", "127.0.0.1:6001", "--memoria")
                        .esperarPronto().close();
            }
            System.out.println("tudo bem");
            System.exit(0);
        }

        private static void insistir() {
            try (Socket conexao = Tcp.conectar(new Endereco("127.0.0.1", PRIMEIRA + 4), 1_000)) {
                throw new AssertionError("ligou-se a ninguém: " + conexao);
            } catch (IOException e) {
                // é o que deve ser: ninguém atende
            }
        }

        /** Quantas conexões este espaço de rede já pediu. */
        private static long tentadas() {
            try {
                List<String> tcp = Files.readAllLines(Path.of("/proc/net/snmp")).stream()
                        .filter(l -> l.startsWith("Tcp:")).toList();
                int coluna = List.of(tcp.get(0).split(" ")).indexOf("ActiveOpens");
                return Long.parseLong(tcp.get(1).split(" ")[coluna]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    public static void main(String[] args) {
        Testes.rodar(AlcanceTest.class);
    }
}
