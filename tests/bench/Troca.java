//SOURCES Etcd.java Medidas.java Ordenadores.java
package tests.bench;

import java.math.BigDecimal;
import java.util.List;
import shared.Operacao;
import shared.texto.Falha;
import tests.Processo;
import tests.bench.Medidas.Grupo;

/** A troca de quem manda: do kill -9 nele à primeira operação que outro confirma. */
final class Troca {

    private Troca() {
    }

    static void medir(Medidas medidas, int rodadas) {
        for (int rodada = 1; rodada <= rodadas; rodada++) {
            for (DeProcessos sistema : List.of(comTestemunha(), new Ordenadores(0), new Etcd())) {
                LadoALado.dizer("a troca, " + sistema.nome() + ", rodada " + rodada + " de " + rodadas);
                try (sistema) {
                    sistema.iniciar();
                    medidas.anotar(Grupo.TROCA, sistema.painel(), sistema.nome(), 0, segundos(sistema));
                } catch (Sistema.Ausente | Falha | AssertionError e) {
                    medidas.ausente(sistema.nome(), e);
                }
            }
        }
    }

    private static DeProcessos comTestemunha() {
        return new DeProcessos(Sistemas.PRIMARIO, "parte 4, com testemunha") {
            @Override
            public void iniciar() {
                String juiz = local(porta(4));
                papel(true, "part4.Witness", "testemunha", "--porta", porta(4));
                manda(papel(true, "part4.Primary", "primario", "--testemunha", juiz, "--pedidos", porta(0),
                        "--atualizacoes", porta(1), "--consulta", 0), 0, 2);
                papel(true, "part4.Backup", "backup", "--testemunha", juiz, "--pedidos", porta(2), "--atualizacoes",
                        porta(3), "--pedidos-primario", local(porta(0)), "--atualizacoes-primario", local(porta(1)),
                        "--consulta", 0);
                Sistemas.esperarEstado("em_dia", 2, porta(0));
            }
        };
    }

    private static double segundos(DeProcessos sistema) {
        Operacao antes = Operacao.deposito("ana", BigDecimal.TEN);
        Processo.esperar("a primeira confirmação", Processo.PRAZO, () -> sistema.confirma(0, antes));
        Operacao depois = Operacao.deposito("ana", BigDecimal.ONE);
        int[] outros = sistema.outros();
        int[] vezes = {0};
        long inicio = System.nanoTime();
        sistema.lider().matar();
        Processo.esperar("outro confirmar", Processo.PRAZO,
                () -> sistema.confirma(outros[vezes[0]++ % outros.length], depois));
        return (System.nanoTime() - inicio) / 1e9;
    }
}
