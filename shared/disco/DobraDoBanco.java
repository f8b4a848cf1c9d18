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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
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
        entradas.cada(json -> {
            Operacao op = novas.operacao(json);
            if (op != null) {
                banco.aplicar(op);
            }
        });
        return new EstadoDoBanco.Lido(banco, Json.MAPPER.createObjectNode());
    }

    private EstadoDoBanco.Lido depoisDe(Foto antes, Entradas entradas, Leitura novas) throws IOException {
        List<Operacao> operacoes = new ArrayList<>();
        Set<String> tocadas = new HashSet<>();
        entradas.cada(json -> {
            Operacao op = novas.operacao(json);
            if (op != null) {
                operacoes.add(op);
                tocadas.add(op.conta_origem());
                tocadas.add(op.conta_destino());
            }
        });
        try (InputStream aberta = antes.abrir(); JsonParser leitor = JsonGrande.leitor(aberta)) {
            EstadoDoBanco.Lido lido = LeituraDoBanco.soContas(leitor, campo, tocadas::contains);
            operacoes.forEach(lido.banco()::aplicar);
            return lido;
        }
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
        contas(antes, new TreeMap<>(banco.saldos()), escritor);
        escritor.writeEndObject();
        escritor.writeArrayFieldStart("resultados"); // [id_msg, motivo da recusa ou null, conteúdo], por ordem
        banco.lembradas().cada((id, lembrada) -> escrever(id, lembrada, escritor));
        escritor.writeEndArray();
        if (campo != null) {
            escritor.writeEndObject();
        }
        escritor.writeEndObject();
    }

    /** As contas de antes e as que mudaram, ou são novas, numa ordem só. @param mudadas por ordem; gastam-se */
    private void contas(Foto antes, TreeMap<String, BigDecimal> mudadas, JsonGenerator escritor) throws IOException {
        if (antes != null) {
            String[] anterior = {""};
            try (InputStream aberta = antes.abrir(); JsonParser leitor = JsonGrande.leitor(aberta)) {
                LeituraDoBanco.contas(leitor, campo, (nome, saldo) -> {
                    if (nome.compareTo(anterior[0]) <= 0) {
                        throw new IOException("as contas do instantâneo não estão por ordem de nome");
                    }
                    anterior[0] = nome;
                    while (!mudadas.isEmpty() && mudadas.firstKey().compareTo(nome) < 0) {
                        escrever(mudadas.pollFirstEntry(), escritor);
                    }
                    if (!mudadas.isEmpty() && mudadas.firstKey().equals(nome)) {
                        escrever(mudadas.pollFirstEntry(), escritor);
                    } else {
                        escritor.writeFieldName(nome);
                        escritor.writeNumber(saldo.getText());
                    }
                });
            }
        }
        while (!mudadas.isEmpty()) {
            escrever(mudadas.pollFirstEntry(), escritor);
        }
    }

    private static void escrever(Map.Entry<String, BigDecimal> conta, JsonGenerator escritor) throws IOException {
        escritor.writeFieldName(conta.getKey());
        escritor.writeNumber(conta.getValue());
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
