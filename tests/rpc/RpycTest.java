///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION RPyC de verdade: o rpyc do Python com o nosso servidor, e o nosso cliente com um servidor em Python.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES BrineTest.java ConexaoRpyc.java ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../Cena.java ../Precisa.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.esperarSeq;
import static tests.Cena.local;
import static tests.Cena.saldo;
import static tests.rpc.ConexaoRpyc.RAIZ;
import static tests.rpc.ConexaoRpyc.depositar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import part2.rpc.Brine;
import shared.texto.Json;
import shared.texto.Texto;
import tests.Cena.Fim;
import tests.Cena;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.rpc.ConexaoRpyc.Geracao;

@DisplayName("RPyC")
class RpycTest {

    private static final int PORTA = Processo.portaLivre();
    private static final int FILA = Processo.portaLivre();
    private static final int CONSULTA = Processo.portaLivre();

    private static Processo worker;
    private static Processo servidor;
    private static Processo python;

    private final Cena cena = new Cena();

    @BeforeAll
    static void iniciar() {
        worker = Processo.iniciar("part2.Worker", "--memoria", "--silencioso",
                "--porta", "" + FILA, "--consulta", "" + CONSULTA).esperarPronto();
        servidor = Processo.iniciarCom(List.of("-Xmx64m"), "part2.RpcServer", "--memoria", "--silencioso",
                "--porta", "" + PORTA, "--workers", local(FILA)).esperarPronto();
        python = Precisa.De.RPYC.ha() ? Processo.comando(Precisa.PYTHON, "-X", "utf8", "-c", INTERPRETE) : null;
    }

    @AfterEach
    void aindaAtende() {
        cena.close();
        try (ConexaoRpyc outra = new ConexaoRpyc(PORTA)) {
            assertTrue(String.valueOf(outra.pedir(depositar("quem vem depois"))).contains("DEPOSITO enfileirado: "));
        }
        assertFalse(servidor.registro().stream().anyMatch(l -> l.matches("\\s+at .*|.*Exception.*")), "uma pilha");
    }

    @AfterAll
    static void encerrar() {
        if (python != null) {
            python.close();
        }
        servidor.close();
        worker.close();
    }

    // ───── O cliente deles, o nosso servidor ─────

    @Nested
    @Precisa({Precisa.De.RPYC, Precisa.De.PYZMQ})
    @DisplayName("o rpyc do Python com o nosso servidor")
    class ClienteEmPython {

