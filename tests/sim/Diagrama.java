package tests.sim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import shared.Operacao;
import shared.texto.Json;
import tests.sim.Passo.Tipo;
import tests.sim.Procura.Achado;

/** O que se achou, como um rastro do laboratório: os mesmos eventos, para o mesmo diagrama. */
public final class Diagrama {

    private static final int DEPOIS_MS = 50;

    private final Nomes nomes;
    private final List<ObjectNode> eventos = new ArrayList<>();
    private final Map<String, Deque<Integer>> aCaminho = new HashMap<>(); // por enlace e mensagem, os números das que vão
    private final Map<String, Integer> numeros = new HashMap<>();         // por enlace, o da última
    private final Map<String, Integer> aplicadas = new HashMap<>();
    private double agora;

    private Diagrama(Achado achado) {
        this.nomes = new Nomes(achado);
    }

    /** Os eventos, por ordem de tempo. */
    public static List<ObjectNode> de(Achado achado) {
        Diagrama esta = new Diagrama(achado);
        ObjectNode inicio = esta.evento("inicio").put("parte", Integer.parseInt(achado.alcance().parte().substring(0, 1)))
                .put("titulo", "a história mais curta").put("semente", 0);
        ArrayNode processos = inicio.putArray("processos");
        esta.nomes.processos().forEach(processos::add);
        double fim = achado.passos().stream().filter(p -> p.tipo() != Tipo.ENVIA && p.tipo() != Tipo.CHEGA)
                .mapToDouble(Passo::t).max().orElse(0) + DEPOIS_MS; // o que se repete daí em diante nada muda
        achado.passos().stream().filter(p -> p.t() <= fim).forEach(esta::passo);
        esta.evento("nota").put("texto", Historia.de(achado).stream().filter(linha -> linha.startsWith("fim: ")).findFirst()
                .orElse("fim"));
        return esta.eventos;
    }

    private ObjectNode evento(String tipo) {
        ObjectNode evento = Json.MAPPER.createObjectNode().put("t", agora).put("tipo", tipo);
        eventos.add(evento);
        return evento;
    }

    private void passo(Passo p) {
        agora = p.t();
        String quem = p.quem() == null ? null : nomes.doLaboratorio(p.quem());
        switch (p.tipo()) {
            case PEDE -> operacao(evento("cliente").put("cliente", quem).put("evento", "pede"), p.texto());
            case SOUBE -> operacao(evento("cliente").put("cliente", quem).put("evento", "resposta"), p.outro())
                    .put("texto", p.texto());
            case DESISTE -> operacao(evento("cliente").put("cliente", quem).put("evento", "indeterminada"), p.texto());
            case ENVIA -> mensagem(p, "enviada", numero(p, true));
            case CHEGA -> mensagem(p, "entregue", numero(p, false));
            case PERDE, SEPARA -> {
                int n = numero(p, true);
                mensagem(p, "enviada", n);
                mensagem(p, "perdida", n);
                if (p.tipo() == Tipo.SEPARA) {
                    evento("falta").put("evento", "cortar").put("alvo", quem + ">" + nomes.doLaboratorio(p.outro()));
                }
            }
            case EMUDECE -> evento("falta").put("evento", "emudecer")
                    .put("alvo", quem + ">" + nomes.doLaboratorio(p.outro()));
            case MORRE -> evento("falta").put("evento", "matar").put("alvo", quem);
            case VOLTA -> evento("processo").put("nome", quem).put("evento", "iniciado");
            case PARA -> evento("falta").put("evento", "parar").put("alvo", quem);
            case APLICA -> aplicou(p, quem);
            case ENCHE -> evento("nota").put("texto", "o disco de " + quem + " encheu");
            case PROMOVE -> evento("nota").put("texto", "alguém mandou promover " + quem);
            case ASSUME -> evento("decisao").put("processo", quem).put("texto", "assumir");
            default -> { }
        }
    }

    /** As mensagens que não são de uma operação, o diagrama esconde-as se lho pedirem. */
    private void mensagem(Passo p, String qual, int n) {
        String de = nomes.doLaboratorio(p.quem());
        String para = nomes.doLaboratorio(p.outro());
        String id = nomes.id(p);
        boolean resposta = p.outro().startsWith("c");
        ObjectNode evento = evento("mensagem").put("enlace", de + ">" + para).put("n", n).put("copia", 0).put("de", de)
                .put("para", para).put("evento", qual)
                .put("resumo", id != null ? nomes.resumo(id) : resposta ? p.texto() : "controle");
        if (id == null) {
            evento.put("controle", !resposta);
        } else {
            evento.put("id_msg", id);
        }
    }

    private int numero(Passo p, boolean nova) {
        String enlace = p.quem() + ">" + p.outro();
        Deque<Integer> iguais = aCaminho.computeIfAbsent(enlace + p.texto(), e -> new ArrayDeque<>());
        if (!nova && !iguais.isEmpty()) {
            return iguais.poll();
        }
        int n = numeros.merge(enlace, 1, Integer::sum);
        if (p.tipo() == Tipo.ENVIA) {
            iguais.add(n);
        }
        return n;
    }

    private ObjectNode operacao(ObjectNode evento, String id) {
        Operacao op = nomes.operacao(id);
        evento.put("id_msg", Cenario.original(id)).put("operacao", op.tipo().name()).put("valor", op.valor())
                .putArray("contas").add(op.conta_origem());
        return evento;
    }

    private void aplicou(Passo p, String quem) {
        if (nomes.operacao(p.outro()) != null) {
            String[] resultado = p.texto().split(" ");
            operacao(evento("aplicar").put("processo", quem).put("seq", aplicadas.merge(quem, 1, Integer::sum))
                    .put("resultado", resultado[0]), p.outro()).putArray("saldos").add(new BigDecimal(resultado[1]));
        }
    }
}
