///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, servidor RPC: põe cada chamada na fila de todos os workers.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS com.github.marianobarrios:tls-channel:0.9.1
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Lote.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java ../shared/ordem/Historico.java
//SOURCES ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Soquetes.java
//SOURCES ../shared/rede/zmq/Mailbox.java ../shared/rede/zmq/io/Decifrada.java
//SOURCES ../shared/rede/zmq/io/mechanism/Mechanisms.java ../shared/tempo/Lentidao.java ../shared/texto/Campos.java
//SOURCES ../shared/texto/Endereco.java ../shared/texto/JsonGrande.java ../shared/texto/Reais.java
//SOURCES ../shared/texto/Registro.java regra/Enfileirador.java rpc/PortaRpc.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zeromq.SocketType;
import part2.regra.Enfileirador;
import part2.rpc.PortaRpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * Atende chamadas remotas, guarda cada operação no diário e a põe na fila de cada worker: uma fila por worker, porque um
 * PUSH com vários PULLs repartiria as operações entre eles em vez de copiá-las.
 *
 * <pre>
 *   Client (RPC) ──►┐                            ┌─ PUSH ──► :6001 Worker 1 (PULL)
 *                   ├─ :50051 RpcServer ─ diário ─┤
 *   Client (RPC) ──►┘   ▲                        └─ PUSH ──► :6001 Worker 2 (PULL)
 *                       └── historico, instantaneo (RPC) ── o worker a que falta algo
 * </pre>
 *
 * <b>Garante</b>: o que foi "enfileirado" está no disco e chegará a todos os workers; com um servidor, na mesma ordem em
 * todos; um worker parado não para o servidor nem os outros, e ao voltar recebe o que falta; uma chamada repetida (mesmo
 * id_msg) é enfileirada uma vez.<br>
 * <b>Não garante</b>: com dois servidores, a mesma ordem em todos os workers; que o cliente saiba o resultado, só que
 * foi enfileirado; atender enquanto está morto.<br>
 * <b>Experimente</b>: faça chamadas sem nenhum worker de pé; depois inicie um: ele recebe todas.
 */
@Command(name = "part2/RpcServer.java", description = "Parte 2, servidor RPC: põe cada chamada na fila de todos os workers.")
public final class RpcServer extends Papel implements Enfileirador.Saida<CompletableFuture<String>> {

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "50051", order = 1,
            description = "porta das chamadas (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--workers", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:6001", order = 2,
            description = "os workers (padrão: ${DEFAULT-VALUE})")
    private String workers;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        dados.conferir(opcoes);
    }

    // ───── Rede ─────

    private static final int LACO_MS = 20; // de quanto em quanto tempo tentar de novo um worker que não recebe

    private List<Ligacao> filas;

    @Override
    public Integer call() throws IOException {
        List<Endereco> destinos = Endereco.lerLista(workers, 6001);
        try (Diario diario = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa());
                PortaRpc chamadas = new PortaRpc(defesa(), bind, porta, registro())) {
            String novaHistoria = id() + "-" + Operacao.novoId().substring(0, 8);
            List<String> nomes = destinos.stream().map(Endereco::toString).toList();
            Enfileirador<CompletableFuture<String>> nucleo = new Enfileirador<>(diario, novaHistoria, nomes, this);
            diario.avisar(chamadas::acordar);
            filas = destinos.stream().map(d -> soquetes.manter(SocketType.PUSH, d, registro())).toList();
            chamadas.abrirPara(nucleo::enfileirar, nucleo::historico, nucleo::instantaneo);
            pronto("recebe chamadas na porta " + porta + ", enfileira para " + workers);
            while (ativo()) {
                soquetes.religar();
                chamadas.atender(nucleo.apressado() ? 1 : LACO_MS);
                nucleo.passo(System.nanoTime() / 1_000_000);
            }
            nucleo.acabar();
        }
        return 0;
    }

    @Override
    public void responder(CompletableFuture<String> cliente, String texto) {
        cliente.complete(texto);
    }

    @Override
    public void recusar(CompletableFuture<String> cliente, Falha porque) {
        cliente.completeExceptionally(porque);
    }

    @Override
    public Enfileirador.Quem quem(int worker) {
        Ligacao fila = filas.get(worker);
        boolean original = semente() ? fila.apresentada() : fila.quem() == Soquetes.Quem.ORIGINAL;
        return original ? Enfileirador.Quem.ORIGINAL : fila.nossa() ? Enfileirador.Quem.NOSSO : Enfileirador.Quem.NINGUEM;
    }

    @Override
    public boolean enviar(int worker, String texto) {
        return filas.get(worker).enviar(texto.getBytes(StandardCharsets.UTF_8));
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
        System.exit(executar(new RpcServer(), args));
    }
}
