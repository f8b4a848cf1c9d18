///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Quem segue uma sequência nota o que falta, pede-o, e acaba igual à fonte, percam-se ou repitam-se as mensagens.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Banco.java ../../shared/Envelope.java ../../shared/disco/Diario.java
//SOURCES ../../shared/disco/DobraDoBanco.java ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java
//SOURCES ../../shared/ordem/Historico.java ../../shared/ordem/Seguidor.java ../../shared/tempo/Lentidao.java
//SOURCES ../../shared/texto/Campos.java ../../shared/texto/ErroDeUso.java ../../shared/texto/JsonGrande.java
//SOURCES ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.disco.Diario;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.ordem.Historico;
import shared.ordem.Seguidor;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Seguidor e Histórico")
class SeguidorTest {

    private final Fonte fonte = new Fonte();
    private final Copia copia = new Copia(new Seguidor("h", 0));

    // ───── Faixas ─────

    @Test
    @DisplayName("quem chega tarde pergunta, mesmo sem ter ouvido nada, e recebe tudo por ordem")
    void chegaTarde() {
        fonte.gerar(2_500);
        assertEquals(pedidoDeFaixa(1), copia.seguidor.pedido(0));
        copia.responder(fonte, pedidoDeFaixa(1));
        copia.conversar(fonte);
        assertEquals(ate(2_500), copia.entregues);
        assertTrue(copia.seguidor.emDia());
        iguais(fonte.banco, copia.banco);
    }

    @Test
    @DisplayName("quem começa sem saber de que história é adota a primeira que ouve")
    void adotaAHistoria() {
        Copia nova = new Copia(new Seguidor(null, 0));
        fonte.gerar(3);
        nova.conversar(fonte);
        assertEquals("h", nova.seguidor.historia());
        assertEquals(ate(3), nova.entregues);
    }

    @Test
    @DisplayName("um buraco se pede a partir do primeiro que falta, e o que já chegou não sai duas vezes")
    void buraco() {
        copia.conversar(fonte);
        List<Envelope> difundidos = fonte.gerar(5);
        copia.receber(difundidos.get(0));
        copia.receber(difundidos.get(3));
        assertFalse(copia.seguidor.emDia());
        assertEquals(1, copia.seguidor.esperando());
        assertEquals(pedidoDeFaixa(2), copia.seguidor.pedido(0));
        copia.responder(fonte, pedidoDeFaixa(2));
        copia.receber(difundidos.get(1));
        assertEquals(ate(5), copia.entregues);
    }

    @Test
    @DisplayName("em dia, não pede nada, até saber que a fonte foi mais longe")
    void emDiaNaoPede() {
        fonte.gerar(3);
        copia.conversar(fonte);
        assertNull(copia.seguidor.pedido(10_000));
        copia.seguidor.saberQueVaiAte(3);
        assertNull(copia.seguidor.pedido(20_000));
        copia.seguidor.saberQueVaiAte(4);
        assertEquals(pedidoDeFaixa(4), copia.seguidor.pedido(20_000));
    }

    @Test
    @DisplayName("sem resposta, espera o prazo e repete; respondido, o próximo pedido sai na hora")
    void prazo() {
        fonte.gerar(2_500);
        assertEquals(pedidoDeFaixa(1), copia.seguidor.pedido(500));
        assertNull(copia.seguidor.pedido(500 + Seguidor.PRAZO_MS - 1));
        assertEquals(pedidoDeFaixa(1), copia.seguidor.pedido(500 + Seguidor.PRAZO_MS));
        copia.responder(fonte, pedidoDeFaixa(1));
        long chegou = copia.seguidor.ultimo();
        assertTrue(chegou > 0 && chegou < 2_500);
        assertEquals(pedidoDeFaixa(chegou + 1), copia.seguidor.pedido(500 + Seguidor.PRAZO_MS));
    }

