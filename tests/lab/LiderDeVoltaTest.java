///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Três ordenadores: volta logo o líder que ficou um instante sem maioria, e o par que esteve muito tempo morto.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Ordenador.java ../../shared/rede/Requisicao.java ../Pergunta.java ../Precisa.java ../Testes.java
//SOURCES palco/Elenco.java rede/Rede.java vereditos/Rastro.java vereditos/Vereditos.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.palco.Elenco;
import tests.lab.palco.Palco;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;

@DisplayName("Três ordenadores: um líder que desce, e um par que volta")
class LiderDeVoltaTest {

    private static final int VEZES = 3;          // numa máquina ocupada, uma eleição pode demorar
    private static final int PROIBIDO_S = 10;    // de se candidatar, quem desceu, se o Ratis fizer como é costume dele
    private static final int PACIENCIA = 24;     // prazos

    /** O Ratis, de costume, ao fim de trinta tentativas só fala de 5 em 5 s a quem não respondeu: nem sinais de vida. */
    @Test
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("um par que esteve morto muito tempo volta, ouve logo o líder, não o perde, e fica em dia")
    void ouveLogo() {
        aTres((elenco, rede, lider, outros) -> {
            Palco palco = elenco.palco();
            String morto = outros.get(0);
            int[] lideres = new int[VEZES]; // quantas vezes o que voltou soube de um líder
            for (int i = 0; i < VEZES && (i == 0 || lideres[i - 1] != 1); i++) {
                palco.matar(morto);
                String seq = pedir(palco, lider, Operacao.deposito("ana", BigDecimal.TEN), Requisicao.PRAZO_MS, PACIENCIA);
                Processo.esperar("muito tempo sem ele", palco.prazo().multipliedBy(3), () -> palco.estadoAosPedidos(lider)
                        .path("pares").path(morto).path("visto_ms").asLong() > 30_000);
                palco.reiniciar(morto);
                palco.esperarEstado(morto, "ele em dia", estado -> seq.equals("OK seq=" + estado.path("seq")));
                lideres[i] = (int) palco.processo(morto).registro().stream().filter(l -> l.contains(" lider id=")).count();
            }
            assertTrue(IntStream.of(lideres).anyMatch(vezes -> vezes == 1), () -> Arrays.toString(lideres));
        });
    }

    @Test
    @DisplayName("fica um instante sem maioria, e só ele tem tudo o que há: assim que ela volta, lidera, e responde")
    void voltaLogo() {
        aTres((elenco, rede, lider, outros) -> {
            Palco palco = elenco.palco();
            palco.matar(outros.get(0));
            long[] demorou = new long[VEZES];
            for (int i = 0; i < VEZES && (i == 0 || demorou[i - 1] > PROIBIDO_S); i++) {
                long desde = System.nanoTime();
                Operacao op = Operacao.deposito("ana", BigDecimal.valueOf(1 + i));
                rede.isolar(outros.get(1), true);
                assertThrows(SemResposta.class, () -> pedir(palco, lider, op, 300, 1)); // fica no log dele, e só no dele
                palco.esperarEstado(lider, "ele descer", estado -> !estado.path("papel").asText().equals("lider"));
                rede.isolar(outros.get(1), false);
                assertTrue(pedir(palco, lider, op, Requisicao.PRAZO_MS, PACIENCIA).startsWith("OK seq="));
                demorou[i] = (System.nanoTime() - desde) / 1_000_000_000;
            }
            assertTrue(LongStream.of(demorou).anyMatch(segundos -> segundos > 0 && segundos < PROIBIDO_S),
                    () -> "demorou, em segundos, " + Arrays.toString(demorou));
        });
    }

    private interface ATres {
        void fazer(Elenco elenco, Rede rede, String lider, List<String> outros);
    }

    private static void aTres(ATres oQue) {
        List<String> nomes = List.of("ordenador-1", "ordenador-2", "ordenador-3");
        Map<String, Elenco.Personagem> todos = new LinkedHashMap<>();
        nomes.forEach(nome -> todos.put(nome, new Elenco.Personagem(List.of(), List.of(), false)));
        Rastro rastro = new Rastro().soDizer(evento -> { });
        try (Rede rede = new Rede(rastro, 1); Elenco elenco = new Elenco(3, "três ordenadores", todos, rastro, rede)) {
            elenco.montar();
            Processo.esperar("um líder", elenco.palco().prazo(), () -> elenco.palco().lider() != null);
            String lider = elenco.palco().lider();
            oQue.fazer(elenco, rede, lider, nomes.stream().filter(nome -> !nome.equals(lider)).toList());
        }
    }

    private static String pedir(Palco palco, String aQuem, Operacao op, int prazoMs, int vezes) {
        Endereco onde = new Endereco("127.0.0.1", palco.porta(aQuem));
        try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), onde, prazoMs, vezes)) {
            return requisicao.pedir(op.json());
        }
    }

    public static void main(String[] args) {
        Testes.rodar(LiderDeVoltaTest.class);
    }
}
