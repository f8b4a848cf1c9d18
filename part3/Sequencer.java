///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, sequenciador: dá a cada operação um número, e com isso uma ordem única a todas as réplicas.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Lote.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java ../shared/ordem/Historico.java
//SOURCES ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Pedidos.java
//SOURCES ../shared/rede/zmq/Mailbox.java ../shared/rede/zmq/io/Decifrada.java
//SOURCES ../shared/rede/zmq/io/mechanism/Mechanisms.java ../shared/tempo/Lentidao.java ../shared/texto/Campos.java
//SOURCES ../shared/texto/Endereco.java ../shared/texto/JsonGrande.java ../shared/texto/Reais.java
//SOURCES ../shared/texto/Registro.java regra/Sequenciador.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part3.regra.Sequenciador;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Json;

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
 * depois de reiniciar, e outro com o mesmo id_msg é recusado; o que recebeu OK está no disco; quem perdeu algo ou chega
 * tarde pode se pôr em dia.<br>
 * <b>Não garante</b>: seguir enquanto está morto; contar ao cliente o resultado (ele recebe o número, e pergunta o
 * resultado a uma réplica).<br>
 * <b>Experimente</b>: kill -9 no meio de uma {@code carga}, e inicie-o de novo: os clientes seguem, e nada se perdeu.<br>
 * <b>Leia depois</b>: a regra, em part3/regra/Ordem.java, e o núcleo, que a junta ao diário, em
 * part3/regra/Sequenciador.java.
 */
@Command(name = "part3/Sequencer.java",
        description = "Parte 3, sequenciador: numera as operações e as difunde numa ordem só.")
public final class Sequencer extends Papel implements Sequenciador.Saida<Pedidos.Pedido> {

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

    private Sequenciador<Pedidos.Pedido> nucleo;
    private Pedidos clientes;
    private ZMQ.Socket difusao;
    private Assinantes assinantes;

    @Override
    public Integer call() {
        try (Diario diario = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            nucleo = new Sequenciador<>(diario, Operacao.novoId().substring(0, 8), semente(), this);
            diario.avisar(soquetes::acordar);
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos");
            difusao = soquetes.ligar(SocketType.XPUB, bind, ordem, "--ordem");
            assinantes = new Assinantes(difusao);
            clientes = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada, difusao);
            pronto("recebe pedidos na porta " + pedidos + ", difunde a ordem na porta " + ordem);
            while (ativo()) {
                soquetes.dormir(acordar, clientes.pausa(100));
                assinantes.ler();
                clientes.atender(registro(), pedido -> nucleo.atender(pedido, pedido.corpo()));
                nucleo.passo(System.nanoTime() / 1_000_000);
            }
            nucleo.acabar();
        }
        return 0;
    }

    @Override
    public String estado() {
        ObjectNode estado = Json.MAPPER.createObjectNode().put("id", id()).put("seq", nucleo.ultimo())
                .put("assinantes", assinantes.quantos());
        return Json.escrever(nucleo.parada() == null ? estado : estado.put("parada", nucleo.parada()));
    }

    @Override
    public void responder(Pedidos.Pedido cliente, String texto) {
        clientes.responder(cliente, texto);
    }

    @Override
    public void difundir(String envelope) {
        difusao.send(envelope.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void decidiu(String evento, Envelope envelope) {
        registro().operacao(evento, envelope.op(), "seq", envelope.seq());
    }

    @Override
    public void registrar(String evento, Object... pares) {
        registro().linha(evento, pares);
    }

    public static void main(String[] args) {
        System.exit(executar(new Sequencer(), args));
    }
}
