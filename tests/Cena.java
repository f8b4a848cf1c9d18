//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Pergunta.java Processo.java
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.tempo.Lentidao;
import shared.texto.Endereco;

/** Os processos de um teste, que terminam com ele, e as perguntas que se fazem às portas deles. */
public final class Cena implements AutoCloseable {

    /** Como um processo terminou. */
    public record Fim(int codigo, List<String> saida, List<String> registro) {

        /** Toda a saída padrão, uma linha em cada linha. */
        public String texto() {
            return String.join("\n", saida);
        }

        /** Todo o erro padrão. */
        public String erros() {
            return String.join("\n", registro);
        }

        /** O número que a linha final de {@code carga} dá a esta chave. */
        public long numero(String chave) {
            return Stream.of(texto().split(" ")).filter(par -> par.startsWith(chave + "="))
                    .mapToLong(par -> Long.parseLong(par.substring(chave.length() + 1))).findFirst().orElseThrow();
        }
    }

    private static final Set<String> GUARDA_ESTADO =
            Set.of("part2.RpcServer", "part2.Worker", "part3.Sequencer", "part3.Replica",
            "part4.Primary", "part4.Backup", "part4.Witness");

    private final List<Processo> processos = new ArrayList<>();
    private final List<Path> arquivos = new ArrayList<>();

    /** Inicia um papel e não espera por nada. Como vai viver segundos, com o que faz o Java começar depressa. */
    public Processo iniciar(String papel, Object... argumentos) {
        return iniciarCom(List.of(), papel, argumentos);
    }

    /** O mesmo, num disco em que não cabe um arquivo de mais de {@code kib} KiB. */
    public Processo iniciarComDiscoDe(int kib, String papel, Object... argumentos) {
        return iniciarPor(List.of("bash", "-c", "ulimit -f " + kib + "; exec \"$@\"", "bash"), List.of(), papel, argumentos);
    }

    /** O mesmo, para um cliente que espera mais do que um espera: numa máquina ocupada, quem ele quer demora a voltar. */
    public Processo iniciarPaciente(String papel, Object... argumentos) {
        return iniciarCom(List.of("-D" + Lentidao.PROPRIEDADE + "=9"), papel, argumentos);
    }

    /** O mesmo que {@link #iniciar}, com opções a mais para a máquina virtual. */
    public Processo iniciarCom(List<String> daJvm, String papel, Object... argumentos) {
        return iniciarPor(List.of(), daJvm, papel, argumentos);
    }

    private Processo iniciarPor(List<String> programa, List<String> daJvm, String papel, Object... argumentos) {
        List<String> comando = new ArrayList<>(programa);
        comando.add(System.getProperty("java.home") + "/bin/java");
        comando.addAll(Processo.DEPRESSA);
        comando.addAll(daJvm);
        comando.addAll(List.of("-cp", System.getProperty("java.class.path"), papel));
        Stream.of(argumentos).map(String::valueOf).forEach(comando::add);
        if (GUARDA_ESTADO.contains(papel) && !comando.contains("--dados")) {
            comando.add("--memoria"); // o que se sabe morre com o teste
        }
        processos.add(Processo.comando(comando.toArray(String[]::new)));
        return processos.get(processos.size() - 1);
    }

    /** Inicia um programa qualquer e não espera por nada. */
    public Processo iniciarPrograma(String... comando) {
        processos.add(Processo.comando(comando));
        return processos.get(processos.size() - 1);
    }

    /** Roda um papel, em geral um cliente, até o fim. */
    public Fim rodar(String papel, Object... argumentos) {
        return fim(iniciar(papel, argumentos));
    }

    public static Fim fim(Processo processo) {
        return new Fim(processo.esperarFim(), processo.saida(), processo.registro());
    }

    /** O cliente não teve resposta: código 1, nada na saída padrão, e uma linha que diz o que conferir. */
    public static void assertDesistiu(String comeco, Fim fim) {
        assertEquals(1, fim.codigo());
        assertEquals(List.of(), fim.saida());
        assertTrue(fim.erros().matches("erro: " + comeco + " .*Confira: o processo está de pé\\?.*--bind.*Security Group.*"),
                fim.erros());
    }

    /**
     * Quem responde morre com uma carga a meio: ela, um comando e um lote insistem, desistem, dizem o que conferir, e nada
     * do que pediram se fez.
     *
     * @param cliente   inicia um cliente com estes argumentos
     * @param antes     o seq de antes da carga
     * @param consultas as das réplicas, que continuam a responder
     */
    public void assertDesistemSem(Processo quemResponde, int porta, Function<Object[], Processo> cliente, long antes,
            int... consultas) {
        Processo carga = cliente.apply(new Object[] {"--silencioso", "carga", "--ops", 1_000_000});
        esperarEstado(consultas[0], "o começo da carga", estado -> estado.get("seq").asLong() > antes);
        quemResponde.matar();
        Processo comando = cliente.apply(new Object[] {"depositar", "zeca", "2"});
        Processo lote = cliente.apply(new Object[] {"lote", lote(pares("zeca", 1))});
        assertDesistiu("indeterminada \\(id_msg [0-9a-f-]{36}\\): ninguém respondeu em " + local(porta), fim(comando));
        assertDesistiu("linha 1: indeterminada \\(id_msg zeca-d1\\): ninguém respondeu em " + local(porta), fim(lote));
        assertEquals(1, fim(carga).codigo());
        assertEquals(1, fim(carga).numero("indeterminadas"));
        for (int consulta : consultas) {
            assertEquals("0.00", saldo(consulta, "zeca"));
        }
    }

