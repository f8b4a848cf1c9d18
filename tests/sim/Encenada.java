package tests.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tests.sim.Passo.Tipo;
import tests.sim.Procura.Achado;

/**
 * O que se achou, como uma cena: o laboratório faz a mesma história acontecer a processos de verdade, se a falta é uma das
 * que ele sabe fazer.
 */
public final class Encenada {

    private static final Set<Tipo> SABE = Set.of(Tipo.PERDE, Tipo.SEGURA, Tipo.SEPARA, Tipo.MORRE, Tipo.PROMOVE);
    private static final Set<Tipo> FALTAS = Set.of(Tipo.PERDE, Tipo.SEGURA, Tipo.SEPARA, Tipo.EMUDECE, Tipo.MORRE, Tipo.PARA,
            Tipo.ENCHE, Tipo.PROMOVE);

    private final Achado achado;
    private final Nomes nomes;
    private final List<Passo> passos;
    private final List<String> linhas = new ArrayList<>();
    private final Set<String> porSoltar = new LinkedHashSet<>();
    private final Set<String> porLigar = new LinkedHashSet<>();
    private final List<String> porEsperar = new ArrayList<>(); // clientes que pediram e ainda não ouviram
    private final Map<String, Passo> porPerder = new HashMap<>(); // pelo id_msg da que vem atrás
    private final Set<String> esperadas = new HashSet<>();     // o que já se esperou que alguém aplicasse
    private final Set<String> mortos = new LinkedHashSet<>();

    private Encenada(Achado achado) {
        this.achado = achado;
        this.nomes = new Nomes(achado);
        double desde = achado.passos().stream().filter(p -> p.tipo() == Tipo.PEDE).skip(1).mapToDouble(Passo::t).findFirst()
                .orElse(0);
        this.passos = achado.passos().stream().filter(p -> p.t() >= desde).toList();
    }

    /** O texto da cena; vazio se o laboratório não sabe fazer esta falta, ou os programas não têm como tirar isto. */
    public static Optional<String> de(Achado achado) {
        Alcance onde = achado.alcance();
        boolean tudo = onde.recupera() && Set.of("2", "3", "4").contains(onde.parte());
        boolean haOpcao = onde.defeito() == Defeito.NENHUM && !tudo;
        boolean sabe = achado.passos().stream().allMatch(p -> !FALTAS.contains(p.tipo()) || SABE.contains(p.tipo())
                && !(p.tipo() == Tipo.MORRE && !p.texto().isEmpty()));
        return haOpcao && sabe ? Optional.of(new Encenada(achado).escrever()) : Optional.empty();
    }

    private String escrever() {
        cabecalho();
        linhas.add("cliente-1 faz " + nomes.resumo(Roteiro.COMECO.id_msg()));
        linhas.add("esperar " + String.join(" ", comBanco()) + " aplicar " + nomes.resumo(Roteiro.COMECO.id_msg()));
        passos.stream().filter(p -> p.tipo() == Tipo.PERDE || p.tipo() == Tipo.SEGURA).forEach(p -> {
            linhas.add("segurar tudo " + enlace(p));
            porSoltar.add(enlace(p));
        });
        List<Passo> faltas = new ArrayList<>(passos.stream().filter(p -> FALTAS.contains(p.tipo())).toList());
        List<Passo> pedidas = passos.stream().filter(p -> p.tipo() == Tipo.PEDE).toList();
        for (Passo pedida : pedidas) {
            faltas.stream().filter(f -> f.tipo() == Tipo.SEPARA).findFirst().ifPresent(f -> {
                cortar(f);
                faltas.remove(f);
            });
            pedir(pedida, faltas);
            perderAntes(pedida.texto());
            fazer(faltas, f -> deMensagem(f) && pedida.texto().equals(nomes.id(f)));
            esperarQueApliquem(pedida, pedidas);
            fazer(faltas, f -> !deMensagem(f) && f.t() < seguinte(pedidas, pedida));
        }
        acabar(pedidas);
        return String.join("\n", linhas) + "\n";
    }

    private static boolean deMensagem(Passo falta) {
        return falta.tipo() == Tipo.PERDE || falta.tipo() == Tipo.SEGURA;
    }

    private void fazer(List<Passo> faltas, Predicate<Passo> quais) {
        List<Passo> estas = faltas.stream().filter(quais).toList();
        estas.forEach(this::faltar);
        faltas.removeAll(estas);
    }

