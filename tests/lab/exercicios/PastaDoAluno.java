//SOURCES Enunciado.java Esqueleto.java Exercicio.java Lacunas.java
package tests.lab.exercicios;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.disco.Arquivos;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * O que se dá ao aluno, numa pasta só dele, que se pode comprimir e entregar: o enunciado, os fontes com o que falta por
 * escrever, tudo o que é preciso para os rodar, e o arquivo com que se corrige.
 */
public final class PastaDoAluno {

    /** O arquivo com que se corrige. */
    public static final String CORRECAO = "correcao.json";

    private static final String ENUNCIADO = "ENUNCIADO.md";
    private static final String PYTHON = "python";
    private static final List<String> SEM_BANCO = List.of("servidor", "sequenciador", "testemunha");
    private static final List<String> SIMPLES = List.of("servidor", "sequenciador"); // em Python, como o sistema original
    private static final Pattern FONTES = Pattern.compile("(?m)^//SOURCES (.+)$");

    private PastaDoAluno() {
    }

    /** @param linguagem java ou python @throws ErroDeUso se já lá há alguma coisa */
    public static void escrever(Path colecao, Exercicio exercicio, Path pasta, String linguagem) {
        try {
            if (Files.exists(pasta)) {
                throw new ErroDeUso("já há " + pasta + ", e não escrevo por cima do que é seu: dê outro nome, ou apague-a");
            }
            boolean python = linguagem.equals(PYTHON);
            Map<String, String> arquivos = python ? Esqueleto.de(colecao, exercicio) : fontes(colecao, exercicio);
            Files.createDirectories(pasta);
            for (Map.Entry<String, String> arquivo : arquivos.entrySet()) {
                Path onde = pasta.resolve(arquivo.getKey());
                Files.createDirectories(onde.getParent());
                Files.writeString(onde, arquivo.getValue(), StandardCharsets.UTF_8);
                onde.toFile().setExecutable(arquivo.getValue().startsWith("///usr/bin/env"));
            }
            Files.writeString(pasta.resolve(ENUNCIADO), Enunciado.de(exercicio, arquivos, python), StandardCharsets.UTF_8);
            Files.writeString(pasta.resolve(CORRECAO), correcao(exercicio, python ? arquivos : null));
        } catch (IOException e) {
            throw new Falha("não consigo escrever em " + pasta + " (" + Arquivos.motivo(e) + ")");
        }
    }

    // ───── Os fontes ─────

    /** Os fontes da parte deste exercício e tudo o que eles usam, como se dão ao aluno; a chave é o caminho na coleção. */
    static Map<String, String> fontes(Path colecao, Exercicio exercicio) throws IOException {
        Map<String, String> fontes = new TreeMap<>();
        try (Stream<Path> programas = Files.list(colecao.resolve("part" + exercicio.parte()))) {
            for (Path programa : programas.filter(p -> p.toString().endsWith(".java")).toList()) {
                juntar(colecao, programa, fontes);
            }
        }
        fontes.replaceAll((caminho, texto) -> Lacunas.esvaziar(texto, exercicio.nome()));
        return fontes;
    }

    private static void juntar(Path colecao, Path fonte, Map<String, String> fontes) throws IOException {
        String caminho = colecao.relativize(fonte).toString().replace('\\', '/');
        if (!fontes.containsKey(caminho)) {
            String texto = Files.readString(fonte, StandardCharsets.UTF_8);
            fontes.put(caminho, texto);
            for (Matcher linha = FONTES.matcher(texto); linha.find(); ) {
                for (String outra : linha.group(1).strip().split("\\s+")) {
                    juntar(colecao, fonte.resolveSibling(outra).normalize(), fontes);
                }
            }
        }
    }

    // ───── Como se corrige ─────

    /** A entrega (tests/lab/CORRIGIR.md): compila-se o que está na pasta; as bibliotecas são as do laboratório. */
    private static String correcao(Exercicio exercicio, Map<String, String> emPython) {
        ObjectNode raiz = Json.MAPPER.createObjectNode().put("parte", exercicio.parte()).put("nome", exercicio.nome());
        if (emPython == null) {
            ArrayNode javac = raiz.putArray("preparar").addArray();
            List.of("{javac}", "-encoding", "UTF-8", "-nowarn", "-proc:none", "-Xprefer:source", "-implicit:class",
                    "-sourcepath", ".", "-cp", "{classpath}", "-d", "out").forEach(javac::add);
            exercicio.papeis().values().forEach(classe -> javac.add(classe.replace('.', '/') + ".java"));
        }
        if (emPython == null && exercicio.parte() > 1) {
            Variante.procurar(exercicio, "out").forEach(raiz.putArray("procurar")::add);
        }
        if (!exercicio.pesos().isEmpty()) {
            ObjectNode pesos = raiz.putObject("pesos");
            exercicio.pesos().forEach(pesos::put);
        }
        ObjectNode papeis = raiz.putObject("papeis");
        exercicio.papeis().forEach((nome, classe) -> papel(papeis.putObject(nome), nome, emPython == null
                ? List.of("{java}", "-Dfile.encoding=UTF-8", "-XX:TieredStopAtLevel=1", "-cp", "out:{classpath}", classe,
                        "{opcoes}")
                : Esqueleto.comando(nome, emPython.get(nome + ".py")), emPython != null));
        return raiz.toPrettyString() + "\n";
    }

    private static void papel(ObjectNode papel, String nome, List<String> comando, boolean python) {
        comando.forEach(papel.putArray("comando")::add);
        papel.put("pronto", "pronto:").put("guarda", true);
        if (python && SIMPLES.contains(nome)) {
            papel.put("semente", true);
        }
        if (!SEM_BANCO.contains(nome)) {
            papel.putObject("saldo").put("consulta", true);
        }
    }
}
