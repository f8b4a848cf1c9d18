///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O formato no fio, byte a byte: soquetes ZeroMQ comuns no lugar dos programas originais em Python.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.zeromq:jeromq:0.6.0
//SOURCES ../../part1/Client.java ../../part1/Replica.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Replica.java ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Primary.java
//SOURCES ../Cena.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.esperarEstado;
import static tests.Cena.esperarSeq;
import static tests.Cena.local;
import static tests.Cena.resumo;
import static tests.Cena.saldo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Texto;
import tests.Cena;
import tests.Processo;
import tests.Testes;

/** Cada teste faz o papel de um programa original: soquetes comuns, e os textos que o {@code json.dumps} dele escreve. */
@DisplayName("Formato no fio")
class FormatoNoFioTest {

    /** Como nós e o Python escrevemos. */
    private static final String DEPOSITO =
            "{'id_msg': 'd1', 'tipo': 'DEPOSITO', 'conta_origem': 'ana', 'conta_destino': null, 'valor': 100.0}"
                    .replace('\'', '"');
    private static final String TRANSFERENCIA =
            "{'id_msg': 't1', 'tipo': 'TRANSFERENCIA', 'conta_origem': 'ana', 'conta_destino': 'bia', 'valor': 0.25}"
                    .replace('\'', '"');

    /** O que só o Python escreve assim: um inteiro sem ponto, e o que não é ASCII como \\uXXXX. */
    private static final String DO_PYTHON =
            DEPOSITO.replace("d1", "d2").replace("ana", "jo\\u00e3o \\ud83d\\ude00").replace("100.0", "7");
    /** Outra operação com o id_msg de DEPOSITO, e como se recusa. */
    private static final String OUTRA = DEPOSITO.replace("DEPOSITO", "SAQUE").replace("100.0", "30");
    private static final String ID_REPETIDO =
            "id_repetido: o id_msg d1 já é de DEPOSITO 100.00 ana, e agora veio com SAQUE 30.00 ana;"
            + " a uma operação nova dê um id_msg novo";
    private static final String JOAO = "joão \ud83d\ude00";
    private static final String REESCRITA = DEPOSITO.replace("d1", "d2").replace("ana", JOAO).replace("100.0", "7.0");

    private final Cena cena = new Cena();
    private final ZContext contexto = new ZContext();
    private final Soquetes soquetes = new Soquetes(Defesa.emClaro()); // como os nossos
    private final int porta = Processo.portaLivre();
    private final int outra = Processo.portaLivre();
    private final int consulta = Processo.portaLivre();

    private final Set<String> vistas = new HashSet<>(); // quem difunde repete a última, quando nada acontece

    @AfterEach
    void encerrar() {
        contexto.close();
        soquetes.close();
        cena.close();
    }

    // ───── Parte 1 ─────

    @Test
    @DisplayName("parte 1: um SUB lê exatamente a Operacao que o cliente envia, num quadro só")
    void clienteDifundeOperacao() {
        ZMQ.Socket replica = conectar(SocketType.SUB, porta);
        Processo cliente = cena.iniciar("part1.Client", "--porta", porta, "lote", cena.arquivo(
                DEPOSITO + "\n" + TRANSFERENCIA + "\n" + DO_PYTHON + "\n"));
        assertEquals(DEPOSITO, receber(replica));
        assertEquals(TRANSFERENCIA, receber(replica));
        assertEquals(REESCRITA, receber(replica));
        assertEquals(0, cliente.esperarFim());
    }

    @Test
    @DisplayName("parte 1: a réplica aceita o quadro de um PUB original, com \\uXXXX e inteiros")
    void replicaAceitaPubOriginal() {
        ZMQ.Socket cliente = ligar(SocketType.PUB, porta);
        Processo replica = cena.iniciar("part1.Replica", "--clientes", local(porta), "--consulta", consulta);
        difundirAteChegar(cliente, consulta, DEPOSITO, DO_PYTHON);
        cliente.send(OUTRA);
        replica.esperarNoRegistro(" nao_aplicada=\"" + ID_REPETIDO);
        assertEquals("100.00", saldo(consulta, "ana"));
        assertEquals("7.00", saldo(consulta, JOAO));
    }

    // ───── Parte 2 ─────

