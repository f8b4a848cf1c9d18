//DEPS info.picocli:picocli:4.7.7
//SOURCES Erros.java Opcoes.java RegistroDoBanco.java
package shared.papel;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import shared.defesa.Chaves;
import shared.defesa.Defesa;
import shared.tempo.Lentidao;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Texto;

/**
 * O que todo papel (servidor ou cliente) tem: as opções comuns, ajuda e erros em português, o fim limpo com Ctrl-C.
 * Um papel estende esta classe, tem uma anotação {@code @Command} e escreve {@link #call()}.
 */
@Command(versionProvider = Papel.Versao.class)
public abstract class Papel implements Callable<Integer> {

    /** A versão da coleção inteira. */
    public static final String VERSAO = "1.0.0";

    private static final long ESPERA_DO_FIM_MS = 3_000;

    @Option(names = "--id", paramLabel = "NOME", order = 90, scope = ScopeType.INHERIT,
            description = "nome deste processo nos registros (padrão: o do papel)")
    private String id;

    @Option(names = "--silencioso", order = 91, scope = ScopeType.INHERIT,
            description = "não escreve uma linha por operação")
    private boolean silencioso;

    @Option(names = "--chaves", paramLabel = "PASTA", defaultValue = "${env:BANCO_CHAVES:-}", order = 92,
            scope = ScopeType.INHERIT, description = "cifra tudo e só fala com quem tem chave:"
            + " a pasta que ./run-all.sh chaves faz (ou a variável BANCO_CHAVES)")
    private String chaves;

    // sem ScopeType.INHERIT: num cliente vem antes do comando, e carga tem uma --semente que é outra coisa
    @Option(names = "--semente", order = 93, description = "o outro lado é o sistema original (a semente):"
            + " só as mensagens dele, e não se repete o que pode já ter valido")
    private boolean semente;

    @Option(names = {"-h", "--help"}, usageHelp = true, order = 98, scope = ScopeType.INHERIT,
            description = "mostra esta ajuda e sai")
    private boolean ajuda;

    @Option(names = {"-V", "--version"}, versionHelp = true, order = 99, scope = ScopeType.INHERIT,
            description = "mostra a versão e sai")
    private boolean versao;

    private final CountDownLatch fim = new CountDownLatch(1);
    private volatile boolean ativo = true;
    private RegistroDoBanco registro;
    private Defesa defesa;

    /** Roda o papel até o fim. @return o código de saída: 0 feito, 1 recusado ou falhou, 2 erro de uso */
    public static int executar(Papel papel, String[] argumentos) {
        acertarAcentos();
        Locale.setDefault(Locale.ROOT); // nem as bibliotecas escrevem números ou avisos na língua da máquina
        for (String argumento : argumentos) {
            if (perdeuAcentos(argumento)) {
                System.err.println("erro de uso: os acentos de '" + argumento
                        + "' se perderam, porque o terminal está em ASCII; antes, digite: export LC_ALL=C.UTF-8");
                return 2;
            }
        }
        try {
            return linhaDeComando(papel).execute(Stream.of(argumentos).map(Papel::comPonto).toArray(String[]::new));
        } finally {
            papel.fim.countDown();
        }
    }

    /** "-5,50" é um valor (que será recusado), e não uma opção -5. */
    private static String comPonto(String argumento) {
        return argumento.matches("-\\d+,\\d+") ? argumento.replace(',', '.') : argumento;
    }

    private static CommandLine linhaDeComando(Papel papel) {
        CommandLine linha = new CommandLine(papel);
        linha.setUsageHelpWidth(80);
        linha.setUsageHelpLongOptionsMaxWidth(34);
        String nome = System.getProperty(Erros.NOME);
        if (nome != null) {
            linha.setCommandName(nome);
        }
        emPortugues(linha);
        Erros.instalar(linha);
        linha.setExecutionStrategy(lida -> {
            Integer ajudou = CommandLine.executeHelpRequest(lida); // quem só quer ajuda não disse o resto
            if (ajudou != null) {
                return ajudou;
            }
            try {
                if (Lentidao.recusada() != null) {
                    throw new ErroDeUso("-D" + Lentidao.PROPRIEDADE + "=" + Lentidao.recusada() + ": vai de 1 a "
                            + Lentidao.MAXIMA + "; sem ela, espera-se o de costume");
                }
                papel.conferir(new Opcoes(lida));
            } catch (ErroDeUso e) {
                throw new CommandLine.ParameterException(linha, e.getMessage());
            }
            return new RunLast().execute(lida);
        });
        return linha;
    }

    /** As combinações de opções que este papel recusa, antes de fazer seja o que for. @throws ErroDeUso que diz porquê */
    protected void conferir(Opcoes opcoes) {
        // um papel sem combinações a recusar
    }

