///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 1, a regra: aplicar na ordem de chegada. Com duas ordens, duas réplicas divergem; só depósitos comutam.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../../part1/Replica.java ../../shared/papel/Carga.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part1.Replica.Entrega;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado;
import shared.Resultado.Situacao;
import shared.disco.EstadoDoBanco;
import shared.papel.Carga;
import tests.Testes;

@DisplayName("Protocolo da parte 1: multicast sem ordem")
class Protocolo1Test {

    private final Entrega replica1 = new Entrega();
    private final Entrega replica2 = new Entrega();

    @Test
    @DisplayName("aplica na hora, e conta o que chega")
    void aplicaNaHora() {
        assertEquals(Resultado.APLICADA, replica1.entregar(deposito("ana", BigDecimal.TEN)).resultado());
        assertEquals(2, replica1.entregar(saque("ana", BigDecimal.ONE)).seq());
        assertEquals(new BigDecimal("9.00"), replica1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("uma operação repetida chega outra vez, mas vale uma só")
    void repetidaValeUmaVez() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        replica1.entregar(op);
        assertEquals(Situacao.DUPLICADA, replica1.entregar(op).resultado().situacao());
        assertEquals(2, replica1.recebidas());
        assertEquals(new BigDecimal("10.00"), replica1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("duas mensagens que se cruzam bastam: as mesmas operações, dois saldos")
    void duasOrdensDivergem() {
        Operacao deposita = deposito("ana", new BigDecimal("100"));
        Operacao saca = saque("ana", new BigDecimal("80"));
        Stream.of(deposita, saca).forEach(replica1::entregar);
        Stream.of(saca, deposita).forEach(replica2::entregar);
        assertEquals(new BigDecimal("20.00"), replica1.banco().saldo("ana"));
        assertEquals(new BigDecimal("100.00"), replica2.banco().saldo("ana"), "aqui o saque foi recusado");
        assertNotEquals(replica1.banco().resumo(), replica2.banco().resumo());
    }

    @Test
    @DisplayName("uma mensagem perdida nunca mais é recuperada, chegue o que chegar depois")
    void perdida() {
        replica1.entregar(deposito("ana", BigDecimal.TEN));
        for (Operacao op : carga(1)) {
            replica1.entregar(op);
            replica2.entregar(op);
            assertNotEquals(EstadoDoBanco.total(replica1.banco()), EstadoDoBanco.total(replica2.banco()));
        }
    }

    @Test
    @DisplayName("outra operação com o mesmo id_msg não se aplica")
    void idRepetido() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        replica1.entregar(op);
        Operacao outra = new Operacao(op.id_msg(), Tipo.SAQUE, "ana", null, BigDecimal.ONE);
        assertTrue(replica1.entregar(outra).resultado().idRepetido());
        assertEquals(new BigDecimal("10.00"), replica1.banco().saldo("ana"));
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("cada cliente em ordem (FIFO) não basta: dois clientes intercalados de duas maneiras divergem")
    void fifoNaoBasta(long semente) {
        intercalar(carga(semente), carga(semente + 100), new Random(1)).forEach(replica1::entregar);
        intercalar(carga(semente), carga(semente + 100), new Random(2)).forEach(replica2::entregar);
        assertEquals(replica1.recebidas(), replica2.recebidas());
        assertNotEquals(replica1.banco().resumo(), replica2.banco().resumo());
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("a mesma ordem dá o mesmo estado; e só com depósitos, qualquer ordem")
    void mesmaOrdemOuSoDepositos(long semente) {
        List<Operacao> ops = carga(semente);
        ops.forEach(replica1::entregar);
        ops.forEach(replica2::entregar);
        assertEquals(replica1.banco().resumo(), replica2.banco().resumo());
        List<Operacao> depositos = new ArrayList<>(carga(semente + 1));
        depositos.removeIf(op -> op.tipo() != Tipo.DEPOSITO);
        depositos.forEach(replica1::entregar);
        Collections.shuffle(depositos, new Random(semente));
        depositos.forEach(replica2::entregar);
        assertEquals(replica1.banco().resumo(), replica2.banco().resumo());
    }

    private static List<Operacao> carga(long semente) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(semente, 3, 200).forEachRemaining(ops::add);
        return ops;
    }

    /** Uma chegada possível de dois clientes: cada um na sua ordem, um entre o outro ao acaso. */
    private static List<Operacao> intercalar(List<Operacao> a, List<Operacao> b, Random sorte) {
        List<Operacao> juntas = new ArrayList<>();
        for (int i = 0, j = 0; i + j < a.size() + b.size(); ) {
            boolean daPrimeira = j == b.size() || i < a.size() && sorte.nextBoolean();
            juntas.add(daPrimeira ? a.get(i++) : b.get(j++));
        }
        return juntas;
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo1Test.class);
    }
}
