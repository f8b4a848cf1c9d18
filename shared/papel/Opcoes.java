//DEPS info.picocli:picocli:4.7.7
package shared.papel;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.ParseResult;
import shared.texto.ErroDeUso;

/**
 * As opções que a pessoa deu, para se recusarem as combinações em que uma contradiz a outra, ou o que o papel promete.
 * Cada papel diz as suas num lugar só, {@link Papel#conferir}; todos os erros são {@link ErroDeUso}.
 */
public final class Opcoes {

    private final ParseResult linha;

    Opcoes(ParseResult linha) {
        this.linha = linha;
    }

    /** Se foi dada na linha de comando, antes ou depois do comando; um valor padrão não conta. */
    private boolean dada(String opcao) {
        for (ParseResult parte = linha; parte != null; parte = parte.subcommand()) {
            if (parte.hasMatchedOption(opcao)) {
                return true;
            }
        }
        return false;
    }

    /** Estas duas não vão juntas. */
    public Opcoes nunca(String uma, String outra, String porque) {
        if (dada(uma) && dada(outra)) {
            throw new ErroDeUso(uma + " e " + outra + " não vão juntas: " + porque);
        }
        return this;
    }

    /** A geral só serve para o que as duas particulares não dizem: com ambas, já não diz nada. */
    public Opcoes nuncaComAmbas(String geral, String uma, String outra) {
        if (dada(geral) && dada(uma) && dada(outra)) {
            throw new ErroDeUso(geral + " não vai com " + uma + " e " + outra + ", que já dizem tudo: tire uma das três");
        }
        return this;
    }

    /** Esta opção não serve a este papel, ou assim como veio. @param serve se, afinal, serve */
    public Opcoes exigir(boolean serve, String opcao, String porque) {
        if (!serve) {
            throw new ErroDeUso(opcao + ": " + porque);
        }
        return this;
    }

    /** A opção que diz só uma máquina, ou várias, separadas por vírgulas. */
    public Opcoes soMaquina(String opcao, String valor, String ondeVaoAsPortas) {
        for (String uma : valor.split(",")) {
            exigir(uma.indexOf(':') < 0 || uma.strip().startsWith("[") && uma.strip().endsWith("]"), opcao,
                    "'" + uma.strip() + "' tem porta, e aqui vai só a máquina; as portas, em " + ondeVaoAsPortas);
        }
        return this;
    }

    /**
     * As portas em que um processo escuta são todas diferentes.
     *
     * @param nomesEPortas nome, porta, nome, porta…; 0 = em nenhuma
     */
    public Opcoes portasDiferentes(Object... nomesEPortas) {
        Map<Object, Object> de = new HashMap<>();
        for (int i = 0; i < nomesEPortas.length; i += 2) {
            Object outra = nomesEPortas[i + 1].equals(0) ? null : de.put(nomesEPortas[i + 1], nomesEPortas[i]);
            exigir(outra == null, outra + " e " + nomesEPortas[i],
                    "a porta " + nomesEPortas[i + 1] + " não serve às duas: escolha outra");
        }
        return this;
    }
}
