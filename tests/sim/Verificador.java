package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import part3.regra.grupos.Grupo;
import part3.regra.grupos.Grupos;
import part3.regra.grupos.Passagem;
import shared.Banco;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado;
import shared.Resultado.Situacao;
import shared.disco.EstadoDoBanco;
import shared.texto.Json;
import tests.sim.Parte3Grupos.Log;
import tests.sim.Parte3Grupos.Publicada;

/** O que se exige das contas em grupos, de fora: do que os clientes pediram e souberam, e do que os grupos publicaram. */
final class Verificador {

    private static final BigDecimal ZERO = new BigDecimal("0.00");

    /** Uma operação de um cliente, ou a metade dela que chega: o que mexe numa conta. @param em o número no grupo dela */
    private record Toque(Cliente.Pedido pedido, long em, Resultado resultado) {
    }

    private final Parte3Grupos cena;
    private final Map<String, Cliente.Pedido> pedidos;
    private final List<List<Map<String, BigDecimal>>> saldos = new ArrayList<>(); // por grupo, depois de cada número
    private final Map<String, List<Toque>> porConta = new HashMap<>();
    private final Map<String, List<Publicada>> sairam = new HashMap<>();   // "0>1" -> as que saíram, por ordem
    private final Map<String, Publicada> fecharam = new HashMap<>();       // pelo nome da passagem
    private final Map<String, Publicada> chegaram = new HashMap<>();
    private final Map<String, Publicada> feitas = new HashMap<>();         // pelo id_msg do cliente

    Verificador(Parte3Grupos cena) {
        this.cena = cena;
        this.pedidos = cena.pedidos();
        Parte3Grupos.CONTAS.forEach(conta -> porConta.put(conta, new ArrayList<>()));
    }

    // ───── A cada entrada ─────

    /** O que uma publicada pôs, ou tirou, do dinheiro que há. */
    static BigDecimal liquido(Publicada uma) {
        Operacao op = uma.envelope().op();
        boolean conta = uma.resultado().situacao() == Situacao.APLICADA && !op.id_msg().startsWith(Grupos.EM_TRANSITO);
        return !conta || op.tipo() == Tipo.TRANSFERENCIA ? ZERO
                : op.tipo() == Tipo.DEPOSITO ? op.valor() : op.valor().negate();
    }

    private static BigDecimal liquido(Parte3Grupos cena, List<Grupo> estes) {
        BigDecimal liquido = ZERO;
        for (int i = 0; i < estes.size(); i++) {
            liquido = liquido.add(cena.logs.get(i).liquidoAte(estes.get(i).ultimo()));
        }
        return liquido;
    }

    private static BigDecimal soma(List<Grupo> estes, Function<Grupo, BigDecimal> quanto) {
        return estes.stream().map(quanto).reduce(ZERO, BigDecimal::add);
    }

    /** Neste instante, em todos os grupos: os saldos, mais o que saiu e não chegou, são o que os clientes lá puseram. */
    static void agora(Parte3Grupos cena, List<Grupo> grupos) {
        BigDecimal deve = liquido(cena, grupos);
        BigDecimal saldos = soma(grupos, g -> EstadoDoBanco.total(g.banco()).subtract(g.saldo(Grupos.EM_TRANSITO)));
        BigDecimal aCaminho = ZERO;
        for (Grupo grupo : grupos) {
            for (Passagem p : grupo.abertas()) {
                String nome = Grupos.EM_TRANSITO + " " + p.de() + ">" + p.para() + " #" + p.numero();
                aCaminho = cena.logs.get(p.para()).nomes.contains(nome) ? aCaminho : aCaminho.add(p.op().valor());
            }
        }
        Cenario.exigir(saldos.add(aCaminho).compareTo(deve) == 0, "há %s nas contas e %s a caminho, e devia haver %s",
                saldos, aCaminho, deve);
        grupos.forEach(g -> g.banco().saldos().forEach((conta, saldo) ->
                Cenario.exigir(saldo.signum() >= 0, "%s tem %s", conta, saldo)));
    }

    /** Em cada processo, estejam os seus grupos nos pontos em que estiverem. */
    static void local(Parte3Grupos cena, String nome, List<Grupo> locais) {
        BigDecimal deve = liquido(cena, locais);
        BigDecimal ha = soma(locais, Grupo::total);
        Cenario.exigir(ha.compareTo(deve) == 0, "%s soma %s em todos os grupos, e devia ser %s", nome, ha, deve);
    }

