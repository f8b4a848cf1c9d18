///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, cliente: pede ao sequenciador um número para cada operação.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//DEPS me.tongfei:progressbar:0.10.1
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Arquivos.java
//SOURCES ../shared/memoria/Lembradas.java ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java
//SOURCES ../shared/papel/Cliente.java ../shared/rede/Requisicao.java ../shared/rede/zmq/Mailbox.java
//SOURCES ../shared/rede/zmq/io/Decifrada.java ../shared/rede/zmq/io/mechanism/Mechanisms.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/Reais.java ../shared/texto/Registro.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import shared.Operacao;
import shared.papel.Cliente;
import shared.rede.Requisicao;
import shared.texto.Endereco;

/**
 * Manda cada operação ao sequenciador e espera o número dela.
 *
 * <pre>
 *   Client (REQ) ──► :6002 Sequencer          responde  OK seq=7
 * </pre>
 *
 * <b>Garante</b>: uma operação repetida por falta de resposta vale uma vez, porque leva o mesmo id_msg.<br>
 * <b>Não garante</b>: saber se o banco a aceitou: o número diz quando ela vale, não o que deu.<br>
 * <b>Experimente</b>: encerre o sequenciador no meio de uma {@code carga}: o cliente repete, desiste e diz o que conferir.
 */
@Command(name = "part3/Client.java", description = "Parte 3, cliente: pede ao sequenciador um número para cada operação.",
        footer = "Sem COMANDO, abre o menu.")
public final class Client extends Cliente {

    // ───── Linha de comando ─────

    @Option(names = "--sequenciador", paramLabel = "HOST[:PORTA][,…]", defaultValue = "127.0.0.1:6002", order = 1,
            scope = ScopeType.INHERIT, description = "o sequenciador, ou os ordenadores (padrão: ${DEFAULT-VALUE})")
    private String sequenciador;

    // ───── Rede ─────

    @Override
    protected Conexao conectar() {
        Requisicao pedidos = new Requisicao(defesa(), Endereco.lerLista(sequenciador, 6002), semente());
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

    public static void main(String[] args) {
        System.exit(executar(new Client(), args));
    }
}
