package tests.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import shared.disco.Diario;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;
import tests.sim.Roteiro.Desvio;

/**
 * Um processo em que corre um núcleo de verdade: um laço que lhe dá o que chegou e o faz passar o tempo. Pode morrer em
 * qualquer ação, voltar, e parar. O diário é o de verdade, num {@link Disco} de mentira.
 */
abstract class Processo {

    /** O processo morreu no meio do que fazia. */
    private static final class Morte extends RuntimeException {
        Morte() {
            super(null, null, false, false);
        }
    }

    private static final long LOGO_US = 200 * Mundo.MS;     // tão depressa que ninguém dá por isso…
    private static final long DEMORA_US = 3_000 * Mundo.MS; // …e tão devagar que todos dão
    private static final int OUTRA_VEZ_MS = 1_000; // quem sai por falta de disco é iniciado de novo daí a pouco

    private record Chegada(int canal, Runnable acao) {
    }

    final String nome;
    final Mundo mundo;
    final Rede rede;
    final Disco disco;
    final Random sorte;
    Diario diario;              // o que este processo abriu
    private final long passoUs;
    private final long relogioEm;
    private final Desvio[] desvios; // na procura, o que pode acontecer numa ação
    private final List<Chegada> chegadas = new ArrayList<>();
    private boolean vivo;
    private int vida;
    private long paradoAte;
    private long proximo = Long.MAX_VALUE;
    private int acoesAteMorrer = -1;
    private boolean semEnergia;
    private boolean calou;          // morre, e nada do que já dissera chega
    private long voltaEm;
    Runnable aPromover = () -> { };

    /**
     * @param passoMs           de quanto em quanto tempo o laço acorda sem que nada chegue
     * @param entreInstantaneos depois de quantas entradas se faz um instantâneo
     */
    Processo(String nome, Cenario cena, int passoMs, int entreInstantaneos) {
        this.nome = nome;
        this.mundo = cena.mundo;
        this.rede = cena.rede;
        this.passoUs = passoMs * Mundo.MS;
        this.sorte = mundo.sorte(nome);
        this.relogioEm = mundo.sortear(sorte, 1_000_000, 0) + 1_000_000;
        this.desvios = cena.desvios();
        this.disco = DiscoEstragado.com(cena.defeito, this, entreInstantaneos);
    }

    /** Cria o núcleo, que lê o {@link #diario}, e começa. */
    abstract void iniciar();

    /** O resto de uma volta do laço, depois de receber o que chegou. */
    abstract void passo();

    /** Um pedido chega a um servidor; o mesmo que faz {@code shared.rede.Pedidos}. @param nucleo null = responderá depois */
    final void atender(Supplier<String> nucleo, Consumer<String> responder) {
        String resposta;
        try {
            resposta = nucleo.get();
        } catch (MensagemInvalida e) {
            resposta = e.resposta();
        }
        if (resposta != null) {
            acao();
            responder.accept(resposta);
        }
    }

    /** O disco falhou, e o laço não o tratou: o processo acaba, a menos que esta parte faça outra coisa. */
    void semDisco(Falha e) {
        acabar(e);
    }

    private void acabar(Falha e) {
        mundo.dizer(nome, "acaba:", e.getMessage());
        semEnergia = false;
        voltaEm = OUTRA_VEZ_MS * Mundo.MS;
        throw new Morte();
    }

    private void comDisco(Runnable acao, Consumer<Falha> senao) {
        try {
            acao.run();
        } catch (Falha e) {
            senao.accept(e);
        } catch (MensagemInvalida e) { // os programas dizem-no no registro, e seguem
            if (mundo.roteiro() == null) {
                throw e;
            }
            mundo.dizer(nome, "não entende:", e.getMessage());
        }
    }

    void subir() {
        vivo = true;
        vida++;
        acoesAteMorrer = -1;
        paradoAte = 0;
        proximo = Long.MAX_VALUE;
        disco.abrir();
        diario = Diario.em(disco);
        mundo.dizer(nome, "sobe");
        try {
            comDisco(this::iniciar, this::acabar);
        } catch (Morte e) {
            cair();
            return;
        }
        acordar(mundo.sortear(sorte, 1_000, 0));
    }

    /**
     * Morre na ação de número tal a partir de agora, ou logo; depois volta.
     *
     * @param energia se também se perde o que não estava no disco
     */
    void matar(int acoes, boolean energia, long voltaUs) {
        if (!vivo || acoesAteMorrer > 0) {
            return;
        }
        semEnergia = energia;
        voltaEm = voltaUs;
        if (acoes == 0) {
            cair();
            return;
        }
        acoesAteMorrer = acoes;
        int esta = vida;
        mundo.daquiA(300 * Mundo.MS, () -> {
            if (vivo && vida == esta) {
                cair();
            }
        });
    }

    /** Cada ação que se vê de fora passa por aqui: é onde se pode morrer. */
    void acao() {
        if (mundo.roteiro() != null) {
            Desvio desvio = mundo.desvio(Stream.of(desvios).filter(this::diferente).toArray(Desvio[]::new));
            if (desvio != null) {
                desviar(desvio);
            }
        }
        if (acoesAteMorrer > 0 && --acoesAteMorrer == 0) {
            throw new Morte();
        }
    }

