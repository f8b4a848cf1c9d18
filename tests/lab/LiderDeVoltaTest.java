///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Um líder que desceu por ficar um instante sem maioria, e que é o único que pode voltar a liderar, volta logo.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Ordenador.java ../../shared/Banco.java ../../shared/defesa/Defesa.java
//SOURCES ../../shared/disco/Arquivos.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/rede/Requisicao.java
//SOURCES ../../shared/tempo/Lentidao.java ../../shared/texto/Campos.java ../../shared/texto/Endereco.java
//SOURCES ../../shared/texto/Reais.java ../../shared/texto/Registro.java ../Pergunta.java ../Processo.java
//SOURCES ../Testes.java palco/Elenco.java rede/Rede.java vereditos/Rastro.java vereditos/Vereditos.java
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import tests.Processo;
import tests.Testes;
import tests.lab.palco.Elenco;
import tests.lab.palco.Palco;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;

@DisplayName("Três ordenadores: um líder que desce")
class LiderDeVoltaTest {

    private static final int VEZES = 3;          // numa máquina ocupada, uma eleição pode demorar
    private static final int PROIBIDO_S = 10;    // de se candidatar, quem desceu, se o Ratis fizer como é costume dele
    private static final int PACIENCIA = 24;     // prazos

    @Test
    @DisplayName("fica um instante sem maioria, e só ele tem tudo o que há: assim que ela volta, lidera, e responde")
    void voltaLogo() {
        List<String> nomes = List.of("ordenador-1", "ordenador-2", "ordenador-3");
        Map<String, Elenco.Personagem> todos = new LinkedHashMap<>();
        nomes.forEach(nome -> todos.put(nome, new Elenco.Personagem(List.of(), List.of(), false)));
        Rastro rastro = new Rastro().soDizer(evento -> { });
        try (Rede rede = new Rede(rastro, 1); Elenco elenco = new Elenco(3, "um líder que desce", todos, rastro, rede)) {
            elenco.montar();
            Palco palco = elenco.palco();
            Processo.esperar("um líder", palco.prazo(), () -> palco.lider() != null);
            String lider = palco.lider();
            List<String> outros = nomes.stream().filter(nome -> !nome.equals(lider)).toList();
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
