///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3 de ponta a ponta: o sequenciador dá a todas as réplicas a mesma ordem.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarAssinantes;
import static tests.Cena.esperarEstado;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pares;
import static tests.Cena.resultado;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Cena.saque;
import static tests.Cena.transferencia;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, sequenciador")
class Parte3Test {

    private final Cena cena = new Cena();
    private final int pedidos = Processo.portaLivre();
    private final int ordem = Processo.portaLivre();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    @TestMethodOrder(OrderAnnotation.class)
    @DisplayName("com o sequenciador e duas réplicas")
    class ComTudoDePe {

        private Processo sequenciador;
        private long antes;

        @BeforeAll
        void iniciar() {
            sequenciador = tudo().get(0);
        }

        @BeforeEach
        void anotar() {
            antes = estado(pedidos).get("seq").asLong();
        }

        @AfterAll
        void encerrar() {
            cena.close();
        }

        @Test
        @DisplayName("um comando chega às duas réplicas; a saída é só o número dele")
        void comandoChegaATodas() {
            assertRespondeu("OK seq=" + (antes + 1), cliente("depositar", "ana", "100,10"));
            assertRespondeu("OK seq=" + (antes + 2), cliente("sacar", "ana", "30"));
            assertRespondeu("OK seq=" + (antes + 3), cliente("transferir", "ana", "bia", "0.10"));
            esperarSeq(antes + 3, consulta1, consulta2);
            assertEquals(resumo(consulta1), resumo(consulta2));
            assertRespondeu("replica-1: ana tem 70.00\nreplica-2: ana tem 70.00", cliente("saldo", "ana"));
        }

        @Test
        @DisplayName("duas cargas ao mesmo tempo: as réplicas aplicam na mesma ordem, e estado mostra resumos iguais")
        void cargasAoMesmoTempo() {
            Processo a = iniciarCliente("--silencioso", "carga", "--ops", 500, "--semente", 1, "--concorrencia", 4);
            Processo b = iniciarCliente("--silencioso", "carga", "--ops", 500, "--semente", 2);
            assertEquals(500, fim(a).numero("aceitas"));
            assertEquals(500, fim(b).numero("aceitas"));
            esperarSeq(antes + 1_000, consulta1, consulta2);
            assertTrue(estado(consulta1).get("recusadas").asInt() > 0, "sem recusas, a ordem não se vê");
            Fim estado = cliente("estado");
            assertEquals(2, estado.saida().size());
            assertTrue(estado.saida().get(0).contains("resumo=" + resumo(consulta2)), estado.texto());
            assertEquals(estado.saida().get(1), estado.saida().get(0).replaceFirst("replica-1", "replica-2"));
        }

        @Test
        @DisplayName("FIFO: dois lotes ao mesmo tempo, cada um aplicado na ordem em que foi enviado")
        void fifoPorCliente() {
            Processo a = iniciarCliente("lote", cena.lote(pares("rui", 100)));
            Processo b = iniciarCliente("lote", cena.lote(pares("eva", 100)));
            assertEquals(0, fim(a).codigo());
            assertEquals(0, fim(b).codigo());
            esperarSeq(antes + 400, consulta1, consulta2);
            assertEquals("0.00", saldo(consulta1, "rui"));
            assertEquals("0.00", saldo(consulta2, "eva"));
        }

        @Test
        @DisplayName("o mesmo lote duas vezes: os mesmos números, e vale uma vez só")
        void repetidoValeUmaVez() {
            Path lote = cena.lote(
                    deposito("d1", "gil", "10"), transferencia("t1", "gil", "lia", "4"), saque("s1", "gil", "1"));
            String numeros = LongStream.rangeClosed(antes + 1, antes + 3)
                    .mapToObj(n -> "OK seq=" + n).collect(joining("\n"));
            assertRespondeu(numeros, cliente("lote", lote));
            assertRespondeu(numeros, cliente("lote", lote));
            assertRespondeu("OK seq=" + (antes + 4), cliente("depositar", "caio", "1"));
            esperarSeq(antes + 4, consulta1, consulta2);
            assertEquals("5.00", saldo(consulta1, "gil"));
            assertEquals("4.00", saldo(consulta2, "lia"));
        }

