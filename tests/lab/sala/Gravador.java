package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.cenas.EmCena;
import tests.lab.palco.Alheios;
import tests.lab.palco.Elenco;

/**
 * O que se fez, como uma cena: antes de cada linha, as esperas por aquilo que já se tinha visto quando ela se fez. Quem a
 * repetir faz o mesmo pela mesma ordem, demore o que demorar.
 */
final class Gravador {

    private static final Pattern ESPERAR = Pattern.compile("esperar seq=\\d+ falta=(\\d+)");

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

    private final AtoEscrito escrito;
    private final Alheios alheios;
    private final List<String> comBanco;
    private final List<Feito> feitos = new ArrayList<>();
    private final Set<Vi> vistos = new LinkedHashSet<>();
    private String mandava;          // quem era o primário quando se fez a última linha; null = ninguém
    private volatile String manda;   // e quem o é agora

    Gravador(AtoEscrito escrito, Alheios alheios) {
        this.escrito = escrito;
        this.alheios = alheios;
        this.comBanco = Elenco.comBanco(escrito.parte(), escrito.elenco().keySet());
    }

    synchronized void ver(ObjectNode e) {
        String id = e.path("id_msg").asText(null);
        switch (e.path("tipo").asText()) {
            case "aplicar" -> {
                if (!e.path("resultado").asText().equals("DUPLICADA")) {
                    vistos.add(new Vi("aplicar", e.path("processo").asText(), id));
                }
            }
            case "mensagem" -> {
                String para = e.path("para").asText();
                if (id == null || e.path("controle").asBoolean()) {
                    return;
                }
                if (e.path("evento").asText().equals("segura")) {
                    vistos.add(new Vi("segurar", e.path("enlace").asText(), id));
                } else if (e.path("evento").asText().equals("entregue") && alheios.tem(para) && comBanco.contains(para)) {
                    vistos.add(new Vi("aplicar", para, id)); // quando o disser
                }
            }
            case "cliente" -> {
                if (!e.path("evento").asText().equals("pede")) {
                    vistos.add(new Vi("responder", e.path("cliente").asText(), null));
                }
            }
            case "adotar" -> vistos.add(new Vi("iguais", e.path("processo").asText(), null));
            case "decisao" -> decidiu(e.path("processo").asText(), e.path("texto").asText());
            default -> { }
        }
    }

    private void decidiu(String quem, String texto) {
        String decisao = texto.split(" ")[0];
        Matcher espera = ESPERAR.matcher(texto);
        if (espera.lookingAt()) {
            vistos.add(new Vi("dizer " + espera.group(), quem, null));
        } else if (List.of("assumir", "descer").contains(decisao)) {
            manda = decisao.equals("assumir") ? quem : quem.equals(manda) ? null : manda;
            vistos.removeIf(vi -> vi.quem().equals(quem) && List.of("assumir", "descer").contains(vi.oQue()));
            vistos.add(new Vi(decisao, quem, null));
        } else if (decisao.equals("visao")) {
            vistos.remove(new Vi("em-dia", "", null)); // a última conta, e no lugar dela
            vistos.add(new Vi("em-dia", "", null));
        }
    }

