package tests.lab.palco;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.texto.Json;
import tests.lab.vereditos.Rastro;

/** Lê o que os papéis registram, linha a linha, e põe no {@link Rastro} o que aplicaram e o que decidiram. */
final class Ouvido {

    private static final Pattern PAR = Pattern.compile("(\\w+)=(\"(?:[^\"\\\\]|\\\\.)*\"|\\S*)");
    private static final Set<String> DECISOES = Set.of("visao", "assumir", "descer", "descartar", "instantaneo", "recuperar",
            "esperar", "erro", "recuperado", "indeterminada");

    private final Rastro rastro;

    Ouvido(Rastro rastro) {
        this.rastro = rastro;
    }

    /** @param nome o do processo que escreveu a linha */
    void ouviu(String nome, String linha) {
        if (linha.startsWith("pronto:")) {
            rastro.anotar(rastro.evento("processo").put("nome", nome).put("evento", "pronto"));
            return;
        }
        String[] partes = linha.split(" ", 4); // hora, id, evento, pares
        String evento = partes.length < 3 ? "" : partes[2];
        Map<String, String> pares = new HashMap<>();
        for (Matcher m = PAR.matcher(partes.length < 4 ? "" : partes[3]); m.find(); ) {
            pares.put(m.group(1), m.group(2));
        }
        if (evento.equals("aplicar")) {
            aplicou(nome, pares);
        } else if (evento.equals("instantaneo")) {
            rastro.anotar(comGrupo(rastro.evento("adotar").put("processo", nome)
                    .put("seq", Long.parseLong(pares.get("seq"))), pares));
        }
        if (DECISOES.contains(evento)) {
            rastro.anotar(rastro.evento("decisao").put("processo", nome)
                    .put("texto", linha.substring(linha.indexOf(evento))));
        }
    }

    /** O mesmo, de quem pode escrever o que quiser: conta-se o que está escrito como os nossos o escrevem. */
    void ouviuDeOutro(String nome, String linha) {
        try {
            if (!linha.startsWith("pronto:")) {
                ouviu(nome, linha);
            }
        } catch (RuntimeException e) {
            // parece, e não é
        }
    }

    private void aplicou(String nome, Map<String, String> pares) {
        ObjectNode evento = rastro.evento("aplicar").put("processo", nome).put("id_msg", texto(pares.get("id_msg")))
                .put("seq", Long.parseLong(pares.get("seq"))).put("resultado", pares.get("resultado"))
                .put("operacao", pares.get("tipo"));
        boolean duas = pares.get("tipo").equals("TRANSFERENCIA");
        ArrayNode nomes = evento.putArray("contas");
        Stream.of(texto(pares.get("conta")).split(duas ? ">" : "$a", 2)).forEach(nomes::add);
        evento.put("valor", new BigDecimal(pares.get("valor")));
        ArrayNode saldos = evento.putArray("saldos");
        Stream.of(pares.get("saldo").split(">")).forEach(saldo -> saldos.add(new BigDecimal(saldo)));
        rastro.anotar(comGrupo(evento, pares));
    }

    /** De uma réplica que segue vários grupos de contas, o desta linha. */
    private static ObjectNode comGrupo(ObjectNode evento, Map<String, String> pares) {
        return pares.containsKey("grupo") ? evento.put("grupo", Integer.parseInt(pares.get("grupo"))) : evento;
    }

    /** Um valor do registro, sem as aspas que ele leva quando não é uma palavra só. */
    private static String texto(String valor) {
        if (!valor.startsWith("\"")) {
            return valor;
        }
        return Json.lerValor(valor.getBytes(StandardCharsets.UTF_8)).textValue();
    }
}
