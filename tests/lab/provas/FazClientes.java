package tests.lab.provas;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.rede.Assinantes;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;

/** Os dois clientes da parte 1 que se põem diante de uma réplica: cada um difunde (PUB) o que a prova lhe manda. */
final class FazClientes extends Par {

    private final Bancada b;
    private final List<Endereco> portas;
    private final List<ZMQ.Socket> difusoes = new ArrayList<>();
    private final List<Assinantes> assinantes = new ArrayList<>();
    private Soquetes soquetes;

    FazClientes(Bancada b) {
        super("clientes", false);
        this.b = b;
        portas = List.of(b.endereco("cliente-1", "porta"), b.endereco("cliente-2", "porta"));
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes abertos) {
        soquetes = abertos;
        portas.forEach(porta -> {
            difusoes.add(null);
            assinantes.add(null);
            ligar(difusoes.size() - 1);
        });
        return soquetes.vigiar();
    }

    private void ligar(int cliente) {
        Endereco porta = portas.get(cliente);
        difusoes.set(cliente, soquetes.ligar(SocketType.XPUB, porta.maquina(), porta.porta(), "porta"));
        assinantes.set(cliente, new Assinantes(difusoes.get(cliente)));
    }

    @Override
    void atender() {
        assinantes.stream().filter(um -> um != null).forEach(Assinantes::ler);
    }

    // ───── O que a prova manda ─────

    /** Espera que a réplica assine os dois: daqui em diante, o que se difunde chega-lhe. */
    void esperarReplica(Bancada b, Posto replica) {
        diante(replica);
        for (int i = 0; i < portas.size(); i++) {
            int cliente = i;
            ate(b, "a réplica não assinou o cliente " + (i + 1) + " (um SUB, que assina tudo)",
                    () -> fazer(() -> assinantes.get(cliente) == null || assinantes.get(cliente).quantos() > 0));
        }
    }

    /** Um dos clientes difunde exatamente isto. @param cliente 1 ou 2 */
    void difundir(int cliente, String texto) {
        b.seta("cliente-" + cliente, "replica-1", Json.citar(texto, 120), null);
        fazer(() -> difusoes.get(cliente - 1).send(texto.getBytes(StandardCharsets.UTF_8)));
    }

    /** Um dos clientes acaba. */
    void acabar(int cliente) {
        fazer(() -> {
            soquetes.fechar(difusoes.get(cliente - 1));
            assinantes.set(cliente - 1, null);
            return null;
        });
    }

    /** E começa outra vez, na mesma porta. */
    void voltar(int cliente) {
        fazer(() -> {
            ligar(cliente - 1);
            return null;
        });
    }
}