    /**
     * O que se viu desde a última linha, e ainda é assim, em esperas. Do que aconteceu sem que ninguém o fizesse vai também
     * o que o faz acontecer.
     *
     * @param tirar se a seguinte já não o diz
     */
    List<String> esperas(EmCena cena, Visto visto, boolean tirar) {
        Set<Vi> ditas = ditasPorOutros(cena);
        List<Vi> estes;
        String antes;
        synchronized (this) { // o que um de outro ainda não disse que aplicou, há de dizê-lo
            estes = vistos.stream().filter(vi -> !deOutro(vi) || ditas.contains(vi)).toList();
            antes = mandava;
            if (tirar) {
                estes.forEach(vistos::remove);
                mandava = manda;
            }
        }
        Map<String, Set<String>> linhas = new LinkedHashMap<>(); // o que se espera, e de quem
        for (Vi vi : estes) {
            Pedida pedida = vi.id() == null ? null : cena.pedida(vi.id());
            if (vi.id() == null ? ainda(vi, visto) : pedida != null
                    && (vi.oQue().equals("aplicar") || segura(vi, cena))) {
                String chave = vi.oQue() + (pedida == null ? "" : " " + pedida);
                // só se aplica em vários o mesmo de uma vez; o resto é de um, ou diz-se de quem
                linhas.computeIfAbsent(vi.oQue().equals("aplicar") ? chave : chave + "\0" + vi.quem(),
                        c -> new LinkedHashSet<>()).addAll(quem(vi, visto));
            }
        }
        List<String> esperas = new ArrayList<>();
        linhas.forEach((oQue, quem) -> {
            String espera = "esperar " + String.join(" ", quem) + " " + oQue.replaceFirst("\0.*", "");
            String novo = quem.iterator().next();
            boolean sozinha = oQue.startsWith("assumir\0") && semCausa(antes, novo, cena, visto);
            esperas.addAll(!sozinha ? List.of(espera) : List.of("esperar " + antes + " " + novo + " em-dia",
                    "parar " + antes, espera, "continuar " + antes)); // só se promove quem está em dia
        });
        return esperas;
    }

    private boolean deOutro(Vi vi) {
        return vi.oQue().equals("aplicar") && alheios.tem(vi.quem());
    }

    /** Das que chegaram a processos de outro, as que eles já dizem ter aplicado. Quem não responde não prende a rede. */
    private Set<Vi> ditasPorOutros(EmCena cena) {
        List<Vi> chegaram;
        synchronized (this) {
            chegaram = vistos.stream().filter(this::deOutro).toList();
        }
        return chegaram.stream().filter(vi -> cena.pedida(vi.id()) == null || cena.aplicou(vi.quem(), cena.pedida(vi.id())))
                .collect(Collectors.toSet());
    }

    private static boolean segura(Vi vi, EmCena cena) {
        return cena.rede().esperam().de(vi.quem()).stream().anyMatch(m -> m.sobre().path("id_msg").asText().equals(vi.id()));
    }

    /** Se o que se viu ainda é assim: o que já passou pode não voltar a passar. */
    private boolean ainda(Vi vi, Visto visto) {
        Visto.Processo dele = visto.processo(vi.quem());
        return switch (vi.oQue()) {
            case "responder" -> visto.cliente(vi.quem()).pendentes() == 0;
            case "assumir" -> vi.quem().equals(manda);
            case "descer" -> dele.estado().equals("vivo") && !vi.quem().equals(manda);
            case "em-dia", "iguais" -> quem(vi, visto).size() > 1;
            default -> { // um buraco, que pode já não o ser
                Matcher espera = ESPERAR.matcher(vi.oQue());
                yield espera.find() && dele.seq() < Long.parseLong(espera.group(1));
            }
        };
    }

    /** De quem se espera: na maior parte, de quem o fez. */
    private List<String> quem(Vi vi, Visto visto) {
        List<String> emDia = visto.emDia() == null ? List.of() : visto.emDia();
        Stream<String> outros = switch (vi.oQue()) {
            case "em-dia" -> escrito.elenco().keySet().stream().filter(emDia::contains);
            case "iguais" -> comBanco.stream().filter(nome ->
                    visto.processo(nome) != null && visto.processo(nome).seq() == visto.processo(vi.quem()).seq());
            default -> null;
        };
        return outros == null ? List.of(vi.quem())
                : outros.filter(nome -> visto.processo(nome) != null && visto.processo(nome).estado().equals("vivo"))
                        .toList();
    }

    /**
     * Se o primário mudou sem que nada do que se fez calasse o de antes: foi a máquina que se atrasou, ou a rede que esteve
     * em pausa, e não voltaria a ser assim. Quem se atrasa é, para os outros, quem parou.
     */
    private boolean semCausa(String antes, String novo, EmCena cena, Visto visto) {
        return antes != null && !antes.equals(novo) && escrito.elenco().containsKey("testemunha")
                && visto.processo(antes).estado().equals("vivo")
                && cena.rede().sentidos().stream().filter(s -> Set.of(s.de(), s.para()).equals(Set.of(antes, "testemunha")))
                .noneMatch(s -> s.regras().cortado() || s.regras().segura().equals("tudo"));
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
