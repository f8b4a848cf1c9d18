//SOURCES Boletim.java Nota.java
package tests.lab.correcao;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.Json;
import shared.texto.Texto;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.provas.Nivel;

/** Um boletim como outros programas o leem. */
final class Formatos {

    private Formatos() {
    }

    /** O que se diz de uma nota a uma pessoa, num texto só. */
    static String explicar(Nota nota) {
        return Stream.concat(Stream.of(nota.motivo()), nota.historia().stream().map(linha -> "· " + linha))
                .filter(linha -> !linha.isBlank()).map(Json::limpar).collect(Collectors.joining("\n"));
    }

    /** JUnit XML, o que os servidores de integração contínua leem: um {@code testcase} por prova. */
    static String junit(Boletim b) {
        long falhas = b.notas().stream().filter(nota -> nota.conta() && !nota.inteira()).count();
        long erros = b.notas().stream().filter(nota -> !nota.conta()).count();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append(Texto.formatar("<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"0\""
                + " time=\"%.3f\">%n", xml(b.entrega().nome()), b.notas().size(), falhas, erros, b.segundos())
                .replace("\r", ""));
        for (Nota nota : b.notas()) {
            xml.append(Texto.formatar("  <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\">",
                    xml("parte" + b.entrega().parte() + "." + nota.prova().nivel().nome()), xml(nota.prova().nome()),
                    nota.segundos()));
            if (!nota.inteira()) {
                String qual = nota.conta() ? "failure" : "error";
                xml.append(Texto.formatar("<%s message=\"%s\">%s</%s>", qual,
                        xml(nota.situacao().texto() + ": " + nota.motivo()), xml(explicar(nota)), qual));
            }
            xml.append("</testcase>\n");
        }
        return xml.append("</testsuite>\n").toString();
    }

    /** Um texto dentro de XML 1.0: o que nele não pode estar aparece pelo número. */
    private static String xml(String texto) {
        return Json.limpar(texto.replace("\n", "\u2028")).replace("\\u2028", "\n").replace("&", "&amp;").replace("<", "&lt;")
                .replace(">", "&gt;").replace("\"", "&quot;").replace("\n", "&#10;");
    }

    /** O {@code results.json} do Gradescope. */
    static ObjectNode gradescope(Boletim b) {
        ObjectNode tudo = Json.MAPPER.createObjectNode().put("score", b.nota())
                .put("execution_time", Math.round(b.segundos())).put("visibility", "visible")
                .put("stdout_visibility", "visible").put("output_format", "text")
                .put("output", String.join("\n", NoTerminal.boletim(b)).strip());
        ArrayNode testes = tudo.putArray("tests");
        for (Nota nota : b.notas()) {
            double[] pontos = b.pontos(nota);
            ObjectNode teste = testes.addObject().put("name", nota.prova().nome() + ": " + nota.prova().titulo());
            if (nota.conta()) {
                teste.put("score", casas(pontos[0])).put("max_score", casas(pontos[1]))
                        .put("status", nota.inteira() ? "passed" : "failed");
            }
            teste.put("output", explicar(nota)).put("output_format", "text").put("visibility", "visible");
        }
        return tudo;
    }

    /** O que o GitHub Classroom espera do passo que corrige: em base 64, na saída {@code result} dele. */
    static String classroom(Boletim b) {
        ObjectNode tudo = Json.MAPPER.createObjectNode().put("version", 1)
                .put("status", b.codigo() == 0 ? "pass" : b.codigo() == 1 ? "fail" : "error")
                .put("max_score", Boletim.MAXIMA);
        ArrayNode testes = tudo.putArray("tests");
        for (Nota nota : b.notas()) {
            double[] pontos = b.pontos(nota);
            testes.addObject().put("name", nota.prova().nome())
                    .put("status", nota.inteira() ? "pass" : nota.conta() ? "fail" : "error")
                    .put("score", casas(pontos[0])).put("max_score", casas(pontos[1])).put("message", explicar(nota))
                    .put("execution_time", Texto.formatar("%.1fs", nota.segundos()));
        }
        return Base64.getEncoder().encodeToString(Json.escrever(tudo).getBytes(StandardCharsets.UTF_8));
    }

    private static double casas(double pontos) {
        return Math.round(pontos * 100) / 100.0;
    }

    /** O que se guarda de uma correção, para não a fazer outra vez: o que a tabela de uma turma mostra. */
    static ObjectNode resumo(Boletim b, String chave) {
        ObjectNode tudo = Json.MAPPER.createObjectNode().put("chave", chave).put("nome", b.entrega().nome())
                .put("nota", b.nota()).put("codigo", b.codigo()).put("segundos", casas(b.segundos()));
        ObjectNode niveis = tudo.putObject("niveis");
        for (Nivel nivel : Nivel.values()) {
            if (b.maximo(nivel) > 0) {
                niveis.put(nivel.nome(), casas(b.pontos(nivel)));
            }
        }
        ObjectNode provas = tudo.putObject("provas");
        b.notas().forEach(nota -> provas.put(nota.prova().nome(), nota.situacao() == Situacao.PASSOU ? "passou"
                : nota.situacao().texto() + ": " + nota.motivo()));
        return tudo;
    }
}
