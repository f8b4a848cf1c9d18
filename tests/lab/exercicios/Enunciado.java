//SOURCES Exercicio.java Lacunas.java Tabela.java
package tests.lab.exercicios;

import java.util.Map;
import shared.texto.Texto;
import tests.lab.correcao.Boletim;
import tests.lab.correcao.Nota;

/** O enunciado que o aluno lê: o texto do exercício, onde se escreve, e como se corrige. */
final class Enunciado {

    private Enunciado() {
    }

    /** @param arquivos o que se lhe dá, por caminho */
    static String de(Exercicio exercicio, Map<String, String> arquivos, boolean python) {
        StringBuilder texto = new StringBuilder("# " + exercicio.titulo() + "\n\nParte " + exercicio.parte() + ", papel "
                + String.join(" e ", exercicio.papeis().keySet()) + ". Garante: " + exercicio.garantia() + ". Conte com "
                + exercicio.tempo() + ".\n\n" + exercicio.texto().strip() + "\n");
        texto.append(python ? emPython(exercicio) : emJava(exercicio, arquivos));
        texto.append(quantoVale(exercicio, !python));
        texto.append("""

                ## Como se corrige

                Na pasta da coleção, com o caminho desta:

                    jbang tests/lab/Lab.java corrigir ESTA_PASTA/correcao.json

                É o mesmo que faz quem dá a nota. Cada falha conta o que aconteceu, e como se vê outra vez. Para
                entregar, comprima esta pasta inteira.
                """);
        return texto.toString();
    }

    /** As provas que se lhe fazem, e quantos dos 100 pontos vale cada uma. */
    private static String quantoVale(Exercicio exercicio, boolean emJava) {
        Boletim cheio = Tabela.cheio(exercicio, emJava);
        StringBuilder texto = new StringBuilder("\n## Quanto vale\n\n| prova | o que devia acontecer | pontos de "
                + Boletim.MAXIMA + " |\n|---|---|---|\n");
        for (Nota nota : cheio.notas()) {
            texto.append("| ").append(nota.prova().nome()).append(" | ").append(nota.prova().titulo()).append(" | ")
                    .append(Texto.formatar("%.1f", cheio.pontos(nota)[1])).append(" |\n");
        }
        return texto + "\nQuem ensina pode dar outros pesos aos níveis (básico, durável, tolerante): `pesos`, no arquivo.\n";
    }

    private static String emJava(Exercicio exercicio, Map<String, String> arquivos) {
        StringBuilder texto = new StringBuilder("\n## Onde se escreve\n\nO que falta está marcado, entre `// exercício "
                + exercicio.nome() + "` e `// fim`; mude à vontade o resto, e acrescente classes.\n\n"
                + "| arquivo | o que falta |\n|---|---|\n");
        arquivos.forEach((arquivo, dado) -> Lacunas.em(dado, exercicio.nome())
                .forEach(falta -> texto.append("| ").append(arquivo).append(" | ").append(falta).append(" |\n")));
        texto.append("\nRoda como está, e acaba com uma linha onde lhe falta alguma coisa:\n\n");
        exercicio.papeis().values().forEach(classe ->
                texto.append("    jbang ").append(classe.replace('.', '/')).append(".java --do-zero\n"));
        return texto.toString();
    }

    private static String emPython(Exercicio exercicio) {
        StringBuilder texto = new StringBuilder("\n## Em Python\n\nO esqueleto abre as portas, e acaba onde lhe falta a"
                + " regra; o que ele recebe na linha de comando é o mesmo que o nosso:\n\n");
        exercicio.papeis().forEach((nome, classe) -> texto.append("    python3 ").append(nome).append(".py\n"));
        return texto.append("\nO que tem de sobreviver a uma morte guarda-se na pasta de `--dados`.\n").toString();
    }
}
