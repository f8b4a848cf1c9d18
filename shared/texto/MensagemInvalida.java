package shared.texto;

/**
 * Uma mensagem que não se pode aceitar. O texto diz, em português, qual campo e por quê; quem a recebeu
 * responde {@link #resposta()} (onde o padrão tem resposta), registra uma linha e segue em frente.
 */
public final class MensagemInvalida extends RuntimeException {

    private final String codigo;

    /**
     * @param codigo   uma palavra sem espaços, estável, para programas: json, campo, grande, pedido
     * @param mensagem a explicação, para pessoas
     */
    public MensagemInvalida(String codigo, String mensagem) {
        super(mensagem, null, false, false); // sem pilha: é um resultado esperado, não um defeito
        this.codigo = codigo;
    }

    /** A palavra que diz de que espécie é o erro. */
    public String codigo() {
        return codigo;
    }

    /** O texto que vai pelo fio: {@code ERRO <codigo>: <mensagem>}. */
    public String resposta() {
        return "ERRO " + codigo + ": " + getMessage();
    }
}
