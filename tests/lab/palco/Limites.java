package tests.lab.palco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import part2.regra.Fila;
import part2.rpc.Chamada;
import part3.regra.Ordem;
import part4.regra.Nodo;
import part4.regra.Visoes;
import shared.defesa.Silencio;
import shared.ordem.Seguidor;
import shared.rede.Requisicao;
import shared.texto.Json;

/**
 * Os prazos que estão a correr: por que espera cada processo, desde quando, e por quanto tempo. Os processos não o dizem;
 * calcula-se com o que se vê passar na rede e com os prazos que se lhes conhecem, que são os dos papéis desta coleção. Do
 * que não passa pela rede do laboratório, como um worker que pede o que lhe falta, nada se sabe.
 *
 * <p>Dá-se-lhe cada evento do {@link tests.lab.vereditos.Rastro}, por ordem, e pergunta-se-lhe de vez em quando: o que
 * responde muda também só porque o tempo passa. Um prazo que há pouco começou não se mostra: quem dá notícia de 100 em
 * 100 ms não está a faltar. Várias linhas de execução podem usá-lo.
 */
public final class Limites {

    private static final int MOSTRAR_MS = 500;
    private static final Pattern VISAO = Pattern.compile(
            "visao epoca=(\\d+) versao=(\\d+) primario=\"?([^# \"]*)\\S* em_dia=(\"?\\[[^]]*]).*");
    private static final Pattern NOME = Pattern.compile("([\\w.-]+)#");

    /** O que um cliente pediu, e ainda não teve resposta. */
    private static final class Pedido {
        private double desde;
        private double repetiu;
        private int vezes;

        Pedido(double desde) {
            this.desde = desde;
        }
    }

    /** Quem é o primário e quem está em dia, pelos nomes. */
    private record Visao(long epoca, long versao, String primario, Set<String> emDia) {

        boolean maisNovaQue(Visao outra) {
            return epoca > outra.epoca || epoca == outra.epoca && versao > outra.versao;
        }
    }

    private final int lentidao;
    private int parte;
    private Visao visao = new Visao(0, 0, "", Set.of());
    private final Set<String> fora = new HashSet<>();                        // mortos, ou parados
    private final Map<String, Deque<Pedido>> pedidos = new TreeMap<>();      // de cada cliente
    private final Map<String, Double> porReplicas = new TreeMap<>();         // desde quando um cliente espera que o assinem
    private final Map<String, Double> pediuOQueFalta = new TreeMap<>();
    private final Map<String, Double> noticias = new HashMap<>();            // a última que chegou, de A>B
    private final Map<String, Double> difundiu = new TreeMap<>();            // a última numerada que saiu, de A>B
    private final Set<String> sentidos = new HashSet<>();                    // por onde já passou alguma
    private final Map<String, Double> mudas = new TreeMap<>();               // as conexões que A mantém com B, desde quando
    private final Map<String, Long> enviado = new HashMap<>();               // até que seq, de A>B
    private final Map<String, Long> entregue = new HashMap<>();

    /** @param lentidao a dos processos: quantas vezes mais do que o costume esperam */
    public Limites(int lentidao) {
        this.lentidao = lentidao;
    }

    // ───── O que aconteceu ─────

    /** Aconteceu mais isto. @param e um evento do rastro */
    public synchronized void ouvir(ObjectNode e) {
        double t = e.path("t").asDouble();
        switch (e.path("tipo").asText()) {
            case "inicio" -> parte = e.path("parte").asInt();
            case "processo" -> processo(e.path("nome").asText(), e.path("evento").asText(), t);
            case "cliente" -> cliente(e.path("cliente").asText(), e.path("evento").asText(), t);
            case "decisao" -> decisao(e.path("processo").asText(), e.path("texto").asText(), t);
            case "mensagem" -> mensagem(e, t);
            case "falta" -> falta(e.path("evento").asText(), e.path("alvo").asText(), t);
            default -> { }
        }
    }

    private void processo(String nome, String evento, double t) {
        switch (evento) {
            case "morto", "parado" -> fora.add(nome);
            case "continuado" -> fora.remove(nome);
            case "iniciado" -> { // nada do que ele esperava conta, nem se sabe se repete o que já difundira
                fora.remove(nome);
                pediuOQueFalta.remove(nome);
                mudas.keySet().removeIf(sentido -> entre(sentido, nome));
                noticias.replaceAll((sentido, quando) -> sentido.endsWith(">" + nome) ? t : quando);
                enviado.keySet().removeIf(sentido -> sentido.startsWith(nome + ">"));
                entregue.keySet().removeIf(sentido -> sentido.startsWith(nome + ">"));
            }
            default -> { }
        }
    }

