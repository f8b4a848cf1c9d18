///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Quebre de propósito: o que se perde com cada mecanismo desligado, e que com ele não se perde.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java ../../part3/Client.java
//SOURCES ../../part3/Replica.java ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Client.java
//SOURCES ../../part4/Primary.java ../../part4/Witness.java ../Cena.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarAssinantes;
import static tests.Cena.esperarEstado;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pedir;
import static tests.Cena.saldo;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part2.rpc.ChamadaJsonRpc;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.texto.Endereco;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

@DisplayName("Quebre de propósito")
class QuebreTest {

    private final Cena cena = new Cena();

    @TempDir
    private Path pasta;

    @AfterEach
    void encerrar() {
        cena.close();
    }

    // ───── Parte 2 ─────

    @Nested
    @DisplayName("parte 2")
    class Parte2 {

        private final int rpc = Processo.portaLivre();
        private final int fila = Processo.portaLivre();
        private final int consulta = Processo.portaLivre();

        @ParameterizedTest(name = "sem recuperação: {0}")
        @ValueSource(booleans = {true, false})
        @DisplayName("o que ia a caminho de um worker que morre só volta a quem o pede")
        void oQueOWorkerNaoOuviu(boolean semRecuperacao) {
            String[] opcao = semRecuperacao ? new String[] {"--sem-recuperacao"} : new String[0];
            servidor();
            Processo worker = worker(opcao);
            depositar("ana");
            esperarSeq(1, consulta);
            worker.sinal("STOP");
            depositar("bia");
            depositar("bia"); // respondida depois de enviada a primeira
            worker.matar();
            worker(opcao);
            depositar("caio");
            if (semRecuperacao) {
                assertEquals("1.00 0.00 0.00", saldos(consulta)); // caio espera para sempre pelo que não veio
            } else {
                esperarSeq(4, consulta);
                assertEquals("1.00 2.00 1.00", saldos(consulta));
            }
        }

        @Test
        @DisplayName("um servidor que recomeça do zero é outra fila: o worker a segue desde o começo, ainda que perca o"
                + " primeiro envio")
        void servidorDoZero() {
            Processo servidor = servidor();
            Processo worker = worker();
            depositar("ana");
            esperarSeq(1, consulta);
            servidor.matar();
            worker.matar();
            servidor = iniciar("part2.RpcServer", "servidor", "--porta", rpc, "--workers", local(fila), "--do-zero");
            depositar("bia");
            servidor.matar(); // ao voltar, só envia o que é novo
            servidor();
            worker();
            depositar("caio");
            esperarSeq(3, consulta);
            assertEquals("1.00 1.00 1.00", saldos(consulta));
        }

        @Test
        @DisplayName("disco cheio no servidor: recusa o que é novo, e o que já tinha enfileirado segue valendo")
        void discoCheio() {
            int aceitas = encher(comDiscoPequeno("part2.RpcServer", "servidor", "--porta", rpc, "--workers", local(fila)),
                    "part2.Client", "--rpc", rpc);
            servidor();
            worker();
            esperarSeq(aceitas, consulta);
        }

        @Test
        @DisplayName("disco cheio no worker: para onde está, e só registra como aplicado o que gravou")
        void discoCheioNoWorker() {
            servidor();
            Processo worker = comDiscoPequeno("part2.Worker", "worker", "--porta", fila, "--rpc", local(rpc),
                    "--consulta", consulta)
                    .esperarPronto();
            assertEquals(0, cena.rodar("part2.Client", "--rpc", local(rpc), "--silencioso", "carga", "--ops",
                    1_000).codigo());
            worker.esperarNoRegistro("erro disco=");
            long parou = estado(consulta).get("seq").asLong();
            assertTrue(parou > 0 && parou < 1_000, "parou na " + parou);
            assertEquals(parou, registradas(worker));
        }

        private Processo servidor() {
            return iniciar("part2.RpcServer", "servidor", "--porta", rpc, "--workers", local(fila));
        }

        private Processo worker(String... opcoes) {
            return iniciar("part2.Worker", "worker",
                    com(opcoes, "--porta", fila, "--rpc", local(rpc), "--consulta", consulta));
        }

        private void depositar(String conta) {
            try (ChamadaJsonRpc servidor = new ChamadaJsonRpc(Defesa.emClaro(), new Endereco("127.0.0.1", rpc))) {
                servidor.chamar("depositar", conta, 1);
            }
        }
    }

    // ───── Parte 3 ─────

    @Nested
    @DisplayName("parte 3")
    class Parte3 {

        private final int pedidos = Processo.portaLivre();
        private final int ordem = Processo.portaLivre();
        private final int consulta = Processo.portaLivre();

