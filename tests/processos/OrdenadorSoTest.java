///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Um ordenador, a sua pasta, as suas portas e as suas chaves: o que se recusa, e o que se diz.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Client.java ../../part3/Ordenador.java ../Ordenadores.java ../Precisa.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pedir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import tests.Cena;
import tests.Cena.Fim;
import tests.Ordenadores;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, um ordenador só")
class OrdenadorSoTest {

    private static final Duration PACIENCIA = Processo.PRAZO.multipliedBy(4); // uma JVM que começa numa máquina ocupada

    @TempDir
    private Path pasta;

    private final Cena cena = new Cena();
    private final int par = Processo.portaLivre();
    private final int pedidos = Processo.portaLivre();
    private final int ordem = Processo.portaLivre();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @Test
    @DisplayName("sozinho, é a sua maioria; a pasta é dele, e estragada recusa-se; o fim é limpo")
    void pasta() throws IOException {
        Processo n1 = iniciar("n1", "n1=" + local(par)).esperarNoRegistro(" historia ", PACIENCIA);
        assertEquals("OK seq=1", pedir(pedidos, Cena.deposito("a", "ana", "1").json()));
        assertFalhou("a pasta .* já está em uso por outro processo.*", iniciar("n1", "n1=" + local(par)));
        assertFalhou("a porta " + par + " já está em uso por .*Ordenador.*--pares, ou --escuta", cena.iniciar(
                "part3.Ordenador", "--id", "n1", "--pares", "n1=" + local(par), "--dados", pasta.resolve("outra"),
                "--pedidos", Processo.portaLivre(), "--ordem", Processo.portaLivre()));
        n1.encerrar();
        assertEquals(143, n1.esperarFim(PACIENCIA));
        assertFalhou("a pasta .* é do ordenador n1, e este é o n2.*", iniciar("n2", "n2=" + local(par)));
        assertFalhou("a pasta .* é de um grupo com outros pares: --pares n1=.*",
                iniciar("n1", "n1=" + local(par) + ",n2=127.0.0.1:1"));
        assertFalhou("a pasta .* tem as contas em --grupos 1, e com 2 estariam noutros.*",
                iniciar("n1", "n1=" + local(par), "--grupos", "2"));
        estragar();
        assertFalhou("não consigo usar o que o Raft guardou em .*(corrupted|checksum).*",
                iniciar("n1", "n1=" + local(par)));
        iniciar("n1", "n1=" + local(par), "--do-zero").esperarNoRegistro(" historia ", PACIENCIA);
        assertEquals("OK seq=1", pedir(pedidos, Cena.deposito("b", "ana", "1").json()));
    }

