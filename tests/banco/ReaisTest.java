///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O dinheiro como a pessoa o escreve, e como se lhe mostra: nunca se adivinha, nunca com expoente.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Banco.java ../../shared/defesa/Defesa.java ../../shared/disco/EstadoDoBanco.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/papel/Consulta.java
//SOURCES ../../shared/rede/Pedidos.java ../../shared/rede/zmq/Mailbox.java ../../shared/rede/zmq/io/Decifrada.java
//SOURCES ../../shared/rede/zmq/io/mechanism/Mechanisms.java ../../shared/tempo/Lentidao.java
//SOURCES ../../shared/texto/Campos.java ../../shared/texto/Endereco.java ../../shared/texto/JsonGrande.java
//SOURCES ../../shared/texto/Reais.java ../../shared/texto/Registro.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Banco;
import shared.papel.Consulta;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.Reais;
import tests.Testes;

@DisplayName("Dinheiro")
class ReaisTest {

    private final Random sorte = new Random(13);

    @Test
    @DisplayName("um valor ao acaso, escrito de cada maneira que há, é sempre o mesmo valor")
    void idaEVolta() {
        for (int i = 0; i < 3_000; i++) {
            long centavos = Math.abs(sorte.nextLong()) % (long) Math.pow(10, 1 + sorte.nextInt(15));
            BigDecimal valor = BigDecimal.valueOf(centavos, 2);
            String ponto = valor.toPlainString();
            assertLido(valor, ponto);
            assertLido(valor, ponto.replace('.', ','));
            String inteiro = ponto.substring(0, ponto.length() - 3);
            String milhares = inteiro.replaceAll("(?<=\\d)(?=(\\d{3})+$)", ".");
            assertLido(valor, milhares + "," + ponto.substring(ponto.length() - 2));
            assertLido(valor, milhares.replace('.', ',') + "." + ponto.substring(ponto.length() - 2));
            assertLido(valor.negate(), "-" + ponto);
            if (centavos % 10 == 0) {
                assertLido(valor, ponto.substring(0, ponto.length() - 1));
            }
        }
    }

