///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A simulação de muitas máquinas com muitos grupos dá o que as contas à mão dão.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/Entradas.java ../Testes.java Frota.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.Testes;
import tests.bench.Frota.Custo;
import tests.bench.Frota.Custos;
import tests.bench.Frota.Deu;
import tests.bench.Frota.Plano;

@DisplayName("A frota simulada")
class FrotaTest {

    private static final Custos CUSTOS = new Custos(new Custo(0, 200), new Custo(0, 100), 100, 50, 0);

    private static Deu simular(Custos custos, int maquinas, int grupos, double entre) {
        return Frota.simular(custos, new Plano(maquinas, 2, grupos, entre, 256 * maquinas), 6_000 * maquinas);
    }

    private static void assertPerto(double esperado, double veio) {
        assertTrue(Math.abs(veio - esperado) < 0.1 * esperado, () -> "esperava uns " + esperado + ", veio " + veio);
    }

    @Test
    @DisplayName("com grupos que cheguem, o processador é o teto: núcleos sobre o que uma entrada gasta nas três cópias")
    void tetoDoProcessador() {
        assertPerto(6 * 2 * 1e6 / (200 + 2 * 100), simular(CUSTOS, 6, 120, 0).vazao());
    }

    @Test
    @DisplayName("o dobro das máquinas faz o dobro, se há grupos; um grupo só faz sempre o mesmo")
    void maisMaquinas() {
        assertPerto(2 * simular(CUSTOS, 6, 120, 0).vazao(), simular(CUSTOS, 12, 240, 0).vazao());
        assertPerto(simular(CUSTOS, 3, 1, 0).vazao(), simular(CUSTOS, 12, 1, 0).vazao());
    }

    @Test
    @DisplayName("uma transferência entre grupos custa três entradas, e o cliente espera por duas")
    void entreGrupos() {
        assertPerto(simular(CUSTOS, 6, 120, 0).vazao() / 3, simular(CUSTOS, 6, 120, 1).vazao());
        Plano poucos = new Plano(6, 2, 120, 0, 1);
        Plano poucosEntre = new Plano(6, 2, 120, 1, 1);
        assertPerto(2 * Frota.simular(CUSTOS, poucos, 1_000).p50(), Frota.simular(CUSTOS, poucosEntre, 1_000).p50());
    }

    @Test
    @DisplayName("um custo por lote, ou por grupo parado, faz que grupos a mais rendam menos")
    void gruposAMais() {
        Custos comLote = new Custos(new Custo(500, 200), new Custo(300, 100), 100, 50, 5_000);
        assertTrue(simular(comLote, 6, 1_000, 0).vazao() < 0.8 * simular(comLote, 6, 30, 0).vazao());
    }

    @Test
    @DisplayName("o mesmo plano dá o mesmo")
    void repete() {
        assertEquals(simular(CUSTOS, 3, 30, 0.1), simular(CUSTOS, 3, 30, 0.1));
    }

    public static void main(String[] args) {
        Testes.rodar(FrotaTest.class);
    }
}
