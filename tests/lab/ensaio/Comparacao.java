package tests.lab.ensaio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import shared.Operacao;
import shared.papel.Carga;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Falha;
import tests.Pergunta;
import tests.Processo;
import tests.lab.palco.Lugar;
import tests.lab.palco.Montagem;
import tests.lab.palco.Parte;

/** Põe uma parte de pé, faz dois clientes trabalharem ao mesmo tempo e observa em que estado cada réplica ficou. */
public final class Comparacao {

    /** O trabalho, igual para todas as partes: cada cliente com a sua semente. */
    public record Trabalho(int ops, int contas, long semente) {

        public static final int CLIENTES = 2;

        int total() {
            return ops * CLIENTES;
        }

        /** A soma dos depósitos que os clientes pedem: nenhum depósito é recusado. */
        BigDecimal depositos() {
            BigDecimal soma = BigDecimal.ZERO;
            for (int cliente = 0; cliente < CLIENTES; cliente++) {
                for (Iterator<Operacao> ops = Carga.operacoes(semente + cliente, contas, this.ops); ops.hasNext(); ) {
                    Operacao op = ops.next();
                    soma = op.tipo() == Operacao.Tipo.DEPOSITO ? soma.add(op.valor()) : soma;
                }
            }
            return soma;
        }
    }

    /** Uma conta que não tem o mesmo saldo em todas as réplicas. */
    record Divergencia(String conta, List<BigDecimal> saldos) {

        BigDecimal diferenca() {
            return Collections.max(saldos).subtract(Collections.min(saldos));
        }
    }

    /** O que se observou numa parte. */
    record Relato(Parte parte, Trabalho trabalho, List<ObjectNode> estados, List<Map<String, String>> medidas,
            List<Divergencia> divergencias) {

        boolean recebeuTudo() {
            return estados.stream().allMatch(e -> e.get("seq").longValue() == trabalho.total());
        }

        boolean iguais() {
            return estados.stream().map(e -> e.get("resumo").textValue()).distinct().count() == 1;
        }

        /** Em cada réplica: o que há é o que entrou menos o que saiu, e entrou o que os clientes depositaram. */
        boolean conservou() {
            return estados.stream().allMatch(
                    e -> reais(e, "total").compareTo(reais(e, "depositado").subtract(reais(e, "sacado"))) == 0
                    && (!recebeuTudo() || reais(e, "depositado").compareTo(trabalho.depositos()) == 0));
        }

        /** Se a parte fez o que promete: todas conservam dinheiro; as ordenadas recebem tudo e ficam iguais. */
        boolean cumpriu() {
            return conservou() && (!parte.ordenada() || recebeuTudo() && iguais());
        }

        double soma(String medida) {
            return medidas.stream().mapToDouble(m -> Double.parseDouble(m.get(medida))).sum();
        }

        double maior(String medida) {
            return medidas.stream().mapToDouble(m -> Double.parseDouble(m.get(medida))).max().orElse(0);
        }

        private static BigDecimal reais(ObjectNode estado, String campo) {
            return estado.get(campo).decimalValue();
        }
    }

    private static final Duration SEM_PROGRESSO = Duration.ofSeconds(5);

    private final Parte parte;
    private final Trabalho trabalho;
    private final Lugar lugar;
    private final List<Processo> processos = new ArrayList<>();

    Comparacao(Parte parte, Trabalho trabalho, Lugar lugar) {
        this.parte = parte;
        this.trabalho = trabalho;
        this.lugar = lugar;
    }

    /** @throws Falha se um papel não fica de pé ou um cliente falha */
    Relato rodar() {
        try {
            List<Processo> clientes;
            if (parte.ordenada()) {
                iniciarServidores();
                clientes = iniciarClientes();
            } else { // os clientes esperam as réplicas numa barreira, para começarem juntos
                clientes = iniciarClientes();
                clientes.forEach(cliente -> cliente.esperarNoRegistro("esperar"));
                iniciarServidores();
            }
            List<Map<String, String>> medidas = clientes.stream().map(this::medida).toList();
            List<ObjectNode> estados = esperarEstados();
            return new Relato(parte, trabalho, estados, medidas, divergencias(estados));
        } finally {
            processos.forEach(Processo::encerrar);
            processos.forEach(Processo::close);
        }
    }

    private void iniciarServidores() {
        List<Processo> servidores = parte.servidores().stream()
                .map(papel -> iniciar(papel, List.of("--silencioso"))).toList();
        servidores.forEach(this::esperarPronto);
        esperarEmDia();
    }

