//SOURCES Condutor.java Grupo.java Leituras.java
package part3.regra.grupos;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import shared.Operacao;
import shared.texto.ErroDeUso;
import shared.texto.MensagemInvalida;

/**
 * A porta deste quarto: em que grupo está cada conta. Cada grupo ordena as operações das suas contas sem esperar pelos
 * outros; o que passa dinheiro de um a outro é uma {@link Passagem}. O desenho está em part3/GRUPOS.md.
 *
 * @param quantos de 1 a 1000; escolhe-se uma vez, com o sistema vazio: outro número poria as contas noutros grupos
 */
public record Grupos(int quantos) {

    /** Começam assim a conta em que está o que saiu de um grupo e ainda não chegou a outro, e os id_msg dos dois passos. */
    public static final String EM_TRANSITO = "em trânsito";

    private static final int MAXIMO = 1_000;

    public Grupos {
        ErroDeUso.exigir("--grupos", quantos, 1, MAXIMO);
    }

    /**
     * O grupo de uma conta, de 0 em diante: o CRC-32 (o do zlib) do nome em UTF-8, dividido por {@link #quantos}, o resto.
     * Noutra língua dá o mesmo: {@code zlib.crc32(conta.encode()) % quantos}.
     */
    public int de(String conta) {
        CRC32 soma = new CRC32();
        soma.update(conta.getBytes(StandardCharsets.UTF_8));
        return (int) (soma.getValue() % quantos);
    }

    /** O grupo em que uma operação começa, e que lhe dá o número. */
    public int de(Operacao op) {
        return de(op.conta_origem());
    }

    /** Se o dinheiro passa de um grupo a outro. */
    public boolean passa(Operacao op) {
        return op.tipo() == Operacao.Tipo.TRANSFERENCIA && de(op.conta_destino()) != de(op);
    }

    /** @return a mesma, que um cliente pode pedir @throws MensagemInvalida se usa um nome que é do banco */
    public static Operacao exigir(Operacao op) {
        for (String nome : List.of(op.id_msg(), op.conta_origem(), op.conta_destino() == null ? "" : op.conta_destino())) {
            if (nome.startsWith(EM_TRANSITO)) {
                throw new MensagemInvalida("campo", "'" + nome + "': os nomes que começam com '" + EM_TRANSITO
                        + "' são do banco; use outro");
            }
        }
        return op;
    }
}
