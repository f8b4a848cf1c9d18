//SOURCES Backups.java Comum.java Copia.java Esperas.java Estado.java Identidade.java Indefinido.java Mandato.java
//SOURCES Mensagens.java Parado.java Respostas.java Saida.java Seguimento.java Visao.java
package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.function.Function;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Conferencia;
import part4.regra.Mensagens.Difundida;
import part4.regra.Mensagens.Lembranca;
import part4.regra.Mensagens.Mensagem;
import part4.regra.Mensagens.Noticia;
import part4.regra.Mensagens.Recuperada;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Foto;
import shared.tempo.Lentidao;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;

/**
 * A regra de um servidor da parte 4: primary-backup com visões (Alsberg e Day, 1976; o <i>view service</i> dos cursos).
 * Pura: sem soquetes, sem relógio, sem disco. O que manda fazer sai por {@link Saida}; o que dura só vale depois que alguém
 * grava, e diz {@link #gravado}.
 *
 * <p>Três regras bastam para que nada confirmado se perca:
 * <ol>
 * <li>o primário só confirma o que está no disco dele e no de todos os que a visão diz em dia;
 * <li>ele só tira alguém desse conjunto depois que a testemunha registrou a visão sem ele;
 * <li>só quem está em dia na última visão registrada pode virar primário, e numa época maior: quem fala de uma época
 *     menor não é mais ouvido.
 * </ol>
 *
 * <p>Aqui chega tudo, e aqui se muda de estado; o que cada estado faz está na classe dele:
 * <pre>
 *   {@link Indefinido} ──► {@link Mandato} (primário) ◄──► {@link Seguimento} (backup)
 *   e de qualquer um ──► {@link Parado}
 * </pre>
 *
 * @param <C> quem espera uma resposta; para a regra, tanto faz
 */
public final class Nodo<C> {

    /** De quanto em quanto tempo cada um dá notícia, e depois de quanto silêncio um backup sai do conjunto em dia. */
    public static final int NOTICIA_MS = 100;
    public static final int SILENCIO_MS = Lentidao.vezes(1_000);

    private final Comum<C> comum;
    private Estado<C> estado;
    private long ultimaNoticia = Long.MIN_VALUE;

    public Nodo(Identidade eu, Saida<C> saida) {
        this.comum = new Comum<>(eu, saida);
        this.estado = new Indefinido<>(comum, null);
    }

    // ───── Começo ─────

    /** O que o disco lembra: a visão, a época, o estado do instantâneo ({@code null} se nenhum). */
    public void lembrar(ObjectNode meta, Foto instantaneo) {
        comum.lembrar(Lembranca.de(meta), Copia.de(instantaneo));
    }

    /** O que o disco lembra: uma entrada do diário depois do instantâneo. */
    public void refazer(Envelope envelope) {
        comum.refazer(envelope);
    }

    /** Começa. @throws Falha se não se pode saber se este servidor é o primário, porque a visão guardada não serve */
    public void comecar() {
        boolean primeiro = comum.eu.tem(Modo.PRIMEIRO);
        if (comum.eu.tem(Modo.TESTEMUNHA)) {
            comum.saida.registrar("perguntar", "a", "testemunha");
            return;
        }
        if (primeiro) {
            comum.exigirVisaoBoa();
        }
        if (primeiro && (comum.visao() == null || comum.souOPrimarioDe(comum.visao()))) {
            assumir(comum.eu.sozinho(Math.max(1, comum.epoca())));
            return;
        }
        estado = new Seguimento<>(comum, primeiro);
        if (parada() != null) {
            comum.saida.registrar("aviso", "porque", parada());
        }
    }

    /**
     * Começa, e uma pessoa manda assumir, sem testemunha: a época nova diz a todos que a velha acabou.
     *
     * @throws Falha se este servidor nunca seguiu um primário: o banco que ele tem é vazio
     */
    public void promover() {
        comum.exigirQueTenhaSeguido();
        assumir(comum.eu.sozinho(comum.epoca() + 1));
    }

