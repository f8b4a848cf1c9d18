package tests.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Uma semente que falha, com menos: tiram-se faltas, clientes, operações e mensagens, aos bocados e depois uma a uma,
 * enquanto ainda falha (<i>delta debugging</i>, Zeller e Hildebrandt 2002).
 */
final class Reducao {

    private static final int VEZES = 400; // execuções, no máximo, para as mensagens, que são milhares

    private final String parte;
    private final long semente;
    private final Defeito defeito;
    private List<Falta> faltas;
    private List<String> clientes = List.of();    // tirados
    private List<String> operacoes = List.of();   // tiradas
    private List<Integer> mensagens = List.of();  // tiradas
    private int quantasMensagens;
    private String motivo;
    private int vezes;

    Reducao(String parte, long semente, Defeito defeito) {
        this.parte = parte;
        this.semente = semente;
        this.defeito = defeito;
        Cenario inteiro = Simulador.cenario(parte, new Mundo(semente, false), defeito, null);
        faltas = inteiro.plano();
        motivo = inteiro.rodar(faltas);
        if (motivo == null) {
            throw new IllegalArgumentException("a semente " + semente + " não falha");
        }
        semFaltas();
        List<String> todos = inteiro.clientes.stream().map(c -> c.nome).toList();
        clientes = tirados(todos, fora -> falha(faltas, fora, operacoes, mensagens));
        operacoes = tirados(pedidas(), fora -> falha(faltas, clientes, fora, mensagens));
        quantasMensagens = rodar(faltas, clientes, operacoes, mensagens, false).rede.enviadas();
        vezes = VEZES;
        mensagens = tirados(IntStream.rangeClosed(1, quantasMensagens).boxed().toList(),
                fora -> vezes-- > 0 && falha(faltas, clientes, operacoes, fora));
        semFaltas();
    }

    private void semFaltas() {
        List<Falta> todas = faltas;
        List<Falta> fora = tirados(todas, estas -> falha(sem(todas, estas), clientes, operacoes, mensagens));
        faltas = sem(todas, fora);
    }

    /** Uma lista sem estes, que são os mesmos objetos: duas faltas iguais são duas. */
    private static <T> List<T> sem(List<T> todos, List<T> estes) {
        return todos.stream().filter(um -> estes.stream().noneMatch(outro -> outro == um)).toList();
    }

    /** Os que se podem tirar todos juntos sem que deixe de falhar. */
    private static <T> List<T> tirados(List<T> todos, Predicate<List<T>> falhaSem) {
        List<T> fora = new ArrayList<>();
        for (int bocado = Math.max(1, todos.size()); bocado >= 1; bocado /= 2) {
            for (int i = 0; i < todos.size(); i += bocado) {
                List<T> mais = new ArrayList<>(fora);
                mais.addAll(sem(todos.subList(i, Math.min(todos.size(), i + bocado)), fora));
                if (mais.size() > fora.size() && falhaSem.test(mais)) {
                    fora = mais;
                }
            }
        }
        return fora;
    }

    private List<String> pedidas() {
        return rodar(faltas, clientes, operacoes, mensagens, false).clientes.stream()
                .flatMap(cliente -> cliente.historia.stream()).map(pedido -> pedido.id).distinct().toList();
    }

    private boolean falha(List<Falta> faltas, List<String> clientes, List<String> operacoes, List<Integer> mensagens) {
        Cenario cenario = cenario(clientes, operacoes, mensagens, false);
        String porque = cenario.rodar(faltas);
        boolean aMesma = porque != null && especie(porque).equals(especie(motivo)); // senão, seria outra história
        motivo = aMesma ? porque : motivo;
        return aMesma;
    }

    /** O motivo, sem o que muda quando se tira algo: números e nomes com eles. */
    private static String especie(String motivo) {
        return motivo.replaceAll("\\S*\\d\\S*", "#").replaceAll("\\[.*", "");
    }

    private Cenario rodar(List<Falta> faltas, List<String> clientes, List<String> operacoes, List<Integer> mensagens,
            boolean rastro) {
        Cenario cenario = cenario(clientes, operacoes, mensagens, rastro);
        motivo = cenario.rodar(faltas);
        return cenario;
    }

    private Cenario cenario(List<String> clientes, List<String> operacoes, List<Integer> mensagens, boolean rastro) {
        Mundo mundo = new Mundo(semente, rastro);
        mundo.tirar(new Menos(clientes, operacoes, mensagens));
        return Simulador.cenario(parte, mundo, defeito, null);
    }

    /** As que bastam. */
    List<Falta> faltas() {
        return faltas;
    }

    /** Quantas operações, e quantas mensagens antes de tudo se consertar, ainda há. */
    int[] restam() {
        Cenario cenario = rodar(faltas, clientes, operacoes, mensagens, false);
        long pedidas = cenario.clientes.stream().flatMap(c -> c.historia.stream())
                .filter(pedido -> pedido.inicio < cenario.curadoEm()).count();
        return new int[] {(int) pedidas, cenario.rede.enviadas()};
    }

    /** A execução, passo a passo. */
    List<String> rastro() {
        List<String> linhas = new ArrayList<>(rodar(faltas, clientes, operacoes, mensagens, true).mundo.rastro());
        linhas.add(motivo);
        return linhas;
    }

    @Override
    public String toString() {
        int[] restam = restam();
        return motivo + "\n  com estas faltas:\n    " + (faltas.isEmpty() ? "(nenhuma)"
                : faltas.stream().map(Falta::toString).collect(Collectors.joining("\n    ")))
                + "\n  sem " + (clientes.isEmpty() ? "nenhum cliente a menos" : "os clientes " + clientes) + ", sem "
                + operacoes.size() + " operações (restam " + restam[0] + "), e sem " + mensagens.size() + " mensagens (de "
                + quantasMensagens + ")";
    }
}
