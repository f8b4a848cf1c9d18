///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A língua da máquina não importa: os mesmos arquivos, as mesmas linhas, as mesmas respostas em árabe, turco ou tailandês.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Testes.java Cena.java lab/Lab.java lab/Processo.java ../part1/Client.java ../part1/Replica.java
//SOURCES ../part2/Client.java ../part2/RpcServer.java ../part2/Worker.java ../part3/Client.java ../part3/Replica.java
//SOURCES ../part3/Sequencer.java ../part4/Backup.java ../part4/Client.java ../part4/Primary.java ../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.local;
import static tests.Cena.saque;
import static tests.Cena.transferencia;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.Papel;
import tests.Cena.Fim;
import tests.lab.Processo;

/** Os processos recebem a língua como a pessoa a daria: pela variável JAVA_TOOL_OPTIONS. */
@DisplayName("Línguas")
class LinguaTest {

    private static final List<String> LINGUAS = List.of("ar-EG", "fa-IR", "bn-BD", "tr-TR", "pt-BR", "th-TH-u-nu-thai");

    /** Prazo para muitos processos de uma vez. */
    private static final Duration MUITOS = Duration.ofMinutes(3);

    private final Cena cena = new Cena();

    @TempDir
    private Path temp;

    @AfterEach
    void fechar() {
        cena.close();
    }

    /** Um sequenciador, uma réplica, e o que disseram numa língua e, mortos com kill -9, noutra. */
    private final class Par {

        private final int pedidos = Processo.portaLivre();
        private final int ordem = Processo.portaLivre();
        private final int consulta = Processo.portaLivre();
        private final Path pasta;
        private Processo sequenciador;
        private Processo replica;

        Par(String nome) {
            pasta = temp.resolve(nome);
        }

        void iniciar(String lingua) {
            sequenciador = papel(lingua, "part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem, "--dados", pasta.resolve("s"));
            replica = papel(lingua, "part3.Replica", "--pedidos", local(pedidos), "--ordem", local(ordem),
                    "--consulta", consulta, "--dados", pasta.resolve("r"));
        }

        Processo cliente(String lingua, Path lote) {
            return papel(lingua, "part3.Client", "--sequenciador", local(pedidos), "lote", lote);
        }

        void matar() {
            sequenciador.matar();
            replica.matar();
        }

        /** O que disseram, sem a hora, nem o que muda de uma vez para outra, nem o que só se diz se a máquina é lenta. */
        List<String> registros() {
            return Stream.of(sequenciador, replica).flatMap(p -> p.registro().stream())
                    .filter(linha -> linha.matches("(pronto:|.* (recuperado|ordenar|aplicar) ).*"))
                    .map(linha -> linha.replaceAll("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} ", "").replaceAll("\\b\\d{5}\\b", "PORTA")
                            .replaceAll("historia=\\w+", "historia=H")).sorted().toList();
        }
    }

