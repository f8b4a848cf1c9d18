///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As quatro partes em três máquinas, por ssh: espaços de rede com um sshd cada um, que o teste faz e desfaz.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../../Cena.java ../../Precisa.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.maquinas;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shared.texto.Texto;
import tests.Cena;
import tests.Cena.Fim;
import tests.Coveiro;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.palco.Arquitetura;

@DisplayName("Três máquinas")
@Precisa({Precisa.De.MAQUINAS, Precisa.De.SER_ROOT})
class TresMaquinasTest {

    private static final Duration MINUTOS = Duration.ofMinutes(8);
    private static final List<String> MAQUINAS = List.of("client", "replica01", "replica02");
    private static final String CLIENT = "10.77.0.10";
    private static final String REPLICA01 = "10.77.0.11";
    private static final String REPLICA02 = "10.77.0.12";

    private static Path pasta;
    private static Processo maquinas;
    private static String nome;         // o começo do nome de cada espaço de rede

    private final Cena cena = new Cena();

    @BeforeAll
    static void ligar() throws IOException {
        if (!Precisa.De.MAQUINAS.ha() || !Precisa.De.SER_ROOT.ha()) {
            return;
        }
        pasta = Files.createTempDirectory("banco-maquinas-");
        // Por um intermediário: se este teste morre, é a ele que matam, e as máquinas veem fechar-se a entrada e
        // desfazem-se.
        maquinas = Processo.comando("bash", "-c", "exec 3<&0; setsid \"$@\" <&3 & wait $!", "bash",
                Testes.raiz().resolve("tests/tres-maquinas.sh").toString(), pasta.toString(), System.getProperty("java.home")
                + "/bin").esperarPronto();
        nome = maquinas.registro().stream().filter(linha -> linha.startsWith("pronto: ")).findFirst()
                .orElseThrow().substring(8);
    }

    @AfterAll
    static void desligar() throws IOException {
        if (maquinas == null) {
            return;
        }
        try {
            maquinas.fimDaEntrada();
            assertEquals(0, maquinas.esperarFim());
            assertFalse(String.join("\n", executar("ip", "netns", "list").saida()).contains(nome + "-"),
                    "ficaram espaços de rede");
        } finally {
            maquinas.close();
            Coveiro.apagar(pasta);
        }
    }

    @AfterEach
    void encerrar() {
        cena.close();
    }

    // ───── A comparação, com um corte de verdade ─────

    @Test
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("as quatro partes, e a 3 com Raft; uma réplica fica sem rede, e morre antes de a ter de novo: a 1 não se"
            + " cura disso, as outras sim")
    void replicaCortada() throws IOException {
        Fim fim = ec2("--ops", 30, "--ensaio", 60, "--falhas",
                "25% cortar replica; 40% matar replica; 60% ligar replica; 60% iniciar replica");
        assertEquals(0, fim.codigo(), fim.toString());
        assertEquals("NÃO ✔", celula(fim, "as réplicas acabam iguais", 1), fim.texto());
        for (int parte = 2; parte <= Arquitetura.values().length; parte++) {
            for (String garantia : List.of("a ordem de cada cliente", "a mesma ordem em todas", "as réplicas acabam iguais",
                    "repetir vale uma vez", "o confirmado não se perde")) {
                assertEquals("sim ✔", celula(fim, garantia, parte), garantia + ", coluna " + parte + "\n" + fim.texto());
            }
            // numa máquina ocupada ela pode voltar antes que alguém responda: "?", não se viu
            String seguiu = celula(fim, "segue com uma réplica morta", parte);
            assertTrue(seguiu.equals("sim ✔") || seguiu.equals("?"), seguiu + ", coluna " + parte + "\n" + fim.texto());
        }
        assertTrue(Files.size(pasta.resolve("relatorio.html")) > 10_000);
        List<String> registros;
        try (Stream<Path> arquivos = Files.list(pasta.resolve("registros"))) {
            registros = arquivos.map(arquivo -> arquivo.getFileName().toString()).toList();
        }
        assertTrue(registros.containsAll(
                List.of("parte-1-replica-2.log", "parte-2-servidor.log", "ensaio-3-sequenciador.log",
                "ensaio-3raft-ordenador-3.log", "ensaio-4-testemunha.log")), registros.toString());
        assertNadaFicou();
    }

