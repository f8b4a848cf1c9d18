///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As contas em grupos: a regra, passo a passo, e o que ela garante sob mortes, perdas e grupos sem maioria.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/grupos/Leituras.java ../Testes.java Estrago.java Procura.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import part3.regra.grupos.Condutor;
import part3.regra.grupos.Grupo;
import part3.regra.grupos.Grupos;
import part3.regra.grupos.Leituras;
import part3.regra.grupos.Passagem;
import part3.regra.grupos.Passagem.Passo;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.memoria.Lembradas;
import shared.ordem.Aplicada;
import tests.Testes;
import tests.sim.Procura.Resultado;

@DisplayName("Contas em grupos")
class GruposTest {

    private static final String PARTE = "3-grupos";
    private static final Grupos QUATRO = new Grupos(4);

    private final List<Envelope> publicou = new ArrayList<>();
    private final Grupo deAna = novo("ana");
    private final Grupo deBia = novo("bia");

    private Grupo novo(String conta) {
        return new Grupo(QUATRO, QUATRO.de(conta), "h-" + conta, (envelope, resultado) -> publicou.add(envelope));
    }

    private static Operacao operacao(String id, Tipo tipo, String conta, String destino, int valor) {
        return new Operacao(id, tipo, conta, destino, BigDecimal.valueOf(valor));
    }

    private static String pedir(Grupo grupo, Operacao op) {
        return grupo.aplicar(op.json().getBytes(StandardCharsets.UTF_8));
    }

    private String depositar(int valor) {
        return pedir(deAna, operacao("d" + valor, Tipo.DEPOSITO, "ana", null, valor));
    }

    private Passagem passar(String id, int valor) {
        return Passagem.porPassar(pedir(deAna, operacao(id, Tipo.TRANSFERENCIA, "ana", "bia", valor)));
    }

    private void assertSaldos(String ana, String emTransito, String bia) {
        assertEquals(List.of(ana, emTransito, bia), List.of(deAna.saldo("ana").toPlainString(),
                deAna.saldo(Grupos.EM_TRANSITO).toPlainString(), deBia.saldo("bia").toPlainString()));
    }

    // ───── A regra ─────

    @ParameterizedTest(name = "{0}")
    @CsvSource({"ana, 2", "bia, 0", "caio, 1", "São João, 2", "conta-1, 0", "🙂, 1"})
    @DisplayName("o grupo de uma conta é o que o zlib do Python dá, e não muda")
    void grupoDeUmaConta(String conta, int grupo) {
        assertEquals(grupo, QUATRO.de(conta));
    }

    @Test
    @DisplayName("contas com nomes seguidos ficam repartidas por igual")
    void repartidas() {
        Grupos mil = new Grupos(1_000);
        int[] quantas = new int[mil.quantos()];
        for (int i = 0; i < 1_000_000; i++) {
            quantas[mil.de("conta-" + i)]++;
        }
        for (int destas : quantas) {
            assertTrue(destas > 750 && destas < 1_250, () -> "um grupo com " + destas + " contas, e a média é 1000");
        }
    }

    @Test
    @DisplayName("uma transferência entre grupos sai, chega e fecha-se; repetido, nenhum passo faz nada; ouve-se o mesmo")
    void passagem() {
        assertEquals("OK seq=1", depositar(100));
        Passagem passagem = passar("t", 30);
        assertEquals(passagem, passar("t", 30));
        assertSaldos("70.00", "30.00", "0.00");
        for (int vez = 0; vez < 2; vez++) {
            assertEquals("OK seq=2", deBia.aplicar(passagem.entrada(Passo.CREDITAR)));
            assertSaldos("70.00", "30.00", "30.00");
        }
        for (int vez = 0; vez < 2; vez++) {
            assertEquals("OK seq=2", deAna.aplicar(passagem.entrada(Passo.FECHAR)));
            assertSaldos("70.00", "0.00", "30.00");
        }
        assertEquals("OK seq=2", pedir(deAna, passagem.op()));
        assertEquals("OK seq=2", deBia.aplicar(passagem.entrada(Passo.CREDITAR)));
        assertSaldos("70.00", "0.00", "30.00");
        assertEquals(4, publicou.size());
    }

    @Test
    @DisplayName("sem saldo, recusa-se como sempre: tem um número, nada muda, e nada fica por passar")
    void semSaldo() {
        assertEquals("OK seq=1", pedir(deAna, operacao("t", Tipo.TRANSFERENCIA, "ana", "bia", 30)));
        assertEquals("saldo insuficiente: ana tem 0.00", deAna.banco().lembradas().valor("t").motivo());
        assertEquals(List.of(), List.copyOf(deAna.abertas()));
        depositar(100);
        assertEquals("OK seq=1", pedir(deAna, operacao("t", Tipo.TRANSFERENCIA, "ana", "bia", 30)));
        assertSaldos("100.00", "0.00", "0.00");
    }

