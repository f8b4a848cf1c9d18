///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O estado que os ordenadores replicam: as mesmas entradas dão o mesmo, de qualquer ponto em diante.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/Numeracao.java ../../part3/regra/Replicado.java ../../shared/Banco.java
//SOURCES ../../shared/Envelope.java ../../shared/disco/Diario.java ../../shared/disco/DobraDoBanco.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/ordem/Historico.java
//SOURCES ../../shared/tempo/Lentidao.java ../../shared/texto/Campos.java ../../shared/texto/JsonGrande.java
//SOURCES ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part3.regra.Numeracao;
import part3.regra.Ordem;
import part3.regra.Replicado;
import shared.Envelope;
import shared.Operacao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("O estado replicado")
class ReplicadoTest {

    /** O que um deles disse. */
    private static final class Ouvido implements Replicado.Saida {
        private final List<String> difundidos = new ArrayList<>();
        private final List<String> decisoes = new ArrayList<>();

        @Override
        public void difundir(String envelope) {
            difundidos.add(envelope);
        }

        @Override
        public void decidiu(String evento, Envelope envelope) {
            decisoes.add(evento + " " + envelope.seq());
        }

        @Override
        public void registrar(String evento, Object... pares) {
            assertTrue(!evento.equals("aviso"), () -> evento + " " + Arrays.toString(pares));
        }
    }

    private static byte[] entrada(String historia, Operacao op) {
        return Replicado.entrada(historia, op.json().getBytes(StandardCharsets.UTF_8));
    }

    private static Operacao operacao(String id, String conta, int valor) {
        return new Operacao(id, Operacao.Tipo.DEPOSITO, conta, null, BigDecimal.valueOf(valor, 2));
    }

    /** Operações novas, repetidas, id_msg de outra, e lixo; cada uma com o nome de história de quem a propôs. */
    private static List<byte[]> entradas(Random acaso, int quantas) {
        return IntStream.range(0, quantas).mapToObj(i -> {
            String historia = "historia".substring(0, 7) + acaso.nextInt(3);
            return switch (acaso.nextInt(10)) {
                case 0 -> Replicado.entrada(historia, new byte[0]);
                case 1 -> Replicado.entrada(historia, "{\"id_msg\": 7".getBytes(StandardCharsets.UTF_8));
                case 2 -> entrada(historia, operacao("m" + acaso.nextInt(1 + i), "outra", 1 + i)); // outro conteúdo
                case 3, 4 -> entrada(historia, operacao("m" + acaso.nextInt(5), "ana", 100));
                default -> entrada(historia, operacao("m" + (i + 5), "conta-" + acaso.nextInt(9), 1 + acaso.nextInt(999)));
            };
        }).toList();
    }

    private static byte[] guardado(Replicado qual) throws IOException {
        ByteArrayOutputStream ali = new ByteArrayOutputStream();
        qual.guardar(new DataOutputStream(ali));
        return ali.toByteArray();
    }

