//SOURCES Visao.java
package part4.regra;

import shared.Resultado;

/** O que um servidor da parte 4 responde a um cliente: cada frase escreve-se aqui, e o cliente lê-a aqui. */
public final class Respostas {

    private static final String SEM_DISCO = "ERRO disco: ";
    private static final String PARADO = "ERRO parado: ";
    private static final String NAO_PRIMARIO = "ERRO nao-primario: ";
    private static final String O_PRIMARIO_E = NAO_PRIMARIO + "o primário é ";
    private static final String EM = " em ";

    /** O disco falhou depois de se difundir a operação: pode valer. */
    static final String TALVEZ = NAO_PRIMARIO + "o disco deste servidor falhou";

    private Respostas() {
    }

    // ───── O servidor escreve ─────

    static String feita(long seq, Resultado resultado) {
        return ok("seq=" + seq, resultado);
    }

    static String repetida(Resultado primeira) {
        return ok("repetida", primeira);
    }

    private static String ok(String qual, Resultado r) {
        return "OK " + qual + " resultado=" + r.situacao() + (r.motivo() == null ? "" : " (" + r.motivo() + ")");
    }

    static String erro(Resultado resultado) {
        return "ERRO " + resultado.motivo();
    }

    static String semDisco(String falha) {
        return SEM_DISCO + falha;
    }

    static String parado(String porque) {
        return PARADO + porque;
    }

    static String aindaNaoHaPrimario() {
        return NAO_PRIMARIO + "ainda não há primário";
    }

    static String oPrimarioE(Visao visao) {
        return O_PRIMARIO_E + visao.primario() + EM + visao.pedidos();
    }

    // ───── O cliente lê ─────

    /** Se este servidor recusa tudo, porque o disco dele falhou. */
    public static boolean eSemDisco(String resposta) {
        return comeca(resposta, SEM_DISCO);
    }

    /** Se este servidor espera por uma pessoa: insistir não adianta. */
    public static boolean eParado(String resposta) {
        return comeca(resposta, PARADO);
    }

    /** Se a resposta, seja qual for, não é a de um primário. */
    public static boolean eNaoPrimario(String resposta) {
        return comeca(resposta, NAO_PRIMARIO);
    }

    /** Onde está o primário, {@code host:porta}, por conferir; {@code null} se esta resposta não o diz. */
    public static String ondeEstaOPrimario(String resposta) {
        int em = comeca(resposta, O_PRIMARIO_E) ? resposta.indexOf(EM, O_PRIMARIO_E.length()) : -1;
        return em < 0 ? null : resposta.substring(em + EM.length());
    }

    private static boolean comeca(String resposta, String com) {
        return resposta != null && resposta.startsWith(com);
    }
}
