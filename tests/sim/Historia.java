package tests.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import shared.Operacao;
import tests.sim.Passo.Tipo;
import tests.sim.Procura.Achado;

/** Conta o que se achou como quem usa o banco o diria: só o que levou ao fim, em poucas linhas. */
public final class Historia {

    private static final int LINHAS = 10;
    private static final Pattern NOME = Pattern.compile("\\b(seq|rpc\\d|[rsocng]\\d|w\\d?)\\b(?![-=])");
    private static final Pattern ID = Pattern.compile("c(\\d)-(\\d)(~\\d+)?");

    /** Uma linha. @param dispensa quanto se pode passar sem ela; 0 = não se pode */
    private record Linha(String texto, int dispensa) {
    }

    private final Achado achado;
    private final Map<String, Operacao> operacoes = new HashMap<>();
    private final Map<String, String> doCliente = new HashMap<>();  // o que cada um espera
    private final List<Linha> linhas = new ArrayList<>();

    private Historia(Achado achado) {
        this.achado = achado;
        operacoes.put(Roteiro.COMECO.id_msg(), Roteiro.COMECO);
        achado.pedidas().forEach(op -> operacoes.putIfAbsent(op.id_msg(), op));
    }

    /** A história, uma frase por linha. */
    public static List<String> de(Achado achado) {
        Historia esta = new Historia(achado);
        esta.contar();
        return esta.linhas.stream().map(linha -> contrair(linha.texto())).toList();
    }

    private void contar() {
        linhas.add(new Linha("ana tinha 100", 0));
        List<Passo> passos = new ArrayList<>(achado.passos());
        double desde = passos.stream().filter(p -> p.tipo() == Tipo.PEDE).skip(1).mapToDouble(Passo::t).findFirst()
                .orElse(0);
        passos.removeIf(p -> p.t() < desde);
        for (int i = 0; i < passos.size(); i++) {
            Passo p = passos.get(i);
            if (p.tipo() == Tipo.APLICA) {
                i = aplicaram(passos, i);
            } else {
                um(p);
            }
        }
        juntarRepetidas();
        for (int quanto = 5; quanto > 0 && linhas.size() > LINHAS - 2; quanto--) {
            int este = quanto;
            linhas.removeIf(l -> l.dispensa() == este);
            juntarRepetidas();
        }
        linhas.add(new Linha("fim: " + porExtenso(achado.motivo().replaceFirst("^não se aquieta em \\d+ s: ",
                "e assim fica para sempre: ")), 0));
        if (!achado.saldos().isEmpty()) {
            linhas.add(new Linha(achado.saldos().entrySet().stream()
                    .map(s -> nome(s.getKey()) + " diz que ana tem " + s.getValue())
                    .collect(Collectors.joining(", e ")), 0));
        }
    }

    /** O mesmo várias vezes seguidas diz-se uma: um processo que, por mais que se inicie, morre. */
    private void juntarRepetidas() {
        for (int i = 0; i < linhas.size(); i++) {
            Linha uma = linhas.get(i);
            int j = i + 1;
            while (j < linhas.size() && linhas.get(j).equals(uma)) {
                j++;
            }
            if (j > i + 1) {
                linhas.subList(i + 1, j).clear();
                linhas.set(i, new Linha(uma.texto() + ", e ainda " + (j - i == 2 ? "outra vez" : (j - i - 1) + " vezes"),
                        uma.dispensa()));
            }
        }
    }

    /** Os que, uns atrás dos outros, aplicaram a mesma, com o mesmo resultado, contam-se juntos. */
    private int aplicaram(List<Passo> passos, int i) {
        Passo primeiro = passos.get(i);
        Map<String, Boolean> quem = new LinkedHashMap<>();
        int j = i;
        for (; j < passos.size() && (passos.get(j).tipo() != Tipo.APLICA || passos.get(j).outro().equals(primeiro.outro())
                && passos.get(j).texto().equals(primeiro.texto())); j++) {
            if (passos.get(j).tipo() == Tipo.APLICA) {
                quem.put(nome(passos.get(j).quem()), true);
            } else if (passos.get(j).tipo() != Tipo.ENVIA && passos.get(j).tipo() != Tipo.CHEGA) {
                break;
            }
        }
        String[] resultado = primeiro.texto().split(" ");
        String fez = resultado[0].equals("APLICADA") ? quem.size() > 1 ? "aplicaram" : "aplicou"
                : resultado[0].equals("RECUSADA") ? quem.size() > 1 ? "recusaram" : "recusou" : "já tinha";
        linhas.add(new Linha(String.join(" e ", quem.keySet()) + " " + fez + " " + operacao(primeiro.outro()) + ": ana tem "
                + resultado[1], 2));
        return j - 1;
    }