    private void cliente(String nome, String evento, double t) {
        Deque<Pedido> dele = pedidos.computeIfAbsent(nome, n -> new ArrayDeque<>());
        if (evento.equals("pede")) {
            dele.add(new Pedido(t));
            return;
        }
        dele.poll();
        porReplicas.remove(nome);
        if (!dele.isEmpty()) { // só agora passa à seguinte
            dele.peek().desde = t;
        }
    }

    private void decisao(String processo, String texto, double t) {
        Matcher dita = VISAO.matcher(texto);
        if (dita.matches()) {
            Set<String> emDia = new HashSet<>();
            for (Matcher nome = NOME.matcher(dita.group(4)); nome.find(); ) {
                emDia.add(nome.group(1));
            }
            Visao outra = new Visao(Long.parseLong(dita.group(1)), Long.parseLong(dita.group(2)), dita.group(3), emDia);
            visao = outra.maisNovaQue(visao) ? outra : visao;
        } else if (texto.startsWith("esperar replicas=")) {
            porReplicas.put(processo, t);
        }
    }

    private void mensagem(JsonNode e, double t) {
        String de = e.path("de").asText();
        String para = e.path("para").asText();
        String resumo = e.path("resumo").asText();
        String sentido = de + ">" + para;
        sentidos.add(sentido);
        boolean enviada = e.path("evento").asText().equals("enviada");
        if (!enviada && !e.path("evento").asText().equals("entregue")) {
            return;
        }
        if (e.has("seq")) {
            (enviada ? enviado : entregue).merge(sentido, e.path("seq").asLong(), Math::max);
            difundiu.merge(sentido, t, (antes, agora) -> enviada ? agora : antes);
        } else if (enviada && e.has("id_msg") && Elenco.papel(de).equals("cliente")) {
            pediu(de, t);
        } else if (resumo.startsWith("HISTORICO") || resumo.startsWith("INSTANTANEO")) {
            pediuOQueFalta.merge(de, t, (antes, agora) -> enviada ? agora : antes);
        } else if (!enviada && (resumo.startsWith("história:") || resumo.startsWith("instantâneo:"))) {
            pediuOQueFalta.remove(para);
        }
        if (!enviada && (para.equals("testemunha") || resumo.equals("NOTICIA") && nadaACaminho(para + ">" + de))) {
            noticias.put(sentido, t);
        }
    }

    /** Emudecem as conexões entre dois, ou todas as de um. */
    private void falta(String evento, String alvo, double t) {
        if (evento.equals("emudecer")) {
            sentidos.stream().filter(sentido -> sentido.equals(alvo) || entre(sentido, alvo))
                    .map(sentido -> sentido.split(">")).forEach(dois -> {
                        emudeceu(dois[0], dois[1], t);
                        emudeceu(dois[1], dois[0], t);
                    });
        }
    }

    private static boolean entre(String sentido, String nome) {
        return sentido.startsWith(nome + ">") || sentido.endsWith(">" + nome);
    }

    /** Só quem se conectou, e mantém a conexão, dá pelo silêncio; um cliente abre outra cada vez que pede de novo. */
    private void emudeceu(String quem, String outro, double t) {
        boolean mantem = switch (Elenco.papel(quem)) {
            case "replica" -> true;
            case "servidor" -> Elenco.papel(outro).equals("worker");
            case "primario", "backup" -> outro.equals("testemunha") || outro.equals(visao.primario());
            default -> false;
        };
        if (mantem) {
            mudas.put(quem + ">" + outro, t);
        }
    }

    private void pediu(String cliente, double t) {
        porReplicas.remove(cliente);
        Pedido este = pedidos.getOrDefault(cliente, new ArrayDeque<>()).peek();
        if (este != null) {
            este.desde = este.vezes == 0 ? t : este.desde;
            este.repetiu = t;
            este.vezes++;
        }
    }

    /** Se tudo o que por ali se numerou já chegou: de quem não o ouve, um primário não conta as notícias. */
    private boolean nadaACaminho(String sentido) {
        return entregue.getOrDefault(sentido, 0L) >= enviado.getOrDefault(sentido, 0L);
    }

