//SOURCES Lembradas.java Operacao.java Resultado.java
package shared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O estado replicado: contas e saldos. É uma máquina de estados determinística (Schneider, 1990): sem relógio,
 * sem sorte, sem entrada e saída. Dois bancos que aplicam as mesmas operações na mesma ordem ficam iguais.
 * Não é sincronizado: pertence à linha de execução do papel que o tem.
 */
public final class Banco {

    private static final int ALGARISMOS_MAXIMOS = 30;   // de um saldo, antes da vírgula

    private static final BigDecimal ZERO = new BigDecimal("0.00");

    private final SortedMap<String, BigDecimal> saldos = new TreeMap<>();
    private final Lembradas<Resultado> resultados = new Lembradas<>(); // os primeiros
    private long aplicadas;
    private long recusadas;
    private BigDecimal depositado = ZERO;
    private BigDecimal sacado = ZERO;

    /**
     * Aplica a operação, se o id_msg dela ainda não foi usado.
     *
     * @return APLICADA, RECUSADA com o motivo, ou, sem que nada mude, o que diz {@link #repetida}
     */
    public Resultado aplicar(Operacao op) {
        Resultado repetida = repetida(op);
        if (repetida != null) {
            return repetida;
        }
        boolean feita = switch (op.tipo()) {
            case DEPOSITO -> {
                depositar(op.conta_origem(), op.valor());
                yield true;
            }
            case SAQUE -> sacar(op.conta_origem(), op.valor());
            case TRANSFERENCIA -> transferir(op.conta_origem(), op.conta_destino(), op.valor());
        };
        Resultado resultado = feita ? Resultado.APLICADA : Resultado.recusada("saldo insuficiente: "
                + op.conta_origem() + " tem " + saldo(op.conta_origem()));
        if (feita) {
            aplicadas++;
        } else {
            recusadas++;
        }
        resultados.lembrar(op, resultado);
        return resultado;
    }

    /**
     * O que esta operação dá se o id_msg dela já foi usado: DUPLICADA, com o primeiro resultado; se foi por outra operação,
     * RECUSADA, com {@link Resultado#idRepetido}. {@code null} se o id_msg é novo.
     */
    public Resultado repetida(Operacao op) {
        try {
            Resultado primeiro = resultados.daPrimeiraVez(op);
            return primeiro == null ? null : Resultado.duplicada(primeiro);
        } catch (MensagemInvalida e) {
            return Resultado.idRepetido(e);
        }
    }

    /** A conta passa a existir, com saldo 0, se não existia. */
    public void criarConta(String conta) {
        saldos.putIfAbsent(conta, ZERO);
    }

    public void depositar(String conta, BigDecimal valor) {
        criarConta(conta);
        saldos.merge(conta, valor, BigDecimal::add);
        depositado = depositado.add(valor);
    }

    /** @return false, e nada muda, se o saldo não chega */
    public boolean sacar(String conta, BigDecimal valor) {
        criarConta(conta);
        if (saldo(conta).compareTo(valor) < 0) {
            return false;
        }
        saldos.merge(conta, valor.negate(), BigDecimal::add);
        sacado = sacado.add(valor);
        return true;
    }

    /** @return false, e nenhum saldo muda, se o da origem não chega */
    public boolean transferir(String origem, String destino, BigDecimal valor) {
        criarConta(origem);
        criarConta(destino);
        if (saldo(origem).compareTo(valor) < 0) {
            return false;
        }
        saldos.merge(origem, valor.negate(), BigDecimal::add);
        saldos.merge(destino, valor, BigDecimal::add);
        return true;
    }

    /** O saldo em reais, com 2 casas; 0.00 para uma conta que não existe. */
    public BigDecimal saldo(String conta) {
        return saldos.getOrDefault(conta, ZERO);
    }

    /** Contas e saldos, por ordem de nome; só para leitura. */
    public SortedMap<String, BigDecimal> saldos() {
        return Collections.unmodifiableSortedMap(saldos);
    }

    /** Quantas operações mudaram o estado. */
    public long aplicadas() {
        return aplicadas;
    }

    /** Quantas foram recusadas. */
    public long recusadas() {
        return recusadas;
    }

    /** Soma de todos os depósitos aplicados, em reais. */
    public BigDecimal depositado() {
        return depositado;
    }

    /** Soma de todos os saques aplicados, em reais. */
    public BigDecimal sacado() {
        return sacado;
    }

    /** Soma de todos os saldos. O dinheiro se conserva: é sempre {@code depositado() - sacado()}. */
    public BigDecimal total() {
        return saldos.values().stream().reduce(ZERO, BigDecimal::add);
    }

