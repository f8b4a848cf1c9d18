///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, a regra: um número para cada operação, e todas as réplicas na ordem dos números, chegue o que chegar.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/Copia.java ../../part3/regra/Sequenciador.java ../../shared/Banco.java
//SOURCES ../../shared/Envelope.java ../../shared/disco/DobraDoBanco.java ../../shared/disco/Lote.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/ordem/Aplicada.java
//SOURCES ../../shared/ordem/Historico.java ../../shared/ordem/Seguidor.java ../../shared/papel/Carga.java
//SOURCES ../../shared/tempo/Lentidao.java ../../shared/texto/Campos.java ../../shared/texto/ErroDeUso.java
//SOURCES ../../shared/texto/JsonGrande.java ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part3.regra.Copia;
import part3.regra.Entrega;
import part3.regra.Ordem;
import part3.regra.Sequenciador;
import shared.Banco;
import shared.Envelope;
import shared.Operacao.Tipo;
import shared.Operacao;
import shared.Resultado.Situacao;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.memoria.Lembradas;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.papel.Carga;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Protocolo da parte 3: ordem total com sequenciador")
class Protocolo3Test {

    private final Ordem ordem = new Ordem("h");
    private final Entrega replica1 = new Entrega(new Banco(), null, 0);
    private final Entrega replica2 = new Entrega(new Banco(), null, 0);

    // ───── O sequenciador ─────

    @Test
    @DisplayName("numera de 1 em diante, sem pular, com o nome da sua história")
    void numera() {
        assertEquals(0, ordem.ultimo());
        List<Envelope> numeradas = numerar(carga(1));
        assertEquals(LongStream.rangeClosed(1, 200).boxed().toList(), seqs(numeradas));
        assertTrue(numeradas.stream().allMatch(envelope -> envelope.historia().equals("h")));
        assertEquals(200, ordem.ultimo());
    }

    @Test
    @DisplayName("o mesmo id_msg recebe sempre o mesmo número e não gasta outro")
    void mesmoIdMesmoNumero() {
        List<Operacao> ops = carga(1);
        List<Envelope> numeradas = numerar(ops);
        assertEquals(numeradas, numerar(ops));
        assertEquals(201, ordem.ordenar(deposito("ana", BigDecimal.ONE)).seq());
    }

    @Test
    @DisplayName("outra operação com o mesmo id_msg não recebe número nenhum: é um erro que diz as duas")
    void idRepetido() {
        assertEquals(1, ordem.ordenar(new Operacao("m-1", Tipo.DEPOSITO, "ana", null, BigDecimal.ONE)).seq());
        MensagemInvalida erro = assertThrows(MensagemInvalida.class,
                () -> ordem.ordenar(new Operacao("m-1", Tipo.SAQUE, "bia", null, BigDecimal.TEN)));
        assertEquals("ERRO id_repetido: o id_msg m-1 já é de DEPOSITO 1.00 ana, e agora veio com SAQUE 10.00 bia;"
                + " a uma operação nova dê um id_msg novo", erro.resposta());
        assertEquals(2, ordem.ordenar(new Operacao("m-2", Tipo.DEPOSITO, "ana", null, BigDecimal.ONE)).seq());
    }

    @Test
    @DisplayName("lembra tantos id_msg quantos o banco lembra")
    void lembraTantoQuantoOBanco() {
        Operacao primeira = deposito("ana", BigDecimal.ONE);
        ordem.ordenar(primeira);
        for (int i = 1; i < Lembradas.MAXIMO; i++) {
            ordem.ordenar(deposito("ana", BigDecimal.ONE));
        }
        assertEquals(1, ordem.ordenar(primeira).seq());
        ordem.ordenar(deposito("ana", BigDecimal.ONE));
        assertEquals(Lembradas.MAXIMO + 2, ordem.ordenar(primeira).seq(), "esquecida: é como se fosse nova");
    }

    @Test
    @DisplayName("depois de reiniciar, os números seguem, e o mesmo id_msg ainda recebe o mesmo")
    void reinicia() {
        List<Envelope> antes = numerar(carga(1));
        Ordem reiniciada = new Ordem("h");
        antes.forEach(envelope -> reiniciada.refazer(envelope.op(), envelope.seq()));
        assertEquals(antes.get(6), reiniciada.ordenar(antes.get(6).op()));
        assertEquals(201, reiniciada.ordenar(deposito("ana", BigDecimal.ONE)).seq());
    }

