//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Conectado.java Conhecer.java
package shared.rede;

import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.defesa.LimiteDeQuadros;
import shared.defesa.PortaAberta;
import shared.texto.Endereco;

/** Um soquete ZeroMQ como aqui se abrem: num contexto só seu, com limites, e sem as surpresas do JeroMQ. */
final class Aberto {

    /**
     * Mensagens por ler, ou respostas por enviar, de um par que pode ser qualquer um; ele espera. Os bytes, conta-os a
     * defesa.
     */
    private static final int FILA_DE_PEDIDOS = 64;
    private static final int FILA_DE_PUSH = 1_000;

    private static final int APRESENTACAO_MS = 5_000;      // quem não completa a apresentação ZMTP nisto é cortado
    private static final int RECONECTAR_MS = 50;           // primeira tentativa de reconexão…
    private static final int RECONECTAR_MAXIMO_MS = 1_000; // …e as seguintes vão dobrando até aqui
    private static final int VIVA_S = 30;                  // parada há tanto, pergunta-se ao TCP do outro lado se lá está

    final ZMQ.Socket soquete;
    final ZContext contexto = new ZContext();
    final LimiteDeQuadros limite;
    PortaAberta porta;   // null = não escuta
    Conectado conexao;   // null = não se conecta

    /**
     * @param aoOriginal o que recebem de uma difusão os que só entendem o sistema original, como começa; null = tudo
     * @param nosso      se se apresenta como um dos nossos
     */
    Aberto(Defesa defesa, SocketType tipo, Endereco endereco, int escoarMs, byte[] aoOriginal, boolean nosso) {
        contexto.setLinger(escoarMs);
        // às vezes o JeroMQ fecha um canal interno antes de o usar pela última vez, e escreveria a pilha na tela
        contexto.setNotificationExceptionHandler((linha, erro) -> { });
        contexto.setUncaughtExceptionHandler((linha, erro) -> {
            if (!contexto.isClosed()) {
                Defesa.acabar("a linha de execução de rede de " + endereco + " parou (" + erro + ")");
            }
        });
        // Um PULL não pode ter identidade; um DEALER pode, e dizendo-se PULL recebe igual
        soquete = contexto.createSocket(tipo == SocketType.PULL ? SocketType.DEALER : tipo);
        limite = defesa.limite(tipo, aoOriginal);
        soquete.setMsgAllocator(limite);
        soquete.setLinger(escoarMs);
        limitar(tipo);
        conformar(tipo, nosso);
    }

    private void limitar(SocketType tipo) {
        soquete.setSndHWM(switch (tipo) {
            case ROUTER -> FILA_DE_PEDIDOS;
            case PUSH, DEALER -> FILA_DE_PUSH; // o resto espera no diário de quem envia, não na memória
            default -> Soquetes.FILA_MAXIMA;
        });
        soquete.setRcvHWM(tipo == SocketType.SUB ? Soquetes.FILA_MAXIMA : FILA_DE_PEDIDOS);
        soquete.setBacklog(128);
        soquete.setHandshakeIvl(APRESENTACAO_MS);
        soquete.setReconnectIVL(RECONECTAR_MS);
        soquete.setReconnectIVLMax(RECONECTAR_MAXIMO_MS);
        soquete.setMaxMsgSize(LimiteDeQuadros.TAMANHO_MAXIMO);
        soquete.setTCPKeepAlive(1); // dos dois lados: quem se foi sem dizer nada não ocupa um lugar para sempre
        soquete.setTCPKeepAliveIdle(VIVA_S);
        soquete.setTCPKeepAliveInterval(VIVA_S / 3);
        soquete.setTCPKeepAliveCount(3);
    }

    private void conformar(SocketType tipo, boolean nosso) {
        if (tipo == SocketType.PULL) {
            soquete.base().setSocketOpt(zmq.ZMQ.ZMQ_AS_TYPE, zmq.ZMQ.ZMQ_PULL);
        }
        if (nosso && (tipo == SocketType.PULL || tipo == SocketType.ROUTER)) {
            soquete.setIdentity(Conhecer.NOS);
        }
        if (tipo == SocketType.ROUTER) {
            soquete.setRouterHandover(true); // senão as mensagens de quem repete uma identidade ficam na memória, sem leitor
        }
        if (tipo == SocketType.XPUB) {
            soquete.setXpubVerbose(true); // uma notícia por assinante que vem, não uma por tópico
        }
        if (tipo == SocketType.PUSH || tipo == SocketType.DEALER || tipo == SocketType.REQ) {
            soquete.setImmediate(false); // no JeroMQ, false quer dizer: nada entra na fila de quem não está conectado
        }
    }

    void fechar() {
        largar();
        contexto.close();
    }

    /** O que se sabe de quem está do outro lado já não interessa, nem se a porta responde. */
    void largar() {
        if (porta != null) {
            porta.close();
        }
        if (conexao != null) {
            conexao.largar();
        }
    }
}
