//SOURCES Brine.java Prazos.java
package part2.rpc;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * As mensagens do RPyC no fio. Cada uma é um quadro: tamanho (4 bytes), comprimido? (1 byte), corpo, fim de linha.
 *
 * <p>Há duas gerações, que não se entendem: até ao RPyC 5.3 o corpo é em {@link Brine} a tuple (tipo, número, conteúdo); do
 * 6 em diante é um byte, o tipo, e em Brine a tuple (número, conteúdo). O primeiro byte do corpo diz qual: 1, 2 e 3 são
 * tipos, e uma tuple de três começa por outro. Quem recebe responde na geração em que lhe falam; quem chama começa por uma
 * e, se não o entendem, volta com a outra.
 */
final class QuadrosRpyc {

    static final long PEDIDO = 1, RESPOSTA = 2, EXCECAO = 3; // tipos de mensagem

    private static final int LIMITE_BYTES = Json.LIMITE_BYTES; // de um quadro, antes e depois de descomprimir
    private static final int COMPRIMIR_DE = 3_000;             // como o Python
    private static final int BYTES_DE_THREADS = 16;            // o que RPYC_BIND_THREADS=true põe à frente do corpo

    /** Uma mensagem: de que tipo, com que número, e o que leva. */
    record Mensagem(long tipo, Object numero, Object conteudo) { }

    /** Como o corpo do quadro leva o tipo da mensagem. */
    enum Geracao { RPYC_5, RPYC_6 }

    /** O outro lado fala a outra geração: com a nossa não nos entende. */
    static final class OutraGeracao extends IOException {
        OutraGeracao() {
            super("o outro lado fala outra geração do RPyC");
        }
    }

    private final Socket conexao;
    private final DataInputStream entrada;
    private final DataOutputStream saida;
    private Geracao geracao; // null = ainda não se sabe: a da primeira mensagem que vier

    QuadrosRpyc(Socket conexao, InputStream entrada, Geracao geracao) throws IOException {
        this.conexao = conexao;
        this.geracao = geracao;
        this.entrada = new DataInputStream(entrada);
        this.saida = new DataOutputStream(new BufferedOutputStream(conexao.getOutputStream()));
        conexao.setTcpNoDelay(true);
    }

    // ───── Enviar ─────

    void enviar(long tipo, Object numero, Object conteudo) throws IOException {
        byte[] corpo = geracao == Geracao.RPYC_5 ? Brine.escrever(Arrays.asList(tipo, numero, conteudo))
                : comTipo(tipo, Brine.escrever(Arrays.asList(numero, conteudo)));
        boolean comprimir = corpo.length > COMPRIMIR_DE;
        if (comprimir) {
            corpo = comprimido(corpo);
        }
        saida.writeInt(corpo.length);
        saida.writeBoolean(comprimir);
        saida.write(corpo);
        saida.write('\n');
    }

    private static byte[] comTipo(long tipo, byte[] resto) {
        byte[] corpo = new byte[1 + resto.length];
        corpo[0] = (byte) tipo;
        System.arraycopy(resto, 0, corpo, 1, resto.length);
        return corpo;
    }

    /** O que se enviou sai já. */
    void despachar() throws IOException {
        saida.flush();
    }

    private static byte[] comprimido(byte[] corpo) throws IOException {
        Deflater rapido = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream menor = new ByteArrayOutputStream();
        try (DeflaterOutputStream compressor = new DeflaterOutputStream(menor, rapido)) {
            compressor.write(corpo);
        } finally {
            rapido.end();
        }
        return menor.toByteArray();
    }

    // ───── Receber ─────

    /** @return {@code null} quando o outro lado fecha entre uma mensagem e outra */
    Mensagem receber(int esperarMs) throws IOException {
        conexao.setSoTimeout(esperarMs);
        int primeiro = entrada.read();
        if (primeiro < 0) {
            return null;
        }
        int noMeio = Prazos.NO_MEIO_MS;
        conexao.setSoTimeout(esperarMs == Prazos.SEM_PRAZO ? noMeio : Math.min(esperarMs, noMeio));
        byte[] corpo;
        try {
            corpo = corpo(primeiro);
        } catch (EOFException e) {
            throw new EOFException("a conexão se fechou no meio de uma mensagem RPyC");
        }
        Geracao desta = corpo.length > 0 && corpo[0] >= PEDIDO && corpo[0] <= EXCECAO ? Geracao.RPYC_6 : Geracao.RPYC_5;
        if (geracao != null && geracao != desta) {
            throw new OutraGeracao();
        }
        Mensagem mensagem = mensagem(desta, corpo);
        geracao = desta;
        return mensagem;
    }

    private static Mensagem mensagem(Geracao geracao, byte[] corpo) {
        if (corpo.length > BYTES_DE_THREADS && corpo[0] == 0) {
            throw malformada("vem com RPYC_BIND_THREADS=true, que aqui não serve");
        }
        boolean aFrente = geracao == Geracao.RPYC_6;
        List<Object> m = new ArrayList<>(aFrente ? List.of((long) corpo[0]) : List.of());
        if (Brine.ler(aFrente ? Arrays.copyOfRange(corpo, 1, corpo.length) : corpo) instanceof List<?> itens) {
            m.addAll(itens);
        }
        if (m.size() == 3 && m.get(0) instanceof Long tipo && tipo >= PEDIDO && tipo <= EXCECAO
                && (m.get(1) instanceof Long || m.get(1) instanceof BigInteger)) {
            return new Mensagem(tipo, m.get(1), m.get(2));
        }
        throw malformada("não é (tipo, número, conteúdo)");
    }

    private byte[] corpo(int primeiro) throws IOException {
        int tamanho = primeiro << 24;
        for (int casa = 16; casa >= 0 && Integer.compareUnsigned(tamanho, LIMITE_BYTES) <= 0; casa -= 8) { // até passar
            tamanho |= entrada.readUnsignedByte() << casa;
        }
        if (Integer.compareUnsigned(tamanho, LIMITE_BYTES) > 0) {
            throw malformada("o quadro diz ter " + Integer.toUnsignedString(tamanho) + " bytes ou mais; o máximo é "
                    + LIMITE_BYTES);
        }
        int comprimido = entrada.readUnsignedByte();
        if (comprimido > 1) {
            throw malformada("depois do tamanho vem 0 ou 1; veio " + comprimido);
        }
        byte[] corpo = new byte[tamanho];
        entrada.readFully(corpo);
        if (entrada.readUnsignedByte() != '\n') {
            throw malformada("falta o fim de linha depois do quadro");
        }
        return comprimido == 0 ? corpo : descomprimir(corpo);
    }

    private static byte[] descomprimir(byte[] corpo) {
        byte[] inteiro = new byte[LIMITE_BYTES + 1];
        Inflater inflador = new Inflater();
        try {
            inflador.setInput(corpo);
            int tamanho = inflador.inflate(inteiro);
            if (!inflador.finished() || tamanho > LIMITE_BYTES) {
                throw malformada("o quadro comprimido está incompleto, ou passa de " + LIMITE_BYTES + " bytes");
            }
            return Arrays.copyOf(inteiro, tamanho);
        } catch (DataFormatException e) {
            throw malformada("o quadro comprimido não se descomprime");
        } finally {
            inflador.end();
        }
    }

    static MensagemInvalida malformada(String razao) {
        return new MensagemInvalida("rpyc", "mensagem RPyC malformada: " + razao);
    }
}
