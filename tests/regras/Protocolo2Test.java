///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, a regra: uma fila por worker, no ritmo de cada um; por ordem em cada servidor, não entre eles.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part2/regra/Consumidor.java ../../part2/regra/Enfileirador.java ../../shared/Banco.java
//SOURCES ../../shared/Envelope.java ../../shared/disco/DobraDoBanco.java ../../shared/disco/Lote.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/ordem/Aplicada.java
//SOURCES ../../shared/ordem/Historico.java ../../shared/ordem/Seguidor.java ../../shared/papel/Carga.java
//SOURCES ../../shared/tempo/Lentidao.java ../../shared/texto/Campos.java ../../shared/texto/ErroDeUso.java
//SOURCES ../../shared/texto/JsonGrande.java ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part2.regra.Fila;
import part2.regra.Entrega;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado.Situacao;
import shared.ordem.Aplicada;
import shared.papel.Carga;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Protocolo da parte 2: RPC e fila")
class Protocolo2Test {

    private final List<Envelope> diario = new ArrayList<>(); // o de servidor-1
    private final Fila fila = new Fila("servidor-1", 2);
    private final Entrega worker1 = new Entrega(new Banco());
    private final Entrega worker2 = new Entrega(new Banco());

    // ───── A fila do servidor ─────

    @Test
    @DisplayName("enfileira por ordem, de 1 em diante, com o nome do servidor")
    void numera() {
        assertEquals(1, fila.enfileirar(deposito("ana", BigDecimal.TEN)).seq());
        Envelope segundo = fila.enfileirar(saque("ana", BigDecimal.ONE));
        assertEquals(2, segundo.seq());
        assertEquals("servidor-1", segundo.historia());
        assertEquals(2, fila.ultimo());
    }

