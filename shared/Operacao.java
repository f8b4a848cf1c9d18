package shared;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import shared.memoria.Lembradas;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Reais;
import shared.texto.Texto;

/**
 * Uma operação bancária: o que os clientes pedem e todas as réplicas aplicam. Os componentes têm os nomes que
 * têm no fio, onde ela é um objeto JSON com exatamente estas cinco chaves, nesta ordem:
 *
 * <pre>{"id_msg": "…", "tipo": "SAQUE", "conta_origem": "ana", "conta_destino": null, "valor": 100.0}</pre>
 *
 * Uma {@code Operacao} que existe é válida: o construtor recusa todas as outras com {@link MensagemInvalida}.
 *
 * @param id_msg        identifica a operação; repetida, não vale de novo (1 a 64 caracteres)
 * @param tipo          DEPOSITO, SAQUE ou TRANSFERENCIA
 * @param conta_origem  a conta (1 a 64 caracteres, nenhum de controle); também a do DEPOSITO, como no sistema original
 * @param conta_destino só na TRANSFERENCIA; {@code null} nas outras
 * @param valor         em reais, maior que zero, até 10^12, no máximo 2 casas decimais
 */
public record Operacao(String id_msg, Tipo tipo, String conta_origem, String conta_destino, BigDecimal valor) {

    public enum Tipo { DEPOSITO, SAQUE, TRANSFERENCIA }

    /** As dela no fio, por ordem. */
    public static final List<String> CHAVES = List.of("id_msg", "tipo", "conta_origem", "conta_destino", "valor");

    public Operacao {
        Texto.exigir("id_msg", id_msg);
        if (tipo == null) {
            throw new MensagemInvalida("campo", "tipo: falta; use DEPOSITO, SAQUE ou TRANSFERENCIA");
        }
        Texto.exigir("conta_origem", conta_origem);
        if (tipo == Tipo.TRANSFERENCIA) {
            Texto.exigir("conta_destino", conta_destino);
        } else if (conta_destino != null) {
            throw new MensagemInvalida("campo", "conta_destino: deve ser null em " + tipo + ", que usa só conta_origem");
        }
        valor = Reais.exigir("valor", valor);
    }

    public static Operacao deposito(String conta, BigDecimal valor) {
        return new Operacao(novoId(), Tipo.DEPOSITO, conta, null, valor);
    }

    public static Operacao saque(String conta, BigDecimal valor) {
        return new Operacao(novoId(), Tipo.SAQUE, conta, null, valor);
    }

    public static Operacao transferencia(String origem, String destino, BigDecimal valor) {
        return new Operacao(novoId(), Tipo.TRANSFERENCIA, origem, destino, valor);
    }

    /** Um id_msg que ninguém mais usa. */
    public static String novoId() {
        return UUID.randomUUID().toString();
    }

    /** Lê a forma do fio. @throws MensagemInvalida com o campo e a razão, se algo não serve */
    public static Operacao ler(byte[] json) {
        return de(Campos.ler(json, CHAVES));
    }

    /** O mesmo, de um objeto JSON já lido. */
    public static Operacao de(ObjectNode objeto) {
        return de(Campos.de(objeto, CHAVES));
    }

    /** O mesmo. @param campos lidos com {@link #CHAVES} */
    public static Operacao de(Campos campos) {
        Tipo tipo = campos.exigirSoEstes("uma operação").palavra("tipo", Tipo.class);
        String origem = campos.textoOuNull("conta_origem");
        String destino = campos.textoOuNull("conta_destino");
        if (tipo == Tipo.DEPOSITO && origem == null) { // aceito de quem escreve a conta do depósito em destino
            origem = destino;
            destino = null;
        }
        return new Operacao(campos.texto("id_msg"), tipo, origem, destino, campos.numero("valor"));
    }

    /**
     * O que ela faz, sem o id_msg: {@code TRANSFERENCIA 30.00 ana bia}, com um caractere de controle em vez de
     * espaço, para que duas diferentes nunca se escrevam igual. Com o mesmo conteúdo são a mesma, tenham vindo como 30, 30.0
     * ou 30.00.
     */
    public String conteudo() {
        String separador = Lembradas.SEPARADOR;
        String conteudo = tipo.name() + separador + valor.toPlainString() + separador + conta_origem;
        return conta_destino == null ? conteudo : conteudo + separador + conta_destino;
    }

    /** A forma do fio, como texto. */
    public String json() {
        StringBuilder json = new StringBuilder(160).append("{\"id_msg\": ");
        Json.entreAspas(id_msg, json).append(", \"tipo\": \"").append(tipo.name()).append("\", \"conta_origem\": ");
        Json.entreAspas(conta_origem, json).append(", \"conta_destino\": ");
        Json.entreAspas(conta_destino, json).append(", \"valor\": ").append(Json.comoNoPython(valor).toPlainString());
        return json.append('}').toString();
    }
}