    @Test
    @DisplayName("depois de um instantâneo também: os últimos que ele lembra acabam no número dele")
    void reiniciaDoInstantaneo() {
        Banco banco = new Banco();
        List<Operacao> duas = List.of(deposito("ana", BigDecimal.ONE), saque("bia", BigDecimal.TEN));
        duas.forEach(banco::aplicar);
        Ordem reiniciada = new Ordem("h");
        reiniciada.refazer(EstadoDoBanco.ler(EstadoDoBanco.de(banco)).lembradas(), 10);
        assertEquals(List.of(9L, 10L), duas.stream().map(op -> reiniciada.ordenar(op).seq()).toList());
        assertThrows(MensagemInvalida.class,
                () -> reiniciada.ordenar(new Operacao(duas.get(1).id_msg(), Tipo.SAQUE, "bia", null, BigDecimal.ONE)));
        assertEquals(11, reiniciada.ordenar(deposito("ana", BigDecimal.ONE)).seq());
    }

    @Test
    @DisplayName("o último que está no disco é repetido quando há muito não se difunde nada, também logo que reinicia")
    void repeteOUltimo() {
        ordem.difundido(10_000);
        assertEquals(0, ordem.aRepetir(7, 10_000 + Ordem.REPETIR_MS));
        assertEquals(7, ordem.aRepetir(7, 10_001 + Ordem.REPETIR_MS));
        assertEquals(7, new Ordem("h").aRepetir(7, 10_000));
    }

    // ───── A réplica ─────

    @Test
    @DisplayName("com um número em falta, espera: nada depois dele é aplicado")
    void esperaPeloQueFalta() {
        List<Envelope> numeradas = numerar(carga(1));
        numeradas.stream().filter(e -> e.seq() != 3).forEach(e -> entregar(replica1, e));
        assertEquals(2, replica1.seguidor().ultimo());
        assertEquals(197, replica1.seguidor().esperando());
        List<Aplicada> entregues = entregar(replica1, numeradas.get(2));
        assertEquals(LongStream.rangeClosed(3, 200).boxed().toList(), entregues.stream().map(Aplicada::seq).toList());
        assertEquals(0, replica1.seguidor().esperando());
    }

    @Test
    @DisplayName("o número manda, não a chegada: o saque que chegou antes do seu depósito é aceito")
    void numeroManda() {
        entregar(replica1, new Envelope(2, saque("ana", new BigDecimal("80"))));
        List<Aplicada> entregues = entregar(replica1, new Envelope(1, deposito("ana", new BigDecimal("100"))));
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

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("o que o sequenciador original numera e nós recusamos gasta o número, em todas igual, chegue como chegar")
    void valoresAlheios(long semente) {
        List<String> alheios = List.of("0.125", "-5.0", "NaN", "Infinity", "1e13", "\"7\"");
        Random sorte = new Random(semente);
        Banco referencia = new Banco();
        List<Envelope> numeradas = numerar(carga(semente)).stream().map(certa -> {
            if (sorte.nextInt(4) > 0) {
                referencia.aplicar(certa.op());
                return new Envelope(certa.seq(), certa.op());
            }
            String texto = certa.op().json().replaceFirst("[0-9.]+}$", alheios.get(sorte.nextInt(alheios.size())) + "}");
            return Envelope.ler(Json.escrever(Json.MAPPER.createObjectNode().put("seq", certa.seq()).put("op", texto)));
        }).toList();
        assertTrue(numeradas.stream().anyMatch(envelope -> envelope.op() == null));
        assertEquals(seqs(numeradas), entregarEmbaralhadas(numeradas, replica1, new Random(semente)));
        List<Envelope> doDiario = numeradas.stream().map(envelope -> Envelope.ler(envelope.json())).toList();
        assertEquals(seqs(numeradas), entregarEmbaralhadas(doDiario, replica2, new Random(-semente)));
        assertEquals(EstadoDoBanco.de(referencia), EstadoDoBanco.de(replica1.banco()));
        assertEquals(EstadoDoBanco.de(referencia), EstadoDoBanco.de(replica2.banco()));
    }

    @Test
    @DisplayName("um id_msg que o sequenciador esqueceu e numerou de novo ainda é reconhecido pelo banco")
    void bancoReconheceRepeticao() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        entregar(replica1, new Envelope(1, op));
        assertEquals(Situacao.DUPLICADA, entregar(replica1, new Envelope(2, op)).get(0).resultado().situacao());
        assertEquals(2, replica1.seguidor().ultimo());
        assertEquals(new BigDecimal("10.00"), replica1.banco().saldo("ana"));
    }

