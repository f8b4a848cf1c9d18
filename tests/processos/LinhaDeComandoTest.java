///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A linha de comando de todos os papéis: ajuda, erros, códigos de saída, lote, menu e sinais.
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

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static tests.Cena.deposito;
import static tests.Cena.estado;
import static tests.Cena.fim;
import static tests.Cena.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import shared.papel.Papel;
import shared.texto.ErroDeUso;
import tests.Cena.Fim;
import tests.Cena;
import tests.Processo;
import tests.Testes;

@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@DisplayName("Linha de comando")
class LinhaDeComandoTest {

    /** O que o picocli diria se ninguém o traduzisse, e o que a pessoa não deve ver nunca. */
    private static final Pattern INGLES = Pattern.compile("(?i)\\b(usage|options?|commands?|missing|required|unknown"
            + "|unmatched|invalid|expected|should|could|cannot|default|display|parameters?|but was|is not)\\b");
    private static final Pattern PILHA = Pattern.compile("Exception|Error:|^\\s+at |erro interno", Pattern.MULTILINE);

    /** Leva 20 s para desistir: começa antes de todos os testes e é conferido no último. */
    private static Processo semReplicas;

    private final Cena cena = new Cena();

    @BeforeAll
    static void comecarOQueDemora() {
        semReplicas = Processo.iniciar("part1.Client", "--porta", "" + Processo.portaLivre(), "--esperar", "2",
                "depositar", "ana", "1");
    }

    @AfterAll
    static void encerrarOQueDemora() {
        semReplicas.close();
    }

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @Nested
    @DisplayName("em todos os papéis")
    class EmTodosOsPapeis {

        @ParameterizedTest(quoteTextArguments = false, name = "{0}")
        @ValueSource(strings = {"part1.Client", "part1.Replica",
            "part2.Client", "part2.RpcServer", "part2.Worker",
            "part3.Client", "part3.Sequencer", "part3.Replica",
            "part4.Client", "part4.Primary", "part4.Backup"})
        @DisplayName("ajuda e versão vão à saída padrão, em português e em 80 colunas; uma opção desconhecida é erro de uso")
        void ajudaVersaoErro(String papel) {
            Processo ajuda = cena.iniciar(papel, "--help");
            Processo versao = cena.iniciar(papel, "--version");
            Processo desconhecida = cena.iniciar(papel, "--lixo");
            assertAll(
                    () -> assertAjuda("Uso: jbang " + papel.replace('.', '/') + ".java ", fim(ajuda)),
                    () -> assertTrue(fim(versao).texto().matches("Banco Replicado \\d+\\.\\d+\\.\\d+ \\(Java .+\\)")),
                    () -> assertEquals(0, fim(versao).codigo()),
                    () -> assertErro(2, "erro de uso: opção desconhecida: '--lixo'", fim(desconhecida)));
        }

        @Test
        @DisplayName("cada comando do cliente tem ajuda")
        void ajudaDosComandos() {
            List<Processo> ajudas = Stream.of("depositar", "sacar", "transferir", "saldo", "contas", "estado",
                    "lote", "carga")
                    .map(comando -> cena.iniciar("part3.Client", comando, "--help")).toList();
            assertAll(ajudas.stream().map(ajuda -> () -> assertAjuda("Uso: jbang part3/Client.java ", fim(ajuda))));
        }

        @ParameterizedTest(name = "porta {0}")
        @ValueSource(strings = {"0", "70000", "abc"})
        @DisplayName("uma porta que não existe é erro de uso, e a linha diz a opção")
        void portaRuim(String porta) {
            int livre = Processo.portaLivre();
            int outra = Processo.portaLivre();
            assertTodos(2, "erro de uso: --porta", Stream.of(
                    cena.iniciar("part1.Client", "--porta", porta, "depositar", "ana", "1"),
                    cena.iniciar("part2.RpcServer", "--porta", porta),
                    cena.iniciar("part2.Worker", "--porta", porta)));
            assertTodos(2, "erro de uso: --pedidos", Stream.of(
                    cena.iniciar("part3.Sequencer", "--pedidos", porta), cena.iniciar("part4.Primary", "--pedidos", porta)));
            assertTodos(2, "erro de uso: --ordem", Stream.of(
                    cena.iniciar("part3.Sequencer", "--pedidos", livre, "--ordem", porta)));
            assertTodos(2, "erro de uso: --atualizacoes", Stream.of(
                    cena.iniciar("part4.Primary", "--pedidos", outra, "--atualizacoes", porta)));
        }

