///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, a regra: uma fila por worker, no ritmo de cada um; por ordem em cada servidor, não entre eles.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Testes.java ../part2/RpcServer.java ../part2/Worker.java ../shared/Carga.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import part2.RpcServer.Fila;
import part2.Worker.Entrega;
import shared.Aplicada;
import shared.Carga;
import shared.Envelope;
import shared.MensagemInvalida;
import shared.Operacao;
import shared.Resultado.Situacao;

@DisplayName("Protocolo da parte 2: RPC e fila")
class Protocolo2Test {

    private final Fila fila = new Fila("servidor-1", 2);
    private final Entrega worker1 = new Entrega();
    private final Entrega worker2 = new Entrega();

    // ───── A fila do servidor ─────

    @Test
    @DisplayName("enfileira por ordem, de 1 em diante, com o nome do servidor")
    void numera() {
        assertEquals(1, fila.enfileirar(deposito("ana", BigDecimal.TEN)).seq());
        Envelope segundo = fila.enfileirar(saque("ana", BigDecimal.ONE));
        assertEquals(2, segundo.seq());
        assertEquals("servidor-1", segundo.fonte());
    }

    @Test
    @DisplayName("uma chamada repetida fica no mesmo lugar da fila e não entra outra vez")
    void repetidaEntraUmaVez() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        Envelope primeiro = fila.enfileirar(op);
        fila.enfileirar(saque("ana", BigDecimal.ONE));
        assertEquals(primeiro, fila.enfileirar(op));
        assertEquals(List.of(1L, 2L), servir(fila, 0, worker1).stream().map(Envelope::seq).toList());
    }

    @Test
    @DisplayName("o que não se conseguiu enviar continua a ser o próximo")
    void proximoAteSerServido() {
        Envelope primeiro = fila.enfileirar(deposito("ana", BigDecimal.TEN));
        fila.enfileirar(saque("ana", BigDecimal.ONE));
        assertEquals(List.of(primeiro, primeiro), List.of(fila.proximo(0), fila.proximo(0)));
        fila.servido(0);
        assertEquals(2, fila.proximo(0).seq());
    }

    @Test
    @DisplayName("um worker parado não atrasa o outro, e ao voltar recebe tudo o que falta, por ordem")
    void cadaUmNoSeuRitmo() {
        assertNull(fila.proximo(0));
        carga(1).forEach(fila::enfileirar);
        assertEquals(200, servir(fila, 0, worker1).size());
        assertNull(fila.proximo(0));
        List<Envelope> atrasados = servir(fila, 1, worker2);
        assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), atrasados.stream().map(Envelope::seq).toList());
        assertEquals(worker1.banco().resumo(), worker2.banco().resumo());
    }

    // ───── O worker ─────

    @Test
    @DisplayName("o que chega adiantado espera pelo que falta")
    void semBuracos() {
        assertEquals(List.of(), worker1.entregar(new Envelope(2, saque("ana", BigDecimal.ONE), "s")));
        List<Aplicada> entregues = worker1.entregar(new Envelope(1, deposito("ana", BigDecimal.TEN), "s"));
        assertEquals(List.of(1L, 2L), entregues.stream().map(Aplicada::seq).toList());
        assertEquals(new BigDecimal("9.00"), worker1.banco().saldo("ana"));
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("com um servidor, qualquer ordem de chegada, com repetições, dá o mesmo estado")
    void umServidorConverge(long semente) {
        List<Envelope> chegadas = new ArrayList<>(carga(semente).stream().map(fila::enfileirar).toList());
        chegadas.forEach(worker1::entregar);
        chegadas.addAll(List.copyOf(chegadas.subList(50, 150)));
        Collections.shuffle(chegadas, new Random(semente));
        chegadas.forEach(worker2::entregar);
        assertEquals(200, worker2.entregues());
        assertEquals(worker1.banco().resumo(), worker2.banco().resumo());
    }

    @Test
    @DisplayName("com dois servidores, cada fila tem os seus números, e uma não espera pela outra")
    void duasFontes() {
        Fila outra = new Fila("servidor-2", 1);
        fila.enfileirar(deposito("ana", BigDecimal.TEN));
        outra.enfileirar(deposito("ana", BigDecimal.ONE));
        worker1.entregar(new Envelope(2, saque("ana", BigDecimal.ONE), "servidor-3")); // a esta falta o número 1
        servir(fila, 0, worker1);
        servir(outra, 0, worker1);
        assertEquals(new BigDecimal("11.00"), worker1.banco().saldo("ana"));
        assertEquals(2, worker1.entregues());
    }

    @Test
    @DisplayName("com dois servidores, cada worker respeita a ordem de cada um, e mesmo assim divergem")
    void duasFontesDivergem() {
        Fila outra = new Fila("servidor-2", 2);
        fila.enfileirar(deposito("ana", new BigDecimal("100")));
        outra.enfileirar(saque("ana", new BigDecimal("80")));
        servir(fila, 0, worker1);
        servir(outra, 0, worker1);
        servir(outra, 1, worker2);
        servir(fila, 1, worker2);
        assertEquals(new BigDecimal("20.00"), worker1.banco().saldo("ana"));
        assertEquals(new BigDecimal("100.00"), worker2.banco().saldo("ana"), "aqui o saque foi recusado");
        assertNotEquals(worker1.banco().resumo(), worker2.banco().resumo());
    }

    @Test
    @DisplayName("o mesmo id_msg por dois servidores vale uma vez")
    void mesmoIdPorDoisServidores() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        worker1.entregar(fila.enfileirar(op));
        List<Aplicada> segunda = worker1.entregar(new Fila("servidor-2", 1).enfileirar(op));
        assertEquals(Situacao.DUPLICADA, segunda.get(0).resultado().situacao());
        assertEquals(new BigDecimal("10.00"), worker1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("as operações simples, do sistema original, aplicam-se por ordem de chegada, entre as numeradas")
    void simples() {
        worker1.aplicar(deposito("ana", BigDecimal.TEN));
        worker1.entregar(new Envelope(1, saque("ana", BigDecimal.ONE))); // numerada, mas sem fonte
        assertEquals(3, worker1.aplicar(saque("ana", BigDecimal.ONE)).seq());
        assertEquals(new BigDecimal("8.00"), worker1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("servidores demais são recusados, e os conhecidos continuam servidos")
    void fontesDemais() {
        for (int i = 1; i <= 64; i++) {
            worker1.entregar(new Envelope(1, deposito("ana", BigDecimal.ONE), "servidor-" + i));
        }
        Envelope intruso = new Envelope(1, deposito("ana", BigDecimal.ONE), "servidor-65");
        String erro = assertThrows(MensagemInvalida.class, () -> worker1.entregar(intruso)).getMessage();
        assertTrue(erro.startsWith("fonte: "), erro);
        worker1.entregar(new Envelope(2, deposito("ana", BigDecimal.ONE), "servidor-64"));
        assertEquals(new BigDecimal("65.00"), worker1.banco().saldo("ana"));
    }

    private static List<Operacao> carga(long semente) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(semente, 3, 200).forEachRemaining(ops::add);
        return ops;
    }

    /** Leva ao worker tudo o que a fila tem para ele. @return o que levou */
    private static List<Envelope> servir(Fila fila, int qual, Entrega worker) {
        List<Envelope> levados = new ArrayList<>();
        for (Envelope envelope; (envelope = fila.proximo(qual)) != null; fila.servido(qual)) {
            levados.add(envelope);
            worker.entregar(envelope);
        }
        return levados;
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo2Test.class);
    }
}
