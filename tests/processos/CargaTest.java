///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A carga: a mesma semente dá as mesmas operações; a linha do fim é para pessoas e para programas.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../shared/Operacao.java ../../shared/memoria/Lembradas.java ../../shared/papel/Carga.java
//SOURCES ../../shared/texto/Campos.java ../../shared/texto/Reais.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.papel.Carga;
import tests.Testes;

@DisplayName("Carga")
class CargaTest {

    @Test
    @DisplayName("a mesma semente dá as mesmas operações, com id_msg novos")
    void mesmaSemente() {
        List<Operacao> uma = operacoes(7, 1_000);
        List<Operacao> outra = operacoes(7, 1_000);
        assertEquals(semIds(uma), semIds(outra));
        assertEquals(2_000, Stream.of(uma, outra).flatMap(List::stream).map(Operacao::id_msg).distinct().count());
    }

    @Test
    @DisplayName("outra semente dá outras; pedir menos dá o começo das mesmas")
    void outraSemente() {
        assertNotEquals(semIds(operacoes(7, 100)), semIds(operacoes(8, 100)));
        assertEquals(semIds(operacoes(7, 100)).subList(0, 10), semIds(operacoes(7, 10)));
    }

    @ParameterizedTest
    @EnumSource(Tipo.class)
    @DisplayName("a mistura tem de todos os tipos, na proporção que diz")
    void mistura(Tipo tipo) {
        long porcento = operacoes(1, 10_000).stream().filter(op -> op.tipo() == tipo).count() / 100;
        long esperado = tipo == Tipo.DEPOSITO ? 40 : 30;
        assertTrue(Math.abs(porcento - esperado) <= 2, tipo + ": " + porcento + " %");
    }

    @Test
    @DisplayName("usa todas as contas pedidas e só elas, com valores de 1 a 150 reais")
    void contasEValores() {
        List<Operacao> ops = operacoes(1, 10_000);
        assertEquals(List.of("conta-1", "conta-2", "conta-3"),
                ops.stream().map(Operacao::conta_origem).distinct().sorted().toList());
        assertEquals(List.of("conta-1", "conta-2", "conta-3"),
                ops.stream().map(Operacao::conta_destino).filter(Objects::nonNull).distinct().sorted().toList());
        assertTrue(ops.stream().map(Operacao::valor).allMatch(v ->
                v.compareTo(BigDecimal.ONE) >= 0 && v.compareTo(new BigDecimal(150)) <= 0));
    }

    @ParameterizedTest(name = "{0} contas")
    @ValueSource(ints = {1, 2, 3, 10})
    @DisplayName("ninguém transfere para a própria conta: isso não muda saldo nenhum")
    void semTransferenciasParaSi(int contas) {
        List<Operacao> ops = new ArrayList<>();
        Carga.operacoes(1, contas, 2_000).forEachRemaining(ops::add);
        assertEquals(List.of(), ops.stream().filter(op -> op.conta_origem().equals(op.conta_destino())).toList());
        assertEquals(contas > 1, ops.stream().anyMatch(op -> op.tipo() == Tipo.TRANSFERENCIA));
    }

    @Test
    @DisplayName("a linha do fim se lê chave por chave: contagens, vazão e percentis em milissegundos")
    void resumo() {
        Carga.Medida medida = new Carga.Medida();
        for (int i = 1; i <= 100; i++) {
            medida.anotar(i % 4 != 0, i <= 90 ? 1_000_000 : i <= 97 ? 20_000_000 : 300_000_000);
        }
        Map<String, Double> lida = ler(medida.resumo());
        assertEquals("ops aceitas recusadas indeterminadas segundos ops_s p50_ms p95_ms p99_ms",
                String.join(" ", lida.keySet()));
        assertEquals(List.of(100.0, 75.0, 25.0, 0.0),
                Stream.of("ops", "aceitas", "recusadas", "indeterminadas").map(lida::get).toList());
        assertEquals(1, lida.get("p50_ms"), 0.001);
        assertEquals(20, lida.get("p95_ms"), 0.02);
        assertEquals(300, lida.get("p99_ms"), 0.3);
    }

    @Test
    @DisplayName("uma operação sem resposta conta à parte, e a carga não fica completa")
    void indeterminada() {
        Carga.Medida medida = new Carga.Medida();
        medida.anotar(true, 1);
        assertTrue(medida.completa());
        medida.indeterminada();
        assertFalse(medida.completa());
        assertTrue(medida.resumo().startsWith("ops=2 aceitas=1 recusadas=0 indeterminadas=1 "), medida.resumo());
    }

    @Test
    @DisplayName("sem nenhuma operação a linha ainda se lê")
    void resumoVazio() {
        assertEquals(0, ler(new Carga.Medida().resumo()).get("ops"));
    }

    @Test
    @DisplayName("nada se perde quando várias linhas de execução anotam ao mesmo tempo")
    void variasLinhas() throws InterruptedException {
        Carga.Medida medida = new Carga.Medida();
        List<Thread> linhas = Stream.generate(() -> new Thread(() -> {
            for (int i = 0; i < 10_000; i++) {
                medida.anotar(i % 2 == 0, i);
            }
        })).limit(4).toList();
        linhas.forEach(Thread::start);
        for (Thread linha : linhas) {
            linha.join();
        }
        assertTrue(medida.resumo().startsWith("ops=40000 aceitas=20000 recusadas=20000 "), medida.resumo());
    }

    private static List<Operacao> operacoes(long semente, int quantas) {
        List<Operacao> lista = new ArrayList<>();
        Carga.operacoes(semente, 3, quantas).forEachRemaining(lista::add);
        return lista;
    }

    private static List<String> semIds(List<Operacao> ops) {
        return ops.stream().map(op -> op.json().replace(op.id_msg(), "")).toList();
    }

    private static Map<String, Double> ler(String linha) {
        return Stream.of(linha.split(" ")).map(par -> par.split("=", 2)).collect(Collectors.toMap(
                par -> par[0], par -> Double.valueOf(par[1]), (a, b) -> a, LinkedHashMap::new));
    }

    public static void main(String[] args) {
        Testes.rodar(CargaTest.class);
    }
}