        @Test
        @DisplayName("depositar, sacar e transferir como o cliente original; cada valor é o decimal que o Python mostra")
        void comoOOriginal() {
            assertEquals(0, clienteEmPython("depositar", "ana", "100.0").codigo());
            assertRespondeu("DEPOSITO enfileirado: ", clienteEmPython("depositar", "ana", "10.1"));
            assertRespondeu("SAQUE enfileirado: ", clienteEmPython("sacar", "ana", "0.2"));
            assertRespondeu("TRANSFERENCIA enfileirada: ", clienteEmPython("transferir", "ana", "bia", "0.1"));
            assertSaldo("109.80", "ana");
            assertSaldo("0.10", "bia");
            assertEquals("ValueError: valor: deve ser maior que zero", clienteEmPython("depositar", "ana", "-1").erros());
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                banco.depositar('c1', 7)                                       | c1 | 7.00
                banco.exposed_depositar('c2', 7.25)                            | c2 | 7.25
                banco.depositar(valor=7.5, conta='c3')                         | c3 | 7.50
                banco.depositar('c4', str(Decimal('10.50')))                   | c4 | 10.50
                banco.depositar('c5', str(Decimal('1E+2')))                    | c5 | 100.00
                banco.depositar('c6', 10 ** 12)                                | c6 | 1000000000000.00
                banco.depositar('c7', 999999999999.99)                         | c7 | 999999999999.99
                [banco.depositar('c8', 0.1) for i in range(3)]                 | c8 | 0.30
                banco.depositar('ação €', 1, id_msg=None)                      | ação € | 1.00
                [banco.depositar('c10', 4, id_msg='igual') for i in range(3)]  | c10 | 4.00
                rpyc.async_(banco.depositar)('c11', 2.2).value                 | c11 | 2.20
                rpyc.timed(banco.depositar, 10)('c12', valor=3).value          | c12 | 3.00
                """)
        @DisplayName("argumentos de toda forma: posicionais, nomeados, int, float, decimal em texto, id_msg, sem esperar")
        void argumentos(String chamada, String conta, String saldo) {
            assertEquals(List.of(), python(chamada));
            assertSaldo(saldo, conta);
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                banco.roubar                                    | AttributeError | .*"roubar".*depositar, sacar e transferir
                banco._privado                                  | AttributeError | .*"_privado" não existe.*
                banco.__class__                                 | AttributeError | .*"__class__" não existe.*
                banco.depositar.__self__                        | AttributeError | .*"__self__" não existe.*
                setattr(banco, 'x', 1)                          | AttributeError | aqui nenhum atributo se muda.*
                del banco.depositar                             | AttributeError | aqui nenhum atributo se muda.*
                banco.depositar()                               | TypeError | os argumentos são depositar\\(conta, valor.*
                banco.depositar('ana')                          | TypeError | os argumentos são depositar\\(conta, valor.*
                banco.depositar('eva', 99.0, 'bob')             | TypeError | os argumentos são .*, \\*, id_msg=None\\)
                banco.depositar('ana', 1, 'id', 'a mais')       | TypeError | os argumentos são depositar\\(conta, valor.*
                banco.get_service_name(1)                       | TypeError | os argumentos são get_service_name\\(\\)
                banco.get_service_name(id_msg='x')              | TypeError | os argumentos são get_service_name\\(\\)
                banco.depositar('ana', 1, conta='bia')          | TypeError | os argumentos são depositar\\(conta, valor.*
                banco.transferir('ana', 1, extra=2)             | TypeError | os argumentos são transferir\\(conta_origem, .*
                banco.depositar(7, 1)                           | TypeError | conta: esperava um texto \\(str\\), veio um .*
                banco.depositar(b'ana', 1)                      | TypeError | conta: esperava um texto \\(str\\), veio bytes
                banco.depositar(None, 1)                        | TypeError | conta: esperava um texto \\(str\\), veio None
                banco.depositar(['ana'], 1)                     | TypeError | conta: .* por referência \\("builtins.list"\\)
                banco.depositar('ana', Decimal('1'))            | TypeError | valor: .*str\\(valor\\); .*"decimal.Decimal".*
                banco.depositar('ana', valor=Decimal('1'))      | TypeError | valor: .*str\\(valor\\); .*"decimal.Decimal".*
                banco.depositar('ana', True)                    | TypeError | valor: .* veio um bool
                banco.depositar('ana', 1j)                      | TypeError | valor: .* veio outra coisa
                banco.depositar('ana', (1, 2))                  | TypeError | valor: .* veio uma tuple
                banco.depositar('ana', banco)                   | TypeError | valor: .* veio <o banco: .*
                banco.depositar('ana', 1, id_msg=7)             | TypeError | id_msg: esperava um texto.*
                banco.depositar('', 1)                          | ValueError | conta_origem: falta
                banco.depositar('a\\x00', 1)                    | ValueError | conta_origem: tem um caractere de controle
                banco.depositar('ana', 0)                       | ValueError | valor: deve ser maior que zero
                banco.depositar('ana', 0.001)                   | ValueError | valor: tem mais de 2 casas decimais
                banco.depositar('ana', 10.1 + 0.2)              | ValueError | valor: tem mais de 2 casas decimais
                banco.depositar('ana', 1e300)                   | ValueError | valor: passa do máximo.*
                banco.depositar('ana', 10 ** 4000)              | ValueError | valor: passa do máximo.*
                banco.depositar('ana', float('nan'))            | ValueError | valor: não é um número que sirva
                banco.depositar('ana', float('-inf'))           | ValueError | valor: não é um número que sirva
                banco.depositar('ana', str(Decimal('NaN')))     | ValueError | valor: não é um número que sirva
                banco.depositar('ana', '1e2147483648')          | ValueError | valor: não é um número que sirva
                banco.depositar('ana', 'dez')                   | ValueError | valor: não é um número que sirva
                conn.sync_request(consts.HANDLE_CALL, banco, ())             | TypeError | isto não se chama.*
                conn.sync_request(consts.HANDLE_CALL, banco.sacar, 7)        | TypeError | .*não tem a forma.*
                conn.sync_request(consts.HANDLE_CALL, banco.sacar, (), (1,)) | TypeError | .*não tem a forma.*
                conn.sync_request(consts.HANDLE_GETATTR, banco)              | TypeError | falta um argumento.*
                conn.sync_request(consts.HANDLE_GETATTR, banco, 5)           | TypeError | o nome de um atributo.*
                conn.sync_request(consts.HANDLE_REPR, 5)                     | TypeError | isto só se pede a um objeto.*
                conn.sync_request(consts.HANDLE_BUFFITER, banco, 10)         | TypeError | os objetos deste servidor não.*
                conn.sync_request(consts.HANDLE_OLDSLICING, banco)           | TypeError | os objetos deste servidor não.*
                conn.sync_request(consts.HANDLE_CTXEXIT, banco, None)        | TypeError | os objetos deste servidor não.*
                conn.sync_request(consts.HANDLE_INSTANCECHECK, banco, ())    | TypeError | os objetos deste servidor não.*
                conn.sync_request(99)                                        | TypeError | os objetos deste servidor não.*
                conn.sync_request('roubar')                                  | TypeError | os objetos deste servidor não.*
                conn.sync_request(consts.HANDLE_PICKLE, banco, 2)            | ValueError | aqui nada se copia.*
                conn.sync_request(consts.HANDLE_CMP, banco, 1, '__add__')    | AttributeError | só se compara com.*
                conn.sync_request(consts.HANDLE_INSPECT, ('os', 1, 2))       | KeyError | este servidor não tem.*
                """)
        @DisplayName("o que não serve chega como a exceção que o Python espera, em português, e a conexão continua")
        void excecoes(String chamada, String classe, String mensagem) {
            List<String> saida = python(Texto.formatar("""
                    try:
                        %s
                    except Exception as erro:
                        print([c.__name__ for c in type(erro).__mro__ if c.__module__ == 'builtins'][0])
                        print(erro.args[0])
                        print(len(str(erro)) > 0)
                    print(banco.depositar('depois', 1)[:8])
                    """, chamada));
            assertEquals(classe, saida.get(0), saida.toString());
            assertTrue(saida.get(1).matches(mensagem), saida.get(1));
            assertEquals(List.of("True", "DEPOSITO"), saida.subList(2, 4));
        }

