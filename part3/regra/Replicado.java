//SOURCES Ordem.java
package part3.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.disco.Foto;
import shared.ordem.Historico;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O que cada ordenador aplica, pela ordem que o Raft decidiu: a {@link Ordem}, a mesma do sequenciador, e o que se conta a
 * quem segue. É determinístico: os mesmos pedidos dão os mesmos números em todos. Nada aqui vai ao disco: o que dura é o
 * log do Raft, e o que {@link #guardar} escreve.
 */
public final class Replicado {

    /** O que ele diz. */
    public interface Saida {

        /** A todas as réplicas que o ouvem. */
        void difundir(String envelope);

        /** O que decidiu de uma operação: "ordenar" ou "repetida". */
        void decidiu(String evento, Envelope envelope);

        /** @param pares chave, valor, chave, valor… */
        void registrar(String evento, Object... pares);
    }

    private static final int HISTORIA = 8; // letras
    private static final int POR_VEZ = 1_000;

    private final Saida saida;
    private final Diario diario = Diario.naMemoria();
    private final Historico historico = new Historico(diario, this::historia);
    private Ordem numeros;      // null = ninguém pediu nada ainda
    private String historia;
    private long agora;

    /** O de quem ainda não aplicou nada. */
    public Replicado(Saida saida) {
        this.saida = saida;
        diario.repetir(nada -> { });
    }

    private void dobrar() {
        diario.dobrarCom(DobraDoBanco.deEnvelopes(), porque -> saida.registrar("aviso", "instantaneo", porque));
    }

    /**
     * O que se propõe ao Raft.
     *
     * @param historia 8 letras: o nome da sequência de números, se esta for a primeira entrada de todas
     * @param operacao como o cliente a enviou; vazia, só para que a sequência comece
     */
    public static byte[] entrada(String historia, byte[] operacao) {
        byte[] inteira = Arrays.copyOf(historia.getBytes(StandardCharsets.US_ASCII), HISTORIA + operacao.length);
        System.arraycopy(operacao, 0, inteira, HISTORIA, operacao.length);
        return inteira;
    }

    /**
     * Aplica uma entrada.
     *
     * @param difundir se as réplicas ainda não a podem ter ouvido daqui
     * @return o que responder a quem a pediu
     */
    public String aplicar(byte[] entrada, boolean difundir) {
        if (historia == null) {
            comecar(new String(entrada, 0, HISTORIA, StandardCharsets.US_ASCII));
            saida.registrar("historia", "nome", historia);
        }
        if (entrada.length == HISTORIA) {
            return "";
        }
        try {
            return ordenar(Operacao.ler(Arrays.copyOfRange(entrada, HISTORIA, entrada.length)), difundir);
        } catch (MensagemInvalida e) {
            return e.resposta();
        }
    }

    private void comecar(String nome) {
        historia = nome;
        numeros = new Ordem(nome);
    }

    private String ordenar(Operacao op, boolean difundir) {
        long antes = numeros.ultimo();
        Envelope envelope = numeros.ordenar(op);
        boolean nova = envelope.seq() > antes;
        if (nova) {
            diario.anexar(envelope.json());
            diario.gravar();
        }
        if (nova && difundir) {
            saida.difundir(envelope.json());
            numeros.difundido(agora);
        }
        if (difundir) {
            saida.decidiu(nova ? "ordenar" : "repetida", envelope);
        }
        return "OK seq=" + envelope.seq();
    }

    /**
     * Responde a HISTORICO ou INSTANTANEO.
     *
     * @return {@code null} enquanto não há o que contar
     * @throws MensagemInvalida se o pedido é outro
     */
    public String contar(ObjectNode pedido) {
        return switch (Json.texto(pedido, "pedido")) {
            case "HISTORICO" -> historia == null ? null : historico.historico(pedido);
            case "INSTANTANEO" -> historia == null ? null : historico.instantaneo(pedido);
            default -> throw new MensagemInvalida("pedido",
                    "o ordenador responde a operações, ESTADO, HISTORICO e INSTANTANEO");
        };
    }

    /** Uma volta do laço. @param agora em milissegundos, de um relógio que só avança */
    public void passo(long agora) {
        this.agora = agora;
        if (diario.horaDeFotografar()) {
            diario.fotografar();
        }
        if (historia != null) {
            diario.ler(numeros.aRepetir(diario.ultima(), agora), 1).forEach(envelope -> {
                saida.difundir(envelope);
                numeros.difundido(agora);
            });
        }
    }

    // ───── Instantâneos ─────

    /** Escreve tudo o que sabe. */
    public void guardar(DataOutputStream ali) throws IOException {
        ali.writeUTF(historia == null ? "" : historia);
        Foto foto = diario.segurarInstantaneo();
        long posicao = foto.posicao();
        ali.writeLong(posicao);
        ali.writeInt(posicao == 0 ? 0 : (int) foto.tamanho());
        if (posicao > 0) {
            try (var aberta = foto.abrir()) {
                aberta.transferTo(ali);
            }
        }
        ali.writeLong(diario.ultima());
        for (long desde = posicao + 1; desde <= diario.ultima(); desde += POR_VEZ) {
            for (String envelope : diario.ler(desde, POR_VEZ)) {
                ali.writeUTF(envelope);
            }
        }
        foto.largar();
    }

    /** O que se escreveu com {@link #guardar}, agora noutro, ou neste que recomeça. */
    public static Replicado ler(DataInputStream dali, Saida saida) throws IOException {
        Replicado novo = new Replicado(saida);
        String historia = dali.readUTF();
        long posicao = dali.readLong();
        byte[] foto = dali.readNBytes(dali.readInt());
        long ultima = dali.readLong();
        if (historia.isEmpty()) {
            novo.dobrar();
            return novo;
        }
        novo.comecar(historia);
        if (posicao > 0) {
            ObjectNode estado = Json.lerGrande(foto);
            novo.diario.recomecarDe(posicao, estado);
            novo.numeros.refazer(EstadoDoBanco.ler(estado).lembradas(), posicao);
        }
        novo.dobrar();
        for (long seq = posicao + 1; seq <= ultima; seq++) {
            String envelope = dali.readUTF();
            novo.diario.anexar(envelope);
            novo.numeros.refazer(Envelope.ler(envelope).op(), seq);
            if (seq % POR_VEZ == 0 || seq == ultima) {
                novo.diario.gravar();
            }
        }
        return novo;
    }

    /** O de quem ainda não aplicou nada, pronto a usar. */
    public static Replicado vazio(Saida saida) {
        Replicado novo = new Replicado(saida);
        novo.dobrar();
        return novo;
    }

    /** Um envelope como o sistema original o escreveria. */
    public static String semHistoria(String envelope) {
        Envelope este = Envelope.ler(envelope);
        return new Envelope(este.seq(), este.op()).json();
    }

    /** O nome da sequência de números; {@code null} se ainda não começou. */
    public String historia() {
        return historia;
    }

    /** O último número dado. */
    public long ultimo() {
        return diario.ultima();
    }

    /** Deixa de se usar. */
    public void largar() {
        diario.close();
    }
}