    /** Quem tem um banco pode mostrá-lo a cada operação. */
    protected final void mostrarBanco(Opcoes opcoes, boolean mostrar) {
        opcoes.nunca("--mostrar-banco", "--silencioso", "uma pede o que a outra cala");
        registro().mostrarBanco(mostrar);
    }

    /** O nome deste processo: letras, algarismos, ponto, hífen e sublinhado, até 32. */
    protected final String id() {
        if (id == null) {
            id = Texto.minusculas(getClass().getSimpleName());
        } else if (!id.matches("[\\w.-]{1,32}")) {
            throw new ErroDeUso("--id '" + id + "': use até 32 letras sem acento, algarismos, ponto, hífen ou sublinhado");
        }
        return id;
    }

    /** Se a linha de comando diz que o outro lado é o sistema original. */
    protected final boolean semente() {
        return semente;
    }

    /** O nome da pasta em que este processo guarda o que guarda: part3-replica-r1. */
    protected final String nomeDosDados() {
        String papel = Texto.minusculas(getClass().getName().replace('.', '-'));
        return papel.endsWith("-" + id()) ? papel : papel + "-" + id();
    }

    /** Onde este papel registra o que decide. */
    protected final RegistroDoBanco registro() {
        if (registro == null) {
            registro = new RegistroDoBanco(id(), silencioso);
        }
        return registro;
    }

    /**
     * O que protege as portas e as conexões deste processo, com as chaves que a pessoa deu.
     *
     * @throws Falha se algo falta nelas
     */
    protected final synchronized Defesa defesa() {
        if (defesa == null) {
            defesa = new Defesa(chaves == null || chaves.isBlank() ? null : Chaves.ler(Path.of(chaves)), registro());
            if (semente) {
                defesa.desacordos().jaSabido();
            }
        }
        return defesa;
    }

    /**
     * Diz que o papel está pronto, numa linha {@code pronto: …} que um script pode esperar, com o pid, para o kill. Daqui
     * em diante Ctrl-C e SIGTERM pedem o fim: {@link #ativo()} passa a false, e o laço do papel termina por si.
     */
    protected final void pronto(String texto) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ativo = false;
            try {
                fim.await(ESPERA_DO_FIM_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "fim"));
        if (Lentidao.VEZES > 1) {
            registro().linha("lentidao", "vezes", Lentidao.VEZES);
        }
        registro().pronto(texto + " (pid " + ProcessHandle.current().pid() + ")");
    }

    /** Se o laço do papel deve continuar. */
    protected final boolean ativo() {
        return ativo;
    }

    /** Saída em UTF-8 mesmo onde a máquina virtual acha que o terminal só tem ASCII (LC_ALL=C). */
    private static void acertarAcentos() {
        String nome = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
        Charset terminal = Charset.isSupported(nome) ? Charset.forName(nome) : StandardCharsets.UTF_8;
        Charset saida = terminal.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : terminal;
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, saida));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, saida));
    }

    /** Com LC_ALL=C, a máquina virtual já trocou cada letra acentuada por dois sinais antes de nos dar os argumentos. */
    private static boolean perdeuAcentos(String argumento) {
        boolean ascii = System.getProperty("sun.jnu.encoding", "UTF-8").startsWith("ANSI_X3.4");
        return ascii && (argumento.contains("??") || argumento.contains("\uFFFD"));
    }

    private static void emPortugues(CommandLine linha) {
        UsageMessageSpec ajuda = linha.getCommandSpec().usageMessage();
        ajuda.synopsisHeading("Uso: " + Erros.antes());
        ajuda.synopsisSubcommandLabel("[COMANDO]");
        ajuda.descriptionHeading("%n");
        ajuda.parameterListHeading("%nParâmetros:%n");
        ajuda.optionListHeading("%nOpções:%n");
        ajuda.commandListHeading("%nComandos:%n");
        ajuda.footerHeading("%n");
        ajuda.sortOptions(false);
        linha.getSubcommands().values().forEach(Papel::emPortugues);
    }

    /** Lê uma porta: 1 a 65535. */
    public static final class Porta implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String texto) {
            return Erros.traduzindo(() -> Endereco.lerPorta(texto));
        }
    }

    /** Lê uma porta, ou 0 para nenhuma. */
    public static final class PortaOuNenhuma implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String texto) {
            return Erros.traduzindo(() -> texto.strip().equals("0") ? 0 : Endereco.lerPorta(texto));
        }
    }

    static final class Versao implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Banco Replicado " + VERSAO + " (Java " + System.getProperty("java.version") + ")"};
        }
    }
}