        @Test
        @DisplayName("o serviço se deixa examinar como um objeto do Python")
        void exame() {
            String banco = "<o banco: depositar, sacar e transferir>";
            String atributos = "depositar exposed_depositar exposed_get_service_aliases exposed_get_service_name"
                    + " exposed_sacar exposed_transferir get_service_aliases get_service_name sacar transferir";
            String sacar = "sacar(conta, valor, *, id_msg=None)";
            assertEquals(List.of(atributos, "BANK ('BANK',)", banco, banco, "<" + sacar + ">", sacar,
                    "True False False True", "True True", "True", "TypeError", "True", "EOFError"), python("""
                    print(*[nome for nome in dir(banco) if nome[0] != '_'])
                    print(banco.get_service_name(), banco.get_service_aliases())
                    print(repr(banco))
                    print(banco)
                    print(f'{banco.sacar}')
                    print(banco.sacar.__doc__)
                    print(banco == banco, banco != banco, banco == 5, banco.sacar == banco.sacar)
                    print(hash(banco) == hash(conn.root), len({hash(banco), hash(banco.sacar), hash(banco.depositar)}) == 3)
                    conn.ping()
                    conn.ping('x' * 60_000)
                    print(conn.sync_request(consts.HANDLE_PING, (banco, 5, [1, 2]))[2] == [1, 2])
                    try:
                        banco < banco
                    except TypeError:
                        print('TypeError')
                    conn.close()
                    print(conn.closed)
                    try:
                        banco.sacar
                    except EOFError:
                        print('EOFError')
                    """));
        }

