package tests.sim;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import shared.Operacao;
import shared.Operacao.Tipo;

/**
 * Um cliente: uma operação de cada vez; sem resposta, repete-a com o mesmo id_msg, talvez noutro servidor, até desistir. Se
 * o único que conhece diz que o disco não deixa, acabou: foi recusada. Uns, às vezes, pedem outra coisa com o id_msg de uma
 * operação já confirmada: isso tem de ser um erro, pergunte-se a quem se perguntar.
 * Guarda a sua história: o que pediu, quando, e o que lhe disseram.
 */
final class Cliente {

    private static final int PRAZO_MS = 500;
    private static final int DESISTE_MS = 5_000;
    private static final int DESISTE_NA_PROCURA_MS = 2_500; // o bastante para que outro assuma e lhe responda
    private static final String[] CONTAS = {"ana", "bia", "caio"};

    /** Um pedido e o seu fim. */
    static final class Pedido {
        final String id;
        final Operacao op;          // null = leitura de `conta`
        final String conta;
        final Operacao primeira;    // a que já tem este id_msg; null = nenhuma
        final long inicio;
        long fim = Long.MAX_VALUE;  // MAX_VALUE = indeterminado
        String resposta;
        long epoca;                 // parte 4: a de quem respondeu
        private int tentativas;
        private int recusas;

        Pedido(String id, Operacao op, String conta, Operacao primeira, long inicio) {
            this.id = id;
            this.op = op;
            this.conta = conta;
            this.primeira = primeira;
            this.inicio = inicio;
        }

        /** Se é outra operação com o id_msg de uma que já se confirmou. */
        boolean impostora() {
            return primeira != null;
        }

        boolean confirmado() {
            return fim != Long.MAX_VALUE;
        }

        /** Se cada tentativa teve resposta, e todas disseram que o disco não deixa. */
        boolean recusado() {
            return !confirmado() && recusas == tentativas;
        }
    }

    /** Como um pedido chega a um servidor. */
    interface Servico {
        /** @param tentativa as respostas a outra tentativa já não se recebem */
        void pedir(Cliente cliente, String servidor, Pedido pedido, int tentativa, Consumer<String> resposta);
    }

    final String nome;
    final List<Pedido> historia = new ArrayList<>();
    private final Mundo mundo;
    private final Random sorte;
    private final Servico servico;
    private final List<String> servidores;
    private final boolean le;
    private final String enchimento; // id_msg compridos fazem instantâneos de várias partes
    private final int pausaMs;
    private Random reuso;            // null = nunca reusa um id_msg
    private Pedido atual;
    private int numero;             // da próxima operação
    private int tentativa;
    private int escolhido;
    private long ate;
    private final Deque<Operacao> pedir = new ArrayDeque<>(); // na procura
    private boolean repete = true;

    Cliente(String nome, Mundo mundo, List<String> servidores, boolean le, boolean comprido, Servico servico) {
        this.nome = nome;
        this.mundo = mundo;
        this.sorte = mundo.sorte(nome);
        this.servico = servico;
        this.servidores = servidores;
        this.le = le;
        this.pausaMs = 20 + mundo.sortear(mundo.sorte("pausas"), 400, 0);
        this.enchimento = comprido ? "-".repeat(55) : "-";
    }

    /** Se, daqui em diante, de vez em quando pede outra operação com um id_msg já usado. */
    void reusarIds(boolean sim) {
        reuso = sim ? mundo.sorte("reuso-" + nome) : null;
    }

    /** Pede, com pausas, até um instante. */
    void pedirAte(long instante) {
        ate = instante;
        mundo.daquiA(sorte.nextInt(300) * Mundo.MS, this::proximo);
    }

    /** Na procura, pede isto, uma coisa depois da outra. @param repete se, sem resposta, pede outra vez */
    void pedir(List<Operacao> operacoes, boolean repete) {
        this.repete = repete;
        pedir.addAll(operacoes);
        mundo.daquiA(0, this::seguinte);
    }

    private void seguinte() {
        if (atual == null && !pedir.isEmpty()) {
            Operacao op = pedir.poll();
            Pedido usado = historia.stream().filter(p -> p.id.equals(op.id_msg())).findFirst().orElse(null);
            if (usado == null) {
                comecar(new Pedido(op.id_msg(), op, op.conta_origem(), null, mundo.agora()));
            } else if (usado.confirmado()) {
                reusar(usado, op);
            } else {
                seguinte(); // não se sabe se a primeira valeu
            }
        }
    }

    /** Se não espera por nada. */
    boolean quieto() {
        return atual == null && pedir.isEmpty() && mundo.agora() >= ate;
    }

