//SOURCES Compilador.java Erro.java Exercicio.java
package tests.lab.exercicios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tests.Processo;
import tests.lab.palco.Entrega;
import tests.lab.palco.Entrega.Papel;
import tests.lab.palco.Entrega.Saldo;

/**
 * Uma entrega de que se sabe o que vale: a solução, que é o nosso papel, ou um {@link Erro} nele, ou num dos programas em
 * Python de tests/interop.
 *
 * @param erro {@code null} = a solução
 */
record Variante(Exercicio exercicio, Erro erro, Entrega entrega) {

    static final String SOLUCAO = "(a solução)";

    private static final String SEGUNDOS = "15"; // quanto dura a procura, no máximo
    private static final List<String> SEM_BANCO = List.of("servidor", "sequenciador", "testemunha");
    private static final Saldo NO_QUE_ESCREVE = new Saldo(false,
            Pattern.compile("\"(?<conta>[^\"]+)\": (?<valor>-?[0-9.e-]+)"));

    /** A solução e cada erro deste exercício, prontos a corrigir. @param onde uma pasta para o que se compila */
    static List<Variante> de(Path colecao, Exercicio exercicio, Path onde) throws IOException {
        List<Variante> todas = new ArrayList<>();
        Path vazia = Files.createDirectories(onde.resolve(exercicio.nome()).resolve("solucao"));
        todas.add(new Variante(exercicio, null, emJava(exercicio, vazia)));
        for (Erro erro : Erro.de(colecao, exercicio.nome())) {
            Path dela = Files.createDirectories(onde.resolve(exercicio.nome()).resolve(erro.nome()));
            todas.add(new Variante(exercicio, erro, erro.python() == null ? comErro(colecao, exercicio, erro, dela)
                    : emPython(colecao, exercicio, erro, dela)));
        }
        return todas;
    }

    String nome() {
        return erro == null ? SOLUCAO : erro.nome();
    }

    private static Entrega comErro(Path colecao, Exercicio exercicio, Erro erro, Path dela) throws IOException {
        Compilador.compilar(erro.aplicar(colecao), dela);
        return emJava(exercicio, dela);
    }

    static Entrega emJava(Exercicio exercicio, Path classes) {
        Map<String, Papel> papeis = new LinkedHashMap<>();
        exercicio.papeis().forEach((nome, classe) -> {
            List<String> comando = Stream.of(Stream.of("{java}"), Processo.DEPRESSA_COM_OUTRAS.stream(),
                    Stream.of("-cp", "{pasta}:{classpath}", classe, "{opcoes}")).flatMap(palavras -> palavras).toList();
            papeis.put(nome, new Papel(comando, "pronto:", Map.of(), true, false, Map.of(),
                    SEM_BANCO.contains(nome) ? Saldo.NAO_DIZ : new Saldo(true, null), Map.of()));
        });
        return new Entrega(classes, exercicio.parte(), exercicio.nome(), List.of(), procurar(exercicio, "{pasta}"),
                List.of(), exercicio.pesos(), papeis);
    }

    /** Procura-se nos núcleos dele, com os nossos à volta; a parte 1 não tem núcleo. @param classes onde estão as dele */
    static List<String> procurar(Exercicio exercicio, String classes) {
        return exercicio.parte() == 1 ? List.of() : List.of("{java}", "-Dfile.encoding=UTF-8", "-XX:TieredStopAtLevel=1",
                "-cp", classes + ":{classpath}", "tests.sim.Procura", Integer.toString(exercicio.parte()), "--segundos",
                SEGUNDOS);
    }

    /** Os de tests/interop falam só o que fala o sistema original, e nada guardam. */
    private static Entrega emPython(Path colecao, Exercicio exercicio, Erro erro, Path dela) throws IOException {
        try (Stream<Path> programas = Files.list(colecao.resolve("tests/interop"))) {
            for (Path programa : programas.filter(p -> p.toString().endsWith(".py")).toList()) {
                Files.copy(programa, dela.resolve(programa.getFileName()));
            }
        }
        for (Map.Entry<String, String> mudado : erro.aplicar(colecao).entrySet()) {
            Files.writeString(dela.resolve(Path.of(mudado.getKey()).getFileName()), mudado.getValue());
        }
        List<String> palavras = List.of(erro.python().split(" "));
        String papel = palavras.get(0);
        List<String> comando = Stream.concat(Stream.of("{python}"), palavras.stream().skip(1)).toList();
        return new Entrega(dela, exercicio.parte(), exercicio.nome(), List.of(), List.of(), List.of(), exercicio.pesos(),
                Map.of(papel, new Papel(comando, "pronto:", Map.of(), false, true, Map.of(),
                        SEM_BANCO.contains(papel) ? Saldo.NAO_DIZ : NO_QUE_ESCREVE, Map.of())));
    }
}
