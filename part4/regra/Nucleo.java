//SOURCES Nodo.java
package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import java.util.function.Supplier;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Conferencia;
import part4.regra.Mensagens.DaTestemunha;
import part4.regra.Mensagens.Depor;
import part4.regra.Mensagens.Difundida;
import part4.regra.Mensagens.Lembranca;
import part4.regra.Mensagens.Mensagem;
import part4.regra.Mensagens.Noticia;
import part4.regra.Mensagens.Pulso;
import part4.regra.Mensagens.Recuperada;
import part4.regra.Mensagens.Recuperar;
import part4.regra.Mensagens.Situacao;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.Lote;
import shared.ordem.Aplicada;
import shared.ordem.Historico;
import shared.texto.Campos;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Um servidor da parte 4, menos os soquetes: a regra ({@link Nodo}), o diário, e o histórico que se conta a quem o pede. É
 * o mesmo que o processo ({@code Servidor}) e a simulação põem a andar. As mensagens entram como bytes, e saem por
 * {@link Rede}; o tempo vem de fora. Uma mensagem que não serve lança {@link MensagemInvalida}, e nada muda.
 *
 * @param <C> um cliente que espera resposta
 */
public final class Nucleo<C> implements Saida<C> {

    /** O que está à volta. */
    public interface Rede<C> {
        /** A todos os backups. @param simples a operação que a mensagem leva, sem número; {@code null} se nenhuma */
        void difundir(String mensagem, Operacao simples);

        void responder(C cliente, String texto);

        void aoPrimario(String mensagem);

        /** À testemunha; sem ela, ao primário de antes de se promover este à mão. */
        void aoJuiz(String mensagem);

        /** O que responder a quem pergunta por um saldo que nunca seja velho. */
        String saldo(String conta, Banco banco);

        /** Quantos assinam o que este difunde. */
        int assinantes();

        /** Uma decisão que merece uma linha no registro. */
        void registrar(String evento, Object... pares);

        /** O que registra esta operação, assim que estiver no disco, com os saldos de agora. */
        Runnable aplicada(Aplicada aplicada, Banco banco);
    }

    private static final String INSTANCIA = "instancia";

    private final Rede<C> rede;
    private final Diario diario;
    private final String instancia;     // qual das encarnações deste servidor: muda quando ele esquece tudo
    private final Identidade eu;
    private final Lote lote;
    private final Nodo<C> nodo;
    private final Historico historico;
    private long gravada;               // até onde a regra sabe que o disco tem

    /** O que o disco lembra. @param quem diz quem é este servidor, dada a sua encarnação */
    public Nucleo(Diario diario, Function<String, Identidade> quem, Rede<C> rede) {
        this.rede = rede;
        this.diario = diario;
        ObjectNode meta = diario.meta(INSTANCIA);
        instancia = meta.has(INSTANCIA) ? meta.get(INSTANCIA).textValue() : Operacao.novoId().substring(0, 8);
        eu = quem.apply(instancia);
        nodo = new Nodo<>(eu, this);
        nodo.lembrar(meta, diario.instantaneo());
        diario.repetir(json -> nodo.refazer(Envelope.ler(json)));
        diario.dobrarCom(Copia.dobra(), porque -> rede.registrar("aviso", "instantaneo", porque));
        diario.guardarMeta(meta.put(INSTANCIA, instancia));
        gravada = diario.ultima();
        lote = new Lote(diario, true, this::falhou);
        historico = new Historico(diario, () -> Long.toString(nodo.epoca()));
        rede.registrar("recuperado", "ultimo", diario.ultima(), "do_instantaneo", diario.doInstantaneo(),
                "epoca", nodo.epoca());
    }

    private void falhou(Falha falha) {
        rede.registrar("erro", "disco", falha.getMessage());
        dizerOGravado(); // do lote anterior ao que falhou
        nodo.falhar(falha.getMessage());
    }

    /** Começa. @param promover se uma pessoa manda assumir já @throws Falha se não pode */
    public void comecar(boolean promover) {
        if (promover) {
            nodo.promover();
        } else {
            nodo.comecar();
        }
    }

    // ───── O que chega ─────

    /** Algo chegou à porta dos pedidos: uma operação, ou um pedido. */
    public void pedido(C cliente, byte[] corpo, long agora) {
        Campos campos = Campos.ler(corpo, Operacao.CHAVES);
        if (campos.tem("pedido")) {
            controlar(cliente, Json.ler(corpo), agora);
        } else {
            nodo.operacao(cliente, Operacao.de(campos));
        }
    }

