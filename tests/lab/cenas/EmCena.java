//SOURCES Ato.java Cena.java Passo.java
package tests.lab.cenas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shared.Operacao;
import shared.texto.Falha;
import tests.Processo;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Linha;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.palco.Cliente;
import tests.lab.palco.Elenco;
import tests.lab.palco.Palco;
import tests.lab.rede.ComandosDaRede;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Veredito;

/** Um ato a acontecer: processos de verdade, a rede no meio, e o que as linhas da cena mandam, uma depois da outra. */
final class EmCena implements AutoCloseable {

    private final AtoEscrito escrito;
    private final Rastro rastro = new Rastro();
    private final Rede rede = new Rede(rastro, 1);
    private final Elenco elenco;
    private final Map<String, Cliente> clientes = new HashMap<>();
    private final Map<String, List<String>> ids = new HashMap<>(); // pelo texto da operação, por ordem
    private final List<Passo.Perguntar> perguntas = new ArrayList<>();
    private List<Veredito> vereditos = List.of();

    private EmCena(AtoEscrito escrito, int lentidao) {
        this.escrito = escrito;
        this.elenco = new Elenco(escrito.parte(), escrito.titulo(), escrito.elenco(), rastro, rede);
        palco().demorar(lentidao);
    }

    /** Faz acontecer um ato, até ao fim, ou até que algo não aconteça como ele diz. */
    static Ato representar(AtoEscrito escrito, int lentidao) {
        try (EmCena c = new EmCena(escrito, lentidao)) {
            c.elenco.montar();
            String porque = null;
            for (Iterator<Linha> linhas = escrito.linhas().iterator(); porque == null && linhas.hasNext(); ) {
                porque = c.fazer(linhas.next());
            }
            return c.ato(porque);
        }
    }

    /** @return por que não se fez; {@code null} se se fez */
    private String fazer(Linha linha) {
        try {
            linha.passo().fazer(this);
            return null;
        } catch (AssertionError | Falha e) {
            String porque = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return "linha " + linha.numero() + ", «" + linha.texto() + "»: " + porque;
        }
    }

    Ato ato() {
        return ato(null);
    }

    private Ato ato(String porque) {
        return new Ato(escrito.titulo(), rastro, vereditos, porque);
    }

    Palco palco() {
        return elenco.palco();
    }

    Rede rede() {
        return rede;
    }

    // ───── O que os passos fazem ─────

    Cliente cliente(String nome) {
        return clientes.computeIfAbsent(nome, elenco::cliente);
    }

    void pedir(String nome, Operacao op, Pedida pedida, String quer) {
        Operacao nova = new Operacao(Operacao.novoId(), op.tipo(), op.conta_origem(), op.conta_destino(), op.valor());
        ids.computeIfAbsent(pedida.texto(), texto -> new ArrayList<>()).add(nova.id_msg());
        cliente(nome).pedir(nova, quer);
    }

    private String id(Pedida pedida) {
        return ids.get(pedida.texto()).get(pedida.qual() - 1);
    }

    /** As mensagens que levam esta operação. */
    Predicate<ObjectNode> quais(Pedida pedida) {
        return mensagem -> mensagem.path("id_msg").asText().equals(id(pedida));
    }

    void iniciar(String nome, List<String> opcoes) {
        elenco.iniciar(nome, opcoes);
    }

    void naRede(List<String> palavras) {
        ComandosDaRede.fazer(rede, palavras);
    }

    void esperarSegura(String de, String para, Pedida pedida) {
        Processo.esperar(de + ">" + para + " segurar " + pedida, palco().prazo(),
                () -> rede.seguras(de, para).stream().anyMatch(quais(pedida)));
    }

    void esperarAplicar(String processo, Pedida pedida) {
        Processo.esperar(processo + " aplicar " + pedida, palco().prazo(), () -> rastro.eventos().stream().anyMatch(
                e -> e.path("tipo").asText().equals("aplicar") && e.path("processo").asText().equals(processo)
                && quais(pedida).test(e)));
    }

    void perguntar(Passo.Perguntar pergunta) {
        perguntas.add(pergunta);
        palco().nota(pergunta.texto());
    }

    void julgar(List<String> processos) {
        for (Passo.Perguntar pergunta : perguntas) {
            palco().nota(pergunta.texto() + " " + pergunta.conta() + " tem, em " + pergunta.processo() + ", "
                    + palco().saldo(pergunta.processo(), pergunta.conta()).toPlainString());
        }
        vereditos = palco().julgar(processos.toArray(String[]::new));
    }

    void exigir(boolean condicao, String oQueHa) {
        if (!condicao) {
            throw new AssertionError(oQueHa);
        }
    }

    @Override
    public void close() {
        rede.close();
        elenco.close();
    }
}
