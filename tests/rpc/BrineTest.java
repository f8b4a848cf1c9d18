///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O Brine, byte a byte como o rpyc do Python o escreve; cortado ou estragado, é recusado sem quebrar nada.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part2/rpc/Brine.java ../../shared/texto/MensagemInvalida.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import part2.rpc.Brine;
import part2.rpc.Brine.Complexo;
import part2.rpc.Brine.Conjunto;
import part2.rpc.Brine.Fatia;
import part2.rpc.Brine.Unico;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Brine")
class BrineTest {

    private static final String CEM_ZEROS = "0".repeat(100);

    /** O valor, e os bytes que {@code rpyc.core.brine.dump} (5.3) deu para ele. */
    static Stream<Arguments> doPython() {
        return Stream.of(
                arguments("None", null, "00"),
                arguments("True", true, "03"),
                arguments("False", false, "04"),
                arguments("NotImplemented", Unico.NOT_IMPLEMENTED, "05"),
                arguments("...", Unico.ELLIPSIS, "06"),
                arguments("0", 0L, "50"),
                arguments("-48", -48L, "20"),
                arguments("-49", -49L, "16032d3439"),
                arguments("159", 159L, "ef"),
                arguments("160", 160L, "1603313630"),
                arguments("2**63 - 1", Long.MAX_VALUE, "161339323233333732303336383534373735383037"),
                arguments("-2**63", Long.MIN_VALUE, "16142d39323233333732303336383534373735383038"),
                arguments("2**63", BigInteger.TWO.pow(63), "161339323233333732303336383534373735383038"),
                arguments("10**30", BigInteger.TEN.pow(30), "161f31" + "30".repeat(30)),
                arguments("-(10**300)", BigInteger.TEN.pow(300).negate(), "170000012e2d31" + "30".repeat(300)),
                arguments("1.5", 1.5, "183ff8000000000000"),
                arguments("-0.0", -0.0, "188000000000000000"),
                arguments("1e-300", 1e-300, "1801a56e1fc2f8f359"),
                arguments("inf", Double.POSITIVE_INFINITY, "187ff0000000000000"),
                arguments("nan", Double.NaN, "187ff8000000000000"),
                arguments("13 + 18.2j", new Complexo(13, 18.2), "1b402a0000000000004032333333333333"),
                arguments("b''", bytes(""), "01"),
                arguments("b'a'", bytes("a"), "0a61"),
                arguments("b'abcd'", bytes("abcd"), "0d61626364"),
                arguments("b'abcde'", bytes("abcde"), "0e056162636465"),
                arguments("b'x' * 256", bytes("x".repeat(256)), "0f00000100" + "78".repeat(256)),
                arguments("''", "", "0801"),
                arguments("'ana'", "ana", "080c616e61"),
                arguments("'ação €'", "ação €", "080e0a61c3a7c3a36f20e282ac"),
                arguments("'x' * 255", "x".repeat(255), "080eff" + "78".repeat(255)),
                arguments("'x' * 256", "x".repeat(256), "080f00000100" + "78".repeat(256)),
                arguments("()", List.of(), "02"),
                arguments("(1,)", List.of(1L), "1051"),
                arguments("(1, 2, 3, 4)", List.of(1L, 2L, 3L, 4L), "1351525354"),
                arguments("(1, 2, 3, 4, 5)", List.of(1L, 2L, 3L, 4L, 5L), "14055152535455"),
                arguments("(None,) * 256", Collections.nCopies(256, null), "1500000100" + "00".repeat(256)),
                arguments("((('fundo',),),)", List.of(List.of(List.of("fundo"))), "101010080e0566756e646f"),
                arguments("slice(None, 'a', None)", new Fatia(null, "a", null), "191200080a6100"),
                arguments("frozenset()", new Conjunto(List.of()), "1a02"),
                arguments("frozenset([5])", new Conjunto(List.of(5L)), "1a1055"),
                arguments("(1, 0, (3, (1, ())))", List.of(1L, 0L, List.of(3L, List.of(1L, List.of()))), "1251501153115102"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doPython")
    @DisplayName("cada tipo se escreve como o Python o escreve, e se lê como era")
    void comoNoPython(String noPython, Object valor, String hex) {
        assertEquals(hex, HexFormat.of().formatHex(Brine.escrever(valor)));
        Object lido = Brine.ler(HexFormat.of().parseHex(hex));
        if (valor instanceof byte[] bytes) {
            assertArrayEquals(bytes, (byte[]) lido);
        } else {
            assertEquals(valor, lido);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doPython")
    @DisplayName("cortado em qualquer byte, ou com um byte a mais, é recusado")
    void cortado(String noPython, Object valor, String hex) {
        byte[] inteiro = HexFormat.of().parseHex(hex);
        for (int corte = 0; corte < inteiro.length; corte++) {
            assertRecusa(Arrays.copyOf(inteiro, corte));
        }
        assertRecusa(Arrays.copyOf(inteiro, inteiro.length + 1));
    }

    @Test
    @DisplayName("qualquer valor feito ao acaso volta igual")
    void idaEVolta() {
        for (int semente = 0; semente < 20_000; semente++) {
            byte[] escrito = Brine.escrever(aoAcaso(new Random(semente), 0));
            assertArrayEquals(escrito, Brine.escrever(Brine.ler(escrito)), "semente " + semente);
        }
    }

    @Test
    @DisplayName("com bytes trocados ao acaso: um valor que se escreve de novo, ou uma recusa; nunca outro erro")
    void trocado() {
        int lidos = 0;
        for (int semente = 0; semente < 100_000; semente++) {
            Random sorte = new Random(semente);
            byte[] bytes = Brine.escrever(aoAcaso(sorte, 0));
            for (int trocas = 1 + sorte.nextInt(3); trocas > 0; trocas--) {
                bytes[sorte.nextInt(bytes.length)] = (byte) sorte.nextInt();
            }
            try {
                Brine.escrever(Brine.ler(bytes));
                lidos++;
            } catch (MensagemInvalida e) {
                assertTrue(e.getMessage().startsWith("mensagem RPyC malformada: "), e.getMessage());
            }
        }
        assertTrue(lidos > 1_000 && lidos < 99_000, lidos + " lidos");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "07", "09", "1c", "1f", "f0", "ff",                         // não há estas etiquetas
        "15ffffffff00", "1500010000", "0fffffffff61", "14ff", "0eff61",  // promete mais do que traz
        "0800", "0850", "080801", "080bc328", "08 0c eda080",            // um str feito do que não é texto
        "1600", "16012d", "16012b", "160431652b39", "1603203132", "1602315f", "1602d9a1", // um int feito do que não é número
        "1950", "191150 50", "191350505050", "1a50", "1a0801", "1a1a02"}) // slice e frozenset feitos do que não é tuple
    @DisplayName("o que nenhum rpyc escreve é recusado")
    void malformado(String hex) {
        assertRecusa(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    @DisplayName("tuples dentro de tuples: até o máximo, e nem mais uma")
    void profundidade() {
        byte[] fundo = HexFormat.of().parseHex("10".repeat(Brine.PROFUNDIDADE) + "50");
        assertArrayEquals(fundo, Brine.escrever(Brine.ler(fundo)));
        for (String etiqueta : List.of("10", "08", "19", "1a")) {
            assertRecusa(HexFormat.of().parseHex("10".repeat(Brine.PROFUNDIDADE) + etiqueta + "50"));
            assertRecusa(HexFormat.of().parseHex(etiqueta.repeat(60_000)));
        }
    }

    @Test
    @DisplayName("um int tem até 4300 algarismos, como no Python")
    void algarismos() {
        String maior = "9".repeat(Brine.ALGARISMOS);
        assertEquals(new BigInteger(maior), Brine.ler(intEscrito(maior)));
        assertRecusa(intEscrito(maior + "9"));
        assertEquals(1L, Brine.ler(intEscrito(CEM_ZEROS + "1")));
    }

    // ───── Ferramentas ─────

    private static byte[] bytes(String texto) {
        return texto.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] intEscrito(String algarismos) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0x17);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(algarismos.length()).array());
        bytes.writeBytes(bytes(algarismos));
        return bytes.toByteArray();
    }

    private static void assertRecusa(byte[] bytes) {
        assertThrows(MensagemInvalida.class, () -> Brine.ler(bytes), () -> HexFormat.of().formatHex(bytes));
    }

    /** Um valor qualquer, de qualquer tipo. */
    static Object aoAcaso(Random sorte, int fundo) {
        int tipo = sorte.nextInt(fundo > 5 ? 9 : 12);
        return switch (tipo) {
            case 0 -> null;
            case 1 -> sorte.nextBoolean();
            case 2 -> (long) sorte.nextInt(300) - 100;
            case 3 -> sorte.nextLong();
            case 4 -> new BigInteger(70 + sorte.nextInt(2_000), sorte).setBit(69);
            case 5 -> sorte.nextBoolean() ? sorte.nextDouble() : Double.longBitsToDouble(sorte.nextLong());
            case 6 -> texto(sorte);
            case 7 -> bytes(texto(sorte));
            case 8 -> sorte.nextBoolean() ? new Complexo(sorte.nextGaussian(), 0) : Unico.values()[sorte.nextInt(2)];
            case 9 -> new Fatia(aoAcaso(sorte, fundo + 2), aoAcaso(sorte, fundo + 2), aoAcaso(sorte, fundo + 2));
            case 10 -> new Conjunto(itens(sorte, fundo));
            default -> itens(sorte, fundo);
        };
    }

    private static List<?> itens(Random sorte, int fundo) {
        int quantos = sorte.nextInt(20) == 0 ? sorte.nextInt(400) : sorte.nextInt(7);
        return Stream.generate(() -> aoAcaso(sorte, quantos > 7 ? 9 : fundo + 2)).limit(quantos).toList();
    }

    private static String texto(Random sorte) {
        String letras = "aé€\uD83D\uDE00\n'".repeat(sorte.nextInt(20) == 0 ? 60 : 2);
        return letras.substring(2 * sorte.nextInt(2)).repeat(sorte.nextInt(3));
    }

    public static void main(String[] args) {
        Testes.rodar(BrineTest.class);
    }
}