        @Test
        @DisplayName("valores ao acaso: o Python lê os que escrevemos, e escreve-os com os mesmos bytes")
        void brineDosDoisLados() {
            String escritos = IntStream.range(0, 1_000).mapToObj(semente -> BrineTest.aoAcaso(new Random(semente), 0))
                    .filter(valor -> !String.valueOf(valor).contains("Conjunto")) // o Python lhes muda a ordem
                    .map(valor -> HexFormat.of().formatHex(Brine.escrever(valor))).collect(Collectors.joining(" "));
            assertEquals(List.of("0 True"), python(Texto.formatar("""
                    from rpyc.core import brine
                    escritos = '%s'.split(' ')
                    outros = [h for h in escritos if brine.dump(brine.load(bytes.fromhex(h))).hex() != h]
                    print(len(outros), len(escritos) > 500)
                    """, escritos)));
        }

        @Test
        @DisplayName("cem pedidos em andamento numa conexão: cem respostas, cada uma a sua, e na ordem dos pedidos")
        void emAndamento() {
            assertEquals(List.of("True", "99 1"), python("""
                    depositar = rpyc.async_(banco.depositar)
                    pedidos = [depositar('voo', 1 if i != 50 else -1, id_msg=f'voo-{i}') for i in range(100)]
                    pedidos[99].wait()
                    print(all(p.ready for p in pedidos))
                    certo = lambda i: not pedidos[i].error and pedidos[i].value == f'DEPOSITO enfileirado: voo-{i}'
                    print([certo(i) for i in range(100)].count(True), [p.error for p in pedidos].count(True))
                    """));
            assertSaldo("99.00", "voo");
        }

        @Test
        @DisplayName("oito linhas de execução, cada uma com a sua conexão: nada se perde nem se troca")
        void variasConexoes() {
            assertEquals(List.of("800"), python("""
                    from threading import Thread
                    certos = []
                    def rodar(n):
                        with rpyc.connect('127.0.0.1', porta) as minha:
                            for i in range(100):
                                resposta = minha.root.depositar('junto', 0.01, id_msg=f'{n}-{i}')
                                certos.append(resposta == f'DEPOSITO enfileirado: {n}-{i}')
                    linhas = [Thread(target=rodar, args=(n,)) for n in range(8)]
                    for linha in linhas: linha.start()
                    for linha in linhas: linha.join()
                    print(certos.count(True))
                    """));
            assertSaldo("8.00", "junto");
        }

        @Test
        @DisplayName("quem só sai, sem se despedir, não deixa linha de erro")
        void sair() throws IOException {
            String conversa = Texto.formatar(PRELUDIO, PORTA)
                    + "print(banco.depositar('saiu', 1)[:8], flush=True)\nimport os\n";
            Process sai = new ProcessBuilder(Precisa.PYTHON, "-c", conversa + "banco.sacar\nos._exit(0)").start();
            Process reset = new ProcessBuilder(Precisa.PYTHON, "-c", conversa + """
                    import socket, struct
                    s = socket.fromfd(conn.fileno(), socket.AF_INET, socket.SOCK_STREAM)
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                    conn._channel.stream.sock.detach()
                    s.close()
                    os._exit(0)
                    """).start();
            assertEquals("DEPOSITO", new String(sai.getInputStream().readAllBytes()).strip());
            assertEquals("DEPOSITO", new String(reset.getInputStream().readAllBytes()).strip());
            assertFalse(servidor.registro().stream().anyMatch(l -> l.contains("conexao-encerrada")),
                    () -> servidor.registro().toString());
        }

        @Test
        @DisplayName("dez mil chamadas numa conexão: de nenhum lado fica nada guardado")
        void semVazamento() {
            Processo chamadas = cena.iniciarPrograma(Precisa.PYTHON, "-c", Texto.formatar(PRELUDIO, PORTA) + """
                    import gc
                    def guardados():
                        gc.collect()
                        conn.ping()
                        return len(conn._local_objects._dict), len(conn._proxy_cache), len(conn._request_callbacks)
                    banco.depositar('muitas', 1)
                    antes = guardados()
                    for i in range(5_000):
                        banco.depositar('muitas', 1)
                        if i % 100 == 0:
                            try:
                                banco.sacar('muitas', [object()])
                            except TypeError:
                                pass
                    for i in range(50):
                        for pedido in [rpyc.async_(banco.depositar)('muitas', 1) for j in range(100)]:
                            pedido.wait()
                    print(antes == guardados(), *guardados())
                    sys.stdin.read()
                    """);
            Processo.esperar("as chamadas", Processo.PRAZO.multipliedBy(4),
                    () -> !chamadas.saida().isEmpty() || !chamadas.vivo());
            String soOProprioBanco = "True 0 1 0";
            assertEquals(List.of(soOProprioBanco), chamadas.saida(), () -> chamadas.registro().toString());
            assertTrue(objetosDoRpyc() < 100, "um por chamada seriam dez mil");
            assertEquals(0, chamadas.fimDaEntrada().esperarFim());
            assertSaldo("10001.00", "muitas");
        }
    }

