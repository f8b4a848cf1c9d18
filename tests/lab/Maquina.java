//SOURCES Processo.java ../../shared/Falha.java
package tests.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.Falha;

/**
 * Uma máquina a que se chega com o {@code ssh} e o {@code scp} do sistema, sem perguntas pelo meio: a chave basta, uma máquina
 * nova é aceita, e uma que trocou de identidade, não. O que se inicia nela morre quando a ligação cai, seja por que for.
 *
 * @param papel  client, replica01 ou replica02: o nome nas mensagens
 * @param host   o que o ssh entende: {@code host} ou {@code user@host}
 * @param opcoes do ssh e do scp, as mesmas: {@code -i chave.pem}
 * @param porta  a do ssh; 0 = a de costume
 */
record Maquina(String papel, String host, List<String> opcoes, int porta) {

    /** Como um comando terminou. @param texto o que escreveu, na saída e no erro */
    record Fim(int codigo, String texto) {
    }

    private static final List<String> SEM_PERGUNTAS = List.of("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new",
            "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15", "-o", "LogLevel=ERROR");
    /** Com uma chave, não se tentam as do agente: o sshd desiste depois de umas tantas. */
    static final List<String> SO_ESTA_CHAVE = List.of("-o", "IdentitiesOnly=yes");
    private static final int ERRO_DO_SSH = 255;
    private static final Pattern SEM_ASPAS = Pattern.compile("[\\w@%+=:,./~-]+");

    /** Roda um comando até o fim. @throws Falha se a ligação falha, ou se ele não termina no prazo */
    Fim tentar(String comando, int segundos) {
        Fim fim = rodar(ssh(comando), segundos);
        if (fim.codigo() == ERRO_DO_SSH) {
            throw semLigacao(fim.texto());
        }
        return fim;
    }

    /** O mesmo. @return o que ele escreveu; @throws Falha também se termina mal */
    String rodar(String comando, int segundos) {
        Fim fim = tentar(comando, segundos);
        if (fim.codigo() != 0) {
            throw new Falha(papel + " (" + host + "): o comando terminou com o código " + fim.codigo() + ": " + resumo(fim.texto()));
        }
        return fim.texto();
    }

    /** Copia arquivos e pastas para uma pasta de lá. */
    void copiar(List<Path> origens, String pasta, int segundos) {
        Fim fim = rodar(scp(origens.stream().map(Path::toString).toList(), pasta, true), segundos);
        if (fim.codigo() != 0) {
            throw new Falha("não consegui copiar para " + papel + " (" + host + "): " + resumo(fim.texto())
                    + "; confira o espaço em disco e se a pasta " + pasta + " é sua");
        }
    }

    /** Um processo de lá. @param script o que o inicia; @param pid onde ele escreve o número dele */
    Processo iniciar(String nome, String script, String pid) {
        return Processo.remoto(nome + " em " + papel, sinal -> tentar("kill -" + sinal + " $(cat " + pid + ")", 30), ssh(script));
    }

    /** O mesmo, de um comando que acaba por si quando se lhe fecha a entrada. */
    Processo acompanhar(String nome, String script) {
        return Processo.remoto(nome + " em " + papel, sinal -> { }, ssh(script));
    }

    /** Traz portas de lá, e de onde ela chega, para cá. @param mapas como no {@code -L} do ssh */
    Processo tunel(List<String> mapas) {
        List<String> comando = new ArrayList<>(ssh(null));
        mapas.forEach(mapa -> comando.addAll(1, List.of("-L", mapa)));
        comando.addAll(1, List.of("-N", "-o", "ExitOnForwardFailure=yes"));
        return Processo.comando(comando.toArray(String[]::new));
    }

    // ───── As linhas de comando ─────

    private List<String> ssh(String comando) {
        Stream<String> porta = this.porta == 0 ? Stream.of() : Stream.of("-p", "" + this.porta);
        return Stream.of(Stream.of("ssh"), SEM_PERGUNTAS.stream(), opcoes.stream(), porta, Stream.of(host), Stream.ofNullable(comando))
                .flatMap(s -> s).collect(Collectors.toCollection(ArrayList::new));
    }

    private List<String> scp(List<String> origens, String pasta, boolean semPerguntas) {
        Stream<String> porta = this.porta == 0 ? Stream.of() : Stream.of("-P", "" + this.porta);
        return Stream.of(Stream.of("scp"), semPerguntas ? SEM_PERGUNTAS.stream() : Stream.<String>of(), opcoes.stream(), porta,
                Stream.of("-r"), origens.stream(), Stream.of(host + ":" + pasta + "/")).flatMap(s -> s).toList();
    }

    /** O comando que a pessoa digitaria. @param terminal se Ctrl-C deve chegar lá */
    String aMao(String comando, boolean terminal) {
        List<String> linha = new ArrayList<>(ssh(null));
        linha.subList(1, 1 + SEM_PERGUNTAS.size()).clear();
        linha.removeAll(SO_ESTA_CHAVE);
        if (terminal) {
            linha.add(1, "-t");
        }
        return citar(linha) + " '" + comando.replace("'", "'\\''") + "'";
    }

    /** O scp que a pessoa digitaria. */
    String copiarAMao(List<String> origens, String pasta) {
        List<String> linha = new ArrayList<>(scp(origens, pasta, false));
        linha.removeAll(SO_ESTA_CHAVE);
        return citar(linha);
    }

    /** Palavras de um shell, entre aspas as que precisam delas. */
    static String citar(List<String> palavras) {
        return palavras.stream().map(p -> SEM_ASPAS.matcher(p).matches() ? p : "'" + p.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    // ───── Ferramentas ─────

    private Fim rodar(List<String> comando, int segundos) {
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

    /** O que o ssh disse, e o que fazer. */
    private Falha semLigacao(String texto) {
        String conselho;
        if (texto.contains("UNPROTECTED PRIVATE KEY")) {
            conselho = "a chave pode ser lida por outros: chmod 600 no arquivo dela";
        } else if (texto.contains("Permission denied") || texto.contains("Too many authentication failures")) {
            conselho = "a chave ou o usuário não são os desta máquina: confira --chave e --usuario"
                    + " (ec2-user no Amazon Linux, ubuntu no Ubuntu, admin no Debian)";
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
