//DEPS com.github.marianobarrios:tls-channel:0.9.1
//SOURCES Protocolo.java TlsDoServidor.java
package part2.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
 * ainda se deve uma resposta, porque não lê ou porque ela não veio, não se lê mais nada; e quem envia muito, ou o que dá
 * trabalho, tem de cada vez só {@link #VEZ_US}.
 */
final class Conexao {

    private static final int VEZ_US = 500;
    private static final int APRESENTACAO_MS = 10_000;
    private static final int DESPEDIDA_MS = 2_000;
    private static final int DESPEDIDA_BYTES = 4 * 1024 * 1024;
    private static final int BYTES = 8 * 1024;
    private static final int BYTES_MAXIMOS = Json.LIMITE_BYTES + 16; // a maior mensagem, e o que vai em volta dela

    /** Apresenta-se, com TLS; serve-se, enquanto está aberta; acaba, quando já só lhe faltam respostas; e despede-se. */
    private enum Fase { APRESENTA, ABERTA, ACABA, DESPEDE }

    private final PortaRpc porta;
    private final SocketChannel soquete;
    private final SocketAddress de;
    private final SelectionKey chave;
    private final Deque<CompletableFuture<byte[]>> respostas = new ArrayDeque<>(); // que se lhe devem
    private ByteChannel canal;     // o soquete, ou o TLS por cima dele
    private Protocolo protocolo;   // null = ainda não disse nada
    private Fase fase;
    private ByteBuffer chegou = ByteBuffer.allocate(BYTES); // e não se atendeu; até à posição
    private boolean temMais;       // no que chegou pode haver outra mensagem inteira
    private boolean fechou;        // o outro lado não envia mais nada
    private ByteBuffer saida;      // null = saiu tudo; se não, o que não coube na rede
    private long prazo;            // do que falta chegar, ou do fim; de System.nanoTime(); 0 = não há
    private int descartados;
    private boolean andando;

    /** @param porta a que a aceitou */
    Conexao(PortaRpc porta, SocketChannel soquete, Selector seletor) throws IOException {
        this.porta = porta;
        this.soquete = soquete;
        de = soquete.getRemoteAddress();
        soquete.configureBlocking(false);
        soquete.setOption(StandardSocketOptions.TCP_NODELAY, true);
        soquete.setOption(StandardSocketOptions.SO_KEEPALIVE, true); // de quem desapareceu, o TCP dá notícia
        chave = soquete.register(seletor, SelectionKey.OP_READ, this);
        canal = porta.tls == null ? soquete : TlsDoServidor.servir(soquete, porta.tls, this::abrir);
        fase = Fase.APRESENTA;
        prazo = daqui(APRESENTACAO_MS * 1_000);
        if (porta.tls == null) {
            abrir();
        }
    }

    private void abrir() {
        fase = Fase.ABERTA;
        prazo = 0;
    }

    /** Deve-se-lhe mais esta resposta, que sai quando a houver, depois das anteriores. */
    void responder(CompletableFuture<byte[]> resposta) {
        respostas.add(resposta);
        resposta.whenComplete((bytes, erro) -> andar(false));
    }

    /** Não se lê mais nada dela; quando tiver as respostas todas, fecha-se. */
    void acabar() {
        fase = Fase.ACABA;
    }

    void recusada(MensagemInvalida porque) {
        if (porque.codigo().equals("tls")) {
            desacordo("usa TLS (--chaves), e este servidor não");
        } else {
            porta.registro.recusada(de.toString(), porque);
        }
    }

    void encerrada(String porque) {
        porta.registro.aviso("conexao-encerrada", "de", de, "erro", porque);
    }

    private void desacordo(String porque) {
        porta.defesa.desacordos().recusada(((InetSocketAddress) de).getAddress().getHostAddress(), porta.numero, porque);
    }

    private void fechar() {
        Tcp.fechar(soquete.socket());
    }

    // ───── Andar ─────

    /** Faz o que agora se pode, sem esperar. @param lendo se pode haver o que ler */
    void andar(boolean lendo) {
        if (andando || !soquete.isOpen()) { // andando: quem atende já escoa o que não teve de esperar
            return;
        }
        andando = true;
        try {
            escoar();
            if (lendo && fase == Fase.DESPEDE) {
                descartar();
            } else if (lendo && !devendo()) {
                ler();
                atender();
                escoar();
            }
            vigiar();
        } catch (SSLException e) {
            naoProvou(e);
        } catch (IOException e) {
            fechar(); // foi-se embora, e isso não é um erro
        } catch (RuntimeException e) {
            encerrada(e.getMessage());
            fechar();
        } finally {
            andando = false;
        }
    }

    private boolean devendo() {
        return saida != null || !respostas.isEmpty();
    }

    /** Escreve as respostas que há, até uma que ainda não há, ou que não cabe na rede. */
    private void escoar() throws IOException {
        while (saida != null || !respostas.isEmpty() && respostas.peek().isDone()) {
            saida = saida != null ? saida : ByteBuffer.wrap(respostas.remove().join());
            if (!escrever()) {
                return;
            }
            saida = null;
        }
        if (fase == Fase.ACABA && !devendo()) {
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
        long ate = daqui(VEZ_US);
        boolean inteira = true;
        chegou.flip();
        try {
            while (inteira && chegou.hasRemaining() && fase == Fase.ABERTA && System.nanoTime() < ate) {
                protocolo = protocolo != null ? protocolo : porta.entender(this, chegou.get(chegou.position()));
                inteira = protocolo.atender(chegou);
                if (inteira) {
                    porta.foiUtil(soquete);
                    prazo = 0;
                }
            }
            temMais |= inteira && chegou.hasRemaining();
            if (fechou && !inteira && chegou.hasRemaining()) {
                throw protocolo.cortada(chegou, "a conexão se fechou no meio");
            } else if (fechou && !temMais) {
                acabar();
            }
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
            int caberao = chegou.hasRemaining() ? Math.min(2 * cabem, BYTES_MAXIMOS) : BYTES;
            chegou = ByteBuffer.allocate(caberao).put(chegou);
        } else {
            chegou.compact();
        }
    }

    /** O que se espera dela agora, e até quando. */
    private void vigiar() {
        int espera = saida != null || temMais && !devendo() ? SelectionKey.OP_WRITE // com temMais, só espera a sua vez
                : devendo() ? 0 : SelectionKey.OP_READ;
        if (!soquete.isOpen()) {
            return;
        } else if (chave.interestOps() != espera) {
            chave.interestOps(espera);
        }
        if (fase == Fase.ABERTA) {
            boolean noMeio = espera == SelectionKey.OP_READ && chegou.position() > 0;
            prazo = !noMeio ? 0 : prazo != 0 ? prazo : daqui(protocolo.esperarMs() * 1_000);
        }
    }

    private static long daqui(int microssegundos) {
        return System.nanoTime() + microssegundos * 1_000L;
    }

    // ───── O fim ─────

    /** @param agora de System.nanoTime() */
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
                encerrada("não acabou a apresentação TLS a tempo");
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
        desacordo(TlsDoServidor.motivo(e));
        byte[] ultima = TlsDoServidor.ultimasPalavras((TlsChannel) canal, e);
        canal = soquete;
        acabar();
        responder(CompletableFuture.completedFuture(ultima));
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
        temMais = false;
        prazo = daqui(DESPEDIDA_MS * 1_000);
    }

    private void descartar() throws IOException {
        int lidos = soquete.read(chegou.clear());
        descartados += lidos;
        if (lidos < 0 || descartados > DESPEDIDA_BYTES) {
            fechar();
        }
    }
}
