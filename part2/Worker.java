///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, worker: tira operações da sua fila e as aplica.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Lote.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java ../shared/ordem/Seguidor.java
//SOURCES ../shared/papel/Consulta.java ../shared/papel/Dados.java ../shared/papel/Papel.java
//SOURCES ../shared/rede/Pedidos.java ../shared/rede/SemResposta.java ../shared/rede/zmq/Mailbox.java
//SOURCES ../shared/rede/zmq/io/Decifrada.java ../shared/rede/zmq/io/mechanism/Mechanisms.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/JsonGrande.java ../shared/texto/Reais.java ../shared/texto/Registro.java
//SOURCES regra/Consumidor.java rpc/ChamadasDeFundo.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part2.regra.Consumidor;
import part2.rpc.ChamadasDeFundo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.disco.Diario;
import shared.ordem.Aplicada;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.MensagemInvalida;

/**
 * Recebe numa fila só sua todas as operações, e as aplica por ordem; o que lhe falta, pede ao servidor.
 *
 * <pre>
 *   RpcServer (PUSH) ──► :6001 Worker (PULL) ── diário ── Banco ── consultas (:7001)
 *   RpcServer :50051 ◄── o que falta: historico, instantaneo (RPC)
 * </pre>
 *
 * <b>Garante</b>: a ordem de cada servidor (FIFO), sem buracos nem repetições; com um só, a mesma que os outros workers. Se
 * morre, volta de onde estava e recebe o que perdeu.<br>
 * <b>Não garante</b>: com dois servidores, a mesma ordem que os outros workers.<br>
 * <b>Experimente</b>: dois RpcServer para os mesmos dois workers, com {@code carga} nos dois ao mesmo tempo.
 */
@Command(name = "part2/Worker.java", description = "Parte 2, worker: tira operações da sua fila e as aplica.")
public final class Worker extends Papel implements Consumidor.Saida {

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6001", order = 1,
            description = "porta da fila deste worker (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--rpc", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:50051", order = 2,
            description = "os servidores a quem pedir o que falta (padrão: ${DEFAULT-VALUE})")
    private String rpc;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001",
            order = 3, description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--sem-recuperacao", order = 5,
            description = "não pede o que falta, para se ver para que serve: o que se perdeu para tudo o que vem depois")
    private boolean semRecuperacao;

    @Option(names = "--mostrar-banco", order = 6,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        Endereco.lerLista(rpc, 50051);
        mostrarBanco(dados.conferir(opcoes).portasDiferentes("--porta", porta, "--consulta", consulta), mostrarBanco);
    }

    // ───── Rede ─────

    private List<ChamadasDeFundo> servidores;

    @Override
    public Integer call() {
        try (Diario diario = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            List<Endereco> aQuemPedir = semRecuperacao || semente() ? List.of() : Endereco.lerLista(rpc, 50051);
            Consumidor nucleo = new Consumidor(diario, aQuemPedir.size(), this);
            ZMQ.Socket fila = soquetes.ligar(SocketType.PULL, bind, porta, "--porta");
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(fila);
            consultas.vigiar(acordar);
            servidores = aQuemPedir.stream().map(s -> new ChamadasDeFundo(defesa(), s, registro())).toList();
            pronto("recebe a fila na porta " + porta + ", responde consultas na porta " + consulta);
            while (ativo()) {
                acordar.poll(nucleo.esperando() ? 2 : 100);
                Soquetes.receber(fila, nucleo::recebido);
                for (int i = 0; i < servidores.size(); i++) {
                    int servidor = i;
                    servidores.get(i).receber(resposta -> nucleo.respondido(servidor, resposta));
                }
                nucleo.passo(System.nanoTime() / 1_000_000);
                consultas.responder(nucleo.banco(), nucleo.aplicadas(), nucleo.parada());
            }
        }
        return 0;
    }

    @Override
    public void pedir(int servidor, ObjectNode pedido) {
        boolean foto = pedido.has("posicao");
        servidores.get(servidor).pedir(foto ? "instantaneo" : "historico", pedido.get(foto ? "posicao" : "desde"),
                pedido.get(foto ? "desde" : "max"));
    }

    @Override
    public void aplicada(Aplicada aplicada, Banco banco) {
        registro().aplicada(aplicada, banco);
    }

    @Override
    public void adiantada(Envelope envelope, long falta) {
        registro().adiantada(envelope, falta);
    }

    @Override
    public void recusada(String deOnde, MensagemInvalida erro) {
        registro().recusada(deOnde, erro);
    }

    @Override
    public void registrar(String evento, Object... pares) {
        registro().linha(evento, pares);
    }

    public static void main(String[] args) {
        System.exit(executar(new Worker(), args));
    }
}