    private static Replicado lido(byte[] guardado, Replicado.Saida saida) throws IOException {
        return Replicado.ler(new DataInputStream(new ByteArrayInputStream(guardado)), Numeracao.ORIGEM, saida);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("dois com as mesmas entradas dizem o mesmo, e um que se guarda e se lê a meio continua igual")
    void iguais(long semente) throws IOException {
        Random acaso = new Random(semente);
        List<byte[]> entradas = entradas(acaso, 400);
        Ouvido ouvidoA = new Ouvido();
        Ouvido ouvidoB = new Ouvido();
        Replicado a = Replicado.vazio(Numeracao.ORIGEM, ouvidoA);
        Replicado b = Replicado.vazio(Numeracao.ORIGEM, ouvidoB);
        for (byte[] entrada : entradas) {
            if (acaso.nextInt(20) == 0) {
                Replicado outro = lido(guardado(b), ouvidoB);
                b.largar();
                b = outro;
            }
            assertEquals(a.aplicar(entrada, true), b.aplicar(entrada, true));
            assertEquals(a.ultimo(), b.ultimo());
            assertEquals(a.historia(), b.historia());
        }
        assertEquals(ouvidoA.difundidos, ouvidoB.difundidos);
        assertEquals(ouvidoA.decisoes, ouvidoB.decisoes);
        assertTrue(ouvidoA.decisoes.stream().anyMatch(decisao -> decisao.startsWith("repetida")));
        assertEquals(a.ultimo(), ouvidoA.difundidos.size(), "cada número difunde-se uma vez");
        for (String pedido : List.of("{\"pedido\":\"HISTORICO\",\"desde\":1,\"max\":1000}",
                "{\"pedido\":\"INSTANTANEO\",\"posicao\":0,\"desde\":0}")) {
            assertEquals(a.contar(Json.ler(pedido.getBytes(StandardCharsets.UTF_8))),
                    b.contar(Json.ler(pedido.getBytes(StandardCharsets.UTF_8))));
        }
        a.largar();
        b.largar();
    }

    @Test
    @DisplayName("numera como a Ordem do sequenciador, e a história é a da primeira entrada")
    void comoOSequenciador() {
        Ouvido ouvido = new Ouvido();
        Replicado replicado = Replicado.vazio(Numeracao.ORIGEM, ouvido);
        Ordem ordem = new Ordem("historia");
        List<String> doSequenciador = new ArrayList<>();
        Random acaso = new Random(7);
        for (int i = 0; i < 300; i++) {
            Operacao op = operacao("m" + acaso.nextInt(100), "ana", 1 + acaso.nextInt(2));
            long antes = ordem.ultimo();
            String resposta;
            try {
                Envelope envelope = ordem.ordenar(op);
                resposta = "OK seq=" + envelope.seq();
                if (envelope.seq() > antes) {
                    doSequenciador.add(envelope.json());
                }
            } catch (MensagemInvalida e) {
                resposta = e.resposta();
            }
            assertEquals(resposta, replicado.aplicar(entrada(i == 0 ? "historia" : "de-outro", op), true));
        }
        assertEquals(doSequenciador, ouvido.difundidos);
        assertTrue(ordem.ultimo() > 50);
        replicado.largar();
    }

    @Test
    @DisplayName("o que já estava no log quando se começou conta-se a quem o pedir, e não se difunde outra vez")
    void oDeAntesNaoSeDifunde() {
        Ouvido ouvido = new Ouvido();
        Replicado replicado = Replicado.vazio(Numeracao.ORIGEM, ouvido);
        for (int i = 1; i <= 5; i++) {
            assertEquals("OK seq=" + i, replicado.aplicar(entrada("historia", operacao("m" + i, "ana", i)), i > 3));
        }
        assertEquals(List.of(4L, 5L), ouvido.difundidos.stream().map(json -> Envelope.ler(json).seq()).toList());
        assertEquals(5, Json.ler(replicado.contar(Json.ler("{\"pedido\":\"HISTORICO\",\"desde\":1,\"max\":9}"
                .getBytes(StandardCharsets.UTF_8))).getBytes(StandardCharsets.UTF_8)).get("envelopes").size());
        replicado.largar();
    }

    @Test
    @DisplayName("um guardado estragado não se lê: nunca fica meio estado")
    void estragado() throws IOException {
        Replicado replicado = Replicado.vazio(Numeracao.ORIGEM, new Ouvido());
        for (int i = 1; i <= 50; i++) {
            replicado.aplicar(entrada("historia", operacao("m" + i, "ana", i)), true);
        }
        byte[] guardado = guardado(replicado);
        for (int corte = 0; corte < guardado.length; corte += 97) {
            byte[] meio = Arrays.copyOf(guardado, corte);
            assertThrows(IOException.class, () -> lido(meio, new Ouvido()));
        }
        replicado.largar();
    }

    public static void main(String[] args) {
        Testes.rodar(ReplicadoTest.class);
    }
}
