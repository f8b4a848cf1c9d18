//SOURCES CenasDaParte1.java CenasDaParte2.java CenasDaParte3.java CenasDaParte4.java
package tests.lab.cenas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shared.texto.ErroDeUso;
import tests.lab.rede.Rede;

/**
 * As lições, uma por cena: cada uma acontece sempre, porque a {@link Rede} manda na ordem em que as mensagens chegam. Todas
 * terminam com a história, em português, e com o veredito.
 */
public final class Cenas {

    /**
     * Como uma cena acabou.
     *
     * @param historia o que houve, por quê, e que mecanismo o cura
     * @param atos     o que se viu: um título, os vereditos e o rastro de cada execução
     * @param certa    se a cena mostrou o que devia mostrar
     */
    public record Fim(List<String> historia, List<Ato> atos, boolean certa) {
    }

    private record Cena(String titulo, Supplier<Fim> representar) {
    }

    private static final Map<String, Cena> TODAS = new LinkedHashMap<>();

    static {
        TODAS.put("multicast-diverge", new Cena("O multicast diverge", CenasDaParte1::multicastDiverge));
        TODAS.put("assinante-atrasado",
                new Cena("Quem chega tarde não sabe do que se disse", CenasDaParte1::assinanteAtrasado));
        TODAS.put("fila-segura-worker-morto",
                new Cena("A fila guarda o que o worker morto não ouviu", CenasDaParte2::filaSeguraWorkerMorto));
        TODAS.put("dois-servidores-rpc",
                new Cena("Duas filas em ordem não fazem uma ordem", CenasDaParte2::doisServidoresRpc));
        TODAS.put("ordem-total-converge", new Cena("A ordem total converge", CenasDaParte3::ordemTotalConverge));
        TODAS.put("buraco", new Cena("Um buraco na sequência", CenasDaParte3::buraco));
        TODAS.put("sequenciador-cai", new Cena("O sequenciador cai no meio de um pedido", CenasDaParte3::sequenciadorCai));
        TODAS.put("resposta-perdida", new Cena("A resposta perdeu-se: repetir ou não?", CenasDaParte3::respostaPerdida));
        TODAS.put("confirmada-e-perdida", new Cena("Confirmada e perdida", CenasDaParte4::confirmadaEPerdida));
        TODAS.put("failover", new Cena("O primário morre e o backup assume", CenasDaParte4::failover));
        TODAS.put("cerebro-dividido", new Cena("Cérebro dividido", CenasDaParte4::cerebroDividido));
        TODAS.put("replica-pausada", new Cena("Um primário que acorda tarde", CenasDaParte4::replicaPausada));
    }

    private Cenas() {
    }

    /** Os nomes, por ordem de leitura. */
    public static List<String> nomes() {
        return new ArrayList<>(TODAS.keySet());
    }

    /** O que a cena mostra, numa linha. */
    public static String titulo(String nome) {
        return cena(nome).titulo();
    }

    /** Representa uma cena. @throws ErroDeUso se não há nenhuma com este nome */
    public static Fim representar(String nome) {
        return cena(nome).representar().get();
    }

    private static Cena cena(String nome) {
        if (!TODAS.containsKey(nome)) {
            throw ErroDeUso.naoHa("a cena", nome, TODAS.keySet());
        }
        return TODAS.get(nome);
    }
}