    @Test
    @DisplayName("parte 2: a chamada responde exatamente o texto original, com o id_msg que vai para a fila")
    void rpcRespondeTextoOriginal() throws IOException {
        ZMQ.Socket worker = ligar(SocketType.PULL, outra);
        servidor("--semente");
        String deposito = chamar("depositar", "\"ana\", 100.0");
        assertEquals(resposta("DEPOSITO enfileirado: " + idMsg(receber(worker))), deposito);
        String saque = chamar("sacar", "\"ana\", 30");
        assertEquals(resposta("SAQUE enfileirado: " + idMsg(receber(worker))), saque);
        String transferencia = chamar("transferir", "\"ana\", \"bia\", 0.25");
        assertEquals(resposta("TRANSFERENCIA enfileirada: " + idMsg(receber(worker))), transferencia);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"--semente", "--silencioso"})
    @DisplayName("parte 2: um PULL qualquer lê exatamente a Operacao, com --semente ou sem")
    void filaNoFormatoDaSemente(String opcao) throws IOException {
        ZMQ.Socket worker = ligar(SocketType.PULL, outra);
        servidor(opcao);
        chamar("depositar", "\"ana\", 100.0, \"d1\"");
        assertEquals(resposta("DEPOSITO enfileirado: d1"), chamar("depositar", "\"ana\", 100.00, \"d1\""), "a mesma");
        String recusa = chamar("sacar", "\"ana\", 30, \"d1\"");
        assertTrue(recusa.contains("\"code\":-32602") && recusa.contains(ID_REPETIDO), recusa);
        chamar("transferir", "\"ana\", \"bia\", 0.25, \"t1\"");
        assertEquals(DEPOSITO, receber(worker));
        assertEquals(TRANSFERENCIA, receber(worker));
    }

    @Test
    @DisplayName("parte 2: um PULL dos nossos lê a Operacao dentro do envelope, numerada pela fila")
    void filaComEnvelope() throws IOException {
        ZMQ.Socket worker = comPrazo(soquetes.ligar(SocketType.PULL, "127.0.0.1", outra, "--porta"));
        servidor("--silencioso");
        chamar("depositar", "\"ana\", 1, \"primeira\""); // o servidor a repete até que este PULL, já conectado, a receba
        assertTrue(receberNumerada(worker).startsWith("{\"seq\": 1, "));
        chamar("depositar", "\"ana\", 100.0, \"d1\"");
        chamar("transferir", "\"ana\", \"bia\", 0.25, \"t1\"");
        assertEquals(envelope(2, DEPOSITO, ""), receberNumerada(worker));
        assertEquals(envelope(3, TRANSFERENCIA, ""), receberNumerada(worker));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"--semente", "--silencioso"})
    @DisplayName("parte 2: morto o servidor, o que um worker do sistema original não tinha recebido chega-lhe"
            + " depois, e só isso")
    void cursorDoWorkerOriginal(String opcao, @TempDir Path pasta) throws IOException {
        Object[] servidor = {"--porta", porta, "--workers", local(outra), "--dados", pasta, opcao};
        Processo vivo = cena.iniciar("part2.RpcServer", servidor).esperarPronto();
        ZMQ.Socket worker = ligar(SocketType.PULL, outra);
        chamar("depositar", "\"ana\", 100.0, \"d1\"");
        assertEquals(DEPOSITO, receber(worker));
        worker.close(); // o worker morre; o servidor dá por isso, e segue enfileirando
        Processo.esperar("que o servidor desligue do worker", Processo.PRAZO, () -> conexoesA(outra) == 0);
        chamar("transferir", "\"ana\", \"bia\", 0.25, \"t1\"");
        vivo.matar();
        vivo.esperarFim();
        cena.iniciar("part2.RpcServer", servidor).esperarPronto();
        chamar("depositar", "\"ana\", 100.0, \"d9\"");
        ZMQ.Socket voltou = ligar(SocketType.PULL, outra);
        assertEquals(TRANSFERENCIA, receber(voltou));
        assertEquals(DEPOSITO.replace("d1", "d9"), receber(voltou));
    }

    @Test
    @DisplayName("parte 2: o worker aceita as duas formas, envelope e Operacao simples")
    void workerAceitaAsDuas() {
        Processo worker = cena.iniciar("part2.Worker", "--porta", porta, "--consulta", consulta, "--rpc", local(outra));
        ZMQ.Socket servidor = conectar(SocketType.PUSH, porta);
        servidor.send(envelope(1, DEPOSITO, ", \"fonte\": \"servidor\""));
        servidor.send(OUTRA);
        worker.esperarNoRegistro(" nao_aplicada=\"" + ID_REPETIDO);
        servidor.send(DO_PYTHON);
        servidor.send(envelope(2, TRANSFERENCIA, ", \"fonte\": \"servidor\""));
        esperarSeq(4, consulta);
        assertEquals("99.75", saldo(consulta, "ana"));
        assertEquals("7.00", saldo(consulta, JOAO));
    }

    // ───── Parte 3 ─────

    @Test
    @DisplayName("parte 3: um REQ recebe OK seq=n, o mesmo n na repetição; um SUB lê {\"seq\": n, \"op\": \"…\"}")
    void sequenciador() {
        cena.iniciar("part3.Sequencer", "--pedidos", porta, "--ordem", outra).esperarPronto();
        ZMQ.Socket replica = assinar(outra);
        ZMQ.Socket cliente = conectar(SocketType.REQ, porta);
        assertEquals("OK seq=1", perguntar(cliente, DEPOSITO));
        assertEquals("OK seq=2", perguntar(cliente, DO_PYTHON));
        assertEquals("OK seq=1", perguntar(cliente, DEPOSITO));
        assertEquals("OK seq=3", perguntar(cliente, TRANSFERENCIA));
        assertEquals(envelope(1, DEPOSITO, ""), receberNumerada(replica));
        assertEquals(envelope(2, REESCRITA, ""), receberNumerada(replica));
        assertEquals(envelope(3, TRANSFERENCIA, ""), receberNumerada(replica));
    }

    @Test
    @DisplayName("parte 3: a réplica aceita os envelopes de um PUB original")
    void replicaAceitaEnvelopesDoPython() {
        ZMQ.Socket sequenciador = ligar(SocketType.PUB, porta);
        Processo replica = cena.iniciar("part3.Replica", "--ordem", local(porta), "--consulta", consulta,
                "--sem-recuperacao");
        difundirAteChegar(sequenciador, consulta, envelope(1, DEPOSITO, ""), envelope(2, DO_PYTHON, ""));
        sequenciador.send(envelope(3, OUTRA, ""));
        replica.esperarNoRegistro("erro seq=3 nao_aplicada=\"" + ID_REPETIDO);
        esperarSeq(3, consulta);
        assertEquals("100.00", saldo(consulta, "ana"));
        assertEquals("7.00", saldo(consulta, JOAO));
    }

    @Test
    @DisplayName("parte 3: o que o sequenciador original numera e nós recusamos gasta o número, em voz alta, também depois"
            + " de reiniciar")
    void numerosGastos(@TempDir Path pasta) {
        String[] argumentos = {"--ordem", local(porta), "--consulta", "" + consulta, "--dados", pasta.toString(),
            "--silencioso"};
        ZMQ.Socket sequenciador = ligar(SocketType.PUB, porta);
        Processo replica = cena.iniciar("part3.Replica", (Object[]) argumentos);
        String[] ordem = {envelope(1, DEPOSITO, ""), envelope(2, DEPOSITO.replace("100.0", "0.125"), ""),
            envelope(3, DEPOSITO.replace("100.0", "NaN"), ""), envelope(4, DEPOSITO.replace("ana", "a".repeat(66)), ""),
            envelope(5, TRANSFERENCIA, ""), envelope(6, "isto não é JSON", ""), envelope(7, DO_PYTHON, "")};
        difundirAte(7, sequenciador, ordem);
        for (String gasto : new String[] {"seq=2 nao_aplicada=\"valor: tem mais", "seq=3 nao_aplicada=\"valor: esperava",
            "seq=4 nao_aplicada=\"conta_origem: tem", "seq=6 nao_aplicada="}) {
            replica.esperarNoRegistro(gasto);
        }
        String resumo = resumo(consulta);
        assertEquals("99.75", saldo(consulta, "ana"));
        replica.matar();
        cena.iniciar("part3.Replica", (Object[]) argumentos);
        difundirAte(8, sequenciador, envelope(8, DEPOSITO.replace("d1", "d8").replace("100.0", "-1.0"), ""));
        assertEquals(resumo, resumo(consulta));
    }

    /** Quantas conexões há de um lado ou do outro desta porta, abertas ou por fechar (no Linux; noutros, nenhuma). */
    private static long conexoesA(int porta) {
        try (Stream<String> tabela = Files.lines(Path.of("/proc/net/tcp"))) {
            String dela = Texto.formatar(":%04X ", porta);
            return tabela.map(linha -> linha.strip().split("\\s+"))
                    .filter(c -> (c[1] + " " + c[2] + " ").contains(dela) && c[3].matches("01|04|05|08|09")).count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Um PUB não sabe quem o assina: repete até que a réplica chegue a este número. */
    private void difundirAte(long seq, ZMQ.Socket pub, String... ordem) {
        esperarEstado(consulta, "o número " + seq, estado -> {
            Stream.of(ordem).forEach(pub::send);
            return estado.get("seq").asLong() == seq;
        });
    }

    // ───── Parte 4 ─────

    @Test
    @DisplayName("parte 4: um REQ recebe um texto que começa com OK, e um SUB dos nossos lê a Operacao dentro do envelope")
    void primarioComEnvelope() {
        primario("--silencioso");
        ZMQ.Socket backup = assinar(outra, "{");
        ZMQ.Socket cliente = conectar(SocketType.REQ, porta);
        assertTrue(perguntar(cliente, DEPOSITO).startsWith("OK"));
        assertTrue(perguntar(cliente, DEPOSITO).startsWith("OK"));
        assertTrue(perguntar(cliente, TRANSFERENCIA).startsWith("OK"));
        assertEquals(envelope(1, DEPOSITO, ""), receberNumerada(backup));
        assertEquals(envelope(2, TRANSFERENCIA, ""), receberNumerada(backup));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"--semente", "--silencioso"})
    @DisplayName("parte 4: quem assina tudo lê exatamente a Operacao, também a de um pedido do Python, com --semente ou sem")
    void primarioNoFormatoDaSemente(String opcao) {
        primario(opcao);
        ZMQ.Socket backup = assinar(outra);
        ZMQ.Socket cliente = conectar(SocketType.REQ, porta);
        perguntar(cliente, DEPOSITO);
        perguntar(cliente, DO_PYTHON);
        assertEquals(DEPOSITO, receber(backup));
        assertEquals(REESCRITA, receber(backup));
    }

    @Test
    @DisplayName("parte 4: o backup aceita envelopes, e aceita Operacoes simples")
    void backupAceitaAsDuas() {
        ZMQ.Socket primario = ligar(SocketType.PUB, porta);
        Processo backup = cena.iniciar("part4.Backup", "--atualizacoes-primario", local(porta), "--consulta", consulta,
                "--sem-recuperacao");
        difundirAteChegar(primario, consulta, envelope(1, DEPOSITO, ""), envelope(2, TRANSFERENCIA, ""));
        primario.send(envelope(3, OUTRA, ""));
        backup.esperarNoRegistro("erro seq=3 nao_aplicada=\"" + ID_REPETIDO);
        assertEquals("99.75", saldo(consulta, "ana"));
        primario.send(DO_PYTHON);
        esperarEstado(consulta, "a simples", estado -> estado.get("aplicadas").asInt() == 3);
        assertEquals("7.00", saldo(consulta, JOAO));
    }

    // ───── Recusas ─────

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "part3.Sequencer | --ordem        | --silencioso",
        "part4.Primary   | --atualizacoes | --consulta=0"})
    @DisplayName("o que não é uma Operacao recebe ERRO <codigo>: <mensagem>, e o servidor segue atendendo")
    void lixoRecebeErro(String papel, String difusao, String opcao) {
        cena.iniciar(papel, "--pedidos", porta, difusao, outra, opcao, "--id", "servidor").esperarPronto();
        ZMQ.Socket cliente = conectar(SocketType.REQ, porta);
        assertTrue(perguntar(cliente, "olá").startsWith("ERRO json: "));
        assertTrue(perguntar(cliente, DEPOSITO.replace("100.0", "-1")).startsWith("ERRO campo: valor"));
        assertTrue(perguntar(cliente, DEPOSITO.replace("}", ", \"seq\": 1}")).startsWith("ERRO campo: "));
        assertTrue(perguntar(cliente, DEPOSITO).startsWith("OK seq=1"));
        assertEquals("ERRO " + ID_REPETIDO, perguntar(cliente, OUTRA));
        assertTrue(perguntar(cliente, DEPOSITO.replace("100.0", "100.00")).matches("OK (seq=1|repetida.*)"), "é a mesma");
        assertTrue(perguntar(cliente, TRANSFERENCIA).startsWith("OK seq=2"), "não gastou um número");
    }

    // ───── Soquetes comuns ─────

    private void servidor(String opcao) {
        cena.iniciar("part2.RpcServer", "--porta", porta, "--workers", local(outra), "--id", "servidor", opcao)
                .esperarPronto();
    }

    private void primario(String opcao) {
        cena.iniciar("part4.Primary", "--pedidos", porta, "--atualizacoes", outra, "--consulta", consulta, opcao)
                .esperarPronto();
    }

    private ZMQ.Socket ligar(SocketType tipo, int porta) {
        ZMQ.Socket soquete = comPrazo(contexto.createSocket(tipo));
        soquete.bind("tcp://" + local(porta));
        return soquete;
    }

    /** Um SUB que o servidor já conhece. É o getEvents que faz o JeroMQ assinar de novo, se teve de se reconectar. */
    private ZMQ.Socket assinar(int difusao) {
        return assinar(difusao, "");
    }

    /** O mesmo, assinando o que começa assim: os nossos backups dizem que o são assinando {. */
    private ZMQ.Socket assinar(int difusao, String comeco) {
        ZMQ.Socket assinante = comPrazo(contexto.createSocket(SocketType.SUB));
        assinante.subscribe(comeco);
        assinante.connect("tcp://" + local(difusao));
        esperarEstado(porta, "um assinante", estado -> assinante.getEvents() >= 0 && estado.get("assinantes").asInt() == 1);
        return assinante;
    }

    private ZMQ.Socket conectar(SocketType tipo, int porta) {
        ZMQ.Socket soquete = comPrazo(contexto.createSocket(tipo));
        if (tipo == SocketType.SUB) {
            soquete.subscribe("");
        }
        soquete.connect("tcp://" + local(porta));
        return soquete;
    }

    /** Uma em milhares de apresentações do JeroMQ para no meio: quem não a completa em 1 s tenta de novo. */
    private static ZMQ.Socket comPrazo(ZMQ.Socket soquete) {
        soquete.setHandshakeIvl(1_000);
        soquete.setReceiveTimeOut((int) Processo.PRAZO.toMillis());
        soquete.setLinger(0);
        return soquete;
    }

    private static String receber(ZMQ.Socket soquete) {
        byte[] quadro = soquete.recv();
        assertTrue(quadro != null && !soquete.hasReceiveMore(), "esperava uma mensagem de um quadro");
        return new String(quadro, StandardCharsets.UTF_8);
    }

    /**
     * A próxima mensagem numerada que ainda não se viu, sem as chaves que nossos receptores põem a mais depois das
     * originais.
     */
    private String receberNumerada(ZMQ.Socket soquete) {
        String mensagem;
        do {
            mensagem = receber(soquete);
        } while (mensagem.contains("pulso") || !vistas.add(mensagem));
        assertTrue(mensagem.matches(".*\", \"(fonte\": \"[\\w-]+\"|epoca\": \\d+)}"), mensagem);
        return mensagem.replaceFirst(", \"(fonte|epoca)\": [^,]*}$", "}");
    }

    private static String perguntar(ZMQ.Socket req, String pedido) {
        req.send(pedido.getBytes(StandardCharsets.UTF_8));
        return receber(req);
    }

    /** Um PUB não sabe quem o assina: repete até que tudo tenha chegado, o que o id_msg torna inofensivo. */
    private static void difundirAteChegar(ZMQ.Socket pub, int consulta, String... mensagens) {
        esperarEstado(consulta, "tudo o que o PUB enviou", estado -> {
            for (String mensagem : mensagens) {
                pub.send(mensagem);
            }
            return estado.get("aplicadas").asInt() == mensagens.length;
        });
    }

    /** Uma chamada JSON-RPC como a de um cliente qualquer, e a linha que vem de volta. */
    private String chamar(String metodo, String parametros) throws IOException {
        try (Socket conexao = new Socket("127.0.0.1", porta)) {
            conexao.setSoTimeout((int) Processo.PRAZO.toMillis());
            conexao.getOutputStream().write(Texto.formatar(
                    "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"%s\", \"params\": [%s]}\n", metodo,
                    parametros).getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(conexao.getInputStream(), StandardCharsets.UTF_8)).readLine();
        }
    }

    private static String resposta(String resultado) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"" + resultado + "\"}";
    }

    private static String idMsg(String operacao) {
        return operacao.replaceFirst("^\\{\"id_msg\": \"([0-9a-f-]{36})\".*", "$1");
    }

    /** O que {@code json.dumps({"seq": n, "op": operacao})} escreve. */
    private static String envelope(long seq, String operacao, String aMais) {
        String texto = operacao.replace("\\", "\\\\").replace("\"", "\\\"");
        return "{\"seq\": " + seq + ", \"op\": \"" + texto + "\"" + aMais + "}";
    }

    public static void main(String[] args) {
        Testes.rodar(FormatoNoFioTest.class);
    }
}
