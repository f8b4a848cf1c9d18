//SOURCES PastaDoAluno.java
package tests.lab.exercicios;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.texto.ErroDeUso;

/** {@code lab exercicio}: escreve a pasta que se dá ao aluno. */
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
        System.out.println("Está em " + onde + "/. Comece por ler " + onde + "/ENUNCIADO.md; corrige-se com:\n  "
                + "jbang tests/lab/Lab.java corrigir " + onde + "/" + PastaDoAluno.CORRECAO);
        return 0;
    }

    /** Lista os que há. @return o código de saída */
    public static int listar() {
        for (Exercicio e : Exercicio.todos(Exercicio.colecao())) {
            System.out.printf(Locale.ROOT, "%-16s parte %d, %-12s %s%n", e.nome(), e.parte(), e.tempo(), e.titulo());
        }
        return 0;
    }
}
