///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O espaço reservado no fim do diário: um corte de energia no meio do último lote, e um estrago nos de antes.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/disco/Diario.java ../../shared/memoria/Recentes.java ../../shared/texto/Falha.java
//SOURCES ../../shared/texto/JsonGrande.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.disco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.disco.Diario;
import shared.texto.Falha;
import tests.Testes;

@DisplayName("Reserva no fim do diário")
class ReservaTest {

    private static final int SETOR = 512;       // o que um disco escreve inteiro, ou não
    private static final int PRIMEIRAS = 1_000; // que bastam para que a reserva leve o lote seguinte
    private static final int DO_LOTE = 60;

    @TempDir
    private Path temp;

    private Path arquivo() {
        return temp.resolve("dados/diario-000000000001.jsonl");
    }

    @Test
    @DisplayName("enquanto se espera pelo disco há zeros depois das entradas; fechado, não")
    void reservaECorta() throws IOException {
        byte[] aberto = gravar(1, PRIMEIRAS);
        byte[] fechado = Files.readAllBytes(arquivo());
        assertTrue(aberto.length > fechado.length, "nada se reservou");
        assertEquals(fechado.length, fimDe(aberto));
        assertTrue(Arrays.equals(fechado, Arrays.copyOf(aberto, fechado.length)));
        assertEquals(PRIMEIRAS, Files.readAllLines(arquivo()).size());
    }

    @Test
    @DisplayName("o lote seguinte escreve-se por cima dos zeros: o arquivo não cresce")
    void naoCresce() throws IOException {
        try (Diario diario = abrir(new ArrayList<>())) {
            anexar(diario, 1, PRIMEIRAS);
            long antes = Files.size(arquivo());
            anexar(diario, PRIMEIRAS + 1, PRIMEIRAS + DO_LOTE);
            assertEquals(antes, Files.size(arquivo()));
        }
        assertEquals(entradas(1, PRIMEIRAS + DO_LOTE), reabrir());
    }

    @Test
    @DisplayName("se a energia acaba, do último lote ficam só alguns setores, sejam quais forem: nada de antes se perde")
    void corteDeEnergia() throws IOException {
        byte[] antes = gravar(1, PRIMEIRAS);
        byte[] depois = gravar(PRIMEIRAS + 1, PRIMEIRAS + DO_LOTE);
        int fim = fimDe(antes);
        Random sorte = new Random(15);
        for (int vez = 0; vez < 40; vez++) {
            byte[] disco = depois.clone();
            for (int setor = fim / SETOR * SETOR; setor < fimDe(depois); setor += SETOR) {
                if (sorte.nextBoolean()) { // não se chegou a escrever: lá está o que estava
                    Arrays.fill(disco, Math.max(setor, fim), Math.min(setor + SETOR, disco.length), (byte) 0);
                }
            }
            Files.write(arquivo(), disco);
            List<String> ficou = reabrir();
            assertTrue(ficou.size() >= PRIMEIRAS, "ficaram " + ficou.size());
            assertEquals(entradas(1, ficou.size()), ficou);
            gravar(ficou.size() + 1, ficou.size() + 3); // e segue
            assertEquals(entradas(1, ficou.size() + 3), reabrir());
        }
    }

    @Test
    @DisplayName("zeros num lote de antes do último não são um corte de energia: recusa-se, com a linha")
    void zerosNoMeio() throws IOException {
        gravar(1, PRIMEIRAS);
        gravar(PRIMEIRAS + 1, PRIMEIRAS + DO_LOTE);
        byte[] bytes = Files.readAllBytes(arquivo());
        Arrays.fill(bytes, SETOR, 2 * SETOR, (byte) 0);
        int linha = 1 + (int) new String(bytes, 0, SETOR, "ISO-8859-1").chars().filter(c -> c == '\n').count();
        Files.write(arquivo(), bytes);
        String erro = assertThrows(Falha.class, this::reabrir).getMessage();
        assertTrue(erro.contains("estrago no diário: " + arquivo() + ", linha " + linha + "."), erro);
    }

    // ───── Ferramentas ─────

    /** Grava estas de uma vez. @return o que o arquivo tem, enquanto está aberto */
    private byte[] gravar(long de, long ate) throws IOException {
        try (Diario diario = abrir(new ArrayList<>())) {
            anexar(diario, de, ate);
            return Files.readAllBytes(arquivo());
        }
    }

    private static void anexar(Diario diario, long de, long ate) {
        entradas(de, ate).forEach(diario::anexar);
        diario.gravar();
    }

    private List<String> reabrir() {
        List<String> lidas = new ArrayList<>();
        abrir(lidas).close();
        return lidas;
    }

    private Diario abrir(List<String> lidas) {
        Diario diario = Diario.abrir(temp.resolve("dados"), false);
        try {
            diario.repetir(lidas::add);
            return diario;
        } catch (Falha e) {
            diario.close();
            throw e;
        }
    }

    /** Onde acabam as entradas. */
    private static int fimDe(byte[] bytes) {
        int fim = bytes.length;
        while (bytes[fim - 1] == 0) {
            fim--;
        }
        return fim;
    }

    private static List<String> entradas(long de, long ate) {
        return LongStream.rangeClosed(de, ate).mapToObj(n -> "{\"n\": " + n + ", \"conta\": \"joão\"}").toList();
    }

    public static void main(String[] args) {
        Testes.rodar(ReservaTest.class);
    }
}