    // ───── O nosso cliente ─────

    @Nested
    @DisplayName("o nosso cliente com --semente")
    class NossoCliente {

        @Test
        @Precisa({Precisa.De.RPYC, Precisa.De.PYZMQ})
        @DisplayName("com um servidor em Python, que enfileira para o nosso worker")
        void servidorEmPython() {
            int rpc = Processo.portaLivre();
            int fila = Processo.portaLivre();
            int consulta = Processo.portaLivre();
            cena.iniciar("part2.Worker", "--porta", fila, "--consulta", consulta, "--sem-recuperacao").esperarPronto();
            cena.iniciarPrograma(Precisa.PYTHON, interop("servidor_rpyc.py"), "" + rpc, local(fila)).esperarPronto();
            Processo semOpcao = cena.iniciar("part2.Client", "--rpc", local(rpc), "depositar", "ana", 1);
            assertRespondeu("DEPOSITO enfileirado: ", cliente(rpc, "depositar", "ana", "10,10"));
            assertRespondeu("TRANSFERENCIA enfileirada: ", cliente(rpc, "transferir", "ana", "bia", "0.10"));
            assertRespondeu("SAQUE enfileirado: ", cliente(rpc, "sacar", "ana", "999999999999.99"));
            assertEquals(300, cliente(rpc, "carga", "--ops", 300, "--concorrencia", 3).numero("aceitas"));
            Fim calado = Cena.fim(semOpcao);
            Cena.assertDesistiu("indeterminada .*", calado);
            String conselho = "ele só fala RPyC, e este cliente também, com --semente antes do comando";
            assertTrue(calado.erros().endsWith(conselho), calado.erros());
            esperarSeq(303, consulta);
            assertEquals("10.00", saldo(consulta, "ana"));
            assertEquals("0.10", saldo(consulta, "bia"));
        }

        @Test
        @DisplayName("com o nosso servidor, que na mesma porta entende os dois protocolos")
        void nossoServidor() {
            assertRespondeu("DEPOSITO enfileirado: ", cliente(PORTA, "depositar", "gil", "5"));
            assertRespondeu("DEPOSITO enfileirado: ", cena.rodar("part2.Client", "--rpc", local(PORTA),
                    "depositar", "gil", "5.05"));
            assertSaldo("10.05", "gil");
        }

        @Test
        @DisplayName("o que foi enviado não se repete: sem resposta, fica indeterminado e diz o que fazer")
        void semResposta() throws IOException {
            AtomicInteger chamadas = new AtomicInteger();
            try (ServerSocket falso = servidorFalso(pedido -> chamadas.incrementAndGet() > 0 ? null : pedido)) {
                Fim fim = cliente(falso.getLocalPort(), "depositar", "ana", "1");
                assertEquals(1, fim.codigo());
                assertTrue(fim.erros().matches("erro: indeterminada: .* foi enviada, .*confira o saldo .*"), fim.erros());
                assertEquals(1, chamadas.get());
            }
        }

