package part4.regra;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Pergunta;
import shared.Banco;
import shared.Operacao;

/**
 * O que um servidor é agora. Cria-se inteiro ao entrar, e joga-se fora inteiro ao sair: nada de um mandato fica para outro.
 * As transições estão em {@link Nodo}; o que não se redefine aqui é o de quem não atende.
 */
abstract class Estado<C> {

    final Comum<C> comum;

    Estado(Comum<C> comum) {
        this.comum = comum;
    }

    /** Um cliente pede uma operação. */
    void operacao(C cliente, Operacao op) {
        recusar(cliente);
    }

    /** Um cliente pede uma leitura que nunca seja velha. */
    void saldo(C cliente, Function<Banco, String> resposta) {
        recusar(cliente);
    }

    final void recusar(C cliente) {
        comum.saida.responder(cliente, recusa());
    }

    String recusa() {
        if (parada() != null) {
            return Respostas.parado(parada());
        }
        return comum.visao() == null || comum.souOPrimarioDe(comum.visao()) ? Respostas.aindaNaoHaPrimario()
                : Respostas.oPrimarioE(comum.visao());
    }

    /** O disco tem mais do que tinha. */
    void gravado() {
    }

    /** Passa o tempo. @param agora em milissegundos */
    void tique(long agora) {
    }

    /** É hora de dar sinal de vida. */
    void noticia() {
    }

    /** O que se pergunta à testemunha. */
    Pergunta pergunta() {
        return pergunta(comum.visao(), null, false);
    }

    /**
     * @param sobre   a visão que se conhece, ou {@code null}
     * @param propor  quem pôr em dia; {@code null} se nada muda
     * @param renovar se se pede outra época
     */
    final Pergunta pergunta(Visao sobre, Set<String> propor, boolean renovar) {
        Identidade eu = comum.eu;
        return new Pergunta(eu.id(), eu.pedidos(), eu.atualizacoes(), sobre == null ? 0 : sobre.epoca(),
                sobre == null ? 0 : sobre.versao(), propor, renovar, eu.tem(Modo.PRIMEIRO));
    }

    /** Por que não avança, nem avançará sozinho; {@code null} se avança, ou espera por algo que pode vir. */
    String parada() {
        return null;
    }

    /** A testemunha disse uma visão de antes do que já se viu sem ela; {@code null} se não é o caso. */
    void soubeDaVelha(Visao velha) {
    }

    /** Outro estado toma o lugar deste: o que fica por dizer, diz-se agora. */
    void sair() {
    }

    /** O disco falhou. @return o estado de quem já não atende */
    Parado<C> parar(String motivo) {
        return new Parado<>(comum, motivo, Map.of(), false, 0);
    }
}
