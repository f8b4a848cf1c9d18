///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O laboratório: o mesmo trabalho nas quatro partes, lado a lado.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../../part1/Client.java ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Client.java ../../part3/Ordenador.java ../../part3/Replica.java ../../part3/Sequencer.java
//SOURCES ../../part3/regra/grupos/Condutor.java ../../part4/Backup.java ../../part4/Client.java
//SOURCES ../../part4/Primary.java ../Pergunta.java ../Processo.java ../sim/Diagrama.java ../sim/Encenada.java
//SOURCES ../sim/Nomes.java ../sim/Parte3Grupos.java ../sim/Procura.java ../sim/Verificador.java Procurar.java
//SOURCES cenas/Cenas.java correcao/CorrigirComando.java ensaio/Comparadas.java ensaio/Ensaiadas.java
//SOURCES exercicios/ExerciciosComando.java maquinas/Ec2.java palco/Aqui.java palco/Arquitetura.java palco/Limites.java
//SOURCES palco/PalcoComando.java provas/Catalogo.java
//SOURCES rede/RedeComando.java relatorio/Relatorio.java sala/SalaComando.java vereditos/Rastro.java
//SOURCES vereditos/Terminal.java vereditos/Vereditos.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package tests.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.defesa.Chaves;
import shared.disco.Arquivos;
import shared.papel.Papel;
import shared.tempo.Lentidao;
import shared.texto.ErroDeUso;
import shared.texto.Texto;
import tests.lab.cenas.Ato;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cenas;
import tests.lab.correcao.CorrigirComando;
import tests.lab.ensaio.Comparacao.Trabalho;
import tests.lab.ensaio.Comparadas;
import tests.lab.ensaio.Ensaiadas;
import tests.lab.ensaio.Ensaio;
import tests.lab.ensaio.Falhas;
import tests.lab.exercicios.ExerciciosComando;
import tests.lab.maquinas.Ec2;
import tests.lab.palco.Alheios;
import tests.lab.palco.Aqui;
import tests.lab.palco.Arquitetura;
import tests.lab.palco.Entrega;
import tests.lab.palco.Lugar;
import tests.lab.palco.PalcoComando;
import tests.lab.palco.Parte;
import tests.lab.rede.RedeComando;
import tests.lab.relatorio.Relatorio;
import tests.lab.sala.SalaComando;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Terminal;
import tests.lab.vereditos.Vereditos.Veredito;

/** O laboratório: {@code comparar} é o que {@code ./run-all.sh} roda; cada {@code cena} é uma lição. */
@Command(name = "tests/lab/Lab.java", description = "O laboratório: o mesmo trabalho nas quatro partes, lado a lado.")
public final class Lab extends Papel {

    private static final int CLIENTES_MAXIMOS = 16;
    private static final String FALHAS = "perda 1%; 30% matar replica; 60% iniciar replica";

    @Override
    public Integer call() {
        throw new ErroDeUso("diga o que fazer: comparar, sala PARTE, palco PARTE, cenas ou cena NOME (veja --help)");
    }

