///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4 de ponta a ponta: o primário decide e responde o resultado, os backups o acompanham.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

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
import shared.texto.Texto;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 4, primário e backups")
class Parte4Test {

    private final Cena cena = new Cena();
    private final int pedidos = Processo.portaLivre();
    private final int atualizacoes = Processo.portaLivre();
    private final int doPrimario = Processo.portaLivre();
    private final int doBackup1 = Processo.portaLivre();
    private final int doBackup2 = Processo.portaLivre();

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    @TestMethodOrder(OrderAnnotation.class)
    @DisplayName("com o primário e dois backups")
    class ComTudoDePe {

        private Processo primario;
        private long antes;

        @BeforeAll
        void iniciar() {
            primario = tudo().get(0);
        }

        @BeforeEach
        void anotar() {
            antes = estado(doPrimario).get("seq").asLong();
        }

        @AfterAll
        void encerrar() {
            cena.close();
        }

        @Test
        @DisplayName("um comando chega aos três; a saída é só o resultado; o saldo que vale é o do primário")
        void comandoChegaATodos() {
            assertRespondeu(0, "OK seq=" + (antes + 1) + " resultado=APLICADA", cliente("depositar", "ana", "100,10"));
            assertRespondeu(0, "OK seq=" + (antes + 2) + " resultado=APLICADA", cliente("sacar", "ana", "30"));
            assertRespondeu(0, "OK seq=" + (antes + 3) + " resultado=APLICADA", cliente("transferir", "ana", "bia", "0.10"));
            esperarTodos(antes + 3);
            assertRespondeu(0, "primario: ana tem 70.00", cliente("saldo", "ana"));
            assertRespondeu(0, "primario: ana tem 70.00\nbackup-1: ana tem 70.00\nbackup-2: ana tem 70.00",
                    cliente("--semente", "saldo", "ana"));
        }

        @Test
        @DisplayName("duas cargas ao mesmo tempo: os três ficam iguais, e os clientes souberam de cada recusa")
        void cargasAoMesmoTempo() {
            int recusadas = estado(doPrimario).get("recusadas").asInt();
            Processo a = iniciarCliente("--silencioso", "carga", "--ops", 500, "--semente", 1, "--concorrencia", 4);
            Processo b = iniciarCliente("--silencioso", "carga", "--ops", 500, "--semente", 2);
            long souberam = fim(a).numero("recusadas") + fim(b).numero("recusadas");
            assertEquals(1_000 - souberam, fim(a).numero("aceitas") + fim(b).numero("aceitas"));
            esperarTodos(antes + 1_000);
            assertTrue(souberam > 0, "sem recusas, a ordem não se vê");
            assertEquals(souberam, estado(doBackup2).get("recusadas").asInt() - recusadas);
        }

        @Test
        @DisplayName("FIFO: dois lotes ao mesmo tempo, cada um aplicado na ordem em que foi enviado")
        void fifoPorCliente() {
            Processo a = iniciarCliente("lote", cena.lote(pares("rui", 100)));
            Processo b = iniciarCliente("lote", cena.lote(pares("eva", 100)));
            assertEquals(0, fim(a).codigo());
            assertEquals(0, fim(b).codigo());
            esperarTodos(antes + 400);
            assertEquals("0.00", saldo(doBackup1, "rui"));
            assertEquals("0.00", saldo(doBackup2, "eva"));
        }

        @Test
        @DisplayName("o mesmo lote duas vezes: os mesmos resultados, e vale uma vez só")
        void repetidoValeUmaVez() {
            Path lote = cena.lote(
                    deposito("d1", "gil", "10"), transferencia("t1", "gil", "lia", "4"), saque("s1", "gil", "7"));
            String recusa = " resultado=RECUSADA (saldo insuficiente: gil tem 6.00)";
            assertRespondeu(1, Texto.formatar("OK seq=%d resultado=APLICADA\nOK seq=%d resultado=APLICADA\nOK seq=%d%s",
                    antes + 1, antes + 2, antes + 3, recusa), cliente("lote", lote));
            assertRespondeu(1, "OK repetida resultado=APLICADA\nOK repetida resultado=APLICADA\nOK repetida" + recusa,
                    cliente("lote", lote));
            assertEquals(0, cliente("depositar", "caio", "1").codigo());
            esperarTodos(antes + 4);
            assertEquals("6.00", saldo(doBackup1, "gil"));
            assertEquals("4.00", saldo(doBackup2, "lia"));
        }

