///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Processos de verdade sob fogo: mortos e parados ao acaso, com clientes trabalhando. -Drodadas=500 -Dsemente=7
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part2/RpcServer.java ../../part2/Worker.java ../../part3/Ordenador.java ../../part3/Replica.java
//SOURCES ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Primary.java ../../part4/Witness.java
//SOURCES ../../shared/papel/Carga.java ../../shared/rede/Requisicao.java ../Ordenadores.java ../Testes.java
//SOURCES rede/Rede.java vereditos/Prefixos.java vereditos/Rastro.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import part3.regra.grupos.Grupos;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.papel.Carga;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Ordenadores;
import tests.Processo;
import tests.Testes;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Prefixos;
import tests.lab.vereditos.Prefixos.Vista;
import tests.lab.vereditos.Rastro;

@DisplayName("Sob fogo: kill -9 e kill -STOP ao acaso, com carga")
class SobFogoTest {

    private static final int RODADAS = Integer.getInteger("rodadas", Testes.quanto(2, 12));
    private static final long SEMENTE = Long.getLong("semente", 1);
    private static final int CLIENTES = 3;
    private static final int GOLPES = 3;              // por rodada
    private static final int TODOS_EM = 6;            // um golpe em tantos mata todos os que se podem separar
    private static final int ENTRE_GOLPES_MS = 400;   // no máximo
    private static final int CONTAS = 6;
    private static final String TODAS_AS_CONTAS = IntStream.rangeClosed(1, CONTAS).mapToObj(n -> '"' + Carga.conta(n) + '"')
            .collect(Collectors.joining(", ", "{\"pedido\": \"SALDOS\", \"contas\": [", "]}"));
    private static final Duration CURA = Duration.ofMinutes(3);

    @TempDir
    private Path pasta;

    @Test
    @DisplayName("parte 2: o enfileirado chega a todos os workers, uma vez, na mesma ordem")
    void parte2() {
        int rpc = Processo.portaLivre();
        int fila1 = Processo.portaLivre();
        int fila2 = Processo.portaLivre();
        Sistema s = new Sistema(e -> e.get("ultima").longValue());
        s.papel("servidor", "part2.RpcServer", "--porta", rpc, "--workers", "127.0.0.1:" + fila1 + ",127.0.0.1:" + fila2);
        s.replica("w1", "part2.Worker", "--porta", fila1, "--rpc", "127.0.0.1:" + rpc);
        s.replica("w2", "part2.Worker", "--porta", fila2, "--rpc", "127.0.0.1:" + rpc);
        s.fonte = () -> jsonRpc(rpc, "historico", "[1, 0]").path("result");
        s.pedir = op -> {
            String conta = Json.escrever(Json.MAPPER.getNodeFactory().textNode(op.conta_origem()));
            String metodo = switch (op.tipo()) {
                case DEPOSITO -> "depositar";
                case SAQUE -> "sacar";
                case TRANSFERENCIA -> "transferir";
            };
            String destino = op.conta_destino() == null ? "" : ", \"" + op.conta_destino() + "\"";
            return jsonRpc(rpc, metodo, "[" + conta + destino + ", " + op.valor() + ", \"" + op.id_msg() + "\"]")
                    .path("result").textValue();
        };
        s.rodar();
    }