    @Test
    @DisplayName("um texto ao acaso ou se recusa, ou é um valor com até dois algarismos depois do último sinal")
    void aoAcaso() {
        String letras = "0123456789.,.,.,- +eER$ \t٣\u00a0xN";
        for (int i = 0; i < 30_000; i++) {
            StringBuilder texto = new StringBuilder();
            for (int n = sorte.nextInt(10); n >= 0; n--) {
                texto.append(letras.charAt(sorte.nextInt(letras.length())));
            }
            try {
                BigDecimal valor = Reais.ler(texto.toString());
                String limpo = texto.toString().strip();
                assertTrue(limpo.matches("-?\\d[\\d.,]*") && valor.scale() <= 2, limpo);
                assertEquals(valor.unscaledValue().toString().replaceFirst("^-", ""),
                        limpo.replaceAll("[^0-9]", "").replaceFirst("^0+(?=\\d)", ""), limpo); // nem um algarismo se perde
                assertFalse(limpo.matches("-?\\d+[.,]\\d{3}"), limpo);
            } catch (Falha e) {
                assertTrue(e.getMessage().matches(
                        "(?s)'.*' (é ambíguo: pode ser .*|não é um valor; use .*|tem mais de 2 casas .*)"), e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1.000 | 1.00 ou 1000.00; escreva 1,00 ou 1000,00", "1,000 | 1.00 ou 1000.00",
        "10.000 | 10.00 ou 10000.00", "1,500 | 1.50 ou 1500.00", "999,990 | 999.99 ou 999990.00",
        "1,001 | 1.001 ou 1001.00; escreva 1001,00"})
    @DisplayName("três algarismos depois de um só sinal: recusa-se, e dizem-se as duas leituras")
    void ambiguo(String texto, String leituras) {
        assertTrue(assertThrows(Falha.class, () -> Reais.ler(texto)).getMessage().contains("ambíguo: pode ser " + leituras));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1e3", "1E3", "0,500", "1.0000", "1234.567", "١٠", "1٫5", "R$ 10", "R$10", "10 reais",
            "1 000,00", "+5", "--5", "−5",
        ",50", ".50", "100,", "100.", "1,2,3", "1.2.3", "1.23,45", "12.34.567,00", "1.234.56", "1.234,567", "0x10", "NaN",
        "Infinity", "1_000", "1'000"})
    @DisplayName("o que não é um valor recusa-se, com uma linha")
    void recusado(String texto) {
        String erro = assertThrows(Falha.class, () -> Reais.ler(texto)).getMessage();
        assertTrue(erro.contains("não é um valor") || erro.contains("mais de 2 casas"), erro);
        assertTrue(erro.contains("use algo como 100 ou 100,50"), erro);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"100 | 100", "100,5 | 100.5", " 0.07  | 0.07", "1.234,56 | 1234.56",
            "1,234.56 | 1234.56",
        "1.234.567 | 1234567", "1,234,567.8 | 1234567.8", "1000000000000 | 1000000000000", "007 | 7"})
    @DisplayName("o que se aceita")
    void aceito(String texto, BigDecimal valor) {
        assertLido(valor, texto);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "1000000", "0.1", "0", "1234567890.12"})
    @DisplayName("o que se lê de um JSON mostra-se sem expoente")
    void semExpoente(String valor) {
        Banco banco = new Banco();
        banco.depositar("ana", new BigDecimal(valor).setScale(2));
        ObjectNode lido = Json.ler(Json.escrever(Json.MAPPER.createObjectNode().put("depositado", banco.depositado()))
                .getBytes(StandardCharsets.UTF_8));
        assertEquals(new BigDecimal(valor).setScale(2).toPlainString(), Json.porExtenso(lido.get("depositado")));
        assertFalse(lido.toString().contains("E"), lido.toString());
    }

    @Test
    @DisplayName("um número da rede que por extenso não acabaria fica com o expoente")
    void enorme() {
        ObjectNode lido = Json.ler("{\"valor\": 1e999999}".getBytes(StandardCharsets.UTF_8));
        assertTrue(Json.tipoDe(lido.get("valor")).length() < 60);
    }

    @Test
    @DisplayName("CONTAS: as páginas cabem numa mensagem, e juntas são o banco inteiro, tenham as contas os"
            + " nomes que tiverem")
    void paginas() {
        Banco banco = new Banco();
        for (int i = 0; i < 3_000; i++) {
            String nome = switch (i % 4) {
                case 0 -> "conta-" + i;
                case 1 -> "\"\\".repeat(29) + i;
                case 2 -> "\ud83d\ude00".repeat(58) + i;
                default -> "ç\u4e2d".repeat(29) + i;
            };
            banco.depositar(nome, new BigDecimal("9".repeat(25) + ".99"));
        }
        List<Consulta.Parte> partes = List.of(new Consulta.Parte(banco, 1, null));
        Map<String, BigDecimal> lidas = new TreeMap<>();
        String depois = "";
        for (boolean mais = true; mais; ) {
            String pagina = Json.escrever(Consulta.contas(depois, partes).put("id", "r".repeat(32)));
            assertTrue(pagina.getBytes(StandardCharsets.UTF_8).length <= Json.LIMITE_BYTES - 2_000,
                    () -> "" + pagina.length());
            ObjectNode lida = Json.ler(pagina.getBytes(StandardCharsets.UTF_8));
            int antes = lidas.size();
            for (var conta : lida.get("contas").properties()) {
                lidas.put(depois = conta.getKey(), conta.getValue().decimalValue());
            }
            mais = lida.get("mais").booleanValue();
            assertTrue(lidas.size() > antes);
        }
        assertEquals(banco.saldos(), lidas);
    }

    private static void assertLido(BigDecimal valor, String texto) {
        boolean ambiguo = texto.matches("-?[1-9]\\d{0,2}[.,]\\d{3}");
        assertFalse(ambiguo, texto);
        assertEquals(0, valor.compareTo(Reais.ler(texto)), texto);
    }

    public static void main(String[] args) {
        Testes.rodar(ReaisTest.class);
    }
}
