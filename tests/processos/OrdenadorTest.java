///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3 com três ordenadores e o Raft entre eles: qualquer um pode morrer.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Ordenadores.java ../../part3/Client.java ../../part3/Ordenador.java
//SOURCES ../../part3/Replica.java
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
import static tests.Ordenadores.PACIENCIA;
import static tests.Ordenadores.TODOS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
import shared.defesa.Defesa;
import tests.Cena;
import tests.Cena.Fim;
import tests.Ordenadores;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, três ordenadores")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class OrdenadorTest {

    private static final int LOGO_S = 3;

    private final Cena cena = new Cena();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();
    private Path pasta;
    private Ordenadores eles;

    @BeforeAll
    void iniciarTudo(@TempDir Path nova) {
        pasta = nova;
        eles = new Ordenadores(cena, nova, 1, Defesa.emClaro(), "--instantaneo", 100);
        eles.iniciar(0);
        eles.iniciar(1);
        eles.processo(0).esperarNoRegistro(" historia ", PACIENCIA);
        eles.iniciar(2); // quem chega depois de os outros já terem começado, e nunca foi deles, não é quem esqueceu
        replica(1, consulta1);
        replica(2, consulta2);
        IntStream.range(0, TODOS).forEach(eles::esperarPronto);
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
        int lider = eles.lider(0);
        Processo carga = iniciarCliente((lider + 1) % TODOS, "--silencioso", "carga", "--ops", 600, "--concorrencia", 8);
        esperarEstado(eles.pedidos((lider + 1) % TODOS), "o começo da carga", estado -> estado.get("seq").asLong() > 50);
        eles.processo(lider).matar();
        assertEquals(600, esperarFim(carga).numero("aceitas"));
        eles.iniciar(lider);
        eles.esperarPronto(lider);
        esperarIguais(603);
    }

    @Test
    @Order(3)
    @DisplayName("kill -9 em todos: recomeçam, e o número seguinte é o seguinte")
    void todosMortos() {
        IntStream.range(0, TODOS).forEach(i -> eles.processo(i).matar());
        IntStream.range(0, TODOS).forEach(eles::iniciar);
        Fim fim = cliente(0, "depositar", "ana", "1");
        assertEquals("OK seq=604", fim.texto(), fim.erros());
        esperarIguais(604);
    }

    @Test
    @Order(4)
    @DisplayName("um seguidor parado, de quem o log já se apagou, volta pelo instantâneo, e quem o segue também")
    void paradoVolta() {
        int parado = eles.lider(0) == 0 ? 1 : 0;
        int outro = (parado + 1) % TODOS;
        eles.processo(parado).sinal("STOP");
        long antes = eles.estado(outro, 0).get("indice").asLong();
        assertEquals(500, cliente(outro, "--silencioso", "carga", "--ops", 500, "--concorrencia", 16).numero("aceitas"));
        long entradas = eles.estado(outro, 0).get("indice").asLong() - antes;
        assertTrue(entradas < 500, "as que esperam umas pelas outras vão juntas: " + entradas + " entradas no log");
        eles.processo(parado).sinal("CONT");
        eles.processo(parado).esperarNoRegistro(" instantaneo seq=");
        esperarIguais(1_104);
        Fim fim = cliente(parado, "depositar", "ana", "1");
        assertEquals("OK seq=1105", fim.texto(), fim.erros());
        esperarIguais(1_105);
    }

    @Test
    @Order(5)
    @DisplayName("sem maioria não há resposta, e diz-se porquê; quando ela volta, o que esperava vale")
    void semMaioria() {
        eles.processo(1).matar();
        eles.processo(2).matar();
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(
                () -> pedir(eles.pedidos(0), Cena.deposito("sem-maioria", "ana", "5").json()));
        eles.processo(0).esperarNoRegistro("sem-maioria porque=\"n2, em " + local(eles.par(1)) + ", não atende; n3, em "
                + local(eles.par(2)) + ", não atende\"");
        assertFalse(resposta.isDone());
        eles.iniciar(1);
        assertEquals("OK seq=1106", resposta.join());
        eles.iniciar(2);
        esperarIguais(1_106);
        assertEquals("OK seq=1106", pedir(eles.pedidos(2), Cena.deposito("sem-maioria", "ana", "5").json()));
    }

    @Test
    @Order(6)
    @DisplayName("o líder para: o que se pediu a outro, e ia a caminho dele, tem resposta assim que há outro líder")
    void liderParado() throws ExecutionException, InterruptedException, TimeoutException {
        int parado = eles.lider(0);
        int outro = (parado + 1) % TODOS;
        long lideres = lideres(outro);
        eles.processo(parado).sinal("STOP");
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(
                () -> pedir(eles.pedidos(outro), Cena.deposito("a-meio", "ana", "1").json()));
        Processo.esperar("outro líder", PACIENCIA, () -> lideres(outro) > lideres);
        assertEquals("OK seq=1107", resposta.get(LOGO_S, TimeUnit.SECONDS));
        eles.processo(parado).sinal("CONT");
        esperarIguais(1_107);
    }

    private long lideres(int deQuem) {
        return eles.processo(deQuem).registro().stream().filter(linha -> linha.contains(" lider id=")).count();
    }

    @Test
    @Order(7)
    @DisplayName("um que já contou com os outros não recomeça sem a pasta, nem com --entrar: recusa-se, e com ela segue")
    void semMemoria() {
        eles.processo(2).matar();
        for (String opcao : List.of("--do-zero", "--entrar")) {
            if (opcao.equals("--entrar")) {
                assertTrue(eles.pasta(2).toFile().renameTo(pasta.resolve("guardada").toFile()));
            }
            eles.iniciar(2, eles.pares(0, 1, 2), opcao);
            assertEquals(1, eles.processo(2).esperarFim(PACIENCIA));
            assertTrue(eles.processo(2).temNoRegistro("já contou com o n3"), () -> eles.processo(2).registro().toString());
        }
        assertTrue(pasta.resolve("guardada").toFile().renameTo(eles.pasta(2).toFile()));
        eles.iniciar(2);
        eles.esperarPronto(2);
        esperarIguais(1_107);
    }

    @Test
    @Order(8)
    @DisplayName("um grupo que está de pé muda: entra o quarto, sai o líder, que o diz e acaba, e nada se perde")
    void mudamOsPares() {
        int lider = eles.lider(0);
        int[] depois = IntStream.rangeClosed(0, TODOS).filter(i -> i != lider).toArray();
        eles.iniciar(TODOS, eles.pares(0, 1, 2, 3), "--entrar");
        eles.esperarPronto(TODOS);
        eles.mudar(eles.pares(0, 1, 2), eles.pares(0, 1, 2, 3));
        esperarSeq(1_107, eles.pedidos(TODOS));
        eles.mudar(eles.pares(0, 1, 2, 3), eles.pares(depois));
        assertEquals(0, eles.processo(lider).esperarFim());
        assertTrue(eles.processo(lider).temNoRegistro(" fora "), () -> eles.processo(lider).registro().toString());
        assertEquals("OK seq=1108", pedir(eles.pedidos(TODOS), Cena.deposito("depois", "ana", "1").json()));
        IntStream.of(depois).forEach(i -> esperarSeq(1_108, eles.pedidos(i)));
    }

    @Test
    @Order(9)
    @DisplayName("o instantâneo faz-se ao fim de tantas operações, e não de tantas entradas do log, em que vão juntas")
    void instantaneos() throws IOException {
        long antes = eles.estado(TODOS, 0).get("indice").asLong();
        for (int vez = 0; vez < 2; vez++) {
            long indice = eles.estado(TODOS, 0).get("indice").asLong();
            assertEquals(150, cliente(TODOS, "--silencioso", "carga", "--ops", 150, "--concorrencia", 64).numero("aceitas"));
            Processo.esperar("um instantâneo depois da entrada " + indice, PACIENCIA, () -> ultimoInstantaneo() > indice);
        }
        long entradas = eles.estado(TODOS, 0).get("indice").asLong() - antes;
        assertTrue(entradas < 100, "nem cem, e dois instantâneos: " + entradas);
    }

    /** O índice da última entrada que o último instantâneo do quarto tem; -1 = não há nenhum. */
    private long ultimoInstantaneo() {
        try (Stream<Path> todos = Files.walk(eles.pasta(TODOS))) {
            return todos.map(um -> um.getFileName().toString()).filter(nome -> nome.matches("snapshot\\.\\d+_\\d+"))
                    .mapToLong(nome -> Long.parseLong(nome.substring(nome.indexOf('_') + 1))).max().orElse(-1);
        } catch (IOException | UncheckedIOException e) {
            return -1; // apagou-se um a meio
        }
    }

    // ───── A cena ─────

    /** Cada réplica segue um só. */
    private void replica(int qual, int consulta) {
        cena.iniciar("part3.Replica", "--pedidos", local(eles.pedidos(qual)), "--ordem", local(eles.ordem(qual)),
                "--consulta", consulta, "--id", "replica-" + qual, "--silencioso");
    }

    private void esperarIguais(long seq) {
        esperarSeq(seq, consulta1, consulta2);
        IntStream.range(0, TODOS).forEach(i -> esperarSeq(seq, eles.pedidos(i)));
        assertEquals(resumo(consulta1), resumo(consulta2));
        assertTrue(estado(consulta1).get("aplicadas").asLong() > 0);
    }

    private Processo iniciarCliente(int aQuem, Object... comando) {
        return cena.iniciarPaciente("part3.Client", Stream.concat(
                Stream.of("--sequenciador", local(eles.pedidos(aQuem))), Stream.of(comando)).toArray());
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
