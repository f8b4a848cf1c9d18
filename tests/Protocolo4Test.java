///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, a regra: o primário decide e numera; o backup repete-as na mesma ordem e chega ao mesmo estado.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Testes.java ../part4/Backup.java ../part4/Primary.java ../shared/Carga.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static shared.Operacao.transferencia;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part4.Backup.Copia;
import part4.Primary.Primario;
import part4.Primary.Primario.Decisao;
import shared.Aplicada;
import shared.Carga;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.Resultado.Situacao;

@DisplayName("Protocolo da parte 4: primário e backup")
class Protocolo4Test {

    private final Primario primario = new Primario();
    private final Copia backup = new Copia();

    // ───── O primário ─────

    @Test
    @DisplayName("o que é novo é aplicado, numerado de 1 em diante e repassado")
    void decideENumera() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        Decisao decisao = primario.decidir(op);
        assertEquals(new Decisao(Resultado.APLICADA, Optional.of(new Envelope(1, op))), decisao);
        primario.decidir(deposito("ana", BigDecimal.ONE));
        assertEquals(2, primario.ultimo());
        assertEquals(new BigDecimal("11.00"), primario.banco().saldo("ana"));
    }

    @Test
    @DisplayName("uma recusa também se repassa: ela cria a conta e responde às repetições")
    void recusaSeRepassa() {
        Decisao decisao = primario.decidir(saque("ana", BigDecimal.ONE));
        assertEquals(Situacao.RECUSADA, decisao.resultado().situacao());
        backup.receber(decisao.atualizacao().orElseThrow());
        assertEquals(primario.banco().resumo(), backup.banco().resumo());
        assertNotEquals(new Copia().banco().resumo(), backup.banco().resumo());
    }

    @Test
    @DisplayName("um pedido repetido recebe o primeiro resultado, sem número novo nem repasse")
    void repetido() {
        Operacao saque = saque("ana", BigDecimal.TEN);
        Resultado primeiro = primario.decidir(saque).resultado();
        primario.decidir(deposito("ana", new BigDecimal("100")));
        Decisao segunda = primario.decidir(saque);
        assertEquals(new Decisao(Resultado.duplicada(primeiro), Optional.empty()), segunda);
        assertEquals(Situacao.RECUSADA, segunda.resultado().original().situacao(), "ainda que agora houvesse saldo");
        assertEquals(2, primario.ultimo());
    }

    // ───── O backup ─────

    @Test
    @DisplayName("o que chega adiantado espera pelo que falta")
    void semBuracos() {
        List<Envelope> atualizacoes = decidir(carga(1));
        assertEquals(List.of(), backup.receber(atualizacoes.get(1)));
        assertEquals(0, backup.ultimo());
        assertEquals(List.of(1L, 2L), backup.receber(atualizacoes.get(0)).stream().map(Aplicada::seq).toList());
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("qualquer ordem de chegada, com repetições, dá o estado do primário")
    void qualquerChegadaConverge(long semente) {
        List<Envelope> atualizacoes = decidir(carga(semente));
        List<Envelope> chegadas = new ArrayList<>(atualizacoes);
        chegadas.addAll(atualizacoes.subList(50, 150));
        Collections.shuffle(chegadas, new Random(semente));
        chegadas.forEach(backup::receber);
        assertEquals(primario.ultimo(), backup.ultimo());
        assertEquals(primario.banco().resumo(), backup.banco().resumo());
    }

    @Test
    @DisplayName("o backup sabe os resultados que o primário respondeu, e os daria a quem repetisse o pedido")
    void mesmosResultados() {
        List<Operacao> ops = carga(1);
        decidir(ops).forEach(backup::receber);
        for (Operacao op : ops) {
            Resultado primeiro = primario.banco().resultado(op.id_msg()).orElseThrow();
            assertEquals(Resultado.duplicada(primeiro), backup.banco().aplicar(op));
        }
        assertEquals(primario.banco().resumo(), backup.banco().resumo(), "e repetir não mudou nada");
    }

    @Test
    @DisplayName("as atualizações simples, do sistema original, aplicam-se por ordem de chegada")
    void simples() {
        List<Operacao> ops = carga(1);
        decidir(ops);
        ops.forEach(backup::receber);
        assertEquals(200, backup.ultimo());
        assertEquals(primario.banco().resumo(), backup.banco().resumo());
    }

    @Test
    @DisplayName("as atualizações simples não têm número: fora de ordem, o backup diverge sem saber")
    void simplesForaDeOrdem() {
        Operacao deposito = deposito("ana", BigDecimal.TEN);
        Operacao transferencia = transferencia("ana", "bia", BigDecimal.TEN);
        decidir(List.of(deposito, transferencia));
        assertEquals(Situacao.RECUSADA, backup.receber(transferencia).get(0).resultado().situacao());
        backup.receber(deposito);
        assertNotEquals(primario.banco().resumo(), backup.banco().resumo());
    }

    @Test
    @DisplayName("uma atualização simples repetida vale uma vez")
    void simplesRepetida() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        backup.receber(op);
        assertEquals(Situacao.DUPLICADA, backup.receber(op).get(0).resultado().situacao());
        assertEquals(new BigDecimal("10.00"), backup.banco().saldo("ana"));
    }

    private static List<Operacao> carga(long semente) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(semente, 3, 200).forEachRemaining(ops::add);
        return ops;
    }

    /** Passa tudo pelo primário. @return o que ele repassou */
    private List<Envelope> decidir(List<Operacao> ops) {
        return ops.stream().map(primario::decidir).flatMap(decisao -> decisao.atualizacao().stream()).toList();
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo4Test.class);
    }
}
