//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Cru.java Gerador.java Sistema.java ../lab/Processo.java ../../shared/Json.java ../../shared/Requisicao.java
//SOURCES ../../part1/Replica.java ../../part2/JsonRpc.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Sequencer.java ../../part3/Replica.java ../../part4/Primary.java ../../part4/Backup.java
package tests.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import shared.Endereco;
import shared.Operacao;
import shared.Requisicao;
import shared.SemResposta;
import tests.lab.Processo;

/** Os sistemas que se comparam: as nossas partes, JeroMQ sem lógica, e os programas em Python de {@code tests/interop}. */
final class Sistemas {

    private Sistemas() {
    }

    /** Um sistema feito de processos, a que se pede pela porta {@link #pedidos} com JSON sobre ZeroMQ. */
    abstract static class DeProcessos implements Sistema {

        private final String nome;
        private final List<Processo> processos = new ArrayList<>();
        private Path pasta;
        /** Portas livres, na ordem em que cada sistema as usa; a primeira é a dos pedidos. */
        protected final int[] portas = Stream.generate(Processo::portaLivre).limit(12).mapToInt(p -> p).toArray();

        DeProcessos(String nome) {
            this.nome = nome;
        }

        @Override
        public String nome() {
            return nome;
        }

        @Override
        public Amostra medir(List<Operacao> operacoes, int pendentes) {
            return Gerador.canalizado(portas[0], operacoes, pendentes);
        }

        /** Os processos deste sistema, pela ordem em que começaram. */
        List<Processo> processos() {
            return processos;
        }

        /** Inicia um papel desta coleção, silencioso, com o que guarda na pasta deste sistema ou na memória. */
        Processo papel(boolean duravel, String papel, String id, Object... opcoes) {
            Stream<Object> todas = Stream.concat(Stream.of(opcoes), Stream.of("--silencioso", "--id", id));
            todas = Stream.concat(todas, duravel ? Stream.of("--dados", pasta().resolve(id)) : Stream.of("--memoria"));
            return juntar(Processo.iniciar(papel, todas.map(String::valueOf).toArray(String[]::new)));
        }

        /** Espera que um processo esteja pronto, e encerra-o com o sistema. */
        Processo juntar(Processo processo) {
            processos.add(processo);
            return processo.esperarPronto();
        }

        /** Onde este sistema guarda o que guarda. */
        Path pasta() {
            try {
                pasta = pasta == null ? Files.createTempDirectory("banco-bench-") : pasta;
                return pasta;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            processos.forEach(Processo::close);
            if (pasta != null) {
                apagar(pasta);
            }
        }
    }

    /** JeroMQ sem lógica, com a forma da parte 3: um sequenciador e duas réplicas. */
    static Sistema cru3() {
        return cru("JeroMQ puro (3)", "replica", "replica", "sequenciador");
    }

    /** JeroMQ sem lógica, com a forma da parte 4: um primário e um backup que devolve cada mensagem. */
    static Sistema cru4() {
        return cru("JeroMQ puro (4)", "backup", "primario");
    }

    /** @param funcoes o último está pronto quando os outros o assinam */
    private static Sistema cru(String nome, String... funcoes) {
        return new DeProcessos(nome) {
            @Override
            public void iniciar() {
                for (String funcao : funcoes) {
                    juntar(Processo.iniciar("tests.bench.Cru", funcao, "" + portas[0], "" + portas[1]));
                }
            }
        };
    }

    /** A parte 3: um sequenciador e algumas réplicas. */
    static DeProcessos parte3(boolean duravel, int replicas) {
        return new DeProcessos("parte 3, " + modo(duravel)) {
            @Override
            public void iniciar() {
                papel(duravel, "part3.Sequencer", "sequenciador", "--pedidos", portas[0], "--ordem", portas[1]);
                for (int i = 1; i <= replicas; i++) {
                    papel(duravel, "part3.Replica", "replica-" + i, "--pedidos", local(portas[0]), "--ordem", local(portas[1]),
                            "--consulta", portas[1 + i]);
                }
                Processo.esperar("assinantes", Processo.PRAZO,
                        () -> estado(portas[0]).contains("\"assinantes\": " + replicas));
            }
        };
    }

    /** A parte 4, síncrona: um primário e alguns backups. */
    static DeProcessos parte4(boolean duravel, int backups) {
        return new DeProcessos("parte 4, " + modo(duravel)) {
            @Override
            public void iniciar() {
                papel(duravel, "part4.Primary", "primario", "--pedidos", portas[0], "--atualizacoes", portas[1], "--consulta", 0);
                for (int i = 1; i <= backups; i++) {
                    papel(duravel, "part4.Backup", "backup-" + i, "--pedidos-primario", local(portas[0]),
                            "--atualizacoes-primario", local(portas[1]), "--consulta", portas[1 + i]);
                }
                Processo.esperar("backups em dia", Processo.PRAZO,
                        () -> estado(portas[0]).contains("\"em_dia\": " + (backups + 1)));
            }
        };
    }

    static String modo(boolean duravel) {
        return duravel ? "em disco" : "em memória";
    }

    static String local(int porta) {
        return "127.0.0.1:" + porta;
    }

    /** A resposta a ESTADO; vazia se não veio. */
    static String estado(int porta) {
        return pedir(porta, "{\"pedido\": \"ESTADO\"}");
    }

    /** Um pedido a uma porta desta máquina; vazio se a resposta não veio. */
    static String pedir(int porta, String pedido) {
        try (Requisicao requisicao = new Requisicao(new Endereco("127.0.0.1", porta), 500, 1)) {
            return requisicao.pedir(pedido);
        } catch (SemResposta e) {
            return "";
        }
    }

    static void apagar(Path pasta) {
        try (Stream<Path> arquivos = Files.walk(pasta)) {
            arquivos.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