    @Test
    @DisplayName("em cada língua, mortos e reiniciados noutra: os mesmos arquivos, as mesmas linhas, e nada se perde")
    void sequenciadorEReplica() throws IOException {
        Path primeiro = cena.lote(deposito("d1", "ana", "10.50"), saque("s1", "ana", "99"));
        Path segundo = cena.lote(deposito("d1", "ana", "10.50"), transferencia("t1", "ana", "bia", "0.25"));
        List<String> linguas = new ArrayList<>(LINGUAS);
        linguas.add("en-US"); // a última é a medida das outras
        List<Par> pares = linguas.stream().map(Par::new).toList();
        paraCada(linguas, (i, lingua) -> pares.get(i).iniciar(lingua));
        List<Fim> antes = clientes(pares, linguas, primeiro);
        pares.forEach(par -> Cena.esperarSeq(2, par.consulta));
        List<List<String>> vida1 = esperarRegistros(pares, 2);
        pares.forEach(Par::matar);
        List<String> outras = Stream.concat(linguas.stream().skip(1), Stream.of("ar-EG")).toList();
        paraCada(outras, (i, lingua) -> pares.get(i).iniciar(lingua));
        List<Fim> depois = clientes(pares, outras, segundo);
        pares.forEach(par -> Cena.esperarSeq(3, par.consulta));
        List<List<String>> vida2 = esperarRegistros(pares, 1);
        for (int i = 0; i < pares.size(); i++) {
            String lingua = linguas.get(i);
            assertEquals(List.of("OK seq=1", "OK seq=2"), antes.get(i).saida(), lingua);
            assertEquals(List.of("OK seq=1", "OK seq=3"), depois.get(i).saida(), lingua);
            assertEquals(vida1.get(pares.size() - 1), vida1.get(i), lingua);
            assertEquals(vida2.get(pares.size() - 1), vida2.get(i), lingua);
            assertTrue(vida2.get(i).stream().anyMatch(l -> l.startsWith("sequencer recuperado ultimo=2 ")), vida2.get(i).toString());
            assertEquals(List.of("diario-000000000001.jsonl", "meta.json", "trava"), nomes(pares.get(i).pasta.resolve("s")), lingua);
            assertEquals(List.of("diario-000000000001.jsonl", "meta.json", "trava"), nomes(pares.get(i).pasta.resolve("r")), lingua);
            assertEquals("10.25 0.25", Cena.saldo(pares.get(i).consulta, "ana") + " " + Cena.saldo(pares.get(i).consulta, "bia"));
        }
    }

    @Test
    @DisplayName("em árabe também os outros papéis que guardam estado; e em turco acham tudo o que deixaram")
    void osOutrosPapeis() throws IOException {
        int rpc = Processo.portaLivre();
        int fila = Processo.portaLivre();
        int testemunha = Processo.portaLivre();
        int pedidos = Processo.portaLivre();
        int[] consultas = {Processo.portaLivre(), Processo.portaLivre(), Processo.portaLivre()};
        Path doRpc = cena.lote(deposito("d1", "ana", "10.50"), saque("s1", "ana", "0.25"));
        Path doPrimario = cena.lote(deposito("d1", "ana", "10.50"), saque("s1", "ana", "99"));
        for (String lingua : List.of("ar-EG", "tr-TR")) {
            List<Processo> todos = List.of(
                    papel(lingua, "part2.RpcServer", "--porta", rpc, "--workers", local(fila), "--dados", temp.resolve("rpc")),
                    papel(lingua, "part2.Worker", "--porta", fila, "--rpc", local(rpc), "--consulta", consultas[0],
                            "--dados", temp.resolve("worker")),
                    papel(lingua, "part4.Witness", "--porta", testemunha, "--dados", temp.resolve("testemunha")),
                    papel(lingua, "part4.Primary", "--pedidos", pedidos, "--atualizacoes", Processo.portaLivre(),
                            "--testemunha", local(testemunha), "--consulta", consultas[1], "--dados", temp.resolve("primario")),
                    papel(lingua, "part4.Backup", "--pedidos", Processo.portaLivre(), "--atualizacoes", Processo.portaLivre(),
                            "--testemunha", local(testemunha), "--consulta", consultas[2], "--dados", temp.resolve("backup")));
            todos.forEach(LinguaTest::esperarPronto);
            boolean denovo = lingua.equals("tr-TR");
            Processo um = papel(lingua, "part2.Client", "--rpc", local(rpc), "lote", doRpc);
            Processo outro = papel(lingua, "part4.Client", "--primario", local(pedidos), "lote", doPrimario);
            assertEquals(List.of("DEPOSITO enfileirado: d1", "SAQUE enfileirado: s1"), Cena.fim(um).saida());
            List<String> respostas = Cena.fim(outro).saida();
            String recusa = " resultado=RECUSADA (saldo insuficiente: ana tem 10.50)";
            assertTrue(respostas.toString().matches(denovo ? "\\[OK repetida resultado=APLICADA, OK repetida\\Q" + recusa + "\\E]"
                    : "\\[OK (seq=1|repetida) resultado=APLICADA, OK (seq=2|repetida)\\Q" + recusa + "\\E]"), respostas.toString());
            Cena.esperarSeq(2, consultas);
            if (denovo) {
                assertTrue(todos.get(0).temNoRegistro("recuperado ultimo=2 "), () -> todos.get(0).registro().toString());
                assertTrue(todos.get(1).temNoRegistro("recuperado aplicadas=2 "), () -> todos.get(1).registro().toString());
                assertTrue(todos.get(2).temNoRegistro("recuperado visao=\"{"), () -> todos.get(2).registro().toString());
                assertTrue(todos.get(3).temNoRegistro("recuperado ultimo=2 "), () -> todos.get(3).registro().toString());
                assertEquals(List.of("10.25", "10.50", "10.50"),
                        Arrays.stream(consultas).mapToObj(porta -> Cena.saldo(porta, "ana")).toList());
            }
            todos.forEach(Processo::matar);
        }
        for (String papel : List.of("rpc", "worker", "testemunha", "primario", "backup")) {
            nomes(temp.resolve(papel)).forEach(nome -> assertTrue(nome.matches("[ -~]+"), papel + " " + nome));
        }
    }

