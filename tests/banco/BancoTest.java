///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O banco: dinheiro exato, recusas que são resultados, repetições que não valem, resumos que se comparam.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Banco.java ../../shared/disco/EstadoDoBanco.java ../../shared/memoria/Lembradas.java
//SOURCES ../../shared/memoria/Saldos.java ../../shared/papel/Carga.java ../../shared/texto/Campos.java
//SOURCES ../../shared/texto/JsonGrande.java ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static shared.Operacao.transferencia;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Banco;
import shared.Operacao.Tipo;
import shared.Operacao;
import shared.Resultado.Situacao;
import shared.Resultado;
import shared.disco.EstadoDoBanco;
import shared.memoria.Lembradas;
import shared.papel.Carga;
import shared.texto.Json;
import tests.Testes;

@DisplayName("Banco")
class BancoTest {

    private final Banco banco = new Banco();

    @Test
    @DisplayName("0,10 mais 0,20 são 0,30, e mil vezes 0,01 são 10,00")
    void dinheiroExato() {
        banco.aplicar(deposito("ana", reais("0.1")));
        banco.aplicar(deposito("ana", reais("0.2")));
        assertEquals(reais("0.30"), banco.saldo("ana"));
        for (int i = 0; i < 1_000; i++) {
            banco.aplicar(deposito("bia", reais("0.01")));
        }
        assertEquals(reais("10.00"), banco.saldo("bia"));
    }

    @Test
    @DisplayName("um saque sem saldo é recusado com o motivo, e a conta passa a existir com zero")
    void saqueRecusadoCriaAConta() {
        Resultado resultado = banco.aplicar(saque("ana", reais("0.01")));
        assertEquals(Resultado.recusada("saldo insuficiente: ana tem 0.00"), resultado);
        assertEquals(Map.of("ana", reais("0.00")), banco.saldos());
        assertEquals(1, banco.recusadas());
    }

    @Test
    @DisplayName("pode-se sacar até o último centavo, e nem um a mais")
    void ateOUltimoCentavo() {
        banco.aplicar(deposito("ana", reais("10")));
        assertEquals(Situacao.RECUSADA, banco.aplicar(saque("ana", reais("10.01"))).situacao());
        assertEquals(Resultado.APLICADA, banco.aplicar(saque("ana", reais("10"))));
        assertEquals(reais("0.00"), banco.saldo("ana"));
    }

    @Test
    @DisplayName("uma transferência muda os dois saldos; recusada, nenhum, mas as contas passam a existir")
    void transferenciaTudoOuNada() {
        assertEquals(Situacao.RECUSADA, banco.aplicar(transferencia("ana", "bia", reais("1"))).situacao());
        assertEquals(Map.of("ana", reais("0.00"), "bia", reais("0.00")), banco.saldos());
        banco.aplicar(deposito("ana", reais("10")));
        banco.aplicar(transferencia("ana", "bia", reais("3.50")));
        assertEquals(Map.of("ana", reais("6.50"), "bia", reais("3.50")), banco.saldos());
    }

    @Test
    @DisplayName("transferir para si mesmo não cria dinheiro")
    void transferirParaSi() {
        banco.aplicar(deposito("ana", reais("10")));
        assertEquals(Resultado.APLICADA, banco.aplicar(transferencia("ana", "ana", reais("10"))));
        assertEquals(Situacao.RECUSADA, banco.aplicar(transferencia("ana", "ana", reais("10.01"))).situacao());
        assertEquals(Map.of("ana", reais("10.00")), banco.saldos());
    }

    @Test
    @DisplayName("quem olha os saldos não os muda")
    void saldosSoParaLeitura() {
        banco.aplicar(deposito("ana", reais("10")));
        assertThrows(UnsupportedOperationException.class, () -> banco.saldos().put("ana", reais("99")));
        assertEquals(reais("0.00"), banco.saldo("ninguém"));
        assertFalse(banco.saldos().containsKey("ninguém"), "perguntar não cria a conta");
    }

    @Test
    @DisplayName("uma repetição dá o primeiro resultado e não muda nada, mesmo que agora desse outro")
    void repeticao() {
        Operacao saque = saque("ana", reais("5"));
        Resultado primeiro = banco.aplicar(saque);
        banco.aplicar(deposito("ana", reais("10")));
        String antes = banco.resumo();
        assertEquals(new Resultado(Resultado.Situacao.DUPLICADA, null, primeiro), banco.aplicar(saque));
        assertEquals(primeiro, banco.aplicar(saque).original());
        assertEquals(primeiro, banco.lembradas().valor(saque.id_msg()));
        assertEquals(antes, banco.resumo());
        assertEquals(List.of(1L, 1L), List.of(banco.aplicadas(), banco.recusadas()));
    }

