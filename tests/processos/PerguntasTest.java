///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As respostas às cinco perguntas de cada parte (part1/README.md…): o que sai é o que a resposta diz.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part1/Client.java ../../part1/Replica.java
//SOURCES ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//SOURCES ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.saque;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import part1.Replica.Entrega;
import shared.Operacao;
import tests.Cena.Fim;
import tests.Cena;
import tests.Processo;
import tests.Testes;

/** O que se afirma é o que sai; e a resposta da página tem de o conter, letra por letra. */
@DisplayName("As cinco perguntas de cada parte")
class PerguntasTest {

    private static final String NINGUEM = "erro: ninguém respondeu";

    private final Cena cena = new Cena();
    private String[] respostas;

    @TempDir
    private Path pasta;

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @Test
    @DisplayName("parte 1: cada réplica aplica o que ouve, quando ouve")
    void parte1() throws IOException {
        ler(1);
        Operacao oitenta = saque("a", "ana", "80");
        Operacao cinquenta = saque("b", "ana", "50");
        responde(1, "r1: ana tem " + saldo(oitenta, cinquenta), "r2: ana tem " + saldo(cinquenta, oitenta));
        Operacao maisOitenta = deposito("a", "ana", "80");
        Operacao maisCinquenta = deposito("b", "ana", "50");
        responde(2, "r1: ana tem " + saldo(maisOitenta, maisCinquenta), "r2: ana tem " + saldo(maisCinquenta, maisOitenta));

        int porta = Processo.portaLivre();
        int c1 = Processo.portaLivre();
        int c2 = Processo.portaLivre();
        Fim aNinguem = cena.rodar("part1.Client", "--porta", porta, "--esperar", 0, "depositar", "ana", 1);
        assertEquals(0, aNinguem.codigo());
        responde(4, aNinguem.texto().substring(0, "enviada:".length()));

        cena.iniciar("part1.Replica", "--id", "r1", "--clientes", local(porta), "--consulta", c1).esperarPronto();
        enviar1(porta, 1, "depositar", "ana", 1);
        cena.iniciar("part1.Replica", "--id", "r2", "--clientes", local(porta), "--consulta", c2).esperarPronto();
        enviar1(porta, 2, "depositar", "ana", 10);
        esperarSaldo(c1, "ana", "11.00");
        esperarSaldo(c2, "ana", "10.00");
        responde(3, "r1: ana tem " + Cena.saldo(c1, "ana"), "r2: ana tem " + Cena.saldo(c2, "ana"));

        String semId = deposito("x", "bia", "5").json().replaceFirst("\"id_msg\": ?\"x\", ?", "") + "\n";
        enviar1(porta, 2, "lote", cena.lote(deposito("l", "bia", "5"), deposito("l", "bia", "5")));
        esperarSaldo(c1, "bia", "5.00");
        responde(5, "bia tem 5.00");
        enviar1(porta, 2, "lote", cena.arquivo(semId + semId));
        esperarSaldo(c1, "bia", "15.00");
        responde(5, "bia tem 15.00");
    }

    @Test
    @DisplayName("parte 2: a fila guarda, o diário não esquece, e enfileirado não é feito")
    void parte2() throws IOException {
        ler(2);
        int rpc = Processo.portaLivre();
        int p1 = Processo.portaLivre();
        int p2 = Processo.portaLivre();
        int c1 = Processo.portaLivre();
        int c2 = Processo.portaLivre();
        Object[] servidor = {"--porta", rpc, "--workers", local(p1) + "," + local(p2), "--dados", pasta.resolve("s")};
        Processo primeiro = cena.iniciar("part2.RpcServer", servidor).esperarPronto();
        responde(1, cliente2(rpc, "depositar", "ana", 100).texto().substring(0, "DEPOSITO enfileirado:".length()));
        cena.iniciar("part2.Worker", "--id", "w1", "--porta", p1, "--rpc", local(rpc), "--consulta", c1).esperarPronto();
        esperarSaldo(c1, "ana", "100.00");
        responde(1, "w1: ana tem 100.00");

        Fim saque = cliente2(rpc, "sacar", "ana", 500);
        assertEquals(0, saque.codigo());
        Cena.esperarSeq(2, c1);
        responde(2, saque.texto().substring(0, "SAQUE enfileirado:".length()), "w1: ana tem " + Cena.saldo(c1, "ana"));

        cena.iniciar("part2.Worker", "--id", "w2", "--porta", p2, "--rpc", local(rpc), "--consulta", c2).esperarPronto();
        Cena.esperarSeq(2, c2);
        responde(3, "w2: ana tem " + Cena.saldo(c2, "ana"));

        assertEquals(0, cliente2(rpc, "depositar", "ana", 1).codigo());
        primeiro.sinal("KILL");
        primeiro.esperarFim();
        cena.iniciar("part2.RpcServer", servidor).esperarPronto();
        assertEquals(0, cliente2(rpc, "depositar", "ana", 10).codigo());
        Cena.esperarSeq(4, c1);
        responde(4, "w1: ana tem " + Cena.saldo(c1, "ana"));
        responde(5, "w1: eva tem " + saldo(saque("a", "ana", "80"), saque("b", "ana", "50")),
                "w2: eva tem " + saldo(saque("b", "ana", "50"), saque("a", "ana", "80")));
    }

