//SOURCES Condutor.java
package part3.regra.grupos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import shared.tempo.Lentidao;
import shared.texto.Json;

/**
 * Saldos de várias contas num só corte: um ponto de cada grupo, tal que o que chegou a um já saiu do outro, e o que se
 * fechou já chegou. Cada leitura pede a cada grupo uma entrada {@link Grupo#LER}, para nada do que se confirmou antes lhe
 * escapar, e depois espera, no processo a quem se pediu, que os seus grupos estejam juntos num corte assim.
 *
 * @param <C> por onde volta a resposta a um cliente
 */
public final class Leituras<C> {

    /** Sem corte neste tempo (um grupo sem maioria, um processo atrasado) desiste-se: o cliente que pergunte outra vez. */
    public static final int PRAZO_MS = Lentidao.vezes(5_000);

    private static final class Leitura<C> {
        private final C cliente;
        private final List<String> contas;
        private long pedidaEm = -1;                               // -1 = nesta volta do laço
        private final Map<Integer, Long> desde = new TreeMap<>(); // por grupo, de que entrada em diante; -1 = não se sabe

        Leitura(C cliente, List<String> contas) {
            this.cliente = cliente;
            this.contas = contas;
        }
    }

    private final Grupos grupos;
    private final Condutor.Saida<C> saida;
    private final List<Leitura<C>> pendentes = new ArrayList<>();

    public Leituras(Grupos grupos, Condutor.Saida<C> saida) {
        this.grupos = grupos;
        this.saida = saida;
    }

    /** Um cliente quer os saldos destas contas. */
    public void pedir(C cliente, List<String> contas) {
        Leitura<C> nova = new Leitura<>(cliente, contas);
        contas.forEach(conta -> nova.desde.put(grupos.de(conta), -1L));
        pendentes.add(nova);
        nova.desde.keySet().forEach(grupo -> saida.propor(grupo, Grupo.LER,
                resposta -> nova.desde.put(grupo, Grupo.entradas(resposta))));
    }

    /**
     * Depois de se aplicar algo, e a cada volta do laço: responde às que já podem ser.
     *
     * @param locais os grupos, até onde este processo os aplicou
     * @param agora  em milissegundos, de um relógio que só avança
     */
    public void passo(List<Grupo> locais, long agora) {
        pendentes.removeIf(leitura -> {
            leitura.pedidaEm = leitura.pedidaEm < 0 ? agora : leitura.pedidaEm;
            if (chegou(leitura, locais) && eUmCorte(leitura.desde.keySet(), locais)) {
                saida.responder(leitura.cliente, Json.escrever(ler(leitura.contas, locais)));
                return true;
            }
            boolean desiste = agora - leitura.pedidaEm >= PRAZO_MS;
            if (desiste) {
                saida.responder(leitura.cliente,
                        "ERRO sem_corte: um dos grupos destas contas não avança; pergunte outra vez");
            }
            return desiste;
        });
    }

    private static boolean chegou(Leitura<?> leitura, List<Grupo> locais) {
        return leitura.desde.entrySet().stream()
                .allMatch(um -> um.getValue() >= 0 && locais.get(um.getKey()).entradas() >= um.getValue());
    }

    /** Se nenhum destes grupos está adiante do que o outro diz das passagens entre os dois. */
    static boolean eUmCorte(Set<Integer> quais, List<Grupo> locais) {
        return quais.stream().allMatch(de -> quais.stream()
                .allMatch(para -> de.equals(para) || juntos(locais.get(de), de, locais.get(para), para)));
    }

    private static boolean juntos(Grupo origem, int de, Grupo destino, int para) {
        long saiu = origem.passagens().ultimaPara(para);
        if (destino.passagens().ultimaDe(de) > saiu) {
            return false; // chegou o que ainda não saiu
        }
        Set<Long> abertas = new HashSet<>();
        origem.abertas().stream().filter(p -> p.para() == para).forEach(p -> abertas.add(p.numero()));
        for (long numero = destino.passagens().todasDe(de) + 1; numero <= saiu; numero++) {
            if (!abertas.contains(numero) && !destino.passagens().recebeu(de, numero)) {
                return false; // fechou-se o que ainda não chegou
            }
        }
        return true;
    }

    /** Os saldos, o que vai a caminho entre estas contas, e o último número de cada grupo. */
    private ObjectNode ler(List<String> contas, List<Grupo> locais) {
        ObjectNode lida = Json.MAPPER.createObjectNode();
        ObjectNode saldos = lida.putObject("saldos");
        Map<Integer, Long> ate = new HashMap<>();
        BigDecimal aCaminho = new BigDecimal("0.00");
        for (String conta : contas) {
            int grupo = grupos.de(conta);
            saldos.put(conta, locais.get(grupo).saldo(conta).toPlainString());
            ate.put(grupo, locais.get(grupo).ultimo());
        }
        for (int grupo : ate.keySet()) {
            aCaminho = locais.get(grupo).abertas().stream()
                    .filter(p -> contas.contains(p.op().conta_origem()) && contas.contains(p.op().conta_destino()))
                    .filter(p -> !locais.get(p.para()).passagens().recebeu(p.de(), p.numero()))
                    .map(p -> p.op().valor()).reduce(aCaminho, BigDecimal::add);
        }
        lida.put("em_transito", aCaminho.toPlainString());
        ObjectNode numeros = lida.putObject("ate");
        new TreeSet<>(ate.keySet()).forEach(grupo -> numeros.put(Integer.toString(grupo), ate.get(grupo)));
        return lida;
    }
}
