package tests.lab.vereditos;

import java.util.List;
import java.util.stream.Stream;

/** O que se julga de uma execução: o nome que os programas usam, o que as pessoas leem, e o que cada parte promete. */
public enum Propriedade {

    REPLICAS_IGUAIS("replicas-iguais", "as réplicas acabam iguais", "NÃO", "sim"),
    DINHEIRO_CONSERVADO("dinheiro-conservado", "o dinheiro se conserva", "sim", "sim"),
    SALDO_NUNCA_NEGATIVO("saldo-nunca-negativo", "nenhum saldo negativo", "sim", "sim"),
    CADA_ID_UMA_VEZ("cada-id-uma-vez", "repetir vale uma vez", "sim", "sim"),
    FIFO_POR_CLIENTE("fifo-por-cliente", "a ordem de cada cliente (FIFO)", "sim", "sim"),
    MESMA_ORDEM("mesma-ordem", "a mesma ordem em todas", "NÃO", "sim"),
    CONFIRMADO_NAO_SE_PERDE("confirmado-nao-se-perde", "o confirmado não se perde", "desconhecido", "sim"),
    ORDEM_DE_TEMPO_REAL("ordem-de-tempo-real", "a ordem do tempo real", "desconhecido", "sim"),
    /** Só se julga onde o rastro diz o que a pessoa quis; nenhuma parte o promete a quem repete com outro id_msg. */
    UMA_VONTADE_UMA_VEZ("uma-vontade-uma-vez", "o que se quis uma vez vale uma vez", "desconhecido", "desconhecido");

    private final String id;
    private final String nome;
    private final String multicast;
    private final String outras;

    Propriedade(String id, String nome, String multicast, String outras) {
        this.id = id;
        this.nome = nome;
        this.multicast = multicast;
        this.outras = outras;
    }

    /** O nome no rastro: {@code replicas-iguais}. */
    public String id() {
        return id;
    }

    /** O nome para pessoas, o mesmo em toda a parte. */
    public String nome() {
        return nome;
    }

    /** Se a parte a promete: {@code sim}, {@code NÃO}, ou {@code desconhecido} quando não se aplica. */
    public String promessa(int parte) {
        return parte == 1 ? multicast : outras;
    }

    /** As que todas as execuções têm. */
    public static List<Propriedade> deSempre() {
        return Stream.of(values()).filter(p -> p != UMA_VONTADE_UMA_VEZ).toList();
    }
}
