///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Mensagens bem formadas com valores que não podem ser: nenhuma acaba com um papel, nem fica no disco dele.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Cena.java ../Testes.java ../regras/DiscoQueFica.java ../../part2/Worker.java ../../part3/Replica.java
//SOURCES ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import part2.regra.Entrega;
import part4.Witness;
import part4.regra.Identidade;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.DaTestemunha;
import part4.regra.Mensagens.Difundida;
import part4.regra.Nodo;
import part4.regra.Nucleo;
import part4.regra.Visao;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.regras.DiscoQueFica;

@DisplayName("Valores que não podem ser")
class ValoresTest {

    private static final List<String> VALORES =
            Stream.concat(Stream.of("null", "true", "[]", "{}", "[null]", "[1]", "[\"x\"]", "[[\"x\"]]",
                    "{\"x\": 1}", "-1", "0", "1", "1.5", "0.001", "1e5", "1e400", "1e-400", "1e999999999",
                    "-1e999999999", "NaN",
                    "9223372036854775807", "9223372036854775808", "18446744073709551616", "1000000000000000",
                    "1000000000000001", "\"\\u0000\"", "\"\\n\\u001b[2J\"", "\"\\ud800\""),
            Stream.of("", " ", "1", "-1", "true", "nada", "a:0", "a:65536", "a:99999999999", "[::1]", "::1:6004",
                    "[fe80::1%eth0]:6004", "[a:1]:6004",
                    "http://a:1/", "a:1 b", "a\\n:1", "x".repeat(20_000)).map(texto -> "\"" + texto + "\"")).toList();

    private static final Operacao OP = new Operacao("o1", Operacao.Tipo.DEPOSITO, "ana", null, BigDecimal.TEN);
    private static final String VISAO =
            "{\"epoca\": 2, \"versao\": 3, \"primario\": \"x#1\", \"pedidos\": \"127.0.0.1:6004\","
            + " \"atualizacoes\": \"127.0.0.1:6005\", \"em_dia\": [\"x#1\", \"b#1\"]}";
    private static final String ENVELOPE = new Envelope(1, OP, null, 1).json();
    private static final String PULSO = "{\"pulso\": 0, \"de\": \"12345678\", \"epoca\": 1, \"ultimo\": 1}";

    // ───── Cada campo de cada mensagem, por cada valor ─────

    /** A mensagem, com um campo (de qualquer fundura) em falta ou com outro valor, de todas as maneiras. */
    private static List<String> estragadas(String mensagem) {
        List<String> todas = new ArrayList<>();
        JsonNode inteira = ler(mensagem);
        trocar(inteira, inteira, todas);
        return todas;
    }

    private static void trocar(JsonNode raiz, JsonNode aqui, List<String> todas) {
        if (aqui instanceof ObjectNode objeto) {
            for (String campo : objeto.properties().stream().map(Map.Entry::getKey).toList()) {
                JsonNode antes = objeto.remove(campo);
                todas.add(raiz.toString());
                objeto.put(campo, "@@");
                VALORES.forEach(valor -> todas.add(raiz.toString().replace("\"@@\"", valor)));
                objeto.set(campo, antes);
                trocar(raiz, antes, todas);
            }
        } else if (aqui instanceof ArrayNode lista) {
            for (int i = 0; i < lista.size(); i++) {
                JsonNode antes = lista.get(i);
                lista.set(i, Json.MAPPER.getNodeFactory().textNode("@@"));
                VALORES.forEach(valor -> todas.add(raiz.toString().replace("\"@@\"", valor)));
                lista.set(i, antes);
                trocar(raiz, antes, todas);
            }
        }
    }

    private static JsonNode ler(String json) {
        return Json.lerValor(json.getBytes(UTF_8));
    }

    /** Entrega, e só aceita que corra bem ou que se recuse; qualquer outra exceção acabaria com o laço. */
    private static void entregar(String mensagem, Consumer<ObjectNode> a) {
        levar(mensagem, bytes -> a.accept(Json.ler(bytes)));
    }

    private static void levar(String mensagem, Consumer<byte[]> a) {
        try {
            a.accept(mensagem.getBytes(UTF_8));
        } catch (MensagemInvalida e) {
            assertTrue(e.getMessage().length() < 500, e.getMessage());
        } catch (RuntimeException e) {
            throw new AssertionError("com " + Json.citar(mensagem, 2_000), e);
        }
    }

    // ───── Parte 4 ─────

