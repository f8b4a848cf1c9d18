//SOURCES Gerador.java Sistema.java
package tests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import part3.regra.grupos.Grupos;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Falha;
import tests.Coveiro;
import tests.Processo;

/** Um sistema feito de processos. Se não diz que fala outra coisa, pede-se com JSON sobre ZeroMQ à primeira porta. */
abstract class DeProcessos implements Sistema {

    private static final long QUIETO_MS = 10; // de processador, numa janela de espera: o que gasta quem está à espera
    private static final Duration JANELA = Duration.ofMillis(50);

    /** Das portas de um grupo às do seguinte. */

    private static final int ESPERAS = 51; // pelo disco: toma-se a mediana
    private static final int LINHA_BYTES = 200;

    private final String painel;
    private String nome;
    private List<String> opcoesDaJvm = Processo.OPCOES_DA_JVM;
    private final List<Processo> processos = new ArrayList<>();
    private Path pasta;
    private final Map<Integer, Integer> portas = new HashMap<>();
    private Processo lider; // null = ninguém toma o lugar de ninguém
    private int[] outros = {};
    /** O que se fala na primeira porta; {@code null} = JSON sobre ZeroMQ. */
    protected Protocolo protocolo;

    DeProcessos(String painel, String nome) {
        this.painel = painel;
        this.nome = nome;
    }

    @Override
    public String nome() {
        return nome;
    }

    @Override
    public String painel() {
        return painel;
    }

    @Override
    public byte[] pedido(Operacao op) {
        return protocolo == null ? op.json().getBytes(StandardCharsets.UTF_8) : protocolo.pedido(op);
    }

    @Override
    public final Amostra medir(Moldes moldes, int pendentes, Ate ate) {
        try {
            return gerar(moldes, pendentes, ate);
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new Falha(nome + ", com " + pendentes + " pendentes: " + e.getMessage());
        }
    }

    /** A carga, na porta dos pedidos. */
    Amostra gerar(Moldes moldes, int pendentes, Ate ate) {
        return protocolo == null ? Gerador.zeromq(porta(0), moldes, pendentes, ate)
                : Gerador.tcp(porta(0), protocolo, moldes, pendentes, ate);
    }

    @Override
    public void assentar() {
        assentar(processos);
    }

