///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, ordenador: o sequenciador, três vezes, com o Raft entre eles: qualquer um pode morrer.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
//DEPS org.apache.ratis:ratis-metrics-default:3.3.0
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Posse.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java ../shared/ordem/Historico.java
//SOURCES ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Pedidos.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/JsonGrande.java ../shared/texto/Reais.java ../shared/texto/Registro.java
//SOURCES raft/OpcoesDosPares.java regra/Numeracao.java regra/Proponente.java regra/Replicado.java
//SOURCES regra/grupos/Leituras.java regra/grupos/Ordens.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import static part3.regra.grupos.Grupos.porta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part3.raft.Afinacao;
import part3.raft.Morada;
import part3.raft.OpcoesDosPares;
import part3.raft.Par;
import part3.raft.Pares;
import part3.regra.Replicado;
import part3.regra.grupos.Grupos;
import part3.regra.grupos.Ordens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Envelope;
import shared.Operacao;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.papel.RegistroDoBanco;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Json;

/**
 * O sequenciador, três vezes: o Raft (Apache Ratis) decide a ordem das operações entre eles, e cada um as numera, difunde
 * e conta como se fosse o único. Um cliente pede a qualquer um; uma réplica segue um ou todos. Com {@code --grupos}, as
 * contas repartem-se por grupos, cada um com a sua ordem e as suas portas (part3/GRUPOS.md).
 *
 * <pre>
 *   Client (REQ) ──►  :6002 Ordenador n1 XPUB :6003 ──►┐
 *                              │ :6007                 │
 *   Client (REQ) ──►  :6002 Ordenador n2 XPUB :6003 ──►┼──► Replica (SUB)
 *                              │ :6007                 │
 *   Client (REQ) ──►  :6002 Ordenador n3 XPUB :6003 ──►┘
 * </pre>
 *
 * <b>Garante</b>: o mesmo que o sequenciador, e segue com menos de metade deles mortos; o que recebeu OK está no disco de
 * mais de metade.<br>
 * <b>Não garante</b>: seguir sem maioria: então ninguém responde, e nada se perde.<br>
 * <b>Experimente</b>: kill -9 no líder, no meio de uma {@code carga}: outro toma o lugar dele em um ou dois segundos.<br>
 * <b>Leia depois</b>: a regra, em part3/regra/Ordem.java; o núcleo, em part3/regra/grupos/Ordens.java, com o que se replica,
 * em part3/regra/Replicado.java; e o quarto em que se fala com o Ratis, em part3/raft/Par.java.
 */
@Command(name = "part3/Ordenador.java",
        description = "Parte 3, ordenador: o sequenciador três vezes, com o Raft entre eles.")
public final class Ordenador extends Papel implements Ordens.Saida, Par.Dono {

    // ───── Linha de comando ─────

    @Mixin
    private OpcoesDosPares pares;

    @Option(names = "--pedidos", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6002", order = 3,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--ordem", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6003", order = 4,
            description = "porta que as réplicas assinam (padrão: ${DEFAULT-VALUE})")
    private int ordem;

