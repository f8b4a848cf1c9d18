//DEPS org.zeromq:jeromq:0.6.0
//SOURCES SemResposta.java Soquetes.java
package shared.rede;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.tempo.Lentidao;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * O lado cliente de um pedido-resposta que não trava: o <i>Lazy Pirate</i> do ZeroMQ Guide (capítulo 4). Sem resposta,
 * fecha o soquete REQ (que só aceita pedir de novo depois de receber), abre outro e repete o mesmo pedido: a primeira vez
 * logo, que o mais comum é ter-se perdido uma mensagem, e depois cada vez com mais calma; no fim do prazo desiste, com uma
 * dica. Repetir é seguro porque o servidor reconhece o id_msg; o do sistema original talvez não o reconheça, e a ele só se
 * pede uma vez. Se há vários servidores, repete-se ao seguinte, e fica-se com o que respondeu.
 */
public final class Requisicao implements AutoCloseable {

    /** Desiste-se ao fim de tantas vezes isto, em milissegundos. */
    public static final int PRAZO_MS = Lentidao.vezes(2_500);
    public static final int TENTATIVAS = 3;

    /** Pede-se outra vez depois de tanto, e depois do dobro, até ao prazo de cada uma. */
    public static final int PRIMEIRA_MS = Lentidao.vezes(250);

    private static final int OLHAR_MS = 2;             // de quanto em quanto tempo se olha se já se sabe quem atende

    private final Defesa defesa;
    private final Soquetes soquetes;
    private final List<Endereco> servidores;
    private final int prazoMs;
    private final int tentativas;
    private final boolean semente;
    private ZMQ.Socket soquete; // null = abre-se ao pedir
    private int aQuem; // se pede
    private boolean pediuAoOriginal;
    private boolean pediu;

    /** @param servidores todos sabem responder, e qualquer um reconhece o que se pediu a outro */
    public Requisicao(Defesa defesa, List<Endereco> servidores, boolean semente) {
        this(defesa, servidores, PRAZO_MS, TENTATIVAS, semente);
    }

    /**
     * @param defesa     a deste processo
     * @param prazoMs    o máximo que se espera por uma resposta antes de pedir de novo
     * @param tentativas 1 = só se pede uma vez; com mais, desiste-se ao fim de tantas vezes {@code prazoMs}
     */
    public Requisicao(Defesa defesa, Endereco servidor, int prazoMs, int tentativas) {
        this(defesa, servidor, prazoMs, tentativas, false);
    }

    /** @param semente se já se sabe que é o sistema original quem atende */
    public Requisicao(Defesa defesa, Endereco servidor, int prazoMs, int tentativas, boolean semente) {
        this(defesa, List.of(servidor), prazoMs, tentativas, semente);
    }

    /** O mesmo, a vários. */
    public Requisicao(Defesa defesa, List<Endereco> servidores, int prazoMs, int tentativas, boolean semente) {
        this.defesa = defesa;
        this.soquetes = new Soquetes(defesa);
        this.servidores = servidores;
        this.prazoMs = prazoMs;
        this.tentativas = tentativas;
        this.semente = semente;
    }

    /** Pede uma operação e espera a resposta. @throws SemResposta se ela não veio: o pedido pode ou não ter tido efeito */
    public String pedir(String operacao) {
        return pedir(operacao, false);
    }

    /**
     * Pede o que só os nossos entendem.
     *
     * @throws SemResposta se a resposta não veio; Falha se quem atende não é dos nossos
     */
    public String perguntar(String pedido) {
        return pedir(pedido, true);
    }

    private String pedir(String pedido, boolean soAosNossos) {
        pediuAoOriginal = false;
        pediu = false;
        long limite = System.nanoTime() + prazoMs * tentativas * 1_000_000L;
        int espera = tentativas == 1 ? prazoMs : Math.min(PRIMEIRA_MS, prazoMs);
        do {
            Endereco servidor = servidores.get(aQuem);
            soquete = soquete == null ? soquetes.conectar(SocketType.REQ, servidor) : soquete;
            Soquetes.Quem quem = quemAtende(servidores.size() == 1 ? prazoMs : espera);
            if (soAosNossos && quem == Soquetes.Quem.ORIGINAL) {
                throw new Falha("quem atende em " + servidor + " é o sistema original, ou um proxy, e não entenderia esta"
                        + " pergunta (com --semente, saldo lê das réplicas)");
            }
            boolean original = quem == Soquetes.Quem.ORIGINAL;
            int prazo = original ? Math.max(prazoMs, PRAZO_MS * TENTATIVAS) : espera; // a única vez, sem pressa
            boolean enviou = quem != null && enviar(pedido);
            pediu |= enviou;
            byte[] resposta = enviou ? receber(prazo) : null;
            if (resposta != null) {
                return new String(resposta, StandardCharsets.UTF_8);
            }
            soquetes.fechar(soquete);
            soquete = null;
            if (enviou && original) {
                pediuAoOriginal = true;
                throw new SemResposta(servidor, prazo, defesa.desacordos().dica(servidor));
            }
            aQuem = (aQuem + 1) % servidores.size();
            espera = (int) Math.min(Math.min(2 * espera, prazoMs), (limite - System.nanoTime()) / 1_000_000);
        } while (tentativas > 1 && espera > 0);
        throw semResposta((long) prazoMs * tentativas);
    }

    /**
     * Se o último pedido, que ficou sem resposta, foi feito ao sistema original: repeti-lo seria fazê-lo valer outra vez.
     */
    public boolean pediuAoOriginal() {
        return pediuAoOriginal;
    }

    /** Se o último pedido chegou a sair daqui: sem resposta, pode ter valido. */
    public boolean pediu() {
        return pediu;
    }

    private SemResposta semResposta(long esperouMs) {
        Endereco servidor = servidores.get(aQuem);
        return servidores.size() == 1 ? new SemResposta(servidor, esperouMs, defesa.desacordos().dica(servidor))
                : new SemResposta(servidores, esperouMs, servidores.stream().map(defesa.desacordos()::dica)
                        .filter(dica -> !dica.isEmpty()).findFirst().orElse(""));
    }

    /** Espera que alguém atenda, e sabe quem é; {@code null} se ninguém no prazo. */
    private Soquetes.Quem quemAtende(int prazo) {
        Soquetes.Quem quem = semente ? Soquetes.Quem.ORIGINAL : soquetes.quem(soquete);
        long ate = System.nanoTime() + prazo * 1_000_000L;
        while (quem == null && System.nanoTime() < ate) {
            dormir();
            quem = soquetes.quem(soquete);
        }
        return quem;
    }

    private static void dormir() {
        try {
            Thread.sleep(OLHAR_MS);
        } catch (InterruptedException e) {
            throw new Falha("interrompido");
        }
    }

    /** @return false se não há a quem, ou quem havia se foi */
    private boolean enviar(String pedido) {
        soquete.setSendTimeOut(prazoMs);
        return soquete.send(pedido.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] receber(int prazo) {
        soquete.setReceiveTimeOut(prazo);
        return soquete.recv();
    }

    @Override
    public void close() {
        soquetes.close();
    }
}
