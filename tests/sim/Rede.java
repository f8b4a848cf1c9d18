package tests.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tests.sim.Roteiro.Desvio;

/**
 * A rede: cada ligação atrasa, perde e repete, e pode ser cortada num sentido. Como em TCP, uma ligação mantém a ordem, e o
 * que ela perde é um trecho, enquanto se refaz; sem {@link #ordenada}, cada mensagem segue por si. Uma ligação que emudece
 * não leva mais nada, e fica assim: quem a abriu que abra outra.
 */
final class Rede {

    private static final long SEGURA_US = 700 * Mundo.MS; // mais do que um cliente espera por uma resposta

    private record Retida(String ligacao, Runnable entrega) {
    }

    private final Mundo mundo;
    private final Random sorte;
    private final Map<String, Boolean> cortes = new HashMap<>();       // "de>para" -> se o corte segura (senão, perde)
    private final Map<String, List<Retida>> retidas = new HashMap<>();
    private final Map<String, Long> ultimaEntrega = new HashMap<>();
    private final Map<String, Long> mudaAte = new HashMap<>();
    private final Set<String> abertas = new HashSet<>();               // as ligações que há, seja qual for o sentido
    private final Set<String> mudas = new HashSet<>();                 // destas, as que não levam mais nada
    private final Map<String, Integer> geracao = new HashMap<>();      // muda quando um corte faz perder o que ia a caminho
    private final Desvio[] desvios;
    private final boolean emudece;
    private int enviadas;
    private boolean curada;
    boolean ordenada = true;
    double perda;
    double repeticao;
    double atraso;          // parte das mensagens que se atrasam muito
    long atrasoMaximo;      // quanto, em microssegundos

    /** @param desvios na procura, o que pode acontecer a uma mensagem */
    Rede(Mundo mundo, Desvio... desvios) {
        this.desvios = desvios;
        this.emudece = mundo.roteiro() == null || List.of(desvios).contains(Desvio.EMUDECE);
        this.mundo = mundo;
        this.sorte = mundo.sorte("rede");
    }

    /**
     * @param canal o que distingue as ligações entre os mesmos dois: nelas a ordem é independente
     * @param oQue  o que a mensagem diz
     */
    void enviar(String de, String para, String canal, String oQue, Runnable entrega) {
        enviadas += curada || mundo.roteiro() != null ? 0 : 1; // um estado não é outro por se ter chegado a ele com mais
        if (!curada && mundo.menos().semMensagem(enviadas)) {
            return;
        }
        String sentido = de + ">" + para;
        String ligacao = sentido + "/" + canal;
        Boolean segura = cortes.get(sentido);
        if (segura != null) {
            if (segura) {
                retidas.computeIfAbsent(sentido, s -> new ArrayList<>()).add(new Retida(ligacao, entrega));
            }
            return;
        }
        if (emudece) {
            abertas.add(ligacao(de, para, canal));
        }
        Desvio desvio = mundo.desvio(desvios);
        if (desvio != null && desviar(desvio, de, para, oQue)) {
            return;
        }
        if (muda(de, para, canal)) {
            return;
        }
        if (mundo.agora() < mudaAte.getOrDefault(ligacao, 0L)) {
            return;
        }
        if (acontece(perda)) {
            if (ordenada) {
                mudaAte.put(ligacao, mundo.agora() + sorte.nextInt(200) * Mundo.MS);
            }
            return;
        }
        levar(sentido, ligacao, desvio == Desvio.SEGURA ? SEGURA_US : 0, contando(de, para, oQue, entrega));
        if (!ordenada && acontece(repeticao)) {
            levar(sentido, ligacao, 0, entrega);
        }
    }

