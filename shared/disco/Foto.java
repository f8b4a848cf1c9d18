package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import shared.texto.Json;

/** Um estado guardado, que pode ser grande demais para se ter inteiro na memória: um objeto JSON, escrito só com ASCII. */
public interface Foto {

    /** A posição da última entrada do diário contida nele; 0 se nenhuma. */
    long posicao();

    /** Quantas letras tem, que são também os bytes. */
    long tamanho();

    /** Até {@code max} letras dele, a partir desta (a primeira é a 0). Se já há outra mais nova, só a quem a segurou. */
    String ler(long desde, int max) throws IOException;

    /** Alguém a dá em partes: lê-se ainda que entretanto haja outra, até que {@link #largar}. @return false se já a há */
    default boolean segurar() {
        return true;
    }

    /** O contrário. */
    default void largar() {
        // a da memória não ocupa mais nada
    }

    /** Ele, do princípio. */
    InputStream abrir() throws IOException;

    /** Ele, inteiro. */
    default ObjectNode estado() throws IOException {
        try (InputStream tudo = abrir()) {
            return Json.lerGrande(tudo.readAllBytes());
        }
    }

    /** Uma que está na memória. @param texto só ASCII */
    record NaMemoria(long posicao, byte[] texto) implements Foto {

        @Override
        public long tamanho() {
            return texto.length;
        }

        @Override
        public String ler(long desde, int max) {
            int quantas = (int) Math.max(0, Math.min(max, texto.length - desde));
            return new String(texto, (int) desde, quantas, StandardCharsets.US_ASCII);
        }

        @Override
        public InputStream abrir() {
            return new ByteArrayInputStream(texto);
        }
    }
}
