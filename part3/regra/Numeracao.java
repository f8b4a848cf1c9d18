//SOURCES Ordem.java Regra.java
package part3.regra;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.texto.MensagemInvalida;

/** A regra de quem só numera: cada entrada é uma operação, e a {@link Ordem} é a do sequenciador. Nada sabe de saldos. */
public final class Numeracao implements Regra {

    /** De onde vem: tudo o que sabe está no diário. */
    public static final Origem ORIGEM = new Origem() {
        @Override
        public Regra nova(String historia, Saida saida) {
            return new Numeracao(historia, saida);
        }

        @Override
        public Regra ler(String historia, Diario diario, DataInputStream dali, Saida saida) {
            return new Numeracao(historia, saida).refazer(diario);
        }
    };

    private static final int POR_VEZ = 1_000;

    private final Ordem numeros;
    private final Saida saida;

    private Numeracao(String historia, Saida saida) {
        this.numeros = new Ordem(historia);
        this.saida = saida;
    }

    private Numeracao refazer(Diario diario) {
        numeros.refazer(EstadoDoBanco.semContas(diario.instantaneo()).banco().lembradas(), diario.doInstantaneo());
        List<String> vez;
        while (!(vez = diario.ler(numeros.ultimo() + 1, POR_VEZ)).isEmpty()) {
            vez.forEach(json -> numeros.refazer(Envelope.ler(json).op(), numeros.ultimo() + 1));
        }
        return this;
    }

    @Override
    public String aplicar(byte[] entrada) {
        try {
            long antes = numeros.ultimo();
            Envelope envelope = numeros.ordenar(Operacao.ler(entrada));
            saida.ordenada(envelope, envelope.seq() > antes);
            return "OK seq=" + envelope.seq();
        } catch (MensagemInvalida e) {
            return e.resposta();
        }
    }

    @Override
    public void guardar(DataOutputStream ali) {
        // o diário sabe tudo
    }
}
