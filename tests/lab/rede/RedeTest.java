///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A rede do laboratório: as regras de cada enlace, os quatro tipos de enlace, e papéis de verdade através dela.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../../Cena.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.rede;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarAssinantes;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.local;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Cena.saque;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Envelope;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.lab.rede.Rede.Tipo;
import tests.lab.rede.Regras.Copia;
import tests.lab.vereditos.Rastro;

@DisplayName("A rede do laboratório")
class RedeTest {

    private final Rastro rastro = new Rastro();
    private final Rede rede = new Rede(rastro, 1);
    private final Cena cena = new Cena();
    private final Soquetes soquetes = new Soquetes(Defesa.emClaro());

    @AfterEach
    void encerrar() {
        cena.close();
        soquetes.close();
        rede.close();
    }

    // ───── Regras ─────

    @Nested
    @DisplayName("as regras")
    class AsRegras {

        @Test
        @DisplayName("a mesma semente e o mesmo sentido dão a mesma sorte; outra semente ou outro sentido, outra")
        void repetivel() {
            assertEquals(sorte(1, "s>replica-1"), sorte(1, "s>replica-1"));
            assertNotEquals(sorte(1, "s>replica-1"), sorte(2, "s>replica-1"));
            assertNotEquals(sorte(1, "s>replica-1"), sorte(1, "s>replica-2"));
        }

        @Test
        @DisplayName("sentidos de nomes vizinhos não perdem as mesmas mensagens")
        void semCorrelacao() {
            List<Boolean> um = perdidas(new Regras(1, "s>replica-1").perda(0.5), 1_000);
            List<Boolean> outro = perdidas(new Regras(1, "s>replica-2").perda(0.5), 1_000);
            long iguais = IntStream.range(0, 1_000).filter(i -> um.get(i).equals(outro.get(i))).count();
            assertTrue(iguais > 400 && iguais < 600, "iguais em " + iguais + " de 1000");
        }

        @ParameterizedTest(name = "{0}")
        @ValueSource(doubles = {0, 0.05, 0.5, 1})
        @DisplayName("perde a parte que se diz")
        void perda(double parte) {
            long perdidas = perdidas(new Regras(7, "a>b").perda(parte), 10_000).stream().filter(p -> p).count();
            assertEquals(parte, perdidas / 10_000.0, parte == 0 || parte == 1 ? 0 : 0.02);
        }

        @Test
        @DisplayName("o atraso fica entre os limites, e por mais que varie ninguém ultrapassa ninguém")
        void atraso() {
            Regras regras = new Regras(1, "a>b").atraso(10, 50);
            double ultima = 0;
            for (int i = 0; i < 1_000; i++) {
                double quando = regras.decidir(i, true).get(0).quando();
                assertTrue(quando >= i + 10 && quando <= i + 50, i + " chega em " + quando);
                assertTrue(quando >= ultima);
                ultima = quando;
            }
        }

        @Test
        @DisplayName("uma regra não muda a sorte das outras: com atraso, perdem-se as mesmas")
        void independentes() {
            assertEquals(perdidas(new Regras(1, "a>b").perda(0.3), 500),
                    perdidas(new Regras(1, "a>b").perda(0.3).atraso(0, 9).duplicacao(0.5), 500));
        }

        @Test
        @DisplayName("os pulsos não mudam a sorte das operações, e com somente-operacoes passam intactos")
        void controle() {
            Regras sem = new Regras(1, "a>b").perda(0.5);
            Regras com = new Regras(1, "a>b").perda(0.5).atraso(9, 9).somenteOperacoes(true);
            for (int i = 0; i < 200; i++) {
                List<Copia> pulso = com.decidir(i, false);
                assertEquals(List.of(new Copia(0, i, false, false)), pulso);
                assertEquals(sem.decidir(i, true).isEmpty(), com.decidir(i, true).isEmpty());
            }
            assertEquals(List.of(), com.cortar(true).decidir(1, false), "o corte é para tudo");
        }

        @Test
        @DisplayName("segurando, nada se entrega; duplicando, há duas cópias; reordenando, cede a vez")
        void segurarDuplicarReordenar() {
            Regras regras = new Regras(1, "a>b").segurar(true).duplicacao(1).reordenacao(1);
            List<Copia> copias = regras.decidir(0, true);
            assertEquals(List.of(0, 1), copias.stream().map(Copia::copia).toList());
            assertTrue(copias.stream().allMatch(Copia::segura));
            assertTrue(copias.get(0).cede());
            assertEquals("duplicar=100% reordenar=100% segurando=tudo", regras.toString());
            assertEquals("perda=0.5% atraso=10..50 cortado",
                    new Regras(1, "a>b").perda(0.005).atraso(10, 50).cortar(true).toString());
        }

        private static List<List<Copia>> sorte(long semente, String sentido) {
            Regras regras = new Regras(semente, sentido).perda(0.1).duplicacao(0.1).reordenacao(0.1).atraso(1, 20);
            return IntStream.range(0, 200).mapToObj(i -> regras.decidir(i, true)).toList();
        }

        private static List<Boolean> perdidas(Regras regras, int quantas) {
            return IntStream.range(0, quantas).mapToObj(i -> regras.decidir(i, true).isEmpty()).toList();
        }
    }

    @Nested
    @DisplayName("o que se sabe de uma mensagem")
    class OQueSeSabe {