    /** Um servidor sem rede: o núcleo de verdade, num disco de que recomeça. */
    private static final class Servidor implements Nucleo.Rede<String> {
        private final String nome;
        private final boolean temTestemunha;
        private final DiscoQueFica disco;
        private Nucleo<String> nucleo;
        private Nodo<String> nodo;

        Servidor(String nome, boolean temTestemunha) {
            this.nome = nome;
            this.temTestemunha = temTestemunha;
            this.disco = new DiscoQueFica(nome, "1");
            iniciar();
        }

        void iniciar() {
            Set<Modo> modos = Modo.os(Map.of(Modo.TESTEMUNHA, temTestemunha, Modo.PRIMEIRO, nome.equals("p")));
            nucleo = new Nucleo<>(Diario.em(disco),
                    instancia -> new Identidade(nome + "#" + instancia, nome + ":1", nome + ":2", modos), this);
            nodo = nucleo.nodo();
            nucleo.comecar(false);
        }

        /** Um primário com uma operação confirmada. */
        static Servidor primario() {
            Servidor p = new Servidor("p", false);
            p.nucleo.pedido("cliente", OP.json().getBytes(UTF_8), 0);
            p.nucleo.passar(0);
            return p;
        }

        /** Um backup que já conferiu o seu diário com o do primário, ou que está à espera de uma foto. */
        static Servidor backup(boolean confere) {
            Servidor b = new Servidor("b", false);
            b.nucleo.numerada(Difundida.ler(PULSO.getBytes(UTF_8)));
            b.nucleo.doPrimario(("{\"seguir\": 1, \"ultimo\": 0, \"confere\": " + confere + "}").getBytes(UTF_8));
            b.nucleo.passar(0);
            return b;
        }

        /** Depois de tudo: segue, reinicia do que tem no disco, e ainda obedece a quem de direito. */
        void conferir(String mensagem) {
            try {
                nucleo.passar(10_000);
                String resumo = nodo.banco().resumo();
                iniciar();
                assertEquals(resumo, nodo.banco().resumo());
                nucleo.passar(10_000);
                Visao nova = new Visao(nodo.epoca() + 1, 1, "z#1", "z:1", "z:2", Set.of("z#1"));
                assertTrue(nodo.depor(Visao.de(nova.json())));
                assertEquals(nova, nodo.visao());
                iniciar();
                Endereco.ler(nodo.visao().pedidos());
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("depois de " + Json.citar(mensagem, 2_000), e);
            }
        }

        @Override
        public void difundir(String mensagem, Operacao simples) {
        }

        @Override
        public void responder(String cliente, String texto) {
        }

        @Override
        public void aoPrimario(String mensagem) {
        }

        @Override
        public void aoJuiz(String mensagem) {
        }

        @Override
        public String saldo(String conta, Banco banco) {
            return banco.saldo(conta).toPlainString();
        }

        @Override
        public int assinantes() {
            return 0;
        }

        @Override
        public void registrar(String evento, Object... pares) {
        }

        @Override
        public Runnable aplicada(Aplicada aplicada, Banco banco) {
            return () -> { };
        }
    }

    @Test
    @DisplayName("parte 4: o primário recebe DEPOR e NOTICIA, e depois de cada uma segue, reinicia e ainda obedece")
    void primario() {
        List<String> pedidos = new ArrayList<>(estragadas("{\"pedido\": \"DEPOR\", \"visao\": " + VISAO + "}"));
        for (boolean conferido : new boolean[] {true, false}) {
            pedidos.addAll(estragadas("{\"pedido\": \"NOTICIA\", \"id\": \"b#1\", \"epoca\": 1, \"conferido\": " + conferido
                    + ", \"ultimo\": 1, \"epoca_do_ultimo\": 1, \"ronda\": 0, \"ronda_de\": \"12345678\"}"));
        }
        for (String pedido : pedidos) {
            Servidor p = Servidor.primario();
            levar(pedido, bytes -> p.nucleo.pedido("alguém", bytes, 0));
            p.conferir(pedido);
        }
    }

