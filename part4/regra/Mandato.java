package part4.regra;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Function;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Conferencia;
import part4.regra.Mensagens.Depor;
import part4.regra.Mensagens.Mensagem;
import part4.regra.Mensagens.Noticia;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Mensagens.Pulso;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.ordem.Aplicada;
import shared.tempo.Lentidao;

/** Um mandato como primário, numa época: decide a ordem, difunde-a, e confirma o que os backups em dia já têm no disco. */
final class Mandato<C> extends Estado<C> {

    private static final int DEPOR_MS = Lentidao.vezes(1_000);

    private final Backups backups;
    private final Esperas<C> esperas = new Esperas<>();
    private final Deque<Envelope> aDifundir = new ArrayDeque<>();      // anexados, que se difundem quando o disco os tiver
    private final String eco = Operacao.novoId().substring(0, 8);      // distingue as rondas deste mandato das de outro
    private final long herdado;     // o último seq quando assumiu: até aí, outro pode ter confirmado
    private long confirmado;
    private long ronda;
    private long avisouEm;          // o antigo primário, sem testemunha, de que já não é…
    private boolean avisado;        // …e ele já o sabe

    Mandato(Comum<C> comum) {
        super(comum);
        this.backups = new Backups(comum.eu.id(), comum.visao());
        this.herdado = comum.copia().ultimo();
    }

    // ───── Clientes ─────

    @Override
    void operacao(C cliente, Operacao op) {
        // exercício primario: aplicar, anexar e difundir a operação nova, e pôr o cliente à espera
        Copia copia = comum.copia();
        Resultado antes = copia.banco().repetida(op);
        if (antes != null) {
            repetida(cliente, op, antes);
            return;
        }
        Envelope envelope = new Envelope(copia.ultimo() + 1, op, null, comum.epoca());
        Resultado resultado = copia.aplicar(envelope);
        comum.saida.anexar(envelope);
        comum.saida.aplicada(new Aplicada(envelope.seq(), op, resultado), copia.banco());
        aDifundir.add(envelope);
        difundir();
        esperas.comecou(op.id_msg(), envelope.seq());
        esperar(cliente, envelope.seq(), 0, Respostas.feita(envelope.seq(), resultado));
        // fim
    }

    /** A primeira, que se dá por feita, ainda pode estar por confirmar: espera-se por ela. */
    private void repetida(C cliente, Operacao op, Resultado antes) {
        // exercício primario: responder a uma repetida o que se respondeu da primeira vez, e nunca antes dela
        long seq = esperas.emCurso(op.id_msg(), Math.min(herdado, comum.copia().ultimo()));
        if (antes.idRepetido()) {
            comum.saida.aplicada(new Aplicada(seq, op, antes), comum.copia().banco());
        }
        esperar(cliente, seq, 0, antes.idRepetido() ? Respostas.erro(antes) : Respostas.repetida(antes.original()));
        // fim
    }

    /** Responde quando tudo o que leu está confirmado e todos os em dia ainda nos seguem. */
    @Override
    void saldo(C cliente, Function<Banco, String> resposta) {
        boolean sozinho = assincrono() || backups.sozinho();
        long volta = sozinho ? 0 : ++ronda;
        esperar(cliente, comum.copia().ultimo(), volta, resposta.apply(comum.copia().banco()));
        if (!sozinho) {
            comum.saida.difundir(pulso());
        }
    }

    private void esperar(C cliente, long seq, long volta, String resposta) {
        esperas.esperar(cliente, seq, volta, resposta);
        if (seq <= confirmado) {
            confirmar();
        }
    }

    private boolean assincrono() {
        return comum.eu.tem(Modo.ASSINCRONA);
    }

    // ───── Difundir ─────

