//SOURCES Maquina.java
package tests.lab.maquinas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.defesa.Defesa;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Falha;
import tests.Processo;
import tests.lab.ensaio.Maquinas;

/**
 * Os papéis em três máquinas, cada um numa ligação {@code ssh} que é a vida dele: se ela cai (Ctrl-C, kill -9, o portátil
 * que se fecha), ele recebe SIGTERM. Entre si falam pelos endereços privados; daqui só se usa a porta do ssh, e as consultas
 * vão por um túnel que sai da máquina Client.
 */
public final class TresMaquinas implements Maquinas {

    /**
     * @param enderecos os privados
     * @param jbang     o comando de cada uma; vazio = usar os jars de {@code libs}
     * @param classpath o de lá, sem JBang
     * @param chaves    a pasta de chaves, dentro de {@code pasta}; vazia = em claro
     */
    record Como(Map<Onde, Maquina> maquinas, Map<Onde, String> enderecos, Map<Onde, String> jbang, String pasta,
            String classpath, String chaves) {
    }

    private static final int PRAZO_S = 30;

    private final Como como;
    private final Path registros;
    private final Defesa defesa;
    private final String rodada = "dados/ec2-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis() / 1000;
    private final Map<String, Integer> tuneis = new ConcurrentHashMap<>();
    private final Map<Onde, Processo> cortes = new EnumMap<>(Onde.class);
    private final List<Processo> ligacoes = new ArrayList<>();
    private final AtomicBoolean aberto = new AtomicBoolean();

    /**
     * @param registros onde ficam, nesta máquina, os registros de todos os papéis
     * @param defesa    com que daqui se lhes pergunta
     */
    TresMaquinas(Como como, Path registros, Defesa defesa) {
        this.defesa = defesa;
        this.como = como;
        this.registros = registros;
    }

