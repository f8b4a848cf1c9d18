//SOURCES Segura.java Sentido.java
package tests.lab.rede;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shared.texto.ErroDeUso;

/** As mensagens que esperam nos enlaces de uma {@link Rede}, e o que se faz a uma só: chega, perde-se, repete-se, espera. */
public final class Seguras {

    private final Map<String, List<Sentido>> sentidos;

    Seguras(Map<String, List<Sentido>> sentidos) {
        this.sentidos = sentidos;
    }

    /** As deste sentido, pela ordem em que chegariam. */
    public List<Segura> de(String enlace) {
        return sentidos.getOrDefault(enlace, List.of()).stream().flatMap(sentido -> sentido.esperam().stream()).toList();
    }

    /** Todas, pela ordem em que chegariam: a que espera há mais tempo primeiro, sem trocar as de um sentido. */
    public List<Segura> todas() {
        record Vez(double desde, Segura qual) {
        }

        List<Vez> vezes = new ArrayList<>();
        sentidos.values().forEach(destes -> destes.forEach(sentido -> {
            double desde = 0;
            for (Segura esta : sentido.esperam()) {
                desde = Math.max(desde, esta.desde());
                vezes.add(new Vez(desde, esta));
            }
        }));
        return vezes.stream().sorted(Comparator.comparingDouble(Vez::desde)).map(Vez::qual).toList();
    }

    /** @throws ErroDeUso se já não espera */
    public Segura uma(int n, int copia) {
        return todas().stream().filter(esta -> esta.n() == n && esta.copia() == copia).findFirst().orElseThrow(this::jaNao);
    }

    /** Chega já; as outras continuam à espera. @throws ErroDeUso se já não espera */
    public void soltar(Segura esta) {
        fazer(esta, sentido -> sentido.soltar(esta.n(), esta.copia()));
    }

    /** Perde-se. @throws ErroDeUso se já não espera */
    public void perder(Segura esta) {
        fazer(esta, sentido -> sentido.perder(esta.n(), esta.copia()));
    }

    /** Fica outra igual à espera, a seguir a ela. @throws ErroDeUso se já não espera, ou neste sentido não pode ser */
    public void duplicar(Segura esta) {
        if (esta.naoRepete() != null) {
            throw new ErroDeUso("em " + esta.enlace() + " não se duplica: " + esta.naoRepete());
        }
        fazer(esta, sentido -> sentido.duplicar(esta.n(), esta.copia()));
    }

    /**
     * Passa a esperar antes da outra.
     *
     * @param antes {@code null} = depois de todas
     * @throws ErroDeUso se uma já não espera, ou não vão pelo mesmo caminho
     */
    public void mover(Segura esta, Segura antes) {
        if (antes != null && !antes.enlace().equals(esta.enlace())) {
            throw new ErroDeUso("só trocam de ordem as que vão pelo mesmo enlace: uma vai em " + esta.enlace()
                    + ", a outra em " + antes.enlace());
        }
        fazer(esta, sentido -> sentido.mover(esta.n(), esta.copia(), antes));
    }

    private void fazer(Segura esta, Predicate<Sentido> acao) {
        if (sentidos.get(esta.enlace()).stream().noneMatch(acao)) {
            throw jaNao();
        }
    }

    private ErroDeUso jaNao() {
        return new ErroDeUso("essa mensagem já não espera: chegou, ou perdeu-se");
    }
}