    private void controlar(C cliente, ObjectNode m, long agora) {
        switch (Json.texto(m, "pedido")) {
            case "SALDO" -> {
                String conta = Json.texto(m, "conta");
                nodo.saldo(cliente, banco -> rede.saldo(conta, banco));
            }
            case "ESTADO" -> responder(cliente, situacao());
            case Noticia.PEDIDO -> responder(cliente, nodo.noticia(Noticia.de(m), agora));
            case Recuperar.HISTORICO -> recuperar(cliente, Recuperar.de(m), () -> historico.historico(m));
            case Recuperar.INSTANTANEO -> recuperar(cliente, Recuperar.de(m), () -> historico.instantaneo(m));
            case Depor.PEDIDO -> seODiscoDeixar(() ->
                    rede.responder(cliente, nodo.depor(Depor.de(m).visao()) ? Depor.FEITO : Depor.SEM_DISCO));
            default -> throw new MensagemInvalida("pedido", "este servidor responde a operações, SALDO e ESTADO");
        }
    }

    private Situacao situacao() {
        return new Situacao(eu.nome(), nodo.ultimo(), rede.assinantes(), nodo.epoca(), nodo.primario(),
                nodo.visao() == null ? 0 : nodo.visao().emDia().size(), nodo.parada());
    }

    private void responder(C cliente, Mensagem mensagem) {
        if (mensagem != null) {
            rede.responder(cliente, mensagem.json());
        }
    }

    /** Só o primário da época fala por ela. */
    private void recuperar(C cliente, Recuperar pedido, Supplier<String> resposta) {
        if (nodo.primario() && pedido.epoca() == nodo.epoca()) {
            lote.comDisco(() -> rede.responder(cliente, resposta.get()));
        }
    }

    /** O primário que se segue difundiu uma operação com número, ou um pulso. */
    public void numerada(Difundida difundida) {
        seODiscoDeixar(() -> nodo.numerada(difundida));
    }

    /** Alguém difundiu uma operação sem número. */
    public void simples(Operacao op) {
        nodo.simples(op);
    }

    /** Soube-se se quem se segue é do sistema original. */
    public void soEscutar(boolean original) {
        nodo.soEscutar(original);
    }

    /** O primário que se segue respondeu. */
    public void doPrimario(byte[] resposta) {
        ObjectNode m = Json.ler(resposta);
        seODiscoDeixar(() -> {
            if (m.has("pulso")) {
                nodo.numerada(Difundida.ler(resposta));
            } else if (m.has("seguir")) {
                nodo.conferencia(Conferencia.de(m));
            } else {
                nodo.recuperada(Recuperada.de(m));
            }
        });
    }

    /** A testemunha respondeu; sem ela, o antigo primário. */
    public void doJuiz(byte[] resposta) {
        if (!eu.tem(Modo.TESTEMUNHA)) {
            nodo.avisado(Depor.feito(resposta));
            return;
        }
        Visao visao = DaTestemunha.ler(resposta).visao();
        if (visao != null) {
            seODiscoDeixar(() -> nodo.visao(visao));
        }
    }

    /** Passa o tempo, e vai para o disco o que chegou; do que lá chegou, a regra difunde e responde. */
    public void passar(long agora) {
        seODiscoDeixar(() -> nodo.tique(agora));
        lote.gravar();
        dizerOGravado();
        lote.fotografar();
        dizerOGravado();
    }

    /** Encerra-se: o que ainda ia a caminho do disco. */
    public void acabar() {
        lote.gravarTudo();
        dizerOGravado();
    }

    private void dizerOGravado() {
        if (diario.ultima() > gravada) {
            gravada = diario.ultima();
            nodo.gravado(gravada);
        }
    }

    /** Se o disco falha a meio, a regra já o sabe, e o resto do que se ia fazer não se faz. */
    private void seODiscoDeixar(Runnable algo) {
        try {
            algo.run();
        } catch (Falha e) {
            if (lote.falha() == null) {
                throw e;
            }
        }
    }

    private void noDisco(Runnable uso) {
        if (!lote.comDisco(uso)) {
            throw lote.falha();
        }
    }

    // ───── O que a regra manda fazer ─────

    @Override
    public void anexar(Envelope envelope) {
        lote.anexar(envelope.json());
    }

    @Override
    public void guardar(Lembranca lembranca) {
        noDisco(() -> diario.guardarMeta(lembranca.json().put(INSTANCIA, instancia)));
    }

    @Override
    public void adotar(long posicao, ObjectNode estado) {
        noDisco(() -> diario.recomecarDe(posicao, estado));
        lote.recomecar();
        gravada = posicao;
    }

    @Override
    public void difundir(Envelope envelope) {
        rede.difundir(envelope.json(), envelope.op());
    }

    @Override
    public void difundir(Pulso pulso) {
        rede.difundir(pulso.json(), null);
    }

    @Override
    public void responder(C cliente, String texto) {
        rede.responder(cliente, texto);
    }

    @Override
    public void aoPrimario(Mensagem mensagem) {
        rede.aoPrimario(mensagem.json());
    }

    @Override
    public void aoJuiz(Mensagem mensagem) {
        rede.aoJuiz(mensagem.json());
    }

    @Override
    public void registrar(String evento, Object... pares) {
        rede.registrar(evento, pares);
    }

    @Override
    public void aplicada(Aplicada aplicada, Banco banco) {
        lote.depois(rede.aplicada(aplicada, banco));
    }

    /** A regra, para se ver como está. */
    public Nodo<C> nodo() {
        return nodo;
    }
}
