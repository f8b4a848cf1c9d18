//SOURCES Comparacao.java
package tests.lab.ensaio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import shared.texto.ErroDeUso;
import shared.texto.Texto;
import tests.lab.ensaio.Comparacao.Divergencia;
import tests.lab.ensaio.Comparacao.Relato;
import tests.lab.ensaio.Comparacao.Trabalho;
import tests.lab.palco.Lugar;
import tests.lab.palco.Parte;
import tests.lab.vereditos.Terminal;

/** As partes lado a lado, sem falhas: roda-as uma a uma, e mostra num quadro o que cada uma fez e se cumpriu. */
public final class Comparadas {

    private static final int DIVERGENCIAS_MOSTRADAS = 3;
    private static final int OPS_MAXIMAS = 10_000_000;
    private static final int CONTAS_MAXIMAS = 100_000;

    private Comparadas() {
    }

    /** O que se pode pedir a uma comparação, aqui ou em três máquinas. @throws ErroDeUso com a opção que não serve */
    public static void conferir(int ops, int contas, int ensaio) {
        ErroDeUso.exigir("--ops", ops, 1, OPS_MAXIMAS);
        ErroDeUso.exigir("--contas", contas, 1, CONTAS_MAXIMAS);
        ErroDeUso.exigir("--ensaio", ensaio, 0, OPS_MAXIMAS);
    }

    /** O mesmo trabalho em cada parte, lado a lado. @return se todas cumpriram o que prometem */
    public static boolean comparar(List<Parte> partes, Trabalho trabalho, Lugar lugar) {
        List<Relato> relatos = new ArrayList<>();
        for (Parte parte : partes) {
            System.out.println("Parte " + parte.numero() + ", " + parte.nome() + ":");
            parte.servidores().forEach(papel -> System.out.println("  " + papel.comando()));
            parte.clientes().forEach(papel -> System.out.println("  " + papel.comando() + " carga"));
            relatos.add(new Comparacao(parte, trabalho, lugar).rodar());
        }
        System.out.printf(Locale.ROOT, "%nDois clientes ao mesmo tempo, %s de cada um, %s, semente %d.%n",
                Texto.quantas(trabalho.ops(), "operação", "operações"), Texto.quantas(trabalho.contas(), "conta", "contas"),
                trabalho.semente());
        medidas(relatos);
        veredictos(relatos);
        return relatos.stream().allMatch(Relato::cumpriu);
    }

    private static void medidas(List<Relato> relatos) {
        String forma = "%-17s %-10s %6s %6s  %-8s %8s %7s %7s%n";
        System.out.printf(Locale.ROOT, "%n" + forma, "parte", "réplica", "aplic.", "recus.", "resumo", "ops/s",
                "p50 ms", "p99 ms");
        for (Relato r : relatos) {
            for (int i = 0; i < r.estados().size(); i++) {
                ObjectNode e = r.estados().get(i);
                boolean primeira = i == 0;
                Terminal.linha(forma, primeira ? r.parte().numero() + " " + r.parte().nome() : "",
                        e.get("id").textValue(), e.get("aplicadas"), e.get("recusadas"),
                        e.get("resumo").textValue().substring(0, 8),
                        primeira ? Texto.formatar("%.0f", r.soma("ops_s")) : "",
                        primeira ? Texto.formatar("%.2f", r.maior("p50_ms")) : "",
                        primeira ? Texto.formatar("%.2f", r.maior("p99_ms")) : "");
            }
        }
    }

    private static void veredictos(List<Relato> relatos) {
        String forma = "%-17s %-13s %-16s %-20s %s%n";
        System.out.printf(Locale.ROOT, "%n" + forma, "parte", "recebeu tudo", "réplicas iguais",
                "dinheiro conservado", "cumpriu");
        for (Relato r : relatos) {
            System.out.printf(Locale.ROOT, forma, r.parte().numero() + " " + r.parte().nome(), simOuNao(r.recebeuTudo()),
                    simOuNao(r.iguais()), simOuNao(r.conservou()), simOuNao(r.cumpriu()));
        }
        for (Relato r : relatos) {
            if (!r.iguais()) {
                contarDivergencia(r);
            } else if (!r.parte().ordenada()) {
                System.out.printf(Locale.ROOT,
                        "%nParte %d: desta vez as réplicas coincidiram, por sorte: nada o garante. Rode de novo.%n",
                        r.parte().numero());
            }
        }
    }

    private static void contarDivergencia(Relato r) {
        List<Divergencia> contas = r.divergencias();
        System.out.printf(Locale.ROOT, "%nParte %d: as réplicas divergiram em %d de %s:%n", r.parte().numero(),
                contas.size(), Texto.quantas(r.trabalho().contas(), "conta", "contas"));
        for (Divergencia d : contas.subList(0, Math.min(DIVERGENCIAS_MOSTRADAS, contas.size()))) {
            String saldos = String.join(", ", IntStream.range(0, d.saldos().size())
                    .mapToObj(i -> r.estados().get(i).get("id").textValue() + " tem " + d.saldos().get(i)).toList());
            System.out.printf(Locale.ROOT, "  %s: %s (diferença de %s)%n", d.conta(), saldos, d.diferenca());
        }
        System.out.println(r.parte().ordenada()
                ? "Isto não devia acontecer: esta parte promete réplicas iguais."
                : "É a lição: cada réplica viu os dois clientes numa ordem, e um saque que cabe numa ordem\n"
                        + "é recusado na outra. A parte 3 cura isto com uma ordem só para todas.");
    }

    private static String simOuNao(boolean valor) {
        return valor ? "sim" : "NÃO";
    }
}
