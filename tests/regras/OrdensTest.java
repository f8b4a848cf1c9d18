///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O núcleo do ordenador, com um Raft de mentira: um grupo ou quatro, e processos que se atrasam e recomeçam.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/Numeracao.java ../../part3/regra/Replicado.java ../../part3/regra/grupos/Leituras.java
//SOURCES ../../part3/regra/grupos/Ordens.java ../../shared/Banco.java ../../shared/Envelope.java
//SOURCES ../../shared/disco/Diario.java ../../shared/disco/DobraDoBanco.java ../../shared/memoria/Lembradas.java
//SOURCES ../../shared/memoria/Saldos.java ../../shared/ordem/Aplicada.java ../../shared/ordem/Historico.java
//SOURCES ../../shared/papel/Carga.java ../../shared/tempo/Lentidao.java ../../shared/texto/Campos.java
//SOURCES ../../shared/texto/Endereco.java ../../shared/texto/JsonGrande.java ../../shared/texto/Reais.java
//SOURCES ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part3.regra.grupos.Grupos;
import part3.regra.grupos.Ordens;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.ordem.Aplicada;
import shared.papel.Carga;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("O núcleo do ordenador")
class OrdensTest {

    private static final int PROCESSOS = 3;

    /** Um log por grupo, que todos aplicam por ordem, cada um até onde está. */
    private static final class Cena {
        private final int grupos;
        private final List<List<byte[]>> logs = new ArrayList<>();
        private final List<Map<Integer, Consumer<String>>> esperam = new ArrayList<>(); // por grupo e lugar no log
        private final List<Processo> processos = new ArrayList<>();
        private long agora = 1;

        Cena(int grupos) {
            this.grupos = grupos;
            for (int g = 0; g < grupos; g++) {
                logs.add(new ArrayList<>());
                esperam.add(new HashMap<>());
            }
            for (int i = 0; i < PROCESSOS; i++) {
                processos.add(new Processo(this, i));
            }
            processos.get(0).nucleo.comecar();
        }

        /** Pede, e anda com todos até haver resposta. */
        String perguntar(int aQuem, int grupo, String pedido) {
            String[] resposta = new String[1];
            resposta[0] = processos.get(aQuem).nucleo.atender(texto -> resposta[0] = texto, grupo,
                    pedido.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 20 && resposta[0] == null; i++) {
                todosAndam();
            }
            return resposta[0];
        }

        void todosAndam() {
            agora += 10;
            for (Processo este : processos) {
                for (int g = 0; g < grupos; g++) {
                    este.aplicar(g, logs.get(g).size());
                }
                este.nucleo.passo(agora);
            }
        }
    }

    private static final class Processo implements Ordens.Saida {
        private final Cena cena;
        private final int eu;
        private final Ordens nucleo;
        private final int[] aplicou;
        private final List<List<Envelope>> difundiu = new ArrayList<>();

        Processo(Cena cena, int eu) {
            this.cena = cena;
            this.eu = eu;
            aplicou = new int[cena.grupos];
            int[] historias = new int[1];
            IntStream.range(0, cena.grupos).forEach(g -> difundiu.add(new ArrayList<>()));
            nucleo = new Ordens(new Grupos(cena.grupos), "n" + eu, () -> "hist-" + eu + "-" + historias[0]++, this);
        }

        void aplicar(int grupo, int ate) {
            while (aplicou[grupo] < ate) {
                int lugar = aplicou[grupo]++;
                String resposta = nucleo.aplicar(grupo, cena.logs.get(grupo).get(lugar), true);
                if (eu == 0) { // responde quem confirma
                    cena.esperam.get(grupo).remove(lugar).accept(resposta);
                }
            }
        }

        byte[] guardado(int grupo) throws IOException {
            ByteArrayOutputStream ali = new ByteArrayOutputStream();
            nucleo.guardar(grupo, new DataOutputStream(ali));
            return ali.toByteArray();
        }

        void recomecar(int grupo, byte[] dali) throws IOException {
            nucleo.recomecar(grupo, new DataInputStream(new ByteArrayInputStream(dali)));
        }

        @Override
        public void propor(int grupo, byte[] entrada, Consumer<String> volta) {
            cena.logs.get(grupo).add(entrada);
            cena.esperam.get(grupo).put(cena.logs.get(grupo).size() - 1, volta);
        }

        @Override
        public boolean lidera(int grupo) {
            return eu == 0;
        }

        @Override
        public String estado(int grupo) {
            return "estado de " + grupo;
        }

        @Override
        public void difundir(int grupo, String envelope) {
            difundiu.get(grupo).add(Envelope.ler(envelope));
        }

        @Override
        public void decidiu(int grupo, String evento, Envelope envelope) {
            // só para o registro
        }

        @Override
        public void registrar(int grupo, String evento, Object... pares) {
            assertTrue(!evento.equals("aviso"), evento);
        }
    }

