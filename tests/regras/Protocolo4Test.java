///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, a regra: confirma-se e promove-se só com quem está em dia, e quem foi deposto já não é ouvido.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/disco/DobraDoBanco.java DiscoQueFica.java ../../part4/Witness.java ../../part4/regra/Nucleo.java
//SOURCES ../../shared/disco/EstadoDoBanco.java ../../shared/disco/Lote.java ../../shared/ordem/Historico.java
//SOURCES ../../shared/ordem/Seguidor.java ../../shared/papel/Carga.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static shared.Operacao.transferencia;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part4.Witness;
import part4.regra.Identidade;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.DaTestemunha;
import part4.regra.Mensagens.Difundida;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Nodo;
import part4.regra.Nucleo;
import part4.regra.Visao;
import part4.regra.Visoes;
import shared.Banco;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.texto.Falha;
import tests.Testes;

@DisplayName("Protocolo da parte 4: primário, backups e testemunha")
class Protocolo4Test {

    private static final String DISCO_CHEIO = "o disco de p falhou (cheio): recuso novas operações; o que foi confirmado"
            + " está a salvo. Libere espaço e reinicie este processo";

    private final Rede rede = new Rede();

    // ───── Confirmar ─────

    @Test
    @DisplayName("nada se responde antes de estar no disco do primário; sem testemunha, também nada se difunde")
    void primeiroODisco() {
        No p = rede.semTestemunha("p").get(0);
        p.disco.lento = true;
        Pedido pedido = p.pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(60);
        assertNull(pedido.resposta);
        assertEquals(0, p.difundidas);
        p.disco.porGravar.run();
        p.passo();
        assertEquals("OK seq=1 resultado=APLICADA", pedido.resposta);
        assertEquals(1, p.difundidas);
    }

    @Test
    @DisplayName("com testemunha, os dois discos gravam ao mesmo tempo; e só se responde quando os dois têm")
    void osDiscosAoMesmoTempo() {
        List<No> nos = rede.comTestemunha("p", "b");
        nos.get(0).disco.lento = true;
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("o backup ter", () -> nos.get(1).noDisco() == 1);
        Pedido leitura = nos.get(0).ler("ana");
        rede.passar(3_000);
        assertNull(pedido.resposta);
        assertNull(leitura.resposta, "o que não está confirmado não se lê");
        assertEquals(2, rede.visao().emDia().size(), "quem grava depressa não sai da visão por isso");
        nos.get(0).disco.porGravar.run();
        nos.get(0).passo();
        assertEquals(List.of("OK seq=1 resultado=APLICADA", "10.00"), List.of(pedido.resposta, leitura.resposta));
    }

    @Test
    @DisplayName("os números que o primário difundiu e o seu disco não chegou a ter não se dão a outras")
    void naoReusaOsNumeros() {
        List<No> nos = rede.comTestemunha("p", "b");
        nos.get(0).disco.lento = true;
        Operacao perdida = deposito("ana", BigDecimal.TEN);
        nos.get(0).pedir(perdida);
        rede.ate("o backup ter", () -> nos.get(1).noDisco() == 1);
        nos.get(0).disco.lento = false;
        nos.get(0).reiniciar();
        Pedido outra = nos.get(0).pedirQuandoPrimario(deposito("bia", BigDecimal.ONE));
        rede.ate("a resposta", () -> outra.resposta != null);
        assertEquals("OK seq=1 resultado=APLICADA", outra.resposta);
        assertEquals(2, nos.get(0).nodo.epoca());
        nos.forEach(no -> assertEquals(Map.of("bia", new BigDecimal("1.00")), no.nodo.banco().saldos()));
        assertTrue(nos.get(1).registrou("descartar", "ate, 1"));
        Pedido repetida = nos.get(0).pedir(perdida);
        rede.ate("a resposta", () -> repetida.resposta != null);
        assertEquals("OK seq=2 resultado=APLICADA", repetida.resposta);
    }

    @Test
    @DisplayName("síncrona: só responde quando o backup em dia tem a operação no disco")
    void sincrona() {
        List<No> nos = rede.comTestemunha("p", "b");
        rede.cortar("p", "b");
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(500);
        assertNull(pedido.resposta);
        rede.ligar("p", "b");
        rede.ate("a resposta", () -> pedido.resposta != null);
        assertEquals("OK seq=1 resultado=APLICADA", pedido.resposta);
        assertEquals(1, nos.get(1).noDisco());
    }

    @Test
    @DisplayName("assíncrona: responde sem esperar pelo backup")
    void assincrona() {
        rede.assincrona = true;
        No p = rede.comTestemunha("p", "b").get(0);
        rede.cortar("p", "b");
        Pedido pedido = p.pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(60);
        assertEquals("OK seq=1 resultado=APLICADA", pedido.resposta);
    }

    @Test
    @DisplayName("uma recusa também é numerada e repassada, e a resposta diz o motivo")
    void recusa() {
        List<No> nos = rede.comTestemunha("p", "b");
        Pedido pedido = nos.get(0).pedir(saque("ana", BigDecimal.ONE));
        rede.passar(200);
        assertEquals("OK seq=1 resultado=RECUSADA (saldo insuficiente: ana tem 0.00)", pedido.resposta);
        assertEquals(EstadoDoBanco.de(nos.get(0).nodo.banco()), EstadoDoBanco.de(nos.get(1).nodo.banco()));
    }

    @Test
    @DisplayName("um pedido repetido vale uma vez, recebe o mesmo resultado, e também espera pelo backup")
    void repetido() {
        List<No> nos = rede.comTestemunha("p", "b");
        Operacao op = deposito("ana", BigDecimal.TEN);
        rede.cortar("p", "b");
        List<Pedido> duas = List.of(nos.get(0).pedir(op), nos.get(0).pedir(op));
        rede.passar(300);
        assertNull(duas.get(1).resposta);
        rede.ligar("p", "b");
        rede.ate("as respostas", () -> duas.get(1).resposta != null);
        assertEquals("OK repetida resultado=APLICADA", duas.get(1).resposta);
        assertEquals(List.of(1L, 1L), List.of(nos.get(0).nodo.ultimo(), nos.get(1).nodo.ultimo()));
    }

