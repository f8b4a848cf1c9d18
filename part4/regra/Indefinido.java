package part4.regra;

import part4.regra.Mensagens.Pergunta;

/** Com testemunha, e sem que ela tenha dito o que este servidor é. */
final class Indefinido<C> extends Estado<C> {

    private final Visao renovar;    // já mandou nesta, antes de reiniciar: só assume numa mais nova; null = não é o caso
    private Visao velha;            // a da testemunha, de antes do que já se viu sem ela; null = não é o caso

    Indefinido(Comum<C> comum, Visao renovar) {
        super(comum);
        this.renovar = renovar;
    }

    /** Uma proposta dele, de antes de reiniciar, pode ainda estar a caminho: só uma visão mais nova a torna sem efeito. */
    boolean podeAssumir(Visao nova) {
        return renovar != null && nova.maisNovaQue(renovar);
    }

    @Override
    void soubeDaVelha(Visao qual) {
        velha = qual;
    }

    /** O mesmo conjunto: só a versão muda. */
    @Override
    Pergunta pergunta() {
        return renovar == null ? super.pergunta() : pergunta(renovar, renovar.emDia());
    }

    @Override
    String parada() {
        return velha == null ? null : "a testemunha está na época " + velha.epoca() + ", e eu já estive na " + comum.epoca()
                + ", sem ela. Para recomeçar, todos (ela também) com --do-zero; para guardar o banco, encerre os servidores,"
                + " inicie a testemunha com --do-zero, depois um Primary com os dados mais recentes (o seq de estado), e por"
                + " fim o Backup";
    }
}
