///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que se lembra de uma sequência longa: o mesmo que lembraria um mapa, sem um objeto por item.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java
//SOURCES ../../shared/texto/MensagemInvalida.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.memoria.Indice;
import shared.memoria.Lembradas;
import shared.memoria.Lembradas.Lembrada;
import shared.memoria.Recentes;
import shared.memoria.Saldos;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("O que se lembra")
class LembradasTest {

    private final Random sorte = new Random(15);

    @Test
    @DisplayName("uns textos recentes são os que se acrescentaram e não se esqueceram, com o número que tiveram")
    void recentes() {
        Recentes recentes = new Recentes();
        Deque<String> modelo = new ArrayDeque<>();
        long numero = 0;
        for (int i = 0; i < 20_000; i++) {
            if (!modelo.isEmpty() && sorte.nextInt(1_000) < (i / 5_000 % 2 == 0 ? 400 : 600)) {
                modelo.remove();
                recentes.esquecer();
            } else {
                String texto = "çã€🙂x".repeat(sorte.nextInt(1_000) == 0 ? 20_000 : sorte.nextInt(20));
                modelo.add(texto);
                assertEquals(++numero, recentes.anexar(texto));
            }
            assertEquals(modelo.size(), recentes.quantos());
            if (i % 500 == 0) {
                long primeiro = recentes.primeiro();
                List<String> lidos = new ArrayList<>();
                for (int j = 0; j < recentes.quantos(); j++) {
                    lidos.add(recentes.ler(primeiro + j));
                }
                assertEquals(List.copyOf(modelo), lidos);
            }
        }
    }

    @Test
    @DisplayName("num índice acha-se cada texto que se acrescentou, até que se esqueça, e nenhum outro")
    void indice() {
        Indice indice = new Indice();
        Map<String, Long> modelo = new LinkedHashMap<>();
        for (int i = 0; i < 50_000; i++) {
            String texto = "id-" + sorte.nextInt(20_000);
            assertEquals(modelo.getOrDefault(texto, 0L), indice.achar(texto));
            if (!modelo.containsKey(texto)) {
                modelo.put(texto, indice.anexar(texto));
            }
            if (modelo.size() > 3_000 || sorte.nextInt(3) == 0) { // nem sempre cheio
                indice.esquecer();
                modelo.remove(modelo.keySet().iterator().next());
            }
        }
        assertTrue(modelo.size() > 10);
    }

    @Test
    @DisplayName("lembram-se os últimos 100 000, por ordem, cada um com o conteúdo e o que valeu")
    void lembradas() {
        Lembradas<Long> lembradas = Lembradas.deNumeros();
        for (long i = 1; i <= Lembradas.MAXIMO + 300; i++) {
            lembradas.lembrar("id-" + i, new Lembrada<>(i % 7 == 0 ? null : "conteúdo\t" + i, i));
        }
        lembradas.lembrar("id-301", new Lembrada<>("outro", 0L)); // já está: nada muda
        assertNull(lembradas.valor("id-300"));
        assertEquals(301L, lembradas.valor("id-301"));
        Map<String, Lembrada<Long>> todas = lembradas.todas();
        assertEquals(Lembradas.MAXIMO, todas.size());
        long numero = 301;
        for (Map.Entry<String, Lembrada<Long>> uma : todas.entrySet()) {
            assertEquals("id-" + numero, uma.getKey());
            assertEquals(new Lembrada<>(numero % 7 == 0 ? null : "conteúdo\t" + numero, numero), uma.getValue());
            numero++;
        }
        assertEquals(302L, lembradas.daPrimeiraVez("id-302", () -> "conteúdo\t302"));
        assertEquals(308L, lembradas.daPrimeiraVez("id-308", () -> "qualquer"), "de um instantâneo que não o diz");
        MensagemInvalida erro = assertThrows(MensagemInvalida.class,
                () -> lembradas.daPrimeiraVez("id-302", () -> "outro\t1"));
        assertEquals(Lembradas.ID_REPETIDO, erro.codigo());
        assertTrue(erro.getMessage().contains("já é de conteúdo 302, e agora veio com outro 1"), erro.getMessage());
    }

    @Test
    @DisplayName("contas e saldos são os de um mapa por ordem de nome, também os que não cabem num long")
    void saldos() {
        Saldos saldos = new Saldos();
        SortedMap<String, BigDecimal> modelo = new TreeMap<>();
        for (int i = 0; i < 30_000; i++) {
            String conta = List.of("ana ", "joão ", "🙂", "\uffee", "").get(sorte.nextInt(5)) + sorte.nextInt(2_000);
            assertEquals(modelo.get(conta), saldos.get(conta));
            if (sorte.nextInt(3) > 0) {
                BigDecimal saldo = new BigDecimal(new BigInteger(sorte.nextInt(90), sorte), 2);
                modelo.put(conta, saldo);
                saldos.put(conta, saldo);
            }
            assertEquals(modelo.size(), saldos.size());
            if (i % 1_000 == 0) {
                assertEquals(List.copyOf(modelo.entrySet()), List.copyOf(saldos.entrySet()));
                assertEquals(List.copyOf(modelo.keySet()), saldos.nomes());
                assertEquals(modelo, saldos);
            }
        }
        assertThrows(ArithmeticException.class, () -> saldos.put("ana", new BigDecimal("0.001")));
    }

    @Test
    @DisplayName("quem escolhe os id_msg não os põe todos na mesma lista: muitos com o mesmo hashCode não demoram mais")
    void iguaisParaOJava() {
        Lembradas<Long> lembradas = Lembradas.deNumeros();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1 << 16; i++) { // "Aa" e "BB" têm o mesmo hashCode: todas estas também
            StringBuilder id = new StringBuilder();
            for (int b = 0; b < 16; b++) {
                id.append((i >> b & 1) == 0 ? "Aa" : "BB");
            }
            ids.add(id.toString());
        }
        assertTimeoutPreemptively(Duration.ofSeconds(15), // meio segundo; numa lista só, meio minuto
                () -> ids.forEach(id -> lembradas.lembrar(id, new Lembrada<>(null, 1L))));
        assertEquals(1 << 16, lembradas.todas().size());
    }

    public static void main(String[] args) {
        Testes.rodar(LembradasTest.class);
    }
}
