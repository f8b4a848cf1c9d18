///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O envelope leva a operação como texto, com o número em volta; o que não serve é recusado pelo nome do campo.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Banco.java ../../shared/Envelope.java ../../shared/disco/EstadoDoBanco.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/ordem/Aplicada.java
//SOURCES ../../shared/texto/Campos.java ../../shared/texto/JsonGrande.java ../../shared/texto/Reais.java
//SOURCES ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado.Situacao;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;
import tests.Testes;

@DisplayName("Envelope")
class EnvelopeTest {

    private static final Operacao OP = new Operacao("m-1", Tipo.SAQUE, "ana", null, new BigDecimal("12.5"));
    private static final String TEXTO = """
            {"seq": 7, "op": "{\\"id_msg\\": \\"m-1\\", \\"tipo\\": \\"SAQUE\\", \\"conta_origem\\": \\"ana\\", \
            \\"conta_destino\\": null, \\"valor\\": 12.5}"}""";
    private static final String COM_EPOCA = TEXTO.replaceFirst("}$", ", \"epoca\": 3}");
    private static final String COM_FONTE = TEXTO.replaceFirst("}$", ", \"fonte\": \"s-1\"}");

    @Test
    @DisplayName("a operação viaja como texto dentro do envelope; a fonte e a época só viajam se houver")
    void formaDoFio() {
        assertEquals(TEXTO, new Envelope(7, OP).json());
        assertEquals(COM_FONTE, new Envelope(7, OP, "s-1").json());
        assertEquals(COM_EPOCA, new Envelope(7, OP, null, 3).json());
    }

    @Test
    @DisplayName("o que se escreveu se lê igual")
    void idaEVolta() {
        assertEquals(new Envelope(7, OP), ler(TEXTO));
        assertEquals(new Envelope(7, OP, "s-1"), ler(COM_FONTE));
        assertEquals(new Envelope(7, OP, null, 3), ler(COM_EPOCA));
        Operacao enfeitada = new Operacao("\"\\", Tipo.TRANSFERENCIA, "joão \"o\" 😀", "{\\u0041}", BigDecimal.TEN);
        assertEquals(enfeitada, ler(new Envelope(Json.INTEIRO_MAXIMO, enfeitada).json()).op());
    }

    @Test
    @DisplayName("chaves a mais no envelope são ignoradas; dentro da operação, não")
    void chavesAMais() {
        assertEquals(ler(TEXTO), ler(TEXTO.replace("{\"seq\"", "{\"versao\": 3, \"x\": [{}], \"seq\"")));
        assertNull(ler(COM_FONTE.replace("\"s-1\"", "null")).historia());
        assertTrue(recusar(COM_FONTE.replace("12.5}", "12.5, \\\"seq\\\": 7}")).contains("\"seq\": campo desconhecido"));
    }

    @Test
    @DisplayName("guarda-se e passa-se adiante como veio, se veio numa linha; senão, escreve-se de novo")
    void comoVeio() {
        String outraForma = TEXTO.replace(": 7", ":7").replace("12.5", "1.25e1").replace("}\"}", "}\",\"x\":[1]}");
        assertEquals(outraForma, ler(outraForma).json());
        assertEquals(ler(TEXTO), ler(outraForma));
        for (String emVolta : List.of(TEXTO + "\n", " " + TEXTO, TEXTO.replace("{\"seq\"", "{\n\"seq\""), "\ufeff" + TEXTO,
                TEXTO.replace("}\"}", "}\", \"x\": \"" + "x".repeat(3_000) + "\"}"))) {
            assertEquals(TEXTO, ler(emVolta).json());
        }
        assertEquals(TEXTO, Envelope.ler(TEXTO.getBytes(UTF_16BE)).json());
        assertEquals(TEXTO, Envelope.de(Json.ler(outraForma.getBytes(UTF_8))).json(), "já não se sabe como veio");
    }

    @Test
    @DisplayName("distingue-se de uma operação simples")
    void distingueSe() {
        assertTrue(eEnvelope(TEXTO));
        assertTrue(eEnvelope("{\"op\": 1}"), "estragado, mas envelope");
        assertFalse(eEnvelope(OP.json()));
    }

