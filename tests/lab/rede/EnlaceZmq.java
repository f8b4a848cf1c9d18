//SOURCES Enlace.java Sentido.java
package tests.lab.rede;

import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Registro;
import tests.lab.rede.Sentido.Chegada;

/**
 * Um enlace ZeroMQ: de um lado ({@link #frente}) fala como o que recebe, do outro ({@link #atras}) como o que envia. Uma
 * linha de execução tem os soquetes; o que ela faz com eles é de cada tipo de enlace.
 */
abstract class EnlaceZmq extends Enlace {

    private static final int LACO_MS = 5; // o que outra linha solta espera no máximo isto
    private static final int PROCURAR_MS = 50;

    final Endereco onde;
    final Endereco real;
    final Soquetes soquetes;
    ZMQ.Socket frente; // null = ainda não se sabe quem está do outro lado
    ZMQ.Socket atras;
    private final Registro registro = new Registro("rede", false);
    private final Thread linha = new Thread(this::rodar, "enlace");
    private ZMQ.Poller acordar;
    private volatile boolean ativo = true;

    EnlaceZmq(Defesa defesa, Endereco onde, Endereco real, Sentido ida, Sentido volta) {
        super(ida, volta);
        this.soquetes = new Soquetes(defesa);
        this.onde = onde;
        this.real = real;
    }

    /** Abre {@link #frente}, se já pode. */
    abstract void abrir();

    /** Os soquetes em que pode chegar alguma coisa. */
    abstract Stream<ZMQ.Socket> fontes();

    /** Recebe o que chegou, até que os sentidos se encham. */
    abstract void receber();

    @Override
    void comecar() {
        Tcp.ips(real); // que se saiba já se o nome não existe
        abrir();
        linha.setDaemon(true);
        linha.start(); // daqui em diante só ela usa os soquetes
    }

    /**
     * Só se abre a porta quando se sabe quem está do outro lado: este apresenta-se como ele, que pode ser do sistema
     * original.
     *
     * @return false se ainda ninguém atende
     */
    boolean apresentarSe(SocketType como) {
        Soquetes.Quem quem = soquetes.quemAtende(como, real);
        if (quem != null) {
            soquetes.passarPor(quem);
        }
        return quem != null;
    }

    private void rodar() {
        while (ativo && frente == null) {
            dormir(PROCURAR_MS);
            abrir();
        }
        while (ativo) {
            try {
                double falta = Stream.of(ida().entregar(), volta().entregar()).filter(ms -> ms >= 0)
                        .min(Double::compare).orElse(5.0);
                esperar(Math.max(1, Math.min(LACO_MS, (long) falta)));
                soquetes.religar();
                receber();
            } catch (RuntimeException e) { // um enlace não cai por causa de uma mensagem
                registro.linha("erro", "enlace", ida().nome(), "erro", e);
            }
        }
        soquetes.close();
    }

    private void esperar(long milissegundos) {
        if (ida().cheio() || volta().cheio()) { // não vai ler: o que chega não interessa
            dormir(LACO_MS);
            return;
        }
        if (acordar == null) {
            acordar = soquetes.vigiar(fontes().toArray(ZMQ.Socket[]::new));
        }
        acordar.poll(milissegundos);
    }

    private static void dormir(int milissegundos) {
        try {
            Thread.sleep(milissegundos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Os soquetes mudaram. */
    void revigiar() {
        if (acordar != null) {
            acordar.close();
            acordar = null;
        }
    }

    static Chegada chegada(boolean entrou) {
        return entrou ? Chegada.ENTREGUE : Chegada.AINDA_NAO;
    }

    @Override
    public void close() {
        ativo = false;
        try {
            linha.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