    @Test
    @DisplayName("muito adiantado, guarda só até um limite, e pede de novo o que largou")
    void muitoAdiantado() {
        fonte.gerar(12_000).stream().skip(1).forEach(copia::receber);
        assertEquals(10_000, copia.seguidor.esperando());
        copia.conversar(fonte);
        assertEquals(ate(12_000), copia.entregues);
    }

    // ───── Instantâneos ─────

    @Test
    @DisplayName("se a fonte já não lembra tão longe, vem o estado inteiro, e depois só o que é mais novo")
    void instantaneo() {
        fonte.gerar(300);
        fonte.esquecer();
        copia.conversar(fonte);
        assertEquals(List.of(300L), copia.fotos);
        fonte.gerar(5);
        copia.conversar(fonte);
        assertEquals(LongStream.rangeClosed(301, 305).boxed().toList(), copia.entregues);
        iguais(fonte.banco, copia.banco);
    }

    @ParameterizedTest(name = "a partir da letra {0}")
    @ValueSource(ints = {0, 1, 2, 3})
    @DisplayName("em muitas partes, nenhuma letra se parte, por mais bytes que tenha")
    void letrasDeMuitosBytes(int letras) {
        ObjectNode estado = Json.MAPPER.createObjectNode().put("x", "a".repeat(letras) + "😀".repeat(20_000) + "ção\\\"日本");
        fonte.diario.recomecarDe(1, estado);
        Historico historico = new Historico(fonte.diario, () -> "h");
        Seguidor seguidor = Seguidor.pelaFoto("h");
        Seguidor.Foto foto = null;
        for (int partes = 0; foto == null; partes++) {
            assertTrue(partes < 10, "não acaba");
            foto = seguidor.resposta(lida(historico.instantaneo(seguidor.pedido(0)))).foto();
        }
        assertEquals(estado, foto.estado());
    }

    @Test
    @DisplayName("com a fonte sempre a avançar, a foto vem inteira, e o resto depois dela")
    void fonteQueAvanca() {
        fonte.gerar(1_000);
        fonte.esquecer();
        copia.conversar(fonte, () -> fonte.gerar(7).forEach(copia::receber));
        long foto = copia.fotos.get(0);
        assertTrue(foto >= 1_000 && foto < fonte.diario.ultima());
        assertEquals(LongStream.rangeClosed(foto + 1, fonte.diario.ultima()).boxed().toList(), copia.entregues);
        iguais(fonte.banco, copia.banco);
    }

    @Test
    @DisplayName("dois que pedem ao mesmo tempo, parte sim, parte não, recebem a mesma foto")
    void doisSeguidores() {
        Copia outra = new Copia(new Seguidor("h", 0));
        fonte.gerar(1_000);
        fonte.esquecer();
        while (copia.umPedido(fonte) | outra.umPedido(fonte)) {
            fonte.gerar(1);
            assertTrue(fonte.diario.ultima() < 1_100, "não acaba");
        }
        copia.conversar(fonte);
        outra.conversar(fonte);
        assertEquals(List.of(copia.fotos, copia.entregues), List.of(outra.fotos, outra.entregues));
        iguais(fonte.banco, copia.banco);
        iguais(fonte.banco, outra.banco);
    }

    @Test
    @DisplayName("uma foto que ficou velha a meio caminho é trocada por outra")
    void fotoQueFicouVelha() {
        fonte.gerar(1_000);
        fonte.esquecer();
        copia.umPedido(fonte); // a faixa, que não há
        copia.umPedido(fonte); // a primeira parte da foto
        fonte.gerar(10);
        fonte.esquecer();
        copia.conversar(fonte);
        iguais(fonte.banco, copia.banco);
    }

