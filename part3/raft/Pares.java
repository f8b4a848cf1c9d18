package part3.raft;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;

/**
 * Os pares de um grupo: como se chama cada um, e onde ouve os outros.
 *
 * @param enderecos por nome, pela ordem em que se disseram
 */
public record Pares(Map<String, Endereco> enderecos) {

    /** A porta de quem não diz outra. */
    public static final int PORTA = 6007;

    private static final int MAXIMO = 9;

    /**
     * Lê {@code n1=127.0.0.1:6007,n2=10.0.0.7}.
     *
     * @throws ErroDeUso que diz o que está errado
     */
    public static Pares ler(String texto) {
        Map<String, Endereco> enderecos = new LinkedHashMap<>();
        for (String um : texto.split(",", -1)) {
            String[] partes = um.strip().split("=", 2);
            if (partes.length < 2 || !partes[0].matches("[\\w.-]{1,32}")) {
                throw new ErroDeUso("--pares '" + um + "': esperava NOME=MAQUINA:PORTA, como em n1=127.0.0.1:" + PORTA);
            }
            Endereco endereco = Endereco.ler(partes[1], PORTA);
            if (enderecos.containsValue(endereco)) {
                throw new ErroDeUso("--pares: " + endereco + " aparece duas vezes, e cada par ouve no seu");
            }
            if (enderecos.put(partes[0], endereco) != null) {
                throw new ErroDeUso("--pares: " + partes[0] + " aparece duas vezes");
            }
        }
        if (enderecos.size() > MAXIMO) {
            throw new ErroDeUso("--pares: são " + enderecos.size() + ", e o máximo é " + MAXIMO
                    + ": cada operação espera por mais de metade deles");
        }
        return new Pares(enderecos);
    }

    /** Onde ouve este. @throws ErroDeUso se não é um deles */
    public Endereco endereco(String id) {
        if (!enderecos.containsKey(id)) {
            throw new ErroDeUso("--id " + id + " não está em --pares (" + String.join(", ", enderecos.keySet())
                    + "): diga qual deles é este");
        }
        return enderecos.get(id);
    }

    /** Se são os mesmos: a máquina de cada um pode ter outro endereço do que tinha. */
    public boolean mesmosNomes(Pares outros) {
        return enderecos.keySet().equals(outros.enderecos.keySet());
    }

    /** Os mesmos, onde estes outros dizem que estão; de quem eles não falam, onde já estavam. */
    public Pares onde(Pares outros) {
        Map<String, Endereco> agora = new LinkedHashMap<>(enderecos);
        agora.replaceAll((nome, endereco) -> outros.enderecos.getOrDefault(nome, endereco));
        return new Pares(agora);
    }

    /** Quantos podem faltar sem que os outros parem. */
    public int podemFaltar() {
        return (enderecos.size() - 1) / 2;
    }

    /** Como se escreve. */
    @Override
    public String toString() {
        return enderecos.entrySet().stream().map(par -> par.getKey() + "=" + par.getValue())
                .collect(Collectors.joining(","));
    }
}
