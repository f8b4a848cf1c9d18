package tests.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Uma das quatro partes, do jeito que se põe de pé numa máquina só: quem inicia, com que opções, em que portas.
 *
 * @param numero     1 a 4
 * @param nome       a arquitetura
 * @param ordenada   se promete a mesma ordem em todas as réplicas
 * @param servidores os papéis que ficam de pé, na ordem de iniciar
 * @param clientes   dois clientes, sem o comando deles
 * @param consultas  a porta de consulta de cada réplica
 * @param primario   a porta de pedidos de quem sabe quantos estão em dia com ele; 0 = ninguém
 */
record Parte(int numero, String nome, boolean ordenada, List<Papel> servidores, List<Papel> clientes, List<Integer> consultas,
        int primario) {

    /** Uma linha de comando: {@code part3.Replica} e as opções dela. */
    record Papel(String classe, List<String> opcoes) {

        static Papel de(String classe, Object... opcoes) {
            return new Papel(classe, Stream.of(opcoes).map(Object::toString).toList());
        }

        /** Se este papel tem um diário em disco. */
        boolean guardaEstado() {
            return !classe.startsWith("part1.") && !classe.endsWith(".Client");
        }

        /** O que a pessoa digitaria. */
        String comando() {
            return "jbang " + classe.replace('.', '/') + ".java " + String.join(" ", opcoes);
        }
    }

    /** As portas de costume, ou no lugar de cada uma, sempre a mesma porta livre. */
    static final class Portas {

        private final boolean livres;
        private final Map<Integer, Integer> escolhidas = new HashMap<>();

        Portas(boolean livres) {
            this.livres = livres;
        }

        int de(int costume) {
            return livres ? escolhidas.computeIfAbsent(costume, c -> Processo.portaLivre()) : costume;
        }

        String em(int costume) {
            return "127.0.0.1:" + de(costume);
        }
    }

    static Parte numero(int numero, Portas p) {
        return switch (numero) {
            case 1 -> multicast(p);
            case 2 -> rpcComFila(p);
            case 3 -> ordemTotal(p);
            case 4 -> primarioComBackup(p);
            default -> throw new IllegalArgumentException("parte " + numero);
        };
    }

    private static Parte multicast(Portas p) {
        String clientes = p.em(5555) + "," + p.em(5556);
        return new Parte(1, "multicast", false,
                List.of(Papel.de("part1.Replica", "--id", "replica-1", "--clientes", clientes, "--consulta", p.de(7001)),
                        Papel.de("part1.Replica", "--id", "replica-2", "--clientes", clientes, "--consulta", p.de(7002))),
                List.of(Papel.de("part1.Client", "--porta", p.de(5555), "--esperar", 2),
                        Papel.de("part1.Client", "--porta", p.de(5556), "--esperar", 2)),
                List.of(p.de(7001), p.de(7002)), 0);
    }

    private static Parte rpcComFila(Portas p) {
        Papel cliente = Papel.de("part2.Client", "--rpc", p.em(50051));
        return new Parte(2, "RPC + fila", true,
                List.of(Papel.de("part2.Worker", "--id", "worker-1", "--porta", p.de(6001), "--rpc", p.em(50051),
                                "--consulta", p.de(7001)),
                        Papel.de("part2.Worker", "--id", "worker-2", "--porta", p.de(6011), "--rpc", p.em(50051),
                                "--consulta", p.de(7002)),
                        Papel.de("part2.RpcServer", "--porta", p.de(50051), "--workers", p.em(6001) + "," + p.em(6011))),
                List.of(cliente, cliente), List.of(p.de(7001), p.de(7002)), 0);
    }

    private static Parte ordemTotal(Portas p) {
        Papel cliente = Papel.de("part3.Client", "--sequenciador", p.em(6002));
        return new Parte(3, "sequenciador", true,
                List.of(Papel.de("part3.Sequencer", "--pedidos", p.de(6002), "--ordem", p.de(6003)),
                        Papel.de("part3.Replica", "--id", "replica-1", "--pedidos", p.em(6002), "--ordem", p.em(6003),
                                "--consulta", p.de(7001)),
                        Papel.de("part3.Replica", "--id", "replica-2", "--pedidos", p.em(6002), "--ordem", p.em(6003),
                                "--consulta", p.de(7002))),
                List.of(cliente, cliente), List.of(p.de(7001), p.de(7002)), 0);
    }

    private static Parte primarioComBackup(Portas p) {
        Papel cliente = Papel.de("part4.Client", "--primario", p.em(6004) + "," + p.em(6014));
        return new Parte(4, "primário-backup", true,
                List.of(Papel.de("part4.Witness", "--porta", p.de(6006)),
                        Papel.de("part4.Primary", "--id", "primario", "--testemunha", p.em(6006), "--pedidos", p.de(6004),
                                "--atualizacoes", p.de(6005), "--consulta", p.de(7001)),
                        Papel.de("part4.Backup", "--id", "backup", "--testemunha", p.em(6006), "--pedidos", p.de(6014),
                                "--atualizacoes", p.de(6015), "--pedidos-primario", p.em(6004),
                                "--atualizacoes-primario", p.em(6005), "--consulta", p.de(7002))),
                List.of(cliente, cliente), List.of(p.de(7001), p.de(7002)), p.de(6004));
    }
}
