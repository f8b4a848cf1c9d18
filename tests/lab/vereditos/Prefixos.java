package tests.lab.vereditos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import part3.regra.grupos.Grupos;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado.Situacao;

/**
 * O que se exige das contas em grupos, do que cada grupo publicou e do que os clientes pediram e ouviram: em qualquer
 * prefixo de cada grupo o dinheiro conserva-se, e nenhum saldo é negativo; cada operação e cada passagem valem uma vez; a
 * ordem de cada grupo respeita o tempo real, e o que se leu num corte é o que lá havia.
 */
public final class Prefixos {

    /** O que um cliente pediu. @param ouviu quando, em ns; {@link Long#MAX_VALUE} se não ouviu @param resposta ou null */
    public record Vista(Operacao op, long pediu, long ouviu, String resposta) {
    }

    /** O que um grupo tinha depois de cada número. @param entrou o que os clientes depositaram menos o que sacaram */
    private record Depois(Map<String, BigDecimal> saldos, BigDecimal entrou) {
    }

    private static final BigDecimal ZERO = new BigDecimal("0.00");

    private final Grupos grupos;
    private final Map<String, Vista> vistas = new HashMap<>();          // pelo id_msg
    private final List<List<Depois>> depois = new ArrayList<>();        // por grupo
    private final Map<String, Envelope> feitas = new HashMap<>();       // pelo id_msg do cliente
    private final Map<String, List<Vista>> sairam = new HashMap<>();    // "0>1": as que saíram, por ordem
    private final Map<String, Operacao> chegaram = new HashMap<>();     // pelo nome da passagem
    private final Map<String, Operacao> fecharam = new HashMap<>();

    private Prefixos(Grupos grupos, Collection<Vista> vistas) {
        this.grupos = grupos;
        vistas.forEach(vista -> this.vistas.put(vista.op().id_msg(), vista));
    }

    /**
     * Confere tudo, menos as leituras. Já nada pode estar a caminho de um grupo a outro.
     *
     * @param vistas    tudo o que se pediu
     * @param publicado por grupo, tudo, desde o número 1
     * @throws AssertionError se algo não é como devia
     */
    public static Prefixos conferir(Grupos grupos, Collection<Vista> vistas, List<List<Envelope>> publicado) {
        Prefixos p = new Prefixos(grupos, vistas);
        publicado.forEach(p::refazer);
        Map<String, Vista> porNome = p.passagens();
        publicado.forEach(deste -> p.noTempo(deste, porNome));
        p.vistas.values().stream().filter(vista -> vista.resposta() != null).forEach(p::resposta);
        return p;
    }

    /** Quantas passaram de um grupo a outro. */
    public int quantasPassaram() {
        return chegaram.size();
    }

    // ───── A cada número ─────

    /** Refaz o que um grupo publicou, num banco que só faz o que se espera. */
    private void refazer(List<Envelope> publicado) {
        int grupo = depois.size();
        List<Depois> deste = new ArrayList<>();
        depois.add(deste);
        Banco banco = new Banco();
        BigDecimal entrou = ZERO;
        BigDecimal saiu = ZERO;   // a outros grupos
        BigDecimal chegou = ZERO; // de outros
        for (Envelope envelope : publicado) {
            Operacao op = envelope.op();
            exigir(envelope.seq() == deste.size() + 1, "o grupo " + grupo + " deu o número " + envelope.seq());
            boolean aplicada = banco.aplicar(op).situacao() == Situacao.APLICADA;
            BigDecimal valor = aplicada ? op.valor() : ZERO;
            if (op.id_msg().startsWith(Grupos.EM_TRANSITO)) {
                boolean chega = op.tipo() == Tipo.DEPOSITO;
                exigir(aplicada && (chega ? chegaram : fecharam).put(op.id_msg(), op) == null, "duas vezes: " + op);
                chegou = chega ? chegou.add(valor) : chegou;
            } else {
                doCliente(envelope, aplicada);
                entrou = op.tipo() == Tipo.TRANSFERENCIA ? entrou
                        : op.tipo() == Tipo.DEPOSITO ? entrou.add(valor) : entrou.subtract(valor);
                saiu = Grupos.EM_TRANSITO.equals(op.conta_destino()) ? saiu.add(valor) : saiu;
            }
            Map<String, BigDecimal> saldos = new HashMap<>(banco.saldos());
            saldos.forEach((conta, saldo) -> exigir(saldo.signum() >= 0, conta + " tem " + saldo + " depois de " + op));
            BigDecimal ha = soma(saldos).subtract(saldos.getOrDefault(Grupos.EM_TRANSITO, ZERO)).add(saiu).subtract(chegou);
            exigir(ha.compareTo(entrou) == 0, "no grupo " + grupo + ", depois de " + op + ", há " + ha + " e não " + entrou);
            deste.add(new Depois(saldos, entrou));
        }
    }

