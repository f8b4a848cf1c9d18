package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import part4.Witness.Visoes;
import part4.regra.Visao;
import shared.texto.Json;

/** A testemunha da parte 4. O laço é o de part4/Witness.java; a regra é {@link Visoes}. */
final class Testemunha4 extends Processo {

    private final Defeito defeito;
    private final Map<String, Long> quando = new HashMap<>(); // PROMOVER_ATRASADO: quem deu notícia, e quando
    private Visoes visoes;
    private Visao registrada;

    Testemunha4(String nome, Mundo mundo, Rede rede, Defeito defeito, int entreFotos) {
        super(nome, mundo, rede, 50, entreFotos);
        this.defeito = defeito;
    }

    /** A última visão que está no disco; {@code null} se nenhuma. */
    Visao registrada() {
        return registrada;
    }

    @Override
    void iniciar() {
        registrada = diario.meta().path("visao") instanceof ObjectNode v ? Visao.de(v) : null;
        visoes = new Visoes(registrada);
    }

    @Override
    void passo() {
        visoes.tique(relogio());
        registrar();
    }

    void atender(ObjectNode p, Consumer<Visao> responder) {
        if (defeito == Defeito.PROMOVER_ATRASADO && registrada != null) {
            visoes = comTodosEmDia(p);
        } else {
            noticia(visoes, p);
        }
        registrar();
        if (registrada != null) {
            acao();
            Visao dita = Visao.de(registrada.json());
            responder.accept(dita);
        }
    }

    /** Se o primário se calou, refaz a visão como se quem dá esta notícia estivesse em dia. */
    private Visoes comTodosEmDia(ObjectNode p) {
        String id = Json.texto(p, "id");
        quando.put(id, relogio());
        boolean mudo = relogio() - quando.getOrDefault(registrada.primario(), 0L) > Visoes.SILENCIO_MS;
        if (!mudo || registrada.primario().equals(id)) {
            noticia(visoes, p);
            return visoes;
        }
        Set<String> todos = new TreeSet<>(registrada.emDia());
        todos.add(id);
        Visoes fingida = new Visoes(registrada.comEmDia(todos));
        fingida.tique(relogio() - 2 * Visoes.SILENCIO_MS);
        noticia(fingida, p);
        fingida.tique(relogio());
        return fingida;
    }

    private void noticia(Visoes a, ObjectNode p) {
        if (defeito == Defeito.SEM_EPOCA && a.atual() != null) {
            p.put("epoca", a.atual().epoca()).put("versao", a.atual().versao());
        }
        a.noticia(p, relogio());
    }

    private void registrar() {
        Visao nova = visoes.atual();
        if (nova != null && !nova.equals(registrada)) {
            diario.guardarMeta(Json.MAPPER.createObjectNode().set("visao", nova.json()));
            registrada = nova;
            mundo.dizer(nome, "registra", nova.epoca(), nova.versao(), nova.primario(), nova.emDia());
        }
    }
}
