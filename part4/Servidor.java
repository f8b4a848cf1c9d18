//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES regra/Nodo.java regra/Visao.java ../shared/papel/Consulta.java ../shared/papel/Dados.java ../shared/ordem/Historico.java ../shared/papel/Papel.java
//SOURCES ../shared/rede/Pedidos.java ../shared/rede/Soquetes.java
package part4;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Nodo;
import part4.regra.Visao;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.ordem.Aplicada;
import shared.ordem.Historico;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Assinantes;
import shared.rede.Ligacao;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O laço de um servidor da parte 4: soquetes e disco em volta da regra, que é {@link Nodo}. Primário e backup são o mesmo
 * programa, porque um pode tomar o lugar do outro; {@link Primary} e {@link Backup} só dizem como ele começa.
 */
abstract class Servidor extends Papel implements Nodo.Saida {

    /** Quando o primário responde: depois dos backups em dia, ou sem esperar por eles. */
    enum Confirmacao { sincrona, assincrona }

    @Option(names = "--pedidos", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6004", order = 10,
            description = "porta onde os clientes pedem (padrão: ${DEFAULT-VALUE})")
    private int pedidos;

    @Option(names = "--atualizacoes", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6005", order = 11,
            description = "porta que os backups assinam (padrão: ${DEFAULT-VALUE})")
    private int atualizacoes;

    @Option(names = "--testemunha", paramLabel = "HOST[:PORTA]", order = 12,
            description = "quem decide a visão: com ela, a troca de primário é automática")
    private String testemunha;

