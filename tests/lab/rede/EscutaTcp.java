package tests.lab.rede;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;
import shared.rede.Tcp;
import shared.texto.Endereco;

/** Uma porta TCP em que se escuta, com as linhas de execução de quem a usa: nenhuma segura o programa. */
final class EscutaTcp implements AutoCloseable {

    private final ServerSocket escuta;
    private final String nome;

    /** @param nome o das linhas de execução @throws shared.texto.Falha se não se consegue escutar ali */
    EscutaTcp(Endereco onde, String nome) {
        this.nome = nome;
        this.escuta = Tcp.escutar(onde, "--escutar").socket();
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
