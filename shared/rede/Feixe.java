//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Ligacao.java
package shared.rede;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import shared.texto.Endereco;
import shared.texto.Registro;

/**
 * Ligações a um ou mais que dizem todos o mesmo: ouvem-se todos, e pede-se a um só, até que a resposta não venha ou não
 * sirva; então, a outro. Quem o usa recebe o mesmo várias vezes, e de quem se atrasou também o que é velho.
 */
public final class Feixe {

    private final List<Ligacao> ligacoes;
    private int aQuem; // se pede
    private byte[] pedido; // o último

    /** Liga-se a cada um, com {@link Soquetes#manter}. */
    public Feixe(Soquetes soquetes, SocketType tipo, List<Endereco> com, Registro registro) {
        ligacoes = com.stream().map(endereco -> soquetes.manter(tipo, endereco, registro)).toList();
    }

    /** As ligações de vários, para {@link Soquetes#vigiar}. */
    public static List<Ligacao> ligacoes(Feixe... feixes) {
        return Stream.of(feixes).flatMap(feixe -> feixe.ligacoes.stream()).toList();
    }

    /** Entrega as mensagens que já chegaram, até {@link Soquetes#LOTE} de cada um, sem esperar por outras. */
    public void receber(Consumer<byte[]> entregar) {
        ligacoes.forEach(ligacao -> ligacao.receber(entregar));
    }

    /**
     * Pede, sem esperar, a um dos nossos. O mesmo pedido outra vez quer dizer que a resposta não veio, ou que quem a deu
     * também não sabe (está separado dos outros): faz-se ao seguinte.
     *
     * @return false se não cabe, ou se ninguém atende
     */
    public boolean enviar(byte[] mensagem) {
        int primeiro = Arrays.equals(mensagem, pedido) ? aQuem + 1 : aQuem;
        for (int i = 0; i < ligacoes.size(); i++) {
            int este = (primeiro + i) % ligacoes.size();
            if (ligacoes.get(este).nossa() && ligacoes.get(este).enviar(mensagem)) {
                aQuem = este;
                pedido = mensagem;
                return true;
            }
        }
        return false;
    }

    /** Se do outro lado está algum dos nossos: só a esses se diz o que o sistema original não entende. */
    public boolean nossa() {
        return ligacoes.stream().anyMatch(Ligacao::nossa);
    }

    /** Com quem: os endereços, separados por vírgulas. */
    @Override
    public String toString() {
        return ligacoes.stream().map(Ligacao::toString).collect(Collectors.joining(", "));
    }
}
