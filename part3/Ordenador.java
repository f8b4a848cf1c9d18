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
import part3.raft.Par;
import part3.raft.Pares;
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

    @Option(names = "--pares", paramLabel = "NOME=HOST:PORTA,…", required = true, order = 1,
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

    @Mixin
    private Dados dados;

    private Pares todos;

    @Override
    protected void conferir(Opcoes opcoes) {
        todos = Pares.ler(pares);
        escuta = escuta == null ? todos.endereco(id()).porta() : escuta;
        dados.nuncaSoNaMemoria(opcoes, "um ordenador que esquecesse em quem votou, ou o que confirmou, desfaria a ordem dos"
                + " outros; para recomeçar todos, --do-zero").portasDiferentes("--pedidos", pedidos, "--ordem", ordem,
                "a porta dos pares", escuta);
    }

    // ───── Rede ─────

    private final Queue<Runnable> porFazer = new ConcurrentLinkedQueue<>();
    private final String novaHistoria = Operacao.novoId().substring(0, 8);
    private Soquetes soquetes;
    private Replicado estado = Replicado.vazio(this);
    private Par par;
    private Pedidos clientes;
    private ZMQ.Socket difusao;
    private Assinantes assinantes;
    private String caiu; // null = o Raft funciona

    @Override
    public Integer call() throws IOException {
        try (Posse posse = tomarPasta(); Soquetes abertos = new Soquetes(defesa());
                Par meu = new Par(id(), todos, new Endereco(bind, escuta), posse.doMotor(), this)) {
            soquetes = abertos;
            par = meu;
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos");
            difusao = soquetes.ligar(SocketType.XPUB, bind, ordem, "--ordem");
            assinantes = new Assinantes(difusao);
            clientes = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada, difusao);
            new Thread(this::comecar, "raft").start(); // ao começar, espera pelo laço
            while (ativo() && caiu == null) {
                soquetes.dormir(acordar, clientes.pausa(100));
                assinantes.ler();
                clientes.atender(registro(), this::atender);
                for (Runnable este; (este = porFazer.poll()) != null; ) {
                    este.run();
                }
                estado.passo(System.nanoTime() / 1_000_000);
            }
        }
        if (caiu != null) {
            throw new Falha(caiu);
        }
        return 0;
    }

    /** A pasta lembra de quem é: o voto e o log de um par, postos noutro, desfariam a ordem de todos. */
    private Posse tomarPasta() {
        Posse posse = Posse.tomar(dados.onde(nomeDosDados()), "raft", dados.doZero());
        ObjectNode meta = posse.meta();
        String dono = meta.path("ordenador").asText();
        if (meta.isEmpty()) {
            posse.guardarMeta(meta.put("ordenador", id()).put("pares", todos.toString()));
        } else if (!id().equals(dono)) {
            throw new Falha("a pasta " + posse + " é do ordenador " + dono + ", e este é o " + id()
                    + ": dê-lhe a sua com --dados, ou diga --id " + dono);
        } else if (!Pares.ler(meta.path("pares").asText()).equals(todos)) {
            throw new Falha("a pasta " + posse + " é de um grupo com outros pares: --pares " + meta.path("pares").asText()
                    + ". Diga-os assim, ou dê-lhe outra pasta com --dados");
        }
        return posse;
    }

    private void comecar() {
        try {
            par.comecar();
            noLaco(() -> {
                pronto("recebe pedidos na porta " + pedidos + ", difunde a ordem na porta " + ordem + ", ouve os outros na "
                        + escuta);
                par.propor(Replicado.entrada(novaHistoria, new byte[0]), volta -> { });
            });
        } catch (IOException | RuntimeException e) {
            noLaco(() -> caiu("o Raft não começa (" + e + ")"));
        }
    }

    private String atender(Pedidos.Pedido pedido) {
        Campos campos = Campos.ler(pedido.corpo(), Operacao.CHAVES);
        if (campos.tem("pedido")) {
            ObjectNode controle = Json.ler(pedido.corpo());
            return Json.texto(controle, "pedido").equals("ESTADO") ? estado() : estado.contar(controle);
        }
        byte[] op = Operacao.de(campos).json().getBytes(StandardCharsets.UTF_8);
        par.propor(Replicado.entrada(novaHistoria, op), texto -> noLaco(() -> clientes.responder(pedido, texto)));
        return null;
    }

    private String estado() {
        ObjectNode como = Json.MAPPER.createObjectNode().put("id", id()).put("seq", estado.ultimo())
                .put("assinantes", assinantes.quantos());
        par.estado().forEach((chave, valor) -> como.putPOJO(chave, valor));
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
        registrar("lider", "id", quem == null ? "?" : quem);
    }

    @Override
    public void caiu(String porque) {
        caiu = porque;
    }

    // ───── O que o estado diz ─────

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
        System.exit(executar(new Ordenador(), args));
    }
}
