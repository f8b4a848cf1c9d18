package tests.lab.sala;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import shared.texto.Json;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.palco.Alheio;
import tests.lab.palco.Elenco;
import tests.lab.palco.Entrega;
import tests.lab.rede.Rede;
import tests.lab.rede.Rede.Como;
import tests.lab.rede.Segura;
import tests.lab.vereditos.Vereditos.Veredito;

/** Como está uma execução, num objeto JSON que a página mostra. */
final class Retrato {

    private static final Set<String> JA_DITO = Set.of("tipo", "processo", "id", "seq", "saldos", "resultados", "resumo",
            "epoca", "primario", "contas", "em_dia");

    private static final int LINHAS_DE_OUTRO = 8;
    private static final int LINHA_MAXIMA = 200;
    private static final int LINHAS_GRAVADAS = 100; // as últimas: com uma carga, são milhares

    private final AoVivo viva;
    private final Map<String, Observador.Disse> disseram;
    private final Map<String, ObjectNode> bancos;
    private final List<Como> sentidos;

    private Retrato(AoVivo viva) {
        this.viva = viva;
        this.disseram = viva.observador().ultimos();
        this.bancos = viva.estados();
        this.sentidos = viva.cena().rede().sentidos();
    }

    static ObjectNode de(AoVivo viva) {
        return new Retrato(viva).tudo();
    }

    private ObjectNode tudo() {
        ObjectNode json = Json.MAPPER.createObjectNode().put("parte", viva.escrito().parte())
                .put("titulo", viva.escrito().titulo())
                .put("modo", sentidos.stream().allMatch(s -> !s.regras().segura().equals("nao")) ? "passo" : "livre")
                .put("pausada", viva.pausada());
        ArrayNode processos = json.putArray("processos");
        viva.escrito().elenco().keySet().forEach(nome -> processos.add(processo(nome)));
        ArrayNode contas = json.putArray("contas");
        contas().forEach(contas::add);
        ArrayNode diferentes = json.putArray("diferentes");
        diferentes().forEach(diferentes::add);
        ArrayNode deles = json.putArray("sentidos");
        sentidos.forEach(como -> deles.add(sentido(como, viva.cena().rede())));
        ArrayNode seguras = json.putArray("seguras");
        viva.cena().rede().esperam().todas().forEach(m -> seguras.add(segura(m)));
        ArrayNode clientes = json.putArray("clientes");
        viva.clientes().forEach(nome -> clientes.add(cliente(nome)));
        ArrayNode vereditos = json.putArray("vereditos");
        viva.vereditos().forEach(v -> vereditos.add(veredito(v)));
        json.set("limites", viva.limites());
        List<String> linhas = viva.gravador().linhas();
        ArrayNode gravado = json.put("gravadas", linhas.size()).putArray("gravado");
        linhas.stream().skip(Math.max(0, linhas.size() - LINHAS_GRAVADAS)).forEach(gravado::add);
        return json;
    }

    // ───── Processos ─────

    private ObjectNode processo(String nome) {
        Visto.Processo dele = viva.visto().processo(nome);
        tests.Processo processo = viva.cena().palco().processo(nome);
        Observador.Disse disse = disseram.get(nome);
        ObjectNode json = Json.MAPPER.createObjectNode().put("nome", nome).put("papel", Elenco.papel(nome))
                .put("estado", dele == null || processo == null ? "por-iniciar" : processo.vivo() ? dele.estado() : "morto")
                .put("cortado", sentidos.stream().filter(s -> s.de().equals(nome) || s.para().equals(nome))
                        .allMatch(s -> s.regras().cortado()))
                .put("responde", disse != null);
        JsonNode estado = disse == null ? Json.MAPPER.createObjectNode() : disse.estado();
        JsonNode pedidos = disse == null || disse.pedidos() == null ? Json.MAPPER.createObjectNode() : disse.pedidos();
        json.put("seq", estado.has("seq") ? estado.get("seq").asLong() : pedidos.has("seq") ? pedidos.get("seq").asLong()
                : dele == null ? 0 : dele.seq());
        json.set("primario", pedidos.has("primario") ? pedidos.get("primario") : null);
        json.set("epoca", pedidos.has("epoca") ? pedidos.get("epoca") : null);
        List<String> emDia = viva.visto().emDia();
        if (Elenco.papel(nome).equals("testemunha") && emDia != null) {
            emDia.forEach(json.putArray("em_dia")::add);
        } else {
            json.putNull("em_dia");
        }
        ArrayNode fila = json.putArray("na_fila");
        ArrayNode diario = json.putArray("diario");
        if (dele != null) {
            dele.naFila().forEach(esta -> fila.addObject().put("seq", esta.seq()).put("texto", esta.texto()));
            dele.diario().forEach(diario::add);
        }
        json.put("texto", dele == null ? null : dele.decidiu());
        json.set("alheio", viva.alheios().tem(nome) ? alheio(nome, diario) : null);
        ObjectNode saldos = json.putObject("saldos");
        estado.path("saldos").properties().forEach(par -> saldos.put(par.getKey(), reais(par.getValue())));
        ObjectNode mais = json.putObject("mais");
        for (JsonNode dito : List.of(estado, pedidos)) {
            dito.properties().stream().filter(par -> !JA_DITO.contains(par.getKey()) && par.getValue().isValueNode())
                    .forEach(par -> mais.put(par.getKey(), par.getValue().asText()));
        }
        return json;
    }