        @Test
        @DisplayName("de uma operação, de um envelope com época e de uma chamada JSON-RPC: id_msg, seq, época e um resumo")
        void entendidas() {
            assertEquals("{\"id_msg\":\"d1\",\"resumo\":\"DEPOSITO ana 10.00\"}", de(deposito("d1", "ana", "10.00").json()));
            assertEquals("{\"id_msg\":\"a\",\"resumo\":\"TRANSFERENCIA ana > bia 5.50\",\"seq\":3,\"epoca\":2}",
                    de("{\"seq\": 3, \"epoca\": 2, \"op\": "
                    + "\"{\\\"id_msg\\\": \\\"a\\\", \\\"tipo\\\": \\\"TRANSFERENCIA\\\", \\\"conta_origem\\\": \\\"ana\\\","
                    + " \\\"conta_destino\\\": \\\"bia\\\", \\\"valor\\\": 5.5}\"}"));
            assertEquals("{\"id_msg\":\"x\",\"resumo\":\"SAQUE ana 5.00\"}",
                    de("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sacar\",\"params\":[\"ana\",5,\"x\"]}"));
            assertEquals("{\"controle\":true,\"resumo\":\"ESTADO\"}", de("{\"pedido\": \"ESTADO\"}"));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {
            "{\"pedido\":\"HISTORICO\",\"desde\":2,\"max\":500} | HISTORICO desde 2",
            "{\"historia\":\"a\",\"primeira\":1,\"ultima\":3,\"envelopes\":[{\"seq\":2,\"op\":\"{}\"},"
                    + "{\"seq\":3,\"op\":\"{}\"}]} | história: seq 2 a 3",
            "{\"historia\":\"a\",\"primeira\":1,\"ultima\":3,\"envelopes\":[]} | história: nada a mais",
            "{\"pulso\":0,\"de\":\"p\",\"epoca\":1,\"ultimo\":300} | pulso",
            "{\"seguir\":1,\"ultimo\":90,\"confere\":false} | siga desde 1: o seu diário não confere",
            "{\"epoca\":2,\"versao\":4,\"primario\":\"backup#0ef1\",\"pedidos\":\"h:1\"} | visão 2: o primário é backup",
            "{\"historia\":\"1\",\"posicao\":0,\"tamanho\":87,\"desde\":1,\"texto\":\"{}\"} | instantâneo: 87 bytes",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"historico\",\"params\":[4,100]} | HISTORICO desde 4",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"transferir\","
                    + "\"params\":{\"conta_origem\":\"ana\",\"conta_destino\":\"bia\",\"valor\":5}}"
                    + " | TRANSFERENCIA ana > bia 5.00",
            "{\"nada\":{\"disto\":1},\"se\":\"conhece\"} | se=conhece",
            "{\"seq\": 2, \"op\": \"{cortado a meio | parte de uma mensagem"})
        @DisplayName("do que os papéis dizem uns aos outros, palavras: nunca JSON")
        void emPalavras(String mensagem, String resumo) {
            assertEquals(resumo, Conteudo.de(mensagem.getBytes(StandardCharsets.UTF_8)).path("resumo").asText());
            if (!mensagem.contains("method")) { // de volta, o mesmo
                assertEquals(resumo, Conteudo.resposta(mensagem.getBytes(StandardCharsets.UTF_8), null)
                        .path("resumo").asText());
            }
        }

        @Test
        @DisplayName("de uma resposta: o id_msg que ela diz, ou o do pedido dela")
        void respostas() {
            assertEquals("{\"id_msg\":\"p\",\"resumo\":\"OK seq=3\"}", resposta("OK seq=3", "p"));
            assertEquals("{\"id_msg\":\"x\",\"resumo\":\"SAQUE enfileirado: x\"}",
                    resposta("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"SAQUE enfileirado: x\"}", null));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{", "[]", "null", "{\"op\":\"{\"}", "{\"op\":\"[]\",\"seq\":\"x\"}",
                "\u0000\u0001\uFFFF", "{\"method\":7}", "{\"id_msg\":\"x\",\"tipo\":\"SAQUE\",\"valor\":1E+999999999}"})
        @DisplayName("do que não se entende, um resumo curto; nunca um erro")
        void lixo(String texto) {
            assertTrue(Conteudo.de(texto.getBytes(StandardCharsets.UTF_8)).path("resumo").asText().length() <= 80);
            assertTrue(Conteudo.resposta(("{\"jsonrpc\"" + texto.repeat(500)).getBytes(StandardCharsets.UTF_8), null)
                    .path("resumo").asText().length() <= 80);
        }

        private static String de(String texto) {
            return Conteudo.de(texto.getBytes(StandardCharsets.UTF_8)).toString();
        }

        private static String resposta(String texto, String pedido) {
            return Conteudo.resposta(texto.getBytes(StandardCharsets.UTF_8), pedido).toString();
        }
    }

    // ───── Enlaces ─────

    @Nested
    @DisplayName("um enlace de fila")
    class Fila {

        private final ZMQ.Socket chega = soquetes.ligar(SocketType.PULL, "127.0.0.1", Processo.portaLivre(), "");
        private final Endereco aqui = enlace(Tipo.fila, "servidor", "worker", porta(chega));
        private final ZMQ.Socket sai = fila(aqui);

