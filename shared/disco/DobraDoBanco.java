//SOURCES Dobra.java EstadoDoBanco.java
package shared.disco;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.memoria.Indice;
import shared.memoria.Lembradas;
import shared.texto.Json;
import shared.texto.JsonGrande;

/**
 * A {@link Dobra} de quem guarda um banco. O que ocupa depende de quantas entradas se dobram, e não de quantas contas há:
 * das contas só se trazem aquelas em que as entradas mexem; as outras passam, por ordem de nome, do estado velho ao novo.
 */
public final class DobraDoBanco implements Dobra {

    /** O que um papel lê nas suas entradas; há uma por cada vez que se dobra. */
    public interface Leitura {

        /** A operação desta entrada; {@code null} se não há nela uma que valha. */
        Operacao operacao(String json);

        /** Junta ao que o papel guarda ao lado do banco o que disseram as entradas que se leram. */
        default void juntar(ObjectNode resto) {
            // só o banco
        }
    }

    private final String campo;
    private final Supplier<Leitura> leitura;

    /** @param campo em que campo do estado está o banco; {@code null} se não há mais nada */
    public DobraDoBanco(String campo, Supplier<Leitura> leitura) {
        this.campo = campo;
        this.leitura = leitura;
    }

    /** A de quem só guarda um banco, e tem um envelope em cada entrada. */
    public static Dobra deEnvelopes() {
        return new DobraDoBanco(null, () -> json -> Envelope.ler(json).op());
    }

    @Override
    public void dobrar(Foto antes, Entradas entradas, OutputStream depois) throws IOException {
        Leitura novas = leitura.get();
        EstadoDoBanco.Lido lido = antes == null ? doPrincipio(entradas, novas) : depoisDe(antes, entradas, novas);
        novas.juntar(lido.resto());
        try (JsonGenerator escritor = JsonGrande.escritor(depois)) {
            escrever(antes, lido, escritor);
        }
    }

    /** Sem um estado de antes não há o que ir buscar: aplica-se à medida que se lê, sejam quantas forem. */
    private static EstadoDoBanco.Lido doPrincipio(Entradas entradas, Leitura novas) throws IOException {
        Banco banco = new Banco();
        aplicar(entradas, novas, banco);
        return new EstadoDoBanco.Lido(banco, Json.MAPPER.createObjectNode());
    }

    /** Leem-se duas vezes, a primeira só pelas contas: guardar as operações daria que fazer ao coletor de lixo. */
    private EstadoDoBanco.Lido depoisDe(Foto antes, Entradas entradas, Leitura novas) throws IOException {
        EstadoDoBanco.Lido lido = ler(antes, tocadas(entradas));
        aplicar(entradas, novas, lido.banco());
        return lido;
    }

    private Indice tocadas(Entradas entradas) throws IOException {
        Leitura estas = leitura.get();
        Indice tocadas = new Indice();
        entradas.cada(json -> {
            Operacao op = estas.operacao(json);
            if (op != null) {
                tocar(tocadas, op.conta_origem());
                tocar(tocadas, op.conta_destino());
            }
        });
        return tocadas;
    }

    private static void tocar(Indice tocadas, String conta) {
        if (conta != null && tocadas.achar(conta) == 0) {
            tocadas.anexar(conta);
        }
    }

    private EstadoDoBanco.Lido ler(Foto antes, Indice tocadas) throws IOException {
        try (InputStream aberta = antes.abrir(); JsonParser leitor = JsonGrande.leitor(aberta)) {
            return LeituraDoBanco.soContas(leitor, campo, conta -> tocadas.achar(conta) != 0);
        }
    }

    private static void aplicar(Entradas entradas, Leitura novas, Banco banco) throws IOException {
        entradas.cada(json -> {
            Operacao op = novas.operacao(json);
            if (op != null) {
                banco.aplicar(op);
            }
        });
    }

    private void escrever(Foto antes, EstadoDoBanco.Lido lido, JsonGenerator escritor) throws IOException {
        escritor.writeStartObject();
        for (Map.Entry<String, JsonNode> fato : lido.resto().properties()) {
            escritor.writeFieldName(fato.getKey());
            escritor.writeTree(fato.getValue());
        }
        if (campo != null) {
            escritor.writeObjectFieldStart(campo);
        }
        Banco banco = lido.banco();
        escritor.writeNumberField("aplicadas", banco.aplicadas());
        escritor.writeNumberField("recusadas", banco.recusadas());
        escritor.writeNumberField("depositado", banco.depositado());
        escritor.writeNumberField("sacado", banco.sacado());
        escritor.writeObjectFieldStart("saldos");
        contas(antes, banco, escritor);
        escritor.writeEndObject();
        escritor.writeArrayFieldStart("resultados"); // [id_msg, motivo da recusa ou null, conteúdo], por ordem
        banco.lembradas().cada((id, lembrada) -> escrever(id, lembrada, escritor));
        escritor.writeEndArray();
        if (campo != null) {
            escritor.writeEndObject();
        }
        escritor.writeEndObject();
    }

    /** As contas de antes e as que mudaram, ou são novas, numa ordem só. */
    private void contas(Foto antes, Banco mudadas, JsonGenerator escritor) throws IOException {
        Iterator<String> nomes = mudadas.contas().iterator();
        String[] mudada = {proxima(nomes)};
        if (antes != null) {
            String[] anterior = {""};
            try (InputStream aberta = antes.abrir(); JsonParser leitor = JsonGrande.leitor(aberta)) {
                LeituraDoBanco.contas(leitor, campo, (nome, saldo) -> {
                    if (nome.compareTo(anterior[0]) <= 0) {
                        throw new IOException("as contas do instantâneo não estão por ordem de nome");
                    }
                    anterior[0] = nome;
                    while (mudada[0] != null && mudada[0].compareTo(nome) < 0) {
                        escritor.writeNumberField(mudada[0], mudadas.saldo(mudada[0]));
                        mudada[0] = proxima(nomes);
                    }
                    if (nome.equals(mudada[0])) {
                        escritor.writeNumberField(nome, mudadas.saldo(nome));
                        mudada[0] = proxima(nomes);
                    } else {
                        escritor.writeFieldName(nome);
                        escritor.writeNumber(saldo.getText());
                    }
                });
            }
        }
        for (; mudada[0] != null; mudada[0] = proxima(nomes)) {
            escritor.writeNumberField(mudada[0], mudadas.saldo(mudada[0]));
        }
    }

    private static String proxima(Iterator<String> nomes) {
        return nomes.hasNext() ? nomes.next() : null;
    }

    private static void escrever(String id, Lembradas.Lembrada<Resultado> lembrada, JsonGenerator escritor) {
        try {
            escritor.writeStartArray();
            escritor.writeString(id);
            escritor.writeString(lembrada.valor().motivo());
            escritor.writeString(lembrada.conteudo());
            escritor.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
