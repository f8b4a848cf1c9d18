//SOURCES Nota.java
package tests.lab.correcao;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import shared.texto.Texto;
import tests.lab.palco.Entrega;
import tests.lab.provas.Nivel;

/**
 * As notas de uma entrega. Cada nível vale o seu peso, repartido pelas provas dele que se fizeram; a nota é sobre 100, ainda
 * que falte um nível.
 *
 * @param pesos   de cada nível, pelo nome
 * @param aLado   o que se mediu, e não dá pontos
 * @param avisos  o que quem corrige deve saber
 * @param segundos quanto demorou
 */
public record Boletim(Entrega entrega, List<Nota> notas, Map<String, Integer> pesos, List<String> aLado,
        List<String> avisos, double segundos) {

    /** A nota máxima. */
    public static final int MAXIMA = 100;

    private List<Nota> de(Nivel nivel) {
        return notas.stream().filter(nota -> nota.prova().nivel() == nivel && nota.conta()).toList();
    }

    /** Quanto pode valer este nível, de 0 a {@value #MAXIMA}: 0, se dele não se fez nenhuma prova. */
    public double maximo(Nivel nivel) {
        double todos = 0;
        for (Nivel um : Nivel.values()) {
            todos += de(um).isEmpty() ? 0 : pesos.get(um.nome());
        }
        return de(nivel).isEmpty() || todos == 0 ? 0 : MAXIMA * pesos.get(nivel.nome()) / todos;
    }

    /** Quanto valeu. */
    public double pontos(Nivel nivel) {
        double ganhos = de(nivel).stream().mapToDouble(Nota::pontos).sum();
        double possiveis = de(nivel).stream().mapToDouble(nota -> nota.prova().pontos()).sum();
        return possiveis == 0 ? 0 : maximo(nivel) * ganhos / possiveis;
    }

    /** Quanto valeu, e podia valer, esta prova. */
    public double[] pontos(Nota nota) {
        double possiveis = de(nota.prova().nivel()).stream().mapToDouble(outra -> outra.prova().pontos()).sum();
        double vale = !nota.conta() || possiveis == 0 ? 0
                : maximo(nota.prova().nivel()) * nota.prova().pontos() / possiveis;
        return new double[] {vale * nota.parte(), vale};
    }

    /** De 0 a {@value #MAXIMA}, com uma casa. */
    public double nota() {
        double soma = 0;
        for (Nivel nivel : Nivel.values()) {
            soma += pontos(nivel);
        }
        return Math.round(soma * 10) / 10.0;
    }

    /** Se houve provas, e todas têm todos os pontos. */
    public boolean cheio() {
        return !notas.isEmpty() && notas.stream().allMatch(Nota::inteira);
    }

    /** 0, nota cheia; 1, menos; 2, alguma não se pôde fazer. */
    public int codigo() {
        return notas.stream().anyMatch(nota -> !nota.conta()) ? 2 : cheio() ? 0 : 1;
    }

    /** {@code básico 45 de 60, durável 20 de 20}. */
    public String porNivel() {
        List<String> niveis = new ArrayList<>();
        for (Nivel nivel : Nivel.values()) {
            if (maximo(nivel) > 0) {
                niveis.add(nivel.titulo() + " " + numero(pontos(nivel)) + " de " + numero(maximo(nivel)));
            }
        }
        return String.join(", ", niveis);
    }

    /** Um número como se lê: 72, 33,3. */
    static String numero(double valor) {
        String texto = Texto.formatar("%.1f", valor);
        return texto.endsWith(".0") ? texto.substring(0, texto.length() - 2) : texto.replace('.', ',');
    }
}
