///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, réplica: aplica as operações na ordem dos números do sequenciador, sem buracos.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/papel/Consulta.java ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/ordem/Seguidor.java ../shared/rede/Soquetes.java
//SOURCES ../shared/disco/EstadoDoBanco.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Assina o sequenciador e aplica as operações por ordem de número; o que lhe falta, pede.
 *
 * <pre>
 *   Sequencer XPUB :6003 ──► Replica (SUB) ── fila de espera ── diário ── Banco ── consultas (:7001)
 *   Sequencer      :6002 ◄── o que falta: HISTORICO, INSTANTANEO (DEALER)
 * </pre>
 *
 * <b>Garante</b>: aplica 1, 2, 3… sem pular nem repetir; por isso fica igual às outras réplicas. Um buraco, um atraso ou uma
 * parada se curam sozinhos, enquanto o sequenciador lembra ou tem um instantâneo.<br>
 * <b>Não garante</b>: estar em dia a cada momento (o que está na rede ainda não foi aplicado).<br>
 * <b>Experimente</b>: inicie uma réplica depois de algumas operações: com {@code --sem-recuperacao} ela espera para sempre pelo
 * número 1, como no sistema original; sem essa opção, fica em dia.
 */
@Command(name = "part3/Replica.java", description = "Parte 3, réplica: aplica as operações por ordem de número, sem buracos.")
public final class Replica extends Papel {

    // ───── Protocolo ─────

    /** A regra da ordem total na réplica: o que chega passa pela fila de espera do {@link Seguidor}, e só então pelo banco. */
    public static final class Entrega {

        private final Seguidor seguidor;
        private Banco banco;

        /** @param banco o estado depois da operação {@code ultimo} da {@code historia} (null = nenhuma ainda) */
        public Entrega(Banco banco, String historia, long ultimo) {
            this.banco = banco;
            this.seguidor = new Seguidor(historia, ultimo);
        }

        /** Quem sabe o que falta. */
        public Seguidor seguidor() {
            return seguidor;
        }

        /** Aplica um envelope que o seguidor entregou. */
        public Aplicada aplicar(Envelope envelope) {
            return Aplicada.de(envelope, banco);
        }

        /** Troca o estado inteiro pelo da foto. */
        public void adotar(Seguidor.Foto foto, Banco daFoto) {
            banco = daFoto;
            seguidor.adotou(foto);
        }

        public Banco banco() {
            return banco;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--sequenciador", paramLabel = "HOST", defaultValue = "127.0.0.1", order = 1,
            description = "a máquina do sequenciador (padrão: ${DEFAULT-VALUE})")
    private String sequenciador;

    @Option(names = "--pedidos", paramLabel = "HOST:PORTA", order = 2,
            description = "onde pedir o que falta (padrão: porta 6002 do sequenciador)")
    private Endereco pedidos;

    @Option(names = "--ordem", paramLabel = "HOST:PORTA", order = 2,
            description = "onde assinar a ordem (padrão: porta 6003 do sequenciador)")
    private Endereco ordem;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001", order = 3,
            description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar consultas (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--sem-recuperacao", order = 5,
            description = "não pede o que falta, para se ver para que serve: um buraco para tudo")
    private boolean semRecuperacao;

    @Option(names = "--mostrar-banco", order = 6,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        mostrarBanco(dados.conferir(opcoes).nuncaComAmbas("--sequenciador", "--pedidos", "--ordem")
                .soMaquina("--sequenciador", sequenciador, "--pedidos e --ordem"), mostrarBanco);
    }

    // ───── Rede ─────

    private Diario diario;
    private Entrega entrega;
    private String historiaGuardada;
    private boolean avisouOutraHistoria;
    private Falha semDisco;

    @Override
    public Integer call() {
        Endereco origem = ordem != null ? ordem : Endereco.ler(sequenciador, 6003);
        Endereco fonte = pedidos != null ? pedidos : new Endereco(Endereco.ler(sequenciador, 6002).maquina(), 6002);
        try (Diario aberto = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            diario = aberto;
            recuperar();
            Ligacao numeradas = soquetes.manter(SocketType.SUB, origem, registro());
            Ligacao recuperacao = soquetes.manter(SocketType.DEALER, fonte, registro());
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(List.of(numeradas, recuperacao));
            consultas.vigiar(acordar);
            pronto("assina " + origem + ", responde consultas na porta " + consulta);
            while (ativo()) {
                soquetes.religar();
                acordar.poll(100);
                List<Envelope> prontos = new ArrayList<>();
                numeradas.receber(mensagem -> prontos.addAll(receber(mensagem)));
                comDisco(() -> entregar(prontos));
                recuperacao.receber(resposta -> comDisco(() -> recuperada(resposta)));
                pedirOQueFalta(recuperacao);
                consultas.responder(entrega.banco(), diario.ultima(), parada(recuperacao));
            }
        }
        return 0;
    }

