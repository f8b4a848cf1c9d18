///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A porta de RPC diante de RPyC cortado, estragado, grande demais ou fora de hora: segue de pé e atende.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES BrineTest.java ConexaoRpyc.java ../../part2/RpcServer.java ../Processo.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.rpc.ConexaoRpyc.RAIZ;
import static tests.rpc.ConexaoRpyc.chamar;
import static tests.rpc.ConexaoRpyc.corpo;
import static tests.rpc.ConexaoRpyc.depositar;
import static tests.rpc.ConexaoRpyc.pedido;
import static tests.rpc.ConexaoRpyc.quadro;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import part2.rpc.Brine;
import tests.Processo;
import tests.Testes;
import tests.rpc.ConexaoRpyc.Geracao;

@TestMethodOrder(OrderAnnotation.class)
@DisplayName("Ruído em RPyC na porta de RPC")
class RuidoRpycTest {

    private static final int PORTA = Processo.portaLivre();
    private static final List<List<?>> PEDIDOS = List.of(
            List.of(3L, List.of(1L, List.of())),
            List.of(16L, List.of(1L, List.of(RAIZ))),
            List.of(4L, List.of(2L, List.of(List.of(3L, RAIZ), List.of(1L, "sacar")))),
            List.of(15L, List.of(2L, List.of(List.of(3L, RAIZ), List.of(1L, 1L)))),
            List.of(11L, List.of(2L, List.of(List.of(3L, RAIZ), List.of(3L, RAIZ), List.of(1L, "__eq__")))),
            List.of(1L, List.of(2L, List.of(List.of(4L, List.of("builtins.list", 7L, 8L))))),
            depositar("ruído"));
    /** O que o rpyc 5.3 escreveu ao chamar depositar, sacar (com uma lista como valor) e ping, e fechar. */
    private static final byte[] SESSAO = HexFormat.of().parseHex("000000080012515011531151020a"
            + "0000001d00125151116011511012080e0f70617274322e527063536572766572515a0a"
            + "0000002d001251521154115211115312080e0f70617274322e527063536572766572515a1151080e096465706f73697461720a"
            + "00000033001251531157115212115312080e0f6275696c74696e732e6d6574686f64525b"
            + "115111080c616e611840590000000000001151020a"
            + "0000002200125154115f115211115312080e0f6275696c74696e732e6d6574686f64525b1151510a"
            + "00000029001251551154115211115312080e0f70617274322e527063536572766572515a1151080e0573616361720a"
            + "0000005900125156115711521211531208" + "0e0f6275696c74696e732e6d6574686f64525c1152111151"
            + "080c616e61115412080e0d6275"
            + "696c74696e732e6c697374160739373539373434160f3133393736323830323832383637321151020a"
            + "0000000c0012515a1151115110080b6f690a" + "000000080012515b11521151020a");

    private static Processo servidor;
    private static ConexaoRpyc noMeio;
    private static ConexaoRpyc calada;   // pediu uma vez
    private static ConexaoRpyc nemPediu;

    @BeforeAll
    static void iniciar() {
        servidor = Processo.iniciarCom(List.of("-Xmx64m"), "part2.RpcServer", "--memoria", "--silencioso",
                "--porta", "" + PORTA, "--workers", "127.0.0.1:" + Processo.portaLivre()).esperarPronto();
        calada = new ConexaoRpyc(PORTA);
        assertEquals(2L, calada.pedir(depositar("calada")).get(0));
        nemPediu = new ConexaoRpyc(PORTA);
        noMeio = new ConexaoRpyc(PORTA).bytes(new byte[] {0, 0, 0, 8});
    }

    @AfterEach
    void aindaAtende() {
        try (ConexaoRpyc outra = new ConexaoRpyc(PORTA)) {
            assertTrue(String.valueOf(outra.pedir(depositar("quem vem depois"))).contains("DEPOSITO enfileirado: "));
        }
        assertFalse(servidor.registro().stream().anyMatch(l -> l.matches("\\s+at .*|.*Exception.*")), "uma pilha");
    }

