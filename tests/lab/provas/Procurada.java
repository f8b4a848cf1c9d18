//SOURCES Bancada.java Prova.java
package tests.lab.provas;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Antes de pôr de pé seja o que for: a entrega que traz núcleos em Java diz como se procura neles ({@code procurar}), em
 * todos os caminhos curtos, o que não se cumpre. O que se acha é a história mais curta que se conhece.
 */
public final class Procurada {

    private static final String NOME = "procura/";

    private Procurada() {
    }

    /** Se é uma destas: faz-se só a uma entrega que diz como se procura. */
    public static boolean e(Prova prova) {
        return prova.nome().startsWith(NOME);
    }

    static List<Prova> provas() {
        return Stream.of(prova(2, "servidor", "worker"), prova(3, "sequenciador", "replica"),
                prova(4, "primario", "backup", "testemunha")).toList();
    }

    private static Prova prova(int parte, String... papeis) {
        return new Prova(NOME + "caminhos-curtos", "em nenhum caminho curto (uma morte, uma perda, um corte) se perde, se"
                + " repete ou se troca o que se confirmou", Nivel.TOLERANTE, 3, parte, Set.of(papeis),
                Garantia.CONFIRMADA, Procurada::procurar);
    }

    private static void procurar(Bancada b) {
        List<String> historia = b.procurar();
        historia.forEach(b::contar);
        if (!historia.isEmpty()) {
            throw Reprovada.seguranca("há um caminho curto em que falha; " + historia.stream()
                    .filter(linha -> linha.startsWith("fim: ")).findFirst().orElse(historia.get(0)));
        }
    }
}
