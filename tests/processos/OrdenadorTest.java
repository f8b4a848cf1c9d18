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
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.esperarEstado;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.resumo;

import java.nio.file.Path;
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

    private final Cena cena = new Cena();
    private final int[] pares = IntStream.range(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int[] pedidos = IntStream.range(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int[] ordens = IntStream.range(0, TODOS).map(i -> Processo.portaLivre()).toArray();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();
    private Path pasta;
    private final Processo[] ordenadores = new Processo[TODOS];

    @BeforeAll
    void iniciarTudo(@TempDir Path nova) {
        pasta = nova;
        IntStream.range(0, TODOS).forEach(this::iniciar);
        replica(1, consulta1);
        replica(2, consulta2);
        IntStream.range(0, TODOS).forEach(i -> ordenadores[i].esperarPronto());
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
        assertEquals(600, fim(carga).numero("aceitas"));
        iniciar(lider);
        ordenadores[lider].esperarPronto();
        esperarIguais(603);
    }

    @Test
    @Order(3)
    @DisplayName("kill -9 em todos: recomeçam, e o número seguinte é o seguinte")
    void todosMortos() {
        for (Processo ordenador : ordenadores) {
            ordenador.matar();
        }
        IntStream.range(0, TODOS).forEach(this::iniciar);
        Fim fim = cliente(0, "depositar", "ana", "1");
        assertEquals("OK seq=604", fim.texto(), fim.erros());
        esperarIguais(604);
    }

    // ───── A cena ─────

    private void iniciar(int qual) {
        ordenadores[qual] = cena.iniciar("part3.Ordenador", "--id", nome(qual), "--pares",
                IntStream.range(0, TODOS).mapToObj(i -> nome(i) + "=" + local(pares[i])).collect(Collectors.joining(",")),
                "--pedidos", pedidos[qual], "--ordem", ordens[qual], "--dados", pasta.resolve(nome(qual)), "--silencioso");
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
        esperarSeq(seq, pedidos);
        assertEquals(resumo(consulta1), resumo(consulta2));
        assertTrue(estado(consulta1).get("aplicadas").asLong() > 0);
    }

    private Processo iniciarCliente(int aQuem, Object... comando) {
        return cena.iniciar("part3.Client", Stream.concat(Stream.of("--sequenciador", local(pedidos[aQuem])),
                Stream.of(comando)).toArray());
    }

    private Fim cliente(int aQuem, Object... comando) {
        return fim(iniciarCliente(aQuem, comando));
    }

    public static void main(String[] args) {
        Testes.rodar(OrdenadorTest.class);
    }
}
