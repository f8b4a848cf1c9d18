//SOURCES ../shared/disco/Diario.java ../shared/ordem/Aplicada.java ../shared/papel/Consulta.java
//SOURCES ../shared/papel/RegistroDoBanco.java ../shared/rede/Feixe.java ../shared/texto/Json.java regra/Copia.java
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import part3.regra.Copia;
import shared.Banco;
import shared.Envelope;
import shared.disco.Diario;
import shared.ordem.Aplicada;
import shared.papel.Consulta;
import shared.papel.RegistroDoBanco;
import shared.rede.Feixe;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** Uma ordem que uma réplica segue: o que dela se ouve, a quem se pede o que falta, e o núcleo que a aplica. */
final class Seguida implements Copia.Saida {

    private final Feixe numeradas;
    private final Feixe recuperacao;
    private final boolean semPedir;
    private final RegistroDoBanco registro;
    private final Copia nucleo;

    /** @param semPedir se nunca se pede nada */
    Seguida(Feixe numeradas, Feixe recuperacao, boolean semPedir, Diario diario, RegistroDoBanco registro) {
        this.numeradas = numeradas;
        this.recuperacao = recuperacao;
        this.semPedir = semPedir;
        this.registro = registro;
        nucleo = new Copia(diario, this);
    }

    /** Uma volta do laço: recebe o que chegou, aplica-o, e pede o que falta. @param agora em milissegundos */
    void volta(long agora) {
        numeradas.receber(nucleo::difundido);
        recuperacao.receber(nucleo::respondido);
        nucleo.passo(agora, calada());
    }

    /** O sequenciador original não entenderia um pedido. */
    private boolean calada() {
        return semPedir || !recuperacao.nossa();
    }

    /** O que se responde a quem consulta. */
    Consulta.Parte parte() {
        return new Consulta.Parte(nucleo.banco(), nucleo.ultimo(), nucleo.parada(calada()));
    }

    /** De quem se ouve. */
    @Override
    public String toString() {
        return numeradas.toString();
    }

    @Override
    public void pedir(ObjectNode pedido) {
        recuperacao.enviar(Json.escrever(pedido).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void aplicada(Aplicada aplicada, Banco banco) {
        registro.aplicada(aplicada, banco);
    }

    @Override
    public void adiantada(Envelope envelope, long falta) {
        registro.adiantada(envelope, falta);
    }

    @Override
    public void recusada(MensagemInvalida erro) {
        registro.recusada("sequenciador", erro);
    }

    @Override
    public void registrar(String evento, Object... pares) {
        registro.linha(evento, pares);
    }
}