    @Test
    @DisplayName("o mesmo id_msg com outro conteúdo é um erro, esteja a passagem aberta ou não; os nomes do banco são dele")
    void idRepetidoENomesDoBanco() {
        depositar(100);
        Passagem passagem = passar("t", 30);
        Operacao outra = operacao("t", Tipo.TRANSFERENCIA, "ana", "caio", 30);
        assertTrue(pedir(deAna, outra).startsWith("ERRO id_repetido: o id_msg t já é de TRANSFERENCIA 30.00 ana bia"));
        deBia.aplicar(passagem.entrada(Passo.CREDITAR));
        deAna.aplicar(passagem.entrada(Passo.FECHAR));
        assertTrue(pedir(deAna, outra).startsWith("ERRO id_repetido: o id_msg t já é de TRANSFERENCIA 30.00 ana bia"));
        for (Operacao op : List.of(operacao("x", Tipo.TRANSFERENCIA, "ana", Grupos.EM_TRANSITO, 1),
                operacao(Grupos.EM_TRANSITO + " 2>0 #2", Tipo.DEPOSITO, "ana", null, 1))) {
            assertTrue(pedir(deAna, op).startsWith("ERRO campo: 'em trânsito"), op::toString);
        }
        assertTrue(pedir(deBia, operacao("y", Tipo.DEPOSITO, "ana", null, 1)).contains("é do grupo 2 de 4, e este é o 0"));
        assertSaldos("70.00", "0.00", "30.00");
    }

    /** Muito depois de o id_msg, ou o nome da passagem, já não se lembrar. */
    @Test
    @DisplayName("por mais tarde que um passo se repita, o dinheiro não sai, nem chega, outra vez")
    void muitoTarde() {
        depositar(100);
        Passagem passagem = passar("t", 30);
        encher(deAna, "ana");
        assertEquals(passagem, passar("t", 30), "aberta, conhece-se sempre");
        deBia.aplicar(passagem.entrada(Passo.CREDITAR));
        encher(deBia, "bia");
        deBia.aplicar(passagem.entrada(Passo.CREDITAR));
        deAna.aplicar(passagem.entrada(Passo.FECHAR));
        assertEquals("OK seq=2", pedir(deAna, passagem.op()), "conhece-se desde que se fechou, e não desde que se pediu");
        assertEquals(new BigDecimal("30.00"), deBia.saldo("bia").subtract(BigDecimal.valueOf(Lembradas.MAXIMO + 1)));
        for (int i = 0; i <= Lembradas.MAXIMO; i++) {
            pedir(deAna, operacao("r" + i, Tipo.TRANSFERENCIA, "ana", "bia", 1_000_000_000)); // recusam-se
        }
        Passagem outra = passar("t", 20); // já ninguém se lembra do id_msg: é outra operação
        deAna.aplicar(passagem.entrada(Passo.FECHAR));
        assertEquals(List.of(outra), List.copyOf(deAna.abertas()));
    }

    private static void encher(Grupo grupo, String conta) {
        for (int i = 0; i <= Lembradas.MAXIMO; i++) {
            pedir(grupo, operacao("e" + i, Tipo.DEPOSITO, conta, null, 1));
        }
    }

    @Test
    @DisplayName("um instantâneo leva tudo: quem recomeça dele responde o mesmo a tudo o que venha")
    void instantaneo() {
        depositar(100);
        Passagem aberta = passar("t", 30);
        Passagem fechada = passar("u", 20);
        deBia.aplicar(fechada.entrada(Passo.CREDITAR)); // a segunda chega antes da primeira
        deAna.aplicar(fechada.entrada(Passo.FECHAR));
        Grupo outroDeAna = Grupo.daFoto(QUATRO, deAna.foto(), (envelope, resultado) -> { });
        Grupo outroDeBia = Grupo.daFoto(QUATRO, deBia.foto(), (envelope, resultado) -> { });
        for (Passagem uma : List.of(aberta, fechada)) {
            for (Passo passo : List.of(Passo.CREDITAR, Passo.FECHAR)) {
                assertEquals(deAna.aplicar(uma.entrada(passo)), outroDeAna.aplicar(uma.entrada(passo)));
                assertEquals(deBia.aplicar(uma.entrada(passo)), outroDeBia.aplicar(uma.entrada(passo)));
            }
            assertEquals(pedir(deAna, uma.op()), pedir(outroDeAna, uma.op()));
        }
        assertEquals(deAna.foto(), outroDeAna.foto());
        assertEquals(deBia.foto(), outroDeBia.foto());
        assertSaldos("50.00", "0.00", "50.00");
    }

