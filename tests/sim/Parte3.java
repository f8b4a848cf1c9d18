package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import part3.regra.Copia;
import part3.regra.Sequenciador;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** A parte 3: um sequenciador, réplicas e clientes. Os núcleos são os de part3/Sequencer.java e part3/Replica.java. */
final class Parte3 extends Cenario {

    private static final String FONTE = "seq";
    private static final String OK = "OK seq=";

    private final Fonte fonte;
    private final List<Replica> replicas = new ArrayList<>();
    private final Map<Long, String> ordem = new HashMap<>(); // o que se viu com cada número, seja em quem for
    private int historias;

    Parte3(Mundo mundo, Defeito defeito, Alcance alcance) {
        super(mundo, defeito, alcance);
        int entreInstantaneos = entreInstantaneos();
        boolean comprido = mundo.sortear(sorte, 4, 1) == 0;
        fonte = new Fonte(entreInstantaneos);
        processos.put(FONTE, fonte);
        for (int i = 1; i <= dois(); i++) {
            Replica replica = new Replica("r" + i, entreInstantaneos);
            replicas.add(replica);
            processos.put(replica.nome, replica);
        }
        for (int i = 1; i <= dois(); i++) {
            clientes.add(new Cliente("c" + i, mundo, List.of(FONTE), false, comprido, this::pedir));
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = comEstrago(pedido, tentativa);
        rede.enviar(cliente.nome, nome, canal, op.json(), () -> fonte.chegou(0, () -> fonte.receber(op.json(),
                texto -> rede.enviar(nome, cliente.nome, canal, texto, () -> resposta.accept(texto)))));
    }

    /** O que alguém difunde ou aplica está no disco dele, e é o mesmo que qualquer outro viu com esse número. */
    private void vista(Processo quem, Envelope envelope) {
        String id = envelope.op().id_msg();
        exigirNoDisco(quem, envelope.seq());
        String antes = ordem.putIfAbsent(envelope.seq(), id);
        exigirPorDentro(antes == null || antes.equals(id), "%s diz ou aplica %s com o número %d, que é de %s", quem.nome, id,
                envelope.seq(), antes);
    }

    // ───── O sequenciador ─────

    private final class Fonte extends Processo implements Sequenciador.Saida<Consumer<String>> {

        private final Map<String, Long> assinaturas = new HashMap<>();
        private Sequenciador<Consumer<String>> nucleo;

        Fonte(int entreInstantaneos) {
            super(FONTE, Parte3.this, 100, entreInstantaneos);
        }

        @Override
        void iniciar() {
            assinaturas.clear();
            nucleo = new Sequenciador<>(diario, "h" + ++historias, false, this);
            replicas.forEach(Replica::assinar);
        }

        private void receber(String pedido, Consumer<String> responder) {
            atender(() -> nucleo.atender(responder, pedido.getBytes(StandardCharsets.UTF_8)), responder);
        }

        @Override
        void passo() {
            nucleo.passo(relogio());
        }

        @Override
        public void responder(Consumer<String> cliente, String texto) {
            acao();
            exigirNoDisco(this, texto.startsWith(OK) ? Long.parseLong(texto.substring(OK.length())) : 0);
            cliente.accept(texto);
        }

        @Override
        public String estado() {
            throw new AssertionError("ninguém pergunta");
        }

        @Override
        public void difundir(String envelope) {
            acao();
            vista(this, Envelope.ler(envelope));
            for (Replica replica : replicas) {
                if (mundo.agora() >= assinaturas.getOrDefault(replica.nome, Long.MAX_VALUE)) {
                    int dela = replica.vida();
                    rede.enviar(nome, replica.nome, replica.ordem.canal(), envelope, () -> {
                        if (replica.vida() == dela) {
                            replica.chegou(0, () -> replica.receber(envelope));
                        }
                    });
                }
            }
        }

        @Override
        public void decidiu(String evento, Envelope envelope) {
            mundo.dizer(nome, evento, envelope.seq(), envelope.op().id_msg());
        }

        @Override
        public void registrar(String evento, Object... pares) {
            registrada(this, evento, pares);
        }
    }

    // ───── Uma réplica ─────

    private final class Replica extends Processo implements Copia.Saida {

        private Copia nucleo;
        private Ligacao ordem;
        private Ligacao recuperacao;

        Replica(String nome, int entreInstantaneos) {
            super(nome, Parte3.this, 100, entreInstantaneos);
        }

        void assinar() {
            if (vivo()) {
                fonte.assinaturas.put(nome, mundo.agora() + mundo.sortear(sorte, 300, 1) * Mundo.MS);
            }
        }

        @Override
        void iniciar() {
            nucleo = new Copia(diario, this);
            boolean sabe = nucleo.ultimo() == 0 || nucleo.seguidor().historia() != null;
            exigir(sabe, "%s guardou até %d, e esqueceu de que história", nome, nucleo.ultimo());
            ordem = new Ligacao(this, fonte, "ordem-" + vida(), this::assinar);
            recuperacao = new Ligacao(this, fonte, "recuperacao-" + vida(), () -> { });
            assinar();
        }

        private void receber(String envelope) {
            String chega = defeito == Defeito.IGNORAR_BURACO ? semBuraco(envelope) : envelope;
            nucleo.difundido(chega.getBytes(StandardCharsets.UTF_8));
        }

        /** Uma rede que muda o número do que chega adiantado para o que a réplica espera. */
        private String semBuraco(String envelope) {
            Envelope lido = Envelope.ler(envelope);
            long proximo = nucleo.seguidor().ultimo() + 1;
            return lido.seq() <= proximo ? envelope : new Envelope(proximo, lido.op(), lido.historia()).json();
        }

        @Override
        void passo() {
            cuidar(ordem);
            cuidar(recuperacao);
            nucleo.passo(relogio(), !recupera());
            conferirConsulta(this, nucleo.banco(), nucleo.ultimo(), nucleo.ultimo());
        }

        @Override
        public void pedir(ObjectNode pedido) {
            acao();
            int esta = vida();
            String canal = recuperacao.canal();
            String texto = Json.escrever(pedido);
            rede.enviar(nome, FONTE, canal, texto, () -> fonte.chegou(0, () -> fonte.receber(texto,
                    resposta -> rede.enviar(FONTE, nome, canal, resposta, () -> {
                        if (vida() == esta) {
                            chegou(1, () -> nucleo.respondido(resposta.getBytes(StandardCharsets.UTF_8)));
                        }
                    }))));
        }

        @Override
        public void aplicada(Aplicada aplicada, Banco banco) {
            vista(this, new Envelope(aplicada.seq(), aplicada.op()));
            aplicou(this, aplicada, banco.saldo(aplicada.op().conta_origem()).toPlainString());
        }

        @Override
        public void adiantada(Envelope envelope, long falta) {
            mundo.dizer(nome, "espera", envelope.seq(), "falta", falta);
        }

        @Override
        public void recusada(MensagemInvalida erro) {
            throw new Violacao("%s não entende o sequenciador: %s", nome, erro.getMessage());
        }

        @Override
        public void registrar(String evento, Object... pares) {
            registrada(this, evento, pares);
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
        replicas.stream().filter(r -> r.nome.equals(de) || r.nome.equals(para)).forEach(Replica::assinar);
    }

    @Override
    Map<String, Banco> bancos() {
        Map<String, Banco> bancos = new TreeMap<>();
        replicas.forEach(r -> bancos.put(r.nome, r.nucleo.banco()));
        return bancos;
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        long fim = fonte.nucleo.ultimo();
        for (Replica replica : replicas) {
            Seguidor seguidor = replica.nucleo.seguidor();
            if (recupera() && !seguidor.emDia() || seguidor.ultimo() != fim || replica.nucleo.ultimo() != fim) {
                return replica.nome + " está em " + replica.nucleo.ultimo() + " de " + fim;
            }
        }
        return null;
    }

    @Override
    void conferir() {
        Banco doSequenciador = doDiario(fonte.diario);
        List<String> ids = List.copyOf(doSequenciador.lembradas().todas().keySet());
        exigir(ids.size() == fonte.nucleo.ultimo(), "o sequenciador tem %d números e %d operações", fonte.nucleo.ultimo(),
                ids.size());
        refazer(ids, doSequenciador, FONTE);
        for (Replica replica : replicas) {
            List<String> dela = List.copyOf(replica.nucleo.banco().lembradas().todas().keySet());
            exigir(dela.equals(ids), "%s aplicou outra ordem: %s, e o sequenciador %s", replica.nome, dela, ids);
            refazer(ids, replica.nucleo.banco(), replica.nome);
        }
        for (Cliente.Pedido pedido : pedidos().values()) {
            if (pedido.confirmado()) {
                int seq = Integer.parseInt(pedido.resposta.substring(OK.length()));
                exigir(seq <= ids.size() && original(ids.get(seq - 1)).equals(pedido.id),
                        "ao cliente de %s disse-se '%s', e esse lugar é de outra", pedido.id, pedido.resposta);
            }
        }
        exigirQueRecusadasNaoValham(id -> ids.stream().anyMatch(aplicada -> original(aplicada).equals(id)));
    }
}
