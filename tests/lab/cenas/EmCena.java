//SOURCES Ato.java Cena.java LeitorDeAto.java Passo.java
package tests.lab.cenas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import tests.Processo;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Linha;
import tests.lab.cenas.Cena.Mensagem;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.palco.Alheios;
import tests.lab.palco.Cliente;
import tests.lab.palco.Elenco;
import tests.lab.palco.Palco;
import tests.lab.rede.ComandosDaRede;
import tests.lab.rede.Rede;
import tests.lab.rede.Segura;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Veredito;

/**
 * Um ato a acontecer: processos de verdade, a rede no meio, e o que as linhas da cena mandam, uma depois da outra. As linhas
 * são as que estão escritas, ou as que alguém vai dando ({@link #ler}); várias linhas de execução podem fazê-las.
 */
public final class EmCena implements AutoCloseable {

    /** Num enlace com o líder: os outros ordenadores. */
    static final String OUTROS = "outros";

    private final AtoEscrito escrito;
    private final LeitorDeAto leitor;
    private final Rastro rastro;
    private final Rede rede;
    private final Elenco elenco;
    private final Map<String, Cliente> clientes = new HashMap<>();
    private final Map<String, List<Operacao>> pedidas = new HashMap<>(); // pelo texto da operação, por ordem
    private final Map<String, Pedida> porId = new HashMap<>();
    private final Set<String> aplicadas = ConcurrentHashMap.newKeySet(); // quem aplicou, e que id_msg
    private final List<String> lideres = new CopyOnWriteArrayList<>(); // de que as linhas falaram
    private final List<Passo.Perguntar> perguntas = new ArrayList<>();
    private volatile Duration prazo; // null = o dos processos
    private volatile boolean desistiu;
    private List<Veredito> vereditos = List.of();

    private EmCena(AtoEscrito escrito, Rastro rastro, int lentidao, Alheios alheios) {
        this.escrito = escrito;
        this.rastro = rastro;
        this.leitor = LeitorDeAto.aberto(escrito);
        rastro.dizer(e -> {
            if (e.path("tipo").asText().equals("aplicar")) {
                aplicadas.add(e.path("processo").asText() + " " + e.path("id_msg").asText());
            }
        });
        this.rede = new Rede(rastro, 1);
        this.elenco = new Elenco(escrito.parte(), escrito.titulo(), escrito.elenco(), rastro, rede, alheios);
        palco().demorar(lentidao);
    }

    /** Faz acontecer um ato, até ao fim, ou até que algo não aconteça como ele diz. */
    static Ato representar(AtoEscrito escrito, int lentidao, Alheios alheios, Duration prazo) {
        try (EmCena c = abrir(escrito, new Rastro(), lentidao, alheios)) {
            c.prazo(prazo);
            String porque = null;
            for (Iterator<Linha> linhas = escrito.linhas().iterator(); porque == null && linhas.hasNext(); ) {
                porque = c.fazer(linhas.next());
            }
            return c.ato(porque);
        }
    }

    /** Os processos de um ato de pé, e mais nada: as linhas dele estão por fazer. @param lentidao 1 = a de costume */
    public static EmCena abrir(AtoEscrito escrito, Rastro rastro, int lentidao) {
        return abrir(escrito, rastro, lentidao, Alheios.NENHUNS);
    }

    /** O mesmo, com os processos de outro no lugar dos nossos; quem os fez é que os fecha. */
    public static EmCena abrir(AtoEscrito escrito, Rastro rastro, int lentidao, Alheios alheios) {
        EmCena c = new EmCena(escrito, rastro, lentidao, alheios);
        try {
            c.elenco.montar();
            return c;
        } catch (RuntimeException | Error e) {
            c.close();
            throw e;
        }
    }

    /** Lê uma linha, que fala do que há neste ato e do que nele já se pediu. @throws ErroDeUso se não se entende */
    public Linha ler(String texto) {
        synchronized (leitor) {
            return leitor.mais(texto);
        }
    }