        @Test
        @DisplayName("uma exceção do servidor é uma recusa")
        void excecaoDoServidor() throws IOException {
            List<Object> excecao = List.of(List.of("builtins", "ValueError"), List.of("sem saldo"), List.of(), "pilha");
            try (ServerSocket falso = servidorFalso(pedido -> List.of(3L, pedido.get(1), excecao))) {
                Fim fim = cliente(falso.getLocalPort(), "sacar", "ana", "1");
                assertEquals(1, fim.codigo());
                assertEquals("ERRO rpc: ValueError: sem saldo", fim.texto());
            }
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("com um servidor de qualquer geração, os argumentos são os do original, sem id_msg; o valor é um float")
        void argumentosDoOriginal(Geracao geracao) throws IOException {
            List<Object> vistos = Collections.synchronizedList(new ArrayList<>());
            try (ServerSocket falso = servidorFalso(geracao, pedido -> {
                vistos.add(pedido.get(2));
                return List.of(2L, pedido.get(1), List.of(1L, "certo"));
            })) {
                assertEquals("certo", cliente(falso.getLocalPort(), "transferir", "ana", "bia", "10.10").texto());
            }
            Object argumentos = List.of(List.of(3L, RAIZ), List.of(1L, "transferir"),
                    List.of(1L, List.of("ana", "bia", 10.1)), List.of(1L, List.of()));
            assertEquals(List.of(List.of(8L, List.of(2L, argumentos))), vistos);
        }

        @Test
        @DisplayName("uma conexão que caiu enquanto ninguém a usava é aberta de novo, antes de enviar")
        void conexaoParada() throws IOException {
            AtomicInteger chamadas = new AtomicInteger();
            try (ServerSocket falso = servidorFalso(pedido -> chamadas.incrementAndGet() == 1
                    ? List.of(2L, pedido.get(1), List.of(1L, "um"), "e cai")
                    : List.of(2L, pedido.get(1), List.of(1L, "dois")))) {
                Processo lote = iniciarCliente(falso.getLocalPort(), "lote", "-");
                String operacao = Cena.deposito("qualquer", "ana", "1").json() + "\n";
                lote.digitar(operacao);
                Processo.esperar("a primeira resposta", Processo.PRAZO, () -> lote.saida().equals(List.of("um")));
                long umSegundoDepois = System.nanoTime() + 1_200_000_000L; // o cliente só confere uma conexão parada há 1 s
                Processo.esperar("um segundo", Processo.PRAZO, () -> System.nanoTime() > umSegundoDepois);
                lote.digitar(operacao).fimDaEntrada();
                assertEquals(0, lote.esperarFim(), () -> lote.registro().toString());
                assertEquals(List.of("um", "dois"), lote.saida());
            }
        }

        @Test
        @DisplayName("o que não é um servidor RPyC é dito como tal")
        void naoERpyc() throws IOException {
            try (ServerSocket mudo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                Thread outroProtocolo = new Thread(() -> {
                    try (Socket conexao = mudo.accept()) {
                        conexao.getOutputStream().write("SSH-2.0-banco\r\n".getBytes(StandardCharsets.US_ASCII));
                        conexao.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        // acabou
                    }
                });
                outroProtocolo.setDaemon(true);
                outroProtocolo.start();
                Fim fim = cliente(mudo.getLocalPort(), "depositar", "ana", "1");
                assertTrue(fim.erros().matches("erro: em 127.0.0.1:\\d+ não responde um servidor RPyC .*"), fim.erros());
            }
            Fim ninguem = cliente(Processo.portaLivre(), "depositar", "ana", "1");
            Cena.assertDesistiu("a operação não foi enviada: ninguém respondeu em 127.0.0.1:\\d+", ninguem);
        }

        private Fim cliente(int porta, Object... comando) {
            return Cena.fim(iniciarCliente(porta, comando));
        }

        private Processo iniciarCliente(int porta, Object... comando) {
            return cena.iniciar("part2.Client", Stream.concat(
                    Stream.of("--rpc", local(porta), "--semente"), Stream.of(comando)).toArray());
        }
    }

    // ───── Ferramentas ─────

    /** Um Python que roda o que se lhe digita, uma linha de JSON de cada vez. */
    private static final String INTERPRETE = """
            import json, sys, traceback
            for linha in sys.stdin:
                tudo = {}
                try:
                    exec(json.loads(linha), tudo)
                except Exception:
                    print(traceback.format_exc())
                tudo['conn'].close()
                print('--', flush=True)
            """;
    private static final String PRELUDIO = """
            import sys, rpyc
            from decimal import Decimal
            from rpyc.core import consts
            porta = %d
            conn = rpyc.connect('127.0.0.1', porta)
            banco = conn.root
            """;
    /** Roda isto no Python, com uma conexão nova ao servidor. @return o que escreveu */
    private static List<String> python(String codigo) {
        int antes = python.saida().size();
        String programa = Texto.formatar(PRELUDIO, PORTA) + codigo;
        python.digitar(Json.escrever(Json.MAPPER.getNodeFactory().textNode(programa)) + "\n");
        Processo.esperar("o Python", Processo.PRAZO, () -> python.saida().lastIndexOf("--") >= antes);
        return python.saida().subList(antes, python.saida().size() - 1);
    }

