package tests.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import part4.Witness;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Visao;
import part4.regra.Visoes;

/** A testemunha da parte 4: o núcleo de verdade, com ligações de mentira. */
final class Testemunha4 extends Processo {

    private final Parte4 cena;
    private final Map<String, Pergunta> ultimas = new HashMap<>(); // PROMOVER_ATRASADO: a última notícia de cada um…
    private final Map<String, Long> quando = new HashMap<>();      // …e de quando é
    private Witness.Nucleo nucleo;

    Testemunha4(String nome, Parte4 cena, int entreInstantaneos) {
        super(nome, cena, 50, entreInstantaneos);
        this.cena = cena;
    }

    /** A última visão que está no disco; {@code null} se nenhuma. */
    Visao registrada() {
        return nucleo == null ? null : nucleo.registrada();
    }

    @Override
    void iniciar() {
        nucleo = new Witness.Nucleo(diario, (evento, pares) -> cena.registrada(this, evento, pares));
    }

    @Override
    void passo() {
        nucleo.passar(relogio());
    }

    /** Um servidor dá notícia. */
    void receber(String mensagem, Consumer<String> voltar) {
        chegou(0, () -> {
            Pergunta pergunta = Pergunta.ler(mensagem.getBytes(UTF_8));
            if (cena.defeito == Defeito.PROMOVER_ATRASADO) {
                fingirProposta(pergunta);
            }
            String resposta = perguntar(cena.defeito == Defeito.SEM_EPOCA ? comAEpocaDaqui(pergunta) : pergunta);
            acao();
            voltar.accept(resposta);
        });
    }

    private String perguntar(Pergunta pergunta) {
        return nucleo.pergunta(pergunta.json().getBytes(UTF_8), relogio());
    }

    private Pergunta comAEpocaDaqui(Pergunta p) {
        Visao visao = registrada();
        return visao == null ? p : new Pergunta(p.id(), p.pedidos(), p.atualizacoes(), visao.epoca(), visao.versao(),
                p.propor(), p.renovar(), p.inicial());
    }

    /** Se o primário está quase a ser dado por morto, finge que ele propôs pôr em dia quem dá esta notícia. */
    private void fingirProposta(Pergunta deQuem) {
        ultimas.put(deQuem.id(), deQuem);
        quando.put(deQuem.id(), relogio());
        Visao visao = registrada();
        Pergunta doPrimario = visao == null ? null : ultimas.get(visao.primario());
        if (doPrimario != null && relogio() - quando.get(visao.primario()) > Visoes.SILENCIO_MS / 2
                && !visao.emDia().contains(deQuem.id())) {
            Set<String> todos = new TreeSet<>(visao.emDia());
            todos.add(deQuem.id());
            perguntar(new Pergunta(doPrimario.id(), doPrimario.pedidos(), doPrimario.atualizacoes(), visao.epoca(),
                    visao.versao(), todos, false, doPrimario.inicial()));
        }
    }
}
