package tests.lab.provas;

import static tests.lab.provas.Operacoes.dizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.Operacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;

/** O worker que se põe diante de um servidor RPC: recebe a sua fila (PULL), e lembra-se do que recebeu, e por que ordem. */
final class FazWorker extends Par {

    private final String nome;
    private final Endereco porta;
    private final Map<String, Lida> recebidas = new LinkedHashMap<>(); // pelo id_msg
    private Reprovada ma;    // o que veio e não podia vir; null = nada
    private ZMQ.Socket fila;

    /** @param nosso se se apresenta como um dos nossos, e recebe as operações numeradas */
    FazWorker(Bancada b, String nome, boolean nosso) {
        super(nome, nosso);
        this.nome = nome;
        this.porta = b.endereco(nome, "porta");
        comecar();
    }

    @Override
    ZMQ.Poller abrir(Soquetes soquetes) {
        fila = soquetes.ligar(SocketType.PULL, porta.maquina(), porta.porta(), "porta");
        return soquetes.vigiar(fila);
    }

    @Override
    void atender() {
        Soquetes.receber(fila, bytes -> {
            try {
                receber(Lida.qualquer(new String(bytes, StandardCharsets.UTF_8)));
            } catch (Reprovada e) {
                ma = e;
            }
        });
    }

    private void receber(Lida lida) {
        Lida antes = recebidas.putIfAbsent(lida.id(), lida);
        if (antes != null && (lida.numero() == 0 || lida.numero() != antes.numero())) {
            throw Reprovada.seguranca("enviou duas vezes a " + nome + ", sem o mesmo número, " + lida
                    + ", com o mesmo id_msg: um worker como o original aplica-a duas vezes");
        }
    }

    /** As que recebeu até agora, por ordem. @throws Reprovada se lhe veio o que não podia vir */
    List<Lida> recebidas() {
        Reprovada porque = fazer(() -> ma);
        if (porque != null) {
            throw porque;
        }
        return fazer(() -> List.copyOf(recebidas.values()));
    }

    /** Espera pela que tem este id_msg, e confere que é esta. */
    Lida esperar(Bancada b, String id, Operacao op, FazWorker outro) {
        List<Lida> esta = new ArrayList<>();
        try {
            Esperas.ate(b, "a " + nome + " não chegou " + dizer(op), () -> {
                recebidas().stream().filter(lida -> lida.id().equals(id)).forEach(esta::add);
                return !esta.isEmpty();
            });
        } catch (Reprovada e) {
            boolean naOutra = !e.definitiva() && outro.recebidas().stream().anyMatch(lida -> lida.id().equals(id));
            throw naOutra ? Reprovada.vivacidade(e.getMessage() + ", que chegou ao outro worker: a fila está repartida pelos"
                    + " workers, e cada um fica com uma parte do dinheiro") : e;
        }
        if (!esta.get(0).eComo(op)) {
            throw Reprovada.seguranca("chamaram " + dizer(op) + ", e a " + nome + " enviou " + esta.get(0));
        }
        b.seta("servidor", nome, esta.get(0).toString(), op);
        esta.get(0).aceitou().forEach(o -> b.contar("aceito, do que enviou: " + o));
        return esta.get(0);
    }
}