    private void doCliente(Envelope envelope, boolean aplicada) {
        Operacao op = envelope.op();
        Vista vista = vistas.get(op.id_msg());
        exigir(vista != null, "ninguém pediu " + op);
        exigir(feitas.put(op.id_msg(), envelope) == null, "duas vezes: " + op);
        Operacao pedida = vista.op();
        boolean passa = grupos.passa(pedida);
        exigir(op.tipo() == pedida.tipo() && op.valor().compareTo(pedida.valor()) == 0
                && op.conta_origem().equals(pedida.conta_origem())
                && Objects.equals(op.conta_destino(), passa ? Grupos.EM_TRANSITO : pedida.conta_destino()),
                "pediu-se " + pedida + ", e valeu " + op);
        if (passa && aplicada) {
            sairam.computeIfAbsent(grupos.de(pedida) + ">" + grupos.de(pedida.conta_destino()), c -> new ArrayList<>())
                    .add(vista);
        }
    }

    // ───── No fim ─────

    /** Cada uma que saiu chegou, e fechou-se; e não chegou mais nenhuma. @return as de quem são, pelo nome */
    private Map<String, Vista> passagens() {
        Map<String, Vista> porNome = new HashMap<>();
        sairam.forEach((canal, estas) -> estas.forEach(vista -> {
            String nome = Grupos.EM_TRANSITO + " " + canal + " #" + (estas.indexOf(vista) + 1);
            porNome.put(nome, vista);
            Operacao credito = chegaram.get(nome);
            exigir(credito != null && credito.conta_origem().equals(vista.op().conta_destino())
                    && credito.valor().compareTo(vista.op().valor()) == 0, "saiu " + vista.op() + ", e chegou " + credito);
        }));
        for (Set<String> nomes : List.of(chegaram.keySet(), fecharam.keySet())) {
            Set<String> diferem = new HashSet<>(nomes);
            diferem.addAll(porNome.keySet());
            diferem.removeIf(nome -> nomes.contains(nome) && porNome.containsKey(nome));
            exigir(diferem.isEmpty(), "ou saiu, ou chegou, ou se fechou, mas não tudo: " + diferem);
        }
        return porNome;
    }

    /** O que acabou antes de outra coisa se pedir vem antes dela, em cada grupo; e por isso em cada conta. */
    private void noTempo(List<Envelope> publicado, Map<String, Vista> porNome) {
        Vista ultima = null; // das anteriores, a que se pediu mais tarde
        for (Envelope envelope : publicado) {
            Operacao op = envelope.op();
            boolean fecha = op.id_msg().startsWith(Grupos.EM_TRANSITO) && op.tipo() == Tipo.SAQUE; // já se tinha respondido
            Vista esta = fecha ? null : porNome.getOrDefault(op.id_msg(), vistas.get(op.id_msg()));
            if (esta != null) {
                exigir(ultima == null || esta.ouviu() >= ultima.pediu(), ultima + " vem antes de " + esta
                        + ", que já se tinha ouvido quando se pediu");
                ultima = ultima == null || esta.pediu() > ultima.pediu() ? esta : ultima;
            }
        }
    }

    private void resposta(Vista vista) {
        Envelope feita = feitas.get(vista.op().id_msg());
        exigir(feita != null, "confirmada e perdida: " + vista);
        exigir(vista.resposta().equals("OK seq=" + feita.seq()), "ouviu-se " + vista + ", e tem o número " + feita.seq());
    }

    // ───── As leituras ─────

    /** @param pediu quando se pediu, em ns @param corte a resposta a SALDOS @throws AssertionError se não é o que havia */
    public void leitura(long pediu, ObjectNode corte) {
        BigDecimal entrou = ZERO;
        for (var um : corte.path("ate").properties()) {
            int grupo = Integer.parseInt(um.getKey());
            long ate = um.getValue().longValue();
            Depois entao = ate == 0 ? new Depois(Map.of(), ZERO) : depois.get(grupo).get((int) ate - 1);
            entrou = entrou.add(entao.entrou());
            corte.path("saldos").properties().stream().filter(conta -> grupos.de(conta.getKey()) == grupo)
                    .forEach(conta -> exigir(new BigDecimal(conta.getValue().textValue())
                    .compareTo(entao.saldos().getOrDefault(conta.getKey(), ZERO)) == 0, conta + ": " + corte));
            exigir(feitas.entrySet().stream().map(e -> Map.entry(vistas.get(e.getKey()), e.getValue().seq()))
                    .allMatch(e -> grupos.de(e.getKey().op()) != grupo || e.getKey().ouviu() > pediu || e.getValue() <= ate),
                    "não se leu o que já se tinha ouvido: " + corte);
        }
        BigDecimal soma = new BigDecimal(corte.path("em_transito").textValue());
        for (var saldo : corte.path("saldos")) {
            soma = soma.add(new BigDecimal(saldo.textValue()));
        }
        exigir(soma.compareTo(entrou) == 0, "leu-se " + soma + ", e havia " + entrou + ": " + corte);
    }

    private static BigDecimal soma(Map<String, BigDecimal> saldos) {
        return saldos.values().stream().reduce(ZERO, BigDecimal::add);
    }

    private static void exigir(boolean condicao, String oQueHa) {
        if (!condicao) {
            throw new AssertionError(oQueHa);
        }
    }
}