    @Test
    @DisplayName("outra operação com o mesmo id_msg é um erro, que também espera pelo backup; e ele, ao assumir, di-lo")
    void idRepetido() {
        List<No> nos = rede.comTestemunha("p", "b");
        Operacao op = deposito("ana", BigDecimal.TEN);
        Operacao outra = new Operacao(op.id_msg(), Operacao.Tipo.SAQUE, "ana", null, BigDecimal.ONE);
        rede.cortar("p", "b");
        List<Pedido> duas = List.of(nos.get(0).pedir(op), nos.get(0).pedir(outra));
        rede.passar(300);
        assertNull(duas.get(1).resposta, "a primeira ainda pode perder-se");
        rede.ligar("p", "b");
        rede.ate("as respostas", () -> duas.get(1).resposta != null);
        String erro = "ERRO id_repetido: o id_msg " + op.id_msg() + " já é de DEPOSITO 10.00 ana, e agora veio com"
                + " SAQUE 1.00 ana; a uma operação nova dê um id_msg novo";
        assertEquals(List.of("OK seq=1 resultado=APLICADA", erro), duas.stream().map(p -> p.resposta).toList());
        rede.ate("b em dia", () -> nos.get(0).nodo.visao().emDia().size() == 2 && nos.get(1).nodo.ultimo() == 1);
        nos.get(0).matar();
        rede.ate("b assume", () -> nos.get(1).nodo.primario());
        Pedido deNovo = nos.get(1).pedir(outra);
        rede.ate("a resposta", () -> deNovo.resposta != null);
        assertEquals(erro, deNovo.resposta);
        assertEquals(new BigDecimal("10.00"), nos.get(1).nodo.banco().saldo("ana"));
    }

    @Test
    @DisplayName("um backup não atende, e diz quem é o primário")
    void backupNaoAtende() {
        No b = rede.comTestemunha("p", "b").get(1);
        Pedido pedido = b.pedir(deposito("ana", BigDecimal.TEN));
        Pedido leitura = b.ler("ana");
        rede.passar(40);
        assertEquals("ERRO nao-primario: o primário é p#1 em p:1", pedido.resposta);
        assertEquals(pedido.resposta, leitura.resposta);
    }

    // ───── Entrar e sair do conjunto em dia ─────

    @Test
    @DisplayName("um backup calado sai em voz alta, e só depois que a testemunha registra a visão sem ele")
    void calado() {
        List<No> nos = rede.comTestemunha("p", "b");
        nos.get(1).parado = true;
        rede.cortar("p", "t");
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(5_000);
        assertNull(pedido.resposta, "sem a testemunha, não o pode tirar");
        rede.ligar("p", "t");
        rede.ate("a resposta", () -> pedido.resposta != null);
        assertEquals(Set.of("p#1"), rede.visao().emDia());
        assertTrue(nos.get(0).registrou("visao", "sairam, [b#1]"), () -> nos.get(0).eventos.toString());
    }

    @Test
    @DisplayName("sem testemunha, o primário decide sozinho tirá-lo, também em voz alta; quando volta, entra")
    void caladoSemTestemunha() {
        List<No> nos = rede.semTestemunha("p", "b");
        assertEquals(2, nos.get(0).nodo.visao().emDia().size());
        nos.get(1).parado = true;
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(500);
        assertNull(pedido.resposta);
        rede.ate("a resposta", () -> pedido.resposta != null);
        assertTrue(nos.get(0).registrou("visao", "sairam, [b#1]"));
        nos.get(1).parado = false;
        rede.ate("em dia", () -> nos.get(0).nodo.visao().emDia().size() == 2);
        assertEquals(1, nos.get(1).noDisco());
    }

    @ParameterizedTest(name = "{0} ms de rede")
    @ValueSource(ints = {0, 20, 60, 200})
    @DisplayName("com operações sem parar, um backup novo põe-se em dia e entra, demore a rede o que demorar")
    void entraComCarga(int latencia) {
        No p = rede.comTestemunha("p").get(0);
        rede.latencia = latencia;
        No b = rede.novo("b", false);
        List<Pedido> pedidos = new ArrayList<>();
        for (int i = 0; i < 500 && rede.visao().emDia().size() == 1; i++) {
            pedidos.add(p.pedir(deposito("ana", BigDecimal.ONE)));
            rede.passo();
        }
        assertEquals(Set.of("p#1", "b#1"), rede.visao().emDia());
        rede.passar(2_000);
        assertTrue(pedidos.stream().allMatch(pedido -> pedido.resposta.startsWith("OK")));
        assertEquals(p.nodo.banco().resumo(), b.nodo.banco().resumo());
    }

    @Test
    @DisplayName("quem foi proposto é esperado desde a proposta, ainda que a resposta da testemunha se perca")
    void propostoEEsperado() {
        List<No> nos = propostoSemResposta();
        nos.get(1).parado = true;
        Pedido escrita = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        Pedido leitura = nos.get(0).ler("ana");
        rede.passar(900);
        assertEquals(Set.of("p#1", "b#1"), rede.visao().emDia(), "a testemunha registrou-o");
        assertEquals(1, nos.get(0).nodo.visao().emDia().size(), "e o primário não o sabe");
        assertNull(escrita.resposta);
        assertNull(leitura.resposta, "b pode já ser primário: sozinho, p não pode ler");
    }

    @Test
    @DisplayName("a leitura de um primário deposto sem o saber nunca é velha")
    void leituraDeDeposto() {
        List<No> nos = propostoSemResposta();
        rede.cortar("p", "b");
        rede.ate("b promovido", () -> nos.get(1).nodo.primario());
        Pedido escrita = nos.get(1).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a escrita", () -> escrita.resposta != null);
        Pedido leitura = nos.get(0).ler("ana");
        rede.passar(900);
        assertNull(leitura.resposta);
        rede.ligar("p", "t");
        rede.ate("a leitura", () -> leitura.resposta != null);
        assertTrue(leitura.resposta.startsWith("ERRO nao-primario"));
    }

    /** O primário propôs b, a testemunha registrou-o, mas o primário nunca soube. */
    private List<No> propostoSemResposta() {
        No p = rede.comTestemunha("p").get(0);
        No b = rede.novo("b", false);
        rede.cortarSo("t", "p");
        rede.ate("b proposto", () -> rede.visao().emDia().size() == 2);
        rede.cortar("p", "t");
        return List.of(p, b);
    }

    // ───── Trocar de primário ─────

