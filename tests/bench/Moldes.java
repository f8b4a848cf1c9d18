package tests.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import shared.Operacao;
import shared.papel.Carga;

/**
 * As mensagens da carga, escritas antes da medida: a cada envio só se trocam os últimos 12 algarismos do id_msg, para que
 * quem gera a carga gaste o mínimo, e para que nenhum sistema tome uma operação por repetida.
 */
final class Moldes {

    private static final int DIFERENTES = 2_000;
    private static final int ALGARISMOS = 12;
    private static final char[] HEXADECIMAIS = "0123456789abcdef".toCharArray();
    private static final AtomicLong ENVIADAS = new AtomicLong(); // em todos os sistemas e rodadas

    private final List<byte[]> mensagens = new ArrayList<>();
    private final List<int[]> lugares = new ArrayList<>();
    private int proxima;

    /**
     * @param contas   quantas contas usar: conta-1 a conta-N
     * @param escrever os bytes de uma operação; o id_msg pode não aparecer neles, ou aparecer várias vezes
     */
    Moldes(int contas, Function<Operacao, byte[]> escrever) {
        this(() -> Carga.operacoes(1, contas, DIFERENTES), escrever);
    }

    /** O mesmo, com estas operações, que se repetem quando acabam (com outro id_msg). */
    Moldes(Iterable<Operacao> operacoes, Function<Operacao, byte[]> escrever) {
        for (Operacao op : operacoes) {
            byte[] mensagem = escrever.apply(op);
            mensagens.add(mensagem);
            lugares.add(lugaresDe(op.id_msg(), new String(mensagem, StandardCharsets.ISO_8859_1)));
        }
    }

    private static int[] lugaresDe(String idMsg, String mensagem) {
        String procurado = idMsg.substring(idMsg.length() - ALGARISMOS);
        List<Integer> lugares = new ArrayList<>();
        for (int onde = mensagem.indexOf(procurado); onde >= 0; onde = mensagem.indexOf(procurado, onde + 1)) {
            lugares.add(onde);
        }
        return lugares.stream().mapToInt(i -> i).toArray();
    }

    /** A próxima mensagem, com um id_msg que nunca se usou. */
    byte[] proxima() {
        byte[] mensagem = mensagens.get(proxima).clone();
        long numero = ENVIADAS.incrementAndGet();
        for (int onde : lugares.get(proxima)) {
            for (int i = 0; i < ALGARISMOS; i++) {
                mensagem[onde + i] = (byte) HEXADECIMAIS[(int) (numero >>> 4 * (ALGARISMOS - 1 - i)) & 15];
            }
        }
        proxima = (proxima + 1) % mensagens.size();
        return mensagem;
    }

    /** Quantos bytes tem uma mensagem, em média. */
    double tamanho() {
        return mensagens.stream().mapToInt(mensagem -> mensagem.length).average().orElse(0);
    }
}
