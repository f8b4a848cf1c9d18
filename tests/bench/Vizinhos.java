//SOURCES DeProcessos.java Sistemas.java
//FILES banco.lua
package tests.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tests.Processo;

/**
 * O que alguém usaria em vez desta coleção: os programas em Python de {@code tests/interop}, e Redis e NATS (e
 * {@link Etcd}), dos pacotes do Debian. Cada um escuta só nesta máquina, em portas livres, e guarda o que guarda numa pasta
 * que se apaga.
 */
final class Vizinhos {

    private Vizinhos() {
    }

    // ───── Python ─────

    /** O sequenciador em Python e duas réplicas. */
    static DeProcessos python3() {
        return new DeProcessos(Sistemas.ORDEM, "Python (3), em memória") {
            @Override
            public void iniciar() {
                String python = python();
                Processo um = juntar(programa(python, "parte3_replica.py", "--ordem", local(porta(1))));
                Processo dois = juntar(programa(python, "parte3_replica.py", "--ordem", local(porta(1))));
                Processo central = juntar(programa(python, "parte3_sequenciador.py", "--pedidos", porta(0),
                        "--ordem", porta(1), "--esperar", 2));
                Stream.of(um, dois, central).forEach(Processo::esperarPronto);
            }
        };
    }

    /** O primário em Python, que não espera por quem o segue, e um backup. */
    static DeProcessos python4() {
        return new DeProcessos(Sistemas.PRIMARIO, "Python (4), em memória") {
            @Override
            public void iniciar() {
                String python = python();
                Processo backup = juntar(programa(python, "parte4_backup.py", "--atualizacoes-primario", local(porta(1))));
                Processo primario = juntar(programa(python, "parte4_primario.py", "--pedidos", porta(0), "--atualizacoes",
                        porta(1), "--esperar", 1));
                Stream.of(backup, primario).forEach(Processo::esperarPronto);
            }
        };
    }

    /** O servidor RPyC em Python e dois workers. */
    static DeProcessos python2() {
        return new DeProcessos(Sistemas.FILA, "Python (RPyC), em memória") {
            @Override
            public void iniciar() {
                String python = python();
                juntar(programa(python, "parte2_worker.py", "--porta", porta(1))).esperarPronto();
                juntar(programa(python, "parte2_worker.py", "--porta", porta(2))).esperarPronto();
                juntar(Processo.comando(python, caminho("servidor_rpyc.py"), "" + porta(0), local(porta(1)),
                        local(porta(2))))
                        .esperarPronto();
                Protocolo.Rpyc apresentar = new Protocolo.Rpyc(List.of());
                byte[] raiz = conversar(porta(0), apresentar, apresentar.saudacao());
                // (tipo, número, (etiqueta, referência)): a referência serve a todas as conexões
                List<?> conteudo = (List<?>) Protocolo.Rpyc.mensagem(raiz, raiz.length).get(2);
                protocolo = new Protocolo.Rpyc((List<?>) conteudo.get(1));
            }
        };
    }

    private static Processo programa(String python, String nome, Object... opcoes) {
        return Processo.comando(Stream.concat(Stream.of(python, caminho(nome), "--silencioso"), Stream.of(opcoes))
                .map(String::valueOf).toArray(String[]::new));
    }

    private static String caminho(String programa) {
        return DeProcessos.raiz().resolve("tests/interop").resolve(programa).toString();
    }