    /** Faz o mesmo nas três, ao mesmo tempo. */
    static <T> Map<Onde, T> emTodas(Function<Onde, T> tarefa) {
        Map<Onde, CompletableFuture<T>> futuros = new EnumMap<>(Onde.class);
        for (Onde onde : Onde.values()) {
            futuros.put(onde, CompletableFuture.supplyAsync(() -> tarefa.apply(onde), t -> new Thread(t).start()));
        }
        try {
            return futuros.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, f -> f.getValue().join()));
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException causa ? causa : e;
        }
    }

    Maquina maquina(Onde onde) {
        return como.maquinas().get(onde);
    }

    /** Abre o que é preciso para pôr papéis de pé; daqui em diante {@link #close()} encerra tudo, também com Ctrl-C. */
    void abrir() throws IOException {
        Files.createDirectories(registros);
        try (Stream<Path> velhos = Files.list(registros)) {
            velhos.filter(arquivo -> arquivo.toString().endsWith(".log")).forEach(arquivo -> arquivo.toFile().delete());
        }
        aberto.set(true);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        emTodas(onde -> maquina(onde).rodar("mkdir -p " + como.pasta() + "/" + rodada, PRAZO_S));
        Processo tunel = maquina(Onde.CLIENT).tunel(tuneis.entrySet().stream()
                .map(t -> "127.0.0.1:" + t.getValue() + ":" + t.getKey()).toList());
        ligacoes.add(tunel);
        Processo.esperar("túnel", Processo.PRAZO, () -> !tunel.vivo()
                || tuneis.values().stream().allMatch(TresMaquinas::atende));
        if (!tunel.vivo()) {
            throw new Falha("o ssh não abriu um túnel por client: " + String.join(" ", tunel.registro())
                    + "; o sshd de lá precisa de AllowTcpForwarding yes");
        }
    }

    private static boolean atende(int porta) {
        try (Socket soquete = Tcp.conectar(new Endereco("127.0.0.1", porta), 1_000)) {
            return soquete.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Defesa defesa() {
        return defesa;
    }

    @Override
    public String endereco(Onde onde) {
        return como.enderecos().get(onde);
    }

    @Override
    public int porta(int costume, int nestaSo) {
        return costume;
    }

    @Override
    public int chegar(Onde onde, int porta) {
        return tuneis.computeIfAbsent(endereco(onde) + ":" + porta, destino -> Processo.portaLivre());
    }

    @Override
    public List<String> escutar(Onde onde, boolean anuncia) {
        return anuncia ? List.of("--bind", "0.0.0.0", "--anuncio", endereco(onde)) : List.of("--bind", "0.0.0.0");
    }

    @Override
    public String pasta(String nome) {
        return rodada + "/" + nome;
    }

    @Override
    public Processo iniciar(Onde onde, String nome, String classe, List<String> argumentos) {
        boolean comTeclado = argumentos.get(argumentos.size() - 1).equals("-"); // no fim da entrada ele acaba por si
        String pid = rodada + "/" + nome + ".pid";
        String script = "cd " + como.pasta() + " && echo $$ >" + pid + " || exit 1; "
                + (comTeclado ? "" : "exec 3<&0 </dev/null; (cat <&3; kill $$) >/dev/null 2>&1 & ")
                + "exec env " + comando(onde, classe) + " " + Maquina.citar(argumentos) + (comTeclado ? "" : " 3<&-");
        Processo processo = maquina(onde).iniciar(nome, script, como.pasta() + "/" + pid);
        Path registro = registros.resolve(nome + ".log");
        return processo.aoRegistrar(linha -> anotar(registro, linha)).aoResponder(linha -> anotar(registro, linha));
    }

    /** O comando que roda um papel, na pasta para que se copiou tudo. */
    String comando(Onde onde, String classe) {
        String chaves = como.chaves().isEmpty() ? "" : "BANCO_CHAVES=" + como.chaves() + " ";
        return chaves + (como.jbang().isEmpty() ? "java " + String.join(" ", Processo.OPCOES_DA_JVM) + " -cp "
                + como.classpath() + " " + classe
                : como.jbang().get(onde) + " " + classe.replace('.', '/') + ".java");
    }

    private static synchronized void anotar(Path registro, String linha) {
        try {
            Files.writeString(registro, linha + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ───── Cortes ─────

    @Override
    public synchronized void isolar(Onde onde, boolean sim) {
        Processo corte = sim ? cortes.computeIfAbsent(onde, this::cortar) : cortes.remove(onde);
        if (!sim && corte != null) {
            corte.encerrar();
            corte.esperarFim();
        }
    }

    @Override
    public synchronized void religar() {
        Set.copyOf(cortes.keySet()).forEach(onde -> isolar(onde, false));
    }

    /** As regras do iptables duram o que durar a ligação que as fez. */
    private Processo cortar(Onde onde) {
        String outras = Stream.of(Onde.values()).filter(outra -> outra != onde).map(this::endereco)
                .collect(Collectors.joining(" "));
        String regra = " -p tcp -m multiport --ports 5555,5556,50051,6001:6007,7001 -j DROP || return 1; ";
        Processo corte = maquina(onde).acompanhar("o corte", "s=; [ $(id -u) = 0 ] || s='sudo -n'; "
                + "regra() { for ip in " + outras + "; do $s iptables -w $1 INPUT -s $ip" + regra
                + "$s iptables -w $1 OUTPUT -d $ip" + regra + "done; }; "
                + "trap 'regra -D' EXIT; regra -I && echo pronto: cortada >&2 && cat >/dev/null");
        ligacoes.add(corte);
        Processo.esperar("corte", Processo.PRAZO, () -> corte.temNoRegistro("pronto:") || !corte.vivo());
        if (!corte.temNoRegistro("pronto:")) {
            throw new Falha("não consegui cortar " + maquina(onde).papel() + ": " + String.join(" ", corte.registro()));
        }
        return corte;
    }

    // ───── O fim ─────

    /** Encerra em cada máquina o que lá se iniciou, pelos números que ficaram escritos, e apaga o que guardou. */
    @Override
    public void close() {
        if (!aberto.getAndSet(false)) {
            return;
        }
        ligacoes.forEach(Processo::encerrar);
        ligacoes.forEach(Processo::close);
        String script = "cd " + como.pasta() + "/" + rodada + " 2>/dev/null || exit 0; vivos=$(cat *.pid 2>/dev/null); "
                + "for sinal in TERM 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 KILL; do "
                + "todos=$vivos; vivos=; for p in $todos; do kill -$sinal $p 2>/dev/null && vivos=\"$vivos $p\"; done; "
                + "[ -z \"$vivos\" ] && break; sleep 0.2; done; cd .. && rm -rf "
                + rodada.substring(rodada.indexOf('/') + 1);
        Map<Onde, Boolean> encerradas = emTodas(onde -> {
            try {
                return maquina(onde).tentar(script, PRAZO_S).codigo() == 0;
            } catch (Falha e) {
                System.err.println("erro: não confirmei que tudo acabou em " + maquina(onde).papel()
                        + "; lá, o que sobrar acaba"
                        + " com a ligação que o iniciou: " + e.getMessage());
                return false;
            }
        });
        if (!encerradas.containsValue(false)) {
            System.out.println("Encerrado o que se iniciou nas três máquinas.");
        }
    }
}
