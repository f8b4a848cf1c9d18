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
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diario.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Posse.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java ../shared/ordem/Historico.java
//SOURCES ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Pedidos.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/JsonGrande.java ../shared/texto/Reais.java ../shared/texto/Registro.java raft/Par.java
//SOURCES regra/Replicado.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part3.raft.Afinacao;
import part3.raft.Par;
import part3.raft.Pares;
import part3.raft.Segredo;
import part3.regra.Replicado;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Posse;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Assinantes;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Campos;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * O sequenciador, três vezes: o Raft (Apache Ratis) decide a ordem das operações entre eles, e cada um as numera, difunde
 * e conta como se fosse o único. Um cliente pede a qualquer um; uma réplica segue um ou todos.
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
 * <b>Leia depois</b>: a regra, em part3/regra/Ordem.java; o que se replica, em part3/regra/Replicado.java; e o quarto em que
 * se fala com o Ratis, em part3/raft/Par.java.
 */
@Command(name = "part3/Ordenador.java",
        description = "Parte 3, ordenador: o sequenciador três vezes, com o Raft entre eles.")
public final class Ordenador extends Papel implements Replicado.Saida, Par.Dono {

    // ───── Linha de comando ─────

    @Option(names = "--pares", paramLabel = "NOME=HOST:PORTA,…", order = 1,
            description = "todos os ordenadores, este (--id) incluído: n1=10.0.0.5:6007,n2=…; sem porta, é a 6007")
    private String pares;

    @Option(names = "--escuta", paramLabel = "PORTA", converter = Papel.Porta.class, order = 2,
            description = "porta onde ouve os outros ordenadores, se não é a que --pares diz deste")
    private Integer escuta;