        @Test
        @DisplayName("entrega byte a byte o que recebeu, por ordem")
        void intacta() {
            byte[] grande = new byte[60_000];
            Arrays.fill(grande, (byte) 0xFF);
            enviar(sai, grande);
            assertArrayEquals(grande, receber(chega));
            enviarTodas(sai, 1, 200);
            assertEquals(numeros(1, 200), receberTodas(chega, 200));
        }

        @Test
        @DisplayName("segura, e solta uma a uma na ordem que se quer; o que se perde não chega")
        void segurar() {
            rede.segurar("servidor", "worker");
            enviarTodas(sai, 1, 5);
            rede.esperarSeguras("servidor", "worker", 5);
            rede.soltar("servidor", "worker", 3);
            rede.soltar("servidor", "worker", m -> m.get("id_msg").asText().equals("2"));
            assertEquals(List.of("4", "2"), receberTodas(chega, 2));
            rede.perder("servidor", "worker", m -> m.get("id_msg").asText().equals("1"));
            rede.soltarTudo("servidor", "worker");
            assertEquals(List.of("3", "5"), receberTodas(chega, 2));
            assertThrows(ErroDeUso.class, () -> rede.soltar("servidor", "worker", 0));
        }

        @Test
        @DisplayName("reordenar: cada uma que cede chega logo depois da seguinte")
        void reordenar() {
            rede.mudar("servidor", "worker", r -> r.reordenacao(1));
            enviarTodas(sai, 1, 1);
            esperarNoRastro("enviada", 1);
            rede.mudar("servidor", "worker", r -> r.reordenacao(0));
            enviarTodas(sai, 2, 2);
            assertEquals(List.of("2", "1"), receberTodas(chega, 2));
        }

        @Test
        @DisplayName("reordenar sem que venha outra: só atrasa")
        void reordenarAUltima() {
            rede.mudar("servidor", "worker", r -> r.reordenacao(1));
            enviarTodas(sai, 1, 1);
            assertEquals(List.of("1"), receberTodas(chega, 1));
        }

        @Test
        @DisplayName("duplicar, perder, cortar e ligar")
        void duplicarPerderCortar() {
            rede.mudar("servidor", "worker", r -> r.duplicacao(1));
            enviarTodas(sai, 1, 1);
            assertEquals(List.of("1", "1"), receberTodas(chega, 2));
            rede.mudar("servidor", "worker", r -> r.duplicacao(0).perda(1));
            enviarTodas(sai, 2, 2);
            esperarNoRastro("perdida", 1);
            rede.mudar("servidor", "worker", r -> r.perda(0));
            rede.cortar("servidor", "worker");
            enviarTodas(sai, 3, 3);
            esperarNoRastro("perdida", 2);
            rede.ligar("servidor", "worker");
            enviarTodas(sai, 4, 4);
            assertEquals(List.of("4"), receberTodas(chega, 1));
        }

        @Test
        @DisplayName("estragar: chega um começo, que ninguém lê; no rastro conta como perdida, com o motivo, e as outras têm"
                + " a mesma sorte")
        void estragar() {
            rede.mudar("servidor", "worker", r -> r.estrago(1));
            sai.send(new Envelope(1, deposito("1", "ana", "1")).json());
            esperarNoRastro("perdida", 1);
            byte[] chegou = receber(chega);
            assertThrows(MensagemInvalida.class, () -> Envelope.de(Json.ler(chegou)));
            assertTrue(rastro.eventos().stream().anyMatch(e -> e.path("motivo").asText().startsWith("chegou só um começo")));
            rede.mudar("servidor", "worker", r -> r.estrago(0));
            enviarTodas(sai, 2, 2);
            assertEquals(List.of("2"), receberTodas(chega, 1));
            assertEquals("perda=10% estragar=5%", new Regras(1, "a>b").perda(0.1).estrago(0.05).toString());
        }

        @Test
        @DisplayName("emudecer: o que vai pela conexão de agora não chega, ainda que ela siga aberta; por uma nova, chega")
        void emudecer() {
            enviarTodas(sai, 1, 1);
            assertEquals(List.of("1"), receberTodas(chega, 1));
            rede.emudecer("servidor", "worker");
            enviarTodas(sai, 2, 2);
            enviarTodas(fila(aqui), 3, 3);
            assertEquals(List.of("3"), receberTodas(chega, 1));
            assertTrue(soquetes.apresentado(sai), "continua aberta");
        }

        @Test
        @DisplayName("a mesma semente perde as mesmas mensagens")
        void perdaRepetivel() {
            rede.mudar("servidor", "worker", r -> r.perda(0.5));
            enviarTodas(sai, 1, 100);
            esperarNoRastro("enviada", 100);
            List<String> perdidas = rastro.eventos().stream().filter(e -> e.path("evento").asText().equals("perdida"))
                    .map(e -> e.get("id_msg").asText()).toList();
            Regras iguais = new Regras(1 + Tipo.fila.ordinal(), "servidor>worker").perda(0.5);
            assertEquals(numeros(1, 100).stream().filter(n -> iguais.decidir(0, true).isEmpty()).toList(), perdidas);
        }

