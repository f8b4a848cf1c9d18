package shared.tempo;

/**
 * Quantas vezes mais do que o costume se espera pelos outros: 1, menos no laboratório, onde uma pessoa com uma mensagem na
 * mão precisa de tempo para pensar, e um cliente desiste ao fim de segundos. Multiplica os prazos de um protocolo: quando
 * um cliente desiste, quando se repete um pedido, quando se dá alguém por morto. Não muda o que um processo faz por si, sem
 * esperar por ninguém: de quanto em quanto tempo dá notícia, grava, ou se reconecta.
 *
 * <p>Diz-se com a propriedade {@value #PROPRIEDADE} da máquina virtual, que o laboratório dá a cada processo que inicia.
 * Nem é uma opção dos papéis, porque só serve para ver devagar, e quem opera um banco não a deve usar; nem uma variável do
 * ambiente, que ficava esquecida num terminal e passava a todos os que ali começassem. Lê-se uma vez só: os prazos são
 * constantes, que não custam nada a quem as usa.
 */
public final class Lentidao {

    /** Como se diz: {@code -Dbanco.lentidao=20}. */
    public static final String PROPRIEDADE = "banco.lentidao";

    /** Vai de 1 até aqui. */
    public static final int MAXIMA = 1_000;

    /** As deste processo; 1 = os prazos são os de costume. */
    public static final int VEZES = ler(System.getProperty(PROPRIEDADE, "1"));

    private Lentidao() {
    }

    private static int ler(String texto) {
        return texto.matches("[1-9][0-9]{0,2}|1000") ? Integer.parseInt(texto) : 1;
    }

    /** Um prazo deste processo. @param prazo o de costume, em milissegundos: até meia hora */
    public static int vezes(int prazo) {
        return prazo * VEZES;
    }

    /** O que se disse, se não serve: os prazos são então os de costume. @return {@code null} se serve, ou nada se disse */
    public static String recusada() {
        String dita = System.getProperty(PROPRIEDADE);
        return dita == null || dita.equals(Integer.toString(VEZES)) ? null : dita;
    }
}