    @Test
    @DisplayName("o laboratório compara e representa em árabe e em turco, com números que todos leem")
    void laboratorio() {
        Processo cena1 = papel("ar-EG", "tests.lab.Lab", "cena", "ordem-total-converge", "--relatorio", temp.resolve("c.html"));
        Fim daCena = fim(cena1);
        assertEquals(0, daCena.codigo(), daCena.erros() + daCena.texto());
        Processo comparar = papel("tr-TR", "tests.lab.Lab", "comparar", "3", "--livres", "--ops", 20, "--ensaio", 10,
                "--relatorio", temp.resolve("r.html"));
        Fim daComparacao = fim(comparar);
        assertEquals(0, daComparacao.codigo(), daComparacao.erros() + daComparacao.texto());
        for (Fim fim : List.of(daCena, daComparacao)) {
            assertTrue(fim.texto().codePoints().noneMatch(c -> c > '9' && Character.isDigit(c)), fim.texto());
        }
        assertTrue(daComparacao.texto().matches("(?s).*\\d\\.\\d.*"), daComparacao.texto());
    }

    @Test
    @DisplayName("a ajuda, a versão e os erros são os mesmos em todas as línguas; um número em árabe não é um número")
    void ajuda() {
        Processo ajudas = Processo.iniciar("tests.LinguaTest$Ajudas");
        assertEquals(0, fim(ajudas).codigo(), () -> ajudas.registro().toString());
        for (List<String> linhas : List.of(ajudas.saida(), ajudas.registro())) {
            List<String> porLingua = List.of(String.join("\n", linhas).split("=== [\\w-]+\n?"));
            assertEquals(LINGUAS.size() + 1, porLingua.size() - 1);
            assertEquals(List.of(porLingua.get(1).strip()), porLingua.stream().skip(1).map(String::strip).distinct().toList());
        }
        assertTrue(ajudas.temNoRegistro("'٦٠٠٢': uma porta vai de 1 a 65535"), () -> ajudas.registro().toString());
        assertTrue(ajudas.temNoRegistro("'١٠' não é um valor"), () -> ajudas.registro().toString());
    }

