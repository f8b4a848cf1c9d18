///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, sequenciador: dá a cada operação um número, e com isso uma ordem única a todas as réplicas.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/papel/Dados.java ../shared/Envelope.java ../shared/ordem/Historico.java
//SOURCES ../shared/disco/EstadoDoBanco.java
//SOURCES ../shared/papel/Papel.java ../shared/rede/Pedidos.java ../shared/rede/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.Lembradas;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.ordem.Historico;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Recebe pedidos de todos os clientes, numera-os de 1 em diante, guarda-os no diário e difunde-os numerados.
 *
 * <pre>
 *   Client (REQ) ──►┐                              ┌──► Replica 1 (SUB)
 *                   ├─ :6002 Sequencer XPUB :6003 ─┤
 *   Client (REQ) ──►┘   ▲      diário              └──► Replica 2 (SUB)
 *                       └── HISTORICO, INSTANTANEO ── quem perdeu algo
 * </pre>
 *
 * <b>Garante</b>: a mesma ordem total em todas as réplicas; um pedido repetido (mesmo id_msg) recebe o mesmo número, também
 * depois de reiniciar, e outro com o mesmo id_msg é recusado; o que recebeu OK está no disco; quem perdeu algo ou chega tarde
 * pode se pôr em dia.<br>
 * <b>Não garante</b>: seguir enquanto está morto; contar ao cliente o resultado (ele recebe o número, e pergunta o
 * resultado a uma réplica).<br>
 * <b>Experimente</b>: kill -9 no meio de uma {@code carga}, e inicie-o de novo: os clientes seguem, e nada se perdeu.
 */
@Command(name = "part3/Sequencer.java", description = "Parte 3, sequenciador: numera as operações e as difunde numa ordem só.")
public final class Sequencer extends Papel {

    // ───── Protocolo ─────

    /** O sequenciador fixo (Coulouris, seção 15.4.3): quem chega primeiro a ele vem primeiro para todos. */
    public static final class Ordem {

        /** Sem nada de novo, depois de quanto tempo se repete o último: quem o perdeu fica sabendo. */
        public static final int REPETIR_MS = 500;

        private final Lembradas<Long> numeros = new Lembradas<>();
        private final String historia;
        private long ultimo;
        private long difundidoEm;

        /** @param historia o nome desta sequência de números, que a distingue da de um sequenciador que recomeçou; null = não a diz */
        public Ordem(String historia) {
            this.historia = historia;
        }

        /**
         * A operação com o seu número: o próximo, ou, se ela já passou por aqui, o mesmo de antes.
         *
         * @throws MensagemInvalida se o id_msg é o de outra operação
         */
        public Envelope ordenar(Operacao op) {
            Long antes = numeros.daPrimeiraVez(op);
            if (antes == null) {
                refazer(op, ultimo + 1);
            }
            return new Envelope(antes == null ? ultimo : antes, op, historia);
        }

        /** Registra um número já dado, que o diário lembra. */
        public void refazer(Operacao op, long seq) {
            ultimo = seq;
            numeros.lembrar(op, seq);
        }

        /** Registra o que o instantâneo lembra. @param seq o número da última destas */
        public void refazer(Lembradas<?> lembradas, long seq) {
            ultimo = seq - lembradas.todas().size();
            lembradas.todas().forEach((id, lembrada) ->
                    numeros.lembrar(id, new Lembradas.Lembrada<>(lembrada.conteudo(), ++ultimo)));
        }

        /** Difundiu-se algo. @param agora em milissegundos, de um relógio que só avança */
        public void difundido(long agora) {
            difundidoEm = agora;
        }

        /** O número a difundir outra vez, se há muito não se difunde nada: o último que está no disco; 0 se nenhum. */
        public long aRepetir(long noDisco, long agora) {
            return agora - difundidoEm > REPETIR_MS ? noDisco : 0;
        }

        /** O último número dado; 0 se nenhum. */
        public long ultimo() {
            return ultimo;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--pedidos", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6002", order = 1,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--ordem", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6003", order = 2,
            description = "porta que as réplicas assinam (padrão: ${DEFAULT-VALUE})")
    private int ordem;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 3,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        dados.conferir(opcoes).portasDiferentes("--pedidos", pedidos, "--ordem", ordem);
    }

    // ───── Rede ─────

    /** Um pedido que espera o disco, e o que se difundirá ({@code null} se a operação é repetida) e responderá. */
    private record Pendente(Pedidos.Pedido pedido, Envelope envelope, String json) {
    }

    private final List<Pendente> lote = new ArrayList<>();
    private Diario diario;
    private Banco banco = new Banco();  // só para poder fotografar o estado
    private Ordem numeros;
    private Historico historico;
    private ZMQ.Socket difusao;
    private Assinantes assinantes;
    private Falha semDisco;