        @Test
        @DisplayName("o atraso é o que se diz, e quem recebe, uma vez conhecido, pode não estar de pé")
        void atrasoEEspera() {
            int ausente = Processo.portaLivre();
            ZMQ.Socket cedo = soquetes.ligar(SocketType.PULL, "127.0.0.1", ausente, "");
            ZMQ.Socket envia = fila(enlace(Tipo.fila, "a", "b", ausente));
            soquetes.fechar(cedo);
            rede.mudar("a", "b", r -> r.atraso(80, 80));
            enviarTodas(envia, 1, 3);
            esperarNoRastro("enviada", 3);
            ZMQ.Socket tarde = soquetes.ligar(SocketType.PULL, "127.0.0.1", ausente, "");
            assertEquals(List.of("1", "2", "3"), receberTodas(tarde, 3));
            double demora = tempo("entregue") - tempo("enviada");
            assertTrue(demora >= 80, "demorou " + demora);
        }

        private double tempo(String evento) {
            return rastro.eventos().stream().filter(e -> e.path("evento").asText().equals(evento)).findFirst().orElseThrow()
                    .get("t").asDouble();
        }
    }

    @Nested
    @DisplayName("um enlace de pedidos")
    class DePedidos {

        private final ZMQ.Socket servidor = soquetes.ligar(SocketType.ROUTER, "127.0.0.1", Processo.portaLivre(), "");
        private final Endereco aqui = enlace(Tipo.pedidos, "cliente", "servidor", porta(servidor));

        @Test
        @DisplayName("dois clientes: o servidor os distingue, e cada resposta volta a quem pediu, fora de ordem que seja")
        void cadaUmASua() {
            ZMQ.Socket um = soquetes.conectar(SocketType.REQ, aqui);
            ZMQ.Socket outro = soquetes.conectar(SocketType.REQ, aqui);
            enviar(um, "de um".getBytes(StandardCharsets.UTF_8));
            List<byte[]> primeiro = pedido();
            enviar(outro, new byte[] {(byte) 0xC3, 0, (byte) 0xFF});
            List<byte[]> segundo = pedido();
            assertEquals("de um", new String(primeiro.get(2), StandardCharsets.UTF_8));
            assertArrayEquals(new byte[] {(byte) 0xC3, 0, (byte) 0xFF}, segundo.get(2));
            responder(segundo, "para outro");
            responder(primeiro, "para um");
            assertEquals("para um", new String(receber(um), StandardCharsets.UTF_8));
            assertEquals("para outro", new String(receber(outro), StandardCharsets.UTF_8));
        }

        @Test
        @DisplayName("um pedido repetido pela rede chega duas vezes; quem pediu recebe uma resposta, e a seguinte é a do"
                + " pedido seguinte")
        void pedidoRepetido() {
            rede.mudar("cliente", "servidor", r -> r.duplicacao(1));
            ZMQ.Socket cliente = soquetes.conectar(SocketType.REQ, aqui);
            for (String n : List.of("1", "2", "3")) {
                enviar(cliente, operacao(n));
                responder(pedido(), "primeira " + n);
                responder(pedido(), "segunda " + n);
                assertEquals("primeira " + n, new String(receber(cliente), StandardCharsets.UTF_8));
            }
            esperarNoRastro("perdida", 3);
        }

        @Test
        @DisplayName("pedidos e respostas têm regras próprias; a resposta cortada não chega, e a de quem desistiu perde-se")
        void doisSentidos() {
            ZMQ.Socket cliente = soquetes.conectar(SocketType.REQ, aqui);
            rede.cortar("servidor", "cliente");
            enviar(cliente, operacao("1"));
            responder(pedido(), "OK");
            esperarNoRastro("perdida", 1);
            rede.ligar("servidor", "cliente");
            soquetes.fechar(cliente);
            ZMQ.Socket impaciente = soquetes.conectar(SocketType.REQ, aqui);
            enviar(impaciente, operacao("1"));
            List<byte[]> pedido = pedido();
            rede.segurar("servidor", "cliente");
            responder(pedido, "OK seq=1");
            rede.esperarSeguras("servidor", "cliente", 1);
            assertEquals("1", rede.seguras("servidor", "cliente").get(0).get("id_msg").asText());
            soquetes.fechar(impaciente);
            rede.segurar("servidor", "cliente");
            esperar("o cliente sair", () -> {
                rede.soltarTudo("servidor", "cliente");
                return contar("perdida") == 2 || contar("entregue") > 2;
            });
        }

        @Test
        @DisplayName("uma resposta que diz o endereço verdadeiro diz o deste lado; o resto, e o que não é texto,"
                + " passa intacto")
        void enderecos() {
            ZMQ.Socket cliente = soquetes.conectar(SocketType.REQ, aqui);
            String real = local(porta(servidor));
            enviar(cliente, operacao("1"));
            responder(pedido(), "{\"a\": \"" + real + "\", \"b\": \"" + real + "0\", \"c\": \"x" + real + "\", \"seq\": 3}");
            assertEquals("{\"a\": \"" + aqui + "\", \"b\": \"" + real + "0\", \"c\": \"x" + real + "\", \"seq\": 3}",
                    new String(receber(cliente), StandardCharsets.UTF_8));
            enviar(cliente, operacao("2"));
            responder(pedido(), new byte[] {(byte) 0xFF, ':', '1', (byte) 0xC3});
            assertArrayEquals(new byte[] {(byte) 0xFF, ':', '1', (byte) 0xC3}, receber(cliente));
        }

