//DEPS info.picocli:picocli:4.7.7
//SOURCES Afinacao.java Par.java Pares.java Segredo.java
package part3.raft;

import picocli.CommandLine.Option;
import shared.defesa.Defesa;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.texto.ErroDeUso;
import shared.texto.Registro;

/** As opções de quem é um dos pares. Um papel as inclui com {@code @Mixin}. */
public final class OpcoesDosPares {

    @Option(names = "--pares", paramLabel = "NOME=HOST:PORTA,…", order = 1,
            description = "todos os ordenadores, este (--id) incluído: n1=10.0.0.5:6007,n2=…; sem porta, é a 6007")
    private String pares;

    @Option(names = "--escuta", paramLabel = "PORTA", converter = Papel.Porta.class, order = 2,
            description = "porta onde ouve os outros ordenadores, se não é a que --pares diz deste")
    private Integer escuta;

    @Option(names = "--entrar", order = 7, description = "é novo num grupo que já existe, e espera que o ponham nele"
            + " (comando mudar); --pares diz já como o grupo será")
    private boolean entra;

    @Option(names = "--instantaneo", paramLabel = "N", defaultValue = "100000", order = 8,
            description = "faz um instantâneo, e esquece o log até ele, a cada N operações (padrão: ${DEFAULT-VALUE})")
    private int entreInstantaneos;

    private Pares todos;

    /** Lê-as. @param id o deste processo; se não é um dos pares, é outro comando, e não escuta ninguém */
    public Opcoes conferir(Opcoes opcoes, String id) {
        opcoes.exigir(pares != null, "--pares", "diga todos os ordenadores, este incluído: n1=10.0.0.5:6007,n2=…");
        todos = Pares.ler(pares);
        if (escuta == null) {
            escuta = todos.enderecos().containsKey(id) ? todos.endereco(id).porta() : 0;
        }
        return opcoes.exigir(entreInstantaneos >= 100, "--instantaneo",
                "de 100 em diante: cada um escreve o estado inteiro");
    }

    /** Todos os pares. */
    public Pares todos() {
        return todos;
    }

    /** O mesmo, de quem é um deles; avisa se são um número que não convém. @throws ErroDeUso se não é */
    public Pares todos(String id, Registro registro) {
        todos.endereco(id);
        int quantos = todos.enderecos().size();
        if (quantos % 2 == 0 || quantos == 1) {
            registro.linha("aviso", "pares", "são " + quantos + ", e só podem faltar " + todos.podemFaltar()
                    + ": o costume é um número ímpar, de 3 em diante");
        }
        return todos;
    }

    /** A porta onde se ouvem os outros. */
    public int escuta() {
        return escuta;
    }

    /** Se é um novo, em grupos que já existem. */
    public boolean entra() {
        return entra;
    }

    /** Como o Ratis há de andar. @param defesa a deste processo, com as chaves, se as usa */
    public Afinacao afinacao(Defesa defesa) {
        return new Afinacao(entreInstantaneos, defesa.chaves()
                .map(chaves -> new Segredo(chaves.provarQueServe(), chaves.doServidor())).orElse(null));
    }
}
