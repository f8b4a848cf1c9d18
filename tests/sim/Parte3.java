package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import part3.Replica.Entrega;
import part3.Sequencer.Ordem;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.EstadoDoBanco;
import shared.ordem.Historico;
import shared.ordem.Seguidor;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** A parte 3: um sequenciador, réplicas e clientes. Os laços são os de part3/Sequencer.java e part3/Replica.java. */
final class Parte3 extends Cenario {

    private static final String FONTE = "seq";

    private final Sequenciador sequenciador;
    private final List<Copia> replicas = new ArrayList<>();
    private final Map<Long, String> ordem = new HashMap<>(); // o que se viu aplicar com cada número, seja por quem for
    private int historias;

    Parte3(long semente, Defeito defeito, boolean rastro) {
        super(semente, defeito, rastro);
        int entreFotos = 1 + sorte.nextInt(sorte.nextInt(4) == 0 ? 3 : 40);
        boolean comprido = sorte.nextInt(4) == 0;
        sequenciador = new Sequenciador(entreFotos);
        processos.put(FONTE, sequenciador);
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            Copia replica = new Copia("r" + i, entreFotos);
            replicas.add(replica);
            processos.put(replica.nome, replica);
        }
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            clientes.add(new Cliente("c" + i, mundo, List.of(FONTE), false, comprido, this::pedir));
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = comEstrago(pedido, tentativa);
        rede.enviar(cliente.nome, nome, canal, () -> sequenciador.chegou(0, () -> sequenciador.atender(op,
                texto -> rede.enviar(nome, cliente.nome, canal, () -> resposta.accept(texto)))));
    }

    private void vista(String quem, long seq, String id) {
        String antes = ordem.putIfAbsent(seq, id);
        exigir(antes == null || antes.equals(id), "%s aplicou %s com o número %d, que é de %s", quem, id, seq, antes);
    }

    // ───── O sequenciador ─────

    private record Pendente(Consumer<String> responder, Envelope envelope, boolean nova) {
    }

    private final class Sequenciador extends Processo {

        private final List<Pendente> lote = new ArrayList<>();
        private final Map<String, Long> assinaturas = new HashMap<>();
        private Banco banco;
        private Ordem numeros;
        private Historico historico;
        private boolean semDisco;

        Sequenciador(int entreFotos) {
            super(FONTE, Parte3.this.mundo, Parte3.this.rede, 100, entreFotos);
        }

        @Override
        void iniciar() {
            lote.clear();
            assinaturas.clear();
            semDisco = false;
            ObjectNode meta = disco.meta();
            String historia = meta.has("historia") ? meta.get("historia").textValue() : "h" + ++historias;
            disco.guardarMeta(meta.put("historia", historia));
            numeros = new Ordem(historia);
            banco = new Banco();
            ObjectNode foto = disco.foto();
            if (foto != null) {
                banco = EstadoDoBanco.ler(foto);
                numeros.refazer(banco.lembradas(), disco.daFoto());
            }
            disco.repetir(json -> {
                Envelope envelope = Envelope.ler(json);
                numeros.refazer(envelope.op(), envelope.seq());
                banco.aplicar(envelope.op());
            });
            historico = new Historico(disco.diario(), () -> historia, this::estado);
            replicas.forEach(Copia::assinar);
        }

        private ObjectNode estado() {
            ObjectNode estado = EstadoDoBanco.de(banco);
            if (defeito == Defeito.FOTO_SEM_TABELA) {
                estado.putArray("resultados");
            }
            return estado;
        }

        private void atender(Operacao op, Consumer<String> responder) {
            long antes = numeros.ultimo();
            Envelope envelope;
            try {
                envelope = numeros.ordenar(op);
            } catch (MensagemInvalida e) {
                responder.accept(e.resposta());
                return;
            }
            boolean nova = envelope.seq() > antes;
            if (nova && !semDisco) {
                disco.anexar(envelope.json());
            }
            lote.add(new Pendente(responder, envelope, nova));
        }

        private void controlar(ObjectNode pedido, Consumer<String> responder) {
            acao();
            responder.accept(pedido.get("pedido").textValue().equals("HISTORICO") ? historico.historico(pedido)
                    : historico.instantaneo(pedido));
        }

        @Override
        void passo() {
            if (defeito == Defeito.RESPONDER_ANTES_DO_DIARIO) {
                lote.forEach(p -> p.responder().accept("OK seq=" + p.envelope().seq()));
            }
            comDisco(() -> disco.gravar(true));
            for (Pendente p : lote) {
                if (p.envelope().seq() > disco.ultima()) {
                    recusar(p);
                    continue;
                }
                if (p.nova()) {
                    banco.aplicar(p.envelope().op());
                    vista(nome, p.envelope().seq(), p.envelope().op().id_msg());
                    difundir(p.envelope().json());
                }
                acao();
                p.responder().accept("OK seq=" + p.envelope().seq());
            }
            lote.clear();
            if (disco.horaDeFotografar()) {
                comDisco(() -> disco.fotografar(estado()));
            }
            disco.diario().ler(numeros.aRepetir(disco.ultima(), relogio()), 1).forEach(this::difundir);
        }

        private void comDisco(Runnable algo) {
            try {
                algo.run();
            } catch (Falha e) {
                semDisco = true;
            }
        }

        private void recusar(Pendente p) {
            acao();
            p.responder().accept(defeito == Defeito.IGNORAR_O_DISCO ? "OK seq=" + p.envelope().seq() : "ERRO disco");
        }

        private void difundir(String envelope) {
            acao();
            for (Copia replica : replicas) {
                if (mundo.agora() >= assinaturas.getOrDefault(replica.nome, Long.MAX_VALUE)) {
                    int dela = replica.vida();
                    rede.enviar(nome, replica.nome, replica.ordem.canal(), () -> {
                        if (replica.vida() == dela) {
                            replica.chegou(0, () -> replica.receber(envelope));
                        }
                    });
                }
            }
            numeros.difundido(relogio());
        }
    }

    // ───── Uma réplica ─────

    private final class Copia extends Processo {

        private Entrega entrega;
        private Ligacao ordem;
        private Ligacao recuperacao;
        private String historiaGuardada;
        private boolean semDisco;

        Copia(String nome, int entreFotos) {
            super(nome, Parte3.this.mundo, Parte3.this.rede, 100, entreFotos);
        }

        void assinar() {
            if (vivo()) {
                sequenciador.assinaturas.put(nome, mundo.agora() + sorte.nextInt(300) * Mundo.MS);
            }
        }

        @Override
        void iniciar() {
            semDisco = false;
            Banco banco = disco.foto() == null ? new Banco() : EstadoDoBanco.ler(disco.foto());
            disco.repetir(json -> banco.aplicar(Envelope.ler(json).op()));
            historiaGuardada = disco.meta().path("historia").textValue();
            entrega = new Entrega(banco, historiaGuardada, disco.ultima());
            ordem = new Ligacao(this, sequenciador, "ordem-" + vida(), this::assinar);
            recuperacao = new Ligacao(this, sequenciador, "recuperacao-" + vida(), () -> { });
            assinar();
        }

        private void receber(String json) {
            Envelope envelope = Envelope.ler(json);
            if (defeito == Defeito.IGNORAR_BURACO && envelope.seq() > entrega.seguidor().ultimo()) {
                entrega = new Entrega(entrega.banco(), envelope.historia(), envelope.seq() - 1);
            }
            List<Envelope> prontos = entrega.seguidor().receber(envelope);
            comDisco(() -> entregar(prontos));
        }

        private void comDisco(Runnable algo) {
            try {
                if (!semDisco) {
                    algo.run();
                }
            } catch (Falha e) {
                semDisco = true;
            }
        }

        private void entregar(List<Envelope> prontos) {
            if (prontos.isEmpty()) {
                return;
            }
            lembrarHistoria();
            prontos.forEach(envelope -> disco.anexar(envelope.json()));
            disco.gravar(false);
            for (Envelope envelope : prontos) {
                entrega.aplicar(envelope);
                vista(nome, envelope.seq(), envelope.op().id_msg());
                mundo.dizer(nome, "aplica", envelope.seq(), envelope.op().id_msg());
            }
            if (disco.horaDeFotografar()) {
                disco.fotografar(EstadoDoBanco.de(entrega.banco()));
            }
        }

        private void lembrarHistoria() {
            String historia = entrega.seguidor().historia();
            if (historia != null && !historia.equals(historiaGuardada)) {
                disco.guardarMeta(disco.meta().put("historia", historia));
                historiaGuardada = historia;
            }
        }

        @Override
        void passo() {
            cuidar(ordem);
            cuidar(recuperacao);
            ObjectNode pedido = semDisco ? null : entrega.seguidor().pedido(relogio());
            if (pedido == null) {
                return;
            }
            acao();
            int esta = vida();
            String canal = recuperacao.canal();
            rede.enviar(nome, FONTE, canal, () -> sequenciador.chegou(0, () -> sequenciador.controlar(pedido,
                    resposta -> rede.enviar(FONTE, nome, canal, () -> {
                        if (vida() == esta) {
                            chegou(1, () -> comDisco(() -> recuperada(resposta)));
                        }
                    }))));
        }

        private void recuperada(String resposta) {
            Seguidor.Passo passo = entrega.seguidor().resposta(Json.lerGrande(resposta.getBytes(StandardCharsets.UTF_8)));
            if (passo.foto() != null) {
                Banco copia = EstadoDoBanco.ler(passo.foto().estado());
                lembrarHistoria();
                disco.recomecarDe(passo.foto().posicao(), EstadoDoBanco.de(copia));
                entrega.adotar(passo.foto(), copia);
                mundo.dizer(nome, "adota a foto", passo.foto().posicao());
            }
            entregar(passo.entregar());
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return List.of(FONTE, FONTE, "r1", "r2", replicas.get(replicas.size() - 1).nome);
    }

    @Override
    void consertada(String de, String para) {
        replicas.stream().filter(r -> r.nome.equals(de) || r.nome.equals(para)).forEach(Copia::assinar);
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        long fim = sequenciador.disco.ultima();
        for (Copia replica : replicas) {
            Seguidor seguidor = replica.entrega.seguidor();
            if (!seguidor.emDia() || seguidor.ultimo() != fim) {
                return replica.nome + " está em " + seguidor.ultimo() + " de " + fim;
            }
        }
        return null;
    }

    @Override
    void conferir() {
        List<String> ids = List.copyOf(sequenciador.banco.lembradas().todas().keySet());
        exigir(ids.size() == sequenciador.disco.ultima(), "o sequenciador tem %d números e %d operações",
                sequenciador.disco.ultima(), ids.size());
        refazer(ids, sequenciador.banco, FONTE);
        for (Copia replica : replicas) {
            List<String> dela = List.copyOf(replica.entrega.banco().lembradas().todas().keySet());
            exigir(dela.equals(ids), "%s aplicou outra ordem: %s, e o sequenciador %s", replica.nome, dela, ids);
            refazer(ids, replica.entrega.banco(), replica.nome);
        }
        for (Cliente.Pedido pedido : pedidos().values()) {
            if (pedido.confirmado()) {
                int seq = Integer.parseInt(pedido.resposta.substring("OK seq=".length()));
                exigir(seq <= ids.size() && original(ids.get(seq - 1)).equals(pedido.id),
                        "ao cliente de %s disse-se '%s', e esse lugar é de outra", pedido.id, pedido.resposta);
            }
        }
        exigirQueRecusadasNaoValham(id -> ids.stream().anyMatch(aplicada -> original(aplicada).equals(id)));
    }
}