    @Test
    @DisplayName("parte 3: o numerado não se perde nem muda de número, e as réplicas ficam iguais")
    void parte3() {
        int pedidos = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        Sistema s = new Sistema(e -> e.get("seq").longValue());
        s.papel("sequenciador", "part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem);
        for (String nome : List.of("r1", "r2")) {
            s.replica(nome, "part3.Replica", "--pedidos", "127.0.0.1:" + pedidos, "--ordem", "127.0.0.1:" + ordem);
        }
        s.fonte = () -> zmq(pedidos, "{\"pedido\": \"ESTADO\"}");
        s.pedir = op -> pedir(pedidos, op.json());
        s.rodar();
    }

    @Test
    @DisplayName("parte 3 com três ordenadores, que também se separam, e às vezes morrem todos: o numerado não se perde"
            + " nem muda de número, e as réplicas ficam iguais")
    void parte3ComRaft() {
        comOrdenadores(1);
    }

    @Test
    @DisplayName("o mesmo, com as contas em grupos: em qualquer prefixo de cada grupo, e em cada corte que se lê, o dinheiro"
            + " conserva-se e nenhum saldo é negativo; tudo vale uma vez, e cada conta tem uma ordem que respeita o tempo")
    void parte3EmGrupos() {
        comOrdenadores(3);
    }

    private void comOrdenadores(int grupos) {
        List<String> nomes = List.of("n1", "n2", "n3");
        Map<String, Integer> portas = new LinkedHashMap<>(); // por nome, e o que nela se faz
        nomes.forEach(nome -> Stream.of(" pedidos", " ordem", " pares").forEach(
                oQue -> portas.put(nome + oQue, Processo.portaLivre(grupos - 1, Grupos.ENTRE_PORTAS))));
        Sistema s = new Sistema(e -> e.get("seq").longValue());
        s.grupos = new Grupos(grupos);
        s.rodadas = Integer.getInteger("rodadas", Testes.quanto(1, 3)); // cada uma são três JVM que morrem e voltam
        try (Rede rede = new Rede(Defesa.emClaro(), new Rastro().soDizer(evento -> { }), SEMENTE)) {
            s.rede = rede;
            for (String nome : nomes) {
                s.papel(nome, "part3.Ordenador", "--grupos", grupos, "--pedidos", portas.get(nome + " pedidos"), "--ordem",
                        portas.get(nome + " ordem"), "--pares", nomes.stream().map(outro -> outro + "=127.0.0.1:"
                        + (outro.equals(nome) ? portas.get(nome + " pares") : entre(rede, nome, outro, portas)))
                        .collect(Collectors.joining(",")));
            }
            List<Endereco> pedidos = nomes.stream().map(nome -> local(portas.get(nome + " pedidos"))).toList();
            String aQuemPedir = pedidos.stream().map(Endereco::toString).collect(Collectors.joining(","));
            String aQuemOuvir = nomes.stream().map(nome -> local(portas.get(nome + " ordem")).toString())
                    .collect(Collectors.joining(","));
            for (String nome : List.of("r1", "r2")) {
                s.replica(nome, "part3.Replica", "--grupos", grupos, "--pedidos", aQuemPedir, "--ordem", aQuemOuvir);
            }
            s.fonte = () -> numerados(pedidos, grupos);
            s.nascer = () -> pedidos.forEach(onde -> IntStream.range(0, grupos)
                    .forEach(g -> esperarNascido(Grupos.porta(onde.porta(), g))));
            ThreadLocal<Requisicao> deCada = ThreadLocal.withInitial(
                    () -> new Requisicao(Defesa.emClaro(), pedidos, 1_000, 3, false));
            s.pedir = op -> deCada.get().pedir(op.json());
            if (grupos > 1) {
                s.antes = IntStream.rangeClosed(1, CONTAS).boxed().flatMap(n -> Stream.of(
                        Operacao.deposito(Carga.conta(n), BigDecimal.TEN),
                        Operacao.transferencia(Carga.conta(n), Carga.conta(1 + n % CONTAS), BigDecimal.ONE))).toList();
                s.ler = () -> deCada.get().pedir(TODAS_AS_CONTAS);
                s.prefixos = () -> conferirPrefixos(s, pedidos);
            }
            s.rodar();
        }
    }

    /** Antes que tenha algo escrito do líder, um grupo de três não pode perder um. */
    private static void esperarNascido(int pedidos) {
        Processo.esperar("que o ordenador da porta " + pedidos + " tenha algo escrito", CURA, () -> {
            try {
                return Ordenadores.nasceu(zmq(pedidos, "{\"pedido\": \"ESTADO\"}"));
            } catch (SemResposta e) {
                return false;
            }
        });
    }

    /** Quantos números deram, ao todo, em todos os grupos; {@code null} se um ainda não sabe de todos. */
    private static JsonNode numerados(List<Endereco> pedidos, int grupos) {
        List<List<Long>> deCada = pedidos.stream().map(onde -> IntStream.range(0, grupos)
                .mapToObj(g -> zmq(Grupos.porta(onde.porta(), g), "{\"pedido\": \"ESTADO\"}").get("seq").longValue())
                .toList()).distinct().toList();
        return deCada.size() > 1 ? null : Json.MAPPER.createObjectNode()
                .put("seq", deCada.get(0).stream().mapToLong(Long::longValue).sum());
    }

    private static void conferirPrefixos(Sistema s, List<Endereco> pedidos) {
        List<List<Envelope>> publicado = new ArrayList<>();
        assertTrue(Processo.aguardar(CURA, () -> {
            try {
                List<List<List<Envelope>>> deCada = pedidos.stream().map(onde -> IntStream.range(0, s.grupos.quantos())
                        .mapToObj(g -> publicado(Grupos.porta(onde.porta(), g))).toList()).distinct().toList();
                publicado.clear();
                publicado.addAll(deCada.get(0));
                return deCada.size() == 1 && publicado.stream().allMatch(SobFogoTest::nadaEmTransito);
            } catch (SemResposta e) {
                return false;
            }
        }), () -> "ou os ordenadores não publicaram o mesmo, ou algo ficou em trânsito: " + publicado);
        Prefixos p = Prefixos.conferir(s.grupos, s.vistas, publicado);
        s.lidas.forEach(lida -> p.leitura(lida.pediu(), Json.ler(lida.resposta().getBytes(StandardCharsets.UTF_8))));
        s.lidas.clear();
        assertTrue(p.quantasPassaram() > 0, "passou dinheiro de um grupo a outro");
    }

    private static boolean nadaEmTransito(List<Envelope> deUmGrupo) {
        Banco banco = new Banco();
        deUmGrupo.forEach(envelope -> banco.aplicar(envelope.op()));
        return banco.saldo(Grupos.EM_TRANSITO).signum() == 0;
    }

    private static List<Envelope> publicado(int pedidos) {
        return Ordenadores.publicado(pedido -> zmq(pedidos, pedido));
    }

    /** A porta por que um ordenador chega a outro. */
    private static int entre(Rede rede, String de, String para, Map<String, Integer> portas) {
        Endereco meio = local(Processo.portaLivre());
        rede.enlace(Rede.Tipo.pares, de, para, meio, local(portas.get(para + " pares")));
        return meio.porta();
    }

    private static Endereco local(int porta) {
        return new Endereco("127.0.0.1", porta);
    }

    @Test
    @DisplayName("parte 4: o confirmado sobrevive, com o resultado que o cliente ouviu, troque-se quantas vezes o primário")
    void parte4() {
        int juiz = Processo.portaLivre();
        int[] portas = {Processo.portaLivre(), Processo.portaLivre(), Processo.portaLivre(), Processo.portaLivre()};
        Sistema s = new Sistema(e -> e.get("seq").longValue());
        s.papel("testemunha", "part4.Witness", "--porta", juiz);
        s.replica("p", "part4.Primary", "--testemunha", "127.0.0.1:" + juiz, "--pedidos", portas[0],
                "--atualizacoes", portas[1]);
        s.replica("b", "part4.Backup", "--testemunha", "127.0.0.1:" + juiz, "--pedidos", portas[2],
                "--atualizacoes", portas[3],
                "--pedidos-primario", "127.0.0.1:" + portas[0], "--atualizacoes-primario", "127.0.0.1:" + portas[1]);
        s.fonte = () -> {
            for (int porta : new int[] {portas[0], portas[2]}) {
                ObjectNode estado = zmq(porta, "{\"pedido\": \"ESTADO\"}");
                if (estado.get("primario").booleanValue() && estado.get("em_dia").intValue() == 2) {
                    return estado;
                }
            }
            return null;
        };
        int[] atual = {0};
        s.pedir = op -> {
            int qual = atual[0];
            try {
                String resposta = pedir(portas[qual], op.json());
                if (resposta.startsWith("OK")) {
                    return resposta;
                }
            } catch (SemResposta e) {
                // o outro
            }
            atual[0] = 2 - qual;
            return null;
        };
        s.rodar();
    }

    /** O que um cliente lembra de uma operação que teve resposta. */
    private record Confirmada(Operacao op, String resposta) {
    }

    /** Um corte que se leu. @param pediu quando se pediu, em ns */
    private record Lida(long pediu, String resposta) {
    }

    private interface Pedir {
        /** Uma tentativa. @return a resposta; null se não houve */
        String com(Operacao op);
    }

    private interface Fonte {
        /** O estado de quem numera; null se ainda não está tudo de pé. */
        JsonNode estado();
    }

    private interface Ultimo {
        long de(JsonNode estado);
    }

    /** Um conjunto de processos que se pode golpear, e os clientes que o usam. */
    private final class Sistema {

        private final Map<String, String[]> comandos = new LinkedHashMap<>();
        private final Map<String, Processo> processos = new LinkedHashMap<>();
        private final List<Integer> consultas = new ArrayList<>();
        private int rodadas = RODADAS;
        private final Queue<Confirmada> confirmadas = new ConcurrentLinkedQueue<>();
        private final Ultimo ultimo;
        private Fonte fonte;
        private Pedir pedir;
        private Rede rede; // entre os que se podem separar; null = ninguém
        private Grupos grupos = new Grupos(1);
        private Supplier<String> ler; // todas as contas num corte; null = não se lê
        private Runnable nascer = () -> { };
        private Runnable prefixos = () -> { };
        private List<Operacao> antes = List.of(); // do fogo
        private final Queue<Vista> vistas = new ConcurrentLinkedQueue<>(); // desde o começo
        private final Queue<Lida> lidas = new ConcurrentLinkedQueue<>();
        private volatile boolean parar;

        Sistema(Ultimo ultimo) {
            this.ultimo = ultimo;
        }

        void papel(String nome, String classe, Object... opcoes) {
            List<String> comando = new ArrayList<>(
                    List.of(classe, "--id", nome, "--silencioso", "--dados", pasta.resolve(nome).toString()));
            for (Object opcao : opcoes) {
                comando.add(opcao.toString());
            }
            comandos.put(nome, comando.toArray(String[]::new));
        }

        void replica(String nome, String classe, Object... opcoes) {
            papel(nome, classe, opcoes);
            int porta = Processo.portaLivre();
            consultas.add(porta);
            List<String> comando = new ArrayList<>(List.of(comandos.get(nome)));
            comando.addAll(List.of("--consulta", Integer.toString(porta)));
            comandos.put(nome, comando.toArray(String[]::new));
        }

        void rodar() {
            Random sorte = new Random(SEMENTE);
            try {
                comandos.keySet().forEach(this::iniciar);
                processos.values().forEach(este -> este.esperarNoRegistro("pronto:", CURA));
                nascer.run();
                antes.forEach(this::fazer);
                for (int rodada = 1; rodada <= rodadas; rodada++) {
                    List<String> historia = rodada(sorte, rodada);
                    try {
                        conferir();
                        prefixos.run();
                    } catch (AssertionError | RuntimeException e) {
                        throw new AssertionError("rodada " + rodada + " da semente " + SEMENTE + ": " + e.getMessage()
                                + "\ngolpes: " + historia + "\n" + registros(), e);
                    }
                }
            } finally {
                processos.values().forEach(Processo::close);
            }
        }

        private void iniciar(String nome) {
            String[] comando = comandos.get(nome);
            String[] argumentos = Arrays.copyOfRange(comando, 1, comando.length);
            processos.put(nome, Processo.iniciarSoCom(Processo.DEPRESSA, comando[0], argumentos)); // vive segundos
        }

        private List<String> rodada(Random sorte, int rodada) {
            parar = false;
            List<Thread> clientes = new ArrayList<>();
            for (int i = 0; i < CLIENTES; i++) {
                Iterator<Operacao> operacoes =
                        Carga.operacoes(SEMENTE * 1_000_000 + rodada * 1_000L + i, CONTAS, Integer.MAX_VALUE);
                Thread cliente = new Thread(() -> trabalhar(operacoes));
                clientes.add(cliente);
            }
            if (ler != null) {
                clientes.add(new Thread(this::lerSempre));
            }
            clientes.forEach(Thread::start);
            List<String> golpes = new ArrayList<>();
            List<String> nomes = List.copyOf(comandos.keySet());
            for (int i = 0; i < GOLPES; i++) {
                dormir(sorte.nextInt(ENTRE_GOLPES_MS));
                golpes.add(rede != null && sorte.nextInt(TODOS_EM) == 0 ? golpearTodos(sorte)
                        : golpear(nomes.get(sorte.nextInt(nomes.size())), sorte));
            }
            dormir(sorte.nextInt(ENTRE_GOLPES_MS));
            parar = true;
            for (Thread cliente : clientes) {
                try {
                    cliente.join(CURA.toMillis());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                assertTrue(!cliente.isAlive(), "um cliente não conseguiu resposta em " + CURA.toSeconds()
                        + " s depois da cura");
            }
            return golpes;
        }

        private String golpear(String nome, Random sorte) {
            Processo alvo = processos.get(nome);
            boolean separavel = rede != null && rede.nomes().stream().anyMatch(sentido -> sentido.startsWith(nome + ">"));
            if (separavel && sorte.nextInt(3) == 0) {
                rede.isolar(nome, true);
                dormir(sorte.nextInt(4 * ENTRE_GOLPES_MS));
                rede.isolar(nome, false);
                return "separar " + nome;
            }
            if (sorte.nextBoolean()) {
                alvo.matar();
                dormir(sorte.nextInt(ENTRE_GOLPES_MS));
                iniciar(nome);
                return "kill -9 " + nome;
            }
            alvo.sinal("STOP");
            dormir(sorte.nextInt(4 * ENTRE_GOLPES_MS));
            alvo.sinal("CONT");
            return "kill -STOP " + nome;
        }

        private String golpearTodos(Random sorte) {
            List<String> deles = comandos.keySet().stream().filter(nome -> rede.nomes().stream()
                    .anyMatch(sentido -> sentido.startsWith(nome + ">"))).toList();
            deles.forEach(nome -> processos.get(nome).matar());
            dormir(sorte.nextInt(ENTRE_GOLPES_MS));
            deles.forEach(this::iniciar);
            return "kill -9 " + deles;
        }

        /** Um cliente: cada operação até ter resposta, sempre com o mesmo id_msg. */
        private void trabalhar(Iterator<Operacao> operacoes) {
            while (!parar) {
                fazer(operacoes.next());
            }
        }

        private void fazer(Operacao op) {
            String resposta = null;
            long pediu = System.nanoTime();
            long limite = pediu + CURA.toNanos();
            while (resposta == null && System.nanoTime() < limite) {
                try {
                    resposta = pedir.com(op);
                } catch (SemResposta e) {
                    resposta = null;
                }
            }
            if (resposta != null) {
                confirmadas.add(new Confirmada(op, resposta));
            }
            vistas.add(new Vista(op, pediu, resposta == null ? Long.MAX_VALUE : System.nanoTime(), resposta));
        }

        private void lerSempre() {
            while (!parar) {
                try {
                    long pediu = System.nanoTime();
                    String resposta = ler.get();
                    if (!resposta.startsWith("ERRO sem_corte")) {
                        lidas.add(new Lida(pediu, resposta));
                    }
                } catch (SemResposta e) {
                    // outra vez
                }
            }
        }

        /** Espera que tudo sossegue, e confere o que se prometeu. */
        private void conferir() {
            List<ObjectNode> estados = new ArrayList<>();
            JsonNode[] numera = {null};
            boolean emDia = Processo.aguardar(CURA, () -> {
                estados.clear();
                try {
                    JsonNode numerador = numera[0] = fonte.estado();
                    consultas.forEach(porta -> estados.add(zmq(porta, "{\"pedido\": \"ESTADO\"}")));
                    return numerador != null && numerador.isObject()
                            && estados.stream().allMatch(e -> e.get("seq").longValue() == ultimo.de(numerador));
                } catch (SemResposta e) {
                    return false;
                }
            });
            assertTrue(emDia, () -> "as réplicas não se põem em dia " + CURA.toSeconds() + " s depois da cura: " + numera[0]
                    + " numera, e elas têm " + estados);
            for (ObjectNode estado : estados) {
                assertEquals(estados.get(0).get("resumo"), estado.get("resumo"), "réplicas iguais");
                assertEquals(estado.get("seq").longValue(), estado.get("aplicadas").longValue()
                        + estado.get("recusadas").longValue(), "cada número é uma operação diferente, aplicada uma vez");
                assertEquals(0, estado.get("total").decimalValue().compareTo(
                        estado.get("depositado").decimalValue().subtract(estado.get("sacado").decimalValue())),
                        "dinheiro conservado");
            }
            for (int porta : consultas) {
                try (Requisicao consulta = new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta), 5_000, 2)) {
                    confirmadas.forEach(c -> conferir(c, consulta));
                }
            }
            assertTrue(!confirmadas.isEmpty(), "os clientes conseguiram trabalhar");
            List<String> numeradas = confirmadas.stream().map(c -> grupos.de(c.op()) + " " + c.resposta())
                    .filter(resposta -> resposta.contains("seq=")).toList(); // as outras são repetidas, e não dizem o número
            assertEquals(numeradas.size(), Set.copyOf(numeradas).size(), "duas operações com o mesmo número");
            confirmadas.clear();
        }

        private void conferir(Confirmada c, Requisicao consulta) {
            String resposta = consulta.pedir("{\"pedido\": \"RESULTADO\", \"id_msg\": \"" + c.op().id_msg() + "\"}");
            String resultado = Json.ler(resposta.getBytes(StandardCharsets.UTF_8)).get("resultado").textValue();
            assertTrue(!resultado.equals("DESCONHECIDA"), () -> "confirmada e perdida: " + c);
            if (c.resposta().contains("resultado=")) {
                assertTrue(c.resposta().contains("resultado=" + resultado), () -> "o cliente ouviu " + c
                        + ", e a réplica diz " + resultado);
            }
        }

        private String registros() {
            StringBuilder tudo = new StringBuilder();
            processos.forEach((nome, p) -> tudo.append("--- ").append(nome).append('\n')
                    .append(String.join("\n", p.registro())).append('\n'));
            return tudo.toString();
        }
    }

