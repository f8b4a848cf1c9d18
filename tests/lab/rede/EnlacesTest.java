///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Os quatro tipos de enlace do laboratório: o que chega, o que se perde, repete, segura e solta.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES NaRede.java ../../../shared/Envelope.java ../../../shared/defesa/Defesa.java
//SOURCES ../../../shared/memoria/Lembradas.java ../../../shared/rede/Requisicao.java
//SOURCES ../../../shared/rede/zmq/Mailbox.java ../../../shared/rede/zmq/io/Decifrada.java
//SOURCES ../../../shared/rede/zmq/io/mechanism/Mechanisms.java ../../../shared/tempo/Lentidao.java
//SOURCES ../../../shared/texto/Campos.java ../../../shared/texto/Endereco.java ../../../shared/texto/Reais.java
//SOURCES ../../../shared/texto/Registro.java ../../Cena.java ../../Testes.java ../vereditos/Rastro.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.rede;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Envelope;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Processo;
import tests.Testes;
import tests.lab.rede.Rede.Tipo;

@DisplayName("Os enlaces do laboratório")
class EnlacesTest extends NaRede {

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
        @DisplayName("das seguras, uma só chega, perde-se, repete-se ou troca de lugar; em pausa nada chega, nem se perde")
        void umaAUma() {
            rede.segurar("servidor", "worker");
            enviarTodas(sai, 1, 4);
            rede.esperarSeguras("servidor", "worker", 4);
            Seguras esperam = rede.esperam();
            List<Segura> quais = esperam.todas();
            esperam.duplicar(quais.get(0));
            esperam.mover(quais.get(3), quais.get(1));
            esperam.mover(quais.get(0), null);
            assertEquals(List.of("1/1", "4/0", "2/0", "3/0", "1/0"), esperam.de("servidor>worker").stream()
                    .map(m -> m.sobre().path("id_msg").asText() + "/" + m.copia()).toList());
            esperam.perder(quais.get(1));
            assertThrows(ErroDeUso.class, () -> esperam.soltar(quais.get(1)), "já se perdeu");
            rede.pausar(true);
            esperam.soltar(quais.get(2));
            rede.soltarTudo("servidor", "worker");
            enviarTodas(sai, 5, 5);
            esperarNoRastro("enviada", 5);
            enviarTodas(sai, 6, 6);
            esperarNoRastro("enviada", 6); // o enlace já deu mais uma volta
            assertEquals(0, contar("entregue"));
            rede.pausar(false);
            assertEquals(List.of("3", "1", "4", "1", "5", "6"), receberTodas(chega, 6));
        }

        @Test
        @DisplayName("a que se repete enquanto a primeira está segura não enche a lista: fica uma, e as outras dizem porquê")
        void repetidas() {
            rede.segurar("servidor", "worker");
            for (int i = 0; i < 3; i++) {
                enviarTodas(sai, 1, 1);
            }
            esperarNoRastro("perdida", 2);
            assertEquals(1, rede.esperam().todas().size());
            rede.soltarTudo("servidor", "worker");
            enviarTodas(sai, 2, 2);
            assertEquals(List.of("1", "2"), receberTodas(chega, 2));
        }

        @Test
        @DisplayName("de uns pulsos a seguir uns aos outros espera um, que diz o que dizia o último; a nada passam à frente")
        void pulsosSeguros() {
            rede.segurar("servidor", "worker");
            for (int i = 1; i <= 3; i++) {
                enviar(sai, ("{\"pulso\":" + i + "}").getBytes(StandardCharsets.UTF_8));
            }
            enviarTodas(sai, 1, 1);
            enviar(sai, "{\"pulso\":4}".getBytes(StandardCharsets.UTF_8));
            esperarNoRastro("enviada", 5);
            assertEquals(List.of("pulso", "DEPOSITO 1 1.00", "pulso"), rede.esperam().todas().stream()
                    .map(m -> m.sobre().path("resumo").asText().replaceFirst("DEPOSITO \\w+", "DEPOSITO 1")).toList());
            rede.soltarTudo("servidor", "worker");
            assertEquals("{\"pulso\":3}", new String(receber(chega), StandardCharsets.UTF_8));
            assertEquals(List.of("1"), receberTodas(chega, 1));
            assertEquals("{\"pulso\":4}", new String(receber(chega), StandardCharsets.UTF_8));
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

    public static void main(String[] args) {
        Testes.rodar(EnlacesTest.class);
    }
}