    @Test
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("parte 4, com a máquina do primário cortada: o backup assume, e nada do que se confirmou se perde")
    void primarioCortado() throws IOException {
        Fim fim = ec2(4, "--ops", 10, "--ensaio", 60, "--falhas", "30% cortar central"); // no fim tudo volta
        assertEquals(0, fim.codigo(), fim.toString());
        assertTrue(Files.readString(pasta.resolve("registros/ensaio-4-backup.log")).contains(" assumir epoca="),
                fim.toString());
        for (String veredito : List.of("as réplicas acabam iguais", "o confirmado não se perde", "a ordem do tempo real")) {
            assertEquals("sim ✔", celula(fim, veredito, 1), fim.texto());
        }
        // se ao ser cortado tinha algo que o backup não tinha, larga-o, e já não se compara por onde lá chegou
        boolean largou = Files.readString(pasta.resolve("registros/ensaio-4-primario.log")).contains(" descartar epoca=");
        String ordem = celula(fim, "a mesma ordem em todas", 1);
        assertTrue(ordem.equals("sim ✔") || largou && ordem.equals("?"), ordem + "\n" + fim.texto());
        assertNadaFicou();
    }

    @Test
    @DisplayName("parte 4, com o cabo do primário arrancado: ele não confirma a ninguém, nem a quem está ao lado dele;"
            + " o backup, sim")
    void doisNuncaConfirmam() {
        em("client", "part4.Witness", "--bind", "0.0.0.0").esperarPronto();
        Processo primario = em("replica01", "part4.Primary", "--id", "p", "--bind", "0.0.0.0", "--anuncio", REPLICA01,
                "--testemunha", CLIENT).esperarPronto();
        Processo backup = em("replica02", "part4.Backup", "--id", "b", "--bind", "0.0.0.0", "--anuncio", REPLICA02,
                "--testemunha", CLIENT, "--primario", REPLICA01);
        primario.esperarNoRegistro("entraram=[b#");

        executar("ip", "-n", nome + "-replica01", "link", "set", "eth0", "down");
        Processo aoLado = em("replica01", "part4.Client", "--primario", "127.0.0.1", "depositar", "bia", "1");
        Processo deFora = em("client", "part4.Client", "--primario", REPLICA01 + "," + REPLICA02, "depositar", "ana", "10");
        assertEquals(0, deFora.esperarFim(), () -> Cena.fim(deFora).toString());
        assertTrue(deFora.saida().get(0).startsWith("OK "), () -> deFora.saida().toString());
        assertEquals(1, aoLado.esperarFim(), () -> Cena.fim(aoLado).toString());
        assertEquals(List.of(), aoLado.saida());

        executar("ip", "-n", nome + "-replica01", "link", "set", "eth0", "up");
        primario.esperarNoRegistro(" descer ");
        backup.esperarNoRegistro("entraram=[p#");
        for (String[] conta : new String[][] {{"ana", "10.00"}, {"bia", "0.00"}}) {
            Processo saldo = em("client", "part4.Client", "--semente", "saldo", "--consultas", REPLICA01 + ":7001,"
                    + REPLICA02 + ":7001", conta[0]);
            assertEquals(0, saldo.esperarFim(), () -> Cena.fim(saldo).toString());
            assertEquals(List.of("p: " + conta[0] + " tem " + conta[1], "b: " + conta[0] + " tem " + conta[1]),
                    saldo.saida());
        }
    }

    // ───── O ssh_config de quem usa isto ─────

