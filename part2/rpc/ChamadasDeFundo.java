//SOURCES ChamadaJsonRpc.java
package part2.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import shared.defesa.Defesa;
import shared.texto.Endereco;
import shared.texto.Registro;

/** Chamadas a um servidor nosso, que podem demorar, feitas por outra linha de execução: quem as pede não espera por elas. */
public final class ChamadasDeFundo {

    private record Pedido(String metodo, Object[] argumentos) {
    }

    private final BlockingQueue<Pedido> pedidos = new LinkedBlockingQueue<>();
    private final BlockingQueue<Optional<ObjectNode>> respostas = new LinkedBlockingQueue<>();
    private final Endereco servidor;
    private final Registro registro;

    /** @throws shared.texto.Falha se o nome não existe */
    public ChamadasDeFundo(Defesa defesa, Endereco servidor, Registro registro) {
        this.servidor = servidor;
        this.registro = registro;
        ChamadaJsonRpc chamada = new ChamadaJsonRpc(defesa, servidor);
        Thread linha = new Thread(() -> chamar(chamada), "rpc-" + servidor);
        linha.setDaemon(true);
        linha.start();
    }

    /** Chama, uma vez só. @param metodo um que responde um objeto */
    public void pedir(String metodo, Object... argumentos) {
        pedidos.add(new Pedido(metodo, argumentos));
    }

    /** Entrega as respostas que chegaram, pela ordem dos pedidos. @param cada recebe {@code null} se não houve resposta */
    public void receber(Consumer<ObjectNode> cada) {
        for (Optional<ObjectNode> resposta; (resposta = respostas.poll()) != null; ) {
            cada.accept(resposta.orElse(null));
        }
    }

    private void chamar(ChamadaJsonRpc chamada) {
        try (chamada) {
            boolean respondia = false;
            while (true) {
                Pedido pedido = pedidos.take();
                Optional<ObjectNode> resposta = Optional.empty();
                try {
                    resposta = Optional.of(chamada.chamar(ObjectNode.class, 1, pedido.metodo(), pedido.argumentos()));
                } catch (RuntimeException e) { // o servidor não está de pé, ou não é nosso
                    if (respondia) {
                        registro.linha("religar", "com", servidor, "porque", "não respondeu a um pedido do que me falta");
                    }
                }
                respondia = resposta.isPresent();
                respostas.add(resposta);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
