///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O lote: nada se diz antes de estar no disco, ainda que o laço não espere por ele.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/disco/Lote.java ../../shared/memoria/Recentes.java ../../shared/texto/Falha.java
//SOURCES ../../shared/texto/JsonGrande.java ../Testes.java ../regras/DiscoQueFica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.disco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.disco.Diario;
import shared.disco.Lote;
import tests.Testes;
import tests.regras.DiscoQueFica;

@DisplayName("Lote")
class LoteTest {

    @TempDir
    private Path temp;

    private final DiscoQueFica disco = new DiscoQueFica("p", null);
    private final Diario diario = Diario.em(disco);
    private final List<String> ditas = new ArrayList<>();
    private final Lote lote = new Lote(diario, true, falha -> ditas.add("falhou"));

    private static String entrada(long n) {
        return "{\"n\": " + n + "}";
    }

    private void pedir(Lote onde, long n) {
        onde.depois(onde.anexar(entrada(n)), () -> ditas.add("" + n), falha -> ditas.add("não " + n));
    }

    @Test
    @DisplayName("o laço não espera: junta o segundo lote, que só se entrega depois do primeiro; e diz-se tudo por ordem")
    void doisLotesNoAr() {
        disco.lento = true;
        pedir(lote, 1);
        lote.gravar();
        Runnable primeiro = disco.porGravar;
        pedir(lote, 2);
        pedir(lote, 3);
        lote.depois(1, () -> ditas.add("1 outra vez"), falha -> { });
        lote.gravar();
        assertEquals(primeiro, disco.porGravar, "um de cada vez");
        assertEquals(List.of(), ditas);
        assertEquals(0, diario.ultima());

        primeiro.run();
        assertEquals(List.of(), ditas, "só na linha do laço");
        lote.gravar();
        assertEquals(List.of("1"), ditas);
        disco.porGravar.run();
        lote.gravar();
        assertEquals(List.of("1", "2", "3", "1 outra vez"), ditas);
        assertEquals(List.of(entrada(1), entrada(2), entrada(3)), disco.entradas);
    }

    @Test
    @DisplayName("se o primeiro falha, o segundo nem se tenta, e a cada um se diz que não")
    void oPrimeiroFalha() {
        disco.lento = true;
        pedir(lote, 1);
        lote.gravar();
        pedir(lote, 2);
        disco.cheio = true;
        disco.porGravar.run();
        disco.cheio = false;
        lote.gravar();
        lote.gravarTudo();
        assertEquals(List.of("falhou", "não 1", "não 2"), ditas);
        assertEquals(List.of(), disco.entradas);
        pedir(lote, 3);
        lote.gravar();
        assertEquals(List.of("falhou", "não 1", "não 2", "não 3"), ditas);
    }

    @Test
    @DisplayName("se falha outro uso do disco, o lote que ia a caminho e lá chegou vale; o outro não")
    void falhaAMeta() {
        disco.lento = true;
        pedir(lote, 1);
        lote.gravar();
        pedir(lote, 2);
        disco.porGravar.run();
        disco.cheio = true;
        assertTrue(!lote.comDisco(() -> diario.guardarMeta(diario.meta())));
        lote.gravar();
        assertEquals(List.of("falhou", "1", "não 2"), ditas);
    }

    @Test
    @DisplayName("numa pasta de verdade: o laço dorme, o disco acorda-o, e lê-se enquanto se grava")
    void naPasta() throws InterruptedException {
        int quantas = 30_000;
        Semaphore acordar = new Semaphore(0);
        try (Diario daPasta = Diario.abrir(temp.resolve("d"), true)) {
            daPasta.repetir(json -> { });
            daPasta.avisar(acordar::release);
            Lote deVerdade = new Lote(daPasta, true, falha -> ditas.add("falhou"));
            for (int n = 1; ditas.size() < quantas; ) {
                for (int i = 0; i < 500 && n <= quantas; i++) {
                    pedir(deVerdade, n++);
                }
                deVerdade.gravar();
                if (daPasta.ultima() > 21_000) { // das que já não estão na memória
                    assertEquals(List.of(entrada(700), entrada(701)), daPasta.ler(700, 2));
                }
                boolean veio = n <= quantas || ditas.size() == quantas || acordar.tryAcquire(60, TimeUnit.SECONDS);
                assertTrue(veio, "ninguém o acordou");
            }
            pedir(deVerdade, quantas + 1);
            pedir(deVerdade, quantas + 2);
            deVerdade.gravar(); // fecha-se com este a caminho
        }
        assertEquals(LongStream.rangeClosed(1, quantas).mapToObj(Long::toString).toList(), ditas.subList(0, quantas));
        List<String> voltaram = new ArrayList<>();
        try (Diario outraVez = Diario.abrir(temp.resolve("d"), false)) {
            outraVez.repetir(voltaram::add);
        }
        assertEquals(LongStream.rangeClosed(1, quantas + 2).mapToObj(LoteTest::entrada).toList(), voltaram);
    }

    public static void main(String[] args) {
        Testes.rodar(LoteTest.class);
    }
}