    @Test
    @DisplayName("de um ssh_config cheio, conta como se chega às máquinas, e nada fica; e com --chaves tudo se cifra")
    void sshConfigCheioEChaves() throws IOException {
        assertEquals(0, cena.rodar("shared.papel.GerarChaves", pasta.resolve("chaves")).codigo());
        Path config = Files.writeString(pasta.resolve("ssh_config-cheio"), Texto.formatar("""
                Host atras
                  HostName 10.77.0.12
                  ProxyJump root@198.51.100.10
                Host *
                  IdentityFile %1$s/chave
                  ControlMaster auto
                  ControlPath %1$s/controle-%%C
                  ControlPersist 10m
                  RequestTTY force
                  RemoteCommand echo desviado
                  SessionType none
                  StdinNull yes
                  ForkAfterAuthentication yes
                  PermitLocalCommand yes
                  LocalCommand touch %1$s/comando-local
                  LocalForward 18080 127.0.0.1:22
                  RemoteForward 18081 127.0.0.1:22
                  DynamicForward 18082
                  ExitOnForwardFailure yes
                  BatchMode no
                  StrictHostKeyChecking ask
                  PubkeyAuthentication no
                  PreferredAuthentications password
                  AddKeysToAgent yes
                  ForwardAgent yes
                  VisualHostKey yes
                  LogLevel QUIET
                  UmaOpcaoDeOutraVersao yes
                Include %1$s/ssh_config
                """, pasta));
        List<Object> opcoes = new ArrayList<>(opcoes());
        opcoes.set(opcoes.indexOf("--ssh-config") + 1, config);
        opcoes.set(opcoes.indexOf("--replica02") + 1, "atras");
        opcoes.addAll(List.of(2, "--chaves", pasta.resolve("chaves"), "--ops", 20, "--ensaio", 0));
        Fim fim = rodar(opcoes.toArray());
        assertEquals(0, fim.codigo(), fim.toString());
        assertNadaFicou();
        try (Stream<Path> arquivos = Files.list(pasta)) {
            assertEquals(List.of(), arquivos.filter(arquivo -> arquivo.getFileName().toString().startsWith("co")).toList());
        }
    }

    // ───── O fim, por mal ─────

    @ParameterizedTest(name = "{0}")
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @ValueSource(strings = {"TERM", "KILL"})
    @DisplayName("interrompido no meio do trabalho, não deixa nada de pé em nenhuma máquina")
    void interrompido(String sinal) {
        Processo comando = iniciarEc2(3, "--ops", 1_000_000);
        Processo.esperar("um papel em cada máquina", MINUTOS,
                () -> !comando.vivo() || MAQUINAS.stream().noneMatch(maquina -> javas(maquina).isEmpty()));
        assertTrue(comando.vivo(), () -> Cena.fim(comando).toString());
        comando.sinal(sinal);
        comando.esperarFim();
        assertNadaFicou();
    }

    // ───── Mau uso ─────

    @Test
    @DisplayName("sem uma das máquinas, ou com um endereço que não é um, é erro de uso")
    void opcoesErradas() {
        Processo falta = comando("--client", "a", "--replica01", "b", "--relatorio", relatorio("falta"));
        Processo opcao = comando("--client=-oProxyCommand=x", "--replica01", "b", "--replica02", "c",
                "--relatorio", relatorio("opcao"));
        Processo chave = comando("--client", "a", "--replica01", "b", "--replica02", "c", "--chave", "/nao/existe",
                "--relatorio", relatorio("chave"));
        assertErro(2, "falta --replica02 HOST", fim(falta));
        assertErro(2, "--client '-oProxyCommand=x'", fim(opcao));
        assertErro(2, "--chave: não existe '/nao/existe'", fim(chave));
    }