    /** @return por que não se fez; {@code null} se se fez */
    public String fazer(Linha linha) {
        try {
            linha.passo().fazer(this);
            return null;
        } catch (AssertionError | Falha e) {
            String porque = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return linha.numero() == 0 ? porque : "linha " + linha.numero() + ", «" + linha.texto() + "»: " + porque;
        }
    }

    /** Daqui em diante, o que se espera espera-se até tanto. @param novo {@code null} = o que é costume */
    public void prazo(Duration novo) {
        prazo = novo;
    }

    /** Quem estiver à espera, ou se puser à espera antes de {@link #insistir}, já não espera. */
    public void desistir() {
        desistiu = true;
    }

    /** Volta a esperar-se. */
    public void insistir() {
        desistiu = false;
    }

    Ato ato() {
        return ato(null);
    }

    private Ato ato(String porque) {
        return new Ato(escrito.titulo(), rastro, vereditos, porque);
    }

    public Palco palco() {
        return elenco.palco();
    }

    public Rede rede() {
        return rede;
    }

    // ───── O que os passos fazem ─────

    void esperar(String oQue, BooleanSupplier condicao) {
        Processo.esperar(oQue, prazo == null ? palco().prazo() : prazo, () -> desistiu || condicao.getAsBoolean());
        exigir(!desistiu || condicao.getAsBoolean(), "já não se espera por: " + oQue);
    }

    /** Põe de pé um cliente, antes que seja preciso. Um que acabou, por desistir ou porque o mataram, começa outra vez. */
    public synchronized Cliente cliente(String nome) {
        Cliente antes = clientes.get(nome);
        if (antes == null || !antes.pede()) {
            clientes.put(nome, elenco.cliente(nome));
        }
        return clientes.get(nome);
    }

    synchronized void pedir(String nome, Operacao op, Pedida pedida, String quer) {
        Operacao nova = new Operacao(Operacao.novoId(), op.tipo(), op.conta_origem(), op.conta_destino(), op.valor());
        pedidas.computeIfAbsent(pedida.texto(), texto -> new ArrayList<>()).add(nova);
        porId.put(nova.id_msg(), new Pedida(pedida.texto(), pedidas.get(pedida.texto()).size()));
        cliente(nome).pedir(nova, quer);
    }

    void repetir(String nome, Pedida pedida) {
        cliente(nome).pedir(operacao(pedida));
    }

    String esperarResposta(String nome) {
        Cliente cliente;
        synchronized (this) {
            cliente = clientes.containsKey(nome) ? clientes.get(nome) : cliente(nome);
        }
        esperar("resposta a " + nome, () -> cliente.respondeu() || !cliente.processo().vivo());
        return cliente.esperar();
    }

    void consultar(String nome, String conta) {
        palco().nota(nome + " pergunta o saldo de " + conta + ": " + String.join("; ", elenco.consultar(nome, conta)));
    }

    private synchronized Operacao operacao(Pedida pedida) {
        return pedidas.get(pedida.texto()).get(pedida.qual() - 1);
    }

    /** Como as linhas chamam a operação com este id_msg; {@code null} se não foi daqui que se pediu. */
    public synchronized Pedida pedida(String idMsg) {
        return porId.get(idMsg);
    }

    /** As que, neste enlace, esperam e são estas. */
    List<Segura> quais(String enlace, Mensagem qual) {
        List<Segura> esperam = rede.esperam().de(enlace);
        if (qual.pedida() == null) {
            return esperam.stream().filter(m -> m.controle() && m.sobre().path("resumo").asText().startsWith(qual.texto()))
                    .skip(qual.qual() - 1).limit(1).toList();
        }
        String id = operacao(qual.pedida()).id_msg();
        return esperam.stream().filter(m -> m.sobre().path("id_msg").asText().equals(id))
                .filter(m -> qual.copia() == null || m.copia() == qual.copia()).toList();
    }

    /** O mesmo; uma pelo menos. */
    List<Segura> estas(String enlace, Mensagem qual) {
        List<Segura> estas = quais(enlace, qual);
        exigir(!estas.isEmpty(), "em " + enlace + " não espera " + qual);
        return estas;
    }

