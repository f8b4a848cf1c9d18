//SOURCES LeitorDeEntrega.java
package tests.lab.palco;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.Operacao;
import tests.Processo;

/**
 * O que alguém entrega para pôr no lugar dos nossos papéis, em qualquer linguagem: que papéis, e como se inicia cada um. A
 * forma do arquivo está em tests/lab/CORRIGIR.md.
 *
 * @param pasta      o que se copia antes de o usar: os programas dele
 * @param parte      1 a 4
 * @param preparar   comandos que se rodam uma vez na cópia, por ordem: compilar
 * @param procurar   um comando que na cópia, já preparada, procura em todos os caminhos curtos o que não se cumpre: acaba
 *                   com 1 se achou, e escreve a história; vazio = não se procura
 * @param substituir o que se troca na cópia
 * @param pesos      pontos de cada nível, pelo nome dele em minúsculas; vazio = os de costume
 * @param papeis     pelo papel ({@code replica}) ou pelo processo ({@code replica-2}); os que faltam são os nossos
 */
public record Entrega(Path pasta, int parte, String nome, List<List<String>> preparar, List<String> procurar,
        List<Troca> substituir,
               Map<String, Integer> pesos, Map<String, Papel> papeis) {

    /** Nos arquivos com este nome ({@code **}{@code /*.py}), um texto por outro, em que pode haver lugares. */
    public record Troca(String arquivo, String de, String por) {
    }

    /**
     * Como se inicia um papel, e o que dele se pode saber.
     *
     * @param comando  as palavras; nelas, {@code {pedidos}} e os outros lugares
     * @param pronto   o texto que ele escreve quando está pronto; {@code null} = quando abre as portas dele
     * @param ambiente variáveis a mais
     * @param guarda   se guarda em {@code {dados}} o que tem de sobreviver a um reinício
     * @param semente  se fala como o sistema original: os nossos, do outro lado, também
     * @param entrada  de um cliente de menu, o que se digita para cada operação ({@code inicio}, antes de todas)
     * @param saldo    como ele diz os saldos
     * @param portas   as que ele usa sem que se lhe diga, pelo nome do lugar
     */
    public record Papel(List<String> comando, String pronto, Map<String, String> ambiente, boolean guarda, boolean semente,
            Map<String, String> entrada, Saldo saldo, Map<String, Integer> portas) {

        /** Se cada operação é um processo, que a recebe na linha de comando. */
        public boolean umProcessoPorOperacao() {
            return comando.contains("{operacao}");
        }
    }

    /** Como um processo diz os saldos: a quem lhe pergunta na {@code {consulta}}, pelo que escreve, ou não os diz. */
    public record Saldo(boolean consulta, Pattern padrao) {

        public static final Saldo NAO_DIZ = new Saldo(false, null);

        public boolean diz() {
            return consulta || padrao != null;
        }
    }

    /** O comando de um papel nosso, como se fosse de outro: com as mesmas opções com que o laboratório o inicia. */
    private static final List<String> NOSSO = Stream.of(Stream.of("{java}"), Processo.DEPRESSA.stream(),
            Stream.of("-cp", "{classpath}")).flatMap(palavras -> palavras).toList();

    /** @throws shared.texto.ErroDeUso com o lugar do erro, se não se lê ou não se entende */
    public static Entrega ler(Path arquivo) {
        return ler(arquivo, null);
    }

    /** O mesmo, para os programas de outra pasta: uma só para uma turma. @param pasta {@code null} = a que ela diz */
    public static Entrega ler(Path arquivo, Path pasta) {
        return LeitorDeEntrega.ler(arquivo, pasta);
    }

    /** Os nossos papéis desta parte, entregues como se fossem de outro. */
    public static Entrega nossa(int parte) {
        return nossa(parte, Elenco.papeis(parte));
    }

    /** O mesmo, só destes. */
    public static Entrega nossa(int parte, Collection<String> quais) {
        Map<String, Papel> papeis = new HashMap<>();
        quais.forEach(papel -> papeis.put(papel, nosso(Elenco.classe(parte, papel))));
        return new Entrega(null, parte, "os nossos papéis", List.of(), List.of(), List.of(), Map.of(), papeis);
    }

    private static Papel nosso(String classe) {
        boolean cliente = classe.endsWith(".Client");
        List<String> comando = new ArrayList<>(NOSSO);
        comando.addAll(cliente ? List.of(classe, "{opcoes}", "lote", "-") : List.of(classe, "{opcoes}"));
        return new Papel(List.copyOf(comando), cliente ? null : "pronto:", Map.of(), true, false, Map.of(),
                Palco.TEM_BANCO.contains(classe) ? new Saldo(true, null) : Saldo.NAO_DIZ, Map.of());
    }

    /** Se este processo é da entrega. */
    public boolean tem(String processo) {
        return papel(processo) != null;
    }

    /** Como se inicia este processo; {@code null} se é dos nossos. */
    public Papel papel(String processo) {
        return papeis.getOrDefault(processo, papeis.get(Elenco.papel(processo)));
    }

    /** Os papéis que ela traz, sem número: {@code replica}. */
    public Set<String> quePapeis() {
        return papeis.keySet().stream().map(Elenco::papel).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Se algum fala como o sistema original. */
    public boolean semente() {
        return papeis.values().stream().anyMatch(Papel::semente);
    }

    /** Uma operação em palavras, como os nossos clientes a leem: {@code depositar ana 100.00}. */
    static List<String> palavras(Operacao op) {
        String valor = op.valor().toPlainString();
        return switch (op.tipo()) {
            case DEPOSITO -> List.of("depositar", op.conta_origem(), valor);
            case SAQUE -> List.of("sacar", op.conta_origem(), valor);
            case TRANSFERENCIA -> List.of("transferir", op.conta_origem(), op.conta_destino(), valor);
        };
    }
}
