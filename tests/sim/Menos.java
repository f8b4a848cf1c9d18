package tests.sim;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * O que se tira a uma execução ao acaso, para ver se ainda falha: clientes que nada pedem, operações que se saltam,
 * mensagens que não chegam. A sorte do resto é a mesma.
 */
final class Menos {

    static final Menos NADA = new Menos(List.of(), List.of(), List.of());

    private final Set<String> clientes;
    private final Set<String> operacoes;
    private final BitSet mensagens = new BitSet();

    /** @param mensagens os números delas, por ordem de envio */
    Menos(List<String> clientes, List<String> operacoes, List<Integer> mensagens) {
        this.clientes = new HashSet<>(clientes);
        this.operacoes = new HashSet<>(operacoes);
        mensagens.forEach(this.mensagens::set);
    }

    boolean semCliente(String nome) {
        return clientes.contains(nome);
    }

    boolean semOperacao(String id) {
        return operacoes.contains(id);
    }

    boolean semMensagem(int numero) {
        return mensagens.get(numero);
    }
}