    @Test
    @DisplayName("morto o primário, quem está em dia assume noutra época, com o que se confirmou e os resultados de antes")
    void promovido() {
        List<No> nos = rede.comTestemunha("p", "b");
        Operacao op = saque("ana", BigDecimal.TEN);
        Pedido antes = nos.get(0).pedir(op);
        nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(200);
        nos.get(0).matar();
        rede.ate("a promoção", () -> nos.get(1).nodo.primario());
        Pedido depois = nos.get(1).pedir(op);
        Pedido nova = nos.get(1).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(200);
        assertEquals(antes.resposta.replace("seq=1", "repetida"), depois.resposta);
        assertEquals("OK seq=3 resultado=APLICADA", nova.resposta);
        assertEquals(List.of(2L, new BigDecimal("20.00")),
                List.of(nos.get(1).nodo.epoca(), nos.get(1).nodo.banco().saldo("ana")));
    }

    @Test
    @DisplayName("quem saiu do conjunto em dia não é promovido, ainda que seja o único vivo; o primário que volta segue")
    void soQuemEstaEmDia() {
        List<No> nos = rede.comTestemunha("p", "b");
        nos.get(1).parado = true;
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a resposta", () -> pedido.resposta != null);
        nos.get(0).matar();
        nos.get(1).parado = false;
        rede.passar(5_000);
        assertFalse(nos.get(1).nodo.primario());
        nos.get(0).iniciar();
        rede.ate("em dia", () -> rede.visao().emDia().size() == 2);
        assertEquals("p#1", rede.visao().primario());
        assertEquals(new BigDecimal("10.00"), nos.get(1).nodo.banco().saldo("ana"));
    }

    @Test
    @DisplayName("o primário deposto responde nao-primario, descarta em voz alta o que não confirmou, e segue o novo")
    void deposto() {
        List<No> nos = rede.comTestemunha("p", "b", "c");
        rede.isolar("p");
        Pedido perdido = nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.ate("a promoção", () -> nos.get(1).nodo.primario());
        Pedido feito = nos.get(1).pedir(deposito("bia", BigDecimal.TEN));
        rede.ate("a resposta", () -> feito.resposta != null);
        assertNull(perdido.resposta);
        rede.ligarTudo();
        rede.ate("p em dia", () -> rede.visao().emDia().size() == 3);
        assertEquals("ERRO nao-primario: o primário é b#1 em b:1", perdido.resposta);
        assertTrue(nos.get(0).registrou("descer", "sem_confirmar, 1") && nos.get(0).registrou("descartar", "ate, 1"));
        nos.forEach(no -> assertEquals(Map.of("bia", new BigDecimal("10.00")), no.nodo.banco().saldos()));
        nos.get(0).reiniciar();
        assertEquals(Map.of("bia", new BigDecimal("10.00")), nos.get(0).nodo.banco().saldos(), "também no disco");
    }

    @Test
    @DisplayName("o deposto cujo diário é um começo do novo não descarta nada: recebe só o que lhe falta")
    void depostoSemResto() {
        List<No> nos = rede.comTestemunha("p", "b");
        Pedido um = nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.ate("a resposta", () -> um.resposta != null);
        nos.get(0).parado = true;
        rede.ate("a promoção", () -> nos.get(1).nodo.primario());
        nos.get(1).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(100);
        nos.get(0).parado = false;
        rede.ate("p em dia", () -> rede.visao().emDia().size() == 2);
        assertFalse(nos.get(0).registrou("descartar", ""));
        assertEquals(new BigDecimal("11.00"), nos.get(0).nodo.banco().saldo("ana"));
    }