    @AfterAll
    static void encerrar() {
        noMeio.close();
        calada.close();
        nemPediu.close();
        servidor.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("uma sessão gravada, cortada em cada byte: responde-se ao que chegou inteiro, na geração dela, e nada mais")
    void sessaoCortada(Geracao geracao) {
        List<Integer> fins = new ArrayList<>();
        ByteArrayOutputStream escrita = new ByteArrayOutputStream();
        for (int inicio = 0; inicio < SESSAO.length; inicio += 6 + SESSAO[inicio + 3]) {
            byte[] corpo = Arrays.copyOfRange(SESSAO, inicio + 5, inicio + 5 + SESSAO[inicio + 3]);
            escrita.writeBytes(quadro(false, corpo(geracao, ConexaoRpyc.mensagem(corpo))));
            fins.add(escrita.size());
        }
        assertEquals(9, fins.size());
        byte[] sessao = escrita.toByteArray();
        for (int corte = 0; corte <= sessao.length; corte++) {
            int ate = corte;
            try (ConexaoRpyc conexao = new ConexaoRpyc(PORTA).bytes(Arrays.copyOf(sessao, corte)).metade()) {
                long respostas = Stream.generate(conexao::ler).takeWhile(Objects::nonNull)
                        .filter(mensagem -> !mensagem.get(0).equals(1L)).count();
                long inteiros = fins.subList(0, 8).stream().filter(fim -> fim <= ate).count();
                assertEquals(inteiros, respostas, "cortada em " + corte);
                assertEquals(inteiros == 0 ? null : geracao, conexao.lida());
            }
        }
    }

    @Test
    @DisplayName("o que passa dos limites corta a conexão; o maior que cabe é atendido")
    void limites() {
        byte[] maior = new byte[64 * 1024 - 21]; // com o que vai em volta dele, 64 KiB
        try (ConexaoRpyc conexao = new ConexaoRpyc(PORTA)) {
            assertNotNull(conexao.pedir(List.of(1L, List.of(1L, List.of(maior)))), "o maior que cabe");
        }
        assertCortada(quadro(false, pedido(1_000_001L, List.of(1L, List.of(1L, List.of(new byte[maior.length + 1]))))));
        assertCortada(HexFormat.of().parseHex("0001000100"));             // promete 64 KiB e um byte
        assertCortada(HexFormat.of().parseHex("00ff"));                   // já se vê que é demais: não espera pelo resto
        assertCortada(HexFormat.of().parseHex("0000000a07"));             // comprimido? nem 0 nem 1
        assertCortada(quadro(true, comprimir(new byte[60_000_000])));   // 60 MB em menos de 64 KiB
        assertCortada(quadro(true, new byte[100]));
        assertCortada(quadro(true, Arrays.copyOf(comprimir(new byte[1_000]), 8)));
        assertCortada(quadro(false, new byte[0]));
        assertCortada(quadro(false, HexFormat.of().parseHex("10".repeat(60_000) + "50")));
        assertCortada(quadro(false, Brine.escrever(BigInteger.TEN.pow(5_000))));
        for (Object mensagem : List.of(7L, "oi", List.of(), List.of(1L, 2L), List.of(9L, 1L, 1L), List.of(1L, "um", 1L))) {
            assertCortada(quadro(false, Brine.escrever(mensagem)));
        }
        for (byte[] corpo : List.of(new byte[] {1}, new byte[] {3, 0x50}, juntar(2, List.of(1L)),
                juntar(1, List.of("um", 1L)))) {
            assertCortada(quadro(false, corpo));
        }
        byte[] semFimDeLinha = quadro(false, pedido(1L, List.of(1L, List.of("oi"))));
        semFimDeLinha[semFimDeLinha.length - 1] = 'x';
        assertCortada(semFimDeLinha);
    }

    @Test
    @DisplayName("respostas que ninguém pediu são ignoradas; um pedido deformado tem uma exceção, e a conexão continua")
    void foraDeHora() {
        try (ConexaoRpyc conexao = new ConexaoRpyc(PORTA)) {
            conexao.mensagem(List.of(2L, 5L, List.of(1L, "oi"))).mensagem(List.of(3L, 6L, "oi"));
            List<Object> deformados = Arrays.asList(null, 7L, List.of(), List.of(1L), List.of(7L, 7L),
                    List.of(1L, List.of(9L, 9L)),
                    List.of(1L, List.of(2L, "x")), List.of(1L, List.of(3L, "x")), List.of(1L, List.of(4L, "x")),
                    List.of(1L, List.of(1L, List.of())), List.of(new byte[0], List.of(1L, List.of())));
            for (Object deformado : deformados) {
                assertEquals(3L, conexao.pedir(deformado).get(0), String.valueOf(deformado));
            }
            assertEquals(2L, conexao.pedir(depositar("fora de hora")).get(0));
            assertEquals(BigInteger.TEN.pow(50), conexao.mensagem(Arrays.asList(1L, BigInteger.TEN.pow(50),
                    List.of(1L, List.of(1L, List.of("oi"))))).ler().get(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("cada geração é atendida na sua: chamada, exceção, quadro comprimido, DEL; e quem muda a meio é cortado")
    void geracoes(Geracao geracao) {
        try (ConexaoRpyc conexao = new ConexaoRpyc(PORTA, geracao)) {
            assertEquals(List.of(4L, RAIZ), conexao.pedir(List.of(3L, List.of(1L, List.of()))).get(2));
            assertEquals(2L, conexao.pedir(depositar("geração")).get(0));
            assertEquals(List.of(1L, "BANK"), conexao.pedir(chamar("get_service_name", List.of(), List.of())).get(2));
            assertEquals(List.of(1L, List.of("BANK")),
                    conexao.pedir(chamar("get_service_aliases", List.of(), List.of())).get(2));
            List<?> aMais = conexao.pedir(chamar("depositar", List.of("eva", 99.0, "bob"), List.of()));
            assertTrue(aMais.toString().contains("TypeError"));
            assertEquals(List.of(1L, "DEPOSITO enfileirado: " + geracao), conexao.pedir(
                    chamar("depositar", List.of("eva", 99.0), List.of(List.of("id_msg", geracao.toString())))).get(2));
            byte[] eco = new byte[50_000];
            List<?> deVolta = (List<?>) conexao.pedir(List.of(1L, List.of(1L, List.of(eco)))).get(2);
            assertTrue(Arrays.equals(eco, (byte[]) deVolta.get(1)));
            assertEquals(geracao, conexao.lida());
            conexao.mensagem(List.of(1L, 7L, PEDIDOS.get(5))).ler();
            assertEquals(15L, ((List<?>) conexao.ler().get(2)).get(0), "um DEL do que foi emprestado");
            assertEquals(geracao, conexao.lida());
            Geracao outra = geracao == Geracao.RPYC_5 ? Geracao.RPYC_6 : Geracao.RPYC_5;
            assertNull(conexao.bytes(quadro(false, corpo(outra, List.of(1L, 8L, depositar("mistura"))))).ler());
        }
    }

    @Test
    @DisplayName("cem mil quadros estragados ao acaso: nem morre, nem atrasa quem se comporta")
    void quadrosEstragados() throws Exception {
        AtomicBoolean fim = new AtomicBoolean();
        ExecutorService linhas = Executors.newCachedThreadPool();
        try {
            Future<Long> bemComportado = linhas.submit(() -> servirAte(fim));
            List<Future<?>> ruidos = List.of(linhas.submit(() -> estragar(1, 40_000, 10_000)),
                    linhas.submit(() -> estragar(2, 40_000, 10_000)));
            for (Future<?> ruido : ruidos) {
                ruido.get(5, TimeUnit.MINUTES);
            }
            fim.set(true);
            long vezes = bemComportado.get(1, TimeUnit.MINUTES);
            assertTrue(vezes > 100, "atendido " + vezes + " vezes");
        } finally {
            fim.set(true);
            linhas.shutdownNow();
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    @DisplayName("quem para no meio de uma mensagem é cortado ao fim de uns segundos; quem fica calado entre duas, ou antes"
            + " da primeira, fica o tempo que quiser")
    void noMeioDeUmaMensagem() {
        assertNull(noMeio.ler());
        assertEquals(2L, calada.pedir(depositar("ainda cá está")).get(0));
        assertEquals(2L, nemPediu.pedir(depositar("também")).get(0));
    }

    /** Deposita sem parar; cada resposta tem de vir, e dentro do prazo da conexão. @return quantas vieram */
    private long servirAte(AtomicBoolean fim) {
        long feitas = 0;
        try (ConexaoRpyc conexao = new ConexaoRpyc(PORTA)) {
            while (!fim.get()) {
                List<?> resposta = conexao.pedir(depositar("bem comportado"));
                assertEquals(2L, resposta.get(0), resposta.toString());
                feitas++;
            }
        }
        return feitas;
    }

    private void estragar(int semente, int porDentro, int porFora) {
        Random sorte = new Random(semente);
        Geracao geracao = Geracao.values()[semente % 2];
        ConexaoRpyc conexao = new ConexaoRpyc(PORTA, geracao);
        for (int i = 0; i < porDentro; i += 20) { // bem escritos, com algo trocado dentro: cada um tem a sua resposta
            for (int j = 0; j < 20; j++) {
                conexao.mensagem(List.of(1L, (long) i + j, trocar(PEDIDOS.get(sorte.nextInt(PEDIDOS.size())), sorte)));
            }
            if (!conexao.respondeu(i, 20)) { // algum foi trocado pelo pedido de fechar
                conexao.close();
                conexao = new ConexaoRpyc(PORTA, geracao);
            }
        }
        conexao.close();
        for (int i = 0; i < porFora; i++) { // com bytes trocados
            byte[] quadro = quadro(false, corpo(geracao, List.of(1L, (long) i, PEDIDOS.get(sorte.nextInt(PEDIDOS.size())))));
            for (int trocas = 1 + sorte.nextInt(3); trocas > 0; trocas--) {
                quadro[1 + sorte.nextInt(quadro.length - 1)] = (byte) sorte.nextInt();
            }
            try (ConexaoRpyc outra = new ConexaoRpyc(PORTA).bytes(quadro).metade()) {
                while (outra.ler() != null) {
                    // até que o servidor feche
                }
            }
        }
    }

    /** O mesmo valor, com um dos que estão dentro dele trocado por outro qualquer. */
    private static List<?> trocar(List<?> itens, Random sorte) {
        List<Object> outros = new ArrayList<>(itens);
        int qual = sorte.nextInt(outros.size());
        boolean maisFundo = sorte.nextInt(6) > 0 && outros.get(qual) instanceof List<?> dentro && !dentro.isEmpty();
        outros.set(qual, maisFundo ? trocar((List<?>) outros.get(qual), sorte) : BrineTest.aoAcaso(sorte, 3));
        return outros;
    }

    private static byte[] juntar(int tipo, List<?> resto) {
        return corpo(Geracao.RPYC_6, Stream.concat(Stream.of((long) tipo), resto.stream()).toList());
    }

    private void assertCortada(byte[] bytes) {
        try (ConexaoRpyc conexao = new ConexaoRpyc(PORTA).bytes(bytes)) {
            assertNull(conexao.ler());
        }
    }

    private static byte[] comprimir(byte[] bytes) {
        Deflater deflater = new Deflater(9);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] menor = new byte[64 * 1024];
        int tamanho = deflater.deflate(menor);
        assertTrue(deflater.finished());
        deflater.end();
        return Arrays.copyOf(menor, tamanho);
    }

    public static void main(String[] args) {
        Testes.rodar(RuidoRpycTest.class);
    }
}
