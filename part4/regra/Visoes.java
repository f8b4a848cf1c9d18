//SOURCES Mensagens.java
package part4.regra;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import part4.regra.Mensagens.Pergunta;
import shared.tempo.Lentidao;
import shared.texto.MensagemInvalida;

/**
 * A regra da testemunha, o serviço de visões (<i>view service</i>): muda a visão só por pedido do primário atual, ou porque
 * ele se calou. Pura: não sabe de soquetes, relógio nem disco.
 */
public final class Visoes {

    /** Depois de quanto silêncio se dá alguém por morto. */
    public static final int SILENCIO_MS = Lentidao.vezes(1_000);

    private static final int SERVIDORES_MAXIMOS = 64;

    private record Noticia(String pedidos, String atualizacoes, long em) {
    }

    private final Map<String, Noticia> noticias = new HashMap<>();
    private Visao atual;
    private long desde = Long.MIN_VALUE; // de quando conta o silêncio de quem ainda não deu notícia…
    private long ultimoTique;            // …porque antes disto não se ouvia

    /** @param atual a última visão registrada; {@code null} se nenhuma */
    public Visoes(Visao atual) {
        this.atual = atual;
    }

    /**
     * Alguém dá notícia e pergunta pela visão; uma proposta sobre outra visão que não a de agora não vale.
     *
     * @return a visão que vale agora; {@code null} se ainda nenhuma
     * @throws MensagemInvalida se algo não serve, e nada muda
     */
    public Visao noticia(Pergunta p, long agora) {
        if (atual == null) { // se ele já teve outra testemunha, segue-se depois dela
            Visao.exigirPlausivel("epoca", p.epoca(), 0);
            Visao.exigirPlausivel("versao", p.versao(), 0);
        }
        if (noticias.size() >= SERVIDORES_MAXIMOS && !noticias.containsKey(p.id())) {
            throw new MensagemInvalida("pedido", "já dão notícia " + SERVIDORES_MAXIMOS + " servidores");
        }
        tique(agora);
        noticias.put(p.id(), new Noticia(p.pedidos(), p.atualizacoes(), agora));
        if (atual == null) {
            atual = !p.inicial() ? null
                    : new Visao(p.epoca() + 1, p.versao() + 1, p.id(), p.pedidos(), p.atualizacoes(), Set.of(p.id()));
        } else if (p.id().equals(atual.primario())) {
            doPrimario(p);
        }
        return atual;
    }

    private void doPrimario(Pergunta p) {
        // exercício visoes: mudar a visão como o primário pede, se fala da que vale
        if (!p.pedidos().equals(atual.pedidos()) || !p.atualizacoes().equals(atual.atualizacoes())) {
            atual = atual.em(p.pedidos(), p.atualizacoes()); // reiniciado em outras portas
        } else if (p.epoca() != atual.epoca() || p.versao() != atual.versao()) {
            return; // fala de outra visão
        } else if (p.renovar()) {
            atual = atual.renovada();
        } else if (p.propor() != null && p.propor().contains(p.id())) {
            atual = atual.comEmDia(p.propor());
        }
        // fim
    }

    /**
     * Passa o tempo: se o primário se calou e há quem esteja em dia, esse assume, sozinho, numa época nova. Se foi a
     * testemunha que esteve parada, não sabe quem se calou: dá-lhes tempo.
     */
    public Visao tique(long agora) {
        // exercício visoes: promover quem está em dia, numa época nova, se o primário se calou
        desde = desde == Long.MIN_VALUE || agora - ultimoTique > SILENCIO_MS ? agora : desde;
        ultimoTique = agora;
        if (atual != null && !vivo(atual.primario(), agora) && agora - desde > SILENCIO_MS) {
            atual.emDia().stream().filter(id -> !id.equals(atual.primario()) && vivo(id, agora)).sorted().findFirst()
                    .ifPresent(novo -> {
                        Noticia n = noticias.get(novo);
                        atual = new Visao(atual.epoca() + 1, atual.versao() + 1, novo, n.pedidos(), n.atualizacoes(),
                                Set.of(novo));
                    });
        }
        noticias.values().removeIf(n -> agora - n.em() > 60 * SILENCIO_MS);
        return atual;
        // fim
    }

    private boolean vivo(String id, long agora) {
        Noticia noticia = noticias.get(id);
        return noticia != null && agora - noticia.em() <= SILENCIO_MS;
    }

    public Visao atual() {
        return atual;
    }
}