    private List<Processo> iniciarClientes() {
        List<Processo> clientes = new ArrayList<>();
        for (int i = 0; i < Trabalho.CLIENTES; i++) {
            clientes.add(iniciar(parte.clientes().get(i), List.of("--silencioso", "carga",
                    "--ops", "" + trabalho.ops(), "--contas", "" + trabalho.contas(), "--semente",
                    "" + (trabalho.semente() + i))));
        }
        return clientes;
    }

    private Processo iniciar(Parte.Papel papel, List<String> mais) {
        List<String> argumentos = new ArrayList<>(papel.opcoes());
        argumentos.addAll(mais);
        String nome = "parte-" + parte.qual() + "-" + papel.nome();
        if (papel.guardaEstado()) {
            argumentos.addAll(List.of("--dados", lugar.pasta(nome)));
        }
        Processo processo = lugar.iniciar(papel.onde(), nome, papel.classe(), argumentos);
        processos.add(processo);
        return processo;
    }

    private void esperarPronto(Processo processo) {
        Processo.esperar("pronto:", processo.prazo(), () -> processo.temNoRegistro("pronto:") || !processo.vivo());
        if (!processo.temNoRegistro("pronto:")) {
            throw naoFicouDePe(processo);
        }
    }

    private Falha naoFicouDePe(Processo processo) {
        processo.esperarFim();
        String erro = processo.registro().stream().filter(linha -> linha.startsWith("erro")).findFirst()
                .orElse(String.join("\n", processo.registro()));
        return new Falha("parte " + parte.numero() + ": " + erro.replaceFirst("^erro: ", "")
                + (erro.contains("já está em uso") ? "; ou use ./run-all.sh --livres" : ""));
    }

    /** Uma barreira: sem ela, o primário confirmaria sozinho as primeiras operações, e o Raft só depois de uma eleição. */
    private void esperarEmDia() {
        Duration prazo = processos.get(0).prazo();
        parte.pedidos().values().forEach(porta ->
                Processo.esperar("o backup em dia, ou um líder", prazo, () -> emDia(porta)));
    }

    private boolean emDia(int porta) {
        try {
            return Montagem.podePedir(consultar(porta, "ESTADO"));
        } catch (SemResposta e) {
            return false; // acaba de começar
        }
    }

    private Map<String, String> medida(Processo cliente) {
        int codigo = cliente.esperarFim(Duration.ofMinutes(10));
        if (codigo != 0 || cliente.saida().isEmpty()) {
            throw naoFicouDePe(cliente);
        }
        Map<String, String> medida = new HashMap<>();
        for (String par : cliente.saida().get(cliente.saida().size() - 1).split(" ")) {
            String[] partes = par.split("=", 2);
            medida.put(partes[0], partes[1]);
        }
        return medida;
    }

    /** Espera até que todas as réplicas tenham recebido tudo, ou que nenhuma avance mais (algo se perdeu). */
    private List<ObjectNode> esperarEstados() {
        List<ObjectNode> estados = new ArrayList<>();
        long[] avanco = {-1, System.nanoTime()};
        Processo.esperar("fim da entrega", Duration.ofMinutes(10), () -> {
            estados.clear();
            parte.consultas().forEach(porta -> estados.add(consultar(porta, "ESTADO")));
            long recebidas = estados.stream().mapToLong(e -> e.get("seq").longValue()).sum();
            if (recebidas != avanco[0]) {
                avanco[0] = recebidas;
                avanco[1] = System.nanoTime();
            }
            return estados.stream().allMatch(e -> e.get("seq").longValue() >= trabalho.total())
                    || System.nanoTime() - avanco[1] > SEM_PROGRESSO.toNanos();
        });
        return estados;
    }

    private List<Divergencia> divergencias(List<ObjectNode> estados) {
        List<Divergencia> lista = new ArrayList<>();
        for (int n = 1; n <= trabalho.contas(); n++) {
            String conta = Carga.conta(n);
            List<BigDecimal> saldos = parte.consultas().stream()
                    .map(porta -> consultar(porta, "SALDO", "conta", conta).get("saldo").decimalValue().setScale(2))
                    .collect(Collectors.toList());
            if (saldos.stream().distinct().count() > 1) {
                lista.add(new Divergencia(conta, saldos));
            }
        }
        return lista;
    }

    private ObjectNode consultar(int porta, String pedido, String... pares) {
        try (Requisicao requisicao = new Requisicao(lugar.defesa(), new Endereco("127.0.0.1", porta), 5_000, 2)) {
            return Pergunta.fazer(requisicao, pedido, pares);
        }
    }
}
