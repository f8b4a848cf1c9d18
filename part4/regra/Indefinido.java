package part4.regra;

import part4.regra.Mensagens.Pergunta;

/** Com testemunha, e sem que ela tenha dito o que este servidor é. */
final class Indefinido<C> extends Estado<C> {

    private final Visao renovar;    // já mandou nesta, antes de reiniciar: só assume noutra época; null = não é o caso
    private Visao velha;            // a da testemunha, de antes do que já se viu sem ela; null = não é o caso

    Indefinido(Comum<C> comum, Visao renovar) {
        super(comum);
        this.renovar = renovar;
    }

    @Override
    void soubeDaVelha(Visao qual) {
        velha = qual;
    }

    /**
     * Os números que ele difundiu nessa época, e que o seu disco não chegou a ter, pode tê-los um backup: dá-los agora a
     * outras operações seria ter duas histórias com o mesmo nome. E uma proposta dele, de antes de reiniciar, pode ainda
     * estar a caminho: a época nova torna-a sem efeito.
     */
    @Override
    Pergunta pergunta() {
        return renovar == null ? super.pergunta() : pergunta(renovar, null, true);
    }

    @Override
    String parada() {
        return velha == null ? null : "a testemunha está na época " + velha.epoca() + ", e eu já estive na " + comum.epoca()
                + ", sem ela. Para recomeçar, todos (ela também) com --do-zero; para guardar o banco, encerre os servidores,"
                + " inicie a testemunha com --do-zero, depois um Primary com os dados mais recentes (o seq de estado), e por"
                + " fim o Backup";
    }
}
