//DEPS com.github.marianobarrios:tls-channel:0.9.1
//SOURCES Protocolo.java TlsDoServidor.java
package part2.rpc;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import shared.rede.Tcp;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tlschannel.NeedsWriteException;
import tlschannel.TlsChannel;
import tlschannel.WouldBlockException;

/**
 * Uma conexão de quem chama: o que chegou dela e ainda não se atendeu, e as respostas que se lhe devem, por ordem. Tudo se
 * faz na linha de execução da porta, que por nenhuma conexão espera. Quem envia devagar espera sozinho pelo resto; a quem
 * não lê as respostas, não se lê mais nada; e quem envia muito, ou o que dá trabalho, tem de cada vez só {@link #VEZ_NS}.
 */
final class Conexao {

    private static final long MS = 1_000_000;
    private static final long VEZ_NS = 500_000;
    private static final int PENDENTES = 1_000;      // respostas que se esperam; com tantas, não se lê mais
    private static final int APRESENTACAO_MS = 10_000;
    private static final int INTEIRA_MS = 60_000;    // o que uma mensagem pode demorar a chegar
    private static final int DESPEDIDA_MS = 2_000;
    private static final int DESPEDIDA_BYTES = 4 * 1024 * 1024;
    private static final int BYTES = 8 * 1024;
    private static final int BYTES_MAXIMOS = Json.LIMITE_BYTES + 16; // a maior mensagem, e o que vai em volta dela

    /** Apresenta-se, com TLS; serve-se, enquanto está aberta; acaba, quando já só lhe faltam respostas; e despede-se. */
    private enum Fase { APRESENTA, ABERTA, ACABA, DESPEDE }

    private final PortaRpc porta;
    private final SocketChannel soquete;
    private final SelectionKey chave;
    private final Deque<CompletableFuture<byte[]>> respostas = new ArrayDeque<>();
    private ByteChannel canal;     // o soquete, ou o TLS por cima dele
    private Protocolo protocolo;   // null = ainda não disse nada
    private Fase fase;
    private ByteBuffer chegou = ByteBuffer.allocate(BYTES); // até à posição; do começo dela em diante ainda não se atendeu
    private boolean temMais;       // no que chegou pode haver mais uma mensagem inteira
    private boolean fechou;        // o outro lado não envia mais nada
    private ByteBuffer saida;      // null = saiu tudo; se não, o que não coube na rede
    private long comecou;          // quando chegou o começo da mensagem que não está inteira; 0 = não há
    private long prazo;            // de System.nanoTime(); 0 = não há
    private int descartados;
    private boolean andando;

    /** @param porta de quem é @param soquete o que ela aceitou */
    Conexao(PortaRpc porta, SocketChannel soquete, Selector seletor) throws IOException {
        this.porta = porta;
        this.soquete = soquete;
        soquete.configureBlocking(false);
        soquete.setOption(StandardSocketOptions.TCP_NODELAY, true);
        soquete.setOption(StandardSocketOptions.SO_KEEPALIVE, true); // de quem desapareceu, o TCP dá notícia
        chave = soquete.register(seletor, SelectionKey.OP_READ, this);
        canal = porta.tls() == null ? soquete : TlsDoServidor.servir(soquete, porta.tls(), this::provou);
        fase = canal == soquete ? Fase.ABERTA : Fase.APRESENTA;
        prazo = canal == soquete ? 0 : daquiA(APRESENTACAO_MS);
    }

    SocketChannel soquete() {
        return soquete;
    }

    private void provou() {
        fase = Fase.ABERTA;
        prazo = 0;
    }

    /** Deve-se-lhe mais esta resposta, que sai quando a houver, depois das anteriores. */
    void responder(CompletableFuture<byte[]> resposta) {
        respostas.add(resposta);
        resposta.whenComplete((bytes, erro) -> andar(false));
    }

    /** Não se lê mais nada; quando tiver as respostas todas, fecha-se. */
    void acabar() {
        fase = Fase.ACABA;
    }

    void fechar() {
        Tcp.fechar(soquete.socket());
    }

    // ───── Andar ─────

    /** Faz o que agora se pode, sem esperar. @param lendo se pode haver o que ler */
    void andar(boolean lendo) {
        if (andando || !soquete.isOpen()) { // andando: a resposta não teve de esperar, e quem atende já a escoa
            return;
        }
        andando = true;
        try {
            escoar();
            if (lendo && saida == null && (fase == Fase.APRESENTA || fase == Fase.ABERTA)) {
                ler();
                atender();
                escoar();
            } else if (lendo && fase == Fase.DESPEDE) {
                descartar();
            }
            vigiar();
        } catch (SSLException e) {
            naoProvou(e);
        } catch (IOException e) {
            fechar(); // foi-se embora, e isso não é um erro
        } catch (RuntimeException e) {
            porta.encerrada(this, e.getMessage());
            fechar();
        } finally {
            andando = false;
        }
    }

    /** Escreve as respostas que há, até uma que ainda não há, ou que não cabe na rede. */
    private void escoar() throws IOException {
        while (saida != null || !respostas.isEmpty() && respostas.peek().isDone()) {
            saida = saida != null ? saida : ByteBuffer.wrap(respostas.remove().join());
            if (!escrever()) {
                return;
            }
            saida = null;
            if (fase == Fase.ABERTA) {
                porta.foiUtil(this);
            }
        }
        if (fase == Fase.ACABA && respostas.isEmpty()) {
            despedir();
        }
    }

