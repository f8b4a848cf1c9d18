//SOURCES Operacao.java Resultado.java
package shared;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import shared.memoria.Lembradas;
import shared.memoria.Saldos;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * O estado replicado: contas e saldos. É uma máquina de estados determinística (Schneider, 1990): sem relógio,
 * sem sorte, sem entrada e saída. Dois bancos que aplicam as mesmas operações na mesma ordem ficam iguais.
 * Não é sincronizado: pertence à linha de execução do papel que o tem.
 */
public final class Banco {

    private static final BigDecimal ZERO = new BigDecimal("0.00");

    private final Saldos saldos;
    private final Lembradas<Resultado> resultados; // os primeiros
    private long aplicadas;
    private long recusadas;
    private BigDecimal depositado;
    private BigDecimal sacado;

    /** Um banco sem contas. */
    public Banco() {
        this(new Saldos(), Resultado.lembrados(), 0, 0, ZERO, ZERO);
    }

    /** Um banco que já existiu. @param saldos em reais, que somam {@code depositado - sacado}; ficam a ser deste banco */
    public Banco(Saldos saldos, Lembradas<Resultado> resultados, long aplicadas, long recusadas,
            BigDecimal depositado, BigDecimal sacado) {
        this.saldos = saldos;
        this.resultados = resultados;
        this.aplicadas = aplicadas;
        this.recusadas = recusadas;
        this.depositado = depositado;
        this.sacado = sacado;
    }

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
        aplicadas += feita ? 1 : 0;
        recusadas += feita ? 0 : 1;
        resultados.lembrar(op.id_msg(), new Lembradas.Lembrada<>(op.conteudo(), resultado));
        return resultado;
    }

    /**
     * O que esta operação dá se o id_msg dela já foi usado: DUPLICADA, com o primeiro resultado; se foi por outra operação,
     * RECUSADA, com {@link Resultado#idRepetido}. {@code null} se o id_msg é novo.
     */
    public Resultado repetida(Operacao op) {
        try {
            Resultado primeiro = resultados.daPrimeiraVez(op.id_msg(), op::conteudo);
            return primeiro == null ? null : new Resultado(Resultado.Situacao.DUPLICADA, null, primeiro);
        } catch (MensagemInvalida e) {
            return Resultado.idRepetido(e);
        }
    }

    /** A conta passa a existir, com saldo 0, se não existia. @return o saldo dela */
    public BigDecimal criarConta(String conta) {
        BigDecimal saldo = saldos.get(conta);
        if (saldo == null) {
            saldo = ZERO;
            saldos.put(conta, saldo);
        }
        return saldo;
    }

    public void depositar(String conta, BigDecimal valor) {
        saldos.put(conta, criarConta(conta).add(valor));
        depositado = depositado.add(valor);
    }

    /** @return false, e nada muda, se o saldo não chega */
    public boolean sacar(String conta, BigDecimal valor) {
        BigDecimal saldo = criarConta(conta);
        if (saldo.compareTo(valor) < 0) {
            return false;
        }
        saldos.put(conta, saldo.subtract(valor));
        sacado = sacado.add(valor);
        return true;
    }

    /** @return false, e nenhum saldo muda, se o da origem não chega */
    public boolean transferir(String origem, String destino, BigDecimal valor) {
        BigDecimal saldo = criarConta(origem);
        criarConta(destino);
        if (saldo.compareTo(valor) < 0) {
            return false;
        }
        saldos.put(origem, saldo.subtract(valor));
        saldos.put(destino, saldo(destino).add(valor));
        return true;
    }

    /** O saldo em reais, com 2 casas; 0.00 para uma conta que não existe. */
    public BigDecimal saldo(String conta) {
        BigDecimal saldo = saldos.get(conta);
        return saldo == null ? ZERO : saldo;
    }

    /** As contas e os saldos, por ordem de nome; só para leitura. A soma é sempre {@code depositado() - sacado()}. */
    public Map<String, BigDecimal> saldos() {
        return Collections.unmodifiableMap(saldos);
    }

    /** Os nomes das contas, por ordem, até que venha outra; só para leitura. */
    public List<String> contas() {
        return saldos.nomes();
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

    /** SHA-256, em hexadecimal, das linhas {@code conta=saldo} por ordem de nome: réplicas iguais têm resumos iguais. */
    public String resumo() {
        return Texto.resumo(saldos.entrySet().stream().map(um -> um.getKey() + "=" + um.getValue().toPlainString()));
    }

    /** Os id_msg lembrados, e o primeiro resultado de cada um. */
    public Lembradas<Resultado> lembradas() {
        return resultados;
    }
}