    @Test
    @DisplayName("uma chamada repetida fica no mesmo lugar da fila e não entra outra vez")
    void repetidaEntraUmaVez() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        Envelope primeiro = fila.enfileirar(op);
        fila.enfileirar(saque("ana", BigDecimal.ONE));
        assertEquals(primeiro, fila.enfileirar(op));
        assertEquals(2, fila.ultimo());
    }

    @Test
    @DisplayName("outra operação com o mesmo id_msg não entra na fila; se outro servidor a manda, nenhum worker a aplica")
    void idRepetido() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        Operacao outra = new Operacao(op.id_msg(), Operacao.Tipo.SAQUE, "ana", null, BigDecimal.ONE);
        Envelope primeiro = fila.enfileirar(op);
        Fila reiniciada = new Fila("servidor-1", 2);
        reiniciada.refazer(op, 1);
        for (Fila f : List.of(fila, reiniciada)) {
            String erro = assertThrows(MensagemInvalida.class, () -> f.enfileirar(outra)).resposta();
            assertTrue(erro.matches("ERRO id_repetido: .* já é de DEPOSITO 10.00 ana, .* SAQUE 1.00 ana; .*"), erro);
            assertEquals(List.of(1L, primeiro), List.of(f.ultimo(), f.enfileirar(op)));
        }
        worker1.aplicar(new Envelope(1, op));
        assertTrue(worker1.aplicar(new Envelope(1, outra)).resultado().idRepetido());
        assertEquals(new BigDecimal("10.00"), worker1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("depois de reiniciar, os números seguem, e a chamada repetida ainda tem o seu lugar")
    void reinicia() {
        List<Envelope> antes = enfileirar(carga(1));
        Fila outra = new Fila("servidor-1", 2);
        antes.forEach(envelope -> outra.refazer(envelope.op(), envelope.seq()));
        assertEquals(antes.get(6), outra.enfileirar(antes.get(6).op()));
        assertEquals(201, outra.enfileirar(deposito("ana", BigDecimal.ONE)).seq());
    }

    @Test
    @DisplayName("reiniciado, serve só o que é novo: o que veio antes os workers têm, ou pedem")
    void reiniciadoServeONovo() {
        enfileirar(carga(1));
        fila.servirDaquiEmDiante();
        assertEquals(List.of(201L, 201L), List.of(fila.proximo(0), fila.proximo(1)));
    }

    @Test
    @DisplayName("o que não se conseguiu enviar continua a ser o próximo")
    void proximoAteSerServido() {
        enfileirar(List.of(deposito("ana", BigDecimal.TEN), saque("ana", BigDecimal.ONE)));
        assertEquals(List.of(1L, 1L), List.of(fila.proximo(0), fila.proximo(0)));
        fila.servido(0, 1);
        assertEquals(List.of(2L, 1L), List.of(fila.proximo(0), fila.proximo(1)));
    }

    @Test
    @DisplayName("a quem está em dia repete o último, de vez em quando e a cada um por si; e só o que está no disco")
    void repeteOUltimo() {
        enfileirar(List.of(deposito("ana", BigDecimal.TEN), saque("ana", BigDecimal.ONE)));
        long agora = 10_000;
        assertEquals(0, fila.aEnviar(0, 0, agora), "nada está no disco");
        assertEquals(1, fila.aEnviar(0, 1, agora), "só o 1 está no disco");
        fila.servido(0, 1);
        fila.servido(0, 2);
        assertEquals(2, fila.aEnviar(0, 2, agora + Fila.REPETIR_MS + 1));
        assertEquals(0, fila.aEnviar(0, 2, agora + Fila.REPETIR_MS + 2), "acaba de repeti-lo");
        assertEquals(1, fila.aEnviar(1, 2, agora + Fila.REPETIR_MS + 2), "ao outro falta tudo");
        assertEquals(2, fila.aEnviar(0, 2, agora + 2 * Fila.REPETIR_MS + 2));
    }

    @Test
    @DisplayName("um worker parado não atrasa o outro, e ao voltar recebe tudo o que falta, por ordem")
    void cadaUmNoSeuRitmo() {
        enfileirar(carga(1));
        assertEquals(200, servir(0, worker1).size());
        assertEquals(List.of(), servir(0, worker1));
        assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), seqs(servir(1, worker2)));
        assertEquals(worker1.banco().resumo(), worker2.banco().resumo());
    }

    // ───── O worker ─────

    @Test
    @DisplayName("sabe que lhe falta algo numa fila que não é de nenhum servidor conhecido; as completas não contam")
    void faltaDeOutra() {
        worker1.receber(new Envelope(1, deposito("ana", BigDecimal.ONE), "velha"));
        assertFalse(worker1.faltaDeOutra(Set.of()));
        worker1.receber(new Envelope(2, deposito("ana", BigDecimal.TEN), "nova"));
        assertTrue(worker1.faltaDeOutra(Set.of("velha")));
        assertFalse(worker1.faltaDeOutra(Set.of("velha", "nova")));
    }

    @Test
    @DisplayName("uma fila sem nome também é uma fila: o instantâneo e o diário lembram-se dela")
    void semNome() {
        assertEquals(1, worker1.receber(new Envelope(1, deposito("ana", BigDecimal.ONE), null)).size());
        worker1.historias().properties().forEach(f -> worker2.lembrar(f.getKey(), f.getValue().longValue()));
        assertEquals(List.of(), worker2.receber(new Envelope(1, deposito("ana", BigDecimal.ONE), null)));
        assertEquals(1, worker2.receber(new Envelope(2, deposito("ana", BigDecimal.ONE), null)).size());
        worker2.lembrar(null, 5); // como o diário a diz
        assertEquals(List.of(), worker2.receber(new Envelope(5, deposito("ana", BigDecimal.ONE), null)));
        assertEquals("{\"\": 5}", Json.escrever(worker2.historias()));
    }

    @Test
    @DisplayName("o que chega adiantado espera pelo que falta, e o que falta se sabe")
    void semBuracos() {
        assertEquals(List.of(), entregar(worker1, new Envelope(2, saque("ana", BigDecimal.ONE), "s")));
        assertEquals(1, Json.inteiro(worker1.seguidor("s").pedido(0), "desde"));
        List<Aplicada> entregues = entregar(worker1, new Envelope(1, deposito("ana", BigDecimal.TEN), "s"));
        assertEquals(List.of(1L, 2L), entregues.stream().map(Aplicada::seq).toList());
        assertEquals(new BigDecimal("9.00"), worker1.banco().saldo("ana"));
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("com um servidor, qualquer ordem de chegada, com repetições, dá o mesmo estado")
    void umServidorConverge(long semente) {
        List<Envelope> chegadas = new ArrayList<>(enfileirar(carga(semente)));
        chegadas.forEach(envelope -> entregar(worker1, envelope));
        chegadas.addAll(List.copyOf(chegadas.subList(50, 150)));
        Collections.shuffle(chegadas, new Random(semente));
        chegadas.forEach(envelope -> entregar(worker2, envelope));
        assertEquals(200, worker2.seguidor("servidor-1").ultimo());
        assertEquals(worker1.banco().resumo(), worker2.banco().resumo());
    }

    @Test
    @DisplayName("volta de onde estava, em cada fila: o que já aplicou não vale outra vez")
    void voltaDeOndeEstava() {
        enfileirar(carga(1));
        diario.subList(0, 120).forEach(envelope -> entregar(worker1, envelope));
        Entrega reiniciado = new Entrega(worker1.banco());
        worker1.historias().properties().forEach(f -> reiniciado.lembrar(f.getKey(), f.getValue().longValue()));
        assertEquals(80, diario.stream().mapToInt(envelope -> entregar(reiniciado, envelope).size()).sum());
        servir(1, worker2);
        assertEquals(worker2.banco().resumo(), reiniciado.banco().resumo());
    }

    @Test
    @DisplayName("com dois servidores, cada fila tem os seus números, e uma não espera pela outra")
    void duasFontes() {
        entregar(worker1, new Envelope(2, saque("ana", BigDecimal.ONE), "servidor-3")); // a esta falta o número 1
        entregar(worker1, fila.enfileirar(deposito("ana", BigDecimal.TEN)));
        entregar(worker1, new Fila("servidor-2", 1).enfileirar(deposito("ana", BigDecimal.ONE)));
        assertEquals(new BigDecimal("11.00"), worker1.banco().saldo("ana"));
        assertEquals("{\"servidor-3\": 0, \"servidor-1\": 1, \"servidor-2\": 1}", Json.escrever(worker1.historias()));
    }

    @Test
    @DisplayName("com dois servidores, cada worker respeita a ordem de cada um, e mesmo assim divergem")
    void duasFontesDivergem() {
        Envelope daqui = fila.enfileirar(deposito("ana", new BigDecimal("100")));
        Envelope dali = new Fila("servidor-2", 2).enfileirar(saque("ana", new BigDecimal("80")));
        List.of(daqui, dali).forEach(envelope -> entregar(worker1, envelope));
        List.of(dali, daqui).forEach(envelope -> entregar(worker2, envelope));
        assertEquals(new BigDecimal("20.00"), worker1.banco().saldo("ana"));
        assertEquals(new BigDecimal("100.00"), worker2.banco().saldo("ana"), "aqui o saque foi recusado");
        assertNotEquals(worker1.banco().resumo(), worker2.banco().resumo());
    }

    @Test
    @DisplayName("o mesmo id_msg por dois servidores vale uma vez")
    void mesmoIdPorDoisServidores() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        entregar(worker1, fila.enfileirar(op));
        List<Aplicada> segunda = entregar(worker1, new Fila("servidor-2", 1).enfileirar(op));
        assertEquals(Situacao.DUPLICADA, segunda.get(0).resultado().situacao());
        assertEquals(new BigDecimal("10.00"), worker1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("as operações simples, do sistema original, aplicam-se por ordem de chegada, entre as numeradas")
    void simples() {
        worker1.aplicar(new Envelope(1, deposito("ana", BigDecimal.TEN)));
        entregar(worker1, new Envelope(1, saque("ana", BigDecimal.ONE))); // numerada, mas sem fonte
        worker1.aplicar(new Envelope(3, saque("ana", BigDecimal.ONE)));
        assertEquals(new BigDecimal("8.00"), worker1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("servidores demais: esquece-se o parado há mais tempo, e o ativo continua servido")
    void fontesDemais() {
        for (int i = 1; i <= 100; i++) {
            entregar(worker1, new Envelope(1, deposito("ana", BigDecimal.ONE), "servidor-" + i));
            entregar(worker1, new Envelope(i, deposito("bia", BigDecimal.ONE), "ativo"));
        }
        assertEquals(new BigDecimal("100.00"), worker1.banco().saldo("ana"));
        assertEquals(new BigDecimal("100.00"), worker1.banco().saldo("bia"));
        assertEquals(64, worker1.historias().size());
    }

    private static List<Operacao> carga(long semente) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(semente, 3, 200).forEachRemaining(ops::add);
        return ops;
    }

    private List<Envelope> enfileirar(List<Operacao> ops) {
        ops.forEach(op -> diario.add(fila.enfileirar(op)));
        return diario;
    }

    private static List<Aplicada> entregar(Entrega worker, Envelope envelope) {
        return worker.receber(envelope).stream().map(worker::aplicar).toList();
    }

    /** Leva ao worker tudo o que a fila tem para ele. @return o que levou */
    private List<Envelope> servir(int qual, Entrega worker) {
        List<Envelope> levados = new ArrayList<>();
        for (; fila.proximo(qual) <= fila.ultimo(); fila.servido(qual, fila.proximo(qual))) {
            levados.add(diario.get((int) fila.proximo(qual) - 1));
        }
        levados.forEach(envelope -> entregar(worker, envelope));
        return levados;
    }

    private static List<Long> seqs(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::seq).toList();
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo2Test.class);
    }
}