    /** De um processo de outro: de quem é, se diz saldos, e o que escreveu por último. */
    private ObjectNode alheio(String nome, ArrayNode escreveu) {
        Entrega entrega = viva.alheios().entrega();
        Alheio este = viva.cena().palco().alheio(nome);
        if (este != null) {
            List<String> linhas = Stream.concat(este.processo().registro().stream(), este.processo().saida().stream())
                    .toList();
            linhas.stream().skip(Math.max(0, linhas.size() - LINHAS_DE_OUTRO)).map(Retrato::curta).forEach(escreveu::add);
        }
        return Json.MAPPER.createObjectNode().put("nome", entrega.nome())
                .put("diz_saldos", entrega.papel(nome).saldo().diz()).put("passou", este == null ? null : este.passou());
    }

    private static String curta(String linha) {
        return linha.length() <= LINHA_MAXIMA ? linha : linha.substring(0, LINHA_MAXIMA - 1) + "…";
    }

    private static String reais(JsonNode valor) {
        return valor.decimalValue().setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }

    private Set<String> contas() {
        Set<String> contas = new TreeSet<>(viva.cena().palco().contas());
        bancos.values().forEach(estado -> estado.path("saldos").fieldNames().forEachRemaining(contas::add));
        return contas;
    }

    private Set<String> diferentes() {
        return diferentes(bancos);
    }

    /** As contas cujo saldo não é o mesmo em todos os que responderam. */
    static Set<String> diferentes(Map<String, ObjectNode> bancos) {
        Map<String, Set<BigDecimal>> valores = new TreeMap<>();
        bancos.values().forEach(estado -> estado.path("saldos").properties().forEach(par -> valores
                .computeIfAbsent(par.getKey(), conta -> new TreeSet<>()).add(par.getValue().decimalValue())));
        valores.values().removeIf(destes -> destes.size() < 2);
        return valores.keySet();
    }

    // ───── A rede ─────

    private static ObjectNode sentido(Como como, Rede rede) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("nome", como.nome()).put("de", como.de())
                .put("para", como.para()).put("tipo", como.tipos()).put("segura", como.regras().segura())
                .put("cortado", como.regras().cortado()).put("perda", como.regras().perda() * 100);
        json.putArray("atraso").add(como.regras().atrasoMinimo()).add(como.regras().atrasoMaximo());
        return json.put("cifrado", rede.cifrado(como)).put("repete", como.naoRepete() == null)
                .put("porque", como.naoRepete());
    }

    private static ObjectNode segura(Segura m) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("n", m.n()).put("copia", m.copia()).put("enlace", m.enlace())
                .put("resumo", m.sobre().path("resumo").asText()).put("id_msg", m.sobre().path("id_msg").asText(null));
        json.set("seq", m.sobre().get("seq"));
        return json.put("controle", m.controle()).put("desde", m.desde()).put("repete", m.naoRepete() == null)
                .put("porque", m.naoRepete());
    }

    // ───── Clientes ─────

    private ObjectNode cliente(String nome) {
        Visto.Cliente dele = viva.visto().cliente(nome);
        ObjectNode json = Json.MAPPER.createObjectNode().put("nome", nome)
                .put("pede", true).put("pendentes", dele.pendentes()).put("ultima", dele.ultima());
        Pedida qual = dele.indeterminada() == null ? null : viva.cena().pedida(dele.indeterminada());
        if (qual == null) {
            return json.putNull("indeterminada");
        }
        json.putObject("indeterminada").put("id_msg", dele.indeterminada()).put("texto", qual.toString());
        return json;
    }

    // ───── O que se pode dizer ─────

    private ObjectNode veredito(Veredito v) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("nome", v.nome()).put("titulo", v.qual().nome())
                .put("valor", v.valor().toString()).put("promessa", v.qual().promessa(viva.escrito().parte()));
        ArrayNode detalhes = json.putArray("detalhes");
        v.detalhes().forEach(detalhes::add);
        return json;
    }
}
