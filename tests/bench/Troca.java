//SOURCES DeProcessos.java Medidas.java
package tests.bench;

import java.math.BigDecimal;
import shared.Operacao;
import tests.Processo;
import tests.bench.Medidas.Grupo;

/** A troca de primário: do kill -9 à primeira operação que o backup, promovido, confirma. */
final class Troca {

    private Troca() {
    }

    static void medir(Medidas medidas, int rodadas) {
        LadoALado.dizer("a troca de primário");
        for (int i = 0; i < rodadas; i++) {
            DeProcessos sistema = new DeProcessos(Sistemas.PRIMARIO, "parte 4, com testemunha") {
                @Override
                public void iniciar() {
                    String juiz = local(porta(4));
                    papel(true, "part4.Witness", "testemunha", "--porta", porta(4));
                    papel(true, "part4.Primary", "primario", "--testemunha", juiz, "--pedidos", porta(0),
                            "--atualizacoes", porta(1), "--consulta", 0);
                    papel(true, "part4.Backup", "backup", "--testemunha", juiz, "--pedidos", porta(2),
                            "--atualizacoes", porta(3),
                            "--pedidos-primario", local(porta(0)), "--atualizacoes-primario", local(porta(1)),
                            "--consulta", 0);
                    Sistemas.esperarEstado("em_dia", 2, porta(0));
                }
            };
            try {
                sistema.iniciar();
                medidas.anotar(Grupo.TROCA, sistema.painel(), sistema.nome(), 0, segundos(sistema));
            } finally {
                sistema.close();
            }
        }
    }

    private static double segundos(DeProcessos sistema) {
        DeProcessos.pedir(sistema.porta(0), Operacao.deposito("ana", BigDecimal.TEN).json());
        sistema.processos().get(1).matar();
        long inicio = System.nanoTime();
        String op = Operacao.deposito("ana", BigDecimal.ONE).json();
        Processo.esperar("o backup confirmar", Processo.PRAZO, () -> DeProcessos.pedir(sistema.porta(2), op)
                .startsWith("OK"));
        return (System.nanoTime() - inicio) / 1e9;
    }
}
