///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Um ordenador com o disco lento, e outro líder: só diz que tem o que tem, e põe-se em dia.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/Ordenador.java ../../shared/rede/Requisicao.java ../Ordenadores.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.defesa.Defesa;
import tests.Cena;
import tests.Depurador;
import tests.Ordenadores;
import tests.Processo;
import tests.Testes;

@DisplayName("Parte 3, o disco de um ordenador demora")
class DiscoLentoTest {

    private static final String DISCO = "SegmentedRaftLogWorker"; // como o Ratis chama a linha de execução que escreve
    private static final int RESPOSTAS = 3;

    @TempDir
    private Path pasta;

    private Ordenadores tres;
    private int pedidas;

    @Test
    @DisplayName("muda o líder, que lhe manda outra vez o que ele ainda escreve: o que ele confirma, tem, e põe-se em dia")
    void mudaOLider() {
        try (Cena cena = new Cena()) {
            tres = new Ordenadores(cena, pasta, 1, Defesa.emClaro()).depuraveis().iniciar();
            int lider = tres.lider(0);
            int lento = (lider + 1) % Ordenadores.TODOS;
            int outro = (lider + 2) % Ordenadores.TODOS;
            confirmar(lider);
            tres.esperarSeq(lento, 0, pedidas);
            Depurador disco = tres.depurar(lento).parar(DISCO);
            confirmar(lider); // o lento fica a meio de a escrever…
            confirmar(lider); // …e esta, atrás dela
            esperarRespostas(lider, lento, RESPOSTAS);
            try (Depurador rede = pararRede(lider, lento)) {
                confirmar(lider); // esta já não chega ao lento
                tres.processo(lider).matar();
            }
            assertEquals(outro, tres.lider(0, lider));
            esperarRespostas(outro, lento, 1);
            long indice = numero(outro, "indice"); // da entrada com que o novo líder começa: só ele a tem escrita
            Processo.aguardar(Ordenadores.PACIENCIA, () -> numero(lento, "indice") == indice);
            esperarRespostas(outro, lento, RESPOSTAS);
            try (Depurador rede = pararRede(outro, lento)) {
                disco.close(); // já escreve; o que lhe falte, não lho mandam
                Processo.esperar("que se confirme", Ordenadores.PACIENCIA, () -> numero(outro, "aplicado") >= indice);
                assertEquals(indice, numero(lento, "indice"), "o que o líder dá por confirmado, outro tem");
            }
            confirmar(outro);
            tres.iniciar(lider);
            IntStream.range(0, Ordenadores.TODOS).forEach(i -> tres.esperarSeq(i, 0, pedidas));
            assertEquals(1, IntStream.range(0, Ordenadores.TODOS).mapToObj(i -> tres.publicado(i, 0)).distinct().count());
        }
    }

    private void confirmar(int aQuem) {
        pedidas++;
        String resposta = tres.pedir(aQuem, 0, Cena.deposito("m" + pedidas, "ana", "1").json());
        assertEquals("OK seq=" + pedidas, resposta);
    }

    /** Um líder já não envia a um dos outros. */
    private Depurador pararRede(int de, int para) {
        return tres.depurar(de).parar("->" + Ordenadores.nome(para) + "-GrpcLogAppender");
    }

    private long numero(int qual, String campo) {
        ObjectNode estado = tres.estado(qual, 0);
        return estado == null ? -1 : estado.path(campo).asLong(-1);
    }

    /** Espera que um responda ao líder tantas vezes: o que este lhe mandou antes, então já lá chegou. */
    private void esperarRespostas(int lider, int quem, int quantas) {
        for (int i = 0; i < quantas; i++) {
            long desde = System.nanoTime();
            Processo.esperar("uma resposta de " + Ordenadores.nome(quem), Ordenadores.PACIENCIA, () -> {
                long agora = System.nanoTime();
                ObjectNode estado = tres.estado(lider, 0);
                JsonNode visto = estado == null ? null : estado.path("pares").path(Ordenadores.nome(quem)).get("visto_ms");
                return visto != null && (agora - desde) / 1_000_000 > visto.asLong();
            });
        }
    }

    public static void main(String[] args) {
        Testes.rodar(DiscoLentoTest.class);
    }
}