    /** Outro processo, que em cada língua pede a cada papel a ajuda e lhe dá argumentos que não servem. */
    public static final class Ajudas {
        public static void main(String[] args) {
            Papel.executar(new part3.Client(), new String[] {"--version"}); // acerta os acentos da saída
            for (String lingua : Stream.concat(Stream.of("en-US"), LINGUAS.stream()).toList()) {
                Stream.of(System.out, System.err).forEach(saida -> saida.println("=== " + lingua));
                for (Class<?> papel : List.of(part1.Client.class, part1.Replica.class, part2.Client.class, part2.RpcServer.class,
                        part2.Worker.class, part3.Client.class, part3.Sequencer.class, part3.Replica.class, part4.Client.class,
                        part4.Primary.class, part4.Backup.class, part4.Witness.class, tests.lab.Lab.class)) {
                    dizer(lingua, papel, "--help");
                }
                dizer(lingua, part3.Client.class, "--consultas", "a:٦٠٠٢", "estado");
                dizer(lingua, part3.Client.class, "depositar", "ana", "١٠");
                dizer(lingua, part3.Client.class, "carga", "--ops", "x");
                dizer(lingua, part3.Sequencer.class, "--PEDIDOS", "1");
                dizer(lingua, part4.Primary.class, "--confirmacao", "SINCRONA");
            }
        }

        private static void dizer(String lingua, Class<?> papel, String... argumentos) {
            Locale.setDefault(Locale.forLanguageTag(lingua));
            try {
                Papel.executar((Papel) papel.getConstructor().newInstance(), argumentos);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    // ───── Ferramentas ─────

    private Processo papel(String lingua, String papel, Object... argumentos) {
        Locale locale = Locale.forLanguageTag(lingua);
        String extensoes = locale.getExtensionKeys().stream().map(e -> e + "-" + locale.getExtension(e)).collect(Collectors.joining("-"));
        List<String> comando = new ArrayList<>(List.of("env", "JAVA_TOOL_OPTIONS=-Duser.language=" + locale.getLanguage()
                + " -Duser.country=" + locale.getCountry() + (extensoes.isEmpty() ? "" : " -Duser.extensions=" + extensoes),
                System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), papel));
        Stream.of(argumentos).map(String::valueOf).forEach(comando::add);
        return cena.iniciarPrograma(comando.toArray(String[]::new));
    }

    private static void esperarPronto(Processo processo) {
        Processo.esperar("pronto", MUITOS, () -> processo.temNoRegistro("pronto:") || !processo.vivo());
        processo.esperarPronto();
    }

    private static Fim fim(Processo processo) {
        processo.esperarFim(MUITOS);
        return Cena.fim(processo);
    }

    private interface PorLingua {
        void fazer(int i, String lingua);
    }

    private static void paraCada(List<String> linguas, PorLingua algo) {
        for (int i = 0; i < linguas.size(); i++) {
            algo.fazer(i, linguas.get(i));
        }
    }

    /** Um cliente por par, todos ao mesmo tempo. */
    private static List<Fim> clientes(List<Par> pares, List<String> linguas, Path lote) {
        pares.forEach(par -> List.of(par.sequenciador, par.replica).forEach(LinguaTest::esperarPronto));
        List<Processo> todos = new ArrayList<>();
        paraCada(linguas, (i, lingua) -> todos.add(pares.get(i).cliente(lingua, lote)));
        return todos.stream().map(LinguaTest::fim).toList();
    }

    /** As linhas que o sequenciador e a réplica escreveram, quando já escreveram as das operações novas. */
    private static List<List<String>> esperarRegistros(List<Par> pares, int novas) {
        return pares.stream().map(par -> {
            esperarLinhas(par.sequenciador, ".* ordenar .*", novas);
            esperarLinhas(par.replica, ".* aplicar .*", novas);
            return par.registros();
        }).toList();
    }

    private static void esperarLinhas(Processo quem, String quais, int quantas) {
        Processo.esperar("linhas " + quais, MUITOS, () ->
                quem.registro().stream().filter(linha -> linha.matches(quais)).count() == quantas);
    }

    private static List<String> nomes(Path pasta) throws IOException {
        try (Stream<Path> arquivos = Files.list(pasta)) {
            return arquivos.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    public static void main(String[] args) {
        Testes.rodar(LinguaTest.class);
    }
}