    /** O primeiro resultado da operação com este id_msg, se está entre os {@link Lembradas#MAXIMO} últimos. */
    public Optional<Resultado> resultado(String idMsg) {
        return Optional.ofNullable(resultados.valor(idMsg));
    }

    /** SHA-256, em hexadecimal, das linhas {@code conta=saldo} por ordem de nome: réplicas iguais têm resumos iguais. */
    public String resumo() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            saldos.forEach((conta, saldo) ->
                    sha.update((conta + "=" + saldo.toPlainString() + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // toda máquina virtual Java tem SHA-256
        }
    }

    /** Os id_msg lembrados, do mais velho ao mais novo. */
    public List<String> lembrados() {
        return resultados.ids();
    }

    /** O que se lembra de cada um. */
    public Lembradas<Resultado> lembradas() {
        return resultados;
    }

    /** O estado inteiro, para um instantâneo: saldos, contadores e a tabela de id_msg com os seus resultados. */
    public ObjectNode json() {
        ObjectNode estado = Json.MAPPER.createObjectNode().put("aplicadas", aplicadas).put("recusadas", recusadas)
                .put("depositado", depositado).put("sacado", sacado);
        ObjectNode contas = estado.putObject("saldos");
        saldos.forEach(contas::put);
        ArrayNode ids = estado.putArray("resultados"); // [id_msg, motivo da recusa ou null, conteúdo], por ordem
        resultados.todas().forEach((id, r) -> ids.addArray().add(id).add(r.valor().motivo()).add(r.conteudo()));
        return estado;
    }

    /** O banco que {@link #json} descreve; os instantâneos da versão 1.0.0 não dizem o conteúdo das operações. */
    public static Banco de(ObjectNode estado) {
        conferir(estado);
        Banco banco = new Banco();
        banco.aplicadas = estado.get("aplicadas").longValue();
        banco.recusadas = estado.get("recusadas").longValue();
        banco.depositado = reais(estado.get("depositado"));
        banco.sacado = reais(estado.get("sacado"));
        estado.get("saldos").properties().forEach(conta -> banco.saldos.put(conta.getKey(), reais(conta.getValue())));
        estado.get("resultados").forEach(r -> banco.resultados.lembrar(r.get(0).textValue(), new Lembradas.Lembrada<>(
                r.path(2).textValue(), r.get(1).isNull() ? Resultado.APLICADA : Resultado.recusada(r.get(1).textValue()))));
        return banco;
    }

    /** Um estado pode vir de outro processo. @throws MensagemInvalida se não podia ser o de um banco */
    private static void conferir(ObjectNode estado) {
        Json.inteiro(estado, "aplicadas");
        Json.inteiro(estado, "recusadas");
        BigDecimal total = exigirReais("depositado", estado.get("depositado")).subtract(exigirReais("sacado", estado.get("sacado")));
        for (Map.Entry<String, JsonNode> conta : Json.objeto(estado, "saldos").properties()) {
            Operacao.exigirTexto("saldos", conta.getKey());
            total = total.subtract(exigirReais("saldos", conta.getValue()));
        }
        if (total.signum() != 0) {
            throw new MensagemInvalida("campo", "saldos: a soma não é o que se depositou menos o que se sacou");
        }
        if (!estado.path("resultados").isArray() || estado.get("resultados").size() > Lembradas.MAXIMO) {
            throw new MensagemInvalida("campo", "resultados: esperava uma lista, até " + Lembradas.MAXIMO);
        }
        for (JsonNode r : estado.get("resultados")) { // [id_msg, motivo ou null, conteúdo ou null]
            if (!r.path(0).isTextual() || !textoOuNull(r.path(1)) || r.has(2) && !textoOuNull(r.get(2))) {
                throw new MensagemInvalida("campo", "resultados: esperava [id_msg, motivo], veio " + Json.citar(r.toString()));
            }
            Operacao.exigirTexto("resultados", r.get(0).textValue());
        }
    }

    private static boolean textoOuNull(JsonNode no) {
        return no.isTextual() || no.isNull();
    }

    private static BigDecimal exigirReais(String campo, JsonNode numero) {
        boolean serve = numero != null && (numero.isIntegralNumber() || numero.isBigDecimal());
        BigDecimal valor = serve ? numero.decimalValue().stripTrailingZeros() : null; // que não se escreva por extenso um 1e400
        if (valor == null || valor.signum() < 0 || valor.scale() > 2 || valor.precision() - valor.scale() > ALGARISMOS_MAXIMOS) {
            throw new MensagemInvalida("campo", campo + ": esperava um valor em reais, veio " + Json.tipoDe(numero));
        }
        return valor;
    }

    private static BigDecimal reais(JsonNode numero) {
        return numero.decimalValue().setScale(2, RoundingMode.UNNECESSARY);
    }
}