    @Test
    @DisplayName("o número de outra operação com um id_msg já usado gasta-se, e nada muda em réplica nenhuma")
    void idRepetidoNaOrdem() {
        Operacao primeira = deposito("ana", BigDecimal.TEN);
        Operacao outra = new Operacao(primeira.id_msg(), Tipo.SAQUE, "ana", null, BigDecimal.ONE);
        List<Envelope> ordem = List.of(new Envelope(1, primeira), new Envelope(2, outra),
                new Envelope(3, deposito("bia", BigDecimal.ONE)));
        ordem.forEach(envelope -> entregar(replica1, envelope));
        assertEquals(3, replica1.seguidor().ultimo());
        assertEquals(Map.of("ana", new BigDecimal("10.00"), "bia", new BigDecimal("1.00")), replica1.banco().saldos());
        entregar(replica2, ordem.get(0));
        adotar(replica2, replica2.banco()); // pelo instantâneo, é o mesmo
        assertTrue(entregar(replica2, ordem.get(1)).get(0).resultado().idRepetido());
        entregar(replica2, ordem.get(2));
        assertEquals(EstadoDoBanco.de(replica1.banco()), EstadoDoBanco.de(replica2.banco()));
    }

    @Test
    @DisplayName("volta de onde estava, e só aplica o que é novo")
    void voltaDeOndeEstava() {
        List<Envelope> numeradas = numerar(carga(1));
        numeradas.subList(0, 120).forEach(envelope -> entregar(replica1, envelope));
        Entrega reiniciada = new Entrega(replica1.banco(), replica1.seguidor().historia(), replica1.seguidor().ultimo());
        assertEquals(80, numeradas.stream().mapToInt(envelope -> entregar(reiniciada, envelope).size()).sum());
        numeradas.forEach(envelope -> entregar(replica2, envelope));
        assertEquals(replica2.banco().resumo(), reiniciada.banco().resumo());
    }

    @Test
    @DisplayName("não mistura os números de um sequenciador que recomeçou do zero com os de antes")
    void outraHistoria() {
        numerar(carga(1)).forEach(envelope -> entregar(replica1, envelope));
        String antes = replica1.banco().resumo();
        assertEquals(List.of(), entregar(replica1, new Envelope(201, deposito("ana", BigDecimal.TEN), "outra")));
        assertTrue(replica1.seguidor().outraHistoria());
        assertEquals(antes, replica1.banco().resumo());
    }

    @Test
    @DisplayName("uma foto troca o estado inteiro, também os id_msg lembrados")
    void adotaUmaFoto() {
        Operacao op = deposito("ana", BigDecimal.TEN);
        entregar(replica1, new Envelope(1, op));
        adotar(replica2, replica1.banco());
        assertEquals(replica1.banco().resumo(), replica2.banco().resumo());
        assertEquals(Situacao.DUPLICADA, replica2.aplicar(new Envelope(2, op)).resultado().situacao());
    }

    // ───── Os núcleos, sem rede ─────

    /** Um sequenciador e uma réplica: o que cada um diz fica escrito, e só chega ao outro se o teste o levar. */
    private static final class Cena implements Sequenciador.Saida<String>, Copia.Saida {

        private final List<String> disse = new ArrayList<>();
        private final List<String> difundidas = new ArrayList<>();
        private ObjectNode pedido;
        private final Sequenciador<String> sequenciador = new Sequenciador<>(Diario.naMemoria(), "h", false, this);
        private final Copia replica = new Copia(Diario.naMemoria(), this);

        /** Chega a operação de um cliente. */
        private void pede(String cliente, Operacao op) {
            assertNull(sequenciador.atender(cliente, op.json().getBytes(StandardCharsets.UTF_8)));
        }

        /** @return o que se disse numa volta do laço do sequenciador */
        private List<String> volta(long agora) {
            disse.clear();
            sequenciador.passo(agora);
            return List.copyOf(disse);
        }

        @Override
        public void responder(String cliente, String texto) {
            disse.add(cliente + ": " + texto);
        }

        @Override
        public void difundir(String envelope) {
            disse.add("difunde " + Envelope.ler(envelope).seq());
            difundidas.add(envelope);
        }

