///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Todos os pares de opções de todos os servidores: os que se contradizem recusam-se, os outros não.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part1/Client.java ../../part1/Replica.java
//SOURCES ../../part2/Client.java ../../part2/RpcServer.java ../../part2/Worker.java
//SOURCES ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//SOURCES ../../part4/Client.java ../../part4/Primary.java ../../part4/Backup.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine;
import shared.papel.Papel;
import tests.Cena;
import tests.Processo;
import tests.Testes;

/**
 * Outro processo dá a cada papel, um por um, todos os pares de opções dele. Um par que se aceita vai até abrir uma porta num
 * endereço que não é desta máquina, e acaba com código 1; um que se recusa nem chega lá, e acaba com 2.
 */
@DisplayName("Combinações de opções")
class CombinacoesTest {

    private static final List<Class<?>> SERVIDORES = List.of(part1.Replica.class, part2.RpcServer.class, part2.Worker.class,
            part3.Sequencer.class, part3.Replica.class, part4.Primary.class, part4.Backup.class, part4.Witness.class);

    /** Os pares que se recusam, por papel; todos os outros se aceitam. */
    private static final Map<String, Set<String>> RECUSADOS = Map.of(
            "part1.Replica", Set.of("--mostrar-banco --silencioso"),
            "part2.RpcServer", Set.of("--dados --memoria", "--do-zero --memoria"),
            "part2.Worker", Set.of("--dados --memoria", "--do-zero --memoria", "--mostrar-banco --silencioso"),
            "part3.Sequencer", Set.of("--dados --memoria", "--do-zero --memoria"),
            "part3.Replica", Set.of("--dados --memoria", "--do-zero --memoria", "--mostrar-banco --silencioso"),
            "part4.Primary", Set.of("--dados --memoria", "--do-zero --memoria", "--mostrar-banco --silencioso",
                    "--semente --testemunha"),
            "part4.Backup", Set.of("--dados --memoria", "--do-zero --memoria", "--mostrar-banco --silencioso",
                    "--semente --testemunha", "--promover --testemunha", "--do-zero --promover", "--memoria --promover",
                    "--promover --sem-recuperacao", "--sem-recuperacao --testemunha"),
            "part4.Witness", Set.of("--dados --memoria", "--do-zero --memoria"));