    private void recuperar() {
        ObjectNode foto = diario.instantaneo();
        Banco banco = foto == null ? new Banco() : daFoto(foto);
        diario.repetir(json -> Aplicada.de(Envelope.ler(json), banco));
        historiaGuardada = diario.meta("historia").path("historia").textValue();
        entrega = new Entrega(banco, historiaGuardada, diario.ultima());
        registro().linha("recuperado", "ultimo", diario.ultima(), "do_instantaneo", diario.doInstantaneo());
    }

    private static Banco daFoto(ObjectNode foto) {
        try {
            return EstadoDoBanco.ler(foto);
        } catch (MensagemInvalida e) { // uma versão anterior guardava o que lhe mandassem
            throw new Falha("o instantâneo guardado não serve (" + e.getMessage() + "). Reinicie com --do-zero: a réplica copia tudo do"
                    + " sequenciador");
        }
    }

    private List<Envelope> receber(byte[] mensagem) {
        try {
            Envelope envelope = Envelope.de(Json.ler(mensagem));
            int esperavam = entrega.seguidor().esperando();
            List<Envelope> prontos = entrega.seguidor().receber(envelope);
            if (entrega.seguidor().esperando() > esperavam) {
                registro().adiantada(envelope, entrega.seguidor().ultimo() + 1);
            }
            return prontos;
        } catch (MensagemInvalida e) {
            registro().recusada("sequenciador", e);
            return List.of();
        }
    }

    /** Guarda no diário e aplica. O sequenciador tem tudo: não é preciso esperar o disco. */
    private void entregar(List<Envelope> prontos) {
        if (prontos.isEmpty()) {
            return;
        }
        lembrarHistoria();
        prontos.forEach(envelope -> diario.anexar(envelope.json()));
        diario.gravar(false);
        prontos.forEach(envelope -> registro().aplicada(entrega.aplicar(envelope), entrega.banco()));
        if (diario.horaDeFotografar()) {
            diario.fotografar(EstadoDoBanco.de(entrega.banco()));
        }
    }

    /** Faz algo que usa o disco; se ele falha, esta réplica para onde está, e segue respondendo consultas. */
    private void comDisco(Runnable algo) {
        try {
            if (semDisco == null) {
                algo.run();
            }
        } catch (Falha e) {
            semDisco = e;
            registro().linha("erro", "disco", e.getMessage());
        }
    }

    private void pedirOQueFalta(Ligacao recuperacao) {
        Seguidor seguidor = entrega.seguidor();
        if (seguidor.outraHistoria() && !avisouOutraHistoria) {
            avisouOutraHistoria = true;
            registro().linha("erro", "outra_historia", outraHistoria());
        }
        ObjectNode pedido = calada(recuperacao) || semDisco != null ? null : seguidor.pedido(System.nanoTime() / 1_000_000);
        if (pedido != null) {
            recuperacao.enviar(new byte[0], Json.escrever(pedido).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** O sequenciador original não entenderia um pedido. */
    private boolean calada(Ligacao recuperacao) {
        return semRecuperacao || semente() || !recuperacao.nossa();
    }

    private String outraHistoria() {
        return "o sequenciador recomeçou do zero, e os números dele já não são os desta réplica: paro no " + entrega.seguidor().ultimo()
                + ". Reinicie-me com --do-zero para seguir o novo";
    }

    /** Por que esta réplica já não avança; null se avança. */
    private String parada(Ligacao recuperacao) {
        Seguidor seguidor = entrega.seguidor();
        return semDisco != null ? "disco: " + semDisco.getMessage()
                : seguidor.outraHistoria() ? outraHistoria()
                : seguidor.esperando() > 0 && calada(recuperacao) ? "falta o número " + (seguidor.ultimo() + 1) + ", e não o peço: espero por ele"
                : null;
    }

    private void recuperada(byte[] resposta) {
        if (resposta.length == 0) {
            return; // o quadro vazio que separa o envelope do ZeroMQ da mensagem
        }
        try {
            Seguidor.Passo passo = entrega.seguidor().resposta(Json.ler(resposta));
            if (passo.foto() != null) {
                Banco copia = EstadoDoBanco.ler(passo.foto().estado());
                lembrarHistoria();
                diario.recomecarDe(passo.foto().posicao(), EstadoDoBanco.de(copia)); // o que se entendeu, não o que veio
                entrega.adotar(passo.foto(), copia);
                registro().linha("instantaneo", "seq", passo.foto().posicao());
            }
            if (!passo.entregar().isEmpty()) {
                registro().linha("recuperar", "de", passo.entregar().get(0).seq(), "quantas", passo.entregar().size());
            }
            entregar(passo.entregar());
        } catch (MensagemInvalida e) {
            registro().recusada("sequenciador", e);
        }
    }

    private void lembrarHistoria() {
        String historia = entrega.seguidor().historia();
        if (historia != null && !historia.equals(historiaGuardada)) {
            diario.guardarMeta(diario.meta().put("historia", historia));
            historiaGuardada = historia;
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Replica(), args));
    }
}
