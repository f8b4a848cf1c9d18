///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A operação vai e volta byte por byte; tudo o que não é uma operação válida é recusado, com o campo e a razão.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Operacao.java ../../shared/memoria/Lembradas.java ../../shared/texto/Campos.java
//SOURCES ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Operacao")
class OperacaoTest {

    private static final String SAQUE = """
            {"id_msg": "m-1", "tipo": "SAQUE", "conta_origem": "ana", "conta_destino": null, "valor": 100.0}""";
    private static final String DEPOSITO = SAQUE.replace("SAQUE", "DEPOSITO");
    private static final String TRANSFERENCIA = com(SAQUE.replace("SAQUE", "TRANSFERENCIA"), "conta_destino", "\"bia\"");

    private static final Pattern INGLES = Pattern.compile(
            "(?i)\\b(unexpected|expected|invalid|illegal|cannot|duplicate|field|token|character|number|value|exponent)\\b");

    // ───── O que se aceita ─────

    @Test
    @DisplayName("escreve as cinco chaves, na ordem e com os espaços do sistema original")
    void formaDoFio() {
        assertEquals(SAQUE, new Operacao("m-1", Tipo.SAQUE, "ana", null, new BigDecimal("100")).json());
        assertEquals(DEPOSITO, new Operacao("m-1", Tipo.DEPOSITO, "ana", null, new BigDecimal("100")).json());
        assertEquals(TRANSFERENCIA, new Operacao("m-1", Tipo.TRANSFERENCIA, "ana", "bia", new BigDecimal("100")).json());
    }

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("o que se leu se escreve de novo byte por byte")
    @CsvSource(delimiter = '|', textBlock = """
            valor        | 0.01
            valor        | 0.1
            valor        | 12.25
            valor        | 1000000000000.0
            conta_origem | "joão"
            conta_origem | "a \\"b\\" \\\\c/"
            conta_origem | "😀"
            conta_origem | "1234567890123456789012345678901234567890123456789012345678901234"
            id_msg       | "8c5f3c1e-0b0a-4b8e-9b9a-0123456789ab"
            """)
    void idaEVolta(String campo, String valor) {
        String original = com(SAQUE, campo, valor);
        assertEquals(original, ler(original).json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "100.00", "1e2", "1E+2", "100.000000"})
    @DisplayName("todas as grafias do mesmo número são a mesma operação")
    void grafiasDoMesmoNumero(String valor) {
        assertEquals(ler(SAQUE), ler(com(SAQUE, "valor", valor)));
        assertEquals(2, ler(com(SAQUE, "valor", valor)).valor().scale());
    }

    @Test
    @DisplayName("64 caracteres são 64 letras, também as que ocupam dois char")
    void contaCaracteresInteiros() {
        assertEquals("😀".repeat(64), ler(com(SAQUE, "conta_origem", "\"" + "😀".repeat(64) + "\"")).conta_origem());
        assertEquals("😀", ler(com(SAQUE, "conta_origem", "\"\\ud83d\\ude00\"")).conta_origem());
    }

    @Test
    @DisplayName("a ordem das chaves não importa na leitura")
    void ordemDasChaves() {
        assertEquals(ler(SAQUE), ler("""
                {"valor":100,"conta_destino":null,"conta_origem":"ana","tipo":"SAQUE","id_msg":"m-1"}"""));
    }

    @Test
    @DisplayName("só o DEPOSITO pode trazer a conta em conta_destino, e escreve-a em conta_origem")
    void depositoEmContaDestino() {
        String emDestino = com(com(DEPOSITO, "conta_origem", "null"), "conta_destino", "\"ana\"");
        assertEquals(DEPOSITO, ler(emDestino).json());
        assertTrue(recusar(emDestino.replace("DEPOSITO", "SAQUE")).startsWith("conta_origem: "));
        assertTrue(recusar(com(DEPOSITO, "conta_destino", "\"ana\"")).startsWith("conta_destino: "), "em ambas, não");
    }

    // ───── O que se recusa ─────