    /** O que não é um par, ou depende dos valores: a linha de comando, e o que o erro diz; sem erro, aceita-se. */
    private static final Map<String, String> LINHAS = linhas(
            "part4.Backup --promover --testemunha 127.0.0.1 | quem decide é ela",
            "part4.Backup --primario 127.0.0.1 --pedidos-primario 127.0.0.1:9 --atualizacoes-primario 127.0.0.1:9 |"
                    + " já dizem tudo",
            "part4.Backup --primario 127.0.0.1:9 | vai só a máquina",
            "part4.Backup --primario [::1] | ",
            "part4.Backup --pedidos 9 --atualizacoes 9 | a porta 9 não serve às duas",
            "part4.Primary --pedidos 9 --consulta 9 | --pedidos e --consulta: a porta 9 não serve às duas",
            // desliga-se de propósito, para se ver para que serve
            "part4.Primary --confirmacao assincrona --testemunha 127.0.0.1 | ",
            "part4.Witness --semente | --semente: não serve à testemunha",
            "part3.Replica --sequenciador 127.0.0.1 --pedidos 127.0.0.1:9 --ordem 127.0.0.1:9 | já dizem tudo",
            "part3.Replica --sequenciador 127.0.0.1:9 | vai só a máquina",
            "part3.Replica --sequenciador 127.0.0.1,[::1],127.0.0.2:9 | '127.0.0.2:9' tem porta, e aqui vai só a máquina",
            "part3.Replica --sequenciador 127.0.0.1,[::1] | ",
            "part3.Replica --sequenciador 127.0.0.1,127.0.0.1 | 127.0.0.1:6003 aparece duas vezes",
            "part3.Replica --ordem 127.0.0.1:9,127.0.0.1 | '127.0.0.1': falta a porta",
            "part3.Replica --pedidos 127.0.0.1:9,127.0.0.1:9 | 127.0.0.1:9 aparece duas vezes",
            "part3.Client --sequenciador 127.0.0.1,127.0.0.1:6002 depositar ana 1 | 127.0.0.1:6002 aparece duas vezes",
            "part3.Client --sequenciador 127.0.0.1, depositar ana 1 | '': esperava MAQUINA:PORTA",
            "part3.Sequencer --pedidos 9 --ordem 9 | a porta 9 não serve às duas",
            "part2.Worker --porta 7001 | --porta e --consulta: a porta 7001 não serve às duas",
            "part2.Worker --porta 7001 --consulta 0 | ",
            "part2.Worker --rpc 127.0.0.1:9,127.0.0.1:9 | 127.0.0.1:9 aparece duas vezes",
            "part2.RpcServer --workers 127.0.0.1:9,127.0.0.1:9 | 127.0.0.1:9 aparece duas vezes",
            "part1.Replica --clientes 127.0.0.1:5555,127.0.0.1 | 127.0.0.1:5555 aparece duas vezes",
            "part1.Client --esperar -1 depositar ana 1 | --esperar N: '-1' não serve; N vai de 0 em diante",
            "part1.Client depositar ana 1 --esperar -1 | --esperar N: '-1' não serve",
            "part3.Client --consultas 127.0.0.1:9,127.0.0.1:9 estado | 127.0.0.1:9 aparece duas vezes",
            "part4.Client --primario 127.0.0.1,127.0.0.1:6004 saldo ana | 127.0.0.1:6004 aparece duas vezes");

    @TempDir
    private static Path dados;

    private static final Map<String, String> erros = new LinkedHashMap<>();   // por linha de comando
    private static final Map<String, Integer> codigos = new LinkedHashMap<>();
    private static final Cena cena = new Cena();

    @BeforeAll
    static void rodar() {
        List<String> comando = new ArrayList<>(
                List.of("env", "BANCO_DADOS=" + dados, System.getProperty("java.home") + "/bin/java"));
        comando.addAll(Processo.DEPRESSA);
        comando.addAll(List.of("-cp", System.getProperty("java.class.path"), "tests.processos.CombinacoesTest$Todas",
                dados.resolve("outra").toString()));
        Processo todas = cena.iniciarPrograma(comando.toArray(String[]::new));
        assertEquals(0, todas.esperarFim(Duration.ofMinutes(4)), () -> String.join("\n", todas.registro()));
        String linha = "";
        for (String escrita : todas.registro()) {
            if (escrita.startsWith("=== ")) {
                linha = escrita.substring(4);
                erros.put(linha, "");
            } else {
                erros.merge(linha, escrita, (antes, esta) -> (antes + "\n" + esta).strip());
            }
        }
        todas.saida().stream().map(s -> s.split(" => ")).forEach(s -> codigos.put(s[0], Integer.parseInt(s[1])));
        assertTrue(codigos.keySet().equals(erros.keySet()) && codigos.size() > 200, () -> codigos.size() + " e "
                + erros.size());
    }

    @AfterAll
    static void encerrar() {
        cena.close();
    }

    @Test
    @DisplayName("recusam-se exatamente os pares que se contradizem, e o erro diz os dois nomes e o que fazer")
    void pares() {
        for (Class<?> papel : SERVIDORES) {
            String nome = papel.getName();
            Map<String, Integer> destes = codigos.entrySet().stream().filter(e -> e.getKey().startsWith("par " + nome + " "))
                    .collect(Collectors.toMap(e -> e.getKey().substring(nome.length() + 5), Map.Entry::getValue));
            Set<String> recusados = destes.entrySet().stream().filter(e -> e.getValue() == 2).map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(new TreeSet<>(RECUSADOS.get(nome)), recusados, nome);
            destes.forEach((par, codigo) -> {
                String erro = erros.get("par " + nome + " " + par);
                assertTrue(codigo == 2 ? Stream.of(par.split(" ")).allMatch(erro::contains)
                        && erro.contains(" não vão juntas: ")
                        : codigo == 1 && erro.contains("erro: não consegui escutar em 192.0.2.1"), nome + " " + par + ": "
                        + codigo + " " + erro);
            });
        }
    }