    /** Espera que estes processos quase não usem o processador. */
    static void assentar(List<Processo> processos) {
        Processo.esperar("repouso", Processo.PRAZO, () -> {
            long antes = processador(processos);
            try {
                Thread.sleep(JANELA.toMillis()); // a janela em que se conta, não uma espera
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return processador(processos) - antes <= QUIETO_MS * processos.size();
        });
    }

    /** Milissegundos de processador que os processos gastaram até agora. */
    static long processador(List<Processo> processos) {
        return processos.stream().flatMap(processo -> ProcessHandle.of(processo.pid()).stream())
                .mapToLong(processo -> processo.info().totalCpuDuration().orElse(Duration.ZERO).toMillis()).sum();
    }

    /** A memória residente de um processo, em megabytes (10^6 bytes); vazio onde não se sabe. */
    static OptionalDouble residente(Processo processo) {
        try (Stream<String> linhas = Files.lines(Path.of("/proc/" + processo.pid() + "/status"))) {
            return linhas.filter(linha -> linha.startsWith("VmRSS:"))
                    .mapToDouble(linha -> Long.parseLong(linha.replaceAll("\\D", "")) * 1_024 / 1e6).findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty(); // fora do Linux
        }
    }

    // ───── Para quem estende ─────

    /** A porta número {@code qual} deste sistema, que se escolhe quando se precisa dela; a 0 é a dos pedidos. */
    final int porta(int qual) {
        return portas.computeIfAbsent(qual, q -> {
            int livre = Processo.portaLivre();
            while (portas.containsValue(livre)) {
                livre = Processo.portaLivre();
            }
            return livre;
        });
    }

    /** O mesmo, e também livres as portas dos outros grupos. */
    final int porta(int qual, int grupos) {
        return portas.computeIfAbsent(qual, q -> Processo.portaLivre(grupos - 1, Grupos.ENTRE_PORTAS));
    }

    /**
     * Diz quem manda, e que outro tomará o lugar dele.
     *
     * @param qual      o número da porta onde se lhe pede: é a que passa a ser a dos pedidos
     * @param dosOutros os números das portas onde se pede aos outros
     */
    final void manda(Processo quem, int qual, int... dosOutros) {
        portas.put(0, porta(qual));
        lider = quem;
        outros = dosOutros;
    }

    /** Quem manda. */
    final Processo lider() {
        return lider;
    }

    /** Os números das portas onde se pede aos que sobram, se ele morre. */
    final int[] outros() {
        return outros;
    }

    /** Pede uma operação na porta deste número, e espera pouco. @return se veio a confirmação */
    boolean confirma(int qual, Operacao op) {
        return pedir(porta(qual), op.json()).startsWith("OK");
    }

    /** Os processos deste sistema, pela ordem em que começaram. */
    final List<Processo> processos() {
        return processos;
    }

    /** Dá-lhe outro nome, e aos papéis dele outras opções da máquina virtual. */
    final DeProcessos como(String outroNome, List<String> opcoes) {
        nome = outroNome;
        opcoesDaJvm = opcoes;
        return this;
    }

    /** Inicia um papel desta coleção, silencioso, com o que guarda na pasta deste sistema ou na memória, e espera-o. */
    final Processo papel(boolean duravel, String papel, String id, Object... opcoes) {
        return comecar(duravel, papel, id, opcoes).esperarPronto();
    }

    /** O mesmo, sem esperar que esteja pronto. */
    final Processo comecar(boolean duravel, String papel, String id, Object... opcoes) {
        Stream<Object> todas = Stream.concat(Stream.of(opcoes), Stream.of("--silencioso", "--id", id));
        todas = Stream.concat(todas, duravel ? Stream.of("--dados", pasta().resolve(id)) : Stream.of("--memoria"));
        return juntar(Processo.iniciarSoCom(opcoesDaJvm, papel, todas.map(String::valueOf).toArray(String[]::new)));
    }

    /** Encerra este processo com o sistema. */
    final Processo juntar(Processo processo) {
        processos.add(processo);
        return processo;
    }

    /** Onde este sistema guarda o que guarda. */
    final Path pasta() {
        try {
            pasta = pasta == null ? Files.createTempDirectory("banco-bench-") : pasta;
            return pasta;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milissegundos que se espera pelo disco desta pasta, com uma linha do tamanho das do diário; vazio se não há pasta. */
    final OptionalDouble esperaPeloDisco() {
        if (pasta == null) {
            return OptionalDouble.empty();
        }
        Path arquivo = pasta.resolve("espera");
        try (FileChannel canal = FileChannel.open(arquivo, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long[] nanossegundos = new long[ESPERAS];
            for (int i = 0; i < ESPERAS; i++) {
                long inicio = System.nanoTime();
                canal.write(ByteBuffer.allocate(LINHA_BYTES));
                canal.force(false);
                nanossegundos[i] = System.nanoTime() - inicio;
            }
            return OptionalDouble.of(LongStream.of(nanossegundos).sorted().toArray()[ESPERAS / 2] / 1e6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processos.forEach(Processo::close);
        if (pasta != null) {
            Coveiro.apagar(pasta);
        }
    }

    // ───── Ferramentas ─────

    static String local(int porta) {
        return "127.0.0.1:" + porta;
    }

    /** A resposta a um pedido; vazia se não veio. */
    static String pedir(int porta, String pedido) {
        try (Requisicao requisicao = new Requisicao(Defesa.doAmbiente(), new Endereco("127.0.0.1", porta), 500, 1)) {
            return requisicao.pedir(pedido);
        } catch (SemResposta e) {
            return "";
        }
    }

    /** A pasta desta coleção: a de onde se roda, ou a mais próxima acima dela. */
    static Path raiz() {
        Path pasta = Path.of("").toAbsolutePath();
        while (pasta != null && !Files.exists(pasta.resolve("shared/Banco.java"))) {
            pasta = pasta.getParent();
        }
        if (pasta == null) {
            throw new Falha("rode as medidas de dentro da pasta da coleção");
        }
        return pasta;
    }

    static long tamanho(Path pasta) {
        try (Stream<Path> arquivos = Files.walk(pasta)) {
            return arquivos.mapToLong(arquivo -> arquivo.toFile().isFile() ? arquivo.toFile().length() : 0).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