    /** O Python que tem o pyzmq e o rpyc: o do sistema, ou o do PATH. */
    private static String python() {
        for (String python : List.of("/usr/bin/python3", "python3")) {
            try {
                Process teste = new ProcessBuilder(python, "-c", "import zmq, rpyc").redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                if (teste.waitFor() == 0) {
                    return python;
                }
            } catch (IOException e) {
                // não existe; vê-se o seguinte
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new Sistema.Ausente("falta o pyzmq ou o rpyc do Python: sudo apt install python3-zmq python3-rpyc");
    }

    // ───── Redis ─────

    /** Redis que grava cada operação no disco, e uma réplica que a recebe antes da resposta. */
    static DeProcessos redis() {
        return new DeProcessos(Sistemas.PRIMARIO, "Redis (AOF always, WAIT 1)") {
            @Override
            public void iniciar() {
                String redis = procurar("redis-server");
                iniciar(redis, "mestre", porta(0));
                iniciar(redis, "replica", porta(1), "--replicaof", "127.0.0.1", "" + porta(0));
                String funcao = Protocolo.Redis.comando("FUNCTION", "LOAD", "REPLACE", recurso("/banco.lua"));
                Processo.esperar("redis", Processo.PRAZO, () -> linha(porta(0), funcao).startsWith("$"));
                String uma = Protocolo.Redis.comando("WAIT", "1", "500");
                Processo.esperar("a réplica do redis", Processo.PRAZO, () -> linha(porta(0), uma).equals(":1"));
                protocolo = new Protocolo.Redis();
            }

            private void iniciar(String redis, String nome, int porta, String... mais) {
                Path dir = criar(pasta().resolve(nome));
                juntar(Processo.comando(Stream.concat(Stream.of(redis, "--port", "" + porta, "--bind", "127.0.0.1", "--dir",
                        dir.toString(), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                        "--loglevel", "warning"), Stream.of(mais)).toArray(String[]::new)));
            }
        };
    }

    // ───── NATS ─────

    /** NATS com JetStream em arquivo: a fila, e dois consumidores que recebem tudo. */
    static DeProcessos nats() {
        return new DeProcessos(Sistemas.FILA, "NATS JetStream, em disco") {
            private final List<Socket> consumidores = new ArrayList<>();

            @Override
            public void iniciar() {
                juntar(Processo.comando(procurar("nats-server"), "-a", "127.0.0.1", "-p", "" + porta(0), "-js",
                        "-sd", pasta().toString()));
                Processo.esperar("nats", Processo.PRAZO, () -> linha(porta(0), "PING\r\n").startsWith("INFO"));
                protocolo = new Protocolo.Nats();
                pedir("STREAM.CREATE.BANCO", "{\"name\":\"BANCO\",\"subjects\":[\"banco.ops\"],\"storage\":\"file\"}");
                for (String worker : List.of("w1", "w2")) {
                    consumir("entrega." + worker);
                    pedir("CONSUMER.DURABLE.CREATE.BANCO." + worker,
                            "{\"stream_name\":\"BANCO\",\"config\":{\"durable_name\":\""
                            + worker + "\",\"deliver_subject\":\"entrega." + worker + "\",\"ack_policy\":\"none\"}}");
                }
            }

            private void pedir(String api, String json) {
                conversar(porta(0), protocolo, Protocolo.Nats.publicar("$JS.API." + api, "caixa.ops", json));
            }

            /** Um worker que só recebe. */
            private void consumir(String assunto) {
                try {
                    Socket soquete = new Socket("127.0.0.1", porta(0));
                    consumidores.add(soquete);
                    soquete.getOutputStream().write(
                            ("CONNECT {}\r\nSUB " + assunto + " 1\r\n").getBytes(StandardCharsets.UTF_8));
                    Thread leitor = new Thread(() -> {
                        try {
                            soquete.getInputStream().transferTo(OutputStream.nullOutputStream());
                        } catch (IOException e) {
                            // fechou-se: acabou a prova
                        }
                    }, assunto);
                    leitor.setDaemon(true);
                    leitor.start();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {
                super.close();
                consumidores.forEach(Vizinhos::fechar);
            }
        };
    }

    // ───── Ferramentas ─────

    /** Onde está um programa: no PATH, ou ao lado dele, em sbin. @throws Sistema.Ausente se não está */
    static String procurar(String programa) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).filter(dir -> !dir.isEmpty())
                .flatMap(dir -> Stream.of(Path.of(dir), Path.of(dir.replaceAll("/bin/?$", "/sbin"))))
                .map(dir -> dir.resolve(programa)).filter(Files::isExecutable).map(Path::toString).findFirst()
                .orElseThrow(() -> new Sistema.Ausente("falta o " + programa + ": sudo apt install "
                        + (programa.equals("etcd") ? "etcd-server" : programa)));
    }

    /** A primeira linha que se recebe depois de escrever isto; vazia se ninguém atende. */
    private static String linha(int porta, String pedido) {
        try (Socket soquete = new Socket("127.0.0.1", porta)) {
            soquete.setSoTimeout((int) Processo.PRAZO.toMillis());
            soquete.getOutputStream().write(pedido.getBytes(StandardCharsets.UTF_8));
            String linha = new BufferedReader(
                    new InputStreamReader(soquete.getInputStream(), StandardCharsets.UTF_8)).readLine();
            return linha == null ? "" : linha;
        } catch (IOException e) {
            return "";
        }
    }

    private static void fechar(Socket soquete) {
        try {
            soquete.close();
        } catch (IOException e) {
            // já estava fechado
        }
    }

    private static Path criar(Path pasta) {
        try {
            return Files.createDirectories(pasta);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String recurso(String nome) {
        try (InputStream aberto = Vizinhos.class.getResourceAsStream(nome)) {
            return new String(aberto.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] conversar(int porta, Protocolo protocolo, byte[] pedido) {
        try (Gerador.Conexao conexao = new Gerador.Conexao(porta, protocolo)) {
            return conexao.perguntar(pedido);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