    private static String operacao(String id, Tipo tipo, String conta, String destino, int valor) {
        return new Operacao(id, tipo, conta, destino, BigDecimal.valueOf(valor)).json();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("quatro grupos: quem se atrasa, ou recomeça do que outro guardou, fica igual; e nada falta nem sobra")
    void quatroGrupos(long semente) throws IOException {
        Random acaso = new Random(semente);
        Cena cena = new Cena(4);
        BigDecimal[] deve = {BigDecimal.ZERO};
        Set<String> contas = new HashSet<>();
        int[] respondidas = new int[1];
        Iterator<Operacao> operacoes = Carga.operacoes(semente, 10, 400);
        while (operacoes.hasNext()) {
            Operacao op = operacoes.next();
            contas.add(op.conta_origem());
            cena.processos.get(acaso.nextInt(PROCESSOS)).nucleo.atender(resposta -> {
                assertTrue(resposta.matches("OK seq=\\d+"), resposta);
                respondidas[0]++;
            }, acaso.nextInt(4), op.json().getBytes(StandardCharsets.UTF_8));
            Processo um = cena.processos.get(acaso.nextInt(PROCESSOS));
            int grupo = acaso.nextInt(4);
            um.aplicar(grupo, um.aplicou[grupo] + acaso.nextInt(1 + cena.logs.get(grupo).size() - um.aplicou[grupo]));
            um.nucleo.passo(cena.agora++);
            if (acaso.nextInt(10) == 0) {
                um.recomecar(grupo, um.guardado(grupo));
            }
        }
        for (int i = 0; i < 20; i++) {
            cena.todosAndam();
        }
        assertEquals(400, respondidas[0]);
        int passagens = 0;
        for (int g = 0; g < 4; g++) {
            for (Processo outro : cena.processos) {
                assertArrayEquals(cena.processos.get(0).guardado(g), outro.guardado(g), "grupo " + g);
            }
            Banco replica = new Banco();
            cena.processos.get(0).difundiu.get(g).stream().filter(e -> e.seq() > replica.aplicadas() + replica.recusadas())
                    .forEach(envelope -> Aplicada.de(envelope, replica));
            assertEquals(cena.processos.get(0).nucleo.ultimo(g), replica.aplicadas() + replica.recusadas());
            assertEquals(new BigDecimal("0.00"), replica.saldo("em trânsito"));
            replica.saldos().forEach((conta, saldo) -> assertEquals(saldo, saldo(cena, acaso.nextInt(PROCESSOS), conta)));
            deve[0] = deve[0].add(replica.depositado()).subtract(replica.sacado());
            passagens += (int) cena.processos.get(0).difundiu.get(g).stream()
                    .filter(e -> "em trânsito".equals(e.op().conta_destino())).count();
        }
        assertTrue(passagens > 10, "houve transferências entre grupos");
        ObjectNode corte = Json.ler(cena.perguntar(1, 2, "{\"pedido\": \"SALDOS\", \"contas\": "
                + Json.escrever(Json.MAPPER.valueToTree(contas)) + "}").getBytes(StandardCharsets.UTF_8));
        BigDecimal soma = new BigDecimal(corte.get("em_transito").textValue());
        for (JsonNode saldo : corte.get("saldos")) {
            soma = soma.add(new BigDecimal(saldo.textValue()));
        }
        assertEquals(deve[0], soma);
    }

    private static BigDecimal saldo(Cena cena, int aQuem, String conta) {
        ObjectNode resposta = Json.ler(cena.perguntar(aQuem, 0, Json.escrever(Json.MAPPER.createObjectNode()
                .put("pedido", "SALDO").put("conta", conta))).getBytes(StandardCharsets.UTF_8));
        assertEquals("n" + aQuem, resposta.get("id").textValue());
        return resposta.get("saldo").decimalValue().setScale(2);
    }

    @Test
    @DisplayName("cada porta conta o seu grupo, que tem uma história só dele; uma operação pede-se em qualquer uma")
    void cadaPorta() {
        Cena cena = new Cena(4); // ana é do grupo 2, e bia, do 0
        assertEquals("OK seq=1", cena.perguntar(1, 3, operacao("a", Tipo.DEPOSITO, "ana", null, 10)));
        assertEquals("OK seq=2", cena.perguntar(2, 0, operacao("b", Tipo.TRANSFERENCIA, "ana", "bia", 4)));
        assertEquals("estado de 3", cena.perguntar(0, 3, "{\"pedido\": \"ESTADO\"}"));
        Set<String> historias = new HashSet<>();
        for (int g = 0; g < 4; g++) {
            ObjectNode historico = Json.ler(cena.perguntar(0, g, "{\"pedido\": \"HISTORICO\", \"desde\": 1, \"max\": 9}")
                    .getBytes(StandardCharsets.UTF_8));
            historias.add(historico.get("historia").textValue());
            assertEquals(List.of(1, 0, 3, 0).get(g), historico.get("envelopes").size(), "grupo " + g);
        }
        assertEquals(4, historias.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"contas\": []", "\"contas\": \"ana\"", "\"contas\": [7]", "\"contas\": [\"\"]",
        "\"conta\": 1"})
    @DisplayName("SALDOS que não se entende é um erro, que diz o que se espera")
    void saldosRuins(String contas) {
        Cena cena = new Cena(2);
        MensagemInvalida erro = assertThrows(MensagemInvalida.class,
                () -> cena.perguntar(0, 0, "{\"pedido\": \"SALDOS\", " + contas + "}"));
        assertTrue(erro.getMessage().startsWith("contas: "), erro.getMessage());
    }

    @Test
    @DisplayName("com um grupo só, numera e mais nada: os nomes do banco são nomes como os outros, e saldos não sabe")
    void umGrupoSo() {
        Cena cena = new Cena(1);
        assertEquals("OK seq=1", cena.perguntar(0, 0, operacao("a", Tipo.SAQUE, "em trânsito", null, 10)));
        assertEquals("OK seq=2", cena.perguntar(1, 0, operacao("b", Tipo.TRANSFERENCIA, "ana", "bia", 10)));
        assertEquals("OK seq=1", cena.perguntar(2, 0, operacao("a", Tipo.SAQUE, "em trânsito", null, 10)));
        assertThrows(MensagemInvalida.class, () -> cena.perguntar(0, 0, "{\"pedido\": \"SALDO\", \"conta\": \"ana\"}"));
        assertEquals(2, cena.processos.get(2).difundiu.get(0).size());
        assertEquals(2, new Grupos(4).de("ana"));
    }

    public static void main(String[] args) {
        Testes.rodar(OrdensTest.class);
    }
}
