//SOURCES Ensaio.java Garantias.java
package tests.lab.ensaio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.Texto;
import tests.lab.palco.Arquitetura;
import tests.lab.relatorio.Relatorio;
import tests.lab.vereditos.Terminal;
import tests.lab.vereditos.Vereditos.Valor;

/** O que um ensaio de várias partes deu: os quadros no terminal, e a página com os diagramas. */
public final class Ensaiadas {

    private Ensaiadas() {
    }

    public static void anunciar(Ensaio.Trabalho trabalho, String falhas) {
        System.out.printf(Locale.ROOT, "%nAgora com falhas: %s. %s, %s de cada um.%n",
                falhas.isBlank() ? "nenhuma" : falhas, Texto.quantas(trabalho.clientes(), "cliente", "clientes"),
                Texto.quantas(trabalho.ops(), "operação", "operações"));
    }

    /** As tabelas de um ensaio, e o relatório. @return se todas as partes cumpriram o que prometem */
    public static boolean mostrar(List<Ensaio.Resultado> resultados, String falhas, Path relatorio) throws IOException {
        String forma = "%-17s %6s %7s %7s %6s %6s %6s %8s%n";
        System.out.printf(Locale.ROOT, "%n" + forma, "parte", "msg/op", "p50 ms", "p99 ms", "ops/s", "recus.",
                "indet.", "parado s");
        for (Ensaio.Resultado r : resultados) {
            Terminal.linha(forma, nome(r), mensagens(r), milissegundos(r, r.p50()), milissegundos(r, r.p99()),
                    Texto.formatar("%.0f", r.opsPorSegundo()), r.recusadas(), r.indeterminadas(),
                    Texto.formatar("%.1f", r.semServico()));
        }
        explicar(resultados);
        System.out.println();
        coluna("garantia (vista agora)", resultados.stream().map(Ensaiadas::curto).toList());
        Garantias.TODAS.forEach(g -> coluna(g.nome(), resultados.stream().map(g::celula).toList()));
        System.out.println("✔ como promete   ✘ prometia   ~ não prometia: foi sorte   ? não se viu");
        resultados.stream().filter(r -> !r.cumpriu() || r.valor("replicas-iguais") == Valor.NAO)
                .forEach(Ensaiadas::contarViolacoes);
        escreverRelatorio(relatorio, falhas, resultados);
        System.out.println("\nO relatório, para abrir no navegador: " + relatorio.toAbsolutePath());
        return resultados.stream().allMatch(Ensaio.Resultado::cumpriu);
    }

    private static void explicar(List<Ensaio.Resultado> resultados) {
        System.out.println("""
                p99: alto onde se perdem mensagens; o cliente pede de novo depois de 250 ms, 500 ms, 1 s…
                indet.: sem resposta até ao fim do prazo; não se sabe se valeram, e o cliente não pede mais
                parado s: o maior tempo em que nenhum cliente teve resposta""");
        resultados.stream().filter(r -> r.naoPedidas() > 0)
                .forEach(r -> System.out.println("parte " + nome(r) + ": "
                + r.naoPedidas() + " operações ficaram por pedir, porque os clientes desistiram antes, ou"
                + " passaram 2 minutos"));
    }

    /** A página com o que custou, as garantias e o diagrama de cada parte. */
    public static void escreverRelatorio(Path html, String falhas, List<Ensaio.Resultado> resultados) throws IOException {
        List<String> partes = resultados.stream().map(Ensaiadas::nome).toList();
        List<List<String>> linhas = new ArrayList<>();
        linhas.add(celulas("mensagens por operação", resultados, Ensaiadas::mensagens));
        linhas.add(celulas("até a resposta (na parte 1, até enviar), p50, ms", resultados, r -> milissegundos(r, r.p50())));
        linhas.add(celulas("o mesmo, p99, ms", resultados, r -> milissegundos(r, r.p99())));
        linhas.add(celulas("recusadas", resultados, r -> "" + r.recusadas()));
        linhas.add(celulas("indeterminadas", resultados, r -> "" + r.indeterminadas()));
        linhas.add(celulas("segundos sem serviço", resultados, r -> Texto.formatar("%.1f", r.semServico())));
        List<List<String>> garantias = Garantias.TODAS.stream()
                .map(g -> celulas(g.nome(), resultados, g::porExtenso)).toList();
        List<Relatorio.Secao> secoes = resultados.stream()
                .map(r -> new Relatorio.Secao("Parte " + nome(r), List.of(), r.rastro().eventos())).toList();
        Relatorio.escrever(html, "As quatro partes, com falhas: " + (falhas.isBlank() ? "nenhuma" : falhas), secoes, List.of(
                new Relatorio.Tabela("O que custou", juntar("medida", partes), linhas),
                new Relatorio.Tabela("As garantias, vistas agora", juntar("garantia", partes), garantias)));
    }

    /** Sem respostas não há o que medir. */
    private static String milissegundos(Ensaio.Resultado r, double quanto) {
        return r.opsPorSegundo() == 0 ? "-" : Texto.formatar("%.1f", quanto);
    }

    /** Quem não tem a rede do laboratório no meio não as conta. */
    private static String mensagens(Ensaio.Resultado r) {
        return r.mensagensPorOp() == 0 ? "-" : Texto.formatar("%.1f", r.mensagensPorOp());
    }

    private static List<String> celulas(
            String nome, List<Ensaio.Resultado> resultados, Function<Ensaio.Resultado, String> celula) {
        return juntar(nome, resultados.stream().map(celula).toList());
    }

    private static List<String> juntar(String primeiro, List<String> resto) {
        return Stream.concat(Stream.of(primeiro), resto.stream()).toList();
    }

    private static void coluna(String nome, List<String> celulas) {
        String linha = celulas.stream().map(celula -> Texto.formatar("%-9s", celula.equals("desconhecido") ? "?" : celula))
                .collect(Collectors.joining());
        System.out.println((Texto.formatar("%-32s", nome) + linha).stripTrailing());
    }

    /** O nome no alto de uma coluna estreita. */
    private static String curto(Ensaio.Resultado r) {
        return r.montagem().nome().equals(Arquitetura.RAFT.nome()) ? "3 Raft" : "parte " + r.montagem().parte();
    }

    private static String nome(Ensaio.Resultado r) {
        return r.montagem().parte() + " " + r.montagem().nome();
    }

    private static void contarViolacoes(Ensaio.Resultado r) {
        System.out.println("\nParte " + nome(r) + ":");
        r.vereditos().stream().filter(v -> v.valor() == Valor.NAO).forEach(v -> {
            System.out.println("  " + v.qual().nome() + ":");
            v.detalhes().forEach(linha -> System.out.println(Terminal.quebrar(linha).indent(6).stripTrailing()));
        });
    }
}