    @ParameterizedTest(name = "{0} = {1}: {2}")
    @DisplayName("um campo que não serve é recusado pelo nome, com a razão")
    @CsvSource(delimiter = '|', textBlock = """
            id_msg        | null             | esperava um texto, veio null
            id_msg        | 7                | esperava um texto, veio o número 7
            id_msg        | NaN              | esperava um texto, veio o número NaN
            id_msg        | ""               | falta
            id_msg        | "a\\u0000"       | controle
            id_msg        | "\\ud800"        | caractere
            tipo          | null             | esperava um texto, veio null
            tipo          | ["SAQUE"]        | esperava um texto, veio uma lista
            tipo          | "PIX"            | esperava DEPOSITO, SAQUE ou TRANSFERENCIA, veio o texto "PIX"
            tipo          | "saque"          | esperava DEPOSITO, SAQUE ou TRANSFERENCIA
            tipo          | ""               | esperava DEPOSITO, SAQUE ou TRANSFERENCIA
            tipo          | "\\u009b31m"     | esperava DEPOSITO, SAQUE ou TRANSFERENCIA
            conta_origem  | null             | falta
            conta_origem  | {"a": 1}         | esperava um texto, veio um objeto
            conta_origem  | true             | esperava um texto, veio um booleano
            conta_origem  | ""               | falta
            conta_origem  | "a\\nb"          | controle
            conta_origem  | "\\u007f"        | controle
            conta_origem  | "\\u0085"        | controle
            conta_origem  | "\\ud800x"       | caractere
            conta_origem  | "\\ude00\\ud83d" | caractere
            conta_destino | "bia"            | deve ser null em SAQUE
            conta_destino | ""               | deve ser null em SAQUE
            conta_destino | 7                | esperava um texto, veio o número 7
            valor         | "100"            | esperava um número, veio o texto "100"
            valor         | null             | esperava um número, veio null
            valor         | false            | esperava um número, veio um booleano
            valor         | [1]              | esperava um número, veio uma lista
            valor         | NaN              | esperava um número, veio o número NaN
            valor         | Infinity         | esperava um número
            valor         | -Infinity        | esperava um número
            valor         | -1               | maior que zero
            valor         | 0                | maior que zero
            valor         | -0.0             | maior que zero
            valor         | 0.001            | mais de 2 casas
            valor         | 10.005           | mais de 2 casas
            valor         | 1e-400           | mais de 2 casas
            valor         | 1000000000000.01 | passa do máximo, que é 1000000000000
            valor         | 1e13             | passa do máximo
            valor         | 1e400            | passa do máximo
            valor         | 1e999999999      | passa do máximo
            """)
    void campoQueNaoServe(String campo, String valor, String razao) {
        String erro = recusar(com(SAQUE, campo, valor));
        assertTrue(erro.startsWith(campo + ": ") && erro.contains(razao), erro);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2147483648", "1e99999999999", "1e-2147483648", "-1e-99999999999", "0e99999999999"})
    @DisplayName("um expoente que nenhum número exato comporta é recusado como qualquer outro valor")
    void expoenteImpossivel(String valor) {
        assertTrue(recusar(com(SAQUE, "valor", valor)).contains("valor"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id_msg", "conta_origem", "conta_destino"})
    @DisplayName("um texto de 65 caracteres é recusado")
    void textoLongo(String campo) {
        String erro = recusar(com(TRANSFERENCIA, campo, "\"" + "a".repeat(65) + "\""));
        assertEquals(campo + ": tem mais de 64 caracteres", erro);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "\"\\t\"", "\"\\udfff\"", "7"})
    @DisplayName("uma TRANSFERENCIA sem conta_destino que preste é recusada")
    void transferenciaSemDestino(String destino) {
        assertTrue(recusar(com(TRANSFERENCIA, "conta_destino", destino)).startsWith("conta_destino: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id_msg", "tipo", "conta_origem", "conta_destino", "valor"})
    @DisplayName("uma chave que falta é recusada pelo nome")
    void chaveQueFalta(String chave) {
        String sem = SAQUE.replaceFirst("\"" + chave + "\": [^,}]+(, )?", "").replace(", }", "}");
        assertEquals(chave + ": falta este campo", recusar(sem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id_msg", "tipo", "conta_origem", "conta_destino", "valor"})
    @DisplayName("uma chave repetida é recusada pelo nome")
    void chaveRepetida(String chave) {
        String erro = recusar(SAQUE.replace("}", ", \"" + chave + "\": null}"));
        assertTrue(erro.contains(chave) && erro.contains("repetido"), erro);
    }

    @Test
    @DisplayName("uma chave a mais é recusada, por longo ou estranho que seja o nome dela")
    void chaveAMais() {
        assertTrue(recusar(SAQUE.replace("}", ", \"seq\": 1}")).startsWith("\"seq\": campo desconhecido"));
        assertTrue(recusar(SAQUE.replace("}", ", \"\\u009b2J\\n\": 1}")).contains("desconhecido"));
        assertTrue(recusar(SAQUE.replace("}", ", \"" + "x".repeat(40_000) + "\": 1}")).contains("desconhecido"));
    }

    @Test
    @DisplayName("uma mensagem cortada em qualquer ponto é recusada")
    void cortada() {
        byte[] inteira = SAQUE.getBytes(UTF_8);
        for (int ate = 0; ate < inteira.length; ate++) {
            recusar(Arrays.copyOf(inteira, ate));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "7", "\"SAQUE\"", "[]", "{}", "oi", "{'id_msg': 1}", "{id_msg: 1}", "/**/{}"})
    @DisplayName("o que não é um objeto JSON com as cinco chaves é recusado")
    void naoEObjeto(String texto) {
        recusar(texto);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", " x", ",", "}", "null", "\u0000"})
    @DisplayName("texto depois do fim é recusado; espaço não")
    void sobra(String resto) {
        recusar(SAQUE + resto);
        assertEquals(ler(SAQUE), ler(SAQUE + " \r\n\t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"valor\": ["})
    @DisplayName("aninhar fundo é recusado sem estourar a pilha")
    void fundo(String abre) {
        recusar(abre.repeat(60_000 / abre.length()));
        recusar(com(SAQUE, "valor", "[".repeat(1_000) + "]".repeat(1_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "80", "c3", "c080", "c1a1", "eda080", "eda080edb080", "f0808081", "f4908080", "f8888080"})
    @DisplayName("o que não é UTF-8 é recusado")
    void naoEUtf8(String hexa) {
        String[] partes = SAQUE.split("ana");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(partes[0].getBytes(UTF_8));
        bytes.writeBytes(HexFormat.of().parseHex(hexa));
        bytes.writeBytes(partes[1].getBytes(UTF_8));
        recusar(bytes.toByteArray());
    }

    @Test
    @DisplayName("64 KiB ainda são aceitos; um byte a mais é recusado")
    void tamanhoMaximo() {
        String cheia = SAQUE + " ".repeat(64 * 1024 - SAQUE.length());
        assertEquals(ler(SAQUE), ler(cheia));
        assertTrue(recusar(cheia + " ").contains("65536"));
    }

    @Test
    @DisplayName("bytes estragados ao acaso são recusados ou dão uma operação válida: nunca outro erro")
    void estragada() {
        Random sorte = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 2 == 0 ? SAQUE : TRANSFERENCIA).getBytes(UTF_8);
            for (int estragos = sorte.nextInt(3); estragos >= 0; estragos--) {
                bytes[sorte.nextInt(bytes.length)] = (byte) sorte.nextInt(256);
            }
            try {
                Operacao lida = Operacao.ler(bytes);
                assertEquals(lida, ler(lida.json()));
                assertEquals(lida, Operacao.de(Json.ler(bytes)), "de uma passagem, o mesmo que pela árvore");
            } catch (MensagemInvalida e) {
                assertTrue(e.resposta().matches("ERRO (json|campo): .+"), e.resposta());
                assertEquals(e.resposta(),
                        assertThrows(MensagemInvalida.class, () -> Operacao.de(Json.ler(bytes))).resposta());
            }
        }
    }

    @Test
    @DisplayName("quem cria uma operação no programa passa pelas mesmas regras")
    void construtor() {
        assertEquals(new BigDecimal("100.00"), Operacao.deposito("ana", new BigDecimal("100.000")).valor());
        assertThrows(MensagemInvalida.class, () -> Operacao.saque("", BigDecimal.ONE));
        assertThrows(MensagemInvalida.class, () -> Operacao.deposito("ana", null));
        assertThrows(MensagemInvalida.class, () -> Operacao.deposito("ana", new BigDecimal("0.001")));
        assertThrows(MensagemInvalida.class, () -> Operacao.transferencia("ana", null, BigDecimal.ONE));
        assertThrows(MensagemInvalida.class, () -> new Operacao("m-1", null, "ana", null, BigDecimal.ONE));
    }

    // ───── Ferramentas ─────

    /** A mesma mensagem, com outro JSON neste campo. */
    private static String com(String mensagem, String campo, String valor) {
        return mensagem.replaceFirst("(\"" + campo + "\": )[^,}]+", "$1" + Matcher.quoteReplacement(valor));
    }

    private static Operacao ler(String mensagem) {
        return Operacao.ler(mensagem.getBytes(UTF_8));
    }

    private static String recusar(String mensagem) {
        return recusar(mensagem.getBytes(UTF_8));
    }

    /** Exige a recusa. @return a explicação, em português, curta e que não mexe com o terminal */
    private static String recusar(byte[] mensagem) {
        String erro = assertThrows(MensagemInvalida.class, () -> Operacao.ler(mensagem)).getMessage();
        assertFalse(INGLES.matcher(erro).find(), erro);
        assertTrue(erro.length() < 200, () -> "longa demais: " + erro.length());
        assertTrue(erro.chars().noneMatch(Character::isISOControl), erro);
        return erro;
    }

    public static void main(String[] args) {
        Testes.rodar(OperacaoTest.class);
    }
}
