package tests.lab.palco;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.texto.ErroDeUso;

/** O que se compara: cada parte, e a 3 também com o Raft. */
public enum Arquitetura {

    MULTICAST(1, "1", "multicast"),
    FILA(2, "2", "RPC + fila"),
    SEQUENCIADOR(3, "3", "sequenciador"),
    RAFT(3, "3raft", "com Raft"),
    PRIMARIO(4, "4", "primário-backup");

    private final int parte;
    private final String dita;
    private final String nome;

    Arquitetura(int parte, String dita, String nome) {
        this.parte = parte;
        this.dita = dita;
        this.nome = nome;
    }

    /**
     * As que a pessoa disse, por essa ordem.
     *
     * @param ditas 1, 2, 3, 3raft ou 4; {@code null} = todas
     * @throws ErroDeUso se alguma é outra coisa, ou está duas vezes
     */
    public static List<Arquitetura> ler(List<String> ditas) {
        List<Arquitetura> todas = ditas == null ? List.of(values()) : ditas.stream().map(Arquitetura::ler).toList();
        ErroDeUso.semRepetir("a parte", todas);
        return todas;
    }

    /** Uma delas. @throws ErroDeUso se é outra coisa */
    public static Arquitetura ler(String dita) {
        return Stream.of(values()).filter(esta -> esta.dita.equals(dita)).findFirst().orElseThrow(() -> new ErroDeUso(
                "a parte " + dita + ": vai de 1 a 4; há " + Stream.of(values()).map(Arquitetura::toString)
                .collect(Collectors.joining(", "))));
    }

    /** De 1 a 4. */
    public int parte() {
        return parte;
    }

    /** Sem o número. */
    public String nome() {
        return nome;
    }

    /** Como a pessoa a diz. */
    @Override
    public String toString() {
        return dita;
    }
}