    // ───── Transições ─────

    private void assumir(Visao nova) {
        comum.adotar(nova);
        entrar(new Mandato<>(comum));
        comum.saida.registrar("assumir", "epoca", comum.epoca(), "desde", comum.copia().ultimo() + 1);
    }

    private void seguir(Visao nova) {
        boolean aMesma = estado instanceof Seguimento && nova.epoca() == comum.epoca(); // mudou só quem está em dia
        comum.adotar(nova);
        if (!aMesma) {
            entrar(new Seguimento<>(comum, eraPrimario()));
        }
    }

    /** Um backup ouviu alguém de uma época maior. @throws MensagemInvalida se não pode ser */
    private void subirPara(long maior) {
        Visao.exigirPlausivel("epoca", maior, comum.epoca());
        // exercício failover: passar à época maior, guardada, e seguir quem a manda
        if (maior > comum.epoca()) {
            comum.subirPara(maior);
            entrar(new Seguimento<>(comum, eraPrimario()));
        }
        // fim
    }

    /** Soube-se se o primário é do sistema original: a esse segue-se sem lhe dizer nada. */
    public void soEscutar(boolean original) {
        if (comum.soEscuta() != original) {
            comum.soEscutar(original);
            if (estado instanceof Seguimento) {
                entrar(new Seguimento<>(comum, eraPrimario()));
            }
        }
    }

    /**
     * O disco falhou: o que se anexou e não se gravou não vale, e é recusado; o que já se difundiu pode valer. Daqui em
     * diante este servidor só recusa.
     */
    public void falhar(String motivo) {
        estado = estado.parar(motivo);
    }

    private void entrar(Estado<C> novo) {
        estado.sair();
        estado = novo;
    }

    private boolean eraPrimario() {
        return estado instanceof Seguimento<C> s && s.eraPrimario();
    }

    // ───── A testemunha, e quem faz as vezes dela ─────

    /** A testemunha diz qual é a visão. @throws MensagemInvalida se não pode ser */
    public void visao(Visao nova) {
        Visao.exigirPlausivel("epoca", nova.epoca(), comum.epoca());
        Visao.exigirPlausivel("versao", nova.versao(), comum.visao() == null ? 0 : comum.visao().versao());
        // exercício failover: assumir, seguir, ou ficar como se está, conforme o que a testemunha diz
        boolean antiga = nova.epoca() < comum.epoca() || (comum.visao() != null && comum.visao().maisNovaQue(nova));
        boolean jaSei = nova.equals(comum.visao()) && !(estado instanceof Indefinido);
        estado.soubeDaVelha(antiga ? nova : null);
        if (jaSei || antiga || estado instanceof Parado) {
            return;
        }
        if (!comum.souOPrimarioDe(nova)) {
            seguir(nova);
        } else if (nova.epoca() > comum.epoca()) {
            assumir(nova);
        } else if (estado instanceof Mandato<C> mandato) {
            mandato.adotar(nova);
        } else {
            entrar(new Indefinido<>(comum, nova)); // já mandei nesta época, antes de reiniciar
        }
        // fim
    }

    /**
     * Outro primário, de época maior, nos manda descer.
     *
     * @return se já se sabe, também depois de reiniciar
     * @throws MensagemInvalida se não pode ser: ninguém é deposto por si mesmo, nem por uma época impossível
     */
    public boolean depor(Visao nova) {
        Visao.exigirPlausivel("epoca", nova.epoca(), comum.epoca());
        if (comum.souOPrimarioDe(nova)) {
            throw new MensagemInvalida("campo", "primario: sou eu, e não me deponho a mim mesmo");
        }
        if (nova.epoca() > comum.epoca() && !(estado instanceof Parado)) {
            seguir(nova);
        }
        return !(estado instanceof Parado);
    }

    /** O antigo primário respondeu. @param sabe se já sabe que este o é */
    public void avisado(boolean sabe) {
        if (sabe && estado instanceof Mandato<C> mandato) {
            mandato.avisado();
        }
    }

    // ───── Clientes ─────

