package part3.regra;

import shared.Banco;
import shared.Envelope;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;

/** A ordem total na réplica: o que chega passa pela fila do {@link Seguidor}, e só então pelo banco. Regra pura. */
public final class Entrega {

    private final Seguidor seguidor;
    private Banco banco;

    /** @param banco o estado depois da operação {@code ultimo} da {@code historia} (null = nenhuma ainda) */
    public Entrega(Banco banco, String historia, long ultimo) {
        this.banco = banco;
        this.seguidor = new Seguidor(historia, ultimo);
    }

    /** Quem sabe o que falta. */
    public Seguidor seguidor() {
        return seguidor;
    }

    /** Aplica um envelope que o seguidor entregou. */
    public Aplicada aplicar(Envelope envelope) {
        return Aplicada.de(envelope, banco);
    }

    /** Troca o estado inteiro pelo do instantâneo. */
    public void adotar(Seguidor.Foto foto, Banco daFoto) {
        banco = daFoto;
        seguidor.adotou(foto);
    }

    public Banco banco() {
        return banco;
    }
}