        @ParameterizedTest(name = "porta {0}")
        @ValueSource(strings = {"-1", "70000"})
        @DisplayName("na porta de consulta, 0 quer dizer nenhuma; o resto é igual")
        void consultaRuim(String porta) {
            assertTodos(2, "erro de uso: --consulta", Stream.of(
                    cena.iniciar("part1.Replica", "--consulta", porta),
                    cena.iniciar("part2.Worker", "--consulta", porta, "--porta", Processo.portaLivre()),
                    cena.iniciar("part3.Replica", "--consulta", porta),
                    cena.iniciar("part4.Primary", "--consulta", porta, "--pedidos", Processo.portaLivre(),
                            "--atualizacoes", Processo.portaLivre()),
                    cena.iniciar("part4.Backup", "--consulta", porta)));
        }

        @Test
        @DisplayName("um endereço com porta que não existe, ou sem ela onde é preciso, é erro de uso")
        void enderecoRuim() {
            assertTodos(2, "uma porta vai de 1 a 65535", Stream.of(
                    cena.iniciar("part1.Replica", "--clientes", "127.0.0.1:5555,127.0.0.1:0"),
                    cena.iniciar("part2.Client", "--rpc", "127.0.0.1:abc", "depositar", "ana", "1"),
                    cena.iniciar("part2.RpcServer", "--workers", "127.0.0.1:70000"),
                    cena.iniciar("part3.Client", "--sequenciador", "127.0.0.1:70000", "depositar", "ana", "1"),
                    cena.iniciar("part3.Replica", "--ordem", "127.0.0.1:70000"),
                    cena.iniciar("part4.Client", "--primario", "127.0.0.1:", "depositar", "ana", "1"),
                    cena.iniciar("part4.Backup", "--atualizacoes-primario", "127.0.0.1:-1")));
            assertTodos(2, "falta a porta", Stream.of(
                    cena.iniciar("part3.Client", "--consultas", "127.0.0.1", "estado"),
                    cena.iniciar("part3.Replica", "--ordem", "127.0.0.1")));
        }

        @Test
        @DisplayName("uma máquina que não existe: na hora, com código 1, a linha diz o nome dela")
        void maquinaQueNaoExiste() {
            String maquina = "nao-existe.test";
            assertTodos(1, "erro: não encontrei a máquina '" + maquina + "'", Stream.of(
                    cena.iniciar("part1.Replica", "--clientes", maquina, "--consulta", 0),
                    cena.iniciar("part2.Client", "--rpc", maquina, "depositar", "ana", "1"),
                    cena.iniciar("part2.RpcServer", "--workers", maquina, "--porta", Processo.portaLivre()),
                    cena.iniciar("part3.Client", "--sequenciador", maquina, "depositar", "ana", "1"),
                    cena.iniciar("part3.Client", "--consultas", maquina + ":7001", "estado"),
                    cena.iniciar("part3.Replica", "--sequenciador", maquina, "--consulta", 0),
                    cena.iniciar("part4.Client", "--primario", maquina, "saldo", "ana"),
                    cena.iniciar("part4.Backup", "--primario", maquina, "--consulta", 0)));
        }

        @Test
        @DisplayName("um --bind que não é desta máquina: código 1, e a linha diz o endereço e a opção")
        void bindDeOutraMaquina() {
            int porta = Processo.portaLivre();
            assertTodos(1, "erro: não consegui escutar em 192.0.2.1:" + porta, Stream.of(
                    cena.iniciar("part1.Client", "--bind", "192.0.2.1", "--porta", porta, "depositar", "ana", "1"),
                    cena.iniciar("part2.RpcServer", "--bind", "192.0.2.1", "--porta", porta),
                    cena.iniciar("part2.Worker", "--bind", "192.0.2.1", "--porta", porta),
                    cena.iniciar("part4.Backup", "--bind", "192.0.2.1", "--consulta", porta)));
            assertTodos(1, "erro: não consegui escutar em nao-existe.test:" + porta, Stream.of(
                    cena.iniciar("part2.RpcServer", "--bind", "nao-existe.test", "--porta", porta),
                    cena.iniciar("part3.Sequencer", "--bind", "nao-existe.test", "--pedidos", porta)));
        }

