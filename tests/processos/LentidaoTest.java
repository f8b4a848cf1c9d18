///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A lentidão: que prazos ela alonga, e os que ficam como estão.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part2/Client.java ../../part2/RpcServer.java ../../part3/Client.java
//SOURCES ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import part2.regra.Fila;
import part3.regra.Ordem;
import part4.regra.Nodo;
import part4.regra.Visoes;
import shared.defesa.Silencio;
import shared.ordem.Seguidor;
import shared.rede.Requisicao;
import tests.Processo;
import tests.Testes;

@DisplayName("A lentidão")
class LentidaoTest {

    /** Diz os prazos do processo em que roda, um em cada linha. */
    public static final class Prazos {

        static Map<String, Integer> todos() {
            return new TreeMap<>(Map.of("pedido", Requisicao.PRAZO_MS, "primeira vez", Requisicao.PRIMEIRA_MS,
                    "o que falta", Seguidor.PRAZO_MS, "mudez", Silencio.PRAZO_MS, "fila", Fila.REPETIR_MS,
                    "ordem", Ordem.REPETIR_MS, "backup calado", Nodo.SILENCIO_MS, "primário calado", Visoes.SILENCIO_MS));
        }

        public static void main(String[] args) {
            todos().values().forEach(System.out::println);
            System.out.println(Nodo.NOTICIA_MS);
        }
    }

    @Test
    @DisplayName("com 20, espera-se 20 vezes mais por um pedido, pelo que falta, por uma notícia; dá-se notícia como sempre")
    void vinte() {
        List<String> ditos = comLentidao("20", Prazos.class.getName()).saida();
        List<String> devidos = Prazos.todos().values().stream().map(prazo -> "" + 20 * prazo).toList();
        assertEquals(devidos, ditos.subList(0, devidos.size()), Prazos.todos()::toString);
        assertEquals("" + Nodo.NOTICIA_MS, ditos.get(devidos.size()));
    }

    @Test
    @DisplayName("um servidor lento di-lo no registro; os outros não dizem nada")
    void diSe() {
        assertTrue(temLinha("20"));
        assertFalse(temLinha("1"));
    }

    private static boolean temLinha(String vezes) {
        try (Processo servidor = Processo.iniciarCom(List.of("-Dbanco.lentidao=" + vezes), "part3.Sequencer", "--memoria",
                "--pedidos", "" + Processo.portaLivre(), "--ordem", "" + Processo.portaLivre()).esperarPronto()) {
            return servidor.temNoRegistro(" lentidao vezes=" + vezes);
        }
    }

    @ParameterizedTest(name = "«{0}»")
    @ValueSource(strings = {"", "0", "1001", "٢٠"})
    @DisplayName("o que não serve é um erro de uso, numa linha")
    void recusada(String vezes) {
        Processo cliente = comLentidao(vezes, "part3.Client", "depositar", "ana", "1");
        assertEquals(2, cliente.esperarFim());
        assertTrue(cliente.registro().get(0).startsWith("erro de uso: -Dbanco.lentidao=" + vezes + ": vai de 1 a 1000"),
                cliente.registro()::toString);
    }

    private static Processo comLentidao(String vezes, String classe, String... argumentos) {
        try (Processo processo = Processo.iniciarCom(List.of("-Dbanco.lentidao=" + vezes), classe, argumentos)) {
            processo.esperarFim();
            return processo;
        }
    }

    public static void main(String[] args) {
        Testes.rodar(LentidaoTest.class);
    }
}
