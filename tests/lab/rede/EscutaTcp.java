//SOURCES ../../../shared/texto/Endereco.java ../../../shared/texto/Falha.java ../../../shared/rede/QuemUsa.java ../../../shared/rede/Tcp.java
package tests.lab.rede;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;
import shared.rede.QuemUsa;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Falha;

/** Uma porta TCP em que se escuta, com as linhas de execução de quem a usa: nenhuma segura o programa. */
final class EscutaTcp implements AutoCloseable {

    private static final int FILA = 128;

    private final ServerSocket escuta;
    private final String nome;

    /** @param onde um endereço desta máquina; @param nome o das linhas de execução @throws Falha se não se consegue escutar nele */
    EscutaTcp(Endereco onde, String nome) {
        this.nome = nome;
        try {
            escuta = new ServerSocket(onde.porta(), FILA, Tcp.daqui(onde));
        } catch (BindException e) {
            throw new Falha("a porta " + onde.porta() + " já está em uso por " + QuemUsa.porta(onde.porta())
                    + "; encerre-o, ou escolha outra com --escutar");
        } catch (IOException e) {
            throw new Falha("não consegui escutar em " + onde + " (" + e.getMessage() + ")");
        }
    }

    /** Daqui em diante, quem se liga vai para ali, até que se feche. */
    void aceitar(Consumer<Socket> chegou) {
        iniciar(() -> {
            while (!fechada()) {
                try {
                    chegou.accept(escuta.accept());
                } catch (IOException e) {
                    // fechou-se, ou quem ligava desistiu
                }
            }
        });
    }

    void iniciar(Runnable tarefa) {
        Thread linha = new Thread(tarefa, nome);
        linha.setDaemon(true);
        linha.start();
    }

    boolean fechada() {
        return escuta.isClosed();
    }

    @Override
    public void close() {
        try {
            escuta.close();
        } catch (IOException e) {
            // já estava fechada
        }
    }
}