    /** Um byte, no meio do que está escrito no log. */
    private void estragar() throws IOException {
        Path log = log("log_.*");
        byte[] bytes = Files.readAllBytes(log);
        int fim = bytes.length;
        while (bytes[fim - 1] == 0) {
            fim--;
        }
        bytes[fim / 2] ^= (byte) 0xff;
        Files.write(log, bytes);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "n1=127.0.0.1:1,n1=127.0.0.1:2 | n1 aparece duas vezes",
        "n1=127.0.0.1:1,n2=127.0.0.1:1 | 127.0.0.1:1 aparece duas vezes",
        "n1:127.0.0.1 | esperava NOME=MAQUINA:PORTA",
        "n1=127.0.0.1:99999 | uma porta vai de 1 a 65535",
        "n2=127.0.0.1:1,n3=127.0.0.1:2 | --id n1 não está em --pares (n2, n3)"})
    @DisplayName("--pares que não servem são erros de uso")
    void maus(String pares, String erro) {
        Fim fim = fim(iniciar("n1", pares));
        assertEquals(2, fim.codigo());
        assertTrue(fim.erros().contains(erro), fim.erros());
    }

    @Test
    @DisplayName("com chaves, dois fazem a maioria; um sem elas não entra, e diz o que conferir")
    void chaves() {
        assertEquals(0, cena.iniciar("shared.papel.GerarChaves", pasta.resolve("chaves")).esperarFim(PACIENCIA));
        String tres = "n1=" + local(par) + ",n2=" + local(Processo.portaLivre()) + ",n3=" + local(Processo.portaLivre());
        Processo n1 = comChaves("n1", tres, pedidos);
        comChaves("n2", tres, Processo.portaLivre());
        Processo n3 = cena.iniciar("part3.Ordenador", "--id", "n3", "--pares", tres, "--pedidos", Processo.portaLivre(),
                "--ordem", Processo.portaLivre(), "--dados", pasta.resolve("n3"));
        n1.esperarNoRegistro(" historia ", PACIENCIA);
        n3.esperarNoRegistro("mas não houve acordo: confira as chaves (--chaves)", PACIENCIA);
        Fim fim = cena.rodar("part3.Client", "--chaves", pasta.resolve("chaves"), "--sequenciador", local(pedidos),
                "depositar", "ana", "1");
        assertEquals("OK seq=1", fim.texto(), fim.erros());
        assertTrue(!n3.temNoRegistro(" historia "), "quem não tem chaves não ouve nada");
    }

    @Test
    @DisplayName("com o disco cheio acaba, e diz o que fazer; com espaço, recomeça com tudo o que confirmou")
    void discoCheio() {
        Object[] opcoes = {"--id", "n1", "--pares", "n1=" + local(par), "--pedidos", pedidos, "--ordem", ordem, "--dados",
            pasta.resolve("dados"), "--silencioso"};
        Processo n1 = cena.iniciarComDiscoDe(1_500, "part3.Ordenador", opcoes).esperarNoRegistro(" historia ", PACIENCIA);
        List<String> operacoes = grandes(3_000);
        assertEquals(200, pedirTodas(operacoes.subList(0, 200), n1)); // as outras podem ir todas de uma vez ao disco
        int confirmadas = 200 + pedirTodas(operacoes.subList(200, 3_000), n1);
        assertTrue(confirmadas < operacoes.size(), "confirmou " + confirmadas);
        assertFalhou("o disco falhou .*libere espaço.*", n1);
        cena.iniciar("part3.Ordenador", opcoes).esperarNoRegistro("pronto:", PACIENCIA);
        assertEquals("OK seq=" + confirmadas, pedir(pedidos, operacoes.get(confirmadas - 1)));
    }

    @Test
    @DisplayName("sem um arquivo do log inteiro recusa-se, e diz-se qual; se a pasta desaparece, acaba, e diz-se")
    void semLog() throws IOException {
        String[] opcoes = {"--instantaneo", "1500"}; // um arquivo do log tem então 384 000 bytes
        Processo n1 = iniciar("n1", "n1=" + local(par), opcoes).esperarNoRegistro(" historia ", PACIENCIA);
        List<String> operacoes = grandes(720); // não chegam para um instantâneo, ainda que o Ratis ponha outras tantas suas
        assertEquals(operacoes.size(), pedirTodas(operacoes, n1));
        n1.encerrar();
        n1.esperarFim(PACIENCIA);
        Path primeiro = log("log_0-\\d+");
        Path guardado = Files.move(primeiro, pasta.resolve("guardado"));
        assertFalhou("em .* falta um arquivo do log do Raft: o das entradas \\d+ a \\d+\\. Se os outros.*",
                iniciar("n1", "n1=" + local(par), opcoes));
        Files.move(guardado, primeiro);
        n1 = iniciar("n1", "n1=" + local(par), opcoes).esperarNoRegistro("pronto:", PACIENCIA);
        assertEquals("OK seq=720", pedir(pedidos, operacoes.get(719)));
        Files.delete(log("log_inprogress_\\d+"));
        pedirTodas(grandes(2_000).subList(720, 2_000), n1);
        assertFalhou("(o disco falhou|o Raft encerrou-se) .*", n1);
    }

    @Test
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("sem maioria, o que se pede sem parar não enche a memória; quando ela volta, segue")
    void semMaioriaNaoEnche() {
        String dois = "n1=" + local(par) + ",n2=" + local(Processo.portaLivre());
        int doOutro = Processo.portaLivre();
        Object[] outro = {"--id", "n2", "--pares", dois, "--pedidos", doOutro, "--ordem", Processo.portaLivre(), "--dados",
            pasta.resolve("n2"), "--silencioso"};
        try (Processo n1 = Processo.iniciarCom(List.of("-Xmx192m"), "part3.Ordenador", "--id", "n1", "--pares", dois,
                "--pedidos", "" + pedidos, "--ordem", "" + ordem, "--dados", "" + pasta.resolve("n1"), "--silencioso")) {
            Processo n2 = cena.iniciar("part3.Ordenador", outro);
            assertEquals("OK seq=1", comPaciencia(Cena.deposito("antes", "ana", "1").json()));
            n2.matar();
            try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
                ZMQ.Socket cliente = soquetes.conectar(SocketType.DEALER, new Endereco("127.0.0.1", pedidos));
                esperarQuemAtenda(soquetes, cliente);
                grandes(100_000).forEach(operacao -> enviar(cliente, operacao)); // 65 MB, e cada uma ocupa-os várias vezes
                enviar(cliente, "{\"pedido\": \"ESTADO\"}");
                cliente.setReceiveTimeOut((int) PACIENCIA.toMillis());
                assertEquals(0, cliente.recv().length);
                assertTrue(cliente.recvStr().startsWith("{\"id\": \"n1\""), "a primeira resposta é a do ESTADO");
            }
            n1.esperarNoRegistro("cheio propostas=10000 porque=", PACIENCIA);
            cena.iniciar("part3.Ordenador", outro);
            assertEquals("OK seq=10002", comPaciencia(Cena.deposito("depois", "ana", "1").json()));
            assertTrue(n1.vivo());
        }
    }

    private static void enviar(ZMQ.Socket cliente, String pedido) {
        cliente.send(new byte[0], ZMQ.SNDMORE);
        cliente.send(pedido.getBytes(StandardCharsets.UTF_8));
    }

    /** Pede até que respondam, durante minutos. */
    private String comPaciencia(String pedido) {
        try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), List.of(new Endereco("127.0.0.1", pedidos)),
                Requisicao.PRAZO_MS, 60, false)) {
            return requisicao.pedir(pedido);
        }
    }

    /** O arquivo do log com um nome assim. */
    private Path log(String nome) throws IOException {
        try (Stream<Path> todos = Files.walk(pasta)) {
            return todos.filter(um -> um.getFileName().toString().matches(nome)).findFirst().orElseThrow();
        }
    }

    private static List<String> grandes(int quantas) {
        return IntStream.range(0, quantas)
                .mapToObj(i -> Cena.deposito("🙂".repeat(59) + i, "🙂".repeat(64), "1").json()).toList();
    }

    /** Pede-as sem esperar, e espera por todas, ou que ele acabe. @return quantas tiveram resposta */
    private int pedirTodas(List<String> operacoes, Processo aQuem) {
        int respondidas = 0;
        try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
            ZMQ.Socket cliente = soquetes.conectar(SocketType.DEALER, new Endereco("127.0.0.1", pedidos));
            esperarQuemAtenda(soquetes, cliente);
            operacoes.forEach(operacao -> enviar(cliente, operacao));
            cliente.setReceiveTimeOut(1_000);
            for (byte[] quadro; respondidas < operacoes.size()
                    && ((quadro = cliente.recv()) != null || aQuem.vivo()); ) {
                respondidas += quadro != null && quadro.length > 0 ? 1 : 0;
            }
        }
        return respondidas;
    }

    /** Até lá, o que se envia pode perder-se. */
    private static void esperarQuemAtenda(Soquetes soquetes, ZMQ.Socket cliente) {
        Processo.esperar("quem atenda", PACIENCIA, () -> {
            soquetes.religar();
            return soquetes.apresentado(cliente);
        });
    }

    /** O cliente do Ratis desiste para sempre de um grupo que alguém lhe diz que não tem. */
    @Test
    @DisplayName("outro --grupos do que os outros: nada se confirma, e diz-se; quando se corrige, os que estavam bem seguem")
    void outroGrupos() {
        String dois = "n1=" + local(par) + ",n2=" + local(Processo.portaLivre());
        int meus = Processo.portaLivre(1, 100);
        Processo n1 = emGrupos("n1", dois, 2, meus);
        Processo n2 = emGrupos("n2", dois, 1, Processo.portaLivre());
        n1.esperarNoRegistro("pronto:", PACIENCIA);
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(
                () -> pedir(meus, Cena.deposito("a", "ana", "1").json()));
        n1.esperarNoRegistro("se atende, confira que todos têm o mesmo --grupos", PACIENCIA);
        assertFalse(resposta.isDone());
        n2.matar();
        emGrupos("n2", dois, 2, Processo.portaLivre(1, 100), "--do-zero");
        assertEquals("OK seq=1", resposta.join());
    }

    /** O Ratis não aceita o voto de quem tem o log vazio: podia ser quem perdeu o que se confirmou. */
    @Test
    @DisplayName("morto o líder, um que nada recebeu não chega para eleger outro, e diz-se; quando ele volta, segue-se")
    void nadaRecebeu() {
        Ordenadores tres = new Ordenadores(cena, pasta, 1, Defesa.emClaro());
        tres.iniciar(0);
        tres.iniciar(1);
        assertEquals("OK seq=1", tres.pedir(0, 0, Cena.deposito("a", "ana", "1").json()));
        int lider = tres.lider(0);
        int outro = 1 - lider;
        tres.esperarSeq(outro, 0, 1);
        tres.processo(lider).matar();
        tres.iniciar(2);
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(
                () -> tres.pedir(outro, 0, Cena.deposito("b", "ana", "1").json()));
        tres.processo(outro).esperarNoRegistro("não recebeu nada (indice -1) não conta para eleger outro", PACIENCIA);
        assertFalse(resposta.isDone());
        tres.iniciar(lider);
        assertEquals("OK seq=2", resposta.join());
        tres.esperarSeq(2, 0, 2);
    }

    private Processo emGrupos(String id, String pares, int grupos, int porta, String... mais) {
        return cena.iniciar("part3.Ordenador", Stream.concat(Stream.of("--id", id, "--pares", pares, "--grupos", grupos,
                "--pedidos", porta, "--ordem", Processo.portaLivre(1, 100), "--dados", pasta.resolve(id)),
                Stream.of(mais)).toArray());
    }

    private Processo comChaves(String id, String pares, int porta) {
        return cena.iniciar("part3.Ordenador", "--id", id, "--pares", pares, "--pedidos", porta, "--ordem",
                Processo.portaLivre(), "--dados", pasta.resolve(id), "--chaves", pasta.resolve("chaves"));
    }

    private Processo iniciar(String id, String pares, String... mais) {
        return cena.iniciar("part3.Ordenador", Stream.concat(Stream.of("--id", id, "--pares", pares, "--pedidos", pedidos,
                "--ordem", ordem, "--dados", pasta.resolve("dados"), "--silencioso"), Stream.of(mais)).toArray());
    }

    private static void assertFalhou(String erro, Processo processo) {
        processo.esperarFim(PACIENCIA);
        Fim fim = fim(processo);
        assertEquals(1, fim.codigo(), fim.erros());
        assertTrue(fim.registro().stream().anyMatch(linha -> linha.matches("erro: " + erro)), fim.erros());
    }

    public static void main(String[] args) {
        Testes.rodar(OrdenadorSoTest.class);
    }
}