    @Option(names = "--confirmacao", paramLabel = "QUANDO", defaultValue = "sincrona", order = 13,
            description = "sincrona: responde depois dos backups em dia; assincrona: sem esperá-los (padrão: ${DEFAULT-VALUE})")
    private Confirmacao confirmacao;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001", order = 15,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 16,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--anuncio", paramLabel = "HOST", order = 17,
            description = "o endereço que os outros usam para chegar aqui (padrão: o de --bind, ou o desta máquina)")
    private String anuncio;

    @Option(names = "--mostrar-banco", order = 18,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        mostrarBanco(dados.conferir(opcoes)
                .nunca("--semente", "--testemunha", "os servidores do sistema original não falam com ela, e ela não poderia promover ninguém")
                .portasDiferentes("--pedidos", pedidos, "--atualizacoes", atualizacoes, "--consulta", consulta), mostrarBanco);
    }

    private static final String SIMPLES = "{\"id_msg\""; // como começa uma Operacao simples
    private static final int POR_SABER = 10_000;
    private static final int LACO_MS = 20;
    private static final int DEPOR_MS = 1_000;
    private static final int PROCURAR_MS = 10_000;

    private Soquetes soquetes;
    private final List<Runnable> aRegistrar = new ArrayList<>();     // o que se aplicou e ainda não está gravado
    private final List<Runnable> depoisDeGravar = new ArrayList<>();
    private Diario diario;
    private Nodo nodo;
    private Historico historico;
    private Pedidos clientes;
    private ZMQ.Socket difusao;         // null = não escuta (um backup que ninguém vai promover)
    private Ligacao assinatura;         // do primário que se segue; null = nenhum
    private Ligacao primario;
    private Ligacao juiz;               // a testemunha; sem ela, o antigo primário; null = nenhum
    private Endereco[] seguido;         // onde ele recebe pedidos, e onde difunde
    private String instancia;
    private Assinantes assinantes;
    private final Deque<Operacao> porSaber = new ArrayDeque<>();     // sem número, e ainda não se sabe de quem
    private boolean numera;             // o primário que se segue
    private boolean anexou;
    private long deporEm;
    private long procurarEm = Long.MIN_VALUE; // não antes disto
    private boolean deposto;

    /** Como este servidor começa. */
    abstract void comecar(Nodo nodo);

    /** Se a testemunha, quando ainda não há visão nenhuma, pode fazer deste o primeiro primário. */
    abstract boolean podeSerOPrimeiro();

    /** Se este servidor abre as suas portas de primário desde já. */
    abstract boolean escuta(boolean temTestemunha);

    /** Se este servidor só escuta, sem mandar nada ao primário. */
    abstract boolean semRecuperacao();

    /** Onde está o primário, enquanto ninguém disser outra coisa: pedidos e atualizações; {@code null} se não se sabe. */
    abstract Endereco[] primarioInicial();

    @Override
    public Integer call() {
        try (Soquetes abertos = new Soquetes(defesa()); Diario aberto = dados.abrir(nomeDosDados())) {
            soquetes = abertos;
            diario = aberto;
            if (!semente()) {
                soquetes.assinarNossas();
            }
            recuperar();
            abrir();
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            comecar(nodo);
            ZMQ.Poller acordar = vigiar(consultas);
            pronto((difusao == null ? "não recebe pedidos" : "recebe pedidos na porta " + pedidos + ", difunde na porta " + atualizacoes)
                    + ", responde consultas na porta " + consulta);
            while (ativo()) {
                soquetes.religar();
                acordar.poll(clientes == null ? LACO_MS : clientes.pausa(LACO_MS));
                try {
                    receber();
                    nodo.tique(agora());
                    gravar();
                } catch (Falha e) {
                    aRegistrar.clear();
                    registro().linha("erro", "disco", e.getMessage());
                    nodo.falhar(e.getMessage());
                }
                consultas.responder(nodo.banco(), nodo.ultimo(), nodo.parada());
                acordar = seguirQuemManda() ? vigiar(consultas) : acordar;
                deporOAntigo();
            }
        }
        return 0;
    }

    private void recuperar() {
        ObjectNode meta = diario.meta("instancia");
        instancia = meta.has("instancia") ? meta.get("instancia").textValue() : Operacao.novoId().substring(0, 8);
        nodo = new Nodo(new Nodo.Identidade(id() + "#" + instancia, anunciado(pedidos), anunciado(atualizacoes),
                testemunha != null, confirmacao == Confirmacao.assincrona, semRecuperacao() || semente()), this);
        nodo.lembrar(meta, diario.instantaneo(), diario.doInstantaneo());
        diario.repetir(json -> nodo.refazer(Envelope.ler(json)));
        guardarMeta(meta);
        historico = new Historico(diario, () -> Long.toString(nodo.epoca()), () -> nodo.estado());
        registro().linha("recuperado", "ultimo", diario.ultima(), "do_instantaneo", diario.doInstantaneo(), "epoca", nodo.epoca());
    }

    /** Onde os outros nos acham nesta porta, {@code host:porta}. @throws ErroDeUso se a eles não servia */
    private String anunciado(int porta) {
        Endereco onde = new Endereco(bind, porta);
        boolean todos = Tcp.existe(onde) && Tcp.ips(onde).get(0).isAnyLocalAddress();
        String maquina = anuncio != null ? anuncio : todos ? estaMaquina() : bind;
        String endereco = new Endereco(maquina, porta).toString();
        if (escuta(testemunha != null) && !Visao.seAnuncia(endereco)) {
            throw new ErroDeUso("'" + maquina + "' não se pode anunciar: é preciso um nome, um IPv4 ou um IPv6 sem zona (fe80::1%eth0 só vale"
                    + " nesta máquina), sem porta; diga com --anuncio um que os outros alcancem");
        }
        return endereco;
    }

    private void abrir() {
        if (escuta(testemunha != null)) {
            clientes = new Pedidos(soquetes.ligar(SocketType.ROUTER, bind, pedidos, "--pedidos"));
            difusao = soquetes.ligarDifusao(bind, atualizacoes, "--atualizacoes", SIMPLES);
            assinantes = new Assinantes(difusao);
        }
        if (testemunha != null) {
            juiz = soquetes.manter(SocketType.DEALER, Endereco.ler(testemunha, 6006), registro());
        }
        seguirQuemManda();
    }

    private ZMQ.Poller vigiar(Consulta consultas) {
        List<Ligacao> ligacoes = Stream.of(assinatura, primario, juiz).filter(Objects::nonNull).toList();
        ZMQ.Poller acordar = difusao == null ? soquetes.vigiar(ligacoes) : soquetes.vigiar(ligacoes, clientes.soquete(), difusao);
        consultas.vigiar(acordar);
        return acordar;
    }

    // ───── O que chega ─────

    private void receber() {
        if (testemunha != null) {
            juiz.receber(bytes -> lerResposta("testemunha", bytes, m -> {
                if (!m.has("visao")) {
                    nodo.visao(Visao.de(m));
                }
            }));
        }
        if (difusao != null) {
            assinantes.ler();
            clientes.atender(registro(), this::atender);
        }
        if (assinatura != null) {
            assinatura.receber(bytes -> ler("primario", bytes, m -> {
                if (m.has("pulso") || Envelope.eEnvelope(m)) {
                    numera = true;
                    nodo.difundido(m);
                } else if (porSaber.size() < POR_SABER) {
                    porSaber.add(Operacao.de(m));
                }
            }));
            saberQuemSeSegue();
            primario.receber(bytes -> lerResposta("primario", bytes, nodo::resposta));
        }
    }

    /** O que vem sem número espera até se saber de quem vem: do sistema original, aplica-se; de um dos nossos, pede-se numerado. */
    private void saberQuemSeSegue() {
        Soquetes.Quem quem = semRecuperacao() || semente() ? Soquetes.Quem.ORIGINAL : primario.quem();
        if (quem != null) {
            nodo.soEscutar(quem == Soquetes.Quem.ORIGINAL);
            if (quem == Soquetes.Quem.ORIGINAL || !numera) { // senão, as numeradas chegam também
                porSaber.forEach(nodo::simples);
            }
            porSaber.clear();
        }
    }

    private interface Leitura {
        void com(ObjectNode mensagem);
    }

    /** Num DEALER, antes de cada resposta vem um quadro vazio, que separa o envelope do ZeroMQ da mensagem. */
    private void lerResposta(String deQuem, byte[] bytes, Leitura leitura) {
        if (bytes.length > 0) {
            ler(deQuem, bytes, leitura);
        }
    }

    private void ler(String deQuem, byte[] bytes, Leitura leitura) {
        try {
            leitura.com(Json.ler(bytes));
        } catch (MensagemInvalida e) {
            registro().recusada(deQuem, e);
        }
    }

    /** @return a resposta, ou null se ela vem depois ou não há */
    private String atender(Pedidos.Pedido pedido) {
        ObjectNode m = Json.ler(pedido.corpo());
        if (!m.has("pedido")) {
            nodo.operacao(pedido, Operacao.de(m));
            return null;
        }
        switch (Json.texto(m, "pedido")) {
            case "SALDO" -> {
                String conta = Json.texto(m, "conta");
                nodo.saldo(pedido, conta, banco -> Json.escrever(Consulta.saldo(conta, banco, id())));
            }
            case "ESTADO" -> {
                ObjectNode estado = Json.MAPPER.createObjectNode().put("id", id()).put("seq", nodo.ultimo())
                        .put("assinantes", assinantes.quantos()).put("epoca", nodo.epoca()).put("primario", nodo.primario())
                        .put("em_dia", nodo.visao() == null ? 0 : nodo.visao().emDia().size());
                return Json.escrever(nodo.parada() == null ? estado : estado.put("parada", nodo.parada()));
            }
            case "NOTICIA" -> {
                ObjectNode resposta = nodo.noticiaDe(m, agora());
                if (resposta == null && semente() && nodo.primario()) {
                    resposta = nodo.pulso(); // difundido, chegaria também a quem só conhece a Operacao
                }
                return resposta == null ? null : Json.escrever(resposta);
            }
            case "HISTORICO" -> depois(pedido, m, () -> historico.historico(m));
            case "INSTANTANEO" -> depois(pedido, m, () -> historico.instantaneo(m));
            case "DEPOR" -> {
                return nodo.depor(Visao.de(Json.objeto(m, "visao"))) ? "OK" : "ERRO disco: falhou, e não posso guardar que há outro primário";
            }
            default -> throw new MensagemInvalida("pedido", "este servidor responde a operações, SALDO e ESTADO");
        }
        return null;
    }

    /** O diário e o estado só se correspondem depois de gravar; e só o primário da época fala por ela. */
    private void depois(Pedidos.Pedido pedido, ObjectNode m, Supplier<String> resposta) {
        depoisDeGravar.add(() -> {
            if (nodo.primario() && m.path("epoca").asLong() == nodo.epoca()) {
                clientes.responder(pedido, resposta.get());
            }
        });
    }

    /** Grava de uma vez o que o lote anexou; só então a regra difunde e responde. */
    private void gravar() {
        if (anexou) {
            anexou = false;
            diario.gravar();
            aRegistrar.forEach(Runnable::run);
            aRegistrar.clear();
            nodo.gravado();
        }
        depoisDeGravar.forEach(Runnable::run);
        depoisDeGravar.clear();
        if (diario.horaDeFotografar()) {
            diario.fotografar(nodo.estado());
        }
    }

    // ───── Quem se segue ─────

    /** Se o primário mudou, conecta-se ao novo. @return se mudou */
    private boolean seguirQuemManda() {
        Visao visao = nodo.visao();
        boolean outro = visao != null && !visao.primario().equals(id() + "#" + instancia);
        Endereco[] onde = outro ? new Endereco[] {Endereco.ler(visao.pedidos()), Endereco.ler(visao.atualizacoes())}
                : nodo.primario() ? null : primarioInicial();
        if (Arrays.equals(onde, seguido) || outro && !achado(onde)) {
            return false;
        }
        numera = false;
        porSaber.clear();
        if (seguido != null) {
            soquetes.fechar(assinatura);
            soquetes.fechar(primario);
        }
        seguido = onde;
        assinatura = onde == null ? null : soquetes.manter(SocketType.SUB, onde[1], registro());
        primario = onde == null ? null : soquetes.manter(SocketType.DEALER, onde[0], registro());
        registro().linha("seguir", "primario", onde == null ? "ninguém" : onde[0]);
        return true;
    }

    /** Uma visão pode dizer uma máquina que aqui ninguém conhece, ou ainda não: pergunta-se outra vez, de tempos em tempos. */
    private boolean achado(Endereco[] onde) {
        if (agora() < procurarEm) {
            return false;
        }
        boolean achado = Tcp.existe(onde[0]) && Tcp.existe(onde[1]);
        if (!achado) {
            procurarEm = agora() + PROCURAR_MS;
            registro().linha("aviso", "porque", "o primário diz estar em " + onde[0] + ", e daqui não encontro essa máquina: confira o --anuncio dele");
        }
        return achado;
    }

    /** Sem testemunha, quem foi promovido à mão avisa o antigo primário, quando ele voltar, de que já não é. */
    private void deporOAntigo() {
        Endereco[] antigo = primarioInicial();
        if (testemunha != null || semente() || deposto || antigo == null || !nodo.primario() || agora() - deporEm < DEPOR_MS) {
            return;
        }
        deporEm = agora();
        if (juiz == null) {
            juiz = soquetes.manter(SocketType.DEALER, antigo[0], registro());
        }
        juiz.receber(resposta -> deposto |= new String(resposta, StandardCharsets.UTF_8).equals("OK"));
        if (juiz.nossa()) {
            ObjectNode ordem = Json.MAPPER.createObjectNode().put("pedido", "DEPOR");
            ordem.set("visao", nodo.visao().json());
            enviar(juiz, ordem);
        }
    }

    private static void enviar(Ligacao ligacao, ObjectNode mensagem) {
        ligacao.enviar(new byte[0], Json.escrever(mensagem).getBytes(StandardCharsets.UTF_8));
    }

    private static String estaMaquina() {
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException e) {
            throw new Falha("não sei o endereço desta máquina; diga-o com --anuncio");
        }
    }

    private static long agora() {
        return System.nanoTime() / 1_000_000;
    }

    // ───── O que a regra manda fazer ─────

    @Override
    public void anexar(Envelope envelope) {
        diario.anexar(envelope.json());
        anexou = true;
    }

    @Override
    public void guardarMeta(ObjectNode meta) {
        diario.guardarMeta(meta.put("instancia", instancia));
    }

    @Override
    public void adotar(long posicao, ObjectNode estado) {
        diario.recomecarDe(posicao, estado);
        aRegistrar.clear();
    }

    @Override
    public void difundir(ObjectNode mensagem) {
        if (difusao != null && !semente()) {
            difusao.send(Json.escrever(mensagem).getBytes(StandardCharsets.UTF_8));
        }
        if (difusao != null && mensagem.has("op") && (semente() || assinantes.alguemAssina(SIMPLES))) {
            difusao.send(mensagem.get("op").textValue().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void responder(Object cliente, String texto) {
        clientes.responder((Pedidos.Pedido) cliente, texto);
    }

    @Override
    public void aoPrimario(ObjectNode mensagem) {
        if (primario != null && primario.nossa()) {
            enviar(primario, mensagem);
        }
    }

    @Override
    public void aTestemunha(ObjectNode mensagem) {
        if (juiz.nossa()) {
            enviar(juiz, mensagem.put("inicial", podeSerOPrimeiro()));
        }
    }

    @Override
    public void registrar(String evento, Object... pares) {
        registro().linha(evento, pares);
    }

    @Override
    public void aplicada(Aplicada aplicada, Banco banco) {
        if (aplicada.resultado().idRepetido()) { // não passou pelo banco: não há o que gravar antes
            registro().aplicada(aplicada, banco);
        } else {
            aRegistrar.add(registro().aplicadaDepois(aplicada, banco));
        }
    }
}