    @Test
    @DisplayName("é a mesma operação a que faz o mesmo, escreva-se 10, 10.0 ou 1.00E1, e a conta do depósito onde for")
    void mesmaOperacao() {
        for (String escrita : List.of("'ana', 'conta_destino': null, 'valor': 10",
                "'ana', 'conta_destino': null, 'valor': 10.0", "null, 'conta_destino': 'ana', 'valor': 1.00E1")) {
            String json = "{'id_msg': 'm-1', 'tipo': 'DEPOSITO', 'conta_origem': " + escrita + "}";
            banco.aplicar(Operacao.ler(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        }
        assertEquals(Map.of("ana", reais("10.00")), banco.saldos());
        assertEquals(List.of(1L, 0L), List.of(banco.aplicadas(), banco.recusadas()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"SAQUE a|10", "DEPOSITO b|10", "DEPOSITO a|10.01", "TRANSFERENCIA a|b|10",
            "TRANSFERENCIA a|a|10"})
    @DisplayName("outra operação com o mesmo id_msg é um erro que diz as duas, e nada muda; também depois de um instantâneo")
    void idRepetido(String outra) {
        banco.aplicar(new Operacao("m-1", Tipo.DEPOSITO, "a", null, reais("10")));
        banco.aplicar(new Operacao("m-2", Tipo.SAQUE, "a", null, reais("99")));
        Operacao mesmoId = operacao("m-1", outra);
        for (Banco b : List.of(banco, EstadoDoBanco.ler(EstadoDoBanco.de(banco)))) {
            String antes = Json.escrever(EstadoDoBanco.de(b));
            Resultado resultado = b.aplicar(mesmoId);
            assertTrue(resultado.idRepetido() && resultado.situacao() == Situacao.RECUSADA, resultado.toString());
            assertEquals("id_repetido: o id_msg m-1 já é de DEPOSITO 10.00 a, e agora veio com "
                    + mesmoId.conteudo().replace('\t', ' ') + "; a uma operação nova dê um id_msg novo", resultado.motivo());
            assertEquals(antes, Json.escrever(EstadoDoBanco.de(b)));
            assertTrue(b.aplicar(operacao("m-2", outra)).idRepetido(), "também o de uma recusada");
            assertEquals(Resultado.APLICADA, b.lembradas().valor("m-1"));
        }
    }

    @Test
    @DisplayName("contas com espaços e sinais não se confundem: cada operação tem o seu conteúdo")
    void conteudoInequivoco() {
        assertNotEquals(operacao("m", "TRANSFERENCIA a b|c|1").conteudo(),
                operacao("m", "TRANSFERENCIA a|b c|1").conteudo());
        assertNotEquals(operacao("m", "TRANSFERENCIA a > b|c|1").conteudo(),
                operacao("m", "TRANSFERENCIA a|b > c|1").conteudo());
        assertNotEquals(operacao("m", "DEPOSITO a b|1").conteudo(), operacao("m", "TRANSFERENCIA a|b|1").conteudo());
    }

    @Test
    @DisplayName("um instantâneo da versão 1.0.0, que não diz o conteúdo, ainda se lê: o id_msg repetido é o que era")
    void instantaneoAntigo() {
        Operacao primeira = new Operacao("m-1", Tipo.DEPOSITO, "ana", null, reais("10"));
        banco.aplicar(primeira);
        ObjectNode antigo = EstadoDoBanco.de(banco);
        antigo.withArray("resultados").forEach(r -> ((ArrayNode) r).remove(2));
        Banco lido = EstadoDoBanco.ler(EstadoDoBanco.de(EstadoDoBanco.ler(antigo)));
        assertEquals(Situacao.DUPLICADA, lido.aplicar(primeira).situacao());
        assertEquals(Situacao.DUPLICADA, lido.aplicar(new Operacao("m-1", Tipo.SAQUE, "bia", null, reais("3"))).situacao());
        assertEquals(banco.resumo(), lido.resumo());
    }

    @Test
    @DisplayName("lembra exatamente os 100 000 últimos id_msg, por ordem de aplicação")
    void limiteDeIds() {
        for (int i = 1; i <= Lembradas.MAXIMO; i++) {
            banco.aplicar(numerada(i));
        }
        assertEquals(Situacao.DUPLICADA, banco.aplicar(numerada(1)).situacao());
        banco.aplicar(numerada(Lembradas.MAXIMO + 1));
        assertTrue(banco.lembradas().valor("m-1") == null, "a repetição não a fez mais nova");
        assertEquals(Situacao.DUPLICADA, banco.aplicar(numerada(2)).situacao());
        assertEquals(Resultado.APLICADA, banco.aplicar(numerada(1)));
    }

    @Test
    @DisplayName("o resumo é o SHA-256 das linhas conta=saldo, por ordem de nome")
    void formaDoResumo() {
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", banco.resumo());
        banco.aplicar(deposito("bia", reais("1")));
        banco.aplicar(deposito("ana", reais("0.3")));
        // printf 'ana=0.30\nbia=1.00\n' | sha256sum
        assertEquals("7f9f79ae37517e44a2e217947ad0fca9d202ba8e2f42835cace306182c16b2de", banco.resumo());
    }

    @Test
    @DisplayName("o resumo não depende do caminho nem da ordem em que as contas nasceram, só do estado")
    void resumoSoDoEstado() {
        banco.aplicar(deposito("ana", reais("1")));
        banco.aplicar(deposito("bia", reais("2")));
        Banco outro = new Banco();
        outro.aplicar(deposito("bia", reais("3.0")));
        outro.aplicar(transferencia("bia", "ana", reais("1.00")));
        assertEquals(banco.resumo(), outro.resumo());
        outro.criarConta("caio");
        assertNotEquals(banco.resumo(), outro.resumo(), "uma conta vazia também é estado");
    }

    // ───── Instantâneo ─────

    @Test
    @DisplayName("o instantâneo, escrito e lido, é o mesmo banco: saldos, contadores, id_msg lembrados e motivos de recusa")
    void instantaneo() {
        Operacao recusada = saque("joão 😀 \"o\"\\", reais("7"));
        banco.aplicar(recusada);
        banco.aplicar(deposito("ana", reais("1000000000000")));
        banco.aplicar(transferencia("ana", "1E+2", reais("100")));
        Banco lido = EstadoDoBanco.ler(
                Json.lerGrande(Json.escrever(EstadoDoBanco.de(banco)).getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of(banco.saldos(), List.copyOf(banco.lembradas().todas().keySet()), banco.depositado(),
                banco.sacado(), banco.resumo()),
                List.of(lido.saldos(), List.copyOf(lido.lembradas().todas().keySet()), lido.depositado(), lido.sacado(),
                        lido.resumo()));
        assertEquals(List.of(2L, 1L), List.of(lido.aplicadas(), lido.recusadas()));
        assertEquals(banco.aplicar(recusada), lido.aplicar(recusada));
    }

    @Test
    @DisplayName("também o de um banco vazio, e o de um que já esqueceu os id_msg mais velhos")
    void instantaneoDosExtremos() {
        assertEquals(EstadoDoBanco.de(banco), EstadoDoBanco.de(EstadoDoBanco.ler(EstadoDoBanco.de(banco))));
        for (int i = 1; i <= Lembradas.MAXIMO + 5; i++) {
            banco.aplicar(numerada(i));
        }
        Banco lido = EstadoDoBanco.ler(
                Json.lerGrande(Json.escrever(EstadoDoBanco.de(banco)).getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.copyOf(banco.lembradas().todas().keySet()), List.copyOf(lido.lembradas().todas().keySet()));
        List.of(banco, lido).forEach(b -> b.aplicar(numerada(0)));
        assertEquals(List.copyOf(banco.lembradas().todas().keySet()), List.copyOf(lido.lembradas().todas().keySet()),
                "esquece o mesmo, pela mesma ordem");
    }

    // ───── Listas ao acaso ─────

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("trocar o banco pelo do seu instantâneo, a qualquer momento, não muda o que vem depois")
    void instantaneoNoMeio(long semente) {
        Banco trocado = new Banco();
        Random sorte = new Random(semente);
        for (Operacao op : operacoes(semente)) {
            trocado = sorte.nextInt(10) > 0 ? trocado : EstadoDoBanco.ler(EstadoDoBanco.de(trocado));
            assertEquals(banco.aplicar(op), trocado.aplicar(op));
        }
        assertEquals(Json.escrever(EstadoDoBanco.de(banco)), Json.escrever(EstadoDoBanco.de(trocado)));
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("a cada passo concorda com um modelo ingênuo, o dinheiro se conserva e ninguém deve")
    void concordaComOModelo(long semente) {
        Modelo modelo = new Modelo();
        for (Operacao op : operacoes(semente)) {
            assertEquals(modelo.aplicar(op), banco.aplicar(op).situacao(), op::json);
            assertEquals(modelo.saldos(), banco.saldos(), op::json);
            assertEquals(banco.depositado().subtract(banco.sacado()),
                    EstadoDoBanco.total(banco), op::json);
            assertTrue(banco.saldos().values().stream().allMatch(saldo -> saldo.signum() >= 0), op::json);
        }
        assertEquals(List.of(modelo.reais(modelo.depositado), modelo.reais(modelo.sacado)),
                List.of(banco.depositado(), banco.sacado()));
        assertTrue(banco.recusadas() > 0, "a lista tem de pôr as recusas à prova");
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("dois bancos com a mesma lista ficam iguais em tudo")
    void mesmaListaMesmoEstado(long semente) {
        Banco outro = new Banco();
        for (Operacao op : operacoes(semente)) {
            assertEquals(banco.aplicar(op), outro.aplicar(op));
            assertEquals(banco.resumo(), outro.resumo());
        }
    }

    @ParameterizedTest(name = "semente {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("depósitos comutam: qualquer ordem dá o mesmo; com saques no meio, não")
    void soDepositosComutam(long semente) {
        List<Operacao> todas = operacoes(semente);
        List<Operacao> depositos = todas.stream().filter(op -> op.tipo() == Tipo.DEPOSITO).toList();
        assertEquals(resumoDe(depositos), resumoDe(embaralhar(depositos, semente)));
        assertNotEquals(resumoDe(todas), resumoDe(embaralhar(todas, semente)));
    }

    /**
     * A carga de sempre, com transferências de uma conta para ela própria, e uma em cada dez repetida mais tarde ou mais
     * cedo.
     */
    private static List<Operacao> operacoes(long semente) {
        List<Operacao> lista = new ArrayList<>();
        Carga.operacoes(semente, 5, 400).forEachRemaining(lista::add);
        Random sorte = new Random(semente);
        for (int i = 0; i < 40; i++) {
            String conta = Carga.conta(1 + sorte.nextInt(5));
            lista.add(sorte.nextInt(lista.size()),
                    Operacao.transferencia(conta, conta, BigDecimal.valueOf(1 + sorte.nextInt(150))));
            lista.add(sorte.nextInt(lista.size()), lista.get(sorte.nextInt(lista.size())));
        }
        return lista;
    }

    private static List<Operacao> embaralhar(List<Operacao> lista, long semente) {
        List<Operacao> outra = new ArrayList<>(lista);
        Collections.shuffle(outra, new Random(semente));
        return outra;
    }

    private static String resumoDe(List<Operacao> lista) {
        Banco banco = new Banco();
        lista.forEach(banco::aplicar);
        return banco.resumo();
    }

    private static Operacao numerada(int n) {
        return new Operacao("m-" + n, Tipo.DEPOSITO, "ana", null, BigDecimal.ONE);
    }

    /** {@code TIPO conta[|destino]|valor}. */
    private static Operacao operacao(String id, String texto) {
        String[] partes = texto.substring(texto.indexOf(' ') + 1).split("\\|");
        return new Operacao(id, Tipo.valueOf(texto.split(" ")[0]), partes[0], partes.length == 3 ? partes[1] : null,
                reais(partes[partes.length - 1]));
    }

    private static BigDecimal reais(String valor) {
        return new BigDecimal(valor);
    }

    /** O banco outra vez, da maneira mais simples possível: centavos inteiros e um conjunto de id_msg. */
    private static final class Modelo {

        private final Map<String, Long> centavos = new TreeMap<>();
        private final Set<String> vistas = new HashSet<>();
        private long depositado;
        private long sacado;

        Situacao aplicar(Operacao op) {
            if (!vistas.add(op.id_msg())) {
                return Situacao.DUPLICADA;
            }
            long valor = op.valor().movePointRight(2).longValueExact();
            somar(op.conta_origem(), 0);
            somar(op.tipo() == Tipo.TRANSFERENCIA ? op.conta_destino() : op.conta_origem(), 0);
            if (op.tipo() != Tipo.DEPOSITO && centavos.get(op.conta_origem()) < valor) {
                return Situacao.RECUSADA;
            }
            somar(op.conta_origem(), op.tipo() == Tipo.DEPOSITO ? valor : -valor);
            if (op.tipo() == Tipo.TRANSFERENCIA) {
                somar(op.conta_destino(), valor);
            }
            depositado += op.tipo() == Tipo.DEPOSITO ? valor : 0;
            sacado += op.tipo() == Tipo.SAQUE ? valor : 0;
            return Situacao.APLICADA;
        }

        private void somar(String conta, long valor) {
            centavos.merge(conta, valor, Long::sum);
        }

        Map<String, BigDecimal> saldos() {
            Map<String, BigDecimal> saldos = new TreeMap<>();
            centavos.forEach((conta, valor) -> saldos.put(conta, reais(valor)));
            return saldos;
        }

        BigDecimal reais(long valor) {
            return BigDecimal.valueOf(valor, 2);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(BancoTest.class);
    }
}
