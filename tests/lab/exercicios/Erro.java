//SOURCES Exercicio.java
package tests.lab.exercicios;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Um erro que um aluno faria, escrito em {@code EXERCICIO.erro} como a diferença para o que nós escrevemos: as linhas que
 * saem ({@code -}) têm de lá estar, tais quais e uma vez só, e as que entram ({@code +}) ficam no lugar delas.
 *
 * @param porque o que pensou quem o fez
 * @param provas as que o apanham
 * @param razao  o que dizem, em parte: uma expressão regular
 * @param python o papel, o programa de tests/interop em que está o erro, e as opções dele; {@code null} = é no nosso
 * @param trocas por arquivo, o que sai e o que entra, por ordem
 */
public record Erro(String nome, String porque, List<String> provas, String razao, String python,
        Map<String, List<Troca>> trocas) {

    /** Umas linhas por outras. */
    public record Troca(String sai, String entra) {
    }

    /** Os deste exercício. @throws IllegalArgumentException com a linha que não se entende */
    public static List<Erro> de(Path colecao, String exercicio) throws IOException {
        List<Erro> erros = new ArrayList<>();
        Path arquivo = Exercicio.daqui(colecao).resolve(exercicio + ".erro");
        for (String bloco : Files.readString(arquivo, StandardCharsets.UTF_8).strip().split("\n\n")) {
            erros.add(ler(bloco));
        }
        return erros;
    }

    private static Erro ler(String bloco) {
        Map<String, String> diz = new LinkedHashMap<>();
        Map<String, List<Troca>> trocas = new LinkedHashMap<>();
        StringBuilder sai = new StringBuilder();
        StringBuilder entra = new StringBuilder();
        for (String linha : (bloco + "\nfim .").split("\n")) {
            boolean tira = linha.startsWith("-");
            if (!linha.startsWith("+") && (!tira || entra.length() > 0) && sai.length() > 0) {
                trocas.computeIfAbsent(diz.get("arquivo"), a -> new ArrayList<>())
                        .add(new Troca(sai.toString(), entra.toString()));
                sai.setLength(0);
                entra.setLength(0);
            }
            if (tira || linha.startsWith("+")) {
                (tira ? sai : entra).append(linha.substring(1)).append('\n');
            } else if (linha.matches("(erro|porque|provas|razao|python|arquivo|fim) .+")) {
                diz.put(linha.split(" ", 2)[0], linha.split(" ", 2)[1]);
            } else {
                throw new IllegalArgumentException("não entendo a linha: " + linha);
            }
        }
        return new Erro(diz.get("erro"), diz.get("porque"), List.of(diz.getOrDefault("provas", "").split(" ")),
                diz.getOrDefault("razao", ""), diz.get("python"), trocas);
    }

    /** Os arquivos que este erro muda, já mudados. @throws IllegalStateException se o que sai não está lá uma vez só */
    public Map<String, String> aplicar(Path colecao) throws IOException {
        Map<String, String> mudados = new LinkedHashMap<>();
        for (Map.Entry<String, List<Troca>> deste : trocas.entrySet()) {
            String texto = Files.readString(colecao.resolve(deste.getKey()), StandardCharsets.UTF_8);
            for (Troca troca : deste.getValue()) {
                int onde = texto.indexOf("\n" + troca.sai());
                if (onde < 0 || texto.indexOf("\n" + troca.sai(), onde + 1) >= 0) {
                    throw new IllegalStateException("o erro " + nome + " já não se aplica: em " + deste.getKey()
                            + (onde < 0 ? " não está\n" : " está mais do que uma vez\n") + troca.sai());
                }
                texto = texto.substring(0, onde + 1) + troca.entra() + texto.substring(onde + 1 + troca.sai().length());
            }
            mudados.put(deste.getKey(), texto);
        }
        return mudados;
    }
}
