///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Mensagens estragadas ao acaso em todas as portas de todos os papéis, enquanto quem se porta bem é atendido.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Bruto.java ../../part1/Client.java ../../part1/Replica.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Replica.java ../../part3/Sequencer.java ../../part4/Primary.java ../../part4/Witness.java
//SOURCES ../Processo.java ../Testes.java ../rpc/ConexaoRpyc.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.rede.Bruto.COMANDO;
import static tests.rede.Bruto.MAIS;
import static tests.rede.Bruto.NADA;
import static tests.rede.Bruto.SAUDACAO;
import static tests.rede.Bruto.assinaturas;
import static tests.rede.Bruto.bytes;
import static tests.rede.Bruto.cabecalho;
import static tests.rede.Bruto.juntar;
import static tests.rede.Bruto.propriedade;
import static tests.rede.Bruto.quadro;
import static tests.rede.Bruto.texto;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.Envelope;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Processo;
import tests.Testes;
import tests.rpc.ConexaoRpyc;

/**
 * Sem mais nada, dura {@link #DURACAO}. A forma completa, e a repetição de uma que falhou (as linhas de execução alternam-se
 * de outro modo, mas as entradas são as mesmas):
 *
 * <pre>
 *   BANCO_FUZZ=1000000 ./run-all.sh test FuzzTest
 *   BANCO_SEMENTE=123 ./run-all.sh test FuzzTest
 * </pre>
 */
@DisplayName("Mensagens estragadas ao acaso")
class FuzzTest {

    private static final Duration DURACAO = Duration.ofSeconds(Testes.quanto(6, 60));
    private static final long ENTRADAS = Long.parseLong(System.getenv().getOrDefault("BANCO_FUZZ", "0"));
    private static final long SEMENTE =
            Long.parseLong(System.getenv().getOrDefault("BANCO_SEMENTE", "" + System.nanoTime() % 1_000_000));

    private static final Duration PRAZO = Duration.ofSeconds(10);   // de cada pedido de quem se porta bem
    private static final Duration SOSSEGO = Duration.ofSeconds(60); // até que tudo volte ao que era
    private static final int ATACANTES = 3;
    private static final int OCIOSAS = 2_000;                       // conexões que ficam abertas, em todas as portas
    private static final int MEMORIA_MIB = 256;
    private static final int MEMORIA_DO_PROCESSO_MIB = 3 * MEMORIA_MIB; // também a de fora do heap, e a da própria JVM
    private static final int ARQUIVOS_A_MAIS = 20;

    // ───── Os papéis, e as portas deles ─────

    private enum Papel {
        CLIENTE_1("part1.Client"), REPLICA_1("part1.Replica"), WORKER("part2.Worker"), RPC("part2.RpcServer"),
        SEQUENCIADOR("part3.Sequencer"), REPLICA_3("part3.Replica"), PRIMARIO("part4.Primary"), TESTEMUNHA("part4.Witness");

        private final String classe;

        Papel(String classe) {
            this.classe = classe;
        }
    }

    /** Cada porta, o tipo de soquete de quem costuma ligar-se a ela, e o que costuma ouvir. */
    private enum Porta {
        DIFUSAO_1(SocketType.SUB), CONSULTA_1(SocketType.REQ), RPC(null), FILA(SocketType.PUSH), CONSULTA_2(SocketType.REQ),
        PEDIDOS_3(SocketType.REQ), ORDEM(SocketType.SUB), CONSULTA_3(SocketType.REQ), PEDIDOS_4(SocketType.REQ),
        ATUALIZACOES(SocketType.SUB), CONSULTA_4(SocketType.REQ), TESTEMUNHA(SocketType.REQ);

        private final SocketType par;
        private final int numero = Processo.portaLivre();

        Porta(SocketType par) {
            this.par = par;
        }

        @Override
        public String toString() {
            return Integer.toString(numero);
        }

        String local() {
            return "127.0.0.1:" + numero;
        }
    }

