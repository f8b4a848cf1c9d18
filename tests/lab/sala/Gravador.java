package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.cenas.EmCena;

/**
 * O que se fez, como uma cena: antes de cada linha, as esperas por aquilo que já se tinha visto quando ela se fez. Quem a
 * repetir faz o mesmo pela mesma ordem, demore o que demorar.
 */
final class Gravador {

    private static final Set<String> DECISOES = Set.of("assumir", "descer", "esperar");

    /**
     * Uma linha que se fez.
     *
     * @param esperas o que se tinha visto antes
     * @param daCena  se era a seguinte de uma cena escrita
     * @param segue   se foi de uma vez com a anterior: desfazem-se juntas
     */
    record Feito(List<String> esperas, String linha, boolean daCena, boolean segue) {

        Stream<String> linhas() {
            return Stream.concat(esperas.stream(), Stream.of(linha));
        }
    }

    /** Algo que se viu. @param id o id_msg; {@code null} se não é de uma operação */
    private record Vi(String oQue, String quem, String id) {
    }

    private final List<Feito> feitos = new ArrayList<>();
    private final Set<Vi> vistos = new LinkedHashSet<>();

    synchronized void ver(ObjectNode e) {
        String id = e.path("id_msg").asText(null);
        switch (e.path("tipo").asText()) {
            case "aplicar" -> {
                if (!e.path("resultado").asText().equals("DUPLICADA")) {
                    vistos.add(new Vi("aplicar", e.path("processo").asText(), id));
                }
            }
            case "mensagem" -> {
                if (e.path("evento").asText().equals("segura") && id != null && !e.path("controle").asBoolean()) {
                    vistos.add(new Vi("segurar", e.path("enlace").asText(), id));
                }
            }
            case "cliente" -> {
                if (!e.path("evento").asText().equals("pede")) {
                    vistos.add(new Vi("responder", e.path("cliente").asText(), null));
                }
            }
            case "decisao" -> {
                String[] palavras = e.path("texto").asText().split(" ");
                if (DECISOES.contains(palavras[0])) {
                    String texto = palavras[0].equals("esperar")
                            ? String.join(" ", List.of(palavras).subList(0, Math.min(3, palavras.length))) : palavras[0];
                    vistos.add(new Vi("dizer " + texto, e.path("processo").asText(), null));
                }
            }
            default -> { }
        }
    }

    /** O que se viu desde a última linha, em esperas. @param tirar se a seguinte já não o diz */
    List<String> esperas(EmCena cena, Visto visto, boolean tirar) {
        List<Vi> estes;
        synchronized (this) {
            estes = new ArrayList<>(vistos);
            if (tirar) {
                vistos.clear();
            }
        }
        Map<String, Set<String>> linhas = new LinkedHashMap<>(); // o que se espera, e de quem
        for (Vi vi : estes) {
            Pedida pedida = vi.id() == null ? null : cena.pedida(vi.id());
            boolean serve = switch (vi.oQue()) {
                case "aplicar" -> pedida != null;
                case "segurar" -> pedida != null && cena.rede().esperam().de(vi.quem()).stream()
                        .anyMatch(m -> m.sobre().path("id_msg").asText().equals(vi.id()));
                case "responder" -> visto.cliente(vi.quem()).pendentes() == 0;
                default -> true;
            };
            if (serve) {
                String chave = vi.oQue() + (pedida == null ? "" : " " + pedida);
                // só se aplica em vários o mesmo de uma vez; o resto é de um
                linhas.computeIfAbsent(vi.oQue().equals("aplicar") ? chave : chave + "\0" + vi.quem(),
                        c -> new LinkedHashSet<>()).add(vi.quem());
            }
        }
        return linhas.entrySet().stream().map(par -> "esperar " + String.join(" ", par.getValue()) + " "
                + par.getKey().replaceFirst("\0.*", "")).toList();
    }

    /** Fez-se mais uma. */
    synchronized void fez(Feito feito) {
        feitos.add(feito);
    }

    /** Não se conseguiu fazer. */
    synchronized void desfez(Feito feito) {
        feitos.removeIf(este -> este == feito);
    }

    /** Afinal foi assim, se nada se fez depois. @return se trocou */
    synchronized boolean trocar(Feito feito, Feito novo) {
        boolean ultimo = !feitos.isEmpty() && feitos.get(feitos.size() - 1) == feito;
        if (ultimo) {
            feitos.set(feitos.size() - 1, novo);
        }
        return ultimo;
    }

    synchronized List<Feito> feitos() {
        return List.copyOf(feitos);
    }

    synchronized List<String> linhas() {
        return feitos.stream().flatMap(Feito::linhas).toList();
    }
}
