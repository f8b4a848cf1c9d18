package shared.papel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.ordem.Aplicada;
import shared.texto.Json;
import shared.texto.Registro;

/** O registro de quem trata de operações: o que decidiu de cada uma, e o que o banco fez dela. */
public final class RegistroDoBanco extends Registro {

    private boolean mostrarBanco;

    public RegistroDoBanco(String id, boolean silencioso) {
        super(id, silencioso);
    }

    private RegistroDoBanco(RegistroDoBanco outro, int grupo) {
        super(outro, "grupo", grupo);
        mostrarBanco = outro.mostrarBanco;
    }

    /** O de um grupo, que todas as linhas dizem; com um grupo só, não é preciso dizer qual. */
    public RegistroDoBanco doGrupo(int grupo, int grupos) {
        return grupos == 1 ? this : new RegistroDoBanco(this, grupo);
    }

    /** Daqui em diante, a cada operação se escreve também o banco inteiro, como o sistema original fazia. */
    public void mostrarBanco(boolean sim) {
        mostrarBanco = sim;
    }

    /** Registra uma decisão sobre uma operação, a menos que o papel seja silencioso. */
    public void operacao(String evento, Operacao op, Object... pares) {
        if (!silencioso()) {
            Object[] todos = new Object[pares.length + 8];
            System.arraycopy(pares, 0, todos, 0, pares.length);
            System.arraycopy(new Object[] {"id_msg", op.id_msg(), "tipo", op.tipo(),
                    "conta", op.conta_destino() == null ? op.conta_origem() : op.conta_origem() + ">" + op.conta_destino(),
                    "valor", op.valor()}, 0, todos, pares.length, 8);
            linha(evento, todos);
        }
    }

    /** Registra que um número chegou antes da vez. */
    public void adiantada(Envelope envelope, long falta) {
        if (envelope.op() == null) {
            linha("esperar", "seq", envelope.seq(), "falta", falta);
        } else {
            operacao("esperar", envelope.op(), "seq", envelope.seq(), "falta", falta);
        }
    }

    /** Registra o que o banco fez de uma operação: o resultado e os saldos, ou que o id_msg já era de outra. */
    public void aplicada(Aplicada aplicada, Banco banco) {
        aplicadaDepois(aplicada, banco).run();
    }

    /** O mesmo, para quem ainda vai gravá-la. @return o que a registra, com os saldos de agora */
    public Runnable aplicadaDepois(Aplicada aplicada, Banco banco) {
        Resultado resultado = aplicada.resultado();
        if (aplicada.op() == null || resultado.idRepetido()) { // alguém perde uma operação: que se saiba, mesmo em silêncio
            return () -> aviso("erro", "seq", aplicada.seq(), "nao_aplicada", resultado.motivo());
        }
        if (silencioso()) {
            return () -> { };
        }
        String saldos = saldos(aplicada.op(), banco);
        String inteiro = mostrarBanco ? inteiro(banco) : null;
        return () -> {
            operacao("aplicar", aplicada.op(), "seq", aplicada.seq(), "resultado", resultado.situacao(), "saldo", saldos);
            if (inteiro != null) {
                System.err.println("Banco: " + inteiro);
            }
        };
    }

    private static String inteiro(Banco banco) {
        ObjectNode contas = Json.MAPPER.createObjectNode();
        banco.saldos().forEach(contas::put);
        return Json.limpar(Json.escrever(contas));
    }

    private static String saldos(Operacao op, Banco banco) {
        String saldo = banco.saldo(op.conta_origem()).toPlainString();
        return op.conta_destino() == null ? saldo : saldo + ">" + banco.saldo(op.conta_destino()).toPlainString();
    }
}
