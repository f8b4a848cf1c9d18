package part2.regra;

import java.util.Arrays;
import shared.Envelope;
import shared.Operacao;
import shared.memoria.Lembradas;
import shared.tempo.Lentidao;
import shared.texto.MensagemInvalida;

/** A fila do servidor: uma sequência só, e para cada worker até onde ele já foi servido. Regra pura. */
public final class Fila {

    /** Sem nada de novo, de quanto em quanto tempo se repete o último a um worker: se o perdeu, fica sabendo. */
    public static final int REPETIR_MS = Lentidao.vezes(500);

    private final String historia;
    private Lembradas<Long> numeros = Lembradas.deNumeros();
    private final long[] servidos;
    private final long[] repetidoEm;
    private long ultimo;

    /** @param historia o nome desta fila, que distingue os números dela dos de outro servidor */
    public Fila(String historia, int workers) {
        this.historia = historia;
        this.servidos = new long[workers];
        this.repetidoEm = new long[workers];
    }

    /**
     * Põe no fim da fila; se a operação já está nela, nada muda.
     *
     * @return o envelope, com o número que vale
     * @throws MensagemInvalida se o id_msg é o de outra operação
     */
    public Envelope enfileirar(Operacao op) {
        // exercício rpc: dar à operação o próximo número; a uma repetida, o que ela já tem
        Long antes = numeros.daPrimeiraVez(op.id_msg(), op::conteudo);
        if (antes == null) {
            refazer(op, ultimo + 1);
        }
        return new Envelope(antes == null ? ultimo : antes, op, historia);
        // fim
    }

    /** Registra o que o diário lembra. Os workers podem já tê-lo recebido; se não, eles pedem. */
    public void refazer(Operacao op, long seq) {
        // exercício rpc: lembrar o número que esta operação já tem
        ultimo = seq;
        numeros.lembrar(op.id_msg(), new Lembradas.Lembrada<>(op.conteudo(), seq));
        // fim
    }

    /** Registra o que o instantâneo lembra. @param seq o número da última destas */
    public void refazer(Lembradas<?> lembradas, long seq) {
        ultimo = seq;
        numeros = Lembradas.numeradas(lembradas, seq);
    }

    /** Daqui em diante se serve a todos só o que é novo. */
    public void servirDaquiEmDiante() {
        Arrays.fill(servidos, ultimo);
    }

    /** Este worker já foi servido até aqui; o resto, ainda não. */
    public void retomar(int worker, long seq) {
        servidos[worker] = Math.min(seq, ultimo);
    }

    /** O número do próximo que este worker não recebeu; pode ainda não existir. */
    public long proximo(int worker) {
        return servidos[worker] + 1;
    }

    /**
     * O que enviar agora a um worker: o que ele ainda não recebeu; se nada falta, de vez em quando, o último outra vez.
     *
     * @param noDisco até que número o diário vai
     * @param agora   em milissegundos, de um relógio que só avança
     * @return de que número em diante; 0 se nada
     */
    public long aEnviar(int worker, long noDisco, long agora) {
        // exercício fila: dizer de que número em diante se envia agora a este worker
        if (proximo(worker) <= noDisco) {
            return proximo(worker);
        }
        if (agora - repetidoEm[worker] <= REPETIR_MS) {
            return 0;
        }
        repetidoEm[worker] = agora;
        return noDisco;
        // fim
    }

    /** Este worker recebeu o que tem este número. */
    public void servido(int worker, long seq) {
        // exercício fila: andar com o cursor deste worker, e só com o dele
        servidos[worker] = Math.max(servidos[worker], seq);
        // fim
    }

    /** O número do último da fila; 0 se ela está vazia. */
    public long ultimo() {
        return ultimo;
    }
}