    @Test
    @DisplayName("parte 4: o backup ouve pulsos, envelopes e respostas, e depois de cada um segue, reinicia e ainda obedece")
    void backup() {
        Stream.of(PULSO, ENVELOPE).map(ValoresTest::estragadas).flatMap(List::stream).forEach(qual -> {
            for (Servidor b : List.of(Servidor.backup(true), Servidor.backup(false), new Servidor("b", false))) {
                levar(qual, bytes -> b.nucleo.numerada(Difundida.ler(bytes)));
                b.conferir(qual);
            }
        });
        Stream.of("{\"seguir\": 1, \"ultimo\": 0, \"confere\": true}", PULSO,
                "{\"historia\": \"1\", \"primeira\": 1, \"ultima\": 1, \"envelopes\": [" + ENVELOPE + "]}",
                foto(estado(), "1")).map(ValoresTest::estragadas).flatMap(List::stream).forEach(qual -> {
                    for (Servidor b : List.of(Servidor.backup(true), Servidor.backup(false), new Servidor("b", false))) {
                        levar(qual, bytes -> b.nucleo.doPrimario(bytes));
                        b.conferir(qual);
                    }
                });
    }

    private static final String NADA_DEPOIS = "{\"historia\": \"1\", \"primeira\": 2, \"ultima\": 1, \"envelopes\": []}";

    @Test
    @DisplayName("parte 4: uma foto com o que não pode ser não se adota, e a boa que vem depois, sim")
    void fotos() {
        for (String estado : estragadas(estado())) {
            Servidor b = Servidor.backup(false);
            levar(foto(estado, "1"), bytes -> b.nucleo.doPrimario(bytes));
            levar(NADA_DEPOIS, bytes -> b.nucleo.doPrimario(bytes)); // só então se troca o que se tinha
            boolean adotou = b.disco.instantaneo() != null;
            levar(foto(estado(), "1"), bytes -> b.nucleo.doPrimario(bytes));
            levar(NADA_DEPOIS, bytes -> b.nucleo.doPrimario(bytes));
            assertTrue(b.disco.instantaneo() != null, estado);
            assertTrue(adotou || b.nodo.ultimo() == 1 && b.nodo.banco().saldo("ana").intValueExact() == 10, estado);
            b.conferir(estado);
        }
    }

    @Test
    @DisplayName("parte 4: um instantâneo velho só toma o lugar do que se tem com tudo o que o primário tinha depois")
    void fotoVelha() {
        Servidor b = Servidor.backup(false);
        levar(foto(estado(), "1"), bytes -> b.nucleo.doPrimario(bytes));
        String faixa = "{\"historia\": \"1\", \"primeira\": 2, \"ultima\": 3, \"envelopes\": [";
        for (long seq = 2; seq <= 3; seq++) {
            assertNull(b.disco.instantaneo(), "o primário vai até à 3, e só se tem até à " + (seq - 1));
            Operacao op = new Operacao("v" + seq, Operacao.Tipo.DEPOSITO, "ana", null, BigDecimal.ONE);
            levar(faixa + new Envelope(seq, op, null, 1).json() + "]}", bytes -> b.nucleo.doPrimario(bytes));
        }
        assertEquals(List.of(3L, 3L), List.of(b.disco.instantaneo().posicao(), b.nodo.ultimo()));
        assertEquals(12, b.nodo.banco().saldo("ana").intValueExact());
        b.conferir("a foto velha");
    }

    private static String estado() {
        Servidor p = Servidor.primario();
        Operacao recusada = new Operacao("o2", Operacao.Tipo.SAQUE, "bia", null, BigDecimal.ONE);
        p.nucleo.pedido("cliente", recusada.json().getBytes(UTF_8), 0);
        return p.nodo.estado().toString();
    }

    private static String foto(String estado, String historia) {
        return Json.MAPPER.createObjectNode().put("historia", historia).put("posicao", 1).put("desde", 0)
                .put("tamanho", estado.length()).put("texto", estado).toString();
    }

    @Test
    @DisplayName("parte 4: a testemunha diz a visão a um servidor, e ele nunca acredita no que o calaria para sempre")
    void visoes() {
        for (String visao : estragadas(VISAO)) {
            for (String nome : List.of("p", "b")) {
                Servidor s = new Servidor(nome, true);
                levar(visao, bytes -> s.nucleo.doJuiz(bytes));
                s.conferir(visao);
            }
        }
    }

