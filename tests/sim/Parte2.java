package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import part2.regra.Consumidor;
import part2.regra.Enfileirador;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado.Situacao;
import shared.ordem.Aplicada;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * A parte 2: um ou dois servidores RPC, workers e clientes, e talvez um worker do sistema original. Os núcleos são os de
 * part2/RpcServer.java e part2/Worker.java.
 */
final class Parte2 extends Cenario {

    private static final int ESCOADA_MS = 1_000; // o que não chegou nisto já não ocupa lugar na fila do soquete

    private final List<Servidor> servidores = new ArrayList<>();
    private final List<Processo> todos = new ArrayList<>();     // os workers, pela ordem em que os servidores os conhecem
    private final List<Worker> workers = new ArrayList<>();     // os nossos
    private final Original original;                            // null = nenhum
    private final Map<String, String> ordem = new HashMap<>();  // o que se viu com cada número de cada fila
    private final int cabem;                                    // mensagens no soquete de cada fila

    Parte2(Mundo mundo, Defeito defeito, Alcance alcance, int quantosServidores, boolean comOriginal) {
        super(mundo, defeito, alcance);
        int entreInstantaneos = entreInstantaneos();
        cabem = mundo.roteiro() != null ? 100
                : 1 + mundo.sorte("filas").nextInt(mundo.sorte("filas").nextInt(2) == 0 ? 4 : 100);
        for (int i = 1; i <= quantosServidores; i++) { // o instantâneo de um não serve a quem segue dois
            servidores.add(new Servidor("rpc" + i, quantosServidores == 1 ? entreInstantaneos : Integer.MAX_VALUE));
        }
        for (int i = 1; i <= dois(); i++) {
            workers.add(new Worker("w" + i, entreInstantaneos));
        }
        original = comOriginal ? new Original(servidores.get(0)) : null;
        todos.addAll(workers);
        Stream.ofNullable(original).forEach(todos::add);
        Stream.concat(servidores.stream(), todos.stream()).forEach(processo -> processos.put(processo.nome, processo));
        List<String> nomes = new ArrayList<>(servidores.stream().map(s -> s.nome).toList());
        for (int i = 1; i <= dois(); i++) {
            clientes.add(new Cliente("c" + i, mundo, List.copyOf(nomes), false, false, this::pedir));
            nomes.add(nomes.remove(0)); // o seguinte começa por outro
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = comEstrago(pedido, tentativa);
        Servidor servidor = (Servidor) processos.get(nome);
        rede.enviar(cliente.nome, nome, canal, op.json(), () -> servidor.chegou(0, () -> servidor.chamado(op,
                texto -> rede.enviar(nome, cliente.nome, canal, texto, () -> resposta.accept(texto)))));
    }

    private void vista(String quem, String historia, long seq, String id) {
        String antes = ordem.putIfAbsent(historia + seq, id);
        exigirPorDentro(antes == null || antes.equals(id), "%s diz ou aplica %s com o número %d de %s, que é de %s",
                quem, id, seq, historia, antes);
    }

    // ───── Um servidor ─────

    private final class Servidor extends Processo implements Enfileirador.Saida<Consumer<String>> {

        private final List<Ligacao> filas = new ArrayList<>();
        private final Map<String, Integer> aCaminho = new HashMap<>(); // quantas, em cada conexão, ainda não chegaram
        private Enfileirador<Consumer<String>> nucleo;

        Servidor(String nome, int entreInstantaneos) {
            super(nome, Parte2.this, 20, entreInstantaneos);
        }

        @Override
        void iniciar() {
            filas.clear();
            todos.forEach(worker -> filas.add(new Ligacao(this, worker, "fila-" + vida(), () -> { })));
            List<String> nomes = todos.stream().map(worker -> worker.nome).toList();
            nucleo = new Enfileirador<>(diario, "f-" + nome + "-" + vida(), nomes, this);
        }

        private void chamado(Operacao op, Consumer<String> responder) {
            atender(() -> {
                nucleo.enfileirar(op, responder);
                return null;
            }, responder);
        }

        @Override
        void passo() {
            filas.forEach(Parte2.this::cuidar);
            nucleo.passo(relogio());
            Stream.ofNullable(original).forEach(Original::semRisco);
        }

        @Override
        public void responder(Consumer<String> cliente, String texto) {
            acao();
            cliente.accept(texto);
        }

        @Override
        public void recusar(Consumer<String> cliente, Falha porque) {
            acao();
            cliente.accept("ERRO disco: " + porque.getMessage());
        }

        @Override
        public Enfileirador.Quem quem(int worker) {
            if (todos.get(worker) != original) {
                return Enfileirador.Quem.NOSSO;
            } else if (!original.vivo()) {
                return Enfileirador.Quem.NINGUEM;
            }
            original.emRisco(diario.ultima());
            return Enfileirador.Quem.ORIGINAL;
        }

        @Override
        public boolean enviar(int worker, String texto) {
            acao();
            Processo dele = todos.get(worker);
            String canal = filas.get(worker).canal();
            String fila = dele.nome + " " + canal; // o nome do canal só é único entre os mesmos dois
            if (aCaminho.getOrDefault(fila, 0) >= cabem) {
                return false;
            }
            aCaminho.merge(fila, 1, Integer::sum);
            boolean[] saiu = new boolean[1];
            Runnable sai = () -> {
                if (!saiu[0]) {
                    saiu[0] = true;
                    aCaminho.merge(fila, -1, Integer::sum);
                }
            };
            mundo.daquiA(ESCOADA_MS * Mundo.MS, () -> !saiu[0], sai);
            rede.enviar(nome, dele.nome, canal, texto, () -> {
                sai.run();
                dele.chegou(0, () -> receber(dele, canal, texto));
            });
            if (dele == original) {
                original.enviou(texto);
            } else {
                Envelope envelope = Envelope.ler(texto);
                exigirNoDisco(envelope);
                vista(nome, envelope.historia(), envelope.seq(), envelope.op().id_msg());
            }
            return true;
        }

        private void receber(Processo dele, String canal, String texto) {
            if (dele instanceof Worker worker) {
                worker.receber(texto);
            } else {
                original.receber(canal, texto);
            }
        }

        @Override
        public void decidiu(String evento, Envelope envelope) {
            exigirNoDisco(envelope);
            mundo.dizer(nome, evento, envelope.seq(), envelope.op().id_msg());
        }

        private void exigirNoDisco(Envelope envelope) {
            exigirPorDentro(envelope.seq() <= diario.ultima(), "%s diz que tem a %d, e o diário vai até à %d", nome,
                    envelope.seq(), diario.ultima());
        }

        @Override
        public void registrar(String evento, Object... pares) {
            registrada(this, evento, pares);
        }

        private String historia() {
            return diario.meta().path("historia").asText();
        }

        private List<String> ids() {
            return List.copyOf(doDiario(diario).lembradas().todas().keySet());
        }
    }

    // ───── Um worker ─────

    private final class Worker extends Processo implements Consumidor.Saida {

        private static final int PRAZO_RPC_MS = 2_500;

        private final Map<Integer, Integer> esperadas = new HashMap<>(); // a chamada a cada servidor que ainda não acabou
        private int chamadas;
        private long repetidas; // entradas do diário que não mudaram nada: vieram pelas filas de dois servidores
        private Consumidor nucleo;

        Worker(String nome, int entreInstantaneos) {
            super(nome, Parte2.this, 100, entreInstantaneos);
        }

        @Override
        void iniciar() {
            esperadas.clear();
            nucleo = new Consumidor(diario, recupera() ? servidores.size() : 0, this);
            repetidas = nucleo.aplicadas() - feitas();
        }

        private long feitas() {
            return nucleo.banco().aplicadas() + nucleo.banco().recusadas();
        }

        private void receber(String envelope) {
            String chega = defeito == Defeito.IGNORAR_BURACO ? semBuraco(envelope) : envelope;
            nucleo.recebido(chega.getBytes(StandardCharsets.UTF_8));
        }

        /** Uma rede que muda o número do que chega adiantado para o que o worker espera. */
        private String semBuraco(String envelope) {
            Envelope lido = Envelope.ler(envelope);
            long proximo = nucleo.historias().path(lido.historia()).asLong() + 1;
            return lido.seq() <= proximo ? envelope : new Envelope(proximo, lido.op(), lido.historia()).json();
        }

        @Override
        void passo() {
            nucleo.passo(relogio());
            exigirPorDentro(feitas() + repetidas == nucleo.aplicadas(),
                    "%s diz que aplicou %d, e no seu estado há %d operações",
                    nome, nucleo.aplicadas() - repetidas, feitas()); // o que diz a quem pergunta
        }

        @Override
        public void pedir(int qual, ObjectNode pedido) {
            acao();
            Servidor servidor = servidores.get(qual);
            int esta = ++chamadas;
            esperadas.put(qual, esta);
            String canal = "historico-" + vida() + "-" + esta;
            rede.enviar(nome, servidor.nome, canal, Json.escrever(pedido), () -> servidor.chegou(0, () -> servidor.atender(
                    () -> pedido.has("posicao") ? servidor.nucleo.instantaneo(pedido) : servidor.nucleo.historico(pedido),
                    texto -> rede.enviar(servidor.nome, nome, canal, texto, () -> respondida(qual, esta, texto)))));
            mundo.daquiA(PRAZO_RPC_MS * Mundo.MS, () -> esperadas.getOrDefault(qual, 0) == esta,
                    () -> respondida(qual, esta, null));
        }

        /** @param texto null = não veio a tempo */
        private void respondida(int qual, int chamada, String texto) {
            if (esperadas.remove(qual, chamada)) {
                ObjectNode resposta = texto == null ? null : Json.lerGrande(texto.getBytes(StandardCharsets.UTF_8));
                chegou(1, () -> nucleo.respondido(qual, resposta));
            }
        }

        @Override
        public void aplicada(Aplicada aplicada, Banco banco) {
            boolean repetida = aplicada.resultado().situacao() == Situacao.DUPLICADA || aplicada.resultado().idRepetido();
            exigirPorDentro(!repetida || servidores.size() > 1, "%s aplica outra vez %s", nome, aplicada);
            repetidas += repetida ? 1 : 0;
            exigirPorDentro(feitas() + repetidas <= diario.ultima(), "%s aplica %s, e o diário vai até à %d", nome, aplicada,
                    diario.ultima());
            if (servidores.size() == 1) {
                vista(nome, servidores.get(0).historia(), aplicada.seq(), aplicada.op().id_msg());
            }
            aplicou(this, aplicada, banco.saldo(aplicada.op().conta_origem()).toPlainString());
        }

        @Override
        public void adiantada(Envelope envelope, long falta) {
            mundo.dizer(nome, "espera", envelope.seq(), "falta", falta);
        }

        @Override
        public void recusada(String deOnde, MensagemInvalida erro) {
            throw new Violacao("%s não entende o que veio de %s: %s", nome, deOnde, erro.getMessage());
        }

        @Override
        public void registrar(String evento, Object... pares) {
            registrada(this, evento, pares);
        }

        private List<String> aplicadas() {
            return List.copyOf(nucleo.banco().lembradas().todas().keySet());
        }
    }

    // ───── Um worker do sistema original ─────

    /** Aplica o que chega, como chega: não numera, não pede, não deduplica, e não guarda nada. */
    private final class Original extends Processo {

        private final Servidor servidor;
        private final Map<String, List<String>> recebidas = new LinkedHashMap<>(); // por conexão, em todas as suas vidas
        private long enviada;       // a posição da última que se lhe enviou
        private int naVida;         // em que vida do servidor
        private long podiaPerder;   // até onde o servidor, antes de morrer, pode ter anotado como enviado o que não enviou
        private long podePerder;    // o mesmo, desta vida dele

        Original(Servidor servidor) {
            super("o1", Parte2.this, 100, Integer.MAX_VALUE);
            this.servidor = servidor;
        }

        @Override
        void iniciar() {
            // começa do nada
        }

        @Override
        void passo() {
            // só recebe
        }

        private void novaVida() {
            if (naVida != servidor.vida()) {
                naVida = servidor.vida();
                podiaPerder = podePerder;
            }
        }

        /** O servidor sabe que há quem o ouça, e está prestes a enviar-lhe o que tem, até aqui. */
        private void emRisco(long ate) {
            novaVida();
            podePerder = Math.max(podePerder, ate);
        }

        /** Passou, sem morrer nem lhe falhar o disco, onde corrige o que anotou: o que não enviou ainda se deve. */
        private void semRisco() {
            novaVida();
            podePerder = servidor.disco.quebrado() ? podePerder : Math.max(enviada, podiaPerder);
        }

        /** O soquete aceitou a próxima, ou o servidor morreu com algumas a caminho. */
        private void enviou(String texto) {
            novaVida();
            long posicao = servidor.ids().indexOf(Operacao.ler(texto.getBytes(StandardCharsets.UTF_8)).id_msg()) + 1;
            exigir(posicao == enviada + 1 || posicao > enviada && posicao <= podiaPerder + 1,
                    "ao worker original enviou-se a %d depois da %d (numa morte podia perder-se até à %d)", posicao, enviada,
                    podiaPerder);
            enviada = posicao;
            podiaPerder = posicao;
        }

        private void receber(String canal, String texto) {
            String id = Operacao.ler(texto.getBytes(StandardCharsets.UTF_8)).id_msg();
            recebidas.computeIfAbsent(canal, nova -> new ArrayList<>()).add(id);
            mundo.dizer(nome, "recebe", id);
        }

        private boolean falta() {
            return enviada < servidor.diario.ultima() && podiaPerder < servidor.diario.ultima();
        }

        /** Nada recebeu duas vezes, e por ordem o que veio por cada conexão: a rede, que é TCP, também não repete. */
        private void conferir() {
            List<String> fila = servidor.ids();
            Set<String> todas = new HashSet<>();
            for (List<String> desta : rede.ordenada ? recebidas.values() : List.<List<String>>of()) {
                List<Integer> lugares = desta.stream().map(fila::indexOf).toList();
                boolean porOrdem = lugares.equals(lugares.stream().sorted().toList()) && !lugares.contains(-1);
                exigir(porOrdem, "o worker original recebeu %s, e a fila é %s", desta, fila);
                desta.forEach(id -> exigir(todas.add(id), "o worker original recebeu duas vezes %s", id));
            }
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return List.of("rpc1", servidores.get(servidores.size() - 1).nome, "w1", "w2", todos.get(todos.size() - 1).nome);
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        for (Worker worker : workers) {
            for (Servidor servidor : servidores) {
                long tem = worker.nucleo.historias().path(servidor.historia()).asLong();
                if (tem != servidor.diario.ultima() || worker.nucleo.parada() != null) {
                    return worker.nome + " está em " + tem + " de " + servidor.diario.ultima() + " de " + servidor.nome;
                }
            }
        }
        return original != null && original.falta() ? "ao worker original só se enviou até à " + original.enviada : null;
    }

    /** Cada worker aplicou uma vez o que está nas filas, e só isso, e por ordem o que é de cada uma. */
    @Override
    void conferir() {
        Set<String> nasFilas = new LinkedHashSet<>();
        servidores.forEach(servidor -> nasFilas.addAll(servidor.ids()));
        for (Worker worker : workers) {
            List<String> aplicadas = worker.aplicadas();
            exigir(nasFilas.equals(Set.copyOf(aplicadas)), "%s aplicou %s, e nas filas está %s", worker.nome, aplicadas,
                    nasFilas);
            for (Servidor servidor : servidores) {
                boolean porOrdem = soDe(servidor, aplicadas).equals(soDe(servidor, servidor.ids()));
                exigir(porOrdem, "%s aplicou %s, e a fila de %s é %s", worker.nome, aplicadas, servidor.nome,
                        servidor.ids());
            }
            refazer(aplicadas, worker.nucleo.banco(), worker.nome);
        }
        Stream.ofNullable(original).forEach(Original::conferir);
        Set<String> pedidas = nasFilas.stream().map(Cenario::original).collect(Collectors.toSet());
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
    String fraqueza() {
        return workers.stream().map(Worker::aplicadas).distinct().count() == 1 ? null : workers.stream()
                .map(w -> w.nome + " aplicou " + w.aplicadas()).collect(Collectors.joining(", e "));
    }

    @Override
    Map<String, Banco> bancos() {
        Map<String, Banco> bancos = new LinkedHashMap<>();
        workers.forEach(w -> bancos.put(w.nome, w.nucleo.banco()));
        return bancos;
    }
}
