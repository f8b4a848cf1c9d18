package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Conferencia;
import part4.regra.Mensagens.Difundida;
import part4.regra.Mensagens.Noticia;
import part4.regra.Mensagens.Pulso;
import part4.regra.Mensagens.Recuperada;
import part4.regra.Mensagens.Recuperar;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.tempo.Lentidao;

/** Um tempo como backup, numa época: confere o diário com o do primário, repete o que ele decide, e diz-lhe até onde tem. */
final class Seguimento<C> extends Estado<C> {

    private static final int AVISO_MS = Lentidao.vezes(5_000);

    private boolean eraPrimario;            // iniciado como primário, sem testemunha, mas outro o foi depois dele
    private Seguidor seguidor;              // null = ainda não se conferiu o diário com o do primário desta época
    private Copia adotando;                 // o estado do primário, até chegar onde ele ia; null = não se troca o nosso
    private long ronda;                     // a última que se ouviu…
    private String rondaDe = "";            // …e de que mandato
    private boolean ouviu;                  // alguém que difunde, desde o último tique
    private long ouveDesde = Long.MIN_VALUE; // ouve o primário, mas ele não confere: desde quando

    Seguimento(Comum<C> comum, boolean eraPrimario) {
        super(comum);
        this.eraPrimario = eraPrimario;
        this.seguidor = comum.soEscuta() ? new Seguidor(null, comum.copia().ultimo()) : null; // quem só escuta não confere
    }

    boolean eraPrimario() {
        return eraPrimario;
    }

    // ───── O que o primário difunde ─────

    void ouvir(Difundida d) {
        ouviu = true;
        if (d.pulso() != null) {
            ouvir(d.pulso());
        } else if (seguidor != null) {
            entregar(seguidor.receber(d.envelope()));
        }
    }

    private void ouvir(Pulso pulso) {
        boolean nova = pulso.ronda() != ronda || !pulso.de().equals(rondaDe);
        ronda = pulso.ronda();
        rondaDe = pulso.de();
        if (seguidor != null) {
            seguidor.saberQueVaiAte(pulso.ultimo());
        }
        if (nova || seguidor == null) { // senão, a um pulso que responde a uma notícia responderia outra, sem fim
            noticia();
        }
    }

    /**
     * Uma operação sem número. Para quem só escuta, vale na ordem em que chega; para quem pode pedir a numerada, é só o
     * aviso de que há uma nova: o que se perdesse ou se repetisse não se notaria.
     */
    void ouvir(Operacao simples) {
        if (comum.soEscuta()) {
            entregar(List.of(new Envelope(comum.copia().ultimo() + 1, simples, null, comum.epoca())));
            return;
        }
        ouviu = true;
        if (seguidor != null) {
            seguidor.saberQueVaiAte(seguidor.ultimo() + 1);
        }
    }

    private void entregar(List<Envelope> prontos) {
        if (adotando != null) {
            prontos.forEach(adotando::aplicar);
            if (seguidor.emDia()) {
                adotar(adotando);
            }
            return;
        }
        for (Envelope envelope : prontos) {
            Resultado resultado = comum.copia().aplicar(envelope);
            comum.saida.anexar(envelope);
            comum.saida.aplicada(new Aplicada(envelope.seq(), envelope.op(), resultado), comum.copia().banco());
        }
    }

    // ───── O que ele responde ─────

    /** Se esta resposta é a uma pergunta que ainda vale: o diário não mudou desde então, e ainda não se conferiu. */
    boolean esperaPor(Conferencia c) {
        Copia copia = comum.copia();
        boolean conferido = c.epoca() == comum.epoca() && seguidor != null;
        return c.epoca() >= comum.epoca() && !conferido && c.ultimo() == copia.ultimo() && copia.gravado() == copia.ultimo();
    }