    @Option(names = "--grupos", paramLabel = "G", defaultValue = "1", order = 5, description = "em quantos grupos se"
            + " repartem as contas, igual em todos; o segundo tem as portas dos pedidos e da ordem 100 acima, o terceiro"
            + " 200… (padrão: ${DEFAULT-VALUE})")
    private int grupos;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 6,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        Grupos.exigirPortas(grupos, pedidos, ordem);
        dados.nuncaSoNaMemoria(pares.conferir(opcoes, id()), "um ordenador que esquecesse em quem votou, ou o que confirmou,"
                + " desfaria a ordem dos outros; para recomeçar todos, --do-zero")
                .portasDiferentes(Stream.concat(Stream.of("a dos outros ordenadores (--escuta)", pares.escuta()),
                        IntStream.range(0, grupos).boxed().flatMap(g -> Stream.of("--pedidos", porta(pedidos, g),
                                "--ordem", porta(ordem, g)))).toArray());
    }

    /** Troca os pares de um grupo que está de pé. */
    @Command(name = "mudar", description = "muda os pares de um grupo que está de pé: --pares são os de agora")
    int mudar(@Option(names = "--para", paramLabel = "NOME=HOST:PORTA,…", required = true,
            description = "como o grupo há de ser; os novos já de pé, com --entrar") String para) {
        Pares depois = Pares.ler(para);
        for (int g = 0; g < grupos; g++) {
            Par.mudar(g, grupos, pares.todos(), depois, pares.afinacao(defesa()));
        }
        System.out.println("pares: " + depois);
        return 0;
    }

    // ───── Rede ─────

    private static final long ESPERA_DO_FIM_NS = 2_000_000_000L;

    /** As portas de um grupo, e o registro em que se diz o que é dele. */
    private record Portas(Pedidos clientes, ZMQ.Socket difusao, Assinantes assinantes, RegistroDoBanco registro) {
    }

    private final Queue<Runnable> porFazer = new ConcurrentLinkedQueue<>();
    private final List<Portas> portas = new ArrayList<>(); // por grupo
    private Soquetes soquetes;
    private Ordens nucleo;
    private Par par;
    private boolean cheio; // se se recusou propor, e já se disse

    @Override
    public Integer call() throws IOException {
        Pares todos = pares.todos(id(), registro());
        Afinacao afinacao = pares.afinacao(defesa());
        Endereco meu = new Endereco(bind, pares.escuta());
        try (Morada morada = Morada.tomar(dados.onde(nomeDosDados()), dados.doZero(), id(), todos, grupos, afinacao);
                Soquetes abertos = new Soquetes(defesa())) {
            soquetes = abertos;
            nucleo = new Ordens(new Grupos(grupos), id(), () -> Operacao.novoId().substring(0, 8), this);
            Tcp.escutar(meu, "--pares, ou --escuta").close(); // o Ratis não diria que está ocupada
            ZMQ.Poller acordar = abrirPortas();
            par = new Par(id(), todos, pares.entra(), grupos, meu, morada, afinacao, this);
            par.comecar(this::pronto);
            try {
                while (ativo() && par.segue()) {
                    volta(acordar, portas.stream().mapToInt(p -> p.clientes().pausa(100)).min().orElseThrow());
                }
            } finally {
                Thread fim = par.acabar();
                for (long desde = System.nanoTime(); fim.isAlive() && System.nanoTime() - desde < ESPERA_DO_FIM_NS; ) {
                    volta(acordar, 10); // ele ainda espera pelo laço; e este, só um pouco por ele
                }
            }
        }
        return 0;
    }

    private ZMQ.Poller abrirPortas() {
        List<ZMQ.Socket> todas = new ArrayList<>();
        for (int g = 0; g < grupos; g++) {
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, porta(pedidos, g), "--pedidos");
            ZMQ.Socket difusao = soquetes.ligar(SocketType.XPUB, bind, porta(ordem, g), "--ordem");
            portas.add(new Portas(new Pedidos(entrada), difusao, new Assinantes(difusao), registro().doGrupo(g, grupos)));
            todas.addAll(List.of(entrada, difusao));
        }
        return soquetes.vigiar(todas.toArray(ZMQ.Socket[]::new));
    }

    private void volta(ZMQ.Poller acordar, int pausa) {
        soquetes.dormir(acordar, pausa);
        for (int g = 0; g < grupos; g++) {
            int grupo = g;
            Pedidos clientes = portas.get(g).clientes();
            portas.get(g).assinantes().ler();
            clientes.atender(registro(), pedido -> nucleo.atender(
                    texto -> clientes.responder(pedido, texto), grupo, pedido.corpo()));
        }
        for (Runnable este; (este = porFazer.poll()) != null; ) {
            este.run();
        }
        nucleo.passo(System.nanoTime() / 1_000_000);
    }

    private void pronto() {
        pronto("recebe pedidos na porta " + cada(pedidos) + ", difunde a ordem na porta " + cada(ordem)
                + ", ouve os outros na " + pares.escuta());
        if (!pares.entra()) {
            nucleo.comecar();
        }
    }

    private String cada(int primeira) {
        return IntStream.range(0, grupos).mapToObj(g -> "" + porta(primeira, g)).collect(Collectors.joining(", "));
    }

    // ───── O que o Raft chama ─────

    @Override
    public void noLaco(Runnable oQue) {
        porFazer.add(oQue);
        soquetes.acordar();
    }

    @Override
    public String aplicar(int grupo, byte[] entrada, boolean nova) {
        return nucleo.aplicar(grupo, entrada, nova);
    }

    @Override
    public void guardar(int grupo, DataOutputStream ali) throws IOException {
        nucleo.guardar(grupo, ali);
    }

    @Override
    public void recomecar(int grupo, DataInputStream dali) throws IOException {
        nucleo.recomecar(grupo, dali);
    }

    // ───── O que o núcleo diz ─────

    @Override
    public void propor(int grupo, byte[] entrada, Consumer<String> volta) {
        boolean coube = par.propor(grupo, entrada, volta);
        if (!coube && !cheio) {
            registrar(grupo, "cheio", "propostas", par.aCaminho(grupo), "porque",
                    "sem maioria, não há respostas: os clientes repetem");
        }
        cheio = !coube; // a este não se responde: se já o pediu antes, ainda pode valer
    }

    @Override
    public boolean lidera(int grupo) {
        return par.lidera(grupo);
    }

    @Override
    public String estado(int grupo) {
        ObjectNode como = Json.MAPPER.createObjectNode().put("id", id()).put("seq", nucleo.ultimo(grupo))
                .put("assinantes", portas.get(grupo).assinantes().quantos());
        par.situacao(grupo, como);
        if (grupos > 1) {
            ObjectNode todosEles = como.put("grupo", grupo).putObject("grupos");
            for (int g = 0; g < grupos; g++) {
                todosEles.putObject(String.valueOf(g)).put("seq", nucleo.ultimo(g)).put("lidera", lidera(g));
            }
        }
        return Json.escrever(como);
    }

    @Override
    public void difundir(int grupo, String envelope) {
        portas.get(grupo).difusao()
                .send((semente() ? Replicado.semHistoria(envelope) : envelope).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void decidiu(int grupo, String evento, Envelope envelope) {
        portas.get(grupo).registro().operacao(evento, envelope.op(), "seq", envelope.seq());
    }

    @Override
    public void registrar(int grupo, String evento, Object... pares) {
        portas.get(grupo).registro().linha(evento, pares);
    }

    public static void main(String[] args) {
        System.exit(executar(new Ordenador(), args));
    }
}
