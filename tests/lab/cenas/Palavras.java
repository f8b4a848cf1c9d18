package tests.lab.cenas;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.texto.ErroDeUso;
import shared.texto.Texto;

/** As palavras de uma linha de uma cena, lidas uma a uma; um erro diz a linha e a coluna. */
final class Palavras {

    private static final Pattern PALAVRA = Pattern.compile("\"([^\"]*)\"|[^\\s\"]+");

    private record Palavra(String texto, int inicio) {
    }

    private final String arquivo;
    private final int numero;
    private final String linha;
    private final List<Palavra> palavras = new ArrayList<>();
    private int proxima;

    /** @param arquivo {@code null} = a linha não está em nenhum @param numero o da linha, de 1 em diante */
    Palavras(String arquivo, int numero, String linha) {
        this.arquivo = arquivo;
        this.numero = numero;
        this.linha = linha.stripTrailing();
        for (Matcher m = PALAVRA.matcher(this.linha); m.find(); ) {
            palavras.add(new Palavra(m.group(1) == null ? m.group() : m.group(1), m.start()));
        }
    }

    int numero() {
        return numero;
    }

    /** A linha, sem espaços em volta. */
    String linha() {
        return linha.strip();
    }

    boolean acabou() {
        return proxima == palavras.size();
    }

    /** Se a próxima é esta; então já está lida. */
    boolean seFor(String palavra) {
        if (!acabou() && palavras.get(proxima).texto().equals(palavra)) {
            proxima++;
            return true;
        }
        return false;
    }

    /** A próxima, sem a ler; {@code ""} se acabou. */
    String espreitar() {
        return acabou() ? "" : palavras.get(proxima).texto();
    }

    /** @param oQue o que devia estar aqui, para o erro */
    String ler(String oQue) {
        if (acabou()) {
            throw erro("falta " + oQue);
        }
        return palavras.get(proxima++).texto();
    }

    /** @throws ErroDeUso se não é uma destas */
    String uma(String oQue, Collection<String> quais) {
        String palavra = ler(oQue);
        if (!quais.contains(palavra)) {
            proxima--;
            String parecida = Texto.parecido(palavra, quais);
            throw erro("esperava " + oQue + ", e está '" + palavra + "'; "
                    + (parecida == null ? "" : "você quis dizer " + parecida + "? ") + "Há: " + String.join(", ", quais));
        }
        return palavra;
    }

    /** As que faltam. */
    List<String> todas() {
        List<String> todas = palavras.subList(proxima, palavras.size()).stream().map(Palavra::texto).toList();
        proxima = palavras.size();
        return todas;
    }

    /** O texto que falta, tal como está. */
    String texto(String oQue) {
        String texto = acabou() ? "" : linha.substring(palavras.get(proxima).inicio()).strip();
        if (texto.isEmpty()) {
            throw erro("falta " + oQue);
        }
        proxima = palavras.size();
        return texto;
    }

    /** @throws ErroDeUso se sobra algo */
    void acabar() {
        if (!acabou()) {
            throw erro("sobra '" + espreitar() + "'");
        }
    }

    /** Um erro na próxima palavra. */
    ErroDeUso erro(String porque) {
        if (arquivo == null) {
            return new ErroDeUso(porque);
        }
        int coluna = acabou() ? linha.length() + 1 : palavras.get(proxima).inicio() + 1;
        return new ErroDeUso(arquivo + ", linha " + numero + ", coluna " + coluna + ": " + porque);
    }

    /** Um erro na que se acaba de ler. */
    ErroDeUso erroNaUltima(String porque) {
        proxima--;
        return erro(porque);
    }
}
