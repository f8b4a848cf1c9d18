///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A fila de espera entrega por ordem, uma vez, sem buracos, seja qual for a ordem de chegada.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Envelope.java ../../shared/memoria/Lembradas.java ../../shared/ordem/FilaDeEspera.java
//SOURCES ../../shared/texto/Campos.java ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Envelope;
import shared.Operacao;
import shared.ordem.FilaDeEspera;
import tests.Testes;

@DisplayName("Fila de espera")
class FilaDeEsperaTest {

    private final FilaDeEspera fila = new FilaDeEspera(10);

    @Test
    @DisplayName("o que chega em ordem sai na hora")
    void emOrdemSaiNaHora() {
        assertEquals(List.of(1L), receber(1));
        assertEquals(List.of(2L), receber(2));
        assertEquals(2, fila.ultimo());
    }

    @Test
    @DisplayName("o que chega adiantado espera pelo que falta")
    void adiantadoEspera() {
        assertEquals(List.of(), receber(2));
        assertEquals(List.of(), receber(3));
        assertEquals(2, fila.esperando());
        assertEquals(List.of(1L, 2L, 3L), receber(1));
        assertEquals(0, fila.esperando());
    }

    @Test
    @DisplayName("o que se repete, já entregue ou ainda à espera, não sai duas vezes")
    void repetidoNaoSaiDuasVezes() {
        receber(1);
        assertEquals(List.of(), receber(1));
        receber(3);
        receber(3);
        assertEquals(List.of(2L, 3L), receber(2));
    }

    @Test
    @DisplayName("não guarda mais do que o limite, e larga os mais distantes")
    void temLimite() {
        LongStream.rangeClosed(2, 100).forEach(this::receber);
        assertEquals(10, fila.esperando());
        assertEquals(LongStream.rangeClosed(1, 11).boxed().toList(), receber(1));
    }

    @Test
    @DisplayName("pode começar depois de um número: o que veio até ele já foi entregue")
    void comecaDepois() {
        FilaDeEspera depois = new FilaDeEspera(10, 7);
        assertEquals(List.of(), depois.receber(envelope(7)));
        assertEquals(List.of(8L), depois.receber(envelope(8)).stream().map(Envelope::seq).toList());
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("qualquer ordem de chegada, com repetições, dá a mesma entrega")
    void qualquerOrdem(long semente) {
        FilaDeEspera grande = new FilaDeEspera(1_000);
        List<Long> chegadas = new ArrayList<>(LongStream.rangeClosed(1, 200).boxed().toList());
        chegadas.addAll(chegadas.subList(0, 100));
        Collections.shuffle(chegadas, new Random(semente));
        List<Long> entregues = chegadas.stream().flatMap(seq -> grande.receber(envelope(seq)).stream())
                .map(Envelope::seq).toList();
        assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), entregues);
        assertTrue(grande.esperando() == 0);
    }

    private List<Long> receber(long seq) {
        return fila.receber(envelope(seq)).stream().map(Envelope::seq).toList();
    }

    private static Envelope envelope(long seq) {
        return new Envelope(seq, Operacao.deposito("ana", BigDecimal.ONE));
    }

    public static void main(String[] args) {
        Testes.rodar(FilaDeEsperaTest.class);
    }
}
