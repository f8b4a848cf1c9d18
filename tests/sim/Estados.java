package tests.sim;

import java.util.HashMap;
import java.util.Map;

/** Os estados a que já se chegou. Cada execução para no primeiro a que outra, com os mesmos desvios ou menos, já chegara. */
final class Estados {

    private final Map<Long, Integer> vistos = new HashMap<>(); // impressão -> em que execução
    private int execucao;

    /** Vai começar outra execução. */
    void nova() {
        execucao++;
    }

    /** @throws Roteiro.JaVisto se já se viu, noutra execução; se foi nesta, já não há mais nada de novo a desviar */
    void olhar(Cenario cenario) {
        Roteiro roteiro = cenario.mundo.roteiro();
        if (roteiro.passou()) {
            Integer antes = vistos.putIfAbsent(Impressao.de(cenario), execucao);
            if (antes != null && antes != execucao) {
                throw new Roteiro.JaVisto();
            } else if (antes != null) {
                roteiro.ligar(false);
            }
        }
    }

    int quantos() {
        return vistos.size();
    }
}
