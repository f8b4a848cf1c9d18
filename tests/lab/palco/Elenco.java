//SOURCES Alheios.java Palco.java Vaga.java
package tests.lab.palco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import part3.regra.grupos.Grupos;
import shared.Operacao;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import tests.Processo;
import tests.lab.rede.Rede;
import tests.lab.rede.Rede.Tipo;
import tests.lab.vereditos.Rastro;

/**
 * Os processos de uma parte, só nesta máquina, com a {@link Rede} em todos os enlaces. O que cada um é, di-lo o nome:
 * {@code cliente-1}, {@code replica-2}, {@code servidor}, {@code backup}…
 */
public final class Elenco implements AutoCloseable {

    /**
     * Um processo.
     *
     * @param falaCom a quem um cliente pede; nenhum = a quem é costume
     * @param opcoes  as que se juntam às dele
     * @param depois  se não começa com os outros
     */
    public record Personagem(List<String> falaCom, List<String> opcoes, boolean depois) {
    }

    /** Onde se diz um processo: o ordenador que, na altura, for o líder. */
    public static final String LIDER = "lider";

    private static final Pattern GRUPOS = Pattern.compile("--grupos[ =](\\S+)");
    private static final Duration ASSINAR = Duration.ofMillis(700);
    private static final Duration SOLTAR = Duration.ofSeconds(5); // quem a tinha ainda pode estar a acabar

    private static final Map<Integer, Map<String, String>> CLASSES = Map.of(
            1, Map.of("cliente", "part1.Client", "replica", "part1.Replica"),
            2, Map.of("cliente", "part2.Client", "servidor", "part2.RpcServer", "worker", "part2.Worker"),
            3, Map.of("cliente", "part3.Client", "sequenciador", "part3.Sequencer", "replica", "part3.Replica"),
            4, Map.of("cliente", "part4.Client", "testemunha", "part4.Witness", "primario", "part4.Primary", "backup",
                    "part4.Backup"));

    private final int parte;
    private final Map<String, Personagem> todos;
    private final int grupos;
    private final Palco palco;
    private final Rede rede;
    private final Alheios alheios;

    /** @param todos pelo nome, na ordem em que o diagrama os mostra */
    public Elenco(int parte, String titulo, Map<String, Personagem> todos, Rastro rastro, Rede rede) {
        this(parte, titulo, todos, rastro, rede, Alheios.NENHUNS);
    }

    /**
     * O mesmo, com os processos de outro no lugar dos nossos.
     *
     * @param rede {@code null} = falam uns com os outros diretamente
     * @throws ErroDeUso se são de outra parte, ou dois deles precisam da mesma porta
     */
    public Elenco(int parte, String titulo, Map<String, Personagem> todos, Rastro rastro, Rede rede, Alheios alheios) {
        this.parte = parte;
        this.todos = todos;
        this.grupos = grupos(todos);
        this.rede = rede;
        this.alheios = alheios;
        if (alheios.entrega() != null && alheios.entrega().parte() != parte) {
            throw new ErroDeUso("os processos alheios são da parte " + alheios.entrega().parte() + ", e isto é da parte "
                    + parte);
        }
        this.palco = new Palco(rastro, parte, titulo, alheios, todos.keySet().toArray(String[]::new));
        portasFixas();
        portasDosGrupos();
        if (rede == null) {
            enlaces(parte, todos).forEach(enlace -> palco.conhecer(porta(enlace), palco.porta(enlace.real())));
        }
    }

    /** As que um alheio usa sem que se lhe diga: suas, ou dos enlaces a que se liga. */
    private void portasFixas() {
        Map<Integer, String> deQuem = new HashMap<>();
        for (String nome : todos.keySet()) {
            alheios.portas(nome).forEach((qual, porta) -> {
                String antes = deQuem.putIfAbsent(porta, nome);
                if (antes != null) {
                    throw new ErroDeUso(antes + " e " + nome + " usam a mesma porta " + porta + ", que está no programa:"
                            + " troque-a com substituir, como em {\"de\": \"" + porta + "\", \"por\": \"{" + qual + "}\"}");
                }
                exigirLivre(nome, porta);
                nomesDe(nome, qual).forEach(esta -> palco.conhecer(esta, porta));
            });
        }
    }

