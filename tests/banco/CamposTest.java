///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A leitura de uma passagem aceita e recusa o mesmo que a árvore do Jackson, a uma letra de distância.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES ../../shared/Envelope.java ../../shared/memoria/Lembradas.java ../../shared/texto/Campos.java
//SOURCES ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Envelope;
import shared.Operacao;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Uma passagem")
class CamposTest {

    /** O que muda o sentido de um JSON, em bytes: o último par é um ã, e metade dele não é nada. */
    private static final List<String> PEDACOS = List.of("\"", "\\", "\\\"", "\\\\", ",", ", ", ":", "{", "}", "[", "]", " ",
            "  ", "\n", "\t", "\0", "\u007f", "0", "1", "9999999999999999", "-", "+", ".", "e", "E5", "n", "null", "true",
            "NaN", "/", "'", "\"a\": 1, ", "\"seq\": 1, ", "\"valor\": 2.5, ", "\u00c3\u00a3", "\u00c3");

    @ParameterizedTest
    @DisplayName("de uma operação a que falta, sobra ou se troca um pedaço, diz-se o mesmo que pela árvore")
    @ValueSource(strings = {
        "{\"id_msg\":\"m\",\"tipo\":\"TRANSFERENCIA\", \"conta_origem\": \"a\", \"conta_destino\": \"b\", \"valor\": 1.50}",
        "{\"valor\":7,\"conta_destino\":null,\"conta_origem\":\"a/b\",\"tipo\":\"SAQUE\",\"id_msg\":\"m\"}"})
    void operacao(String json) {
        comparar(json, Operacao::ler, Operacao::de);
    }

    @ParameterizedTest
    @DisplayName("e de um envelope")
    @ValueSource(strings = {
        "{\"seq\": 12, \"op\": \"{\\\"id_msg\\\": \\\"m\\\", \\\"tipo\\\": \\\"SAQUE\\\", \\\"conta_origem\\\": \\\"a\\\","
            + " \\\"conta_destino\\\": null, \\\"valor\\\": 1.0}\", \"fonte\": \"s-1\", \"epoca\": 3}"})
    void envelope(String json) {
        comparar(json, Envelope::ler, Envelope::de);
    }

    private static void comparar(String json, Function<byte[], ?> passagem, Function<ObjectNode, ?> arvore) {
        Set<Boolean> valeram = new LinkedHashSet<>();
        vizinhos(json).forEach(vizinho -> {
            byte[] bytes = vizinho.getBytes(ISO_8859_1);
            String certo = dito(() -> arvore.apply(Json.ler(bytes)));
            assertEquals(certo, dito(() -> passagem.apply(bytes)), () -> vizinho);
            valeram.add(certo.startsWith("ERRO"));
        });
        assertEquals(2, valeram.size(), "uns valem, outros não");
    }

    /** Ele mesmo, e os que se fazem dele tirando uma letra, ou pondo um pedaço a mais ou no lugar de uma. */
    private static Stream<String> vizinhos(String json) {
        return Stream.concat(Stream.of(json), Stream.iterate(0, i -> i < json.length(), i -> i + 1).flatMap(i -> {
            String antes = json.substring(0, i);
            String depois = json.substring(i + 1);
            return Stream.concat(Stream.of(antes + depois, antes), PEDACOS.stream().flatMap(pedaco -> Stream.of(
                    antes + pedaco + depois, antes + pedaco + json.charAt(i) + depois)));
        }));
    }

    /** A operação ou o envelope, sem a forma em que veio; ou o erro. */
    private static String dito(Supplier<?> leitura) {
        try {
            Object lido = leitura.get();
            return lido instanceof Envelope e
                    ? List.of(e.seq(), "" + e.op(), "" + e.historia(), e.epoca(), "" + e.recusada()).toString()
                    : lido.toString();
        } catch (MensagemInvalida e) {
            return e.resposta();
        }
    }

    @ParameterizedTest
    @DisplayName("um número é o mesmo, com as mesmas casas")
    @ValueSource(strings = {"0", "7", "10", "100.0", "0.5", "12.25", "999999999999999", "9999999999999999",
        "1234567890.12345", "12345678901.12345", "0.000000000000001", "1e2", "00.5"})
    void numero(String numero) {
        byte[] json = ("{\"valor\": " + numero + "}").getBytes(ISO_8859_1);
        String certo = dito(() -> Campos.de(Json.ler(json), List.of("valor")).numero("valor"));
        assertEquals(certo, dito(() -> Campos.ler(json, List.of("valor")).numero("valor")));
        assertTrue(certo.startsWith("ERRO") == numero.startsWith("00"), certo);
    }

    public static void main(String[] args) {
        Testes.rodar(CamposTest.class);
    }
}