        @Test
        @DisplayName("o envelope inteiro vai e volta (número do pedido, proxies), e a cada resposta fica o id_msg"
                + " do seu pedido")
        void envelopes() {
            ZMQ.Socket proxy = soquetes.conectar(SocketType.DEALER, aqui);
            for (String quem : List.of("1", "2")) {
                proxy.send("cliente " + quem, ZMQ.SNDMORE);
                proxy.send("", ZMQ.SNDMORE);
                enviar(proxy, operacao(quem));
            }
            List<byte[]> primeiro = pedido();
            List<byte[]> segundo = pedido();
            responder(segundo, "segunda");
            responder(primeiro, "primeira");
            for (List<String> esperada : List.of(List.of("cliente 2", "", "segunda"),
                    List.of("cliente 1", "", "primeira"))) {
                List<String> veio = new ArrayList<>(List.of(new String(receber(proxy), StandardCharsets.UTF_8)));
                while (proxy.hasReceiveMore()) {
                    veio.add(proxy.recvStr());
                }
                assertEquals(esperada, veio);
            }
            esperarNoRastro("entregue", 4);
            assertEquals(List.of("2", "1"),
                    rastro.eventos().stream().filter(e -> e.path("enlace").asText().equals("servidor>cliente")
                    && e.path("evento").asText().equals("entregue")).map(e -> e.path("id_msg").asText()).toList());
        }

        private List<byte[]> pedido() {
            List<byte[]> quadros = new ArrayList<>(List.of(receber(servidor)));
            while (servidor.hasReceiveMore()) {
                quadros.add(servidor.recv());
            }
            return quadros;
        }

        private void responder(List<byte[]> pedido, String resposta) {
            responder(pedido, resposta.getBytes(StandardCharsets.UTF_8));
        }

        private void responder(List<byte[]> pedido, byte[] resposta) {
            pedido.subList(0, pedido.size() - 1).forEach(quadro -> servidor.send(quadro, ZMQ.SNDMORE));
            servidor.send(resposta);
        }
    }

    @Test
    @DisplayName("um enlace de difusão assina o publicador quando alguém o assina, e só enquanto alguém o assina")
    void assinaturas() {
        ZMQ.Socket publica = soquetes.ligar(SocketType.XPUB, "127.0.0.1", Processo.portaLivre(), "");
        Endereco aqui = enlace(Tipo.difusao, "sequenciador", "replica", porta(publica));
        publica.setReceiveTimeOut(300);
        assertNull(publica.recv(), "ninguém assinou ainda");
        ZMQ.Socket assina = soquetes.conectar(SocketType.SUB, aqui);
        assertArrayEquals(new byte[] {1}, receber(publica));
        enviarTodas(publica, 1, 3);
        assertEquals(List.of("1", "2", "3"), receberTodas(assina, 3));
        soquetes.fechar(assina);
        assertArrayEquals(new byte[] {0}, receber(publica));
    }

    @Nested
    @DisplayName("um enlace de bytes")
    class DeBytes {

        private final ServerSocket eco = escutar();
        private final Endereco aqui = enlace(Tipo.bytes, "cliente", "servidor", eco.getLocalPort());

        @AfterEach
        void fechar() throws IOException {
            eco.close();
        }

        @Test
        @DisplayName("passa bytes quaisquer nos dois sentidos, e o fim de um lado não corta o outro")
        void intactos() throws IOException {
            byte[] bytes = new byte[300_000];
            IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31));
            try (Socket cliente = ligar()) {
                cliente.getOutputStream().write(bytes);
                cliente.shutdownOutput();
                assertArrayEquals(bytes, cliente.getInputStream().readAllBytes());
            }
        }

        @Test
        @DisplayName("perder um pedaço corta a conexão, também se ele estava seguro")
        void perder() throws IOException {
            rede.mudar("cliente", "servidor", r -> r.perda(1));
            assertCortada(cliente -> { });
            rede.mudar("cliente", "servidor", r -> r.perda(0));
            rede.segurar("servidor", "cliente");
            assertCortada(cliente -> {
                esperarNoRastro("segura", 1);
                rede.perder("servidor", "cliente", m -> true);
            });
            assertEquals(2, contar("perdida"));
        }

        @Test
        @DisplayName("cortado, ninguém se conecta; ligado, sim")
        void cortar() throws IOException {
            rede.cortar("servidor", "cliente");
            assertCortada(cliente -> { });
            rede.ligar("servidor", "cliente");
            try (Socket cliente = ligar()) {
                cliente.getOutputStream().write(7);
                assertEquals(7, cliente.getInputStream().read());
            }
        }

        @Test
        @DisplayName("um servidor que não está de pé é uma conexão que cai; uma porta ocupada diz por quem")
        void semServidor() throws IOException {
            eco.close();
            assertCortada(cliente -> { });
            Falha erro = assertThrows(Falha.class, () -> rede.enlace(Tipo.bytes, "x", "y", aqui, aqui));
            assertTrue(erro.getMessage().startsWith("a porta " + aqui.porta() + " já está em uso por "), erro.getMessage());
        }

        private void assertCortada(Consumer<Socket> antes) throws IOException {
            try (Socket cliente = ligar()) {
                try {
                    cliente.getOutputStream().write("oi\n".getBytes(StandardCharsets.UTF_8));
                    antes.accept(cliente);
                    assertEquals(-1, cliente.getInputStream().read());
                } catch (IOException e) {
                    // também é um corte
                    assertTrue(e.getMessage().matches("(?i).*(reset|broken pipe|abort).*"), e.toString());
                }
            }
        }

