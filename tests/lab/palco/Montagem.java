//SOURCES Cliente.java Lugar.java Palco.java Parte.java
package tests.lab.palco;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.texto.Endereco;
import tests.Processo;
import tests.lab.rede.Rede;
import tests.lab.rede.Rede.Tipo;
import tests.lab.vereditos.Rastro;

/**
 * Cada parte de pé, com duas réplicas, e, se é só nesta máquina, com a {@link Rede} em todos os enlaces.
 *
 * @param nome     a arquitetura
 * @param vagas    por onde chega cada cliente
 * @param clientes os que estão de pé
 * @param replicas quem tem um banco
 * @param central  sem quem ninguém avança, ou muda quem manda; {@code null} se não há
 */
public record Montagem(int parte, String nome, Palco palco, List<Vaga> vagas, List<Cliente> clientes, List<String> replicas,
        String central)
        implements AutoCloseable {

    /** Um cliente que se pode pôr de pé, ligado à rede do laboratório. */
    record Vaga(String nome, String classe, List<Object> opcoes) {

        Cliente ocupar(Palco palco) {
            return palco.cliente(nome, classe, opcoes.toArray());
        }
    }

    /** Põe uma parte de pé, com os clientes dela. */
    public static Montagem de(int parte, Rastro rastro, Rede rede, int quantosClientes) {
        Montagem m = semClientes(parte, rastro, rede, quantosClientes);
        List<Cliente> clientes = m.vagas.stream().map(vaga -> vaga.ocupar(m.palco)).toList();
        return new Montagem(parte, m.nome, m.palco, m.vagas, clientes, m.replicas, m.central);
    }

    /** Põe uma parte de pé, e só as vagas dos clientes. */
    static Montagem semClientes(int parte, Rastro rastro, Rede rede, int quantosClientes) {
        List<String> nomes = IntStream.rangeClosed(1, quantosClientes).mapToObj(n -> "cliente-" + n).toList();
        return switch (parte) {
            case 1 -> multicast(rastro, rede, nomes);
            case 2 -> rpcComFila(rastro, rede, nomes);
            case 3 -> ordemTotal(rastro, rede, nomes);
            case 4 -> primarioComBackup(rastro, rede, nomes);
            default -> throw new IllegalArgumentException("parte " + parte);
        };
    }

    /** Põe de pé uma parte sem a {@link Rede}: cada papel onde ela diz, e já de pé quem os outros esperam. */
    public static Montagem de(Parte parte, Rastro rastro, Lugar lugar) {
        String prefixo = "ensaio-" + parte.numero() + "-";
        Palco palco = new Palco(rastro, parte.numero(), parte.nome(), 1, lugar.defesa(), new Palco.Anfitriao() {
            @Override
            public Processo iniciar(String nome, String classe, List<String> argumentos) {
                return lugar.iniciar(parte.onde(nome), prefixo + nome, classe, argumentos);
            }

            @Override
            public String pasta(String nome) {
                return lugar.pasta(prefixo + nome);
            }
        }, parte.papeis().stream().map(Parte.Papel::nome).toArray(String[]::new));
        try {
            for (int i = 0; i < parte.replicas().size(); i++) {
                palco.conhecer(parte.replicas().get(i) + ".consulta", parte.consultas().get(i));
            }
            parte.servidores().forEach(papel -> palco.iniciar(papel.nome(), papel.classe(), papel.opcoes().toArray()));
            if (parte.primario() != 0) {
                palco.conhecer(parte.central(), parte.primario());
                palco.esperarEstado(parte.central(), "o backup em dia", e -> e.path("em_dia").asInt() == 2);
            }
            List<Cliente> clientes = parte.clientes().stream()
                    .map(papel -> palco.cliente(papel.nome(), papel.classe(), papel.opcoes().toArray())).toList();
            return new Montagem(parte.numero(), parte.nome(), palco, List.of(), clientes, parte.replicas(), parte.central());
        } catch (RuntimeException | Error e) {
            palco.close();
            throw e;
        }
    }

    private static Montagem multicast(Rastro rastro, Rede rede, List<String> nomes) {
        List<String> replicas = List.of("replica-1", "replica-2");
        Palco palco = new Palco(rastro, 1, "multicast", 1, juntar(nomes, replicas));
        for (String replica : replicas) {
            nomes.forEach(cliente -> difusao(rede, palco, cliente, replica));
            palco.iniciar(replica, "part1.Replica", "--clientes",
                    String.join(",", nomes.stream().map(cliente -> palco.em(cliente + ">" + replica)).toList()));
        }
        List<Vaga> vagas = nomes.stream()
                .map(nome -> new Vaga(nome, "part1.Client", List.of("--porta", palco.porta(nome), "--esperar", 2))).toList();
        return new Montagem(1, "multicast", palco, vagas, List.of(), replicas, null);
    }

    private static Montagem rpcComFila(Rastro rastro, Rede rede, List<String> nomes) {
        List<String> workers = List.of("worker-1", "worker-2");
        Palco palco = new Palco(rastro, 2, "RPC + fila", 1, juntar(nomes, List.of("servidor"), workers));
        for (String worker : workers) {
            fila(rede, palco, "servidor", worker);
            palco.iniciar(worker, "part2.Worker", "--porta", palco.porta(worker), "--rpc", palco.em("servidor"));
        }
        palco.iniciar("servidor", "part2.RpcServer", "--porta", palco.porta("servidor"), "--workers",
                palco.em("servidor>worker-1") + "," + palco.em("servidor>worker-2"));
        List<Vaga> vagas = nomes.stream().map(nome -> vagaDaParte2(rede, palco, nome, "servidor")).toList();
        return new Montagem(2, "RPC + fila", palco, vagas, List.of(), workers, "servidor");
    }

    private static Montagem ordemTotal(Rastro rastro, Rede rede, List<String> nomes) {
        List<String> replicas = List.of("replica-1", "replica-2");
        Palco palco = new Palco(rastro, 3, "sequenciador", 1, juntar(nomes, List.of("sequenciador"), replicas));
        sequenciador(rede, palco, "replica-1", "replica-2");
        List<Vaga> vagas = nomes.stream().map(nome -> vagaDaParte3(rede, palco, nome)).toList();
        return new Montagem(3, "sequenciador", palco, vagas, List.of(), replicas, "sequenciador");
    }

    private static Montagem primarioComBackup(Rastro rastro, Rede rede, List<String> nomes) {
        List<String> servidores = List.of("primario", "backup");
        Palco palco = new Palco(rastro, 4, "primário-backup", 1, juntar(nomes, List.of("testemunha"), servidores));
        parte4(rede, palco, true, "sincrona");
        List<Vaga> vagas = nomes.stream().map(nome -> vagaDaParte4(rede, palco, nome, "primario", "backup")).toList();
        return new Montagem(4, "primário-backup", palco, vagas, List.of(), servidores, "primario");
    }

    @SafeVarargs
    private static String[] juntar(List<String>... listas) {
        return Stream.of(listas).flatMap(List::stream).toArray(String[]::new);
    }

    @Override
    public void close() {
        palco.close();
    }

    // ───── As peças, que as cenas também usam ─────

    static Endereco local(int porta) {
        return new Endereco("127.0.0.1", porta);
    }

    /** Um enlace de um cliente da parte 1 a uma réplica: ela o assina em {@code porta("cliente>replica")}. */
    public static void difusao(Rede rede, Palco palco, String de, String para) {
        rede.enlace(Tipo.difusao, de, para, local(palco.porta(de + ">" + para)), local(palco.porta(de)));
    }

    public static void fila(Rede rede, Palco palco, String servidor, String worker) {
        rede.enlace(Tipo.fila, servidor, worker, local(palco.porta(servidor + ">" + worker)), local(palco.porta(worker)));
    }

    public static Cliente clienteDaParte2(Rede rede, Palco palco, String nome, String servidor) {
        return vagaDaParte2(rede, palco, nome, servidor).ocupar(palco);
    }

    private static Vaga vagaDaParte2(Rede rede, Palco palco, String nome, String servidor) {
        rede.enlace(Tipo.bytes, nome, servidor, local(palco.porta(nome)), local(palco.porta(servidor)));
        return new Vaga(nome, "part2.Client", List.of("--rpc", palco.em(nome)));
    }

    public static void sequenciador(Rede rede, Palco palco, String... replicas) {
        palco.iniciar("sequenciador", "part3.Sequencer", "--pedidos", palco.porta("sequenciador"), "--ordem",
                palco.porta("ordem"));
        for (String replica : replicas) {
            replicaDaParte3(rede, palco, replica);
        }
        esperarAssinantes(palco, replicas.length);
    }

    /** Uma barreira: o que o sequenciador difundir daqui em diante chega a todas. */
    public static void esperarAssinantes(Palco palco, int quantos) {
        palco.esperarEstado("sequenciador", quantos + " assinantes", e -> e.path("assinantes").asInt() >= quantos);
    }

    public static void replicaDaParte3(Rede rede, Palco palco, String replica, Object... opcoes) {
        rede.enlace(Tipo.difusao, "sequenciador", replica, local(palco.porta("sequenciador>" + replica)),
                local(palco.porta("ordem")));
        rede.enlace(Tipo.pedidos, replica, "sequenciador", local(palco.porta(replica + ">sequenciador")),
                local(palco.porta("sequenciador")));
        palco.iniciar(replica, "part3.Replica", Stream.concat(Stream.of("--ordem", palco.em("sequenciador>" + replica),
                "--pedidos", palco.em(replica + ">sequenciador")), Stream.of(opcoes)).toArray());
    }

    public static Cliente clienteDaParte3(Rede rede, Palco palco, String nome) {
        return vagaDaParte3(rede, palco, nome).ocupar(palco);
    }

    private static Vaga vagaDaParte3(Rede rede, Palco palco, String nome) {
        rede.enlace(Tipo.pedidos, nome, "sequenciador", local(palco.porta(nome)), local(palco.porta("sequenciador")));
        return new Vaga(nome, "part3.Client", List.of("--sequenciador", palco.em(nome)));
    }

    public static Palco palcoDaParte4(Rastro rastro, String titulo) {
        return new Palco(rastro, 4, titulo, 1, "cliente-1", "cliente-2", "testemunha", "primario", "backup");
    }

    public static void parte4(Rede rede, Palco palco, boolean comTestemunha, String confirmacao) {
        for (String um : List.of("primario", "backup")) { // nos dois sentidos: podem trocar de lugar
            String outro = um.equals("primario") ? "backup" : "primario";
            rede.enlace(Tipo.difusao, um, outro, local(palco.porta(um + ">" + outro + ".difusao")),
                    local(palco.porta(um + ".difusao")));
            rede.enlace(Tipo.pedidos, um, outro, local(palco.porta(um + ">" + outro)), local(palco.porta(outro)));
        }
        if (comTestemunha) {
            palco.iniciar("testemunha", "part4.Witness", "--porta", palco.porta("testemunha"));
        }
        for (String servidor : List.of("primario", "backup")) {
            List<Object> opcoes = new ArrayList<>(List.of("--pedidos", palco.porta(servidor),
                    "--atualizacoes", palco.porta(servidor + ".difusao")));
            if (comTestemunha) {
                rede.enlace(Tipo.pedidos, servidor, "testemunha", local(palco.porta(servidor + ">testemunha")),
                        local(palco.porta("testemunha")));
                opcoes.addAll(List.of("--testemunha", palco.em(servidor + ">testemunha")));
            }
            opcoes.addAll(servidor.equals("primario") ? List.of("--confirmacao", confirmacao)
                    : List.of("--pedidos-primario", palco.em("backup>primario"), "--atualizacoes-primario",
                            palco.em("primario>backup.difusao")));
            palco.iniciar(servidor, servidor.equals("primario") ? "part4.Primary" : "part4.Backup", opcoes.toArray());
        }
        palco.esperarEstado("primario", "o backup em dia", e -> e.path("em_dia").asInt() == 2);
    }

    public static Cliente clienteDaParte4(Rede rede, Palco palco, String nome, String... servidores) {
        return vagaDaParte4(rede, palco, nome, servidores).ocupar(palco);
    }

    private static Vaga vagaDaParte4(Rede rede, Palco palco, String nome, String... servidores) {
        List<String> enderecos = new ArrayList<>();
        for (String servidor : servidores) {
            rede.enlace(Tipo.pedidos, nome, servidor, local(palco.porta(nome + ">" + servidor)),
                    local(palco.porta(servidor)));
            enderecos.add(palco.em(nome + ">" + servidor));
        }
        return new Vaga(nome, "part4.Client", List.of("--primario", String.join(",", enderecos)));
    }
}