        @ParameterizedTest(name = "sem recuperação: {0}")
        @ValueSource(booleans = {true, false})
        @DisplayName("uma réplica que chega tarde: espera para sempre pelo número 1, ou pede a história")
        void chegaTarde(boolean semRecuperacao) {
            sequenciador();
            assertEquals("OK seq=1", depositar("ana"));
            assertEquals("OK seq=2", depositar("ana"));
            Processo replica = replica(semRecuperacao ? new String[] {"--sem-recuperacao"} : new String[0]);
            esperarAssinantes(1, pedidos);
            assertEquals("OK seq=3", depositar("bia"));
            if (semRecuperacao) {
                replica.esperarNoRegistro("falta=1");
                assertEquals("0.00 0.00 0.00", saldos(consulta));
            } else {
                esperarSeq(3, consulta);
                assertEquals("2.00 1.00 0.00", saldos(consulta));
            }
        }

        @Test
        @DisplayName("sequenciador morto e reiniciado no meio de uma carga: nada se perde, e o repetido tem o mesmo número")
        void sequenciadorCai() {
            Processo sequenciador = sequenciador();
            replica();
            assertEquals("OK seq=1", pedir(pedidos, deposito("d1", "ana", "1").json()));
            Processo carga = cena.iniciar("part3.Client", "--sequenciador", local(pedidos), "--silencioso", "carga",
                    "--ops", 3_000);
            esperarEstado(consulta, "o começo da carga", e -> e.get("seq").asLong() > 100);
            sequenciador.matar();
            sequenciador();
            assertEquals(0, fim(carga).codigo(), fim(carga).erros());
            assertEquals(0, fim(carga).numero("indeterminadas"));
            assertEquals("OK seq=1", pedir(pedidos, deposito("d1", "ana", "1").json()));
            esperarSeq(3_001, consulta);
        }

        @Test
        @DisplayName("um sequenciador que recomeça do zero: a réplica percebe, diz, e não mistura as histórias")
        void recomecaDoZero() {
            Processo sequenciador = sequenciador();
            Processo replica = replica();
            assertEquals("OK seq=1", depositar("ana"));
            esperarSeq(1, consulta);
            sequenciador.matar();
            iniciar("part3.Sequencer", "sequenciador", "--pedidos", pedidos, "--ordem", ordem, "--do-zero");
            assertEquals("OK seq=1", depositar("bia"));
            assertEquals("OK seq=2", depositar("caio"));
            replica.esperarNoRegistro("outra_historia");
            assertEquals("1.00 0.00 0.00", saldos(consulta));
        }

        @Test
        @DisplayName("disco cheio no sequenciador: recusa o que é novo; reiniciado, tem exatamente o que numerou")
        void discoCheio() {
            int aceitas = encher(comDiscoPequeno("part3.Sequencer", "sequenciador", "--pedidos", pedidos, "--ordem", ordem),
                    "part3.Client", "--sequenciador", pedidos);
            sequenciador();
            assertEquals(aceitas, estado(pedidos).get("seq").asInt());
            replica();
            esperarSeq(aceitas, consulta);
        }

        @Test
        @DisplayName("disco cheio na réplica: para onde está, diz-o uma vez, e segue respondendo consultas")
        void discoCheioNaReplica() {
            sequenciador();
            Processo replica = comDiscoPequeno("part3.Replica", "r", "--pedidos", local(pedidos), "--ordem", local(ordem),
                    "--consulta", consulta);
            replica.esperarNoRegistro("pronto:");
            Fim carga = cena.rodar("part3.Client", "--sequenciador", local(pedidos), "--silencioso", "carga",
                    "--ops", 1_000);
            assertEquals(0, carga.codigo());
            replica.esperarNoRegistro("erro disco=");
            long parou = estado(consulta).get("seq").asLong();
            assertTrue(parou > 0 && parou < 1_000, "parou na " + parou);
            assertEquals(parou, estado(consulta).get("aplicadas").asLong() + estado(consulta).get("recusadas").asLong());
            assertEquals(1, replica.registro().stream().filter(linha -> linha.contains("erro disco=")).count());
        }

        private Processo sequenciador() {
            return iniciar("part3.Sequencer", "sequenciador", "--pedidos", pedidos, "--ordem", ordem);
        }

        private Processo replica(String... opcoes) {
            return iniciar("part3.Replica", "r",
                    com(opcoes, "--pedidos", local(pedidos), "--ordem", local(ordem), "--consulta", consulta));
        }

        private String depositar(String conta) {
            return pedir(pedidos, Operacao.deposito(conta, BigDecimal.ONE).json());
        }
    }

    // ───── Parte 4 ─────

    @Nested
    @DisplayName("parte 4")
    class Parte4 {

        private final int juiz = Processo.portaLivre();
        private final int pedidosP = Processo.portaLivre();
        private final int difusaoP = Processo.portaLivre();
        private final int consultaP = Processo.portaLivre();
        private final int pedidosB = Processo.portaLivre();
        private final int difusaoB = Processo.portaLivre();
        private final int consultaB = Processo.portaLivre();

