///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que um ordenador propõe ao líder: junto, por ordem, e outra vez quando o líder muda.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/Proponente.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part3.regra.Entradas;
import part3.regra.Proponente;
import tests.Testes;

@DisplayName("O proponente de um ordenador")
class ProponenteTest {

    /** O que se propôs de uma vez, e a quem se há de responder. */
    private record Vez(List<String> entradas, Consumer<byte[]> resposta) {

        void aplicada() {
            resposta.accept(Entradas.juntar(entradas.stream().map(uma -> bytes("OK " + uma)).toList()));
        }
    }

    /** Um líder de mentira: o que se lhe propõe espera que o teste diga o que lhe acontece. */
    private static final class Lider implements Proponente.Canal {
        private final Queue<Vez> vezes = new ArrayDeque<>();
        private boolean fechado;

        @Override
        public void propor(byte[] entrada, Consumer<byte[]> resposta) {
            assertFalse(fechado);
            vezes.add(new Vez(Entradas.separar(entrada).stream().map(ProponenteTest::texto).toList(), resposta));
        }

        @Override
        public void close() {
            fechado = true;
        }
    }

    private final List<Lider> lideres = new ArrayList<>();
    private final List<String> respostas = new ArrayList<>();
    private final Queue<Runnable> laco = new ArrayDeque<>();
    private final Proponente proponente = new Proponente(laco::add, this::novoLider);

    private Lider novoLider() {
        lideres.add(new Lider());
        return agora();
    }

    private Lider agora() {
        return lideres.get(lideres.size() - 1);
    }

    private void propor(String... entradas) {
        Stream.of(entradas).forEach(uma -> assertTrue(proponente.propor(bytes(uma), respostas::add)));
    }

    private void noLaco() {
        while (!laco.isEmpty()) {
            laco.remove().run();
        }
    }

    private static byte[] bytes(String texto) {
        return texto.getBytes(StandardCharsets.UTF_8);
    }

    private static String texto(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ───── Juntas ─────

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {1, 2, 3, 256, 1_000})
    @DisplayName("as que se juntam separam-se as mesmas, também as vazias; uma sozinha fica como é")
    void ida(int quantas) {
        List<byte[]> estas = IntStream.range(0, quantas).mapToObj(i -> bytes("é".repeat(i % 3 + (quantas == 1 ? 1 : 0))))
                .toList();
        byte[] juntas = Entradas.juntar(estas);
        List<byte[]> separadas = Entradas.separar(juntas);
        assertEquals(quantas, separadas.size());
        IntStream.range(0, quantas).forEach(i -> assertArrayEquals(estas.get(i), separadas.get(i)));
        assertEquals(quantas == 1, juntas == estas.get(0));
    }

    @Test
    @DisplayName("o que chega enquanto se espera vai junto a seguir, e cada um recebe a sua resposta")
    void juntas() {
        propor("a");
        assertEquals(List.of(), lideres); // ainda não há líder
        proponente.falarCom(1);
        propor("b", "c", "d");
        Vez primeira = agora().vezes.remove();
        assertEquals(List.of("a"), primeira.entradas());
        assertTrue(agora().vezes.isEmpty());
        primeira.aplicada();
        noLaco();
        assertEquals(List.of("OK a"), respostas);
        Vez segunda = agora().vezes.remove();
        assertEquals(List.of("b", "c", "d"), segunda.entradas());
        segunda.aplicada();
        noLaco();
        assertEquals(List.of("OK a", "OK b", "OK c", "OK d"), respostas);
        assertEquals(0, proponente.aCaminho());
    }

    @Test
    @DisplayName("juntam-se até um máximo, de entradas e de bytes; uma que sozinha tem mais vai sozinha")
    void maximo() {
        String grande = "g".repeat(70_000);
        proponente.falarCom(1);
        propor("primeira");
        IntStream.range(0, Entradas.MAXIMO + 1).forEach(i -> propor("e" + i));
        propor(grande, "depois");
        List<Integer> vezes = new ArrayList<>();
        for (Vez vez; (vez = agora().vezes.poll()) != null; noLaco()) {
            vezes.add(vez.entradas().size());
            vez.aplicada();
        }
        assertEquals(List.of(1, Entradas.MAXIMO, 1, 1, 1), vezes); // a que sobrou não leva a grande consigo
    }