        @Test
        @DisplayName("um saque sem saldo recebe número, e é recusado igual em todas as réplicas")
        void recusaTemNumero() {
            assertRespondeu("OK seq=" + (antes + 1), cliente("lote", cena.lote(saque("s0", "leo", "1"))));
            esperarSeq(antes + 1, consulta1, consulta2);
            assertEquals("RECUSADA", resultado(consulta1, "s0"));
            assertEquals("RECUSADA", resultado(consulta2, "s0"));
            assertEquals("0.00", saldo(consulta1, "leo"));
        }

        @Test
        @Order(Integer.MAX_VALUE)
        @DisplayName("sequenciador morto: os clientes insistem, desistem e dizem o que conferir; as réplicas respondem")
        void sequenciadorMorto() {
            cena.assertDesistemSem(sequenciador, pedidos, Parte3Test.this::iniciarCliente, antes, consulta1, consulta2);
        }
    }

    @Nested
    @DisplayName("com alguém morto ou sozinho")
    class ComAlguemFaltando {

        @AfterEach
        void encerrar() {
            cena.close();
        }

        @Test
        @DisplayName("réplica morta no meio da carga: o sequenciador e a outra réplica vão até o fim")
        void replicaMorta() {
            List<Processo> papeis = tudo();
            Processo carga = iniciarCliente("--silencioso", "carga", "--ops", 1_000);
            esperarEstado(consulta2, "o começo da carga", estado -> estado.get("seq").asInt() > 0);
            papeis.get(2).matar();
            assertEquals(1_000, fim(carga).numero("aceitas"));
            esperarSeq(1_000, consulta1);
        }

        @Test
        @DisplayName("cada papel roda sozinho: a réplica responde consultas, o sequenciador numera sem ter réplica nenhuma")
        void cadaUmSozinho() {
            Processo longe = cena.iniciar("part3.Replica", "--ordem", local(Processo.portaLivre()), "--consulta", consulta1);
            Processo sequenciador = sequenciador();
            assertRespondeu("OK seq=1", cliente("depositar", "ana", "1"));
            assertEquals("0.00", saldo(consulta1, "ana"));
            assertTrue(sequenciador.vivo() && longe.vivo());
        }
    }

    // ───── A cena ─────

    private Processo sequenciador() {
        return cena.iniciar("part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem, "--silencioso");
    }

    private Processo replica(int numero, int consulta) {
        return cena.iniciar("part3.Replica", "--ordem", local(ordem), "--consulta", consulta, "--id", "replica-" + numero,
                "--silencioso");
    }

    /** O sequenciador e as duas réplicas, que já o assinam. */
    private List<Processo> tudo() {
        List<Processo> papeis = List.of(sequenciador(), replica(1, consulta1), replica(2, consulta2));
        papeis.forEach(Processo::esperarPronto);
        esperarAssinantes(2, pedidos);
        return papeis;
    }

    private Processo iniciarCliente(Object... comando) {
        return cena.iniciar("part3.Client", Stream.concat(Stream.of("--sequenciador", local(pedidos), "--consultas",
                local(consulta1) + "," + local(consulta2)), Stream.of(comando)).toArray());
    }

    private Fim cliente(Object... comando) {
        return fim(iniciarCliente(comando));
    }

    private static void assertRespondeu(String resposta, Fim fim) {
        assertEquals(resposta, fim.texto(), fim.erros());
        assertEquals(0, fim.codigo(), fim.erros());
    }

    public static void main(String[] args) {
        Testes.rodar(Parte3Test.class);
    }
}