    /** Se não seria o mesmo que só morrer. */
    private boolean diferente(Desvio desvio) {
        return switch (desvio) {
            case MORRE_SEM_ENERGIA -> !mundo.roteiro().reduz || disco.arrisca();
            case MORRE_TENDO_GRAVADO -> disco.grava();
            default -> true;
        };
    }

    private void desviar(Desvio desvio) {
        switch (desvio) {
            case PARA -> {
                mundo.contar(Passo.Tipo.PARA, nome, null, null);
                parar(DEMORA_US);
            }
            case ENCHE -> {
                mundo.contar(Passo.Tipo.ENCHE, nome, null, null);
                disco.encher(0);
            }
            case PROMOVE -> aPromover.run();
            case MORRE_TENDO_GRAVADO -> {
                disco.acabarJa();
                rede.calar(nome);
                calou = true;
                morrer(false, DEMORA_US);
            }
            default -> morrer(desvio == Desvio.MORRE_SEM_ENERGIA,
                    desvio == Desvio.MORRE_E_DEMORA ? DEMORA_US : LOGO_US);
        }
    }

    private void morrer(boolean energia, long voltaUs) {
        semEnergia = energia;
        voltaEm = voltaUs;
        throw new Morte();
    }

    /** Outra linha de execução deste processo faz algo daqui a tanto tempo, se ele ainda vive; também aí pode morrer. */
    void aoLado(long us, Runnable algo) {
        int esta = vida;
        mundo.daquiA(us, () -> vivo && vida == esta, () -> {
            try {
                algo.run();
            } catch (Morte e) {
                cair();
            }
        });
    }

    private void cair() {
        mundo.dizer(nome, "MORRE", semEnergia ? "sem energia" : "");
        mundo.contar(Passo.Tipo.MORRE, nome, null, semEnergia ? Passo.SEM_ENERGIA : calou ? Passo.CALADO : "");
        vivo = false;
        acoesAteMorrer = -1;
        chegadas.clear();
        disco.cair(semEnergia);
        semEnergia = false; // para que quem já morreu não fique diferente de quem morreu de outro modo
        calou = false;
        mundo.daquiA(voltaEm, () -> !vivo, this::voltar);
        voltaEm = 0;
    }

    /** Sobe, se caiu. */
    void voltar() {
        if (!vivo) {
            mundo.contar(Passo.Tipo.VOLTA, nome, null, null);
            subir();
        }
    }

    /** Alguém o encerra, e o inicia outra vez depois de algum tempo; se já caiu, volta quando tiver de voltar. */
    void reiniciar(long voltaUs) {
        if (vivo) {
            semEnergia = false;
            voltaEm = voltaUs;
            cair();
        }
    }

    /** O disco volta a ter espaço; quem deu pela falta é reiniciado. */
    void terDisco() {
        disco.esvaziar();
        if (disco.quebrado()) {
            reiniciar(0);
        }
    }

    void parar(long us) {
        paradoAte = Math.max(paradoAte, mundo.agora() + us);
        mundo.dizer(nome, "PARA", us / Mundo.MS, "ms");
    }

    void continuar() {
        paradoAte = 0;
        if (vivo) {
            acordar(0);
        }
    }

    /** Algo chegou por um soquete. @param canal a ordem em que o laço os esvazia */
    void chegou(int canal, Runnable acao) {
        if (vivo) {
            chegadas.add(new Chegada(canal, acao));
            acordar(mundo.sortear(sorte, 500, 0));
        }
    }

    /** O disco acabou o que fazia: o laço dá por isso. */
    void acordou() {
        if (vivo) {
            acordar(mundo.sortear(sorte, 100, 0));
        }
    }

    private void acordar(long us) {
        long quando = Math.max(mundo.agora() + us, paradoAte);
        if (quando < proximo) {
            proximo = quando;
            int esta = vida;
            mundo.daquiA(quando - mundo.agora(), () -> vivo && vida == esta && proximo == quando, () -> {
                proximo = Long.MAX_VALUE;
                girar();
            });
        }
    }

    private void girar() {
        if (mundo.agora() < paradoAte) {
            acordar(0);
            return;
        }
        int quantas = mundo.sortear(sorte, 4, 1) == 0 ? sorte.nextInt(chegadas.size() + 1) : chegadas.size();
        List<Chegada> lote = new ArrayList<>(chegadas.subList(0, quantas));
        chegadas.subList(0, quantas).clear();
        lote.sort((a, b) -> Integer.compare(a.canal(), b.canal()));
        try {
            lote.forEach(chegada -> comDisco(chegada.acao(), this::semDisco));
            comDisco(this::passo, this::semDisco);
        } catch (Morte e) {
            cair();
            return;
        }
        acordar(!chegadas.isEmpty() ? 100 : mundo.roteiro() == null ? passoUs : passoUs - mundo.agora() % passoUs);
    }

    boolean vivo() {
        return vivo;
    }

    boolean parado() {
        return mundo.agora() < paradoAte;
    }

    /** Qual encarnação é esta, de 1 em diante. */
    int vida() {
        return vida;
    }

    /** O relógio deste processo, em milissegundos: só avança, e não é o dos outros. */
    long relogio() {
        return relogioEm + mundo.agoraMs();
    }

    /** Na procura, o de todos. */
    static long relogio(Mundo mundo) {
        return 1_000_000 + mundo.agoraMs();
    }

}
