//DEPS me.tongfei:progressbar:0.10.1
//SOURCES ../disco/Arquivos.java Carga.java Consulta.java Contas.java ../texto/Endereco.java Papel.java ../rede/Requisicao.java
package shared.papel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import shared.Operacao;
import shared.disco.Arquivos;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Reais;
import shared.texto.Texto;

/**
 * O cliente de qualquer parte: o menu e os comandos são sempre os mesmos; muda só a {@link Conexao}, que cada
 * {@code partN/Client.java} abre à sua maneira. A saída padrão leva só a resposta.
 */
public abstract class Cliente extends Papel {

    /** O caminho até o sistema. Cada linha de execução abre a sua. */
    public interface Conexao extends AutoCloseable {
        /** Envia e espera o que a parte tiver para responder. @throws SemResposta se não veio nada no prazo */
        Resposta enviar(Operacao op);

        @Override
        void close();
    }

    /** O que a parte respondeu. @param aceita false se o sistema ou o banco recusou */
    public record Resposta(boolean aceita, String texto) {
        /** A resposta de um servidor que diz OK… ou ERRO…. */
        public static Resposta de(String texto) {
            return new Resposta(texto.startsWith("OK") && !texto.contains("resultado=RECUSADA"), texto);
        }
    }

    private static final int LARGURA = 79; // da barra, em colunas, se o terminal não tem menos
    private static final int CONTAS_MAXIMAS = 1_000_000;
    private static final int CONEXOES_MAXIMAS = 250; // cada porta atende 256 (shared.defesa.PortaAberta)

    @Option(names = "--consultas", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:7001", order = 50,
            scope = ScopeType.INHERIT, description = "portas de consulta das réplicas, para saldo, contas e estado (padrão: ${DEFAULT-VALUE})")
    private String consultas;

    /** Abre um caminho até o sistema. @throws Falha se não der */
    protected abstract Conexao conectar();

    /** Sem comando: o menu. */
    @Override
    public Integer call() throws IOException {
        BufferedReader teclado = new BufferedReader(new InputStreamReader(Arquivos.entrada(), StandardCharsets.UTF_8));
        try (Conexao conexao = conectar()) {
            while (true) {
                System.out.println("\n1 Depósito\n2 Saque\n3 Transferência\n4 Saldo\n0 Sair");
                String escolha = perguntar(teclado, "Opção: ");
                if (escolha == null || escolha.equals("0")) {
                    return 0;
                }
                try {
                    escolher(escolha, teclado, conexao);
                } catch (Falha | MensagemInvalida e) {
                    System.out.println("erro: " + Json.limpar(e.getMessage()));
                }
            }
        }
    }

    private void escolher(String escolha, BufferedReader teclado, Conexao conexao) throws IOException {
        switch (escolha) {
            case "1" -> repetirEEnviar(conexao, Operacao.deposito(perguntar(teclado, "Conta: "), perguntarValor(teclado)));
            case "2" -> repetirEEnviar(conexao, Operacao.saque(perguntar(teclado, "Conta: "), perguntarValor(teclado)));
            case "3" -> repetirEEnviar(conexao, Operacao.transferencia(perguntar(teclado, "Conta de origem: "),
                    perguntar(teclado, "Conta de destino: "), perguntarValor(teclado)));
            case "4" -> saldo(perguntar(teclado, "Conta: "));
            default -> System.out.println("'" + escolha + "' não está no menu");
        }
    }

    /** Diz o que entendeu, e envia: quem se enganou no valor ou na conta vê-o logo. */
    private static void repetirEEnviar(Conexao conexao, Operacao op) {
        String valor = op.valor().toPlainString().replace('.', ',');
        System.out.println(Json.limpar(switch (op.tipo()) {
            case DEPOSITO -> "Depósito de " + valor + " em " + op.conta_origem();
            case SAQUE -> "Saque de " + valor + " de " + op.conta_origem();
            case TRANSFERENCIA -> "Transferência de " + valor + " de " + op.conta_origem() + " para " + op.conta_destino();
        }));
        mostrar(conexao.enviar(op));
    }

    private static String perguntar(BufferedReader teclado, String pergunta) throws IOException {
        System.out.print(pergunta);
        System.out.flush();
        String linha = teclado.readLine();
        return linha == null ? null : linha.strip();
    }

    private static BigDecimal perguntarValor(BufferedReader teclado) throws IOException {
        String linha = perguntar(teclado, "Valor: ");
        return Reais.ler(linha == null ? "" : linha);
    }

    // ───── Comandos ─────

