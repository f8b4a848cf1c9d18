//SOURCES Lacunas.java
package tests.lab.exercicios;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shared.disco.Arquivos;
import shared.papel.Dados;
import shared.texto.ErroDeUso;
import shared.texto.Falha;

/**
 * Um exercício: um arquivo {@code NOME.exercicio} ao lado deste, com umas linhas que dizem o que é, uma vazia, e o enunciado
 * em Markdown. O que se tira aos nossos programas está marcado neles ({@link Lacunas}).
 *
 * @param nome     como se pede
 * @param ordem    em que lugar da lista
 * @param papeis   que papéis se corrigem, pelos nomes deles na correção, e a classe do programa de cada um
 * @param pesos    quanto vale cada nível das provas; vazio = o costume
 * @param garantia o que se tem de garantir
 * @param tempo    quanto pode demorar quem o faz
 * @param texto    o enunciado
 */
public record Exercicio(String nome, String ordem, String titulo, int parte, Map<String, String> papeis,
        Map<String, Integer> pesos, String garantia, String tempo, String texto) {

    private static final String EXTENSAO = ".exercicio";

    @Override
    public String toString() {
        return nome;
    }

    /** A pasta da coleção, onde estão os fontes. @throws ErroDeUso se não se sabe onde está */
    public static Path colecao() {
        Path colecao = Dados.colecao();
        if (colecao == null || !Files.isDirectory(daqui(colecao))) {
            throw new ErroDeUso("os exercícios fazem-se dos fontes da coleção, e não a encontro: rode este comando na pasta"
                    + " dela, a que tem shared/ e part1/");
        }
        return colecao;
    }

    static Path daqui(Path colecao) {
        return colecao.resolve("tests/lab/exercicios");
    }

    /** Todos, por ordem. */
    public static List<Exercicio> todos(Path colecao) {
        try (Stream<Path> arquivos = Files.list(daqui(colecao))) {
            return arquivos.filter(arquivo -> arquivo.toString().endsWith(EXTENSAO)).map(Exercicio::ler)
                    .sorted(Comparator.comparing(Exercicio::ordem)).toList();
        } catch (IOException e) {
            throw new Falha("não consigo ler " + daqui(colecao) + " (" + Arquivos.motivo(e) + ")");
        }
    }

    /** O que tem este nome. @throws ErroDeUso se nenhum */
    public static Exercicio de(Path colecao, String nome) {
        List<Exercicio> todos = todos(colecao);
        return todos.stream().filter(exercicio -> exercicio.nome().equals(nome)).findFirst().orElseThrow(() ->
                ErroDeUso.naoHa("o exercício", nome, todos.stream().map(Exercicio::nome).toList()));
    }

    private static Exercicio ler(Path arquivo) {
        String nome = arquivo.getFileName().toString().replace(EXTENSAO, "");
        try {
            String[] metades = Files.readString(arquivo, StandardCharsets.UTF_8).split("\n\n", 2);
            Map<String, String> diz = new HashMap<>();
            metades[0].lines().forEach(linha -> diz.put(linha.split(" ", 2)[0], linha.split(" ", 2)[1]));
            return new Exercicio(nome, diz.get("ordem"), diz.get("titulo"), Integer.parseInt(diz.get("parte")),
                    pares(diz.get("papeis")), pesos(diz.get("pesos")), diz.get("garantia"), diz.get("tempo"), metades[1]);
        } catch (IOException e) {
            throw new Falha("não consigo ler " + arquivo + " (" + Arquivos.motivo(e) + ")");
        }
    }

    private static Map<String, Integer> pesos(String linha) {
        Map<String, Integer> pesos = new LinkedHashMap<>();
        (linha == null ? Map.<String, String>of() : pares(linha)).forEach((n, peso) -> pesos.put(n, Integer.parseInt(peso)));
        return pesos;
    }

    private static Map<String, String> pares(String linha) {
        Map<String, String> pares = new LinkedHashMap<>();
        Stream.of(linha.split(" ")).map(par -> par.split("=")).forEach(par -> pares.put(par[0], par[1]));
        return pares;
    }
}
