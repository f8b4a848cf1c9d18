package tests.casa;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import tests.Precisa;
import tests.Processo;
import tests.casa.Pagina.Bloco;
import tests.casa.Pagina.Comando;
import tests.casa.Pagina.CtrlC;
import tests.casa.Pagina.Passo;
import tests.casa.Pagina.Titulo;

/**
 * Segue uma página do princípio ao fim como uma pessoa: numa cópia da coleção, com portas só suas, cada comando num bash, e
 * cada um que fica de pé no seu terminal, até que a página diga Ctrl-C ou comece outra secção.
 */
final class Digitador implements AutoCloseable {

    private static final Duration PRAZO = Duration.ofMinutes(3);
    private static final Duration PRAZO_LONGO = Duration.ofMinutes(15);
    private static final Duration PRAZO_DO_CTRL_C = Duration.ofSeconds(30);

    /** O que se pode perguntar outra vez, se a resposta ainda não é a da página: uma pessoa demora mais a lê-la. */
    private static final String PERGUNTA = ".*Client\\.java .*\\b(saldo|contas|estado)\\b.*";

    /** A linha que o {@code run-all.sh preparar} manda copiar. */
    private static final Pattern EXPORTAR = Pattern.compile("\\s*export PATH=\"(.*):\\$PATH\"");

    private record Terminal(Comando comando, Processo processo) {

        List<String> linhas() {
            return processo.saida();
        }
    }

    private final Pagina pagina;
    private final Path clone;
    private final Path jbang;
    private final boolean longos;
    private final Processo rede;
    private final List<Terminal> terminais = new ArrayList<>(); // os da secção, também os que já acabaram
    private final Mostrado mostrado = new Mostrado();
    private String path;

    /**
     * @param pasta uma pasta vazia, onde se faz a cópia da coleção
     * @param deVerdade se os programas se compilam e rodam com o JBang; senão, um {@code jbang} de faz de conta roda as
     *                  classes deste teste, e não se espera por ele
     * @param longos se se roda também o que só se roda com as campanhas longas
     */
    Digitador(Pagina pagina, Path raiz, Path pasta, boolean deVerdade, boolean longos) {
        this.pagina = pagina;
        this.longos = longos;
        clone = pasta.resolve("clone");
        jbang = pasta.resolve("jbang");
        Copia.colecao(raiz, clone);
        path = Copia.jbang(jbang, deVerdade);
        rede = Processo.comando("unshare", "-rn", "sh", "-c", "ip link set lo up && echo de pé && exec cat");
        Processo.esperar("uma rede própria", PRAZO, () -> rede.saida().contains("de pé"));
        if (!deVerdade && pagina.menciona("./run-all.sh ")) { // quem segue uma página já o fez, como manda a primeira
            digitar(new Comando(0, "./run-all.sh preparar", List.of(), false),
                    new Bloco(0, "bash", List.of(), null, null, false));
        }
    }

    /** Do princípio ao fim. @throws AssertionError onde a página e o que acontece se separam */
    void seguir() {
        for (Passo passo : pagina.passos()) {
            try {
                if (passo instanceof Titulo) {
                    fecharTerminais();
                } else if (passo instanceof CtrlC ctrlC) {
                    interromper(terminal(ctrlC.comando()));
                } else if (passo instanceof Bloco bloco && bloco.naoSeRoda() == null && (bloco.longo() == null || longos)) {
                    bloco(bloco);
                }
            } catch (AssertionError e) {
                throw e.getMessage().startsWith(pagina.nome()) ? e : falha(passo.linha(), "", e.getMessage());
            }
        }
        fecharTerminais();
    }

    private void bloco(Bloco bloco) {
        switch (bloco.tipo()) {
            case "text" -> visto(bloco);
            case "console", "bash", "recuo" -> {
                for (Comando comando : bloco.comandos()) {
                    digitar(comando, bloco);
                }
            }
            default -> throw falha(bloco.linha(), "", "um bloco " + bloco.tipo() + " nem se roda, nem se vê: não tem marca");
        }
    }

    // ───── Um comando ─────