        @Test
        @DisplayName("uma porta ocupada: código 1, e a linha diz por quem e que opção escolhe outra")
        void portaOcupada() {
            int porta = Processo.portaLivre();
            Processo dono = cena.iniciar("part3.Sequencer", "--pedidos", porta, "--ordem", Processo.portaLivre());
            dono.esperarPronto();
            String erro = "erro: a porta " + porta + " já está em uso por part3/Sequencer.java (pid " + dono.pid()
                    + "); encerre-o, ou escolha outra com ";
            Processo cliente = cena.iniciar("part1.Client", "--porta", porta, "depositar", "ana", "1");
            Processo servidor = cena.iniciar("part2.RpcServer", "--porta", porta);
            Processo sequenciador = cena.iniciar("part3.Sequencer", "--pedidos", Processo.portaLivre(), "--ordem", porta);
            Processo backup = cena.iniciar("part4.Backup", "--consulta", porta);
            assertAll(
                    () -> assertErro(1, erro + "--porta", fim(cliente)),
                    () -> assertErro(1, erro + "--porta", fim(servidor)),
                    () -> assertErro(1, erro + "--ordem", fim(sequenciador)),
                    () -> assertErro(1, erro + "--consulta", fim(backup)));
        }

        @ParameterizedTest(quoteTextArguments = false, name = "SIG{0}")
        @CsvSource({"INT, 130", "TERM, 143"})
        @DisplayName("SIGINT e SIGTERM encerram cada servidor sem pilhas, e as portas ficam livres")
        void sinalEncerra(String sinal, int codigo) throws IOException {
            assumeFalse(sinal.equals("INT") && sigintIgnorado(),
                    "quem nos iniciou ignora SIGINT: rode-os em primeiro plano, sem &");
            int[] p = IntStream.range(0, 11).map(i -> Processo.portaLivre()).toArray();
            List<Processo> servidores = List.of(
                    cena.iniciar("part1.Replica", "--consulta", p[0]),
                    cena.iniciar("part2.RpcServer", "--porta", p[1], "--workers", local(p[2])),
                    cena.iniciar("part2.Worker", "--porta", p[2], "--consulta", p[3]),
                    cena.iniciar("part3.Sequencer", "--pedidos", p[4], "--ordem", p[5]),
                    cena.iniciar("part3.Replica", "--ordem", local(p[5]), "--consulta", p[6]),
                    cena.iniciar("part4.Primary", "--pedidos", p[7], "--atualizacoes", p[8], "--consulta", p[9]),
                    cena.iniciar("part4.Backup", "--atualizacoes-primario", local(p[8]), "--consulta", p[10]));
            servidores.forEach(Processo::esperarPronto);
            servidores.forEach(servidor -> servidor.sinal(sinal));
            assertAll(servidores.stream().map(servidor -> () -> {
                Fim fim = fim(servidor);
                assertTrue(fim.codigo() == codigo || fim.codigo() == 0, fim.toString());
                assertFalse(PILHA.matcher(fim.erros()).find(), fim.erros());
            }));
            assertAll(IntStream.of(p).mapToObj(porta -> () -> assertDoesNotThrow(
                    () -> new ServerSocket(porta, 1, InetAddress.getLoopbackAddress()).close(), "porta " + porta)));
        }
    }

    @Nested
    @DisplayName("nos argumentos")
    class NosArgumentos {

        @Test
        @DisplayName("o que falta, sobra ou não é número sai com código 2, e a linha diz o quê")
        void errosDeUso() {
            assertErros(2,
                    "sobra | argumento inesperado: 'sobra'",
                    "depozitar ana 1 | argumento inesperado: 'depozitar'; você quis dizer depositar",
                    "depositar | falta CONTA",
                    "transferir ana bia | falta VALOR",
                    "depositar ana 1 2 | argumento inesperado: '2'",
                    "depositar ana abc | VALOR: 'abc' não é um valor; use algo como 100 ou 100,50",
                    "depositar ana NaN | VALOR: 'NaN' não é um valor",
                    "depositar ana 1e3 | VALOR: '1e3' não é um valor",
                    "sacar ana 1,001 | VALOR: '1,001' é ambíguo: pode ser 1.001 ou 1001.00; escreva 1001,00",
                    "lote | falta ARQUIVO",
                    "carga --ops abc | --ops N: 'abc' não é um número inteiro",
                    "carga --ops 0 | --ops 0: vai de 1 a ",
                    "--silencioso=x | --silencioso",
                    "--id | falta --id NOME",
                    "--id a --id b estado | --id NOME: a opção aparece duas vezes");
        }

