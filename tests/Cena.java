//SOURCES lab/Processo.java ../shared/Json.java ../shared/Operacao.java ../shared/Requisicao.java
package tests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.Endereco;
import shared.Json;
import shared.Operacao;
import shared.Requisicao;
import tests.lab.Processo;

/** Os processos de um teste, que terminam com ele, e as perguntas que se fazem às portas deles. */
final class Cena implements AutoCloseable {

    /** Como um processo terminou. */
    record Fim(int codigo, List<String> saida, List<String> registro) {

        /** Toda a saída padrão, uma linha em cada linha. */
        String texto() {
            return String.join("\n", saida);
        }

        /** Todo o erro padrão. */
        String erros() {
            return String.join("\n", registro);
        }

        /** O número que a linha final de {@code carga} dá a esta chave. */
        long numero(String chave) {
            return Stream.of(texto().split(" ")).filter(par -> par.startsWith(chave + "="))
                    .mapToLong(par -> Long.parseLong(par.substring(chave.length() + 1))).findFirst().orElseThrow();
        }
    }

    private final List<Processo> processos = new ArrayList<>();

    /** Inicia um papel e não espera por nada. */
    Processo iniciar(String papel, Object... argumentos) {
        Processo processo = Processo.iniciar(papel, Stream.of(argumentos).map(String::valueOf).toArray(String[]::new));
        processos.add(processo);
        return processo;
    }

    /** Roda um papel, em geral um cliente, até o fim. */
    Fim rodar(String papel, Object... argumentos) {
        return fim(iniciar(papel, argumentos));
    }

    static Fim fim(Processo processo) {
        return new Fim(processo.esperarFim(), processo.saida(), processo.registro());
    }

    @Override
    public void close() {
        processos.forEach(Processo::close);
        processos.clear();
    }

    // ───── Perguntas ─────

    static String local(int porta) {
        return "127.0.0.1:" + porta;
    }

    /** Um pedido e a resposta dele, como texto, por um REQ que insiste. */
    static String pedir(int porta, String pedido) {
        try (Requisicao requisicao = new Requisicao(new Endereco("127.0.0.1", porta), 2_000, 5)) {
            return requisicao.pedir(pedido);
        }
    }

    private static ObjectNode perguntar(int porta, ObjectNode pedido) {
        return Json.ler(pedir(porta, Json.escrever(pedido)).getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode estado(int porta) {
        return perguntar(porta, Json.MAPPER.createObjectNode().put("pedido", "ESTADO"));
    }

    static String resumo(int porta) {
        return estado(porta).get("resumo").asText();
    }

    /** O saldo com 2 casas, como texto: 100.00. */
    static String saldo(int porta, String conta) {
        ObjectNode pedido = Json.MAPPER.createObjectNode().put("pedido", "SALDO").put("conta", conta);
        return perguntar(porta, pedido).get("saldo").decimalValue().setScale(2).toPlainString();
    }

    static ObjectNode resultado(int porta, String idMsg) {
        return perguntar(porta, Json.MAPPER.createObjectNode().put("pedido", "RESULTADO").put("id_msg", idMsg));
    }

    /** Espera que todas estas portas de consulta digam este {@code seq}, e nem mais nem menos. */
    static void esperarSeq(long seq, int... consultas) {
        for (int porta : consultas) {
            Processo.esperar("seq=" + seq + " na porta " + porta, Processo.PRAZO, () -> estado(porta).get("seq").asLong() == seq);
        }
    }

    /** Espera que este sequenciador ou primário tenha ao menos estes assinantes: o que ele difundir daqui em diante não se perde. */
    static void esperarAssinantes(int quantos, int pedidos) {
        Processo.esperar(quantos + " assinantes na porta " + pedidos, Processo.PRAZO,
                () -> estado(pedidos).get("assinantes").asInt() >= quantos);
    }

    // ───── Operações ─────

    static Operacao deposito(String idMsg, String conta, String valor) {
        return new Operacao(idMsg, Operacao.Tipo.DEPOSITO, conta, null, new BigDecimal(valor));
    }

    static Operacao saque(String idMsg, String conta, String valor) {
        return new Operacao(idMsg, Operacao.Tipo.SAQUE, conta, null, new BigDecimal(valor));
    }

    static Operacao transferencia(String idMsg, String origem, String destino, String valor) {
        return new Operacao(idMsg, Operacao.Tipo.TRANSFERENCIA, origem, destino, new BigDecimal(valor));
    }

    /** Depósito e saque do mesmo valor, muitas vezes: se a ordem de um par se troca, o saque é recusado. */
    static List<Operacao> pares(String conta, int quantos) {
        return IntStream.rangeClosed(1, quantos).boxed()
                .flatMap(i -> Stream.of(deposito(conta + "-d" + i, conta, i + ".10"), saque(conta + "-s" + i, conta, i + ".10")))
                .toList();
    }

    /** Um arquivo de {@code lote} com estas operações. */
    static Path lote(Path pasta, List<Operacao> operacoes) {
        return arquivo(pasta, operacoes.stream().map(Operacao::json).collect(Collectors.joining("\n", "", "\n")));
    }

    static Path arquivo(Path pasta, String texto) {
        try {
            return Files.writeString(Files.createTempFile(pasta, "lote", ".jsonl"), texto);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
