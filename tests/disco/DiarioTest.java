///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O diário: o confirmado volta inteiro depois de qualquer queda; o fim rasgado se corta, o estrago se recusa.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/disco/Diario.java ../../shared/memoria/Lembradas.java ../../shared/ordem/Historico.java
//SOURCES ../../shared/texto/ErroDeUso.java ../../shared/texto/JsonGrande.java ../Precisa.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.disco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.disco.Diario;
import shared.disco.Dobra;
import shared.disco.Foto;
import shared.ordem.Historico;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.JsonGrande;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

@DisplayName("Diário")
class DiarioTest {

    private static final String PRIMEIRO = "diario-000000000001.jsonl";

    private static final Duration PRAZO = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    // ───── Anexar, confirmar, repetir ─────

    @Test
    @DisplayName("o confirmado volta igual, por ordem, e os números continuam")
    void confirmadoVolta() {
        encher(pasta(), 5);
        try (Aberto de = new Aberto(pasta())) {
            assertEquals(entradas(1, 5), de.repetidas);
            assertEquals(List.of(5L, 1L, 0L), List.of(de.diario.ultima(), de.diario.primeira(), de.diario.doInstantaneo()));
            de.anexar(6, 8);
        }
        assertEquals(entradas(1, 8), reabrir(pasta()));
    }

    @Test
    @DisplayName("antes de confirmar nada se lê, e nada sobrevive; confirmar grava o lote inteiro de uma vez")
    void loteInteiroOuNada() throws IOException {
        try (Aberto de = new Aberto(pasta())) {
            entradas(1, 3).forEach(de.diario::anexar);
            assertEquals(0, de.diario.ultima());
            assertEquals(List.of(), de.diario.ler(1, 10));
            assertEquals(0, Files.size(pasta().resolve(PRIMEIRO)));
            de.diario.gravar();
            assertEquals(entradas(1, 3), de.diario.ler(1, 10));
            de.diario.anexar(entrada(4));
        }
        assertEquals(entradas(1, 3), reabrir(pasta()));
    }

    @Test
    @DisplayName("sem esperar o disco também se lê logo, e sobrevive ao processo")
    void semEsperarODisco() {
        try (Aberto de = new Aberto(pasta())) {
            entradas(1, 3).forEach(de.diario::anexar);
            de.diario.gravar(false);
            assertEquals(entradas(2, 3), de.diario.ler(2, 10));
        }
        assertEquals(entradas(1, 3), reabrir(pasta()));
    }

    @Test
    @DisplayName("é texto que se lê: uma entrada por linha, cada linha um objeto JSON")
    void legivel() throws IOException {
        encher(pasta(), 3);
        List<String> linhas = Files.readAllLines(pasta().resolve(PRIMEIRO));
        assertEquals(3, linhas.size());
        for (int i = 0; i < 3; i++) {
            ObjectNode linha = (ObjectNode) Json.MAPPER.readTree(linhas.get(i));
            assertEquals(8, Json.texto(linha, "crc").length());
            linha.remove("crc");
            assertEquals(entrada(i + 1), Json.escrever(linha));
        }
    }

    @Test
    @DisplayName("do zero esquece tudo: entradas, instantâneo e meta")
    void doZero() {
        try (Aberto de = new Aberto(pasta())) {
            de.anexar(1, 3);
            de.fotografar();
            de.diario.guardarMeta(estado(7));
        }
        try (Diario diario = Diario.abrir(pasta(), true)) {
            diario.repetir(json -> assertEquals("nenhuma entrada", json));
            assertNull(diario.instantaneo());
            assertEquals(List.of(0L, 1L, 0L), List.of(diario.ultima(), diario.primeira(), diario.doInstantaneo()));
            assertTrue(diario.meta().isEmpty());
        }
    }

    @Test
    @DisplayName("a meta guardada por último é a que volta; sem nenhuma, é um objeto vazio")
    void meta() throws IOException {
        try (Diario diario = Diario.abrir(pasta(), false)) {
            assertTrue(diario.meta().isEmpty());
            diario.guardarMeta(estado(1));
            diario.guardarMeta(estado(2).put("nome", "joão 😀"));
        }
        Files.writeString(pasta().resolve("meta.json.novo"), "{\"posicao\""); // morreu ao gravar a seguinte
        try (Diario diario = Diario.abrir(pasta(), false)) {
            assertEquals(estado(2).put("nome", "joão 😀"), diario.meta());
        }
    }

    @Test
    @DisplayName("só na memória: nada no disco; quem não serve outros esquece o que fechou, menos as últimas")
    void naMemoria() {
        Diario diario = Diario.naMemoria();
        diario.repetir(json -> assertEquals("nenhuma entrada", json));
        entradas(1, Diario.ENTRE_INSTANTANEOS).forEach(diario::anexar);
        assertEquals(List.of(), diario.ler(1, 1));
        assertFalse(diario.horaDeFotografar());
        diario.gravar();
        assertTrue(diario.horaDeFotografar());
        for (long seq = 100_001; seq <= 100_030; seq += 10) {
            diario.fotografar();
            entradas(seq, seq + 9).forEach(diario::anexar);
            diario.gravar();
        }
        assertEquals(List.of(100_011L, 100_030L), List.of(diario.primeira(), diario.ultima()));
        assertEquals(List.of(), diario.ler(100_010, 2));
        assertEquals(entradas(100_011, 100_012), diario.ler(100_011, 2));
        diario.recomecarDe(500_000, estado(500_000));
        assertEquals(List.of(500_001L, 500_000L), List.of(diario.primeira(), diario.ultima()));
    }

