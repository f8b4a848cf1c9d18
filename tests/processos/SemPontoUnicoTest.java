///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3 com três ordenadores, e clientes e réplicas que os conhecem a todos: nenhum faz falta sozinho.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Ordenadores.java ../../part3/Client.java ../../part3/Ordenador.java
//SOURCES ../../part3/Replica.java
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
import static tests.Cena.pares;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Ordenadores.TODOS;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
import shared.Operacao;
import shared.defesa.Defesa;
import shared.papel.Carga;
import shared.rede.Requisicao;
import shared.texto.Endereco;
import tests.Cena;
import tests.Cena.Fim;
import tests.Ordenadores;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, sem ponto único de falha")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class SemPontoUnicoTest {

    private static final int CLIENTES = 4;
    private static final int PRAZOS = 24; // um minuto

    private final Cena cena = new Cena();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();
    private Ordenadores eles;

    @BeforeAll
    void iniciarTudo(@TempDir Path pasta) {
        eles = new Ordenadores(cena, pasta, 1, Defesa.emClaro());
        IntStream.range(0, TODOS).forEach(eles::iniciar);
        replica(1, consulta1, 0);
        replica(2, consulta2, 1); // pergunta primeiro a outro
        IntStream.range(0, TODOS).forEach(eles::esperarPronto);
    }

    @AfterAll
    void encerrar() {
        cena.close();
    }

    @Test
    @Order(1)
    @DisplayName("lote, saldo e estado com os três; estado também diz, de cada ordenador, o papel dele")
    void comandos() {
        Fim lote = cliente("lote", cena.lote(pares("ana", 10)));
        assertEquals(IntStream.rangeClosed(1, 20).mapToObj(n -> "OK seq=" + n).collect(Collectors.joining("\n")),
                lote.texto(), lote.erros());
        esperarTodos(20);
        assertEquals("replica-1: ana tem 0.00\nreplica-2: ana tem 0.00", cliente("saldo", "ana").texto());
        assertEquals(0, cliente("estado").codigo());
        Fim deles = fim(cena.iniciar("part3.Client", "--consultas", eles.todosOsPedidos(0), "estado"));
        assertEquals(0, deles.codigo(), deles.erros());
        assertEquals(1, deles.saida().stream().filter(linha -> linha.matches(".*papel=lider.* pares=\\[n[1-3]=\\[atras=.*"))
                .count(), deles.texto());
        assertTrue(deles.saida().stream().allMatch(linha -> linha.matches("n[1-3] seq=20 .*mandato=\\d.*")), deles.texto());
    }

    @Test
    @Order(2)
    @DisplayName("mata-se um, e depois o líder, com carga: ela acaba, e nada se perde nem se conta a mais")
    void umDepoisDoOutro() throws InterruptedException {
        long antes = estado(consulta1).get("seq").asLong();
        Trabalho trabalho = new Trabalho();
        trabalho.ateAplicadas(50);
        eles.processo(0).matar();
        trabalho.ateAplicadas(50);
        eles.iniciar(0);
        eles.esperarPronto(0);
        int lider = eles.lider(0);
        eles.processo(lider).matar();
        trabalho.ateAplicadas(50);
        eles.iniciar(lider);
        esperarTodos(antes + trabalho.acabar());
    }

    @Test
    @Order(3)
    @DisplayName("o líder para, outro o substitui, e ele acorda com o que sabia: as réplicas, que o ouvem, não recuam")
    void liderParado() throws InterruptedException {
        long antes = estado(consulta1).get("seq").asLong();
        Trabalho trabalho = new Trabalho();
        trabalho.ateAplicadas(50);
        int lider = eles.lider(0);
        eles.processo(lider).sinal("STOP");
        trabalho.ateAplicadas(100);
        long vista = estado(consulta2).get("seq").asLong();
        eles.processo(lider).sinal("CONT");
        trabalho.ateAplicadas(50);
        assertTrue(estado(consulta2).get("seq").asLong() >= vista);
        esperarTodos(antes + trabalho.acabar());
    }

    @Test
    @Order(4)
    @DisplayName("sem maioria ninguém confirma, e o cliente diz o que conferir; uma réplica nova aprende com quem sobrou")
    void semMaioria() {
        long antes = estado(consulta1).get("seq").asLong();
        eles.processo(0).matar();
        eles.processo(1).matar();
        Processo sozinho = iniciarCliente("depositar", "zeca", "2");
        int nova = Processo.portaLivre();
        replica(3, nova, 0);
        esperarSeq(antes, nova);
        Fim desistiu = fim(sozinho);
        assertEquals(1, desistiu.codigo());
        assertTrue(desistiu.erros().contains("ninguém respondeu em " + eles.todosOsPedidos(0).replace(",", ", "))
                && desistiu.erros().contains("a maioria está de pé"), desistiu.erros());
        assertEquals("0.00", saldo(consulta1, "zeca"));
        eles.iniciar(0);
        eles.esperarPronto(0);
        eles.lider(0);
        Fim saque = cliente("sacar", "zeca", "50");
        assertTrue(saque.texto().matches("OK seq=\\d+"), saque.erros());
        eles.iniciar(1);
        long seq = Long.parseLong(saque.texto().substring("OK seq=".length()));
        esperarTodos(seq);
        esperarSeq(seq, nova);
        assertEquals(resumo(consulta1), resumo(nova));
    }

    // ───── A cena ─────

    private void replica(int qual, int consulta, int primeiro) {
        cena.iniciar("part3.Replica", "--pedidos", eles.todosOsPedidos(primeiro), "--ordem", eles.todasAsOrdens(primeiro),
                "--consulta", consulta, "--id", "replica-" + qual, "--silencioso");
    }

    /** Clientes que pedem sem parar, cada operação até que alguém a confirme: como os de verdade, mas pacientes. */
    private final class Trabalho {

        private final List<Thread> clientes = new ArrayList<>();
        private final Set<String> numeros = ConcurrentHashMap.newKeySet();
        private final AtomicInteger confirmadas = new AtomicInteger();
        private volatile boolean acabou;

        Trabalho() {
            for (int i = 0; i < CLIENTES; i++) {
                Iterator<Operacao> operacoes = Carga.operacoes(i, 10, Integer.MAX_VALUE);
                clientes.add(new Thread(() -> pedir(operacoes), "cliente-" + i));
            }
            clientes.forEach(Thread::start);
        }

        private void pedir(Iterator<Operacao> operacoes) {
            try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), Endereco.lerLista(eles.todosOsPedidos(0), 0),
                    Requisicao.PRAZO_MS, PRAZOS, false)) {
                while (!acabou) {
                    numeros.add(requisicao.pedir(operacoes.next().json()));
                    confirmadas.incrementAndGet();
                }
            }
        }

        /** Espera que uma réplica aplique mais tantas. */
        void ateAplicadas(int mais) {
            long agora = estado(consulta1).get("seq").asLong();
            esperarEstado(consulta1, "mais " + mais, estado -> estado.get("seq").asLong() >= agora + mais);
        }

        /** @return quantas se confirmaram, cada uma com o seu número */
        int acabar() throws InterruptedException {
            acabou = true;
            for (Thread cliente : clientes) {
                cliente.join();
            }
            assertEquals(confirmadas.get(), numeros.size());
            assertTrue(numeros.stream().allMatch(resposta -> resposta.matches("OK seq=\\d+")), numeros::toString);
            return confirmadas.get();
        }
    }

    private void esperarTodos(long seq) {
        esperarSeq(seq, consulta1, consulta2);
        IntStream.range(0, TODOS).forEach(i -> esperarSeq(seq, eles.pedidos(i)));
        assertEquals(resumo(consulta1), resumo(consulta2));
        assertEquals(seq, estado(consulta1).get("aplicadas").asLong() + estado(consulta1).get("recusadas").asLong());
    }

    private Processo iniciarCliente(Object... comando) {
        return cena.iniciar("part3.Client", Stream.concat(Stream.of("--sequenciador", eles.todosOsPedidos(0), "--consultas",
                local(consulta1) + "," + local(consulta2)), Stream.of(comando)).toArray());
    }

    private Fim cliente(Object... comando) {
        return fim(iniciarCliente(comando));
    }

    public static void main(String[] args) {
        Testes.rodar(SemPontoUnicoTest.class);
    }
}