    @Test
    @DisplayName("parte 4: quem dá notícia à testemunha não lhe põe na visão o que os servidores não aceitariam")
    void testemunha() {
        String noticia = "{\"pedido\": \"VISAO\", \"id\": \"p#1\", \"pedidos\": \"p:1\", \"atualizacoes\": \"p:2\","
                + " \"inicial\": true, \"epoca\": 1, \"versao\": 1, \"propor\": [\"p#1\", \"b#1\"]}";
        for (boolean jaHaPrimario : new boolean[] {true, false}) {
            for (String qual : estragadas(noticia)) {
                DiscoQueFica disco = new DiscoQueFica("t", null);
                if (jaHaPrimario) {
                    disco.meta.set("visao", new Visao(1, 1, "p#1", "p:1", "p:2", Set.of("p#1")).json());
                }
                Witness.Nucleo testemunha = new Witness.Nucleo(Diario.em(disco), (evento, pares) -> { });
                levar(qual, bytes -> testemunha.pergunta(bytes, 0));
                byte[] depois = testemunha.pergunta(noticia.getBytes(UTF_8), 10).getBytes(UTF_8);
                Visao visao = DaTestemunha.ler(depois).visao();
                assertNotNull(visao, qual);
                assertEquals(visao, new Witness.Nucleo(Diario.em(disco), (evento, pares) -> { }).registrada(), qual);
                Servidor outro = new Servidor("b", true);
                outro.nucleo.doJuiz(depois);
                assertEquals(visao, outro.nodo.visao(), qual);
                testemunha.passar(10_000);
            }
        }
    }

    // ───── Partes 2 e 3 ─────

    @Test
    @DisplayName("partes 2 e 3: quem segue recebe envelopes, histórico e fotos, e depois de cada um ainda se põe em dia")
    void seguidores() {
        String historico = "{\"historia\": \"h\", \"primeira\": 1, \"ultima\": 1, \"envelopes\": ["
                + new Envelope(1, OP, "h").json() + "]}";
        for (String qual : estragadas(historico)) {
            Seguidor seguidor = new Seguidor("h", 0);
            entregar(qual, seguidor::resposta);
            seguidor.pedido(10_000);
            if (seguidor.outraHistoria() || seguidor.querFoto()) {
                continue; // uma história que podia ser outra, ou que podia já não chegar ao começo
            }
            entregar(historico, seguidor::resposta);
            assertTrue(seguidor.emDia() && seguidor.ultimo() == 1, qual);
        }
        ObjectNode banco = EstadoDoBanco.de(new Banco());
        for (String estado : estragadas(EstadoDoBanco.de(Servidor.primario().nodo.banco()).toString())) {
            Seguidor seguidor = Seguidor.pelaFoto("h");
            part3.regra.Entrega replica = new part3.regra.Entrega(EstadoDoBanco.ler(banco), "h", 0);
            entregar(foto(estado, "h"), m -> {
                Seguidor.Foto foto = seguidor.resposta(m).foto();
                replica.adotar(foto, EstadoDoBanco.ler(foto.estado()));
                Json.escrever(EstadoDoBanco.de(replica.banco()));
            });
        }
        for (String qual : estragadas(new Envelope(1, OP, "h").json())) {
            Entrega worker = new Entrega(new Banco());
            entregar(qual, m -> worker.receber(Envelope.de(m)));
        }
    }

    // ───── Processos de verdade ─────

    private final Cena cena = new Cena();
    private final int pedidos = Processo.portaLivre();
    private final int doBackup = Processo.portaLivre();
    private final int porta = Processo.portaLivre();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @Test
    @DisplayName("primário, backup e testemunha: depois de lixo em todas as portas seguem todos, e reiniciam todos")
    void processos(@TempDir Path pasta) {
        List<Processo> todos = iniciar(pasta);
        deposita("1");
        for (String lixo : List.of("\"nada\"", "\"nao-existe.invalid:1\"", "\"a:0\"", "7", "\"[fe80::1%lo]:6004\"")) {
            String visao = VISAO.replace("\"127.0.0.1:6004\"", lixo);
            for (int onde : List.of(pedidos, doBackup)) {
                Cena.pedir(onde, "{\"pedido\": \"DEPOR\", \"visao\": "
                        + visao.replace("\"epoca\": 2", "\"epoca\": 9223372036854775807") + "}");
                String resposta = lixo.contains("nao-existe") ? "ERRO"
                        : Cena.pedir(onde, "{\"pedido\": \"DEPOR\", \"visao\": " + visao + "}");
                assertTrue(resposta.startsWith("ERRO"), resposta);
                Cena.pedir(onde, "{\"pedido\": \"SALDO\", \"conta\": \"ana\"}");
            }
            String resposta = Cena.pedir(porta,
                    "{\"pedido\": \"VISAO\", \"id\": \"x#1\", \"inicial\": true, \"pedidos\": " + lixo
                    + ", \"atualizacoes\": \"a:1\"}");
            assertTrue(resposta.startsWith(lixo.contains("nao-existe") ? "{" : "ERRO"), resposta);
        }
        deposita("2");
        todos.forEach(Processo::encerrar);
        todos.forEach(Processo::esperarFim);
        iniciar(pasta);
        deposita("3");
    }