    @Override
    public void close() {
        processos.forEach(Processo::close);
        processos.clear();
        arquivos.forEach(arquivo -> arquivo.toFile().delete());
    }

    // ───── Perguntas ─────

    public static String local(int porta) {
        return "127.0.0.1:" + porta;
    }

    /** Um pedido e a resposta dele, por um REQ que insiste. */
    public static String pedir(int porta, String pedido) {
        try (Requisicao requisicao = requisicao(porta)) {
            return requisicao.pedir(pedido);
        }
    }

    /** A resposta a ESTADO, da porta de consulta ou da de pedidos. */
    public static ObjectNode estado(int porta) {
        try (Requisicao requisicao = requisicao(porta)) {
            return Pergunta.fazer(requisicao, "ESTADO");
        }
    }

    public static String resumo(int consulta) {
        return estado(consulta).get("resumo").asText();
    }

    /** O saldo com 2 casas, como texto: 100.00. */
    public static String saldo(int consulta, String conta) {
        try (Requisicao requisicao = requisicao(consulta)) {
            return Pergunta.fazer(requisicao, "SALDO", "conta", conta).get("saldo").decimalValue().setScale(2)
                    .toPlainString();
        }
    }

    /** APLICADA, RECUSADA ou DESCONHECIDA. */
    public static String resultado(int consulta, String idMsg) {
        try (Requisicao requisicao = requisicao(consulta)) {
            return Pergunta.fazer(requisicao, "RESULTADO", "id_msg", idMsg).get("resultado").asText();
        }
    }

    /** Espera que todas estas portas de consulta digam este {@code seq}. */
    public static void esperarSeq(long seq, int... consultas) {
        for (int porta : consultas) {
            esperarEstado(porta, "seq=" + seq, estado -> estado.get("seq").asLong() == seq);
        }
    }

    /** Espera que este sequenciador ou primário tenha tantos assinantes: o que difundir daqui em diante chega a eles. */
    public static void esperarAssinantes(int quantos, int pedidos) {
        esperarEstado(pedidos, quantos + " assinantes", estado -> estado.get("assinantes").asInt() == quantos);
    }

    public static void esperarEstado(int porta, String oQue, Predicate<ObjectNode> condicao) {
        ObjectNode[] ultimo = new ObjectNode[1];
        try (Requisicao requisicao = requisicao(porta)) {
            Processo.esperar(oQue, Processo.PRAZO, () -> condicao.test(ultimo[0] = Pergunta.fazer(requisicao, "ESTADO")));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; a porta " + porta + " diz " + ultimo[0], e);
        }
    }

    private static Requisicao requisicao(int porta) {
        return new Requisicao(Defesa.emClaro(), new Endereco("127.0.0.1", porta), 3_000, 10);
    }

    // ───── Operações ─────

    public static Operacao deposito(String idMsg, String conta, String valor) {
        return new Operacao(idMsg, Operacao.Tipo.DEPOSITO, conta, null, new BigDecimal(valor));
    }

    public static Operacao saque(String idMsg, String conta, String valor) {
        return new Operacao(idMsg, Operacao.Tipo.SAQUE, conta, null, new BigDecimal(valor));
    }

    public static Operacao transferencia(String idMsg, String origem, String destino, String valor) {
        return new Operacao(idMsg, Operacao.Tipo.TRANSFERENCIA, origem, destino, new BigDecimal(valor));
    }

    /** Depósito e saque do mesmo valor, muitas vezes: fora de ordem um saque seria recusado, e o saldo final não seria 0. */
    public static Operacao[] pares(String conta, int quantos) {
        return IntStream.rangeClosed(1, quantos).boxed()
                .flatMap(i -> Stream.of(deposito(conta + "-d" + i, conta, i + ".10"),
                        saque(conta + "-s" + i, conta, i + ".10")))
                .toArray(Operacao[]::new);
    }

    /** Um arquivo de {@code lote} com estas operações. */
    public Path lote(Operacao... operacoes) {
        return arquivo(Stream.of(operacoes).map(Operacao::json).collect(Collectors.joining("\n", "", "\n")));
    }

    public Path arquivo(String texto) {
        try {
            arquivos.add(Files.writeString(Files.createTempFile("banco-lote", ".jsonl"), texto));
            return arquivos.get(arquivos.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
