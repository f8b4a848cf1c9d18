//SOURCES Brine.java
package part2.rpc;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
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
    private static final byte SEM_COMPRIMIR = 0;               // podia-se; mas nada do que aqui se diz é comprido
    private static final int EM_VOLTA = 6;                     // tamanho, comprimido e fim de linha
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

    private Geracao geracao; // null = ainda não se sabe: a da primeira mensagem que vier

    QuadrosRpyc(Geracao geracao) {
        this.geracao = geracao;
    }

    // ───── Escrever ─────

    byte[] escrever(long tipo, Object numero, Object conteudo) {
        byte[] corpo = geracao == Geracao.RPYC_5 ? Brine.escrever(Arrays.asList(tipo, numero, conteudo))
                : comTipo(tipo, Brine.escrever(Arrays.asList(numero, conteudo)));
        return ByteBuffer.allocate(EM_VOLTA + corpo.length).putInt(corpo.length).put(SEM_COMPRIMIR).put(corpo)
                .put((byte) '\n').array();
    }

    private static byte[] comTipo(long tipo, byte[] resto) {
        byte[] corpo = new byte[1 + resto.length];
        corpo[0] = (byte) tipo;
        System.arraycopy(resto, 0, corpo, 1, resto.length);
        return corpo;
    }

    // ───── Ler ─────

    /**
     * Tira do que chegou a próxima mensagem.
     *
     * @return {@code null} se ainda não está inteira
     * @throws OutraGeracao se é da outra geração, e não da que já se falava
     */
    Mensagem ler(ByteBuffer chegou) throws OutraGeracao {
        byte[] corpo = corpo(chegou);
        if (corpo == null) {
            return null;
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

    /** Recusa o que não serve ao primeiro byte que o mostra. @return {@code null} se o quadro ainda não está inteiro */
    private static byte[] corpo(ByteBuffer chegou) {
        int inicio = chegou.position();
        int ha = chegou.remaining();
        int tamanho = 0;
        for (int i = 0; i < Math.min(4, ha); i++) {
            tamanho |= (chegou.get(inicio + i) & 0xff) << 24 - 8 * i;
            if (Integer.compareUnsigned(tamanho, LIMITE_BYTES) > 0) {
                throw malformada("o quadro diz ter " + Integer.toUnsignedString(tamanho) + " bytes ou mais; o máximo é "
                        + LIMITE_BYTES);
            }
        }
        int comprimido = ha < 5 ? 0 : chegou.get(inicio + 4) & 0xff;
        if (comprimido > 1) {
            throw malformada("depois do tamanho vem 0 ou 1; veio " + comprimido);
        }
        if (ha < EM_VOLTA + tamanho) {
            return null;
        }
        byte[] corpo = new byte[tamanho];
        if (chegou.position(inicio + 5).get(corpo).get() != '\n') {
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