    @Test
    @DisplayName("o que espera tem um limite, em entradas e em bytes; o que se responde dá lugar a outro")
    void limite() {
        String grande = "g".repeat(1 << 20);
        int cabem = (int) IntStream.generate(() -> proponente.propor(bytes(grande), respostas::add) ? 1 : 0)
                .takeWhile(coube -> coube == 1).count();
        assertEquals(16, cabem);
        proponente.falarCom(1);
        agora().vezes.remove().aplicada();
        noLaco();
        assertTrue(proponente.propor(bytes(grande), respostas::add));
        assertFalse(proponente.propor(bytes("x"), respostas::add));
        assertEquals(16, proponente.aCaminho());
    }

    // ───── O líder muda ─────

    @Test
    @DisplayName("outro líder recebe tudo o que ficou sem resposta, por ordem; a do anterior, se ainda vem, conta uma vez")
    void outroLider() {
        proponente.falarCom(1);
        propor("a", "b");
        Lider anterior = agora();
        assertTrue(proponente.ePosterior(2));
        proponente.falarCom(2);
        assertFalse(proponente.ePosterior(2));
        assertTrue(anterior.fechado);
        assertEquals(List.of("a", "b"), agora().vezes.peek().entradas());
        anterior.vezes.remove().aplicada(); // valeu, e soube-se tarde
        noLaco();
        assertEquals(List.of("OK a"), respostas);
        propor("c");
        assertEquals(1, agora().vezes.size()); // o que espera por este não se propõe porque o anterior respondeu
        agora().vezes.remove().aplicada();
        noLaco();
        assertEquals(List.of("OK a", "OK b"), respostas);
    }

    @Test
    @DisplayName("uma que não se sabe se valeu propõe-se outra vez, por outro canal, com as que esperavam")
    void naoSeSabe() {
        proponente.falarCom(1);
        propor("a", "b");
        agora().vezes.remove().resposta().accept(null);
        noLaco();
        assertEquals(2, lideres.size());
        assertEquals(List.of("a", "b"), agora().vezes.peek().entradas());
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("com respostas perdidas, tardias e líderes que mudam, o que se aplica fica pela ordem do que se propôs")
    void aoAcaso(long semente) {
        Random sorte = new Random(semente);
        List<String> propostas = new ArrayList<>();
        LinkedHashSet<String> log = new LinkedHashSet<>(); // a segunda vez já não vale
        for (int passo = 0; passo < 3_000; passo++) {
            Lider um = lideres.isEmpty() ? null : lideres.get(sorte.nextInt(lideres.size()));
            switch (sorte.nextInt(7)) {
                case 0 -> proponente.falarCom(passo);
                case 1, 2, 3 -> {
                    propostas.add("op" + passo);
                    propor("op" + passo);
                }
                default -> acontecer(um == null ? null : um.vezes.poll(), sorte, log);
            }
            if (sorte.nextBoolean()) {
                noLaco();
            }
        }
        proponente.falarCom(Long.MAX_VALUE);
        for (noLaco(); !agora().vezes.isEmpty(); noLaco()) {
            Vez vez = agora().vezes.remove();
            log.addAll(vez.entradas());
            vez.aplicada();
        }
        assertEquals(propostas, List.copyOf(log));
        assertEquals(propostas.stream().map(uma -> "OK " + uma).toList(), respostas.stream().sorted(
                (a, b) -> Integer.compare(numero(a), numero(b))).toList()); // cada uma, uma vez
    }

    /** Valeu ou não, e soube-se ou não. */
    private static void acontecer(Vez vez, Random sorte, LinkedHashSet<String> log) {
        if (vez == null) {
            return;
        }
        boolean valeu = sorte.nextInt(3) > 0;
        if (valeu) {
            log.addAll(vez.entradas());
        }
        if (valeu && sorte.nextBoolean()) {
            vez.aplicada();
        } else {
            vez.resposta().accept(null);
        }
    }

    private static int numero(String resposta) {
        return Integer.parseInt(resposta.substring("OK op".length()));
    }

    public static void main(String[] args) {
        Testes.rodar(ProponenteTest.class);
    }
}
