//SOURCES ChaveSsh.java
package tests.lab.maquinas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.Falha;
import tests.Coveiro;
import tests.Processo;

/**
 * Uma máquina a que se chega com o {@code ssh} e o {@code scp} do sistema, sem perguntas pelo meio: a chave basta, uma
 * máquina nova é aceita, e uma que trocou de identidade, não. O que se inicia nela morre quando a ligação cai, seja por que
 * for.
 *
 * @param papel   client, replica01 ou replica02: o nome nas mensagens
 * @param host    o que o ssh entende: {@code host} ou {@code user@host}
 * @param chave   a privada; {@code null} = as que o ssh encontrar
 * @param porta   a do ssh; 0 = a de costume
 * @param escolhido o ssh_config de quem usa isto, se disse um; {@code null} = o de costume
 * @param config  o que se usa: o de {@link #escreverConfig}
 */
record Maquina(String papel, String host, Path chave, int porta, Path escolhido, Path config) {

    /** Como um comando terminou. @param texto o que escreveu, na saída e no erro */
    record Fim(int codigo, String texto) {
    }

    /**
     * O que vale em cada {@code ssh} e {@code scp}, e no que abrirem para saltar por outra máquina: num ssh_config vale o
     * que vem primeiro. Do de quem usa isto conta quem é cada máquina e como se chega a ela; o que mudaria o que aqui se
     * faz, ou deixaria algo para trás, não. O primeiro é para as versões que não conhecem os outros todos.
     */
    private static final String SEMPRE = """
            IgnoreUnknown *
            BatchMode yes
            StrictHostKeyChecking accept-new
            UpdateHostKeys no
            PubkeyAuthentication yes
            PreferredAuthentications publickey,gssapi-with-mic,hostbased
            AddKeysToAgent no
            ForwardAgent no
            ForwardX11 no
            ConnectTimeout 10
            ServerAliveInterval 15
            LogLevel ERROR
            VisualHostKey no
            ControlMaster no
            ControlPath none
            ControlPersist no
            RequestTTY no
            RemoteCommand none
            PermitLocalCommand no
            SessionType default
            StdinNull no
            ForkAfterAuthentication no
            ClearAllForwardings yes
            ExitOnForwardFailure no
            GatewayPorts no
            Tunnel no
            """;
    /** Com uma chave, não se tentam as do agente: o sshd desiste depois de umas tantas. */
    private static final List<String> SO_ESTA_CHAVE = List.of("-o", "IdentitiesOnly=yes");
    private static final int ERRO_DO_SSH = 255;
    private static final int ERRO_S = 30; // para saber porque foi
    private static final Pattern SEM_ASPAS = Pattern.compile("[\\w@%+=:,./~-]+");

    /**
     * @param escolhido em vez dos ssh_config de costume, ou {@code null}.
     * @return o que se usa, que acaba com este programa
     */
    static Path escreverConfig(Path escolhido) throws IOException {
        Path pasta = Files.createTempDirectory("banco-ssh-");
        Coveiro.apagarNoFim(pasta);
        List<Path> dele = escolhido != null ? List.of(escolhido.toAbsolutePath())
                : List.of(Path.of(System.getProperty("user.home"), ".ssh", "config"), Path.of("/etc/ssh/ssh_config"));
        return Files.writeString(pasta.resolve("ssh_config"), SEMPRE
                + dele.stream().map(arquivo -> "Include \"" + arquivo + "\"\n").collect(Collectors.joining()));
    }

    /** Roda um comando até o fim. @throws Falha se a ligação falha, ou se ele não termina no prazo */
    Fim tentar(String comando, int segundos) {
        Fim fim = executar(ssh(comando), segundos);
        if (fim.codigo() == ERRO_DO_SSH) {
            throw semLigacao(fim.texto());
        }
        return fim;
    }

    /** O mesmo. @return o que ele escreveu; @throws Falha também se termina mal */
    String rodar(String comando, int segundos) {
        Fim fim = tentar(comando, segundos);
        if (fim.codigo() != 0) {
            throw new Falha(papel + " (" + host + "): o comando terminou com o código " + fim.codigo() + ": "
                    + resumo(fim.texto()));
        }
        return fim.texto();
    }

    /** Copia arquivos e pastas para uma pasta de lá. */
    void copiar(List<Path> origens, String pasta, int segundos) {
        List<String> nomes = origens.stream().map(Path::toString).toList();
        Fim fim = executar(scp(opcoes("-P", config, SO_ESTA_CHAVE), nomes, pasta), segundos);
        if (fim.codigo() != 0) {
            throw new Falha("não consegui copiar para " + papel + " (" + host + "): " + resumo(fim.texto())
                    + "; confira o espaço em disco e se a pasta " + pasta + " é sua");
        }
    }

    /** Um processo de lá. @param script o que o inicia; @param pid onde ele escreve o número dele */
    Processo iniciar(String nome, String script, String pid) {
        return Processo.remoto(nome + " em " + papel,
                sinal -> tentar("kill -" + sinal + " $(cat " + pid + ")", 30), ssh(script));
    }

    /** O mesmo, de um comando que acaba por si quando se lhe fecha a entrada. */
    Processo acompanhar(String nome, String script) {
        return Processo.remoto(nome + " em " + papel, sinal -> { }, ssh(script));
    }

