///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3 com três ordenadores e o Raft entre eles: qualquer um pode morrer.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part3/Client.java ../../part3/Ordenador.java ../../part3/Replica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.esperarEstado;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pedir;
import static tests.Cena.resumo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, três ordenadores")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class OrdenadorTest {

    private static final int TODOS = 3;
    private static final int LOGO_S = 3;
    private static final Duration PACIENCIA = Processo.PRAZO.multipliedBy(4); // três JVM a começar ao mesmo tempo

    private final Cena cena = new Cena();
    private final int[] pares = IntStream.rangeClosed(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int[] pedidos = IntStream.rangeClosed(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int[] ordens = IntStream.rangeClosed(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();
    private Path pasta;
    private final Processo[] ordenadores = new Processo[TODOS + 1];

    @BeforeAll
    void iniciarTudo(@TempDir Path nova) {
        pasta = nova;
        iniciar(0);
        iniciar(1);
        ordenadores[0].esperarNoRegistro(" historia ", PACIENCIA);
        iniciar(2); // quem chega depois de os outros já terem começado, e nunca foi deles, não é quem esqueceu
        replica(1, consulta1);
        replica(2, consulta2);
        IntStream.range(0, TODOS).forEach(i -> ordenadores[i].esperarNoRegistro("pronto:", PACIENCIA));
    }

    @AfterAll
    void encerrar() {
        cena.close();
    }

    @Test
    @Order(1)
    @DisplayName("um cliente pede a qualquer um, e a ordem é uma só")
    void qualquerUmResponde() {
        for (int i = 0; i < TODOS; i++) {
            Fim fim = cliente(i, "depositar", "ana", "10");
            assertEquals("OK seq=" + (i + 1), fim.texto(), fim.erros());
        }
        esperarSeq(3, consulta1, consulta2);
        assertEquals(resumo(consulta1), resumo(consulta2));
    }

    @Test
    @Order(2)
    @DisplayName("kill -9 do líder no meio de uma carga: ela vai até o fim, e as réplicas ficam iguais")
    void liderMorto() {
        int lider = lider();
        Processo carga = iniciarCliente((lider + 1) % TODOS, "--silencioso", "carga", "--ops", 600, "--concorrencia", 8);
        esperarEstado(pedidos[(lider + 1) % TODOS], "o começo da carga", estado -> estado.get("seq").asLong() > 50);
        ordenadores[lider].matar();
        assertEquals(600, esperarFim(carga).numero("aceitas"));
        iniciar(lider);
        ordenadores[lider].esperarNoRegistro("pronto:", PACIENCIA);
        esperarIguais(603);
    }

    @Test
    @Order(3)
    @DisplayName("kill -9 em todos: recomeçam, e o número seguinte é o seguinte")
    void todosMortos() {
        IntStream.range(0, TODOS).forEach(i -> ordenadores[i].matar());
        IntStream.range(0, TODOS).forEach(this::iniciar);
        Fim fim = cliente(0, "depositar", "ana", "1");
        assertEquals("OK seq=604", fim.texto(), fim.erros());
        esperarIguais(604);
    }

    @Test
    @Order(4)
    @DisplayName("um seguidor parado, de quem o log já se apagou, volta pelo instantâneo, e quem o segue também")
    void paradoVolta() {
        int parado = lider() == 0 ? 1 : 0;
        int outro = (parado + 1) % TODOS;
        ordenadores[parado].sinal("STOP");
        assertEquals(500, cliente(outro, "--silencioso", "carga", "--ops", 500, "--concorrencia", 16).numero("aceitas"));
        ordenadores[parado].sinal("CONT");
        ordenadores[parado].esperarNoRegistro(" instantaneo seq=");
        esperarIguais(1_104);
        Fim fim = cliente(parado, "depositar", "ana", "1");
        assertEquals("OK seq=1105", fim.texto(), fim.erros());
        esperarIguais(1_105);
    }

    @Test
    @Order(5)
    @DisplayName("sem maioria não há resposta, e diz-se porquê; quando ela volta, o que esperava vale")
    void semMaioria() {
        ordenadores[1].matar();
        ordenadores[2].matar();
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(
                () -> pedir(pedidos[0], Cena.deposito("sem-maioria", "ana", "5").json()));
        ordenadores[0].esperarNoRegistro("sem-maioria porque=\"n2, em " + local(pares[1]) + ", não atende; n3, em "
                + local(pares[2]) + ", não atende\"");
        assertFalse(resposta.isDone());
        iniciar(1);
        assertEquals("OK seq=1106", resposta.join());
        iniciar(2);
        esperarIguais(1_106);
        assertEquals("OK seq=1106", pedir(pedidos[2], Cena.deposito("sem-maioria", "ana", "5").json()));
    }

    @Test
    @Order(6)
    @DisplayName("o líder para: o que se pediu a outro, e ia a caminho dele, tem resposta assim que há outro líder")
    void liderParado() throws ExecutionException, InterruptedException, TimeoutException {
        int parado = lider();
        int outro = (parado + 1) % TODOS;
        long lideres = lideres(outro);
        ordenadores[parado].sinal("STOP");
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(
                () -> pedir(pedidos[outro], Cena.deposito("a-meio", "ana", "1").json()));
        Processo.esperar("outro líder", PACIENCIA, () -> lideres(outro) > lideres);
        assertEquals("OK seq=1107", resposta.get(LOGO_S, TimeUnit.SECONDS));
        ordenadores[parado].sinal("CONT");
        esperarIguais(1_107);
    }

    private long lideres(int deQuem) {
        return ordenadores[deQuem].registro().stream().filter(linha -> linha.contains(" lider id=")).count();
    }

    @Test
    @Order(7)
    @DisplayName("um que já contou com os outros não recomeça sem a pasta, nem com --entrar: recusa-se, e com ela segue")
    void semMemoria() {
        ordenadores[2].matar();
        for (String opcao : List.of("--do-zero", "--entrar")) {
            if (opcao.equals("--entrar")) {
                assertTrue(pasta.resolve(nome(2)).toFile().renameTo(pasta.resolve("guardada").toFile()));
            }
            iniciarCom(2, comoPares(List.of(0, 1, 2)), opcao);
            assertEquals(1, ordenadores[2].esperarFim(PACIENCIA));
            assertTrue(ordenadores[2].temNoRegistro("já contou com o n3"), () -> ordenadores[2].registro().toString());
        }
        assertTrue(pasta.resolve("guardada").toFile().renameTo(pasta.resolve(nome(2)).toFile()));
        iniciar(2);
        ordenadores[2].esperarNoRegistro("pronto:", PACIENCIA);
        esperarIguais(1_107);
    }

    @Test
    @Order(8)
    @DisplayName("um grupo que está de pé muda: entra o quarto, sai o líder, que o diz e acaba, e nada se perde")
    void mudamOsPares() {
        int lider = lider();
        List<Integer> depois = IntStream.range(0, TODOS + 1).boxed().filter(i -> i != lider).toList();
        iniciarCom(TODOS, comoPares(IntStream.rangeClosed(0, TODOS).boxed().toList()), "--entrar");
        ordenadores[TODOS].esperarNoRegistro("pronto:", PACIENCIA);
        mudar(List.of(0, 1, 2), List.of(0, 1, 2, 3));
        esperarSeq(1_107, pedidos[TODOS]);
        mudar(List.of(0, 1, 2, 3), depois);
        assertEquals(0, ordenadores[lider].esperarFim());
        assertTrue(ordenadores[lider].temNoRegistro(" fora "), () -> ordenadores[lider].registro().toString());
        assertEquals("OK seq=1108", pedir(pedidos[TODOS], Cena.deposito("depois", "ana", "1").json()));
        depois.forEach(i -> esperarSeq(1_108, pedidos[i]));
    }

    // ───── A cena ─────

    private void mudar(List<Integer> de, List<Integer> para) {
        Fim fim = esperarFim(cena.iniciar("part3.Ordenador", "--pares", comoPares(de), "mudar", "--para", comoPares(para)));
        assertEquals("pares: " + comoPares(para), fim.texto(), fim.erros());
    }

    private void iniciar(int qual) {
        iniciarCom(qual, comoPares(List.of(0, 1, 2)));
    }

    private void iniciarCom(int qual, String quais, String... mais) {
        ordenadores[qual] = cena.iniciar("part3.Ordenador", Stream.concat(Stream.of("--id", nome(qual), "--pares", quais,
                "--pedidos", pedidos[qual], "--ordem", ordens[qual], "--dados", pasta.resolve(nome(qual)), "--instantaneo",
                100, "--silencioso"), Stream.of(mais)).toArray());
    }

    private String comoPares(List<Integer> quais) {
        return quais.stream().map(i -> nome(i) + "=" + local(pares[i])).collect(Collectors.joining(","));
    }

    private static String nome(int qual) {
        return "n" + (qual + 1);
    }

    /** Cada réplica segue um só. */
    private void replica(int qual, int consulta) {
        cena.iniciar("part3.Replica", "--pedidos", local(pedidos[qual]), "--ordem", local(ordens[qual]), "--consulta",
                consulta, "--id", "replica-" + qual, "--silencioso");
    }

    private int lider() {
        String[] nome = new String[1];
        esperarEstado(pedidos[0], "um líder", estado -> (nome[0] = estado.path("lider").textValue()) != null);
        return Integer.parseInt(nome[0].substring(1)) - 1;
    }

    private void esperarIguais(long seq) {
        esperarSeq(seq, consulta1, consulta2);
        IntStream.range(0, TODOS).forEach(i -> esperarSeq(seq, pedidos[i]));
        assertEquals(resumo(consulta1), resumo(consulta2));
        assertTrue(estado(consulta1).get("aplicadas").asLong() > 0);
    }

    /** Um cliente paciente: numa máquina ocupada, uma eleição pode demorar mais do que ele esperaria. */
    private Processo iniciarCliente(int aQuem, Object... comando) {
        return cena.iniciarPrograma(Stream.of(Stream.of(System.getProperty("java.home") + "/bin/java"),
                Processo.DEPRESSA.stream(), Stream.of("-Dbanco.lentidao=9", "-cp", System.getProperty("java.class.path"),
                "part3.Client", "--sequenciador", local(pedidos[aQuem])), Stream.of(comando))
                .flatMap(parte -> parte).map(String::valueOf).toArray(String[]::new));
    }

    private static Fim esperarFim(Processo cliente) {
        cliente.esperarFim(PACIENCIA);
        return fim(cliente);
    }

    private Fim cliente(int aQuem, Object... comando) {
        return esperarFim(iniciarCliente(aQuem, comando));
    }

    public static void main(String[] args) {
        Testes.rodar(OrdenadorTest.class);
    }
}
