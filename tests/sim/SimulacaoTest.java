///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Simulação determinística das partes 2, 3 e 4: as regras de verdade, com rede, discos e mortes de mentira.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java Estrago.java Procura.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Testes;

/**
 * De cada semente sai uma execução: processos, clientes e faltas (mortes em qualquer ação, falta de energia, discos cheios,
 * paradas, cortes num sentido, ligações mudas, perdas, atrasos, repetições). No fim tudo se conserta, e confere-se o que
 * cada parte garante.
 *
 * <pre>
 *   jbang tests/sim/SimulacaoTest.java                        os testes
 *   jbang tests/sim/SimulacaoTest.java 4 rodar 100000 1       100 000 sementes da parte 4, da 1 em diante
 *   jbang tests/sim/SimulacaoTest.java 4 2042 [DEFEITO]       repete uma semente: as faltas que bastam, e o rastro
 *   jbang tests/sim/SimulacaoTest.java procurar 3 --sem recuperacao   a história mais curta (veja Procura)
 * </pre>
 *
 * As partes: {@code 2}, {@code 3}, {@code 4}; {@code 2-dois}, com dois servidores RPC; {@code 2-original}, com um worker do
 * sistema original; {@code 3-alheia}, com o sequenciador original, que numera também o que recusamos; {@code 4-assincrona};
 * sem testemunha, {@code 4-manual}, se quem promove sabe que o primário morreu, e {@code 4-dividido}, se não sabe.
 */
@DisplayName("Simulação")
class SimulacaoTest {

    /** As primeiras; todas, com as campanhas longas. */
    @ParameterizedTest(name = "parte {0}: {1} sementes")
    @CsvSource({"2, 1200", "2-dois, 400", "2-original, 400", "3, 1200", "3-alheia, 700",
        "4, 2600", "4-assincrona, 400", "4-manual, 400", "4-dividido, 400"})
    @DisplayName("sob mortes, paradas, perdas, cortes e discos cheios, cada parte cumpre o que garante")
    void cumpreOQueGarante(String parte, int sementes) {
        assertNull(Simulador.rodar(parte, 1, Testes.quanto(sementes / 4, sementes), Defeito.NENHUM));
    }

    @ParameterizedTest(name = "parte {0}")
    @ValueSource(strings = {"2-dois", "3-alheia", "4-assincrona", "4-dividido"})
    @DisplayName("o que uma parte não garante acontece: outra ordem em cada worker, um número que não se recupera do"
            + " original, uma operação confirmada que se perde")
    void mostraOQueNaoGarante(String parte) {
        assertTrue(Simulador.mostraFraqueza(parte, 1, 300), "em 300 sementes não aconteceu");
    }

    static Stream<Estrago> estragos() {
        return Estrago.de("[24].*|3|3-alheia");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("estragos")
    @DisplayName("um estrago de propósito é visto em poucas sementes")
    void veOEstrago(Estrago estrago) {
        assertNotNull(Simulador.rodar(estrago.parte(), 1, 2_000, estrago.defeito()), "em 2000 sementes não o viu");
    }

    /** Mostraram defeitos que houve: leitura velha depois de reiniciar, um atrasado em dia, uma foto vazia sem fim. */
    @ParameterizedTest(name = "parte 4, semente {0}")
    @ValueSource(longs = {3676, 4444, 8173, 10611, 13408, 14608, 26076, 35677})
    @DisplayName("as sementes que já falharam não falham mais")
    void asQueJaFalharam(long semente) {
        assertNull(Simulador.uma("4", semente, Defeito.NENHUM));
    }

    @Test
    @DisplayName("de uma semente que falha sobra pouco: tiram-se faltas, clientes, operações e mensagens, e ainda falha")
    void reduz() {
        Simulador.Falha falha = Simulador.rodar("3", 1, 2_000, Defeito.SEM_DEDUPLICAR);
        Reducao reducao = new Reducao("3", falha.semente(), Defeito.SEM_DEDUPLICAR);
        int[] restam = reducao.restam();
        assertTrue(restam[0] <= 2, reducao::toString);
        assertTrue(reducao.faltas().size() <= 1, reducao::toString);
        List<String> rastro = reducao.rastro();
        assertTrue(rastro.get(rastro.size() - 1).contains("duas vezes"), reducao::toString);
    }

    @Test
    @DisplayName("a mesma semente dá a mesma execução")
    void mesmaSementeMesmaExecucao() {
        assertEquals(Simulador.rastro("4", 7, Defeito.NENHUM), Simulador.rastro("4", 7, Defeito.NENHUM));
    }

    public static void main(String[] args) {
        if (args.length == 0) {
            Testes.rodar(SimulacaoTest.class);
            return;
        }
        if (args[0].equals("procurar")) {
            Procura.main(List.of(args).subList(1, args.length).toArray(new String[0]));
        }
        String parte = args[0];
        if (args[1].equals("rodar")) {
            System.out.println(Simulador.rodar(parte, Long.parseLong(args[3]), Long.parseLong(args[2]), Defeito.NENHUM));
            return;
        }
        long semente = Long.parseLong(args[1]);
        Defeito defeito = args.length > 2 ? Defeito.valueOf(args[2]) : Defeito.NENHUM;
        if (Simulador.uma(parte, semente, defeito) == null) {
            Simulador.rastro(parte, semente, defeito).forEach(System.out::println);
        } else {
            Reducao reducao = new Reducao(parte, semente, defeito);
            reducao.rastro().forEach(System.out::println);
            System.out.println(reducao);
        }
    }
}
