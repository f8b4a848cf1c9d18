//SOURCES EscutaTcp.java
package tests.lab.rede;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * Um fio TCP entre quem se conecta e quem escuta: leva os bytes como vêm, até que emudeça. As conexões de então ficam
 * abertas e nada mais levam, nem a notícia de que o outro lado fechou, como por uma NAT que as esqueceu; as que vierem
 * depois passam.
 */
public final class Fio implements AutoCloseable {

    private static final int CONECTAR_MS = 5_000;

    private final EscutaTcp escuta;
    private final Endereco ate;
    private final Set<Socket> abertos = ConcurrentHashMap.newKeySet();
    private volatile int esquecidas; // quantas vezes já emudeceu

    /** Passa a escutar, num endereço que é desta máquina. @throws Falha se a porta está ocupada */
    public Fio(Endereco onde, Endereco ate) {
        this.ate = ate;
        escuta = new EscutaTcp(onde, "fio");
        escuta.aceitar(deCa -> {
            abertos.add(deCa);
            escuta.iniciar(() -> levar(deCa));
        });
    }

    /** Daqui em diante as conexões que há não levam nada. */
    public void emudecer() {
        esquecidas++;
    }

    private void levar(Socket deCa) {
        try {
            int destas = esquecidas;
            Socket deLa = Tcp.conectar(ate, CONECTAR_MS);
            abertos.add(deLa);
            deCa.setTcpNoDelay(true);
            if (escuta.fechada() || deCa.isClosed()) {
                fechar(deCa, deLa);
                return;
            }
            AtomicBoolean metade = new AtomicBoolean();
            escuta.iniciar(() -> levar(deLa, deCa, destas, metade));
            levar(deCa, deLa, destas, metade);
        } catch (IOException e) {
            fechar(deCa); // ninguém escuta: quem ligou vê a conexão cair
        }
    }

    private void levar(Socket de, Socket para, int destas, AtomicBoolean metade) {
        byte[] bloco = new byte[1 << 16];
        try {
            InputStream entrada = de.getInputStream();
            int lidos;
            while ((lidos = entrada.read(bloco)) > 0 && destas == esquecidas) {
                para.getOutputStream().write(bloco, 0, lidos);
            }
            if (destas == esquecidas) {
                para.shutdownOutput();
                if (metade.getAndSet(true)) {
                    fechar(de, para);
                }
            }
        } catch (IOException e) {
            if (destas == esquecidas || escuta.fechada()) {
                fechar(de, para); // um dos lados caiu
            }
        }
    }

    private void fechar(Socket... lados) {
        for (Socket lado : lados) {
            try {
                lado.close();
            } catch (IOException e) {
                // já estava fechado
            }
            abertos.remove(lado);
        }
    }

    @Override
    public void close() {
        escuta.close();
        fechar(abertos.toArray(Socket[]::new));
    }
}