    /** @param confere se o nosso diário é um começo do dele; senão, troca-se pelo estado dele */
    void conferir(boolean confere) {
        // exercício failover: seguir o primário; e, se ele não tem o fim deste diário, largá-lo
        if (!confere) {
            comum.saida.registrar("descartar", "epoca", comum.epoca(), "ate", comum.copia().ultimo(), "porque",
                    "o primário não tem o fim do meu diário; adoto o estado dele");
        }
        eraPrimario = false;
        seguidor = confere ? new Seguidor(historia(), comum.copia().ultimo()) : Seguidor.pelaFoto(historia());
        // fim
    }

    private String historia() {
        return Long.toString(comum.epoca());
    }

    void recuperar(Recuperada r) {
        if (seguidor == null || !r.historia().equals(historia())) {
            return;
        }
        Copia.exigirAte(comum.epoca(), r.maiorEpoca());
        Seguidor.Passo passo = seguidor.resposta(r.oQue());
        if (passo.foto() != null) {
            adotando = Copia.de(passo.foto().posicao(), passo.foto().estado(), comum.epoca());
            seguidor.adotou(passo.foto());
        }
        entregar(passo.entregar());
    }

    /**
     * O instantâneo do primário pode ser de antes do que já se confirmou, e que este, se estava em dia, tem: só se troca o
     * nosso quando ao dele se juntou tudo o que ele tinha depois.
     */
    private void adotar(Copia outra) {
        long tinha = comum.copia().ultimo();
        comum.saida.adotar(outra.ultimo(), outra.estado()); // o que se entendeu, não o que veio
        outra.gravou(outra.ultimo());
        comum.trocar(outra);
        adotando = null;
        comum.saida.registrar("instantaneo", "seq", outra.ultimo(), "tinha", tinha);
    }

    // ───── O que se lhe diz ─────

    @Override
    void gravado() {
        if (seguidor != null) {
            noticia();
        }
    }

    @Override
    void noticia() {
        // exercício primario: dizer ao primário até onde este backup tem no disco
        if (!comum.soEscuta()) {
            long tem = comum.copia().gravado();
            boolean conferido = seguidor != null && !seguidor.querFoto() && adotando == null;
            comum.saida.aoPrimario(new Noticia(comum.eu.id(), comum.epoca(), conferido, tem,
                    comum.copia().epocaDe(tem), ronda, rondaDe));
        }
        // fim
    }

    @Override
    void tique(long agora) {
        ObjectNode pedido = seguidor == null || comum.soEscuta() ? null : seguidor.pedido(agora);
        if (pedido != null) {
            comum.saida.aoPrimario(new Recuperar(pedido, comum.epoca()));
        }
        boolean semConferir = seguidor == null && (ouviu || ouveDesde != Long.MIN_VALUE);
        ouviu = false;
        if (!semConferir) {
            ouveDesde = Long.MIN_VALUE;
        } else if (ouveDesde == Long.MIN_VALUE) {
            ouveDesde = agora;
        } else if (agora - ouveDesde > AVISO_MS) {
            ouveDesde = agora;
            comum.saida.registrar("aviso", "porque",
                    "ouço o primário, mas ele não responde às minhas notícias: confira --pedidos-primario");
        }
    }

    // ───── Sem saída ─────

    /** Um primário sem testemunha que foi deposto segue o novo; se o novo não lhe fala, alguém tem de decidir. */
    @Override
    String parada() {
        Visao visao = comum.visao();
        if (seguidor != null || visao == null) {
            return null;
        }
        if (eraPrimario) {
            return "já não sou o primário: " + visao.primario() + " tomou o meu lugar na época " + visao.epoca()
                    + ", e não me responde em " + visao.pedidos() + ". Inicie-o com Backup --promover; ou, para recomeçar,"
                    + " todos com --do-zero";
        }
        if (comum.eu.tem(Modo.TESTEMUNHA) && comum.eu.souEuDeAntes(visao.primario())) {
            return "a testemunha espera por " + visao.primario() + ", que era eu antes de esquecer tudo: reinicie-a também"
                    + " com --do-zero";
        }
        return null;
    }
}
