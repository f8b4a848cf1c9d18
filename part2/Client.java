///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, cliente: chama o servidor por RPC.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//DEPS me.tongfei:progressbar:0.10.1
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Arquivos.java
//SOURCES ../shared/memoria/Lembradas.java ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java
//SOURCES ../shared/papel/Cliente.java ../shared/rede/Requisicao.java ../shared/rede/zmq/Mailbox.java
//SOURCES ../shared/rede/zmq/io/Decifrada.java ../shared/rede/zmq/io/mechanism/Mechanisms.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/Reais.java ../shared/texto/Registro.java rpc/ChamadaJsonRpc.java rpc/ChamadaRpyc.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part2;

import java.util.function.Function;
import part2.rpc.Chamada;
import part2.rpc.ChamadaJsonRpc;
import part2.rpc.ChamadaRpyc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import shared.Operacao;
import shared.memoria.Lembradas;
import shared.papel.Cliente;
import shared.texto.Endereco;
import shared.texto.MensagemInvalida;

/**
 * Chama {@code depositar}, {@code sacar} e {@code transferir} num servidor, como se fossem métodos seus.
 *
 * <pre>
 *   Client (JSON-RPC ou RPyC) ──► :50051 RpcServer          responde  DEPOSITO enfileirado: &lt;id_msg&gt;
 * </pre>
 *
 * <b>Garante</b>: uma chamada repetida por falta de resposta vale uma vez, porque leva o mesmo id_msg. Com
 * {@code --semente} não leva (o servidor original não o aceita; o id_msg é o que ele sorteia): por isso não é
 * repetida depois de enviada, e sem resposta fica indeterminada.<br>
 * <b>Não garante</b>: saber se o banco a aceitou: "enfileirado" não é "aplicado".<br>
 * <b>Experimente</b>: {@code sacar} de uma conta vazia: a resposta é a mesma de um saque que dá certo.
 */
@Command(name = "part2/Client.java", description = "Parte 2, cliente: chama o servidor por RPC.",
        footer = {"Sem COMANDO, abre o menu.",
            "O servidor original, em Python, só fala RPyC: com --semente, este cliente também."})
public final class Client extends Cliente {

    // ───── Linha de comando ─────

    @Option(names = "--rpc", paramLabel = "HOST[:PORTA]", defaultValue = "127.0.0.1:50051", order = 1,
            scope = ScopeType.INHERIT, description = "o servidor (padrão: ${DEFAULT-VALUE})")
    private String rpc;

    // ───── Rede ─────

    @Override
    protected Conexao conectar() {
        Endereco servidor = Endereco.ler(rpc, 50051);
        if (semente()) {
            Chamada chamada = new ChamadaRpyc(defesa(), servidor);
            return conexao(op -> chamarSemId(chamada, op), chamada::close);
        }
        Chamada chamada = new ChamadaJsonRpc(defesa(), servidor);
        return conexao(op -> chamar(chamada, op), chamada::close);
    }

    private static Conexao conexao(Function<Operacao, String> chamar, Runnable fechar) {
        return new Conexao() {
            @Override
            public Resposta enviar(Operacao op) {
                try {
                    return new Resposta(true, chamar.apply(op));
                } catch (MensagemInvalida e) {
                    boolean repetido = e.getMessage().startsWith(Lembradas.ID_REPETIDO + ": "); // o servidor disse a espécie
                    return new Resposta(false, repetido ? "ERRO " + e.getMessage() : e.resposta());
                }
            }

            @Override
            public void close() {
                fechar.run();
            }
        };
    }

    private static String chamar(Chamada servidor, Operacao op) {
        return switch (op.tipo()) {
            case DEPOSITO -> servidor.chamar("depositar", op.conta_origem(), op.valor(), op.id_msg());
            case SAQUE -> servidor.chamar("sacar", op.conta_origem(), op.valor(), op.id_msg());
            case TRANSFERENCIA ->
                servidor.chamar("transferir", op.conta_origem(), op.conta_destino(), op.valor(), op.id_msg());
        };
    }

    /**
     * Só os argumentos que o servidor original tem. O valor vai como float, porque ele faz contas com floats; não se perde
     * nada: um valor válido tem no máximo 15 algarismos, e com até 15 o float volta a ser o mesmo decimal.
     */
    private static String chamarSemId(Chamada servidor, Operacao op) {
        double valor = op.valor().doubleValue();
        return switch (op.tipo()) {
            case DEPOSITO -> servidor.chamar("depositar", op.conta_origem(), valor);
            case SAQUE -> servidor.chamar("sacar", op.conta_origem(), valor);
            case TRANSFERENCIA -> servidor.chamar("transferir", op.conta_origem(), op.conta_destino(), valor);
        };
    }

    public static void main(String[] args) {
        System.exit(executar(new Client(), args));
    }
}
