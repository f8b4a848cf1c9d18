package tests.lab.provas;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import shared.Operacao;
import tests.Processo;
import tests.lab.palco.Alheio;
import tests.lab.palco.Cliente;
import tests.lab.palco.Elenco;

/** Um processo que uma prova pôs de pé: o de quem se corrige, ou um nosso. */
public final class Posto {

    private final Bancada bancada;
    private final Elenco elenco;
    private final String nome;
    private final List<Processo> processos = new ArrayList<>(); // os que já houve com este nome
    private Cliente nosso;                                      // null = não é um cliente dos nossos
    private boolean mataram;

    Posto(Bancada bancada, Elenco elenco, String nome) {
        this.bancada = bancada;
        this.elenco = elenco;
        this.nome = nome;
    }

    void e(Processo processo) {
        processos.add(processo);
    }

    void e(Cliente cliente) {
        nosso = cliente;
        processos.add(cliente.processo());
    }

    public String nome() {
        return nome;
    }

    // ───── O que se lhe faz ─────

    /** kill -9, a ele e ao que iniciou. */
    public void matar() {
        bancada.contar("mata-se " + nome + " (kill -9)");
        mataram = true;
        elenco.palco().matar(nome);
    }

    /** kill -STOP: ele não sabe que o tempo passa. */
    public void parar() {
        bancada.contar("para-se " + nome);
        elenco.palco().parar(nome);
    }

    /** kill -CONT. */
    public void continuar() {
        bancada.contar(nome + " continua");
        elenco.palco().continuar(nome);
    }

    /**
     * O disco dele enche: daqui em diante, não cabe o que escreve; ao reiniciar, já há lugar. Onde não há prlimit, que é do
     * Linux, não enche.
     */
    public void encherDisco() {
        bancada.contar("enche-se o disco de " + nome);
        elenco.palco().processo(nome).encherDisco();
    }

    /** Começa outra vez, nas mesmas portas e com o que guardou. @param opcoes a mais, se é um nosso */
    public void reiniciar(String... opcoes) {
        bancada.contar(nome + " começa de novo, com o que guardou");
        if (vivo()) {
            elenco.palco().matar(nome);
        }
        mataram = false;
        processos.add(bancada.pronto(nome, () -> {
            elenco.iniciar(nome, List.of(opcoes));
            return elenco.palco().processo(nome);
        }));
    }

    /** Se está de pé; um cliente que é um processo por operação nunca está. */
    public boolean vivo() {
        return !processos.isEmpty() && processos.get(processos.size() - 1).vivo();
    }

    /** Se ainda pode chegar algo dele: está de pé, ou acabou há pouco, e o que disse por último vem talvez a caminho. */
    public boolean aindaFala() {
        return vivo() || !processos.isEmpty()
                && processos.get(processos.size() - 1).acabouHa().toMillis() < bancada.prazoMs() / 4;
    }

    /** Se começou, e acabou sem que a prova o matasse. */
    boolean acabouSozinho() {
        return !processos.isEmpty() && !vivo() && !mataram;
    }

    /** Um cliente pede isto, e não se espera: pela linha de comando, pelo menu ou em JSON, como ele o lê. */
    public void pedir(Operacao op) {
        bancada.contar(nome + " pede " + Bancada.dizer(op));
        if (nosso != null) {
            nosso.pedir(op);
        } else {
            processos.addAll(elenco.pedirAoAlheio(nome, op).stream().filter(novo -> !processos.contains(novo)).toList());
        }
    }

    // ───── O que se sabe dele ─────

    /**
     * O que ele diz que esta conta tem; de quem se corrige, tal e qual. Zero, se a conta não existe.
     *
     * @throws Reprovada se é de quem se corrige, e não responde
     */
    public BigDecimal saldo(String conta) {
        long limite = System.nanoTime() + bancada.prazoMs() * 1_000_000;
        while (true) {
            try {
                return elenco.palco().saldo(nome, conta);
            } catch (AssertionError e) { // cala-se: talvez só agora
                if (dizSaldos() && vivo() && System.nanoTime() < limite) {
                    continue;
                }
                if (bancada.alheio(nome)) {
                    throw Reprovada.vivacidade(vivo() ? e.getMessage() : nome + " já não está de pé");
                }
                throw e;
            }
        }
    }

    /** Se se lhe podem perguntar saldos. */
    public boolean dizSaldos() {
        Alheio alheio = elenco.palco().alheio(nome);
        return alheio == null || alheio.papel().saldo().diz();
    }

    /** Tudo o que escreveu até agora, na saída e nos erros, também nas outras vezes que começou. */
    public List<String> saida() {
        return processos.stream().flatMap(um -> Stream.concat(um.saida().stream(), um.registro().stream())).toList();
    }
}