    /** Na procura, faz o que se escolheu. @return se a mensagem não segue */
    private boolean desviar(Desvio desvio, String de, String para, String oQue) {
        switch (desvio) {
            case PERDE -> mundo.contar(Passo.Tipo.PERDE, de, para, oQue);
            case SEGURA -> mundo.contar(Passo.Tipo.SEGURA, de, para, oQue);
            case SEPARA -> {
                mundo.contar(Passo.Tipo.SEPARA, de, para, oQue);
                cortar(de, para, false);
                cortar(para, de, false);
            }
            default -> {
                mundo.contar(Passo.Tipo.EMUDECE, de, para, oQue);
                emudecer(de, para);
            }
        }
        return desvio == Desvio.PERDE || desvio == Desvio.SEPARA;
    }

    private Runnable contando(String de, String para, String oQue, Runnable entrega) {
        if (mundo.roteiro() == null || !mundo.comRastro()) {
            return entrega;
        }
        mundo.contar(Passo.Tipo.ENVIA, de, para, oQue);
        return () -> {
            mundo.contar(Passo.Tipo.CHEGA, de, para, oQue);
            entrega.run();
        };
    }

    private boolean acontece(double parte) {
        return mundo.roteiro() == null && sorte.nextDouble() < parte;
    }

    private void levar(String sentido, String ligacao, long espera, Runnable entrega) {
        long demora = espera + mundo.sortear(sorte, 2_000, 900) + 100;
        if (acontece(atraso)) {
            demora += (long) (sorte.nextDouble() * atrasoMaximo);
        }
        long chegada = mundo.agora() + demora;
        if (ordenada) {
            ultimaEntrega.values().removeIf(quando -> quando <= mundo.agora()); // já não pesam
            chegada = Math.max(chegada, ultimaEntrega.getOrDefault(ligacao, 0L) + 1);
            ultimaEntrega.put(ligacao, chegada);
        }
        int antes = geracao(sentido);
        mundo.daquiA(chegada - mundo.agora(), () -> {
            if (geracao(sentido) == antes) {
                entrega.run();
            }
        });
    }

    /** A do sentido, e a de quem envia. */
    private int geracao(String sentido) {
        return geracao.getOrDefault(sentido, 0) + geracao.getOrDefault(sentido.split(">")[0], 0);
    }

    /** Perde-se tudo o que este enviou e ainda não chegou. */
    void calar(String de) {
        geracao.merge(de, 1, Integer::sum);
    }

    /** @param segura true: o que se envia espera pelo conserto, como em TCP; false: perde-se, também o que ia a caminho */
    void cortar(String de, String para, boolean segura) {
        cortes.put(de + ">" + para, segura);
        if (!segura) {
            geracao.merge(de + ">" + para, 1, Integer::sum);
        }
    }

    /** As ligações que há entre os dois ficam abertas e mudas; as que se abrirem depois passam. */
    void emudecer(String um, String outro) {
        abertas.stream().filter(ligacao -> ligacao.startsWith(ligacao(um, outro, ""))).forEach(mudas::add);
    }

    /** Se esta ligação está muda. */
    boolean muda(String um, String outro, String canal) {
        return mudas.contains(ligacao(um, outro, canal));
    }

    private static String ligacao(String um, String outro, String canal) {
        return (um.compareTo(outro) < 0 ? um + "-" + outro : outro + "-" + um) + "/" + canal;
    }

    void consertar(String de, String para) {
        cortes.remove(de + ">" + para);
        List<Retida> esperavam = retidas.remove(de + ">" + para);
        if (esperavam != null) {
            esperavam.forEach(r -> levar(de + ">" + para, r.ligacao(), 0, r.entrega()));
        }
    }

    boolean cortada(String de, String para) {
        return cortes.containsKey(de + ">" + para);
    }

    /** Se não há cortes. */
    boolean inteira() {
        return cortes.isEmpty();
    }

    /** Quantas se enviaram antes de tudo se consertar. */
    int enviadas() {
        return enviadas;
    }

    void consertarTudo() {
        curada = true;
        for (String sentido : List.copyOf(cortes.keySet())) {
            String[] pontas = sentido.split(">");
            consertar(pontas[0], pontas[1]);
        }
        perda = 0;
        repeticao = 0;
        atraso = 0;
        mudaAte.clear();
    }
}
