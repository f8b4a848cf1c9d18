//SOURCES Cliente.java Elenco.java Lugar.java Palco.java Parte.java Vaga.java
package tests.lab.palco;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * @param central  sem quem ninguém avança, ou muda quem manda: um nome, ou {@link Elenco#LIDER}; {@code null} se não há
 */
public record Montagem(int parte, String nome, Palco palco, List<Vaga> vagas, List<Cliente> clientes, List<String> replicas,
        String central)
        implements AutoCloseable {

    /** Põe uma parte de pé, com os clientes dela. */
    public static Montagem de(Arquitetura qual, Rastro rastro, Rede rede, int quantosClientes) {
        Montagem m = semClientes(qual, rastro, rede, quantosClientes);
        List<Cliente> clientes = m.vagas.stream().map(vaga -> vaga.ocupar(m.palco)).toList();
        return new Montagem(m.parte, m.nome, m.palco, m.vagas, clientes, m.replicas, m.central);
    }

    /** Põe uma parte de pé, e só as vagas dos clientes. */
    static Montagem semClientes(Arquitetura qual, Rastro rastro, Rede rede, int quantosClientes) {
        List<String> clientes = IntStream.rangeClosed(1, quantosClientes).mapToObj(n -> "cliente-" + n).toList();
        List<String> replicas = List.of("replica-1", "replica-2");
        return switch (qual) {
            case MULTICAST -> montar(qual, rastro, rede, clientes, List.of(), replicas, null);
            case FILA -> montar(qual, rastro, rede, clientes, List.of("servidor"), List.of("worker-1", "worker-2"),
                    "servidor");
            case SEQUENCIADOR -> montar(qual, rastro, rede, clientes, List.of("sequenciador"), replicas, "sequenciador");
            case RAFT -> montar(qual, rastro, rede, clientes, List.of("ordenador-1", "ordenador-2", "ordenador-3"), replicas,
                    Elenco.LIDER);
            case PRIMARIO -> montar(qual, rastro, rede, clientes, List.of("testemunha"), List.of("primario", "backup"),
                    "primario");
        };
    }

    private static Montagem montar(Arquitetura qual, Rastro rastro, Rede rede, List<String> clientes,
            List<String> semBanco, List<String> replicas, String central) {
        int parte = qual.parte();
        String nome = qual.nome();
        Elenco elenco = new Elenco(parte, nome, Elenco.deCostume(clientes, semBanco, replicas), rastro, rede);
        elenco.montar();
        return new Montagem(parte, nome, elenco.palco(), clientes.stream().map(elenco::vaga).toList(), List.of(), replicas,
                central);
    }

    /** Põe de pé uma parte sem a {@link Rede}: cada papel onde ela diz, e já de pé quem os outros esperam. */
    public static Montagem de(Parte parte, Rastro rastro, Lugar lugar) {
        String prefixo = "ensaio-" + parte.qual() + "-";
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
            parte.servidores().forEach(papel -> palco.comecar(papel.nome(), papel.classe(), papel.opcoes().toArray()));
            palco.nomes().forEach(nome -> palco.processo(nome).esperarPronto());
            parte.pedidos().forEach((nome, porta) -> {
                palco.conhecer(nome, porta);
                palco.esperarEstado(nome, "o backup em dia, ou um líder", Montagem::podePedir);
            });
            List<Cliente> clientes = parte.clientes().stream()
                    .map(papel -> palco.cliente(papel.nome(), papel.classe(), papel.opcoes().toArray())).toList();
            return new Montagem(parte.numero(), parte.nome(), palco, List.of(), clientes, parte.replicas(), parte.central());
        } catch (RuntimeException | Error e) {
            palco.close();
            throw e;
        }
    }

    /** Quem isto diz já não confirma sozinho, ou já tem líder. */
    public static boolean podePedir(ObjectNode estado) {
        return estado.path("em_dia").asInt() == 2 || Elenco.temLider(estado);
    }

    @Override
    public void close() {
        palco.close();
    }
}