        @Test
        @DisplayName("o valor que a regra do banco recusa sai com código 1, sem ir a servidor nenhum")
        void valoresRecusados() {
            assertErros(1,
                    "depositar ana 0 | valor: deve ser maior que zero",
                    "depositar ana -5 | valor: deve ser maior que zero",
                    "transferir ana bia -5,50 | valor: deve ser maior que zero",
                    "depositar ana 10000000000000 | valor: passa do máximo, que é 1000000000000");
        }

        @Test
        @DisplayName("num servidor: o que sobra, o que falta e o que não é um dos formatos também sai com código 2")
        void errosDeUsoDeServidor() {
            Processo sobra = cena.iniciar("part3.Sequencer", "sobra");
            Processo falta = cena.iniciar("part3.Sequencer", "--pedidos");
            Processo quando = cena.iniciar("part4.Primary", "--confirmacao", "xml");
            assertAll(
                    () -> assertErro(2, "erro de uso: argumento inesperado: 'sobra'", fim(sobra)),
                    () -> assertErro(2, "erro de uso: falta --pedidos PORTA", fim(falta)),
                    () -> assertErro(2, "erro de uso: --confirmacao QUANDO: 'xml' não serve; use um de sincrona, assincrona",
                            fim(quando)));
        }

        @Test
        @DisplayName("um nome só para o outro lado, --semente: os quatro de antes já não são, e o erro diz o que hoje é")
        void nomesDeAntes() {
            Processo primario = cena.iniciar("part4.Primary", "--formato", "semente");
            Processo servidor = cena.iniciar("part2.RpcServer", "--formato=semente");
            Processo cliente2 = cena.iniciar("part2.Client", "--protocolo", "rpyc", "depositar", "ana", "1");
            Processo cliente4 = cena.iniciar("part4.Client", "saldo", "--local", "ana");
            Processo depois = cena.iniciar("part4.Client", "saldo", "ana", "--semente");
            Processo testemunha = cena.iniciar("part4.Witness", "--semente");
            assertAll(
                    () -> assertErro(2, "erro de uso: opção desconhecida: '--formato'; agora é --semente", fim(primario)),
                    () -> assertErro(2, "erro de uso: opção desconhecida: '--formato=semente'; agora é --semente",
                            fim(servidor)),
                    () -> assertErro(2, "erro de uso: opção desconhecida: '--protocolo'; agora é --semente", fim(cliente2)),
                    () -> assertErro(2, "erro de uso: opção desconhecida: '--local'; agora é --semente", fim(cliente4)),
                    () -> assertErro(2, "erro de uso: opção desconhecida: '--semente'; nos clientes vem antes do comando",
                            fim(depois)),
                    () -> assertErro(2, "erro de uso: --semente: não serve à testemunha", fim(testemunha)));
        }