    private boolean escrever() throws IOException {
        try {
            int escritos;
            do {
                escritos = canal.write(saida);
            } while (saida.hasRemaining() && escritos > 0);
            return !saida.hasRemaining();
        } catch (WouldBlockException e) {
            return false;
        }
    }

    private void ler() throws IOException {
        temMais = false;
        try {
            int lidos;
            do {
                lidos = canal.read(chegou);
            } while (lidos > 0 && canal != soquete && chegou.hasRemaining()); // o TLS pode já ter tirado mais do soquete
            fechou = lidos < 0;
            temMais = !chegou.hasRemaining();
        } catch (NeedsWriteException e) {
            temMais = true; // para se apresentar tem de escrever: lê-se outra vez quando puder
        } catch (WouldBlockException e) {
            // por agora é tudo
        }
    }

    /** Atende as mensagens inteiras que chegaram, as que cabem na sua vez. */
    private void atender() throws IOException {
        long inicio = System.nanoTime();
        boolean inteira = true;
        chegou.flip();
        try {
            while (fase == Fase.ABERTA && chegou.hasRemaining() && inteira) {
                protocolo = protocolo != null ? protocolo : porta.entender(this, chegou.get(chegou.position()));
                inteira = protocolo.atender(chegou);
                if (inteira) {
                    comecou = 0;
                    if (respostas.isEmpty()) {
                        porta.foiUtil(this);
                    }
                    if (respostas.size() >= PENDENTES || System.nanoTime() - inicio > VEZ_NS) {
                        temMais = true;
                        break;
                    }
                }
            }
            boolean sobra = chegou.hasRemaining();
            if (fechou && !inteira && sobra) {
                throw protocolo.cortada(chegou, "a conexão se fechou no meio");
            } else if (fechou && !sobra) {
                acabar();
            }
            comecou = inteira || !sobra ? 0 : comecou == 0 ? inicio : comecou;
        } catch (MensagemInvalida e) {
            protocolo.recusar(e);
            acabar();
        }
        arrumar();
    }

    /** O que não se atendeu passa para o começo; se a mensagem não cabe, vai para onde caiba. */
    private void arrumar() {
        int cabem = chegou.capacity();
        if (chegou.remaining() == cabem || !chegou.hasRemaining() && cabem > BYTES) {
            ByteBuffer outro = ByteBuffer.allocate(chegou.hasRemaining() ? Math.min(2 * cabem, BYTES_MAXIMOS) : BYTES);
            chegou = outro.put(chegou);
        } else {
            chegou.compact();
        }
    }

    /** O que se espera dela agora, e até quando. */
    private void vigiar() {
        if (!soquete.isOpen()) {
            return;
        }
        boolean leria = fase != Fase.ACABA && respostas.size() < PENDENTES;
        int espera = saida != null || leria && temMais && fase != Fase.DESPEDE ? SelectionKey.OP_WRITE // pode-se já: é a vez
                : leria ? SelectionKey.OP_READ : 0;
        if (chave.interestOps() != espera) {
            chave.interestOps(espera);
        }
        if (fase == Fase.ABERTA) {
            prazo = comecou == 0 || espera != SelectionKey.OP_READ ? 0
                    : Math.min(daquiA(protocolo.esperarMs()), comecou + INTEIRA_MS * MS);
        }
    }

    private static long daquiA(int ms) {
        return System.nanoTime() + ms * MS;
    }

    // ───── O fim ─────

    /** Passou o prazo? @param agora de System.nanoTime() */
    void conferirPrazo(long agora) {
        if (prazo == 0 || agora < prazo) {
            return;
        }
        if (fase == Fase.ABERTA) {
            protocolo.recusar(protocolo.cortada(chegou.flip(), "o resto não veio a tempo"));
            acabar();
            andar(false);
        } else {
            if (fase == Fase.APRESENTA) {
                porta.encerrada(this, "parou no meio de uma mensagem");
            }
            fechar();
        }
    }

    /** A quem nem fala TLS responde-se em claro; a quem não se prova, com o alerta do TLS. */
    private void naoProvou(SSLException e) {
        if (fase != Fase.APRESENTA) {
            fechar();
            return;
        }
        porta.recusada(this, TlsDoServidor.motivo(e));
        respostas.add(CompletableFuture.completedFuture(TlsDoServidor.ultimasPalavras((TlsChannel) canal, e)));
        canal = soquete;
        acabar();
        andando = false;
        andar(false);
    }

    /** Fechar com bytes por ler cortaria a conexão antes de o outro lado ler o que se lhe disse: leem-se, por um tempo. */
    private void despedir() throws IOException {
        try {
            if (canal instanceof TlsChannel tls) {
                tls.shutdown();
            }
        } catch (WouldBlockException e) {
            // fica sem o adeus do TLS
        }
        soquete.shutdownOutput();
        fase = Fase.DESPEDE;
        prazo = daquiA(DESPEDIDA_MS);
    }

    private void descartar() throws IOException {
        int lidos = soquete.read(chegou.clear());
        descartados += lidos;
        if (lidos < 0 || descartados > DESPEDIDA_BYTES) {
            fechar();
        }
    }
}
