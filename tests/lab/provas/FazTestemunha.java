package tests.lab.provas;

import java.util.Set;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Mensagens;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Visao;
import part4.regra.Visoes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Registro;

/** A testemunha que se põe diante dos servidores da parte 4: a nossa regra, na memória, que a prova pode fazer esperar. */
final class FazTestemunha extends Par {

    private final Endereco porta;
    private final Registro registro = new Registro("prova", true);
    private final Visoes visoes = new Visoes(null);
    private Pedidos pedidos;
    private boolean segura;
    private Set<String> proposta;   // a última que se segurou; null = nenhuma
    private Pergunta ultima;        // null = ainda ninguém perguntou
    private Visao dita;             // a que a prova manda dizer; null = a da regra

    FazTestemunha(Bancada b) {
        super("testemunha", true);
        this.porta = b.endereco("testemunha", "porta");
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, porta.maquina(), porta.porta(), "porta");
        pedidos = new Pedidos(entrada);
        return soquetes.vigiar(entrada);
    }

    @Override
    void atender() {
        pedidos.atender(registro, pedido -> {
            Pergunta pergunta = Pergunta.ler(pedido.corpo());
            ultima = pergunta.id() == null ? ultima : pergunta;
            if (segura) {
                proposta = pergunta.propor() == null ? proposta : pergunta.propor();
            } else if (pergunta.id() != null && dita == null) {
                visoes.noticia(pergunta, System.nanoTime() / 1_000_000);
            }
            return new Mensagens.DaTestemunha(dita == null ? visoes.atual() : dita).json();
        });
    }

    // ───── O que a prova manda ─────

    /** Diz a visão que há, e não registra a que lhe propõem; ou volta a registrá-la. */
    void segurar(boolean sim) {
        fazer(() -> segura = sim);
    }

    /** Daqui em diante a visão é esta, seja quem for que dê notícia. */
    void dizer(Visao visao) {
        fazer(() -> dita = visao);
    }

    /** Espera que um servidor dê notícia. @return a última */
    Pergunta esperarNoticia(Bancada b) {
        ate(b, "não deu notícia à testemunha (VISAO)", () -> fazer(() -> ultima != null));
        return fazer(() -> ultima);
    }

    /** Quem ficaria em dia, na última proposta que se segurou; {@code null} se nenhuma. */
    Set<String> proposta() {
        return fazer(() -> proposta);
    }

    /** A que vale agora; {@code null} se ainda nenhuma. */
    Visao visao() {
        return fazer(visoes::atual);
    }
}
