package tests.sim;

import shared.defesa.Silencio;
import shared.defesa.Silencio.Ouvido;

/** Uma conexão de um processo a outro que dá por estar muda e se refaz, como shared/rede/Ligacao.java, com a mesma regra. */
final class Ligacao {

    private final Processo dono;
    private final String canal;
    private final Runnable aoTrocar;
    private final Silencio silencio = new Silencio();
    private Processo com; // null = ainda ninguém
    private int vez;
    private Ouvido velha = Ouvido.NADA;
    private Ouvido nova; // null = não há uma nova

    Ligacao(Processo dono, Processo com, String canal, Runnable aoTrocar) {
        this.dono = dono;
        this.com = com;
        this.canal = canal;
        this.aoTrocar = aoTrocar;
    }

    /** Deixa de ser com quem era. */
    void ligarA(Processo outro) {
        com = outro;
        vez++;
    }

    /** O nome desta conexão na rede: outro, depois de refeita, ou de o outro reiniciar. */
    String canal() {
        return canal + "-" + vez + "-" + com.vida();
    }

    /** A cada volta do laço. */
    void cuidar() {
        long agora = dono.relogio();
        boolean passa = com != null && com.vivo() && !com.parado()
                && !dono.rede.cortada(dono.nome, com.nome) && !dono.rede.cortada(com.nome, dono.nome);
        if (passa && !dono.rede.muda(dono.nome, com.nome, canal())) {
            velha = new Ouvido(1, agora);
        }
        if (passa && nova != null) {
            nova = new Ouvido(nova.primeiro() == 0 ? agora : nova.primeiro(), agora);
        }
        switch (silencio.olhar(com != null && com.vivo(), velha, nova == null ? Ouvido.NADA : nova, agora)) {
            case ABRIR -> nova = Ouvido.NADA;
            case LARGAR -> nova = null;
            case TROCAR -> {
                dono.mundo.dizer(dono.nome, "religa-se a", com.nome);
                nova = null;
                vez++;
                aoTrocar.run();
            }
            default -> { }
        }
    }
}
