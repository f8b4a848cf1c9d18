//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Par.java
package tests.lab.provas;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Envelope;
import shared.Operacao;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.Registro;

/** Quem numera e difunde, quando a prova manda, e responde ao que lhe pedem: o sequenciador, ou o primário. */
abstract class Difusor extends Par {

    final boolean nosso;
    final Bancada b;
    final Registro registro = new Registro("prova", true);
    final List<Envelope> numeradas = new ArrayList<>();
    Pedidos porta;
    boolean responde = true;

    private final String nome;
    private final String aQuem;
    private final String calado;
    private final String opcao;
    private final Endereco pedidos;
    private final Endereco difusao;
    private ZMQ.Socket saida;
    private Assinantes assinantes;

    /**
     * @param nome   o processo que faz
     * @param opcao  a porta em que difunde
     * @param aQuem  o processo que o ouve
     * @param calado o que dizer, se esse não assina
     */
    Difusor(Bancada b, boolean nosso, String nome, String opcao, String aQuem, String calado) {
        super(nome, nosso);
        this.b = b;
        this.nosso = nosso;
        this.nome = nome;
        this.aQuem = aQuem;
        this.calado = calado;
        this.opcao = opcao;
        this.pedidos = b.endereco(nome, "pedidos");
        this.difusao = b.endereco(nome, opcao);
    }

    /** A operação com este número, como ele a diz. */
    abstract Envelope numerada(long seq, Operacao op);

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, pedidos.maquina(), pedidos.porta(), "pedidos");
        porta = new Pedidos(entrada);
        saida = soquetes.ligar(SocketType.XPUB, difusao.maquina(), difusao.porta(), opcao);
        assinantes = new Assinantes(saida);
        return soquetes.vigiar(entrada, saida);
    }

    @Override
    void atender() {
        assinantes.ler();
    }

    void enviar(String texto) {
        saida.send(texto.getBytes(StandardCharsets.UTF_8));
    }

    // ───── O que a prova manda ─────

    /** Espera que alguém assine: daqui em diante, o que se difunde chega-lhe. */
    final void esperarAssinante(Posto posto) {
        diante(posto);
        ate(b, calado + " (um SUB, que assina tudo)", this::temAssinante);
    }

    /** Se alguém assina. */
    final boolean temAssinante() {
        return fazer(() -> assinantes.quantos() > 0);
    }

    /** Dá o número seguinte a esta operação, e não a difunde. */
    final Envelope numerar(Operacao op) {
        return fazer(() -> anexar(op));
    }

    private Envelope anexar(Operacao op) {
        Envelope envelope = numerada(numeradas.size() + 1, op);
        numeradas.add(envelope);
        return envelope;
    }

    /** Numera-a e difunde-a, de uma vez: quem o ouve não sabe que a há antes de a ter. */
    final Envelope difundir(Operacao op) {
        return difundir(() -> anexar(op));
    }

    private Envelope difundir(Supplier<Envelope> qual) {
        return fazer(() -> {
            Envelope envelope = qual.get();
            b.seta(nome, aQuem, "seq=" + envelope.seq() + " " + Operacoes.dizer(envelope.op()), envelope.op());
            enviar(envelope.json());
            return envelope;
        });
    }

    /** Numera as duas, e só difunde a segunda: a primeira perde-se a caminho, e nem repetida chega. */
    final void perderEDifundir(Operacao perdida, Operacao op) {
        difundir(() -> {
            anexar(perdida);
            return anexar(op);
        });
    }

    /** Difunde exatamente isto. */
    final void difundir(String texto) {
        b.seta(nome, aQuem, Json.citar(texto, 120), null);
        fazer(() -> {
            enviar(texto);
            return null;
        });
    }

    /** Ouve o que se lhe pede, e não responde nem fala por si, ou volta a fazê-lo. */
    final void responder(boolean sim) {
        fazer(() -> responde = sim);
    }
}
