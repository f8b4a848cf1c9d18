///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, a regra: um número para cada operação, e todas as réplicas na ordem dos números, chegue o que chegar.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Testes.java ../part3/Replica.java ../part3/Sequencer.java ../shared/Carga.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;

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
import part3.Replica.Entrega;
import part3.Sequencer.Ordem;
import shared.Aplicada;
import shared.Banco;
import shared.Carga;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado.Situacao;

@DisplayName("Protocolo da parte 3: ordem total com sequenciador")
class Protocolo3Test {

    private final Ordem ordem = new Ordem();
    private final Entrega replica1 = new Entrega();
    private final Entrega replica2 = new Entrega();

    // ───── O sequenciador ─────

    @Test
    @DisplayName("numera de 1 em diante, sem pular")
    void numera() {
        assertEquals(0, ordem.ultimo());
        assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), carga(1).stream().map(ordem::ordenar).toList());
        assertEquals(200, ordem.ultimo());
    }

    @Test
    @DisplayName("o mesmo id_msg recebe sempre o mesmo número e não gasta outro")
    void mesmoIdMesmoNumero() {
        List<Operacao> ops = carga(1);
        List<Long> numeros = ops.stream().map(ordem::ordenar).toList();
        assertEquals(numeros, ops.stream().map(ordem::ordenar).toList());
        assertEquals(201, ordem.ordenar(deposito("ana", BigDecimal.ONE)));
    }

    @Test
    @DisplayName("é o id_msg que conta, não o resto da operação")
    void idDecide() {
        assertEquals(1, ordem.ordenar(new Operacao("m-1", Tipo.DEPOSITO, "ana", null, BigDecimal.ONE)));
        assertEquals(1, ordem.ordenar(new Operacao("m-1", Tipo.SAQUE, "bia", null, BigDecimal.TEN)));
        assertEquals(2, ordem.ordenar(new Operacao("m-2", Tipo.DEPOSITO, "ana", null, BigDecimal.ONE)));
    }

    @Test
    @DisplayName("lembra tantos id_msg quantos o banco lembra")
    void lembraTantoQuantoOBanco() {
        Operacao primeira = deposito("ana", BigDecimal.ONE);
        ordem.ordenar(primeira);
        for (int i = 1; i < Banco.IDS_LEMBRADOS; i++) {
            ordem.ordenar(deposito("ana", BigDecimal.ONE));
        }
        assertEquals(1, ordem.ordenar(primeira));
        ordem.ordenar(deposito("ana", BigDecimal.ONE));
        assertEquals(Banco.IDS_LEMBRADOS + 2, ordem.ordenar(primeira), "esquecida: é como se fosse nova");
    }

    // ───── A réplica ─────

    @Test
    @DisplayName("com um número em falta, espera: nada depois dele é aplicado")
    void esperaPeloQueFalta() {
        List<Envelope> numeradas = numerar(carga(1));
        numeradas.stream().filter(e -> e.seq() != 3).forEach(replica1::entregar);
        assertEquals(2, replica1.ultimo());
        assertEquals(197, replica1.esperando());
        List<Aplicada> entregues = replica1.entregar(numeradas.get(2));
        assertEquals(LongStream.rangeClosed(3, 200).boxed().toList(), entregues.stream().map(Aplicada::seq).toList());
        assertEquals(0, replica1.esperando());
    }

    @Test
    @DisplayName("o número manda, não a chegada: o saque que chegou antes do seu depósito é aceito")
    void numeroManda() {
        replica1.entregar(new Envelope(2, saque("ana", new BigDecimal("80"))));
        List<Aplicada> entregues = replica1.entregar(new Envelope(1, deposito("ana", new BigDecimal("100"))));
        assertEquals(Situacao.APLICADA, entregues.get(1).resultado().situacao());
        assertEquals(new BigDecimal("20.00"), replica1.banco().saldo("ana"));
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("qualquer ordem de chegada, com repetições, converge para a aplicação em ordem")
    void qualquerChegadaConverge(long semente) {
        List<Envelope> numeradas = numerar(carga(semente));
        Banco referencia = new Banco();
        numeradas.forEach(e -> referencia.aplicar(e.op()));
        assertEquals(seqs(numeradas), entregarEmbaralhadas(numeradas, replica1, new Random(semente)));
        assertEquals(seqs(numeradas), entregarEmbaralhadas(numeradas, replica2, new Random(-semente)));
        assertEquals(referencia.resumo(), replica1.banco().resumo());
        assertEquals(referencia.resumo(), replica2.banco().resumo());
    }

    @Test
    @DisplayName("um id_msg que o sequenciador esqueceu e numerou de novo ainda é reconhecido pelo banco")
    void bancoReconheceRepeticao() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        replica1.entregar(new Envelope(1, op));
        assertEquals(Situacao.DUPLICADA, replica1.entregar(new Envelope(2, op)).get(0).resultado().situacao());
        assertEquals(2, replica1.ultimo());
        assertEquals(new BigDecimal("10.00"), replica1.banco().saldo("ana"));
    }

    private static List<Operacao> carga(long semente) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(semente, 3, 200).forEachRemaining(ops::add);
        return ops;
    }

    private List<Envelope> numerar(List<Operacao> ops) {
        return ops.stream().map(op -> new Envelope(ordem.ordenar(op), op)).toList();
    }

    /** Entrega em ordem nenhuma, metade delas duas vezes. @return os números do que se aplicou, por ordem de aplicação */
    private static List<Long> entregarEmbaralhadas(List<Envelope> numeradas, Entrega replica, Random sorte) {
        List<Envelope> chegadas = new ArrayList<>(numeradas);
        chegadas.addAll(numeradas.subList(50, 150));
        Collections.shuffle(chegadas, sorte);
        return chegadas.stream().flatMap(e -> replica.entregar(e).stream()).map(Aplicada::seq).toList();
    }

    private static List<Long> seqs(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::seq).toList();
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo3Test.class);
    }
}
