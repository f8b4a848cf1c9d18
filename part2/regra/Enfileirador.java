//SOURCES Fila.java
package part2.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.disco.Lote;
import shared.ordem.Historico;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;

/**
 * O servidor RPC sem soquetes, o seu <i>núcleo</i>: a {@link Fila}, o diário, o que se envia a cada worker e o que se conta
 * a quem perdeu algo. Os soquetes são de part2/RpcServer.java; na simulação (tests/sim) este mesmo núcleo tem rede, disco e
 * relógio de mentira.
 *
 * @param <C> por onde volta a resposta a uma chamada
 */
public final class Enfileirador<C> {

    private static final int POR_VOLTA = 1_000;   // envelopes a um worker, antes de olhar os outros
    private static final int ANOTAR_MS = 1_000;
    private static final int SERVIR_MS = 1;          // junta-se o que vem entretanto: cada envio acorda a rede e o worker

    /** Quem está do outro lado da fila de um worker: ninguém (ou não se sabe), um dos nossos, ou o do sistema original. */
    public enum Quem { NINGUEM, NOSSO, ORIGINAL }

    /** O que ele diz, e a quem. */
    public interface Saida<C> {

        void responder(C cliente, String texto);

        /** O que se pediu não se fez, nem se fará: o disco falhou. */
        void recusar(C cliente, Falha porque);

        Quem quem(int worker);

        /** Envia a um worker, sem esperar. @return false se não cabe, ou se ninguém atende */
        boolean enviar(int worker, String texto);

        /** O que decidiu de uma operação: "enfileirar" ou "repetida". */
        void decidiu(String evento, Envelope envelope);

        /** @param pares chave, valor, chave, valor… */
        void registrar(String evento, Object... pares);
    }

    private final Diario diario;
    private final Lote lote;
    private final Saida<C> saida;
    private final List<String> workers;
    private final Fila fila;
    private final Historico historico;
    private final ObjectNode meta; // a história desta fila, e até onde se serviu cada worker: o que está no disco
    private long anotouEm;
    private long serviuEm;
    private long serviuAte; // o que o diário tinha, da última vez

    /**
     * Recupera o que está no diário.
     *
     * @param novaHistoria como se chamará a fila, se começa agora
     * @param workers      os nomes deles, por que se anota até onde cada um foi servido
     * @throws Falha se o diário não serve
     */
    public Enfileirador(Diario diario, String novaHistoria, List<String> workers, Saida<C> saida) {
        this.diario = diario;
        this.saida = saida;
        this.workers = workers;
        meta = diario.meta("historia");
        String historia = meta.has("historia") ? meta.get("historia").textValue() : novaHistoria;
        meta.put("historia", historia);
        fila = new Fila(historia, workers.size());
        refazer();
        diario.guardarMeta(meta);
        precisar();
        diario.dobrarCom(DobraDoBanco.deEnvelopes(), porque -> saida.registrar("aviso", "instantaneo", porque));
        lote = new Lote(diario, true, falha -> saida.registrar("erro", "disco", falha.getMessage()));
        historico = new Historico(diario, () -> historia);
        saida.registrar("recuperado", "ultimo", diario.ultima(), "historia", historia);
    }

    private void refazer() {
        fila.refazer(EstadoDoBanco.semContas(diario.instantaneo()).banco().lembradas(), diario.doInstantaneo());
        diario.repetir(json -> {
            Envelope envelope = Envelope.ler(json);
            fila.refazer(envelope.op(), envelope.seq());
        });
        fila.servirDaquiEmDiante(); // a um worker que não se conhecia
        ObjectNode servidos = meta.withObject("/servidos");
        for (int worker = 0; worker < workers.size(); worker++) {
            fila.retomar(worker, servidos.path(workers.get(worker)).asLong(fila.ultimo()));
            servidos.put(workers.get(worker), fila.proximo(worker) - 1);
        }
    }

    // ───── As chamadas ─────

