//SOURCES ../ordem/Aplicada.java ../Banco.java Json.java
package shared.texto;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.ordem.Aplicada;

/**
 * O diário de bordo de um processo, no erro padrão: uma linha por decisão, como
 * {@code 14:03:22.123 replica-1 aplicar seq=3 id_msg=… resultado=APLICADA}. Pares chave=valor, para pessoas e programas;
 * nada que venha da rede consegue quebrar a linha ou controlar o terminal.
 */
public final class Registro {

    private static final DateTimeFormatter HORA = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private static final int AVISOS_MAXIMOS = 300;     // linhas, em cada…
    private static final int AVISOS_MS = 5_000;

    private final String id;
    private final boolean silencioso;
    private boolean mostrarBanco;
    private long avisosDesde = System.nanoTime() / 1_000_000;
    private long avisos;

    public Registro(String id, boolean silencioso) {
        this.id = id;
        this.silencioso = silencioso;
    }

    /** Se as linhas por operação estão desligadas. */
    public boolean silencioso() {
        return silencioso;
    }

    /** Daqui em diante, a cada operação se escreve também o banco inteiro, como o sistema original fazia. */
    public void mostrarBanco(boolean sim) {
        mostrarBanco = sim;
    }

    /** A linha que diz que o papel está pronto. */
    public void pronto(String texto) {
        System.err.println("pronto: " + id + " " + texto);
    }

    /** Registra uma decisão. @param pares chave, valor, chave, valor… */
    public void linha(String evento, Object... pares) {
        String hora = LocalTime.now().format(HORA); // a do relógio de quem lê
        StringBuilder linha = new StringBuilder(hora).append(' ').append(id).append(' ').append(evento);
        for (int i = 0; i < pares.length; i += 2) {
            linha.append(' ').append(pares[i]).append('=').append(seguro(String.valueOf(pares[i + 1])));
        }
        System.err.println(linha);
    }

    /** Registra uma decisão sobre uma operação, a menos que o papel seja silencioso. */
    public void operacao(String evento, Operacao op, Object... pares) {
        if (!silencioso) {
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
        if (silencioso) {
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

    /** Registra uma mensagem que não se pôde aceitar. */
    public void recusada(String deOnde, MensagemInvalida erro) {
        aviso("mensagem-recusada", "de", deOnde, "erro", erro.getMessage());
    }

    /**
     * Registra algo que um desconhecido fez mal. De muitos avisos seguidos só se escrevem os primeiros, e quantos mais houve:
     * quem os provoca não enche o disco, nem faz este processo esperar por um terminal lento.
     */
    public synchronized void aviso(String evento, Object... pares) {
        long agora = System.nanoTime() / 1_000_000;
        if (agora - avisosDesde > AVISOS_MS) {
            if (avisos > AVISOS_MAXIMOS) {
                linha("avisos-omitidos", "quantos", avisos - AVISOS_MAXIMOS);
            }
            avisosDesde = agora;
            avisos = 0;
        }
        if (++avisos <= AVISOS_MAXIMOS) {
            linha(evento, pares);
        }
    }

    private static String seguro(String valor) {
        boolean simples = !valor.isEmpty() && valor.codePoints().allMatch(c -> c > ' ' && c != '"' && c != '=' && !Json.engana(c));
        return simples ? valor : Json.citar(valor, 500);
    }
}
