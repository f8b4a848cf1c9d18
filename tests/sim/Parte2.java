package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import part2.regra.Fila;
import part2.regra.Entrega;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.EstadoDoBanco;
import shared.ordem.Historico;
import shared.ordem.Seguidor;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** A parte 2: um ou dois servidores RPC, workers e clientes. Os laços são os de part2/RpcServer.java e part2/Worker.java. */
final class Parte2 extends Cenario {

    private final List<Servidor> servidores = new ArrayList<>();
    private final List<Copia> workers = new ArrayList<>();
    private final Map<String, String> ordem = new HashMap<>(); // o que se viu com cada número de cada fila

    Parte2(long semente, Defeito defeito, boolean rastro, int quantosServidores) {
        super(semente, defeito, rastro);
        int entreFotos = 1 + sorte.nextInt(sorte.nextInt(4) == 0 ? 3 : 40);
        for (int i = 1; i <= quantosServidores; i++) {
            servidores.add(new Servidor("rpc" + i));
        }
        servidores.forEach(s -> processos.put(s.nome, s));
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            workers.add(new Copia("w" + i, entreFotos));
        }
        workers.forEach(w -> processos.put(w.nome, w));
        List<String> nomes = new ArrayList<>(servidores.stream().map(s -> s.nome).toList());
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            clientes.add(new Cliente("c" + i, mundo, List.copyOf(nomes), false, false, this::pedir));
            nomes.add(nomes.remove(0)); // o seguinte começa por outro
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = comEstrago(pedido, tentativa);
        Servidor servidor = (Servidor) processos.get(nome);
        rede.enviar(cliente.nome, nome, canal, () -> servidor.chegou(0, () -> servidor.enfileirar(op,
                texto -> rede.enviar(nome, cliente.nome, canal, () -> resposta.accept(texto)))));
    }

    private void vista(String quem, String fonte, long seq, String id) {
        String antes = ordem.putIfAbsent(fonte + seq, id);
        exigir(antes == null || antes.equals(id), "%s viu %s com o número %d de %s, que é de %s", quem, id, seq, fonte,
                antes);
    }

    // ───── Um servidor ─────

    private final class Servidor extends Processo {

        private static final int LOTE = 64;

        private final List<Runnable> aoConfirmar = new ArrayList<>();
        private final List<Ligacao> filas = new ArrayList<>();
        private Fila fila;
        private Historico historico;
        private boolean semDisco;

        Servidor(String nome) {
            super(nome, Parte2.this.mundo, Parte2.this.rede, 20, Integer.MAX_VALUE);
        }

        @Override
        void iniciar() {
            aoConfirmar.clear();
            semDisco = false;
            String fonte = diario.meta().has("historia") ? diario.meta().get("historia").textValue() : "f-" + nome;
            diario.guardarMeta(diario.meta().put("historia", fonte));
            fila = new Fila(fonte, workers.size());
            diario.repetir(json -> {
                Envelope envelope = Envelope.ler(json);
                fila.refazer(envelope.op(), envelope.seq());
            });
            fila.servirDaquiEmDiante();
            filas.clear();
            workers.forEach(worker -> filas.add(new Ligacao(this, worker, "fila-" + vida(), () -> { })));
            historico = new Historico(diario, () -> fonte, null);
        }

        private void enfileirar(Operacao op, Consumer<String> responder) {
            long antes = fila.ultimo();
            Envelope envelope;
            try {
                envelope = fila.enfileirar(op);
            } catch (MensagemInvalida e) {
                responder.accept(e.resposta());
                return;
            }
            if (envelope.seq() > antes && !semDisco) {
                acao();
                diario.anexar(envelope.json());
            }
            if (defeito == Defeito.RESPONDER_ANTES_DO_DIARIO) {
                responder.accept("enfileirado: " + op.id_msg());
            }
            aoConfirmar.add(() -> {
                acao();
                boolean vale = envelope.seq() <= diario.ultima() || defeito == Defeito.IGNORAR_O_DISCO;
                responder.accept(vale ? "enfileirado: " + op.id_msg() : "ERRO disco");
            });
        }

        @Override
        void passo() {
            try {
                diario.gravar(true);
            } catch (Falha e) {
                semDisco = true;
            }
            aoConfirmar.forEach(Runnable::run);
            aoConfirmar.clear();
            for (int i = 0; i < workers.size(); i++) {
                cuidar(filas.get(i));
                servir(i);
            }
        }

        private void servir(int worker) {
            long seq = fila.aEnviar(worker, diario.ultima(), relogio());
            for (String envelope : diario.ler(seq, LOTE)) {
                enviar(worker, envelope);
                fila.servido(worker, seq++);
            }
        }

        private void enviar(int worker, String envelope) {
            acao();
            Copia dele = workers.get(worker);
            rede.enviar(nome, dele.nome, filas.get(worker).canal(), () -> dele.chegou(0, () -> dele.receber(envelope)));
        }

        private List<String> ids() {
            return diario.ler(1, Integer.MAX_VALUE).stream().map(json -> Envelope.ler(json).op().id_msg()).toList();
        }
    }

    // ───── Um worker ─────

    private final class Copia extends Processo {

        private static final int PERGUNTAR_MS = 1_000;

        private final List<Recuperacao> recuperacoes = new ArrayList<>();
        private Entrega entrega;
        private boolean semDisco;
        private long perguntouEm;

        Copia(String nome, int entreFotos) {
            super(nome, Parte2.this.mundo, Parte2.this.rede, 100, entreFotos);
        }

        @Override
        void iniciar() {
            recuperacoes.clear();
            servidores.forEach(servidor -> recuperacoes.add(new Recuperacao(this, servidor)));
            semDisco = false;
            ObjectNode foto = diario.instantaneo();
            entrega = new Entrega(foto == null ? new Banco() : EstadoDoBanco.ler((ObjectNode) foto.get("banco")));
            if (foto != null) {
                foto.get("fontes").properties().forEach(f -> entrega.lembrar(f.getKey(), f.getValue().longValue()));
            }
            Map<String, Long> ultimos = new LinkedHashMap<>();
            diario.repetir(json -> {
                Envelope envelope = Envelope.ler(json);
                ultimos.put(envelope.historia(), envelope.seq());
                entrega.aplicar(envelope);
            });
            ultimos.forEach(entrega::lembrar);
        }

        private void receber(String json) {
            Envelope envelope = Envelope.ler(json);
            if (defeito == Defeito.IGNORAR_BURACO && envelope.seq() > entrega.seguidor(envelope.historia()).ultimo()) {
                entrega.lembrar(envelope.historia(), envelope.seq() - 1);
            }
            entregar(entrega.receber(envelope));
        }

        private void entregar(List<Envelope> prontos) {
            for (Envelope envelope : semDisco ? List.<Envelope>of() : prontos) {
                acao();
                diario.anexar(envelope.json());
                entrega.aplicar(envelope);
                vista(nome, envelope.historia(), envelope.seq(), envelope.op().id_msg());
                mundo.dizer(nome, "aplica", envelope.historia(), envelope.seq(), envelope.op().id_msg());
            }
        }

        @Override
        void passo() {
            Set<String> conhecidas = recuperacoes.stream().map(r -> r.fonte).collect(Collectors.toSet());
            if (relogio() - perguntouEm > PERGUNTAR_MS && entrega.faltaDeOutra(conhecidas)) {
                perguntouEm = relogio();
                recuperacoes.forEach(r -> r.fonte = null);
            }
            recuperacoes.forEach(Recuperacao::avancar);
            try {
                gravar();
            } catch (Falha e) {
                semDisco = true;
            }
        }

        private void gravar() {
            if (semDisco) {
                return;
            }
            diario.gravar(false);
            if (diario.horaDeFotografar()) {
                ObjectNode estado = Json.MAPPER.createObjectNode();
                ObjectNode banco = EstadoDoBanco.de(entrega.banco());
                if (defeito == Defeito.FOTO_SEM_TABELA) {
                    banco.putArray("resultados");
                }
                estado.set("banco", banco);
                estado.set("fontes", entrega.historias());
                diario.fotografar(estado);
            }
        }
    }

    /** Um servidor a quem um worker pede o que lhe falta: uma chamada de cada vez, com prazo, cada uma na sua ligação. */
    private static final class Recuperacao {

        private static final int PRAZO_RPC_MS = 1_000;

        private final Copia worker;
        private final Servidor servidor;
        private String fonte;           // null = o servidor ainda não respondeu
        private boolean trabalhando;
        private int chamada;

        Recuperacao(Copia worker, Servidor servidor) {
            this.worker = worker;
            this.servidor = servidor;
        }

        void avancar() {
            Seguidor seguidor = fonte == null ? new Seguidor(null, 0) : worker.entrega.seguidor(fonte);
            ObjectNode pedido = trabalhando || seguidor.querFoto() ? null : seguidor.pedido(worker.relogio());
            if (pedido != null) {
                chamar(pedido);
            }
        }

        private void chamar(ObjectNode pedido) {
            worker.acao();
            trabalhando = true;
            int esta = ++chamada;
            int vida = worker.vida();
            String canal = "historico-" + vida + "-" + esta;
            worker.rede.enviar(worker.nome, servidor.nome, canal, () -> servidor.chegou(0, () -> {
                String resposta = servidor.historico.historico(pedido);
                worker.rede.enviar(servidor.nome, worker.nome, canal, () -> {
                    if (worker.vida() == vida && chamada == esta && trabalhando) {
                        trabalhando = false;
                        worker.chegou(1, () -> respondida(Json.lerGrande(resposta.getBytes(StandardCharsets.UTF_8))));
                    }
                });
            }));
            worker.mundo.daquiA(PRAZO_RPC_MS * Mundo.MS, () -> trabalhando &= chamada != esta);
        }

        private void respondida(ObjectNode resposta) {
            fonte = Json.texto(resposta, "historia");
            worker.entregar(worker.entrega.seguidor(fonte).resposta(resposta).entregar());
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return List.of("rpc1", servidores.get(servidores.size() - 1).nome, "w1", "w2", workers.get(workers.size() - 1).nome);
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        for (Copia worker : workers) {
            for (Recuperacao de : worker.recuperacoes) {
                long tem = de.fonte == null ? 0 : worker.entrega.seguidor(de.fonte).ultimo();
                if (tem != de.servidor.diario.ultima()) {
                    return worker.nome + " está em " + tem + " de " + de.servidor.diario.ultima() + " de " + de.servidor.nome;
                }
            }
        }
        return null;
    }

    /** Cada worker aplicou uma vez o que está nas filas, e só isso, e por ordem o que é de cada uma. */
    @Override
    void conferir() {
        Set<String> todas = new LinkedHashSet<>();
        servidores.forEach(servidor -> todas.addAll(servidor.ids()));
        for (Copia worker : workers) {
            List<String> aplicadas = List.copyOf(worker.entrega.banco().lembradas().todas().keySet());
            exigir(todas.equals(Set.copyOf(aplicadas)), "%s aplicou %s, e nas filas está %s", worker.nome, aplicadas, todas);
            for (Servidor servidor : servidores) {
                boolean porOrdem = soDe(servidor, aplicadas).equals(soDe(servidor, servidor.ids()));
                exigir(porOrdem, "%s aplicou %s, e a fila de %s é %s", worker.nome, aplicadas, servidor.nome,
                        servidor.ids());
            }
            refazer(aplicadas, worker.entrega.banco(), worker.nome);
        }
        Set<String> pedidas = todas.stream().map(Cenario::original).collect(Collectors.toSet());
        for (Cliente.Pedido pedido : pedidos().values()) {
            exigir(!pedido.confirmado() || pedidas.contains(pedido.id), "perdeu-se %s, que foi confirmado", pedido.id);
        }
        exigirQueRecusadasNaoValham(pedidas::contains);
    }

    /** As que estão na fila deste servidor e em nenhuma outra (um cliente pode ter pedido a mesma aos dois). */
    private List<String> soDe(Servidor este, List<String> ids) {
        Set<String> dele = new LinkedHashSet<>(este.ids());
        servidores.stream().filter(outro -> outro != este).forEach(outro -> dele.removeAll(outro.ids()));
        return ids.stream().filter(dele::contains).toList();
    }

    /** Cada servidor só sabe dos id_msg que passaram por ele. */
    @Override
    boolean lembraOConfirmado() {
        return servidores.size() == 1;
    }

    /** Com dois servidores, cada worker pode ter outra ordem. */
    @Override
    boolean mostrouFraqueza() {
        return workers.stream().map(worker -> List.copyOf(worker.entrega.banco().lembradas().todas().keySet())).distinct().count() > 1;
    }
}
