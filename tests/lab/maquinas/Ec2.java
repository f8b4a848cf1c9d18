//SOURCES Maquina.java TresMaquinas.java Vistoria.java
package tests.lab.maquinas;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.defesa.Chaves;
import shared.defesa.Defesa;
import shared.disco.Arquivos;
import shared.papel.Papel;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import tests.lab.ensaio.Comparacao.Trabalho;
import tests.lab.ensaio.Comparadas;
import tests.lab.ensaio.Ensaiadas;
import tests.lab.ensaio.Ensaio;
import tests.lab.ensaio.Falhas;
import tests.lab.palco.Arquitetura;
import tests.lab.palco.Lugar.Onde;
import tests.lab.palco.Parte;

/** A comparação em três máquinas: confere-as, copia o que cada uma precisa, roda tudo nelas, e encerra o que iniciou. */
public final class Ec2 {

    @Parameters(paramLabel = "PARTE", arity = "0..*", description = "as partes: 1, 2, 3, 3raft, 4 (padrão: todas)")
    private List<String> quais;

    @Option(names = "--client", paramLabel = "HOST", order = 1,
            description = "a máquina dos clientes, RpcServer, Sequencer e Witness; host ou user@host")
    private String client;

    @Option(names = "--replica01", paramLabel = "HOST", order = 2, description = "a da primeira réplica, worker e primário")
    private String replica01;

    @Option(names = "--replica02", paramLabel = "HOST", order = 3, description = "a da segunda réplica, worker e backup")
    private String replica02;

    @Option(names = "--privado-client", paramLabel = "IP", order = 4,
            description = "o endereço que as outras usam para chegar a ela (padrão: o primeiro de hostname -I)")
    private String privadoClient;

    @Option(names = "--privado-replica01", paramLabel = "IP", order = 5, description = "idem")
    private String privado01;

    @Option(names = "--privado-replica02", paramLabel = "IP", order = 6, description = "idem")
    private String privado02;

    @Option(names = "--usuario", paramLabel = "U", order = 7, description = "o usuário nas três (no Amazon Linux, ec2-user)")
    private String usuario;

    @Option(names = "--chave", paramLabel = "ARQ", order = 8, description = "a chave privada do ssh")
    private Path chave;

    @Option(names = "--porta-ssh", paramLabel = "PORTA", converter = Papel.Porta.class, order = 9,
            description = "a porta do ssh nas três (padrão: 22)")
    private Integer portaSsh;

    @Option(names = "--ssh-config", paramLabel = "ARQ", order = 10, description = "um ssh_config, em vez de ~/.ssh/config")
    private Path config;

    @Option(names = "--pasta", paramLabel = "PASTA", defaultValue = "banco", order = 11,
            description = "a pasta de lá, no início do usuário, para onde se copia tudo (padrão: ${DEFAULT-VALUE})")
    private String pasta;

    @Option(names = "--jar", order = 12, description = "copia o programa já compilado: as máquinas não precisam de JBang")
    private boolean jar;

    @Option(names = "--mostrar", order = 13, description = "não roda: escreve os comandos, para digitar à mão")
    private boolean mostrar;

    @Option(names = "--ops", paramLabel = "N", defaultValue = "1000", order = 14,
            description = "operações de cada um dos dois clientes (padrão: ${DEFAULT-VALUE})")
    private int ops;

    @Option(names = "--contas", paramLabel = "N", defaultValue = "10", order = 15,
            description = "contas usadas (padrão: ${DEFAULT-VALUE})")
    private int contas;

    @Option(names = "--semente", paramLabel = "N", defaultValue = "1", order = 16,
            description = "a mesma semente dá as mesmas operações (padrão: ${DEFAULT-VALUE})")
    private long semente;

    @Option(names = "--falhas", paramLabel = "LISTA", defaultValue = "30% matar replica; 60% iniciar replica", order = 17,
            description = {"o que corre mal no ensaio; cortar usa o iptables de lá (padrão: ${DEFAULT-VALUE}).",
                    Falhas.QUANDO})
    private String falhas;

