package part4.regra;

import java.util.HashSet;
import java.util.Set;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Lembranca;
import shared.Envelope;
import shared.texto.Falha;

/** O que um servidor sabe seja qual for o seu estado: quem é, o seu banco, a maior época que viu, e a última visão. */
final class Comum<C> {

    final Identidade eu;
    final Saida<C> saida;
    private Copia copia = new Copia();
    private long epoca;                 // a maior que se viu, no disco
    private Visao visao;                // a última que se conhece, no disco; null = nenhuma
    private String visaoRuim;           // por que não serve a que o disco lembrava
    private boolean soEscuta;           // o primário não entende notícias nem pedidos, ou não se quer falar com ele

    Comum(Identidade eu, Saida<C> saida) {
        this.eu = eu;
        this.saida = saida;
        this.soEscuta = eu.tem(Modo.SO_ESCUTA);
    }

    // ───── A visão e a época vão ao disco antes de valerem ─────

    void adotar(Visao nova) {
        Set<String> sairam = new HashSet<>(visao == null ? Set.of() : visao.emDia());
        Set<String> entraram = new HashSet<>(nova.emDia());
        entraram.removeAll(sairam);
        sairam.removeAll(nova.emDia());
        guardar(Math.max(epoca, nova.epoca()), nova);
        saida.registrar("visao", "epoca", nova.epoca(), "versao", nova.versao(), "primario", nova.primario(),
                "em_dia", nova.emDia(), "entraram", entraram, "sairam", sairam);
    }

    /** Ouviu-se alguém de uma época maior. */
    void subirPara(long maior) {
        guardar(maior, visao);
    }

    private void guardar(long novaEpoca, Visao nova) {
        saida.guardar(new Lembranca(novaEpoca, nova, null));
        epoca = novaEpoca;
        visao = nova;
    }

    // ───── O que o disco lembra ─────

    void lembrar(Lembranca lembranca, Copia doInstantaneo) {
        visaoRuim = lembranca.ruim();
        visao = lembranca.visao();
        copia = doInstantaneo;
        epoca = Math.max(lembranca.epoca(), copia.epocaDe(Long.MAX_VALUE));
        if (visaoRuim != null) {
            saida.registrar("aviso", "porque", "a visão guardada não serve (" + visaoRuim + "): esqueço-a");
        }
    }

    void refazer(Envelope envelope) {
        copia.aplicar(envelope);
        copia.gravou(envelope.seq());
        epoca = Math.max(epoca, envelope.epoca());
    }

    /** @throws Falha se a visão que o disco lembrava não serve: este pode já não ser o primário */
    void exigirVisaoBoa() {
        if (visaoRuim != null) {
            throw new Falha("a visão guardada não serve (" + visaoRuim + "), e não sei se outro assumiu. Se há outro"
                    + " primário, inicie este como Backup; se não há, inicie-o com part4/Backup.java --promover, com o --id"
                    + " e a pasta de --dados deste");
        }
    }

    /** @throws Falha se este servidor nunca seguiu um primário */
    void exigirQueTenhaSeguido() {
        if (epoca == 0 && copia.ultimo() == 0) {
            throw new Falha("não há o que promover: este backup nunca seguiu um primário, e o banco dele está vazio."
                    + " Confira --dados e --id; para começar um banco novo, inicie um Primary");
        }
    }

    long epoca() {
        return epoca;
    }

    Visao visao() {
        return visao;
    }

    boolean souOPrimarioDe(Visao qual) {
        return qual != null && qual.primario().equals(eu.id());
    }

    // ───── O banco ─────

    Copia copia() {
        return copia;
    }

    void trocar(Copia outra) {
        copia = outra;
    }

    // ───── Quem se segue ─────

    boolean soEscuta() {
        return soEscuta;
    }

    void soEscutar(boolean sim) {
        soEscuta = sim;
    }
}