    @Test
    @DisplayName("só na memória, a quem serve outros não falta um instantâneo do que já esqueceu")
    void naMemoriaComFotos() throws IOException {
        try (Diario diario = Diario.naMemoria()) {
            diario.repetir(json -> { });
            diario.dobrarCom(DiarioTest::contar, porque -> fail(porque));
            for (long seq = 1; seq <= 40; seq += 10) {
                entradas(seq, seq + 9).forEach(diario::anexar);
                diario.gravar();
                diario.fotografar();
                Processo.esperar("o instantâneo", PRAZO, () -> diario.doInstantaneo() == diario.ultima());
            }
            assertEquals(estado(40), diario.instantaneo().estado());
            Processo.esperar("apagar", PRAZO, () -> diario.primeira() == 31);
            assertEquals(entradas(31, 40), diario.ler(31, 100));
        }
    }

    // ───── O fim pela metade ─────

    @Test
    @DisplayName("cortado em qualquer byte, fica o que estava inteiro; o próximo anexar funciona, e também ele volta")
    void cortadoEmQualquerByte() throws IOException {
        encher(pasta(), 3);
        byte[] inteiro = Files.readAllBytes(pasta().resolve(PRIMEIRO));
        for (int corte = 0; corte < inteiro.length; corte++) {
            byte[] resto = Arrays.copyOf(inteiro, corte);
            int linhas = (int) new String(resto, "ISO-8859-1").chars().filter(c -> c == '\n').count();
            Files.write(pasta().resolve(PRIMEIRO), resto);
            try (Aberto de = new Aberto(pasta())) {
                assertEquals(entradas(1, linhas), de.repetidas, "corte em " + corte);
                de.anexar(linhas + 1, linhas + 2);
                assertEquals(entradas(1, linhas + 2), de.diario.ler(1, 10));
            }
            assertEquals(entradas(1, linhas + 2), reabrir(pasta()), "corte em " + corte);
        }
    }

    @Test
    @DisplayName("um fim de zeros, como o que um corte de energia deixa, é cortado")
    void fimDeZeros() throws IOException {
        encher(pasta(), 3);
        byte[] inteiro = Files.readAllBytes(pasta().resolve(PRIMEIRO));
        Files.write(pasta().resolve(PRIMEIRO), Arrays.copyOf(inteiro, inteiro.length + 5_000));
        assertEquals(entradas(1, 3), reabrir(pasta()));
        assertEquals(inteiro.length, Files.size(pasta().resolve(PRIMEIRO)));
    }

    // ───── O estrago ─────

    @Test
    @DisplayName("um byte trocado em qualquer lugar é recusado, com o arquivo e a linha")
    void byteTrocado() throws IOException {
        encher(pasta(), 3);
        byte[] bytes = Files.readAllBytes(pasta().resolve(PRIMEIRO));
        for (int i = 0, linha = 1; i < bytes.length - 1; i++) { // trocar a última quebra de linha é rasgar o fim
            boolean quebra = bytes[i] == '\n';
            bytes[i] ^= 1;
            Files.write(pasta().resolve(PRIMEIRO), bytes);
            recusaALinha(pasta().resolve(PRIMEIRO), linha);
            bytes[i] ^= 1;
            linha += quebra ? 1 : 0;
        }
    }