    private final Map<Papel, Processo> processos = new EnumMap<>(Papel.class);
    private final ExecutorService linhas = Executors.newCachedThreadPool();
    private final AtomicLong entradas = new AtomicLong();
    private final AtomicLong ataques = new AtomicLong();
    private final Map<String, Long> piores = new ConcurrentHashMap<>(); // a pior espera de cada um, em ms
    private volatile boolean fim;

    @AfterEach
    void encerrar() {
        fim = true;
        linhas.shutdownNow();
        processos.values().forEach(Processo::close);
    }

    @Test
    @DisplayName("quem se porta bem é atendido sempre; nenhuma linha de execução morre; memória e arquivos"
            + " voltam ao que eram")
    void todasAsPortas() throws Exception {
        System.out.println("FuzzTest: BANCO_SEMENTE=" + SEMENTE);
        try (ServerSocket impostor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            iniciar(impostor.getLocalPort());
            Map<Papel, Retrato> antes = retratos();
            List<Future<?>> honestos = honestos();
            linhas.submit(() -> passarPorServidor(impostor));
            List<Future<?>> ruidos = IntStream.range(0, ATACANTES).<Future<?>>mapToObj(
                    i -> linhas.submit(this::atacarSemParar)).toList();
            esperarEntradas(ruidos, honestos);
            fim = true;
            for (Future<?> linha : Stream.concat(ruidos.stream(), honestos.stream()).toList()) {
                linha.get(SOSSEGO.toSeconds(), TimeUnit.SECONDS);
            }
            System.out.println("FuzzTest: " + entradas + " entradas em " + ataques + " conexões; pior espera, em ms: "
                    + new TreeMap<>(piores));
            conferir(antes);
            assertEquals(deposito(Porta.CONSULTA_3), feitos.get("sequenciador"), "depósitos da parte 3");
        }
    }

    private void iniciar(int impostor) {
        iniciar(Papel.CLIENTE_1, "--porta", Porta.DIFUSAO_1, "--esperar", 0);
        iniciar(Papel.REPLICA_1, "--clientes", Porta.DIFUSAO_1.local() + ",127.0.0.1:" + impostor, "--consulta",
                Porta.CONSULTA_1);
        iniciar(Papel.WORKER, "--porta", Porta.FILA, "--consulta", Porta.CONSULTA_2, "--rpc",
                Porta.RPC.local(), "--memoria");
        iniciar(Papel.RPC, "--porta", Porta.RPC, "--workers", Porta.FILA.local(), "--memoria");
        iniciar(Papel.SEQUENCIADOR, "--pedidos", Porta.PEDIDOS_3, "--ordem", Porta.ORDEM, "--memoria");
        iniciar(Papel.REPLICA_3, "--pedidos", Porta.PEDIDOS_3.local(), "--ordem", Porta.ORDEM.local(),
                "--consulta", Porta.CONSULTA_3, "--memoria");
        iniciar(Papel.PRIMARIO, "--pedidos", Porta.PEDIDOS_4, "--atualizacoes", Porta.ATUALIZACOES,
                "--consulta", Porta.CONSULTA_4, "--memoria");
        iniciar(Papel.TESTEMUNHA, "--porta", Porta.TESTEMUNHA, "--memoria");
    }

    private void iniciar(Papel papel, Object... argumentos) {
        List<String> depressa = List.of("-XX:TieredStopAtLevel=1", "-Xmx" + MEMORIA_MIB + "m");
        Processo processo = Processo.iniciarCom(
                depressa, papel.classe, Stream.of(argumentos).map(String::valueOf).toArray(String[]::new));
        processos.put(papel, processo);
        if (papel == Papel.CLIENTE_1) {
            Processo.esperar("o menu", SOSSEGO, () -> processo.saida().contains("0 Sair"));
        } else {
            processo.esperarPronto();
        }
    }