    /** Como as linhas chamam a esta mensagem, que espera; {@code null} se não têm como. */
    public Mensagem mensagem(Segura esta) {
        List<Segura> esperam = rede.esperam().de(esta.enlace());
        if (esta.controle()) {
            String texto = esta.sobre().path("resumo").asText().replaceFirst("(?s)[\\s=\"].*", "");
            int qual = 0;
            for (Segura outra : esperam) {
                qual += outra.controle() && outra.sobre().path("resumo").asText().startsWith(texto) ? 1 : 0;
                if (outra.n() == esta.n() && outra.copia() == esta.copia()) {
                    return Mensagem.deControle(texto, qual);
                }
            }
            return null;
        }
        String id = esta.sobre().path("id_msg").asText();
        long iguais = esperam.stream().filter(m -> m.sobre().path("id_msg").asText().equals(id)).count();
        Pedida pedida = pedida(id);
        return pedida == null ? null : Mensagem.de(pedida, iguais < 2 ? null : esta.copia());
    }

    void iniciar(String nome, List<String> opcoes) {
        elenco.iniciar(nome, opcoes);
    }

    void naRede(List<String> palavras) {
        ComandosDaRede.fazer(rede, palavras.stream().flatMap(this::enlaces).toList());
    }

    /** Onde se diz o líder, o que ele é agora. */
    private Stream<String> enlaces(String palavra) {
        String[] lados = palavra.split(">");
        if (!palavra.contains(Elenco.LIDER) || lados.length > 2) {
            return Stream.of(palavra);
        }
        List<String> concretos = Stream.of(lados).map(this::quem).toList();
        if (!concretos.contains(OUTROS)) {
            return Stream.of(String.join(">", concretos));
        }
        return rede.nomes().stream().filter(sentido -> sentido.matches(concretos.stream()
                .map(lado -> lado.equals(OUTROS) ? "ordenador-\\d" : lado).collect(Collectors.joining(">"))));
    }

    /** O processo com este nome; ou o ordenador que é o líder, ou o primeiro, o segundo… de que a cena falou. */
    String quem(String nome) {
        if (!nome.matches(Elenco.LIDER + "(-\\d)?")) {
            return nome;
        }
        if (nome.equals(Elenco.LIDER)) {
            String[] agora = new String[1];
            esperar("um líder", () -> (agora[0] = palco().lider()) != null);
            if (lideres.isEmpty() || !lideres.get(lideres.size() - 1).equals(agora[0])) {
                lideres.add(agora[0]);
            }
            return agora[0];
        }
        int qual = Integer.parseInt(nome.substring(nome.length() - 1));
        exigir(qual <= lideres.size(), "ainda só se falou de " + lideres.size() + " líderes, e não há " + nome);
        return lideres.get(qual - 1);
    }

    /** Se este processo já aplicou a operação: se é nosso, porque o registrou; se é de outro, pelos saldos que diz. */
    public boolean aplicou(String processo, Pedida pedida) {
        return aplicadas.contains(processo + " " + operacao(pedida).id_msg()) || palco().aplicou(processo, operacao(pedida));
    }

    boolean primario(String processo, boolean sim) {
        ObjectNode estado = palco().estadoAosPedidos(processo);
        return estado != null && estado.path("primario").asBoolean() == sim;
    }

    boolean emDia(List<String> processos) {
        return processos.stream().map(palco()::estadoAosPedidos).anyMatch(estado -> estado != null
                && estado.path("primario").asBoolean() && estado.path("em_dia").asInt() >= processos.size());
    }

    void perguntar(Passo.Perguntar pergunta) {
        perguntas.add(pergunta);
        palco().nota(pergunta.texto());
    }

    void julgar(List<String> processos) {
        for (Passo.Perguntar pergunta : perguntas) {
            palco().nota(pergunta.texto() + " " + pergunta.conta() + " tem, em " + pergunta.processo() + ", "
                    + palco().saldo(pergunta.processo(), pergunta.conta()).toPlainString());
        }
        vereditos = palco().julgar(processos.toArray(String[]::new));
    }

    void exigir(boolean condicao, String oQueHa) {
        if (!condicao) {
            throw new AssertionError(oQueHa);
        }
    }

    @Override
    public void close() {
        desistir();
        rede.close();
        elenco.close();
    }
}
