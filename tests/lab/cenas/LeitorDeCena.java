//SOURCES Cena.java LeitorDeAto.java Palavras.java
package tests.lab.cenas;

import java.util.ArrayList;
import java.util.List;
import tests.lab.cenas.Cena.AtoEscrito;

/**
 * Lê um arquivo {@code .cena}, e confere-o sem o fazer acontecer. Uma ação por linha; as linhas vazias e as que começam por
 * {@code #} não contam, e uma que começa por espaços continua a de cima. A língua está em tests/lab/CENAS.md.
 */
final class LeitorDeCena {

    private final List<Palavras> linhas;
    private final String arquivo;
    private int proxima;

    private LeitorDeCena(String arquivo, String texto) {
        this.arquivo = arquivo;
        this.linhas = juntar(arquivo, texto);
    }

    /** @param arquivo o nome dele, para os erros @throws shared.texto.ErroDeUso com a linha e a coluna, se não se entende */
    static Cena ler(String arquivo, String texto) {
        return new LeitorDeCena(arquivo, texto).cena();
    }

    private static List<Palavras> juntar(String arquivo, String texto) {
        List<Palavras> juntas = new ArrayList<>();
        String[] linhas = texto.replace("\r\n", "\n").replace("\uFEFF", "").split("\n", -1);
        for (int i = 0; i < linhas.length; i++) {
            if (linhas[i].isBlank() || linhas[i].startsWith("#")) {
                continue;
            }
            StringBuilder inteira = new StringBuilder(linhas[i]);
            int primeira = i;
            while (i + 1 < linhas.length && !linhas[i + 1].isBlank() && Character.isWhitespace(linhas[i + 1].charAt(0))) {
                inteira.append(' ').append(linhas[++i].strip());
            }
            juntas.add(new Palavras(arquivo, primeira + 1, inteira.toString()));
        }
        return juntas;
    }

    private Cena cena() {
        if (linhas.isEmpty()) {
            throw new Palavras(arquivo, 1, "").erro("a cena está vazia; a primeira linha é: cena TÍTULO");
        }
        Palavras primeira = linhas.get(proxima++);
        primeira.uma("cena TÍTULO, na primeira linha", List.of("cena"));
        String titulo = primeira.texto("o título da cena");
        List<String> historia = new ArrayList<>();
        while (proxima < linhas.size() && linhas.get(proxima).seFor("historia")) {
            historia.add(linhas.get(proxima++).texto("um parágrafo da história"));
        }
        List<AtoEscrito> atos = new ArrayList<>();
        while (proxima < linhas.size()) {
            Palavras linha = linhas.get(proxima++);
            linha.uma(atos.isEmpty() ? "historia, ou ato TÍTULO" : "ato TÍTULO", List.of("ato"));
            atos.add(ato(linha.texto("o título do ato")));
        }
        if (atos.isEmpty()) {
            throw primeira.erro("a cena não tem nenhum ato");
        }
        return new Cena(titulo, historia, atos);
    }

    private AtoEscrito ato(String titulo) {
        int comeco = proxima;
        while (proxima < linhas.size() && !linhas.get(proxima).espreitar().equals("ato")) {
            proxima++;
        }
        return new LeitorDeAto(titulo, linhas.get(comeco - 1), linhas.subList(comeco, proxima)).ler();
    }
}
