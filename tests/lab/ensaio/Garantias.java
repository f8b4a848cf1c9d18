//SOURCES Ensaio.java
package tests.lab.ensaio;

import static tests.lab.vereditos.Vereditos.Valor.DESCONHECIDO;
import static tests.lab.vereditos.Vereditos.Valor.NAO;
import static tests.lab.vereditos.Vereditos.Valor.SIM;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import tests.lab.ensaio.Ensaio.Resultado;
import tests.lab.vereditos.Propriedade;
import tests.lab.vereditos.Vereditos.Valor;

/** O quadro das garantias: o que cada parte promete, ao lado do que se viu num ensaio. */
public final class Garantias {

    /** @param promessa o que promete cada parte, de 1 a 4 */
    public record Garantia(String nome, IntFunction<String> promessa, Function<Resultado, Valor> observar) {

        /** O que se viu, e se é o que a parte promete: ✔ é, ✘ não é, ~ prometia menos, e desta vez teve sorte. */
        public String celula(Resultado r) {
            return celula(r, "?", " ✔", " ✘", " ~");
        }

        /** O mesmo, por extenso. */
        public String porExtenso(Resultado r) {
            return celula(r, "desconhecido", " como promete", " mas prometia", " por sorte");
        }

        private String celula(Resultado r, String naoSeViu, String cumpriu, String violou, String sorte) {
            String prometido = promessa.apply(r.montagem().parte());
            Valor visto = observar.apply(r);
            return visto == DESCONHECIDO ? naoSeViu
                    : visto + (visto.toString().equals(prometido) ? cumpriu : prometido.equals("sim") ? violou : sorte);
        }
    }

    public static final List<Garantia> TODAS = Stream.concat(Propriedade.deSempre().stream().map(Garantias::de), Stream.of(
            new Garantia("segue com uma réplica morta", parte -> "sim", Garantias::seguiu),
            new Garantia("o cliente sabe o resultado", parte -> parte == 4 ? "sim" : "NÃO", Garantias::sabe))).toList();

    private Garantias() {
    }

    private static Garantia de(Propriedade qual) {
        return new Garantia(qual.nome(), qual::promessa, r -> r.valor(qual.id()));
    }

    /** Se houve respostas enquanto a réplica que as falhas matam estava morta; não, só se nada mais o explica. */
    private static Valor seguiu(Resultado r) {
        boolean morta = false;
        boolean respondeu = false;
        boolean desistiu = false;
        for (ObjectNode e : r.rastro().eventos()) {
            String evento = e.path("evento").asText();
            if (e.path("tipo").asText().equals("processo")
                    && e.path("nome").asText().equals(r.montagem().replicas().get(1))) {
                morta = evento.equals("morto") || morta && !evento.equals("iniciado");
            }
            boolean doCliente = morta && e.path("tipo").asText().equals("cliente");
            respondeu |= doCliente && evento.equals("resposta");
            desistiu |= doCliente && evento.equals("indeterminada");
        }
        return respondeu ? SIM : desistiu && r.falhas().soDasReplicas() ? NAO : DESCONHECIDO;
    }

    /** Se as respostas dizem o que o banco decidiu. */
    private static Valor sabe(Resultado r) {
        List<String> respostas = r.rastro().eventos().stream()
                .filter(e -> e.path("tipo").asText().equals("cliente") && e.path("evento").asText().equals("resposta"))
                .map(e -> e.path("texto").asText()).toList();
        return respostas.isEmpty() ? DESCONHECIDO : respostas.stream()
                .allMatch(texto -> texto.contains("resultado=")) ? SIM : NAO;
    }
}
