//SOURCES Boletim.java Classroom.java Correcao.java Folha.java Formatos.java NoTerminal.java Nota.java RedePropria.java
//SOURCES Referencia.java Turma.java
package tests.lab.correcao;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import shared.disco.Arquivos;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import tests.lab.palco.Entrega;
import tests.lab.provas.Catalogo;
import tests.lab.provas.Nivel;
import tests.lab.provas.Prova;

/** {@code lab corrigir}: uma entrega, ou as de uma turma. */
public final class CorrigirComando {

    private static final int DA_AMOSTRA = 4; // provas da referência, antes de uma entrega só

    @Parameters(paramLabel = "ENTREGA", arity = "0..1", description = "o arquivo que diz como se iniciam os programas")
    private Path arquivo;

    @Option(names = "--provas", paramLabel = "NOME", split = ",",
            description = "só estas; sequenciador são todas as que começam por sequenciador/")
    private List<String> quais;

    @Option(names = "--nivel", paramLabel = "NIVEL", description = "só as deste nível: basico, duravel ou tolerante")
    private String nivel;

    @Option(names = "--lista", description = "só diz que provas há, ou se fariam a esta entrega")
    private boolean lista;

    @Option(names = "--relatorio", paramLabel = "ARQUIVO", description = "a página (padrão: em --pasta)")
    private Path relatorio;

    @Option(names = "--junit", paramLabel = "ARQUIVO", description = "escreve também as notas em JUnit XML")
    private Path junit;

    @Option(names = "--gradescope", paramLabel = "ARQUIVO", description = "escreve também o results.json do Gradescope")
    private Path gradescope;

    @Option(names = "--classroom", description = "diz também os pontos como o GitHub Classroom os lê")
    private boolean classroom;

    @Option(names = "--pasta", paramLabel = "PASTA", defaultValue = "dados/correcao",
            description = "onde fica o que se escreve (padrão: ${DEFAULT-VALUE})")
    private Path pasta;

    @Option(names = "--sem-referencia", description = "não faz antes as provas aos nossos papéis: em casa, com pressa")
    private boolean semReferencia;

    @Option(names = "--referencia", paramLabel = "PARTE", description = "corrige os nossos papéis, de 1 a 4")
    private Integer referencia;

    @Option(names = "--turma", paramLabel = "PASTA",
            description = "corrige cada pasta que está nesta, com o seu correcao.json")
    private Path turma;

    @Option(names = "--com", paramLabel = "ENTREGA", description = "de uma turma, um arquivo só para todas as pastas")
    private Path com;

    @Option(names = RedePropria.DENTRO, hidden = true) // o próprio corretor, que se iniciou numa rede só dele
    private Path dentro;

    @Option(names = "--so", hidden = true)             // de uma turma, só esta pasta, e sem a tabela: também só ele
    private String so;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** @return 0 nota cheia, 1 menos, 2 alguma prova não se pôde fazer */
    public int rodar() throws IOException {
        if (Stream.of(arquivo, referencia, turma).filter(um -> um != null).count() != 1 && !(lista && arquivo == null)) {
            throw new ErroDeUso("diga o que corrigir: corrigir ENTREGA.json, ou --turma PASTA, ou --referencia PARTE"
                    + " (o que se escreve numa entrega está em tests/lab/CORRIGIR.md)");
        }
        if (com != null && turma == null) {
            throw new ErroDeUso("--com é de uma turma: falta --turma PASTA");
        }
        if (nivel != null && Stream.of(Nivel.values()).noneMatch(um -> um.nome().equals(nivel))) {
            throw ErroDeUso.naoHa("o nível", nivel, Stream.of(Nivel.values()).map(Nivel::nome).toList());
        }
        if (!lista) {
            Arquivos.conferirPasta("--pasta", pasta);
        }
        for (Path saida : Stream.of(relatorio, junit, gradescope).filter(um -> um != null).toList()) {
            Arquivos.conferirSaida("a saída", saida);
        }
        Referencia nossos = new Referencia(pasta, semReferencia);
        if (turma != null) {
            Turma destas = new Turma(turma, com, pasta, nossos, this::provas).comRede(new RedePropria(spec, dentro));
            return so == null ? destas.corrigir() : destas.corrigirSo(so);
        }
        if (referencia != null) {
            ErroDeUso.exigir("--referencia", referencia, 1, 4);
        }
        Entrega entrega = arquivo != null ? Entrega.ler(arquivo) : referencia == null ? null : Entrega.nossa(referencia);
        if (lista) {
            (entrega == null ? escolhidas(Catalogo.provas()) : provas(entrega)).forEach(CorrigirComando::listar);
            return 0;
        }
        return uma(entrega, nossos);
    }