    /** Um cliente pede uma operação. */
    public void operacao(C cliente, Operacao op) {
        estado.operacao(cliente, op);
    }

    /** Um cliente pede uma leitura que nunca seja velha. */
    public void saldo(C cliente, Function<Banco, String> resposta) {
        estado.saldo(cliente, resposta);
    }

    // ───── Primário e backups ─────

    /**
     * Um backup dá notícia: até onde tem no disco, e de que época é a última entrada dele.
     *
     * @return o que lhe responder; {@code null} se nada
     * @throws MensagemInvalida se não pode ser verdade
     */
    public Mensagem noticia(Noticia noticia, long agora) {
        return estado instanceof Mandato<C> mandato ? mandato.noticia(noticia, agora) : null;
    }

    /**
     * O primário difunde um pulso ou uma operação. Quem fala de uma época menor não é mais ouvido; a de quem fala de uma
     * maior passa a ser a nossa.
     *
     * @throws MensagemInvalida se algo não serve, e nada muda
     */
    public void numerada(Difundida d) {
        // exercício failover: não ouvir quem fala de uma época menor, e subir para uma maior
        if (estado instanceof Seguimento && d.epoca() >= comum.epoca()) {
            subirPara(d.epoca());
            ((Seguimento<C>) estado).ouvir(d);
        }
        // fim
    }

    /** Alguém difunde uma operação sem número. */
    public void simples(Operacao op) {
        if (estado instanceof Seguimento<C> s) {
            s.ouvir(op);
        }
    }

    /** O primário responde à nossa notícia: se o nosso diário é um começo do dele. */
    public void conferencia(Conferencia c) {
        if (estado instanceof Seguimento<C> s && s.esperaPor(c)) {
            subirPara(c.epoca());
            ((Seguimento<C>) estado).conferir(c.confere());
        }
    }

    /** O primário responde a um pedido do que nos faltava. */
    public void recuperada(Recuperada r) {
        if (estado instanceof Seguimento<C> s) {
            s.recuperar(r);
        }
    }

    // ───── Disco e tempo ─────

    /** O disco tem o que se anexou até esta posição: agora se pode difundir, confirmar ao primário, responder. */
    public void gravado(long ate) {
        comum.copia().gravou(ate);
        estado.gravado();
    }

    /** Passa o tempo. @param agora em milissegundos, de um relógio que só avança */
    public void tique(long agora) {
        if (estado instanceof Parado) {
            return;
        }
        estado.tique(agora);
        if (ultimaNoticia == Long.MIN_VALUE || agora - ultimaNoticia >= NOTICIA_MS) {
            ultimaNoticia = agora;
            if (comum.eu.tem(Modo.TESTEMUNHA)) {
                comum.saida.aoJuiz(estado.pergunta());
            }
            estado.noticia();
        }
    }

    // ───── O que se vê ─────

    /** Por que não avança, nem avançará sozinho; {@code null} se avança, ou espera por algo que pode vir. */
    public String parada() {
        return estado.parada();
    }

    /** O estado inteiro, para se ver: o banco, e em que seq começou cada época. */
    public ObjectNode estado() {
        return comum.copia().estado();
    }

    public Banco banco() {
        return comum.copia().banco();
    }

    /** O último seq no diário. */
    public long ultimo() {
        return comum.copia().ultimo();
    }

    /** O último seq confirmado (só o primário sabe; 0 num backup). */
    public long confirmado() {
        return estado instanceof Mandato<C> mandato ? mandato.confirmado() : 0;
    }

    public long epoca() {
        return comum.epoca();
    }

    public boolean primario() {
        return estado instanceof Mandato;
    }

    /** A visão em que outro é o primário; {@code null} se não se conhece nenhuma, ou se o primário é este. */
    public Visao visaoDeOutro() {
        return comum.visao() == null || comum.souOPrimarioDe(comum.visao()) ? null : comum.visao();
    }

    /** A última visão conhecida; {@code null} se nenhuma. */
    public Visao visao() {
        return comum.visao();
    }
}