    private void proximo() {
        if (mundo.agora() >= ate || atual != null) {
            return;
        }
        boolean reusa = reuso != null && !historia.isEmpty() && reuso.nextInt(4) == 0;
        Pedido usado = reusa ? historia.get(reuso.nextInt(historia.size())) : null;
        if (usado != null && usado.op != null && usado.confirmado()) {
            Operacao op = usado.op;
            reusar(usado, new Operacao(op.id_msg(), op.tipo(), op.conta_origem(), op.conta_destino(),
                    op.valor().add(BigDecimal.ONE)));
            return;
        }
        String id = nome + enchimento + numero++;
        String conta = CONTAS[sorte.nextInt(CONTAS.length)];
        BigDecimal valor = BigDecimal.valueOf(1 + sorte.nextInt(50));
        int qual = sorte.nextInt(le ? 12 : 7);
        Operacao op = qual < 3 ? new Operacao(id, Tipo.DEPOSITO, conta, null, valor)
                : qual < 5 ? new Operacao(id, Tipo.SAQUE, conta, null, valor)
                : qual < 7 ? new Operacao(id, Tipo.TRANSFERENCIA, conta, CONTAS[sorte.nextInt(CONTAS.length)], valor) : null;
        if (mundo.menos().semOperacao(id)) {
            acabar();
            return;
        }
        comecar(new Pedido(id, op, conta, null, mundo.agora()));
    }

    private void reusar(Pedido usado, Operacao outra) {
        atual = new Pedido(usado.id, outra, usado.conta, usado.op, mundo.agora());
        mundo.dizer(nome, "reusa um id_msg", outra);
        tentar(desiste());
    }

    private void comecar(Pedido novo) {
        atual = novo;
        historia.add(atual);
        mundo.dizer(nome, "pede", novo.op == null ? "saldo " + novo.conta : novo.op);
        mundo.contar(Passo.Tipo.PEDE, nome, null, novo.id);
        mundo.marco("+" + novo.id);
        tentar(desiste());
    }

    private long desiste() {
        return mundo.agora() + (mundo.roteiro() == null ? DESISTE_MS : DESISTE_NA_PROCURA_MS) * Mundo.MS;
    }

    private void tentar(long desiste) {
        int esta = ++tentativa;
        Pedido pedido = atual;
        if (mundo.agora() >= desiste || !repete && pedido.tentativas > 0) {
            mundo.dizer(nome, "desiste", pedido.id);
            mundo.contar(Passo.Tipo.DESISTE, nome, null, pedido.id);
            acabar();
            return;
        }
        pedido.tentativas++;
        servico.pedir(this, servidores.get(escolhido), pedido, esta, texto -> {
            if (tentativa != esta || atual != pedido) {
                return;
            }
            boolean idRepetido = texto.startsWith("ERRO id_repetido");
            if (idRepetido || pedido.impostora() && !texto.startsWith("ERRO")) {
                mundo.contar(Passo.Tipo.REUSA, nome, null, pedido.id); // só se conta se não é assim
                Cenario.exigir(idRepetido && pedido.impostora(), "a outra coisa com o id_msg de %s disse-se '%s'", pedido.id,
                        texto);
                acabar();
                return;
            }
            if (texto.startsWith("ERRO")) {
                boolean semDisco = texto.startsWith("ERRO disco");
                pedido.recusas += semDisco ? 1 : 0;
                if (semDisco && servidores.size() == 1) {
                    mundo.dizer(nome, "recusada", pedido.id);
                    acabar();
                } else {
                    mundo.daquiA(50 * Mundo.MS, () -> outro(esta, desiste));
                }
                return;
            }
            pedido.fim = mundo.agora();
            pedido.resposta = texto;
            mundo.dizer(nome, "soube", pedido.id, texto);
            mundo.contar(Passo.Tipo.SOUBE, nome, pedido.id, texto);
            mundo.marco("-" + pedido.id);
            acabar();
        });
        mundo.daquiA(PRAZO_MS * Mundo.MS, () -> espera(esta), () -> outro(esta, desiste));
    }

    private boolean espera(int daTentativa) {
        return tentativa == daTentativa && atual != null;
    }

    private void outro(int daTentativa, long desiste) {
        if (espera(daTentativa)) {
            escolhido = (escolhido + 1) % servidores.size();
            tentar(desiste);
        }
    }

    private void acabar() {
        tentativa++;
        atual = null;
        if (mundo.roteiro() != null) {
            seguinte();
        } else {
            mundo.daquiA(sorte.nextInt(pausaMs) * Mundo.MS, this::proximo);
        }
    }
}
