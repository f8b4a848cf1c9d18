//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES Portas.java Seguido.java regra/Nucleo.java
//SOURCES ../shared/papel/Consulta.java ../shared/papel/Dados.java ../shared/papel/Papel.java
//SOURCES ../shared/rede/Pedidos.java ../shared/rede/Soquetes.java
package part4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Identidade;
import part4.regra.Identidade.Modo;
import part4.regra.Nodo;
import part4.regra.Nucleo;
import part4.regra.Visao;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Operacao;
import shared.disco.Diario;
import shared.ordem.Aplicada;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Ligacao;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Um servidor da parte 4: opções e soquetes em volta do {@link Nucleo}, cuja regra é {@link Nodo}. Primário e backup são o
 * mesmo programa, porque um pode tomar o lugar do outro; {@link Primary} e {@link Backup} só dizem como ele começa.
 */
abstract class Servidor extends Papel implements Nucleo.Rede<Pedidos.Pedido> {

    /** Quando o primário responde: depois dos backups em dia, ou sem esperar por eles. */
    enum Confirmacao { sincrona, assincrona }

    @Option(names = "--testemunha", paramLabel = "HOST[:PORTA]", order = 12,
            description = "quem decide a visão: com ela, a troca de primário é automática")
    private String testemunha;

    @Option(names = "--confirmacao", paramLabel = "QUANDO", defaultValue = "sincrona", order = 13,
            description = "sincrona: responde depois dos backups em dia; assincrona: sem esperá-los"
                    + " (padrão: ${DEFAULT-VALUE})")
    private Confirmacao confirmacao;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001",
            order = 15, description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--mostrar-banco", order = 18,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Mixin
    private Portas portas;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        mostrarBanco(dados.conferir(opcoes)
                .nunca("--semente", "--testemunha", "os servidores do sistema original não falam com ela, e ela não poderia"
                        + " promover ninguém")
                .portasDiferentes(portas.comOutra("--consulta", consulta)), mostrarBanco);
    }

    private static final int LACO_MS = 20;

    private Soquetes soquetes;
    private Nucleo<Pedidos.Pedido> nucleo;
    private Nodo<?> nodo;
    private Seguido seguido;
    private Ligacao juiz;               // a testemunha; sem ela, o antigo primário; null = nenhum

    // ───── Em que um Primary e um Backup diferem ─────

    /** Se este servidor, sem notícia de outro, é o primário; com testemunha, o primeiro de todos. */
    abstract boolean primeiro();

    /** Se uma pessoa o manda assumir já. */
    abstract boolean promover();

    /** Se só escuta, sem mandar nada ao primário. */
    abstract boolean semRecuperacao();

    /** Onde está o primário, enquanto ninguém disser outra coisa: pedidos e atualizações; {@code null} se não se sabe. */
    abstract Endereco[] primarioInicial();

    // ───── Rede ─────

    @Override
    public Integer call() {
        try (Soquetes abertos = new Soquetes(defesa()); Diario diario = dados.abrir(nomeDosDados())) {
            soquetes = abertos;
            diario.avisar(soquetes::acordar);
            if (!semente()) {
                soquetes.assinarNossas();
            }
            seguido = new Seguido(soquetes, registro(), semRecuperacao() || semente());
            nucleo = new Nucleo<>(diario, this::identidade, this);
            nodo = nucleo.nodo();
            if (escuta()) {
                portas.abrir(soquetes);
            }
            juiz = testemunha == null ? null
                    : soquetes.manter(SocketType.DEALER, Endereco.ler(testemunha, 6006), registro());
            Consulta consultas = new Consulta(soquetes, portas.bind(), consulta, id(), registro());
            nucleo.comecar(promover());
            seguirQuemManda();
            ZMQ.Poller acordar = vigiar(consultas);
            pronto((escuta() ? portas.oQueRecebem() : "não recebe pedidos") + ", responde consultas na porta " + consulta);
            while (ativo()) {
                soquetes.religar();
                soquetes.dormir(acordar, portas.pausa(LACO_MS));
                receber();
                nucleo.passar(agora());
                consultas.responder(nodo.banco(), nodo.ultimo(), nodo.parada());
                acordar = seguirQuemManda() ? vigiar(consultas) : acordar;
            }
            nucleo.acabar();
        }
        return 0;
    }

    private boolean escuta() {
        return primeiro() || promover() || testemunha != null;
    }

    private ZMQ.Poller vigiar(Consulta consultas) {
        ZMQ.Poller acordar = portas.vigiar(soquetes, Stream.concat(seguido.ligacoes(), Stream.ofNullable(juiz)).toList());
        consultas.vigiar(acordar);
        return acordar;
    }

    private void receber() {
        if (juiz != null) {
            juiz.receber(this::doJuiz);
        }
        portas.receber(registro(), pedido -> nucleo.pedido(pedido, pedido.corpo(), agora()));
        seguido.receber(nucleo);
    }

    private void doJuiz(byte[] resposta) {
        try {
            nucleo.doJuiz(resposta);
        } catch (MensagemInvalida e) {
            registro().recusada("testemunha", e);
        }
    }

    /** Se o primário mudou, conecta-se ao novo. @return se mudou */
    private boolean seguirQuemManda() {
        Visao visao = nodo.visaoDeOutro();
        Endereco[] onde = visao != null ? new Endereco[] {Endereco.ler(visao.pedidos()), Endereco.ler(visao.atualizacoes())}
                : nodo.primario() ? null : primarioInicial();
        return seguido.seguir(onde, visao != null, agora());
    }

    private static long agora() {
        return System.nanoTime() / 1_000_000;
    }

    // ───── Quem é este servidor ─────

    private Identidade identidade(String instancia) {
        return new Identidade(id() + "#" + instancia, portas.ondePedir(escuta()), portas.ondeAssinar(escuta()),
                Modo.os(Map.of(Modo.TESTEMUNHA, testemunha != null, Modo.PRIMEIRO, primeiro(), Modo.SEMENTE, semente(),
                Modo.ASSINCRONA, confirmacao == Confirmacao.assincrona, Modo.SO_ESCUTA, semRecuperacao() || semente())));
    }

    // ───── O que o núcleo manda fazer ─────

    @Override
    public void difundir(String mensagem, Operacao simples) {
        portas.difundir(mensagem, simples, semente());
    }

    @Override
    public void responder(Pedidos.Pedido cliente, String texto) {
        portas.responder(cliente, texto);
    }

    @Override
    public void aoPrimario(String mensagem) {
        seguido.enviar(mensagem.getBytes(UTF_8));
    }

    @Override
    public void aoJuiz(String mensagem) {
        if (juiz == null) {
            juiz = soquetes.manter(SocketType.DEALER, primarioInicial()[0], registro());
        }
        if (juiz.nossa()) {
            juiz.enviar(mensagem.getBytes(UTF_8));
        }
    }

    @Override
    public String saldo(String conta, Banco banco) {
        return Json.escrever(Consulta.saldo(conta, banco, id()));
    }

    @Override
    public int assinantes() {
        return portas.assinantes();
    }

    @Override
    public void registrar(String evento, Object... pares) {
        registro().linha(evento, pares);
    }

    @Override
    public Runnable aplicada(Aplicada aplicada, Banco banco) {
        return registro().aplicadaDepois(aplicada, banco);
    }
}
