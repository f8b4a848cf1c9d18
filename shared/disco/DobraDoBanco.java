//SOURCES Dobra.java EstadoDoBanco.java
package shared.disco;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.memoria.Indice;
import shared.memoria.Lembradas;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.JsonGrande;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * A {@link Dobra} de quem guarda um banco. Um banco pequeno fica na memória de uma vez para a outra, e as entradas só se
 * aplicam. De um grande, o que ocupa depende de quantas entradas se dobram, e não de quantas contas há: só se trazem aquelas
 * em que elas mexem; as outras passam, por ordem de nome, do estado velho ao novo.
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

    private static final int PEQUENO = 20_000;      // contas
    private static final int PEQUENO_BYTES = 16 << 20; // de um estado escrito, com os id_msg

    private final String campo;
    private final Supplier<Leitura> leitura;
    private EstadoDoBanco.Lido inteiro;             // o que está em daFoto; null = não se sabe, ou é grande
    private Foto daFoto;
    private EstadoDoBanco.Lido escrito;             // o que se escreveu por último, se é pequeno, e ainda não se guardou

    /** @param campo em que campo do estado está o banco; {@code null} se não há mais nada */
    public DobraDoBanco(String campo, Supplier<Leitura> leitura) {
        this.campo = campo;
        this.leitura = leitura;
    }

    /** A de quem só guarda um banco, e tem um envelope em cada entrada. */
    public static Dobra deEnvelopes() {
        return new DobraDoBanco(null, () -> DobraDoBanco::operacao);
    }

    /** Só o que a dobra precisa de um envelope, que ao guardar-se já se julgou. */
    private static Operacao operacao(String json) {
        Campos campos = Campos.ler(json.getBytes(StandardCharsets.UTF_8), Envelope.CHAVES);
        try {
            return campos.tem("recusada") ? null : Operacao.ler(Texto.bytes("op", campos.texto("op")));
        } catch (MensagemInvalida e) {
            return Envelope.ler(json).op(); // uma que só antes valia, e que agora só gasta o número
        }
    }

    @Override
    public void dobrar(Foto antes, Entradas entradas, OutputStream depois) throws IOException {
        EstadoDoBanco.Lido todo = todo(antes);
        inteiro = null; // se isto fica a meio, já não é o de antes, nem o seguinte
        escrito = null;
        Leitura novas = leitura.get();
        EstadoDoBanco.Lido lido = todo == null ? LeituraDoBanco.soContas(antes, campo, tocadas(entradas)) : todo;
        aplicar(entradas, novas, lido.banco());
        novas.juntar(lido.resto());
        try (JsonGenerator escritor = JsonGrande.escritor(depois)) {
            escrever(todo == null ? antes : null, lido, escritor);
        }
        escrito = todo != null && todo.banco().saldos().size() <= PEQUENO ? todo : null;
    }

    @Override
    public void guardou(Foto foto) {
        inteiro = escrito;
        daFoto = foto;
    }

    @Override
    public Foto vazio() {
        return new DobraDoBanco(campo, leitura).escreverVazio();
    }

    private Foto escreverVazio() {
        return Dobra.super.vazio();
    }

    /** O estado inteiro, com todas as contas; {@code null} se é grande. */
    private EstadoDoBanco.Lido todo(Foto antes) throws IOException {
        return antes == null ? new EstadoDoBanco.Lido(new Banco(), Json.MAPPER.createObjectNode())
                : inteiro != null && antes == daFoto ? inteiro
                : antes.tamanho() <= PEQUENO_BYTES ? LeituraDoBanco.soContas(antes, campo, conta -> true) : null;
    }

    /** As contas em que as entradas mexem; leem-se assim duas vezes: guardá-las daria que fazer ao coletor de lixo. */
    private Predicate<String> tocadas(Entradas entradas) throws IOException {
        Leitura estas = leitura.get();
        Indice tocadas = new Indice();
        entradas.cada(json -> {
            Operacao op = estas.operacao(json);
            if (op != null) {
                tocar(tocadas, op.conta_origem());
                tocar(tocadas, op.conta_destino());
            }
        });
        return conta -> tocadas.achar(conta) != 0;
    }

    private static void tocar(Indice tocadas, String conta) {
        if (conta != null && tocadas.achar(conta) == 0) {
            tocadas.anexar(conta);
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
            LeituraDoBanco.contas(antes, campo, (nome, saldo) -> {
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
