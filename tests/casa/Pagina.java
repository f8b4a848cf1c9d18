package tests.casa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Uma página em Markdown, pelo que nela se digita: títulos, blocos, e o que a pessoa faz entre eles. Um comentário de HTML,
 * que não se vê, diz o que o texto à volta diz a quem lê:
 *
 * <pre>
 * &lt;!-- não se roda aqui: precisa da AWS --&gt;        o bloco seguinte
 * &lt;!-- só com --longos: dura dois minutos --&gt;       o bloco seguinte
 * &lt;!-- digitam-se as linhas sem recuo --&gt;           no bloco seguinte, a um programa que lê o teclado
 * &lt;!-- Ctrl-C: part3/Sequencer.java --&gt;            no terminal em que esse comando está
 * </pre>
 */
final class Pagina {

    /** O que se encontra ao ler de cima para baixo. @param linha a partir de 1 */
    sealed interface Passo permits Titulo, CtrlC, Bloco {

        int linha();
    }

    /** Entre uma secção e a seguinte, fecham-se os terminais. */
    record Titulo(int linha, String texto) implements Passo {
    }

    /** @param comando uma parte do comando cujo terminal se interrompe */
    record CtrlC(int linha, String comando) implements Passo {
    }

    /**
     * @param tipo o que vem depois das três plicas; {@code recuo} se são quatro espaços
     * @param naoSeRoda porquê; {@code null} se se roda
     * @param longo porquê só com as campanhas longas; {@code null} se sempre
     * @param semRecuo se se digitam as linhas sem recuo
     */
    record Bloco(int linha, String tipo, List<String> linhas, String naoSeRoda, String longo, boolean semRecuo)
            implements Passo {

        /** Os comandos, um por linha (ou várias, se acabam em {@code \}), cada um com o que a página mostra depois dele. */
        List<Comando> comandos() {
            boolean comCifrao = tipo.equals("console");
            List<Comando> comandos = new ArrayList<>();
            for (int i = 0; i < linhas.size(); i++) {
                String texto = linhas.get(i);
                if (comCifrao && !texto.startsWith("$ ")) {
                    comandos.get(comandos.size() - 1).mostra().add(texto);
                } else if (comCifrao || !texto.isBlank() && !texto.startsWith("#")) {
                    int inicio = i;
                    String comando = comCifrao ? texto.substring(2) : texto;
                    while (comando.endsWith("\\")) {
                        comando += "\n" + linhas.get(++i);
                    }
                    comandos.add(new Comando(linha + 1 + inicio, comando, new ArrayList<>(), comCifrao));
                }
            }
            return comandos;
        }
    }

    /** @param mostrado se a página mostra o que sai, ainda que seja nada */
    record Comando(int linha, String texto, List<String> mostra, boolean mostrado) {
    }

    private static final Pattern CERCA = Pattern.compile("(\\s*)```(\\w*)\\s*");
    private static final Pattern COMENTARIO = Pattern.compile("\\s*<!-- (.*) -->\\s*");

    private final String nome;
    private final List<Passo> passos = new ArrayList<>();

    /** @param nome a partir da raiz da coleção */
    Pagina(Path raiz, String nome) {
        this.nome = nome;
        List<String> linhas = linhas(raiz.resolve(nome));
        List<String> marcas = new ArrayList<>();
        for (int i = 0; i < linhas.size(); i++) {
            String linha = linhas.get(i);
            Matcher cerca = CERCA.matcher(linha);
            Matcher comentario = COMENTARIO.matcher(linha);
            if (cerca.matches()) {
                int inicio = i;
                List<String> dentro = new ArrayList<>();
                while (!CERCA.matcher(linhas.get(++i)).matches()) {
                    dentro.add(linhas.get(i).replaceFirst("^" + cerca.group(1), ""));
                }
                juntar(inicio + 1, cerca.group(2), dentro, marcas);
            } else if (linha.startsWith("    ")) {
                int inicio = i;
                List<String> dentro = new ArrayList<>();
                for (; i < linhas.size() && linhas.get(i).startsWith("    "); i++) {
                    dentro.add(linhas.get(i).substring(4));
                }
                juntar(inicio, "recuo", dentro, marcas);
                i--;
            } else if (linha.startsWith("#")) {
                passos.add(new Titulo(i + 1, linha));
            } else if (comentario.matches()) {
                if (comentario.group(1).startsWith("Ctrl-C: ")) {
                    passos.add(new CtrlC(i + 1, comentario.group(1).substring("Ctrl-C: ".length())));
                } else {
                    marcas.add(comentario.group(1));
                }
            } else if (!linha.isBlank() && !marcas.isEmpty()) {
                throw new IllegalArgumentException(nome + ":" + (i + 1) + ": uma marca sem bloco logo a seguir: " + marcas);
            }
        }
    }

    private void juntar(int linha, String tipo, List<String> dentro, List<String> marcas) {
        String naoSeRoda = marca(marcas, "não se roda aqui: ");
        String longo = marca(marcas, "só com --longos: ");
        boolean semRecuo = marcas.remove("digitam-se as linhas sem recuo");
        if (!marcas.isEmpty()) {
            throw new IllegalArgumentException(nome + ":" + linha + ": não conheço estas marcas: " + marcas);
        }
        passos.add(new Bloco(linha, tipo, dentro, naoSeRoda, longo, semRecuo));
    }

    private static String marca(List<String> marcas, String comeco) {
        String achada = marcas.stream().filter(marca -> marca.startsWith(comeco)).findFirst().orElse(null);
        marcas.remove(achada);
        return achada == null ? null : achada.substring(comeco.length());
    }

    String nome() {
        return nome;
    }

    List<Passo> passos() {
        return passos;
    }

    /** Se algum bloco tem este texto. */
    boolean menciona(String texto) {
        return blocos().stream().flatMap(bloco -> bloco.linhas().stream()).anyMatch(linha -> linha.contains(texto));
    }

    List<Bloco> blocos() {
        return passos.stream().filter(Bloco.class::isInstance).map(Bloco.class::cast).toList();
    }

    static List<String> linhas(Path arquivo) {
        try {
            return Files.readAllLines(arquivo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
