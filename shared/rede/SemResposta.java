package shared.rede;

import java.util.List;
import java.util.stream.Collectors;
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

    /** @param dica o que mais se sabe deste servidor ({@code Desacordos.dica}) */
    public SemResposta(Endereco servidor, long esperouMs, String dica) {
        super("ninguém respondeu em " + servidor + " durante " + esperouMs / 1000 + " s. Confira: o processo está de pé?"
                + " escuta num endereço que se alcança daqui (--bind)? a porta " + servidor.porta()
                + " está aberta no Security Group?" + dica);
    }

    /** @param servidores só respondem se a maioria deles se fala */
    SemResposta(List<Endereco> servidores, long esperouMs, String dica) {
        super("ninguém respondeu em " + servidores.stream().map(Endereco::toString).collect(Collectors.joining(", "))
                + " durante " + esperouMs / 1000 + " s. Confira: a maioria está de pé, e uns alcançam os outros? escutam em"
                + " endereços que se alcançam daqui (--bind)? as portas estão abertas no Security Group?" + dica);
    }
}