    private void digitar(Comando comando, Bloco bloco) {
        faltaPrograma(comando.texto());
        Duration prazo = bloco.longo() == null ? PRAZO : PRAZO_LONGO;
        Terminal terminal = iniciar(comando);
        if (bloco.semRecuo() || comando.mostra().stream().anyMatch(linha -> linha.startsWith(">>> "))) {
            conversar(terminal, bloco.semRecuo());
            return;
        }
        if (!aoFundo(comando)) {
            Processo.esperar("que acabe, ou diga pronto: " + comando.texto(), prazo,
                    () -> acabou(terminal) || pronto(terminal));
        }
        terminal.linhas().stream().map(EXPORTAR::matcher).filter(Matcher::matches)
                .forEach(linha -> path = linha.group(1) + ":" + path);
        if (!comando.mostrado()) {
            boolean bem = aoFundo(comando) || pronto(terminal) || terminal.processo().esperarFim(PRAZO) == 0;
            exigir(bem, comando, "correr bem", terminal);
            return;
        }
        boolean pergunta = comando.texto().matches(PERGUNTA);
        Terminal[] ultimo = {terminal};
        String[] falta = new String[1];
        if (!Processo.aguardar(pergunta || !acabou(terminal) ? PRAZO : Duration.ZERO, () -> {
            falta[0] = mostrado.difere(comando.mostra(), ultimo[0].linhas(), acabou(ultimo[0]));
            if (falta[0] != null && pergunta) {
                ultimo[0] = iniciar(comando);
                ultimo[0].processo().esperarFim(PRAZO);
            }
            return falta[0] == null;
        })) {
            exigir(false, comando, falta[0], ultimo[0]);
        }
    }

    private Terminal iniciar(Comando comando) {
        terminais.add(new Terminal(comando, Processo.comando(
                "nsenter", "-t", Long.toString(rede.pid()), "-U", "-n", "--preserve-credentials",
                "env", "--default-signal", // quem começa em & ignora o Ctrl-C, e tudo o que ele inicia também
                "-C", clone.toString(), "-u", "BANCO_DADOS", "-u", "BANCO_CHAVES", "-u", "BANCO_BIND",
                "-u", "JBANG_CACHE_DIR",
                "JBANG_DIR=" + jbang, "LC_ALL=C.UTF-8", "PYTHONUNBUFFERED=1", "PATH=" + path,
                "setsid", "bash", "-c", // tudo o que ele inicie fica num grupo só, como num terminal
                "exec 2>&1\n" + mostrado.trocado(comando.texto()) + (aoFundo(comando) ? "\nwait" : ""))));
        return terminais.get(terminais.size() - 1);
    }

    /** Quem acaba em {@code &} deixa digitar o seguinte sem que ele acabe, nem fique pronto. */
    private static boolean aoFundo(Comando comando) {
        return comando.texto().matches(".*&\\s*(#.*)?");
    }

    private static boolean acabou(Terminal terminal) {
        if (terminal.processo().vivo()) {
            return false;
        }
        terminal.processo().esperarFim(PRAZO); // tudo o que escreveu
        return true;
    }

    private static boolean pronto(Terminal terminal) {
        return terminal.processo().vivo() && terminal.linhas().stream().anyMatch(linha -> linha.startsWith("pronto: "));
    }

    /** Quem lê o teclado: digita-se uma linha depois de ter vindo o que a página mostra antes dela. */
    private void conversar(Terminal terminal, boolean semRecuo) {
        List<String> resposta = new ArrayList<>();
        int de = 0;
        List<String> mostra = new ArrayList<>(terminal.comando().mostra());
        for (int i = 0; i <= mostra.size(); i++) {
            String linha = i == mostra.size() ? null : mostra.get(i);
            boolean digitada = linha != null
                    && (semRecuo ? !linha.startsWith(" ") && !linha.equals("…") : linha.startsWith(">>> "));
            if (linha != null && !digitada) {
                resposta.add(linha);
                continue;
            }
            de = ouvir(terminal, resposta, de);
            resposta.clear();
            if (linha != null) {
                if (i == 0 || semRecuo) {
                    Processo.esperar("o teclado", PRAZO, () -> !semRecuo || pronto(terminal));
                }
                terminal.processo().digitar((semRecuo ? linha : linha.substring(">>> ".length())) + "\n");
            }
        }
        terminal.processo().fimDaEntrada();
        terminal.processo().esperarFim(PRAZO);
    }