    private void um(Passo p) {
        String quem = p.quem() == null ? null : nome(p.quem());
        switch (p.tipo()) {
            case PEDE -> {
                doCliente.put(p.quem(), p.texto());
                linhas.add(new Linha(quem + " pediu " + operacao(p.texto()), 0));
            }
            case REUSA -> linhas.add(new Linha(quem + " pediu outra coisa, com o id_msg d" + operacao(p.texto()), 0));
            case SOUBE -> linhas.add(new Linha(quem + " ouviu a resposta a " + operacao(p.outro()) + ": " + p.texto()
                    .replaceFirst(": " + p.outro() + "$", ""), 0));
            case DESISTE -> linhas.add(new Linha(quem + " desistiu de esperar por " + operacao(p.texto()), 4));
            case PERDE -> linhas.add(new Linha("perdeu-se " + mensagem(p), 0));
            case SEGURA -> linhas.add(new Linha("demorou-se pelo caminho " + mensagem(p), 0));
            case SEPARA -> linhas.add(new Linha("a rede separou " + quem + " e " + nome(p.outro()) + ", ao passar "
                    + mensagem(p), 0));
            case EMUDECE -> linhas.add(new Linha("a ligação de " + quem + " a " + nome(p.outro())
                    + " ficou aberta e muda", 0));
            case MORRE -> {
                if (!foiPromovido(p)) {
                    linhas.add(new Linha(quem + " morreu" + comoMorreu(p.texto()), 0));
                }
            }
            case VOLTA -> {
                if (!foiPromovido(p)) {
                    linhas.add(new Linha(quem + " voltou", 3));
                }
            }
            case PARA -> linhas.add(new Linha(quem + " parou durante 3 s", 0));
            case ENCHE -> linhas.add(new Linha("o disco de " + quem + " encheu", 0));
            case PROMOVE -> linhas.add(new Linha("alguém, sem saber do primário, mandou promover " + quem, 0));
            case ASSUME -> linhas.add(new Linha(quem + " assumiu", 1));
            case CONSERTA -> linhas.add(new Linha("tudo se consertou", 5));
            default -> { }
        }
    }

    private static String comoMorreu(String modo) {
        return switch (modo) {
            case Passo.SEM_ENERGIA -> " por falta de energia, e o que não estava no disco perdeu-se";
            case Passo.CALADO -> ": gravara o que fazia, e nada do que já dissera chegou";
            default -> "";
        };
    }

    private boolean foiPromovido(Passo p) {
        return achado.passos().stream().anyMatch(o -> o.tipo() == Tipo.PROMOVE && o.quem().equals(p.quem())
                && Math.abs(o.t() - p.t()) < 1);
    }

    // ───── As palavras ─────

    private static String contrair(String frase) {
        return frase.replace(" de o ", " do ").replace(" de a ", " da ").replace(" a o ", " ao ").replace(" a a ", " à ")
                .replace(" por o ", " pelo ").replace(" por a ", " pela ");
    }

    /** A mensagem que este passo diz, e de quem para quem. */
    private String mensagem(Passo p) {
        Matcher id = ID.matcher(p.texto());
        boolean comOperacao = id.find();
        String caminho = " de " + nome(p.quem()) + " a " + nome(p.outro());
        if (p.quem().startsWith("c") && comOperacao) {
            return "o pedido d" + operacao(id.group()) + caminho;
        } else if (p.outro().startsWith("c")) {
            return "a resposta a " + nome(p.outro()) + ", " + p.texto();
        } else if (p.texto().contains("HISTORICO") || p.texto().contains("INSTANTANEO")) {
            return "o pedido do que falta" + caminho;
        }
        return (comOperacao ? "a mensagem com " + operacao(id.group()) : "uma notícia") + caminho;
    }

    /** O que este id_msg é: {@code o saque de 80}. */
    private String operacao(String id) {
        Operacao op = operacoes.get(Cenario.original(id));
        return op == null ? id : switch (op.tipo()) {
            case SAQUE -> "o saque de " + op.valor().intValue();
            case DEPOSITO -> "o depósito de " + op.valor().intValue();
            default -> "a transferência de " + op.valor().intValue();
        };
    }

    private String nome(String deles) {
        return nome(achado.alcance().parte(), deles);
    }

    static String nome(String parte, String deles) {
        String numero = deles.replaceAll("\\D", "");
        return switch (deles.replaceAll("\\d", "")) {
            case "c" -> "o cliente " + numero;
            case "seq" -> "o sequenciador";
            case "r" -> "a réplica " + numero;
            case "n" -> "o ordenador " + numero;
            case "g" -> "o grupo " + numero;
            case "rpc" -> parte.equals("2-dois") ? "o servidor " + numero : "o servidor";
            case "w" -> numero.isEmpty() ? "a testemunha" : "o worker " + numero;
            case "o" -> "o worker do sistema original";
            case "s" -> numero.equals("1") ? "o primário" : "o backup";
            default -> deles;
        };
    }

    /** O motivo, com os nomes e as operações por extenso. */
    private String porExtenso(String motivo) {
        if (motivo.contains("Visao[")) {
            return "e assim fica para sempre: o primário e o backup não voltam a ter o mesmo";
        }
        String comOperacoes = ID.matcher(motivo).replaceAll(m -> Matcher.quoteReplacement(operacao(m.group())));
        return NOME.matcher(comOperacoes).replaceAll(m -> Matcher.quoteReplacement(nome(m.group())));
    }
}
