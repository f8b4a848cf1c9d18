package tests.lab.correcao;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.Texto;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;
import tests.lab.provas.Bancada;
import tests.lab.provas.Posto;

/** Quantas operações por segundo confirma o central de uma entrega, e, agora e nesta máquina, o nosso: não dá pontos. */
final class Vazao {

    private static final int OPERACOES = 200;
    private static final Map<Integer, String> CENTRAL = Map.of(2, "servidor", 3, "sequenciador", 4, "primario");

    private Vazao() {
    }

    /** @return uma linha para o boletim; nenhuma, se a entrega não traz o papel que confirma */
    static List<String> medir(Alheios deles, double escala) {
        Entrega entrega = deles.entrega();
        String central = CENTRAL.get(entrega.parte());
        if (central == null || !entrega.quePapeis().contains(central)) {
            return List.of();
        }
        try (Alheios nossos = Alheios.de(Entrega.nossa(entrega.parte(), List.of(central)))) {
            double sua = medir(entrega.parte(), central, deles, escala);
            double nossa = medir(entrega.parte(), central, nossos, escala);
            return List.of(Texto.formatar("vazão, sem pontos: um cliente teve %.0f respostas por segundo;"
                    + " do nosso %s, que grava no disco antes de responder, %.0f", sua, central, nossa));
        } catch (RuntimeException | Error e) {
            return List.of("vazão: não se mediu (" + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")");
        }
    }

    private static double medir(int parte, String central, Alheios deQuem, double escala) {
        try (Bancada b = new Bancada(parte, deQuem.semClientes(), escala * 2)) {
            Stream.of("worker-1", "worker-2").filter(worker -> parte == 2).forEach(b::iniciar);
            b.iniciar(central);
            Posto cliente = b.iniciar("cliente-1");
            pedir(b, cliente, 0, 1); // o que só se faz da primeira vez não conta
            long inicio = System.nanoTime();
            pedir(b, cliente, 1, OPERACOES);
            return (OPERACOES - 1) * 1e9 / (System.nanoTime() - inicio);
        }
    }

    private static void pedir(Bancada b, Posto cliente, int de, int ate) {
        for (int i = de; i < ate; i++) {
            cliente.pedir(new Operacao(Operacao.novoId(), Operacao.Tipo.DEPOSITO, "vazao", null, BigDecimal.ONE));
        }
        b.esperar(ate + " respostas", () -> cliente.saida().stream()
                .filter(linha -> linha.startsWith("OK") || linha.contains("enfileirad")).count() >= ate);
    }
}
