//SOURCES ErroDeUso.java Texto.java
package shared.texto;

import java.util.ArrayList;
import java.util.List;

/**
 * Uma máquina e uma porta, como a pessoa as escreve: {@code 10.0.0.7:6002}, {@code replica01:6002}, {@code [::1]:6002}.
 *
 * @param maquina nome ou endereço IP, sem colchetes
 * @param porta   1 a 65535
 */
public record Endereco(String maquina, int porta) {

    public Endereco { // --bind [::1] vale o mesmo que --bind ::1
        maquina = maquina.startsWith("[") && maquina.endsWith("]") ? maquina.substring(1, maquina.length() - 1) : maquina;
    }

    /** Lê {@code MAQUINA:PORTA}. @throws ErroDeUso que diz o que está errado */
    public static Endereco ler(String texto) {
        return ler(texto, 0);
    }

    /** Lê {@code MAQUINA[:PORTA]}. @param portaPadrao a porta, se o texto não tem uma; 0 = o texto tem de ter */
    public static Endereco ler(String texto, int portaPadrao) {
        int corte = texto.endsWith("]") ? -1 : texto.lastIndexOf(':');
        String maquina = (corte < 0 ? texto : texto.substring(0, corte)).strip();
        if (maquina.startsWith("[") && maquina.endsWith("]")) {
            maquina = maquina.substring(1, maquina.length() - 1).strip();
        } else if (maquina.indexOf(':') >= 0) {
            throw new ErroDeUso("'" + texto + "': um endereço IPv6 vai entre colchetes, como em [::1]:6002");
        }
        if (maquina.isEmpty() || maquina.chars().anyMatch(c -> c <= ' ' || c == '/')) {
            throw new ErroDeUso("'" + texto + "': esperava MAQUINA:PORTA, como em 127.0.0.1:6002");
        }
        if (corte < 0) {
            if (portaPadrao == 0) {
                throw new ErroDeUso("'" + texto + "': falta a porta, como em " + texto + ":6002");
            }
            return new Endereco(maquina, portaPadrao);
        }
        return new Endereco(maquina, lerPorta(texto.substring(corte + 1)));
    }

    /**
     * Lê uma lista separada por vírgulas.
     *
     * @throws ErroDeUso também se um endereço aparece duas vezes: receberia tudo a dobrar
     */
    public static List<Endereco> lerLista(String texto, int portaPadrao) {
        List<Endereco> lista = new ArrayList<>();
        for (String parte : texto.split(",", -1)) {
            Endereco endereco = ler(parte.strip(), portaPadrao);
            if (lista.contains(endereco)) {
                throw new ErroDeUso("'" + texto + "': " + endereco + " aparece duas vezes");
            }
            lista.add(endereco);
        }
        return lista;
    }

    /** Lê uma porta de 1 a 65535. */
    public static int lerPorta(String texto) {
        try {
            int porta = Texto.inteiro(texto.strip());
            if (porta >= 1 && porta <= 65535) {
                return porta;
            }
        } catch (NumberFormatException e) {
            // cai no erro abaixo
        }
        throw new ErroDeUso("'" + texto + "': uma porta vai de 1 a 65535");
    }

    @Override
    public String toString() {
        return (maquina.indexOf(':') < 0 ? maquina : "[" + maquina + "]") + ":" + porta;
    }
}