    @Command(name = "comparar", description = "roda o mesmo trabalho em cada parte e confere o que cada uma promete")
    int comparar(
            @Parameters(paramLabel = "PARTE", arity = "0..*",
                    description = "as partes: 1, 2, 3, 3raft, 4 (padrão: todas)") List<String> quais,
            @Option(names = "--ops", paramLabel = "N", defaultValue = "1000",
                    description = "operações de cada um dos dois clientes (padrão: ${DEFAULT-VALUE})") int ops,
            @Option(names = "--contas", paramLabel = "N", defaultValue = "10",
                    description = "contas usadas (padrão: ${DEFAULT-VALUE})") int contas,
            @Option(names = "--semente", paramLabel = "N", defaultValue = "1",
                    description = "a mesma semente dá as mesmas operações (padrão: ${DEFAULT-VALUE})") long semente,
            @Option(names = "--livres", description = "usa portas livres em vez das de costume") boolean livres,
            @Option(names = "--falhas", paramLabel = "LISTA", defaultValue = FALHAS,
                    description = {"o que corre mal no ensaio (padrão: ${DEFAULT-VALUE}).", Falhas.COMO + ". "
                            + Falhas.QUANDO})
                    String falhas,
            @Option(names = "--clientes", paramLabel = "N", defaultValue = "2",
                    description = "clientes no ensaio (padrão: ${DEFAULT-VALUE})") int clientes,
            @Option(names = "--ensaio", paramLabel = "N", defaultValue = "150",
                    description = "operações de cada cliente no ensaio; 0 = sem ensaio (padrão:"
                            + " ${DEFAULT-VALUE})") int ensaio,
            @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/relatorio.html",
                    description = "onde escrever o relatório (padrão: ${DEFAULT-VALUE})") Path relatorio)
            throws IOException {
        List<Arquitetura> partes = Arquitetura.ler(quais);
        Comparadas.conferir(ops, contas, ensaio);
        ErroDeUso.exigir("--clientes", clientes, 1, CLIENTES_MAXIMOS);
        Falhas comFalhas = Falhas.ler(falhas);
        Trabalho trabalho = new Trabalho(ops, contas, semente);
        if (ensaio > 0) {
            Arquivos.conferirSaida("--relatorio", relatorio);
        }
        boolean cumpriram;
        try (Lugar lugar = new Aqui(livres)) {
            cumpriram = Comparadas.comparar(partes.stream().map(parte -> Parte.de(parte, lugar)).toList(),
                    trabalho, lugar);
        }
        return ensaiar(partes, new Ensaio.Trabalho(clientes, ensaio, contas, semente, comFalhas), falhas, relatorio)
                && cumpriram ? 0 : 1;
    }

    /** As mesmas operações outra vez, agora com a rede do laboratório no meio, e falhas. */
    private static boolean ensaiar(List<Arquitetura> partes, Ensaio.Trabalho trabalho, String falhas, Path relatorio)
            throws IOException {
        if (trabalho.ops() == 0) {
            return true;
        }
        Ensaiadas.anunciar(trabalho, falhas);
        return Ensaiadas.mostrar(partes.stream().map(parte -> new Ensaio(trabalho, System.err::println).rodar(parte))
                .toList(), falhas, relatorio);
    }

    @Command(name = "ec2", description = "a mesma comparação em três máquinas, por ssh", sortOptions = false,
            footer = "O caminho inteiro, com o Security Group, está em tests/lab/EC2.md.")
    int ec2(@Mixin Ec2 ec2) throws IOException {
        return ec2.rodar(defesa());
    }

    @Command(name = "cenas", description = "lista as cenas")
    int cenas() {
        Cenas.nomes().forEach(nome -> System.out.printf(Locale.ROOT, "%-26s %s%n", nome, Cenas.ler(nome).titulo()));
        return 0;
    }

    @Command(name = "cena", description = "representa uma cena, e conta o que aconteceu e por quê")
    int cena(@Parameters(paramLabel = "CENA", description = "qual (veja cenas), ou um arquivo .cena") String nome,
            @Option(names = "--conferir", description = "só confere o que está escrito, sem a fazer acontecer")
                    boolean soConferir,
            @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/cena.html",
                    description = "onde escrever o diagrama (padrão: ${DEFAULT-VALUE})") Path relatorio,
            @Option(names = "--rastro", paramLabel = "PASTA",
                    description = "guarda também o rastro, em JSON Lines e no formato do ShiViz") Path pasta,
            @Option(names = "--lentidao", paramLabel = "N", defaultValue = "" + Cenas.LENTIDAO,
                    description = "os processos esperam uns pelos outros N vezes mais do que o costume: uma máquina"
                            + " ocupada não muda a história (padrão: ${DEFAULT-VALUE})") int lentidao,
            @Option(names = "--alheios", paramLabel = "ENTREGA",
                    description = "com os programas de outro no lugar dos nossos (tests/lab/CORRIGIR.md)") Path entrega)
                    throws IOException {
        exigirChavesNaVariavel();
        ErroDeUso.exigir("--lentidao", lentidao, 1, Lentidao.MAXIMA);
        Cena cena = Cenas.ler(nome);
        if (soConferir) {
            System.out.println(nome + ": " + Texto.quantas(cena.atos().size(), "ato", "atos") + ", "
                    + Texto.quantas(cena.atos().stream().mapToInt(ato -> ato.linhas().size()).sum(), "passo", "passos")
                    + "; está bem escrita");
            return 0;
        }
        Arquivos.conferirSaida("--relatorio", relatorio);
        if (pasta != null) {
            Arquivos.conferirPasta("--rastro", pasta);
        }
        List<Ato> atos = representar(cena, lentidao, entrega);
        System.out.println(cena.titulo());
        cena.historia().forEach(paragrafo -> System.out.println("\n" + Terminal.quebrar(paragrafo)));
        atos.forEach(Lab::contar);
        String porque = atos.get(atos.size() - 1).porque();
        if (porque != null) {
            System.out.println("\nA cena não saiu como está escrita.\n" + Terminal.quebrar(porque));
        }
        Relatorio.escrever(relatorio, cena.titulo(), atos.stream()
                .map(ato -> new Relatorio.Secao(ato.titulo(), cena.historia(), ato.rastro().eventos())).toList(), List.of());
        System.out.println("\nO diagrama, para abrir no navegador: " + relatorio.toAbsolutePath());
        String base = Path.of(nome).getFileName().toString().replaceFirst("\\.cena$", "");
        for (int i = 0; pasta != null && i < atos.size(); i++) {
            Rastro rastro = atos.get(i).rastro();
            rastro.guardar(pasta.resolve(base + "-" + (i + 1) + ".jsonl"));
            Files.writeString(pasta.resolve(base + "-" + (i + 1) + ".shiviz"), Rastro.shiviz(rastro.eventos()));
        }
        return porque == null ? 0 : 1;
    }

    private static List<Ato> representar(Cena cena, int lentidao, Path entrega) {
        if (entrega == null) {
            return Cenas.representar(cena, lentidao);
        }
        try (Alheios alheios = Alheios.de(Entrega.ler(entrega))) {
            alheios.avisos().forEach(aviso -> System.err.println("aviso: " + aviso));
            return Cenas.representar(cena, lentidao, alheios);
        }
    }

    @Command(name = "corrigir", sortOptions = false, description =
            "faz as provas aos programas de alguém, em qualquer linguagem, e dá-lhes nota",
            footer = "Código de saída: 0 nota cheia, 1 menos, 2 erro de uso, ou alguma prova não se pôde fazer."
                    + " Como se escreve uma entrega está em tests/lab/CORRIGIR.md.")
    int corrigir(@Mixin CorrigirComando corrigir) throws IOException {
        return corrigir.rodar();
    }

    @Command(name = "procurar", sortOptions = false, description =
            "procura a história mais curta que mostra para que serve um mecanismo, ou que com todos nada falha",
            footer = "Não põe nada de pé: são as mesmas regras, com rede, disco e relógio de mentira.")
    int procurar(@Mixin Procurar procurar) throws IOException {
        return procurar.rodar();
    }

    @Command(name = "relatorio", description = "faz o relatório de rastros guardados")
    int relatorio(@Parameters(paramLabel = "RASTRO", arity = "1..*", description = "arquivos JSON Lines") List<Path> rastros,
            @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/relatorio.html",
                    description = "onde o escrever (padrão: ${DEFAULT-VALUE})") Path html) throws IOException {
        ErroDeUso.semRepetir("o rastro", rastros);
        Arquivos.conferirSaida("--relatorio", html);
        List<Relatorio.Secao> secoes = new ArrayList<>();
        for (Path rastro : rastros) {
            secoes.add(Relatorio.Secao.doArquivo(rastro));
        }
        Relatorio.escrever(html, secoes, null);
        System.out.println("O relatório, para abrir no navegador: " + html.toAbsolutePath());
        return 0;
    }

    @Command(name = "rede", description = "fica entre os papéis: atrasa, perde, repete, troca e segura as mensagens",
            footer = "Comandos pelo teclado: cortar, ligar, emudecer, segurar, soltar, perder, perda, atraso, estado,"
                    + " ajuda, sair.")
    int rede(@Mixin RedeComando rede) {
        return rede.rodar(defesa(), registro(), this::pronto, this::ativo);
    }

    @Command(name = "palco", description =
            "põe uma parte de pé, com a rede no meio, e obedece ao teclado: clientes, processos e rede",
            footer = "No teclado: depositar, matar, parar, cortar, segurar, soltar, estado… (ajuda mostra tudo; sair"
                    + " acaba com tudo).")
    int palco(@Parameters(paramLabel = "PARTE", description = "de 1 a 4, ou 3raft") String parte,
            @Option(names = "--clientes", paramLabel = "N", defaultValue = "2",
                    description = "quantos clientes podem ligar-se (padrão: ${DEFAULT-VALUE})") int clientes) {
        ErroDeUso.exigir("--clientes", clientes, 1, 9);
        Arquitetura qual = Arquitetura.ler(parte);
        exigirChavesNaVariavel();
        return new PalcoComando().rodar(qual, clientes, this::pronto, this::ativo);
    }

    @Command(name = "sala", sortOptions = false, description =
            "a sala de aula: uma parte de pé, e uma página em que se move cada mensagem",
            footer = "Quem abre o endereço que se mostra age; sem #agir=…, só vê. Ctrl-C acaba com tudo.")
    int sala(@Mixin SalaComando sala) {
        exigirChavesNaVariavel();
        return sala.rodar(this::pronto, this::ativo);
    }

    @Command(name = "exercicios", description = "lista os exercícios; ou corrige a solução e os erros que um aluno faria")
    int exercicios(
            @Parameters(paramLabel = "NOME", arity = "0..*", description = "quais (padrão: todos)") List<String> quais,
            @Option(names = "--tabela", description = "de cada um, a nota da solução e de cada erro, e porquê")
                    boolean tabela,
            @Option(names = "--inteira", description = "na tabela, faz todas as provas; sem ela, as que bastam: a nota de um"
                    + " erro é então o mais que podia ter") boolean inteira) throws IOException {
        return ExerciciosComando.listar(quais == null ? List.of() : quais, tabela, inteira);
    }

    @Command(name = "exercicio", description = "escreve a pasta de um exercício: o enunciado, e a regra por fazer")
    int exercicio(@Mixin ExerciciosComando exercicio) {
        return exercicio.rodar();
    }

    /** Os processos que aqui se iniciam leem as chaves na variável, e quem está no meio deles também. */
    private void exigirChavesNaVariavel() {
        Optional<Path> daVariavel = Optional.ofNullable(System.getenv("BANCO_CHAVES")).filter(pasta -> !pasta.isBlank())
                .map(Path::of);
        Optional<Path> dadas = defesa().chaves().map(Chaves::pasta);
        if (dadas.isPresent() && !dadas.equals(daVariavel)) {
            throw new ErroDeUso("aqui as chaves dão-se a todos os processos de uma vez: em vez de --chaves, export"
                    + " BANCO_CHAVES=" + dadas.get());
        }
    }

    private static void contar(Ato ato) {
        System.out.println("\n" + ato.titulo() + ":");
        for (Veredito v : ato.vereditos()) {
            System.out.printf(Locale.ROOT, "  %-34s %s%n", v.qual().nome(), v.valor());
            v.detalhes().forEach(linha -> System.out.println(Terminal.quebrar(linha).indent(6).stripTrailing()));
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Lab(), args));
    }
}