    private static String interop(String programa) {
        return Testes.raiz().resolve("tests/interop").resolve(programa).toString();
    }

    private Fim clienteEmPython(String... argumentos) {
        Stream<String> programa = Stream.of(Precisa.PYTHON, "-X", "utf8", interop("cliente_rpyc.py"), local(PORTA));
        return Cena.fim(cena.iniciarPrograma(Stream.concat(programa, Stream.of(argumentos)).toArray(String[]::new)));
    }

    private static void assertRespondeu(String comeco, Fim fim) {
        assertEquals(0, fim.codigo(), fim.erros());
        assertTrue(fim.texto().matches(comeco + "[0-9a-f-]{36}"), fim.texto());
    }

    private static void assertSaldo(String saldo, String conta) {
        try {
            Processo.esperar(saldo, Processo.PRAZO, () -> saldo.equals(saldo(CONSULTA, conta)));
        } catch (AssertionError e) {
            assertEquals(saldo, saldo(CONSULTA, conta));
        }
    }

    /** Quantos objetos das classes do RPyC estão vivos no servidor, segundo a própria máquina virtual. */
    private static long objetosDoRpyc() {
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        Fim fim = Cena.fim(Processo.comando(jcmd, "" + servidor.pid(), "GC.class_histogram"));
        Pattern doRpyc = Pattern.compile(" part2\\.rpc\\.(LadoRpyc|QuadrosRpyc|ServicoRpyc|Brine)\\b");
        List<String> nossas = fim.saida().stream().filter(linha -> doRpyc.matcher(linha).find()).toList();
        assertTrue(nossas.stream().anyMatch(linha -> linha.contains("part2.rpc.ServicoRpyc$Objeto")), fim.texto());
        return nossas.stream().mapToLong(linha -> Long.parseLong(linha.strip().split("\\s+")[1])).sum();
    }

    /** Um servidor de mentira: dá a raiz, e às chamadas responde com o que disserem; null, ou um item a mais, e fecha. */
    private static ServerSocket servidorFalso(Function<List<?>, List<?>> chamada) throws IOException {
        return servidorFalso(Geracao.RPYC_5, chamada);
    }

    /** Como o de verdade: a quem lhe fala a outra geração, o 5 desliga, e o 6 pede na sua que feche, e espera. */
    private static ServerSocket servidorFalso(Geracao geracao, Function<List<?>, List<?>> chamada) throws IOException {
        ServerSocket escuta = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread linha = new Thread(() -> {
            while (!escuta.isClosed()) {
                try (ConexaoRpyc conexao = new ConexaoRpyc(escuta.accept(), geracao)) {
                    for (List<?> pedido; (pedido = conexao.ler()) != null; ) {
                        if (conexao.lida() != geracao && geracao == Geracao.RPYC_6) {
                            conexao.mensagem(List.of(1L, 0L, List.of(2L, List.of(1L, List.of())))).ler();
                        }
                        if (conexao.lida() != geracao) {
                            break;
                        }
                        long acao = (Long) ((List<?>) pedido.get(2)).get(0);
                        List<?> resposta = acao == 3 ? List.of(2L, pedido.get(1), List.of(4L, RAIZ)) : chamada.apply(pedido);
                        if (resposta == null) {
                            break;
                        }
                        conexao.mensagem(resposta.subList(0, 3));
                        if (resposta.size() > 3) {
                            break;
                        }
                    }
                } catch (IOException e) {
                    // fechado: acabou
                }
            }
        });
        linha.setDaemon(true);
        linha.start();
        return escuta;
    }

    public static void main(String[] args) {
        Testes.rodar(RpycTest.class);
    }
}