    @ParameterizedTest(name = "linha {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("uma linha que falta é recusada, também a penúltima")
    void linhaQueFalta(int qual) throws IOException {
        mudarLinhas(5, linhas -> {
            linhas.remove(qual - 1);
            return linhas;
        });
        recusaALinha(pasta().resolve(PRIMEIRO), qual);
    }

    @ParameterizedTest(name = "linhas {0} e a seguinte")
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("duas linhas trocadas de lugar são recusadas")
    void linhasTrocadas(int qual) throws IOException {
        mudarLinhas(5, linhas -> {
            Collections.swap(linhas, qual - 1, qual);
            return linhas;
        });
        recusaALinha(pasta().resolve(PRIMEIRO), qual);
    }

    @Test
    @DisplayName("uma linha repetida, ou uma inventada, é recusada")
    void linhaAMais() throws IOException {
        mudarLinhas(5, linhas -> {
            linhas.add(2, linhas.get(1));
            return linhas;
        });
        recusaALinha(pasta().resolve(PRIMEIRO), 3);
        mudarLinhas(5, linhas -> {
            linhas.set(2, entrada(3));
            return linhas;
        });
        recusaALinha(pasta().resolve(PRIMEIRO), 3);
    }

    @Test
    @DisplayName("o estrago no fim de um arquivo que não é o último não é um fim pela metade: é recusado")
    void estragoNoArquivoAnterior() throws IOException {
        encherComFotos(pasta(), 10, 10, 5);
        Path anterior = pasta().resolve("diario-000000000011.jsonl");
        byte[] bytes = Files.readAllBytes(anterior);
        Files.write(anterior, Arrays.copyOf(bytes, bytes.length - 1));
        recusaALinha(anterior, 10);
    }

    @Test
    @DisplayName("sem o instantâneo, ou com um buraco entre dois arquivos, recusa em vez de contar errado")
    void faltaUmArquivo() throws IOException {
        encherComFotos(pasta(), 10, 10, 5);
        Files.delete(pasta().resolve("instantaneo.json"));
        assertTrue(recusar(pasta()).contains("falta o começo do diário"));
        Path outra = temp.resolve("outra");
        encherComFotos(outra, 10, 5);
        Files.delete(outra.resolve("instantaneo.json"));
        List<String> linhas = Files.readAllLines(outra.resolve(PRIMEIRO));
        Files.writeString(outra.resolve(PRIMEIRO), String.join("\n", linhas.subList(0, 8)) + "\n");
        assertTrue(recusar(outra).contains("--do-zero"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"instantaneo.json", "meta.json"})
    @DisplayName("um instantâneo ou uma meta com estrago é recusado pelo nome")
    void estragoNoInstantaneo(String nome) throws IOException {
        try (Aberto de = new Aberto(pasta())) {
            de.anexar(1, 3);
            de.fotografar();
            de.diario.guardarMeta(estado(3));
        }
        byte[] bytes = Files.readAllBytes(pasta().resolve(nome));
        for (int i = 0; i < bytes.length - 1; i++) {
            bytes[i] ^= (byte) 0x80;
            Files.write(pasta().resolve(nome), bytes);
            assertTrue(recusar(pasta()).contains(pasta().resolve(nome).toString()), "byte " + i);
            bytes[i] ^= (byte) 0x80;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"diario-copia.jsonl", "diario-000000000001 (cópia).jsonl", "diario-000000000001-2.jsonl",
        "diario-1.jsonl", "diario-000000000001.jsonl~", ".diario-000000000001.jsonl.swp", "DIARIO-000000000001.JSONL",
        "instantaneo.json.bak", ".DS_Store", "Thumbs.db", "trava2", "x/"})
    @DisplayName("um arquivo que não se entende é recusado pelo nome, também do zero, e fica como estava;"
            + " tirado, tudo segue")
    void arquivoEstranho(String nome) throws IOException {
        encher(pasta(), 3);
        Path estranho = pasta().resolve(nome);
        if (nome.endsWith("/")) {
            Files.createDirectory(estranho);
        } else {
            Files.writeString(estranho, "um rascunho\n");
        }
        for (boolean doZero : new boolean[] {false, true}) {
            String erro = umaLinha(assertThrows(Falha.class, () -> Diario.abrir(pasta(), doZero)));
            assertTrue(erro.startsWith("não entendo " + estranho + ": ") && erro.contains("--dados"), erro);
        }
        Files.delete(estranho);
        assertEquals(entradas(1, 3), reabrir(pasta()));
    }

    @Test
    @DisplayName("numa pasta de outra coisa nada se escreve, nem a trava")
    void pastaDeOutraCoisa() throws IOException {
        Files.writeString(Files.createDirectories(pasta()).resolve("tese.tex"), "");
        recusar(pasta());
        assertEquals(List.of("tese.tex"), nomes(pasta()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"diario-٠٠٠٠٠٠٠٠٠٠٠١.jsonl", "diario-۰۰۰۰۰۰۰۰۰۰۰۱.jsonl", "diario-๐๐๐๐๐๐๐๐๐๐๐๑.jsonl",
        "diario-0000000000001.jsonl"})
    @DisplayName("um diário com algarismos de outra língua, da versão 1.0.0, é recusado com o nome que devia ter;"
            + " com ele, lê-se")
    void nomeDeOutraLingua(String nome) throws IOException {
        Charset dosNomes = Charset.forName(System.getProperty("sun.jnu.encoding"));
        assumeTrue(dosNomes.newEncoder().canEncode(nome), "com LC_ALL=C não se escreve este nome");
        encher(pasta(), 3);
        Files.move(pasta().resolve(PRIMEIRO), pasta().resolve(nome));
        String erro = recusar(pasta());
        assertTrue(erro.contains(pasta().resolve(nome) + ": o nome devia ser " + PRIMEIRO + ". Mude-lhe o nome"), erro);
        Files.createFile(pasta().resolve(PRIMEIRO));
        assertTrue(recusar(pasta()).contains("são dois diários"), recusar(pasta()));
        Files.move(pasta().resolve(nome), pasta().resolve(PRIMEIRO), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(entradas(1, 3), reabrir(pasta()));
        Files.move(pasta().resolve(PRIMEIRO), pasta().resolve(nome));
        Diario.abrir(pasta(), true).close();
        assertEquals(List.of("trava"), nomes(pasta()));
    }

    @Test
    @DisplayName("um arquivo que falta no meio, antes do instantâneo ou no fim dele, e um a mais, são recusados")
    void buracos() throws IOException {
        encherComFotos(pasta(), 10, 10, 5); // da 11 à 20, da 21 à 25, e o instantâneo na 20
        Path da11 = pasta().resolve("diario-000000000011.jsonl");
        Path da21 = pasta().resolve("diario-000000000021.jsonl");
        byte[] bytes = Files.readAllBytes(da11);
        Files.writeString(da11, String.join("\n", Files.readAllLines(da11).subList(0, 7)) + "\n");
        assertTrue(recusar(pasta()).contains("da 18 à 20"), "entre dois, ambos até ao instantâneo: " + recusar(pasta()));
        byte[] ultimo = Files.readAllBytes(da21);
        Files.delete(da21);
        assertTrue(recusar(pasta()).contains("da 18 à 20"), "antes do fim do instantâneo: " + recusar(pasta()));
        Files.write(da11, bytes);
        Files.write(pasta().resolve("diario-000000000015.jsonl"), ultimo);
        assertTrue(recusar(pasta()).contains("o arquivo da 15 em diante começa antes do fim do anterior"), recusar(pasta()));
    }

    @Test
    @DisplayName("não escreve por cima de um arquivo que apareceu depois de abrir")
    void naoEscrevePorCima() throws IOException {
        try (Aberto de = new Aberto(pasta())) {
            de.anexar(1, 3);
            Files.writeString(pasta().resolve("diario-000000000004.jsonl"), "de outro\n");
            assertTrue(assertThrows(Falha.class, de.diario::fotografar).getMessage().contains("já existe"));
        }
        assertEquals("de outro\n", Files.readString(pasta().resolve("diario-000000000004.jsonl")));
    }

    @Test
    @DisplayName("a meta de outro papel é recusada, e não se escreve por cima dela")
    void metaDeOutroPapel() {
        try (Diario diario = Diario.abrir(pasta(), false)) {
            assertTrue(diario.meta("visao").isEmpty());
            diario.guardarMeta(Json.MAPPER.createObjectNode().put("historia", "h"));
            assertEquals("h", diario.meta("historia").get("historia").textValue());
            assertTrue(umaLinha(assertThrows(Falha.class, () -> diario.meta("visao")))
                    .contains("meta.json: é de outro papel"));
        }
    }

    @Test
    @DisplayName("em qualquer língua os nomes e os bytes são os mesmos, e o que uma escreve outra lê")
    void emQualquerLingua() throws IOException {
        encherComFotos(pasta(), 10, 10, 5);
        try (Processo escritor = Processo.iniciar("tests.disco.DiarioTest$EmCadaLingua", temp.toString(),
                pasta().toString())) {
            assertEquals(0, escritor.esperarFim(), () -> escritor.registro().toString());
        }
        for (String lingua : EmCadaLingua.LINGUAS) {
            Path dela = temp.resolve(lingua);
            assertEquals(nomes(pasta()), nomes(dela));
            for (String nome : nomes(pasta())) {
                assertEquals(Files.readString(pasta().resolve(nome)), Files.readString(dela.resolve(nome)),
                        lingua + " " + nome);
            }
        }
    }

    // ───── Instantâneos ─────

    @Test
    @DisplayName("o instantâneo volta, e depois dele só se repete o que veio depois")
    void instantaneo() throws IOException {
        encherComFotos(pasta(), 10, 5);
        try (Aberto de = new Aberto(pasta())) {
            assertEquals(estado(10), de.diario.instantaneo().estado());
            assertEquals(10, de.diario.doInstantaneo());
            assertEquals(entradas(11, 15), de.repetidas);
            assertEquals(15, de.diario.ultima());
        }
    }

    @Test
    @DisplayName("um instantâneo apaga os arquivos velhos, mas não o anterior, que serve a quem se atrasou")
    void apagaOsVelhos() throws IOException {
        encherComFotos(pasta(), 10, 10, 10, 5);
        assertEquals(List.of("diario-000000000021.jsonl", "diario-000000000031.jsonl"), arquivosDoDiario());
        try (Aberto de = new Aberto(pasta())) {
            assertEquals(21, de.diario.primeira());
            assertEquals(entradas(21, 35), de.diario.ler(21, 100));
            assertEquals(List.of(), de.diario.ler(20, 100));
        }
    }

    @Test
    @DisplayName("fotografar duas vezes no mesmo lugar, ou antes da primeira entrada, não estraga nada")
    void fotografarSemNovidade() {
        try (Aberto de = new Aberto(pasta())) {
            de.fotografar();
            de.anexar(1, 2);
            de.fotografar();
            de.fotografar();
            assertEquals(entradas(1, 2), de.diario.ler(1, 10));
            de.anexar(3, 4);
        }
        assertEquals(entradas(3, 4), reabrir(pasta()));
    }

    @Test
    @DisplayName("recomeçar de um estado recebido: o que havia deixa de valer, e os números seguem dele")
    void recomecar() throws IOException {
        encherComFotos(pasta(), 10, 5);
        try (Aberto de = new Aberto(pasta())) {
            de.diario.anexar(entrada(99));
            de.diario.recomecarDe(12, estado(12)); // para trás: 13 a 15 não foram confirmadas
            assertEquals(List.of(12L, 13L), List.of(de.diario.doInstantaneo(), de.diario.primeira()));
            assertEquals(12, de.diario.ultima());
            assertEquals(List.of(), de.diario.ler(12, 10));
            de.anexar(13, 14);
            de.diario.recomecarDe(40, estado(40));
            de.anexar(41, 42);
        }
        assertEquals(List.of("diario-000000000041.jsonl"), arquivosDoDiario());
        try (Aberto de = new Aberto(pasta())) {
            assertEquals(estado(40), de.diario.instantaneo().estado());
            assertEquals(entradas(41, 42), de.repetidas);
        }
    }

    // ───── Ler ─────

    @Test
    @DisplayName("qualquer faixa, da memória, do disco ou das duas, é a do modelo ingênuo")
    void qualquerFaixa() {
        encherComFotos(pasta(), 10, 10, 10, 8); // em disco de 21 a 30, na memória de 31 a 38
        try (Aberto de = new Aberto(pasta())) {
            for (long desde = 0; desde <= 40; desde++) {
                for (int max = 0; max <= 20; max++) {
                    assertEquals(faixa(21, 38, desde, max), de.diario.ler(desde, max), desde + " " + max);
                }
            }
        }
    }

    @ParameterizedTest(name = "reaberto: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("o mesmo num diário grande, com lotes de todo tamanho, nas fronteiras da memória, dos arquivos e do índice")
    void faixasDeUmDiarioGrande(boolean reaberto) {
        Aberto de = new Aberto(pasta());
        Random sorte = new Random(1);
        for (long n = 1, lote; n <= 26_000; n += lote) {
            lote = Math.min(1 + sorte.nextInt(sorte.nextBoolean() ? 5 : 700), 26_001 - n);
            entradas(n, n + lote - 1).forEach(de.diario::anexar);
            de.diario.gravar(false);
            if (sorte.nextInt(60) == 0) {
                de.fotografar();
            }
        }
        if (reaberto) {
            de.close();
            de = new Aberto(pasta());
        }
        long primeira = de.diario.primeira();
        assertTrue(primeira > 1, "a lista tem de ter apagado algo");
        assertEquals(26_000, de.diario.ultima());
        LongStream.Builder inicios = LongStream.builder();
        for (long borda : new long[] {1, primeira, de.diario.doInstantaneo(), primeira + 256, 6_001, 26_000}) {
            LongStream.rangeClosed(borda - 2, borda + 2).forEach(inicios);
        }
        for (long desde : LongStream.concat(inicios.build(), sorte.longs(60, 1, 26_000)).toArray()) {
            int max = sorte.nextInt(1_000);
            assertEquals(faixa(primeira, 26_000, desde, max), de.diario.ler(desde, max), desde + " " + max);
        }
        de.close();
    }

    // ───── Quedas ─────

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("uma cópia da pasta, feita depois de qualquer passo, com um fim rasgado, tem exatamente o confirmado")
    void copiaEmQualquerMomento(long semente) throws IOException {
        Random sorte = new Random(semente);
        try (Aberto de = new Aberto(pasta())) {
            for (int passo = 0; passo < 60; passo++) {
                long ultima = de.diario.ultima();
                switch (sorte.nextInt(8)) {
                    case 0 -> de.diario.fotografar();
                    case 1 -> de.diario.recomecarDe(ultima + 3, estado(ultima + 3));
                    case 2 -> de.diario.guardarMeta(estado(ultima));
                    default -> de.anexar(ultima + 1, ultima + 1 + sorte.nextInt(5));
                }
                Path copia = copiar(temp.resolve("copia-" + passo));
                rasgar(copia, sorte);
                conferir(copia, de.diario.ultima(), de.diario.ultima());
            }
        }
    }

    @Test
    @DisplayName("morto com kill -9 a qualquer momento, muitas vezes, nada do que confirmou se perde")
    void mortoAQualquerMomento() {
        Random sorte = new Random(1);
        for (int vez = 0; vez < 5; vez++) {
            try (Processo escritor = Processo.iniciar("tests.disco.DiarioTest$Escritor", pasta().toString())) {
                int quantas = 1 + sorte.nextInt(200);
                Processo.esperar("confirmações", Processo.PRAZO,
                        () -> escritor.saida().size() >= quantas || !escritor.vivo());
                escritor.matar();
                conferir(pasta(), ultimaLinha(escritor), Long.MAX_VALUE);
            }
        }
    }

    @Test
    @DisplayName("se o disco falha ao fechar um segmento, diz-se numa linha, recusa-se o novo, e nada se perde")
    void falhaAoFechar() throws IOException {
        encherComFotos(pasta(), 10, 5);
        try (Aberto de = new Aberto(pasta())) {
            estorvar("diario-000000000016.jsonl");
            umaLinha(assertThrows(Falha.class, de.diario::fotografar));
            umaLinha(assertThrows(Falha.class, () -> de.anexar(16, 16)));
            assertEquals(entradas(1, 15), de.diario.ler(1, 100));
        }
        desestorvar("diario-000000000016.jsonl");
        conferir(pasta(), 15, 15);
    }

    @Test
    @DisplayName("se não cabe um instantâneo, sabe-se, o diário continua, e o seguinte leva as entradas dos dois")
    void falhaAoFotografar() throws IOException {
        encherComFotos(pasta(), 10, 5);
        try (Aberto de = new Aberto(pasta())) {
            estorvar("instantaneo.json.novo");
            de.diario.fotografar();
            Processo.esperar("a falha", PRAZO, () -> !de.falhas.isEmpty());
            de.anexar(16, 20);
            assertEquals(10, de.diario.doInstantaneo());
            assertEquals(entradas(1, 20), de.diario.ler(1, 100));
            desestorvar("instantaneo.json.novo");
            de.fotografar();
            assertEquals(estado(20), de.diario.instantaneo().estado());
            // uma; ou duas, se ao fechar o segmento ainda se procurava o que havia por dobrar desde que se abriu
            assertTrue(de.falhas.size() <= 2, de.falhas::toString);
        }
        conferir(pasta(), 20, 20);
    }

    @Test
    @DisplayName("um instantâneo que não acabou antes da morte faz-se ao reabrir, com tudo o que se fechou")
    void porAcabar() throws IOException {
        try (Aberto de = new Aberto(pasta())) {
            estorvar("instantaneo.json.novo");
            for (int i = 0; i < 3; i++) {
                de.anexar(10 * i + 1, 10 * i + 10);
                de.diario.fotografar();
            }
        }
        desestorvar("instantaneo.json.novo");
        try (Aberto de = new Aberto(pasta())) {
            assertEquals(entradas(1, 30), de.repetidas);
            Processo.esperar("o instantâneo", PRAZO, () -> de.diario.doInstantaneo() == 30);
            assertEquals(estado(30), de.diario.instantaneo().estado());
        }
        conferir(pasta(), 30, 30);
    }

    @Test
    @DisplayName("o que se dobrava larga-se ao recomeçar do estado de outro, e não toma o lugar dele")
    void largaADobra() throws Exception {
        CountDownLatch aMeio = new CountDownLatch(1);
        try (Diario diario = Diario.abrir(pasta(), false)) {
            diario.repetir(json -> { });
            diario.dobrarCom((antes, entradas, depois) -> {
                aMeio.countDown();
                while (true) {
                    depois.write(' '); // até que o mandem parar
                }
            }, porque -> fail(porque));
            entradas(1, 5).forEach(diario::anexar);
            diario.gravar();
            diario.fotografar();
            aMeio.await();
            diario.recomecarDe(40, estado(40));
            assertEquals(estado(40), diario.instantaneo().estado());
        }
        conferir(pasta(), 40, 40);
    }

    @Test
    @DisplayName("o que ainda faz falta a alguém não se apaga, ainda que esteja num instantâneo")
    void precisaDesde() {
        try (Aberto de = new Aberto(pasta())) {
            de.diario.precisaDesde(15);
            for (int i = 0; i < 4; i++) {
                de.anexar(10 * i + 1, 10 * i + 10);
                de.diario.fotografar();
                Processo.esperar("o instantâneo", PRAZO,
                        () -> de.diario.doInstantaneo() == de.diario.ultima());
            }
            Processo.esperar("apagar", PRAZO, () -> de.diario.primeira() == 11);
            assertEquals(entradas(11, 40), de.diario.ler(11, 100));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("um instantâneo substituído fecha-se, menos o que se está a dar em partes; fechado o diário, nenhum fica"
            + " aberto")
    void fechaOsVelhos() throws IOException {
        Foto dada;
        try (Aberto de = new Aberto(pasta())) {
            de.anexar(1, 10);
            de.fotografar();
            dada = de.diario.segurarInstantaneo();
            for (int i = 1; i <= 5; i++) {
                de.anexar(10 * i + 1, 10 * i + 10);
                de.fotografar();
                assertEquals(2, instantaneosAbertos());
            }
            assertEquals(JsonGrande.bytes(estado(10)).length, dada.tamanho());
            assertEquals(new String(JsonGrande.bytes(estado(10)), StandardCharsets.US_ASCII), dada.ler(0, 1_000));
            de.diario.recomecarDe(70, estado(70));
            assertEquals(2, instantaneosAbertos());
        }
        assertEquals(1, instantaneosAbertos());
        dada.largar();
        assertEquals(0, instantaneosAbertos());
        assertFalse(dada.segurar());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("quem dá instantâneos em partes larga o velho quando lhe pedem o novo")
    void largaOVelho() throws IOException {
        try (Aberto de = new Aberto(pasta())) {
            Historico historico = new Historico(de.diario, () -> "h");
            for (int i = 0; i < 4; i++) {
                de.anexar(10 * i + 1, 10 * i + 10);
                de.fotografar();
                ObjectNode pedido = Json.MAPPER.createObjectNode().put("posicao", 0).put("desde", 0);
                String parte = historico.instantaneo(pedido);
                assertTrue(parte.contains("\"posicao\": " + (10 * i + 10)), parte);
                assertEquals(1, instantaneosAbertos());
            }
        }
    }

    private long instantaneosAbertos() throws IOException {
        try (Stream<Path> abertos = Files.list(Path.of("/proc/self/fd"))) {
            return abertos.filter(aberto -> {
                try {
                    return Files.readSymbolicLink(aberto).startsWith(pasta().toRealPath())
                            && Files.readSymbolicLink(aberto).toString().contains("instantaneo.json");
                } catch (IOException e) {
                    return false; // este já se fechou
                }
            }).count();
        }
    }

    @Test
    @DisplayName("um instantâneo de uma versão anterior, que não era só ASCII, lê-se, e passa à forma de agora")
    void deAntes() throws IOException {
        String antigo = "{\"posicao\": 3, \"estado\": {\"joão 😀\": 10.00, \"posicao\": 3}}";
        CRC32C soma = new CRC32C();
        soma.update(antigo.getBytes(StandardCharsets.UTF_8));
        Files.createDirectories(pasta());
        Files.writeString(pasta().resolve("instantaneo.json"),
                antigo + "\n" + HexFormat.of().toHexDigits((int) soma.getValue()) + "\n");
        for (int vez = 0; vez < 2; vez++) {
            try (Aberto de = new Aberto(pasta())) {
                Foto foto = de.diario.instantaneo();
                assertEquals(List.of(3L, 3L), List.of(foto.posicao(), de.diario.ultima()));
                assertEquals(Json.MAPPER.readTree(antigo).get("estado"), foto.estado());
                assertEquals("{\"jo\\u00E3o", foto.ler(0, 11));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"instantaneo.json.novo", "diario-000000000041.jsonl"})
    @DisplayName("se o disco falha ao recomeçar, fica o que havia ou o estado novo: nunca nada")
    void falhaAoRecomecar(String estorvo) throws IOException {
        encherComFotos(pasta(), 10, 5);
        try (Aberto de = new Aberto(pasta())) {
            estorvar(estorvo);
            umaLinha(assertThrows(Falha.class, () -> de.diario.recomecarDe(40, estado(40))));
        }
        desestorvar(estorvo);
        conferir(pasta(), 15, 40);
    }

    @Test
    @DisplayName("se o disco falha ao guardar a meta, a antiga fica")
    void falhaAoGuardarMeta() throws IOException {
        try (Diario diario = Diario.abrir(pasta(), false)) {
            diario.guardarMeta(estado(1));
            estorvar("meta.json.novo");
            umaLinha(assertThrows(Falha.class, () -> diario.guardarMeta(estado(2))));
            assertEquals(estado(1), diario.meta());
        }
    }

    @Test
    @DisplayName("com o disco cheio (ulimit -f), recusa numa linha clara; reaberto, tem exatamente o confirmado")
    void discoCheio() {
        try (Processo escritor = Processo.comando("sh", "-c", "ulimit -f 32; exec " + escritor(pasta()))) {
            assertEquals(1, escritor.esperarFim(), () -> escritor.registro().toString());
            assertEquals(1, escritor.registro().size(), () -> escritor.registro().toString());
            assertTrue(escritor.temNoRegistro("recuso novas operações"), () -> escritor.registro().toString());
            conferir(pasta(), ultimaLinha(escritor), ultimaLinha(escritor));
        }
        try (Aberto de = new Aberto(pasta())) {
            de.anexar(de.diario.ultima() + 1, de.diario.ultima() + 3);
        }
    }

    @Test
    @Precisa(Precisa.De.MONTAR)
    @DisplayName("o mesmo num disco pequeno de verdade, se esta máquina deixa montar um")
    void discoPequeno() throws IOException {
        Files.createDirectories(pasta());
        String montar = "mount -t tmpfs -o size=64k tmpfs " + pasta();
        try (Processo duas = Processo.comando("unshare", "-rm", "sh", "-c",
                montar + "; " + escritor(pasta()) + "; echo fim; " + escritor(pasta()) + " conferir")) {
            assertEquals(0, duas.esperarFim(), () -> duas.registro().toString());
            assertEquals(1, duas.registro().size(), () -> duas.registro().toString());
            assertTrue(duas.temNoRegistro("recuso novas operações"), () -> duas.registro().toString());
            int fim = duas.saida().indexOf("fim");
            assertEquals(List.of(duas.saida().get(fim - 1)), duas.saida().subList(fim + 1, duas.saida().size()));
        }
    }

    // ───── A pasta ─────

    @Test
    @DisplayName("duas vezes a mesma pasta no mesmo processo: a segunda é recusada, e a primeira segue")
    void travaNoMesmoProcesso() {
        try (Aberto de = new Aberto(pasta())) {
            assertTrue(recusar(pasta()).contains(pasta() + " já está em uso por outro processo"));
            de.anexar(1, 3);
        }
        assertEquals(entradas(1, 3), reabrir(pasta()));
    }

    @Test
    @DisplayName("uma pasta em uso por outro processo é recusada, também com --do-zero, até que ele morra")
    void travaEntreProcessos() {
        try (Processo escritor = Processo.iniciar("tests.disco.DiarioTest$Escritor", pasta().toString())) {
            Processo.esperar("a primeira confirmação", Processo.PRAZO, () -> !escritor.saida().isEmpty());
            for (boolean doZero : new boolean[] {false, true}) {
                Falha falha = assertThrows(Falha.class, () -> Diario.abrir(pasta(), doZero));
                assertTrue(falha.getMessage().contains("já está em uso por outro processo"), falha.getMessage());
                assertTrue(falha.getMessage().contains("--dados"), falha.getMessage());
            }
            escritor.matar();
            conferir(pasta(), ultimaLinha(escritor), Long.MAX_VALUE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"arquivo", "/proc/banco", "trava"})
    @DisplayName("uma pasta onde não se pode escrever é recusada numa linha, com o motivo e o que fazer")
    void pastaSemEscrita(String qual) throws IOException {
        Path arquivo = Files.writeString(temp.resolve("arquivo"), "não sou uma pasta");
        Files.createDirectories(temp.resolve("trava/trava")); // uma trava que não se pode abrir para escrita
        Path ruim = qual.startsWith("/") ? Path.of(qual) : temp.resolve(qual);
        String erro = recusar(ruim);
        assertTrue(erro.contains(ruim.toString()) && erro.contains("--dados") && erro.contains("--memoria"), erro);
        assertFalse(erro.matches(".*\\(/\\S*\\).*"), "o motivo não é só um caminho: " + erro);
        assertEquals("não sou uma pasta", Files.readString(arquivo));
    }

    // ───── Ferramentas ─────

    /** Outro processo, que anexa, confirma e fotografa até que o matem ou o disco falhe. Diz cada posição confirmada. */
    public static final class Escritor {
        public static void main(String[] args) {
            try (Diario diario = Diario.abrir(Path.of(args[0]), false)) {
                diario.repetir(json -> { });
                if (args.length > 1) {
                    conferirAberto(diario, 0, Long.MAX_VALUE);
                    System.out.println(diario.ultima());
                    return;
                }
                diario.dobrarCom(DiarioTest::contar, System.err::println);
                for (int vez = 1; ; vez++) {
                    entradas(diario.ultima() + 1, diario.ultima() + vez % 7).forEach(diario::anexar);
                    diario.gravar(vez % 3 > 0);
                    System.out.println(diario.ultima());
                    if (vez % 500 == 0) {
                        diario.fotografar();
                    }
                }
            } catch (Falha e) {
                System.err.println(e.getMessage());
                System.exit(1);
            }
        }
    }

    /** Outro processo, que em cada língua escreve um diário, e lê o que se lhe diz. */
    public static final class EmCadaLingua {

        private static final List<String> LINGUAS =
                List.of("ar-EG", "fa-IR", "bn-BD", "my-MM", "mr-IN", "tr-TR", "pt-BR",
                "th-TH-u-nu-thai", "th-TH-u-ca-buddhist-nu-thai");

        public static void main(String[] args) {
            for (String lingua : LINGUAS) {
                Locale.setDefault(Locale.forLanguageTag(lingua));
                encherComFotos(Path.of(args[0], lingua), 10, 10, 5);
                assertEquals(entradas(21, 25), reabrir(Path.of(args[1])));
            }
        }
    }

    /** Um diário aberto, com o que repetiu ao abrir. */
    private static final class Aberto implements AutoCloseable {
        private final Diario diario;
        private final Path pasta;
        private final List<String> repetidas = new ArrayList<>();
        private final List<String> falhas = new CopyOnWriteArrayList<>();

        Aberto(Path pasta) {
            this(pasta, true);
        }

        /** @param dobra se faz instantâneos */
        Aberto(Path pasta, boolean dobra) {
            diario = Diario.abrir(pasta, false);
            this.pasta = pasta;
            try {
                diario.repetir(repetidas::add);
                if (dobra) {
                    diario.dobrarCom(DiarioTest::contar, falhas::add);
                }
            } catch (RuntimeException e) {
                diario.close();
                throw e;
            }
        }

        void anexar(long de, long ate) {
            entradas(de, ate).forEach(diario::anexar);
            diario.gravar();
        }

        /** Faz um instantâneo, e espera que se tenha apagado o que ele dispensa. */
        void fotografar() {
            diario.fotografar();
            Processo.esperar("o instantâneo", PRAZO, () -> diario.doInstantaneo() == diario.ultima()
                    && diariosEm(pasta) <= 2);
        }

        @Override
        public void close() {
            diario.close();
        }
    }

    private static long diariosEm(Path pasta) {
        try {
            return nomes(pasta).stream().filter(nome -> nome.startsWith("diario-")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Dobra: o estado é quantas entradas se viram. */
    private static void contar(Foto antes, Dobra.Entradas entradas, OutputStream depois) throws IOException {
        long[] vistas = {antes == null ? 0 : antes.estado().get("posicao").longValue()};
        entradas.cada(json -> assertEquals(entrada(++vistas[0]), json));
        depois.write(Json.escrever(estado(vistas[0])).getBytes(StandardCharsets.US_ASCII));
    }

    private Path pasta() {
        return temp.resolve("dados");
    }

    private static String entrada(long n) {
        return "{\"n\": " + n + ", \"conta\": \"joão 😀\"}";
    }

    private static List<String> entradas(long de, long ate) {
        return LongStream.rangeClosed(de, ate).mapToObj(DiarioTest::entrada).toList();
    }

    private static List<String> faixa(long primeira, long ultima, long desde, int max) {
        return desde < primeira ? List.of() : entradas(desde, Math.min(ultima, desde + max - 1));
    }

    private static ObjectNode estado(long posicao) {
        return Json.MAPPER.createObjectNode().put("posicao", (int) posicao);
    }

    private static void encher(Path pasta, int quantas) {
        encherComFotos(pasta, quantas);
    }

    /** Um instantâneo depois de cada quantidade, menos da última. */
    private static void encherComFotos(Path pasta, int... quantas) {
        try (Aberto de = new Aberto(pasta)) {
            for (int i = 0; i < quantas.length; i++) {
                de.anexar(de.diario.ultima() + 1, de.diario.ultima() + quantas[i]);
                if (i < quantas.length - 1) {
                    de.fotografar();
                }
            }
        }
    }

    private static List<String> reabrir(Path pasta) {
        try (Aberto de = new Aberto(pasta)) {
            return de.repetidas;
        }
    }

    /** Reabre e confere que o estado e as entradas são os certos, sem buracos, e vão até onde devem. */
    private static void conferir(Path pasta, long aoMenos, long noMaximo) {
        try (Aberto de = new Aberto(pasta, false)) {
            assertEquals(entradas(de.diario.doInstantaneo() + 1, de.diario.ultima()), de.repetidas);
            conferirAberto(de.diario, aoMenos, noMaximo);
        }
    }

    private static void conferirAberto(Diario diario, long aoMenos, long noMaximo) {
        long foto = diario.doInstantaneo();
        try {
            assertEquals(foto == 0 ? null : estado(foto), foto == 0 ? diario.instantaneo() : diario.instantaneo().estado());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertTrue(diario.ultima() >= aoMenos && diario.ultima() <= noMaximo, aoMenos + " <= " + diario.ultima());
        assertEquals(entradas(diario.primeira(), diario.ultima()), diario.ler(diario.primeira(), Integer.MAX_VALUE));
    }

    private static String recusar(Path pasta) {
        return umaLinha(assertThrows(Falha.class, () -> {
            try (Aberto de = new Aberto(pasta)) {
                de.diario.meta();
            }
        }));
    }

    private static String umaLinha(Falha falha) {
        assertEquals(1, falha.getMessage().lines().count(), falha.getMessage());
        return falha.getMessage();
    }

    private void recusaALinha(Path arquivo, int linha) {
        String erro = recusar(pasta());
        assertTrue(erro.contains("estrago no diário: " + arquivo + ", linha " + linha + "."), erro);
        assertTrue(erro.contains("--do-zero"), erro);
    }

    private void mudarLinhas(int quantas, UnaryOperator<List<String>> mudanca) throws IOException {
        Files.deleteIfExists(pasta().resolve(PRIMEIRO));
        encher(pasta(), quantas);
        List<String> linhas = mudanca.apply(new ArrayList<>(Files.readAllLines(pasta().resolve(PRIMEIRO))));
        Files.writeString(pasta().resolve(PRIMEIRO), String.join("\n", linhas) + "\n");
    }

    private List<String> arquivosDoDiario() throws IOException {
        return nomes(pasta()).stream().filter(n -> n.startsWith("diario-")).toList();
    }

    private static List<String> nomes(Path pasta) throws IOException {
        try (Stream<Path> arquivos = Files.list(pasta)) {
            return arquivos.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    /** Põe no caminho uma pasta com algo dentro: não se pode abrir, nem apagar, nem trocar por um arquivo. */
    private void estorvar(String nome) throws IOException {
        Files.createDirectories(pasta().resolve(nome).resolve("x"));
    }

    private void desestorvar(String nome) throws IOException {
        Files.delete(pasta().resolve(nome).resolve("x"));
        Files.delete(pasta().resolve(nome));
    }

    private Path copiar(Path destino) throws IOException {
        Files.createDirectories(destino);
        try (Stream<Path> arquivos = Files.list(pasta())) {
            for (Path arquivo : arquivos.sorted().toList()) { // as entradas antes do instantâneo, que as pode dispensar
                try {
                    Files.copy(arquivo, destino.resolve(arquivo.getFileName()));
                } catch (NoSuchFileException e) {
                    // apagou-se entretanto
                }
            }
        }
        return destino;
    }

    /** O processo morreu escrevendo a próxima linha. */
    private static void rasgar(Path pasta, Random sorte) throws IOException {
        try (Stream<Path> arquivos = Files.list(pasta)) {
            Path ultimo = arquivos.filter(p -> p.getFileName().toString().startsWith("diario-")).sorted().reduce((a, b) -> b)
                    .orElseThrow();
            byte[] linha = entrada(1).getBytes("UTF-8");
            byte[] antes = Files.readAllBytes(ultimo);
            byte[] depois = Arrays.copyOf(antes, antes.length + sorte.nextInt(linha.length));
            System.arraycopy(linha, 0, depois, antes.length, depois.length - antes.length);
            Files.write(ultimo, depois);
        }
    }

    private static String escritor(Path pasta) {
        return Stream.of(System.getProperty("java.home") + "/bin/java", "-XX:-UsePerfData", "-Dfile.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), "tests.disco.DiarioTest$Escritor",
                pasta.toString())
                // a coleção pode estar numa pasta com espaços
                .map(parte -> "'" + parte + "'").collect(Collectors.joining(" "));
    }

    private static long ultimaLinha(Processo escritor) {
        List<String> linhas = escritor.saida();
        return linhas.isEmpty() ? 0 : Long.parseLong(linhas.get(linhas.size() - 1));
    }

    public static void main(String[] args) {
        Testes.rodar(DiarioTest.class);
    }
}