    @Option(names = "--ensaio", paramLabel = "N", defaultValue = "150", order = 18,
            description = "operações de cada cliente no ensaio; 0 = sem ensaio (padrão: ${DEFAULT-VALUE})")
    private int ensaio;

    @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/ec2/relatorio.html", order = 19,
            description = "onde escrever o relatório; os registros ficam ao lado (padrão: ${DEFAULT-VALUE})")
    private Path relatorio;

    private static final int CONFERIR_S = 60;
    private static final int COPIAR_S = 300;
    private static final int COMPILAR_S = 900;
    private static final Pattern HOST = Pattern.compile("(?:[\\w.-]+@)?[\\w.][\\w.-]*");

    private final Map<Onde, Maquina> maquinas = new EnumMap<>(Onde.class);
    private final Map<Onde, String> privados = new EnumMap<>(Onde.class);
    private final Map<Onde, String> jbang = new HashMap<>();
    private List<Arquitetura> arquiteturas;
    private Falhas asFalhas;
    private List<Parte> partes;
    private TresMaquinas tres;
    private Optional<Path> chaves; // vazio = em claro

    /** @return 0 = todas as partes cumpriram o que prometem; 1 = não */
    public int rodar(Defesa defesa) throws IOException {
        lerOpcoes();
        Vistoria vistoria = new Vistoria(
                maquinas, privados, jar, asFalhas.acoes().stream().anyMatch(acao -> acao.qual().equals("cortar")));
        if (!mostrar || privados.size() < Onde.values().length) {
            conferirMaquinas(vistoria);
        }
        chaves = defesa.chaves().map(Chaves::pasta);
        String classpath = mostrar ? "libs/banco.jar" : "'libs/" + doClasspath().findFirst().orElseThrow()
                .getFileName() + ":libs/*'";
        tres = new TresMaquinas(new TresMaquinas.Como(maquinas, privados, jar ? Map.of() : jbang, pasta, classpath,
                chaves.map(pasta -> pasta.toAbsolutePath().normalize().getFileName().toString()).orElse("")),
                relatorio.toAbsolutePath().resolveSibling("registros"), defesa);
        partes = arquiteturas.stream().map(qual -> Parte.de(qual, tres)).toList();
        if (mostrar) {
            Stream.of(Onde.values()).forEach(onde -> jbang.putIfAbsent(onde, "~/.jbang/bin/jbang"));
            aMao();
            return 0;
        }
        vistoria.dasPortas(partes);
        copiar();
        try (TresMaquinas aberta = tres) {
            aberta.abrir();
            return comparar() ? 0 : 1;
        } catch (AssertionError e) { // um prazo que acabou
            throw new Falha(e.getMessage().lines().findFirst().orElse("") + "; veja os registros em "
                    + relatorio.toAbsolutePath().resolveSibling("registros"));
        }
    }

    private boolean comparar() throws IOException {
        boolean cumpriram = Comparadas.comparar(partes, new Trabalho(ops, contas, semente), tres);
        if (ensaio > 0) {
            Ensaio.Trabalho trabalho = new Ensaio.Trabalho(Trabalho.CLIENTES, ensaio, contas, semente, asFalhas);
            Ensaiadas.anunciar(trabalho, falhas);
            List<Ensaio.Resultado> resultados = partes.stream()
                    .map(parte -> new Ensaio(trabalho, System.err::println).rodar(parte, tres)).toList();
            cumpriram &= Ensaiadas.mostrar(resultados, falhas, relatorio);
        }
        System.out.println("Os registros de todos os papéis: " + relatorio.toAbsolutePath().resolveSibling("registros"));
        return cumpriram;
    }

    // ───── As opções ─────

    private void lerOpcoes() throws IOException {
        arquiteturas = Arquitetura.ler(quais);
        Comparadas.conferir(ops, contas, ensaio);
        if (!mostrar) {
            Arquivos.conferirSaida("--relatorio", relatorio);
            Arquivos.conferirPasta("--relatorio", relatorio.toAbsolutePath().resolveSibling("registros"));
        }
        asFalhas = Falhas.ler(falhas);
        if (!asFalhas.regras().isEmpty() || asFalhas.emudece()) {
            throw new ErroDeUso("--falhas: entre três máquinas a rede é a verdadeira, e só se pode matar, iniciar,"
                    + " parar, continuar, cortar e ligar; perda, atraso e emudecer são do ensaio nesta máquina"
                    + " (./run-all.sh)");
        }
        if (!pasta.matches("[\\w./-]*[\\w/-]") || pasta.startsWith("-")) {
            throw new ErroDeUso("--pasta '" + pasta + "': use letras, algarismos, ponto, hífen e /");
        }
        if (config != null && !Files.isReadable(config)) {
            throw new ErroDeUso("--ssh-config: não consigo ler " + config);
        }
        Path doSsh = Maquina.escreverConfig(config);
        maquina(Onde.CLIENT, "--client", client, privadoClient, doSsh);
        maquina(Onde.REPLICA01, "--replica01", replica01, privado01, doSsh);
        maquina(Onde.REPLICA02, "--replica02", replica02, privado02, doSsh);
    }

    private void maquina(Onde onde, String opcao, String host, String privado, Path doSsh) {
        if (host == null) {
            throw new ErroDeUso("falta " + opcao
                    + " HOST; são três máquinas: --client HOST --replica01 HOST --replica02 HOST");
        }
        if (!HOST.matcher(host).matches()) {
            throw new ErroDeUso(opcao + " '" + host + "': esperava host ou user@host");
        }
        if (privado != null) {
            if (!Vistoria.IP.matcher(privado).matches()) {
                throw new ErroDeUso(opcao.replace("--", "--privado-") + " '" + privado
                        + "': esperava um endereço IPv4, como 10.0.0.10");
            }
            privados.put(onde, privado);
        }
        String quem = usuario == null || host.contains("@") ? host : usuario + "@" + host;
        maquinas.put(onde, new Maquina(opcao.substring(2), quem, chave, portaSsh == null ? 0 : portaSsh, config, doSsh));
    }

    // ───── Antes de começar ─────

    private void conferirMaquinas(Vistoria vistoria) {
        Optional.ofNullable(chave).flatMap(ChaveSsh::defeito).ifPresent(porque -> {
            throw new ErroDeUso("--chave: " + porque);
        });
        vistoria.deCadaUma(mostrar ? "# " : "");
        jbang.putAll(vistoria.jbang());
    }

    /** Os scripts de uma máquina, cada um uma vez. */
    private List<String> scriptsDe(Onde onde) {
        return partes.stream().flatMap(parte -> parte.papeis().stream()).filter(papel -> papel.onde() == onde)
                .map(Parte.Papel::arquivo).distinct().toList();
    }

    /** O que vai para cada máquina: as fontes, ou o programa já compilado, com as bibliotecas. */
    private void copiar() {
        List<Path> origens = jar ? doClasspath().filter(Files::isRegularFile).toList() : pastas().stream()
                .map(Path::of).toList();
        if (!jar && !Files.isDirectory(Path.of("shared"))) {
            throw new ErroDeUso("rode este comando na pasta da coleção, a que tem shared/ e part1/, como faz"
                    + " ./run-all.sh ec2");
        }
        String destino = jar ? pasta + "/libs" : pasta;
        System.out.println("Copiando " + (jar ? "o programa" : String.join(", ", pastas())) + " para " + destino + "…");
        TresMaquinas.emTodas(onde -> {
            Maquina maquina = maquinas.get(onde);
            maquina.rodar((jar ? "rm -rf " + destino + " && " : "") + "mkdir -p " + destino, CONFERIR_S);
            maquina.copiar(origens, destino, COPIAR_S);
            chaves.ifPresent(pastaDeChaves -> maquina.copiar(List.of(pastaDeChaves), pasta, COPIAR_S));
            return "";
        });
        if (!jar) {
            System.out.println("Compilando em cada uma (da primeira vez, o JBang baixa as bibliotecas)…");
            TresMaquinas.emTodas(onde -> maquinas.get(onde).rodar(compilar(onde), COMPILAR_S));
        }
        System.out.println();
    }

    private static Stream<Path> doClasspath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of);
    }

    private List<String> pastas() {
        return Stream.concat(Stream.of("shared"),
                arquiteturas.stream().map(qual -> "part" + qual.parte()).sorted().distinct()).toList();
    }

    /** Um de cada vez: dois primeiros usos ao mesmo tempo estragariam o cache do JBang. */
    private String compilar(Onde onde) {
        return "cd " + pasta + " && for papel in " + String.join(" ", scriptsDe(onde)) + "; do "
                + jbang.get(onde) + " --quiet build $papel || exit 1; done";
    }

    // ───── À mão ─────

    /** Os mesmos passos, para digitar. */
    private void aMao() {
        System.out.println("# Conferir: em cada máquina, Java 17 ou mais novo" + (jar ? "" : ", e o JBang"));
        cada(onde -> "java -version" + (jar ? "" : " && " + jbang.get(onde) + " --version"));
        System.out.println("\n# Copiar");
        cada(onde -> "mkdir -p " + pasta + (jar ? "/libs" : ""));
        if (jar) {
            System.out.println("jbang export fatjar --force --output banco.jar tests/lab/Lab.java");
        }
        for (Onde onde : Onde.values()) {
            System.out.println(maquinas.get(onde)
                    .copiarAMao(jar ? List.of("banco.jar") : pastas(), jar ? pasta + "/libs" : pasta));
        }
        chaves.ifPresent(pastaDeChaves -> Stream.of(Onde.values()).forEach(onde ->
                System.out.println(maquinas.get(onde).copiarAMao(List.of(pastaDeChaves.toString()), pasta))));
        if (!jar) {
            System.out.println("\n# Compilar, um papel de cada vez");
            cada(this::compilar);
        }
        partes.forEach(this::aMao);
    }

    private void aMao(Parte parte) {
        System.out.printf(Locale.ROOT, "%n# Parte %d, %s: cada linha num terminal; espere por pronto: antes da seguinte%n",
                parte.numero(), parte.nome());
        parte.servidores().forEach(papel -> System.out.println(maquinas.get(papel.onde()).aMao(
                comando(papel) + (papel.guardaEstado() ? " --do-zero" : "") + " --silencioso", true)));
        System.out.println("# O trabalho: dois clientes ao mesmo tempo, cada um num terminal");
        for (int i = 0; i < parte.clientes().size(); i++) {
            Parte.Papel cliente = parte.clientes().get(i);
            System.out.println(maquinas.get(cliente.onde())
                    .aMao(comando(cliente) + " carga --ops " + ops + " --contas " + contas
                    + " --semente " + (semente + i), true));
        }
        System.out.println("# Resumos iguais = réplicas iguais; no fim, Ctrl-C em cada terminal");
        Parte.Papel cliente = parte.clientes().get(0);
        System.out.println(maquinas.get(Onde.CLIENT)
                .aMao("cd " + pasta + " && " + tres.comando(Onde.CLIENT, cliente.classe())
                + " estado --consultas " + privados.get(Onde.REPLICA01) + ":7001," + privados.get(Onde.REPLICA02)
                + ":7001", false));
    }

    private String comando(Parte.Papel papel) {
        return "cd " + pasta + " && " + tres.comando(papel.onde(), papel.classe()) + " " + Maquina.citar(papel.opcoes());
    }

    private void cada(Function<Onde, String> comando) {
        Arrays.stream(Onde.values()).forEach(
                onde -> System.out.println(maquinas.get(onde).aMao(comando.apply(onde), false)));
    }
}