    @Test
    @DisplayName("cujo estado não é um começo do da fonte: antes de tudo a foto, mesmo que a faixa bastasse")
    void pelaFoto() {
        Copia outra = new Copia(Seguidor.pelaFoto("h"));
        outra.banco.aplicar(Operacao.deposito("intruso", BigDecimal.TEN));
        fonte.gerar(3).forEach(outra::receber);
        assertTrue(outra.entregues.isEmpty() && outra.seguidor.querFoto());
        outra.conversar(fonte);
        assertEquals(List.of(0L), outra.fotos, "a fonte ainda não tem instantâneo: a do que ainda não fez nada");
        assertFalse(outra.seguidor.querFoto());
        iguais(fonte.banco, outra.banco);
        outra.receber(fonte.gerar(1).get(0));
        assertEquals(List.of(1L, 2L, 3L, 4L), outra.entregues);
    }

    @Test
    @DisplayName("também de uma fonte que ainda não tem nada")
    void pelaFotoVazia() {
        Copia outra = new Copia(Seguidor.pelaFoto("h"));
        outra.banco.aplicar(Operacao.deposito("intruso", BigDecimal.TEN));
        outra.conversar(fonte);
        assertEquals(List.of(0L), outra.fotos);
        assertEquals(new Banco().resumo(), outra.banco.resumo());
    }

    @Test
    @DisplayName("uma foto do começo, tirada há muito, não se dá a quem chega depois: seria pedir sem fim")
    void fotoDoComeco() {
        new Copia(Seguidor.pelaFoto("h")).conversar(fonte);
        fonte.gerar(20);
        fonte.esquecer();
        copia.conversar(fonte);
        iguais(fonte.banco, copia.banco);
    }

    @Test
    @DisplayName("uma foto tirada noutra história não se dá nesta, ainda que os números sirvam")
    void fotoDeOutraHistoria() {
        fonte.gerar(5);
        fonte.esquecer();
        new Copia(Seguidor.pelaFoto("h")).conversar(fonte); // pediu-se uma foto ao primário de então
        fonte.historia = "h2"; // que desceu, trocou o seu estado pelo de outro, e voltou a ser primário
        fonte.banco = new Banco();
        fonte.diario.recomecarDe(5, EstadoDoBanco.de(fonte.banco));
        fonte.gerar(3);
        Copia outra = new Copia(Seguidor.pelaFoto("h2"));
        outra.conversar(fonte);
        iguais(fonte.banco, outra.banco);
    }

    // ───── O que não se deve seguir ─────

    @Test
    @DisplayName("se a fonte recomeçou do zero, para: não entrega, não pede, e diz")
    void outraHistoria() {
        fonte.gerar(3);
        copia.conversar(fonte);
        copia.receber(new Envelope(4, operacao(4), "outra"));
        assertTrue(copia.seguidor.outraHistoria());
        fonte.gerar(3).forEach(copia::receber);
        copia.responder(fonte, pedidoDeFaixa(4));
        assertEquals(ate(3), copia.entregues);
        assertNull(copia.seguidor.pedido(60_000));
    }