    @Test
    @DisplayName("o que depende de três opções, ou dos valores")
    void outras() {
        LINHAS.forEach((linha, diz) -> {
            assertEquals(diz.isEmpty() ? 1 : 2, codigos.get(linha), () -> linha + ": " + erros.get(linha));
            assertTrue(erros.get(linha).contains(diz.isEmpty() ? "erro: não consegui escutar em " : diz), () -> linha + ": "
                    + erros.get(linha));
            assertTrue(diz.isEmpty() || erros.get(linha).startsWith("erro de uso: "), () -> linha + ": " + erros.get(linha));
        });
    }

    private static Map<String, String> linhas(String... linhas) {
        Map<String, String> todas = new LinkedHashMap<>();
        Stream.of(linhas).map(linha -> linha.split(" \\| ?", 2)).forEach(linha -> todas.put(linha[0], linha[1]));
        return todas;
    }

    /** O outro processo. */
    public static final class Todas {

        public static void main(String[] args) throws ReflectiveOperationException {
            for (Class<?> papel : SERVIDORES) {
                List<OptionSpec> opcoes = new CommandLine(papel.getConstructor().newInstance()).getCommandSpec()
                        .options().stream()
                        .filter(opcao -> !opcao.usageHelp() && !opcao.versionHelp()
                        && !Set.of("--bind", "--chaves").contains(opcao.longestName()))
                        .filter(opcao -> papel != part4.Witness.class || !opcao.longestName().equals("--semente")).toList();
                for (OptionSpec uma : opcoes) {
                    for (OptionSpec outra : opcoes) {
                        if (uma.longestName().compareTo(outra.longestName()) < 0) {
                            List<String> linha = new ArrayList<>(List.of("--bind", "192.0.2.1"));
                            Stream.of(uma, outra).forEach(
                                    opcao -> linha.addAll(dada(opcao, args[0] + papel.getName(), opcoes.indexOf(opcao))));
                            dizer("par " + papel.getName() + " " + uma.longestName() + " " + outra.longestName(),
                                    papel, linha);
                        }
                    }
                }
            }
            for (String linha : LINHAS.keySet()) {
                List<String> palavras = new ArrayList<>(List.of(linha.split(" ")));
                Class<?> papel = Class.forName(palavras.remove(0));
                palavras.addAll(0, SERVIDORES.contains(papel) ? List.of("--bind", "192.0.2.1") : List.of());
                dizer(linha, papel, palavras);
            }
            System.exit(0);
        }

        private static List<String> dada(OptionSpec opcao, String pasta, int n) {
            String valor = switch (opcao.paramLabel()) {
                case "PORTA" -> "" + (20_000 + n);
                case "HOST", "HOST[,…]" -> "127.0.0.1";
                case "NOME" -> "x";
                case "PASTA" -> pasta;
                case "G" -> "1";
                case "QUANDO" -> "assincrona";
                default -> "127.0.0.1:" + (21_000 + n);
            };
            return opcao.arity().max() == 0 ? List.of(opcao.longestName()) : List.of(opcao.longestName(), valor);
        }

        private static void dizer(String nome, Class<?> papel, List<String> linha) throws ReflectiveOperationException {
            System.err.println("=== " + nome);
            int codigo = Papel.executar((Papel) papel.getConstructor().newInstance(), linha.toArray(String[]::new));
            System.out.println(nome + " => " + codigo);
        }
    }

    public static void main(String[] args) {
        Testes.rodar(CombinacoesTest.class);
    }
}
