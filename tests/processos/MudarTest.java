///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, os pares de vários grupos mudam, com chaves: entra um, sai outro, e o que fica a meio acaba-se.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Ordenador.java ../../shared/rede/Requisicao.java ../Ordenadores.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import part3.raft.Afinacao;
import part3.raft.Par;
import part3.raft.Pares;
import part3.raft.Segredo;
import part3.regra.grupos.Grupos;
import shared.defesa.Chaves;
import shared.defesa.Defesa;
import shared.texto.Registro;
import tests.Cena;
import tests.Ordenadores;
import tests.Testes;

@DisplayName("Parte 3, os pares de vários grupos mudam")
class MudarTest {

    private static final int GRUPOS = 2;
    private static final int QUARTO = Ordenadores.TODOS;
    private static final String DO_GRUPO_0 = conta(0);
    private static final String DO_GRUPO_1 = conta(1);

    @TempDir
    private Path pasta;

    private Path chaves;

    private static String conta(int grupo) {
        return IntStream.range(0, 100).mapToObj(i -> "conta-" + i).filter(c -> new Grupos(GRUPOS).de(c) == grupo)
                .findFirst().orElseThrow();
    }

    @Test
    @DisplayName("com chaves: entra o quarto, sai o líder; o que ficou num grupo só, mudar outra vez acaba-o nos outros")
    void mudam() {
        chaves = pasta.resolve("chaves");
        try (Cena cena = new Cena()) {
            assertEquals(0, cena.iniciar("shared.papel.GerarChaves", chaves).esperarFim());
            Ordenadores eles = new Ordenadores(cena, pasta, GRUPOS,
                    new Defesa(Chaves.ler(chaves), new Registro("teste", true)), "--chaves", chaves).iniciar();
            assertEquals("OK seq=1", eles.pedir(0, 0, Cena.deposito("a", DO_GRUPO_0, "10").json()));
            assertEquals("OK seq=1", eles.pedir(1, 0, Cena.deposito("b", DO_GRUPO_1, "10").json()));

            eles.iniciar(QUARTO, eles.pares(0, 1, 2, 3), "--entrar");
            eles.esperarPronto(QUARTO);
            mudarSo(0, eles.pares(0, 1, 2), eles.pares(0, 1, 2, 3));
            eles.mudar(eles.pares(0, 1, 2), eles.pares(0, 1, 2, 3));
            eles.esperarSeq(QUARTO, 0, 1);
            eles.esperarSeq(QUARTO, 1, 1);

            int sai = eles.lider(0);
            int[] ficam = IntStream.rangeClosed(0, QUARTO).filter(i -> i != sai).toArray();
            mudarSo(0, eles.pares(0, 1, 2, 3), eles.pares(ficam));
            assertEquals("OK seq=2", eles.pedir(QUARTO, 0, Cena.deposito("c", DO_GRUPO_0, "1").json()));
            assertTrue(eles.processo(sai).vivo());
            eles.mudar(eles.pares(0, 1, 2, 3), eles.pares(ficam));
            assertEquals(0, eles.processo(sai).esperarFim(Ordenadores.PACIENCIA),
                    () -> eles.processo(sai).registro().toString());
            assertTrue(eles.processo(sai).temNoRegistro(" fora "), () -> eles.processo(sai).registro().toString());

            eles.processo(QUARTO).matar();
            eles.iniciar(QUARTO, eles.pares(ficam));
            assertEquals("OK seq=2", eles.pedir(QUARTO, 0,
                    Cena.transferencia("d", DO_GRUPO_1, DO_GRUPO_0, "3").json()));
            String saldos = eles.pedir(ficam[0], 0, "{\"pedido\": \"SALDOS\", \"contas\": [\"" + DO_GRUPO_0 + "\", \""
                    + DO_GRUPO_1 + "\"]}");
            assertTrue(saldos.contains("\"" + DO_GRUPO_0 + "\": \"14.00\", \"" + DO_GRUPO_1 + "\": \"7.00\""), saldos);
        }
    }

    @Test
    @DisplayName("as máquinas dos três têm agora outros endereços: com eles em --pares, e as mesmas pastas, todos atendem")
    void outrosEnderecos() {
        try (Cena cena = new Cena()) {
            Ordenadores eles = new Ordenadores(cena, pasta, 1, Defesa.emClaro()).iniciar();
            assertEquals("OK seq=1", eles.pedir(0, 0, Cena.deposito("a", "ana", "10").json()));
            IntStream.range(0, Ordenadores.TODOS).forEach(i -> eles.processo(i).matar());
            eles.mudarDeEnderecos();
            eles.iniciar();
            IntStream.range(0, Ordenadores.TODOS).forEach(i ->
                    assertEquals("OK seq=" + (i + 2), eles.pedir(i, 0, Cena.deposito("b" + i, "ana", "1").json())));
        }
    }

    /** O que um mudar que se interrompe deixa feito: um grupo tem já outros pares. */
    private void mudarSo(int grupo, String de, String para) {
        Chaves estas = Chaves.ler(chaves);
        Par.mudar(grupo, GRUPOS, Pares.ler(de), Pares.ler(para),
                new Afinacao(100_000, new Segredo(estas.provarQueServe(), estas.doServidor())));
    }

    public static void main(String[] args) {
        Testes.rodar(MudarTest.class);
    }
}
