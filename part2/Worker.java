///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2, worker: tira operações da sua fila e as aplica.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES rpc/ChamadaJsonRpc.java ../shared/papel/Consulta.java ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/ordem/Seguidor.java
//SOURCES ../shared/disco/EstadoDoBanco.java
//SOURCES ../shared/rede/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part2.rpc.ChamadaJsonRpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * Recebe numa fila só sua todas as operações, e as aplica por ordem; o que lhe falta, pede ao servidor.
 *
 * <pre>
 *   RpcServer (PUSH) ──► :6001 Worker (PULL) ── diário ── Banco ── consultas (:7001)
 *   RpcServer :50051 ◄── o que falta: historico (RPC)
 * </pre>
 *
 * <b>Garante</b>: a ordem de cada servidor (FIFO), sem buracos nem repetições; com um só, a mesma que os outros workers. Se
 * morre, volta de onde estava e recebe o que perdeu.<br>
 * <b>Não garante</b>: com dois servidores, a mesma ordem que os outros workers.<br>
 * <b>Experimente</b>: dois RpcServer para os mesmos dois workers, com {@code carga} nos dois ao mesmo tempo.
 */
@Command(name = "part2/Worker.java", description = "Parte 2, worker: tira operações da sua fila e as aplica.")
public final class Worker extends Papel {

    // ───── Protocolo ─────

    /** A regra do worker: por ordem de número em cada fila de origem; as simples, por ordem de chegada. */
    public static final class Entrega {

        private static final int FONTES_MAXIMAS = 64;

        private final Map<String, Seguidor> porFonte = new LinkedHashMap<>(16, 0.75f, true) { // por ordem de uso
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Seguidor> maisParada) {
                return size() > FONTES_MAXIMAS; // alguém inventa servidores: esquece-se o que está parado há mais tempo
            }
        };
        private final Banco banco;

        /** @param banco o estado depois das operações já aplicadas */
        public Entrega(Banco banco) {
            this.banco = banco;
        }

        /** O que já se sabe de uma fila: até onde foi aplicada. */
        public void lembrar(String fonte, long ultimo) {
            porFonte.put(fonte, new Seguidor(fonte, ultimo));
        }

        /** Quem segue esta fila; nova, começa do 1. @param fonte null = a de quem não diz o nome */
        public Seguidor seguidor(String fonte) {
            return porFonte.computeIfAbsent(fonte == null ? "" : fonte, nova -> new Seguidor(nova, 0));
        }

        /** Se há envelopes à espera do que falta, numa fila que não é de nenhum destes servidores. */
        public boolean faltaDeOutra(Set<String> conhecidas) {
            return porFonte.entrySet().stream()
                    .anyMatch(fila -> fila.getValue().esperando() > 0 && !conhecidas.contains(fila.getKey()));
        }

        /** @return o que este envelope permite aplicar, por ordem */
        public List<Envelope> receber(Envelope envelope) {
            return seguidor(envelope.historia()).receber(envelope);
        }

        public Aplicada aplicar(Envelope envelope) {
            return Aplicada.de(envelope, banco);
        }

        public Banco banco() {
            return banco;
        }

        /** A fila que não anda, porque o que lhe falta ninguém o tem, ou ({@code calado}) não se pede; {@code null} se nenhuma. */
        public Seguidor parada(boolean calado) {
            return porFonte.values().stream().filter(fila -> fila.querFoto() || calado && fila.esperando() > 0).findFirst().orElse(null);
        }