    /** As linhas de uma resposta vêm por qualquer ordem: são de processos diferentes. @return até onde se ouviu */
    private int ouvir(Terminal terminal, List<String> resposta, int de) {
        int[] ate = {de};
        for (String esperada : resposta) {
            if (esperada.equals("…")) {
                continue;
            }
            if (!Processo.aguardar(PRAZO, () -> {
                List<String> veio = terminal.linhas();
                for (int i = de; i < veio.size(); i++) {
                    if (mostrado.eEsta(esperada, veio.get(i).replaceFirst("^(>>> )+", ""))) {
                        ate[0] = Math.max(ate[0], i + 1);
                        return true;
                    }
                }
                return false;
            })) {
                exigir(false, terminal.comando(), esperada, terminal);
            }
        }
        return ate[0];
    }

    // ───── O que se vê, e o Ctrl-C ─────

    /** Um bloco sem comandos: há de estar nalgum terminal da secção, agora ou daqui a pouco. */
    private void visto(Bloco bloco) {
        if (terminais.isEmpty()) {
            throw falha(bloco.linha(), "", "aqui não há terminais abertos que o mostrem: não tem marca");
        }
        if (!Processo.aguardar(PRAZO,
                () -> terminais.stream().anyMatch(t -> mostrado.naoTem(bloco.linhas(), t.linhas()) == null))) {
            throw falha(bloco.linha(), "", "nenhum terminal mostra:\n    " + String.join("\n    ", bloco.linhas())
                    + "\n  há:\n" + todos());
        }
    }

    private String todos() {
        StringBuilder texto = new StringBuilder();
        terminais.forEach(t -> texto.append("    $ ").append(t.comando().texto()).append("\n      ")
                .append(String.join("\n      ", t.linhas())).append("\n"));
        return texto.toString();
    }

    private Terminal terminal(String comando) {
        return terminais.stream().filter(t -> t.comando().texto().contains(comando) && t.processo().vivo())
                .reduce((a, b) -> b).orElseThrow(() -> new AssertionError("não há um terminal com " + comando));
    }

    private static void sinal(Terminal terminal, String qual) {
        try (Processo kill = Processo.comando("bash", "-c", "kill -" + qual + " -- -" + terminal.processo().pid())) {
            kill.esperarFim(); // se já não há ninguém no grupo, tanto melhor
        }
    }

    private void interromper(Terminal terminal) {
        sinal(terminal, "INT");
        Processo.esperar("que acabe com Ctrl-C: " + terminal.comando().texto(), PRAZO_DO_CTRL_C, () -> acabou(terminal));
    }

    private void fecharTerminais() {
        terminais.forEach(t -> sinal(t, aoFundo(t.comando()) ? "TERM" : "INT")); // quem acaba em & não ouve o Ctrl-C
        Processo.aguardar(PRAZO_DO_CTRL_C, () -> terminais.stream().noneMatch(t -> t.processo().vivo()));
        terminais.forEach(t -> sinal(t, "KILL"));
        terminais.forEach(t -> t.processo().close());
        List<Terminal> estes = List.copyOf(terminais);
        terminais.clear();
        estes.forEach(t -> exigir(t.linhas().stream().noneMatch(linha -> linha.startsWith("\tat ")),
                t.comando(), "nenhuma pilha", t));
    }

    // ───── Falhas ─────

    /** O que falta nesta máquina não é falha da página. */
    private static void faltaPrograma(String comando) {
        boolean python = comando.contains("python3") || comando.contains("tests/interop/");
        (python ? List.of(Precisa.De.PYZMQ, Precisa.De.RPYC) : comando.contains("nc -") ? List.of(Precisa.De.NC)
                : List.<Precisa.De>of()).forEach(de -> Assumptions.assumeTrue(de.ha(), de.porque()));
    }

    private void exigir(boolean certo, Comando comando, String mostra, Terminal terminal) {
        if (!certo) {
            throw falha(comando.linha(), comando.texto(), "a página mostra:\n    " + mostra + "\n  veio:\n    "
                    + String.join("\n    ", terminal.linhas()) + String.join("\n    ", terminal.processo().registro())
                    + (terminal.processo().vivo() ? "" : "\n  e acabou com o código " + terminal.processo().esperarFim()));
        }
    }

    private AssertionError falha(int linha, String comando, String porque) {
        String digitado = comando.isEmpty() ? "" : "$ " + comando + "\n  ";
        return new AssertionError(pagina.nome() + ":" + linha + ": " + digitado + porque);
    }

    @Override
    public void close() {
        terminais.forEach(t -> sinal(t, "KILL"));
        terminais.forEach(t -> t.processo().close());
        rede.close();
    }
}
