//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Autorizacao.java DesacordoAoAtender.java LimiteDeConexoes.java SinalDeVida.java
package shared.defesa;

import java.net.Socket;
import java.nio.channels.SocketChannel;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/** O que protege uma porta em que este processo escuta: quantos nela cabem, quem entra, e se ainda responde. */
public final class PortaAberta implements AutoCloseable {

    /** Quantas conexões uma porta tem ao mesmo tempo. */
    public static final int CONEXOES_MAXIMAS = LimiteDeConexoes.CONEXOES_MAXIMAS;

    private final Defesa defesa;
    private final int porta;
    private final LimiteDeConexoes limite = new LimiteDeConexoes();
    private final SinalDeVida.Porta vida;

    PortaAberta(Defesa defesa, SinalDeVida.Porta vida, int porta) {
        this.defesa = defesa;
        this.vida = vida;
        this.porta = porta;
    }

    /** Prepara um soquete ZeroMQ para escutar nesta porta. Antes do bind. */
    public void proteger(ZMQ.Socket soquete, ZContext contexto) {
        defesa.chaves().ifPresent(chaves -> Autorizacao.exigir(soquete, contexto, porta, chaves, defesa.desacordos()));
        DesacordoAoAtender desacordo = new DesacordoAoAtender(porta, defesa.chaves().isPresent(), defesa.desacordos());
        ZEvent.ZEventConsummer entrada = evento -> {
            if (evento.getEvent() != ZMonitor.Event.ACCEPTED || entrou(evento.getValue())) {
                desacordo.olhar(evento);
            }
        };
        soquete.setEventHook(entrada, DesacordoAoAtender.EVENTOS);
    }

    /** Está aberta: daqui em diante olha-se se ainda responde, até {@link #close}. */
    public PortaAberta comecar() {
        vida.comecar();
        return this;
    }

    /**
     * Roda na linha de execução de rede do soquete, a cada conexão aceita.
     *
     * @return false se é deste processo, que olha pela porta e não se apresenta
     */
    private boolean entrou(SocketChannel nova) {
        Socket sai = limite.admitir(nova.socket());
        if (sai != null) {
            Defesa.encerrar(sai.getChannel());
        }
        return deFora(nova.socket());
    }

    /** Numa porta TCP, a cada conexão aceita. @return false se é deste processo, que só olha se a porta responde: feche-a */
    public boolean deFora(Socket nova) {
        vida.aceitou();
        return !vida.ehSua(nova.getRemoteSocketAddress());
    }

    /** Numa porta TCP, dá lugar a esta. @return a que tem de sair para que ela fique; null se há lugar */
    public Socket admitir(Socket nova) {
        return limite.admitir(nova);
    }

    /** Por esta conexão acaba de passar algo que serve: agora é a última a sair. */
    public void foiUtil(Socket conexao) {
        limite.foiUtil(conexao);
    }

    /** A porta vai fechar-se de propósito. */
    @Override
    public void close() {
        vida.close();
    }
}
