///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 1, cliente: difunde operações por multicast (ZeroMQ PUB/SUB).
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
package part1;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import shared.Operacao;
import shared.papel.Cliente;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Assinantes;
import shared.rede.Soquetes;
import shared.tempo.Lentidao;
import shared.texto.Falha;

/**
 * Difunde cada operação a todas as réplicas que o assinam.
 *
 * <pre>
 *   Client A (PUB :5555) ──┬──► Replica 1 (SUB)
 *                          └──► Replica 2 (SUB)
 *   Client B (PUB :5556) ──┬──► Replica 1
 *                          └──► Replica 2
 * </pre>
 *
 * <b>Garante</b>: o que um cliente envia chega a cada réplica na ordem em que ele enviou (FIFO).<br>
 * <b>Não garante</b>: que chegue (quem não assinava ainda, ou não deu conta, perdeu); que dois clientes sejam vistos na
 * mesma ordem por todas as réplicas; que o cliente saiba o resultado.<br>
 * <b>Experimente</b>: dois clientes com {@code carga} ao mesmo tempo, e depois {@code estado}: os resumos divergem.
 */
@Command(name = "part1/Client.java", description = "Parte 1, cliente: difunde operações a todas as réplicas (PUB/SUB).",
        footer = {"Sem COMANDO, abre o menu.",
            "Nesta parte --semente nada muda: as mensagens já são as do sistema original."})
public final class Client extends Cliente {

    // ───── Linha de comando ─────

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 1,
            scope = ScopeType.INHERIT, description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "5555", order = 2,
            scope = ScopeType.INHERIT, description = "porta onde as réplicas nos assinam (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--esperar", paramLabel = "N", defaultValue = "1", order = 3, scope = ScopeType.INHERIT,
            description = "só começa quando N réplicas assinarem (padrão: ${DEFAULT-VALUE})")
    private int esperar;

    @Override
    protected void conferir(Opcoes opcoes) {
        opcoes.exigir(esperar >= 0, "--esperar N",
                "'" + esperar + "' não serve; N vai de 0 em diante, e 0 é não esperar por ninguém");
    }

    // ───── Rede ─────

    /** Quanto se espera por réplicas que assinem. */
    public static final int ESPERA_MAXIMA_MS = Lentidao.vezes(20_000);
    private static final int ESCOAR_MS = 2_000;
    private static final int LER_NOTICIAS_MS = 200;

    private Difusao difusao;

    @Override
    protected synchronized Conexao conectar() {
        if (difusao == null) {
            difusao = new Difusao();
        }
        return difusao;
    }

    /** O soquete PUB (na forma XPUB, que vê as assinaturas), um só para todas as linhas de execução. */
    private final class Difusao implements Conexao {

        private final Soquetes soquetes = new Soquetes(defesa(), ESCOAR_MS);
        private final ZMQ.Socket operacoes = soquetes.ligar(SocketType.XPUB, bind, porta, "--porta");
        private final Assinantes assinantes = new Assinantes(operacoes);
        private boolean fechada;

        Difusao() {
            long limite = System.nanoTime() + ESPERA_MAXIMA_MS * 1_000_000L;
            ZMQ.Poller acordar = soquetes.vigiar(operacoes);
            registro().linha("esperar", "replicas", esperar, "porta", porta);
            while (assinantes.ler() < esperar) {
                long falta = (limite - System.nanoTime()) / 1_000_000;
                if (falta <= 0) {
                    soquetes.close();
                    throw new Falha("em " + ESPERA_MAXIMA_MS / 1000 + " s só " + assinantes.quantos() + " de " + esperar
                            + " réplicas assinaram a porta " + porta + "; inicie part1/Replica.java com --clientes"
                            + " apontando para cá, ou use --esperar 0 para enviar mesmo assim");
                }
                acordar.poll(falta);
            }
            Thread leitor = new Thread(this::lerNoticias, "noticias");
            leitor.setDaemon(true);
            leitor.start();
        }

        /** Enquanto a pessoa pensa, alguém tem de ler quem chega e quem parte: o que ninguém lê ocupa memória. */
        private void lerNoticias() {
            while (lida()) {
                try {
                    TimeUnit.MILLISECONDS.sleep(LER_NOTICIAS_MS);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private synchronized boolean lida() {
            if (!fechada) {
                assinantes.ler();
            }
            return !fechada;
        }

        @Override
        public synchronized Resposta enviar(Operacao op) {
            operacoes.send(op.json().getBytes(StandardCharsets.UTF_8));
            return new Resposta(true, "enviada: " + op.id_msg());
        }

        @Override
        public synchronized void close() {
            fechada = true;
            soquetes.close();
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Client(), args));
    }
}
