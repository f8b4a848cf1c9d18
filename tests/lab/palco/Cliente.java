package tests.lab.palco;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import shared.Operacao;
import tests.Processo;
import tests.lab.vereditos.Rastro;

/** Um cliente de pé: pede o que se lhe diz, e o {@link Rastro} fica com o que pediu e com o que ouviu. */
public final class Cliente {

    private final String nome;
    private final Processo processo;
    private final Rastro rastro;
    private final Palco palco;
    private final List<Operacao> pedidas = new ArrayList<>();
    private int respondidas;
    private boolean desistiu; // disse erro:, e está a acabar

    /** @param palco a quem se diz cada operação, antes de a pedir */
    Cliente(String nome, Processo processo, Rastro rastro, Palco palco) {
        this.nome = nome;
        this.processo = processo;
        this.rastro = rastro;
        this.palco = palco;
        processo.aoResponder(this::respondeu);
        processo.aoRegistrar(linha -> {
            if (linha.startsWith("erro:")) {
                desistiu(linha);
            }
        });
    }

    /** Pede, e não espera pela resposta. */
    public Cliente pedir(Operacao op) {
        return pedir(op, null);
    }

    /** O mesmo. @param vontade o que a pessoa quer com isto; a mesma, se já o pediu de outro modo */
    public Cliente pedir(Operacao op, String vontade) {
        synchronized (this) {
            pedidas.add(op);
            palco.vai(op);
            anotar("pede", op, null, vontade);
        }
        try {
            processo.digitar(op.json() + "\n");
        } catch (UncheckedIOException e) { // acabou entretanto
            desistiu("o cliente acabou antes de a ler");
        }
        return this;
    }

    /** Se ainda pede: não desistiu de nenhuma, e não acabou. */
    public synchronized boolean pede() {
        return !desistiu && processo.vivo();
    }

    /** Espera que tudo o que pediu tenha resposta, ou que ele desista. @return a última resposta */
    public String esperar() {
        Processo.esperar("resposta a " + nome, palco.prazo(), () -> respondeu() || !processo.vivo());
        List<String> linhas = processo.saida();
        return linhas.isEmpty() ? "" : linhas.get(linhas.size() - 1);
    }

    /** Se tudo o que pediu teve resposta, ou ele desistiu. */
    public synchronized boolean respondeu() {
        return respondidas == pedidas.size();
    }

    /** Pede, e espera que algo se saiba: sem resposta no prazo, ou se ele acaba, fica indeterminada, e ele não pede mais. */
    public void tentar(Operacao op, Duration prazo) {
        pedir(op);
        if (!Processo.aguardar(prazo, () -> respondeu() || !processo.vivo())) {
            processo.matar();
        }
        if (!processo.vivo()) {
            processo.esperarFim(); // com o que ele ainda tiver dito
            desistiu("o cliente acabou sem resposta");
        }
    }

    /** Pede, e espera pela resposta. */
    public String fazer(Operacao op) {
        return pedir(op).esperar();
    }

    public Processo processo() {
        return processo;
    }

    private synchronized void respondeu(String linha) {
        if (respondidas < pedidas.size()) {
            anotar("resposta", pedidas.get(respondidas++), linha, null);
        }
    }

    private synchronized void desistiu(String linha) {
        desistiu = true;
        if (respondidas < pedidas.size()) {
            anotar("indeterminada", pedidas.get(respondidas++), linha, null);
        }
    }

    private void anotar(String evento, Operacao op, String texto, String vontade) {
        ObjectNode e = rastro.evento("cliente").put("cliente", nome).put("evento", evento).put("id_msg", op.id_msg())
                .put("operacao", op.tipo().name());
        ArrayNode quais = e.putArray("contas").add(op.conta_origem());
        if (op.conta_destino() != null) {
            quais.add(op.conta_destino());
        }
        if (vontade != null) {
            e.put("vontade", vontade);
        }
        rastro.anotar(e.put("valor", op.valor()).put("texto", texto));
    }
}
