//SOURCES Boletim.java Nota.java Tentativas.java Vazao.java
package tests.lab.correcao;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;
import tests.lab.provas.Nivel;
import tests.lab.provas.Procurada;
import tests.lab.provas.Prova;

/**
 * Corrige uma entrega: faz-lhe as provas, e dá-lhes nota. O que nunca podia acontecer e aconteceu não se tenta outra vez; o
 * que devia acontecer e não aconteceu no prazo tenta-se mais duas, com o dobro dele, e vale a metade por cada uma em que
 * passa. Uma falha do corretor nunca é de quem se corrige: a prova não se pôde fazer, e não conta.
 */
public final class Correcao {

    private final double escala;
    private final Consumer<Nota> aoAcabar;
    private boolean medir;
    private Path preparada;

    /**
     * @param escala   quantas vezes mais do que o costume se espera nesta máquina
     * @param aoAcabar quem quer saber de cada nota, logo que se sabe
     */
    public Correcao(double escala, Consumer<Nota> aoAcabar) {
        this.escala = escala;
        this.aoAcabar = aoAcabar;
    }

    /** No fim mede também a vazão, ao lado da dos nossos: não dá pontos. */
    public Correcao medindo() {
        medir = true;
        return this;
    }

    /** Os programas da entrega já estão preparados nesta pasta. @param pasta {@code null} = não estão */
    Correcao comPreparada(Path pasta) {
        preparada = pasta;
        return this;
    }

    /** Das provas, as que se fazem a esta entrega: da parte dela, de um papel que ela traz, de um nível que vale algo. */
    public static List<Prova> queServem(List<Prova> todas, Entrega entrega) {
        Map<String, Integer> pesos = pesos(entrega);
        return todas.stream().filter(prova -> prova.parte() == entrega.parte() && pesos.get(prova.nivel().nome()) > 0
                && prova.papeis().stream().anyMatch(entrega.quePapeis()::contains)
                && (!Procurada.e(prova) || !entrega.procurar().isEmpty())).toList();
    }

    /** Quanto vale cada nível: o que a entrega diz, ou o de costume. Dito um, os outros não valem nada. */
    public static Map<String, Integer> pesos(Entrega entrega) {
        Map<String, Integer> pesos = new LinkedHashMap<>();
        for (Nivel nivel : Nivel.values()) {
            pesos.put(nivel.nome(), entrega.pesos().isEmpty() ? nivel.pontos()
                    : entrega.pesos().getOrDefault(nivel.nome(), 0));
        }
        return pesos;
    }

    /** Corrige. @throws ErroDeUso se nenhuma prova serve @throws Falha se a entrega não se copia */
    public Boletim corrigir(Entrega entrega, List<Prova> provas) {
        if (provas.isEmpty()) {
            throw new ErroDeUso("nenhuma prova serve a " + entrega.nome() + ", parte " + entrega.parte() + ": "
                    + String.join(", ", entrega.quePapeis()));
        }
        long inicio = System.nanoTime();
        List<Nota> notas = new ArrayList<>();
        List<String> avisos = new ArrayList<>();
        List<String> aLado = new ArrayList<>();
        try (Alheios alheios = Alheios.de(entrega, preparada)) {
            avisos.addAll(alheios.avisos());
            new Tentativas(alheios, escala).fazer(provas, nota -> {
                notas.add(nota);
                aoAcabar.accept(nota);
            });
            if (medir && notas.stream().anyMatch(Nota::inteira)) {
                aLado.addAll(Vazao.medir(alheios, escala));
            }
        } catch (Alheios.NaoSePrepara e) {
            notas.clear();
            provas.forEach(prova -> notas.add(new Nota(prova, Situacao.FALHOU, 0, "não se prepara: " + e.getMessage(),
                    List.of(), List.of(), 1, 0)));
            notas.forEach(aoAcabar);
        }
        notas.sort(Comparator.comparingInt(nota -> provas.indexOf(nota.prova())));
        return new Boletim(entrega, List.copyOf(notas), pesos(entrega), aLado, avisos, desde(inicio));
    }

    private static double desde(long inicio) {
        return (System.nanoTime() - inicio) / 1e9;
    }
}