    // ───── O que está a correr ─────

    /**
     * Os prazos que correm.
     *
     * @param t agora, no relógio do rastro
     * @return de cada um, o que acaba primeiro à frente: processo, oque (o que ele fará se não vier o que espera), desde (ms
     *         do rastro) e dura (ms)
     */
    public synchronized ArrayNode agora(double t) {
        List<ObjectNode> todos = new ArrayList<>();
        porReplicas.forEach((cliente, desde) -> juntar(todos, cliente, "até desistir de que as réplicas o assinem",
                desde, part1.Client.ESPERA_MAXIMA_MS));
        pedidos.forEach((cliente, dele) -> dele.stream().limit(1).forEach(este -> doCliente(todos, cliente, este)));
        pediuOQueFalta.forEach((quem, desde) -> juntar(todos, quem, "até pedir outra vez o que lhe falta", desde,
                Seguidor.PRAZO_MS));
        difundiu.forEach((sentido, desde) -> daFonte(todos, sentido, desde));
        mudas.forEach((sentido, desde) -> juntar(todos, sentido.replaceFirst(">.*", ""),
                "até abrir outra conexão com " + sentido.replaceFirst(".*>", ""), desde, Silencio.PRAZO_MS));
        daVisao(todos);
        todos.removeIf(limite -> t - limite.path("desde").asDouble() < MOSTRAR_MS
                || t - limite.path("desde").asDouble() >= limite.path("dura").asDouble()
                || fora.contains(limite.path("processo").asText()));
        todos.sort(Comparator.comparingDouble(limite -> limite.path("desde").asDouble() + limite.path("dura").asDouble()));
        return Json.MAPPER.createArrayNode().addAll(todos);
    }

    private void doCliente(List<ObjectNode> todos, String cliente, Pedido este) {
        int total = parte == 4 ? part4.Client.PRAZO_TOTAL_MS
                : parte == 3 ? Requisicao.PRAZO_MS * Requisicao.TENTATIVAS : Chamada.PRAZO_MS * Chamada.TENTATIVAS;
        int repete = parte == 4 ? part4.Client.PRAZO_MS : parte == 2 ? Chamada.PRAZO_MS
                : Math.min(Requisicao.PRIMEIRA_MS << Math.min(este.vezes - 1, 8), Requisicao.PRAZO_MS);
        if (parte == 1) { // não espera por resposta nenhuma
            return;
        }
        juntar(todos, cliente, "até desistir", este.desde, total);
        if (este.vezes > 0 && este.repetiu + repete * (double) lentidao < este.desde + total * (double) lentidao) {
            juntar(todos, cliente, parte == 4 ? "até pedir a outro servidor" : "até pedir outra vez", este.repetiu, repete);
        }
    }

    /** Quem numera repete a última, se alguém não a tem; na parte 4 quem o diz é o pulso. */
    private void daFonte(List<ObjectNode> todos, String sentido, double desde) {
        String de = sentido.replaceFirst(">.*", "");
        String para = sentido.replaceFirst(".*>", "");
        if (parte < 4 && !fora.contains(para) && !nadaACaminho(sentido)) {
            juntar(todos, de, "até repetir a última a " + para, desde,
                    parte == 2 ? Fila.REPETIR_MS : Ordem.REPETIR_MS);
        }
    }

    private void daVisao(List<ObjectNode> todos) {
        Set<String> outros = new HashSet<>(visao.emDia());
        outros.remove(visao.primario());
        for (String backup : outros) {
            noticia(todos, backup, visao.primario(), "tirar " + backup + " de quem está em dia", Nodo.SILENCIO_MS);
        }
        if (!outros.isEmpty()) {
            noticia(todos, visao.primario(), "testemunha", "promover " + String.join(" ou ", outros), Visoes.SILENCIO_MS);
        }
    }

    private void noticia(List<ObjectNode> todos, String de, String para, String depois, int prazo) {
        Double chegou = noticias.get(de + ">" + para);
        if (chegou != null) {
            juntar(todos, para, "até " + depois + ", sem notícias de " + de, chegou, prazo);
        }
    }

    private void juntar(List<ObjectNode> todos, String processo, String oque, double desde, int prazo) {
        todos.add(Json.MAPPER.createObjectNode().put("processo", processo).put("oque", oque).put("desde", desde)
                .put("dura", prazo * (double) lentidao));
    }
}
