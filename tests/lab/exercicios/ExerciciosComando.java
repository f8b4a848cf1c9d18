//SOURCES PastaDoAluno.java Tabela.java
package tests.lab.exercicios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.texto.ErroDeUso;
import tests.lab.correcao.Boletim;
import tests.lab.exercicios.Tabela.Linha;

/** {@code lab exercicio}: escreve a pasta que se dá ao aluno; {@code lab exercicios}: os que há, e a tabela. */
public final class ExerciciosComando {

    private static final List<String> LINGUAGENS = List.of("java", "python");

    @Parameters(index = "0", paramLabel = "NOME", description = "qual (veja exercicios)")
    private String nome;

    @Parameters(index = "1", arity = "0..1", paramLabel = "PASTA", description = "onde o escrever (padrão: NOME)")
    private Path pasta;

    @Option(names = "--linguagem", paramLabel = "QUAL", defaultValue = "java",
            description = "java, com o nosso papel sem a regra; ou python, um esqueleto (padrão: ${DEFAULT-VALUE})")
    private String linguagem;

    /** Escreve-a. @return o código de saída */
    public int rodar() {
        if (!LINGUAGENS.contains(linguagem)) {
            throw ErroDeUso.naoHa("a linguagem", linguagem, LINGUAGENS);
        }
        Path colecao = Exercicio.colecao();
        Exercicio exercicio = Exercicio.de(colecao, nome);
        Path onde = pasta == null ? Path.of(nome) : pasta;
        PastaDoAluno.escrever(colecao, exercicio, onde, linguagem);
        String correcao = onde + "/" + PastaDoAluno.CORRECAO;
        System.out.println("Está em " + onde + "/. Comece por ler " + onde + "/ENUNCIADO.md; corrige-se com:\n  "
                + "jbang tests/lab/Lab.java corrigir " + (correcao.contains(" ") ? '"' + correcao + '"' : correcao));
        return 0;
    }

    /**
     * Lista os que há, ou, com a tabela, corrige as variantes de cada um.
     *
     * @param quais   vazia = todos
     * @param inteira se se fazem todas as provas
     * @return 1 se a solução de algum não tem nota cheia, ou um erro a tem
     */
    public static int listar(List<String> quais, boolean tabela, boolean inteira) throws IOException {
        Path colecao = Exercicio.colecao();
        List<Exercicio> destes = quais.isEmpty() ? Exercicio.todos(colecao)
                : quais.stream().map(nome -> Exercicio.de(colecao, nome)).toList();
        boolean bem = true;
        for (Exercicio exercicio : destes) {
            if (tabela) {
                bem &= corrigir(colecao, exercicio, inteira);
            } else {
                System.out.printf(Locale.ROOT, "%-16s parte %d, %-12s %s%n", exercicio.nome(), exercicio.parte(),
                        exercicio.tempo(), exercicio.titulo());
            }
        }
        return bem ? 0 : 1;
    }

    private static boolean corrigir(Path colecao, Exercicio exercicio, boolean inteira) throws IOException {
        Path onde = Files.createTempDirectory("banco-variantes-");
        boolean bem = true;
        try {
            List<Variante> variantes = Variante.de(colecao, exercicio, onde);
            for (Variante variante : variantes) {
                Linha linha = Tabela.corrigir(variante, inteira ? List.of() : Tabela.poucas(variante, variantes));
                System.out.println(Tabela.texto(linha));
                bem &= linha.nota() == Boletim.MAXIMA == (variante.erro() == null);
            }
        } finally {
            try (Stream<Path> feitos = Files.walk(onde)) {
                feitos.sorted(Comparator.reverseOrder()).forEach(feito -> feito.toFile().delete());
            }
        }
        return bem;
    }
}