    private void esperarEntradas(List<Future<?>> ruidos, List<Future<?>> honestos) throws Exception {
        long limite = System.nanoTime() + DURACAO.toNanos();
        BooleanSupplier bastam = () -> ENTRADAS > 0 ? entradas.get() >= ENTRADAS : System.nanoTime() > limite;
        while (!bastam.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(200);
            for (Future<?> linha : Stream.concat(ruidos.stream(), honestos.stream()).filter(Future::isDone).toList()) {
                linha.get(); // ninguém acaba antes da hora, a não ser com um erro
            }
            processos.forEach((papel, processo) ->
                    assertTrue(processo.vivo(), () -> papel + " acabou: " + ultimas(processo.registro())));
        }
    }

    // ───── Como um processo está ─────

    /** @param linhas quantas de cada nome, das que têm de viver sempre */
    private record Retrato(long arquivos, Map<String, Long> linhas) {

        static Retrato de(Processo processo) {
            try (Stream<Path> abertos = Files.list(pasta(processo, "fd"));
                    Stream<Path> tarefas = Files.list(pasta(processo, "task"))) {
                return new Retrato(abertos.count(), tarefas.map(t -> ler(t.resolve("comm")).strip())
                        .filter(nome -> nome.matches("iothread.*|reaper.*|main|java|rpc|vigia|noticias"))
                        .collect(Collectors.groupingBy(nome -> nome, TreeMap::new, Collectors.counting())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Map<Papel, Retrato> retratos() {
        return processos.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, par -> Retrato.de(par.getValue())));
    }

    private void conferir(Map<Papel, Retrato> antes) throws InterruptedException {
        for (Papel papel : Papel.values()) {
            Processo processo = processos.get(papel);
            Processo.esperar(papel + ": os arquivos abertos voltam a " + antes.get(papel).arquivos, SOSSEGO,
                    () -> Retrato.de(processo).arquivos <= antes.get(papel).arquivos + ARQUIVOS_A_MAIS);
            assertEquals(antes.get(papel).linhas, Retrato.de(processo).linhas, papel + ": as linhas de execução");
            long pico = numero(pasta(processo, "status"), "VmHWM:") / 1024;
            assertTrue(pico < MEMORIA_DO_PROCESSO_MIB, papel + " chegou a " + pico + " MiB");
            assertEquals(List.of(), processo.registro().stream()
                    .filter(l -> l.matches("\\s+at .*|.*Exception.*|.*erro interno.*"))
                    .limit(3).toList(), papel + ": uma pilha");
            Processo.esperar(papel + ": já não se ocupa de nada", SOSSEGO, () -> processadorEm1s(processo) < 0.5);
        }
    }

    /** Que parte de um segundo este processo passa calculando. */
    private static double processadorEm1s(Processo processo) {
        long antes = tiques(processo);
        try {
            TimeUnit.SECONDS.sleep(1); // é o que se mede
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return (tiques(processo) - antes) / 100.0;
    }

    private static long tiques(Processo processo) {
        String[] campos = ler(pasta(processo, "stat")).replaceFirst(".*\\) ", "").split(" ");
        return Long.parseLong(campos[11]) + Long.parseLong(campos[12]);
    }

    private static Path pasta(Processo processo, String nome) {
        return Path.of("/proc", Long.toString(processo.pid()), nome);
    }

    private static long numero(Path arquivo, String chave) {
        return ler(arquivo).lines().filter(l -> l.startsWith(chave))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", ""))).sum();
    }

    private static String ler(Path arquivo) {
        try {
            return Files.readString(arquivo);
        } catch (IOException e) {
            return ""; // acabou entretanto
        }
    }

    private static String ultimas(List<String> registro) {
        return String.join("\n", registro.subList(Math.max(0, registro.size() - 5), registro.size()));
    }

    // ───── Quem se porta bem ─────

    private final Map<String, Long> feitos = new ConcurrentHashMap<>();

    private interface Tentativa {
        /** @return se foi atendida; sem resposta, tenta-se outra vez */
        boolean tentar(Operacao op) throws IOException;
    }

    private List<Future<?>> honestos() {
        Requisicao sequenciador = requisicao(Porta.PEDIDOS_3);
        Requisicao primario = requisicao(Porta.PEDIDOS_4);
        Requisicao testemunha = requisicao(Porta.TESTEMUNHA);
        Map<Porta, Requisicao> consultas = Stream.of(Porta.CONSULTA_1, Porta.CONSULTA_2, Porta.CONSULTA_3, Porta.CONSULTA_4)
                .collect(Collectors.toMap(porta -> porta, FuzzTest::requisicao));
        List<Future<?>> todos = new ArrayList<>(List.of(
                honesto("sequenciador", op -> sequenciador.pedir(op.json()).startsWith("OK seq=")),
                honesto("primario", op -> primario.pedir(op.json()).contains("resultado=APLICADA")),
                honesto("testemunha", op -> testemunha.pedir("{\"pedido\": \"VISAO\"}").startsWith("{\"")),
                honesto("rpc-json", FuzzTest::depositarPorJson), honesto("rpc-rpyc", FuzzTest::depositarPorRpyc),
                linhas.submit(this::porNaFila), linhas.submit(() -> assinar(Porta.DIFUSAO_1)),
                linhas.submit(() -> assinar(Porta.ORDEM)), linhas.submit(() -> assinar(Porta.ATUALIZACOES))));
        consultas.forEach((porta, requisicao) -> todos.add(honesto(porta.name(),
                op -> requisicao.pedir("{\"pedido\": \"ESTADO\"}").contains("\"resumo\""))));
        return todos;
    }

    private static Requisicao requisicao(Porta porta) {
        return new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta.numero), 2_000, 1);
    }

    /** Pede, e só pede outra vez depois de atendido; cada pedido tem de o ser dentro do {@link #PRAZO}. */
    private Future<?> honesto(String nome, Tentativa tentativa) {
        return linhas.submit(() -> {
            while (!fim) {
                Operacao op = Operacao.deposito("honesta", BigDecimal.ONE);
                noPrazo(nome, () -> tentar(tentativa, op));
                feitos.merge(nome, 1L, Long::sum);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            return null;
        });
    }

    private static boolean tentar(Tentativa tentativa, Operacao op) {
        try {
            return tentativa.tentar(op);
        } catch (SemResposta | IOException | AssertionError e) {
            return false;
        }
    }

    private void noPrazo(String nome, BooleanSupplier atendido) {
        long inicio = System.nanoTime();
        Processo.esperar("atender " + nome, PRAZO, atendido);
        piores.merge(nome, (System.nanoTime() - inicio) / 1_000_000, Math::max);
    }

    private static boolean depositarPorJson(Operacao op) throws IOException {
        try (Socket conexao = new Socket(InetAddress.getLoopbackAddress(), Porta.RPC.numero)) {
            conexao.setSoTimeout(2_000);
            conexao.getOutputStream().write(
                    ("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"depositar\", \"params\": [\"honesta\", 1, \""
                    + op.id_msg() + "\"]}\n").getBytes(UTF_8));
            String resposta = new BufferedReader(new InputStreamReader(conexao.getInputStream(), UTF_8)).readLine();
            return resposta != null && resposta.contains("DEPOSITO enfileirado: " + op.id_msg());
        }
    }

    private static boolean depositarPorRpyc(Operacao op) {
        try (ConexaoRpyc conexao = new ConexaoRpyc(Porta.RPC.numero)) {
            List<?> resposta = conexao.pedir(ConexaoRpyc.depositar("honesta"));
            return resposta != null && resposta.toString().contains("DEPOSITO enfileirado: ");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Um servidor da parte 2 que põe operações na fila, e vê pela consulta que foram aplicadas. */
    private Void porNaFila() throws InterruptedException {
        try (ZContext contexto = new ZContext(); Requisicao consulta = requisicao(Porta.CONSULTA_2)) {
            ZMQ.Socket fila = conectar(contexto, Porta.FILA);
            while (!fim) {
                Operacao op = Operacao.deposito("honesta", BigDecimal.ONE);
                noPrazo("fila", () -> {
                    fila.send(op.json(), ZMQ.DONTWAIT);
                    return tentar(o -> consulta.pedir("{\"pedido\": \"RESULTADO\", \"id_msg\": \"" + op.id_msg() + "\"}")
                            .contains("APLICADA"), op);
                });
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        return null;
    }

    /** Quem assina recebe sempre algo: nas partes 3 e 4, pelo que os outros depositam; na 1, pelo que se digita no menu. */
    private Void assinar(Porta porta) throws InterruptedException {
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket assinante = conectar(contexto, porta);
            assinante.subscribe(ZMQ.SUBSCRIPTION_ALL);
            while (!fim) {
                noPrazo(porta.name(), () -> {
                    if (porta == Porta.DIFUSAO_1) {
                        processos.get(Papel.CLIENTE_1).digitar("1\nhonesta\n1\n");
                    }
                    return assinante.recv() != null;
                });
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        return null;
    }

    private static ZMQ.Socket conectar(ZContext contexto, Porta porta) {
        ZMQ.Socket soquete = contexto.createSocket(porta.par);
        soquete.setHandshakeIvl(500); // 2 % das conexões do JeroMQ 0.6.0 nascem surdas (zeromq/jeromq#1022): recomeçam logo
        soquete.setReceiveTimeOut(200);
        soquete.setLinger(0);
        soquete.connect("tcp://" + porta.local());
        return soquete;
    }

    /** Quantos depósitos de 1 a conta {@code honesta} tem, depois de tudo aplicado. */
    private static long deposito(Porta consulta) {
        try (Requisicao requisicao = requisicao(consulta)) {
            String[] resposta = new String[1];
            String pedido = "{\"pedido\": \"SALDO\", \"conta\": \"honesta\"}";
            Processo.esperar("o saldo", PRAZO, () -> tentar(op -> (resposta[0] = requisicao.pedir(pedido)) != null, null));
            return Json.ler(resposta[0].getBytes(UTF_8)).get("saldo").longValue();
        }
    }

    // ───── Quem se porta mal ─────

    private static final List<String> MENSAGENS = List.of(
            "{\"id_msg\": \"ruido-1\", \"tipo\": \"DEPOSITO\", \"conta_origem\": \"ana\", \"conta_destino\": null,"
                    + " \"valor\": 100.0}",
            "{\"id_msg\": \"ruido-2\", \"tipo\": \"TRANSFERENCIA\", \"conta_origem\": \"ana\", \"conta_destino\": \"bia\","
                    + " \"valor\": 0.5}",
            new Envelope(7, Operacao.deposito("ana", BigDecimal.ONE), "ruido").json(),
            "{\"pedido\": \"ESTADO\"}", "{\"pedido\": \"SALDO\", \"conta\": \"ana\"}",
            "{\"pedido\": \"RESULTADO\", \"id_msg\": \"ruido-1\"}",
            "{\"pedido\": \"HISTORICO\", \"desde\": 1, \"max\": 1000}",
            "{\"pedido\": \"INSTANTANEO\", \"desde\": 0}",
            "{\"pedido\": \"NOTICIA\", \"id\": \"ruido\", \"epoca\": 1, \"seq\": 3}",
            "{\"pedido\": \"VISAO\", \"id\": \"ruido\", \"pedidos\": \"a:1\", \"atualizacoes\": \"a:2\", \"inicial\": true,"
                    + " \"epoca\": 1}");
    private static final List<String> CHAMADAS = List.of(
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"depositar\", \"params\": [\"ana\", 1.5]}",
            "{\"jsonrpc\": \"2.0\", \"id\": \"x\", \"method\": \"transferir\", \"params\": {\"conta_origem\": \"ana\","
                    + " \"conta_destino\": \"bia\", \"valor\": 1}}",
            "[{\"jsonrpc\": \"2.0\", \"method\": \"sacar\", \"params\": [\"ana\", 1]}, {\"jsonrpc\": \"2.0\", \"id\": 2,"
                    + " \"method\": \"x\"}, 7]",
            "{\"jsonrpc\": \"2.0\", \"id\": 3, \"method\": \"historico\", \"params\": [1, 1000]}");
    private static final List<byte[]> QUADROS_RPYC = List.of(
            ConexaoRpyc.quadro(false, ConexaoRpyc.pedido(1, List.of(3L, List.of(1L, List.of())))),
            ConexaoRpyc.quadro(false, ConexaoRpyc.pedido(2, ConexaoRpyc.depositar("ana"))),
            ConexaoRpyc.quadro(false, ConexaoRpyc.pedido(3, List.of(1L, List.of(1L, List.of("oi"))))),
            ConexaoRpyc.quadro(false, ConexaoRpyc.corpo(
                    ConexaoRpyc.Geracao.RPYC_6, List.of(1L, 4L, ConexaoRpyc.depositar("ana")))));
    private static final byte[][] INTEIROS =
            {cabecalho(0, -1), cabecalho(0, Integer.MAX_VALUE), cabecalho(COMANDO, Long.MIN_VALUE),
        cabecalho(MAIS, 1 << 30), cabecalho(0, 900_000), cabecalho(0, 60_000), bytes(255, 255, 255, 255),
        bytes(127, 255, 255, 255)};

    /** Cada atacante tem as suas conexões ociosas, e fecha-as quando acaba. */
    private Void atacarSemParar() {
        Deque<Bruto> ociosas = new ArrayDeque<>();
        try {
            while (!fim && (ENTRADAS == 0 || entradas.get() < ENTRADAS)) {
                Random sorte = new Random(SEMENTE * 1_000_003 + ataques.incrementAndGet());
                entradas.addAndGet(atacar(Porta.values()[sorte.nextInt(Porta.values().length)], ociosas, sorte));
            }
        } finally {
            ociosas.forEach(Bruto::close);
        }
        return null;
    }

    /** Um ataque é uma conexão. @return quantas entradas teve */
    private static int atacar(Porta porta, Deque<Bruto> ociosas, Random sorte) {
        Bruto bruto = new Bruto(porta.numero);
        int quantas = switch (sorte.nextInt(10)) {
            case 0 -> 1; // nada
            case 1 -> escrever(bruto, List.of(acaso(sorte)));
            case 2 -> escrever(bruto, List.of(juntar(SAUDACAO, acaso(sorte))));
            case 3 -> escrever(bruto, List.of(mutar(apresentacao(porta, sorte), sorte)));
            case 4 -> escrever(porta.par == SocketType.SUB ? bruto.apresentar("SUB") : bruto,
                    IntStream.range(0, 200).mapToObj(i -> assinaturas(1, 1 + sorte.nextInt(60))).toList());
            default -> conversar(bruto, porta, sorte);
        };
        if (sorte.nextInt(4) == 0) {
            ociosas.add(bruto); // fica, talvez a meio de uma mensagem, a ocupar lugar
            if (ociosas.size() > OCIOSAS / ATACANTES) {
                ociosas.remove().close();
            }
            ociosas.add(ociosas.remove().escrever(bytes(sorte.nextInt(256)))); // uma escreve muito devagar
        } else {
            (sorte.nextInt(8) == 0 ? bruto : bruto.semDespedida()).close();
        }
        return quantas;
    }

    /** Mensagens estragadas depois de uma apresentação como deve ser; no RPC, na língua que ele espera. */
    private static int conversar(Bruto bruto, Porta porta, Random sorte) {
        int quantas = 1 + sorte.nextInt(80);
        boolean rpyc = sorte.nextBoolean();
        if (porta.par != null) {
            bruto.apresentar(sorte.nextInt(10) == 0 ? SocketType.values()[sorte.nextInt(SocketType.values().length)].name()
                    : porta.par.name());
        }
        List<byte[]> todas = Stream.generate(() -> {
            if (porta.par == null) {
                return mutar(rpyc ? um(QUADROS_RPYC, sorte) : texto(um(CHAMADAS, sorte) + "\n"), sorte);
            }
            byte[] corpo = porta.par == SocketType.SUB ? bytes(sorte.nextInt(3), sorte.nextInt(256))
                    : texto(um(MENSAGENS, sorte));
            byte[] envelope = porta.par == SocketType.REQ ? quadro(MAIS, NADA) : NADA;
            return sorte.nextInt(4) > 0 ? juntar(envelope, quadro(0, mutar(corpo, sorte)))
                    : mutar(juntar(envelope, quadro(sorte.nextInt(5) == 0 ? COMANDO : 0, corpo)), sorte);
        }).limit(quantas).toList();
        return escrever(bruto, todas);
    }

    /** @return quantas partes */
    private static int escrever(Bruto bruto, List<byte[]> partes) {
        bruto.escrever(juntar(partes.toArray(byte[][]::new)));
        return partes.size();
    }

    private static byte[] apresentacao(Porta porta, Random sorte) {
        byte[] ready = juntar(texto("\5READY"),
                propriedade("Socket-Type", texto(porta.par == null ? "REQ" : porta.par.name())),
                propriedade("Identity", texto("ruido")));
        return juntar(SAUDACAO, quadro(COMANDO, ready), quadro(sorte.nextInt(8), texto(um(MENSAGENS, sorte))));
    }

    private static byte[] acaso(Random sorte) {
        byte[] acaso = new byte[1 + sorte.nextInt(sorte.nextInt(10) == 0 ? 70_000 : 500)];
        sorte.nextBytes(acaso);
        return acaso;
    }

    /** O mesmo, com um a quatro estragos: bytes trocados, a mais, a menos, repetidos, ou um tamanho impossível no meio. */
    static byte[] mutar(byte[] bytes, Random sorte) {
        byte[] b = bytes;
        for (int vezes = 1 + sorte.nextInt(4); vezes > 0 && b.length > 0; vezes--) {
            int onde = sorte.nextInt(b.length);
            int ate = Math.min(b.length, onde + 1 + sorte.nextInt(12));
            byte[] antes = Arrays.copyOf(b, onde);
            byte[] meio = Arrays.copyOfRange(b, onde, ate);
            byte[] depois = Arrays.copyOfRange(b, ate, b.length);
            b = switch (sorte.nextInt(7)) {
                case 0 -> juntar(antes, bytes(sorte.nextInt(256)), Arrays.copyOfRange(b, onde + 1, b.length));
                case 1 -> juntar(antes, depois);
                case 2 -> juntar(antes, meio, meio, depois);
                case 3 -> juntar(antes, Bruto.repetir(meio, 1 + sorte.nextInt(200)), depois);
                case 4 -> juntar(antes, um(List.of(INTEIROS), sorte), depois);
                case 5 -> juntar(antes, texto(
                        um(List.of("1e999999999", "-1", "null", "[[[[", "\"", "\\u0000", "\u001b[2J"), sorte)), depois);
                default -> antes;
            };
        }
        return b;
    }

    private static <T> T um(List<T> lista, Random sorte) {
        return lista.get(sorte.nextInt(lista.size()));
    }

    /** A réplica da parte 1 também se liga a este: diz-lhe o mesmo que os outros dizem às portas. */
    private Void passarPorServidor(ServerSocket impostor) throws IOException {
        while (!fim) {
            Random sorte = new Random(SEMENTE * 1_000_003 + ataques.incrementAndGet());
            try (Socket conexao = impostor.accept()) {
                conexao.setSoTimeout(1_000);
                byte[] ready = quadro(COMANDO, juntar(texto("\5READY"), propriedade("Socket-Type", texto("XPUB"))));
                byte[] mensagens = juntar(Stream.generate(() -> quadro(0, mutar(texto(um(MENSAGENS, sorte)), sorte)))
                        .limit(20).toArray(byte[][]::new));
                byte[] tudo = juntar(SAUDACAO, ready, mensagens);
                conexao.getOutputStream().write(
                        sorte.nextInt(3) == 0 ? acaso(sorte) : sorte.nextBoolean() ? mutar(tudo, sorte) : tudo);
                conexao.getInputStream().read(new byte[200]);
                entradas.addAndGet(20);
            } catch (IOException e) {
                if (impostor.isClosed()) {
                    return null;
                }
            }
        }
        return null;
    }

    public static void main(String[] args) {
        Testes.rodar(FuzzTest.class);
    }
}