    /** Traz portas de lá, e de onde ela chega, para cá. @param mapas como no {@code -L} do ssh */
    Processo tunel(List<String> mapas) {
        List<String> comando = new ArrayList<>(ssh(null));
        mapas.forEach(mapa -> comando.addAll(1, List.of("-L", mapa)));
        comando.addAll(1, List.of("-N", "-o", "ClearAllForwardings=no"));
        return Processo.comando(comando.toArray(String[]::new));
    }

    // ───── As linhas de comando ─────

    private List<String> ssh(String comando) {
        return Stream.of(Stream.of("ssh"), opcoes("-p", config, SO_ESTA_CHAVE), Stream.of(host), Stream.ofNullable(comando))
                .flatMap(s -> s).collect(Collectors.toCollection(ArrayList::new));
    }

    private Stream<String> opcoes(String daPorta, Path config, List<String> comChave) {
        return Stream.of(config == null ? Stream.<String>of() : Stream.of("-F", config.toString()),
                chave == null ? Stream.<String>of() : Stream.concat(Stream.of("-i", chave.toString()), comChave.stream()),
                porta == 0 ? Stream.<String>of() : Stream.of(daPorta, "" + porta)).flatMap(s -> s);
    }

    private List<String> scp(Stream<String> opcoes, List<String> origens, String pasta) {
        return Stream.of(Stream.of("scp"), opcoes, Stream.of("-r"), origens.stream(), Stream.of(host + ":" + pasta + "/"))
                .flatMap(s -> s).toList();
    }

    /** O comando que a pessoa digitaria. @param terminal se Ctrl-C deve chegar lá */
    String aMao(String comando, boolean terminal) {
        Stream<String> linha = Stream.of(Stream.of("ssh"), terminal ? Stream.of("-t") : Stream.<String>of(),
                opcoes("-p", escolhido, List.of()), Stream.of(host)).flatMap(s -> s);
        return citar(linha.toList()) + " '" + comando.replace("'", "'\\''") + "'";
    }

    /** O scp que a pessoa digitaria. */
    String copiarAMao(List<String> origens, String pasta) {
        return citar(scp(opcoes("-P", escolhido, List.of()), origens, pasta));
    }

    /** Palavras de um shell, entre aspas as que precisam delas. */
    static String citar(List<String> palavras) {
        return palavras.stream().map(p -> SEM_ASPAS.matcher(p).matches() ? p : "'" + p.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    // ───── Ferramentas ─────

    /** Roda um programa do OpenSSH até o fim, ou até o prazo. @throws Falha se esta máquina não o tem */
    static Fim executar(List<String> comando, int segundos) {
        try {
            Process processo = Coveiro.iniciar(new ProcessBuilder(comando).redirectErrorStream(true));
            CompletableFuture.delayedExecutor(segundos, TimeUnit.SECONDS).execute(processo::destroyForcibly);
            processo.getOutputStream().close();
            String texto = new String(processo.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return new Fim(processo.waitFor(), texto);
        } catch (IOException e) {
            throw new Falha("não consegui rodar o " + comando.get(0) + " desta máquina: instale o cliente do OpenSSH");
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static String resumo(String texto) {
        List<String> linhas = texto.lines().filter(linha -> !linha.isBlank()).toList();
        return linhas.isEmpty() ? "sem mensagem" : linhas.get(linhas.size() - 1).strip();
    }

    /** Sem --chave, o ssh tenta as que conhece, e pode não conseguir usar nenhuma. */
    private Optional<String> defeitoDasChaves() {
        if (chave != null) {
            return Optional.empty(); // já se viu
        }
        List<String> comando = ssh(null);
        comando.add(1, "-G");
        return executar(comando, ERRO_S).texto().lines().filter(linha -> linha.startsWith("identityfile "))
                .map(linha -> linha.substring("identityfile ".length()))
                .map(arquivo -> Path.of(arquivo.startsWith("~") ? System.getProperty("user.home")
                        + arquivo.substring(1) : arquivo))
                .filter(Files::exists).map(ChaveSsh::defeito).flatMap(Optional::stream).findFirst();
    }

    /** O que o ssh disse, e o que fazer. */
    private Falha semLigacao(String texto) {
        String conselho;
        if (texto.contains("UNPROTECTED PRIVATE KEY")) {
            conselho = "a chave pode ser lida por outros: chmod 600 no arquivo dela";
        } else if (texto.contains("Permission denied") || texto.contains("Too many authentication failures")) {
            conselho = defeitoDasChaves().orElse("a chave ou o usuário não são os desta máquina: confira --chave e --usuario"
                    + " (ec2-user no Amazon Linux, ubuntu no Ubuntu, admin no Debian)");
        } else if (texto.contains("HOST IDENTIFICATION HAS CHANGED") || texto.contains("Host key verification failed")) {
            conselho = "este endereço já foi de outra máquina; se foi você que a trocou: ssh-keygen -R "
                    + host.substring(host.indexOf('@') + 1);
        } else if (texto.contains("Could not resolve")) {
            conselho = "este nome não existe: confira-o, ou use o endereço IP público";
        } else {
            conselho = "confira o endereço, se a máquina está ligada e se o Security Group deixa entrar a porta "
                    + (porta == 0 ? 22 : porta) + " a partir do seu endereço";
        }
        return new Falha("não consegui entrar em " + papel + " (" + host + "): " + conselho + " [" + resumo(texto) + "]");
    }
}
