///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Uma página qualquer não mexe em nada: pedidos de navegador a todas as portas de todos os papéis.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Bruto.java ../../part1/Client.java ../../part1/Replica.java ../../part2/Client.java ../../part2/RpcServer.java
//SOURCES ../../part2/Worker.java ../../part3/Client.java ../../part3/Replica.java ../../part3/Sequencer.java
//SOURCES ../../part4/Backup.java ../../part4/Client.java ../../part4/Primary.java ../../part4/Witness.java
//SOURCES ../../shared/papel/GerarChaves.java ../Cena.java ../casa/ArvoreTest.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarEstado;
import static tests.Cena.local;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import shared.Banco;
import shared.Operacao;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.casa.ArvoreTest;

/**
 * As portas não se escrevem aqui: são as que cada processo tem abertas, segundo o sistema. E os papéis são os que há nas
 * pastas: um novo tem de dizer em {@link #como} como se inicia.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "é em /proc que se vê que portas um processo tem abertas")
@DisplayName("O que um navegador envia")
class NavegadorTest {

    private static final Operacao INTRUSA = deposito("intrusa", "intrusa", "1");
    private static final String CHAMADA =
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"depositar\", \"params\": [\"intrusa\", 1]}";
    private static final String PROMOVER = "{\"pedido\": \"PROMOVER\"}";

    private final int[] p = Stream.generate(Processo::portaLivre).limit(18).mapToInt(porta -> porta).toArray();

    /** Os argumentos de cada papel, os das portas primeiro; na ordem em que se iniciam. */
    private final Map<String, Object[]> como = new TreeMap<>(Map.ofEntries(
            Map.entry("part1.Client", new Object[] {"--porta", p[0]}),
            Map.entry("part1.Replica", new Object[] {"--clientes", local(p[0]), "--consulta", p[1]}),
            Map.entry("part2.Client", new Object[] {"--rpc", local(p[2])}),
            Map.entry("part2.RpcServer", new Object[] {"--porta", p[2], "--workers", local(p[3])}),
            Map.entry("part2.Worker", new Object[] {"--porta", p[3], "--rpc", local(p[2]), "--consulta", p[4]}),
            Map.entry("part3.Client", new Object[] {"--sequenciador", local(p[5])}),
            Map.entry("part3.Ordenador", new Object[] {"--pedidos", p[15], "--ordem", p[16], "--id", "n1",
                "--pares", "n1=" + local(p[17])}),
            Map.entry("part3.Replica", new Object[] {"--pedidos", local(p[5]), "--ordem", local(p[6]), "--consulta", p[7]}),
            Map.entry("part3.Sequencer", new Object[] {"--pedidos", p[5], "--ordem", p[6]}),
            Map.entry("part4.Backup", new Object[] {"--pedidos", p[8], "--atualizacoes", p[9], "--consulta", p[10],
                    "--pedidos-primario",
                local(p[11]), "--atualizacoes-primario", local(p[12]), "--testemunha", local(p[14])}),
            Map.entry("part4.Client", new Object[] {"--primario", local(p[11])}),
            Map.entry("part4.Primary", new Object[] {"--pedidos", p[11], "--atualizacoes", p[12], "--consulta", p[13],
                "--testemunha", local(p[14])}),
            Map.entry("part4.Witness", new Object[] {"--porta", p[14]})));

    private final Cena cena = new Cena();
    private final Map<String, Processo> papeis = new TreeMap<>();
    private final List<Socket> navegador = new ArrayList<>();

    @AfterEach
    void encerrar() throws IOException {
        for (Socket conexao : navegador) {
            conexao.close();
        }
        cena.close();
    }

    @Test
    @DisplayName("pedidos de outra página, a todas as portas de todos os papéis: nenhum faz nada, e todos os papéis"
            + " seguem de pé")
    void todasAsPortas() throws IOException {
        assertEquals(ArvoreTest.papeis().map(fonte -> fonte.replace(".java", "").replace('/', '.'))
                .collect(Collectors.toSet()), como.keySet(), "um papel novo: diga em como como se inicia");
        como.forEach((papel, argumentos) -> papeis.put(papel, cena.iniciar(papel, argumentos)));
        papeis.entrySet().stream().filter(e -> !e.getKey().matches("part..Client|part4.Backup"))
                .forEach(e -> e.getValue().esperarPronto());
        papeis.get("part4.Primary").esperarNoRegistro("entraram=[backup#");
        depositar(1);

        Set<Integer> abertas = new TreeSet<>();
        for (Map.Entry<String, Processo> papel : papeis.entrySet()) {
            Set<Integer> dele = portasDe(papel.getValue().pid());
            assertTrue(papel.getKey().matches("part[234].Client") || !dele.isEmpty(),
                    papel.getKey() + " não escuta em nenhuma");
            abertas.addAll(dele);
        }
        assertTrue(abertas.size() >= 14, abertas.toString());
        for (int porta : abertas) {
            for (byte[] pedido : pedidos(porta)) {
                enviar(porta, pedido);
            }
        }
        depositar(2); // depois de tudo o que se enviou, e tem de ser o segundo
        depositar(3);
        esperarEstado(p[15], "um ordenador a quem ninguém pediu nada", e -> e.get("seq").asInt() == 0);
        papeis.forEach((papel, processo) -> assertTrue(processo.vivo(), papel));
    }

    @Test
    @DisplayName("com chaves, a porta de RPC responde em claro que só fala TLS, na hora, e nada se faz")
    void comChaves() throws IOException {
        Path chaves = Files.createTempDirectory("banco-navegador-");
        try {
            Processo gerador = cena.iniciar("shared.papel.GerarChaves", chaves.resolve("c"));
            assertEquals(0, gerador.esperarFim(Processo.PRAZO.multipliedBy(4)));
            Processo servidor = cena.iniciar("part2.RpcServer", "--porta", p[2], "--workers", local(p[3]), "--chaves",
                    chaves.resolve("c"));
            servidor.esperarPronto();
            List<byte[]> todos = new ArrayList<>(pedidos(p[2]));
            todos.add("P".getBytes(UTF_8));
            todos.add(CHAMADA.getBytes(UTF_8));
            for (byte[] pedido : todos) {
                String resposta = new String(enviar(p[2], pedido).getInputStream().readAllBytes(), UTF_8);
                assertTrue(resposta.startsWith(
                        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"aqui só se fala TLS"),
                        resposta);
            }
            servidor.esperarNoRegistro("recusada de=127.0.0.1 porta=" + p[2] + " porque=\"não usa TLS");
            assertTrue(!servidor.temNoRegistro("enfileirar") && servidor.vivo());
        } finally {
            try (Stream<Path> arquivos = Files.walk(chaves)) {
                arquivos.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /** Deposita 1 na conta ana, em cada parte, e espera que todos os bancos tenham só isso: tantos depósitos. */
    private void depositar(int quantos) {
        papeis.get("part1.Client").digitar("1\nana\n1\n");
        papeis.get("part2.Client").digitar("1\nana\n1\n");
        papeis.get("part3.Client").digitar("1\nana\n1\n");
        papeis.get("part4.Client").digitar("1\nana\n1\n");
        Banco esperado = new Banco();
        for (int i = 0; i < quantos; i++) {
            esperado.aplicar(deposito("e" + i, "ana", "1"));
        }
        for (int consulta : List.of(p[1], p[4], p[7], p[10], p[13])) {
            esperarEstado(consulta, quantos + " depósitos e mais nada",
                    e -> e.get("resumo").asText().equals(esperado.resumo())
                    && e.get("aplicadas").asInt() == quantos);
        }
    }

    // ───── O que um navegador pode enviar ─────

    /**
     * Numa página pode haver um formulário, ou um fetch sem CORS: o corpo são os bytes que ela quiser; os cabeçalhos, quase.
     */
    private static List<byte[]> pedidos(int porta) {
        List<byte[]> pedidos = new ArrayList<>();
        for (String corpo : List.of(INTRUSA.json(), CHAMADA, PROMOVER, "{\"seq\": 2, \"op\": " + INTRUSA.json() + "}",
                CHAMADA.replace("}", ", \"x\": \"=\"}"))) { // o último, de um formulário em text/plain: nome=valor
            pedidos.add(post(porta, corpo.getBytes(UTF_8)));
            pedidos.add(post(porta, ("\r\n" + corpo + "\n").getBytes(UTF_8)));
        }
        pedidos.add(("GET /?q=" + CHAMADA.replace(" ", "") + " HTTP/1.1\r\nHost: outro.exemplo:" + porta + "\r\n\r\n")
                .getBytes(UTF_8));
        pedidos.add(("GET /\n" + CHAMADA + "\n").getBytes(UTF_8));
        pedidos.add(post(porta, Bruto.juntar(Bruto.SAUDACAO, Bruto.quadro(Bruto.COMANDO, Bruto.juntar(Bruto.texto("\5READY"),
                Bruto.propriedade("Socket-Type", Bruto.texto("DEALER")))), Bruto.quadro(1, Bruto.NADA),
                Bruto.quadro(0, Bruto.texto(INTRUSA.json())))));
        for (String mensagem : List.of(INTRUSA.json(), PROMOVER)) {
            for (int desvio : List.of(0, 1)) {
                pedidos.add(post(porta, emZmtp1(desvio, mensagem)));
            }
        }
        return pedidos;
    }

    private static byte[] post(int porta, byte[] corpo) {
        String cabecalhos = "POST / HTTP/1.1\r\nHost: banco.outro.exemplo:" + porta + "\r\nOrigin: http://outro.exemplo\r\n"
                + "Content-Type: text/plain\r\nContent-Length: " + corpo.length + "\r\n\r\n";
        return Bruto.juntar(cabecalhos.getBytes(UTF_8), corpo);
    }

    /**
     * Um corpo que é ZMTP 1 quando os cabeçalhos, ASCII, se tomam por quadros dele: cada byte é um tamanho, e o último
     * destes acaba entre muitos quadros vazios. Seguem-se a mensagem sozinha, e atrás de um quadro vazio. O JeroMQ sem a
     * defesa aceita isto.
     */
    private static byte[] emZmtp1(int desvio, String mensagem) {
        ByteArrayOutputStream corpo = new ByteArrayOutputStream();
        corpo.writeBytes(Bruto.repetir(new byte[] {1}, 400 + desvio));
        for (int bandeira : List.of(0, 1)) {
            corpo.writeBytes(new byte[] {1, 0, 1, (byte) bandeira, (byte) (1 + mensagem.length()), 0});
            corpo.writeBytes(mensagem.getBytes(UTF_8));
        }
        return corpo.toByteArray();
    }

    private Socket enviar(int porta, byte[] pedido) throws IOException {
        Socket conexao = new Socket(InetAddress.getLoopbackAddress(), porta);
        conexao.setSoTimeout((int) Processo.PRAZO.toMillis());
        navegador.add(conexao);
        conexao.getOutputStream().write(pedido);
        return conexao;
    }

    // ───── Portas abertas ─────

    private static Set<Integer> portasDe(long pid) throws IOException {
        Set<String> soquetes;
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            soquetes = fds.map(NavegadorTest::destino).collect(Collectors.toSet());
        }
        Set<Integer> portas = new TreeSet<>();
        for (String tabela : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            Files.readAllLines(Path.of(tabela)).stream().map(linha -> linha.strip().split("\\s+"))
                    .filter(campos -> campos[3].equals("0A") && soquetes.contains("socket:[" + campos[9] + "]")) // LISTEN
                    .forEach(campos -> portas.add(Integer.parseInt(campos[1].substring(campos[1].indexOf(':') + 1), 16)));
        }
        return portas;
    }

    private static String destino(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return ""; // fechou-se entretanto
        }
    }

    public static void main(String[] args) {
        Testes.rodar(NavegadorTest.class);
    }
}
