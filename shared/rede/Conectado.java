//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Conhecer.java Tcp.java
package shared.rede;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.SocketType;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import org.zeromq.ZMonitor;
import shared.defesa.Defesa;
import shared.defesa.DesacordoAoConectar;
import shared.defesa.Silencio;
import shared.texto.Endereco;

/** O lado de quem se conecta: se o outro se apresentou e quem é, e a conexão que cai, de que o JeroMQ às vezes desiste. */
final class Conectado {

    /** O JeroMQ 0.6.0 esquece de vigiar 2 a 3 % das conexões que abre (Poller.run); este prazo as faz recomeçar. */
    private static final int CONECTAR_MS = 500;
    private static final int DESISTIU_MS = 1_000; // caída há tanto, sem que o JeroMQ tente: ele desistiu
    private static final long DE_PE = Long.MIN_VALUE;

    private final ZMQ.Socket soquete;
    private final SocketType tipo;
    private final Endereco com;
    private final boolean alternar;       // entre IPv4 e IPv6: não se sabe em qual dos dois atende
    private final Conhecer conhecer;
    private final DesacordoAoConectar desacordo;
    private final AtomicLong caiuEm = new AtomicLong(DE_PE); // em ns, enquanto o JeroMQ não tenta outra vez
    private volatile boolean apresentado; // o outro lado respondeu à saudação
    private volatile boolean largado;

    /** Prepara o soquete e conecta-o. @param ips os da máquina, os IPv4 primeiro @param assinatura a de um SUB */
    Conectado(Defesa defesa, ZMQ.Socket soquete, SocketType tipo, Endereco com, List<InetAddress> ips, String assinatura) {
        this.soquete = soquete;
        this.tipo = tipo;
        this.com = com;
        boolean soIpv6 = ips.get(0) instanceof Inet6Address;
        alternar = !soIpv6 && ips.get(ips.size() - 1) instanceof Inet6Address;
        soquete.setIPv6(soIpv6); // com true, o JeroMQ prefere o IPv6 de quem tem os dois; com false, só conhece IPv4
        soquete.setHandshakeIvl(CONECTAR_MS);
        soquete.setHeartbeatIvl(Silencio.PULSO_MS);
        soquete.setHeartbeatTimeout(0); // o do JeroMQ 0.6.0 não funciona: quem dá pelo silêncio é a Ligacao
        conhecer = new Conhecer(defesa, tipo, com);
        desacordo = defesa.conectar(soquete, tipo, com);
        ZEvent.ZEventConsummer olhar = this::olhar;
        soquete.setEventHook(olhar, DesacordoAoConectar.EVENTOS);
        if (tipo == SocketType.SUB) {
            soquete.subscribe(assinatura);
        }
        soquete.connect(endereco());
    }

    private String endereco() {
        return "tcp://" + com;
    }

    /** Roda na linha de execução de rede do soquete. */
    private void olhar(ZEvent evento) {
        if (evento.getEvent() == ZMonitor.Event.CONNECTED && encerrarSeConsigoMesma(evento.getValue())) {
            return;
        }
        if (evento.getEvent() == ZMonitor.Event.CONNECT_RETRIED && alternar) {
            soquete.setIPv6(!soquete.isIPv6()); // a próxima tentativa é pelo outro
        }
        if (evento.getEvent() == ZMonitor.Event.DISCONNECTED) {
            apresentado = false;
            conhecer.caiu();
            caiuEm.set(System.nanoTime());
        } else {
            caiuEm.set(DE_PE); // o JeroMQ está a tentar
            if (evento.getEvent() == ZMonitor.Event.HANDSHAKE_PROTOCOL) {
                apresentado = true;
                if (tipo != SocketType.SUB && !largado) { // quem assina não diz nada
                    conhecer.conectou();
                }
            }
        }
        desacordo.olhar(evento);
    }

    /** @return se ela saiu da porta a que ia, e por isso acaba aqui */
    private static boolean encerrarSeConsigoMesma(SocketChannel nova) {
        try {
            Tcp.exigirOutro(nova.socket());
            return false;
        } catch (IOException e) {
            Defesa.encerrar(nova);
            return true;
        }
    }

    boolean apresentado() {
        return apresentado;
    }

    /** Quem está do outro lado de um soquete que não seja SUB; null se não há ou ainda não se sabe. */
    Soquetes.Quem quem() {
        return conhecer.quem();
    }

    /**
     * Se o JeroMQ desistiu, conecta-se outra vez: ele não volta a uma porta onde achou outro programa, nem que este tenha
     * saído.
     */
    void religar() {
        long quando = caiuEm.get();
        boolean desistiu = quando != DE_PE && System.nanoTime() - quando > DESISTIU_MS * 1_000_000L;
        if (desistiu && caiuEm.compareAndSet(quando, DE_PE)) {
            desacordo.desistiu();
            soquete.disconnect(endereco());
            try {
                soquete.connect(endereco());
            } catch (ZMQException e) { // um nome que agora não se acha
                caiuEm.set(System.nanoTime());
            }
        }
    }

    /** Vai fechar-se. */
    void largar() {
        largado = true;
        apresentado = false;
        conhecer.caiu();
    }
}
