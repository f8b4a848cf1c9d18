//SOURCES ../texto/Endereco.java ../texto/Falha.java ../defesa/Recusas.java
package shared.rede;

import shared.defesa.Recusas;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * Ninguém respondeu no prazo. Não é uma recusa: a operação fica <b>indeterminada</b>, porque pode ter se perdido o
 * pedido (nada aconteceu) ou só a resposta (aconteceu). Repetir com o mesmo id_msg é seguro.
 */
public final class SemResposta extends Falha {

    /** @param mensagem o que se sabe, e o que fazer */
    public SemResposta(String mensagem) {
        super(mensagem);
    }

    public SemResposta(Endereco servidor, long esperouMs) {
        super("ninguém respondeu em " + servidor + " durante " + esperouMs / 1000 + " s. Confira: o processo está de pé?"
                + " escuta num endereço que se alcança daqui (--bind)? a porta " + servidor.porta()
                + " está aberta no Security Group?" + Recusas.dica(servidor));
    }
}
