package tests.sim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import part1.Replica.Entrega;
import shared.Banco;
import shared.Operacao;
import shared.ordem.Aplicada;

/** A parte 1, só na procura: clientes que difundem, e réplicas (o núcleo de part1/Replica.java) que aplicam o que chega. */
final class Parte1 extends Cenario {

    private final List<Replica> replicas = new ArrayList<>();
    private long difundidas;

    Parte1(Mundo mundo, Defeito defeito, Alcance alcance) {
        super(mundo, defeito, alcance);
        for (int i = 1; i <= 2; i++) {
            Replica replica = new Replica("r" + i);
            replicas.add(replica);
            processos.put(replica.nome, replica);
            clientes.add(new Cliente("c" + i, mundo, List.of("todas"), false, false, this::difundir));
        }
    }

    /** Um cliente não espera por ninguém: diz, e já disse. */
    private void difundir(Cliente cliente, String todas, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        difundidas++;
        String texto = pedido.op.json();
        replicas.forEach(r -> rede.enviar(cliente.nome, r.nome, "operacoes", texto,
                () -> r.chegou(0, () -> r.receber(texto))));
        mundo.daquiA(0, () -> resposta.accept("enviada"));
    }

    private final class Replica extends Processo {

        private Entrega nucleo = new Entrega();

        Replica(String nome) {
            super(nome, Parte1.this, 100, Integer.MAX_VALUE);
        }

        @Override
        void iniciar() {
            nucleo = new Entrega();
        }

        @Override
        void passo() {
            // só recebe
        }

        private void receber(String texto) {
            Aplicada aplicada = nucleo.entregar(Operacao.ler(texto.getBytes(StandardCharsets.UTF_8)));
            aplicou(this, aplicada, nucleo.banco().saldo(aplicada.op().conta_origem()).toPlainString());
        }
    }

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return List.copyOf(processos.keySet());
    }

    @Override
    String falta() {
        return replicas.stream().allMatch(r -> r.nucleo.recebidas() == difundidas) ? null : "há operações a caminho";
    }

    @Override
    void conferir() {
        replicas.forEach(r -> refazer(List.copyOf(r.nucleo.banco().lembradas().todas().keySet()), r.nucleo.banco(), r.nome));
    }

    /** Cada réplica aplicou na ordem em que ouviu. */
    @Override
    String fraqueza() {
        return replicas.stream().map(r -> r.nucleo.banco().saldo("ana")).distinct().count() == 1 ? null
                : "cada réplica aplicou na ordem em que ouviu, e as duas não concordam";
    }

    @Override
    Map<String, Banco> bancos() {
        Map<String, Banco> bancos = new LinkedHashMap<>();
        replicas.forEach(r -> bancos.put(r.nome, r.nucleo.banco()));
        return bancos;
    }
}
