//SOURCES Coveiro.java Portas.java
package tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Um papel rodando como processo de verdade, iniciado como a pessoa o iniciaria, com o que escreveu até agora. Toda
 * espera tem prazo e condição, nunca um tempo fixo; {@link #close()} não deixa nada para trás.
 */
public final class Processo implements AutoCloseable {

    /** Prazo para o que deve acontecer logo. */
    public static final Duration PRAZO = Duration.ofSeconds(30);
    private static final long OLHAR_MIN_NS = 10_000_000; // quanto mais se esperou, menos vezes se olha: às vezes é um pedido
    private static final long OLHAR_MAX_NS = 50_000_000;
    private static final Duration ATE_MORRER = PRAZO.multipliedBy(4); // o sistema ainda lhe acaba uma escrita

    /**
     * As opções da máquina virtual com que os papéis rodam, as do cabeçalho deles. O coletor não se nomeia: dois nomes, este
     * e um que o ambiente traga ({@code JAVA_TOOL_OPTIONS=-XX:+UseG1GC}), e a máquina virtual não começaria. Numa máquina
     * que não é "de servidor" ela escolhe sozinha o SerialGC, e aí compilaria menos, se não se lhe dissesse que compile como
     * sempre. Onde esta opção já não existe (JDK 28), ou se avisa que vai deixar de existir, fica o coletor que houver, sem
     * avisos.
     */
    public static final List<String> OPCOES_DA_JVM =
            List.of("-Dfile.encoding=UTF-8", "-XX:+ExitOnOutOfMemoryError", "-Xmn24m",
            "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+NeverActAsServerClassMachine", "-XX:+TieredCompilation",
            "-XX:+UnlockDiagnosticVMOptions", "-XX:-PrintWarnings");

    /** As mesmas, para quem vai viver segundos, e traz outras classes antes destas: o arquivo não lhe serviria. */
    public static final List<String> DEPRESSA_COM_OUTRAS =
            Stream.concat(OPCOES_DA_JVM.stream(), Stream.of("-XX:TieredStopAtLevel=1")).toList();

    /** As classes já preparadas no arquivo (CDS) que a propriedade {@code classes} nomeia: o {@code Todos} o faz. */
    private static final List<String> AS_CLASSES = Stream.ofNullable(System.getProperty("classes"))
            .flatMap(arquivo -> Stream.of("-XX:SharedArchiveFile=" + arquivo, "-Xlog:disable", "-Dclasses=" + arquivo))
            .toList();

    /** O que faz o Java começar depressa, para quem vai viver segundos: é metade do que custa começar. */
    public static final List<String> DEPRESSA =
            Stream.concat(DEPRESSA_COM_OUTRAS.stream(), AS_CLASSES.stream()).toList();

    /** O que a máquina virtual escreve, por causa do ambiente, antes que o papel diga seja o que for. */
    private static final Pattern DA_JVM =
            Pattern.compile("(NOTE: )?Picked up (JAVA_TOOL|_JAVA|JDK_JAVA)_OPTIONS: .*|\\S.* VM warning: .*");

    private final String nome;
    private final Process processo;
    private final Consumer<String> sinais; // null = o processo é desta máquina
    private final Fluxo saida = new Fluxo();
    private final Fluxo registro = new Fluxo();
    private final List<Thread> leitores = new ArrayList<>();
    private volatile long acabouEm; // 0 = ainda não, ou ainda não se deu por isso

    /** O que um processo escreveu até agora, e quem quer saber de cada linha. */
    private static final class Fluxo {

        private final List<String> linhas = new ArrayList<>();
        private final List<Consumer<String>> ouvintes = new ArrayList<>();

        synchronized void linha(String linha) {
            linhas.add(linha);
            ouvintes.forEach(ouvinte -> ouvinte.accept(linha));
        }

        synchronized void ouvir(Consumer<String> quem) {
            linhas.forEach(quem);
            ouvintes.add(quem);
        }

        synchronized List<String> linhas() {
            return List.copyOf(linhas);
        }
    }

    private Processo(String nome, Consumer<String> sinais, List<String> comando) {
        this(nome, sinais, new ProcessBuilder(comando), bytes -> bytes);
    }

    private Processo(String nome, Consumer<String> sinais, ProcessBuilder comando, UnaryOperator<InputStream> leitura) {
        this.nome = nome;
        this.sinais = sinais;
        try {
            this.processo = Coveiro.iniciar(comando);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ler(leitura.apply(processo.getInputStream()), saida::linha);
        ler(leitura.apply(processo.getErrorStream()), linha -> {
            if (!DA_JVM.matcher(linha).matches()) {
                registro.linha(linha);
            }
        });
        processo.onExit().thenRun(() -> acabouEm = Math.max(1, System.nanoTime()));
        Runtime.getRuntime().addShutdownHook(new Thread(processo::destroyForcibly)); // nem com Ctrl-C fica algo de pé
    }

    /**
     * Inicia um papel desta coleção, na versão que está no classpath: {@code iniciar("part3.Sequencer", "--pedidos",
     * "7000")}.
     */
    public static Processo iniciar(String papel, String... argumentos) {
        return iniciarCom(List.of(), papel, argumentos);
    }

    /** O mesmo, com opções a mais para a máquina virtual: {@code iniciarCom(List.of("-Xmx64m"), "part3.Sequencer")}. */
    public static Processo iniciarCom(List<String> opcoesDaJvm, String papel, String... argumentos) {
        return iniciarSoCom(Stream.of(OPCOES_DA_JVM, AS_CLASSES, opcoesDaJvm).flatMap(List::stream).toList(), papel,
                argumentos);
    }

    /** O mesmo, com estas opções em vez das do cabeçalho dos papéis. */
    public static Processo iniciarSoCom(List<String> opcoesDaJvm, String papel, String... argumentos) {
        List<String> comando = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                "-cp", System.getProperty("java.class.path")));
        comando.addAll(opcoesDaJvm);
        comando.add(papel);
        comando.addAll(List.of(argumentos));
        return new Processo(papel, null, comando);
    }

    /** Inicia um programa qualquer. */
    public static Processo comando(String... comando) {
        return new Processo(comando[0], null, List.of(comando));
    }

    /**
     * Um processo de outra máquina, visto daqui: o comando (um {@code ssh}) traz o que ele escreve, e fechar-lhe a entrada
     * encerra-o.
     *
     * @param sinais manda-lhe, lá, o sinal com este nome: KILL, STOP, CONT…
     */
    public static Processo remoto(String nome, Consumer<String> sinais, List<String> comando) {
        return new Processo(nome, sinais, comando);
    }

    /**
     * Um programa que não é desta coleção.
     *
     * @param sinais  manda o sinal com este nome a ele, e ao que ele iniciou
     * @param leitura o que dele se lê: até onde
     * @throws UncheckedIOException se não começa
     */
    public static Processo alheio(String nome, Consumer<String> sinais, ProcessBuilder comando,
            UnaryOperator<InputStream> leitura) {
        return new Processo(nome, sinais, comando, leitura);
    }

    /** Se este comando acaba bem. @return false também se nem o programa há */
    public static boolean roda(String... comando) {
        try (Processo processo = comando(comando)) {
            return processo.esperarFim() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Uma porta TCP em que ninguém escuta, e que não será dada a mais ninguém, também de outro programa: {@link Portas}. */
    public static int portaLivre() {
        return Portas.livre();
    }

    /** O mesmo, e também livres as que estão acima dela uma, duas… tantas vezes um passo. */
    public static int portaLivre(int mais, int passo) {
        return Portas.livre(mais, passo);
    }

    /** Espera até que a condição valha. @throws AssertionError se o prazo acaba antes */
    public static void esperar(String oQue, Duration prazo, BooleanSupplier condicao) {
        if (!aguardar(prazo, condicao)) {
            throw new AssertionError("esperei " + prazo.toSeconds() + " s por: " + oQue);
        }
    }

    /** O mesmo, para o que pode não vir. @return false se o prazo acaba antes */
    public static boolean aguardar(Duration prazo, BooleanSupplier condicao) {
        long inicio = System.nanoTime();
        while (!condicao.getAsBoolean()) {
            long espera = System.nanoTime() - inicio;
            if (espera > prazo.toNanos()) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(OLHAR_MIN_NS, Math.min(espera / 20, OLHAR_MAX_NS)));
            } catch (InterruptedException e) {
                throw new AssertionError("interrompido", e);
            }
        }
        return true;
    }

    /** Quanto pode demorar a arrancar: noutra máquina há ainda o ssh, e às vezes o JBang. */
    public Duration prazo() {
        return PRAZO.multipliedBy(sinais == null ? 2 : 4);
    }

    /** Espera a linha {@code pronto:}. @throws AssertionError se o processo acaba, ou o prazo, com o que ele escreveu */
    public Processo esperarPronto() {
        return esperarNoRegistro("pronto:");
    }

    /** Espera que o registro (erro padrão) tenha uma linha com este texto. */
    public Processo esperarNoRegistro(String texto) {
        return esperarNoRegistro(texto, prazo());
    }

    /** O mesmo, com outro prazo. */
    public Processo esperarNoRegistro(String texto, Duration prazo) {
        try {
            esperar("'" + texto + "' de " + nome, prazo, () -> temNoRegistro(texto) || !vivo());
            leitoresTerminaram();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + tudo());
        }
        if (!temNoRegistro(texto)) {
            throw new AssertionError(nome + " terminou sem dizer '" + texto + "'\n" + tudo());
        }
        return this;
    }

    /** Espera que o processo termine. @return o código de saída */
    public int esperarFim() {
        return esperarFim(PRAZO);
    }

    /** O mesmo, com outro prazo. */
    public int esperarFim(Duration prazo) {
        try {
            if (!processo.waitFor(prazo.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(nome + " não terminou em " + prazo.toSeconds() + " s\n" + tudo());
            }
            leitoresTerminaram();
            return processo.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrompido à espera de " + nome, e);
        }
    }

    private void leitoresTerminaram() {
        for (Thread leitor : processo.isAlive() ? List.<Thread>of() : leitores) {
            try {
                leitor.join(PRAZO.toMillis());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    public boolean vivo() {
        return processo.isAlive();
    }

    /** Há quanto tempo acabou; zero, se não. */
    public Duration acabouHa() {
        return acabouEm == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - acabouEm);
    }

    public long pid() {
        return processo.pid();
    }

    /** As linhas da saída padrão até agora. */
    public List<String> saida() {
        return saida.linhas();
    }

    /** As linhas do erro padrão até agora, sem as que são da máquina virtual. */
    public List<String> registro() {
        return registro.linhas();
    }

    /** Cada linha do registro, as que já houve e as que vierem. Quem ouve não deve demorar. */
    public Processo aoRegistrar(Consumer<String> ouvinte) {
        registro.ouvir(ouvinte);
        return this;
    }

    /** Cada linha da saída padrão, as que já houve e as que vierem. */
    public Processo aoResponder(Consumer<String> ouvinte) {
        saida.ouvir(ouvinte);
        return this;
    }

    public boolean temNoRegistro(String texto) {
        return registro().stream().anyMatch(linha -> linha.contains(texto));
    }

    /** Digita um texto na entrada padrão. */
    public Processo digitar(String texto) {
        try {
            OutputStream teclado = processo.getOutputStream();
            teclado.write(texto.getBytes(StandardCharsets.UTF_8));
            teclado.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fecha a entrada padrão (Ctrl-D). */
    public Processo fimDaEntrada() {
        try {
            processo.getOutputStream().close();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM. */
    public void encerrar() {
        if (sinais == null) {
            processo.destroy();
        } else {
            fimDaEntrada();
        }
    }

    /** SIGKILL, e espera que ele se vá. */
    public void matar() {
        try {
            if (sinais != null && vivo()) {
                sinais.accept("KILL");
            }
        } finally {
            processo.destroyForcibly();
        }
        esperarFim(ATE_MORRER);
    }

    /** Um sinal pelo nome: INT, STOP, CONT… */
    public void sinal(String sinal) {
        if (sinais != null) {
            sinais.accept(sinal);
            return;
        }
        try {
            // há bash sempre; kill, não
            int codigo = new ProcessBuilder("bash", "-c", "kill -" + sinal + " " + pid()).start().waitFor();
            if (codigo != 0 && vivo()) { // a quem já acabou não há o que dizer
                throw new AssertionError("kill -" + sinal + " " + pid() + " falhou");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** O que daqui em diante escreve num arquivo não cabe (RLIMIT_FSIZE), a ele e ao que iniciou; sem prlimit, nada. */
    public void encherDisco() {
        Stream.concat(Stream.of(processo.toHandle()), processo.descendants()).forEach(este -> {
            try {
                new ProcessBuilder("prlimit", "--pid", Long.toString(este.pid()), "--fsize=0:0").start().waitFor();
            } catch (IOException e) {
                // não há prlimit
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Override
    public void close() {
        matar();
    }

    private String tudo() {
        return "--- saída de " + nome + "\n" + saida().stream().collect(Collectors.joining("\n"))
                + "\n--- registro de " + nome + "\n" + registro().stream().collect(Collectors.joining("\n"));
    }

    private void ler(InputStream bytes, Consumer<String> quem) {
        Thread leitor = new Thread(() -> {
            try (BufferedReader texto = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
                for (String linha; (linha = texto.readLine()) != null; ) {
                    quem.accept(linha);
                }
            } catch (IOException e) {
                // o processo acabou
            }
        }, "leitor-" + nome);
        leitor.setDaemon(true);
        leitor.start();
        leitores.add(leitor);
    }
}
