package shared.disco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import shared.Banco;
import shared.Resultado;
import shared.memoria.Lembradas;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/** O estado inteiro de um banco, para um instantâneo: saldos, contadores e a tabela de id_msg com os seus resultados. */
public final class EstadoDoBanco {

    private static final int ALGARISMOS_MAXIMOS = 30;   // de um saldo, antes da vírgula

    private EstadoDoBanco() {
    }

    /** O estado deste banco. */
    public static ObjectNode de(Banco banco) {
        ObjectNode estado = Json.MAPPER.createObjectNode()
                .put("aplicadas", banco.aplicadas()).put("recusadas", banco.recusadas())
                .put("depositado", banco.depositado()).put("sacado", banco.sacado());
        ObjectNode contas = estado.putObject("saldos");
        banco.contas().forEach(conta -> contas.put(conta, banco.saldo(conta)));
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
        BigDecimal depositado = reais("depositado", estado.get("depositado"));
        BigDecimal sacado = reais("sacado", estado.get("sacado"));
        return new Banco(saldos(estado, depositado.subtract(sacado)), resultados(estado.path("resultados")),
                Json.inteiro(estado, "aplicadas"), Json.inteiro(estado, "recusadas"), depositado, sacado);
    }

    private static Map<String, BigDecimal> saldos(ObjectNode estado, BigDecimal total) {
        Map<String, BigDecimal> saldos = new TreeMap<>();
        BigDecimal falta = total;
        for (Map.Entry<String, JsonNode> conta : Json.objeto(estado, "saldos").properties()) {
            BigDecimal saldo = reais("saldos", conta.getValue());
            saldos.put(Texto.exigir("saldos", conta.getKey()), saldo);
            falta = falta.subtract(saldo);
        }
        if (falta.signum() != 0) {
            throw new MensagemInvalida("campo", "saldos: a soma não é o que se depositou menos o que se sacou");
        }
        return saldos;
    }

    private static Lembradas<Resultado> resultados(JsonNode lista) {
        if (!lista.isArray() || lista.size() > Lembradas.MAXIMO) {
            throw new MensagemInvalida("campo", "resultados: esperava uma lista, até " + Lembradas.MAXIMO);
        }
        Lembradas<Resultado> resultados = Resultado.lembrados();
        for (JsonNode r : lista) { // [id_msg, motivo ou null, conteúdo ou null]
            if (!r.path(0).isTextual() || !textoOuNull(r.path(1)) || r.has(2) && !textoOuNull(r.get(2))) {
                throw new MensagemInvalida("campo", "resultados: esperava [id_msg, motivo], veio "
                        + Json.citar(r.toString()));
            }
            Resultado resultado = r.get(1).isNull() ? Resultado.APLICADA : Resultado.recusada(r.get(1).textValue());
            resultados.lembrar(Texto.exigir("resultados", r.get(0).textValue()),
                    new Lembradas.Lembrada<>(r.path(2).textValue(), resultado));
        }
        return resultados;
    }

    private static boolean textoOuNull(JsonNode no) {
        return no.isTextual() || no.isNull();
    }

    private static BigDecimal reais(String campo, JsonNode numero) {
        boolean serve = numero != null && (numero.isIntegralNumber() || numero.isBigDecimal());
        BigDecimal valor = serve ? numero.decimalValue().stripTrailingZeros() : null; // nunca por extenso um 1e400
        if (valor == null || valor.signum() < 0 || valor.scale() > 2
                || valor.precision() - valor.scale() > ALGARISMOS_MAXIMOS) {
            throw new MensagemInvalida("campo", campo + ": esperava um valor em reais, veio " + Json.tipoDe(numero));
        }
        return valor.setScale(2, RoundingMode.UNNECESSARY);
    }
}