    @Test
    @DisplayName("uma máquina em que não se entra, ou sem Java, ou uma chave com frase-senha: uma linha diz o que fazer")
    void maquinaErrada() throws IOException {
        executar("ssh-keygen", "-q", "-t", "ed25519", "-N", "segredo", "-f", pasta.resolve("trancada").toString());
        Files.writeString(pasta.resolve("ssh_config-trancada"), Texto.formatar(
                "IdentityFile %1$s/trancada\nIdentitiesOnly yes\nInclude %1$s/ssh_config\n", pasta));
        // todas ao mesmo tempo: a maior parte espera por uma rede que não responde
        Map<String, Processo> erradas = new LinkedHashMap<>();
        erradas.put("não consegui entrar em replica02 (root@198.51.100.99): confira o endereço",
                comReplica02("198.51.100.99", "chave"));
        erradas.put("este nome não existe", comReplica02("nao.existe.invalid", "chave"));
        erradas.put("a chave ou o usuário não são os desta máquina", comReplica02("198.51.100.12", "outra-chave"));
        erradas.put("replica02 (root@sem-java) não tem Java 17 ou mais novo; instale-o lá: sudo dnf install",
                comReplica02("sem-java", "chave"));
        erradas.put("trancada' pede uma frase-senha", // sem --chave, é a que o ssh_config diz
                comando("--client", "198.51.100.10", "--replica01", "198.51.100.11", "--replica02", "198.51.100.12",
                        "--usuario", "root", "--ssh-config", pasta.resolve("ssh_config-trancada"), "--jar",
                        "--relatorio", relatorio("trancada")));
        assertAll(erradas.entrySet().stream().map(uma -> () -> assertErro(1, uma.getKey(), fim(uma.getValue()))));
        assertNadaFicou();
    }

    private Processo comReplica02(String host, String chave) {
        return comando("--client", "198.51.100.10", "--replica01", "198.51.100.11", "--replica02", host, "--usuario", "root",
                "--chave", pasta.resolve(chave), "--ssh-config", pasta.resolve("ssh_config"), "--jar",
                "--relatorio", relatorio(host));
    }

    /** Um para cada comando: os que correm ao mesmo tempo não escrevem na mesma pasta. */
    private static Path relatorio(String nome) {
        return pasta.resolve("de-" + nome).resolve("relatorio.html");
    }

    @Test
    @DisplayName("sem JBang nas máquinas, diz como o instalar, e que há --jar")
    void semJBang() {
        List<Object> semJar = new ArrayList<>(opcoes());
        semJar.remove("--jar");
        assertErro(1, "não tem JBang; instale-o lá: curl -Ls https://sh.jbang.dev", rodar(semJar.toArray()));
    }

    @Test
    @DisplayName("uma porta ocupada lá, ou fechada no Security Group, descobre-se antes de copiar seja o que for")
    void portas() {
        try (Processo intruso = em("replica01", "part3.Replica", "--consulta", "7001", "--bind", "0.0.0.0")
                .esperarPronto()) {
            assertErro(1, "replica01 (root@198.51.100.11): porta ocupada: 7001", rodar(opcoes().toArray()));
        }
        executar("ip", "netns", "exec", nome + "-replica02", "iptables", "-I", "INPUT", "-s", CLIENT, "-p", "tcp",
                "--dport", "6001", "-j", "DROP");
        assertErro(1, "de client não se chega a " + REPLICA02 + ":6001; abra estas portas no Security Group",
                rodar(opcoes().toArray()));
        executar("ip", "netns", "exec", nome + "-replica02", "iptables", "-D", "INPUT", "1");
        assertNadaFicou();
    }

    @Test
    @DisplayName("os comandos à mão da página são os que --mostrar escreve")
    void pagina() throws IOException {
        String pagina = Files.readString(Testes.raiz().resolve("tests/lab/EC2.md"));
        Files.createFile(pasta.resolve("banco.pem"));
        Fim fim = rodar(3, "--client", "203.0.113.10", "--replica01", "203.0.113.11", "--replica02", "203.0.113.12",
                "--privado-client", "10.0.0.10", "--privado-replica01", "10.0.0.11", "--privado-replica02", "10.0.0.12",
                "--usuario", "ec2-user", "--chave", pasta.resolve("banco.pem"), "--mostrar");
        assertEquals(0, fim.codigo(), fim.toString());
        assertTrue(pagina.contains(fim.texto().replace(pasta + "/", "")), fim.texto());
    }

    // ───── Ferramentas ─────