    private static void listar(Prova prova) {
        System.out.println(prova.nome() + "  (" + prova.nivel().titulo() + ", " + prova.pontos() + ")");
        System.out.println("    " + prova.titulo());
    }

    private int uma(Entrega entrega, Referencia nossos) throws IOException {
        List<Prova> provas = provas(entrega);
        RedePropria rede = new RedePropria(spec, dentro);
        OptionalInt la = provas.isEmpty() ? OptionalInt.empty() : rede.corrigir(entrega);
        if (la.isPresent()) {
            return la.getAsInt();
        }
        String comando = "jbang tests/lab/Lab.java corrigir " + (arquivo == null ? "--referencia " + referencia : arquivo);
        double escala = referencia != null ? Referencia.FOLGA
                : nossos.medir(entrega, amostra(provas), System.err::println);
        System.out.println(Json.limpar(entrega.nome()) + ", parte " + entrega.parte() + ": "
                + String.join(", ", entrega.quePapeis()) + "\n");
        Correcao correcao = new Correcao(escala, nota -> NoTerminal.nota(nota, comando).forEach(System.out::println));
        correcao.comPreparada(rede.preparada());
        Boletim b = (quais == null ? correcao.medindo() : correcao).corrigir(entrega, provas);
        NoTerminal.boletim(b).forEach(System.out::println);
        Path html = relatorio != null ? relatorio : pasta.resolve("relatorio.html");
        Folha.escrever(html, b, comando);
        System.out.println("\nO relatório, para abrir no navegador: " + html.toAbsolutePath());
        if (junit != null) {
            Files.writeString(junit, Formatos.junit(b));
        }
        if (gradescope != null) {
            Files.writeString(gradescope, Json.escrever(Formatos.gradescope(b)) + "\n");
        }
        if (classroom) {
            Classroom.dizer(b);
        }
        return b.codigo();
    }

    /** Umas poucas, das básicas. */
    private static List<Prova> amostra(List<Prova> provas) {
        List<Prova> basicas = provas.stream().filter(prova -> prova.nivel() == Nivel.BASICO).limit(DA_AMOSTRA).toList();
        return basicas.isEmpty() ? provas.stream().limit(DA_AMOSTRA).toList() : basicas;
    }

    // ───── Que provas ─────

    /** As que se fazem a esta entrega, das que se pediram. */
    private List<Prova> provas(Entrega entrega) {
        return Correcao.queServem(escolhidas(Catalogo.provas()), entrega);
    }

    private List<Prova> escolhidas(List<Prova> todas) {
        List<Prova> doNivel = todas.stream().filter(prova -> nivel == null || prova.nivel().nome().equals(nivel)).toList();
        if (quais == null) {
            return doNivel;
        }
        List<Prova> destas = new ArrayList<>();
        for (String qual : quais) {
            List<Prova> achadas = doNivel.stream()
                    .filter(prova -> prova.nome().equals(qual) || prova.nome().startsWith(qual + "/")).toList();
            if (achadas.isEmpty()) {
                throw ErroDeUso.naoHa("a prova", qual, doNivel.stream().map(Prova::nome).distinct().toList());
            }
            destas.addAll(achadas);
        }
        return destas;
    }
}