        @Test
        @DisplayName("com testemunha: o primário morre no meio de uma carga, o backup assume, e o antigo volta como backup")
        void falha() {
            testemunha();
            Processo p = primario(true);
            Processo b = backup(true);
            esperarEmDia(pedidosP);
            Processo carga = cliente("--silencioso", "carga", "--ops", 3_000);
            esperarEstado(consultaB, "o começo da carga", e -> e.get("seq").asLong() > 100);
            p.matar();
            assertEquals(0, fim(carga).codigo(), fim(carga).erros() + p.registro() + "\n" + b.registro());
            assertEquals(0, fim(carga).numero("indeterminadas"));
            assertTrue(estado(pedidosB).get("primario").booleanValue());
            primario(true);
            esperarSeq(3_000, consultaP, consultaB);
            assertEquals(estado(consultaB).get("resumo"), estado(consultaP).get("resumo"));
            assertFalse(estado(pedidosP).get("primario").booleanValue());
        }

        @Test
        @DisplayName("sem testemunha ninguém assume; promovido à mão, o backup tem tudo, e depõe o antigo quando ele volta")
        void promoverAMao() {
            Processo p = primario(false);
            Processo b = backup(false);
            esperarEmDia(pedidosP);
            assertEquals("OK", pedir(pedidosP, deposito("d1", "ana", "1").json()).split(" ")[0]); // repetida, se demorou
            p.matar();
            Fim semNinguem = depositar("bia");
            assertEquals(1, semNinguem.codigo());
            assertTrue(semNinguem.erros().contains("indeterminada (id_msg "), semNinguem.erros());
            b.matar();
            Processo promovido = backup(false, "--promover");
            assertEquals(0, depositar("bia").codigo());
            Processo antigo = primario(false);
            antigo.esperarNoRegistro("descer");
            esperarSeq(2, consultaP);
            assertFalse(promovido.temNoRegistro("mensagem-recusada"), promovido.registro().toString());
            assertEquals("1.00 1.00 0.00", saldos(consultaP));
            assertTrue(fim(cliente("saldo", "bia")).texto().contains("bia tem 1.00"));
        }

        @Test
        @DisplayName("promover quem nunca seguiu um primário é um erro que diz o que fazer")
        void promoverOVazio() {
            Processo b = cena.iniciar("part4.Backup",
                    com(new String[] {"--promover", "--dados", pasta.resolve("vazio").toString()}, doBackup(false)));
            assertEquals(1, b.esperarFim());
            assertTrue(b.temNoRegistro("erro: não há o que promover"), b.registro().toString());
        }

        @Test
        @DisplayName("assíncrona: o que o primário confirmou sem o backup morre com ele")
        void confirmadaEPerdida() {
            Processo p = primario(false, "--confirmacao", "assincrona");
            Processo b = backup(false);
            esperarEmDia(pedidosP);
            b.sinal("STOP");
            assertEquals("OK", pedir(pedidosP, deposito("d1", "ana", "1").json()).split(" ")[0]); // repetida, se demorou
            p.matar();
            b.matar();
            backup(false, "--promover");
            assertEquals("0.00 0.00 0.00", saldos(consultaB));
        }

        @Test
        @DisplayName("síncrona, com testemunha: o confirmado sem o backup não se perde, porque esse backup não é promovido")
        void confirmadaEGuardada() {
            testemunha();
            Processo p = primario(true);
            Processo b = backup(true);
            esperarEmDia(pedidosP);
            b.sinal("STOP");
            assertEquals(0, depositar("ana").codigo()); // depois de a testemunha registrar que b já não está em dia
            p.matar();
            b.sinal("CONT");
            Fim semNinguem = depositar("bia");
            assertEquals(1, semNinguem.codigo());
            assertTrue(semNinguem.erros().contains("indeterminada"), semNinguem.erros());
            primario(true);
            assertEquals(0, depositar("caio").codigo());
            esperarSeq(2, consultaP, consultaB);
            assertEquals("1.00 0.00 1.00", saldos(consultaB));
        }

        @Test
        @DisplayName("disco cheio no primário: ele para de confirmar, o backup assume, e o cliente segue com o mesmo id_msg")
        void discoCheio() {
            testemunha();
            Processo p = comDiscoPequeno("part4.Primary", "p", doPrimario(true)).esperarPronto();
            backup(true);
            esperarEmDia(pedidosP);
            Fim carga = fim(cliente("--silencioso", "carga", "--ops", 1_000));
            assertEquals(0, carga.codigo(), carga.erros());
            assertTrue(p.temNoRegistro("erro disco="), p.registro().toString());
            assertEquals(1_000, estado(consultaB).get("seq").asLong());
        }