    @Override
    public Integer call() {
        try (Diario aberto = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            diario = aberto;
            recuperar();
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos");
            difusao = soquetes.ligar(SocketType.XPUB, bind, ordem, "--ordem");
            assinantes = new Assinantes(difusao);
            Pedidos clientes = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada, difusao);
            pronto("recebe pedidos na porta " + pedidos + ", difunde a ordem na porta " + ordem);
            while (ativo()) {
                acordar.poll(clientes.pausa(100));
                assinantes.ler();
                clientes.atender(registro(), this::atender);
                confirmar(clientes);
                repetirUltimo();
            }
        }
        return 0;
    }

    private void recuperar() {
        ObjectNode meta = diario.meta("historia");
        String historia = meta.has("historia") ? meta.get("historia").textValue() : Operacao.novoId().substring(0, 8);
        diario.guardarMeta(meta.put("historia", historia));
        numeros = new Ordem(semente() ? null : historia);
        ObjectNode foto = diario.instantaneo();
        if (foto != null) {
            banco = EstadoDoBanco.ler(foto);
            numeros.refazer(banco.lembradas(), diario.doInstantaneo());
        }
        diario.repetir(json -> {
            Envelope envelope = Envelope.ler(json);
            numeros.refazer(envelope.op(), envelope.seq());
            banco.aplicar(envelope.op());
        });
        historico = new Historico(diario, () -> historia, () -> EstadoDoBanco.de(banco));
        registro().linha("recuperado", "ultimo", diario.ultima(), "do_instantaneo", diario.doInstantaneo(), "historia", historia);
    }

    /** @return a resposta, ou null se ela espera o disco */
    private String atender(Pedidos.Pedido pedido) {
        ObjectNode objeto = Json.ler(pedido.corpo());
        if (objeto.has("pedido")) {
            return controlar(Json.texto(objeto, "pedido"), objeto);
        }
        Operacao op = Operacao.de(objeto);
        long antes = numeros.ultimo();
        Envelope envelope = numeros.ordenar(op);
        String json = envelope.seq() > antes ? envelope.json() : null;
        if (json != null && semDisco == null) {
            diario.anexar(json);
        }
        lote.add(new Pendente(pedido, envelope, json));
        return null;
    }

    /** Grava o lote de uma vez; só então o difunde e responde. */
    private void confirmar(Pedidos clientes) {
        comDisco(diario::gravar);
        for (Pendente p : lote) {
            if (p.envelope().seq() > diario.ultima()) { // a repetida, que já estava no disco, segue valendo
                clientes.responder(p.pedido(), "ERRO disco: " + semDisco.getMessage());
                continue;
            }
            if (p.json() != null) {
                banco.aplicar(p.envelope().op());
                difundir(p.json());
            }
            clientes.responder(p.pedido(), "OK seq=" + p.envelope().seq());
            registro().operacao(p.json() != null ? "ordenar" : "repetida", p.envelope().op(), "seq", p.envelope().seq());
        }
        lote.clear();
        if (diario.horaDeFotografar()) {
            comDisco(() -> diario.fotografar(EstadoDoBanco.de(banco)));
        }
    }

    /** Usa o disco; se ele falha, daqui em diante só se recusa o que é novo. */
    private void comDisco(Runnable algo) {
        try {
            algo.run();
        } catch (Falha e) {
            semDisco = e;
            registro().linha("erro", "disco", e.getMessage());
        }
    }

    private void difundir(String envelope) {
        difusao.send(envelope.getBytes(StandardCharsets.UTF_8));
        numeros.difundido(agora());
    }

    private void repetirUltimo() {
        diario.ler(numeros.aRepetir(diario.ultima(), agora()), 1).forEach(this::difundir);
    }

    private static long agora() {
        return System.nanoTime() / 1_000_000;
    }

    private String controlar(String pedido, ObjectNode objeto) {
        return switch (pedido) {
            case "ESTADO" -> {
                ObjectNode estado = Json.MAPPER.createObjectNode().put("id", id()).put("seq", diario.ultima()).put("assinantes", assinantes.quantos());
                yield Json.escrever(semDisco == null ? estado : estado.put("parada", "disco: " + semDisco.getMessage()));
            }
            case "HISTORICO" -> historico.historico(objeto);
            case "INSTANTANEO" -> historico.instantaneo(objeto);
            default -> throw new MensagemInvalida("pedido",
                    "o sequenciador responde a operações, ESTADO, HISTORICO e INSTANTANEO");
        };
    }

    public static void main(String[] args) {
        System.exit(executar(new Sequencer(), args));
    }
}