        @Override
        public String estado() {
            throw new AssertionError("ninguém pergunta");
        }

        @Override
        public void pedir(ObjectNode pedido) {
            this.pedido = pedido;
        }

        @Override
        public void aplicada(Aplicada aplicada, Banco banco) {
            disse.add("aplica " + aplicada.seq());
        }

        @Override
        public void adiantada(Envelope envelope, long falta) {
            disse.add("espera " + falta);
        }

        @Override
        public void recusada(MensagemInvalida erro) {
            disse.add("recusa");
        }

        @Override
        public void decidiu(String evento, Envelope envelope) {
            // é para o registro
        }

        @Override
        public void registrar(String evento, Object... pares) {
            // é para o registro
        }
    }

    @Test
    @DisplayName("o sequenciador nada diz antes de gravar; depois difunde e responde, por ordem, e à repetida só responde")
    void nadaSeDizAntesDeGravar() {
        Cena cena = new Cena();
        Operacao op = deposito("ana", BigDecimal.TEN);
        cena.pede("c1", op);
        cena.pede("c2", deposito("bia", BigDecimal.ONE));
        cena.pede("c1", op);
        assertEquals(List.of(), cena.disse);
        assertEquals(List.of("difunde 1", "c1: OK seq=1", "difunde 2", "c2: OK seq=2", "c1: OK seq=1"), cena.volta(1_000));
        assertEquals(List.of(), cena.volta(1_000 + Ordem.REPETIR_MS));
        assertEquals(List.of("difunde 2"), cena.volta(1_001 + Ordem.REPETIR_MS), "repete o último");
    }

    @Test
    @DisplayName("a réplica que perdeu algo pede-o, e só aplica, tudo de uma vez e por ordem, depois de gravar")
    void pedeOQueFalta() {
        Cena cena = new Cena();
        carga(1).subList(0, 5).forEach(op -> cena.pede("c", op));
        cena.volta(1_000);
        cena.disse.clear();
        cena.replica.difundido(cena.difundidas.get(4).getBytes(StandardCharsets.UTF_8));
        cena.replica.passo(1_000, true);
        assertEquals(List.of("espera 1"), cena.disse);
        assertEquals("falta o número 1, e não o peço: espero por ele", cena.replica.parada(true));
        cena.replica.passo(1_000, false);
        byte[] pedido = Json.escrever(cena.pedido).getBytes(StandardCharsets.UTF_8);
        cena.replica.respondido(cena.sequenciador.atender("r", pedido).getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("espera 1"), cena.disse, "ainda não gravou");
        cena.replica.passo(1_001, false);
        assertEquals(List.of("espera 1", "aplica 1", "aplica 2", "aplica 3", "aplica 4", "aplica 5"), cena.disse);
        Banco banco = new Banco();
        carga(1).subList(0, 5).forEach(banco::aplicar);
        assertEquals(banco.saldos(), cena.replica.banco().saldos());
        assertNull(cena.replica.parada(false));
    }

    // ───── Ferramentas ─────

    private static List<Operacao> carga(long semente) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(semente, 3, 200).forEachRemaining(ops::add);
        return ops;
    }

    private List<Envelope> numerar(List<Operacao> ops) {
        return ops.stream().map(ordem::ordenar).toList();
    }

    private static List<Aplicada> entregar(Entrega replica, Envelope envelope) {
        return replica.seguidor().receber(envelope).stream().map(replica::aplicar).toList();
    }

    /** Adota o instantâneo deste banco, em que está só a primeira operação. */
    private static void adotar(Entrega replica, Banco banco) {
        ObjectNode estado = EstadoDoBanco.de(banco);
        replica.adotar(new Seguidor.Foto(1, estado), EstadoDoBanco.ler(estado));
    }

    /** Entrega em ordem nenhuma, metade delas duas vezes. @return os números do que se aplicou, por ordem de aplicação */
    private static List<Long> entregarEmbaralhadas(List<Envelope> numeradas, Entrega replica, Random sorte) {
        List<Envelope> chegadas = new ArrayList<>(numeradas);
        chegadas.addAll(numeradas.subList(50, 150));
        Collections.shuffle(chegadas, sorte);
        return chegadas.stream().flatMap(e -> entregar(replica, e).stream()).map(Aplicada::seq).toList();
    }

    private static List<Long> seqs(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::seq).toList();
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo3Test.class);
    }
}
