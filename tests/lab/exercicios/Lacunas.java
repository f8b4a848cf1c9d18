package tests.lab.exercicios;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Os lugares que nos nossos arquivos estão marcados para um exercício: o que ele tira, e o que fica em vez disso.
 *
 * <pre>
 *   // exercício NOME: o que aqui se faz          // exercício NOME: o que aqui se faz
 *   … o que nós escrevemos …             ──►      throw new UnsupportedOperationException("exercício: falta …");
 *   // fim                                        // fim
 * </pre>
 *
 * Uma marca vai até ao fim do bloco em que está, para que o que fica se compile.
 */
public final class Lacunas {

    private static final Pattern COMECO = Pattern.compile("(\\s*)// exercício ([\\w-]+): (.+)");
    private static final Pattern FIM = Pattern.compile("\\s*// fim");

    private Lacunas() {
    }

    /** O que este arquivo deixa por escrever neste exercício; vazio se nada. */
    public static List<String> em(String texto, String exercicio) {
        List<String> faltam = new ArrayList<>();
        for (String linha : texto.split("\n", -1)) {
            Matcher comeco = COMECO.matcher(linha);
            if (comeco.matches() && comeco.group(2).equals(exercicio)) {
                faltam.add(comeco.group(3));
            }
        }
        return faltam;
    }

    /** O arquivo como se dá ao aluno: vazio nos lugares deste exercício, e sem as marcas dos outros. */
    public static String esvaziar(String texto, String exercicio) {
        List<String> fica = new ArrayList<>();
        boolean dentro = false; // de um lugar deste exercício
        for (String linha : texto.split("\n", -1)) {
            Matcher comeco = COMECO.matcher(linha);
            boolean deste = comeco.matches() && comeco.group(2).equals(exercicio);
            if (deste) {
                dentro = true;
                fica.add(linha);
                fica.add(comeco.group(1) + "throw new UnsupportedOperationException(");
                fica.add(comeco.group(1) + "        \"exercício: falta " + comeco.group(3) + "\");");
            } else if (FIM.matcher(linha).matches()) {
                if (dentro) {
                    fica.add(linha);
                }
                dentro = false;
            } else if (!dentro && !comeco.matches()) {
                fica.add(linha);
            }
        }
        return String.join("\n", fica);
    }
}