    @Option(names = "--pedidos", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6002", order = 3,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--ordem", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6003", order = 4,
            description = "porta que as réplicas assinam (padrão: ${DEFAULT-VALUE})")
    private int ordem;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 5,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--entrar", order = 6, description = "é novo num grupo que já existe, e espera que o ponham nele"
            + " (comando mudar); --pares diz já como o grupo será")
    private boolean entra;

    @Option(names = "--instantaneo", paramLabel = "N", defaultValue = "100000", order = 7,
            description = "faz um instantâneo, e esquece o log até ele, a cada N operações (padrão: ${DEFAULT-VALUE})")
    private int entreInstantaneos;

    @Mixin
    private Dados dados;

    private Pares todos;

    @Override
    protected void conferir(Opcoes opcoes) {
        opcoes.exigir(pares != null, "--pares", "diga todos os ordenadores, este incluído: n1=10.0.0.5:6007,n2=…");
        todos = Pares.ler(pares);
        escuta = escuta != null ? escuta : todos.enderecos().containsKey(id()) ? todos.endereco(id()).porta()
                : Integer.valueOf(0); // de outro comando
        dados.nuncaSoNaMemoria(opcoes, "um ordenador que esquecesse em quem votou, ou o que confirmou, desfaria a ordem dos"
                + " outros; para recomeçar todos, --do-zero").portasDiferentes("--pedidos", pedidos, "--ordem", ordem,
                "a dos outros ordenadores (--escuta)", escuta)
                .exigir(entreInstantaneos >= 100, "--instantaneo", "de 100 em diante: cada um escreve o estado inteiro");
    }

    /** Troca os pares de um grupo que está de pé. */
    @Command(name = "mudar", description = "muda os pares de um grupo que está de pé: --pares são os de agora")
    int mudar(@Option(names = "--para", paramLabel = "NOME=HOST:PORTA,…", required = true,
            description = "como o grupo há de ser; os novos já de pé, com --entrar") String para) {
        Pares depois = Pares.ler(para);
        Par.mudar(todos, depois, afinacao());
        System.out.println("pares: " + depois);
        return 0;
    }

    // ───── Rede ─────

    private static final int OLHAR_MS = 500;
    private static final int ESPERA_DO_RAFT_MS = 2_000;

    private final Queue<Runnable> porFazer = new ConcurrentLinkedQueue<>();
    private final String novaHistoria = Operacao.novoId().substring(0, 8);
    private Posse posse;
    private Soquetes soquetes;
    private Replicado estado = Replicado.vazio(this);
    private Par par;
    private Pedidos clientes;
    private ZMQ.Socket difusao;
    private Assinantes assinantes;
    private volatile boolean comecou;
    private boolean dentro;     // se o grupo já o tem
    private boolean saiu;
    private String caiu;        // null = o Raft funciona
    private boolean cheio;      // se se recusou propor, e já se disse
    private String semMaioria;  // o que se disse por último; null = há líder

    @Override
    public Integer call() throws IOException, InterruptedException {
        todos.endereco(id()); // que seja um deles
        dentro = !entra;
        if (todos.enderecos().size() % 2 == 0 || todos.enderecos().size() == 1) {
            registrar("aviso", "pares", "são " + todos.enderecos().size() + ", e só podem faltar " + todos.podemFaltar()
                    + ": o costume é um número ímpar, de 3 em diante");
        }
        try (Posse minha = tomarPasta(); Soquetes abertos = new Soquetes(defesa())) {
            posse = minha;
            soquetes = abertos;
            Tcp.escutar(new Endereco(bind, escuta), "--pares, ou --escuta").close(); // o Ratis não diria que está ocupada
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos");
            difusao = soquetes.ligar(SocketType.XPUB, bind, ordem, "--ordem");
            assinantes = new Assinantes(difusao);
            clientes = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada, difusao);
            par = new Par(id(), todos, entra, new Endereco(bind, escuta), posse.doMotor(), afinacao(), this);
            new Thread(this::comecar, "raft").start(); // ao começar, espera pelo laço
            long olhou = System.nanoTime();
            while (ativo() && caiu == null && !saiu) {
                volta(acordar, clientes.pausa(100));
                if (comecou && System.nanoTime() - olhou > OLHAR_MS * 1_000_000L) {
                    olhou = System.nanoTime();
                    olharPeloRaft();
                }
            }
            acabar(acordar);
        }
        if (caiu != null) {
            throw new Falha(caiu);
        }
        return 0;
    }

    private void volta(ZMQ.Poller acordar, int pausa) {
        soquetes.dormir(acordar, pausa);
        assinantes.ler();
        clientes.atender(registro(), this::atender);
        for (Runnable este; (este = porFazer.poll()) != null; ) {
            este.run();
        }
        estado.passo(System.nanoTime() / 1_000_000);
    }

    private Afinacao afinacao() {
        return new Afinacao(entreInstantaneos, defesa().chaves()
                .map(chaves -> new Segredo(chaves.provarQueServe(), chaves.doServidor())).orElse(null));
    }

    /** O Ratis, a acabar, ainda espera pelo laço; e este, só um pouco por ele: o que se confirmou está no disco. */
    private void acabar(ZMQ.Poller acordar) {
        Thread fim = new Thread(par::close, "fim");
        fim.setDaemon(true);
        fim.start();
        for (long desde = System.nanoTime(); fim.isAlive() && System.nanoTime() - desde < ESPERA_DO_RAFT_MS * 1_000_000L; ) {
            volta(acordar, 10);
        }
    }

    /** O Ratis às vezes encerra-se sozinho, e não o diz. */
    private void olharPeloRaft() {
        if (caiu == null && !saiu && !par.vivo()) {
            caiu("o Raft encerrou-se neste ordenador: ou os outros já não o têm no grupo, ou o que está em " + posse
                    + " não serve. Veja --pares nos outros; se é a pasta, tire-o do grupo (comando mudar) e ponha outro, com"
                    + " outro nome");
        }
    }

    /** A pasta lembra de quem é: o voto e o log de um par, postos noutro, desfariam a ordem de todos. */
    private Posse tomarPasta() {
        Posse pasta = Posse.tomar(dados.onde(nomeDosDados()), "raft", dados.doZero());
        ObjectNode meta = pasta.meta();
        String dono = meta.path("ordenador").asText();
        if (meta.isEmpty()) {
            pasta.guardarMeta(meta.put("ordenador", id()).put("pares", todos.toString()));
        } else if (!id().equals(dono)) {
            throw new Falha("a pasta " + pasta + " é do ordenador " + dono + ", e este é o " + id() + ": use outra --dados");
        } else if (!Pares.ler(meta.path("pares").asText()).mesmosNomes(todos)) {
            throw new Falha("a pasta " + pasta + " é de um grupo com outros pares: --pares " + meta.path("pares").asText()
                    + ". Diga-os assim, ou dê-lhe outra pasta com --dados");
        }
        return pasta;
    }

    private void comecar() {
        try {
            par.comecar();
            noLaco(() -> {
                comecou = true;
                pronto("recebe pedidos na porta " + pedidos + ", difunde a ordem na porta " + ordem + ", ouve os outros na "
                        + escuta);
                if (!entra) {
                    par.propor(Replicado.entrada(novaHistoria, new byte[0]), volta -> { });
                }
            });
        } catch (IOException | RuntimeException e) {
            noLaco(() -> caiu(naoComeca(e)));
        }
    }

    private String naoComeca(Throwable causa) {
        if (causa.getCause() != null) {
            return naoComeca(causa.getCause());
        }
        return "não consigo usar o que o Raft guardou em " + posse.doMotor() + " (" + causa.getMessage() + "). Se os outros"
                + " estão de pé, tire este do grupo (comando mudar) e ponha outro, com outro nome e outra pasta; senão,"
                + " restaure-a de uma cópia";
    }

    private String atender(Pedidos.Pedido pedido) {
        Campos campos = Campos.ler(pedido.corpo(), Operacao.CHAVES);
        if (campos.tem("pedido")) {
            ObjectNode controle = Json.ler(pedido.corpo());
            return Json.texto(controle, "pedido").equals("ESTADO") ? estado() : estado.contar(controle);
        }
        byte[] op = Operacao.de(campos).json().getBytes(StandardCharsets.UTF_8);
        boolean coube = par.propor(Replicado.entrada(novaHistoria, op),
                texto -> noLaco(() -> clientes.responder(pedido, texto)));
        if (!coube && !cheio) {
            registrar("cheio", "propostas", par.aCaminho(), "porque", "sem maioria, não há respostas: os clientes repetem");
        }
        cheio = !coube; // a este não se responde: se já o pediu antes, ainda pode valer
        return null;
    }

    private String estado() {
        ObjectNode como = Json.MAPPER.createObjectNode().put("id", id()).put("seq", estado.ultimo())
                .put("assinantes", assinantes.quantos());
        if (comecou) {
            par.situacao(como);
        }
        return Json.escrever(como);
    }

    // ───── O que o Raft chama ─────

    @Override
    public void noLaco(Runnable oQue) {
        porFazer.add(oQue);
        soquetes.acordar();
    }

    @Override
    public String aplicar(byte[] entrada, boolean nova) {
        return estado.aplicar(entrada, nova);
    }

    @Override
    public void guardar(DataOutputStream ali) throws IOException {
        estado.guardar(ali);
    }

    @Override
    public void recomecar(DataInputStream dali) throws IOException {
        Replicado outro = Replicado.ler(dali, this);
        estado.largar();
        estado = outro;
        registrar("instantaneo", "seq", estado.ultimo());
    }

    @Override
    public void lider(String quem) {
        semMaioria = null;
        registrar("lider", "id", quem == null ? "?" : quem);
    }

    @Override
    public void semMaioria(String porque) {
        if (!porque.equals(semMaioria)) {
            semMaioria = porque;
            registrar("sem-maioria", "porque", porque);
        }
    }

    @Override
    public void mudaram(Pares agora) {
        dentro |= agora.enderecos().containsKey(id());
        if (!dentro) {
            return; // ouve o que houve antes dele
        }
        if (!agora.mesmosNomes(todos)) {
            todos = agora;
            posse.guardarMeta(posse.meta().put("pares", agora.toString()));
            registrar("pares", "agora", agora);
        }
        if (!agora.enderecos().containsKey(id())) {
            registrar("fora", "porque", "o grupo já não tem o " + id() + ": acabo aqui");
            saiu = true;
        }
    }

    @Override
    public void caiu(String porque) {
        caiu = caiu == null ? porque : caiu;
    }

    // ───── O que o estado diz ─────

    @Override
    public void difundir(String envelope) {
        difusao.send((semente() ? Replicado.semHistoria(envelope) : envelope).getBytes(StandardCharsets.UTF_8));
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
        System.exit(executar(new Ordenador(), args));
    }
}