        /** Cada caso: os argumentos de um cliente, e o que a linha de erro deve dizer. */
        private void assertErros(int codigo, String... casos) {
            assertAll(Stream.of(casos).map(caso -> caso.split(" \\| ")).map(caso -> {
                Processo cliente = cena.iniciar("part3.Client", (Object[]) caso[0].split(" "));
                return (Executable) () -> assertErro(codigo, caso[1], fim(cliente));
            }).toList());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    @DisplayName("no cliente, com um primário")
    class ComPrimario {

        private final Cena dePe = new Cena();
        private final int pedidos = Processo.portaLivre();

        @BeforeAll
        void iniciar() {
            dePe.iniciar("part4.Primary", "--pedidos", pedidos, "--atualizacoes", Processo.portaLivre(), "--consulta", 0,
                    "--id", "primario", "--silencioso").esperarPronto();
        }

        @AfterAll
        void encerrarPrimario() {
            dePe.close();
        }

        @Test
        @DisplayName("lote com uma linha ruim: a linha diz o número dela e quantas operações já foram")
        void loteComLinhaRuim() {
            String ruim = deposito("r2", "ana", "1").json().replace("1.0}", "-1}");
            Fim fim = cliente("lote", cena.arquivo(deposito("r1", "ana", "1").json() + "\n\n" + ruim + "\n"));
            assertEquals(1, fim.codigo());
            assertEquals(1, fim.saida().size(), fim.texto());
            assertEquals("erro: linha 3: valor: deve ser maior que zero; antes dela foi enviada 1 operação", fim.erros());
        }

        @Test
        @DisplayName("lote que não existe, que é uma pasta ou que não é UTF-8: código 1 e uma linha que explica")
        void loteQueNaoDaParaLer() throws IOException {
            Path latin1 = Files.write(cena.arquivo(""), "joão\n".getBytes(StandardCharsets.ISO_8859_1));
            Processo nenhum = iniciarCliente("lote", "nao-existe.jsonl");
            Processo pasta = iniciarCliente("lote", latin1.getParent());
            Processo outro = iniciarCliente("lote", latin1);
            assertAll(
                    () -> assertErro(1, "erro: não encontrei o arquivo 'nao-existe.jsonl'", fim(nenhum)),
                    () -> assertErro(1, "" + latin1.getParent(), fim(pasta)),
                    () -> assertErro(1, "o texto não está em UTF-8; antes dela foram enviadas 0 operações", fim(outro)));
        }

        @Test
        @DisplayName("lote - lê da entrada padrão, com BOM, linhas em branco e fins de linha do Windows")
        void loteDaEntradaPadrao() {
            Processo cliente = iniciarCliente("lote", "-").digitar("\uFEFF" + deposito("e1", "joão", "1").json() + "\r\n\r\n"
                    + deposito("e2", "joão", "2").json() + "\r\n").fimDaEntrada();
            Fim fim = fim(cliente);
            assertEquals(0, fim.codigo(), fim.erros());
            assertTrue(fim.texto().matches("(OK (seq=\\d+|repetida) resultado=APLICADA\n?){2}"), fim.texto());
            assertEquals("3.00", Cena.saldo(pedidos, "joão"));
        }

        @Test
        @DisplayName("lote: numa linha sem id_msg põe-se um novo; duas iguais valem as duas; a ajuda mostra as cinco chaves")
        void loteSemIds() {
            String linha = "{\"tipo\": \"DEPOSITO\", \"conta_origem\": \"rita\", \"conta_destino\": null,"
                    + " \"valor\": 2.50}\n";
            Fim fim = cliente("lote", cena.arquivo(linha + linha));
            assertEquals(0, fim.codigo(), fim.erros());
            assertEquals("5.00", Cena.saldo(pedidos, "rita"));
            String ajuda = cliente("lote", "--help").texto();
            assertTrue(Stream.of("id_msg", "tipo", "conta_origem", "conta_destino", "valor")
                    .allMatch(ajuda::contains), ajuda);
        }

        @Test
        @DisplayName("menu: acentos e vírgula valem; opção e valor errados são explicados, e ele continua; 0 sai")
        void menu() {
            Fim fim = fim(iniciarCliente().digitar("1\nJoão Conceição\n10,50\n2\nJoão Conceição\n0.25\n"
                    + "3\nJoão Conceição\nBia\n1000\n9\n1\nBia\nmuito\n1\n\n5\n4\nJoão Conceição\n0\n"));
            assertEquals(0, fim.codigo(), fim.erros());
            Stream.of("Depósito de 10,50 em João Conceição", "Saque de 0,25 de João Conceição",
                    "Transferência de 1000,00 de João Conceição para Bia", "1 Depósito", "2 Saque", "3 Transferência",
                    "4 Saldo", "0 Sair", "Opção: ", "Conta de origem: ",
                    "resultado=APLICADA", "resultado=RECUSADA (saldo insuficiente: João Conceição tem 10.25)",
                    "'9' não está no menu", "erro: 'muito' não é um valor", "erro: conta_origem: falta",
                    "primario: João Conceição tem 10.25")
                    .forEach(texto -> assertTrue(fim.texto().contains(texto), "faltou " + texto + " em\n" + fim.texto()));
            assertEquals(List.of(), fim.registro());
        }

        @Test
        @DisplayName("menu: o fim da entrada, mesmo no meio de uma operação, sai com código 0 e sem enviar nada")
        void menuFimDaEntrada() {
            long antes = estado(pedidos).get("seq").asLong();
            Fim fim = fim(iniciarCliente().digitar("1\nana\n").fimDaEntrada());
            assertEquals(0, fim.codigo(), fim.erros());
            assertFalse(PILHA.matcher(fim.texto() + fim.erros()).find(), fim.texto());
            assertEquals(antes, estado(pedidos).get("seq").asLong());
        }

        @Test
        @DisplayName("carga escreve na saída padrão só uma linha chave=valor, com vazão e percentis")
        void cargaResume() {
            Fim fim = cliente("carga", "--ops", 50, "--contas", 3, "--concorrencia", 2);
            assertEquals(0, fim.codigo(), fim.erros());
            assertTrue(fim.texto().matches("ops=50 aceitas=\\d+ recusadas=\\d+ indeterminadas=0 segundos=[\\d.]+ ops_s=\\d+"
                    + " p50_ms=[\\d.]+ p95_ms=[\\d.]+ p99_ms=[\\d.]+"), fim.texto());
            assertEquals(50, fim.numero("aceitas") + fim.numero("recusadas"));
        }

        private Processo iniciarCliente(Object... comando) {
            return cena.iniciar("part4.Client",
                    Stream.concat(Stream.of("--primario", local(pedidos)), Stream.of(comando)).toArray());
        }

        private Fim cliente(Object... comando) {
            return fim(iniciarCliente(comando));
        }
    }

    @Nested
    @Order(Integer.MAX_VALUE)
    @DisplayName("no cliente da parte 1, sem réplicas")
    class SemReplicas {

        @Test
        @DisplayName("depois de 20 s ele desiste sem enviar: código 1, e a linha diz o que fazer")
        void semReplicasDesiste() {
            assertErro(1, "erro: em 20 s só 0 de 2 réplicas assinaram a porta ", fim(semReplicas));
        }
    }

    // ───── O que se confere ─────

    private static void assertAjuda(String comeco, Fim fim) {
        assertEquals(0, fim.codigo());
        assertTrue(fim.texto().startsWith(comeco), fim.texto());
        assertTrue(fim.texto().contains("mostra esta ajuda e sai"), fim.texto());
        assertEquals(List.of(), fim.saida().stream().filter(linha -> linha.codePointCount(0, linha.length()) > 80).toList());
        assertFalse(INGLES.matcher(fim.texto()).find(), fim.texto());
        assertEquals(List.of(), fim.registro());
    }

    /** O código, nada na saída padrão, e no erro padrão uma linha em português que diz isto, sem pilhas. */
    private static void assertErro(int codigo, String mensagem, Fim fim) {
        assertTrue(fim.registro().stream().anyMatch(linha -> linha.startsWith("erro") && linha.contains(mensagem)),
                "esperava '" + mensagem + "' em " + fim);
        assertFalse(PILHA.matcher(fim.erros()).find() || INGLES.matcher(fim.erros()).find(), fim.erros());
        assertEquals(List.of(), fim.saida());
        assertEquals(codigo, fim.codigo(), fim.erros());
    }

    private static void assertTodos(int codigo, String mensagem, Stream<Processo> processos) {
        assertAll(processos.map(processo -> (Executable) () -> assertErro(codigo, mensagem, fim(processo))).toList());
    }

    /** Os filhos herdam isto, e então Ctrl-C não os encerra: acontece se um script nos pôs em segundo plano. */
    private static boolean sigintIgnorado() throws IOException {
        Path estado = Path.of("/proc/self/status");
        return Files.exists(estado) && Files.readAllLines(estado).stream().filter(linha -> linha.startsWith("SigIgn:"))
                .anyMatch(linha -> (Long.parseUnsignedLong(linha.substring(7).strip(), 16) & 2) != 0);
    }

    /** Um comando do laboratório, numa máquina em que nada fica pronto a tempo. */
    @Command(name = "atrasado")
    public static final class Atrasado extends Papel {

        @Command(name = "esperar")
        int esperar() {
            Processo.esperar("'pronto:' de n1", Duration.ZERO, () -> false);
            return 0;
        }

        @Override
        public Integer call() {
            throw new ErroDeUso("diga o que fazer");
        }

        public static void main(String[] args) {
            System.exit(executar(new Atrasado(), args));
        }
    }

    @Test
    @DisplayName("um prazo que acaba num comando do laboratório é um erro que o diz, e não um erro interno")
    void prazoQueAcaba() {
        Fim fim = fim(cena.iniciar(Atrasado.class.getName(), "esperar"));
        assertEquals(1, fim.codigo());
        assertEquals("erro: esperei 0 s por: 'pronto:' de n1 (a máquina está muito ocupada? tente outra vez)", fim.erros());
    }

    public static void main(String[] args) {
        Testes.rodar(LinhaDeComandoTest.class);
    }
}