    @Command(name = "depositar", description = "deposita VALOR em CONTA")
    int depositar(@Parameters(paramLabel = "CONTA") String conta, @Parameters(paramLabel = "VALOR") BigDecimal valor) {
        return enviar(Operacao.deposito(conta, valor));
    }

    @Command(name = "sacar", description = "saca VALOR de CONTA")
    int sacar(@Parameters(paramLabel = "CONTA") String conta, @Parameters(paramLabel = "VALOR") BigDecimal valor) {
        return enviar(Operacao.saque(conta, valor));
    }

    @Command(name = "transferir", description = "transfere VALOR de ORIGEM para DESTINO")
    int transferir(@Parameters(paramLabel = "ORIGEM") String origem, @Parameters(paramLabel = "DESTINO") String destino,
            @Parameters(paramLabel = "VALOR") BigDecimal valor) {
        return enviar(Operacao.transferencia(origem, destino, valor));
    }

    /** Mostra o saldo em cada réplica que responde. */
    @Command(name = "saldo", description = "mostra o saldo de CONTA em cada réplica")
    protected int saldo(@Parameters(paramLabel = "CONTA") String conta) {
        return consultar(pedidoDeSaldo(conta), resposta -> mostrarSaldo(conta, resposta));
    }

    /** O pedido que se faz a quem responde a SALDO. */
    protected static String pedidoDeSaldo(String conta) {
        return Json.escrever(Json.MAPPER.createObjectNode().put("pedido", "SALDO").put("conta", conta));
    }

    /** Mostra a resposta a um pedido de saldo. @throws Falha se é um erro */
    protected static void mostrarSaldo(String conta, String resposta) {
        ObjectNode r = lerResposta(resposta);
        if (!r.path("saldo").isNumber()) {
            throw new Falha("não entendo a resposta " + Json.citar(resposta, 200));
        }
        BigDecimal saldo = r.get("saldo").decimalValue().setScale(2, RoundingMode.HALF_EVEN);
        System.out.println(Json.limpar(Json.texto(r, "id") + ": " + conta + " tem " + saldo.toPlainString()));
        exigirQueAnde(r);
    }

    /** @throws Falha se quem responde diz que parou: o que ele disse é velho, ou vai ser */
    private static void exigirQueAnde(ObjectNode resposta) {
        if (resposta.path("parada").isTextual()) {
            throw new Falha(Json.texto(resposta, "id") + " parou: " + resposta.get("parada").textValue());
        }
    }

    private static ObjectNode lerResposta(String resposta) {
        if (resposta.startsWith("ERRO")) {
            throw new Falha(resposta);
        }
        return Json.ler(resposta.getBytes(StandardCharsets.UTF_8));
    }

    @Command(name = "estado", description = "mostra o estado de cada réplica; resumos iguais = réplicas iguais")
    int estado() {
        Map<String, ObjectNode> estados = new LinkedHashMap<>();
        int codigo = consultar("{\"pedido\": \"ESTADO\"}", resposta -> {
            ObjectNode r = lerResposta(resposta);
            estados.put(Json.texto(r, "id"), r);
            System.out.println(Json.limpar(Json.texto(r, "id") + " " + r.properties().stream()
                    .filter(campo -> !Set.of("id", "parada").contains(campo.getKey())).map(Cliente::par).collect(Collectors.joining(" "))));
            exigirQueAnde(r);
        });
        if (estados.values().stream().map(r -> r.path("resumo").asText()).distinct().count() < 2) {
            return codigo;
        }
        boolean mesmoSeq = estados.values().stream().map(r -> r.path("seq").asLong()).distinct().count() == 1;
        throw new Falha("as réplicas não estão iguais (" + String.join(", ", estados.keySet()) + "): os resumos diferem"
                + (mesmoSeq ? ", com o mesmo seq; contas mostra onde" : "; os seq também: se não estão só a receber, contas mostra onde"));
    }

    /** Mostra todas as contas, uma coluna por réplica. */
    @Command(name = "contas", description = "mostra todas as contas, uma coluna por réplica, e marca as que diferem")
    int contas() {
        Map<String, Map<String, BigDecimal>> porReplica = new LinkedHashMap<>();
        int codigo = consultar(replica -> {
            try (Requisicao requisicao = new Requisicao(defesa(), replica, 1_000, 2)) {
                Contas.Pagina inteira = Contas.ler(pedido -> lerResposta(requisicao.perguntar(pedido)));
                String nome = porReplica.containsKey(inteira.id()) ? inteira.id() + " em " + replica : inteira.id();
                porReplica.put(nome, inteira.saldos());
                if (inteira.mudou()) {
                    System.err.println("atenção: " + Json.limpar(nome) + " mudou enquanto se lia; as linhas são de momentos diferentes");
                }
                return inteira.ultima();
            }
        }, Cliente::exigirQueAnde);
        Contas.tabela(porReplica).forEach(linha -> System.out.println(Json.limpar(linha)));
        return Contas.diferem(porReplica) ? 1 : codigo;
    }

