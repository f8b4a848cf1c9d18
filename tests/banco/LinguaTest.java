///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A língua da máquina não importa: os mesmos arquivos, linhas e respostas em árabe, turco ou tailandês.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part3/regra/grupos/Condutor.java ../Cena.java ../Testes.java ../lab/Lab.java ../sim/Parte3Grupos.java
//SOURCES ../sim/Verificador.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.local;
import static tests.Cena.saque;

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
import shared.papel.Papel;
import tests.Cena.Fim;
import tests.Cena;
import tests.Processo;
import tests.Testes;

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

    @Test
    @DisplayName("de língua em língua, mortos com kill -9: cada uma acha o que a anterior deixou, e diz as mesmas linhas")
    void sequenciadorEReplica() throws IOException {
        int pedidos = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        int consulta = Processo.portaLivre();
        List<List<String>> linhas = new ArrayList<>();
        List<String> linguas = Stream.concat(Stream.of("en-US"), LINGUAS.stream()).toList();
        for (int i = 0; i < linguas.size(); i++) {
            String lingua = linguas.get(i);
            Processo sequenciador = papel(lingua, "part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem,
                    "--dados", temp.resolve("sequenciador"));
            Processo replica = papel(lingua, "part3.Replica", "--pedidos", local(pedidos), "--ordem", local(ordem),
                    "--consulta", consulta, "--dados", temp.resolve("replica"));
            List<Processo> dois = List.of(sequenciador, replica);
            dois.forEach(LinguaTest::esperarPronto);
            Path lote = cena.lote(deposito("d0", "ana", "10.50"), saque("s" + i, "ana", "0.25")); // o primeiro, só uma vez
            Fim cliente = fim(papel(lingua, "part3.Client", "--sequenciador", local(pedidos), "lote", lote));
            assertEquals(List.of("OK seq=1", "OK seq=" + (i + 2)), cliente.saida(), lingua);
            Cena.esperarSeq(i + 2, consulta);
            esperarLinha(sequenciador, ".* ordenar seq=" + (i + 2) + " .*");
            esperarLinha(replica, ".* aplicar seq=" + (i + 2) + " .*");
            for (Processo p : dois) {
                assertTrue(p.temNoRegistro(" recuperado ultimo=" + (linhas.isEmpty() ? 0 : linhas.size() + 1) + " "),
                        () -> lingua + " " + p.registro());
            }
            linhas.add(dois.stream().flatMap(p -> p.registro().stream())
                    .filter(l -> l.matches("pronto:.*|.* (recuperado|aplicar) .*"))
                    .filter(l -> !l.contains("id_msg=d0"))
                    .map(l -> l.replaceAll("historia=\\w+", "historia=H").replaceAll("[0-9]+", "N"))
                    .sorted().toList());
            dois.forEach(Processo::matar);
        }
        linhas.forEach(l -> assertEquals(linhas.get(0), l));
        for (String papel : List.of("sequenciador", "replica")) {
            assertEquals(List.of("diario-000000000001.jsonl", "meta.json", "trava"), nomes(temp.resolve(papel)), papel);
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
                    papel(lingua, "part2.RpcServer", "--porta", rpc, "--workers", local(fila), "--dados",
                            temp.resolve("rpc")),
                    papel(lingua, "part2.Worker", "--porta", fila, "--rpc", local(rpc), "--consulta", consultas[0],
                            "--dados", temp.resolve("worker")),
                    papel(lingua, "part4.Witness", "--porta", testemunha, "--dados", temp.resolve("testemunha")),
                    papel(lingua, "part4.Primary", "--pedidos", pedidos, "--atualizacoes", Processo.portaLivre(),
                            "--testemunha", local(testemunha), "--consulta", consultas[1], "--dados",
                            temp.resolve("primario")),
                    papel(lingua, "part4.Backup", "--pedidos", Processo.portaLivre(), "--atualizacoes",
                            Processo.portaLivre(), "--testemunha", local(testemunha), "--consulta", consultas[2], "--dados",
                            temp.resolve("backup")));
            todos.forEach(LinguaTest::esperarPronto);
            boolean denovo = lingua.equals("tr-TR");
            Processo um = papel(lingua, "part2.Client", "--rpc", local(rpc), "lote", doRpc);
            Processo outro = papel(lingua, "part4.Client", "--primario", local(pedidos), "lote", doPrimario);
            assertEquals(List.of("DEPOSITO enfileirado: d1", "SAQUE enfileirado: s1"), Cena.fim(um).saida());
            List<String> respostas = Cena.fim(outro).saida();
            String recusa = " resultado=RECUSADA (saldo insuficiente: ana tem 10.50)";
            assertTrue(respostas.toString()
                    .matches(denovo ? "\\[OK repetida resultado=APLICADA, OK repetida\\Q" + recusa + "\\E]"
                    : "\\[OK (seq=1|repetida) resultado=APLICADA, OK (seq=2|repetida)\\Q" + recusa + "\\E]"),
                    respostas.toString());
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
        Processo cena1 = papel("ar-EG", "tests.lab.Lab", "cena", "ordem-total-converge", "--relatorio",
                temp.resolve("c.html"));
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
        Processo ajudas = Processo.iniciar("tests.banco.LinguaTest$Ajudas");
        assertEquals(0, fim(ajudas).codigo(), () -> ajudas.registro().toString());
        for (List<String> linhas : List.of(ajudas.saida(), ajudas.registro())) {
            List<String> porLingua = List.of(String.join("\n", linhas).split("=== [\\w-]+\n?"));
            assertEquals(LINGUAS.size() + 1, porLingua.size() - 1);
            assertEquals(List.of(porLingua.get(1).strip()), porLingua.stream().skip(1).map(String::strip)
                    .distinct().toList());
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
                for (Class<?> papel : List.of(part1.Client.class, part1.Replica.class, part2.Client.class,
                        part2.RpcServer.class,
                        part2.Worker.class, part3.Client.class, part3.Sequencer.class, part3.Replica.class,
                        part4.Client.class,
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
        String extensoes = locale.getExtensionKeys().stream().map(e -> e + "-" + locale.getExtension(e))
                .collect(Collectors.joining("-"));
        List<String> comando = new ArrayList<>(List.of("env", "JAVA_TOOL_OPTIONS=-Duser.language=" + locale.getLanguage()
                + " -Duser.country=" + locale.getCountry() + (extensoes.isEmpty() ? "" : " -Duser.extensions=" + extensoes),
                System.getProperty("java.home") + "/bin/java"));
        comando.addAll(Processo.DEPRESSA);
        comando.addAll(List.of("-cp", System.getProperty("java.class.path"), papel));
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

    private static void esperarLinha(Processo quem, String qual) {
        Processo.esperar("a linha " + qual, MUITOS, () -> quem.registro().stream().anyMatch(linha -> linha.matches(qual)));
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
