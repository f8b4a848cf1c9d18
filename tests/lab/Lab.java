///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O laboratório: o mesmo trabalho nas quatro partes, lado a lado.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES palco/Aqui.java Cenas.java Comparacao.java rede/Conteudo.java maquinas/Ec2.java Ensaio.java Falhas.java vereditos/Garantias.java palco/Lugar.java
//SOURCES maquinas/Maquina.java palco/Montagem.java palco/Palco.java palco/PalcoComando.java palco/Parte.java palco/Processo.java rede/Rede.java rede/RedeComando.java relatorio/Relatorio.java
//SOURCES maquinas/TresMaquinas.java vereditos/Vereditos.java
//SOURCES ../../shared/disco/Arquivos.java ../../shared/papel/Carga.java ../../shared/papel/Papel.java
//SOURCES ../../part1/Client.java ../../part1/Replica.java
//SOURCES ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//SOURCES ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package tests.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.disco.Arquivos;
import shared.papel.Papel;
import shared.texto.ErroDeUso;
import shared.texto.Texto;
import tests.lab.Comparacao.Divergencia;
import tests.lab.Comparacao.Relato;
import tests.lab.Comparacao.Trabalho;
import tests.lab.maquinas.Ec2;
import tests.lab.palco.Aqui;
import tests.lab.palco.Lugar;
import tests.lab.palco.PalcoComando;
import tests.lab.palco.Parte;
import tests.lab.rede.RedeComando;
import tests.lab.relatorio.Relatorio;
import tests.lab.vereditos.Garantias;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

/** O laboratório: {@code comparar} é o que {@code ./run-all.sh} roda; cada {@code cena} é uma lição. */
@Command(name = "tests/lab/Lab.java", description = "O laboratório: o mesmo trabalho nas quatro partes, lado a lado.")
public final class Lab extends Papel {

    private static final int DIVERGENCIAS_MOSTRADAS = 3;
    private static final int LARGURA = 72;
    private static final int OPS_MAXIMAS = 10_000_000;
    private static final int CONTAS_MAXIMAS = 100_000;
    private static final int CLIENTES_MAXIMOS = 16;
    private static final String FALHAS = "perda 1%; 30% matar replica; 60% iniciar replica";

    @Override
    public Integer call() {
        throw new ErroDeUso("diga o que fazer: comparar, palco PARTE, cenas ou cena NOME (veja --help)");
    }

