//SOURCES Boletim.java Formatos.java Nota.java
package tests.lab.correcao;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.relatorio.Relatorio;
import tests.lab.relatorio.Relatorio.Secao;
import tests.lab.relatorio.Relatorio.Tabela;

/** A página de uma correção: as notas, e de cada falha a história e o diagrama. */
final class Folha {

    private Folha() {
    }

    /** @param comando o que se digita para corrigir esta entrega outra vez */
    static void escrever(Path html, Boletim b, String comando) throws IOException {
        List<List<String>> linhas = new ArrayList<>();
        for (Nota nota : b.notas()) {
            double[] pontos = b.pontos(nota);
            String valor = switch (nota.situacao()) {
                case PASSOU -> "sim";
                case FALHOU -> "NÃO";
                default -> "desconhecido";
            };
            linhas.add(List.of(nota.prova().nome(), nota.prova().titulo(), nota.prova().nivel().titulo(),
                    valor + (nota.situacao() == Situacao.INSTAVEL ? " instável" : ""),
                    nota.conta() ? Boletim.numero(pontos[0]) + " de " + Boletim.numero(pontos[1]) : "não conta",
                    nota.motivo()));
        }
        List<Tabela> tabelas = new ArrayList<>(List.of(new Tabela("Nota: " + Boletim.numero(b.nota()) + " de "
                + Boletim.MAXIMA + " (" + b.porNivel() + ")", List.of("prova", "o que devia acontecer", "nível", "",
                "pontos", "por quê"), linhas)));
        if (!b.aLado().isEmpty() || !b.avisos().isEmpty()) {
            List<List<String>> aLado = new ArrayList<>();
            b.aLado().forEach(medida -> aLado.add(List.of("medida, sem pontos", medida)));
            b.avisos().forEach(aviso -> aLado.add(List.of("aviso", aviso)));
            tabelas.add(new Tabela("Ao lado", List.of("", ""), aLado));
        }
        List<Secao> secoes = new ArrayList<>();
        for (Nota nota : b.notas()) {
            for (int i = 0; i < nota.rastros().size(); i++) {
                List<String> historia = new ArrayList<>(List.of(nota.situacao().texto() + ": " + nota.motivo(),
                        "Garantia: " + nota.prova().garantia().texto()));
                historia.addAll(nota.historia());
                historia.add("Outra vez: " + comando + " --provas " + nota.prova().nome());
                secoes.add(new Secao(nota.prova().nome(), i == 0 ? historia : List.of(), nota.rastros().get(i).eventos()));
            }
        }
        Relatorio.escrever(html, b.entrega().nome() + ", parte " + b.entrega().parte(), secoes, tabelas);
    }
}
