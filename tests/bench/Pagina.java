//SOURCES Medidas.java Metas.java
//FILES medidas.js
package tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tests.bench.Medidas.Grupo;
import tests.bench.Medidas.Medida;
import tests.lab.relatorio.Relatorio;
import tests.lab.relatorio.Relatorio.Tabela;

/** As medidas como página: as metas, os gráficos, e tudo em tabelas; com o aspecto do relatório do laboratório. */
final class Pagina {

    /** Um gráfico: uma linha por sistema. */
    record Grafico(String titulo, String eixo, String unidade, List<Serie> series) {
    }

    /** Uma linha do gráfico. @param pontos cada um com x, mediana, mínimo e máximo */
    record Serie(String nome, List<double[]> pontos) {
    }

    private Pagina() {
    }

    static void escrever(Path html, Medidas medidas, List<Metas.Meta> metas) throws IOException {
        List<Grafico> graficos = new ArrayList<>();
        List<Tabela> tabelas = new ArrayList<>();
        for (Grupo grupo : Grupo.values()) {
            List<Medida> todas = medidas.de(grupo);
            if (!grupo.eixo.isEmpty()) {
                todas.stream().map(Medida::painel).distinct().map(painel -> grafico(grupo, painel, todas))
                        .forEach(graficos::add);
            }
            if (!todas.isEmpty()) {
                tabelas.add(tabela(grupo, todas));
            }
        }
        List<Tabela> primeiras = new ArrayList<>();
        if (!metas.isEmpty()) {
            primeiras.add(new Tabela("Metas", List.of("meta", "alvo", "mediana (mín–máx)", "cumprida"),
                    metas.stream().map(Pagina::meta).toList()));
        }
        if (!medidas.ausentes().isEmpty()) {
            primeiras.add(new Tabela("O que não se mediu", List.of("sistema", "porquê"),
                    medidas.ausentes().entrySet().stream()
                    .map(um -> List.of(um.getKey(), um.getValue())).toList()));
        }
        Relatorio.escrever(html, List.of("medidas"), Map.of("titulo", "Quanto custa", "maquina", medidas.maquina(),
                "primeiras", primeiras, "graficos", graficos, "tabelas", tabelas));
    }

    private static List<String> meta(Metas.Meta meta) {
        String visto = meta.visto() == null ? "—" : comFaixa(meta.visto());
        String cumprida = switch (meta.veredito()) {
            case "cumprida" -> "sim";
            case "não cumprida" -> "NÃO";
            default -> "desconhecido";
        };
        return List.of(meta.nome(), (meta.noMaximo() ? "≤ " : "≥ ") + Medidas.numero(meta.alvo()), visto, cumprida);
    }

    private static Grafico grafico(Grupo grupo, String painel, List<Medida> todas) {
        Map<String, List<double[]>> series = new LinkedHashMap<>();
        todas.stream().filter(m -> m.painel().equals(painel)).forEach(m -> series
                .computeIfAbsent(m.sistema(), s -> new ArrayList<>())
                .add(new double[] {m.x(), m.mediana(), m.minimo(), m.maximo()}));
        return new Grafico(grupo.titulo + (painel.isEmpty() ? "" : ": " + painel), grupo.eixo, grupo.unidade,
                series.entrySet().stream().map(s -> new Serie(s.getKey(), s.getValue())).toList());
    }

    /** Uma linha por sistema, uma coluna por valor do eixo. */
    private static Tabela tabela(Grupo grupo, List<Medida> todas) {
        double[] xs = todas.stream().mapToDouble(Medida::x).distinct().sorted().toArray();
        List<String> colunas = Stream.concat(Stream.of("sistema"), Arrays.stream(xs).mapToObj(x -> x == 0 ? grupo.unidade
                : Medidas.numero(x) + " " + grupo.eixo)).toList();
        List<List<String>> linhas = todas.stream().map(Medida::sistema).distinct()
                .map(sistema -> Stream.concat(Stream.of(sistema),
                Arrays.stream(xs).mapToObj(x -> todas.stream().filter(m -> m.sistema().equals(sistema) && m.x() == x)
                        .map(Pagina::comFaixa).findFirst().orElse("—"))).toList()).toList();
        return new Tabela(grupo.titulo + " (" + grupo.unidade + ")", colunas, linhas);
    }

    private static String comFaixa(Medida medida) {
        return (Medidas.numero(medida.mediana()) + " " + Medidas.faixa(medida)).strip();
    }
}
