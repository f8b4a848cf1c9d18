//SOURCES Rede.java Regras.java
package tests.lab.rede;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.texto.ErroDeUso;

/** O que se digita para mexer na {@link Rede}: no teclado de {@code lab rede}, e no de {@code lab palco}. */
public final class ComandosDaRede {

    public static final List<String> VERBOS = List.of("cortar", "ligar", "emudecer", "segurar", "soltar", "perder",
            "perda", "atraso");

    public static final String AJUDA = """
            cortar [ONDE]        tudo o que por aí vai se perde
            ligar [ONDE]         volta a passar
            emudecer [ONDE]      as conexões de agora ficam abertas e mudas, nos dois sentidos; as novas passam
            segurar [ONDE]       as operações esperam; segurar tudo [ONDE]: também os pulsos e os pedidos do que falta
            soltar N [ONDE]      solta a de número N em estado; soltar [ONDE]: todas, e deixa de segurar
            perder N [ONDE]      das seguras, perde a de número N; perder [ONDE]: todas
            perda N% [ONDE]      que parte se perde, daqui em diante
            atraso A..B [ONDE]   quanto demora cada uma, em ms
            ONDE é um sentido, como o diz estado (origem>destino), ou um nome: o que vai e vem dele; sem ONDE, tudo.""";

    private static final Pattern PORCENTO = Pattern.compile("(\\d{1,3}(?:[.,]\\d{1,3})?)%?");
    private static final Pattern ATRASO = Pattern.compile("(\\d{1,6})(?:\\.\\.(\\d{1,6}))?");

    private ComandosDaRede() {
    }

    /** Faz o que se digitou. @throws ErroDeUso numa linha, se não se entende */
    public static void fazer(Rede rede, List<String> palavras) {
        String verbo = palavras.get(0);
        String primeira = palavras.size() < 2 ? "" : palavras.get(1);
        boolean comValor = switch (verbo) {
            case "soltar", "perder" -> primeira.matches("tudo|\\d+");
            case "segurar" -> primeira.equals("tudo");
            case "perda", "atraso" -> true;
            default -> false;
        };
        if (comValor && primeira.isEmpty()) {
            throw new ErroDeUso(verbo + " quanto? como em " + (verbo.equals("perda") ? "perda 5%" : "atraso 10..50"));
        }
        List<String> onde = sentidos(rede, palavras.subList(comValor ? 2 : 1, palavras.size()));
        switch (verbo) {
            case "cortar" -> cada(onde, rede::cortar);
            case "ligar" -> cada(onde, rede::ligar);
            case "emudecer" -> cada(onde, rede::emudecer);
            case "segurar" -> cada(onde, comValor ? rede::segurar : rede::segurarOperacoes);
            case "soltar", "perder" -> seguras(rede, verbo, comValor ? primeira : "tudo", onde);
            case "perda" -> {
                double parte = parte(primeira);
                cada(onde, (de, para) -> rede.mudar(de, para, regras -> regras.perda(parte)));
            }
            default -> {
                atrasar(new Regras(0, ""), primeira); // para se saber já se está bem escrito
                cada(onde, (de, para) -> rede.mudar(de, para, regras -> atrasar(regras, primeira)));
            }
        }
    }

    /** As que esperam: soltá-las ou perdê-las, todas ou uma. */
    private static void seguras(Rede rede, String verbo, String quais, List<String> onde) {
        List<String> comSeguras = onde.stream().filter(sentido -> rede.segura(de(sentido), para(sentido))).toList();
        if (comSeguras.isEmpty()) {
            throw new ErroDeUso("nada está seguro; primeiro: segurar");
        }
        if (quais.equals("tudo")) {
            cada(comSeguras, verbo.equals("soltar") ? rede::soltarTudo : (de, para) -> rede.perder(de, para, todas -> true));
            return;
        }
        List<String> comOperacoes = comSeguras.stream()
                .filter(sentido -> !rede.seguras(de(sentido), para(sentido)).isEmpty()).toList();
        if (comOperacoes.size() > 1) {
            throw new ErroDeUso("há operações seguras em " + String.join(" e em ", comOperacoes)
                    + ": diga onde, como em " + verbo + " "
                    + quais + " " + comOperacoes.get(0));
        }
        String sentido = comOperacoes.isEmpty() ? comSeguras.get(0) : comOperacoes.get(0);
        int posicao = (quais.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(quais)) - 1;
        if (verbo.equals("soltar")) {
            rede.soltar(de(sentido), para(sentido), posicao);
        } else {
            rede.perder(de(sentido), para(sentido), posicao);
        }
    }

    /** Os sentidos que estas palavras dizem; todos, se nenhuma. */
    private static List<String> sentidos(Rede rede, List<String> palavras) {
        List<String> ditos = new ArrayList<>();
        for (String palavra : palavras) {
            List<String> estes = rede.nomes().stream()
                    .filter(s -> s.equals(palavra) || s.startsWith(palavra + ">") || s.endsWith(">" + palavra)).toList();
            if (estes.isEmpty()) {
                throw new ErroDeUso("na rede não há '" + palavra + "'; há " + String.join(", ", rede.nomes()));
            }
            ditos.addAll(estes);
        }
        return palavras.isEmpty() ? rede.nomes() : ditos;
    }

    private static void cada(List<String> sentidos, BiConsumer<String, String> acao) {
        sentidos.forEach(sentido -> acao.accept(de(sentido), para(sentido)));
    }

    private static String de(String sentido) {
        return sentido.split(">")[0];
    }

    private static String para(String sentido) {
        return sentido.split(">")[1];
    }

    /** Lê {@code 5%}, {@code 5} ou {@code 0,5%}: uma parte de 0 a 1. */
    static double parte(String texto) {
        Matcher m = PORCENTO.matcher(texto.strip());
        double valor = m.matches() ? Double.parseDouble(m.group(1).replace(',', '.')) : -1;
        if (valor < 0 || valor > 100) {
            throw new ErroDeUso("'" + texto + "': de 0% a 100%");
        }
        return valor / 100;
    }

    static void atrasar(Regras regras, String texto) {
        Matcher m = ATRASO.matcher(texto.strip());
        if (!m.matches() || m.group(2) != null && Integer.parseInt(m.group(2)) < Integer.parseInt(m.group(1))) {
            throw new ErroDeUso("atraso '" + texto + "': em milissegundos, como 30, ou 10..50");
        }
        regras.atraso(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2) == null ? m.group(1) : m.group(2)));
    }

    /** O que dizer de uma palavra que não é comando nenhum. */
    public static ErroDeUso naoConheco(String palavra, List<String> comandos) {
        return new ErroDeUso("não conheço '" + palavra + "'; há " + String.join(", ", comandos));
    }
}
