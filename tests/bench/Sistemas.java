//SOURCES Cru.java DeProcessos.java
package tests.bench;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.zeromq.ZMQ;
import tests.Processo;

/** As nossas partes, e JeroMQ com a mesma forma e sem lógica. */
final class Sistemas {

    static final String ORDEM = "ordem total";
    static final String PRIMARIO = "primário-backup";
    static final String FILA = "fila";

    private Sistemas() {
    }

    /** JeroMQ sem lógica, com a forma da parte 3: um sequenciador e duas réplicas. */
    static DeProcessos cru3() {
        return cru(ORDEM, "JeroMQ puro (3)", true, "replica", "replica", "sequenciador");
    }

    /** O mesmo, com a caixa de correio de shared/zmq em vez da do JeroMQ. */
    static DeProcessos cru3ComMailbox() {
        return cru(ORDEM, "JeroMQ com shared/zmq (3)", false, "replica", "replica", "sequenciador");
    }

    /** JeroMQ sem lógica, com a forma da parte 4: um primário e um backup que devolve cada mensagem. */
    static DeProcessos cru4() {
        return cru(PRIMARIO, "JeroMQ puro (4)", true, "backup", "primario");
    }

    /**
     * @param original se o JeroMQ é o que se baixa, sem nada nosso;
     * @param funcoes o último está pronto quando os outros o assinam
     */
    private static DeProcessos cru(String painel, String nome, boolean original, String... funcoes) {
        List<String> opcoes = new ArrayList<>(Processo.OPCOES_DA_JVM);
        if (original) {
            String jeromq = ZMQ.class.getProtectionDomain().getCodeSource().getLocation().getPath();
            // vale a última -cp
            opcoes.addAll(List.of("-cp", jeromq + File.pathSeparator + System.getProperty("java.class.path")));
        }
        return new DeProcessos(painel, nome) {
            @Override
            public void iniciar() {
                Arrays.stream(funcoes).map(f -> juntar(Processo.iniciarSoCom(opcoes, "tests.bench.Cru", f,
                        "" + porta(0), "" + porta(1)))).toList().forEach(Processo::esperarPronto);
            }
        };
    }

    /** A parte 2: um servidor RPC e alguns workers. */
    static DeProcessos parte2(boolean duravel, int workers) {
        return new DeProcessos(FILA, "parte 2, " + modo(duravel)) {
            @Override
            public void iniciar() {
                protocolo = new Protocolo.JsonRpc();
                for (int i = 1; i <= workers; i++) {
                    papel(duravel, "part2.Worker", "worker-" + i, "--porta", porta(i), "--rpc", local(porta(0)),
                            "--consulta", 0);
                }
                papel(duravel, "part2.RpcServer", "rpc", "--porta", porta(0), "--workers",
                        IntStream.rangeClosed(1, workers).mapToObj(i -> local(porta(i))).collect(Collectors.joining(",")));
            }
        };
    }

    /** A parte 3: um sequenciador e algumas réplicas. */
    static DeProcessos parte3(boolean duravel, int replicas) {
        return new DeProcessos(ORDEM, "parte 3, " + modo(duravel)) {
            @Override
            public void iniciar() {
                papel(duravel, "part3.Sequencer", "sequenciador", "--pedidos", porta(0), "--ordem", porta(1));
                for (int i = 1; i <= replicas; i++) {
                    papel(duravel, "part3.Replica", "replica-" + i, "--pedidos", local(porta(0)), "--ordem", local(porta(1)),
                            "--consulta", porta(1 + i));
                }
                esperarEstado("assinantes", replicas, porta(0));
            }
        };
    }

    /**
     * A parte 4, síncrona: um primário e alguns backups. A testemunha põe-nos em dia, e sai: fica fora do caminho das
     * operações, e aqui, onde todos param de vez em quando, trocaria o primário.
     */
    static DeProcessos parte4(boolean duravel, int backups) {
        return new DeProcessos(PRIMARIO, "parte 4, " + modo(duravel)) {
            @Override
            public void iniciar() {
                int alem = 2 + backups;
                String juiz = local(porta(alem));
                papel(duravel, "part4.Primary", "primario", "--pedidos", porta(0), "--atualizacoes", porta(1),
                        "--consulta", 0, "--testemunha", juiz);
                for (int i = 1; i <= backups; i++) {
                    papel(duravel, "part4.Backup", "backup-" + i, "--pedidos-primario", local(porta(0)),
                            "--atualizacoes-primario", local(porta(1)), "--consulta", porta(1 + i), "--testemunha", juiz,
                            "--pedidos", porta(alem + 2 * i - 1), "--atualizacoes", porta(alem + 2 * i));
                }
                Processo testemunha = papel(duravel, "part4.Witness", "testemunha", "--porta", porta(alem));
                esperarEstado("em_dia", backups + 1, porta(0));
                processos().remove(testemunha);
                testemunha.matar();
            }
        };
    }

    static void esperarEstado(String campo, int valor, int porta) {
        Processo.esperar(campo, Processo.PRAZO, () -> DeProcessos.pedir(porta, "{\"pedido\": \"ESTADO\"}")
                .contains("\"" + campo + "\": " + valor));
    }

    static String modo(boolean duravel) {
        return duravel ? "em disco" : "em memória";
    }
}
