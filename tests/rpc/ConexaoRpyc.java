//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
package tests.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.InflaterInputStream;
import part2.rpc.Brine;
import tests.Processo;

/** Uma conexão em que se escreve o que se quer, e de que se leem mensagens; cada uma em qualquer das gerações. */
public final class ConexaoRpyc implements AutoCloseable {

    /** Até ao RPyC 5.3, a mensagem é uma tuple de três; do 6 em diante, o tipo é um byte, e o resto uma tuple de duas. */
    public enum Geracao { RPYC_5, RPYC_6 }

    /** A referência ao serviço do nosso servidor. */
    static final List<Object> RAIZ = List.of("part2.RpcServer", 1L, 10L);

    private final Socket soquete;
    private final DataInputStream entrada;
    private final Geracao geracao;
    private Geracao lida;
    private long numero = 1_000_000;

    public ConexaoRpyc(int porta) {
        this(porta, Geracao.RPYC_5);
    }

    /** @param geracao a que se escreve; leem-se as duas */
    public ConexaoRpyc(int porta, Geracao geracao) {
        this(ligar(porta), geracao);
    }

    ConexaoRpyc(Socket soquete, Geracao geracao) {
        this.geracao = geracao;
        try {
            this.soquete = soquete;
            soquete.setSoTimeout((int) Processo.PRAZO.toMillis());
            soquete.setTcpNoDelay(true);
            entrada = new DataInputStream(new BufferedInputStream(soquete.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket ligar(int porta) {
        try {
            Socket soquete = new Socket(InetAddress.getLoopbackAddress(), porta);
            soquete.setSoLinger(true, 0); // dezenas de milhares de conexões: nenhuma porta fica à espera
            return soquete;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConexaoRpyc bytes(byte[] bytes) {
        try {
            soquete.getOutputStream().write(bytes);
        } catch (IOException e) {
            // o servidor cortou: quem ler é que vai notar
        }
        return this;
    }

    /** @param mensagem tipo, número e conteúdo */
    ConexaoRpyc mensagem(List<?> mensagem) {
        return bytes(quadro(false, corpo(geracao, mensagem)));
    }

    /** A geração da última mensagem lida. */
    Geracao lida() {
        return lida;
    }

    /** Não vai escrever mais. */
    ConexaoRpyc metade() {
        try {
            soquete.shutdownOutput();
        } catch (IOException e) {
            // o servidor já cortou
        }
        return this;
    }

    /** Faz um pedido com este conteúdo. @return a resposta ou a exceção; null se o servidor cortou */
    public List<?> pedir(Object conteudo) {
        mensagem(Arrays.asList(1L, ++numero, conteudo));
        List<?> mensagem = ler();
        while (mensagem != null && !(mensagem.get(1).equals(numero) && !mensagem.get(0).equals(1L))) {
            mensagem = ler();
        }
        return mensagem;
    }

    /** Se vieram as respostas destes pedidos, todas e por ordem; false se o servidor fechou antes. */
    boolean respondeu(long primeiro, int quantos) {
        for (long numero = primeiro; numero < primeiro + quantos; ) {
            List<?> mensagem = ler();
            if (mensagem == null) {
                return false;
            }
            if (!mensagem.get(0).equals(1L)) { // não é um DEL
                assertEquals(numero++, mensagem.get(1));
            }
        }
        return true;
    }

    /** A próxima mensagem; null se o servidor fechou ou cortou. */
    List<?> ler() {
        try {
            byte[] corpo = new byte[entrada.readInt()];
            boolean comprimido = entrada.readBoolean();
            entrada.readFully(corpo);
            assertEquals('\n', entrada.read());
            corpo = comprimido ? descomprimir(corpo) : corpo;
            lida = corpo[0] < 4 ? Geracao.RPYC_6 : Geracao.RPYC_5;
            return mensagem(corpo);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("sem resposta", e);
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            soquete.close();
        } catch (IOException e) {
            // já estava fechada
        }
    }

    // ───── Mensagens ─────

    /** O conteúdo do pedido de depositar 1 nesta conta. */
    public static List<Object> depositar(String conta) {
        return chamar("depositar", List.of(conta, 1L), List.of());
    }

    /** O conteúdo do pedido de chamar este método do serviço. @param nomeados pares (nome, valor) */
    static List<Object> chamar(String metodo, List<?> posicionais, List<?> nomeados) {
        return List.of(8L, List.of(2L, List.of(List.of(3L, RAIZ), List.of(1L, metodo),
                List.of(1L, posicionais), List.of(1L, nomeados))));
    }

    public static byte[] pedido(long numero, Object conteudo) {
        return corpo(Geracao.RPYC_5, Arrays.asList(1L, numero, conteudo));
    }

    /** O corpo do quadro de uma mensagem: tipo, número e conteúdo. */
    public static byte[] corpo(Geracao geracao, List<?> mensagem) {
        if (geracao == Geracao.RPYC_5) {
            return Brine.escrever(mensagem);
        }
        ByteArrayOutputStream corpo = new ByteArrayOutputStream();
        corpo.write(((Long) mensagem.get(0)).intValue());
        corpo.writeBytes(Brine.escrever(mensagem.subList(1, mensagem.size())));
        return corpo.toByteArray();
    }

    /** A mensagem que está neste corpo, de qualquer das gerações: tipo, número e conteúdo. */
    static List<?> mensagem(byte[] corpo) {
        if (corpo[0] >= 4) {
            return (List<?>) Brine.ler(corpo);
        }
        List<Object> mensagem = new ArrayList<>(List.of((long) corpo[0]));
        mensagem.addAll((List<?>) Brine.ler(Arrays.copyOfRange(corpo, 1, corpo.length)));
        return mensagem;
    }

    public static byte[] quadro(boolean comprimido, byte[] corpo) {
        ByteArrayOutputStream quadro = new ByteArrayOutputStream();
        try (DataOutputStream saida = new DataOutputStream(quadro)) {
            saida.writeInt(corpo.length);
            saida.writeBoolean(comprimido);
            saida.write(corpo);
            saida.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return quadro.toByteArray();
    }

    private static byte[] descomprimir(byte[] bytes) throws IOException {
        return new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
}
