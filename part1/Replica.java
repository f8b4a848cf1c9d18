///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 1, réplica: aplica as operações na ordem em que chegam a ela.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Arquivos.java
//SOURCES ../shared/disco/EstadoDoBanco.java ../shared/memoria/Lembradas.java ../shared/memoria/Saldos.java
//SOURCES ../shared/ordem/Aplicada.java ../shared/papel/Consulta.java ../shared/papel/Papel.java
//SOURCES ../shared/rede/Pedidos.java ../shared/rede/zmq/Mailbox.java ../shared/rede/zmq/io/Decifrada.java
//SOURCES ../shared/rede/zmq/io/mechanism/Mechanisms.java ../shared/tempo/Lentidao.java ../shared/texto/Campos.java
//SOURCES ../shared/texto/Endereco.java ../shared/texto/JsonGrande.java ../shared/texto/Reais.java
//SOURCES ../shared/texto/Registro.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part1;

import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Operacao;
import shared.ordem.Aplicada;
import shared.papel.Consulta;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.MensagemInvalida;

/**
 * Assina todos os clientes e aplica cada operação assim que chega.
 *
 * <pre>
 *   Client A (PUB :5555) ──►┐
 *                           ├─ Replica (SUB) ── Banco ── consultas (:7001)
 *   Client B (PUB :5556) ──►┘
 * </pre>
 *
 * <b>Garante</b>: FIFO por cliente; uma operação repetida vale uma vez.<br>
 * <b>Não garante</b>: a mesma ordem que as outras réplicas, nem que nada se perca. Como um SAQUE pode ser recusado, a
 * ordem muda o resultado, e as réplicas divergem.<br>
 * <b>Experimente</b>: encerre a réplica, envie um depósito, inicie-a de novo: ela nunca saberá dele.
 */
@Command(name = "part1/Replica.java", description = "Parte 1, réplica: aplica as operações na ordem em que chegam.",
        footer = "Nesta parte --semente nada muda: as mensagens já são as do sistema original.")
public final class Replica extends Papel {

    // ───── Protocolo ─────

    /** Toda a regra do multicast sem ordem: aplicar o que chega, quando chega. */
    public static final class Entrega {

        private final Banco banco = new Banco();
        private long recebidas;

        public Aplicada entregar(Operacao op) {
            // exercício multicast: aplicar a operação ao banco, já, e contar que chegou
            recebidas++;
            return new Aplicada(recebidas, op, banco.aplicar(op));
            // fim
        }

        public Banco banco() {
            return banco;
        }

        /** Quantas operações chegaram, contando as repetidas. */
        public long recebidas() {
            return recebidas;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--clientes", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:5555", order = 1,
            description = "os clientes a assinar (padrão: ${DEFAULT-VALUE})")
    private String clientes;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001",
            order = 2, description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 3,
            description = "onde escutar consultas (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--mostrar-banco", order = 4,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Override
    protected void conferir(Opcoes opcoes) {
        mostrarBanco(opcoes, mostrarBanco);
    }

    // ───── Rede ─────

    @Override
    public Integer call() {
        Entrega entrega = new Entrega();
        try (Soquetes soquetes = new Soquetes(defesa())) {
            List<Ligacao> operacoes = Endereco.lerLista(clientes, 5555).stream()
                    .map(cliente -> soquetes.manter(SocketType.SUB, cliente, registro())).toList();
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(operacoes);
            consultas.vigiar(acordar);
            pronto("assina " + clientes + ", responde consultas na porta " + consulta);
            while (ativo()) {
                soquetes.religar();
                acordar.poll(100);
                operacoes.forEach(cliente -> cliente.receber(mensagem -> receber(mensagem, entrega)));
                consultas.responder(entrega.banco(), entrega.recebidas(), null);
            }
        }
        return 0;
    }

    private void receber(byte[] mensagem, Entrega entrega) {
        // exercício multicast: ler a operação, entregá-la e registrá-la; o que não se entende não mata
        try {
            registro().aplicada(entrega.entregar(Operacao.ler(mensagem)), entrega.banco());
        } catch (MensagemInvalida e) {
            registro().recusada("clientes", e);
        }
        // fim
    }

    public static void main(String[] args) {
        System.exit(executar(new Replica(), args));
    }
}