    /**
     * Em quantos grupos repartem as contas os ordenadores: é uma opção deles.
     *
     * @throws ErroDeUso se não dizem todos o mesmo, de 1 a 4
     */
    public static int grupos(Map<String, Personagem> todos) {
        List<String> ditos = que(todos.keySet(), "ordenador").stream()
                .map(nome -> GRUPOS.matcher(String.join(" ", todos.get(nome).opcoes())))
                .map(dito -> dito.find() ? dito.group(1) : "1").distinct().toList();
        if (ditos.size() > 1 || !ditos.stream().allMatch(dito -> dito.matches("[1-4]"))) {
            throw new ErroDeUso("--grupos: tem de ser o mesmo em todos os ordenadores, e aqui vai de 1 a 4");
        }
        return ditos.isEmpty() ? 1 : Integer.parseInt(ditos.get(0));
    }

    /** De cada porta de um ordenador, e de cada enlace entre ele e uma réplica, há uma para cada grupo. */
    private void portasDosGrupos() {
        if (grupos > 1) {
            enlaces(parte, todos).stream().filter(Enlace::doGrupo).flatMap(enlace -> Stream.of(porta(enlace), enlace.real()))
                    .distinct().forEach(porta ->
                            palco.conhecer(porta, Processo.portaLivre(grupos - 1, Grupos.ENTRE_PORTAS)));
        }
    }