        @Test
        @DisplayName("disco cheio num primário sozinho: recusa o que é novo; reiniciado, tem exatamente o que confirmou")
        void discoCheioSozinho() {
            Processo cheio = comDiscoPequeno("part4.Primary", "p", doPrimario(false));
            int aceitas = encher(cheio, "part4.Client", "--primario", pedidosP);
            assertEquals(aceitas, registradas(cheio));
            primario(false);
            assertEquals(aceitas, estado(pedidosP).get("seq").asInt());
        }

        private void testemunha() {
            iniciar("part4.Witness", "t", "--porta", juiz);
        }

        private Processo primario(boolean comTestemunha, String... opcoes) {
            return iniciar("part4.Primary", "p", com(opcoes, doPrimario(comTestemunha)));
        }

        private Object[] doPrimario(boolean comTestemunha) {
            return com(comTestemunha ? new String[] {"--testemunha", local(juiz)} : new String[0],
                    "--pedidos", pedidosP, "--atualizacoes", difusaoP, "--consulta", consultaP);
        }

        private Processo backup(boolean comTestemunha, String... opcoes) {
            return iniciar("part4.Backup", "b", com(opcoes, doBackup(comTestemunha)));
        }

        private Object[] doBackup(boolean comTestemunha) {
            return com(comTestemunha ? new String[] {"--testemunha", local(juiz)} : new String[0],
                    "--pedidos", pedidosB, "--atualizacoes", difusaoB, "--consulta", consultaB,
                    "--pedidos-primario", local(pedidosP), "--atualizacoes-primario", local(difusaoP));
        }

        private void esperarEmDia(int pedidos) {
            esperarEstado(pedidos, "o backup em dia", e -> e.get("em_dia").asInt() == 2);
        }

        private Processo cliente(Object... comando) {
            return cena.iniciar("part4.Client",
                    com(new String[] {"--primario", local(pedidosP) + "," + local(pedidosB)}, comando));
        }

        private Fim depositar(String conta) {
            return fim(cliente("depositar", conta, 1));
        }
    }

    // ───── A cena ─────

    /** Inicia um papel que guarda o que sabe numa pasta com este nome, e espera que esteja pronto. */
    private Processo iniciar(String papel, String nome, Object... argumentos) {
        return cena.iniciar(papel, com(new String[] {"--id", nome, "--dados", pasta.resolve(nome).toString()}, argumentos))
                .esperarPronto();
    }

    private static Object[] com(String[] opcoes, Object... argumentos) {
        return Stream.concat(Stream.of((Object[]) opcoes), Stream.of(argumentos)).toArray();
    }

    /** O mesmo, num disco em que não cabe um arquivo de mais de 64 KiB. */
    private Processo comDiscoPequeno(String papel, String nome, Object... argumentos) {
        return cena.iniciarComDiscoDe(64, papel,
                com(new String[] {"--id", nome, "--dados", pasta.resolve(nome).toString()}, argumentos));
    }

    /** Quantas operações ele disse que aplicou. */
    private static long registradas(Processo papel) {
        return papel.registro().stream().filter(linha -> linha.contains(" aplicar ")).count();
    }

    /**
     * Manda depósitos a um servidor, sozinho, até que o disco dele encha; depois, mais um, e mata-o.
     *
     * @return quantos ele aceitou
     */
    private int encher(Processo servidor, String cliente, String opcao, int porta) {
        servidor.esperarPronto();
        Operacao[] muitas = IntStream.range(0, 1_000).mapToObj(i -> deposito("d" + i, "ana", "1")).toArray(Operacao[]::new);
        Fim lote = cena.rodar(cliente, opcao, local(porta), "lote", cena.lote(muitas));
        assertEquals(1_000, lote.saida().size());
        assertEquals(1, servidor.registro().stream().filter(linha -> linha.contains("erro disco=")).count());
        Fim mais = cena.rodar(cliente, opcao, local(porta), "depositar", "ana", 1);
        assertEquals(1, mais.codigo());
        assertTrue(mais.texto().contains("Libere espaço e reinicie"), mais.texto() + mais.erros());
        Fim deNovo = cena.rodar(cliente, opcao, local(porta), "lote", cena.lote(muitas[0]));
        assertEquals(0, deNovo.codigo(), "a repetida, que já valeu: " + deNovo.texto());
        servidor.matar();
        return (int) lote.saida().stream().filter(linha -> !linha.startsWith("ERRO")).count();
    }

    /** Os saldos de ana, bia e caio. */
    private static String saldos(int consulta) {
        return saldo(consulta, "ana") + " " + saldo(consulta, "bia") + " " + saldo(consulta, "caio");
    }

    public static void main(String[] args) {
        Testes.rodar(QuebreTest.class);
    }
}
