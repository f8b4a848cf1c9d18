//SOURCES Lugar.java
package tests.lab.palco;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.texto.Endereco;
import tests.lab.palco.Lugar.Onde;

/**
 * Uma {@link Arquitetura}, do jeito que se põe de pé: quem inicia, em que máquina, com que opções, em que portas.
 *
 * @param qual       a arquitetura
 * @param ordenada   se promete a mesma ordem em todas as réplicas
 * @param servidores os papéis que ficam de pé, na ordem de iniciar
 * @param clientes   dois clientes, sem o comando deles
 * @param replicas   os nomes de quem tem um banco
 * @param consultas  a porta, em 127.0.0.1, por que se consulta cada réplica
 * @param central    sem quem ninguém avança, ou muda quem manda; {@code null} se não há
 * @param pedidos    a porta, em 127.0.0.1, dos pedidos a quem diz se já se podem fazer, por nome; na maioria, ninguém
 */
public record Parte(Arquitetura qual, boolean ordenada,
        List<Papel> servidores, List<Papel> clientes, List<String> replicas,
        List<Integer> consultas, String central, Map<String, Integer> pedidos) {

    private static final Set<String> ESCUTAM = Set.of("--porta", "--pedidos", "--atualizacoes", "--ordem", "--consulta");

    /** Uma linha de comando: {@code part3.Replica} e as opções dela. */
    public record Papel(String nome, Onde onde, String classe, List<String> opcoes) {

        /** @param opcoes textos, números, e listas deles */
        static Papel de(String nome, Onde onde, String classe, Object... opcoes) {
            List<String> todas = new ArrayList<>();
            for (Object opcao : opcoes) {
                Stream<?> estas = opcao instanceof Collection<?> varias ? varias.stream() : Stream.of(opcao);
                estas.forEach(esta -> todas.add(esta.toString()));
            }
            return new Papel(nome, onde, classe, todas);
        }

        /** Se este papel tem um diário em disco. */
        public boolean guardaEstado() {
            return !classe.startsWith("part1.") && !classe.endsWith(".Client");
        }

        /** O arquivo dele: part3/Replica.java. */
        public String arquivo() {
            return classe.replace('.', '/') + ".java";
        }

        /** As portas em que escuta. */
        public List<Integer> escuta() {
            IntStream ditas = IntStream.range(1, opcoes.size())
                    .filter(i -> ESCUTAM.contains(opcoes.get(i - 1)) && opcoes.get(i).matches("\\d+"))
                    .map(i -> Integer.parseInt(opcoes.get(i)));
            return IntStream.concat(ditas, pares(true).mapToInt(Endereco::porta)).boxed().toList();
        }

        /** Os endereços a que se conecta. */
        public List<Endereco> alcanca() {
            return Stream.concat(opcoes.stream().filter(opcao -> opcao.matches("[\\w.-]+:\\d+(,[\\w.-]+:\\d+)*"))
                    .flatMap(opcao -> Endereco.lerLista(opcao, 0).stream()), pares(false)).toList();
        }

        /** De um ordenador: onde ouve os outros, ou onde eles o ouvem. */
        private Stream<Endereco> pares(boolean este) {
            return opcoes.stream().filter(opcao -> opcao.contains("=")).flatMap(opcao -> Stream.of(opcao.split(",")))
                    .map(par -> par.split("=")).filter(par -> par[0].equals(nome) == este).map(par -> Endereco.ler(par[1]));
        }

        /** O que a pessoa digitaria, para começar sem o que ficou de outra vez. */
        public String comando() {
            return "jbang " + arquivo() + " " + String.join(" ", opcoes) + (guardaEstado() ? " --do-zero" : "");
        }
    }

    /** As máquinas e as portas de cada papel, como se escrevem nas opções dele. */
    private record Mapa(Lugar lugar) {

        private String em(Onde onde, int costume) {
            return em(onde, costume, costume);
        }

        private String em(Onde onde, int costume, int nestaSo) {
            return lugar.endereco(onde) + ":" + lugar.porta(costume, nestaSo);
        }

        private int porta(int costume) {
            return lugar.porta(costume, costume);
        }

        private List<String> escutar(Onde onde) {
            return lugar.escutar(onde, false);
        }

        private int consulta2() {
            return lugar.porta(7001, 7002);
        }

        private List<Integer> consultas() {
            return List.of(lugar.chegar(Onde.REPLICA01, porta(7001)), lugar.chegar(Onde.REPLICA02, consulta2()));
        }
    }

    public static Parte de(Arquitetura qual, Lugar lugar) {
        Mapa m = new Mapa(lugar);
        return switch (qual) {
            case MULTICAST -> multicast(m);
            case FILA -> rpcComFila(m);
            case SEQUENCIADOR -> ordemTotal(m);
            case RAFT -> ordemPorRaft(m);
            case PRIMARIO -> primarioComBackup(m);
        };
    }

    /** De 1 a 4. */
    public int numero() {
        return qual.parte();
    }

    /** A arquitetura, sem o número. */
    public String nome() {
        return qual.nome();
    }

    /** Os papéis todos, com os clientes. */
    public List<Papel> papeis() {
        return Stream.concat(servidores.stream(), clientes.stream()).toList();
    }

    /** A máquina do papel com este nome. */
    public Onde onde(String nome) {
        return papeis().stream().filter(papel -> papel.nome().equals(nome)).findFirst().orElseThrow().onde();
    }

    private static Parte multicast(Mapa m) {
        String clientes = m.em(Onde.CLIENT, 5555) + "," + m.em(Onde.CLIENT, 5556);
        return new Parte(Arquitetura.MULTICAST, false,
                List.of(Papel.de("replica-1", Onde.REPLICA01, "part1.Replica", "--id", "replica-1",
                        m.escutar(Onde.REPLICA01),
                                "--clientes", clientes, "--consulta", m.porta(7001)),
                        Papel.de("replica-2", Onde.REPLICA02, "part1.Replica", "--id", "replica-2",
                        m.escutar(Onde.REPLICA02),
                                "--clientes", clientes, "--consulta", m.consulta2())),
                List.of(Papel.de("cliente-1", Onde.CLIENT, "part1.Client", m.escutar(Onde.CLIENT), "--porta", m.porta(5555),
                                "--esperar", 2),
                        Papel.de("cliente-2", Onde.CLIENT, "part1.Client", m.escutar(Onde.CLIENT), "--porta", m.porta(5556),
                                "--esperar", 2)),
                List.of("replica-1", "replica-2"), m.consultas(), null, Map.of());
    }

    private static Parte rpcComFila(Mapa m) {
        String rpc = m.em(Onde.CLIENT, 50051);
        return new Parte(Arquitetura.FILA, true,
                List.of(Papel.de("worker-1", Onde.REPLICA01, "part2.Worker", "--id", "worker-1", m.escutar(Onde.REPLICA01),
                                "--porta", m.porta(6001), "--rpc", rpc, "--consulta", m.porta(7001)),
                        Papel.de("worker-2", Onde.REPLICA02, "part2.Worker", "--id", "worker-2", m.escutar(Onde.REPLICA02),
                                "--porta", m.lugar().porta(6001, 6011), "--rpc", rpc, "--consulta", m.consulta2()),
                        Papel.de("servidor", Onde.CLIENT, "part2.RpcServer", m.escutar(Onde.CLIENT), "--porta",
                        m.porta(50051),
                                "--workers", m.em(Onde.REPLICA01, 6001) + "," + m.em(Onde.REPLICA02, 6001, 6011))),
                List.of(Papel.de("cliente-1", Onde.CLIENT, "part2.Client", "--rpc", rpc),
                        Papel.de("cliente-2", Onde.CLIENT, "part2.Client", "--rpc", rpc)),
                List.of("worker-1", "worker-2"), m.consultas(), "servidor", Map.of());
    }

    private static Parte ordemTotal(Mapa m) {
        String pedidos = m.em(Onde.CLIENT, 6002);
        String ordem = m.em(Onde.CLIENT, 6003);
        return new Parte(Arquitetura.SEQUENCIADOR, true,
                List.of(Papel.de("sequenciador", Onde.CLIENT, "part3.Sequencer", m.escutar(Onde.CLIENT), "--pedidos",
                        m.porta(6002),
                                "--ordem", m.porta(6003)),
                        Papel.de("replica-1", Onde.REPLICA01, "part3.Replica", "--id", "replica-1",
                        m.escutar(Onde.REPLICA01),
                                "--pedidos", pedidos, "--ordem", ordem, "--consulta", m.porta(7001)),
                        Papel.de("replica-2", Onde.REPLICA02, "part3.Replica", "--id", "replica-2",
                        m.escutar(Onde.REPLICA02),
                                "--pedidos", pedidos, "--ordem", ordem, "--consulta", m.consulta2())),
                List.of(Papel.de("cliente-1", Onde.CLIENT, "part3.Client", "--sequenciador", pedidos),
                        Papel.de("cliente-2", Onde.CLIENT, "part3.Client", "--sequenciador", pedidos)),
                List.of("replica-1", "replica-2"), m.consultas(), "sequenciador", Map.of());
    }

    /** Um ordenador em cada máquina. */
    private static Parte ordemPorRaft(Mapa m) {
        List<Onde> onde = List.of(Onde.values());
        String pares = IntStream.range(0, onde.size()).mapToObj(i -> ordenador(i) + "="
                + m.em(onde.get(i), 6007, 6007 + 10 * i)).collect(Collectors.joining(","));
        String pedidos = aTodos(m, onde, 6002);
        String ordem = aTodos(m, onde, 6003);
        List<Papel> servidores = new ArrayList<>();
        Map<String, Integer> deles = new LinkedHashMap<>();
        for (int i = 0; i < onde.size(); i++) {
            deles.put(ordenador(i), m.lugar().chegar(onde.get(i), m.lugar().porta(6002, 6002 + 10 * i)));
            servidores.add(Papel.de(ordenador(i), onde.get(i), "part3.Ordenador", "--id", ordenador(i),
                    m.escutar(onde.get(i)), "--pares", pares, "--pedidos", m.lugar().porta(6002, 6002 + 10 * i),
                    "--ordem", m.lugar().porta(6003, 6003 + 10 * i)));
        }
        for (int i = 1; i <= 2; i++) {
            servidores.add(Papel.de("replica-" + i, onde.get(i), "part3.Replica", "--id", "replica-" + i,
                    m.escutar(onde.get(i)), "--pedidos", pedidos, "--ordem", ordem,
                    "--consulta", i == 1 ? m.porta(7001) : m.consulta2()));
        }
        return new Parte(Arquitetura.RAFT, true, servidores,
                List.of(Papel.de("cliente-1", Onde.CLIENT, "part3.Client", "--sequenciador", pedidos),
                        Papel.de("cliente-2", Onde.CLIENT, "part3.Client", "--sequenciador", pedidos)),
                List.of("replica-1", "replica-2"), m.consultas(), Elenco.LIDER, deles);
    }

    private static String ordenador(int i) {
        return "ordenador-" + (i + 1);
    }

    private static String aTodos(Mapa m, List<Onde> onde, int porta) {
        return IntStream.range(0, onde.size()).mapToObj(i -> m.em(onde.get(i), porta, porta + 10 * i))
                .collect(Collectors.joining(","));
    }

    private static Parte primarioComBackup(Mapa m) {
        String testemunha = m.em(Onde.CLIENT, 6006);
        String servidores = m.em(Onde.REPLICA01, 6004) + "," + m.em(Onde.REPLICA02, 6004, 6014);
        return new Parte(Arquitetura.PRIMARIO, true,
                List.of(Papel.de("testemunha", Onde.CLIENT, "part4.Witness", m.escutar(Onde.CLIENT), "--porta",
                        m.porta(6006)), Papel.de("primario", Onde.REPLICA01, "part4.Primary", "--id", "primario",
                                m.lugar().escutar(Onde.REPLICA01, true), "--testemunha", testemunha, "--pedidos",
                                m.porta(6004), "--atualizacoes", m.porta(6005), "--consulta", m.porta(7001)),
                        Papel.de("backup", Onde.REPLICA02, "part4.Backup", "--id", "backup",
                                m.lugar().escutar(Onde.REPLICA02, true), "--testemunha", testemunha, "--pedidos",
                                m.lugar().porta(6004, 6014),
                                "--atualizacoes", m.lugar().porta(6005, 6015), "--pedidos-primario",
                                m.em(Onde.REPLICA01, 6004),
                                "--atualizacoes-primario", m.em(Onde.REPLICA01, 6005), "--consulta", m.consulta2())),
                List.of(Papel.de("cliente-1", Onde.CLIENT, "part4.Client", "--primario", servidores),
                        Papel.de("cliente-2", Onde.CLIENT, "part4.Client", "--primario", servidores)),
                List.of("primario", "backup"), m.consultas(), "primario",
                Map.of("primario", m.lugar().chegar(Onde.REPLICA01, m.porta(6004))));
    }
}