        @Test
        @DisplayName("um saque sem saldo é recusado, com o motivo na resposta e código 1; os backups o recusam também")
        void recusaVolta() {
            assertRespondeu(1, "OK seq=" + (antes + 1) + " resultado=RECUSADA (saldo insuficiente: leo tem 0.00)",
                    cliente("lote", cena.lote(saque("s0", "leo", "1"))));
            esperarTodos(antes + 1);
            assertEquals("RECUSADA", resultado(doBackup1, "s0"));
            assertRespondeu(1, "OK seq=" + (antes + 2) + " resultado=RECUSADA (saldo insuficiente: leo tem 0.00)",
                    cliente("transferir", "leo", "ana", "0.01"));
        }

        @Test
        @Order(Integer.MAX_VALUE)
        @DisplayName("primário morto: os clientes insistem, desistem e dizem o que conferir; os backups respondem")
        void primarioMorto() {
            cena.assertDesistemSem(primario, pedidos, Parte4Test.this::iniciarCliente, antes, doBackup1, doBackup2);
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
        @DisplayName("backup morto no meio da carga: o primário e o outro backup vão até o fim")
        void backupMorto() {
            List<Processo> papeis = tudo();
            Processo carga = iniciarCliente("--silencioso", "carga", "--ops", 1_000);
            esperarEstado(doBackup2, "o começo da carga", estado -> estado.get("seq").asInt() > 0);
            papeis.get(2).matar();
            assertEquals(1_000, fim(carga).numero("aceitas") + fim(carga).numero("recusadas"));
            esperarSeq(1_000, doPrimario, doBackup1);
            assertEquals(resumo(doPrimario), resumo(doBackup1));
        }

        @Test
        @DisplayName("cada papel roda sozinho: o backup responde consultas, o primário confirma sem ter backup nenhum")
        void cadaUmSozinho() {
            Processo longe = cena.iniciar("part4.Backup", "--atualizacoes-primario", local(Processo.portaLivre()),
                    "--consulta", doBackup1);
            Processo primario = primario();
            assertRespondeu(0, "OK seq=1 resultado=APLICADA", cliente("depositar", "ana", "1"));
            assertEquals("1.00", saldo(doPrimario, "ana"));
            assertEquals("0.00", saldo(doBackup1, "ana"));
            assertTrue(primario.vivo() && longe.vivo());
        }
    }

    // ───── A cena ─────

    private Processo primario() {
        return cena.iniciar("part4.Primary", "--pedidos", pedidos, "--atualizacoes", atualizacoes, "--consulta", doPrimario,
                "--id", "primario", "--silencioso");
    }

    private Processo backup(int numero, int consulta) {
        return cena.iniciar("part4.Backup", "--pedidos-primario", local(pedidos), "--atualizacoes-primario",
                local(atualizacoes), "--consulta", consulta, "--id", "backup-" + numero, "--silencioso");
    }

    /** O primário e os dois backups, que já o assinam. */
    private List<Processo> tudo() {
        List<Processo> papeis = List.of(primario(), backup(1, doBackup1), backup(2, doBackup2));
        papeis.forEach(Processo::esperarPronto);
        esperarAssinantes(2, pedidos);
        return papeis;
    }

    /** Espera que os três cheguem a este número, e confere que estão iguais. */
    private void esperarTodos(long seq) {
        esperarSeq(seq, doPrimario, doBackup1, doBackup2);
        assertEquals(resumo(doPrimario), resumo(doBackup1));
        assertEquals(resumo(doPrimario), resumo(doBackup2));
    }

    private Processo iniciarCliente(Object... comando) {
        return cena.iniciar("part4.Client", Stream.concat(Stream.of("--primario", local(pedidos), "--consultas",
                local(doPrimario) + "," + local(doBackup1) + "," + local(doBackup2)), Stream.of(comando)).toArray());
    }

    private Fim cliente(Object... comando) {
        return fim(iniciarCliente(comando));
    }

    /**
     * De uma resposta que demora mais que uma tentativa (500 ms), o cliente só vê a da seguinte: que a operação é repetida.
     */
    private static void assertRespondeu(int codigo, String resposta, Fim fim) {
        String esperada = "\\Q" + resposta.replaceAll("seq=\\d+", "\\\\E($0|repetida)\\\\Q") + "\\E";
        assertTrue(fim.texto().matches(esperada), () -> "esperava " + resposta + ", veio " + fim);
        assertEquals(codigo, fim.codigo(), fim.erros());
    }

    public static void main(String[] args) {
        Testes.rodar(Parte4Test.class);
    }
}
