package tests.lab.provas;

import java.util.HashMap;
import java.util.Map;
import shared.Operacao;

/** Um servidor RPC de pé, um cliente que o chama, e os dois workers para que ele enfileira, feitos pelo corretor. */
final class ComServidor implements AutoCloseable {

    private final Bancada b;
    private final Posto posto;
    private final boolean nossos;
    private final FazWorker[] workers = new FazWorker[2]; // null = morto
    private final Map<String, Operacao> chamadas = new HashMap<>(); // pelo id_msg que receberam
    private Chamador cliente;

    /** @param vivos quantos workers estão de pé de começo @param nossos se se apresentam como os nossos */
    ComServidor(Bancada b, int vivos, boolean nossos) {
        this.b = b;
        this.nossos = nossos;
        for (int i = 1; i <= vivos; i++) {
            iniciarWorker(i);
        }
        posto = b.iniciar("servidor");
        cliente = Chamador.ligar(b, posto);
    }

    void iniciarWorker(int qual) {
        workers[qual - 1] = new FazWorker(b, "worker-" + qual, nossos);
    }

    void matarWorker(int qual) {
        workers[qual - 1].close();
        workers[qual - 1] = null;
    }

    FazWorker worker(int qual) {
        return workers[qual - 1];
    }

    Posto posto() {
        return posto;
    }

    Chamador cliente() {
        return cliente;
    }

    Chamador outroCliente() {
        return Chamador.ligar(b, posto);
    }

    /** kill -9, e outra vez de pé, com o que guardou. */
    void reiniciar() {
        cliente.close();
        posto.matar();
        posto.reiniciar();
        cliente = Chamador.ligar(b, posto);
    }

    /** O cliente chama, e é respondido. @return o id_msg */
    String chamar(Operacao op) {
        b.seta("cliente-1", "servidor", Operacoes.dizer(op), op);
        String id = anotar(op, cliente.chamar(op));
        b.seta("servidor", "cliente-1", "enfileirada: " + id, op);
        return id;
    }

    /** Esta chamada recebeu este id_msg. */
    String anotar(Operacao op, String id) {
        Operacao antes = chamadas.putIfAbsent(id, op);
        if (antes != null) {
            throw Reprovada.seguranca("deu o mesmo id_msg a " + Operacoes.dizer(antes) + " e " + Operacoes.ao(op)
                    + ": os workers tomam a segunda por repetida");
        }
        return id;
    }

    /** A mesma chamada, repetida, recebe o mesmo. */
    void anotarSeNova(Operacao op, String id) {
        if (!op.equals(chamadas.get(id))) {
            anotar(op, id);
        }
    }

    /** Espera que a de este id_msg chegue a este worker. */
    Lida esperar(int worker, String id) {
        FazWorker outro = workers[2 - worker];
        return worker(worker).esperar(b, id, chamadas.get(id), outro == null ? worker(worker) : outro);
    }

    @Override
    public void close() {
        cliente.close();
        for (FazWorker worker : workers) {
            if (worker != null) {
                worker.close();
            }
        }
    }
}
