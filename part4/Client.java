///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, cliente: pede cada operação ao primário, que responde o resultado.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//DEPS me.tongfei:progressbar:0.10.1
//SOURCES ../shared/Cliente.java ../shared/Operacao.java ../shared/Requisicao.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError
package part4;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import shared.Cliente;
import shared.Endereco;
import shared.Operacao;
import shared.Requisicao;

/**
 * Manda cada operação ao primário e espera o resultado dela.
 *
 * <pre>
 *   Client (REQ) ──► :6004 Primary          responde  OK seq=7 resultado=APLICADA
 * </pre>
 *
 * <b>Garante</b>: o cliente sabe o resultado; uma operação repetida por falta de resposta vale uma vez.<br>
 * <b>Não garante</b>: resposta, se o primário morre: a operação fica indeterminada.<br>
 * <b>Experimente</b>: um {@code sacar} maior que o saldo: a recusa vem na resposta (compare com a parte 3).
 */
@Command(name = "part4/Client.java", description = "Parte 4, cliente: pede cada operação ao primário, que responde o resultado.",
        footer = "Sem COMANDO, abre o menu.")
public final class Client extends Cliente {

    // ───── Linha de comando ─────

    @Option(names = "--primario", paramLabel = "HOST[:PORTA]", defaultValue = "127.0.0.1:6004", order = 1,
            scope = ScopeType.INHERIT, description = "o primário (padrão: ${DEFAULT-VALUE})")
    private String primario;

    @Option(names = "--local", order = 2, scope = ScopeType.INHERIT,
            description = "saldo: lê das réplicas (--consultas), como estão, e não do primário")
    private boolean local;

    // ───── Rede ─────

    @Override
    protected Conexao conectar() {
        Requisicao pedidos = new Requisicao(servidor());
        return new Conexao() {
            @Override
            public Resposta enviar(Operacao op) {
                return Resposta.de(pedidos.pedir(op.json()));
            }

            @Override
            public void close() {
                pedidos.close();
            }
        };
    }

    /** O saldo que vale: o do primário. */
    @Override
    protected int saldo(String conta) {
        return local ? super.saldo(conta) : saldoEm(List.of(servidor()), conta);
    }

    private Endereco servidor() {
        return Endereco.ler(primario, 6004);
    }

    public static void main(String[] args) {
        System.exit(executar(new Client(), args));
    }
}