    private static void dormir(int milissegundos) { // o acaso do golpe, não a espera por uma condição
        try {
            TimeUnit.MILLISECONDS.sleep(milissegundos);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final ThreadLocal<Map<Integer, Requisicao>> ABERTAS = ThreadLocal.withInitial(LinkedHashMap::new);

    private static String pedir(int porta, String pedido) {
        return ABERTAS.get().computeIfAbsent(
                porta, p -> new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", p), 400, 1)).pedir(pedido);
    }

    private static ObjectNode zmq(int porta, String pedido) {
        try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta), 1_000, 1)) {
            return Json.ler(requisicao.pedir(pedido).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static ObjectNode jsonRpc(int porta, String metodo, String parametros) {
        try (Socket conexao = new Socket()) {
            conexao.connect(new InetSocketAddress("127.0.0.1", porta), 400);
            conexao.setSoTimeout(400);
            conexao.getOutputStream().write(
                    ("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"" + metodo + "\", \"params\": " + parametros
                    + "}\n").getBytes(StandardCharsets.UTF_8));
            String linha = new BufferedReader(
                    new InputStreamReader(conexao.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if (linha != null) {
                return Json.ler(linha.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // sem resposta
        }
        throw new SemResposta(new Endereco("127.0.0.1", porta), 400, "");
    }

    public static void main(String[] args) {
        Testes.rodar(SobFogoTest.class);
    }
}
