package tests.lab;

import static tests.lab.Vereditos.Valor.DESCONHECIDO;
import static tests.lab.Vereditos.Valor.NAO;
import static tests.lab.Vereditos.Valor.SIM;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import tests.lab.Ensaio.Resultado;
import tests.lab.Vereditos.Valor;

/** O quadro das garantias: o que cada parte promete, ao lado do que se viu num ensaio. */
final class Garantias {

    /** @param promessas o que prometem as partes 1 a 4 */
    record Garantia(String nome, List<Valor> promessas, Function<Resultado, Valor> observar) {

        /** O que se viu, e se é o que a parte promete: ✔ é, ✘ não é, ~ prometia menos, e desta vez teve sorte. */
        String celula(Resultado r) {
            return celula(r, "?", " ✔", " ✘", " ~");
        }

        /** O mesmo, por extenso. */
        String porExtenso(Resultado r) {
            return celula(r, "desconhecido", " como promete", " mas prometia", " por sorte");
        }

        private String celula(Resultado r, String naoSeViu, String cumpriu, String violou, String sorte) {
            Valor prometido = promessas.get(r.montagem().parte() - 1);
            Valor visto = observar.apply(r);
            return visto == DESCONHECIDO ? naoSeViu : visto + (visto == prometido ? cumpriu : prometido == SIM ? violou : sorte);
        }
    }

    static final List<Garantia> TODAS = List.of(
            new Garantia("a ordem de cada cliente (FIFO)", List.of(SIM, SIM, SIM, SIM), r -> r.valor("fifo-por-cliente")),
            new Garantia("a mesma ordem em todas", List.of(NAO, SIM, SIM, SIM), r -> r.valor("mesma-ordem")),
            new Garantia("cura-se de perda e reinício", List.of(NAO, SIM, SIM, SIM), r -> r.valor("replicas-iguais")),
            new Garantia("repetir vale uma vez", List.of(SIM, SIM, SIM, SIM), r -> r.valor("cada-id-uma-vez")),
            new Garantia("o confirmado não se perde", List.of(DESCONHECIDO, SIM, SIM, SIM), r -> r.valor("confirmado-nao-se-perde")),
            new Garantia("segue com uma réplica morta", List.of(SIM, SIM, SIM, SIM), Garantias::seguiu),
            new Garantia("o cliente sabe o resultado", List.of(NAO, NAO, NAO, SIM), Garantias::sabe));

    private Garantias() {
    }

    /** Se houve respostas enquanto a réplica que as falhas matam estava morta. */
    private static Valor seguiu(Resultado r) {
        boolean morta = false;
        boolean matou = false;
        boolean respondeu = false;
        for (ObjectNode e : r.rastro().eventos()) {
            boolean dela = e.path("tipo").asText().equals("processo") && e.path("nome").asText().equals(r.montagem().replicas().get(1));
            if (dela) {
                morta = e.path("evento").asText().equals("morto") || morta && !e.path("evento").asText().equals("iniciado");
                matou |= morta;
            }
            respondeu |= morta && e.path("tipo").asText().equals("cliente") && e.path("evento").asText().equals("resposta");
        }
        return !matou ? DESCONHECIDO : respondeu ? SIM : NAO;
    }

    /** Se as respostas dizem o que o banco decidiu. */
    private static Valor sabe(Resultado r) {
        List<String> respostas = r.rastro().eventos().stream()
                .filter(e -> e.path("tipo").asText().equals("cliente") && e.path("evento").asText().equals("resposta"))
                .map(e -> e.path("texto").asText()).toList();
        return respostas.isEmpty() ? DESCONHECIDO : respostas.stream().allMatch(texto -> texto.contains("resultado=")) ? SIM : NAO;
    }
}
