//SOURCES Afinacao.java Estreia.java Inventario.java Pares.java
package part3.raft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import shared.disco.Arquivos;
import shared.disco.Posse;
import shared.texto.Falha;

/**
 * A pasta de um ordenador, que lembra de quem é: o voto e o log de um par, postos noutro, desfariam a ordem de todos; e com
 * outro número de grupos, as contas estariam noutros.
 */
public final class Morada implements AutoCloseable {

    /** O que se diz a quem tem uma pasta que não serve. */
    static final String O_QUE_FAZER = "Se os outros estão de pé, tire este do grupo (comando mudar) e ponha outro, com outro"
            + " nome e outra pasta; senão, restaure-a de uma cópia";

    private final Posse pasta;

    private Morada(Posse pasta) {
        this.pasta = pasta;
    }

    /**
     * Toma posse de uma pasta.
     *
     * @param doZero apaga o que houver
     * @throws Falha se não se pode, se é de outro, ou se não há nela o que este devia lembrar
     */
    public static Morada tomar(Path onde, boolean doZero, String id, Pares pares, int grupos, Afinacao afinacao) {
        if (doZero || !Posse.temDono(onde)) {
            Estreia.exigir(id, pares, grupos, afinacao);
        }
        Posse pasta = Posse.tomar(onde, "raft", doZero);
        ObjectNode meta = pasta.meta();
        String dono = meta.path("ordenador").asText();
        int tem = meta.path("grupos").asInt(1);
        if (meta.isEmpty()) {
            meta.put("ordenador", id).put("pares", pares.toString());
            pasta.guardarMeta(grupos == 1 ? meta : meta.put("grupos", grupos));
        } else if (!id.equals(dono)) {
            throw new Falha("a pasta " + pasta + " é do ordenador " + dono + ", e este é o " + id + ": use outra --dados");
        } else if (!Pares.ler(meta.path("pares").asText()).mesmosNomes(pares)) {
            throw new Falha("a pasta " + pasta + " é de um grupo com outros pares: --pares " + meta.path("pares").asText()
                    + ". Diga-os assim, ou dê-lhe outra pasta com --dados");
        } else if (tem != grupos) {
            throw new Falha("a pasta " + pasta + " tem as contas em --grupos " + tem + ", e com " + grupos + " estariam"
                    + " noutros. Diga --grupos " + tem + ", ou dê-lhe outra pasta com --dados");
        }
        try {
            Inventario.conferir(pasta.doMotor());
        } catch (IOException e) {
            throw new Falha("não consigo ler " + pasta.doMotor() + " (" + Arquivos.motivo(e) + "). " + O_QUE_FAZER);
        }
        return new Morada(pasta);
    }

    /** O grupo tem agora estes pares. @throws Falha se o disco falha */
    public void mudaram(Pares agora) {
        pasta.guardarMeta(pasta.meta().put("pares", agora.toString()));
    }

    /** Onde o Raft guarda o que é dele. */
    public Path doMotor() {
        return pasta.doMotor();
    }

    @Override
    public String toString() {
        return pasta.toString();
    }

    @Override
    public void close() {
        pasta.close();
    }
}