    /** O que responderia quem lesse as contas sem esperar por um corte. */
    static String semCorte(List<Grupo> locais, Grupos grupos) {
        ObjectNode lida = Json.MAPPER.createObjectNode();
        Parte3Grupos.CONTAS.forEach(conta -> lida.withObject("saldos").put(conta,
                locais.get(grupos.de(conta)).saldo(conta).toPlainString()));
        lida.put("em_transito", soma(locais, g -> g.abertas().stream().map(p -> p.op().valor())
                .reduce(ZERO, BigDecimal::add)).toPlainString());
        Parte3Grupos.CONTAS.forEach(conta -> lida.withObject("ate").put(Integer.toString(grupos.de(conta)),
                locais.get(grupos.de(conta)).ultimo()));
        return Json.escrever(lida);
    }

    // ───── No fim ─────

    void tudo() {
        cena.logs.forEach(this::percorrer);
        passagens();
        respostas();
        Parte3Grupos.CONTAS.forEach(this::ordemNaConta);
        pedidos.values().stream().filter(p -> p.op == null && p.confirmado()).forEach(this::leitura);
    }

    /** Refaz o que o grupo publicou, num banco que só faz o que se espera. */
    private void percorrer(Log log) {
        Banco modelo = new Banco();
        List<Map<String, BigDecimal>> depois = new ArrayList<>();
        saldos.add(depois);
        long seq = 0;
        for (Publicada uma : log.publicadas) {
            Operacao op = uma.envelope().op();
            Cenario.exigir(uma.envelope().seq() == ++seq, "%s deu o número %d em vez de %d", log.nome,
                    uma.envelope().seq(), seq);
            Cenario.exigir(modelo.aplicar(op).equals(uma.resultado()), "%s: a %d deu %s", log.nome, seq, uma.resultado());
            depois.add(new HashMap<>(modelo.saldos()));
            if (!op.id_msg().startsWith(Grupos.EM_TRANSITO)) {
                doCliente(log, uma);
            } else if (op.tipo() == Tipo.DEPOSITO) {
                Cenario.exigir(chegaram.put(op.id_msg(), uma) == null, "%s chegou duas vezes", op.id_msg());
            } else {
                Cenario.exigir(fecharam.put(op.id_msg(), uma) == null, "%s fechou-se duas vezes", op.id_msg());
            }
        }
        Cenario.exigir(modelo.saldos().equals(log.estado().banco().saldos()), "%s tem %s, e devia ter %s", log.nome,
                log.estado().banco().saldos(), modelo.saldos());
    }

    private void doCliente(Log log, Publicada uma) {
        Operacao op = uma.envelope().op();
        Cliente.Pedido pedido = pedidos.get(Cenario.original(op.id_msg()));
        Cenario.exigir(pedido != null && pedido.op != null, "%s aplicou %s, que ninguém pediu", log.nome, op.id_msg());
        Cenario.exigir(feitas.put(pedido.id, uma) == null, "%s aplicou-se duas vezes", pedido.id);
        Operacao pedida = pedido.op;
        boolean passa = cena.grupos.passa(pedida);
        Cenario.exigir(op.tipo() == pedida.tipo() && op.valor().equals(pedida.valor())
                && op.conta_origem().equals(pedida.conta_origem())
                && Objects.equals(op.conta_destino(), passa ? Grupos.EM_TRANSITO : pedida.conta_destino()),
                "pediu-se %s, e aplicou-se %s", pedida, op);
        tocar(pedida.conta_origem(), pedido, uma);
        if (!passa && pedida.conta_destino() != null && !pedida.conta_destino().equals(pedida.conta_origem())) {
            tocar(pedida.conta_destino(), pedido, uma);
        }
        if (passa && uma.resultado().situacao() == Situacao.APLICADA) {
            sairam.computeIfAbsent(cena.grupos.de(pedida) + ">" + cena.grupos.de(pedida.conta_destino()),
                    canal -> new ArrayList<>()).add(uma);
        }
    }

    private void tocar(String conta, Cliente.Pedido pedido, Publicada uma) {
        porConta.get(conta).add(new Toque(pedido, uma.envelope().seq(), uma.resultado()));
    }

