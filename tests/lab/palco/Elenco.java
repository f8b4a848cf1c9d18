//SOURCES Palco.java Vaga.java
package tests.lab.palco;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shared.texto.Endereco;
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

    private static final Map<Integer, Map<String, String>> CLASSES = Map.of(
            1, Map.of("cliente", "part1.Client", "replica", "part1.Replica"),
            2, Map.of("cliente", "part2.Client", "servidor", "part2.RpcServer", "worker", "part2.Worker"),
            3, Map.of("cliente", "part3.Client", "sequenciador", "part3.Sequencer", "replica", "part3.Replica"),
            4, Map.of("cliente", "part4.Client", "testemunha", "part4.Witness", "primario", "part4.Primary", "backup",
                    "part4.Backup"));

    private final int parte;
    private final Map<String, Personagem> todos;
    private final Palco palco;
    private final Rede rede;
    private final Map<String, Vaga> vagas = new LinkedHashMap<>();

    /** @param todos pelo nome, na ordem em que o diagrama os mostra */
    public Elenco(int parte, String titulo, Map<String, Personagem> todos, Rastro rastro, Rede rede) {
        this.parte = parte;
        this.todos = todos;
        this.rede = rede;
        this.palco = new Palco(rastro, parte, titulo, 1, todos.keySet().toArray(String[]::new));
    }

    /** Estes, sem nada de especial. */
    @SafeVarargs
    static Map<String, Personagem> deCostume(List<String>... nomes) {
        Map<String, Personagem> todos = new LinkedHashMap<>();
        Stream.of(nomes).flatMap(List::stream)
                .forEach(nome -> todos.put(nome, new Personagem(List.of(), List.of(), false)));
        return todos;
    }

    /** O que é um processo com este nome: {@code replica}, se é {@code replica-2}. */
    public static String papel(String nome) {
        return nome.replaceFirst("-\\d$", "");
    }

    /** Os papéis que há numa parte. */
    public static List<String> papeis(int parte) {
        return CLASSES.get(parte).keySet().stream().sorted().toList();
    }

    public Palco palco() {
        return palco;
    }

    private List<String> que(String papel) {
        return todos.keySet().stream().filter(nome -> papel(nome).equals(papel)).toList();
    }

    // ───── Pôr de pé ─────

    /** Faz os enlaces, e inicia quem começa já; espera que se ouçam uns aos outros. Os clientes começam quando pedem. */
    public void montar() {
        switch (parte) {
            case 1 -> que("replica").forEach(replica ->
                    que("cliente").forEach(cliente -> enlace(Tipo.difusao, cliente, replica, cliente)));
            case 2 -> que("worker").forEach(worker ->
                    que("servidor").forEach(servidor -> enlace(Tipo.fila, servidor, worker, worker)));
            case 3 -> que("replica").forEach(replica -> {
                enlace(Tipo.difusao, "sequenciador", replica, "sequenciador.difusao");
                pedidos(replica, "sequenciador");
            });
            default -> enlacesDaParte4();
        }
        que("cliente").forEach(nome -> vagas.put(nome, vaga(nome, todos.get(nome))));
        List<String> agora = Stream.of("testemunha", "sequenciador", "worker", "replica", "servidor", "primario", "backup")
                .flatMap(papel -> que(papel).stream()).filter(nome -> !todos.get(nome).depois()).toList();
        agora.forEach(this::subir);
        esperarQueSeOucam(agora.stream().filter(nome -> List.of("replica", "primario", "backup").contains(papel(nome)))
                .count());
    }

    private void enlacesDaParte4() {
        List<String> servidores = Stream.concat(que("primario").stream(), que("backup").stream()).toList();
        for (String um : servidores) {
            for (String outro : servidores) { // nos dois sentidos: podem trocar de lugar
                if (!um.equals(outro)) {
                    rede.enlace(Tipo.difusao, um, outro, local(um + ">" + outro + ".difusao"), local(um + ".difusao"));
                    pedidos(um, outro);
                }
            }
            que("testemunha").forEach(testemunha -> pedidos(um, testemunha));
        }
    }

    private void enlace(Tipo tipo, String de, String para, String real) {
        rede.enlace(tipo, de, para, local(de + ">" + para), local(real));
    }

    private void pedidos(String de, String para) {
        enlace(Tipo.pedidos, de, para, para);
    }

    private Endereco local(String porta) {
        return new Endereco("127.0.0.1", palco.porta(porta));
    }

    /** Uma barreira: o que se difundir daqui em diante chega a todos. */
    private void esperarQueSeOucam(long quantos) {
        if (parte == 3) {
            palco.esperarEstado("sequenciador", quantos + " assinantes", e -> e.path("assinantes").asInt() >= quantos);
        } else if (parte == 4) {
            palco.esperarEstado("primario", "o backup em dia", e -> e.path("em_dia").asInt() >= quantos);
        }
    }

    // ───── Um processo ─────

    /** Inicia um que ainda não começou, ou de novo um que morreu, com o que ele guardou. @param mais opções, desta vez */
    public void iniciar(String nome, List<String> mais) {
        if (palco.nomes().contains(nome)) {
            palco.reiniciar(nome, mais.toArray());
        } else {
            subir(nome, mais.toArray());
        }
    }

    private void subir(String nome, Object... mais) {
        List<Object> opcoes = new ArrayList<>(opcoes(nome));
        opcoes.addAll(todos.get(nome).opcoes());
        opcoes.addAll(List.of(mais));
        palco.iniciar(nome, CLASSES.get(parte).get(papel(nome)), opcoes.toArray());
    }

    private List<Object> opcoes(String nome) {
        return switch (papel(nome)) {
            case "replica" -> parte == 1 ? List.of("--clientes", aTodos("cliente", ">" + nome))
                    : List.of("--ordem", palco.em("sequenciador>" + nome), "--pedidos", palco.em(nome + ">sequenciador"));
            case "worker" -> Stream.concat(Stream.<Object>of("--porta", palco.porta(nome)),
                    todos.get(nome).opcoes().contains("--sem-recuperacao") ? Stream.of()
                    : Stream.of("--rpc", aTodos("servidor", ""))).toList();
            case "servidor" -> List.of("--porta", palco.porta(nome), "--workers", String.join(",",
                    que("worker").stream().map(worker -> palco.em(nome + ">" + worker)).toList()));
            case "sequenciador" -> List.of("--pedidos", palco.porta(nome), "--ordem", palco.porta(nome + ".difusao"));
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

    private String aTodos(String papel, String sufixo) {
        return String.join(",", que(papel).stream().map(nome -> palco.em(nome + sufixo)).toList());
    }

    // ───── Clientes ─────

    private Vaga vaga(String nome, Personagem quem) {
        if (parte == 1) {
            return new Vaga(nome, "part1.Client", List.of("--porta", palco.porta(nome), "--esperar", que("replica").size()));
        }
        List<String> servidores = quem.falaCom().isEmpty() ? aQuemECostume() : quem.falaCom();
        Tipo tipo = parte == 2 ? Tipo.bytes : Tipo.pedidos;
        servidores.forEach(servidor -> enlace(tipo, nome, servidor, servidor));
        String onde = String.join(",", servidores.stream().map(servidor -> palco.em(nome + ">" + servidor)).toList());
        String opcao = parte == 2 ? "--rpc" : parte == 3 ? "--sequenciador" : "--primario";
        return new Vaga(nome, CLASSES.get(parte).get("cliente"), List.of(opcao, onde));
    }

    private List<String> aQuemECostume() {
        return parte == 2 ? que("servidor").subList(0, 1) : parte == 3 ? que("sequenciador")
                : Stream.concat(que("primario").stream(), que("backup").stream()).toList();
    }

    /** Por onde chega este cliente. */
    Vaga vaga(String nome) {
        return vagas.get(nome);
    }

    /** Põe de pé este cliente. O da parte 1 espera por tantas réplicas quantas já começaram. */
    public Cliente cliente(String nome) {
        long comecaram = que("replica").stream().filter(palco.nomes()::contains).count();
        Vaga vaga = parte != 1 ? vagas.get(nome)
                : new Vaga(nome, "part1.Client", List.of("--porta", palco.porta(nome), "--esperar", comecaram));
        return vaga.ocupar(palco);
    }

    @Override
    public void close() {
        palco.close();
    }
}
