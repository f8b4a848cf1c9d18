package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import part2.RpcServer.Fila;
import part2.Worker.Entrega;
import shared.Banco;
import shared.Envelope;
import shared.Historico;
import shared.Json;
import shared.Operacao;
import shared.Seguidor;

/** A parte 2: um servidor RPC, dois ou três workers e clientes. Os laços são os de part2/RpcServer.java e part2/Worker.java. */
final class Parte2 extends Cenario {

    private static final String RPC = "rpc";

    private final Servidor servidor;
    private final List<Copia> workers = new ArrayList<>();
    private final Map<Long, String> ordem = new HashMap<>();

    Parte2(long semente, Defeito defeito, boolean rastro) {
        super(semente, defeito, rastro);
        int entreFotos = 1 + sorte.nextInt(sorte.nextInt(4) == 0 ? 3 : 40);
        servidor = new Servidor();
        processos.put(RPC, servidor);
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            Copia worker = new Copia("w" + i, entreFotos);
            workers.add(worker);
            processos.put(worker.nome, worker);
        }
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            clientes.add(new Cliente("c" + i, mundo, List.of(RPC), false, false, this::pedir));
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = pedido.op;
        Operacao dita = defeito != Defeito.SEM_DEDUPLICAR ? op : new Operacao(op.id_msg() + "~" + tentativa, op.tipo(),
                op.conta_origem(), op.conta_destino(), op.valor());
        rede.enviar(cliente.nome, nome, canal, () -> servidor.chegou(0, () -> servidor.enfileirar(dita,
                texto -> rede.enviar(nome, cliente.nome, canal, () -> resposta.accept(texto)))));
    }

    private void vista(String quem, long seq, String id) {
        String antes = ordem.putIfAbsent(seq, id);
        exigir(antes == null || antes.equals(id), "%s aplicou %s com o número %d, que é de %s", quem, id, seq, antes);
    }

    // ───── O servidor ─────

    private final class Servidor extends Processo {

        private static final int REPETIR_MS = 500;
        private static final int LOTE = 64;

        private final List<Runnable> aoConfirmar = new ArrayList<>();
        private Fila fila;
        private Historico historico;
        private long[] enviadoEm;

        Servidor() {
            super(RPC, Parte2.this.mundo, Parte2.this.rede, 20, Integer.MAX_VALUE);
        }

        @Override
        void iniciar() {
            aoConfirmar.clear();
            enviadoEm = new long[workers.size()];
            String fonte = disco.meta().has("historia") ? disco.meta().get("historia").textValue() : "f1";
            disco.guardarMeta(disco.meta().put("historia", fonte));
            fila = new Fila(fonte, workers.size());
            disco.repetir(json -> {
                Envelope envelope = Envelope.ler(json);
                fila.refazer(envelope.op().id_msg(), envelope.seq());
            });
            fila.servirDaquiEmDiante();
            historico = new Historico(disco.diario(), () -> fonte, null);
        }

        private void enfileirar(Operacao op, Consumer<String> responder) {
            long antes = fila.ultimo();
            Envelope envelope = fila.enfileirar(op);
            if (envelope.seq() > antes) {
                disco.anexar(envelope.json());
                aoConfirmar.add(() -> vista(nome, envelope.seq(), op.id_msg()));
            }
            if (defeito == Defeito.RESPONDER_ANTES_DO_DIARIO) {
                responder.accept("enfileirado: " + op.id_msg());
            }
            aoConfirmar.add(() -> {
                acao();
                responder.accept("enfileirado: " + op.id_msg());
            });
        }

        @Override
        void passo() {
            disco.confirmar(true);
            aoConfirmar.forEach(Runnable::run);
            aoConfirmar.clear();
            for (int i = 0; i < workers.size(); i++) {
                servir(i);
            }
        }

        private void servir(int worker) {
            if (fila.proximo(worker) > disco.ultima()) {
                if (relogio() - enviadoEm[worker] > REPETIR_MS && disco.ultima() > 0) {
                    disco.diario().ler(disco.ultima(), 1).forEach(ultimo -> enviar(worker, ultimo));
                    enviadoEm[worker] = relogio();
                }
                return;
            }
            for (String envelope : disco.diario().ler(fila.proximo(worker), LOTE)) {
                enviar(worker, envelope);
                fila.servido(worker);
            }
        }

        private void enviar(int worker, String envelope) {
            acao();
            Copia dele = workers.get(worker);
            rede.enviar(nome, dele.nome, "fila-" + vida() + "-" + dele.vida(), () -> dele.chegou(0, () -> dele.receber(envelope)));
        }
    }

    // ───── Um worker ─────

    private final class Copia extends Processo {

        private static final int PRAZO_RPC_MS = 1_000;

        private Entrega entrega;
        private String fonte;           // null = o servidor ainda não respondeu
        private boolean trabalhando;
        private int chamada;

        Copia(String nome, int entreFotos) {
            super(nome, Parte2.this.mundo, Parte2.this.rede, 100, entreFotos);
        }

        @Override
        void iniciar() {
            fonte = null;
            trabalhando = false;
            ObjectNode foto = disco.foto();
            entrega = new Entrega(foto == null ? new Banco() : Banco.de((ObjectNode) foto.get("banco")));
            if (foto != null) {
                foto.get("fontes").properties().forEach(f -> entrega.lembrar(f.getKey(), f.getValue().longValue()));
            }
            Map<String, Long> ultimos = new LinkedHashMap<>();
            disco.repetir(json -> {
                Envelope envelope = Envelope.ler(json);
                ultimos.put(envelope.fonte(), envelope.seq());
                entrega.banco().aplicar(envelope.op());
            });
            ultimos.forEach(entrega::lembrar);
        }

        private void receber(String json) {
            Envelope envelope = Envelope.ler(json);
            if (defeito == Defeito.IGNORAR_BURACO && envelope.seq() > entrega.seguidor(envelope.fonte()).ultimo()) {
                entrega.lembrar(envelope.fonte(), envelope.seq() - 1);
            }
            entregar(entrega.receber(envelope));
        }

        private void entregar(List<Envelope> prontos) {
            for (Envelope envelope : prontos) {
                disco.anexar(envelope.json());
                entrega.aplicar(envelope.seq(), envelope.op());
                vista(nome, envelope.seq(), envelope.op().id_msg());
                mundo.dizer(nome, "aplica", envelope.seq(), envelope.op().id_msg());
            }
        }

        @Override
        void passo() {
            Seguidor seguidor = fonte == null ? new Seguidor(null, 0) : entrega.seguidor(fonte);
            ObjectNode pedido = trabalhando ? null : seguidor.pedido(relogio());
            if (pedido != null) {
                chamar(pedido);
            }
            disco.confirmar(false);
            if (disco.horaDeFotografar()) {
                ObjectNode estado = Json.MAPPER.createObjectNode();
                ObjectNode banco = entrega.banco().json();
                if (defeito == Defeito.FOTO_SEM_TABELA) {
                    banco.putArray("resultados");
                }
                estado.set("banco", banco);
                estado.set("fontes", entrega.fontes());
                disco.fotografar(estado);
            }
        }

        /** Uma chamada de cada vez, com prazo, cada uma na sua ligação. */
        private void chamar(ObjectNode pedido) {
            acao();
            trabalhando = true;
            int esta = ++chamada;
            int minha = vida();
            String canal = "historico-" + minha + "-" + esta;
            rede.enviar(nome, RPC, canal, () -> servidor.chegou(0, () -> {
                String resposta = servidor.historico.historico(pedido);
                rede.enviar(RPC, nome, canal, () -> {
                    if (vida() == minha && chamada == esta && trabalhando) {
                        trabalhando = false;
                        chegou(1, () -> respondida(Json.lerGrande(resposta.getBytes(StandardCharsets.UTF_8))));
                    }
                });
            }));
            mundo.daquiA(PRAZO_RPC_MS * Mundo.MS, () -> trabalhando &= chamada != esta);
        }

        private void respondida(ObjectNode resposta) {
            fonte = Json.texto(resposta, "historia");
            entregar(entrega.seguidor(fonte).resposta(resposta).entregar());
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return List.of(RPC, RPC, "w1", "w2", workers.get(workers.size() - 1).nome);
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        for (Copia worker : workers) {
            long tem = worker.fonte == null ? 0 : worker.entrega.seguidor(worker.fonte).ultimo();
            if (tem != servidor.disco.ultima()) {
                return worker.nome + " está em " + tem + " de " + servidor.disco.ultima();
            }
        }
        return null;
    }

    @Override
    void conferir() {
        List<String> ids = servidor.disco.diario().ler(1, Integer.MAX_VALUE).stream().map(json -> Envelope.ler(json).op().id_msg())
                .toList();
        for (Copia worker : workers) {
            exigir(worker.entrega.banco().lembrados().equals(ids), "%s aplicou outra ordem: %s, e a fila é %s", worker.nome,
                    worker.entrega.banco().lembrados(), ids);
            refazer(ids, worker.entrega.banco(), worker.nome);
        }
        for (Cliente.Pedido pedido : pedidos().values()) {
            exigir(!pedido.confirmado() || ids.stream().anyMatch(id -> original(id).equals(pedido.id)),
                    "perdeu-se %s, que foi confirmado", pedido.id);
        }
    }
}