    @Test
    @DisplayName("quem segue um grupo sem saber de grupos tem o mesmo banco")
    void umaReplicaDeAntes() {
        depositar(100);
        Banco replica = new Banco();
        Passagem passagem = passar("t", 30);
        deAna.aplicar(passagem.entrada(Passo.FECHAR));
        publicou.forEach(envelope -> Aplicada.de(Envelope.ler(envelope.json()), replica));
        assertEquals(deAna.banco().resumo(), replica.resumo());
        assertEquals(List.of(1L, 2L, 3L), publicou.stream().map(Envelope::seq).toList());
    }

    /** Um processo atrasado num dos grupos, seja qual for, espera: senão o dinheiro ver-se-ia duas vezes, ou nenhuma. */
    @Test
    @DisplayName("uma leitura espera que os grupos formem um corte, e diz o que vai a caminho")
    void umCorte() {
        depositar(100);
        List<Grupo> locais = List.of(deBia, novo("caio"), deAna, new Grupo(QUATRO, 3, "h-3", (envelope, r) -> { }));
        List<String> ouviu = new ArrayList<>();
        Leituras<String> leituras = new Leituras<>(QUATRO, new Condutor.Saida<>() {
            @Override
            public void propor(int grupo, byte[] entrada, Consumer<String> volta) {
                volta.accept("LIDA 0");
            }

            @Override
            public void responder(String cliente, String texto) {
                ouviu.add(texto);
            }
        });
        Grupo adiantada = Grupo.daFoto(QUATRO, deAna.foto(), (envelope, resultado) -> { });
        Passagem p = Passagem.porPassar(pedir(adiantada, operacao("t", Tipo.TRANSFERENCIA, "ana", "bia", 30)));
        deBia.aplicar(p.entrada(Passo.CREDITAR));
        leituras.pedir("cliente", List.of("ana", "bia"));
        leituras.passo(locais, 0);
        assertEquals(List.of(), ouviu, "chegou, e aqui ainda não saiu");
        pedir(deAna, p.op());
        leituras.passo(locais, 0);
        assertEquals(List.of(lida("70.00", "30.00", "0.00", 1, 2)), ouviu);

        Passagem q = passar("u", 20);
        leituras.pedir("cliente", List.of("ana", "bia"));
        leituras.passo(locais, 0);
        assertEquals(lida("50.00", "30.00", "20.00", 1, 3), ouviu.get(1));
        deAna.aplicar(q.entrada(Passo.FECHAR));
        leituras.pedir("cliente", List.of("ana", "bia"));
        leituras.passo(locais, 0);
        assertEquals(2, ouviu.size(), "fechou-se, e aqui ainda não chegou");
        leituras.passo(locais, Leituras.PRAZO_MS);
        assertTrue(ouviu.get(2).startsWith("ERRO sem_corte: "), ouviu::toString);
    }

    private static String lida(String ana, String bia, String emTransito, int atePrimeiro, int ateSegundo) {
        return "{\"saldos\": {\"ana\": \"" + ana + "\", \"bia\": \"" + bia + "\"}, \"em_transito\": \"" + emTransito
                + "\", \"ate\": {\"0\": " + atePrimeiro + ", \"2\": " + ateSegundo + "}}";
    }

    // ───── Sob faltas ─────

    @Test
    @DisplayName("sob mortes, paradas, perdas e grupos sem maioria: o dinheiro conserva-se a cada entrada, tudo vale"
            + " uma vez, cada conta tem uma ordem que respeita o tempo, e as leituras são cortes")
    void cumpreOQueGarante() {
        assertNull(Simulador.rodar(PARTE, 1, Testes.quanto(40, 1_500), Defeito.NENHUM));
    }

    static Stream<Estrago> vistos() {
        return Estrago.de(PARTE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vistos")
    @DisplayName("um estrago de propósito é visto em poucas sementes")
    void veOEstrago(Estrago estrago) {
        assertNotNull(Simulador.rodar(PARTE, 1, 300, estrago.defeito()), "em 300 sementes a simulação não o viu");
    }

    @Test
    @DisplayName("com tudo no seu lugar, nada falha por qualquer caminho com um desvio")
    void nadaFalha() {
        Resultado r = Procura.procurar(Alcance.de(PARTE, Defeito.NENHUM, true), 1, 1_200); // com dois, são minutos
        assertNull(r.achado(), () -> Procura.dizer(r).toString());
        assertEquals(1, r.ate(), () -> Procura.dizer(r).toString());
    }

    static Stream<Estrago> achados() {
        return Estrago.procurados(PARTE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("achados")
    @DisplayName("tirado um mecanismo, a história mais curta tem estes desvios")
    void acha(Estrago estrago) {
        Resultado r = Procura.procurar(estrago.alcance(), estrago.desvios(), 1_200);
        assertNotNull(r.achado(), () -> Procura.dizer(r).toString());
        assertEquals(estrago.desvios(), r.achado().desvios());
        assertTrue(Historia.de(r.achado()).contains("o cliente 1 pediu a transferência de 80"));
    }

    public static void main(String[] args) {
        Testes.rodar(GruposTest.class);
    }
}
