//SOURCES Dobra.java LeituraDoBanco.java
package shared.disco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import shared.Banco;
import shared.texto.Json;
import shared.texto.JsonGrande;
import shared.texto.MensagemInvalida;

/** O estado inteiro de um banco, para um instantâneo: saldos, contadores e a tabela de id_msg com os seus resultados. */
public final class EstadoDoBanco {

    /** O que um instantâneo guarda. @param resto o que há ao lado do banco */
    public record Lido(Banco banco, ObjectNode resto) {
    }

    private EstadoDoBanco() {
    }

    /** O estado deste banco. */
    public static ObjectNode de(Banco banco) {
        ObjectNode estado = Json.MAPPER.createObjectNode()
                .put("aplicadas", banco.aplicadas()).put("recusadas", banco.recusadas())
                .put("depositado", banco.depositado()).put("sacado", banco.sacado());
        ObjectNode contas = estado.putObject("saldos");
        banco.saldos().forEach(contas::put);
        ArrayNode ids = estado.putArray("resultados"); // [id_msg, motivo da recusa ou null, conteúdo], por ordem
        banco.lembradas().todas().forEach((id, r) -> ids.addArray().add(id).add(r.valor().motivo()).add(r.conteudo()));
        return estado;
    }

    /** A soma dos saldos, conta por conta: o dinheiro conserva-se se é {@code depositado - sacado}. */
    public static BigDecimal total(Banco banco) {
        return banco.saldos().values().stream().reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
    }

    /**
     * O banco com este estado, que pode vir de outro processo; os da versão 1.0.0 não dizem o conteúdo das operações.
     *
     * @throws MensagemInvalida se não podia ser o de um banco
     */
    public static Banco ler(ObjectNode estado) {
        try (JsonParser leitor = estado.traverse(Json.MAPPER)) {
            return LeituraDoBanco.tudo(leitor, null).banco();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * O que está num instantâneo.
     *
     * @param foto  {@code null} = o de quem ainda não fez nada
     * @param campo em que campo está o banco; {@code null} se não há mais nada
     * @throws MensagemInvalida se o banco não podia ser o de um banco
     */
    public static Lido ler(Foto foto, String campo) {
        if (foto == null) {
            return new Lido(new Banco(), Json.MAPPER.createObjectNode());
        }
        try (InputStream aberta = foto.abrir(); JsonParser leitor = JsonGrande.leitor(aberta)) {
            return LeituraDoBanco.tudo(leitor, campo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** O mesmo, sem as contas: para quem só precisa dos id_msg. */
    public static Lido semContas(Foto foto) {
        if (foto == null) {
            return new Lido(new Banco(), Json.MAPPER.createObjectNode());
        }
        try {
            return LeituraDoBanco.soContas(foto, null, conta -> false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