    @Test
    @DisplayName("também quando só a resposta a um pedido é que o diz")
    void outraHistoriaNaResposta() {
        fonte.historia = "outra";
        fonte.gerar(3);
        copia.umPedido(fonte);
        assertTrue(copia.seguidor.outraHistoria());
        assertEquals(List.of(), copia.entregues);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"primeira": 1, "ultima": 3, "envelopes": []}
            {"historia": "h", "primeira": 1, "envelopes": []}
            {"historia": "h", "primeira": 1, "ultima": "3", "envelopes": []}
            {"historia": "h", "primeira": 1, "ultima": 3}
            {"historia": "h", "primeira": 1, "ultima": 3, "envelopes": 7}
            {"historia": "h", "primeira": 1, "ultima": 3, "envelopes": [7]}
            {"historia": "h", "primeira": 1, "ultima": 3, "envelopes": [{"seq": 1, "op": "oi", "fonte": "h"}]}
            {"historia": "h", "texto": "{}"}
            """)
    @DisplayName("uma resposta que não se entende é recusada, e a seguinte serve")
    void respostaQueNaoSeEntende(String resposta) {
        fonte.gerar(3);
        copia.seguidor.pedido(0);
        if (resposta.contains("texto")) { // só quem espera uma foto olha para ela
            fonte.esquecer();
            copia.responder(fonte, pedidoDeFaixa(1));
        }
        assertThrows(MensagemInvalida.class, () -> copia.seguidor.resposta(lida(resposta)));
        copia.conversar(fonte);
        iguais(fonte.banco, copia.banco);
    }

    @Test
    @DisplayName("uma foto que não é JSON é recusada, e pede-se outra")
    void fotoEstragada() {
        fonte.gerar(3);
        Copia outra = new Copia(Seguidor.pelaFoto("h"));
        outra.seguidor.pedido(0);
        ObjectNode parte = lida("{\"historia\": \"h\", \"posicao\": 3, \"tamanho\": 2, \"desde\": 0, \"texto\": \"{{\"}");
        assertThrows(MensagemInvalida.class, () -> outra.seguidor.resposta(parte));
        outra.conversar(fonte);
        iguais(fonte.banco, outra.banco);
    }

    // ───── Tamanhos ─────

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a", "日", "😀", "\"", "\\", "\u2028"})
    @DisplayName("com os nomes mais compridos que há, toda resposta cabe numa mensagem")
    void cabe(String letra) {
        for (int i = 0; i < 500; i++) {
            String nome = letra.repeat(60) + i;
            fonte.aplicar(new Operacao(nome, Tipo.TRANSFERENCIA, nome, letra.repeat(64), new BigDecimal("0.01")));
        }
        copia.conversar(fonte);
        Copia outra = new Copia(Seguidor.pelaFoto("h"));
        outra.conversar(fonte);
        iguais(fonte.banco, copia.banco);
        iguais(fonte.banco, outra.banco);
    }

    // ───── Uma rede ruim ─────

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @DisplayName("com perdas, repetições, atrasos e trocas, nunca pula nem repete, e no fim fica igual à fonte")
    void redeRuim(long semente) {
        Random sorte = new Random(semente);
        List<Runnable> noAr = new ArrayList<>();
        for (long agora = 0; agora < 60_000; agora += 100) {
            for (Envelope difundido : fonte.gerar(sorte.nextInt(4))) {
                noAr.add(() -> copia.receber(difundido));
            }
            ObjectNode pedido = copia.seguidor.pedido(agora);
            if (pedido != null) {
                ObjectNode resposta = fonte.responder(pedido);
                noAr.add(() -> copia.resposta(resposta));
            }
            for (int i = sorte.nextInt(6); i > 0 && !noAr.isEmpty(); i--) {
                Runnable mensagem = noAr.get(sorte.nextInt(noAr.size()));
                mensagem.run();
                noAr.removeIf(outra -> outra == mensagem && sorte.nextInt(4) > 0); // uma em cada quatro chega outra vez
            }
            noAr.removeIf(perdida -> sorte.nextInt(10) == 0);
            if (sorte.nextInt(20) == 0) {
                fonte.esquecer();
            }
        }
        noAr.forEach(Runnable::run);
        copia.conversar(fonte);
        assertTrue(copia.semBuracos, () -> copia.fotos + " " + copia.entregues);
        iguais(fonte.banco, copia.banco);
        assertTrue(copia.fotos.size() > 1, "a rede tem de ter exigido fotos");
    }

    // ───── Ferramentas ─────

    private static ObjectNode pedidoDeFaixa(long desde) {
        return Json.MAPPER.createObjectNode().put("pedido", "HISTORICO").put("desde", desde).put("max", 1_000);
    }

    private static List<Long> ate(long n) {
        return LongStream.rangeClosed(1, n).boxed().toList();
    }

    private static Operacao operacao(long n) {
        return new Operacao("m-" + n, Tipo.DEPOSITO, "joão 😀 " + n % 50, null, BigDecimal.valueOf(n, 2));
    }

    /** Em tudo: saldos, contadores e id_msg lembrados. */
    private static void iguais(Banco esperado, Banco banco) {
        assertEquals(esperado.saldos(), banco.saldos());
        assertEquals(esperado.lembradas().todas().size(), banco.lembradas().todas().size());
        assertTrue(EstadoDoBanco.de(esperado).equals(EstadoDoBanco.de(banco)), "o estado inteiro");
    }

    /** Como se viesse pelo fio: recusa o que não cabe numa mensagem. */
    private static ObjectNode lida(String texto) {
        return Json.ler(texto.getBytes(StandardCharsets.UTF_8));
    }

    /** Quem numera. */
    private static final class Fonte {
        private final Diario diario = Diario.naMemoria();
        private Banco banco = new Banco();
        private String historia = "h";
        private final Historico historico = new Historico(diario, () -> historia);

        Fonte() {
            diario.dobrarCom(DobraDoBanco.deEnvelopes(), porque -> fail(porque));
        }

        List<Envelope> gerar(int quantas) {
            return LongStream.range(0, quantas).mapToObj(i -> aplicar(operacao(diario.ultima() + 1))).toList();
        }

        Envelope aplicar(Operacao op) {
            Envelope envelope = new Envelope(diario.ultima() + 1, op, historia);
            diario.anexar(envelope.json());
            diario.gravar();
            banco.aplicar(op);
            return envelope;
        }

        /** As entradas até aqui já não se podem ler. */
        void esquecer() {
            diario.recomecarDe(diario.ultima(), EstadoDoBanco.de(banco));
        }

        ObjectNode responder(ObjectNode pedido) {
            boolean faixa = Json.texto(pedido, "pedido").equals("HISTORICO");
            return lida(faixa ? historico.historico(pedido) : historico.instantaneo(pedido));
        }
    }

    /** Quem segue. */
    private static final class Copia {
        private final Seguidor seguidor;
        private final List<Long> entregues = new ArrayList<>();
        private final List<Long> fotos = new ArrayList<>();
        private Banco banco = new Banco();
        private long ultimo;
        private boolean semBuracos = true;

        Copia(Seguidor seguidor) {
            this.seguidor = seguidor;
        }

        void receber(Envelope envelope) {
            entregar(seguidor.receber(envelope));
        }

        void responder(Fonte fonte, ObjectNode pedido) {
            resposta(fonte.responder(pedido));
        }

        void resposta(ObjectNode resposta) {
            Seguidor.Passo passo = seguidor.resposta(resposta);
            if (passo.foto() != null) {
                semBuracos &= passo.foto().posicao() >= ultimo;
                ultimo = passo.foto().posicao();
                fotos.add(ultimo);
                banco = EstadoDoBanco.ler(passo.foto().estado());
                seguidor.adotou(passo.foto());
            }
            entregar(passo.entregar());
        }

        private void entregar(List<Envelope> prontos) {
            for (Envelope envelope : prontos) {
                semBuracos &= envelope.seq() == ++ultimo;
                entregues.add(envelope.seq());
                banco.aplicar(envelope.op());
            }
        }

        /** Faz um pedido, se há, e recebe a resposta. @return se havia */
        boolean umPedido(Fonte fonte) {
            ObjectNode pedido = seguidor.pedido(1_000_000);
            if (pedido != null) {
                responder(fonte, pedido);
            }
            return pedido != null;
        }

        void conversar(Fonte fonte) {
            conversar(fonte, () -> { });
        }

        /** Sabe até onde a fonte vai, e pede até não faltar nada; depois das primeiras respostas acontece algo mais. */
        void conversar(Fonte fonte, Runnable aCadaResposta) {
            seguidor.saberQueVaiAte(fonte.diario.ultima());
            for (int pedidos = 0; umPedido(fonte); pedidos++) {
                if (pedidos < 10) {
                    aCadaResposta.run();
                } else if (pedidos == 1_000) {
                    fail("pede sem fim");
                }
            }
        }
    }

    public static void main(String[] args) {
        Testes.rodar(SeguidorTest.class);
    }
}