    @Command(name = "lote", description = "envia as operações de ARQUIVO (- = entrada padrão)",
            footer = {"Uma operação por linha, com estas cinco chaves (DEPOSITO, SAQUE ou TRANSFERENCIA; sem destino, null):",
                "  {\"id_msg\": \"a1\", \"tipo\": \"DEPOSITO\", \"conta_origem\": \"ana\",",
                "   \"conta_destino\": null, \"valor\": 100.50}",
                "Numa linha sem id_msg, põe-se um novo; com ele, enviar o lote outra vez não repete nada."})
    int lote(@Parameters(paramLabel = "ARQUIVO") String arquivo) {
        int numero = 0;
        int enviadas = 0;
        int recusadas = 0;
        try (BufferedReader linhas = abrir(arquivo); Conexao conexao = conectar()) {
            for (String linha; (linha = linhas.readLine()) != null; ) {
                numero++;
                String json = numero == 1 && linha.startsWith("\uFEFF") ? linha.substring(1) : linha;
                if (!json.isBlank()) {
                    Resposta resposta = enviarDoLote(conexao, Json.ler(json.getBytes(StandardCharsets.UTF_8)));
                    enviadas++;
                    recusadas += resposta.aceita() ? 0 : 1;
                    mostrar(resposta);
                }
            }
        } catch (NoSuchFileException e) {
            throw new Falha("não encontrei o arquivo '" + arquivo + "'");
        } catch (AccessDeniedException e) {
            throw new Falha("sem permissão para ler o arquivo '" + arquivo + "'");
        } catch (CharacterCodingException e) {
            throw new Falha("linha " + (numero + 1) + " ou uma das seguintes: o texto não está em UTF-8; " + ate(enviadas));
        } catch (IOException e) {
            throw new Falha("não consigo ler '" + arquivo + "': não é um arquivo de texto (" + e.getMessage() + ")");
        } catch (MensagemInvalida | Falha e) {
            throw new Falha(numero == 0 ? e.getMessage() : "linha " + numero + ": " + e.getMessage() + "; " + ate(enviadas));
        }
        registro().linha("lote", "enviadas", enviadas, "recusadas", recusadas);
        return recusadas == 0 ? 0 : 1;
    }

    /** No fio, id_msg é obrigatório; num lote escrito à mão, quem o põe é o cliente. */
    private static Resposta enviarDoLote(Conexao conexao, ObjectNode linha) {
        if (!linha.has("id_msg")) {
            linha.put("id_msg", Operacao.novoId());
        }
        Operacao op = Operacao.de(linha);
        try {
            return conexao.enviar(op);
        } catch (SemResposta e) {
            throw indeterminada(op, e);
        }
    }

    private static Falha indeterminada(Operacao op, SemResposta e) {
        return new Falha("indeterminada (id_msg " + op.id_msg() + "): " + e.getMessage());
    }

    private static String ate(int enviadas) {
        return "antes dela " + (enviadas == 1 ? "foi enviada " : "foram enviadas ") + Texto.quantas(enviadas, "operação", "operações");
    }

    @Command(name = "carga", description = "envia operações ao acaso, repetíveis, e mede vazão e latência")
    int carga(@Option(names = "--ops", paramLabel = "N", defaultValue = "1000",
                    description = "quantas operações (padrão: ${DEFAULT-VALUE})") int ops,
            @Option(names = "--contas", paramLabel = "N", defaultValue = "10",
                    description = "quantas contas (padrão: ${DEFAULT-VALUE})") int contas,
            @Option(names = "--semente", paramLabel = "N", defaultValue = "1",
                    description = "a mesma semente dá as mesmas operações (padrão: ${DEFAULT-VALUE})") long semente,
            @Option(names = "--concorrencia", paramLabel = "N", defaultValue = "1",
                    description = "quantas operações de cada vez (padrão: ${DEFAULT-VALUE})") int concorrencia)
            throws InterruptedException {
        ErroDeUso.exigir("--ops", ops, 1, Integer.MAX_VALUE);
        ErroDeUso.exigir("--contas", contas, 1, CONTAS_MAXIMAS);
        ErroDeUso.exigir("--concorrencia", concorrencia, 1, CONEXOES_MAXIMAS);
        Iterator<Operacao> operacoes = Carga.operacoes(semente, contas, ops);
        List<Conexao> conexoes = new ArrayList<>();
        try {
            for (int i = 0; i < concorrencia; i++) {
                conexoes.add(conectar());
            }
            Carga.Medida medida = new Carga.Medida();
            try (ProgressBar barra = barra(ops)) {
                List<Thread> linhas = new ArrayList<>();
                for (Conexao conexao : conexoes) {
                    Thread linha = new Thread(() -> enviarTodas(operacoes, conexao, medida, barra));
                    linhas.add(linha);
                    linha.start();
                }
                for (Thread linha : linhas) {
                    linha.join();
                }
            }
            System.out.println(medida.resumo());
            return medida.completa() ? 0 : 1;
        } finally {
            conexoes.forEach(Conexao::close);
        }
    }