    @Command(name = "comparar", description = "roda o mesmo trabalho em cada parte e confere o que cada uma promete")
    int comparar(
            @Parameters(paramLabel = "PARTE", arity = "0..*", description = "as partes, de 1 a 4 (padrão: todas)") List<Integer> quais,
            @Option(names = "--ops", paramLabel = "N", defaultValue = "1000",
                    description = "operações de cada um dos dois clientes (padrão: ${DEFAULT-VALUE})") int ops,
            @Option(names = "--contas", paramLabel = "N", defaultValue = "10",
                    description = "contas usadas (padrão: ${DEFAULT-VALUE})") int contas,
            @Option(names = "--semente", paramLabel = "N", defaultValue = "1",
                    description = "a mesma semente dá as mesmas operações (padrão: ${DEFAULT-VALUE})") long semente,
            @Option(names = "--livres", description = "usa portas livres em vez das de costume") boolean livres,
            @Option(names = "--falhas", paramLabel = "LISTA", defaultValue = FALHAS,
                    description = {"o que corre mal no ensaio (padrão: ${DEFAULT-VALUE}).", Falhas.COMO + ". " + Falhas.QUANDO})
                    String falhas,
            @Option(names = "--clientes", paramLabel = "N", defaultValue = "2",
                    description = "clientes no ensaio (padrão: ${DEFAULT-VALUE})") int clientes,
            @Option(names = "--ensaio", paramLabel = "N", defaultValue = "150",
                    description = "operações de cada cliente no ensaio; 0 = sem ensaio (padrão: ${DEFAULT-VALUE})") int ensaio,
            @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/relatorio.html",
                    description = "onde escrever o relatório (padrão: ${DEFAULT-VALUE})") Path relatorio)
            throws IOException {
        List<Integer> numeros = quais == null ? List.of(1, 2, 3, 4) : quais;
        conferir(numeros, ops, contas, ensaio);
        ErroDeUso.exigir("--clientes", clientes, 1, CLIENTES_MAXIMOS);
        Falhas comFalhas = Falhas.ler(falhas);
        Trabalho trabalho = new Trabalho(ops, contas, semente);
        if (ensaio > 0) {
            Arquivos.conferirSaida("--relatorio", relatorio);
        }
        boolean cumpriram;
        try (Lugar lugar = new Aqui(livres)) {
            cumpriram = comparar(numeros.stream().map(numero -> Parte.numero(numero, lugar)).toList(), trabalho, lugar);
        }
        return ensaiar(numeros, new Ensaio.Trabalho(clientes, ensaio, contas, semente, comFalhas), falhas, relatorio) && cumpriram ? 0 : 1;
    }

    /** O que se pode pedir a uma comparação, aqui ou em três máquinas. @throws ErroDeUso com a opção que não serve */
    public static void conferir(List<Integer> partes, int ops, int contas, int ensaio) {
        partes.forEach(parte -> ErroDeUso.exigir("a parte", parte, 1, 4));
        ErroDeUso.semRepetir("a parte", partes);
        ErroDeUso.exigir("--ops", ops, 1, OPS_MAXIMAS);
        ErroDeUso.exigir("--contas", contas, 1, CONTAS_MAXIMAS);
        ErroDeUso.exigir("--ensaio", ensaio, 0, OPS_MAXIMAS);
    }

    /** O mesmo trabalho em cada parte, lado a lado. @return se todas cumpriram o que prometem */
    public static boolean comparar(List<Parte> partes, Trabalho trabalho, Lugar lugar) {
        List<Relato> relatos = new ArrayList<>();
        for (Parte parte : partes) {
            System.out.println("Parte " + parte.numero() + ", " + parte.nome() + ":");
            parte.servidores().forEach(papel -> System.out.println("  " + papel.comando()));
            parte.clientes().forEach(papel -> System.out.println("  " + papel.comando() + " carga"));
            relatos.add(new Comparacao(parte, trabalho, lugar).rodar());
        }
        System.out.printf(Locale.ROOT, "%nDois clientes ao mesmo tempo, %s de cada um, %s, semente %d.%n",
                Texto.quantas(trabalho.ops(), "operação", "operações"), Texto.quantas(trabalho.contas(), "conta", "contas"), trabalho.semente());
        medidas(relatos);
        veredictos(relatos);
        return relatos.stream().allMatch(Relato::cumpriu);
    }

    /** As mesmas operações outra vez, agora com a rede do laboratório no meio, e falhas. */
    private static boolean ensaiar(List<Integer> numeros, Ensaio.Trabalho trabalho, String falhas, Path relatorio) throws IOException {
        if (trabalho.ops() == 0) {
            return true;
        }
        anunciarEnsaio(trabalho, falhas);
        return mostrarEnsaio(numeros.stream().map(numero -> new Ensaio(trabalho, System.err::println).rodar(numero)).toList(), falhas, relatorio);
    }

    public static void anunciarEnsaio(Ensaio.Trabalho trabalho, String falhas) {
        System.out.printf(Locale.ROOT, "%nAgora com falhas: %s. %s, %s de cada um.%n",
                falhas.isBlank() ? "nenhuma" : falhas, Texto.quantas(trabalho.clientes(), "cliente", "clientes"),
                Texto.quantas(trabalho.ops(), "operação", "operações"));
    }

    /** As tabelas de um ensaio, e o relatório. @return se todas as partes cumpriram o que prometem */
    public static boolean mostrarEnsaio(List<Ensaio.Resultado> resultados, String falhas, Path relatorio) throws IOException {
        String forma = "%-17s %6s %7s %7s %6s %6s %6s %8s%n";
        System.out.printf(Locale.ROOT, "%n" + forma, "parte", "msg/op", "p50 ms", "p99 ms", "ops/s", "recus.", "indet.", "parado s");
        for (Ensaio.Resultado r : resultados) {
            linha(forma, nome(r), mensagens(r), milissegundos(r, r.p50()), milissegundos(r, r.p99()),
                    Texto.formatar("%.0f", r.opsPorSegundo()), r.recusadas(), r.indeterminadas(), Texto.formatar("%.1f", r.semServico()));
        }
        explicar(resultados);
        System.out.println();
        coluna("garantia (vista agora)", resultados.stream().map(r -> "parte " + r.montagem().parte()).toList());
        Garantias.TODAS.forEach(g -> coluna(g.nome(), resultados.stream().map(g::celula).toList()));
        System.out.println("✔ como promete   ✘ prometia   ~ não prometia: foi sorte   ? não se viu");
        resultados.stream().filter(r -> !r.cumpriu() || r.valor("replicas-iguais") == Valor.NAO).forEach(Lab::contarViolacoes);
        escreverRelatorio(relatorio, falhas, resultados);
        System.out.println("\nO relatório, para abrir no navegador: " + relatorio.toAbsolutePath());
        return resultados.stream().allMatch(Ensaio.Resultado::cumpriu);
    }

    private static void explicar(List<Ensaio.Resultado> resultados) {
        System.out.println("""
                p99: alto onde se perdem mensagens; o cliente pede de novo depois de 250 ms, 500 ms, 1 s…
                indet.: sem resposta até ao fim do prazo; não se sabe se valeram, e o cliente não pede mais
                parado s: o maior tempo em que nenhum cliente teve resposta""");
        resultados.stream().filter(r -> r.naoPedidas() > 0).forEach(r -> System.out.println("parte " + r.montagem().parte() + ": "
                + r.naoPedidas() + " operações ficaram por pedir, porque os clientes desistiram antes, ou passaram 2 minutos"));
    }

    /** A página com o que custou, as garantias e o diagrama de cada parte. */
    public static void escreverRelatorio(Path html, String falhas, List<Ensaio.Resultado> resultados) throws IOException {
        List<String> partes = resultados.stream().map(Lab::nome).toList();
        List<List<String>> linhas = new ArrayList<>();
        linhas.add(celulas("mensagens por operação", resultados, Lab::mensagens));
        linhas.add(celulas("até a resposta (na parte 1, até enviar), p50, ms", resultados, r -> milissegundos(r, r.p50())));
        linhas.add(celulas("o mesmo, p99, ms", resultados, r -> milissegundos(r, r.p99())));
        linhas.add(celulas("recusadas", resultados, r -> "" + r.recusadas()));
        linhas.add(celulas("indeterminadas", resultados, r -> "" + r.indeterminadas()));
        linhas.add(celulas("segundos sem serviço", resultados, r -> Texto.formatar("%.1f", r.semServico())));
        List<List<String>> garantias = Garantias.TODAS.stream().map(g -> celulas(g.nome(), resultados, g::porExtenso)).toList();
        List<Relatorio.Secao> secoes = resultados.stream()
                .map(r -> new Relatorio.Secao("Parte " + nome(r), List.of(), r.rastro().eventos())).toList();
        Relatorio.escrever(html, "As quatro partes, com falhas: " + (falhas.isBlank() ? "nenhuma" : falhas), secoes, List.of(
                new Relatorio.Tabela("O que custou", juntar("medida", partes), linhas),
                new Relatorio.Tabela("As garantias, vistas agora", juntar("garantia", partes), garantias)));
    }

    /** Sem respostas não há o que medir. */
    private static String milissegundos(Ensaio.Resultado r, double quanto) {
        return r.opsPorSegundo() == 0 ? "-" : Texto.formatar("%.1f", quanto);
    }

    /** Quem não tem a rede do laboratório no meio não as conta. */
    private static String mensagens(Ensaio.Resultado r) {
        return r.mensagensPorOp() == 0 ? "-" : Texto.formatar("%.1f", r.mensagensPorOp());
    }

    private static List<String> celulas(String nome, List<Ensaio.Resultado> resultados, Function<Ensaio.Resultado, String> celula) {
        return juntar(nome, resultados.stream().map(celula).toList());
    }

    private static List<String> juntar(String primeiro, List<String> resto) {
        return Stream.concat(Stream.of(primeiro), resto.stream()).toList();
    }

    private static void coluna(String nome, List<String> celulas) {
        String linha = celulas.stream().map(celula -> Texto.formatar("%-12s", celula)).collect(Collectors.joining());
        System.out.println((Texto.formatar("%-32s", nome) + linha)
                .replace("desconhecido", "?           ").stripTrailing());
    }

    private static String nome(Ensaio.Resultado r) {
        return r.montagem().parte() + " " + r.montagem().nome();
    }

    private static void contarViolacoes(Ensaio.Resultado r) {
        System.out.println("\nParte " + r.montagem().parte() + ":");
        r.vereditos().stream().filter(v -> v.valor() == Valor.NAO).forEach(v -> {
            System.out.println("  " + v.qual().nome() + ":");
            v.detalhes().forEach(linha -> System.out.println(quebrar(linha).indent(6).stripTrailing()));
        });
    }

    @Command(name = "ec2", description = "a mesma comparação em três máquinas, por ssh", sortOptions = false,
            footer = "O caminho inteiro, com o Security Group, está em tests/lab/EC2.md.")
    int ec2(@Mixin Ec2 ec2) throws IOException {
        return ec2.rodar(defesa());
    }

    @Command(name = "cenas", description = "lista as cenas")
    int cenas() {
        Cenas.nomes().forEach(nome -> System.out.printf(Locale.ROOT, "%-26s %s%n", nome, Cenas.titulo(nome)));
        return 0;
    }

    @Command(name = "cena", description = "representa uma cena, e conta o que aconteceu e por quê")
    int cena(@Parameters(paramLabel = "NOME", description = "qual (veja cenas)") String nome,
            @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/cena.html",
                    description = "onde escrever o diagrama (padrão: ${DEFAULT-VALUE})") Path relatorio,
            @Option(names = "--rastro", paramLabel = "PASTA",
                    description = "guarda também o rastro, em JSON Lines e no formato do ShiViz") Path pasta) throws IOException {
        Cenas.titulo(nome); // se não há, diz-se antes
        Arquivos.conferirSaida("--relatorio", relatorio);
        if (pasta != null) {
            Arquivos.conferirPasta("--rastro", pasta);
        }
        Cenas.Fim fim = Cenas.representar(nome);
        System.out.println(Cenas.titulo(nome));
        fim.historia().forEach(paragrafo -> System.out.println("\n" + quebrar(paragrafo)));
        fim.atos().forEach(Lab::contar);
        if (!fim.certa()) {
            System.out.println("\nA cena não saiu como devia: veja os vereditos.");
        }
        Relatorio.escrever(relatorio, Cenas.titulo(nome), fim.atos().stream()
                .map(ato -> new Relatorio.Secao(ato.titulo(), fim.historia(), ato.rastro().eventos())).toList(), List.of());
        System.out.println("\nO diagrama, para abrir no navegador: " + relatorio.toAbsolutePath());
        for (int i = 0; pasta != null && i < fim.atos().size(); i++) {
            Rastro rastro = fim.atos().get(i).rastro();
            rastro.guardar(pasta.resolve(nome + "-" + (i + 1) + ".jsonl"));
            Files.writeString(pasta.resolve(nome + "-" + (i + 1) + ".shiviz"), Rastro.shiviz(rastro.eventos()));
        }
        return fim.certa() ? 0 : 1;
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
            footer = "Comandos pelo teclado: cortar, ligar, emudecer, segurar, soltar, perder, perda, atraso, estado, ajuda, sair.")
    int rede(@Mixin RedeComando rede) {
        return rede.rodar(defesa(), registro(), this::pronto, this::ativo);
    }

    @Command(name = "palco", description = "põe uma parte de pé, com a rede no meio, e obedece ao teclado: clientes, processos e rede",
            footer = "No teclado: depositar, matar, parar, cortar, segurar, soltar, estado… (ajuda mostra tudo; sair acaba com tudo).")
    int palco(@Parameters(paramLabel = "PARTE", description = "de 1 a 4") int parte,
            @Option(names = "--clientes", paramLabel = "N", defaultValue = "2",
                    description = "quantos clientes podem ligar-se (padrão: ${DEFAULT-VALUE})") int clientes) {
        if (parte < 1 || parte > 4 || clientes < 1 || clientes > 9) {
            throw new ErroDeUso("as partes vão de 1 a 4, e --clientes de 1 a 9");
        }
        return new PalcoComando().rodar(parte, clientes, this::pronto, this::ativo);
    }

    private static void contar(Cenas.Ato ato) {
        System.out.println("\n" + ato.titulo() + ":");
        for (Veredito v : ato.vereditos()) {
            System.out.printf(Locale.ROOT, "  %-34s %s%n", v.qual().nome(), v.valor());
            v.detalhes().forEach(linha -> System.out.println(quebrar(linha).indent(6).stripTrailing()));
        }
    }

    /** O texto em linhas que cabem num terminal. */
    private static String quebrar(String texto) {
        return texto.replaceAll(Texto.formatar("(.{1,%d})(?: |$)", LARGURA), "$1\n").strip();
    }

    private static void medidas(List<Relato> relatos) {
        String forma = "%-17s %-10s %6s %6s  %-8s %8s %7s %7s%n";
        System.out.printf(Locale.ROOT, "%n" + forma, "parte", "réplica", "aplic.", "recus.", "resumo", "ops/s", "p50 ms", "p99 ms");
        for (Relato r : relatos) {
            for (int i = 0; i < r.estados().size(); i++) {
                ObjectNode e = r.estados().get(i);
                boolean primeira = i == 0;
                linha(forma, primeira ? r.parte().numero() + " " + r.parte().nome() : "",
                        e.get("id").textValue(), e.get("aplicadas"), e.get("recusadas"),
                        e.get("resumo").textValue().substring(0, 8),
                        primeira ? Texto.formatar("%.0f", r.soma("ops_s")) : "",
                        primeira ? Texto.formatar("%.2f", r.maior("p50_ms")) : "",
                        primeira ? Texto.formatar("%.2f", r.maior("p99_ms")) : "");
            }
        }
    }

    private static void veredictos(List<Relato> relatos) {
        String forma = "%-17s %-13s %-16s %-20s %s%n";
        System.out.printf(Locale.ROOT, "%n" + forma, "parte", "recebeu tudo", "réplicas iguais", "dinheiro conservado", "cumpriu");
        for (Relato r : relatos) {
            System.out.printf(Locale.ROOT, forma, r.parte().numero() + " " + r.parte().nome(), simOuNao(r.recebeuTudo()),
                    simOuNao(r.iguais()), simOuNao(r.conservou()), simOuNao(r.cumpriu()));
        }
        for (Relato r : relatos) {
            if (!r.iguais()) {
                contarDivergencia(r);
            } else if (!r.parte().ordenada()) {
                System.out.printf(Locale.ROOT, "%nParte %d: desta vez as réplicas coincidiram, por sorte: nada o garante. Rode de novo.%n",
                        r.parte().numero());
            }
        }
    }

    private static void contarDivergencia(Relato r) {
        List<Divergencia> contas = r.divergencias();
        System.out.printf(Locale.ROOT, "%nParte %d: as réplicas divergiram em %d de %s:%n", r.parte().numero(), contas.size(),
                Texto.quantas(r.trabalho().contas(), "conta", "contas"));
        for (Divergencia d : contas.subList(0, Math.min(DIVERGENCIAS_MOSTRADAS, contas.size()))) {
            String saldos = String.join(", ", IntStream.range(0, d.saldos().size())
                    .mapToObj(i -> r.estados().get(i).get("id").textValue() + " tem " + d.saldos().get(i)).toList());
            System.out.printf(Locale.ROOT, "  %s: %s (diferença de %s)%n", d.conta(), saldos, d.diferenca());
        }
        System.out.println(r.parte().ordenada()
                ? "Isto não devia acontecer: esta parte promete réplicas iguais."
                : "É a lição: cada réplica viu os dois clientes numa ordem, e um saque que cabe numa ordem\n"
                        + "é recusado na outra. A parte 3 cura isto com uma ordem só para todas.");
    }

    /** Escreve uma linha sem espaços no fim. */
    private static void linha(String forma, Object... campos) {
        System.out.println(Texto.formatar(forma, campos).stripTrailing());
    }

    private static String simOuNao(boolean valor) {
        return valor ? "sim" : "NÃO";
    }

    public static void main(String[] args) {
        System.exit(executar(new Lab(), args));
    }
}
