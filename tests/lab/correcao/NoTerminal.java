//SOURCES Boletim.java Nota.java
package tests.lab.correcao;

import java.util.ArrayList;
import java.util.List;
import shared.texto.Json;
import shared.texto.Texto;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.vereditos.Terminal;

/** O que se escreve de uma correção, em linhas que cabem num terminal; nada que um programa diga muda o terminal. */
final class NoTerminal {

    private static final int HISTORIA = 12; // linhas, no máximo: as últimas
    private static final int MOTIVO = 600;

    private NoTerminal() {
    }

    /** Uma prova: passou, ou não e por quê, e como se vê outra vez. @param comando o que se digita para fazer só esta */
    static List<String> nota(Nota nota, String comando) {
        List<String> linhas = new ArrayList<>();
        String pontos = !nota.conta() ? "não conta" : Boletim.numero(nota.pontos()) + "/" + nota.prova().pontos();
        linhas.add(Texto.formatar("%s %-44s %9s  %s", nota.situacao().sinal(), nota.prova().nome(), pontos,
                nota.situacao() == Situacao.PASSOU ? "" : nota.situacao().texto()).stripTrailing());
        if (nota.situacao() == Situacao.PASSOU) {
            return linhas;
        }
        paragrafo(linhas, "devia: " + nota.prova().titulo());
        paragrafo(linhas, encurtar(nota.motivo()));
        if (nota.situacao() != Situacao.NAO_SE_FEZ) {
            paragrafo(linhas, "garantia: " + nota.prova().garantia().texto());
        }
        List<String> historia = nota.historia();
        for (String linha : historia.subList(Math.max(0, historia.size() - HISTORIA), historia.size())) {
            paragrafo(linhas, "· " + encurtar(linha));
        }
        linhas.add("    outra vez: " + comando + " --provas " + nota.prova().nome());
        return linhas;
    }

    private static void paragrafo(List<String> linhas, String texto) {
        Terminal.quebrar(Json.limpar(texto)).lines().forEach(linha -> linhas.add("    " + linha));
    }

    private static String encurtar(String texto) {
        return texto.length() <= MOTIVO ? texto : texto.substring(0, MOTIVO) + "…";
    }

    /** As contas, no fim. */
    static List<String> boletim(Boletim b) {
        List<String> linhas = new ArrayList<>(List.of(""));
        if (!b.porNivel().isEmpty()) {
            linhas.add(b.porNivel());
        }
        long naoSeFizeram = b.notas().stream().filter(nota -> !nota.conta()).count();
        if (naoSeFizeram > 0) {
            paragrafo(linhas, Texto.quantas(naoSeFizeram, "prova não se pôde fazer", "provas não se puderam fazer")
                    + ": não conta contra quem se corrige");
        }
        b.avisos().forEach(aviso -> paragrafo(linhas, "aviso: " + aviso));
        b.aLado().forEach(medida -> paragrafo(linhas, medida));
        linhas.add("nota: " + Boletim.numero(b.nota()) + " de " + Boletim.MAXIMA
                + Texto.formatar("  (%.0f s)", b.segundos()));
        return linhas;
    }
}
