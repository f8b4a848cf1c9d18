package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import part4.regra.Mensagens.Lembranca;
import part4.regra.Mensagens.Mensagem;
import part4.regra.Mensagens.Pulso;
import shared.Banco;
import shared.Envelope;
import shared.ordem.Aplicada;
import shared.texto.Falha;

/** O que a regra manda fazer. @param <C> quem espera uma resposta */
public interface Saida<C> {
    /** Anexa ao diário; quando estiver no disco, chame-se {@link Nodo#gravado}. */
    void anexar(Envelope envelope);

    /** Guarda já, de modo durável, a visão e a época. @throws Falha se o disco não deixa: não valem */
    void guardar(Lembranca lembranca);

    /** Troca o conteúdo do diário por um estado inteiro. @throws Falha se o disco não deixa */
    void adotar(long posicao, ObjectNode estado);

    /** A todos os backups. */
    void difundir(Envelope envelope);

    /** A todos os backups. */
    void difundir(Pulso pulso);

    /** A um cliente que espera. */
    void responder(C cliente, String texto);

    /** Ao primário que se segue. */
    void aoPrimario(Mensagem mensagem);

    /** A quem decide quem manda: a testemunha; sem ela, o primário de antes de se promover este à mão. */
    void aoJuiz(Mensagem mensagem);

    /** Uma decisão que merece uma linha no registro. */
    void registrar(String evento, Object... pares);

    /** Uma operação passou pelo banco, e já se anexou; uma que repete o id_msg de outra não se anexa. */
    void aplicada(Aplicada aplicada, Banco banco);
}