    /** Quando se pediu a seguinte: as faltas que não são de uma mensagem vêm depois do último pedido antes delas. */
    private double seguinte(List<Passo> pedidas, Passo pedida) {
        int i = pedidas.indexOf(pedida);
        return i + 1 == pedidas.size() ? Double.MAX_VALUE : pedidas.get(i + 1).t();
    }

    private void cabecalho() {
        Alcance onde = achado.alcance();
        linhas.add("cena A história mais curta");
        linhas.add("historia " + Historia.de(achado).stream().map(Encenada::comMaiuscula)
                .collect(Collectors.joining(".\n  ")) + ".");
        linhas.add("");
        linhas.add("ato achado pela procura");
        linhas.add("parte " + onde.parte().charAt(0));
        for (String processo : nomes.processos()) {
            linhas.add("processo " + processo + aQuem(processo) + comQue(processo));
        }
        linhas.add("");
    }

    private static String comMaiuscula(String frase) {
        return frase.startsWith("ana ") ? frase : frase.substring(0, 1).toUpperCase(Locale.ROOT) + frase.substring(1);
    }

    private String aQuem(String processo) {
        return switch (achado.alcance().parte() + " " + processo) {
            case "2-dois cliente-1" -> " > servidor";
            case "2-dois cliente-2" -> " > servidor-2";
            case "4-dividido cliente-1" -> " > primario";
            case "4-dividido cliente-2" -> " > backup";
            default -> "";
        };
    }

    private String comQue(String processo) {
        boolean calado = !achado.alcance().recupera() && comBanco().contains(processo);
        boolean sozinho = achado.alcance().parte().equals("4-assincrona") && processo.equals("primario");
        return calado ? " com --sem-recuperacao" : sozinho ? " com --confirmacao assincrona" : "";
    }

    private List<String> comBanco() {
        return nomes.processos().stream().filter(p -> p.matches("(replica|worker)-\\d|primario|backup")).toList();
    }

    private String enlace(Passo p) {
        return nomes.doLaboratorio(p.quem()) + ">" + nomes.doLaboratorio(p.outro());
    }

    /** Espera pela resposta, se na história ela veio sem que nada mais fosse preciso. */
    private void pedir(Passo pedida, List<Passo> faltas) {
        boolean logo = passos.stream().filter(p -> p.tipo() == Tipo.SOUBE && p.outro().equals(pedida.texto()))
                .anyMatch(p -> p.t() - pedida.t() < 100);
        String cliente = nomes.doLaboratorio(pedida.quem());
        linhas.add(cliente + (logo ? " faz " : " pede ") + nomes.resumo(pedida.texto()));
        if (!logo) {
            porEsperar.add(cliente);
        }
    }

    private void cortar(Passo f) {
        String volta = nomes.doLaboratorio(f.outro()) + ">" + nomes.doLaboratorio(f.quem());
        linhas.add("cortar " + enlace(f) + " " + volta);
        porLigar.add(enlace(f));
        porLigar.add(volta);
    }

    private void faltar(Passo f) {
        String quem = nomes.doLaboratorio(f.quem());
        switch (f.tipo()) {
            case PERDE -> {
                linhas.add("esperar " + enlace(f) + " segurar " + nomes.resumo(nomes.id(f)));
                passos.stream().filter(p -> p.tipo() == Tipo.CHEGA && p.t() > f.t() && enlace(p).equals(enlace(f))
                        && nomes.id(p) != null && !nomes.id(p).equals(nomes.id(f))).map(nomes::id).findFirst()
                        .ifPresentOrElse(seguinte -> porPerder.put(seguinte, f), () -> perder(f));
            }
            case SEGURA -> linhas.add("esperar " + enlace(f) + " segurar " + nomes.resumo(nomes.id(f)));
            case SEPARA -> cortar(f);
            case PROMOVE -> {
                linhas.add("matar " + quem);
                linhas.add("iniciar " + quem + " com --promover");
            }
            case MORRE -> {
                boolean dePromover = passos.stream().anyMatch(p -> p.tipo() == Tipo.PROMOVE && Math.abs(p.t() - f.t()) < 1);
                if (!dePromover) {
                    linhas.add("matar " + quem);
                    mortos.add(quem);
                }
            }
            default -> throw new IllegalStateException(f.toString());
        }
    }

