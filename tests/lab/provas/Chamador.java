package tests.lab.provas;

import static tests.lab.provas.Operacoes.dizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import part2.rpc.Chamada;
import part2.rpc.ChamadaJsonRpc;
import part2.rpc.ChamadaRpyc;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** Um cliente do servidor RPC, em RPyC ou em JSON-RPC: o que ele falar. */
final class Chamador implements AutoCloseable {

    /** Um método que ninguém tem: quem diz que não o tem, entende. */
    private static final String NINGUEM_TEM = "nenhum";

    private static final int CONEXOES = 8; // para muitas chamadas

    private final Bancada b;
    private final Posto posto;
    private final Endereco onde;
    private final Chamada chamada;
    private final boolean rpyc;

    private Chamador(Bancada b, Posto posto, boolean rpyc) {
        this.b = b;
        this.posto = posto;
        this.onde = b.endereco("servidor", "porta");
        this.rpyc = rpyc;
        this.chamada = rpyc ? new ChamadaRpyc(emClaro(), onde) : new ChamadaJsonRpc(emClaro(), onde);
    }

    /** Procura saber qual dos dois ele fala, e liga-se. */
    static Chamador ligar(Bancada b, Posto posto) {
        Endereco onde = b.endereco("servidor", "porta");
        CompletableFuture<Boolean> rpyc = CompletableFuture.supplyAsync(() -> entende(new ChamadaRpyc(emClaro(), onde)));
        CompletableFuture<Boolean> json = CompletableFuture.supplyAsync(() -> entende(new ChamadaJsonRpc(emClaro(), onde)));
        boolean falaRpyc = esperar(b, posto, rpyc, json);
        b.contar("o servidor fala " + (falaRpyc ? "RPyC" : "JSON-RPC"));
        return new Chamador(b, posto, falaRpyc);
    }

    private static Defesa emClaro() {
        return Defesa.emClaro();
    }

    private static boolean entende(Chamada chamada) {
        try (chamada) {
            chamada.chamar(NINGUEM_TEM);
            return true;
        } catch (MensagemInvalida e) {
            return true;
        } catch (Falha e) {
            return false;
        }
    }

