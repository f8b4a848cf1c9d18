package tests.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Os estados a que já se chegou. Cada execução para no primeiro a que outra, com os mesmos desvios ou menos, já chegara. */
final class Estados {

    private final Map<Long, Integer> vistos = new HashMap<>(); // impressão -> em que execução
    private final Set<Long> acabamBem = new HashSet<>();       // aqueles em que já não há desvios, e dali nada falha
    private int execucao;

    /** Vai começar outra execução. */
    void nova() {
        execucao++;
    }

    /** @throws Roteiro.JaVisto se já se viu, noutra execução; se foi nesta, já não há mais nada de novo a desviar */
    void olhar(Cenario cenario) {
        Roteiro roteiro = cenario.mundo.roteiro();
        if (roteiro.passou() && roteiro.reduz) {
            Integer antes = vistos.putIfAbsent(Impressao.de(cenario), execucao);
            if (antes != null && antes != execucao) {
                throw new Roteiro.JaVisto();
            } else if (antes != null) {
                roteiro.ligar(false);
            }
        }
    }

    /** Já não há mais desvios. @return a impressão do estado @throws Roteiro.JaVisto se já se sabe que dali nada falha */
    long fim(Cenario cenario) {
        long impressao = Impressao.de(cenario);
        if (cenario.mundo.roteiro().reduz && acabamBem.contains(impressao)) {
            throw new Roteiro.JaVisto();
        }
        return impressao;
    }

    void acabaBem(long impressao) {
        acabamBem.add(impressao);
    }

    int quantos() {
        return vistos.size();
    }
}