    @Test
    @DisplayName("o que um primário de época menor ainda difunde não é ouvido, nem confirmado")
    void epocaMenor() {
        List<No> nos = rede.comTestemunha("p", "b", "c");
        rede.cortar("p", "t");
        rede.cortar("p", "b");
        rede.ate("b promovido, c com ele", () -> nos.get(1).nodo.primario() && nos.get(2).nodo.epoca() == 2);
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.ONE)); // ainda fala com c
        rede.passar(3_000);
        assertNull(pedido.resposta);
        assertEquals(0, nos.get(2).nodo.ultimo());
    }

    @Test
    @DisplayName("sem testemunha ninguém assume sozinho; promovido à mão, depõe o antigo quando ele volta")
    void promoverAMao() {
        List<No> nos = rede.semTestemunha("p", "b");
        Pedido um = nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.ate("a resposta", () -> um.resposta != null);
        nos.get(0).matar();
        rede.passar(10_000);
        assertFalse(nos.get(1).nodo.primario());
        nos.get(0).iniciar();
        nos.get(1).promover();
        nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        assertTrue(nos.get(0).nodo.primario(), "ainda não foi avisado");
        rede.ate("p em dia", () -> nos.get(1).nodo.visao().emDia().size() == 2);
        assertFalse(nos.get(0).nodo.primario());
        assertEquals(new BigDecimal("1.00"), nos.get(0).nodo.banco().saldo("ana"));
        rede.cortar("p", "b");
        nos.get(0).reiniciar();
        assertFalse(nos.get(0).nodo.primario(), "lembra que foi deposto");
        assertTrue(nos.get(0).nodo.parada().startsWith("já não sou o primário: b#1 "), nos.get(0).nodo::parada);
        Pedido recusado = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        assertTrue(recusado.resposta.startsWith("ERRO parado: já não sou o primário"), recusado.resposta);
        rede.ligarTudo();
        rede.ate("p segue b", () -> nos.get(0).nodo.parada() == null);
    }

    @Test
    @DisplayName("uma testemunha mais velha do que o que já se viu sem ela, ou que espera por quem esqueceu tudo: diz-se que"
            + " se parou, e porquê")
    void testemunhaVelha() {
        No p = rede.comTestemunha("p", "b").get(0);
        rede.ate("p primário", p.nodo::primario);
        assertNull(p.nodo.parada());
        p.matar();
        p.disco.meta.put("epoca", 9);
        p.iniciar();
        rede.ate("parado", () -> p.nodo.parada() != null);
        assertTrue(p.nodo.parada().contains("e eu já estive na 9, sem ela"), p.nodo::parada);
        assertTrue(p.pedir(deposito("ana", BigDecimal.ONE)).resposta.startsWith("ERRO parado: a testemunha está na época "));

        rede.isolar("p");
        p.esquecer("2");
        p.nucleo.doJuiz(dita(new Visao(1, 1, "p#1", "p:1", "p:2", Set.of("p#1"))));
        assertTrue(p.nodo.parada().startsWith("a testemunha espera por p#1, que era eu antes de esquecer tudo"),
                p.nodo::parada);
        p.nucleo.doJuiz(dita(new Visao(2, 2, "b#1", "b:1", "b:2", Set.of("b#1"))));
        assertNull(p.nodo.parada());
        p.disco.cheio = true;
        p.nucleo.doJuiz(dita(new Visao(3, 3, "b#1", "b:1", "b:2", Set.of("b#1"))));
        assertEquals("disco: " + DISCO_CHEIO, p.nodo.parada());
    }

    private static byte[] dita(Visao visao) {
        return new DaTestemunha(visao).json().getBytes(UTF_8);
    }

    @Test
    @DisplayName("um primário que não pode guardar que foi deposto não diz que sim: reiniciado, é avisado outra vez")
    void deporSemDisco() {
        List<No> nos = rede.semTestemunha("p", "b");
        nos.get(0).disco.cheio = true;
        nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.passar(60);
        nos.get(1).promover();
        String naoPode = "ERRO disco: falhou, e não posso guardar que há outro primário";
        rede.ate("avisado", () -> nos.get(0).respostas.contains(naoPode));
        nos.get(0).disco.cheio = false;
        nos.get(0).reiniciar();
        assertTrue(nos.get(0).nodo.primario());
        rede.ate("deposto", () -> !nos.get(0).nodo.primario());
        assertTrue(nos.get(0).respostas.contains("OK"));
    }

    @Test
    @DisplayName("não se promove quem nunca seguiu um primário: o banco dele está vazio")
    void promoverOVazio() {
        rede.cortar("p", "b");
        No vazio = rede.novo("b", false);
        assertThrows(Falha.class, vazio::promover);
    }

    // ───── Reiniciar ─────

    @Test
    @DisplayName("um primário que reinicia logo segue primário, noutra época, com o que tinha no disco, e confirma-o")
    void reinicia() {
        List<No> nos = rede.comTestemunha("p", "b");
        rede.cortar("p", "b");
        Operacao op = deposito("ana", BigDecimal.TEN);
        nos.get(0).pedir(op);
        rede.passar(60);
        nos.get(0).reiniciar();
        Pedido outra = nos.get(0).pedirQuandoPrimario(op);
        rede.passar(100);
        assertNull(outra.resposta, "b ainda não a tem");
        rede.ligar("p", "b");
        rede.ate("a resposta", () -> outra.resposta != null);
        assertEquals("OK repetida resultado=APLICADA", outra.resposta);
        assertEquals(List.of(2L, 1L), List.of(nos.get(0).nodo.epoca(), nos.get(1).nodo.ultimo()));
    }

    @Test
    @DisplayName("o que não chegou ao disco morre com o processo, e não volta")
    void semDiscoNaoVolta() {
        No p = rede.comTestemunha("p").get(0);
        p.pedir(deposito("ana", BigDecimal.TEN));
        p.reiniciar();
        rede.ate("primário", p.nodo::primario);
        assertEquals(0, p.nodo.ultimo());
        Pedido pedido = p.pedir(deposito("ana", BigDecimal.ONE));
        rede.passar(60);
        assertEquals("OK seq=1 resultado=APLICADA", pedido.resposta);
    }

    @Test
    @DisplayName("um backup que reinicia, com ou sem foto no diário, põe-se em dia com o que lhe falta")
    void backupReinicia() {
        List<No> nos = rede.comTestemunha("p", "b");
        nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.passar(100);
        nos.get(1).fotografar();
        nos.get(1).matar();
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a resposta", () -> pedido.resposta != null);
        nos.get(1).iniciar();
        rede.ate("em dia", () -> rede.visao().emDia().size() == 2);
        assertEquals(nos.get(0).nodo.estado(), nos.get(1).nodo.estado());
    }

    @Test
    @DisplayName("depois que o primário reinicia, quem não tem tudo o que ele já confirmou não entra no conjunto em dia")
    void reiniciadoNaoAceitaAtrasado() {
        List<No> nos = rede.comTestemunha("p", "b", "c");
        rede.cortar("p", "b");
        Pedido feito = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a resposta", () -> feito.resposta != null);
        rede.cortar("p", "c");
        nos.get(0).reiniciar(); // já não sabe até onde confirmou
        rede.ligar("p", "b");
        rede.cortarSo("p", "b"); // ouve b, mas b não o ouve
        rede.passar(800);
        assertEquals(0, nos.get(1).nodo.ultimo());
        assertEquals(Set.of("p#1", "c#1"), rede.visao().emDia());
    }

    // ───── Ler ─────

    @Test
    @DisplayName("uma leitura espera que os backups em dia ainda sigam este primário, e que o que ela viu esteja confirmado")
    void leituraEsperaUmaRonda() {
        List<No> nos = rede.comTestemunha("p", "b");
        Pedido escrita = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        Pedido leitura = nos.get(0).ler("ana");
        rede.ate("a leitura", () -> leitura.resposta != null);
        assertEquals("10.00", leitura.resposta);
        assertTrue(escrita.resposta != null);
        rede.cortar("p", "b");
        Pedido outra = nos.get(0).ler("ana");
        rede.passar(500);
        assertNull(outra.resposta);
        rede.ligar("p", "b");
        rede.ate("a outra", () -> outra.resposta != null);
    }

    @Test
    @DisplayName("também depois que o primário reinicia: as rondas de antes não contam")
    void rondasDeAntes() {
        List<No> nos = rede.comTestemunha("p", "b");
        for (int i = 0; i < 20; i++) {
            nos.get(0).ler("ana");
            rede.passar(40);
        }
        nos.get(0).reiniciar();
        rede.ate("primário", nos.get(0).nodo::primario);
        rede.passar(300);
        rede.cortar("p", "b");
        Pedido leitura = nos.get(0).ler("ana");
        rede.passar(500);
        assertNull(leitura.resposta);
    }

    @Test
    @DisplayName("e depois que outro assume: as rondas do primário anterior não contam")
    void rondasDoAnterior() {
        List<No> nos = rede.comTestemunha("p", "b", "c");
        for (int i = 0; i < 20; i++) {
            nos.get(0).ler("ana");
            rede.passar(40);
        }
        nos.get(0).matar();
        rede.ate("b promovido, c em dia", () -> nos.get(1).nodo.primario() && rede.visao().emDia().size() == 2);
        rede.passar(300);
        rede.cortar("b", "c");
        Pedido leitura = nos.get(1).ler("ana");
        rede.passar(500);
        assertNull(leitura.resposta);
    }

    @Test
    @DisplayName("um corte só do primário para o backup: as notícias chegam, mas quem não ouve sai, e as escritas seguem")
    void corteDeUmLadoSo() {
        List<No> nos = rede.comTestemunha("p", "b");
        rede.cortarSo("p", "b");
        Pedido escrita = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a resposta", () -> escrita.resposta != null);
        assertEquals(Set.of("p#1"), rede.visao().emDia());
        rede.ligarTudo();
        rede.ate("b em dia", () -> rede.visao().emDia().size() == 2);
    }

    @Test
    @DisplayName("o mesmo, quando só há leituras: o backup tem tudo, mas não diz que ainda nos segue")
    void corteDeUmLadoSoComLeituras() {
        List<No> nos = rede.comTestemunha("p", "b");
        rede.cortarSo("p", "b");
        Pedido leitura = nos.get(0).ler("ana");
        rede.ate("a leitura", () -> leitura.resposta != null);
        assertEquals(Set.of("p#1"), rede.visao().emDia());
        assertEquals("0.00", nos.get(0).ler("ana").resposta);
    }

    // ───── Disco ─────

    @Test
    @DisplayName("o disco falha com uma operação já difundida: não a recusa, porque os backups a têm")
    void discoCheioDepoisDeDifundir() {
        List<No> nos = rede.comTestemunha("p", "b");
        rede.cortarSo("b", "p");
        Pedido difundido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.passar(60);
        nos.get(0).disco.cheio = true;
        Pedido novo = nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.passar(60);
        assertEquals("ERRO nao-primario: o disco deste servidor falhou", difundido.resposta);
        assertEquals(difundido.resposta, novo.resposta, "difundiu-se antes de o disco falhar");
        assertEquals("ERRO disco: " + DISCO_CHEIO, nos.get(0).pedir(deposito("ana", BigDecimal.ONE)).resposta);
        assertEquals(difundido.resposta, nos.get(0).pedir(difundido.op).resposta);
        rede.ate("a promoção", () -> nos.get(1).nodo.primario());
        assertEquals("OK repetida resultado=APLICADA", nos.get(1).pedir(difundido.op).resposta);
    }

    @Test
    @DisplayName("com o disco cheio o primário recusa o que não difundiu, e o backup assume com tudo o que se confirmou")
    void discoCheioNoPrimario() {
        List<No> nos = rede.comTestemunha("p", "b");
        Pedido feito = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a resposta", () -> feito.resposta != null);
        nos.get(0).disco.cheio = true;
        Pedido difundido = nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        rede.passar(60);
        assertEquals("ERRO nao-primario: o disco deste servidor falhou", difundido.resposta);
        Pedido recusado = nos.get(0).pedir(deposito("ana", BigDecimal.ONE));
        Pedido leitura = nos.get(0).ler("ana");
        rede.ate("a promoção", () -> nos.get(1).nodo.primario());
        assertEquals(List.of("ERRO disco: " + DISCO_CHEIO, "ERRO disco: " + DISCO_CHEIO),
                List.of(recusado.resposta, leitura.resposta));
        assertEquals(new BigDecimal("11.00"), nos.get(1).nodo.banco().saldo("ana"));
        assertFalse(nos.get(0).nodo.primario());
    }

    @Test
    @DisplayName("o lote que chegou ao disco vale, ainda que se saiba ao mesmo tempo que o seguinte falhou")
    void oPrimeiroLoteVale() {
        No p = rede.semTestemunha("p").get(0);
        p.disco.lento = true;
        Pedido primeiro = p.pedir(deposito("ana", BigDecimal.TEN));
        p.passo();
        Pedido segundo = p.pedir(deposito("ana", BigDecimal.ONE));
        p.passo();
        p.disco.porGravar.run();
        p.disco.lento = false;
        p.disco.cheio = true;
        p.passo();
        assertEquals(List.of("OK seq=1 resultado=APLICADA", "ERRO disco: " + DISCO_CHEIO),
                List.of(primeiro.resposta, segundo.resposta));
        assertEquals(1, p.noDisco());
    }

    @Test
    @DisplayName("com o disco cheio um backup deixa de confirmar, e sai do conjunto em dia")
    void discoCheioNoBackup() {
        List<No> nos = rede.comTestemunha("p", "b");
        nos.get(1).disco.cheio = true;
        Pedido pedido = nos.get(0).pedir(deposito("ana", BigDecimal.TEN));
        rede.ate("a resposta", () -> pedido.resposta != null);
        assertEquals(Set.of("p#1"), rede.visao().emDia());
        assertEquals(0, nos.get(1).noDisco());
    }

    // ───── O sistema original ─────

    @Test
    @DisplayName("as atualizações simples aplicam-se como chegam; repetidas, valem uma vez; fora de ordem, divergem")
    void simples() {
        rede.semRecuperacao = true;
        No certo = rede.novo("b", false);
        No trocado = rede.novo("c", false);
        Operacao deposito = deposito("ana", BigDecimal.TEN);
        Operacao transferencia = transferencia("ana", "bia", BigDecimal.TEN);
        List.of(deposito, deposito, transferencia).forEach(certo.nucleo::simples);
        List.of(transferencia, deposito).forEach(trocado.nucleo::simples);
        assertEquals(new BigDecimal("10.00"), certo.nodo.banco().saldo("bia"));
        assertEquals(new BigDecimal("10.00"), trocado.nodo.banco().saldo("ana"));
        assertNotEquals(certo.nodo.banco().resumo(), trocado.nodo.banco().resumo());
    }

    @Test
    @DisplayName("com --semente, um backup nosso pede as numeradas: nada perde nem troca, e as leituras respondem")
    void formatoSemente() {
        rede.semente = true;
        rede.perdas = new Random(1);
        List<No> nos = rede.semTestemunha("p", "b");
        List<Pedido> pedidos = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            pedidos.add(nos.get(0).pedir(i % 3 == 0 ? saque("ana", BigDecimal.TEN) : deposito("ana", BigDecimal.ONE)));
            rede.passo();
        }
        Pedido leitura = nos.get(0).ler("ana");
        rede.ate("a leitura", () -> leitura.resposta != null);
        rede.ate("tudo", () -> pedidos.stream().allMatch(Pedido::ok) && nos.get(1).noDisco() == 200);
        assertEquals(nos.get(0).disco.entradas, nos.get(1).disco.entradas);
        assertEquals(nos.get(0).nodo.banco().resumo(), nos.get(1).nodo.banco().resumo());
    }

    // ───── Sob fogo ─────

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @DisplayName("mortes, pausas, cortes e perdas: o confirmado não se perde, nenhuma leitura é velha, todos convergem")
    void sobFogo(long semente) {
        Random sorte = new Random(semente);
        List<No> nos = rede.comTestemunha("p", "b", "c");
        List<Pedido> escritas = new ArrayList<>();
        List<Pedido> leituras = new ArrayList<>();
        rede.perdas = sorte;
        for (int passo = 0; passo < 3_000; passo++) {
            No no = nos.get(sorte.nextInt(3));
            switch (sorte.nextInt(300)) {
                case 0 -> no.matar();
                case 1 -> no.parado = true;
                case 2 -> rede.isolar(no.id);
                case 3 -> rede.cortar(no.id, nos.get(sorte.nextInt(3)).id);
                case 4 -> rede.cortar(no.id, "t");
                case 5, 6 -> rede.ligarTudo();
                case 7 -> no.reiniciar();
                case 8 -> no.fotografar();
                case 9 -> rede.reiniciarTestemunha();
                case 10 -> rede.latencia = sorte.nextInt(80);
                case 11, 12, 13 -> nos.forEach(No::levantar);
                default -> { }
            }
            if (no.emPe() && sorte.nextInt(3) == 0) {
                escritas.add(no.pedir(deposito("ana", BigDecimal.ONE)));
                Pedido leitura = no.ler("ana");
                leitura.aoMenos = escritas.stream().filter(Pedido::ok).count();
                leituras.add(leitura);
            }
            rede.passo();
        }
        rede.perdas = null;
        rede.ligarTudo();
        nos.forEach(No::levantar);
        rede.ate("todos em dia", () -> rede.visao().emDia().size() == 3);
        rede.ate("todos iguais", () -> nos.stream().map(no -> no.nodo.estado().toString()).distinct().count() == 1);
        Banco fim = nos.get(0).nodo.banco();
        Set<String> ids = new HashSet<>(List.copyOf(fim.lembradas().todas().keySet()));
        assertEquals(List.of(), escritas.stream().filter(p -> p.ok() && !ids.contains(p.op.id_msg()))
                .map(p -> p.resposta).toList());
        List<Pedido> lidas = leituras.stream().filter(l -> l.resposta != null && !l.resposta.startsWith("ERRO")).toList();
        lidas.forEach(l -> assertTrue(new BigDecimal(l.resposta).longValue() >= l.aoMenos, l.resposta + " < " + l.aoMenos));
        assertTrue(escritas.stream().filter(Pedido::ok).count() > 50 && lidas.size() > 50, "quase nada se confirmou");
        assertTrue(rede.visao().versao() > 2, "a visão mudou");
    }

    // ───── A testemunha ─────

    @Nested
    @DisplayName("A testemunha")
    class Testemunha {

        private final Visoes visoes = new Visoes(null);

        @Test
        @DisplayName("a primeira visão é a do primeiro que pode ser primário, sozinho; um backup não a começa")
        void primeira() {
            assertNull(noticia("b", false, 0));
            assertEquals(new Visao(1, 1, "p", "p:1", "p:2", Set.of("p")), noticia("p", true, 10));
            assertSame(visoes.atual(), noticia("q", true, 20), "um segundo já não é o primeiro");
        }

        @Test
        @DisplayName("só o primário propõe, sobre a visão atual, e sempre consigo nela")
        void propostas() {
            noticia("p", true, 0);
            assertEquals(1, propor("b", Set.of("b"), 1, 1).versao());
            assertEquals(1, propor("p", Set.of("b"), 1, 1).versao(), "sem ele");
            assertEquals(1, propor("p", Set.of("p", "b"), 0, 1).versao(), "de outra época");
            assertEquals(new Visao(1, 2, "p", "p:1", "p:2", Set.of("p", "b")), propor("p", Set.of("p", "b"), 1, 1));
            assertEquals(2, propor("p", Set.of("p"), 1, 1).versao(), "sobre uma visão velha");
            assertEquals(3, propor("p", Set.of("p"), 1, 2).versao());
        }

        @Test
        @DisplayName("calado o primário por mais de um segundo, assume um vivo que esteja em dia, sozinho, noutra época")
        void promove() {
            comDois();
            noticia("b", false, 900);
            noticia("c", false, 900);
            assertEquals(1, visoes.tique(1_000).epoca());
            assertEquals(new Visao(2, 3, "b", "b:1", "b:2", Set.of("b")), visoes.tique(1_101));
            assertEquals(2, propor("p", Set.of("p"), 1, 2).epoca(), "o deposto já não propõe");
        }

        @Test
        @DisplayName("se quem está em dia também se calou, ninguém assume, até que um deles volte")
        void ninguemAssume() {
            comDois();
            noticia("c", true, 5_000);
            assertEquals(1, visoes.tique(5_000).epoca());
            assertEquals("b", noticia("b", false, 6_000, true).primario());
        }

        @Test
        @DisplayName("se o primário volta primeiro, segue primário")
        void primarioVolta() {
            comDois();
            assertEquals("p", noticia("p", true, 60_000).primario());
            assertEquals(1, visoes.tique(60_500).epoca());
        }

        @Test
        @DisplayName("reiniciada, lembra a visão, e dá ao primário um prazo inteiro para dar notícia")
        void reiniciada() {
            comDois();
            Visoes outra = new Visoes(Visao.de(visoes.atual().json()));
            assertEquals(visoes.atual(), outra.atual());
            outra.noticia(new Pergunta("b", "b:1", "b:2", 1, 2, null, false, false), 500_000);
            outra.noticia(new Pergunta("b", "b:1", "b:2", 1, 2, null, false, false), 501_000);
            assertEquals(1, outra.atual().epoca());
            assertEquals("b", outra.tique(501_001).primario());
        }

        @Test
        @DisplayName("ao primário que reiniciou dá-se outra época, uma vez só, com os mesmos em dia; a mais ninguém")
        void renovar() {
            comDois();
            assertEquals(1, renovar("b", 1, 2).epoca());
            Visao nova = renovar("p", 1, 2);
            assertEquals(new Visao(2, 3, "p", "p:1", "p:2", Set.of("p", "b")), nova);
            assertEquals(nova, renovar("p", 1, 2), "o mesmo pedido, outra vez");
            assertEquals(nova, propor("p", Set.of("p"), 1, 2), "uma proposta de antes de reiniciar");
        }

        @Test
        @DisplayName("a testemunha que esteve parada, com todos ou sozinha, não promove ninguém antes de os poder ouvir")
        void esteveParada() {
            comDois();
            assertEquals(1, noticia("b", false, 10_000).epoca());
            assertEquals(1, visoes.tique(10_500).epoca());
            noticia("p", true, 10_900);
            assertEquals(1, noticia("b", false, 11_500).epoca());
            visoes.tique(12_000);
            assertEquals("b", noticia("b", false, 12_001).primario(), "esteve, mas já ouve há mais de um segundo");
        }

        private Visao renovar(String id, long epoca, long versao) {
            return visoes.noticia(new Pergunta(id, id + ":1", id + ":2", epoca, versao, null, true, true), 200);
        }

        @Test
        @DisplayName("o primário que volta em outras portas segue primário, numa versão nova que diz quais são")
        void outrasPortas() {
            comDois();
            Visao nova = visoes.noticia(new Pergunta("p", "p:7", "p:8", 1, 2, null, false, true), 200);
            assertEquals(new Visao(1, 3, "p", "p:7", "p:8", Set.of("p", "b")), nova);
            assertEquals(nova, visoes.noticia(new Pergunta("p", "p:7", "p:8", 1, 2, Set.of("p"), false, true), 300),
                    "proposta sobre a velha");
        }

        private void comDois() {
            noticia("p", true, 0);
            noticia("b", false, 0);
            visoes.noticia(new Pergunta("p", "p:1", "p:2", 1, 1, Set.of("p", "b"), false, true), 100);
        }

        private Visao noticia(String id, boolean inicial, long agora) {
            return visoes.noticia(new Pergunta(id, id + ":1", id + ":2", 0, 0, null, false, inicial), agora);
        }

        private Visao noticia(String id, boolean inicial, long agora, boolean eTique) {
            noticia(id, inicial, agora);
            return eTique ? visoes.tique(agora + 1) : visoes.atual();
        }

        private Visao propor(String id, Set<String> emDia, long epoca, long versao) {
            return visoes.noticia(new Pergunta(id, id + ":1", id + ":2", epoca, versao, emDia, false, false), 1_200);
        }
    }

    // ───── Ferramentas: processos, discos e rede de brincar, com o tempo na mão ─────

    /** O que um cliente pediu, e o que lhe responderam. */
    private static final class Pedido {
        private Operacao op;
        private String resposta;
        private long aoMenos; // numa leitura: quanto já se tinha confirmado quando se pediu

        void responder(String texto) {
            assertNull(resposta, "respondeu duas vezes");
            resposta = texto;
        }

        boolean ok() {
            return resposta != null && resposta.startsWith("OK");
        }
    }

    /** Todos os processos e o que viaja entre eles; "t" é a testemunha. */
    private static final class Rede {
        private static final int PASSO_MS = 20;

        private final Map<String, No> nos = new TreeMap<>();
        private final Set<String> cortes = new HashSet<>();        // "a>b": de a nada chega a b
        private final Map<String, Long> chegada = new HashMap<>(); // da última mensagem de um caminho: não se ultrapassam
        private final List<Correio> noAr = new ArrayList<>();
        private Witness.Nucleo testemunha;     // null = não há
        private final DiscoQueFica discoDela = new DiscoQueFica("t", null);
        private boolean assincrona;
        private boolean semRecuperacao;
        private boolean semente;      // difundem-se só as operações, sem número
        private int latencia;
        private Random perdas;
        private long agora = 1_000_000;

        private record Correio(long quando, String para, Runnable entrega) {
        }

        /** O primeiro é o primário; os outros, em dia com ele. */
        List<No> comTestemunha(String... ids) {
            reiniciarTestemunha();
            return comecar(ids);
        }

        List<No> semTestemunha(String... ids) {
            return comecar(ids);
        }

        private List<No> comecar(String... ids) {
            List<No> todos = Arrays.stream(ids).map(id -> novo(id, id.equals(ids[0]))).toList();
            No primario = todos.get(0);
            ate("todos em dia", () -> primario.nodo.primario() && primario.nodo.visao().emDia().size() == ids.length);
            return todos;
        }

        No novo(String id, boolean inicial) {
            No no = new No(this, id, inicial);
            nos.put(id, no);
            no.iniciar();
            return no;
        }

        void passo() {
            agora += PASSO_MS;
            List<Correio> chegaram = noAr.stream().filter(c -> c.quando <= agora && !(parado(c.para))).toList();
            noAr.removeAll(chegaram);
            chegaram.forEach(correio -> correio.entrega.run());
            if (testemunha != null) {
                testemunha.passar(agora);
            }
            nos.values().forEach(No::passo);
        }

        void passar(long ms) {
            for (long fim = agora + ms; agora < fim; ) {
                passo();
            }
        }

        void ate(String oQue, BooleanSupplier condicao) {
            for (int passos = 0; !condicao.getAsBoolean(); passos++) {
                if (passos > 1_000) {
                    fail("não aconteceu: " + oQue + "\n" + nos.values());
                }
                passo();
            }
        }

        private boolean parado(String id) {
            return nos.containsKey(id) && nos.get(id).parado;
        }

        void enviar(String de, String para, String mensagem, Consumer<byte[]> entrega) {
            boolean perdida = perdas != null && perdas.nextInt(30) == 0;
            if (perdida || cortes.contains(de + ">" + para)) {
                return;
            }
            long quando = Math.max(chegada.getOrDefault(de + ">" + para, 0L), agora + latencia);
            chegada.put(de + ">" + para, quando);
            noAr.add(new Correio(quando, para, () -> entrega.accept(mensagem.getBytes(UTF_8))));
        }

        void cortarSo(String de, String para) {
            cortes.add(de + ">" + para);
        }

        void cortar(String um, String outro) {
            cortarSo(um, outro);
            cortarSo(outro, um);
        }

        void isolar(String id) {
            nos.keySet().forEach(outro -> cortar(id, outro));
            cortar(id, "t");
        }

        void ligar(String um, String outro) {
            cortes.removeAll(Set.of(um + ">" + outro, outro + ">" + um));
        }

        void ligarTudo() {
            cortes.clear();
        }

        void reiniciarTestemunha() {
            testemunha = new Witness.Nucleo(Diario.em(discoDela), (evento, pares) -> { });
        }

        Visao visao() {
            return testemunha.registrada();
        }
    }

    /** Um servidor: o núcleo de verdade, num disco que sobrevive ao processo. Quem espera uma resposta é quem a leva. */
    private static final class No implements Nucleo.Rede<Consumer<String>> {
        private final Rede rede;
        private final String id;
        private final boolean inicial;
        private final List<String> eventos = new ArrayList<>();
        private final List<String> respostas = new ArrayList<>(); // a outros servidores
        private DiscoQueFica disco;
        private Nucleo<Consumer<String>> nucleo;
        private Nodo<Consumer<String>> nodo; // null = morto
        private boolean promover;
        private boolean parado;
        private int difundidas;

        No(Rede rede, String id, boolean inicial) {
            this.rede = rede;
            this.id = id;
            this.inicial = inicial;
            this.disco = new DiscoQueFica(id, "1");
        }

        void iniciar() {
            Set<Modo> modos = Modo.os(Map.of(Modo.TESTEMUNHA, rede.testemunha != null, Modo.PRIMEIRO, inicial,
                    Modo.ASSINCRONA, rede.assincrona, Modo.SO_ESCUTA, rede.semRecuperacao,
                    Modo.SEMENTE, rede.semente && inicial));
            Nucleo<Consumer<String>> novo = new Nucleo<>(Diario.em(disco),
                    instancia -> new Identidade(id + "#" + instancia, id + ":1", id + ":2", modos), this);
            nucleo = novo;
            nodo = novo.nodo();
            nucleo.comecar(promover);
        }

        void matar() {
            nodo = null;
            rede.noAr.removeIf(correio -> correio.para.equals(id));
        }

        void reiniciar() {
            matar();
            iniciar();
        }

        void promover() {
            promover = true;
            reiniciar();
        }

        void esquecer(String instancia) {
            disco = new DiscoQueFica(id, instancia);
            reiniciar();
        }

        void levantar() {
            parado = false;
            if (nodo == null) {
                iniciar();
            }
        }

        boolean emPe() {
            return nodo != null && !parado;
        }

        void passo() {
            if (emPe()) {
                nucleo.passar(rede.agora);
            }
        }

        void fotografar() {
            disco.entreInstantaneos = 1;
            passo();
            disco.entreInstantaneos = Integer.MAX_VALUE;
        }

        /** Quantas operações o disco já tem. */
        int noDisco() {
            return disco.entradas.size();
        }

        Pedido pedir(Operacao op) {
            Pedido pedido = new Pedido();
            pedido.op = op;
            nucleo.pedido(pedido::responder, op.json().getBytes(UTF_8), rede.agora);
            return pedido;
        }

        Pedido pedirQuandoPrimario(Operacao op) {
            rede.ate(id + " primário", nodo::primario);
            return pedir(op);
        }

        Pedido ler(String conta) {
            Pedido pedido = new Pedido();
            String saldo = "{\"pedido\": \"SALDO\", \"conta\": \"" + conta + "\"}";
            nucleo.pedido(pedido::responder, saldo.getBytes(UTF_8), rede.agora);
            return pedido;
        }

        boolean registrou(String evento, String trecho) {
            return eventos.stream().anyMatch(linha -> linha.startsWith(evento + " ") && linha.contains(trecho));
        }

        private void seVivo(Consumer<Nucleo<Consumer<String>>> chamada) {
            if (nodo != null) {
                chamada.accept(nucleo);
            }
        }

        /** A outro servidor; a resposta vem por onde isto vai. */
        private void pedirA(No outro, String mensagem, Consumer<byte[]> resposta) {
            rede.enviar(id, outro.id, mensagem, bytes -> outro.seVivo(nucleoDele -> nucleoDele.pedido(texto -> {
                outro.respostas.add(texto);
                rede.enviar(outro.id, id, texto, r -> seVivo(meu -> resposta.accept(r)));
            }, bytes, rede.agora)));
        }

        @Override
        public void difundir(String mensagem, Operacao simples) {
            difundidas += simples != null ? 1 : 0;
            for (No outro : rede.nos.values()) {
                if (outro != this && !rede.semente) {
                    rede.enviar(id, outro.id, mensagem, m -> outro.seVivo(n -> n.numerada(Difundida.ler(m))));
                } else if (outro != this && simples != null) {
                    rede.enviar(id, outro.id, simples.json(), m -> outro.seVivo(n -> n.simples(Difundida.ler(m).simples())));
                }
            }
        }

        @Override
        public void responder(Consumer<String> cliente, String texto) {
            cliente.accept(texto);
        }

        @Override
        public void aoPrimario(String mensagem) {
            String dele = nodo.visao() == null ? "p" : nodo.visao().primario().replaceFirst("#.*", "");
            if (!dele.equals(id) && rede.nos.containsKey(dele)) {
                pedirA(rede.nos.get(dele), mensagem, resposta -> nucleo.doPrimario(resposta));
            }
        }

        @Override
        public void aoJuiz(String mensagem) {
            if (rede.testemunha == null) {
                pedirA(rede.nos.get("p"), mensagem, resposta -> nucleo.doJuiz(resposta));
            } else {
                rede.enviar(id, "t", mensagem, p -> rede.enviar("t", id, rede.testemunha.pergunta(p, rede.agora),
                        v -> seVivo(n -> n.doJuiz(v))));
            }
        }

        @Override
        public String saldo(String conta, Banco banco) {
            return banco.saldo(conta).toPlainString();
        }

        @Override
        public int assinantes() {
            return rede.nos.size() - 1;
        }

        @Override
        public void registrar(String evento, Object... pares) {
            eventos.add(evento + " " + Arrays.toString(pares));
        }

        @Override
        public Runnable aplicada(Aplicada aplicada, Banco banco) {
            assertTrue(aplicada.op().tipo() != null && aplicada.seq() == nodo.ultimo());
            return () -> assertTrue(noDisco() + disco.posicao() >= aplicada.seq(), "registrou antes de gravar");
        }

        @Override
        public String toString() {
            return nodo == null ? id + " morto" : id + " ultimo=" + nodo.ultimo() + " " + nodo.visao();
        }
    }

    public static void main(String[] args) {
        Testes.rodar(Protocolo4Test.class);
    }
}
