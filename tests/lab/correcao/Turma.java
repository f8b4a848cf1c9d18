//SOURCES Boletim.java Correcao.java Folha.java Formatos.java Nota.java RedePropria.java Referencia.java
package tests.lab.correcao;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;
import tests.lab.palco.Entrega;
import tests.lab.provas.Nivel;
import tests.lab.provas.Prova;

/**
 * As entregas de uma turma, uma pasta cada. O que já se corrigiu, e não mudou, não se corrige outra vez: interrompida,
 * segue de onde parou. Deixa uma tabela (CSV) e uma página, com ligações às de cada entrega.
 */
final class Turma {

    private static final String ENTREGA = "correcao.json";
    private static final String RESUMO = "notas.json";

    /** Uma pasta, e o que se sabe dela. @param erro por que não se corrigiu; {@code null} = corrigiu-se */
    private record Linha(String pasta, ObjectNode resumo, String erro) {
    }

    private final Path turma;
    private final Path com;
    private final Path saida;
    private final Referencia referencia;
    private final Function<Entrega, List<Prova>> provas;
    private RedePropria rede = new RedePropria(null, Path.of("")); // sem mais nada que se diga, corrige-se aqui

    /** @param com uma entrega para todas as pastas; {@code null} = cada uma tem a sua @param saida onde se escreve */
    Turma(Path turma, Path com, Path saida, Referencia referencia, Function<Entrega, List<Prova>> provas) {
        this.turma = turma;
        this.com = com;
        this.saida = saida;
        this.referencia = referencia;
        this.provas = provas;
    }

    /** As que têm portas escritas nos programas corrigem-se nesta. */
    Turma comRede(RedePropria qual) {
        rede = qual;
        return this;
    }

    /** Só a desta pasta, e sem a tabela. @return 0, corrigiu-se; 2, não */
    int corrigirSo(String pasta) throws IOException {
        Linha linha = uma(turma.resolve(pasta));
        if (linha.erro() != null) {
            System.err.println("erro: " + linha.erro());
        }
        return linha.erro() == null ? 0 : 2;
    }

    /** @return 0, corrigiram-se todas; 2, alguma não */
    int corrigir() throws IOException {
        List<Path> pastas = pastas();
        List<Linha> linhas = new ArrayList<>();
        long inicio = System.nanoTime();
        for (Path pasta : pastas) {
            long este = System.nanoTime();
            Linha linha = uma(pasta);
            linhas.add(linha);
            System.out.println(Texto.formatar("%3d/%d  %-24s %s  (%d s)", linhas.size(), pastas.size(),
                    Json.limpar(linha.pasta()), linha.erro() != null ? linha.erro()
                    : Boletim.numero(linha.resumo().path("nota").asDouble()), segundosDesde(este)));
            escrever(linhas);
        }
        System.out.println("\n" + Texto.quantas(linhas.size(), "entrega", "entregas") + " em " + segundosDesde(inicio)
                + " s");
        System.out.println("A tabela: " + saida.resolve("turma.csv").toAbsolutePath() + "\nA página: "
                + saida.resolve("turma.html").toAbsolutePath());
        return linhas.stream().allMatch(linha -> linha.erro() == null && linha.resumo().path("codigo").asInt() < 2) ? 0 : 2;
    }

    private static long segundosDesde(long quando) {
        return (System.nanoTime() - quando) / 1_000_000_000;
    }

    private List<Path> pastas() throws IOException {
        if (!Files.isDirectory(turma)) {
            throw new ErroDeUso("--turma " + turma + ": não há essa pasta");
        }
        try (Stream<Path> todas = Files.list(turma)) {
            List<Path> pastas = todas.filter(Files::isDirectory).filter(um -> !um.getFileName().toString().startsWith("."))
                    .filter(um -> !um.toAbsolutePath().normalize().equals(saida.toAbsolutePath().normalize())).sorted()
                    .toList();
            if (pastas.isEmpty()) {
                throw new ErroDeUso("em " + turma + " não há pastas: é uma por entrega");
            }
            return pastas;
        }
    }

    /** Corrige uma, ou diz por que não: o que está mal numa não impede as outras. */
    private Linha uma(Path pasta) throws IOException {
        String nome = pasta.getFileName().toString();
        try {
            Entrega entrega = com != null ? Entrega.ler(com, pasta) : Entrega.ler(pasta.resolve(ENTREGA));
            List<Prova> estas = provas.apply(entrega);
            String chave = chave(pasta, estas);
            Path onde = saida.resolve(nome);
            ObjectNode antes = lido(onde.resolve(RESUMO));
            if (antes != null && antes.path("chave").asText().equals(chave)) {
                return new Linha(nome, antes, null);
            }
            if (!estas.isEmpty() && rede.corrigir(entrega, "--so", nome).isPresent()) {
                ObjectNode la = lido(onde.resolve(RESUMO));
                return la != null && la.path("chave").asText().equals(chave) ? new Linha(nome, la, null)
                        : new Linha(nome, null, "não se corrigiu: " + rede.erro());
            }
            double escala = referencia.medir(entrega, estas, System.err::println);
            Boletim b = new Correcao(escala, nota -> { }).comPreparada(rede.preparada()).corrigir(entrega, estas);
            Files.createDirectories(onde);
            Folha.escrever(onde.resolve("relatorio.html"), b, "jbang tests/lab/Lab.java corrigir "
                    + (com == null ? pasta.resolve(ENTREGA) : com));
            Files.writeString(onde.resolve("junit.xml"), Formatos.junit(b));
            ObjectNode resumo = Formatos.resumo(b, chave);
            Files.writeString(onde.resolve(RESUMO), Json.escrever(resumo) + "\n");
            return new Linha(nome, resumo, null);
        } catch (ErroDeUso e) {
            return new Linha(nome, null, e.getMessage());
        }
    }