        private Socket ligar() throws IOException {
            Socket cliente = new Socket(aqui.maquina(), aqui.porta());
            cliente.setSoTimeout((int) Processo.PRAZO.toMillis());
            return cliente;
        }

        /** Um servidor que devolve o que recebe. */
        private ServerSocket escutar() {
            try {
                ServerSocket servidor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Thread linha = new Thread(() -> {
                    while (!servidor.isClosed()) {
                        try (Socket cliente = servidor.accept(); InputStream entrada = cliente.getInputStream()) {
                            entrada.transferTo(cliente.getOutputStream());
                        } catch (IOException e) {
                            // cortaram
                        }
                    }
                });
                linha.setDaemon(true);
                linha.start();
                return servidor;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    // ───── Papéis de verdade ─────

    @Test
    @DisplayName("parte 1: a barreira --esperar vê as réplicas através da rede, e a ordem em que se soltam as faz divergir")
    void multicast() {
        int[] consultas = {Processo.portaLivre(), Processo.portaLivre()};
        int[] clientes = {Processo.portaLivre(), Processo.portaLivre()};
        for (int r = 0; r < 2; r++) {
            String nome = "replica-" + (r + 1);
            cena.iniciar("part1.Replica", "--id", nome, "--consulta", consultas[r], "--clientes",
                    enlace(Tipo.difusao, "cliente-1", nome, clientes[0]) + ","
                    + enlace(Tipo.difusao, "cliente-2", nome, clientes[1])).esperarPronto();
        }
        List<Processo> de = IntStream.range(0, 2)
                .mapToObj(c -> cena.iniciar("part1.Client", "--porta", clientes[c], "--esperar", 2, "lote", "-")).toList();
        pedir(de.get(0), deposito("d", "ana", "100"));
        esperarSeq(1, consultas);
        rede.segurar("cliente-2", "replica-1");
        rede.segurar("cliente-1", "replica-2");
        pedir(de.get(0), saque("s80", "ana", "80"));
        pedir(de.get(1), saque("s50", "ana", "50"));
        rede.esperarSeguras("cliente-2", "replica-1", 1);
        rede.esperarSeguras("cliente-1", "replica-2", 1);
        esperarSeq(2, consultas);
        rede.soltarTudo("cliente-2", "replica-1");
        rede.soltarTudo("cliente-1", "replica-2");
        esperarSeq(3, consultas);
        assertEquals("20.00", saldo(consultas[0], "ana"));
        assertEquals("50.00", saldo(consultas[1], "ana"));
        assertRastroCerto();
    }

    @Test
    @DisplayName("parte 3: um buraco cura-se, e sem recuperação gela; um corte cura-se ao ligar; tudo está no rastro")
    void sequenciador() throws IOException {
        int pedidos = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        int[] consultas = {Processo.portaLivre(), Processo.portaLivre()};
        cena.iniciar("part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem).esperarPronto();
        cena.iniciar("part3.Replica", "--id", "replica-1", "--consulta", consultas[0],
                "--ordem", enlace(Tipo.difusao, "sequenciador", "replica-1", ordem),
                "--pedidos", enlace(Tipo.pedidos, "replica-1", "sequenciador", pedidos));
        Processo gelada = cena.iniciar("part3.Replica", "--id", "replica-2", "--consulta", consultas[1], "--sem-recuperacao",
                "--ordem", enlace(Tipo.difusao, "sequenciador", "replica-2", ordem), "--pedidos", local(pedidos));
        esperarAssinantes(2, pedidos);
        Processo cliente = cena.iniciar("part3.Client", "--sequenciador",
                enlace(Tipo.pedidos, "cliente-1", "sequenciador", pedidos), "lote", "-");
        pedir(cliente, deposito("d1", "ana", "10"));
        esperarSeq(1, consultas);

        rede.cortar("sequenciador", "replica-1"); // também as respostas a ela
        pedir(cliente, deposito("d2", "ana", "10"));
        esperarSeq(2, consultas[1]);
        assertEquals(1, estado(consultas[0]).get("seq").asInt());
        rede.ligar("sequenciador", "replica-1");
        esperarSeq(2, consultas);

        List.of("replica-1", "replica-2").forEach(replica -> rede.segurar("sequenciador", replica));
        pedir(cliente, deposito("d3", "ana", "10"));
        pedir(cliente, deposito("d4", "ana", "10"));
        for (String replica : List.of("replica-1", "replica-2")) {
            rede.esperarSeguras("sequenciador", replica, 2);
            rede.perder("sequenciador", replica, m -> m.path("seq").asInt() == 3);
            rede.soltarTudo("sequenciador", replica);
        }
        esperarSeq(4, consultas[0]);
        gelada.esperarNoRegistro("esperar seq=4 falta=3");
        assertEquals("40.00", saldo(consultas[0], "ana"));
        assertEquals("20.00", saldo(consultas[1], "ana"));
        assertNotEquals(resumo(consultas[0]), resumo(consultas[1]));
        assertEquals(List.of("OK seq=1", "OK seq=2", "OK seq=3", "OK seq=4"), cliente.saida());
        assertRastroCerto();
        assertEquals(rastro.eventos().stream()
                .filter(e -> e.path("seq").asInt() == 4 && e.path("evento").asText().equals("entregue"))
                .map(e -> e.get("id_msg").asText()).distinct().toList(), List.of("d4"));
    }

    @Test
    @DisplayName("parte 2: a resposta do RPC que se perde corta a conexão; o cliente repete, e a operação vale uma vez")
    void rpc() {
        int worker = Processo.portaLivre();
        int rpc = Processo.portaLivre();
        int consulta = Processo.portaLivre();
        cena.iniciar("part2.RpcServer", "--porta", rpc, "--workers", enlace(Tipo.fila, "servidor", "worker-1", worker))
                .esperarPronto();
        cena.iniciar("part2.Worker", "--porta", worker, "--rpc", local(rpc), "--consulta", consulta).esperarPronto();
        Processo cliente = cena.iniciar(
                "part2.Client", "--rpc", enlace(Tipo.bytes, "cliente-1", "servidor", rpc), "lote", "-");
        rede.segurar("servidor", "cliente-1");
        pedir(cliente, deposito("d1", "ana", "10"));
        rede.esperarSeguras("servidor", "cliente-1", 1);
        rede.perder("servidor", "cliente-1", m -> m.get("id_msg").asText().equals("d1"));
        rede.soltarTudo("servidor", "cliente-1");
        esperar("a resposta", () -> cliente.saida().equals(List.of("DEPOSITO enfileirado: d1")));
        esperarSeq(1, consulta);
        assertEquals("10.00", saldo(consulta, "ana"));
        assertEquals(2, rastro.eventos().stream().filter(e -> e.path("enlace").asText().equals("cliente-1>servidor")
                && e.path("evento").asText().equals("entregue") && e.path("id_msg").asText().equals("d1")).count(),
                "pediu duas vezes");
        assertRastroCerto();
    }

    // ───── Comando ─────

    @Test
    @DisplayName("lab rede: repassa, obedece ao teclado e escreve o rastro")
    void comando() throws IOException {
        Path arquivo = cena.arquivo("");
        ZMQ.Socket chega = soquetes.ligar(SocketType.PULL, "127.0.0.1", Processo.portaLivre(), "");
        int porta = Processo.portaLivre();
        Processo lab = cena.iniciar("tests.lab.Lab", "rede", "--tipo", "fila", "--escutar", porta, "--para",
                local(porta(chega)), "--nomes", "servidor,worker", "--rastro", arquivo).esperarPronto();
        ZMQ.Socket sai = fila(new Endereco("127.0.0.1", porta));
        lab.digitar("segurar\n").esperarNoRegistro("falta evento=segurar alvo=servidor>worker");
        enviarTodas(sai, 1, 3);
        lab.esperarNoRegistro("segura enlace=servidor>worker n=3 id_msg=3");
        lab.digitar("estado\nsoltar 2\n");
        assertEquals(List.of("2"), receberTodas(chega, 1));
        lab.digitar("isto não\nsoltar 2 lua\nsoltar 9\nsoltar\n");
        assertEquals(List.of("1", "3"), receberTodas(chega, 2));
        lab.digitar("cortar servidor>worker\n").esperarNoRegistro("falta evento=cortar");
        enviarTodas(sai, 4, 4);
        lab.esperarNoRegistro("perdida enlace=servidor>worker n=4");
        lab.digitar("sair\n");
        assertEquals(0, lab.esperarFim());
        assertEquals(List.of("servidor>worker enviadas=3 entregues=0 perdidas=0 duplicadas=0 seguras=3 segurando",
                "  1. DEPOSITO ana 1.00", "  2. DEPOSITO ana 2.00", "  3. DEPOSITO ana 3.00"), lab.saida().subList(0, 4));
        assertEquals(
                List.of("não conheço 'isto'; há cortar, ligar, emudecer, segurar, soltar, perder, perda, atraso,"
                        + " estado, ajuda, sair",
                "na rede não há 'lua'; há servidor>worker", "em servidor>worker só há as operações seguras de 1 a 2"),
                lab.saida().subList(4, 7), "cada engano, uma linha que diz o que há");
        assertEquals(List.of("2", "1", "3"),
                Rastro.ler(arquivo).stream().filter(e -> e.path("evento").asText().equals("entregue"))
                .map(e -> e.get("id_msg").asText()).toList());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "--tipo fila --escutar 7003", "--tipo nada",
            "--tipo fila --escutar 7003 --para x:1 --perda 200%", "--tipo fila --escutar 7003 --para x:1 --nomes a,a"})
    @DisplayName("lab rede com opções erradas: código 2 e uma linha que diz o que está errado")
    void opcoesErradas(String opcoes) {
        Object[] argumentos = Stream.concat(
                Stream.of("rede"), Stream.of(opcoes.split(" ")).filter(o -> !o.isEmpty())).toArray();
        Cena.Fim fim = cena.rodar("tests.lab.Lab", argumentos);
        assertEquals(2, fim.codigo());
        assertTrue(fim.registro().get(0).startsWith("erro de uso: "), fim.erros());
    }

    // ───── Rastro ─────

    @Test
    @DisplayName("um rastro se escreve e se relê igual; uma última linha pela metade não conta, outra estragada diz qual é")
    void relido() throws IOException {
        Path arquivo = cena.arquivo("");
        try (Rastro escrito = new Rastro(arquivo)) {
            escrito.anotar(escrito.evento("nota").put("texto", "é o começo"));
            escrito.anotar(escrito.evento("falta").put("evento", "cortar").put("alvo", "a>b"));
            assertEquals(escrito.eventos().toString(), Rastro.ler(arquivo).toString());
        }
        String inteiro = Files.readString(arquivo);
        Files.writeString(arquivo, inteiro + "{\"t\":9.0,\"ti");
        assertEquals(2, Rastro.ler(arquivo).size());
        Files.writeString(arquivo, "{\"t\":\n" + inteiro);
        assertTrue(assertThrows(MensagemInvalida.class, () -> Rastro.ler(arquivo)).getMessage().contains("linha 1"));
    }

    /** Cada entrega tem o seu envio; cada envio acaba de algum modo; e o ShiViz lê tudo, com a causa antes do efeito. */
    private void assertRastroCerto() {
        esperar("tudo chegar", () -> contar("enviada") == contar("entregue") + contar("perdida"));
        Map<String, Integer> passos = new HashMap<>();
        for (ObjectNode e : rastro.eventos()) {
            String qual = e.path("enlace") + "#" + e.path("n");
            switch (e.path("evento").asText()) {
                case "enviada" -> assertNull(passos.put(qual, 1), qual);
                case "entregue", "perdida" -> assertEquals(1, passos.put(qual, 2), qual);
                default -> { }
            }
        }
        String texto = Rastro.shiviz(rastro.eventos());
        String[] cabeca = texto.split("\n", 3);
        assertEquals("", cabeca[1], "a segunda linha separaria execuções");
        Matcher leitor = Pattern.compile(cabeca[0]).matcher(cabeca[2]);
        Map<String, Integer> relogio = new HashMap<>();
        int lidos = 0;
        while (leitor.find()) {
            lidos++;
            ObjectNode horas = Json.lerGrande(leitor.group("clock").getBytes(StandardCharsets.UTF_8));
            int sua = horas.get(leitor.group("host")).asInt();
            assertEquals(relogio.getOrDefault(leitor.group("host"), 0) + 1, sua, "o relógio de cada um anda de um em um");
            relogio.put(leitor.group("host"), sua);
            horas.properties().forEach(hora -> assertTrue(hora.getValue().asInt() <= relogio.getOrDefault(hora.getKey(), 0),
                    "sabe do que ainda não aconteceu: " + leitor.group()));
            if (leitor.group("event").startsWith("entregue")) {
                assertTrue(horas.size() > 1, leitor.group());
            }
        }
        assertEquals(texto.lines().count() - 2, 2L * lidos);
        assertTrue(lidos >= contar("enviada") + contar("entregue"));
    }

    private long contar(String evento) {
        return rastro.eventos().stream().filter(e -> e.path("evento").asText().equals(evento)).count();
    }

    // ───── Ferramentas ─────

    /** Põe um enlace de pé numa porta livre. */
    private Endereco enlace(Tipo tipo, String de, String para, int real) {
        Endereco aqui = new Endereco("127.0.0.1", Processo.portaLivre());
        rede.enlace(tipo, de, para, aqui, new Endereco("127.0.0.1", real));
        return aqui;
    }

    /** Um PUSH já ligado: numa conexão que o JeroMQ ainda pode ter de refazer, o que se enviasse perdia-se. */
    private ZMQ.Socket fila(Endereco aqui) {
        ZMQ.Socket soquete = soquetes.conectar(SocketType.PUSH, aqui);
        esperar("a ligação a " + aqui, () -> soquetes.apresentado(soquete));
        return soquete;
    }

    private void esperarNoRastro(String evento, int vezes) {
        esperar(vezes + " vezes " + evento, () -> contar(evento) >= vezes);
    }

    private static void esperar(String oQue, BooleanSupplier condicao) {
        Processo.esperar(oQue, Processo.PRAZO, condicao);
    }

    private static int porta(ZMQ.Socket soquete) {
        return Endereco.ler(soquete.getLastEndpoint().replace("tcp://", "")).porta();
    }

    private static void pedir(Processo cliente, Operacao op) {
        cliente.digitar(op.json() + "\n");
    }

    private static byte[] operacao(String n) {
        return deposito(n, "ana", n).json().getBytes(StandardCharsets.UTF_8);
    }

    private static void enviar(ZMQ.Socket soquete, byte[] corpo) {
        esperar("poder enviar", () -> soquete.send(corpo, ZMQ.DONTWAIT));
    }

    private static void enviarTodas(ZMQ.Socket soquete, int de, int ate) {
        IntStream.rangeClosed(de, ate).forEach(n -> enviar(soquete, operacao("" + n)));
    }

    private static byte[] receber(ZMQ.Socket soquete) {
        soquete.setReceiveTimeOut((int) Processo.PRAZO.toMillis());
        byte[] corpo = soquete.recv();
        assertTrue(corpo != null, "não chegou nada");
        return corpo;
    }

    private static List<String> receberTodas(ZMQ.Socket soquete, int quantas) {
        return IntStream.range(0, quantas).mapToObj(i -> Json.ler(receber(soquete)).get("id_msg").asText()).toList();
    }

    private static List<String> numeros(int de, int ate) {
        return IntStream.rangeClosed(de, ate).mapToObj(Integer::toString).toList();
    }

    public static void main(String[] args) {
        Testes.rodar(RedeTest.class);
    }
}
