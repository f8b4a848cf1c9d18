package part3.regra;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Várias entradas numa só do log: custam juntas uma ida e volta, e uma espera pelo disco. Uma sozinha escreve-se tal como é,
 * e por isso nenhuma pode começar por um byte 0; várias são um byte 0 e, de cada uma, o tamanho (4 bytes) e ela.
 */
public final class Entradas {

    /** Quantas se juntam de cada vez, no máximo. */
    public static final int MAXIMO = 256;

    private static final byte VARIAS = 0;

    private Entradas() {
    }

    /** @param estas uma ou mais, e nenhuma começa por um byte 0 */
    public static byte[] juntar(List<byte[]> estas) {
        if (estas.size() == 1) {
            return estas.get(0);
        }
        ByteArrayOutputStream todas = new ByteArrayOutputStream();
        todas.write(VARIAS);
        for (byte[] esta : estas) {
            todas.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(esta.length).array());
            todas.writeBytes(esta);
        }
        return todas.toByteArray();
    }

    /** As que se juntaram, pela ordem delas. */
    public static List<byte[]> separar(byte[] juntas) {
        if (juntas.length == 0 || juntas[0] != VARIAS) {
            return List.of(juntas);
        }
        List<byte[]> estas = new ArrayList<>();
        for (ByteBuffer resto = ByteBuffer.wrap(juntas, 1, juntas.length - 1); resto.hasRemaining(); ) {
            byte[] esta = new byte[resto.getInt()];
            resto.get(esta);
            estas.add(esta);
        }
        return estas;
    }
}
