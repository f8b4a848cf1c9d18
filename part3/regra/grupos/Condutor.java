//SOURCES Grupo.java
package part3.regra.grupos;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import part3.regra.grupos.Passagem.Passo;
import shared.Operacao;
import shared.tempo.Lentidao;

/**
 * Quem leva cada operação até ao fim. O processo a quem um cliente pede propõe-na ao grupo de origem; se é uma passagem,
 * propõe o crédito ao de destino, e só então responde, e fecha. Se ele morre pelo meio, a passagem fica aberta no grupo de
 * origem: o cliente que repete, a quem for, leva-a; e quem lidera esse grupo leva as que estão há muito abertas. Não guarda
 * nada que se não possa perder, e podem ser vários ao mesmo tempo: cada passo, repetido, não faz nada.
 *
 * @param <C> por onde volta a resposta a um cliente
 */
public final class Condutor<C> {

    /** O que ele diz. */
    public interface Saida<C> {

        /** Propõe uma entrada a um grupo. @param volta o que o grupo respondeu; pode nunca vir */
        void propor(int grupo, byte[] entrada, Consumer<String> volta);

        void responder(C cliente, String texto);
    }

    /** Uma passagem que ninguém levou até ao fim neste tempo volta a levar-se. */
    public static final int LEVAR_MS = Lentidao.vezes(3_000);

    private static final int POR_VOLTA = 100; // de cada grupo: um de destino sem maioria não se enche de pedidos

    private final Grupos grupos;
    private final Saida<C> saida;
    private final Map<Integer, Map<Passagem, Long>> tentadas = new HashMap<>(); // por grupo de origem, e quando
    private long agora;

    public Condutor(Grupos grupos, Saida<C> saida) {
        this.grupos = grupos;
        this.saida = saida;
    }

    /** Um cliente pede uma operação. @throws shared.texto.MensagemInvalida se usa um nome que é do banco */
    public void pedir(C cliente, Operacao op) {
        saida.propor(grupos.de(Grupos.exigir(op)), op.json().getBytes(StandardCharsets.UTF_8), resposta -> {
            Passagem passagem = Passagem.porPassar(resposta);
            if (passagem == null) {
                saida.responder(cliente, resposta);
            } else {
                levar(passagem, texto -> saida.responder(cliente, texto));
            }
        });
    }

    /** Primeiro chega, depois diz-se e fecha-se: ao contrário, quem morresse entre os dois perdia o dinheiro. */
    private void levar(Passagem passagem, Consumer<String> cliente) {
        tentadas.computeIfAbsent(passagem.de(), g -> new HashMap<>()).put(passagem, agora);
        saida.propor(passagem.para(), passagem.entrada(Passo.CREDITAR), resposta -> {
            cliente.accept(resposta);
            if (resposta.equals(passagem.feita())) {
                saida.propor(passagem.de(), passagem.entrada(Passo.FECHAR), fechada -> { });
            }
        });
    }

    /**
     * Uma volta do laço, por cada grupo.
     *
     * @param local  o grupo, até onde este processo o aplicou
     * @param lidera se este processo julga que o lidera; que o julguem dois não faz mal
     * @param agora  em milissegundos, de um relógio que só avança
     */
    public void passo(int grupo, Grupo local, boolean lidera, long agora) {
        this.agora = agora;
        Map<Passagem, Long> antes = tentadas.getOrDefault(grupo, Map.of());
        Map<Passagem, Long> ficam = new HashMap<>(); // as que já se fecharam esquecem-se
        local.abertas().forEach(aberta -> ficam.put(aberta, antes.getOrDefault(aberta, agora)));
        tentadas.put(grupo, ficam);
        local.abertas().stream().filter(aberta -> lidera && agora - ficam.get(aberta) >= LEVAR_MS).limit(POR_VOLTA)
                .toList().forEach(aberta -> levar(aberta, texto -> { }));
    }
}
