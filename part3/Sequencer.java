///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, sequenciador: dá a cada operação um número, e com isso uma ordem única a todas as réplicas.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Envelope.java ../shared/Papel.java ../shared/Pedidos.java ../shared/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.Json;
import shared.MensagemInvalida;
import shared.Operacao;
import shared.Papel;
import shared.Pedidos;
import shared.Soquetes;

/**
 * Recebe pedidos de todos os clientes, numera-os de 1 em diante e difunde-os numerados.
 *
 * <pre>
 *   Client (REQ) ──►┐                              ┌──► Replica 1 (SUB)
 *                   ├─ :6002 Sequencer XPUB :6003 ─┤
 *   Client (REQ) ──►┘                              └──► Replica 2 (SUB)
 * </pre>
 *
 * <b>Garante</b>: a mesma ordem total em todas as réplicas; um pedido repetido (mesmo id_msg) recebe o mesmo número e
 * não é difundido de novo.<br>
 * <b>Não garante</b>: seguir se o sequenciador morre; contar ao cliente o resultado (ele recebe o número, e pergunta o
 * resultado a uma réplica).<br>
 * <b>Experimente</b>: dois clientes com {@code carga} ao mesmo tempo, e depois {@code estado}: os resumos são iguais.
 */
@Command(name = "part3/Sequencer.java", description = "Parte 3, sequenciador: numera as operações e as difunde numa ordem só.")
public final class Sequencer extends Papel {

    // ───── Protocolo ─────

    /** O sequenciador fixo (Coulouris, seção 15.4.3): quem chega primeiro a ele vem primeiro para todos. */
    public static final class Ordem {

        private final Map<String, Long> numeros = new LinkedHashMap<>(); // id_msg -> seq, por ordem
        private long ultimo;

        /** O número desta operação: o próximo, ou, se ela já passou por aqui, o mesmo de antes. */
        public long ordenar(Operacao op) {
            Long antes = numeros.get(op.id_msg());
            if (antes != null) {
                return antes;
            }
            numeros.put(op.id_msg(), ++ultimo);
            if (numeros.size() > Banco.IDS_LEMBRADOS) {
                numeros.remove(numeros.keySet().iterator().next());
            }
            return ultimo;
        }

        /** O último número dado; 0 se nenhum. */
        public long ultimo() {
            return ultimo;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--pedidos", paramLabel = "PORTA", defaultValue = "6002", order = 1,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--ordem", paramLabel = "PORTA", defaultValue = "6003", order = 2,
            description = "porta que as réplicas assinam (padrão: ${DEFAULT-VALUE})")
    private int ordem;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 3,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    // ───── Rede ─────

    private final Ordem numeros = new Ordem();
    private ZMQ.Socket difusao;
    private int assinantes;

    @Override
    public Integer call() {
        try (Soquetes soquetes = new Soquetes()) {
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos");
            difusao = soquetes.ligar(SocketType.XPUB, bind, ordem, "--ordem");
            Pedidos clientes = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada, difusao);
            pronto("recebe pedidos na porta " + pedidos + ", difunde a ordem na porta " + ordem);
            while (ativo()) {
                acordar.poll(100);
                assinantes += Soquetes.novosAssinantes(difusao);
                clientes.atender(registro(), this::atender);
            }
        }
        return 0;
    }

    private String atender(Pedidos.Pedido pedido) {
        ObjectNode objeto = Json.ler(pedido.corpo());
        return objeto.has("pedido") ? controlar(Json.texto(objeto, "pedido")) : ordenar(Operacao.de(objeto));
    }

    private String ordenar(Operacao op) {
        long antes = numeros.ultimo();
        long seq = numeros.ordenar(op);
        boolean nova = seq > antes;
        if (nova) {
            difusao.send(new Envelope(seq, op).json().getBytes(StandardCharsets.UTF_8));
        }
        registro().operacao(nova ? "ordenar" : "repetida", op, "seq", seq);
        return "OK seq=" + seq;
    }

    private String controlar(String pedido) {
        if (pedido.equals("ESTADO")) {
            return Json.escrever(Json.MAPPER.createObjectNode()
                    .put("id", id()).put("seq", numeros.ultimo()).put("assinantes", assinantes));
        }
        throw new MensagemInvalida("pedido", "o sequenciador responde a operações e a ESTADO");
    }

    public static void main(String[] args) {
        System.exit(executar(new Sequencer(), args));
    }
}
