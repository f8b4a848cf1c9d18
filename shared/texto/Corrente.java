//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
package shared.texto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * O JSON mais corrente: um objeto só com textos de ASCII visível, números curtos sem sinal nem expoente, e null, com um
 * espaço no máximo depois de {@code :} e de {@code ,}. É o que escrevem quase todos os programas que aqui se encontram, e
 * lê-se assim em um quarto do tempo. Do resto, e do que está errado, sabe o Jackson: aqui só se diz que não é corrente.
 */
final class Corrente {

    private static final int ALGARISMOS = 15; // os de um long, com folga

    private final byte[] json;
    private int onde;

    private Corrente(byte[] json) {
        this.json = json;
    }

    /** @return {@code false} se não é corrente: o que já se pôs nos campos não vale */
    static boolean ler(byte[] json, Campos campos) {
        Corrente corrente = new Corrente(json);
        return corrente.vem('{') && corrente.todos(campos) && corrente.onde == json.length;
    }

    private boolean todos(Campos campos) {
        do {
            vem(' ');
            int inicio = onde + 1;
            int qual = vem('"') ? campos.qual(json, inicio, fimDoTexto()) : -1;
            if (qual < 0 || !vem(':')) {
                return false;
            }
            vem(' ');
            JsonNode valor = valor();
            if (valor == null || !campos.porNovo(qual, valor)) {
                return false;
            }
        } while (vem(','));
        return vem('}');
    }

    private boolean vem(char este) {
        boolean vem = onde < json.length && json[onde] == este;
        onde += vem ? 1 : 0;
        return vem;
    }

    /** @return {@code null} se não é um destes */
    private JsonNode valor() {
        return vem('"') ? texto() : vem('n') ? vem('u') && vem('l') && vem('l') ? NullNode.getInstance() : null : numero();
    }

    /** Passa por um texto sem barras, e pelas aspas que o fecham. @return onde elas estão; -1 se não é um */
    private int fimDoTexto() {
        int i = onde;
        while (i < json.length && json[i] >= ' ' && json[i] != '"' && json[i] != '\\' && json[i] != 0x7f) {
            i++;
        }
        onde = i + 1;
        return i < json.length && json[i] == '"' ? i : -1;
    }

    private JsonNode texto() {
        int inicio = onde;
        int fim = fimDoTexto();
        if (fim >= 0) {
            return TextNode.valueOf(new String(json, inicio, fim - inicio, StandardCharsets.ISO_8859_1));
        }
        return onde <= json.length && json[onde - 1] == '\\' ? comAspas(inicio) : null;
    }

    /** Um texto em que as barras só escondem aspas: o de um envelope, que tem uma operação dentro. */
    private JsonNode comAspas(int inicio) {
        byte[] limpo = Arrays.copyOfRange(json, inicio, json.length);
        int quantos = onde - 1 - inicio;
        onde--;
        for (; onde < json.length && json[onde] != '"'; onde++) {
            boolean barra = json[onde] == '\\';
            onde += barra ? 1 : 0;
            if (onde == json.length || (barra ? json[onde] != '"' : json[onde] < ' ' || json[onde] == 0x7f)) {
                return null;
            }
            limpo[quantos++] = json[onde];
        }
        return vem('"') ? TextNode.valueOf(new String(limpo, 0, quantos, StandardCharsets.ISO_8859_1)) : null;
    }

    private JsonNode numero() {
        int inicio = onde;
        long numero = algarismos(0);
        int inteiros = onde - inicio;
        if (inteiros == 0 || inteiros > 1 && json[inicio] == '0') {
            return null;
        }
        if (!vem('.')) {
            return inteiros <= ALGARISMOS ? LongNode.valueOf(numero) : null;
        }
        numero = algarismos(numero);
        int casas = onde - inicio - inteiros - 1;
        return casas > 0 && inteiros + casas <= ALGARISMOS
                ? DecimalNode.valueOf(BigDecimal.valueOf(numero, casas)) : null;
    }

    private long algarismos(long antes) {
        long numero = antes;
        while (onde < json.length && json[onde] >= '0' && json[onde] <= '9') {
            numero = 10 * numero + json[onde++] - '0'; // se são demais, não se usa
        }
        return numero;
    }
}