    private void perder(Passo f) {
        linhas.add("perder " + enlace(f) + " " + nomes.resumo(nomes.id(f)));
    }

    /** Chegou a que vem atrás de uma que se perde: só então, porque quem a mandou a repete se nada mais tem a dizer. */
    private void perderAntes(String id) {
        Passo f = porPerder.remove(id);
        if (f != null) {
            linhas.add("esperar " + enlace(f) + " segurar " + nomes.resumo(id));
            perder(f);
            linhas.add("soltar " + enlace(f));
            porSoltar.remove(enlace(f));
        }
    }

    /** Os que a aplicaram antes das que se pediram depois. */
    private void esperarQueApliquem(Passo pedida, List<Passo> pedidas) {
        List<String> quem = comBanco().stream().filter(processo -> {
            List<String> ordem = ordem(processo);
            int lugar = ordem.indexOf(pedida.texto());
            boolean cedo = lugar >= 0 && pedidas.stream().filter(outra -> pedidas.indexOf(outra) > pedidas.indexOf(pedida))
                    .noneMatch(outra -> ordem.contains(outra.texto()) && ordem.indexOf(outra.texto()) < lugar);
            return cedo && !porEsperar.contains(nomes.doLaboratorio(pedida.quem()))
                    && antesDoConserto(processo, pedida.texto());
        }).toList();
        esperar(quem, pedida.texto());
    }

    private void esperar(List<String> quem, String id) {
        List<String> ainda = quem.stream().filter(processo -> esperadas.add(processo + " " + id)).toList();
        if (!ainda.isEmpty()) {
            linhas.add("esperar " + String.join(" ", ainda) + " aplicar " + nomes.resumo(id));
        }
    }

    private List<String> ordem(String processo) {
        return passos.stream().filter(p -> p.tipo() == Tipo.APLICA && nomes.doLaboratorio(p.quem()).equals(processo))
                .map(p -> Cenario.original(p.outro())).toList();
    }

    private boolean antesDoConserto(String processo, String id) {
        double conserto = passos.stream().filter(p -> p.tipo() == Tipo.CONSERTA).mapToDouble(Passo::t).findFirst()
                .orElse(Double.MAX_VALUE);
        return passos.stream().anyMatch(p -> p.tipo() == Tipo.APLICA && p.t() < conserto && p.outro().equals(id)
                && nomes.doLaboratorio(p.quem()).equals(processo)
                && porSoltar.stream().noneMatch(enlace -> enlace.endsWith(">" + processo)
                        && p.t() > quandoSegurou(enlace) + 100));
    }

    private double quandoSegurou(String enlace) {
        return passos.stream().filter(p -> p.tipo() == Tipo.SEGURA && enlace(p).equals(enlace)).mapToDouble(Passo::t)
                .findFirst()
                .orElse(Double.MAX_VALUE);
    }

    private void acabar(List<Passo> pedidas) {
        boolean assumiu = !mortos.isEmpty() && passos.stream().anyMatch(p -> p.tipo() == Tipo.ASSUME);
        if (assumiu) {
            linhas.add("esperar backup dizer assumir");
        }
        porEsperar.stream().distinct().forEach(cliente -> linhas.add("esperar " + cliente + " responder"));
        porSoltar.forEach(enlace -> linhas.add("soltar " + enlace));
        if (!porLigar.isEmpty()) {
            linhas.add("ligar " + String.join(" ", porLigar));
        }
        mortos.forEach(morto -> linhas.add("iniciar " + morto));
        if (achado.alcance().parte().startsWith("4")) {
            if (!porLigar.isEmpty()) {
                linhas.add("esperar primario dizer descer");
            }
            linhas.add("esperar primario backup iguais");
            linhas.add("julgar primario backup");
            linhas.add("conferir confirmado-nao-se-perde NÃO");
            return;
        }
        for (Passo pedida : pedidas) {
            esperar(comBanco().stream().filter(processo -> ordem(processo).contains(pedida.texto())).toList(),
                    pedida.texto());
        }
        linhas.add("julgar " + String.join(" ", comBanco()));
        linhas.add("conferir replicas-iguais NÃO");
        achado.saldos().forEach((nome, saldo) -> linhas.add("conferir saldo " + nomes.doLaboratorio(nome) + " ana "
                + saldo.replaceFirst("\\.00$", "")));
    }
}