    private List<Processo> iniciar(Path pasta) {
        Processo testemunha = cena.iniciar("part4.Witness", "--porta", porta, "--dados", pasta.resolve("t"));
        int atualizacoes = Processo.portaLivre();
        Processo primario = cena.iniciar("part4.Primary", "--id", "p", "--pedidos", pedidos, "--atualizacoes", atualizacoes,
                "--consulta", 0, "--testemunha", Cena.local(porta), "--dados", pasta.resolve("p"));
        Processo backup = cena.iniciar("part4.Backup", "--id", "b", "--pedidos-primario", Cena.local(pedidos),
                "--atualizacoes-primario",
                Cena.local(atualizacoes), "--pedidos", doBackup, "--atualizacoes", Processo.portaLivre(), "--consulta", 0,
                "--testemunha", Cena.local(porta), "--dados", pasta.resolve("b"));
        return Stream.of(testemunha, primario, backup).map(Processo::esperarPronto).toList();
    }

    private void deposita(String valor) {
        Cena.Fim fim = cena.rodar("part4.Client", "--primario", Cena.local(pedidos) + "," + Cena.local(doBackup),
                "depositar", "ana", valor);
        assertTrue(fim.codigo() == 0 && fim.texto().startsWith("OK "), fim::toString);
    }

    @Test
    @DisplayName("uma visão ruim que já está no disco: uma linha diz o que fazer, e o backup a esquece")
    void jaNoDisco(@TempDir Path pasta) {
        ObjectNode meta = Json.MAPPER.createObjectNode().put("epoca", 2).put("instancia", "12345678");
        meta.set("visao", ler(VISAO.replace("127.0.0.1:6004", "nada")));
        for (String papel : List.of("part4.Primary", "part4.Witness")) {
            try (Diario diario = Diario.abrir(pasta.resolve(papel), false)) {
                diario.guardarMeta(meta);
            }
            Cena.Fim fim = cena.rodar(papel, papel.endsWith("Witness") ? "--porta" : "--pedidos", porta, "--dados",
                    pasta.resolve(papel));
            assertEquals(1, fim.codigo(), fim::toString);
            assertTrue(fim.erros().contains("erro: a visão guardada não serve (pedidos: esperava HOST:PORTA"), fim::erros);
            assertTrue(!fim.erros().contains("\tat ") && !fim.erros().contains("erro interno"), fim::erros);
        }
        cena.iniciar("part4.Backup", "--promover", "--pedidos", porta, "--atualizacoes", Processo.portaLivre(),
                "--consulta", 0, "--dados", pasta.resolve("part4.Primary")).esperarPronto();
        assertTrue(Cena.pedir(porta, OP.json()).startsWith("OK "));
    }

    @Test
    @DisplayName("o cliente a quem dizem onde está o primário não acredita em tudo")
    void dicas() throws IOException {
        List<String> dicas = List.of("nada", "a:0", "[::1", "nao-existe.invalid:1", "http://a/", "\u001b[2J:1");
        try (ZContext contexto = new ZContext()) {
            ZMQ.Socket servidor = contexto.createSocket(SocketType.ROUTER);
            servidor.bind("tcp://" + Cena.local(porta));
            servidor.setReceiveTimeOut(30_000);
            Processo cliente = cena.iniciar("part4.Client", "--primario", Cena.local(porta), "depositar", "ana", "1");
            for (int i = 0; i <= dicas.size(); i++) {
                List<byte[]> quadros = IntStream.range(0, 3).mapToObj(n -> servidor.recv()).toList();
                servidor.send(quadros.get(0), ZMQ.SNDMORE);
                servidor.send(quadros.get(1), ZMQ.SNDMORE);
                servidor.send(i < dicas.size() ? "ERRO nao-primario: o primário é x em "
                        + dicas.get(i) : "OK seq=1 resultado=APLICADA");
            }
            Cena.Fim fim = Cena.fim(cliente);
            assertEquals(List.of("OK seq=1 resultado=APLICADA"), fim.saida(), fim::toString);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(ValoresTest.class);
    }
}