    private static boolean esperar(Bancada b, Posto posto, CompletableFuture<Boolean> rpyc,
            CompletableFuture<Boolean> json) {
        try {
            long fim = System.nanoTime() + b.prazoMs() * 1_000_000L;
            boolean acabaram = false;
            while (!acabaram && posto.aindaFala() && System.nanoTime() < fim) {
                acabaram = rpyc.isDone() && json.isDone();
                if (rpyc.isDone() && rpyc.get() || json.isDone() && json.get()) {
                    return rpyc.isDone() && rpyc.get();
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (!posto.vivo()) {
            throw Reprovada.seguranca("o servidor acabou: já não está de pé");
        }
        throw Reprovada.vivacidade("na porta das chamadas não responde nem em RPyC nem em JSON-RPC, em "
                + b.prazoMs() / 1_000
                + " s");
    }

    /** Chama, e espera a resposta no formato da semente. @return o id_msg que o servidor deu à operação */
    String chamar(Operacao op) {
        String resposta = responder(op);
        String feito = op.tipo() + (op.tipo() == Operacao.Tipo.TRANSFERENCIA ? " enfileirada: " : " enfileirado: ");
        if (!resposta.startsWith(feito) || resposta.strip().length() <= feito.length()) {
            throw Reprovada.seguranca(Operacoes.ao(op) + " respondeu " + Json.citar(resposta, 100) + "; esperava '" + feito
                    + "<id_msg>'");
        }
        b.contar(dizer(op) + ": " + resposta);
        return resposta.substring(feito.length()).strip().split("\\s")[0];
    }

    /** Chama, e devolve o que ele responder, seja o que for. */
    private String responder(Operacao op) {
        double valor = op.valor().doubleValue(); // como o cliente original, que faz contas com floats
        try {
            return switch (op.tipo()) {
                case DEPOSITO -> chamar("depositar", op.conta_origem(), valor);
                case SAQUE -> chamar("sacar", op.conta_origem(), valor);
                case TRANSFERENCIA -> chamar("transferir", op.conta_origem(), op.conta_destino(), valor);
            };
        } catch (MensagemInvalida e) {
            throw Reprovada.seguranca("recusou " + dizer(op) + ": " + e.getMessage());
        }
    }

    /** Chama um método, com estes argumentos. @throws MensagemInvalida se ele diz que não @throws Reprovada se se cala */
    String chamar(String metodo, Object... argumentos) {
        CompletableFuture<String> resposta = CompletableFuture.supplyAsync(() -> chamada.chamar(metodo, argumentos));
        try {
            return resposta.get(b.prazoMs(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MensagemInvalida recusada) {
                throw recusada;
            }
            throw calado(metodo, argumentos);
        } catch (TimeoutException e) {
            throw calado(metodo, argumentos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Chama isto muitas vezes, por várias conexões. @throws Reprovada se deixa de responder durante o prazo */
    void muitas(int quantas, String metodo, Object... argumentos) {
        ExecutorService linhas = Executors.newFixedThreadPool(CONEXOES);
        AtomicInteger porFazer = new AtomicInteger(quantas);
        AtomicInteger feitas = new AtomicInteger();
        try {
            for (int i = 0; i < CONEXOES; i++) {
                linhas.submit(() -> {
                    try (Chamador outro = new Chamador(b, posto, rpyc)) {
                        while (porFazer.getAndDecrement() > 0) {
                            outro.chamada.chamar(metodo, argumentos);
                            feitas.incrementAndGet();
                        }
                    }
                });
            }
            for (int antes = 0; antes < quantas; antes = feitas.get()) {
                int tinha = antes;
                Esperas.ate(b, posto, "de " + quantas + " chamadas a " + metodo + " respondeu a " + tinha
                        + ", e deixou de responder", () -> feitas.get() > tinha);
            }
        } finally {
            linhas.shutdownNow();
        }
    }

    private Reprovada calado(String metodo, Object... argumentos) {
        String que = metodo + List.of(argumentos);
        return posto.vivo() ? Reprovada.vivacidade("o servidor não respondeu a " + que + ", em " + b.prazoMs() / 1_000
                + " s")
                : Reprovada.seguranca("o servidor acabou, sem responder a " + que);
    }

    /** Do que se diz a quem chama, só o que houve, e não o que conferir. */
    private static String comeco(RuntimeException e) {
        return e.getMessage().replaceFirst("(?s)\\. .*", "");
    }

    /** Chama, em JSON-RPC, e diz ele mesmo o id_msg. @throws MensagemInvalida se o servidor diz que não */
    String sacarComId(Operacao op) {
        try (ChamadaJsonRpc json = new ChamadaJsonRpc(emClaro(), onde)) {
            return json.chamar(String.class, 1, "sacar", op.conta_origem(), op.valor(), op.id_msg());
        } catch (MensagemInvalida e) {
            throw e;
        } catch (Falha e) {
            throw Reprovada.vivacidade("não respondeu, em JSON-RPC, à chamada que traz o id_msg: " + comeco(e));
        }
    }

    /** Pede-lhe, como um worker dos nossos, o que houve na fila. */
    ObjectNode historico(long desde) {
        try (ChamadaJsonRpc json = new ChamadaJsonRpc(emClaro(), onde)) {
            return json.chamar(ObjectNode.class, 1, "historico", desde, 1_000);
        } catch (MensagemInvalida | Falha e) {
            throw Reprovada.vivacidade("um worker perguntou-lhe o que houve na fila (historico), e não lho disse: "
                    + comeco(e));
        }
    }

    @Override
    public void close() {
        chamada.close();
    }
}