    private static boolean eEnvelope(String json) {
        return Envelope.eEnvelope(Campos.ler(json.getBytes(UTF_8), Envelope.CHAVES));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("um número que não serve é recusado pelo nome")
    @ValueSource(strings = {"0", "-1", "1.5", "7.0", "\"7\"", "null", "true", "[7]", "9223372036854775808", "NaN"})
    void seqQueNaoServe(String seq) {
        assertTrue(recusar(TEXTO.replace("\"seq\": 7", "\"seq\": " + seq)).startsWith("seq: "));
    }

    @ParameterizedTest(name = "{1} {0}")
    @DisplayName("faltar ou não ser texto é recusado pelo nome")
    @CsvSource(delimiter = '|', textBlock = """
            {"op": "{}"}                         | seq
            {"seq": 7}                           | op
            {"seq": 7, "op": {}}                 | op
            {"seq": 7, "op": null}               | op
            """)
    void faltaOuTipoErrado(String texto, String campo) {
        assertTrue(recusar(texto).startsWith(campo + ": "));
    }

    @Test
    @DisplayName("uma fonte que não é texto, ou uma época que não é um número, é recusada pelo nome")
    void fonteQueNaoServe() {
        assertTrue(recusar(COM_FONTE.replace("\"s-1\"", "7")).startsWith("fonte: "));
        assertTrue(recusar(COM_EPOCA.replace("3}", "\"3\"}")).startsWith("epoca: "));
        assertTrue(recusar(COM_EPOCA.replace("3}", "-3}")).startsWith("epoca: "));
    }

    @ParameterizedTest
    @DisplayName("uma operação que não serve estraga um envelope dos nossos; de um do sistema original, que não diz a fonte,"
            + " gasta o número")
    @ValueSource(strings = {"", "{", "[]", "{}", "oi", "7", "{\\\"valor\\\": NaN}"})
    void operacaoQueNaoServe(String op) {
        recusar("{\"seq\": 7, \"op\": \"" + op + "\", \"fonte\": \"s-1\"}");
        recusar("{\"seq\": 7, \"op\": \"" + op + "\", \"epoca\": 3}");
        assertGasto(ler("{\"seq\": 7, \"op\": \"" + op + "\"}"), "");
    }

    @ParameterizedTest(name = "{0} por {1}")
    @DisplayName("o que o sistema original numera e aqui se recusa gasta o número, e lê-se igual do diário e da história")
    @CsvSource(delimiter = '|', textBlock = """
            12.5     | 0.125                         | valor: tem mais de 2 casas
            12.5     | -5.0                          | valor: deve ser maior que zero
            12.5     | NaN                           | valor: esperava um número
            12.5     | 1e400                         | valor: passa do máximo
            \\"ana\\" | \\"%s\\"                        | conta_origem: tem mais de 64
            SAQUE    | PIX                           | tipo: esperava
            """)
    void numeroGasto(String troca, String por, String motivo) {
        Envelope gasto = ler(TEXTO.replace(troca, Texto.formatar(por, "a".repeat(66))));
        assertGasto(gasto, motivo);
        assertEquals(gasto, ler(gasto.json()));
        assertGasto(ler(gasto.json().replace(por, troca)), motivo); // nem que as regras mudem: não se julga outra vez
    }

    private static void assertGasto(Envelope envelope, String motivo) {
        assertEquals(7, envelope.seq());
        assertNull(envelope.op());
        assertTrue(envelope.recusada().motivo().startsWith(motivo), envelope.recusada().motivo());
        Banco banco = new Banco();
        assertEquals(Situacao.RECUSADA, Aplicada.de(envelope, banco).resultado().situacao());
        assertEquals(EstadoDoBanco.de(new Banco()), EstadoDoBanco.de(banco));
    }

    @Test
    @DisplayName("o erro de um campo da operação diz qual é")
    void campoDaOperacao() {
        assertTrue(recusar(COM_FONTE.replace("12.5", "-1")).contains("valor: deve ser maior que zero"));
        assertTrue(recusar(COM_EPOCA.replace("SAQUE", "PIX")).contains("tipo: esperava DEPOSITO"));
    }

    @Test
    @DisplayName("meio caractere é recusado também dentro do envelope, em vez de virar outra conta")
    void meioCaractere() {
        recusar(COM_FONTE.replace("ana", "\\ud800"));
        recusar(COM_FONTE.replace("ana", "\\\\ud800"));
        assertNull(ler(ler(TEXTO.replace("ana", "\\ud800")).json()).op()); // no diário já não é meio, e continua a não valer
    }

    @Test
    @DisplayName("uma chave repetida é recusada")
    void chaveRepetida() {
        assertTrue(recusar(TEXTO.replaceFirst("}$", ", \"seq\": 8}")).contains("repetido"));
    }

    private static Envelope ler(String texto) {
        return Envelope.ler(texto);
    }

    private static String recusar(String texto) {
        return assertThrows(MensagemInvalida.class, () -> ler(texto)).getMessage();
    }

    public static void main(String[] args) {
        Testes.rodar(EnvelopeTest.class);
    }
}