    /** A célula de uma parte numa linha de tabela com 9 letras por parte. @param coluna a partir de 1 */
    private static String celula(Fim fim, String linha, int coluna) {
        String achada = fim.saida().stream().filter(l -> l.startsWith(linha)).reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError(fim));
        int inicio = 32 + 9 * (coluna - 1);
        return achada.substring(inicio, Math.min(achada.length(), inicio + 9)).strip();
    }

    private static List<Object> opcoes() {
        return List.of("--client", "198.51.100.10", "--replica01", "198.51.100.11", "--replica02", "198.51.100.12",
                "--usuario", "root", "--chave", pasta.resolve("chave"), "--ssh-config", pasta.resolve("ssh_config"), "--jar",
                "--relatorio", pasta.resolve("relatorio.html"));
    }

    /** O comando inteiro, da máquina de casa, até o fim. */
    private Fim ec2(Object... mais) {
        return fim(iniciarEc2(mais));
    }

    private Processo iniciarEc2(Object... mais) {
        return comando(Stream.concat(opcoes().stream(), Stream.of(mais)).toArray());
    }

    private Fim rodar(Object... opcoes) {
        return fim(comando(opcoes));
    }

    private static Fim fim(Processo processo) {
        processo.esperarFim(MINUTOS);
        return Cena.fim(processo);
    }

    private Processo comando(Object... opcoes) {
        return em("casa", "tests.lab.Lab", Stream.concat(Stream.of("ec2"), Stream.of(opcoes)).toArray());
    }

    /** Um programa desta coleção num dos espaços de rede; o que ele sabe morre com ele. */
    private Processo em(String maquina, String classe, Object... argumentos) {
        List<String> comando = new ArrayList<>(List.of("ip", "netns", "exec", nome + "-" + maquina,
                System.getProperty("java.home") + "/bin/java"));
        comando.addAll(Processo.DEPRESSA);
        comando.addAll(List.of("-cp", System.getProperty("java.class.path"), classe));
        Stream.of(argumentos).map(String::valueOf).forEach(comando::add);
        if (classe.matches("part4.(Witness|Primary|Backup)|part3.Replica")) {
            comando.add("--memoria");
        }
        return cena.iniciarPrograma(comando.toArray(String[]::new));
    }

    private static Fim executar(String... comando) {
        try (Processo processo = Processo.comando(comando)) {
            assertEquals(0, processo.esperarFim(), () -> Cena.fim(processo).toString());
            return Cena.fim(processo);
        }
    }

    /** Os processos Java que rodam nesta máquina. */
    private static List<Long> javas(String maquina) {
        return executar("ip", "netns", "pids", nome + "-" + maquina).saida().stream().map(Long::parseLong)
                .filter(pid -> ProcessHandle.of(pid).flatMap(p -> p.info().command()).orElse("").endsWith("/java")).toList();
    }

    /** Em nenhuma máquina ficou um papel de pé, um diário, ou uma regra que corte a rede; e na de casa, nem um ssh. */
    private static void assertNadaFicou() {
        Processo.esperar("nada de pé em casa", Processo.PRAZO,
                () -> executar("ip", "netns", "pids", nome + "-casa").saida().isEmpty());
        for (String maquina : MAQUINAS) {
            Processo.esperar("nada de pé em " + maquina, Processo.PRAZO, () -> javas(maquina).isEmpty());
            assertFalse(executar("ip", "netns", "exec", nome + "-" + maquina, "iptables", "-S").texto()
                    .contains("50051"), maquina);
        }
    }

    /** Uma linha em português, sem pilhas, e o código de saída. */
    private static void assertErro(int codigo, String mensagem, Fim fim) {
        List<String> erros = fim.registro().stream().filter(linha -> linha.startsWith("erro")).toList();
        assertEquals(1, erros.size(), fim.toString());
        assertTrue(erros.get(0).contains(mensagem), erros.get(0));
        assertFalse(fim.erros().contains("\tat "), fim.erros());
        assertEquals(codigo, fim.codigo(), fim.toString());
    }

    public static void main(String[] args) {
        Testes.rodar(TresMaquinasTest.class);
    }
}
