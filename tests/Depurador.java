package tests;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Para uma só linha de execução de um processo, como o faria um depurador: um disco que não acaba uma escrita, ou uma
 * mensagem que não chega a sair, sem que o resto do processo dê por isso. Ao fechar-se, segue tudo.
 */
public final class Depurador implements AutoCloseable {

    private static final String MAQUINA = "127.0.0.1";

    private final VirtualMachine processo;
    private final List<ThreadReference> paradas = new ArrayList<>();

    /** @param porta a de um processo que começou com estas {@link #opcoes} */
    Depurador(int porta) {
        AttachingConnector conector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(este -> este.name().equals("com.sun.jdi.SocketAttach")).findFirst().orElseThrow();
        Map<String, Connector.Argument> onde = conector.defaultArguments();
        onde.get("hostname").setValue(MAQUINA);
        onde.get("port").setValue(Integer.toString(porta));
        try {
            processo = conector.attach(onde);
        } catch (IOException | IllegalConnectorArgumentsException e) {
            throw new AssertionError("não se pode depurar, na porta " + porta, e);
        }
    }

    /** Com que um processo começa, para se poder depurar. */
    static List<String> opcoes(int porta) {
        return List.of("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + MAQUINA + ":" + porta);
    }

    /** Para a linha de execução que tem isto no nome, assim que a houver. */
    public Depurador parar(String nome) {
        Processo.esperar("a linha de execução " + nome, Processo.PRAZO, () -> {
            processo.allThreads().stream().filter(esta -> esta.name().contains(nome)).forEach(paradas::add);
            return !paradas.isEmpty();
        });
        paradas.forEach(ThreadReference::suspend);
        return this;
    }

    @Override
    public void close() {
        try {
            paradas.forEach(ThreadReference::resume);
            processo.dispose();
        } catch (VMDisconnectedException e) {
            // o processo já acabou
        }
    }
}
