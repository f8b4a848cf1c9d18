package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Linha;
import tests.lab.cenas.Cenas;
import tests.lab.palco.Elenco;
import tests.lab.sala.Gravador.Feito;
import tests.lab.vereditos.Vereditos.Veredito;

/** O que se fez, escrito como um arquivo que o faz outra vez, e confere que acaba do mesmo modo. */
final class Guardada {

    private static final String A_MAO = ", à mão";

    private Guardada() {
    }

    /** Uma parte em que se mexeu. */
    static String parte(AoVivo esta) {
        return juntar(titulo(esta.escrito().titulo()), historia(List.of(), esta), List.of(ato(esta)));
    }

    /**
     * Uma cena que se abriu, com todos os atos: os que já passaram, como passaram; o de agora, até onde se fez; os outros,
     * como estão escritos.
     */
    static String cena(Cena cena, List<String> passaram, AoVivo esta) {
        List<String> atos = new ArrayList<>(passaram);
        atos.add(esta.gravador().feitos().isEmpty() ? ato(esta.escrito()) : ato(esta));
        cena.atos().stream().skip(atos.size()).map(Guardada::ato).forEach(atos::add);
        boolean tal = atos.equals(cena.atos().stream().map(Guardada::ato).toList());
        return juntar(tal ? cena.titulo() : titulo(cena.titulo()), historia(cena.historia(), esta), atos);
    }

    private static String titulo(String titulo) {
        return titulo.endsWith(A_MAO) ? titulo : titulo + A_MAO;
    }

    /** Se há processos de outro, diz-se com que arquivo se repete. */
    private static List<String> historia(List<String> escrita, AoVivo esta) {
        if (esta.alheios().entrega() == null) {
            return escrita;
        }
        String deOutro = esta.escrito().elenco().keySet().stream().filter(esta.alheios()::tem)
                .collect(Collectors.joining(", "));
        String precisa = "Com processos de outro (" + esta.alheios().entrega().nome() + "): " + deOutro
                + ". Para a repetir com eles é preciso o arquivo deles: --alheios ARQUIVO.json";
        return escrita.contains(precisa) ? escrita : Stream.concat(escrita.stream(), Stream.of(precisa)).toList();
    }

    private static String juntar(String titulo, List<String> historia, List<String> atos) {
        String cabeca = Stream.concat(Stream.of("cena " + titulo), historia.stream().map(p -> "historia " + p))
                .reduce((um, outro) -> um + "\n" + outro).orElseThrow();
        return cabeca + "\n\n" + String.join("\n\n", atos) + "\n";
    }

    /** O ato que está de pé, como se fez; se só se passou, e até ao fim, como está escrito. */
    static String ato(AoVivo esta) {
        List<Feito> feitos = esta.gravador().feitos();
        if (!esta.escrito().linhas().isEmpty() && feitos.stream().allMatch(Feito::daCena)
                && feitos.stream().map(Feito::linha).toList().equals(textos(esta.escrito()))) {
            return ato(esta.escrito());
        }
        esta.assentar();
        List<String> linhas = new ArrayList<>(esta.gravador().linhas());
        linhas.addAll(esta.gravador().esperas(esta.cena(), esta.visto(), false));
        linhas.addAll(fim(esta));
        return ato(esta.escrito(), linhas);
    }

    private static String ato(AtoEscrito escrito) {
        return ato(escrito, textos(escrito));
    }

    private static List<String> textos(AtoEscrito escrito) {
        return escrito.linhas().stream().map(Linha::texto).toList();
    }

    private static String ato(AtoEscrito escrito, List<String> linhas) {
        return "ato " + escrito.titulo() + "\n" + String.join("\n", escrito.cabecalho()) + "\n\n"
                + String.join("\n", linhas);
    }

    private static List<String> fim(AoVivo esta) {
        Map<String, ObjectNode> bancos = esta.estados();
        if (bancos.isEmpty()) { // ninguém responde: não há o que conferir
            return List.of("julgar " + String.join(" ", Elenco.comBanco(esta.escrito().parte(),
                    esta.escrito().elenco().keySet())));
        }
        List<String> linhas = new ArrayList<>();
        Map<String, List<String>> iguais = new LinkedHashMap<>();
        bancos.forEach((nome, estado) -> iguais.computeIfAbsent(estado.path("seq") + " " + estado.path("resumo"),
                qual -> new ArrayList<>()).add(nome));
        iguais.values().stream().filter(estes -> estes.size() > 1)
                .forEach(estes -> linhas.add("esperar " + String.join(" ", estes) + " iguais"));
        linhas.add("julgar " + String.join(" ", bancos.keySet()));
        for (Veredito v : esta.vereditos()) {
            linhas.add("conferir " + v.nome() + " " + v.valor());
        }
        for (String conta : Retrato.diferentes(bancos)) {
            bancos.forEach((nome, estado) -> linhas.add("conferir saldo " + nome + " " + Cenas.entreAspas(conta) + " "
                    + estado.path("saldos").path(conta).decimalValue().toPlainString()));
        }
        return linhas;
    }
}
