package part3.regra.grupos;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import shared.Operacao;
import shared.texto.Endereco;
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

    /** Da porta de um grupo à do seguinte. */
    public static final int ENTRE_PORTAS = 100;

    private static final int COM_PORTAS = 10;
    private static final int ULTIMA_PORTA = 65_535;
    private static final int MAXIMO = 1_000;

    public Grupos {
        ErroDeUso.exigir("--grupos", quantos, 1, MAXIMO);
    }

    /** A porta de um grupo: a do primeiro é a que se diz, a do segundo está 100 acima, a do terceiro 200… */
    public static int porta(int primeira, int grupo) {
        return primeira + ENTRE_PORTAS * grupo;
    }

    /** A porta de um grupo, na mesma máquina em que está a do primeiro. */
    public static List<Endereco> portas(List<Endereco> primeiras, int grupo) {
        return primeiras.stream().map(uma -> new Endereco(uma.maquina(), porta(uma.porta(), grupo))).toList();
    }

    /** Um processo tem portas para tantos grupos. @throws ErroDeUso se não */
    public static void exigirPortas(int grupos, int... primeiras) {
        ErroDeUso.exigir("--grupos", grupos, 1, COM_PORTAS);
        for (int uma : primeiras) {
            if (porta(uma, grupos - 1) > ULTIMA_PORTA) {
                throw new ErroDeUso("--grupos " + grupos + ": o último tem a porta " + porta(0, grupos - 1) + " acima da "
                        + uma + ", e passa de " + ULTIMA_PORTA);
            }
        }
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
