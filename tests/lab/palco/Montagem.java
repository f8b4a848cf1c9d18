//SOURCES Cliente.java Elenco.java Lugar.java Palco.java Parte.java Vaga.java
package tests.lab.palco;

import java.util.List;
import java.util.stream.IntStream;
import tests.Processo;
import tests.lab.rede.Rede;
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

    /** Põe uma parte de pé, com os clientes dela. */
    public static Montagem de(int parte, Rastro rastro, Rede rede, int quantosClientes) {
        Montagem m = semClientes(parte, rastro, rede, quantosClientes);
        List<Cliente> clientes = m.vagas.stream().map(vaga -> vaga.ocupar(m.palco)).toList();
        return new Montagem(parte, m.nome, m.palco, m.vagas, clientes, m.replicas, m.central);
    }

    /** Põe uma parte de pé, e só as vagas dos clientes. */
    static Montagem semClientes(int parte, Rastro rastro, Rede rede, int quantosClientes) {
        List<String> clientes = IntStream.rangeClosed(1, quantosClientes).mapToObj(n -> "cliente-" + n).toList();
        return switch (parte) {
            case 1 -> montar(1, "multicast", rastro, rede, clientes, List.of(), List.of("replica-1", "replica-2"), null);
            case 2 -> montar(2, "RPC + fila", rastro, rede, clientes, List.of("servidor"), List.of("worker-1", "worker-2"),
                    "servidor");
            case 3 -> montar(3, "sequenciador", rastro, rede, clientes, List.of("sequenciador"),
                    List.of("replica-1", "replica-2"), "sequenciador");
            case 4 -> montar(4, "primário-backup", rastro, rede, clientes, List.of("testemunha"),
                    List.of("primario", "backup"), "primario");
            default -> throw new IllegalArgumentException("parte " + parte);
        };
    }

    private static Montagem montar(int parte, String nome, Rastro rastro, Rede rede, List<String> clientes,
            List<String> semBanco, List<String> replicas, String central) {
        Elenco elenco = new Elenco(parte, nome, Elenco.deCostume(clientes, semBanco, replicas), rastro, rede);
        elenco.montar();
        return new Montagem(parte, nome, elenco.palco(), clientes.stream().map(elenco::vaga).toList(), List.of(), replicas,
                central);
    }

    /** Põe de pé uma parte sem a {@link Rede}: cada papel onde ela diz, e já de pé quem os outros esperam. */
    public static Montagem de(Parte parte, Rastro rastro, Lugar lugar) {
        String prefixo = "ensaio-" + parte.numero() + "-";
        Palco palco = new Palco(rastro, parte.numero(), parte.nome(), 1, lugar.defesa(),
                new Palco.Anfitriao() {
            @Override
            public Processo iniciar(String nome, String classe, List<String> argumentos) {
                return lugar.iniciar(parte.onde(nome), prefixo + nome, classe, argumentos);
            }

            @Override
            public String pasta(String nome) {
                return lugar.pasta(prefixo + nome);
            }
        }, Alheios.NENHUNS, parte.papeis().stream().map(Parte.Papel::nome).toArray(String[]::new));
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

    @Override
    public void close() {
        palco.close();
    }
}