    /** Ocupada por outro, a culpa não é do programa: diz-se antes. */
    private static void exigirLivre(String nome, int porta) {
        boolean livre = Processo.aguardar(SOLTAR, () -> {
            try (ServerSocket soquete = new ServerSocket()) {
                soquete.setReuseAddress(true);
                soquete.bind(new InetSocketAddress("127.0.0.1", porta));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        if (!livre) {
            throw new Falha("a porta " + porta + ", que está no programa de " + nome + ", está ocupada por outro processo:"
                    + " encerre-o, ou troque-a com substituir");
        }
    }

    /** Os nomes, no palco, das portas que este lugar diz. */
    private List<String> nomesDe(String nome, String qual) {
        return switch (qual) {
            case "consulta" -> List.of(nome + ".consulta");
            case "porta" -> List.of(nome);
            case "ordem" -> List.of(papel(nome).equals("replica") ? "sequenciador>" + nome + ".difusao" : nome + ".difusao");
            case "pedidos" -> List.of(papel(nome).equals("replica") ? nome + ">sequenciador" : nome);
            case "atualizacoes" -> List.of(nome + ".difusao");
            case "pedidos-primario" -> List.of(nome + ">primario");
            case "atualizacoes-primario" -> List.of("primario>" + nome + ".difusao");
            case "testemunha" -> List.of(nome + ">testemunha");
            case "clientes" -> que("cliente").stream().limit(1).map(cliente -> cliente + ">" + nome).toList();
            case "workers" -> que("worker").stream().limit(1).map(worker -> nome + ">" + worker).toList();
            default -> aQuemPede(todos, nome).stream().limit(1).map(quem -> nome + ">" + quem).toList();
        };
    }

    /** A porta, no palco, em que um processo escuta: pelo nome da opção que a diz. */
    public Endereco endereco(String nome, String qual) {
        return local(switch (qual) {
            case "consulta" -> nome + ".consulta";
            case "ordem", "atualizacoes" -> nome + ".difusao";
            default -> nome;
        });
    }

    /** A classe do nosso papel com este nome. */
    static String classe(int parte, String papel) {
        return papel.equals("ordenador") ? "part3.Ordenador" : CLASSES.get(parte).get(papel);
    }

    /** Estes, sem nada de especial. */
    @SafeVarargs
    static Map<String, Personagem> deCostume(List<String>... nomes) {
        Map<String, Personagem> todos = new LinkedHashMap<>();
        Stream.of(nomes).flatMap(List::stream)
                .forEach(nome -> todos.put(nome, new Personagem(List.of(), List.of(), false)));
        return todos;
    }

    /** Os nomes de costume de uma parte, com tantos clientes, na ordem em que o diagrama os mostra. */
    public static List<String> deCostume(int parte, int clientes) {
        List<String> nomes = new ArrayList<>(IntStream.rangeClosed(1, clientes).mapToObj(n -> "cliente-" + n).toList());
        nomes.addAll(switch (parte) {
            case 1 -> List.of("replica-1", "replica-2");
            case 2 -> List.of("servidor", "worker-1", "worker-2");
            case 3 -> List.of("sequenciador", "replica-1", "replica-2");
            default -> List.of("testemunha", "primario", "backup");
        });
        return nomes;
    }

    /** O que é um processo com este nome: {@code replica}, se é {@code replica-2}. */
    public static String papel(String nome) {
        return nome.replaceFirst("-\\d$", "");
    }

    /** Os papéis que há numa parte, de costume. */
    public static List<String> papeis(int parte) {
        return CLASSES.get(parte).keySet().stream().sorted().toList();
    }

    /** Os papéis que pode haver numa parte: na 3, em vez do sequenciador, os ordenadores. */
    public static List<String> todosOsPapeis(int parte) {
        return Stream.concat(papeis(parte).stream(), parte == 3 ? Stream.of("ordenador") : Stream.of()).toList();
    }

    /** Destes, os que têm um banco a que se pergunte. */
    public static List<String> comBanco(int parte, Collection<String> nomes) {
        return nomes.stream().filter(nome -> Palco.TEM_BANCO.contains(classe(parte, papel(nome)))).toList();
    }

    /** Destes, aqueles a quem um cliente pode pedir. */
    public static List<String> aQuemSePede(Collection<String> nomes) {
        return que(nomes, "servidor", "sequenciador", "ordenador", "primario", "backup");
    }

    public Palco palco() {
        return palco;
    }

    // ───── A rede entre eles ─────

    /** Um enlace por fazer. @param real a porta a que ele dá */
    private record Enlace(Tipo tipo, String de, String para, String real) {

        static Enlace pedidos(String de, String para) {
            return new Enlace(Tipo.pedidos, de, para, para);
        }

        static Enlace difusao(String de, String para) {
            return new Enlace(Tipo.difusao, de, para, de + ".difusao");
        }

        /** Se cada grupo de contas tem um. */
        boolean doGrupo() {
            return papel(de).equals("replica") && papel(para).equals("ordenador")
                    || papel(de).equals("ordenador") && papel(para).equals("replica");
        }

        Stream<String> sentidos() {
            boolean vaiEVem = tipo == Tipo.pedidos || tipo.bytes();
            return vaiEVem ? Stream.of(de + ">" + para, para + ">" + de) : Stream.of(de + ">" + para);
        }
    }

    /** Os sentidos que há na rede deste elenco, como {@code sequenciador>replica-1}. */
    public static Set<String> sentidos(int parte, Map<String, Personagem> todos) {
        return enlaces(parte, todos).stream().flatMap(Enlace::sentidos).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<Enlace> enlaces(int parte, Map<String, Personagem> todos) {
        List<Enlace> enlaces = new ArrayList<>();
        List<String> servidores = que(todos.keySet(), "primario", "backup");
        for (String replica : que(todos.keySet(), "replica")) {
            if (parte == 1) {
                que(todos.keySet(), "cliente")
                        .forEach(cliente -> enlaces.add(new Enlace(Tipo.difusao, cliente, replica, cliente)));
            } else {
                que(todos.keySet(), "sequenciador", "ordenador").forEach(fonte ->
                        enlaces.addAll(List.of(Enlace.difusao(fonte, replica), Enlace.pedidos(replica, fonte))));
            }
        }
        for (String um : que(todos.keySet(), "ordenador")) {
            que(todos.keySet(), "ordenador").stream().filter(outro -> !outro.equals(um))
                    .forEach(outro -> enlaces.add(new Enlace(Tipo.pares, um, outro, outro + ".pares")));
        }
        for (String worker : que(todos.keySet(), "worker")) {
            que(todos.keySet(), "servidor")
                    .forEach(servidor -> enlaces.add(new Enlace(Tipo.fila, servidor, worker, worker)));
        }
        for (String um : servidores) { // nos dois sentidos: podem trocar de lugar
            servidores.stream().filter(outro -> !outro.equals(um))
                    .forEach(outro -> enlaces.addAll(List.of(Enlace.difusao(um, outro), Enlace.pedidos(um, outro))));
            que(todos.keySet(), "testemunha").forEach(testemunha -> enlaces.add(Enlace.pedidos(um, testemunha)));
        }
        for (String cliente : que(todos.keySet(), "cliente")) {
            Tipo tipo = parte == 2 ? Tipo.bytes : Tipo.pedidos;
            aQuemPede(todos, cliente).forEach(quem -> enlaces.add(new Enlace(tipo, cliente, quem, quem)));
        }
        return enlaces;
    }

    private static List<String> que(Collection<String> nomes, String... papeis) {
        return Stream.of(papeis).flatMap(papel -> nomes.stream().filter(nome -> papel(nome).equals(papel))).toList();
    }

    /** A quem é costume: na parte 1, a ninguém; na 2, a um servidor só; na 4, a todos. O líder pode ser qualquer um. */
    private static List<String> aQuemPede(Map<String, Personagem> todos, String cliente) {
        List<String> ditos = todos.get(cliente).falaCom().equals(List.of(LIDER)) ? List.of() : todos.get(cliente).falaCom();
        List<String> todosEles = aQuemSePede(todos.keySet());
        return !ditos.isEmpty() ? ditos : todosEles.stream().anyMatch(nome -> papel(nome).equals("servidor"))
                ? todosEles.subList(0, 1) : todosEles;
    }

    /** A porta por onde este enlace se alcança: na difusão entre dois que também se pedem, outra. */
    private static String porta(Enlace enlace) {
        return enlace.de() + ">" + enlace.para() + (enlace.real().equals(enlace.de() + ".difusao") ? ".difusao" : "");
    }

    // ───── Pôr de pé ─────

    private List<String> que(String... papeis) {
        return que(todos.keySet(), papeis);
    }

    /** Faz os enlaces, e inicia quem começa já; espera que se ouçam uns aos outros. Os clientes começam quando pedem. */
    public void montar() {
        enlaces(parte, todos).forEach(enlace -> IntStream.range(0, enlace.doGrupo() ? grupos : 1).forEach(g ->
                rede.enlace(enlace.tipo(), enlace.de(), enlace.para(), local(porta(enlace), g), local(enlace.real(), g))));
        List<String> agora = que("testemunha", "sequenciador", "ordenador", "worker", "replica", "servidor", "primario",
                "backup").stream().filter(nome -> !todos.get(nome).depois()).toList();
        List<String> juntos = que(agora, "ordenador"); // esperam uns pelos outros
        juntos.forEach(nome -> palco.comecar(nome, classe(parte, "ordenador"), todasAsOpcoes(nome)));
        agora.stream().filter(nome -> !juntos.contains(nome)).forEach(this::subir);
        juntos.forEach(nome -> palco.processo(nome).esperarPronto());
        esperarQueSeOucam(agora.stream().filter(nome -> List.of("replica", "primario", "backup").contains(papel(nome)))
                .count());
    }

    private Endereco local(String porta) {
        return local(porta, 0);
    }

    private Endereco local(String porta, int grupo) {
        return new Endereco("127.0.0.1", Grupos.porta(palco.porta(porta), grupo));
    }

    /**
     * Uma barreira: o que se difundir daqui em diante chega a todos. Um central alheio não diz quem o assina: dá-se-lhe
     * tempo de ouvir as assinaturas, que já vão a caminho.
     */
    private void esperarQueSeOucam(long quantos) {
        if (alheios.tem("sequenciador") && parte == 3 || alheios.tem("primario") && parte == 4) {
            Processo.aguardar(ASSINAR, () -> false);
        } else if (parte == 4 && alheios.semente("primario")) {
            palco.esperarEstado("primario", "o backup que o assina", e -> e.path("assinantes").asInt() >= quantos - 1);
        } else if (parte == 3) {
            for (String fonte : que(palco.nomes(), "sequenciador", "ordenador")) {
                IntStream.range(0, grupos).forEach(g -> palco.esperarEstado(local(fonte, g).porta(), quantos + " assinantes",
                        e -> e.path("assinantes").asInt() >= quantos
                        && (papel(fonte).equals("sequenciador") || temLider(e))));
            }
        } else if (parte == 4) {
            palco.esperarEstado("primario", "o backup em dia", e -> e.path("em_dia").asInt() >= quantos);
        }
    }

    /** Se o ordenador que isto diz tem líder, e já algo escrito: antes, se o líder morre, o voto deste não conta. */
    static boolean temLider(ObjectNode estado) {
        return estado.path("lider").isTextual() && estado.path("indice").asLong() >= 0;
    }

    // ───── Um processo ─────

    /** Inicia um que ainda não começou, ou de novo um que morreu, com o que ele guardou. @param mais opções, desta vez */
    public void iniciar(String nome, List<String> mais) {
        if (palco.nomes().contains(nome)) {
            palco.reiniciar(nome, mais.toArray());
        } else {
            subir(nome, mais.toArray());
            if (papel(nome).equals("ordenador") && haMaioria()) {
                IntStream.range(0, grupos).forEach(g -> palco.esperarEstado(local(nome, g).porta(),
                        nome + " com algo escrito", Elenco::temLider));
            }
        }
    }

    private boolean haMaioria() {
        List<String> todosEles = que("ordenador");
        return 2 * todosEles.stream().filter(nome -> palco.nomes().contains(nome) && palco.processo(nome).vivo()).count()
                > todosEles.size();
    }

    private void subir(String nome, Object... mais) {
        palco.iniciar(nome, classe(parte, papel(nome)), todasAsOpcoes(nome, mais));
    }

    private Object[] todasAsOpcoes(String nome, Object... mais) {
        return Stream.of(opcoes(nome), todos.get(nome).opcoes(), List.of(mais)).flatMap(List::stream).toArray();
    }

    private List<Object> opcoes(String nome) {
        return switch (papel(nome)) {
            case "replica" -> parte == 1 ? List.of("--clientes", aTodos("cliente", ">" + nome))
                    : Stream.concat(Stream.<Object>of("--ordem", aCada(fonte -> fonte + ">" + nome + ".difusao"),
                            "--pedidos", aCada(fonte -> nome + ">" + fonte)),
                            grupos == 1 ? Stream.of() : Stream.<Object>of("--grupos", grupos)).toList();
            case "worker" -> Stream.concat(Stream.<Object>of("--porta", palco.porta(nome)),
                    todos.get(nome).opcoes().contains("--sem-recuperacao") ? Stream.of()
                    : Stream.of("--rpc", aTodos("servidor", ""))).toList();
            case "servidor" -> List.of("--porta", palco.porta(nome), "--workers", String.join(",",
                    que("worker").stream().map(worker -> palco.em(nome + ">" + worker)).toList()));
            case "sequenciador" -> List.of("--pedidos", palco.porta(nome), "--ordem", palco.porta(nome + ".difusao"));
            case "ordenador" -> List.of("--pedidos", palco.porta(nome), "--ordem", palco.porta(nome + ".difusao"),
                    "--pares", que("ordenador").stream().map(par -> par + "=" + palco.em(par.equals(nome) ? nome + ".pares"
                    : nome + ">" + par)).collect(Collectors.joining(",")));
            case "testemunha" -> List.of("--porta", palco.porta(nome));
            default -> opcoesDaParte4(nome);
        };
    }

    private List<Object> opcoesDaParte4(String nome) {
        List<Object> opcoes = new ArrayList<>(List.of("--pedidos", palco.porta(nome), "--atualizacoes",
                palco.porta(nome + ".difusao")));
        que("testemunha").forEach(testemunha -> opcoes.addAll(List.of("--testemunha", palco.em(nome + ">" + testemunha))));
        if (!nome.equals("primario")) {
            opcoes.addAll(List.of("--pedidos-primario", palco.em(nome + ">primario"), "--atualizacoes-primario",
                    palco.em("primario>" + nome + ".difusao")));
        }
        return opcoes;
    }

    /** A cada um de quem uma réplica da parte 3 ouve a ordem. */
    private String aCada(UnaryOperator<String> porta) {
        return que("sequenciador", "ordenador").stream().map(porta).map(palco::em).collect(Collectors.joining(","));
    }

    private String aTodos(String papel, String sufixo) {
        return String.join(",", que(papel).stream().map(nome -> palco.em(nome + sufixo)).toList());
    }

    // ───── Clientes ─────

    /** Por onde chega este cliente. */
    Vaga vaga(String nome) {
        return parte == 1 ? daParte1(nome, que("replica").size()) : new Vaga(nome, CLASSES.get(parte).get("cliente"),
                List.of(parte == 2 ? "--rpc" : parte == 3 ? "--sequenciador" : "--primario", String.join(",",
                agoraPede(nome).stream().map(quem -> palco.em(nome + ">" + quem)).toList())));
    }

    /** A quem, ao começar: o líder é o desse momento. */
    private List<String> agoraPede(String cliente) {
        if (!todos.get(cliente).falaCom().equals(List.of(LIDER))) {
            return aQuemPede(todos, cliente);
        }
        String[] lider = new String[1];
        Processo.esperar("um líder", palco.prazo(), () -> (lider[0] = palco.lider()) != null);
        return List.of(lider);
    }

    private Vaga daParte1(String nome, long esperar) {
        return new Vaga(nome, "part1.Client", List.of("--porta", palco.porta(nome), "--esperar", esperar));
    }

    /** Põe de pé este cliente. O da parte 1 espera por tantas réplicas quantas já começaram. */
    public Cliente cliente(String nome) {
        long comecaram = que("replica").stream().filter(palco.nomes()::contains).count();
        return (parte == 1 ? daParte1(nome, comecaram) : vaga(nome)).ocupar(palco);
    }

    /** Põe de pé um cliente alheio, se não é um processo por operação. @return o processo dele, ou nenhum */
    public List<Processo> clienteAlheio(String nome) {
        Entrega.Papel papel = alheios.entrega().papel(nome);
        if (papel.umProcessoPorOperacao()) {
            return List.of();
        }
        Processo processo = palco.clienteAlheio(nome, classe(parte, "cliente"), vaga(nome).opcoes(), List.of());
        if (papel.entrada().containsKey("inicio")) {
            processo.digitar(papel.entrada().get("inicio"));
        }
        return List.of(processo);
    }

    /** Pede a um cliente alheio, como ele o lê, e não espera. @return os processos que o fazem */
    public List<Processo> pedirAoAlheio(String nome, Operacao op) {
        Entrega.Papel papel = alheios.entrega().papel(nome);
        palco.vai(op);
        if (papel.umProcessoPorOperacao()) {
            return List.of(palco.clienteAlheio(nome, classe(parte, "cliente"), vaga(nome).opcoes(), Entrega.palavras(op)));
        }
        Processo processo = palco.processo(nome);
        try {
            processo.digitar(papel.entrada().isEmpty() ? op.json() + "\n" : digitado(papel, op));
        } catch (UncheckedIOException e) {
            // acabou: quem espera pelo que ele devia enviar o dirá
        }
        return List.of(processo);
    }

    private static String digitado(Entrega.Papel papel, Operacao op) {
        Lugares lugares = new Lugares(List.of()).por("conta", op.conta_origem()).por("origem", op.conta_origem())
                .por("destino", String.valueOf(op.conta_destino())).por("valor", op.valor().toPlainString());
        return lugares.encher(papel.entrada().get(op.tipo().name()));
    }

    /** Um cliente que pergunta o saldo desta conta a quem a tem. @return o que lhe respondem */
    public List<String> consultar(String nome, String conta) {
        Vaga vaga = vaga(nome);
        List<String> argumentos = new ArrayList<>(List.of("--id", nome, "--consultas", String.join(",",
                comBanco(parte, todos.keySet()).stream().map(quem -> palco.em(quem + ".consulta")).toList())));
        vaga.opcoes().forEach(opcao -> argumentos.add(opcao.toString()));
        argumentos.addAll(List.of("saldo", conta));
        return palco.rodar(nome, vaga.classe(), argumentos);
    }

    @Override
    public void close() {
        palco.close();
    }
}
