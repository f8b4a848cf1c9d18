//SOURCES Json.java
package shared.texto;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * JSON grande demais para se ter inteiro na memória: lê-se e escreve-se palavra a palavra. O que aqui se escreve tem os
 * espaços do {@link Json}, e só ASCII (<code>é</code> vira <code>\\u00E9</code>): cada letra é um byte, e acha-se a
 * milésima.
 */
public final class JsonGrande {

    /** Sem as tabelas de nomes, que cresceriam com as contas. */
    private static final JsonFactory FABRICA = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET).disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
            .build();

    private JsonGrande() {
    }

    public static JsonParser leitor(InputStream de) throws IOException {
        JsonParser leitor = FABRICA.createParser(de);
        leitor.setCodec(Json.MAPPER);
        return leitor;
    }

    /** Não fecha aonde escreve. */
    public static JsonGenerator escritor(OutputStream para) throws IOException {
        return FABRICA.createGenerator(para).setCodec(Json.MAPPER).setPrettyPrinter(new Json.EspacosDoPython());
    }

    /** Um objeto que já se tem, escrito assim. */
    public static byte[] bytes(ObjectNode objeto) {
        ByteArrayOutputStream texto = new ByteArrayOutputStream();
        try (JsonGenerator escritor = escritor(texto)) {
            escritor.writeTree(objeto);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return texto.toByteArray();
    }
}