    /** Cada uma que saiu chegou uma vez, e depois fechou-se; e não chegou nenhuma outra. */
    private void passagens() {
        Set<String> nomes = new HashSet<>();
        sairam.forEach((canal, estas) -> {
            for (int i = 0; i < estas.size(); i++) {
                String nome = Grupos.EM_TRANSITO + " " + canal + " #" + (i + 1);
                nomes.add(nome);
                Cliente.Pedido pedido = pedidos.get(Cenario.original(estas.get(i).envelope().op().id_msg()));
                Publicada chegou = chegaram.get(nome);
                Publicada fechou = fecharam.get(nome);
                Cenario.exigir(chegou != null, "%s saiu e não chegou", pedido.id);
                Cenario.exigir(fechou != null, "%s chegou e não se fechou", pedido.id);
                Operacao credito = chegou.envelope().op();
                Cenario.exigir(credito.valor().equals(pedido.op.valor())
                        && credito.conta_origem().equals(pedido.op.conta_destino()), "saiu %s, e chegou %s",
                        pedido.op, credito);
                Cenario.exigir(estas.get(i).em() <= chegou.em() && chegou.em() <= fechou.em(),
                        "%s não saiu, chegou e fechou por esta ordem", pedido.id);
                int lugar = (int) porConta.get(pedido.op.conta_destino()).stream()
                        .filter(t -> t.em() < chegou.envelope().seq()).count();
                porConta.get(pedido.op.conta_destino()).add(lugar, new Toque(pedido, chegou.envelope().seq(),
                        chegou.resultado()));
            }
        });
        Cenario.exigir(nomes.containsAll(chegaram.keySet()), "chegou o que não saiu: %s", chegaram.keySet());
    }

    private void respostas() {
        for (Cliente.Pedido pedido : pedidos.values()) {
            if (pedido.op != null && pedido.confirmado()) {
                Publicada uma = feitas.get(pedido.id);
                Cenario.exigir(uma != null, "perdeu-se %s, que foi confirmado (%s)", pedido.id, pedido.resposta);
                Cenario.exigir(pedido.resposta.equals("OK seq=" + uma.envelope().seq()),
                        "ao cliente de %s disse-se '%s', e tem o número %d", pedido.id, pedido.resposta,
                        uma.envelope().seq());
            }
        }
    }

    // ───── O tempo, conta a conta ─────

    /** O que mexe nesta conta, e o que a lê, tem uma ordem só, que respeita o tempo. */
    private void ordemNaConta(String conta) {
        List<Toque> toques = porConta.get(conta);
        List<Cenario.Ponto> pontos = new ArrayList<>(List.of(new Cenario.Ponto(Map.of(), null)));
        List<Cliente.Pedido> vistos = new ArrayList<>();
        for (Toque toque : toques) {
            BigDecimal saldo = saldos.get(cena.grupos.de(conta)).get((int) toque.em() - 1).get(conta);
            pontos.add(new Cenario.Ponto(Map.of(conta, saldo), toque.resultado()));
            vistos.add(visto(toque.pedido(), conta, "resultado=" + toque.resultado().situacao()));
        }
        String grupo = Integer.toString(cena.grupos.de(conta));
        pedidos.values().stream().filter(p -> p.op == null && p.confirmado()).forEach(pedido -> {
            ObjectNode lida = Json.ler(pedido.resposta.getBytes(StandardCharsets.UTF_8));
            long ate = lida.path("ate").path(grupo).longValue();
            long lugar = toques.stream().filter(t -> t.em() <= ate).count();
            vistos.add(visto(pedido, conta, "leu " + lugar + " " + lida.path("saldos").path(conta).textValue()));
        });
        new Linearizavel(toques.stream().map(t -> t.pedido().id).toList(), pontos).conferir(vistos);
    }

    private static Cliente.Pedido visto(Cliente.Pedido pedido, String conta, String resposta) {
        Cliente.Pedido visto = new Cliente.Pedido(pedido.id, pedido.op, conta, pedido.primeira, pedido.inicio);
        visto.fim = pedido.fim;
        visto.resposta = resposta;
        return visto;
    }

    /** O que se leu num corte soma o que os clientes tinham posto até ele. */
    private void leitura(Cliente.Pedido pedido) {
        ObjectNode lida = Json.ler(pedido.resposta.getBytes(StandardCharsets.UTF_8));
        BigDecimal ha = new BigDecimal(lida.path("em_transito").textValue());
        for (String conta : Parte3Grupos.CONTAS) {
            ha = ha.add(new BigDecimal(lida.path("saldos").path(conta).textValue()));
        }
        BigDecimal deve = ZERO;
        for (var um : lida.path("ate").properties()) {
            deve = deve.add(cena.logs.get(Integer.parseInt(um.getKey())).liquidoAte(um.getValue().longValue()));
        }
        Cenario.exigir(ha.compareTo(deve) == 0, "a leitura %s (%s) soma %s, e devia ser %s", pedido.id, pedido.resposta, ha,
                deve);
    }
}
