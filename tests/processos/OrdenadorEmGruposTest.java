///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, três ordenadores com as contas em quatro grupos: morre quem os lidera, e o dinheiro conserva-se.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Ordenadores.java ../../part3/Client.java ../../part3/Ordenador.java
//SOURCES ../../part3/Replica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.esperarEstado;
import static tests.Cena.estado;
import static tests.Cena.local;
import static tests.Cena.pedir;
import static tests.Cena.resultado;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Ordenadores.PACIENCIA;
import static tests.Ordenadores.TODOS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part3.regra.grupos.Grupos;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.ordem.Aplicada;
import shared.rede.Requisicao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Cena;
import tests.Cena.Fim;
import tests.Ordenadores;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, contas em grupos")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class OrdenadorEmGruposTest {

    private static final int GRUPOS = 4;
    private static final int CLIENTES = 4;
    private static final int CONTAS = 10;
    private static final int CADA_UMA = 100; // reais, ao começar
    private static final int PRAZOS = 24;    // um minuto
    private static final String EM_TRANSITO = "em trânsito";
    private static final String TODOS_OS_SALDOS = IntStream.range(0, CONTAS).mapToObj(i -> '"' + conta(i) + '"')
            .collect(Collectors.joining(", ", "{\"pedido\": \"SALDOS\", \"contas\": [", "]}"));

    private final Cena cena = new Cena();
    private final int consulta1 = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();
    private final Set<String> pedidas = ConcurrentHashMap.newKeySet(); // os id_msg do que se confirmou
    private Path pasta;
    private Ordenadores eles;

    /** Quem se mata antes de haver um líder, com as pastas já feitas, tem de saber recomeçar. */
    @BeforeAll
    void iniciarTudo(@TempDir Path nova) {
        pasta = nova;
        eles = new Ordenadores(cena, nova, GRUPOS, Defesa.emClaro(), "--instantaneo", 100);
        IntStream.range(0, TODOS).forEach(eles::iniciar);
        IntStream.range(0, TODOS).forEach(i -> Processo.esperar("a pasta do último grupo de " + eles.pasta(i), PACIENCIA,
                () -> Files.isDirectory(eles.pasta(i).resolve("raft").resolve("grupo-" + (GRUPOS - 1)))));
        IntStream.range(0, TODOS).forEach(i -> eles.processo(i).matar());
        eles.iniciar();
    }

    @AfterAll
    void encerrar() {
        cena.close();
    }

    @ParameterizedTest
    @Order(0)
    @ValueSource(ints = {2, 8, 10})
    @DisplayName("há portas de 100 em 100 para quantos grupos um ordenador pode ter")
    void portas(int grupos) {
        int pedidos = Processo.portaLivre(grupos - 1, Grupos.ENTRE_PORTAS);
        Grupos.exigirPortas(grupos, pedidos, Processo.portaLivre(grupos - 1, Grupos.ENTRE_PORTAS));
    }

    @Test
    @Order(1)
    @DisplayName("um cliente pede a qualquer um, em qualquer porta; o saldo de qualquer conta, a qualquer um")
    void qualquerPorta() {
        for (int i = 0; i < CONTAS; i++) {
            Operacao op = Cena.deposito("inicio-" + i, conta(i), String.valueOf(CADA_UMA));
            String resposta = pedir(eles.pedidos(i % TODOS, i % GRUPOS), op.json());
            assertTrue(resposta.matches("OK seq=\\d+"), resposta);
            pedidas.add(op.id_msg());
        }
        Fim transferir = cena.rodar("part3.Client", "--sequenciador", local(eles.pedidos(1)), "transferir", "ana", "bia",
                "1");
        assertTrue(transferir.texto().matches("OK seq=\\d+"), transferir.erros()); // recusa-se, sem saldo: diz o número
        Fim saldo = cena.rodar("part3.Client", "--consultas", local(eles.pedidos(0)) + "," + local(eles.pedidos(2, 1)),
                "saldo", conta(3));
        assertEquals("n1: conta-3 tem 100.00\nn3: conta-3 tem 100.00", saldo.texto(), saldo.erros());
        assertTrue(pedir(eles.pedidos(0), Cena.deposito("x", EM_TRANSITO, "1").json()).startsWith("ERRO campo: "));
        for (int g = 0; g < GRUPOS; g++) {
            ObjectNode deste = estado(eles.pedidos(1, g));
            assertEquals(g, deste.get("grupo").asInt());
            assertEquals(GRUPOS, deste.get("grupos").size());
            assertEquals(deste.get("seq"), deste.get("grupos").get(String.valueOf(g)).get("seq"));
        }
    }

    @Test
    @Order(2)
    @DisplayName("kill -9 de quem lidera, e da réplica de todos: cada corte soma o mesmo; no fim, iguais, e tudo uma só vez")
    void morreQuemLidera() throws InterruptedException {
        replicaDeUm();
        Processo deTodos = replicaDeTodos().esperarNoRegistro("pronto:", PACIENCIA);
        Trabalho trabalho = new Trabalho();
        trabalho.ate(60, 3);
        for (int g = 0; g < 2; g++) {
            int lider = eles.lider(g);
            deTodos.matar();
            eles.processo(lider).matar();
            trabalho.ate(60, 3);
            deTodos = replicaDeTodos();
            eles.iniciar(lider);
            eles.esperarPronto(lider);
        }
        trabalho.acabar();
        List<List<Envelope>> publicado = esperarIguais();
        conferirUmaVez(publicado);
        assertEquals(new BigDecimal(CONTAS * CADA_UMA + ".00"), IntStream.range(0, GRUPOS)
                .mapToObj(g -> banco(publicado.get(g)).saldos().values().stream()).flatMap(s -> s)
                .reduce(BigDecimal.ZERO, BigDecimal::add));
        esperarEstado(consulta1, "a réplica do grupo 0", e -> e.get("seq").asLong() == publicado.get(0).size());
        assertEquals(banco(publicado.get(0)).resumo(), resumo(consulta1));
        conferirADeTodos(deTodos, publicado);
    }

    /** Uma réplica de todos os grupos tem as contas todas, e recomeçou do que já tinha. */
    private void conferirADeTodos(Processo replica, List<List<Envelope>> publicado) {
        esperarEstado(consulta2, "a réplica de todos", estado -> IntStream.range(0, GRUPOS).allMatch(
                g -> estado.get("grupos").get("" + g).get("seq").asLong() == publicado.get(g).size()));
        for (int g = 0; g < GRUPOS; g++) {
            String dele = " recuperado grupo=" + g + " ultimo=";
            assertTrue(replica.registro().stream().anyMatch(linha -> linha.matches(".*" + dele + "[1-9].*")), dele);
        }
        JsonNode saldos = Json.ler(pedir(eles.pedidos(0), TODOS_OS_SALDOS).getBytes(StandardCharsets.UTF_8)).get("saldos");
        assertEquals(CONTAS, saldos.size());
        saldos.properties().forEach(um -> assertEquals(um.getValue().textValue(), saldo(consulta2, um.getKey())));
        Fim contas = cena.rodar("part3.Client", "--consultas", local(consulta2), "contas");
        assertEquals(CONTAS + 3, contas.saida().size(), contas.texto()); // e ana, em trânsito, e os nomes das colunas
        assertEquals(CONTAS + 2, estado(consulta2).get("contas").asInt());
        assertEquals(CONTAS * CADA_UMA, estado(consulta2).get("total").asDouble());
        pedidas.forEach(id -> assertFalse(resultado(consulta2, id).equals("DESCONHECIDA"), id));
    }

    @Test
    @Order(3)
    @DisplayName("o que um cliente pede sem esperar pelas respostas fica pela ordem dele, ainda que o líder morra a meio")
    void pelaOrdemDele() {
        int grupo = new Grupos(GRUPOS).de(conta(0));
        int lider = eles.lider(grupo);
        List<String> pela = IntStream.range(0, 300).mapToObj(i -> "ordem-" + i).toList();
        try (Soquetes soquetes = new Soquetes(Defesa.emClaro())) {
            ZMQ.Socket cliente = soquetes.conectar(SocketType.DEALER,
                    new Endereco("127.0.0.1", eles.pedidos((lider + 1) % TODOS)));
            cliente.setReceiveTimeOut((int) PACIENCIA.toMillis());
            Processo.esperar("quem atenda", PACIENCIA, () -> {
                soquetes.religar();
                return soquetes.apresentado(cliente); // até lá, o que se envia pode perder-se
            });
            for (String id : pela) {
                cliente.send(new byte[0], ZMQ.SNDMORE);
                cliente.send(Cena.deposito(id, conta(0), "1").json().getBytes(StandardCharsets.UTF_8));
                if (id.equals("ordem-150")) {
                    assertOk(cliente); // já há respostas, e ainda não todas
                    eles.processo(lider).matar();
                }
            }
            for (int i = 1; i < pela.size(); i++) {
                assertOk(cliente);
            }
        }
        eles.iniciar(lider);
        eles.esperarPronto(lider);
        assertEquals(pela, esperarIguais().get(grupo).stream().map(envelope -> envelope.op().id_msg())
                .filter(id -> id.startsWith("ordem-")).toList());
    }

    private static void assertOk(ZMQ.Socket cliente) {
        byte[] quadro;
        do {
            quadro = cliente.recv();
        } while (quadro != null && quadro.length == 0);
        assertTrue(quadro != null && new String(quadro, StandardCharsets.UTF_8).startsWith("OK seq="), "uma resposta");
    }

    @Test
    @Order(9)
    @DisplayName("no fim, depois de tantas trocas, os líderes repartem-se: cada ordenador lidera o seu grupo")
    void repartidos() {
        IntStream.range(0, GRUPOS).forEach(g -> Processo.esperar("o líder do grupo " + g + " ser o " + (g % TODOS),
                PACIENCIA, () -> eles.lider(g) == g % TODOS));
    }

    // ───── O que se publicou ─────

    private static Banco banco(List<Envelope> publicado) {
        Banco banco = new Banco();
        publicado.forEach(envelope -> Aplicada.de(envelope, banco));
        return banco;
    }

    /** Espera que os três tenham publicado o mesmo em cada grupo, e que nada esteja a caminho. */
    private List<List<Envelope>> esperarIguais() {
        List<List<Envelope>> publicado = new ArrayList<>();
        Processo.esperar("os três iguais em cada grupo, e nada a caminho", PACIENCIA, () -> {
            publicado.clear();
            for (int g = 0; g < GRUPOS; g++) {
                int grupo = g;
                publicado.add(eles.publicado(0, g));
                if (banco(publicado.get(g)).saldo(EM_TRANSITO).signum() != 0 || !IntStream.range(1, TODOS)
                        .allMatch(i -> eles.publicado(i, grupo).equals(publicado.get(grupo)))) {
                    return false;
                }
            }
            return true;
        });
        return publicado;
    }

    /** Cada operação confirmada está num grupo só, uma vez; e cada passagem chegou uma vez, e fechou-se uma vez. */
    private void conferirUmaVez(List<List<Envelope>> publicado) {
        Set<String> dosClientes = new HashSet<>();
        Set<String> chegaram = new HashSet<>();
        Set<String> fecharam = new HashSet<>();
        for (Envelope envelope : publicado.stream().flatMap(List::stream).toList()) {
            Operacao op = envelope.op();
            Set<String> quais = !op.id_msg().startsWith(EM_TRANSITO) ? dosClientes
                    : op.tipo() == Operacao.Tipo.DEPOSITO ? chegaram : fecharam;
            assertTrue(quais.add(op.id_msg()), () -> "duas vezes: " + op);
        }
        assertTrue(dosClientes.containsAll(pedidas));
        assertEquals(pedidas.size() + 1, dosClientes.size()); // e a do cliente do primeiro teste
        assertEquals(chegaram, fecharam);
        assertTrue(chegaram.size() > 20, "passaram de um grupo a outro " + chegaram.size());
    }

    // ───── A cena ─────

    private static String conta(int qual) {
        return "conta-" + qual;
    }

    /** Segue o grupo 0 por um dos ordenadores. */
    private void replicaDeUm() {
        cena.iniciar("part3.Replica", "--pedidos", local(eles.pedidos(0)), "--ordem", local(eles.ordem(0)), "--consulta",
                consulta1, "--silencioso");
    }

    /** Segue todos os grupos, pelos três. */
    private Processo replicaDeTodos() {
        return cena.iniciar("part3.Replica", "--grupos", GRUPOS, "--pedidos", eles.todosOsPedidos(0), "--ordem",
                eles.todasAsOrdens(0),
                "--consulta", consulta2, "--dados", pasta.resolve("replica"), "--silencioso");
    }

    private Requisicao requisicao() {
        return new Requisicao(Defesa.emClaro(), Endereco.lerLista(eles.todosOsPedidos(0), 0), Requisicao.PRAZO_MS, PRAZOS,
                false);
    }

    /** Clientes que transferem sem parar, e um que soma todas as contas: o que há é sempre o mesmo. */
    private final class Trabalho {
        private final List<Thread> todos = new ArrayList<>();
        private final List<Throwable> falhas = new ArrayList<>();
        private final AtomicInteger confirmadas = new AtomicInteger();
        private final AtomicInteger cortes = new AtomicInteger();
        private volatile boolean acabou;

        Trabalho() {
            for (int i = 0; i < CLIENTES; i++) {
                int semente = i;
                comecar(requisicao -> transferir(requisicao, new Random(semente), semente));
            }
            comecar(this::somar);
        }

        private void comecar(Consumer<Requisicao> oQue) {
            Thread um = new Thread(() -> {
                try (Requisicao requisicao = requisicao()) {
                    oQue.accept(requisicao);
                } catch (AssertionError | RuntimeException e) {
                    synchronized (falhas) {
                        falhas.add(e);
                    }
                }
            }, "trabalho");
            todos.add(um);
            um.start();
        }

        private void transferir(Requisicao requisicao, Random acaso, int qual) {
            for (int n = 0; !acabou; n++) {
                int de = acaso.nextInt(CONTAS);
                int para = (de + 1 + acaso.nextInt(CONTAS - 1)) % CONTAS;
                Operacao op = Cena.transferencia("t-" + qual + "-" + n, conta(de), conta(para),
                        String.valueOf(1 + acaso.nextInt(60)));
                String resposta = requisicao.pedir(op.json());
                assertTrue(resposta.matches("OK seq=\\d+"), resposta);
                pedidas.add(op.id_msg());
                confirmadas.incrementAndGet();
            }
        }

        private void somar(Requisicao requisicao) {
            while (!acabou) {
                String resposta = requisicao.pedir(TODOS_OS_SALDOS);
                if (!resposta.startsWith("ERRO sem_corte")) {
                    ObjectNode corte = Json.ler(resposta.getBytes(StandardCharsets.UTF_8));
                    BigDecimal soma = new BigDecimal(corte.get("em_transito").textValue());
                    for (JsonNode saldo : corte.get("saldos")) {
                        assertTrue(new BigDecimal(saldo.textValue()).signum() >= 0, resposta);
                        soma = soma.add(new BigDecimal(saldo.textValue()));
                    }
                    assertEquals(new BigDecimal(CONTAS * CADA_UMA + ".00"), soma, resposta);
                    cortes.incrementAndGet();
                }
            }
        }

        /** Espera por mais tantas operações confirmadas, e mais tantos cortes. */
        void ate(int operacoes, int somas) {
            int antes = confirmadas.get();
            int cortesAntes = cortes.get();
            Processo.esperar("mais " + operacoes + " operações e " + somas + " cortes", PACIENCIA,
                    () -> !todosVivos() || confirmadas.get() >= antes + operacoes && cortes.get() >= cortesAntes + somas);
            synchronized (falhas) {
                falhas.forEach(falha -> {
                    throw new AssertionError(falha);
                });
            }
        }

        private boolean todosVivos() {
            return todos.stream().allMatch(Thread::isAlive);
        }

        void acabar() throws InterruptedException {
            acabou = true;
            for (Thread um : todos) {
                um.join();
            }
            ate(0, 0);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(OrdenadorEmGruposTest.class);
    }
}
