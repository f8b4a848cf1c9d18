package part3.regra;

import shared.Envelope;
import shared.Operacao;
import shared.memoria.Lembradas;
import shared.tempo.Lentidao;
import shared.texto.MensagemInvalida;

/** O sequenciador fixo (Coulouris, seção 15.4.3): quem chega primeiro a ele vem primeiro para todos. Regra pura. */
public final class Ordem {

    /** Sem nada de novo, depois de quanto tempo se repete o último: quem o perdeu fica sabendo. */
    public static final int REPETIR_MS = Lentidao.vezes(500);

    private Lembradas<Long> numeros = Lembradas.deNumeros();
    private final String historia;
    private long ultimo;
    private long difundidoEm;

    /** @param historia o nome desta sequência de números, que não é a de um sequenciador que recomeçou; null = não a diz */
    public Ordem(String historia) {
        this.historia = historia;
    }

    /**
     * A operação com o seu número: o próximo, ou, se ela já passou por aqui, o mesmo de antes.
     *
     * @throws MensagemInvalida se o id_msg é o de outra operação
     */
    public Envelope ordenar(Operacao op) {
        // exercício sequenciador: dar à operação o próximo número; a uma repetida, o que ela já tem
        Long antes = numeros.daPrimeiraVez(op.id_msg(), op::conteudo);
        if (antes == null) {
            refazer(op, ultimo + 1);
        }
        return new Envelope(antes == null ? ultimo : antes, op, historia);
        // fim
    }

    /** Registra um número já dado, que o diário lembra. */
    public void refazer(Operacao op, long seq) {
        // exercício sequenciador: lembrar o número que esta operação já tem
        ultimo = seq;
        numeros.lembrar(op.id_msg(), new Lembradas.Lembrada<>(op.conteudo(), seq));
        // fim
    }

    /** Registra o que o instantâneo lembra. @param seq o número da última destas */
    public void refazer(Lembradas<?> lembradas, long seq) {
        ultimo = seq;
        numeros = Lembradas.numeradas(lembradas, seq);
    }

    /** Difundiu-se algo. @param agora em milissegundos, de um relógio que só avança */
    public void difundido(long agora) {
        difundidoEm = agora;
    }

    /** O número a difundir outra vez, se há muito não se difunde nada: o último que está no disco; 0 se nenhum. */
    public long aRepetir(long noDisco, long agora) {
        return agora - difundidoEm > REPETIR_MS ? noDisco : 0;
    }

    /** O último número dado; 0 se nenhum. */
    public long ultimo() {
        return ultimo;
    }
}