    /**
     * Difunde o que já se pode. Os backups gravam enquanto o nosso disco grava, e uma operação espera um disco em vez de
     * dois (D. Ongaro, <i>Consensus: Bridging Theory and Practice</i>, 10.2.1): só se confirma, como sempre, o que está em
     * todos. Um backup pode assim ter o que este, se morre, não chegou a ter; por isso este não volta na mesma época.
     *
     * <p>Sem testemunha não há quem lhe dê outra: se a tomasse sozinho ao reiniciar, podia ser a mesma em que alguém
     * promoveu um backup. Então difunde-se só o que o nosso disco já tem.
     */
    private void difundir() {
        long ate = difundivel();
        while (!aDifundir.isEmpty() && aDifundir.peek().seq() <= ate) {
            comum.saida.difundir(aDifundir.poll());
        }
    }

    private long difundivel() {
        return comum.eu.tem(Modo.TESTEMUNHA) ? comum.copia().ultimo() : comum.copia().gravado();
    }

    // ───── Confirmar ─────

    @Override
    void gravado() {
        difundir();
        confirmar();
    }

    private void confirmar() {
        // exercício primario: ver até onde todos têm no disco, e responder a quem esperava por isso
        long nosso = comum.copia().gravado();
        confirmado = Math.max(confirmado, assincrono() ? nosso : backups.confirmado(nosso));
        esperas.confirmar(confirmado, assincrono() ? ronda : backups.ronda(ronda), comum.saida::responder);
        // fim
    }

    long confirmado() {
        return confirmado;
    }

    // ───── Backups ─────

    /** @return a resposta; {@code null} se não há o que responder */
    Mensagem noticia(Noticia n, long agora) {
        Copia copia = comum.copia();
        if (n.epoca() > comum.epoca()) {
            return null; // quem manda numa época maior nos dirá
        }
        if (n.epoca() == comum.epoca() && n.conferido()) {
            backups.ouvir(n, n.rondaDe().equals(eco) ? n.ronda() : 0, copia.ultimo(), ronda, agora);
            confirmar();
            return comum.eu.tem(Modo.SEMENTE) ? pulso() : null; // difundido, chegaria também a quem só conhece a Operacao
        }
        boolean comeco = n.ultimo() <= copia.ultimo() && copia.epocaDe(n.ultimo()) == n.epocaDoUltimo();
        return new Conferencia(comum.epoca(), n.ultimo(), comeco);
    }

    private Pulso pulso() {
        return new Pulso(ronda, eco, comum.epoca(), comum.copia().gravado());
    }

    @Override
    void noticia() {
        comum.saida.difundir(pulso());
    }

    // ───── Tempo ─────

    @Override
    void tique(long agora) {
        backups.vigiar(comum.visao(), confirmado, herdado, agora);
        confirmar();
        Set<String> proposta = backups.proposta();
        if (proposta != null && !comum.eu.tem(Modo.TESTEMUNHA)) {
            adotar(comum.visao().comEmDia(proposta));
        }
        if (comum.eu.avisaOAntigo() && !avisado && agora - avisouEm >= DEPOR_MS) {
            avisouEm = agora;
            comum.saida.aoJuiz(new Depor(comum.visao()));
        }
    }

    /** O antigo primário já sabe que o é. */
    void avisado() {
        avisado = true;
    }

    @Override
    Pergunta pergunta() {
        return pergunta(comum.visao(), backups.propor(), false);
    }

    /** Outra visão deste mesmo mandato: muda quem está em dia. */
    void adotar(Visao nova) {
        comum.adotar(nova);
        backups.adotar(nova);
        confirmar();
    }

    // ───── O fim ─────

    @Override
    void sair() {
        comum.saida.registrar("descer", "epoca", comum.epoca(), "primario", comum.visao().primario(),
                "sem_confirmar", Math.max(0, comum.copia().ultimo() - confirmado));
        esperas.largar(seq -> recusa(), comum.saida::responder); // as operações podem já ter ido a um backup
    }

    @Override
    Parado<C> parar(String motivo) {
        Parado<C> parado = new Parado<>(comum, motivo, esperas.emCurso(), confirmado >= herdado, difundivel());
        esperas.largar(parado::aQuemEsperava, comum.saida::responder);
        return parado;
    }
}
