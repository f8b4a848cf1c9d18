//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Soquetes.java
package shared.rede;

import java.util.List;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Silencio;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Registro;

/**
 * Uma conexão a um só endereço que não fica muda: quando se cala, abre-se outra ao lado, e fica a que ouve
 * ({@link Silencio}). A nova só se lê depois de trocada: o que chega pelas duas não se mistura, e nada do que ela recebeu
 * se perde. Quem a usa pode receber uma mensagem duas vezes, e perde as que se enviaram enquanto estava muda. Abre-se com
 * {@link Soquetes#manter}.
 */
public final class Ligacao {

    private static final int PROCURAR_MS = 10_000; // entre duas perguntas por um nome que não se acha
    private static final long NUNCA = Long.MAX_VALUE;

    private final Soquetes soquetes;
    private final SocketType tipo;
    private final Endereco com;
    private final Registro registro;
    private final boolean separa; // num DEALER, um quadro vazio separa o envelope do ZeroMQ da mensagem, à ida e à volta
    private final Silencio silencio = new Silencio();
    private ZMQ.Socket soquete;
    private ZMQ.Socket nova; // null = não se desconfia desta
    private long abrirEm = NUNCA; // uma nova, que ainda não se pôde abrir

    Ligacao(Soquetes soquetes, SocketType tipo, Endereco com, Registro registro) {
        this.soquetes = soquetes;
        this.tipo = tipo;
        this.separa = tipo == SocketType.DEALER;
        this.com = com;
        this.registro = registro;
        this.soquete = soquetes.conectar(tipo, com);
    }

    /** O soquete de agora; depois de uma troca é outro. */
    ZMQ.Socket soquete() {
        return soquete;
    }

    /** Quem está do outro lado; {@code null} se ninguém, ou ainda não se sabe. */
    public Soquetes.Quem quem() {
        return soquetes.quem(soquete);
    }

    /** Se do outro lado está um dos nossos: só a esses se diz o que o sistema original não entende. */
    public boolean nossa() {
        return quem() == Soquetes.Quem.NOSSO;
    }

    /** Se do outro lado há quem responda. */
    public boolean apresentada() {
        return soquetes.apresentado(soquete);
    }

    /** Entrega as mensagens que já chegaram, até {@link Soquetes#LOTE}, sem esperar por outras. */
    public void receber(Consumer<byte[]> entregar) {
        Soquetes.receber(soquete, quadro -> {
            if (!separa || quadro.length > 0) {
                entregar.accept(quadro);
            }
        });
    }

    /** Envia uma mensagem, sem esperar. @return false se não cabe, ou se ninguém atende */
    public boolean enviar(byte[] mensagem) {
        return Soquetes.enviar(soquete, separa ? List.of(new byte[0], mensagem) : List.of(mensagem));
    }

    /** @param agora em milissegundos, do relógio de {@link shared.defesa.LimiteDeQuadros} */
    void cuidar(long agora) {
        boolean lida = (soquete.getEvents() & ZMQ.Poller.POLLIN) == 0;
        Silencio.Ouvido velha = soquetes.ouvido(soquete);
        switch (silencio.olhar(soquetes.apresentado(soquete) && lida, velha, soquetes.ouvido(nova), agora)) {
            case ABRIR -> abrirEm = agora;
            case LARGAR -> fecharANova();
            case TROCAR -> {
                long mudo = Math.round((agora - velha.ultimo()) / 1e3);
                registro.linha("religar", "com", com, "porque", "mudo há " + mudo + " s");
                soquetes.trocar(soquete, nova);
                soquete = nova;
                nova = null;
            }
            default -> { }
        }
        if (agora >= abrirEm) {
            abrir(agora);
        }
    }

    private void abrir(long agora) {
        try {
            nova = soquetes.conectar(tipo, com);
            abrirEm = NUNCA;
        } catch (Falha e) { // sem rede, um nome pode não se achar por algum tempo
            abrirEm = agora + PROCURAR_MS;
        }
    }

    private void fecharANova() {
        abrirEm = NUNCA;
        if (nova != null) {
            soquetes.fechar(nova);
            nova = null;
        }
    }

    /** Fecha o que houver aberto. */
    void fechar() {
        soquetes.fechar(soquete);
        fecharANova();
    }

    /** Com quem. */
    @Override
    public String toString() {
        return com.toString();
    }
}
