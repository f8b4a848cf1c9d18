//SOURCES texto/Json.java
package shared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

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

    /** Um caractere de controle: nenhuma conta o tem. */
    static final char SEPARADOR = '\t';

    public static final BigDecimal VALOR_MAXIMO = BigDecimal.TEN.pow(12);

    private static final int TEXTO_MAXIMO = 64;
    private static final List<String> CHAVES = List.of("id_msg", "tipo", "conta_origem", "conta_destino", "valor");

    public Operacao {
        exigirTexto("id_msg", id_msg);
        if (tipo == null) {
            throw new MensagemInvalida("campo", "tipo: falta; use DEPOSITO, SAQUE ou TRANSFERENCIA");
        }
        exigirTexto("conta_origem", conta_origem);
        if (tipo == Tipo.TRANSFERENCIA) {
            exigirTexto("conta_destino", conta_destino);
        } else if (conta_destino != null) {
            throw new MensagemInvalida("campo", "conta_destino: deve ser null em " + tipo + ", que usa só conta_origem");
        }
        valor = exigirValor(valor);
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
        return de(Json.ler(json));
    }

    /** O mesmo, de um objeto JSON já lido. */
    public static Operacao de(ObjectNode objeto) {
        for (Iterator<String> nomes = objeto.fieldNames(); nomes.hasNext(); ) {
            String nome = nomes.next();
            if (!CHAVES.contains(nome)) {
                throw new MensagemInvalida("campo", Json.citar(nome)
                        + ": campo desconhecido; uma operação tem só " + String.join(", ", CHAVES));
            }
        }
        for (String chave : CHAVES) {
            if (!objeto.has(chave)) {
                throw new MensagemInvalida("campo", chave + ": falta este campo");
            }
        }
        Tipo tipo = tipo(Json.texto(objeto, "tipo"));
        String origem = textoOuNull(objeto, "conta_origem");
        String destino = textoOuNull(objeto, "conta_destino");
        if (tipo == Tipo.DEPOSITO && origem == null) { // aceito de quem escreve a conta do depósito em destino
            origem = destino;
            destino = null;
        }
        return new Operacao(Json.texto(objeto, "id_msg"), tipo, origem, destino, numero(objeto.get("valor")));
    }

    /** A forma do fio, como objeto. */
    public ObjectNode objeto() {
        return Json.MAPPER.createObjectNode()
                .put("id_msg", id_msg)
                .put("tipo", tipo.name())
                .put("conta_origem", conta_origem)
                .put("conta_destino", conta_destino)
                .put("valor", Json.comoNoPython(valor));
    }

    /**
     * O que ela faz, sem o id_msg: {@code TRANSFERENCIA 30.00 ana bia}, com {@link #SEPARADOR} em vez de espaço, para que
     * duas diferentes nunca se escrevam igual. Com o mesmo conteúdo são a mesma, tenham vindo como 30, 30.0 ou 30.00.
     */
    public String conteudo() {
        String conteudo = tipo.name() + SEPARADOR + valor.toPlainString() + SEPARADOR + conta_origem;
        return conta_destino == null ? conteudo : conteudo + SEPARADOR + conta_destino;
    }

    /** A forma do fio, como texto. */
    public String json() {
        return Json.escrever(objeto());
    }

    private static Tipo tipo(String nome) {
        for (Tipo tipo : Tipo.values()) {
            if (tipo.name().equals(nome)) {
                return tipo;
            }
        }
        throw new MensagemInvalida("campo", "tipo: esperava DEPOSITO, SAQUE ou TRANSFERENCIA, veio "
                + Json.tipoDe(Json.MAPPER.getNodeFactory().textNode(nome)));
    }

    private static String textoOuNull(ObjectNode objeto, String campo) {
        return objeto.get(campo).isNull() ? null : Json.texto(objeto, campo);
    }

    private static BigDecimal numero(JsonNode no) {
        boolean finito = no.isIntegralNumber() || no.isBigDecimal(); // NaN e Infinity chegam como double
        if (!finito) {
            throw new MensagemInvalida("campo", "valor: esperava um número, veio " + Json.tipoDe(no));
        }
        return no.decimalValue();
    }

    static void exigirTexto(String campo, String texto) {
        if (texto == null || texto.isEmpty()) {
            throw new MensagemInvalida("campo", campo + ": falta");
        }
        if (texto.codePointCount(0, texto.length()) > TEXTO_MAXIMO) {
            throw new MensagemInvalida("campo", campo + ": tem mais de " + TEXTO_MAXIMO + " caracteres");
        }
        if (texto.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)) {
            throw new MensagemInvalida("campo", campo + ": tem um caractere de controle");
        }
    }

    private static BigDecimal exigirValor(BigDecimal valor) {
        if (valor == null || valor.signum() <= 0) {
            throw new MensagemInvalida("campo", "valor: deve ser maior que zero");
        }
        if (valor.compareTo(VALOR_MAXIMO) > 0) {
            throw new MensagemInvalida("campo", "valor: passa do máximo, que é " + VALOR_MAXIMO.toPlainString());
        }
        if (valor.stripTrailingZeros().scale() > 2) {
            throw new MensagemInvalida("campo", "valor: tem mais de 2 casas decimais");
        }
        return valor.setScale(2, RoundingMode.UNNECESSARY);
    }
}