    @Test
    @DisplayName("parte 3: uma ordem só, dada por quem não conhece saldos")
    void parte3() throws IOException {
        ler(3);
        int pedidos = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        int c1 = Processo.portaLivre();
        int c2 = Processo.portaLivre();
        Processo sequenciador = cena.iniciar("part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem).esperarPronto();
        Object[] onde = {"--pedidos", local(pedidos), "--ordem", local(ordem)};
        cena.iniciar("part3.Replica", com(onde, "--id", "r1", "--consulta", c1)).esperarPronto();
        cliente3(pedidos, "depositar", "ana", 100);
        cliente3(pedidos, "transferir", "ana", "josé", "30,50");
        String terceiro = cliente3(pedidos, "sacar", "ana", 500).texto();
        Cena.esperarSeq(3, c1);
        responde(1, terceiro, "r1: ana tem " + Cena.saldo(c1, "ana"));

        List<String> repetidas = cliente3(
                pedidos, "lote", cena.lote(deposito("l", "bia", "5"), deposito("l", "bia", "5"))).saida();
        assertEquals(List.of("OK seq=4", "OK seq=4"), repetidas);
        Cena.esperarSeq(4, c1);
        responde(2, repetidas.get(0), "r1: bia tem " + Cena.saldo(c1, "bia"));

        cena.iniciar("part3.Replica", com(onde, "--id", "r2", "--consulta", c2)).esperarPronto();
        Cena.esperarSeq(4, c2);
        responde(3, "r2: ana tem " + Cena.saldo(c2, "ana"));

        cliente3(pedidos, "depositar", "eva", 100);
        Processo oitenta = iniciarCliente3(pedidos, "sacar", "eva", 80);
        Processo cinquenta = iniciarCliente3(pedidos, "sacar", "eva", 50);
        fim(oitenta);
        fim(cinquenta);
        Cena.esperarSeq(7, c1, c2);
        assertEquals(Cena.saldo(c1, "eva"), Cena.saldo(c2, "eva"));
        responde(4, Cena.saldo(c1, "eva"));

        sequenciador.sinal("KILL");
        sequenciador.esperarFim();
        Processo deposito = iniciarCliente3(pedidos, "depositar", "ana", 1);
        Fim consulta = cena.rodar("part3.Client", "--consultas", local(c1), "saldo", "ana");
        responde(5, consulta.texto());
        responde(5, fim(deposito).erros().substring(0, "erro: indeterminada".length()));
    }

    @Test
    @DisplayName("parte 4: só se confirma o que o backup já tem, e só com testemunha alguém assume")
    void parte4() throws IOException {
        ler(4);
        int juiz = Processo.portaLivre();
        int p = Processo.portaLivre();
        int b = Processo.portaLivre();
        int pDifunde = Processo.portaLivre();
        int bDifunde = Processo.portaLivre();
        int sozinho = Processo.portaLivre();
        int sozinhoDifunde = Processo.portaLivre();
        String dois = local(p) + "," + local(b);
        cena.iniciar("part4.Witness", "--porta", juiz).esperarPronto();
        Object[] primario = {"--id", "p", "--pedidos", p, "--atualizacoes", pDifunde, "--testemunha", local(juiz),
                "--consulta", 0,
            "--dados", pasta.resolve("p")};
        Processo original = cena.iniciar("part4.Primary", primario).esperarPronto();
        Fim recusado = cliente4(dois, "sacar", "ana", 300);
        assertEquals(1, recusado.codigo());
        responde(1, recusado.texto());

        Processo backup = cena.iniciar("part4.Backup", "--id", "b", "--pedidos-primario", local(p),
                "--atualizacoes-primario", local(pDifunde), "--pedidos", b, "--atualizacoes", bDifunde,
                "--testemunha", local(juiz), "--consulta", 0, "--dados", pasta.resolve("b")).esperarPronto();
        esperarEmDia(p);
        Processo semTestemunha = semTestemunha(sozinho, sozinhoDifunde); // os seus 10 s passam enquanto se faz o resto
        assertEquals(0, cliente4(dois, "depositar", "ana", 100).codigo());
        original.sinal("KILL");
        original.esperarFim();
        responde(2, cliente4(dois, "saldo", "ana").texto());

        Processo antigo = cena.iniciar("part4.Primary", primario).esperarPronto();
        antigo.esperarNoRegistro("seguir primario=" + local(b));
        backup.esperarNoRegistro("entraram=[p#"); // em dia outra vez
        // é b que responde, enquanto não se cala: numa máquina cheia, um segundo calado basta
        responde(3, "b: ana tem 100.00");
        antigo.sinal("STOP");
        Fim confirmado = cliente4(dois, "depositar", "ana", 10);
        antigo.sinal("CONT");
        responde(4, confirmado.texto().replaceFirst("OK seq=\\d+ ", ""));
        String erro = fim(semTestemunha).erros();
        assertTrue(erro.startsWith(NINGUEM + " como primário em 10 s")
                || erro.matches(NINGUEM + " em \\S+ durante 10 s.*"), erro);
        assertEquals(1, fim(semTestemunha).codigo());
        responde(5, NINGUEM);
    }

    /** Um primário e um backup sem testemunha; morto o primário, quem pergunta o saldo. */
    private Processo semTestemunha(int pedidos, int difunde) {
        int doBackup = Processo.portaLivre();
        Processo primario = cena.iniciar("part4.Primary", "--id", "q", "--pedidos", pedidos, "--atualizacoes", difunde,
                "--consulta", 0)
                .esperarPronto();
        cena.iniciar("part4.Backup", "--id", "c", "--pedidos-primario", local(pedidos), "--atualizacoes-primario",
                local(difunde),
                "--pedidos", doBackup, "--atualizacoes", Processo.portaLivre(), "--consulta", 0).esperarPronto();
        esperarEmDia(pedidos);
        primario.sinal("KILL");
        primario.esperarFim();
        return cena.iniciar("part4.Client", "--primario", local(pedidos) + "," + local(doBackup), "saldo", "ana");
    }

    // ───── As páginas ─────

    private void ler(int parte) throws IOException {
        respostas = Files.readString(Testes.raiz().resolve("part" + parte + "/README.md"))
                .split("<details><summary>resposta</summary>");
        assertEquals(6, respostas.length, "cinco perguntas");
    }

    private void responde(int pergunta, String... oQueSaiu) {
        String resposta = respostas[pergunta].split("</details>")[0];
        Stream.of(oQueSaiu).forEach(saiu -> assertTrue(!saiu.isBlank() && resposta.contains(saiu),
                "saiu '" + saiu + "', e a resposta " + pergunta + " diz: " + resposta.strip()));
    }

    // ───── O que se faz ─────

    /** O saldo de ana, que tinha 100, depois destas operações por esta ordem, pela regra de uma réplica. */
    private static String saldo(Operacao... operacoes) {
        Entrega replica = new Entrega();
        replica.entregar(deposito("0", "ana", "100"));
        Stream.of(operacoes).forEach(replica::entregar);
        return replica.banco().saldo("ana").toPlainString();
    }

    private void enviar1(int porta, int esperar, Object... comando) {
        Fim fim = cena.rodar("part1.Client", com(new Object[] {"--porta", porta, "--esperar", esperar}, comando));
        assertEquals(0, fim.codigo(), fim.erros());
    }

    private Fim cliente2(int rpc, Object... comando) {
        return cena.rodar("part2.Client", com(new Object[] {"--rpc", local(rpc)}, comando));
    }

    private Fim cliente3(int pedidos, Object... comando) {
        return fim(iniciarCliente3(pedidos, comando));
    }

    private Processo iniciarCliente3(int pedidos, Object... comando) {
        return cena.iniciar("part3.Client", com(new Object[] {"--sequenciador", local(pedidos)}, comando));
    }

    private Fim cliente4(String primarios, Object... comando) {
        return cena.rodar("part4.Client", com(new Object[] {"--primario", primarios}, comando));
    }

    private static Object[] com(Object[] antes, Object... depois) {
        return Stream.concat(Stream.of(antes), Stream.of(depois)).toArray();
    }

    private static void esperarSaldo(int consulta, String conta, String saldo) {
        Processo.esperar(conta + " com " + saldo, Processo.PRAZO, () -> Cena.saldo(consulta, conta).equals(saldo));
    }

    private static void esperarEmDia(int pedidos) {
        Cena.esperarEstado(pedidos, "o backup em dia", estado -> estado.get("em_dia").asInt() == 2);
    }

    public static void main(String[] args) {
        Testes.rodar(PerguntasTest.class);
    }
}
