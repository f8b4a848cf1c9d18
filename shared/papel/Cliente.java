//SOURCES Carga.java EnvioDeCarga.java EnvioDeLote.java Menu.java Papel.java Replicas.java
package shared.papel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import shared.Operacao;
import shared.disco.Arquivos;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;

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

        /** Na saída padrão. */
        void mostrar() {
            System.out.println(Json.limpar(texto));
        }
    }

    private static final int CONTAS_MAXIMAS = 1_000_000;
    private static final int CONEXOES_MAXIMAS = 250; // cada porta atende 256 (shared.defesa.PortaAberta)

    @Option(names = "--consultas", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:7001", order = 50,
            scope = ScopeType.INHERIT,
            description = "portas de consulta das réplicas, para saldo, contas e estado (padrão: ${DEFAULT-VALUE})")
    private String consultas;

    /** Abre um caminho até o sistema. @throws Falha se não der */
    protected abstract Conexao conectar();

    /** Sem comando: o menu. */
    @Override
    public Integer call() throws IOException {
        BufferedReader teclado = new BufferedReader(new InputStreamReader(Arquivos.entrada(), StandardCharsets.UTF_8));
        try (Conexao conexao = conectar()) {
            new Menu(teclado, conexao, this::saldo).rodar();
        }
        return 0;
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
        return replicas().saldo(conta);
    }

    @Command(name = "estado", description = "mostra o estado de cada réplica; resumos iguais = réplicas iguais")
    int estado() {
        return replicas().estado();
    }

    @Command(name = "contas", description = "mostra todas as contas, uma coluna por réplica, e marca as que diferem")
    int contas() {
        return replicas().contas();
    }

    @Command(name = "lote", description = "envia as operações de ARQUIVO (- = entrada padrão)",
            footer = {
                "Uma operação por linha, com estas cinco chaves (DEPOSITO, SAQUE ou TRANSFERENCIA; sem destino, null):",
                "  {\"id_msg\": \"a1\", \"tipo\": \"DEPOSITO\", \"conta_origem\": \"ana\",",
                "   \"conta_destino\": null, \"valor\": 100.50}",
                "Numa linha sem id_msg, põe-se um novo; com ele, enviar o lote outra vez não repete nada."})
    int lote(@Parameters(paramLabel = "ARQUIVO") String arquivo) {
        EnvioDeLote lote = new EnvioDeLote(arquivo);
        lote.enviar(this::conectar);
        registro().linha("lote", "enviadas", lote.enviadas(), "recusadas", lote.recusadas());
        return lote.recusadas() == 0 ? 0 : 1;
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
        EnvioDeCarga carga = new EnvioDeCarga(Carga.operacoes(semente, contas, ops), registro());
        Carga.Medida medida = carga.enviar(ops, concorrencia, this::conectar);
        System.out.println(medida.resumo());
        return medida.completa() ? 0 : 1;
    }

    // ───── O que fazem ─────

    private Replicas replicas() {
        return new Replicas(defesa(), Endereco.lerLista(consultas, 0));
    }

    private int enviar(Operacao op) {
        try (Conexao conexao = conectar()) {
            Resposta resposta = enviar(conexao, op);
            resposta.mostrar();
            return resposta.aceita() ? 0 : 1;
        }
    }

    /** @throws Falha se não veio resposta; diz de que operação */
    static Resposta enviar(Conexao conexao, Operacao op) {
        try {
            return conexao.enviar(op);
        } catch (SemResposta e) {
            throw new Falha("indeterminada (id_msg " + op.id_msg() + "): " + e.getMessage());
        }
    }
}