        /** Até onde cada fila foi entregue. */
        public ObjectNode fontes() {
            ObjectNode fontes = Json.MAPPER.createObjectNode();
            porFonte.forEach((fonte, seguidor) -> fontes.put(fonte, seguidor.ultimo()));
            return fontes;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6001", order = 1,
            description = "porta da fila deste worker (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--rpc", paramLabel = "HOST:PORTA[,…]", defaultValue = "127.0.0.1:50051", order = 2,
            description = "os servidores a quem pedir o que falta (padrão: ${DEFAULT-VALUE})")
    private String rpc;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001", order = 3,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--sem-recuperacao", order = 5,
            description = "não pede o que falta, para se ver para que serve: o que se perdeu para tudo o que vem depois")
    private boolean semRecuperacao;

    @Option(names = "--mostrar-banco", order = 6,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        Endereco.lerLista(rpc, 50051);
        mostrarBanco(dados.conferir(opcoes).portasDiferentes("--porta", porta, "--consulta", consulta), mostrarBanco);
    }

    // ───── Rede ─────

    private static final int PERGUNTAR_MS = 1_000; // entre duas perguntas a todos, se ninguém é dono de uma fila

    private Diario diario;
    private Entrega entrega;
    private final List<Envelope> lote = new ArrayList<>(); // o que se anexou e ainda não se aplicou
    private final List<Servidor> servidores = new ArrayList<>();
    private final Set<String> ouvidas = new LinkedHashSet<>(); // as filas que se disseram, e de que não se sabe o servidor
    private Falha semDisco;
    private long perguntouEm;

    @Override
    public Integer call() {
        try (Diario aberto = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            diario = aberto;
            recuperar();
            ZMQ.Socket fila = soquetes.ligar(SocketType.PULL, bind, porta, "--porta");
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(fila);
            consultas.vigiar(acordar);
            if (!semRecuperacao && !semente()) {
                Endereco.lerLista(rpc, 50051).forEach(endereco -> servidores.add(new Servidor(endereco)));
            }
            pronto("recebe a fila na porta " + porta + ", responde consultas na porta " + consulta);
            while (ativo()) {
                acordar.poll(servidores.stream().anyMatch(Servidor::trabalhando) ? 2 : 100);
                Soquetes.receber(fila, this::receber);
                procurarServidorNovo();
                servidores.forEach(Servidor::avancar);
                gravar();
                consultas.responder(entrega.banco(), diario.ultima(), parada());
            }
        }
        return 0;
    }

    private void recuperar() {
        ObjectNode foto = diario.instantaneo();
        entrega = new Entrega(foto == null ? new Banco() : EstadoDoBanco.ler((ObjectNode) foto.get("banco")));
        if (foto != null) {
            foto.get("fontes").properties().forEach(f -> entrega.lembrar(f.getKey(), f.getValue().longValue()));
        }
        Map<String, Long> ultimos = new LinkedHashMap<>();
        diario.repetir(json -> {
            ObjectNode objeto = Json.ler(json.getBytes(StandardCharsets.UTF_8));
            if (Envelope.eEnvelope(objeto)) {
                Envelope envelope = Envelope.de(objeto);
                ultimos.put(envelope.historia(), envelope.seq());
                entrega.aplicar(envelope);
            } else {
                entrega.banco().aplicar(Operacao.de(objeto));
            }
        });
        ultimos.forEach(entrega::lembrar);
        registro().linha("recuperado", "aplicadas", diario.ultima(), "do_instantaneo", diario.doInstantaneo(),
                "fontes", entrega.fontes());
    }

    private void receber(byte[] mensagem) {
        try {
            ObjectNode objeto = Json.ler(mensagem);
            if (Envelope.eEnvelope(objeto)) {
                Envelope envelope = Envelope.de(objeto);
                ouvir(envelope.historia());
                Seguidor seguidor = entrega.seguidor(envelope.historia());
                int esperavam = seguidor.esperando();
                entregar(entrega.receber(envelope));
                if (seguidor.esperando() > esperavam) {
                    registro().adiantada(envelope, seguidor.ultimo() + 1);
                }
            } else {
                Operacao op = Operacao.de(objeto);
                anexar(op.json(), new Envelope(diario.ultima() + lote.size() + 1, op));
            }
        } catch (MensagemInvalida e) {
            registro().recusada("fila", e);
        }
    }

    /** Quem numera e diz o nome da sua fila é dos nossos, e entende perguntas; o servidor original nem numera. */
    private void ouvir(String fonte) {
        if (fonte != null && ouvidas.size() < Entrega.FONTES_MAXIMAS && servidores.stream().noneMatch(s -> fonte.equals(s.fonte))) {
            ouvidas.add(fonte);
        }
    }

    /** Um servidor que recomeçou do zero tem uma fila nova, e o começo dela pode ter se perdido: pergunta a todos qual é a sua. */
    private void procurarServidorNovo() {
        Set<String> conhecidas = servidores.stream().map(servidor -> servidor.fonte).collect(Collectors.toSet());
        if (System.nanoTime() - perguntouEm > PERGUNTAR_MS * 1_000_000L && entrega.faltaDeOutra(conhecidas)) {
            perguntouEm = System.nanoTime();
            servidores.forEach(servidor -> servidor.fonte = null);
        }
    }

    /** Por que este worker já não avança; null se avança. */
    private String parada() {
        Seguidor fila = entrega.parada(servidores.isEmpty());
        return semDisco != null ? "disco: " + semDisco.getMessage()
                : fila == null ? null
                : "falta o número " + (fila.ultimo() + 1) + " da fila " + fila.historia()
                        + (fila.querFoto() ? ", que o servidor já esqueceu" : ", e não o peço: espero por ele");
    }

    private void entregar(List<Envelope> prontos) {
        prontos.forEach(envelope -> anexar(envelope.json(), envelope));
    }

    private void anexar(String json, Envelope envelope) {
        if (semDisco == null) {
            diario.anexar(json);
            lote.add(envelope);
        }
    }

    /** Grava o lote de uma vez, e só então o aplica. O servidor tem tudo no diário dele: aqui não é preciso esperar o disco. */
    private void gravar() {
        if (semDisco != null) {
            return;
        }
        try {
            diario.gravar(false);
            lote.forEach(pronta -> registro().aplicada(entrega.aplicar(pronta), entrega.banco()));
            lote.clear();
            if (diario.horaDeFotografar()) {
                ObjectNode estado = Json.MAPPER.createObjectNode();
                estado.set("banco", EstadoDoBanco.de(entrega.banco()));
                estado.set("fontes", entrega.fontes());
                diario.fotografar(estado);
            }
        } catch (Falha e) {
            semDisco = e; // paro aqui, mas sigo respondendo consultas
            lote.clear();
            registro().linha("erro", "disco", e.getMessage());
        }
    }

    /** Um servidor a quem pedir o que falta. As chamadas, que podem demorar, são feitas por outra linha de execução. */
    private final class Servidor {

        private final BlockingQueue<ObjectNode> pedidos = new LinkedBlockingQueue<>();
        private final BlockingQueue<Optional<ObjectNode>> respostas = new LinkedBlockingQueue<>(); // vazia = não respondeu
        private final Seguidor apresentacao = new Seguidor(null, 0); // pergunta, de quando em quando, que fila é a dele
        private String fonte; // null = ainda não disse
        private boolean avisou;
        private boolean trabalhando; // há um pedido por responder

        Servidor(Endereco endereco) {
            Tcp.ips(endereco); // que se saiba já se o nome não existe
            Thread linha = new Thread(() -> chamar(endereco), "rpc-" + endereco);
            linha.setDaemon(true);
            linha.start();
        }

        boolean trabalhando() {
            return trabalhando;
        }

        /** Trata as respostas que chegaram e, se falta algo, pede. */
        void avancar() {
            for (Optional<ObjectNode> resposta; (resposta = respostas.poll()) != null; ) {
                trabalhando = false;
                try {
                    resposta.ifPresentOrElse(this::recuperadas, this::semResposta);
                } catch (MensagemInvalida e) {
                    registro().recusada("servidor", e);
                }
            }
            Seguidor seguidor = fonte == null ? apresentacao : entrega.seguidor(fonte);
            boolean calado = fonte == null && ouvidas.isEmpty(); // pode ser o servidor original, que não entenderia
            ObjectNode pedido = calado || trabalhando || seguidor.querFoto() ? null : seguidor.pedido(System.nanoTime() / 1_000_000);
            if (pedido != null) {
                trabalhando = true;
                pedidos.add(pedido);
            }
        }

        private void recuperadas(ObjectNode resposta) {
            fonte = Texto.exigirNome("fonte", Json.texto(resposta, "historia"));
            ouvidas.remove(fonte);
            Seguidor seguidor = entrega.seguidor(fonte);
            List<Envelope> prontos = seguidor.resposta(resposta).entregar();
            if (seguidor.querFoto() && !avisou) {
                avisou = true;
                registro().linha("erro", "fonte", fonte, "falta", seguidor.ultimo() + 1, "porque", "o servidor, com --memoria, já"
                        + " esqueceu o que me falta, e uma fila não tem instantâneo: paro de segui-lo");
            }
            if (!prontos.isEmpty()) {
                registro().linha("recuperar", "fonte", fonte, "de", prontos.get(0).seq(), "quantas", prontos.size());
            }
            entregar(prontos);
        }

        /** Não está de pé, ou no lugar dele está outro: só se torna a perguntar quando se ouvir alguém. */
        private void semResposta() {
            fonte = null;
            ouvidas.clear();
        }

        private void chamar(Endereco endereco) {
            try (ChamadaJsonRpc servidor = new ChamadaJsonRpc(defesa(), endereco)) {
                boolean respondia = false;
                while (true) {
                    ObjectNode pedido = pedidos.take();
                    Optional<ObjectNode> resposta = Optional.empty();
                    try {
                        resposta = Optional.of(servidor.chamar(ObjectNode.class, 1, "historico", pedido.get("desde"), pedido.get("max")));
                    } catch (RuntimeException e) { // o servidor não está de pé, ou não é nosso: o seguidor pedirá de novo
                        if (respondia) {
                            registro().linha("religar", "com", endereco, "porque", "não respondeu a um pedido do que me falta");
                        }
                    }
                    respondia = resposta.isPresent();
                    respostas.add(resposta);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Worker(), args));
    }
}
