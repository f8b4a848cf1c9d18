//SOURCES Variante.java
package tests.lab.exercicios;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import shared.texto.Texto;
import tests.lab.correcao.Boletim;
import tests.lab.correcao.Correcao;
import tests.lab.correcao.Nota;
import tests.lab.palco.Entrega;
import tests.lab.provas.Catalogo;
import tests.lab.provas.Procurada;
import tests.lab.provas.Prova;
import tests.lab.vereditos.Terminal;

/** A tabela de quem ensina: cada exercício, com a solução e com cada erro, a nota que tem, e porquê. */
final class Tabela {

    /** Uma linha. @param nota sobre 100; com só algumas provas, o mais que podia ter @param porque vazio = passou */
    record Linha(Variante variante, double nota, String prova, String porque) {
    }

    private Tabela() {
    }

    private static final double SEM_PRESSA = 10; // à solução nada se perdoa, nem se lhe cobra a lentidão da máquina

    /** As provas que bastam: as que apanham este erro; à solução, as que apanham os destas. */
    static List<String> poucas(Variante variante, List<Variante> todas) {
        return variante.erro() != null ? variante.erro().provas()
                : todas.stream().filter(outra -> outra.erro() != null && outra.erro().python() == null)
                        .flatMap(outra -> outra.erro().provas().stream()).distinct().toList();
    }

    /**
     * Corrige uma variante.
     *
     * @param quais as provas que se fazem, e das outras supõe-se que passa; vazia = todas
     */
    static Linha corrigir(Variante variante, List<String> quais) {
        List<Prova> todas = Correcao.queServem(Catalogo.provas(), variante.entrega());
        List<Prova> destas = todas.stream().filter(prova -> quais.isEmpty() || quais.contains(prova.nome())).toList();
        Boletim feito = new Correcao(variante.erro() == null ? SEM_PRESSA : 1, nota -> { })
                .corrigir(variante.entrega(), destas);
        Map<Prova, Nota> feitas = feito.notas().stream().collect(Collectors.toMap(Nota::prova, nota -> nota));
        List<Nota> notas = todas.stream().map(prova -> feitas.getOrDefault(prova, passou(prova))).toList();
        Nota falhou = feito.notas().stream().filter(nota -> !nota.inteira()).findFirst().orElse(null);
        return new Linha(variante, boletim(feito.entrega(), notas, feito.pesos()).nota(),
                falhou == null ? "" : falhou.prova().nome(), falhou == null ? "" : falhou.motivo());
    }

    /** O de quem passa em tudo. @param emJava se tem núcleos em que procurar */
    static Boletim cheio(Exercicio exercicio, boolean emJava) {
        Entrega entrega = Variante.emJava(exercicio, null);
        return boletim(entrega, Correcao.queServem(Catalogo.provas(), entrega).stream()
                .filter(prova -> emJava || !Procurada.e(prova)).map(Tabela::passou).toList(),
                Correcao.pesos(entrega));
    }

    private static Nota passou(Prova prova) {
        return new Nota(prova, Nota.Situacao.PASSOU, 1, "", List.of(), List.of(), 0, 0);
    }

    private static Boletim boletim(Entrega entrega, List<Nota> notas, Map<String, Integer> pesos) {
        return new Boletim(entrega, notas, pesos, List.of(), List.of(), 0);
    }

    /** Como se mostra uma linha: o exercício, a variante, a nota, e a razão por baixo. */
    static String texto(Linha linha) {
        String nota = Texto.formatar("%-15s %-36s %5.1f  %s", linha.variante().exercicio().nome(), linha.variante().nome(),
                linha.nota(), linha.prova());
        return linha.porque().isEmpty() ? nota.stripTrailing()
                : nota + "\n" + Terminal.quebrar(linha.porque()).indent(4).stripTrailing();
    }
}