    private void enviarTodas(Iterator<Operacao> operacoes, Conexao conexao, Carga.Medida medida, ProgressBar barra) {
        for (Operacao op; (op = proxima(operacoes)) != null; barra.step()) {
            long inicio = System.nanoTime();
            try {
                Resposta resposta = conexao.enviar(op);
                medida.anotar(resposta.aceita(), System.nanoTime() - inicio);
            } catch (Falha e) {
                medida.indeterminada();
                registro().linha("indeterminada", "id_msg", op.id_msg(), "erro", e.getMessage());
                return; // cada uma custa o prazo inteiro: não insiste
            }
        }
    }

    private static Operacao proxima(Iterator<Operacao> operacoes) {
        synchronized (operacoes) {
            return operacoes.hasNext() ? operacoes.next() : null;
        }
    }

    /** A barra, no erro padrão; em lugar nenhum, se ele não é um terminal ou o cliente é silencioso. */
    private ProgressBar barra(int ops) {
        int largura = registro().silencioso() ? 0 : largura();
        return new ProgressBarBuilder().setTaskName("carga").setInitialMax(ops).setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(largura > 0 ? new ConsoleProgressBarConsumer(System.err, largura)
                        : new DelegatingProgressBarConsumer(texto -> { }, LARGURA))
                .build();
    }

    /**
     * As colunas que a barra pode ocupar no erro padrão; 0 se ele não é um terminal. Mais larga do que ele, ocuparia duas linhas, e
     * não se escreveria por cima de si mesma.
     */
    private static int largura() {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size <&2 2>/dev/null").redirectError(Redirect.INHERIT).start();
            String[] linhasEColunas = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ");
            if (linhasEColunas.length < 2) {
                return 0;
            }
            int colunas = Texto.inteiro(linhasEColunas[1]);
            return colunas == 0 ? LARGURA : Math.min(LARGURA, colunas - 1); // 0 = um terminal que não o sabe
        } catch (IOException | NumberFormatException e) {
            return System.console() == null ? 0 : LARGURA; // sem sh nem stty
        }
    }

    private int enviar(Operacao op) {
        try (Conexao conexao = conectar()) {
            Resposta resposta = conexao.enviar(op);
            mostrar(resposta);
            return resposta.aceita() ? 0 : 1;
        } catch (SemResposta e) {
            throw indeterminada(op, e);
        }
    }

    private static void mostrar(Resposta resposta) {
        System.out.println(Json.limpar(resposta.texto()));
    }

    private static String par(Map.Entry<String, JsonNode> campo) {
        return campo.getKey() + "=" + Json.porExtenso(campo.getValue());
    }

    /** Faz a mesma consulta a todas as réplicas. @return 0 se todas responderam, e nenhuma parou; senão 1 */
    private int consultar(String pedido, Consumer<String> mostrar) {
        return consultar(replica -> {
            try (Requisicao requisicao = new Requisicao(defesa(), replica, 1_000, 2)) {
                return requisicao.perguntar(pedido);
            }
        }, mostrar);
    }

    private <T> int consultar(Function<Endereco, T> perguntar, Consumer<T> mostrar) {
        int codigo = 0;
        for (Endereco replica : Endereco.lerLista(consultas, 0)) {
            try {
                mostrar.accept(perguntar.apply(replica));
            } catch (Falha | MensagemInvalida e) {
                System.err.println("erro: " + Json.limpar(e.getMessage()));
                codigo = 1;
            }
        }
        return codigo;
    }

    private static BufferedReader abrir(String arquivo) throws IOException {
        return arquivo.equals("-") ? new BufferedReader(new InputStreamReader(Arquivos.entrada(), StandardCharsets.UTF_8.newDecoder()))
                : Files.newBufferedReader(Path.of(arquivo));
    }
}