    private static ObjectNode lido(Path arquivo) {
        try {
            return Json.lerGrande(Files.readAllBytes(arquivo));
        } catch (IOException | MensagemInvalida e) {
            return null; // não há, ou ficou a meio: corrige-se
        }
    }

    /** Muda se mudam os programas, como se iniciam, ou as provas. */
    private String chave(Path pasta, List<Prova> estas) throws IOException {
        try (Stream<Path> todos = Files.walk(pasta)) {
            List<String> arquivos = todos.filter(Files::isRegularFile).sorted().map(um -> pasta.relativize(um) + " "
                    + um.toFile().length() + " " + um.toFile().lastModified()).toList();
            String comum = com == null ? "" : Files.readString(com);
            return Texto.resumo(Stream.of(Stream.of(comum), arquivos.stream(), estas.stream().map(Prova::nome))
                    .flatMap(linhas -> linhas));
        } catch (UncheckedIOException e) {
            throw new Falha("não consigo ler " + pasta);
        }
    }

    // ───── A tabela e a página ─────

    private void escrever(List<Linha> linhas) throws IOException {
        Files.createDirectories(saida);
        List<String> csv = new ArrayList<>(List.of("pasta;nome;nota;" + Stream.of(Nivel.values()).map(Nivel::nome)
                .collect(Collectors.joining(";")) + ";segundos;relatorio;porque"));
        StringBuilder pagina = new StringBuilder();
        for (Linha linha : linhas) {
            ObjectNode r = linha.resumo();
            List<String> celulas = new ArrayList<>(List.of(linha.pasta(), r == null ? "" : r.path("nome").asText(),
                    r == null ? "" : numero(r.path("nota").asDouble())));
            for (Nivel nivel : Nivel.values()) {
                celulas.add(r == null || !r.path("niveis").has(nivel.nome()) ? ""
                        : numero(r.path("niveis").path(nivel.nome()).asDouble()));
            }
            celulas.add(r == null ? "" : numero(r.path("segundos").asDouble()));
            String relatorio = linha.pasta() + "/relatorio.html";
            csv.add(Stream.concat(celulas.stream(), Stream.of(r == null ? "" : relatorio, porque(linha))).map(Turma::celula)
                    .collect(Collectors.joining(";")));
            pagina.append("<tr><th scope=\"row\">").append(r == null ? html(linha.pasta()) : "<a href=\""
                    + html(endereco(linha.pasta())) + "/relatorio.html\">" + html(linha.pasta()) + "</a>").append("</th>");
            for (int i = 1; i < celulas.size(); i++) {
                pagina.append("<td data-coluna=\"").append(COLUNAS.get(i)).append("\">").append(html(celulas.get(i)))
                        .append("</td>");
            }
            pagina.append("<td class=\"porque\">").append(html(porque(linha))).append("</td></tr>\n");
        }
        Files.write(saida.resolve("turma.csv"), csv);
        Files.writeString(saida.resolve("turma.html"), PAGINA.replace("LINHAS", pagina)
                .replace("COLUNAS", "<th>" + String.join("<th>", COLUNAS)));
    }

    private static String porque(Linha linha) {
        if (linha.erro() != null) {
            return linha.erro();
        }
        return linha.resumo().path("provas").properties().stream().filter(p -> !p.getValue().asText().equals("passou"))
                .map(p -> p.getKey() + ": " + p.getValue().asText()).collect(Collectors.joining(" | "));
    }

    private static String numero(double valor) {
        return Boletim.numero(valor);
    }

    /** Uma célula de CSV: nada do que um aluno escreva é uma fórmula, nem muda de coluna. */
    private static String celula(String texto) {
        String limpo = Json.limpar(texto);
        return limpo.matches("[=+@\\-].*") || limpo.matches(".*[;\"].*")
                ? '"' + (limpo.matches("[=+@\\-].*") ? "'" : "") + limpo.replace("\"", "\"\"") + '"' : limpo;
    }

    private static String html(String texto) {
        return Json.limpar(texto).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static String endereco(String pasta) {
        return Path.of(pasta).getFileName().toUri().getRawPath().replaceFirst(".*/", "");
    }

    private static final List<String> COLUNAS = List.of("pasta", "nome", "nota", "básico", "durável", "tolerante",
            "segundos", "por quê");
    private static final String PAGINA = """
            <!doctype html>
            <html lang="pt-BR"><meta charset="utf-8"><title>A turma</title>
            <meta name="viewport" content="width=device-width">
            <style>:root{color-scheme:light dark}body{font:1rem/1.4 sans-serif;margin:1.5rem}table{border-collapse:collapse}
            th,td{padding:.3rem .6rem;border-bottom:1px solid #8888;text-align:left;vertical-align:top}
            .porque{font-size:.85rem;max-width:60ch}
            @media(max-width:48rem){body{margin:1rem}thead{position:absolute;clip-path:inset(50%)}
            table,tbody,tr,th,td{display:block;overflow-wrap:anywhere}td:empty{display:none}
            tr{border-bottom:1px solid #8888;padding:.5rem 0}th,td{border:0;padding:.1rem 0}
            td[data-coluna]::before{content:attr(data-coluna) ": ";opacity:.75}}</style>
            <h1>A turma</h1>
            <table><thead><tr>COLUNAS</tr></thead>
            <tbody>
            LINHAS</tbody></table></html>
            """;
}