    /** Põe na fila, e responde quando estiver no disco. @throws MensagemInvalida se o id_msg é o de outra operação */
    public void enfileirar(Operacao op, C cliente) {
        // exercício rpc: pôr na fila, e responder quando a operação estiver no disco
        long antes = fila.ultimo();
        Envelope envelope = fila.enfileirar(op);
        boolean nova = envelope.seq() > antes;
        if (nova) {
            lote.anexar(envelope.json()); // o seu número é a sua posição no diário
        }
        lote.depois(envelope.seq(), () -> {
            saida.decidiu(nova ? "enfileirar" : "repetida", envelope);
            String feito = op.tipo() == Operacao.Tipo.TRANSFERENCIA ? " enfileirada: " : " enfileirado: ";
            saida.responder(cliente, op.tipo() + feito + op.id_msg());
        }, falha -> saida.recusar(cliente, falha));
        // fim
    }

    /** Responde a um worker a que falta algo: até {@code max} envelopes, de {@code desde} em diante. */
    public String historico(ObjectNode pedido) {
        return historico.historico(pedido);
    }

    /** O mesmo, a um a que falta o que já se apagou: uma parte do banco que a fila dá. */
    public String instantaneo(ObjectNode pedido) {
        return historico.instantaneo(pedido);
    }

    // ───── As filas dos workers ─────

    /**
     * Uma volta do laço, depois de atendidas as chamadas que chegaram.
     *
     * @param agora em milissegundos, de um relógio que só avança
     */
    public void passo(long agora) {
        lote.gravar();
        if (agora - serviuEm >= SERVIR_MS) {
            serviuEm = agora;
            serviuAte = diario.ultima();
            servir(agora);
        }
        if (agora - anotouEm >= ANOTAR_MS) {
            anotouEm = agora;
            anotar();
            precisar();
        }
        lote.fotografar();
    }

    /** Se há o que os workers ainda não viram: {@link #passo} não deve tardar. */
    public boolean apressado() {
        return diario.ultima() > serviuAte;
    }

    private void servir(long agora) {
        for (int worker = 0; worker < workers.size(); worker++) {
            Quem quem = saida.quem(worker);
            if (quem != Quem.NINGUEM) {
                servir(worker, quem == Quem.ORIGINAL, agora);
            }
        }
    }

    /** O que ainda não se enviou a um worker não se apaga: pode ser um do sistema original, que não sabe pedi-lo. */
    private void precisar() {
        ObjectNode servidos = meta.withObject("/servidos");
        workers.stream().mapToLong(worker -> servidos.path(worker).asLong()).min()
                .ifPresent(ate -> diario.precisaDesde(ate + 1));
    }

    /**
     * Envia a um worker o que a fila diz, até que ele não receba mais. Um nosso sabe, pelo número, o que é repetido: até
     * onde ele foi servido anota-se de vez em quando. O do sistema original não sabe: anota-se antes de enviar, para que
     * uma morte deste servidor (ou do disco), no pior momento, lhe deixe de entregar o que estava a caminho, mas nunca lhe
     * entregue duas vezes.
     */
    private void servir(int worker, boolean original, long agora) {
        // exercício fila: enviar a este worker o que ele ainda não recebeu, até onde ele receber
        if (fila.proximo(worker) < diario.primeira()) {
            fila.servido(worker, diario.primeira() - 1); // esteve fora de --workers, e o que faltava já se apagou
        }
        long seq = fila.aEnviar(worker, diario.ultima(), agora);
        boolean repetido = seq < fila.proximo(worker);
        List<String> envelopes = repetido && original ? List.of() : diario.ler(seq, POR_VOLTA);
        if (envelopes.isEmpty() || original && !anotar(worker, seq + envelopes.size() - 1)) {
            return;
        }
        for (String envelope : envelopes) {
            if (!saida.enviar(worker, original ? Envelope.ler(envelope).op().json() : envelope)) {
                break;
            }
            fila.servido(worker, seq++);
        }
        if (original) {
            anotar(worker, fila.proximo(worker) - 1);
        }
        // fim
    }

    /** Encerra-se: responde-se ao que ainda ia a caminho do disco, e anota-se até onde todos foram servidos. */
    public void acabar() {
        lote.gravarTudo();
        anotar();
    }

    private void anotar() {
        for (int worker = 0; worker < workers.size(); worker++) {
            anotar(worker, fila.proximo(worker) - 1);
        }
    }

    /** @return false se o disco falhou */
    private boolean anotar(int worker, long ate) {
        ObjectNode servidos = meta.withObject("/servidos");
        if (servidos.path(workers.get(worker)).asLong(-1) == ate) {
            return lote.falha() == null;
        }
        servidos.put(workers.get(worker), ate);
        return lote.comDisco(() -> diario.guardarMeta(meta));
    }
}
