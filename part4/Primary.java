///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, primário: aplica as operações, responde o resultado e as repassa aos backups.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Consulta.java ../shared/Envelope.java ../shared/Papel.java ../shared/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part4;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Aplicada;
import shared.Banco;
import shared.Consulta;
import shared.Envelope;
import shared.Json;
import shared.MensagemInvalida;
import shared.Operacao;
import shared.Papel;
import shared.Pedidos;
import shared.Resultado;
import shared.Soquetes;

/**
 * Decide sozinho a ordem e o resultado, responde ao cliente e repassa cada operação aos backups.
 *
 * <pre>
 *   Client (REQ) ──►┐                            ┌──► Backup 1 (SUB)
 *                   ├─ :6004 Primary XPUB :6005 ─┤
 *   Client (REQ) ──►┘      Banco                 └──► Backup 2 (SUB)
 * </pre>
 *
 * <b>Garante</b>: a mesma ordem em todos; o cliente sabe o resultado na resposta; um pedido repetido vale uma vez e
 * recebe o mesmo resultado.<br>
 * <b>Não garante</b>: seguir se o primário morre; o que ele confirmou e ainda não chegou aos backups se perde com ele.<br>
 * <b>Experimente</b>: {@code --formato semente} manda a operação sem número, como o sistema original.
 */
@Command(name = "part4/Primary.java", description = "Parte 4, primário: aplica, responde o resultado e repassa aos backups.")
public final class Primary extends Papel {

    /** Como as atualizações viajam: numeradas, ou simples como no sistema original. */
    enum Formato { envelope, semente }

    // ───── Protocolo ─────

    /** A regra do primário: quem aplica primeiro numera. Só o que é novo vai aos backups. */
    public static final class Primario {

        /** O que responder, e o que repassar (vazio numa repetição). */
        public record Decisao(Resultado resultado, Optional<Envelope> atualizacao) {
        }

        private final Banco banco = new Banco();
        private long ultimo;

        public Decisao decidir(Operacao op) {
            Resultado resultado = banco.aplicar(op);
            boolean nova = resultado.situacao() != Resultado.Situacao.DUPLICADA;
            return new Decisao(resultado, nova ? Optional.of(new Envelope(++ultimo, op)) : Optional.empty());
        }

        public Banco banco() {
            return banco;
        }

        /** O número da última operação nova; 0 se nenhuma. */
        public long ultimo() {
            return ultimo;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--pedidos", paramLabel = "PORTA", defaultValue = "6004", order = 1,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--atualizacoes", paramLabel = "PORTA", defaultValue = "6005", order = 2,
            description = "porta que os backups assinam (padrão: ${DEFAULT-VALUE})")
    private int atualizacoes;

    @Option(names = "--formato", paramLabel = "FORMATO", defaultValue = "envelope", order = 3,
            description = "envelope ou semente (sem número, como no sistema original; padrão: ${DEFAULT-VALUE})")
    private Formato formato;

    @Option(names = "--consulta", paramLabel = "PORTA", defaultValue = "7001", order = 4,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 5,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    // ───── Rede ─────

    private final Primario primario = new Primario();
    private ZMQ.Socket difusao;
    private int assinantes;

    @Override
    public Integer call() {
        try (Soquetes soquetes = new Soquetes()) {
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos");
            difusao = soquetes.ligar(SocketType.XPUB, bind, atualizacoes, "--atualizacoes");
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            Pedidos clientes = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada, difusao);
            consultas.vigiar(acordar);
            pronto("recebe pedidos na porta " + pedidos + ", difunde atualizações na porta " + atualizacoes
                    + ", responde consultas na porta " + consulta);
            while (ativo()) {
                acordar.poll(100);
                assinantes += Soquetes.novosAssinantes(difusao);
                clientes.atender(registro(), this::atender);
                consultas.responder(primario.banco(), primario.ultimo());
            }
        }
        return 0;
    }

    private String atender(Pedidos.Pedido pedido) {
        ObjectNode objeto = Json.ler(pedido.corpo());
        return objeto.has("pedido") ? controlar(objeto) : confirmar(Operacao.de(objeto));
    }

    private String confirmar(Operacao op) {
        Primario.Decisao decisao = primario.decidir(op);
        decisao.atualizacao().ifPresent(envelope -> difusao.send(
                (formato == Formato.semente ? op.json() : envelope.json()).getBytes(StandardCharsets.UTF_8)));
        registro().aplicada(new Aplicada(primario.ultimo(), op, decisao.resultado()), primario.banco());
        return resposta(decisao);
    }

    /** Uma recusa também começa com OK: o pedido foi atendido, e o resultado dele é que o saldo não chegava. */
    private static String resposta(Primario.Decisao decisao) {
        Resultado original = decisao.resultado().original();
        return "OK " + decisao.atualizacao().map(e -> "seq=" + e.seq()).orElse("repetida")
                + " resultado=" + original.situacao()
                + (original.motivo() == null ? "" : " (" + original.motivo() + ")");
    }

    private String controlar(ObjectNode objeto) {
        return Json.escrever(switch (Json.texto(objeto, "pedido")) {
            case "SALDO" -> Consulta.saldo(Json.texto(objeto, "conta"), primario.banco(), id());
            case "ESTADO" -> Json.MAPPER.createObjectNode()
                    .put("id", id()).put("seq", primario.ultimo()).put("assinantes", assinantes);
            default -> throw new MensagemInvalida("pedido", "o primário responde a operações, SALDO e ESTADO");
        });
    }

    public static void main(String[] args) {
        System.exit(executar(new Primary(), args));
    }
}
