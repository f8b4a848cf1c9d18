///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As regras de cada enlace do laboratório, e o que se entende do que passa por ele, sem rede nenhuma.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Conteudo.java Regras.java ../../../shared/Operacao.java ../../../shared/defesa/Defesa.java
//SOURCES ../../../shared/memoria/Lembradas.java ../../../shared/rede/Requisicao.java
//SOURCES ../../../shared/rede/zmq/Mailbox.java ../../../shared/rede/zmq/io/Decifrada.java
//SOURCES ../../../shared/rede/zmq/io/mechanism/Mechanisms.java ../../../shared/tempo/Lentidao.java
//SOURCES ../../../shared/texto/Campos.java ../../../shared/texto/Endereco.java ../../../shared/texto/Reais.java
//SOURCES ../../../shared/texto/Registro.java ../../Cena.java ../../Testes.java ../vereditos/Rastro.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.resumo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.texto.MensagemInvalida;
import tests.Testes;
import tests.lab.rede.Regras.Copia;
import tests.lab.vereditos.Rastro;

@DisplayName("A rede do laboratório, sem rede")
class RegrasTest {

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

    // ───── Rastro ─────

    @Test
    @DisplayName("um rastro se escreve e se relê igual; uma última linha pela metade não conta, outra estragada diz qual é")
    void relido(@TempDir Path pasta) throws IOException {
        Path arquivo = pasta.resolve("rastro.jsonl");
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

    public static void main(String[] args) {
        Testes.rodar(RegrasTest.class);
    }
}
